#include "alerts/unit_tests/explanation.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/templates/value.h"
#include "base/labels.h"
#include "base/operators.h"
#include "promql/syntax/printer.h"

namespace alerts {
namespace {

// Of a part's text, and of the series shown behind it.
constexpr std::size_t kLongestShown = 60;
constexpr std::size_t kShownSeries = 3;
constexpr std::size_t kLongestSummary = 150;

std::string Shorten(std::string text, std::size_t length) {
  if (text.size() <= length) return text;
  // Never in the middle of a UTF-8 sequence.
  std::size_t end = length - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return text.substr(0, end) + "...";
}

// Whether the series may have been, or become, the wanted one.
bool CouldBe(const base::Labels& labels, const WantedLabels& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& label) {
    const std::string_view value = labels.Get(label.first);
    return value.empty() || value == label.second;
  });
}

std::string ValueOf(const promql::ResultSeries& series) {
  const std::size_t last = series.times.size() - 1;
  return series.IsHistogram(last)
             ? base::ToString(*series.histograms[last])
             : text_template::FormatFloat(series.values[last]);
}

// A part of the expression and what it gave.
struct Part {
  const promql::Expr* expr = nullptr;
  std::vector<std::size_t> children;  // Among the parts.
  std::string error;
  std::optional<promql::QueryResult> result;
  std::vector<std::size_t> fitting;  // Among its series.

  bool is_scalar() const {
    return result && result->type == promql::ValueType::kScalar;
  }
  // Series that it gave which could be the wanted one.
  bool alive() const { return is_scalar() || !fitting.empty(); }
};

// "..." in place of an operand; a constant stays.
promql::ExprPtr Ellipsis(const promql::ExprPtr& expr) {
  const promql::Node& node = promql::StripParens(*expr).node;
  if (std::holds_alternative<promql::NumberLiteral>(node) ||
      std::holds_alternative<promql::StringLiteral>(node)) {
    return expr;
  }
  promql::VectorSelector selector;
  selector.name = "...";
  return std::make_shared<const promql::Expr>(
      promql::Expr{std::move(selector), expr->span});
}

promql::Expr WithoutChildren(promql::Expr expr) {
  if (auto* binary = std::get_if<promql::Binary>(&expr.node)) {
    binary->left = Ellipsis(binary->left);
    binary->right = Ellipsis(binary->right);
  } else if (auto* sum = std::get_if<promql::Aggregation>(&expr.node)) {
    sum->expr = Ellipsis(sum->expr);
  } else if (auto* call = std::get_if<promql::Call>(&expr.node)) {
    for (promql::ExprPtr& argument : call->arguments) {
      argument = Ellipsis(argument);
    }
  }
  return expr;
}

class Explanation {
 public:
  Explanation(base::Timestamp time, const WantedLabels& wanted,
              const promql::Storage& storage,
              const promql::EngineOptions& options)
      : time_(time), wanted_(wanted), storage_(storage), options_(options) {}

  std::string Of(const promql::Expr& expr) {
    Visit(expr);
    std::string text;
    std::size_t width = 0;
    for (const Part& part : parts_) {
      width = std::max(width, TextOf(part).size());
    }
    for (const Part& part : parts_) {
      absl::StrAppendFormat(&text, "%-*s  %s%s\n", static_cast<int>(width),
                            TextOf(part), Summary(part), Mark(part));
    }
    return text;
  }

 private:
  // The index of the part; nothing for a constant.
  std::optional<std::size_t> Visit(const promql::Expr& outer) {
    const promql::Expr& expr = promql::StripParens(outer);
    if (std::holds_alternative<promql::NumberLiteral>(expr.node) ||
        std::holds_alternative<promql::StringLiteral>(expr.node)) {
      return std::nullopt;
    }
    Part part;
    part.expr = &expr;
    // A range selector is shown as one; what a subquery holds has other times.
    if (!std::holds_alternative<promql::MatrixSelector>(expr.node) &&
        !std::holds_alternative<promql::Subquery>(expr.node)) {
      for (const promql::ExprPtr& child : promql::Children(expr)) {
        const auto index = Visit(*child);
        if (index) part.children.push_back(*index);
      }
    }
    base::Diagnostics diagnostics;
    part.result =
        promql::EvaluateInstant(storage_, expr, time_, options_, diagnostics);
    if (!part.result) {
      part.error = diagnostics.first_error().message;
    } else {
      for (std::size_t i = 0; i < part.result->series.size(); ++i) {
        if (CouldBe(part.result->series[i].labels, wanted_)) {
          part.fitting.push_back(i);
        }
      }
    }
    parts_.push_back(std::move(part));
    return parts_.size() - 1;
  }

  // The children of a long one stand in the lines before it.
  static std::string TextOf(const Part& part) {
    std::string text = promql::Print(*part.expr);
    if (text.size() <= kLongestShown) return text;
    return Shorten(promql::Print(WithoutChildren(*part.expr)), kLongestShown);
  }

  static std::string Summary(const Part& part) {
    if (!part.result) return "error: " + part.error;
    if (part.is_scalar()) {
      return text_template::FormatFloat(part.result->scalar);
    }
    const auto& series = part.result->series;
    if (series.empty()) return "nothing";
    std::string text = absl::StrFormat("%d series:", series.size());
    for (std::size_t i = 0; i < std::min(series.size(), kShownSeries); ++i) {
      absl::StrAppendFormat(&text, "%s %s %s", i > 0 ? "," : "",
                            base::SeriesName(series[i].labels),
                            Shorten(ValueOf(series[i]), kLongestShown));
      if (series[i].times.size() > 1) {
        absl::StrAppendFormat(&text, " (of %d)", series[i].times.size());
      }
    }
    if (series.size() > kShownSeries) text += ", ...";
    return Shorten(std::move(text), kLongestSummary);
  }

  bool HadInput(const Part& part) const {
    return part.children.empty() ||
           std::ranges::any_of(part.children, [&](std::size_t child) {
             return parts_[child].alive() && !parts_[child].is_scalar();
           });
  }

  std::string Mark(const Part& part) const {
    if (!part.result || part.alive()) return "";
    // Lost further in.
    if (!HadInput(part)) return "";
    const std::string why = Reason(part);
    return "  <-- lost here" + (why.empty() ? "" : ": " + why);
  }

  std::string Reason(const Part& part) const {
    if (const auto* selector =
            std::get_if<promql::VectorSelector>(&part.expr->node)) {
      return OfSelector(*selector, options_.lookback);
    }
    if (const auto* matrix =
            std::get_if<promql::MatrixSelector>(&part.expr->node)) {
      return OfSelector(
          std::get<promql::VectorSelector>(matrix->selector->node), 0);
    }
    if (const auto* binary = std::get_if<promql::Binary>(&part.expr->node)) {
      return OfBinary(part, *binary);
    }
    // What is left has other values of a wanted label.
    if (!part.result->series.empty()) return "none of these is the wanted one";
    if (std::holds_alternative<promql::Call>(part.expr->node) &&
        !part.children.empty()) {
      return "too few samples, or none that it can take";
    }
    return "";
  }

  // Why a selector selects nothing that is wanted.
  std::string OfSelector(const promql::VectorSelector& selector,
                         base::Duration lookback) const {
    std::vector<base::Matcher> by_name;
    for (const base::Matcher& matcher : selector.matchers) {
      if (matcher.name() == base::kMetricName) by_name.push_back(matcher);
    }
    const auto all = storage_.Select(by_name, INT64_MIN, time_);
    if (!all.ok() || by_name.empty()) return "";
    if (all->series.empty()) return "no sample of this metric until now";
    std::optional<base::Timestamp> newest;
    for (const promql::SeriesView& series : all->series) {
      const bool selected = std::ranges::all_of(
          selector.matchers,
          [&](const auto& matcher) { return matcher.Matches(series.labels); });
      if (!selected || !CouldBe(series.labels, wanted_)) continue;
      newest = std::max(newest.value_or(INT64_MIN), series.times.back());
    }
    if (!newest) {
      const base::Labels& labels = all->series.front().labels;
      return absl::StrFormat(
          "%d series of this metric, none with these "
          "labels, such as %s",
          all->series.size(), base::SeriesName(labels));
    }
    const std::string age = base::FormatDuration(time_ - *newest);
    return lookback > 0 && time_ - *newest >= lookback
               ? absl::StrFormat("the last sample is %s old", age)
               : absl::StrFormat(
                     "the series ended, or its last sample is "
                     "not in the window: it is %s old",
                     age);
  }

  std::string OfBinary(const Part& part, const promql::Binary& binary) const {
    const base::BinaryOpRow& row = base::Row(binary.op);
    const auto alive = [&](std::size_t i) {
      return i < part.children.size() && parts_[part.children[i]].alive();
    };
    if (part.children.size() == 2 && alive(0) != alive(1) &&
        row.kind != base::OpKind::kSet) {
      return alive(0) ? "the right side has nothing to match it with"
                      : "the left side has nothing to match it with";
    }
    if (row.kind == base::OpKind::kComparison)
      return OfComparison(part, binary);
    if (row.kind == base::OpKind::kSet) {
      return binary.op == base::BinaryOp::kUnless
                 ? "the right side has the same labels"
                 : "the right side has no series with the same labels";
    }
    return "the labels of the two sides do not match";
  }

  // "1 == 0 is false".
  std::string OfComparison(const Part& part,
                           const promql::Binary& binary) const {
    const std::string left = SideOf(*binary.left, part);
    const std::string right = SideOf(*binary.right, part);
    if (left.empty() || right.empty()) return "";
    return absl::StrFormat("%s %s %s is false", left, base::Row(binary.op).text,
                           right);
  }

  // The number of a side: its literal, its scalar, or its first fitting series.
  std::string SideOf(const promql::Expr& side, const Part& part) const {
    const promql::Expr& expr = promql::StripParens(side);
    for (const std::size_t child : part.children) {
      const Part& other = parts_[child];
      if (other.expr != &expr) continue;
      if (other.is_scalar()) {
        return text_template::FormatFloat(other.result->scalar);
      }
      if (other.fitting.empty()) return "";
      return ValueOf(other.result->series[other.fitting.front()]);
    }
    return promql::Print(expr);
  }

  const base::Timestamp time_;
  const WantedLabels& wanted_;
  const promql::Storage& storage_;
  const promql::EngineOptions& options_;
  std::vector<Part> parts_;
};

}  // namespace

std::string Explain(const promql::Expr& expr, base::Timestamp time,
                    const WantedLabels& wanted, const promql::Storage& storage,
                    const promql::EngineOptions& options) {
  return Explanation(time, wanted, storage, options).Of(expr);
}

}  // namespace alerts
