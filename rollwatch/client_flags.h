// The options of a command that calls a server: --http.*.

#ifndef ROLLWATCH_CLIENT_FLAGS_H_
#define ROLLWATCH_CLIENT_FLAGS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "net/client_config.h"
#include "net/http_client.h"
#include "rollwatch/command_line.h"

namespace rollwatch {

// What the user typed. Declare, parse, then ask for the options.
class ClientFlags {
 public:
  // `server` is whom they are for: "a server", "the sidecar". The variable
  // ROLLWATCH_HTTP_CONFIG_FILE stands for --http.config.file where
  // `from_environment`: pipelines have it easier than flags.
  void Declare(CommandLine& line, std::string_view server = "a server",
               bool from_environment = false);

  // Reads the files. The message of a failure names the file or option.
  absl::StatusOr<net::ClientOptions> Options() const;

 private:
  net::ClientSettings settings_;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_CLIENT_FLAGS_H_
