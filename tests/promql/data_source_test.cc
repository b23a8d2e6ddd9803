#include "promql/storage/data_source.h"

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/number.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "net/gzip.h"
#include "tests/support/process.h"

namespace promql {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Every sample, a line each, series in the storage's order; or the error.
std::string Show(const absl::StatusOr<RecordedData>& data) {
  if (!data.ok()) return std::string(data.status().message());
  const auto set = data->storage->Select({}, 0, 1'000'000'000'000'000);
  if (!set.ok()) return std::string(set.status().message());
  std::string text;
  for (const SeriesView& series : set->series) {
    text += base::SeriesName(series.labels);
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      text += absl::StrFormat(" %s@%d", base::FormatDecimal(series.values[i]),
                              series.times[i]);
    }
    text += "\n";
  }
  if (data->span.has_value()) {
    text += absl::StrFormat("%d-%d\n", data->span->start, data->span->end);
  }
  return text;
}

struct Case {
  const char* name;
  std::vector<std::string> pages;
  const char* want;
};

class PagesTest : public testing::TestWithParam<Case> {};

// The same as files, as gzipped files and as a directory.
TEST_P(PagesTest, AreMerged) {
  const tests::TemporaryFolder folder;
  const tests::TemporaryFolder packed;
  std::vector<std::string> plain_paths;
  std::vector<std::string> packed_paths;
  for (const std::string& page : GetParam().pages) {
    const std::string name = std::to_string(plain_paths.size());
    plain_paths.push_back(folder.Write(name, page));
    packed_paths.push_back(packed.Write(name + ".gz", net::Gzip(page)));
  }
  EXPECT_EQ(Show(OpenData(plain_paths, {})), GetParam().want);
  EXPECT_EQ(Show(OpenData(packed_paths, {})), GetParam().want);
  EXPECT_EQ(Show(OpenData({folder.Path("")}, {})), GetParam().want);
}

const Case kCases[] = {
    {"Text", {"up 1 1000\nup 0 2000\n"}, "up 1@1000 0@2000\n1000-2000\n"},
    {"OpenMetrics",
     {"up 1 1\nup 0 2.5\n# EOF\n"},
     "up 1@1000 0@2500\n1000-2500\n"},
    {"BothFormats",
     {"up 1 1000\n", "up 0 2\n# EOF\n"},
     "up 1@1000 0@2000\n1000-2000\n"},
    {"TheOlderPageLast",
     {"up 1 3000\ndown 1 3000\n", "up 2 1000\nup 3 2000\n"},
     "up 2@1000 3@2000 1@3000\ndown 1@3000\n1000-3000\n"},
    {"LabelsInAnotherOrder",
     {"m{a=\"1\",b=\"2\"} 1 1000\nm{b=\"2\",a=\"1\"} 2 2000\n"},
     "m{a=\"1\", b=\"2\"} 1@1000 2@2000\n1000-2000\n"},
    {"TheFirstOfATimeCounts",
     {"m 1 1000\nm 2 1000\nm 3 2000\nm 4 2000\nm 5 1000\n",
      "m 6 2000\nm 7 3000\n"},
     "m 1@1000 3@2000 7@3000\n1000-3000\n"},
    {"BoundsAreStored",
     {"# TYPE h histogram\nh_bucket{le=\"1\"} 2 1000\nh_bucket{le=\"1.0\"} 3 "
      "2000\n"},
     "h_bucket{le=\"1.0\"} 2@1000 3@2000\n1000-2000\n"},
    {"QuotedNames",
     {"{\"a.b\",c=\"d\"} 1 1000\n{\"a.b\",c=\"d\"} 2 2000\n"},
     "{\"a.b\", c=\"d\"} 1@1000 2@2000\n1000-2000\n"},
    {"NoSample", {"# nothing\n"}, ""},
};

INSTANTIATE_TEST_SUITE_P(Table, PagesTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(DataSourceTest, SamplesWithoutATimeStandAtTheDefault) {
  const tests::TemporaryFolder folder;
  const std::string page = folder.Write("page", "up 1\n");
  EXPECT_EQ(Show(OpenData({page}, {.default_time = 5000})),
            "up 1@5000\n5000-5000\n");
  const auto data = OpenData({page}, {});
  EXPECT_THAT(Show(data), HasSubstr("page:1:1: error: the sample has no "
                                    "timestamp"));
  EXPECT_EQ(data.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(DataSourceTest, BoundsStayAsWrittenForAnOlderServer) {
  const tests::TemporaryFolder folder;
  const std::string page =
      folder.Write("page", "# TYPE s summary\ns{quantile=\"1\"} 1 1000\n");
  EXPECT_EQ(Show(OpenData({page}, {.bounds_as_written = true})),
            "s{quantile=\"1\"} 1@1000\n1000-1000\n");
  EXPECT_EQ(Show(OpenData({page}, {})),
            "s{quantile=\"1.0\"} 1@1000\n1000-1000\n");
}

TEST(DataSourceTest, ErrorsNameTheFileAndThePlace) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.Path("nothing");
  EXPECT_EQ(Show(OpenData({path}, {})), path + ": No such file or directory");
  const std::string page = folder.Write("page", "up 1 1000\nup one 2000\n");
  EXPECT_THAT(Show(OpenData({page}, {})), StartsWith(page + ":2:4: error: "));
  const std::string cut =
      folder.Write("cut.gz", net::Gzip("up 1 1000\n").substr(0, 15));
  EXPECT_THAT(Show(OpenData({cut}, {})),
              StartsWith(cut + ": damaged gzip data at offset 15"));
  const tests::TemporaryFolder empty;
  EXPECT_THAT(Show(OpenData({empty.Path("")}, {})),
              HasSubstr("neither TSDB blocks nor pages of metrics"));
}

TEST(DataSourceTest, SaysWhatItReads) {
  const tests::TemporaryFolder folder;
  const std::string page = folder.Write("page", "up 1 1000\n");
  std::vector<std::string> lines;
  DataSourceOptions options;
  options.progress = [&](const std::string& line) { lines.push_back(line); };
  ASSERT_TRUE(OpenData({page}, options).ok());
  EXPECT_THAT(lines, testing::ElementsAre("reading " + page, ""));
}

}  // namespace
}  // namespace promql
