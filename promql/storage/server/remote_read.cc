#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/json.h"
#include "base/source.h"
#include "base/yaml.h"
#include "promql/storage/server/fetch.h"
#include "promql/storage/server/wire.h"
#include "promql/storage/tsdb/bytes.h"
#include "promql/storage/tsdb/chunk.h"

namespace promql::server {
namespace {

constexpr char kReadPath[] = "/api/v1/read";

// prompb/remote.proto, ReadRequest.
std::string Request(const std::vector<base::Matcher>& matchers, TimeSpan span) {
  WireWriter query;
  query.Number(1, static_cast<std::uint64_t>(span.start));
  query.Number(2, static_cast<std::uint64_t>(span.end));
  for (const base::Matcher& matcher : matchers) {
    WireWriter message;
    message.Number(1, static_cast<std::uint64_t>(matcher.type()));
    message.Text(2, matcher.name());
    message.Text(3, matcher.value());
    query.Text(3, message.bytes());
  }
  WireWriter request;
  request.Text(1, query.bytes());
  constexpr std::uint64_t kStreamedChunks = 1;
  request.Number(2, kStreamedChunks);
  return SnappyLiterals(request.bytes());
}

static_assert(static_cast<int>(base::MatchType::kEqual) == 0 &&
              static_cast<int>(base::MatchType::kNotEqual) == 1 &&
              static_cast<int>(base::MatchType::kRegexp) == 2 &&
              static_cast<int>(base::MatchType::kNotRegexp) == 3);

absl::Status DamagedAnswer(std::string_view why) {
  return absl::DataLossError(absl::StrFormat("the answer is damaged: %s", why));
}

void Keep(TimeSpan span, SampleColumns& samples) {
  const auto& times = samples.times;
  const auto begin =
      std::ranges::lower_bound(times, span.start) - times.begin();
  const auto end = std::ranges::upper_bound(times, span.end) - times.begin();
  const auto cut = [&](auto& column) {
    if (column.empty()) return;
    column.erase(column.begin() + end, column.end());
    column.erase(column.begin(), column.begin() + begin);
  };
  cut(samples.values);
  cut(samples.histograms);
  cut(samples.times);
}

// Adds a chunk of a series: nearly always behind what is there.
void Add(SampleColumns chunk, SampleColumns& samples) {
  if (chunk.times.empty()) return;
  if (samples.times.empty() || samples.times.back() < chunk.times.front()) {
    samples.AppendAll(chunk);
    return;
  }
  samples = MergeSamples({samples.View({}), chunk.View({})});
}

absl::Status DecodeOneChunk(std::string_view message, TimeSpan span,
                            SampleColumns& samples) {
  std::uint64_t encoding = 0;
  std::string_view data;
  WireReader chunk(message);
  while (chunk.Next()) {
    if (chunk.field() == 3) encoding = chunk.number();
    if (chunk.field() == 4) data = chunk.text();
  }
  if (!chunk.ok()) return DamagedAnswer("a chunk does not end");
  SampleColumns decoded;
  if (const auto damage = tsdb::DecodeChunk(static_cast<std::uint8_t>(encoding),
                                            data, decoded)) {
    return DamagedAnswer(damage->what);
  }
  Keep(span, decoded);
  Add(std::move(decoded), samples);
  return absl::OkStatus();
}

absl::Status DecodeSeries(std::string_view message, TimeSpan span,
                          Fetched& fetched) {
  std::vector<base::Label> labels;
  std::vector<std::string_view> chunks;
  WireReader series(message);
  while (series.Next()) {
    if (series.field() == 2) chunks.push_back(series.text());
    if (series.field() != 1) continue;
    base::Label& label = labels.emplace_back();
    WireReader parts(series.text());
    while (parts.Next()) {
      if (parts.field() == 1) label.name = parts.text();
      if (parts.field() == 2) label.value = parts.text();
    }
    if (!parts.ok()) return DamagedAnswer("a label does not end");
  }
  if (!series.ok()) return DamagedAnswer("a series does not end");
  SampleColumns& samples = fetched[base::Labels(std::move(labels))];
  for (const std::string_view chunk : chunks) {
    const absl::Status status = DecodeOneChunk(chunk, span, samples);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

base::Labels ReadExternalLabels(const std::string& config) {
  base::Diagnostics ignored;
  const auto documents = base::ParseYaml(config, ignored);
  const base::YamlNode* const global =
      documents.empty() ? nullptr : documents.front()->Find("global");
  const base::YamlNode* const external =
      global == nullptr ? nullptr : global->Find("external_labels");
  base::LabelsBuilder labels;
  if (external == nullptr) return {};
  for (const base::YamlEntry& entry : external->entries) {
    labels.Set(entry.key->text.text(), entry.value->text.text());
  }
  return labels.Build();
}

}  // namespace

absl::StatusOr<Fetched> DecodeStream(std::string_view body, TimeSpan span) {
  Fetched fetched;
  tsdb::ByteReader frames(body, 0);
  while (frames.left() > 0) {
    const std::uint64_t size = frames.TakeUvarint();
    const std::uint32_t checksum = frames.TakeU32();
    const std::string_view message = frames.Take(size);
    if (!frames.ok()) return DamagedAnswer("it ends too early");
    if (checksum != tsdb::Crc32c(message)) {
      return DamagedAnswer("the checksum of a frame is wrong");
    }
    WireReader frame(message);
    while (frame.Next()) {
      if (frame.field() != 1) continue;
      const absl::Status status = DecodeSeries(frame.text(), span, fetched);
      if (!status.ok()) return status;
    }
    if (!frame.ok()) return DamagedAnswer("a frame does not end");
  }
  std::erase_if(fetched,
                [](const auto& row) { return row.second.times.empty(); });
  return fetched;
}

absl::StatusOr<Page> RemoteRead(const Connection& connection,
                                const std::vector<base::Matcher>& matchers,
                                TimeSpan span) {
  const auto response =
      connection.Post(kReadPath, Request(matchers, span),
                      {{"Content-Encoding", "snappy"},
                       {"Content-Type", "application/x-protobuf"},
                       {"X-Prometheus-Remote-Read-Version", "0.1.0"}});
  if (!response.ok()) return response.status();
  if (response->status != 200 ||
      !response->content_type.starts_with("application/x-streamed-protobuf")) {
    return absl::NotFoundError(
        std::string(connection.Failure(kReadPath, *response).message()));
  }
  auto series = DecodeStream(response->body, span);
  if (series.ok()) return Page{*std::move(series), response->body.size()};
  return absl::Status(series.status().code(),
                      absl::StrFormat("%s%s: %s", connection.url(), kReadPath,
                                      std::string(series.status().message())));
}

absl::StatusOr<base::Labels> ExternalLabels(const Connection& connection) {
  const auto response = connection.Get("/api/v1/status/config");
  if (!response.ok()) return response.status();
  base::Diagnostics ignored;
  const base::Source source("answer", response->body);
  const auto json = base::ReadJson(source, ignored);
  const base::Json* const data = json ? json->Find("data") : nullptr;
  if (response->status != 200 || data == nullptr) return base::Labels();
  return ReadExternalLabels(std::string(data->TextOf("yaml")));
}

}  // namespace promql::server
