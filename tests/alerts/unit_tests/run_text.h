// Unit tests given as text, and what became of them.

#ifndef TESTS_ALERTS_UNIT_TESTS_RUN_TEXT_H_
#define TESTS_ALERTS_UNIT_TESTS_RUN_TEXT_H_

#include <string>
#include <string_view>

#include "alerts/unit_tests/unit_test.h"

namespace alerts {

// A recording rule, an alert with a `for`, and one that always fires.
inline constexpr std::string_view kRules = R"(groups:
- name: g
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
  - alert: Down
    expr: up == 0
    for: 2m
    labels:
      severity: page
    annotations:
      summary: "{{ $labels.job }} is down for {{ $externalLabels.dc }}"
  - alert: Always
    expr: vector(1)
)";

struct Ran {
  std::string failures;  // Promtool's texts, or why the file is not valid.
  std::string hints;
  std::string explanations;
  std::string warnings;
  std::string cases;   // "+" passed, "-" failed, and the name.
  std::string series;  // With `debug`.
};

Ran RunText(std::string_view tests, std::string_view rules = kRules,
            const UnitTestOptions& options = {});

// One test around `body`, which is indented by four.
std::string OneTest(std::string_view body);

}  // namespace alerts

#endif  // TESTS_ALERTS_UNIT_TESTS_RUN_TEXT_H_
