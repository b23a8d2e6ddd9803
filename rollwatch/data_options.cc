#include "rollwatch/data_options.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/status/status.h"
#include "net/client_config.h"

namespace rollwatch {
namespace {

// A line on the terminal that the next one replaces.
void ShowProgress(const std::string& line) {
  std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
  std::fflush(stderr);
}

int Fail(const absl::Status& status) {
  const std::string message(status.message());
  // The findings of a page begin with their place.
  if (status.code() == absl::StatusCode::kInvalidArgument) {
    std::fprintf(stderr, "%s\n", message.c_str());
    return kExitFailed;
  }
  std::fprintf(stderr, "rollwatch: error: %s\n", message.c_str());
  return kExitUnknown;
}

}  // namespace

void DataOptions::Declare(CommandLine& line) {
  line.Repeated("--data", &sources,
                "recorded data: a page of metrics with timestamps (text or "
                "OpenMetrics, also gzipped; - is standard input), a folder of "
                "such pages, Prometheus' data folder, a snapshot or one block, "
                "or the URL of a Prometheus-compatible server; several are "
                "merged",
                "SOURCE");
  DeclareClient(line);
}

void DataOptions::DeclareClient(CommandLine& line) {
  line.Option("--http.config.file", &client_config,
              "credentials and TLS for a server, as promtool reads them",
              "FILE");
  line.Option("--http.basic-auth-file", &basic_auth_file,
              "holds USER:PASSWORD for a server", "FILE");
  line.Option("--http.bearer-token-file", &bearer_token_file,
              "holds the token for a server", "FILE");
  line.Repeated("--http.header", &headers,
                "sent to a server, such as 'X-Scope-OrgID: team'",
                "NAME: VALUE");
  line.Option("--http.ca-file", &ca_file,
              "whom to trust in place of the system's authorities (PEM)",
              "FILE");
  line.Flag("--http.insecure", &insecure, "believe any certificate");
}

absl::StatusOr<net::ClientOptions> DataOptions::Client() const {
  return net::MakeClientOptions({.config_file = client_config,
                                 .basic_auth_file = basic_auth_file,
                                 .bearer_token_file = bearer_token_file,
                                 .headers = headers,
                                 .ca_file = ca_file,
                                 .insecure = insecure});
}

std::optional<promql::RecordedData> DataOptions::Open(
    std::string_view command, promql::DataSourceOptions options,
    int& exit) const {
  const auto client = Client();
  if (!client.ok()) {
    exit = WrongUse(command, std::string(client.status().message()));
    return std::nullopt;
  }
  options.client = *client;
  options.colour = WantsColour(2);
  if (isatty(2) != 0) options.progress = ShowProgress;
  auto data = promql::OpenData(sources, options);
  if (!data.ok()) {
    exit = Fail(data.status());
    return std::nullopt;
  }
  for (const std::string& warning : data->warnings) {
    std::fprintf(stderr, "rollwatch: warning: %s\n", warning.c_str());
  }
  return *std::move(data);
}

}  // namespace rollwatch
