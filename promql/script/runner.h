// Runs test scripts.

#ifndef PROMQL_SCRIPT_RUNNER_H_
#define PROMQL_SCRIPT_RUNNER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/source.h"
#include "base/time.h"
#include "promql/syntax/series_description.h"

namespace promql {

struct ScriptFailure {
  std::size_t line = 0;
  std::string query;     // Empty when a line could not be read.
  std::string problem;   // One line.
  std::string expected;  // The lines of the script.
  std::string got;
};

struct ScriptReport {
  std::size_t passed = 0;   // Evals.
  std::size_t failed = 0;   // Evals, and commands that could not be read.
  std::size_t queries = 0;  // Evaluated, with all repetitions.
  std::vector<ScriptFailure> failures;
};

struct ScriptLimits {
  // As upstream's runner has them.
  std::size_t max_samples = 10'000;
  base::Duration timeout = 100 * 1000;
  SeriesDescriptionLimits series;
};

// Runs every command, whatever fails. As upstream's runner does, each instant
// eval is also evaluated as the middle of a range, and at other times with @
// added to its selectors; delayed name removal and start timestamps are on.
ScriptReport RunScript(const base::Source& source,
                       const ScriptLimits& limits = {});

}  // namespace promql

#endif  // PROMQL_SCRIPT_RUNNER_H_
