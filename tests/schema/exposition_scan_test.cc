// The reader of long pages hands on what the careful one keeps, to the bit.

#include "schema/exposition_scan.h"

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schema/exposition_reader.h"

namespace schema {
namespace {

std::string Line(const base::Labels& labels,
                 std::optional<base::Timestamp> time, double value) {
  return absl::StrFormat("%s %d %x\n", base::SeriesName(labels),
                         time.value_or(-1),
                         std::bit_cast<std::uint64_t>(value));
}

// The samples in the order of the page, of a family each together; or errors.
std::string Careful(const std::string& page) {
  const base::Source source("page", page);
  base::Diagnostics diagnostics;
  const auto read = ReadExposition(source, diagnostics);
  if (!read.has_value()) return base::Render(source, diagnostics.all().front());
  std::vector<std::pair<std::size_t, std::string>> lines;
  for (const ExpositionFamily& family : read->families) {
    for (const ExpositionSample& sample : family.samples) {
      lines.emplace_back(sample.span.begin,
                         Line(sample.labels, sample.time, sample.value));
    }
  }
  std::ranges::sort(lines);
  std::string text;
  for (const auto& [place, line] : lines) text += line;
  return text;
}

std::string InParts(const std::string& page, std::size_t parts) {
  base::Diagnostics diagnostics;
  std::vector<base::Labels> labels;
  std::string text;
  const SampleSinks sinks = {
      .sample =
          [&](const SampleRef& sample) {
            labels.resize(std::max(labels.size(), sample.series + 1));
            labels[sample.series] = sample.labels;
            text += Line(sample.labels, sample.time, sample.value);
          },
      .run =
          [&](const SampleRun& run) {
            for (std::size_t i = 0; i < run.times.size(); ++i) {
              text += Line(labels[run.series], run.times[i], run.values[i]);
            }
          }};
  if (ReadSamples(page, diagnostics, sinks,
                  {.shortest_part = 1, .most_parts = parts})) {
    return text;
  }
  return base::Render(base::Source("page", page), diagnostics.all().front());
}

// Every error of a page that is read in one part.
std::string Errors(const std::string& page, bool careful) {
  const base::Source source("page", page);
  base::Diagnostics diagnostics;
  if (careful) {
    ReadExposition(source, diagnostics);
  } else {
    ReadSamples(
        page, diagnostics,
        {.sample = [](const SampleRef&) {}, .run = [](const SampleRun&) {}},
        {.shortest_part = page.size() + 1, .most_parts = 1});
  }
  std::string text;
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    text += base::Render(source, diagnostic);
  }
  return text;
}

TEST(ErrorsTest, EveryWrongLineOfASeriesIsNamed) {
  for (const char* page :
       {"m{a9\"y\"} 1 10\nm{a9\"y\"} 2 20\nm{a9\"y\"} 3 30\n",
        "m\"} x\nm\"} 1 10\nm\"} 2 20\n", "m # 1\nm 2 20\nm 3 30\nm x 40\n",
        "lonely\nlonely\n", "m 1 1\n# EOF\nm 2 2\nm 3 3\n# EOF\n"}) {
    const std::string errors = Errors(page, /*careful=*/true);
    EXPECT_NE(errors, "") << page;
    EXPECT_EQ(Errors(page, /*careful=*/false), errors) << page;
  }
}

struct Case {
  const char* name;
  const char* page;
};

class BothReadersTest : public testing::TestWithParam<Case> {};

TEST_P(BothReadersTest, Agree) {
  const std::string page = GetParam().page;
  const std::string want = Careful(page);
  for (std::size_t parts = 1; parts < 8; ++parts) {
    EXPECT_EQ(InParts(page, parts), want) << parts;
  }
}

constexpr Case kCases[] = {
    {"LineWithoutASpace", "m 1 1000\nlonely\nm 2 2000\n"},
    {"Empty", ""},
    {"PlainLines", "a 1 1000\na 2 2000\na 3 3000\nb 4 1000\na 5 4000\n"},
    {"Labels",
     "a{x=\"1\"} 1 1000\na{x=\"1\"} 2 2000\na{x=\"2\"} 3 3000\n"
     "a{x=\"}\\\"} 9\"} 1 1000\na{x=\"}\\\"} 9\"} 2 2000\na{} 1 1\na{} 2 2\n"},
    {"OneNameIsAPrefixOfAnother", "a 1 1\nab 2 2\na 3 3\nab 4 4\na_b 5 5\n"},
    {"SpaceBeforeTheBraces",
     "a {x=\"1\"} 1 1\na {x=\"2\"} 2 2\na 3 3\na {x=\"1\"} 4 4\na 5 5\n"},
    {"ManySpaces", "a  1  1\na\t2\t2\n a 3 3\na 4 4 \na 5 5\n"},
    {"NoTime", "a 1\na 2\na 3 3\na 4 4\n"},
    {"Numbers",
     "a 0 1\na -0 2\na 1.5 3\na -12.75 4\na 5. 5\na .5 6\na 1e3 7\na 1E-3 8\n"
     "a +1 9\na NaN 10\na -Inf 11\na 123456789012345678 12\na 0.1 13\n"
     "a 1234567.12345678 14\na 0.000000000000001 15\na 1e400 16\n"},
    {"NumbersAtTheName", "a+1 5\na-1 6\na-2 7 8\na-1 9\n"},
    {"MissingCommas", "a{x=\"1\"y=\"2\"} 1 1\na{x=\"1\"y=\"2\"} 2 2\n"},
    {"QuotedNames",
     "{\"a b\",x=\"}\"} 1 1\n{\"a b\",x=\"}\"} 2 2\na{\"x}\"=\"1\"} 1 1\n"
     "a{\"x}\"=\"1\"} 2 2\n"},
    {"BadNumber", "a 1 1\na 1x 2\n"},
    {"TwoPoints", "a 1 1\na 1.2.3 2\n"},
    {"BadTime", "a 1 1\na 1 1.5\n"},
    {"LongTime", "a 1 1\na 1 99999999999999999999\n"},
    {"NegativeTime", "a 1 1\na 1 -5\n"},
    {"NoLineBreakAtTheEnd", "a 1 1\na 2 2"},
    {"Types",
     "# TYPE a counter\na 1 1\na 2 2\n# TYPE a counter\na 3 3\n"
     "# TYPE b histogram\nb_sum 1 1\nb_sum 2 2\nb_sum 3 3\n"},
    {"ATypeBehindItsSamples", "a 1 1\na 2 2\na 3 3\n# TYPE a counter\n"},
    {"ATypeThatTakesSamplesAway",
     "b_sum 1 1\nb_sum 2 2\n# TYPE b histogram\nb_sum 3 3\nb 4 4\n"},
    {"AnotherType", "# TYPE a counter\na 1 1\n# TYPE a gauge\na 2 2\n"},
    {"OpenMetrics", "a 1 1\na 2 2.5\na 3 3.25\na 4 4.125\na 5 5.0625\n# EOF\n"},
    {"OpenMetricsTimesAreCutOff",
     "a 1 1\na 1 1.001\na 2 1.003\na 3 2.002\na 4 1700000000.123\na 5 5.7\n"
     "# EOF\n"},
    {"OpenMetricsSpaces", "a 1 1\na  1 2\na 1  3\na 1 4 \n# EOF\n"},
    {"OpenMetricsLabels",
     "a{x=\"1\", y=\"2\"} 1 1\na{x=\"1\", y=\"2\"} 1 2\n# EOF\n"},
    {"LongOpenMetricsTime", "a 1 1\na 1 12345678901\na 1 1e3\n# EOF\n"},
    {"Exemplars",
     "# TYPE a counter\na_total 1 1\na_total 2 2 # {x=\"y\"} 1\na_total 3 3\n"
     "# EOF\n"},
    {"BehindTheEnd", "a 1 1\n# EOF\na 2 2\n# EOF\n"},
};

INSTANTIATE_TEST_SUITE_P(Pages, BothReadersTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(ScanLinesTest, DecimalsAreReadToTheBit) {
  std::mt19937_64 random(1);
  std::string page = "a 0 0\n";
  std::vector<double> want;
  for (int i = 0; i < 20'000; ++i) {
    const int digits = static_cast<int>(random() % 18) + 1;
    std::string number = random() % 2 == 0 ? "-" : "";
    for (int d = 0; d < digits; ++d) {
      number += static_cast<char>('0' + random() % 10);
      if (d + 1 < digits && random() % 4 == 0 &&
          number.find('.') == std::string::npos) {
        number += '.';
      }
    }
    page += "a " + number + " 1\n";
    want.push_back(std::strtod(number.c_str(), nullptr));
  }
  const ScannedPart part = ScanLines(page, {0, page.size()}, false);
  ASSERT_EQ(part.values.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(part.values[i]),
              std::bit_cast<std::uint64_t>(want[i]));
  }
}

TEST(ScanLinesTest, PlainLinesAreNotLeftToTheCarefulReader) {
  std::string page = "# TYPE a gauge\n";
  for (int i = 0; i < 100; ++i) {
    page += absl::StrFormat("a{i=\"%d\"} 1.5 %d\n", i % 2, 1000 + i);
  }
  const ScannedPart part = ScanLines(page, {0, page.size()}, false);
  EXPECT_EQ(part.times.size(), 98U);
  EXPECT_EQ(part.steps.size(), 1U + 2U + 98U);
}

TEST(CutIntoPartsTest, PartsAreWholeLinesAndAllOfThePage) {
  const std::string page = "one\ntwo\nthree\n\nfour";
  for (std::size_t most = 1; most < 9; ++most) {
    std::size_t at = 0;
    for (const base::Span part : CutIntoParts(page, most, 1)) {
      EXPECT_EQ(part.begin, at);
      EXPECT_GT(part.end, part.begin);
      at = part.end;
      EXPECT_TRUE(at == page.size() || page[at - 1] == '\n');
    }
    EXPECT_EQ(at, page.size());
  }
  EXPECT_EQ(CutIntoParts(page, 4, 1000).size(), 1U);
  EXPECT_TRUE(CutIntoParts("", 4, 1).empty());
}

}  // namespace
}  // namespace schema
