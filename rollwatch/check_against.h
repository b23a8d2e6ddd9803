// What `rollwatch check` checks against: the options that say it, and what they
// come to.

#ifndef ROLLWATCH_CHECK_AGAINST_H_
#define ROLLWATCH_CHECK_AGAINST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alerts/lint/lint.h"
#include "rollwatch/command_line.h"
#include "schema/schema.h"

namespace rollwatch {

struct AgainstOptions {
  std::vector<std::string> schemas;  // Files.
  std::string target_labels = "job,instance";
  std::string prometheus_config;
  std::string compat;
  std::int64_t scrape_interval = 0;
  bool honor_labels = false;
  bool closed_schema = false;
  std::vector<std::string> environments;
};

void AddAgainstOptions(CommandLine& line, AgainstOptions* options);

// The exit status instead, said on stderr, when an option is wrong or one of
// the files cannot be read. `rule_files` are those of --prometheus-config.
// REQUIRES: after line.Parse
std::optional<int> LoadAgainst(const CommandLine& line,
                               const AgainstOptions& options,
                               schema::Schema* schema,
                               alerts::LintOptions* lint,
                               std::vector<std::string>* rule_files);

}  // namespace rollwatch

#endif  // ROLLWATCH_CHECK_AGAINST_H_
