#include "rollwatch/client_flags.h"

#include <cstdlib>
#include <string>

#include "absl/strings/str_format.h"

namespace rollwatch {

void ClientFlags::Declare(CommandLine& line, std::string_view server,
                          bool from_environment) {
  std::string config_help = absl::StrFormat(
      "credentials and TLS for %s, as promtool reads them", server);
  if (from_environment) {
    config_help += " (or ROLLWATCH_HTTP_CONFIG_FILE)";
    if (const char* file = std::getenv("ROLLWATCH_HTTP_CONFIG_FILE")) {
      settings_.config_file = file;
    }
  }
  line.Option("--http.config.file", &settings_.config_file, config_help,
              "FILE");
  line.Option("--http.basic-auth-file", &settings_.basic_auth_file,
              absl::StrFormat("holds USER:PASSWORD for %s", server), "FILE");
  line.Option("--http.bearer-token-file", &settings_.bearer_token_file,
              absl::StrFormat("holds the token for %s", server), "FILE");
  line.Repeated(
      "--http.header", &settings_.headers,
      absl::StrFormat("sent to %s, such as 'X-Scope-OrgID: team'", server),
      "NAME: VALUE");
  line.Option("--http.ca-file", &settings_.ca_file,
              "whom to trust in place of the system's authorities (PEM)",
              "FILE");
  line.Option("--http.cert-file", &settings_.certificate_file,
              absl::StrFormat("shown to %s that asks for one (PEM)", server),
              "FILE");
  line.Option("--http.key-file", &settings_.key_file,
              "the key of --http.cert-file (PEM)", "FILE");
  line.Flag("--http.insecure", &settings_.insecure, "believe any certificate");
}

absl::StatusOr<net::ClientOptions> ClientFlags::Options() const {
  return net::MakeClientOptions(settings_);
}

}  // namespace rollwatch
