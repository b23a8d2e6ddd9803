#include <array>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "alerts/lint/units.h"
#include "re2/re2.h"

namespace alerts {

const CheckText kUnitMismatchText = {
    .paragraph = R"(Units follow from the schema, from the names of metrics
(_seconds, _milliseconds, _percent, _ratio), from shares (a part divided by its
whole is a ratio) and from * 100, / 100, * 1000, / 1000. Reported are sums,
differences and comparisons of two different units; humanizePercentage of what
is a percentage already (it multiplies by 100) or a time; humanizeDuration of
what is no seconds; and a threshold that the text gives in another unit:
"> 500", said to be 500ms, of seconds.)",
    .bad = R"(- alert: CanaryStuck
  expr: canary_traffic_percentage > 50
  annotations:
    summary: The canary has {{ $value | humanizePercentage }} of the traffic
)",
    .good = R"(- alert: CanaryStuck
  expr: canary_traffic_percentage > 50
  annotations:
    summary: The canary has {{ $value | humanize }}% of the traffic
)",
};

namespace {

void CheckOperands(LintContext& context) {
  ForEachPart(context.expr(), [&](const promql::Expr& part) {
    const auto* binary = std::get_if<promql::Binary>(&part.node);
    if (binary == nullptr) return;
    const bool adds = binary->op == base::BinaryOp::kAdd ||
                      binary->op == base::BinaryOp::kSubtract;
    const bool compares =
        base::Row(binary->op).kind == base::OpKind::kComparison;
    if (!adds && !compares) return;
    const Unit left = UnitOf(context, *binary->left);
    const Unit right = UnitOf(context, *binary->right);
    if (left == Unit::kUnknown || right == Unit::kUnknown || left == right) {
      return;
    }
    context.Report(
        context.InFile(binary->op_span),
        absl::StrFormat("%s is %s, %s is %s", context.TextOf(*binary->left),
                        NameOf(left), context.TextOf(*binary->right),
                        NameOf(right)));
  });
}

// {{ $value | humanizePercentage }}, {{ humanizeDuration $value }}.
void CheckHumanize(LintContext& context, const ParsedField& field, Unit unit) {
  static const RE2 kHumanize(
      R"(\{\{-?\s*(?:(?:\$value|\.Value)\s*\|\s*(humanizePercentage|humanizeDuration)|(humanizePercentage|humanizeDuration)\s+(?:\$value|\.Value))\s*-?\}\})");
  const std::string_view text = field.field->value.view();
  const re2::StringPiece whole(text.data(), text.size());
  std::array<re2::StringPiece, 3> groups;
  std::size_t at = 0;
  while (kHumanize.Match(whole, at, whole.size(), RE2::UNANCHORED,
                         groups.data(), 3)) {
    const re2::StringPiece word = groups[1].empty() ? groups[2] : groups[1];
    const auto begin =
        static_cast<std::size_t>(groups[0].data() - whole.data());
    at = begin + groups[0].size();
    const bool percentage = word == "humanizePercentage";
    if (unit == (percentage ? Unit::kRatio : Unit::kSeconds)) continue;
    const std::string_view help =
        unit == Unit::kPercent        ? "{{ $value | humanize }}%"
        : unit == Unit::kMilliseconds ? "divide the value by 1000"
                                      : "";
    context.Report(
        field.field->value.text.Outer({begin, at}),
        absl::StrFormat("%s reads %s, but the value is %s",
                        std::string_view(word.data(), word.size()),
                        percentage ? "a ratio" : "seconds", NameOf(unit)),
        std::string(help));
  }
}

// The unit that the text gives this number in, when it is another one of the
// same kind, and the right one is nowhere.
Unit OtherUnitInText(std::string_view text, double number, Unit unit) {
  static const RE2 kSaid(
      R"((?:^|[^\w.])([0-9]+(?:\.[0-9]+)?) ?(ms\b|milliseconds?\b|s\b|seconds?\b|%))");
  const bool time = unit == Unit::kSeconds || unit == Unit::kMilliseconds;
  re2::StringPiece rest(text.data(), text.size());
  double said = 0;
  std::string word;
  Unit other = Unit::kUnknown;
  while (RE2::FindAndConsume(&rest, kSaid, &said, &word)) {
    if (said != number || (word == "%") == time) continue;
    const Unit in_text = word == "%"             ? Unit::kPercent
                         : word.starts_with('m') ? Unit::kMilliseconds
                                                 : Unit::kSeconds;
    if (in_text == unit) return Unit::kUnknown;
    other = in_text;
  }
  return other;
}

void CheckThreshold(LintContext& context, const Threshold& threshold) {
  const Unit unit = UnitOf(context, *threshold.value);
  if (unit == Unit::kUnknown || threshold.number == 0) return;
  for (const TemplateField& annotation : context.rule().annotations) {
    const Unit other =
        OtherUnitInText(annotation.value.view(), threshold.number, unit);
    if (other == Unit::kUnknown) continue;
    context.Report(
        context.InFile(threshold.span),
        absl::StrFormat("%s is %s, but annotation \"%s\" gives the threshold "
                        "as %s",
                        context.TextOf(*threshold.value), NameOf(unit),
                        annotation.name, NameOf(other)));
    return;
  }
}

}  // namespace

void UnitMismatch(LintContext& context) {
  CheckOperands(context);
  if (context.rule().kind != Rule::Kind::kAlert) return;
  const Unit unit = UnitOf(context, context.expr());
  if (unit != Unit::kUnknown) {
    for (const ParsedField& field : context.templates()) {
      CheckHumanize(context, field, unit);
    }
  }
  for (const Threshold& threshold : Thresholds(context.expr())) {
    CheckThreshold(context, threshold);
  }
}

}  // namespace alerts
