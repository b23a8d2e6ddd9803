#include "promql/storage/tsdb/tombstones.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_format.h"
#include "promql/storage/tsdb/bytes.h"

namespace promql::tsdb {
namespace {

constexpr std::uint32_t kTombstonesMagic = 0x0130ba30;

}  // namespace

absl::StatusOr<Tombstones> ReadTombstones(const std::string& path,
                                          std::string_view file,
                                          bool checksums) {
  ByteReader header(file, 0);
  if (header.TakeU32() != kTombstonesMagic || !header.ok()) {
    return Damaged(path, 0, "it does not begin as tombstones do");
  }
  const int version = header.TakeByte();
  if (version != 1) {
    return Damaged(path, 4,
                   absl::StrFormat("format %d is not known (1 is)", version));
  }
  if (file.size() < kHeaderBytes + kChecksumBytes) {
    return Damaged(path, file.size(), "it ends too early");
  }
  const std::size_t end = file.size() - kChecksumBytes;
  ByteReader checksum(file, end);
  if (checksums && checksum.TakeU32() !=
                       Crc32c(file.substr(kHeaderBytes, end - kHeaderBytes))) {
    return Damaged(path, end, "the checksum is wrong");
  }
  Tombstones tombstones;
  ByteReader reader(file.substr(0, end), kHeaderBytes);
  while (reader.left() > 0) {
    const std::size_t offset = reader.offset();
    const std::uint64_t ref = reader.TakeUvarint();
    const base::Timestamp min = reader.TakeVarint();
    const base::Timestamp max = reader.TakeVarint();
    if (!reader.ok() || ref > std::numeric_limits<SeriesRef>::max()) {
      return Damaged(path, offset, "a tombstone does not end");
    }
    tombstones[static_cast<SeriesRef>(ref)].push_back({min, max});
  }
  return tombstones;
}

void RemoveDeleted(const std::vector<DeletedTimes>& deleted,
                   SampleColumns& samples) {
  const auto is_deleted = [&](base::Timestamp time) {
    return std::ranges::any_of(deleted, [&](const DeletedTimes& times) {
      return times.min <= time && time <= times.max;
    });
  };
  if (std::ranges::none_of(samples.times, is_deleted)) return;
  SampleColumns kept;
  for (std::size_t i = 0; i < samples.times.size(); ++i) {
    if (is_deleted(samples.times[i])) continue;
    kept.Append(samples.times[i], samples.values[i],
                samples.histograms.empty() ? nullptr : samples.histograms[i]);
  }
  samples = std::move(kept);
}

}  // namespace promql::tsdb
