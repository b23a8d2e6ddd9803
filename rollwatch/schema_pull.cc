#include "rollwatch/schema_pull.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/labels.h"
#include "base/quote.h"
#include "base/source.h"
#include "base/time.h"
#include "net/http_client.h"
#include "net/url.h"
#include "promql/storage/server/fetch.h"
#include "rollwatch/client_flags.h"
#include "rollwatch/command_line.h"
#include "schema/reader.h"
#include "schema/schema.h"
#include "schema/writer.h"

namespace rollwatch {
namespace {

// Of a name's series; the default of 10 s is short for a busy server.
constexpr base::Duration kTimeout = 60'000;

struct Metadata {
  std::string type;
  std::string help;
  std::string unit;
};

// Asks a Prometheus server, or one that answers like it.
class Server {
 public:
  Server(std::string url, net::ClientOptions client, base::Duration since)
      : url_(std::move(url)), client_(std::move(client)) {
    while (url_.ends_with('/')) url_.pop_back();
    const base::Timestamp now = base::Now();
    span_ = absl::StrFormat("start=%d&end=%d", (now - since) / 1000,
                            (now + 999) / 1000);
  }

  // By the name of a family. Servers that have none are none the worse.
  std::map<std::string, Metadata> AskMetadata() const {
    std::map<std::string, Metadata> found;
    const auto data = Ask("/api/v1/metadata", "");
    if (!data.ok()) return found;
    for (const base::JsonMember& member : data->members) {
      if (member.value.elements.empty()) continue;
      const base::Json& first = member.value.elements.front();
      found[member.name] = {std::string(first.TextOf("type")),
                            std::string(first.TextOf("help")),
                            std::string(first.TextOf("unit"))};
    }
    return found;
  }

  absl::StatusOr<std::vector<std::string>> AskNames() const {
    const auto data = Ask("/api/v1/label/__name__/values", span_);
    if (!data.ok()) return data.status();
    std::vector<std::string> names;
    for (const base::Json& name : data->elements) names.push_back(name.text);
    return names;
  }

  // The labels of the series that a selector finds.
  absl::StatusOr<std::vector<base::Labels>> AskSeries(
      std::string_view selector) const {
    const auto data = Ask(
        "/api/v1/series",
        absl::StrFormat("%s&match[]=%s", span_, net::PercentEncode(selector)));
    if (!data.ok()) return data.status();
    std::vector<base::Labels> series;
    for (const base::Json& labels : data->elements) {
      series.push_back(promql::server::LabelsOf(labels));
    }
    return series;
  }

 private:
  // The `data` of an answer.
  absl::StatusOr<base::Json> Ask(std::string_view path,
                                 std::string_view query) const {
    net::HttpCall call;
    call.url = absl::StrFormat("%s%s?%s", url_, path, query);
    call.headers = client_.headers;
    call.tls = client_.tls;
    call.timeout = kTimeout;
    const auto response = net::Send(call);
    if (!response.ok()) return response.status();
    const base::Source source("the answer", response->body);
    base::Diagnostics diagnostics;
    const auto json = base::ReadJson(source, diagnostics);
    const base::Json* data = json ? json->Find("data") : nullptr;
    if (response->status == 200 && data != nullptr) return *data;
    const std::string reason(json ? json->TextOf("error") : "");
    return absl::UnavailableError(
        absl::StrFormat("%s%s answers %d%s%s", url_, path, response->status,
                        reason.empty() ? "" : ": ", reason));
  }

  std::string url_;
  net::ClientOptions client_;
  std::string span_;  // start=...&end=...
};

// What Prometheus makes itself is in every schema already.
bool IsSynthetic(const std::string& name) {
  static const schema::Schema ours = schema::Schema::Ours();
  const schema::Sample* sample = ours.FindSample(name);
  return sample != nullptr && ours.FindMetric(sample->metric) == nullptr;
}

// Puts series into the families that they were scraped as.
class Families {
 public:
  explicit Families(std::map<std::string, Metadata> metadata)
      : metadata_(std::move(metadata)) {}

  void Add(const base::Labels& labels) {
    const std::string name(labels.metric_name());
    if (name.empty() || IsSynthetic(name)) return;
    const std::string family = FamilyOf(name);
    schema::ExpositionFamily& found = families_[family];
    if (found.name.empty()) {
      found.name = family;
      const auto known = metadata_.find(family);
      if (known != metadata_.end()) {
        found.type = known->second.type;
        found.help = known->second.help;
        found.unit = known->second.unit;
      }
    }
    schema::ExpositionSample& sample = found.samples.emplace_back();
    sample.labels = labels;
  }

  std::vector<schema::Metric> Metrics() {
    schema::Exposition page;
    for (auto& [name, family] : families_) {
      page.families.push_back(std::move(family));
    }
    std::vector<schema::Metric> metrics =
        schema::MetricsOfPage(page, /*labels_declared=*/true);
    for (schema::Metric& metric : metrics) metric.as_stored = true;
    std::ranges::sort(metrics, {}, &schema::Metric::name);
    return metrics;
  }

 private:
  bool HasType(const std::string& family, std::string_view type) const {
    const auto known = metadata_.find(family);
    return known != metadata_.end() && known->second.type == type;
  }

  // "h" of h_bucket, when the server knows h as a histogram; "c" of the
  // OpenMetrics counter c_total.
  std::string FamilyOf(const std::string& name) const {
    if (metadata_.contains(name)) return name;
    for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
      if (!name.ends_with(suffix)) continue;
      std::string family = name.substr(0, name.size() - suffix.size());
      if (HasType(family, "histogram") || HasType(family, "summary")) {
        return family;
      }
    }
    if (name.ends_with("_total")) {
      std::string family = name.substr(0, name.size() - 6);
      if (HasType(family, "counter")) return family;
    }
    return name;
  }

  std::map<std::string, Metadata> metadata_;
  std::map<std::string, schema::ExpositionFamily> families_;
};

absl::StatusOr<std::vector<schema::Metric>> Pull(
    const Server& server, std::vector<std::string> selectors) {
  Families families(server.AskMetadata());
  if (selectors.empty()) {
    auto names = server.AskNames();
    if (!names.ok()) return names.status();
    for (const std::string& name : *names) {
      if (IsSynthetic(name)) continue;
      selectors.push_back(absl::StrFormat("{__name__=%s}", base::Quote(name)));
    }
  }
  for (const std::string& selector : selectors) {
    const auto series = server.AskSeries(selector);
    if (!series.ok()) return series.status();
    for (const base::Labels& labels : *series) families.Add(labels);
  }
  return families.Metrics();
}

int WriteSchema(const std::string& text, const std::string& path) {
  if (path.empty()) {
    std::fputs(text.c_str(), stdout);
    return kExitOk;
  }
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return kExitOk;
  std::fprintf(stderr, "rollwatch schema pull: error: %s: cannot be written\n",
               path.c_str());
  return kExitFailed;
}

}  // namespace

int PullSchema(const Arguments& arguments) {
  std::string url;
  std::string output;
  std::vector<std::string> selectors;
  std::int64_t since = 3'600'000;
  ClientFlags client;
  CommandLine line(
      "schema pull",
      "writes the names, types, labels, buckets and bounded values of a\n"
      "Prometheus server's metrics, for `rollwatch check --schema`",
      "rollwatch schema pull --server http://127.0.0.1:9090 --output "
      "schema.yml\n"
      "rollwatch schema pull --server https://prometheus.example --match "
      "'{job=\"app\"}'");
  line.Option("--server", &url, "address of the server", "URL");
  line.Repeated("--match", &selectors,
                "only the series that this selector finds", "SELECTOR");
  line.DurationOption("--since", &since, "how far back series are looked for");
  line.Option("--output", &output, "writes this file instead", "FILE");
  client.Declare(line);
  if (const auto exit = line.Parse(arguments)) return *exit;
  if (url.empty()) return WrongUse("schema pull", "--server URL is needed");
  if (const auto parsed = net::ParseUrl(url); !parsed.ok()) {
    return WrongUse("schema pull", std::string(parsed.status().message()));
  }
  const auto options = client.Options();
  if (!options.ok()) {
    return WrongUse("schema pull", std::string(options.status().message()));
  }

  auto metrics = Pull(Server(url, *options, since), selectors);
  if (!metrics.ok()) {
    std::fprintf(stderr, "rollwatch schema pull: error: %s\n",
                 std::string(metrics.status().message()).c_str());
    return kExitUnknown;
  }
  schema::Schema schema;
  for (schema::Metric& metric : *metrics) schema.Add(std::move(metric));
  return WriteSchema(
      "# Written by `rollwatch schema pull`: values and buckets are those that "
      "were seen.\n" +
          schema::ToYaml(schema),
      output);
}

}  // namespace rollwatch
