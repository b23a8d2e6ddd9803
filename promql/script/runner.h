// Runs test scripts.

#ifndef PROMQL_SCRIPT_RUNNER_H_
#define PROMQL_SCRIPT_RUNNER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/source.h"

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

// Runs every command, whatever fails. As upstream's runner does, each instant
// eval is also evaluated as the middle of a range, and at other times with @
// added to its selectors. The options are upstream's: delayed name removal and
// start timestamps are on, and 10,000 samples are the limit.
ScriptReport RunScript(const base::Source& source);

}  // namespace promql

#endif  // PROMQL_SCRIPT_RUNNER_H_
