#include "rollwatch/prometheus_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace rollwatch {
namespace {

using testing::ElementsAre;

PrometheusConfig Read(const std::string& text) {
  const base::Source source("prometheus.yml", text);
  base::Diagnostics diagnostics;
  const auto config = ReadPrometheusConfig(source, diagnostics);
  EXPECT_TRUE(config) << text;
  return config.value_or(PrometheusConfig());
}

constexpr char kTwoJobs[] = R"(
scrape_configs:
- job_name: a
  scrape_interval: 10s
  static_configs:
  - {targets: [x], labels: {environment: tools, __tmp: y}}
  - {targets: [y], labels: {environment: app, team: z}}
- job_name: b
  static_configs: [{targets: [z], labels: {environment: c}}]
  relabel_configs: [{source_labels: [__address__], target_label: host}]
  metric_relabel_configs:
  - {action: drop, source_labels: [path]}
  - {target_label: zone, replacement: eu}
global:
  scrape_interval: 30s
  external_labels: {cluster: eu1}
rule_files: [rules/*.yml]
alerting: {alertmanagers: []}
)";

TEST(PrometheusConfigTest, SaysWhatEachJobAdds) {
  const PrometheusConfig config = Read(kTwoJobs);
  ASSERT_EQ(config.jobs.size(), 2u);
  EXPECT_EQ(config.jobs[0].name, "a");
  EXPECT_THAT(config.jobs[0].labels,
              ElementsAre("environment", "instance", "job", "team"));
  EXPECT_THAT(config.jobs[0].always,
              ElementsAre("environment", "instance", "job"));
  EXPECT_THAT(config.jobs[1].always,
              ElementsAre("environment", "host", "instance", "job"));
  EXPECT_THAT(config.jobs[1].rewritten, ElementsAre("zone"));
  EXPECT_TRUE(config.jobs[1].labels_known);
  EXPECT_FALSE(config.jobs[1].honor_labels);
  EXPECT_EQ(config.external_labels.Get("cluster"), "eu1");
  EXPECT_THAT(config.rule_files, ElementsAre("rules/*.yml"));
}

TEST(PrometheusConfigTest, EachJobHasAnInterval) {
  EXPECT_EQ(Read(kTwoJobs).jobs[0].scrape_interval, 10'000);
  EXPECT_EQ(Read(kTwoJobs).jobs[1].scrape_interval, 30'000);
  EXPECT_EQ(Read("scrape_configs: [{job_name: a}]").jobs[0].scrape_interval,
            60'000);
}

TEST(PrometheusConfigTest, JobsThatAreNotInTheFileAreNotKnown) {
  for (const char* text :
       {"global: {scrape_interval: 5s}",
        "scrape_configs: [{job_name: a}]\nscrape_config_files: [x.yml]"}) {
    const schema::ScrapeJob job = Read(text).jobs.back();
    EXPECT_EQ(job.name, "");
    EXPECT_FALSE(job.labels_known);
    EXPECT_EQ(job.scrape_interval, std::nullopt);
  }
}

// What relabelling leaves of a target's labels a, b and c of two targets, the
// second of which has no c.
struct RelabelCase {
  const char* name;
  const char* steps;
  const char* want;  // Of job `j`: always | else; "known", its name.
};

constexpr RelabelCase kRelabelling[] = {
    {"None", "[]", "a b instance job | c; known; j"},
    {"AConstantIsAlwaysSet", "[{target_label: d, replacement: x}]",
     "a b d instance job | c; known; j"},
    {"AConstantForSomeTargets",
     "[{source_labels: [a], regex: y, target_label: d, replacement: x}]",
     "a b instance job | c d; known; j"},
    {"TheAddressIsAlwaysThere",
     "[{source_labels: [__address__], target_label: host}]",
     "a b host instance job | c; known; j"},
    {"AnEmptyResultDeletes", "[{source_labels: [__meta_x], target_label: a}]",
     "b instance job | a c; known; j"},
    {"EmptyReplacementDeletes", "[{target_label: a, replacement: ''}]",
     "b instance job | a c; known; j"},
    {"LabelDrop", "[{action: labeldrop, regex: a|c}]",
     "b instance job | ; known; j"},
    {"LabelKeep", "[{action: labelkeep, regex: 'b|__.*'}]",
     "b instance | ; known; "},
    {"AHashIsAlwaysSet",
     "[{action: hashmod, source_labels: [__meta_x], target_label: d, modulus: "
     "2}]",
     "a b d instance job | c; known; j"},
    {"KeepWritesNothing",
     "[{action: keepequal, source_labels: [a], target_label: d}]",
     "a b instance job | c; known; j"},
    {"LabelMap", "[{action: labelmap, regex: 'x_(.+)'}]",
     "a b instance job | c; unknown; "},
    {"JobIsRewritten", "[{target_label: job, source_labels: [__meta_x]}]",
     "a b instance | c job; known; "},
};

class RelabelTest : public testing::TestWithParam<RelabelCase> {};

TEST_P(RelabelTest, SaysWhatTargetsHave) {
  const schema::ScrapeJob job =
      Read(std::string("scrape_configs:\n- job_name: j\n  static_configs:\n"
                       "  - {targets: [x], labels: {a: x, b: x, c: x}}\n"
                       "  - {targets: [y], labels: {a: y, b: y, c: ''}}\n"
                       "  relabel_configs: ") +
           GetParam().steps)
          .jobs[0];
  std::string always;
  std::string others;
  for (const std::string& label : job.labels) {
    const bool there = std::ranges::find(job.always, label) != job.always.end();
    (there ? always : others) += (there ? label + " " : " " + label);
  }
  EXPECT_EQ(always + "|" + (others.empty() ? " " : others) + "; " +
                (job.labels_known ? "known" : "unknown") + "; " + job.name,
            GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(Steps, RelabelTest, testing::ValuesIn(kRelabelling),
                         [](const auto& test) { return test.param.name; });

TEST(PrometheusConfigTest, LabelsFromElsewhereAreNotKnown) {
  const schema::ScrapeJob file =
      Read("scrape_configs: [{job_name: a, file_sd_configs: []}]").jobs[0];
  EXPECT_FALSE(file.labels_known);
  EXPECT_EQ(file.name, "");
  // Its labels come by relabelling alone.
  const schema::ScrapeJob pods =
      Read(
          "scrape_configs:\n- job_name: a\n  static_configs:\n"
          "  - {targets: [x], labels: {environment: x}}\n"
          "  kubernetes_sd_configs: [{role: pod}]\n")
          .jobs[0];
  EXPECT_TRUE(pods.labels_known);
  EXPECT_EQ(pods.name, "a");
  EXPECT_THAT(pods.always, ElementsAre("instance", "job"));
}

TEST(PrometheusConfigTest, MetricRelabellingMayMoveLabels) {
  EXPECT_TRUE(Read("scrape_configs:\n- job_name: a\n  metric_relabel_configs:\n"
                   "  - {action: LabelMap, regex: exported_(.+)}\n")
                  .jobs[0]
                  .rewrites_any);
  EXPECT_THAT(Read("scrape_configs:\n- job_name: a\n  metric_relabel_configs:\n"
                   "  - {action: labeldrop, regex: instance}\n")
                  .jobs[0]
                  .rewritten,
              ElementsAre("instance"));
}

TEST(PrometheusConfigTest, AnotherFileIsAnError) {
  for (const auto& [text, why] :
       std::vector<std::pair<const char*, const char*>>{
           {"groups: []", "this is a rule file"},
           {"rule_file: [a]", "this is no configuration of Prometheus"},
           {"[]", "this is no configuration of Prometheus"},
           {"", "a configuration is one YAML document"},
       }) {
    base::Diagnostics diagnostics;
    EXPECT_FALSE(ReadPrometheusConfig(base::Source("p", text), diagnostics));
    ASSERT_FALSE(diagnostics.ok()) << text;
    EXPECT_THAT(diagnostics.first_error().message, testing::HasSubstr(why));
  }
}

TEST(PrometheusConfigTest, WithoutScrapeConfigsItWarns) {
  for (const auto& [text, warnings] :
       std::vector<std::pair<const char*, std::size_t>>{
           {"global: {scrape_interval: 15s}", 1},
           {"scrape_configs: []", 0},
           {"scrape_config_files: [a.yml]", 0}}) {
    base::Diagnostics diagnostics;
    EXPECT_TRUE(ReadPrometheusConfig(base::Source("p", text), diagnostics));
    EXPECT_EQ(diagnostics.all().size(), warnings) << text;
  }
}

TEST(PrometheusConfigTest, ADurationThatIsNoneIsAnError) {
  base::Diagnostics diagnostics;
  const base::Source source("p", "global: {scrape_interval: often}");
  EXPECT_FALSE(ReadPrometheusConfig(source, diagnostics));
  ASSERT_FALSE(diagnostics.ok());
  EXPECT_EQ(diagnostics.first_error().code, "duration");
}

}  // namespace
}  // namespace rollwatch
