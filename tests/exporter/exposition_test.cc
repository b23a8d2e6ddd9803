#include "exporter/exposition.h"

#include <gtest/gtest.h>

#include <limits>

#include "schema/exposition_reader.h"
#include "schema/schema.h"

namespace exporter {
namespace {

using schema::MetricType;

Snapshot Example() {
  Snapshot snapshot;
  snapshot.families = {
      {"jobs_total",
       MetricType::kCounter,
       "Line\nbreak, back\\slash and \"quotes\".",
       "",
       {},
       {{{{"a", "x\"y\\z\nw"}}, 3, {}, 0}, {{{"a", "z"}}, 1e6, {}, 0}}},
      {"run_seconds",
       MetricType::kHistogram,
       "How long.",
       "seconds",
       {0.5, 60},
       {{{{"b", "c"}}, 0, {1, 2, 4}, 70.25}}},
      {"load",
       MetricType::kGauge,
       "",
       "percent",
       {},
       {{{}, std::numeric_limits<double>::infinity(), {}, 0}}},
      {"nothing_total", MetricType::kCounter, "Not yet.", "", {}, {}},
  };
  return snapshot;
}

TEST(ExpositionTest, Text) {
  EXPECT_EQ(WritePage(Example(), PageFormat::kText),
            R"(# HELP jobs_total Line\nbreak, back\\slash and "quotes".
# TYPE jobs_total counter
jobs_total{a="x\"y\\z\nw"} 3
jobs_total{a="z"} 1e+06
# HELP run_seconds How long.
# TYPE run_seconds histogram
run_seconds_bucket{b="c",le="0.5"} 1
run_seconds_bucket{b="c",le="60"} 2
run_seconds_bucket{b="c",le="+Inf"} 4
run_seconds_sum{b="c"} 70.25
run_seconds_count{b="c"} 4
# TYPE load gauge
load +Inf
# HELP nothing_total Not yet.
# TYPE nothing_total counter
)");
}

TEST(ExpositionTest, ExemplarsStandInOpenMetricsAlone) {
  const auto link = [](std::string url, double value) {
    return std::make_shared<const Exemplar>(
        Exemplar{std::move(url), value, 1795392000500});
  };
  Snapshot snapshot;
  snapshot.families = {
      {"jobs_total", MetricType::kCounter, "", "", {}, {{{{"a", "b"}}, 3, {}}}},
      {"run_seconds",
       MetricType::kHistogram,
       "",
       "",
       {0.5, 60},
       {{{}, 0, {1, 2, 4}, 70.25}}}};
  snapshot.families[0].series[0].exemplars = {link("https://ci/\"1\"\\", 1)};
  snapshot.families[1].series[0].exemplars = {nullptr,
                                              link("https://ci/2", 42.5)};
  const std::string page = WritePage(snapshot, PageFormat::kOpenMetrics);
  EXPECT_EQ(page, R"(# TYPE jobs counter
jobs_total{a="b"} 3 # {run_url="https://ci/\"1\"\\"} 1 1795392000.5
# TYPE run_seconds histogram
run_seconds_bucket{le="0.5"} 1
run_seconds_bucket{le="60.0"} 2 # {run_url="https://ci/2"} 42.5 1795392000.5
run_seconds_bucket{le="+Inf"} 4
run_seconds_sum 70.25
run_seconds_count 4
# EOF
)");
  EXPECT_EQ(WritePage(snapshot, PageFormat::kText).find(" # {"),
            std::string::npos);
  // Our own reader takes them, and leaves them out.
  base::Diagnostics diagnostics;
  const base::Source source("page", page);
  EXPECT_TRUE(schema::ReadExposition(source, diagnostics,
                                     schema::ExpositionFormat::kOpenMetrics));
}

TEST(ExpositionTest, LinkIsWithin128CharactersWithItsName) {
  EXPECT_TRUE(FitsExemplar(std::string(121, 'x')));
  EXPECT_FALSE(FitsExemplar(std::string(122, 'x')));
  EXPECT_FALSE(FitsExemplar(""));
  std::string umlauts;
  for (int i = 0; i < 121; ++i) umlauts += "\u00fc";
  EXPECT_TRUE(FitsExemplar(umlauts));
  EXPECT_FALSE(FitsExemplar(umlauts + "\u00fc"));
}

TEST(ExpositionTest, OpenMetrics) {
  EXPECT_EQ(WritePage(Example(), PageFormat::kOpenMetrics),
            R"(# HELP jobs Line\nbreak, back\\slash and \"quotes\".
# TYPE jobs counter
jobs_total{a="x\"y\\z\nw"} 3
jobs_total{a="z"} 1e+06
# HELP run_seconds How long.
# TYPE run_seconds histogram
# UNIT run_seconds seconds
run_seconds_bucket{b="c",le="0.5"} 1
run_seconds_bucket{b="c",le="60.0"} 2
run_seconds_bucket{b="c",le="+Inf"} 4
run_seconds_sum{b="c"} 70.25
run_seconds_count{b="c"} 4
# TYPE load gauge
load +Inf
# HELP nothing Not yet.
# TYPE nothing counter
# EOF
)");
}

TEST(ExpositionTest, FlattenNamesEverySample) {
  std::string out;
  for (const FlatSample& sample : Flatten(Example())) {
    out += base::SeriesName(sample.labels) + "\n";
  }
  EXPECT_EQ(out, R"(jobs_total{a="x\"y\\z\nw"}
jobs_total{a="z"}
run_seconds_bucket{b="c", le="0.5"}
run_seconds_bucket{b="c", le="60.0"}
run_seconds_bucket{b="c", le="+Inf"}
run_seconds_sum{b="c"}
run_seconds_count{b="c"}
load
)");
}

TEST(PageTest, CreatedIsWrittenInOpenMetricsWhenAskedFor) {
  Snapshot snapshot;
  Family counter;
  counter.name = "a_total";
  counter.type = schema::MetricType::kCounter;
  counter.series = {{base::Labels{{"x", "y"}}, 2, {}}};
  counter.series[0].created = 1795392000125;
  Family gauge;
  gauge.name = "b";
  gauge.series = {{base::Labels{}, 1, {}}};
  snapshot.families = {counter, gauge};
  EXPECT_EQ(WritePage(snapshot, PageFormat::kOpenMetrics, {.created = true}),
            "# TYPE a counter\na_total{x=\"y\"} 2\n"
            "a_created{x=\"y\"} 1795392000.125\n"
            "# TYPE b gauge\nb 1\n# EOF\n");
  for (const PageFormat format :
       {PageFormat::kText, PageFormat::kOpenMetrics}) {
    EXPECT_EQ(WritePage(snapshot, format).find("_created"), std::string::npos);
  }
  EXPECT_EQ(WritePage(snapshot, PageFormat::kText, {.created = true})
                .find("_created"),
            std::string::npos);
}

struct AcceptCase {
  const char* name;
  const char* accept;
  PageFormat want;
};

constexpr AcceptCase kAccepts[] = {
    {"Prometheus242",
     "application/openmetrics-text;version=1.0.0,application/"
     "openmetrics-text;version=0.0.1;q=0.75,text/"
     "plain;version=0.0.4;q=0.5,*/*;q=0.1",
     PageFormat::kOpenMetrics},
    {"Prometheus3",
     "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
     "application/openmetrics-text;version=0.0.1;q=0.4,text/"
     "plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/"
     "plain;version=0.0.4;q=0.2,*/*;q=0.1",
     PageFormat::kOpenMetrics},
    {"Nothing", "", PageFormat::kText},
    {"Anything", "*/*", PageFormat::kText},
    {"Browser", "text/html,application/xhtml+xml,*/*;q=0.8", PageFormat::kText},
    {"TextIsPreferred",
     "application/openmetrics-text; q=0.3, text/plain; version=0.0.4; q=0.9",
     PageFormat::kText},
    {"CaseAndBlanks", "  Application/OpenMetrics-Text ; version=1.0.0 ",
     PageFormat::kOpenMetrics},
    {"QuotedVersion",
     "application/openmetrics-text; Version = \"1.0.0\" ; Q = 0.9, text/plain;"
     "q=0.1",
     PageFormat::kOpenMetrics},
    {"QuotedLaterVersionIsNotOurs",
     "application/openmetrics-text;VERSION=\"2.0.0\"", PageFormat::kText},
    {"RefusedByQualityZero", "application/openmetrics-text;q=0",
     PageFormat::kText},
    {"LaterVersionIsNotOurs", "application/openmetrics-text;version=2.0.0",
     PageFormat::kText},
    {"ProtobufFallsBack",
     "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
     PageFormat::kText},
    {"Garbage", ";;q=,,=;", PageFormat::kText},
};

class AcceptTest : public testing::TestWithParam<AcceptCase> {};

TEST_P(AcceptTest, Negotiates) {
  EXPECT_EQ(NegotiateFormat(GetParam().accept), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Headers, AcceptTest, testing::ValuesIn(kAccepts),
                         [](const auto& test) { return test.param.name; });

TEST(ContentTypeTest, NamesFormatAndVersion) {
  EXPECT_EQ(ContentType(PageFormat::kText),
            "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(ContentType(PageFormat::kOpenMetrics),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

}  // namespace
}  // namespace exporter
