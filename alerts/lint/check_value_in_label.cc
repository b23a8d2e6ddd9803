#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "re2/re2.h"

namespace alerts {

const CheckText kValueInLabelText = {
    .paragraph = R"(An alert is the same alert as long as its labels are. One
whose label holds the value becomes another one whenever the value changes: the
old one resolves, the new one starts to wait for its `for`, and is notified
anew. The value belongs into an annotation. A label that only asks about the
value ({{ if gt $value 90.0 }}) is not reported.)",
    .bad = R"(- alert: Busy
  expr: deployment_frequency > 5
  for: 5m
  labels:
    frequency: "{{ $value }}"
)",
    .good = R"(- alert: Busy
  expr: deployment_frequency > 5
  for: 5m
  labels:
    severity: '{{ if gt $value 10.0 }}critical{{ else }}warning{{ end }}'
  annotations:
    summary: "{{ $value }} deployments an hour"
)",
};

void ValueInLabel(LintContext& context) {
  for (const ParsedField& field : context.templates()) {
    if (field.what != "label") continue;
    const std::string_view text = field.field->value.view();
    if (text.find("alue") == std::string_view::npos) continue;
    // An action that prints it: it starts with the value or with a function.
    static const RE2 kPrinted(
        R"(\{\{-?\s*(?:(?:humanize\w*|printf?|println)\s[^}]*)?(?:\$value|\.Value)\b)");
    const re2::StringPiece whole(text.data(), text.size());
    re2::StringPiece found;
    if (!kPrinted.Match(whole, 0, whole.size(), RE2::UNANCHORED, &found, 1)) {
      continue;
    }
    const auto begin = static_cast<std::size_t>(found.data() - whole.data());
    const bool waits = context.rule().for_duration.value > 0;
    context.ReportAs(
        waits ? base::Severity::kError : base::Severity::kWarning,
        field.field->value.text.Outer({begin, begin + found.size()}),
        absl::StrFormat("label %s holds the value: whenever it changes, this "
                        "is another alert%s",
                        field.field->name,
                        waits ? ", which waits for its `for` again" : ""),
        "an annotation");
  }
}

}  // namespace alerts
