#include "tests/support/prometheus.h"

#include <cstring>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "net/url.h"
#include "tests/support/sidecar.h"

namespace tests {
namespace {

// As Protocol Buffers' sint32 and sint64.
std::uint64_t ZigZag(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1) ^
         static_cast<std::uint64_t>(number >> 63);
}

void AppendSpans(std::string& out, unsigned field,
                 const base::BucketRuns& runs) {
  for (const base::BucketSpan& span : runs.spans) {
    std::string message;
    AppendVarintField(message, 1, ZigZag(span.offset));
    AppendVarintField(message, 2, span.length);
    AppendBytesField(out, field, message);
  }
}

// Deltas of integers in the field, counts in the one behind it.
void AppendBuckets(std::string& out, unsigned field,
                   const base::BucketRuns& runs, bool floats) {
  std::string packed;
  std::int64_t before = 0;
  for (const double count : runs.counts) {
    if (floats) {
      packed.resize(packed.size() + sizeof count);
      std::memcpy(packed.data() + packed.size() - sizeof count, &count,
                  sizeof count);
      continue;
    }
    const auto integer = static_cast<std::int64_t>(count);
    AppendVarint(packed, ZigZag(integer - before));
    before = integer;
  }
  AppendBytesField(out, floats ? field + 1 : field, packed);
}

std::string Encode(const base::FloatHistogram& histogram, base::Timestamp time,
                   bool floats) {
  std::string out;
  const auto append_count = [&](unsigned field, double count) {
    if (floats) {
      AppendDoubleField(out, field + 1, count);
    } else {
      AppendVarintField(out, field, static_cast<std::uint64_t>(count));
    }
  };
  append_count(1, histogram.count);
  AppendDoubleField(out, 3, histogram.sum);
  AppendVarintField(out, 4, ZigZag(histogram.schema));
  AppendDoubleField(out, 5, histogram.zero_threshold);
  append_count(6, histogram.zero_count);
  AppendSpans(out, 8, histogram.negative);
  AppendBuckets(out, 9, histogram.negative, floats);
  AppendSpans(out, 11, histogram.positive);
  AppendBuckets(out, 12, histogram.positive, floats);
  constexpr std::uint64_t kGauge = 3;
  if (histogram.counter_reset == base::CounterReset::kGauge) {
    AppendVarintField(out, 14, kGauge);
  }
  AppendVarintField(out, 15, static_cast<std::uint64_t>(time));
  return out;
}

std::string EncodeLabels(const base::Labels& labels) {
  std::string out;
  for (const base::Label& label : labels) {
    std::string message;
    AppendBytesField(message, 1, label.name);
    AppendBytesField(message, 2, label.value);
    AppendBytesField(out, 1, message);
  }
  return out;
}

}  // namespace

bool HasPrometheus() { return Run({"prometheus", "--version"}).status == 0; }

Prometheus::Prometheus(const std::string& data_folder,
                       const std::string& config,
                       std::vector<std::string> flags)
    : data_folder_(data_folder) {
  std::vector<std::string> arguments = {"prometheus",
                                        "--config.file",
                                        folder_.Write("prometheus.yml", config),
                                        "--storage.tsdb.path",
                                        data_folder,
                                        "--web.listen-address",
                                        "127.0.0.1:0"};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  process_ = std::make_unique<Process>(arguments);
  const std::string address =
      process_->WaitForText("msg=\"Listening on\" address=", kLongest);
  if (address.empty()) return;
  url_ = "http://" + address;
  if (!Eventually([this] { return Get("/-/ready").status == 200; }, kLongest)) {
    url_.clear();
  }
}

net::HttpResponse Prometheus::Get(std::string_view path) const {
  return Fetch("GET", url_ + std::string(path));
}

std::string Prometheus::Ask(std::string_view query,
                            base::Timestamp time) const {
  return Get(absl::StrFormat("/api/v1/query?time=%d.%03d&query=%s", time / 1000,
                             time % 1000, net::PercentEncode(query)))
      .body;
}

std::string Prometheus::Snapshot() const {
  const net::HttpResponse answer =
      Fetch("POST", url_ + "/api/v1/admin/tsdb/snapshot");
  const base::Source source("snapshot", answer.body);
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  const base::Json* const data = json ? json->Find("data") : nullptr;
  if (data == nullptr) return "";
  return absl::StrFormat("%s/snapshots/%s", data_folder_, data->TextOf("name"));
}

void RemoteWrite::Add(const base::Labels& labels, base::Timestamp time,
                      double value) {
  std::string sample;
  AppendDoubleField(sample, 1, value);
  AppendVarintField(sample, 2, static_cast<std::uint64_t>(time));
  std::string series = EncodeLabels(labels);
  AppendBytesField(series, 2, sample);
  AppendBytesField(series_, 1, series);
}

void RemoteWrite::Add(const base::Labels& labels, base::Timestamp time,
                      const base::FloatHistogram& histogram, bool floats) {
  std::string series = EncodeLabels(labels);
  AppendBytesField(series, 4, Encode(histogram, time, floats));
  AppendBytesField(series_, 1, series);
}

std::string RemoteWrite::SendTo(const Prometheus& prometheus) const {
  const net::HttpResponse answer =
      Fetch("POST", prometheus.url() + "/api/v1/write", SnappyLiteral(series_),
            {{"Content-Encoding", "snappy"},
             {"Content-Type", "application/x-protobuf"},
             {"X-Prometheus-Remote-Write-Version", "0.1.0"}});
  return answer.status / 100 == 2
             ? ""
             : absl::StrFormat("%d %s", answer.status, answer.body);
}

void AppendVarint(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) {
    out += static_cast<char>(number | 0x80);
  }
  out += static_cast<char>(number);
}

void AppendVarintField(std::string& out, unsigned field, std::uint64_t number) {
  AppendVarint(out, field << 3);
  AppendVarint(out, number);
}

void AppendDoubleField(std::string& out, unsigned field, double number) {
  AppendVarint(out, field << 3 | 1);
  out.resize(out.size() + sizeof number);
  std::memcpy(out.data() + out.size() - sizeof number, &number, sizeof number);
}

void AppendBytesField(std::string& out, unsigned field,
                      std::string_view bytes) {
  AppendVarint(out, field << 3 | 2);
  AppendVarint(out, bytes.size());
  out += bytes;
}

std::string SnappyLiteral(std::string_view bytes) {
  std::string out;
  AppendVarint(out, bytes.size());
  while (!bytes.empty()) {
    constexpr std::size_t kMost = 65'536;
    const std::string_view part = bytes.substr(0, kMost);
    const auto length = static_cast<std::uint32_t>(part.size() - 1);
    out += static_cast<char>(61 << 2);  // A literal, its length in two bytes.
    out += static_cast<char>(length & 0xff);
    out += static_cast<char>(length >> 8);
    out += part;
    bytes.remove_prefix(part.size());
  }
  return out;
}

}  // namespace tests
