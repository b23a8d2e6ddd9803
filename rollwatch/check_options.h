// The options of `rollwatch check`: one table for its flags and for the keys of
// .rollwatch.yml.

#ifndef ROLLWATCH_CHECK_OPTIONS_H_
#define ROLLWATCH_CHECK_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "alerts/lint/lint.h"
#include "rollwatch/command_line.h"
#include "rollwatch/known_metrics.h"

namespace rollwatch {

struct CheckFormat;

// --output FORMAT=FILE
struct CheckOutput {
  const CheckFormat* format;
  std::string path;
};

struct CheckOptions {
  std::string fail_on = "error";
  std::string lint = "duplicate-rules";
  std::string format = "text";
  KnownMetricsOptions metrics;
  std::string compat;
  bool lint_fatal = false;
  bool ignore_unknown_fields = false;
  bool list_rules = false;
  bool list_checks = false;
  alerts::LintOptions lint_options;
  std::vector<std::string> output_texts;
  std::vector<CheckOutput> outputs;  // Those of output_texts.
  std::string baseline;
  std::string write_baseline;
  std::string config;
  std::vector<std::string> files;
};

// Declares all of them.
void DeclareCheckOptions(CommandLine& line, CheckOptions& options);

// What a declaration cannot tell: names of checks, formats of outputs,
// versions. The status to exit with, when one is wrong.
std::optional<int> ResolveCheckOptions(CheckOptions& options);

}  // namespace rollwatch

#endif  // ROLLWATCH_CHECK_OPTIONS_H_
