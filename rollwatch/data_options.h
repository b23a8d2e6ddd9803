// --data and the options that go with it, for every command that reads
// recorded data.

#ifndef ROLLWATCH_DATA_OPTIONS_H_
#define ROLLWATCH_DATA_OPTIONS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promql/storage/data_source.h"
#include "rollwatch/client_flags.h"
#include "rollwatch/command_line.h"

namespace rollwatch {

// What the user typed. Declare, parse, then open.
struct DataOptions {
  std::vector<std::string> sources;
  ClientFlags client;

  // Adds --data and the options of a server.
  void Declare(CommandLine& line);

  // Opens them, saying warnings, and progress on a terminal, on stderr.
  // `options` has the times; credentials, progress and colour are filled in. An
  // error is said too, and gives nothing; `exit` is then what to exit with.
  // `command` is what wrong use is said of.
  std::optional<promql::RecordedData> Open(std::string_view command,
                                           promql::DataSourceOptions options,
                                           int& exit) const;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_DATA_OPTIONS_H_
