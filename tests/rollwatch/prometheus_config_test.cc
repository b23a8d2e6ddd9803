#include "rollwatch/prometheus_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rollwatch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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

TEST(PrometheusConfigTest, SaysWhatScrapingAdds) {
  const PrometheusConfig config = Read(kTwoJobs);
  EXPECT_THAT(
      config.target_labels,
      ElementsAre("environment", "host", "instance", "job", "team", "zone"));
  EXPECT_TRUE(config.target_labels_known);
  EXPECT_THAT(config.rewritten_labels, ElementsAre("zone"));
  EXPECT_EQ(config.external_labels.Get("cluster"), "eu1");
  EXPECT_THAT(config.rule_files, ElementsAre("rules/*.yml"));
}

TEST(PrometheusConfigTest, TheShortestIntervalCounts) {
  EXPECT_EQ(Read(kTwoJobs).scrape_interval, 10'000);
  EXPECT_EQ(Read("scrape_configs: [{job_name: a}]").scrape_interval, 60'000);
  EXPECT_EQ(Read("global: {scrape_interval: 5s}").scrape_interval,
            std::nullopt);
}

TEST(PrometheusConfigTest, ALabelIsRenamedWhenEveryJobSetsIt) {
  EXPECT_THAT(Read(kTwoJobs).renamed_labels,
              ElementsAre("environment", "instance", "job"));
  std::string honored = kTwoJobs;
  honored.replace(honored.find("job_name: b"), 11,
                  "job_name: b\n  honor_labels: true");
  EXPECT_THAT(Read(honored).renamed_labels, IsEmpty());
}

TEST(PrometheusConfigTest, LabelsFromElsewhereAreNotKnown) {
  EXPECT_FALSE(Read("scrape_configs: [{job_name: a, file_sd_configs: []}]")
                   .target_labels_known);
  EXPECT_FALSE(Read("scrape_configs:\n- job_name: a\n  relabel_configs:\n"
                    "  - {action: labelmap, regex: x_(.+)}\n")
                   .target_labels_known);
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
