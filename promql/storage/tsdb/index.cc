#include "promql/storage/tsdb/index.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "promql/storage/tsdb/bytes.h"

namespace promql::tsdb {
namespace {

constexpr std::uint32_t kIndexMagic = 0xbaaad700;
constexpr std::size_t kContentsBytes = 52;
constexpr std::uint64_t kSymbolsPerPlace = 32;
constexpr std::uint64_t kSeriesAlignment = 16;

void Intersect(std::vector<SeriesRef>& all,
               const std::vector<SeriesRef>& other) {
  std::vector<SeriesRef> both;
  std::ranges::set_intersection(all, other, std::back_inserter(both));
  all = std::move(both);
}

void Subtract(std::vector<SeriesRef>& all,
              const std::vector<SeriesRef>& other) {
  std::vector<SeriesRef> rest;
  std::ranges::set_difference(all, other, std::back_inserter(rest));
  all = std::move(rest);
}

}  // namespace

absl::StatusOr<Index> Index::Open(std::string path, std::string_view file,
                                  bool checksums) {
  Index index(std::move(path), file, checksums);
  ByteReader header(file, 0);
  if (header.TakeU32() != kIndexMagic || !header.ok()) {
    return Damaged(index.path_, 0, "it does not begin as an index does");
  }
  const int version = header.TakeByte();
  if (version < 2 || version > 3) {
    return Damaged(
        index.path_, 4,
        absl::StrFormat("format %d is not known (2 and 3 are)", version));
  }
  const absl::Status status = index.ReadContents();
  if (!status.ok()) return status;
  return index;
}

absl::Status Index::ReadContents() {
  if (file_.size() < kHeaderBytes + kContentsBytes) {
    return Damaged(path_, file_.size(), "the index ends too early");
  }
  contents_ = file_.size() - kContentsBytes;
  ByteReader contents(file_, contents_);
  const std::string_view body =
      file_.substr(contents_, kContentsBytes - kChecksumBytes);
  const std::uint64_t symbols = contents.TakeU64();
  contents.Take(3 * 8);  // Series, label indices and their table.
  contents.TakeU64();    // Postings.
  const std::uint64_t postings_table = contents.TakeU64();
  if (checksums_ && contents.TakeU32() != Crc32c(body)) {
    return Damaged(path_, contents_,
                   "the checksum of the table of contents is wrong");
  }
  const absl::Status status = ReadSymbols(symbols);
  return status.ok() ? ReadPostingsTable(postings_table) : status;
}

absl::StatusOr<std::string_view> Index::Section(std::uint64_t place,
                                                std::string_view name) const {
  const auto begin =
      static_cast<std::size_t>(std::min<std::uint64_t>(place, file_.size()));
  ByteReader reader(file_.substr(0, contents_), begin);
  const std::uint32_t size = reader.TakeU32();
  const std::string_view body = reader.Take(size);
  const std::uint32_t checksum = reader.TakeU32();
  if (!reader.ok()) {
    return Damaged(path_, begin, absl::StrFormat("the %s does not end", name));
  }
  if (checksums_ && checksum != Crc32c(body)) {
    return Damaged(path_, begin,
                   absl::StrFormat("the checksum of the %s is wrong", name));
  }
  return body;
}

absl::Status Index::ReadSymbols(std::uint64_t place) {
  const auto section = Section(place, "symbol table");
  if (!section.ok()) return section.status();
  symbols_ = *section;
  ByteReader reader(symbols_, 0);
  symbol_count_ = reader.TakeU32();
  for (std::uint64_t i = 0; i < symbol_count_; ++i) {
    if (i % kSymbolsPerPlace == 0) {
      symbol_places_.push_back(static_cast<std::uint32_t>(reader.offset()));
    }
    reader.TakeString();
    if (!reader.ok()) {
      return Damaged(path_, OffsetOf(symbols_) + reader.offset(),
                     "a symbol does not end");
    }
  }
  return absl::OkStatus();
}

std::string_view Index::Symbol(std::uint64_t number) const {
  if (number >= symbol_count_) return {};
  const auto part = static_cast<std::size_t>(number / kSymbolsPerPlace);
  ByteReader reader(symbols_, symbol_places_[part]);
  for (std::uint64_t i = number % kSymbolsPerPlace; i > 0; --i) {
    reader.TakeString();
  }
  return reader.TakeString();
}

absl::Status Index::ReadPostingsTable(std::uint64_t place) {
  const auto section = Section(place, "postings table");
  if (!section.ok()) return section.status();
  ByteReader reader(*section, 0);
  const std::uint32_t entries = reader.TakeU32();
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t offset = OffsetOf(*section) + reader.offset();
    const std::uint8_t strings = reader.TakeByte();
    const std::string_view name = reader.TakeString();
    const std::string_view value = reader.TakeString();
    const std::uint64_t postings = reader.TakeUvarint();
    if (!reader.ok() || strings != 2) {
      return Damaged(path_, offset, "a row of the postings table is wrong");
    }
    values_[name].push_back({value, postings});
  }
  return absl::OkStatus();
}

absl::Status Index::AddPostings(std::uint64_t place,
                                std::vector<SeriesRef>& refs) const {
  const auto section = Section(place, "postings list");
  if (!section.ok()) return section.status();
  ByteReader reader(*section, 0);
  const std::uint32_t count = reader.TakeU32();
  if (!reader.ok() || count != reader.left() / 4) {
    return Damaged(path_, OffsetOf(*section),
                   "a postings list has another length than it says");
  }
  const auto before = static_cast<std::ptrdiff_t>(refs.size());
  for (std::uint32_t i = 0; i < count; ++i) refs.push_back(reader.TakeU32());
  if (!std::is_sorted(refs.begin() + before, refs.end())) {
    return Damaged(path_, OffsetOf(*section),
                   "a postings list does not ascend");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SeriesRef>> Index::PostingsOf(
    const base::Matcher& matcher, bool inverse) const {
  std::vector<SeriesRef> refs;
  const auto found = values_.find(matcher.name());
  if (found == values_.end()) return refs;
  for (const Value& value : found->second) {
    if (matcher.Matches(value.text) == inverse) continue;
    const absl::Status status = AddPostings(value.postings, refs);
    if (!status.ok()) return status;
  }
  if (!std::ranges::is_sorted(refs)) std::ranges::sort(refs);
  refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
  return refs;
}

// A matcher that matches "" too takes away the series that have another value;
// any other keeps those that have one of its values.
absl::StatusOr<std::vector<SeriesRef>> Index::Select(
    const std::vector<base::Matcher>& matchers) const {
  std::optional<std::vector<SeriesRef>> selected;
  const auto keep = [&](std::vector<SeriesRef> refs) {
    if (selected.has_value()) {
      Intersect(*selected, refs);
    } else {
      selected = std::move(refs);
    }
  };
  for (const base::Matcher& matcher : matchers) {
    if (matcher.Matches("")) continue;
    auto refs = PostingsOf(matcher, false);
    if (!refs.ok()) return refs.status();
    keep(*std::move(refs));
    if (selected->empty()) return *std::move(selected);
  }
  if (!selected.has_value()) {
    // The list of all series has the empty name and value.
    auto all = PostingsOf(base::Matcher::Equal("", ""), false);
    if (!all.ok()) return all.status();
    keep(*std::move(all));
  }
  for (const base::Matcher& matcher : matchers) {
    if (!matcher.Matches("")) continue;
    const auto refs = PostingsOf(matcher, true);
    if (!refs.ok()) return refs.status();
    Subtract(*selected, *refs);
  }
  return *std::move(selected);
}

absl::StatusOr<SeriesEntry> Index::Series(SeriesRef ref) const {
  const std::uint64_t place = ref * kSeriesAlignment;
  const auto begin =
      static_cast<std::size_t>(std::min<std::uint64_t>(place, file_.size()));
  ByteReader outer(file_.substr(0, contents_), begin);
  const std::uint64_t size = outer.TakeUvarint();
  const std::string_view body = outer.Take(size);
  const std::uint32_t checksum = outer.TakeU32();
  if (!outer.ok()) return Damaged(path_, begin, "a series does not end");
  if (checksums_ && checksum != Crc32c(body)) {
    return Damaged(path_, begin, "the checksum of a series is wrong");
  }
  ByteReader reader(body, 0);
  std::vector<base::Label> labels;
  for (std::uint64_t left = reader.TakeUvarint(); left > 0 && reader.ok();
       --left) {
    const std::string_view name = Symbol(reader.TakeUvarint());
    const std::string_view value = Symbol(reader.TakeUvarint());
    if (name.empty()) return Damaged(path_, begin, "a label has no name");
    labels.push_back({std::string(name), std::string(value)});
  }
  SeriesEntry entry;
  std::uint64_t time = 0;
  std::uint64_t chunk = 0;
  const std::uint64_t chunks = reader.TakeUvarint();
  for (std::uint64_t i = 0; i < chunks && reader.ok(); ++i) {
    time += i == 0 ? static_cast<std::uint64_t>(reader.TakeVarint())
                   : reader.TakeUvarint();
    const auto min = static_cast<base::Timestamp>(time);
    time += reader.TakeUvarint();
    chunk += i == 0 ? reader.TakeUvarint()
                    : static_cast<std::uint64_t>(reader.TakeVarint());
    entry.chunks.push_back({min, static_cast<base::Timestamp>(time), chunk});
  }
  if (!reader.ok()) return Damaged(path_, begin, "a series does not end");
  entry.labels = base::Labels(std::move(labels));
  return entry;
}

}  // namespace promql::tsdb
