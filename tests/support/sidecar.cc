#include "tests/support/sidecar.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "net/http_client.h"

namespace tests {

net::HttpResponse Fetch(std::string_view method, const std::string& url,
                        std::string_view body,
                        std::vector<net::Header> headers) {
  absl::StatusOr<net::HttpResponse> response =
      net::Send({.method = std::string(method),
                 .url = url,
                 .headers = std::move(headers),
                 .body = std::string(body)});
  if (response.ok()) return *std::move(response);
  return {.status = 0, .body = std::string(response.status().message())};
}

Sidecar::Sidecar(std::string storage, std::vector<std::string> flags) {
  std::vector<std::string> arguments = {Rollwatch(), "serve", "--storage.path",
                                        std::move(storage)};
  for (const char* flag : {"--web.listen-address", "--web.events-address"}) {
    if (std::find(flags.begin(), flags.end(), flag) != flags.end()) continue;
    arguments.insert(arguments.end(), {flag, "127.0.0.1:0"});
  }
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  process_ = std::make_unique<Process>(arguments);
  events_ = process_->WaitForText("events: ", kLongest);
  scrapes_ = process_->WaitForText("scrapes: ", milliseconds(0));
}

net::HttpResponse Sidecar::Get(std::string_view path) const {
  return Fetch("GET", scrapes_ + std::string(path));
}

net::HttpResponse Sidecar::Post(std::string_view body) const {
  return Fetch("POST", events_ + "/api/v1/events", body);
}

std::optional<double> Sidecar::Metric(std::string_view series) const {
  const std::string page = "\n" + Get("/metrics").body;
  const std::string wanted = "\n" + std::string(series) + " ";
  const std::size_t found = page.find(wanted);
  if (found == page.npos) return std::nullopt;
  return std::strtod(page.c_str() + found + wanted.size(), nullptr);
}

Finished Sidecar::Report(std::vector<std::string> arguments) const {
  std::vector<std::string> all = {Rollwatch(), "report"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return Run(all, {"ROLLWATCH_URL=" + events_});
}

}  // namespace tests
