#include "alerts/gate/conditions.h"

#include <memory>
#include <string>
#include <utility>

#include "alerts/replay/reads.h"
#include "alerts/storage_host.h"
#include "base/diagnostic.h"
#include "promql/check/intervals.h"
#include "promql/check/types.h"

namespace alerts {
namespace {

// Names the query whose answer stands for a selector.
constexpr char kQueryLabel[] = "__query__";

bool FiltersByComparison(const promql::Binary& binary) {
  return base::Row(binary.op).kind == base::OpKind::kComparison &&
         !binary.return_bool;
}

bool IsSet(const promql::Binary& binary) {
  return base::Row(binary.op).kind == base::OpKind::kSet;
}

bool IsInstantVector(const promql::Expr& expr) {
  return promql::TypeOf(expr) == promql::ValueType::kInstantVector;
}

// Whether it needs no data: 0.1, 2 * 5.
bool IsPlain(const promql::Expr& expr) {
  return !IsInstantVector(expr) && Selectors(expr).empty();
}

// Puts answers in the place of queries, in the order of Conditions::Collect.
class Assembly {
 public:
  explicit Assembly(const std::vector<promql::QueryResult>& answers)
      : answers_(answers) {}

  promql::ExprPtr Build(const promql::ExprPtr& expr) {
    promql::Expr copy = *expr;
    if (auto* paren = std::get_if<promql::Paren>(&copy.node)) {
      paren->expr = Build(paren->expr);
      return std::make_shared<const promql::Expr>(std::move(copy));
    }
    auto* binary = std::get_if<promql::Binary>(&copy.node);
    if (binary != nullptr && IsSet(*binary)) {
      binary->left = Build(binary->left);
      binary->right = Build(binary->right);
      return std::make_shared<const promql::Expr>(std::move(copy));
    }
    if (binary != nullptr && FiltersByComparison(*binary)) {
      if (!IsPlain(*binary->left)) binary->left = Next(*binary->left);
      if (!IsPlain(*binary->right)) binary->right = Next(*binary->right);
      return std::make_shared<const promql::Expr>(std::move(copy));
    }
    return IsPlain(*expr) ? expr : Next(*expr);
  }

 private:
  promql::ExprPtr Next(const promql::Expr& query) {
    const std::size_t i = next_++;
    promql::Expr place{promql::NumberLiteral{}, query.span};
    if (IsInstantVector(query)) {
      promql::VectorSelector selector;
      selector.matchers.push_back(
          base::Matcher::Equal(kQueryLabel, std::to_string(i)));
      selector.matcher_spans.push_back(query.span);
      place.node = std::move(selector);
    } else {
      place.node = promql::NumberLiteral{answers_[i].scalar, false};
    }
    return std::make_shared<const promql::Expr>(std::move(place));
  }

  const std::vector<promql::QueryResult>& answers_;
  std::size_t next_ = 0;
};

// Finds the answers by the number that stands in the selector.
class AnswerStorage : public promql::Storage {
 public:
  AnswerStorage(const std::vector<promql::QueryResult>& answers,
                base::Timestamp time)
      : answers_(answers), time_(time) {}

  absl::StatusOr<promql::SeriesSet> Select(
      const std::vector<base::Matcher>& matchers, base::Timestamp,
      base::Timestamp) const override {
    promql::SeriesSet set;
    const auto& answer = answers_[std::stoul(matchers.front().value())];
    for (const promql::ResultSeries& series : answer.series) {
      set.series.push_back(
          {series.labels, {&time_, 1}, series.values, series.histograms, {}});
    }
    return set;
  }

 private:
  const std::vector<promql::QueryResult>& answers_;
  const base::Timestamp time_;
};

}  // namespace

Conditions::Conditions(const promql::Expr& expr)
    : expr_(std::make_shared<const promql::Expr>(expr)) {
  Collect(expr_);
}

std::optional<std::size_t> Conditions::AddSide(const promql::ExprPtr& side) {
  if (IsPlain(*side)) return std::nullopt;
  queries_.push_back(side);
  return queries_.size() - 1;
}

void Conditions::Collect(const promql::ExprPtr& expr) {
  if (const auto* paren = std::get_if<promql::Paren>(&expr->node)) {
    return Collect(paren->expr);
  }
  const auto* binary = std::get_if<promql::Binary>(&expr->node);
  if (binary != nullptr && IsSet(*binary)) {
    Collect(binary->left);
    return Collect(binary->right);
  }
  if (binary == nullptr || !FiltersByComparison(*binary)) {
    AddSide(expr);
    return;
  }
  const auto left = AddSide(binary->left);
  const auto right = AddSide(binary->right);
  // The vector is measured; of two, the left one.
  const bool mirrored = !IsInstantVector(*binary->left);
  const auto& measured = mirrored ? right : left;
  if (!measured) return;
  conditions_.push_back(
      {*measured, mirrored ? promql::Mirror(binary->op) : binary->op,
       mirrored ? binary->left : binary->right, mirrored ? left : right});
}

absl::StatusOr<std::vector<TemplateSample>> Conditions::Combine(
    const std::vector<promql::QueryResult>& answers,
    base::Timestamp time) const {
  const promql::ExprPtr assembled = Assembly(answers).Build(expr_);
  const AnswerStorage storage(answers, time);
  base::Diagnostics diagnostics;
  auto result =
      promql::EvaluateInstant(storage, *assembled, time, {}, diagnostics);
  if (!result) {
    return absl::InvalidArgumentError(diagnostics.first_error().message);
  }
  return RuleResult(*std::move(result));
}

}  // namespace alerts
