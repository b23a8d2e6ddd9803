// A damaged block gives an error that names the file and the offset, or the
// same samples as before; never anything else.

#include "promql/storage/tsdb/block.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "promql/storage/tsdb/bytes.h"
#include "promql/storage/tsdb/tsdb_storage.h"
#include "tests/promql/tsdb/packed_block.h"
#include "tests/support/process.h"

namespace promql::tsdb {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Time = std::numeric_limits<base::Timestamp>;

std::string Kept(const char* name) {
  return tests::ReadFile(absl::StrFormat("%s/tests/fuzz/corpus/tsdb/%s",
                                         ROLLWATCH_SOURCE_DIR, name));
}

// The samples, or the error.
std::string Show(const BlockFiles& files,
                 const std::vector<base::Matcher>& matchers = {},
                 TimeSpan span = {0, Time::max()}) {
  auto block = Block::Read({{Time::min(), Time::max()}, "", {}}, files);
  if (!block.ok()) return std::string(block.status().message());
  std::vector<Block> blocks;
  blocks.push_back(*std::move(block));
  const TsdbStorage storage(std::move(blocks));
  const auto set = storage.Select(matchers, span.start, span.end);
  if (!set.ok()) return std::string(set.status().message());
  std::string text;
  for (const SeriesView& series : set->series) {
    text += base::SeriesName(series.labels) + "\n";
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      absl::StrAppendFormat(&text, "%d %a\n", series.times[i],
                            series.values[i]);
    }
  }
  return text;
}

TEST(BlockTest, AChangedByteIsFoundOrOfNoConsequence) {
  for (const char* const name : {"floats", "histograms"}) {
    const std::string block = Kept(name);
    ASSERT_FALSE(block.empty());
    const std::string samples = Show(UnpackBlock(block));
    ASSERT_THAT(samples, HasSubstr("\n17000"));
    std::size_t found = 0;
    constexpr std::size_t kHeader = 9;  // Of our packing, not of the files.
    for (std::size_t i = kHeader; i < block.size(); i += 3) {
      std::string changed = block;
      changed[i] = static_cast<char>(changed[i] ^ 0x10);
      const std::string shown = Show(UnpackBlock(changed));
      if (shown == samples) continue;
      ++found;
      ASSERT_THAT(shown.substr(0, 200), HasSubstr(": damaged at offset "))
          << name << " " << i;
    }
    EXPECT_GT(found, block.size() * 9 / 10 / 3);
  }
}

TEST(BlockTest, EveryCutFileIsFound) {
  const std::string packed = Kept("floats");
  const BlockFiles whole = UnpackBlock(packed);
  const std::string samples = Show(whole);
  for (std::size_t size = 0; size < whole.index.bytes.size(); ++size) {
    BlockFiles files = whole;
    files.index.bytes = whole.index.bytes.substr(0, size);
    EXPECT_THAT(Show(files), StartsWith("index: damaged at offset "));
  }
  const std::string_view chunks = whole.segments[0].bytes;
  for (std::size_t size = 0; size < chunks.size(); size += 7) {
    BlockFiles files = whole;
    files.segments[0].bytes = chunks.substr(0, size);
    EXPECT_THAT(Show(files), StartsWith("chunks/000001: damaged at offset "));
  }
  const std::string_view tombstones = whole.tombstones->bytes;
  for (std::size_t size = 0; size < tombstones.size(); ++size) {
    BlockFiles files = whole;
    files.tombstones->bytes = tombstones.substr(0, size);
    EXPECT_THAT(Show(files), StartsWith("tombstones: damaged at offset "));
  }
  BlockFiles files = whole;
  files.segments.clear();
  EXPECT_THAT(Show(files), AllOf(StartsWith("index: damaged at offset "),
                                 HasSubstr("segment 1 of 0")));
}

struct Case {
  const char* name;
  base::MatchType type;
  const char* label;
  const char* value;
  const char* want;  // The series, as JOB of METRIC.
};

class MatchersTest : public testing::TestWithParam<Case> {};

TEST_P(MatchersTest, SelectAsLabelsMatch) {
  const auto matcher =
      base::Matcher::Make(GetParam().type, GetParam().label, GetParam().value);
  ASSERT_TRUE(matcher.ok());
  const std::string packed = Kept("floats");
  const std::string text = Show(UnpackBlock(packed), {*matcher});
  std::string names;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    if (text[at] == '1') continue;  // A sample.
    names += text.substr(at, text.find('{', at) - at) +
             text.substr(text.find('"', at) + 1, 1) + " ";
  }
  EXPECT_EQ(names, GetParam().want);
}

constexpr Case kCases[] = {
    {"Equal", base::MatchType::kEqual, "__name__", "up", "upa upb "},
    {"NotEqual", base::MatchType::kNotEqual, "job", "a", "upb xb "},
    {"Regexp", base::MatchType::kRegexp, "job", "a|c", "upa xa "},
    {"NotRegexp", base::MatchType::kNotRegexp, "job", "a|c", "upb xb "},
    {"NoSuchLabel", base::MatchType::kEqual, "nolabel", "a", ""},
    {"EmptyOfNoSuchLabel", base::MatchType::kEqual, "nolabel", "",
     "upa upb xa xb "},
    {"EmptyOfALabel", base::MatchType::kEqual, "job", "", ""},
    {"AnyOrNone", base::MatchType::kRegexp, "job", ".*", "upa upb xa xb "},
    {"SomeOrNone", base::MatchType::kRegexp, "job", "b|", "upb xb "},
    {"NotEmpty", base::MatchType::kNotEqual, "job", "", "upa upb xa xb "},
};

INSTANTIATE_TEST_SUITE_P(Table, MatchersTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

// Step by step, back and forth, and all at once.
TEST(TsdbStorageTest, TheOrderOfSelectionsDoesNotMatter) {
  const std::string packed = Kept("floats");
  const BlockFiles files = UnpackBlock(packed);
  const auto storage = [&](std::optional<TimeSpan> wanted) {
    std::vector<Block> blocks;
    blocks.push_back(*Block::Read({{Time::min(), Time::max()}, "", {}}, files));
    return TsdbStorage(std::move(blocks), wanted);
  };
  constexpr base::Timestamp kBegin = 1'700'028'000'000;
  constexpr base::Timestamp kEnd = kBegin + 1'950'000;
  const auto eager = storage(TimeSpan{kBegin, kEnd});
  const auto forward = storage(std::nullopt);
  const auto backward = storage(std::nullopt);
  const auto view = [](const Storage& from, base::Timestamp end) {
    std::string text;
    const auto set = from.Select({}, end - 300'000, end);
    for (const SeriesView& series : set->series) {
      text += base::SeriesName(series.labels);
      for (const base::Timestamp time : series.times) {
        absl::StrAppendFormat(&text, " %d", time - kBegin);
      }
    }
    return text;
  };
  std::vector<std::string> steps;
  for (base::Timestamp end = kBegin; end <= kEnd; end += 45'000) {
    steps.push_back(view(eager, end));
    EXPECT_EQ(view(forward, end), steps.back());
  }
  EXPECT_NE(steps.front(), steps.back());
  for (base::Timestamp end = kEnd; !steps.empty(); end -= 45'000) {
    const base::Timestamp at =
        kBegin + (kEnd - kBegin) / 45'000 * 45'000 - (kEnd - end);
    EXPECT_EQ(view(backward, at), steps.back());
    steps.pop_back();
  }
}

TEST(BlockMetaTest, SaysTheSpanAndTheParents) {
  const auto meta = ReadBlockMeta(
      "meta.json", R"({"ulid":"01B","minTime":5,"maxTime":10,"version":1,)"
                   R"("compaction":{"level":2,"parents":[{"ulid":"01A"}]}})");
  ASSERT_TRUE(meta.ok());
  EXPECT_EQ(meta->span, (TimeSpan{5, 9}));
  EXPECT_EQ(meta->id, "01B");
  EXPECT_THAT(meta->parents, testing::ElementsAre("01A"));
}

TEST(BlockMetaTest, WhatIsNoneIsDamaged) {
  for (const char* const text :
       {"", "{", "[]", "{}", R"({"version":2,"minTime":1,"maxTime":2})",
        R"({"version":1,"minTime":"1","maxTime":2})",
        R"({"version":1,"minTime":3,"maxTime":2})"}) {
    const auto meta = ReadBlockMeta("meta.json", text);
    ASSERT_FALSE(meta.ok()) << text;
    EXPECT_THAT(std::string(meta.status().message()),
                StartsWith("meta.json: damaged at offset "));
  }
}

TEST(Crc32cTest, IsCastagnolis) {
  EXPECT_EQ(Crc32c(""), 0U);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aaU);
}

}  // namespace
}  // namespace promql::tsdb
