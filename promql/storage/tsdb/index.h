// The index of a block: which series it has and where their chunks lie.

#ifndef PROMQL_STORAGE_TSDB_INDEX_H_
#define PROMQL_STORAGE_TSDB_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/labels.h"
#include "base/matcher.h"
#include "base/time.h"

namespace promql::tsdb {

// A series' place in the index.
using SeriesRef = std::uint32_t;

struct ChunkRef {
  base::Timestamp min = 0;  // Of its samples.
  base::Timestamp max = 0;
  std::uint64_t place = 0;  // Segment (from 0) << 32 | offset in it.
};

struct SeriesEntry {
  base::Labels labels;
  std::vector<ChunkRef> chunks;
};

// Format 2, big-endian (Prometheus tsdb/docs/format/index.md); format 3 differs
// in sections that are not read. Looks at the bytes of `file` where they are,
// and keeps places of label values only. Every section's checksum is compared
// when it is read, unless `checksums` is off. Statuses name `path` and the
// offset. Safe to read from many threads.
class Index {
 public:
  // REQUIRES: `file` outlives the index
  static absl::StatusOr<Index> Open(std::string path, std::string_view file,
                                    bool checksums = true);

  // The series that all matchers match, ascending.
  absl::StatusOr<std::vector<SeriesRef>> Select(
      const std::vector<base::Matcher>& matchers) const;

  absl::StatusOr<SeriesEntry> Series(SeriesRef ref) const;

 private:
  struct Value {
    std::string_view text;
    std::uint64_t postings;  // Where the list of its series is.
  };

  Index(std::string path, std::string_view file, bool checksums)
      : path_(std::move(path)), file_(file), checksums_(checksums) {}

  absl::Status ReadContents();
  absl::Status ReadSymbols(std::uint64_t place);
  absl::Status ReadPostingsTable(std::uint64_t place);
  // The bytes of a section that begins with their number and ends with their
  // checksum: where they begin, after the checksum was compared.
  absl::StatusOr<std::string_view> Section(std::uint64_t place,
                                           std::string_view name) const;
  std::size_t OffsetOf(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - file_.data());
  }
  // Nothing when there is no symbol of that number.
  std::string_view Symbol(std::uint64_t number) const;
  absl::Status AddPostings(std::uint64_t place,
                           std::vector<SeriesRef>& refs) const;
  // Of the values of a label that the matcher's equal (or its opposite, when
  // `inverse`) matches.
  absl::StatusOr<std::vector<SeriesRef>> PostingsOf(
      const base::Matcher& matcher, bool inverse) const;

  std::string path_;
  std::string_view file_;
  bool checksums_;
  std::size_t contents_ = 0;  // Where the table of contents begins.
  std::string_view symbols_;
  std::uint64_t symbol_count_ = 0;
  // Where every 32nd symbol begins in symbols_.
  std::vector<std::uint32_t> symbol_places_;
  // By label name; the values as the table has them.
  std::map<std::string_view, std::vector<Value>> values_;
};

}  // namespace promql::tsdb

#endif  // PROMQL_STORAGE_TSDB_INDEX_H_
