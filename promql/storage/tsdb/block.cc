#include "promql/storage/tsdb/block.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/json.h"
#include "base/source.h"
#include "promql/storage/tsdb/bytes.h"
#include "promql/storage/tsdb/chunk.h"

namespace promql::tsdb {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kSegmentMagic = 0x85bd40dd;
constexpr int kSegmentVersion = 1;

// Maps the file; its bytes stay where they are when `mapped` grows.
absl::StatusOr<NamedBytes> Map(const fs::path& path,
                               std::vector<MappedFile>& mapped) {
  auto file = MappedFile::Open(path.string());
  if (!file.ok()) return file.status();
  mapped.push_back(*std::move(file));
  return NamedBytes{path.string(), mapped.back().bytes()};
}

// The segments are named by number, without gaps.
absl::StatusOr<std::vector<fs::path>> SegmentPaths(const fs::path& directory) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (std::ranges::all_of(name,
                            [](char c) { return c >= '0' && c <= '9'; })) {
      paths.push_back(at->path());
    }
  }
  if (error) {
    return absl::NotFoundError(
        absl::StrFormat("%s: %s", directory.string(), error.message()));
  }
  std::ranges::sort(paths);
  return paths;
}

absl::Status CheckSegment(const NamedBytes& segment) {
  ByteReader reader(segment.bytes, 0);
  if (reader.TakeU32() != kSegmentMagic || !reader.ok()) {
    return Damaged(segment.path, 0, "it does not begin as chunks do");
  }
  const int version = reader.TakeByte();
  if (version == kSegmentVersion) return absl::OkStatus();
  return Damaged(segment.path, 4,
                 absl::StrFormat("format %d is not known (1 is)", version));
}

}  // namespace

absl::StatusOr<BlockMeta> ReadBlockMeta(const std::string& path,
                                        std::string text) {
  const base::Source source(path, std::move(text));
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  if (!json.has_value()) {
    const base::Diagnostic& error = diagnostics.first_error();
    return Damaged(path, error.span.begin, error.message);
  }
  const base::Json* const version = json->Find("version");
  const base::Json* const min = json->Find("minTime");
  const base::Json* const max = json->Find("maxTime");
  constexpr double kMost = 9e18;
  const auto is_time = [&](const base::Json* time) {
    return time != nullptr && time->is(base::JsonKind::kNumber) &&
           std::fabs(time->number) < kMost;
  };
  if (version == nullptr || version->number != 1 || !is_time(min) ||
      !is_time(max) || max->number < min->number) {
    return Damaged(path, 0, "it lacks version 1, minTime and maxTime");
  }
  BlockMeta meta;
  meta.id = json->TextOf("ulid");
  // maxTime is behind the last sample.
  meta.span = {static_cast<base::Timestamp>(min->number),
               static_cast<base::Timestamp>(max->number) - 1};
  const base::Json* const compaction = json->Find("compaction");
  const base::Json* const parents =
      compaction == nullptr ? nullptr : compaction->Find("parents");
  if (parents == nullptr) return meta;
  for (const base::Json& parent : parents->elements) {
    meta.parents.emplace_back(parent.TextOf("ulid"));
  }
  return meta;
}

absl::StatusOr<Block> Block::Open(const std::string& directory) {
  const fs::path path(directory);
  std::vector<MappedFile> mapped;
  const auto meta_file = Map(path / "meta.json", mapped);
  if (!meta_file.ok()) return meta_file.status();
  auto meta = ReadBlockMeta(meta_file->path, std::string(meta_file->bytes));
  if (!meta.ok()) return meta.status();
  BlockFiles files;
  auto index = Map(path / "index", mapped);
  if (!index.ok()) return index.status();
  files.index = *std::move(index);
  const auto segments = SegmentPaths(path / "chunks");
  if (!segments.ok()) return segments.status();
  for (const fs::path& segment : *segments) {
    auto file = Map(segment, mapped);
    if (!file.ok()) return file.status();
    files.segments.push_back(*std::move(file));
  }
  auto tombstones = Map(path / "tombstones", mapped);
  if (tombstones.ok()) {
    files.tombstones = *std::move(tombstones);
  } else if (tombstones.status().code() != absl::StatusCode::kNotFound) {
    return tombstones.status();
  }
  auto block = Read(*std::move(meta), std::move(files));
  if (block.ok()) block->mapped_ = std::move(mapped);
  return block;
}

absl::StatusOr<Block> Block::Read(BlockMeta meta, BlockFiles files) {
  auto index =
      Index::Open(files.index.path, files.index.bytes, files.checksums);
  if (!index.ok()) return index.status();
  for (const NamedBytes& segment : files.segments) {
    const absl::Status status = CheckSegment(segment);
    if (!status.ok()) return status;
  }
  Block block(std::move(meta), std::move(files), *std::move(index));
  const auto& file = block.files_.tombstones;
  if (file.has_value()) {
    auto tombstones =
        ReadTombstones(file->path, file->bytes, block.files_.checksums);
    if (!tombstones.ok()) return tombstones.status();
    block.tombstones_ = *std::move(tombstones);
  }
  return block;
}

absl::StatusOr<SampleColumns> Block::Samples(SeriesRef series,
                                             const ChunkRef& chunk) const {
  const auto number = static_cast<std::size_t>(chunk.place >> 32);
  if (number >= files_.segments.size()) {
    return Damaged(files_.index.path, std::size_t{series} * 16,
                   absl::StrFormat("a chunk lies in segment %d of %d",
                                   number + 1, files_.segments.size()));
  }
  const NamedBytes& segment = files_.segments[number];
  const auto begin = static_cast<std::size_t>(chunk.place & 0xffffffff);
  ByteReader reader(segment.bytes, begin);
  const std::uint64_t size = reader.TakeUvarint();
  const std::uint8_t encoding = reader.TakeByte();
  const std::size_t data_begin = reader.offset();
  const std::string_view data = reader.Take(size);
  const std::uint32_t checksum = reader.TakeU32();
  if (!reader.ok()) return Damaged(segment.path, begin, "a chunk does not end");
  // The encoding's byte is part of what is summed up.
  if (files_.checksums && checksum != Crc32c(segment.bytes.substr(
                                          data_begin - 1, data.size() + 1))) {
    return Damaged(segment.path, begin, "the checksum of a chunk is wrong");
  }
  SampleColumns samples;
  if (const auto damage = DecodeChunk(encoding, data, samples)) {
    return Damaged(segment.path, data_begin + damage->offset, damage->what);
  }
  const auto deleted = tombstones_.find(series);
  if (deleted != tombstones_.end()) RemoveDeleted(deleted->second, samples);
  return samples;
}

}  // namespace promql::tsdb
