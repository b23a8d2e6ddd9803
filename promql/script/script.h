// Prometheus' test scripts: load, eval, expect.

#ifndef PROMQL_SCRIPT_SCRIPT_H_
#define PROMQL_SCRIPT_SCRIPT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "base/time.h"
#include "promql/syntax/series_description.h"

namespace promql {

struct LoadCommand {
  base::Duration gap = 0;
  bool with_nhcb = false;  // Classic buckets as native histograms as well.
  std::vector<SeriesDescription> series;
  std::vector<StartTimes> start_times;
};

struct ClearCommand {};

// What an eval says of its annotations or its error.
struct Expectation {
  enum class Kind { kWarn, kInfo, kNoWarn, kNoInfo, kFail };
  Kind kind = Kind::kFail;
  enum class Text { kAny, kEqual, kRegexp };
  Text text_kind = Text::kAny;
  std::string text;
};

struct EvalCommand {
  std::string query;
  bool range = false;
  // An instant query has start == end.
  base::Timestamp start = 0;
  base::Timestamp end = 0;
  base::Duration step = 0;
  bool ordered = false;
  std::vector<Expectation> expectations;
  std::vector<SeriesDescription> series;
  std::optional<double> scalar;
  std::optional<std::string> text;
  // The grid of the range vector that an instant query answers with.
  std::optional<base::TimeGrid> matrix;

  bool ExpectsFail() const;
};

struct Command {
  std::size_t line = 0;
  std::variant<LoadCommand, ClearCommand, EvalCommand> action;
};

// Reads a whole script, the format of promql/promqltest/README.md with its
// deprecated forms. A command that cannot be read is reported and left out.
std::vector<Command> ParseScript(const base::Source& source,
                                 const SeriesDescriptionLimits& limits,
                                 base::Diagnostics& diagnostics);

}  // namespace promql

#endif  // PROMQL_SCRIPT_SCRIPT_H_
