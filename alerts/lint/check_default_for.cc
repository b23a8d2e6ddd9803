#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"

namespace alerts {

const CheckText kDefaultForText = {
    .paragraph = R"(`for` and `keep_firing_for` are 0 when they are left out. A
written 0 does nothing, and is often what is left of a time that somebody meant
to choose.)",
    .bad = R"(- alert: Down
  expr: up == 0
  for: 0m
)",
    .good = R"(- alert: Down
  expr: up == 0
)",
};

void DefaultFor(LintContext& context) {
  const auto check = [&](const TimeField& field, std::string_view name) {
    if (!field.given || field.value != 0) return;
    context.Report(field.span,
                   absl::StrFormat("0 is the default of `%s`", name),
                   "leave it out");
  };
  check(context.rule().for_duration, "for");
  check(context.rule().keep_firing_for, "keep_firing_for");
}

}  // namespace alerts
