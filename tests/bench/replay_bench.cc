// How long a replay takes once the data is open.
//
//   replay_bench SOURCE RULES START END INTERVAL REPETITIONS
//
// Times in ms since the epoch, the interval in ms. For each rule, and for all
// together, a line: the name, the best time in ms, and how many evaluations
// found an alert.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "alerts/replay/replay.h"
#include "alerts/rules/rule_definition.h"
#include "alerts/rules/rule_file.h"
#include "base/diagnostic.h"
#include "promql/storage/data_source.h"

namespace {

using alerts::GroupDefinition;

double Seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

void Measure(const std::string& name, const promql::Storage& data,
             const std::vector<GroupDefinition>& groups,
             const alerts::ReplayOptions& options, int repetitions) {
  double best = 1e9;
  std::size_t found = 0;
  for (int i = 0; i < repetitions; ++i) {
    const double begin = Seconds();
    alerts::Replay replay(data, groups, options);
    replay.Run();
    best = std::min(best, Seconds() - begin);
    found = 0;
    for (const alerts::ReplayedRule& rule : replay.rules()) {
      for (const alerts::Episode& episode : rule.episodes) {
        found += episode.evaluations;
      }
    }
  }
  std::printf("%s %.3f %zu\n", name.c_str(), best * 1000, found);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  const auto data = promql::OpenData({argv[1]}, {});
  if (!data.ok()) {
    std::fprintf(stderr, "%s\n", std::string(data.status().message()).c_str());
    return 1;
  }
  std::ifstream in(argv[2]);
  std::stringstream text;
  text << in.rdbuf();
  const auto source = std::make_shared<const base::Source>(argv[2], text.str());
  base::Diagnostics diagnostics;
  const auto file = alerts::ParseRuleFile(source, diagnostics);
  if (!file) return 1;
  const std::vector<GroupDefinition> groups = alerts::DefineGroups(*file);
  alerts::ReplayOptions options;
  options.start = std::atoll(argv[3]);
  options.end = std::atoll(argv[4]);
  options.interval = std::atoll(argv[5]);
  const int repetitions = std::atoi(argv[6]);
  for (const GroupDefinition& group : groups) {
    for (const alerts::RuleDefinition& rule : group.rules) {
      GroupDefinition one = group;
      one.rules = {rule};
      Measure(rule.name, *data->storage, {one}, options, repetitions);
    }
  }
  Measure("all", *data->storage, groups, options, repetitions);
}
