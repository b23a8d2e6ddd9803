#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "promql/functions/function.h"
#include "re2/re2.h"

namespace alerts {

const CheckText kRateUnitText = {
    .paragraph = R"(rate() is per second, whatever its window. When an
annotation calls the value or the threshold per minute or per hour, the
comparison is off by 60 or 3600; the finding says how many events it would
really take.)",
    .bad = R"(- alert: TooManyDeployments
  expr: sum(rate(deployment_total[1h])) > 2
  annotations:
    summary: More than 2 deployments per hour
)",
    .good = R"(- alert: TooManyDeployments
  expr: sum(increase(deployment_total[1h])) > 2
  annotations:
    summary: More than 2 deployments per hour
)",
};

namespace {

struct TimeUnit {
  std::string_view name;
  double seconds;
};

constexpr TimeUnit kHour = {"hour", 3600};
constexpr TimeUnit kMinute = {"minute", 60};

// The rate() whose value a comparison sees: nothing between them but what adds
// up, picks or rounds.
const promql::Expr* PlainRate(const promql::Expr& part) {
  const promql::Expr* at = &promql::StripParens(part);
  // A product with a number may be what makes it per hour.
  while (!std::holds_alternative<promql::Binary>(at->node)) {
    const auto* call = std::get_if<promql::Call>(&at->node);
    if (call != nullptr && promql::FindFunction(call->name)->counts ==
                               promql::Function::Counts::kPerSecond) {
      return at;
    }
    const promql::Expr* next = UnwrappedOnce(*at);
    if (next == nullptr) return nullptr;
    at = &promql::StripParens(*next);
  }
  return nullptr;
}

// What the text says of the threshold ("2/hour", "2 deployments per hour") or
// of the value ("{{ $value | humanize }} deployments/hour").
std::optional<TimeUnit> UnitInText(std::string_view text, double threshold) {
  static const RE2 kSaid(
      R"((?i)(?:\b([0-9.]+)|\$value[^}]*\}\})\s*(?:[a-z]+\s*){0,2}(?:/|\bper\s+|\ban?\s+)(hour|hr|h|minute|min)\b)");
  // "{{ $value }} deployments to {{ $labels.a }} finished in the last hour"
  static const RE2 kInTheLast(
      R"((?is)\$value[^}]*\}\}(?:[^.]|\.\S)*\bin the last (hour|minute)\b)");
  static const RE2 kPerSecond(R"((?i)\bsec|\bper s\b|/ ?s\b)");
  re2::StringPiece rest(text.data(), text.size());
  std::string number;
  std::string unit;
  while (RE2::FindAndConsume(&rest, kSaid, &number, &unit)) {
    double said = threshold;
    if (!number.empty() && !RE2::FullMatch(number, R"(([0-9.]+))", &said)) {
      continue;
    }
    if (said != threshold) continue;
    return unit[0] == 'h' || unit[0] == 'H' ? kHour : kMinute;
  }
  const re2::StringPiece whole(text.data(), text.size());
  if (RE2::PartialMatch(whole, kInTheLast, &unit) &&
      !RE2::PartialMatch(whole, kPerSecond)) {
    return unit[0] == 'h' || unit[0] == 'H' ? kHour : kMinute;
  }
  return std::nullopt;
}

// DeploymentsPerHour, hourly_deployments.
std::optional<TimeUnit> UnitInName(std::string_view name) {
  static const RE2 kSaid(R"((?i)per_?(hour|minute)|(hour)ly)");
  std::string unit;
  std::string adverb;
  if (!RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), kSaid,
                         &unit, &adverb)) {
    return std::nullopt;
  }
  const bool hour = !adverb.empty() || unit[0] == 'h' || unit[0] == 'H';
  return hour ? kHour : kMinute;
}

void ReportUnit(LintContext& context, const promql::Binary& comparison,
                const promql::Expr& rate, double number, const TimeUnit& unit,
                const std::string& who) {
  context.Report(
      context.InFile({comparison.op_span.begin, comparison.right->span.end}),
      absl::StrFormat("%s is per second, but %s says per %s: %g a second is %g "
                      "a%s %s",
                      context.TextOf(rate), who, unit.name, number,
                      number * unit.seconds, unit.name == kHour.name ? "n" : "",
                      unit.name),
      absl::StrFormat("increase(...[1%c]), or rate(...) * %g", unit.name[0],
                      unit.seconds));
}

void CheckComparison(LintContext& context, const promql::Binary& comparison) {
  if (base::Row(comparison.op).kind != base::OpKind::kComparison) return;
  const auto* number = std::get_if<promql::NumberLiteral>(
      &promql::StripParens(*comparison.right).node);
  const promql::Expr* rate = PlainRate(*comparison.left);
  if (number == nullptr || rate == nullptr || number->value <= 0) return;
  for (const TemplateField& annotation : context.rule().annotations) {
    const auto unit = UnitInText(annotation.value.view(), number->value);
    if (!unit) continue;
    ReportUnit(context, comparison, *rate, number->value, *unit,
               absl::StrFormat("annotation \"%s\"", annotation.name));
    return;
  }
  if (const auto unit = UnitInName(context.rule().name.view())) {
    ReportUnit(context, comparison, *rate, number->value, *unit,
               "the alert's name");
  }
}

void CheckComparisons(LintContext& context, const promql::Expr& expr) {
  if (const auto* binary = std::get_if<promql::Binary>(&expr.node)) {
    CheckComparison(context, *binary);
  }
  for (const promql::ExprPtr& child : promql::Children(expr)) {
    CheckComparisons(context, *child);
  }
}

}  // namespace

void RateUnit(LintContext& context) {
  if (context.rule().kind == Rule::Kind::kAlert) {
    CheckComparisons(context, context.expr());
  }
}

}  // namespace alerts
