// --data and the options that go with it, for every command that reads
// recorded data.

#ifndef ROLLWATCH_DATA_OPTIONS_H_
#define ROLLWATCH_DATA_OPTIONS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "net/http_client.h"
#include "promql/storage/data_source.h"
#include "rollwatch/command_line.h"

namespace rollwatch {

// What the user typed. Declare, parse, then open.
struct DataOptions {
  std::vector<std::string> sources;
  std::string client_config;
  std::vector<std::string> headers;
  std::string basic_auth_file;
  std::string bearer_token_file;
  std::string ca_file;
  bool insecure = false;

  // Adds --data and the options of a server.
  void Declare(CommandLine& line);
  // The options of a server alone: --http.*.
  void DeclareClient(CommandLine& line);
  // What they say.
  absl::StatusOr<net::ClientOptions> Client() const;

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
