#include "rollwatch/data_options.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/status/status.h"

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
  client.Declare(line);
}

std::optional<promql::RecordedData> DataOptions::Open(
    std::string_view command, promql::DataSourceOptions options,
    int& exit) const {
  const auto server = client.Options();
  if (!server.ok()) {
    exit = WrongUse(command, std::string(server.status().message()));
    return std::nullopt;
  }
  options.client = *server;
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
