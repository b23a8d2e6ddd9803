#include "promql/storage/server/server_storage.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/strings/str_format.h"
#include "promql/storage/server/own_labels.h"

namespace promql::server {
namespace {

constexpr base::Duration kFirstPage = 6 * 3'600'000;
constexpr base::Duration kShortestPage = 1'000;
constexpr base::Duration kLongestPage = base::Duration{32} * 24 * 3'600'000;
// Answers below the first are asked for twice as much next time, above the
// second for half as much.
constexpr std::size_t kSmallAnswer = std::size_t{2} << 20;
constexpr std::size_t kGreatAnswer = std::size_t{12} << 20;

// Puts the samples of a later page behind those of the pages before.
void Append(Fetched later, Fetched& all) {
  for (auto& [labels, samples] : later) {
    const auto [at, is_new] = all.try_emplace(labels);
    if (is_new) {
      at->second = std::move(samples);
    } else {
      at->second.AppendAll(samples);
    }
  }
}

SeriesSet Views(std::shared_ptr<const Fetched> fetched, TimeSpan span) {
  SeriesSet set;
  for (const auto& [labels, samples] : *fetched) {
    const auto& times = samples.times;
    const auto begin = static_cast<std::size_t>(
        std::ranges::lower_bound(times, span.start) - times.begin());
    const auto end = static_cast<std::size_t>(
        std::ranges::upper_bound(times, span.end) - times.begin());
    if (begin >= end) continue;
    const auto part = [&](const auto& column) {
      return std::span(column).subspan(column.empty() ? 0 : begin,
                                       column.empty() ? 0 : end - begin);
    };
    set.series.push_back({labels,
                          part(times),
                          part(samples.values),
                          part(samples.histograms),
                          {}});
  }
  set.owner = std::move(fetched);
  return set;
}

// Whether a selection of anything else would fail in the same way.
bool IsGone(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded ||
         status.code() == absl::StatusCode::kPermissionDenied;
}

}  // namespace

ServerStorage::ServerStorage(std::string url, DataSourceOptions options)
    : options_(std::move(options)),
      connection_(std::move(url), options_),
      page_(kFirstPage) {}

ServerStorage::~ServerStorage() = default;

void ServerStorage::Report(const std::string& line) const {
  if (options_.progress) options_.progress(line);
}

absl::Status ServerStorage::LearnExternalLabels() const {
  if (external_labels_.has_value()) return absl::OkStatus();
  auto labels = ExternalLabels(connection_);
  // A server that keeps its configuration to itself may still be read.
  const bool refused =
      labels.status().code() == absl::StatusCode::kPermissionDenied;
  if (!labels.ok() && !refused) return labels.status();
  external_labels_ = labels.ok() ? *std::move(labels) : base::Labels();
  return absl::OkStatus();
}

absl::StatusOr<Page> ServerStorage::FetchPage(
    const std::vector<base::Matcher>& matchers, TimeSpan span) const {
  if (remote_read_) {
    const absl::Status status = LearnExternalLabels();
    if (!status.ok()) return status;
    auto page =
        RemoteRead(connection_, AsStored(matchers, *external_labels_), span);
    remote_read_ = page.status().code() != absl::StatusCode::kNotFound;
    if (page.ok()) {
      auto own = WithOwnLabels(std::move(page->series), *external_labels_,
                               connection_, matchers, span);
      if (!own) return QueryRange(connection_, matchers, span);
      page->series = *std::move(own);
    }
    if (remote_read_) return page;
  }
  return QueryRange(connection_, matchers, span);
}

absl::StatusOr<Fetched> ServerStorage::Fetch(
    const std::vector<base::Matcher>& matchers, TimeSpan span) const {
  Fetched fetched;
  base::Timestamp start = span.start;
  while (start <= span.end) {
    const base::Timestamp end = std::min(span.end, start + page_ - 1);
    auto page = FetchPage(matchers, {start, end});
    if (page.status().code() == absl::StatusCode::kResourceExhausted &&
        page_ > kShortestPage) {
      page_ = std::max(kShortestPage, std::min(page_, end - start + 1) / 2);
      continue;
    }
    if (!page.ok()) return page.status();
    Append(std::move(page->series), fetched);
    if (page->bytes > kGreatAnswer) page_ = std::max(kShortestPage, page_ / 2);
    if (page->bytes < kSmallAnswer) page_ = std::min(kLongestPage, page_ * 2);
    start = end + 1;
    Report(absl::StrFormat(
        "%s: %s %d %%", connection_.url(), SelectorText(matchers),
        100 * (end - span.start + 1) /
            std::max<base::Duration>(1, span.end - span.start + 1)));
  }
  Report("");
  return fetched;
}

absl::Status ServerStorage::Extend(const std::vector<base::Matcher>& matchers,
                                   TimeSpan span, Kept& kept) const {
  span.end = std::max(span.end, *options_.end);
  auto all = std::make_shared<Fetched>();
  const std::optional<TimeSpan> covered = kept.covered;
  if (!covered.has_value() || span.start < covered->start) {
    const base::Timestamp end = covered ? covered->start - 1 : span.end;
    auto earlier = Fetch(matchers, {span.start, end});
    if (!earlier.ok()) return earlier.status();
    Append(*std::move(earlier), *all);
  }
  Append(*kept.series, *all);
  if (covered.has_value() && span.end > covered->end) {
    auto later = Fetch(matchers, {covered->end + 1, span.end});
    if (!later.ok()) return later.status();
    Append(*std::move(later), *all);
  }
  kept.series = std::move(all);
  kept.covered = {std::min(span.start, covered.value_or(span).start),
                  std::max(span.end, covered.value_or(span).end)};
  return absl::OkStatus();
}

absl::StatusOr<SeriesSet> ServerStorage::Select(
    const std::vector<base::Matcher>& matchers, base::Timestamp min,
    base::Timestamp max) const {
  const std::lock_guard lock(mutex_);
  // Servers refuse times that far from now.
  constexpr base::Timestamp kFarthest = base::Timestamp{1} << 45;
  const TimeSpan span = {std::clamp<base::Timestamp>(min, 0, kFarthest),
                         std::clamp<base::Timestamp>(max, 0, kFarthest)};
  if (!options_.start.has_value() || !options_.end.has_value()) {
    auto fetched = Fetch(matchers, span);
    if (!fetched.ok()) return fetched.status();
    return Views(std::make_shared<const Fetched>(*std::move(fetched)), span);
  }
  if (!gone_.ok()) return gone_;
  Kept& kept = kept_[SelectorText(matchers)];
  if (!kept.covered.has_value() || span.start < kept.covered->start ||
      span.end > kept.covered->end) {
    const absl::Status status = Extend(matchers, span, kept);
    if (IsGone(status)) gone_ = status;
    if (!status.ok()) return status;
  }
  return Views(kept.series, span);
}

}  // namespace promql::server
