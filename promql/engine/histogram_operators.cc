#include "promql/engine/histogram_operators.h"

#include <memory>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/histogram_arithmetic.h"
#include "base/histogram_runs.h"
#include "base/histogram_trim.h"
#include "promql/functions/histogram_findings.h"

namespace promql {
namespace {

using base::BinaryOp;
using base::FloatHistogram;

const char* KindName(std::uint8_t presence) {
  return presence == kHistogram ? "histogram" : "float";
}

// The operator on one step's samples; reports each kind of finding.
class HistogramOperator {
 public:
  HistogramOperator(const ElementwiseOp& op, Evaluation& evaluation)
      : op_(op), diagnostics_(evaluation.diagnostics()) {}

  void Run(const Column& left, const Column& right, std::size_t i,
           Column& out) {
    const bool left_histogram = left.present[i] == kHistogram;
    const bool right_histogram = right.present[i] == kHistogram;
    if (left_histogram && right_histogram) {
      Both(left.histograms[i], right.histograms[i], i, out);
    } else if (left_histogram) {
      WithNumber(*left.histograms[i], right.values[i], i, out);
    } else if (right_histogram && op_.op == BinaryOp::kMultiply) {
      Keep(Multiplied(*right.histograms[i], left.values[i]), i, out);
    } else {
      Incompatible(left.present[i], right.present[i]);
    }
  }

 private:
  static void Keep(FloatHistogram histogram, std::size_t i, Column& out) {
    out.Set(i, std::make_shared<FloatHistogram>(std::move(histogram)));
  }

  static FloatHistogram Multiplied(FloatHistogram histogram, double factor) {
    base::Multiply(histogram, factor);
    base::Compact(histogram);
    return histogram;
  }

  void WithNumber(const FloatHistogram& left, double right, std::size_t i,
                  Column& out) {
    switch (op_.op) {
      case BinaryOp::kMultiply:
        return Keep(Multiplied(left, right), i, out);
      case BinaryOp::kDivide: {
        FloatHistogram quotient = left;
        base::Divide(quotient, right);
        base::Compact(quotient);
        return Keep(std::move(quotient), i, out);
      }
      case BinaryOp::kTrimUpper:
        return Keep(base::Trim(left, right, base::Keep::kBelow), i, out);
      case BinaryOp::kTrimLower:
        return Keep(base::Trim(left, right, base::Keep::kAbove), i, out);
      default:
        return Incompatible(kHistogram, kFloat);
    }
  }

  void Both(const HistogramPtr& left, const HistogramPtr& right, std::size_t i,
            Column& out) {
    switch (op_.op) {
      case BinaryOp::kAdd:
      case BinaryOp::kSubtract:
        return Combine(*left, *right, i, out);
      case BinaryOp::kEqual:
      case BinaryOp::kNotEqual: {
        const bool holds =
            base::Equal(*left, *right) == (op_.op == BinaryOp::kEqual);
        if (op_.return_bool) {
          out.Set(i, static_cast<double>(holds));
        } else if (holds) {
          out.Set(i, op_.passes == Passes::kLeft ? left : right);
        }
        return;
      }
      default:
        return Incompatible(kHistogram, kHistogram);
    }
  }

  void Combine(const FloatHistogram& left, const FloatHistogram& right,
               std::size_t i, Column& out) {
    const bool adds = op_.op == BinaryOp::kAdd;
    const HistogramOperation operation =
        adds ? HistogramOperation::kAddition : HistogramOperation::kSubtraction;
    FloatHistogram result = left;
    const base::HistogramMerge merge =
        adds ? base::Add(result, right) : base::Subtract(result, right);
    if (!merge.compatible) {
      diagnostics_.Warning(
          "incompatible-buckets", op_.span,
          absl::StrFormat("PromQL warning: incompatible bucket layout "
                          "encountered for binary operator %s",
                          base::Row(op_.op).text));
      return;
    }
    if (merge.reset_collision) {
      WarnOfResetCollision(op_.span, operation, diagnostics_);
    }
    if (merge.bounds_reconciled) {
      InformOfReconciledBounds(op_.span, operation, diagnostics_);
    }
    if (!adds) result.counter_reset = base::CounterReset::kGauge;
    base::Compact(result);
    Keep(std::move(result), i, out);
  }

  void Incompatible(std::uint8_t left, std::uint8_t right) {
    const std::string_view text = base::Row(op_.op).text;
    diagnostics_.Info(
        "incompatible-types", op_.span,
        absl::StrFormat("PromQL info: incompatible sample types encountered "
                        "for binary operator \"%s\": %s %s %s",
                        text, KindName(left), text, KindName(right)));
  }

  const ElementwiseOp& op_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void ApplyHistograms(const ElementwiseOp& op, const Column& left,
                     const Column& right, Evaluation& evaluation, Column& out) {
  const bool trim = base::Row(op.op).kind == base::OpKind::kTrim;
  HistogramOperator histogram_operator(op, evaluation);
  for (std::size_t i = 0; i < out.steps(); ++i) {
    const std::uint8_t a = left.present[i];
    const std::uint8_t b = right.present[i];
    if (a == kAbsent || b == kAbsent) continue;
    if (a == kFloat && b == kFloat && !trim) continue;
    histogram_operator.Run(left, right, i, out);
  }
}

}  // namespace promql
