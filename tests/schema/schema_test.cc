#include "schema/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace schema {
namespace {

using testing::ElementsAre;

std::vector<std::string> LabelNames(const Sample& sample) {
  std::vector<std::string> names;
  for (const LabelFacts& label : sample.labels) names.push_back(label.name);
  return names;
}

TEST(SchemaTest, HasTheNineMetricsInTheOrderOfTheTable) {
  const Schema schema = Schema::Ours();
  ASSERT_EQ(schema.metrics().size(), 9U);
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(schema.metrics()[i].name, kMetrics[i].name);
    EXPECT_FALSE(schema.metrics()[i].help.empty());
  }
}

TEST(SchemaTest, HistogramIsFoundByItsSampleNamesOnly) {
  const Schema schema = Schema::Ours();
  EXPECT_EQ(schema.FindSample("deployment_duration_seconds"), nullptr);
  const Sample* bucket =
      schema.FindSample("deployment_duration_seconds_bucket");
  ASSERT_NE(bucket, nullptr);
  EXPECT_EQ(bucket->metric, "deployment_duration_seconds");
  EXPECT_EQ(bucket->role, SampleRole::kBucket);
  EXPECT_EQ(bucket->type, MetricType::kCounter);
  EXPECT_THAT(LabelNames(*bucket),
              ElementsAre("environment", "le", "job", "instance"));
  EXPECT_NE(schema.FindSample("deployment_duration_seconds_sum"), nullptr);
  EXPECT_NE(schema.FindSample("deployment_duration_seconds_count"), nullptr);
}

TEST(SchemaTest, BoundsHaveTheSpellingsOfBothFormats) {
  const Schema schema = Schema::Ours();
  const Sample* bucket =
      schema.FindSample("prometheus_query_duration_seconds_bucket");
  ASSERT_NE(bucket, nullptr);
  EXPECT_THAT(bucket->FindLabel("le")->values,
              ElementsAre("0.1", "0.5", "1", "1.0", "2", "2.0", "5", "5.0",
                          "10", "10.0", "+Inf"));
}

struct ValueCase {
  const char* name;
  const char* sample;
  const char* label;
  const char* value;
  bool can_be;
  bool listed;
};

constexpr ValueCase kValueCases[] = {
    {"ConfiguredEnvironment", "deployment_total", "environment", "staging",
     true, true},
    {"OtherEnvironment", "deployment_total", "environment", "qa", false, false},
    {"FixedStatus", "deployment_total", "status", "rolled_back", true, true},
    {"MisspeltStatus", "deployment_total", "status", "failure", false, false},
    {"ConfiguredWorkflow", "prometheus_query_total", "workflow",
     "deploy-staging", true, true},
    {"OtherWorkflowMayCome", "prometheus_query_total", "workflow", "nightly",
     true, false},
    {"AnyDeployment", "canary_traffic_percentage", "deployment_id", "3f2a",
     true, false},
    {"AnyInstance", "deployment_total", "instance", "a:1", true, false},
    {"AlertState", "ALERTS", "alertstate", "firing", true, true},
    {"NoAlertIsInactive", "ALERTS", "alertstate", "inactive", false, false},
};

class LabelValueTest : public testing::TestWithParam<ValueCase> {};

TEST_P(LabelValueTest, IsKnown) {
  const Schema schema = Schema::Ours();
  const Sample* sample = schema.FindSample(GetParam().sample);
  ASSERT_NE(sample, nullptr);
  const LabelFacts* label = sample->FindLabel(GetParam().label);
  ASSERT_NE(label, nullptr);
  EXPECT_EQ(label->CanBe(GetParam().value), GetParam().can_be);
  EXPECT_EQ(label->Lists(GetParam().value), GetParam().listed);
}

INSTANTIATE_TEST_SUITE_P(Values, LabelValueTest, testing::ValuesIn(kValueCases),
                         [](const auto& test) { return test.param.name; });

TEST(SchemaTest, RangesBoundWhatASeriesCanBe) {
  const Schema schema = Schema::Ours();
  EXPECT_EQ(schema.FindSample("canary_traffic_percentage")->range,
            (ValueRange{0, 100}));
  EXPECT_EQ(schema.FindSample("deployment_total")->range,
            (ValueRange{0, kUnbounded}));
  EXPECT_EQ(schema.FindSample("up")->range, (ValueRange{0, 1}));
  EXPECT_EQ(schema.FindSample("ALERTS")->range, (ValueRange{1, 1}));
}

TEST(SchemaTest, LabelsOfATargetAreNotClosed) {
  const Schema schema = Schema::Ours();
  EXPECT_FALSE(schema.FindSample("up")->labels_closed);
  EXPECT_FALSE(schema.FindSample("ALERTS")->labels_closed);
  EXPECT_TRUE(schema.FindSample("deployment_total")->labels_closed);
}

TEST(SchemaTest, OnlyCanariesAreBornWhileRunning) {
  const Schema schema = Schema::Ours();
  for (const Metric& metric : schema.metrics()) {
    EXPECT_EQ(metric.starts_at_zero, metric.name != "canary_traffic_percentage")
        << metric.name;
  }
}

struct NearCase {
  const char* unknown;
  const char* near;
};

constexpr NearCase kNearCases[] = {
    {"deployments_total", "deployment_total"},
    {"smoke_tests_total", "smoke_test_total"},
    {"deployment_duration_seconds", "deployment_duration_seconds_bucket"},
    {"http_requests_total", ""},
};

TEST(SchemaTest, NearestIsWithinTwoEdits) {
  const Schema schema = Schema::Ours();
  for (const NearCase& row : kNearCases) {
    EXPECT_EQ(schema.Nearest(row.unknown), row.near) << row.unknown;
  }
}

TEST(SchemaTest, EnvironmentsAreConfigured) {
  SchemaOptions options = SchemaOptions::Default();
  options.environments = {"qa"};
  const Schema schema = Schema::Ours(options);
  EXPECT_THAT(
      schema.FindSample("deployment_total")->FindLabel("environment")->values,
      ElementsAre("qa"));
}

TEST(SchemaTest, AddReplacesTheSamplesOfAnEqualName) {
  Schema schema = Schema::Ours();
  Metric metric;
  metric.name = "deployment_duration_seconds";
  metric.type = MetricType::kGauge;
  schema.Add(metric);
  EXPECT_EQ(schema.FindSample("deployment_duration_seconds_bucket"), nullptr);
  ASSERT_NE(schema.FindSample("deployment_duration_seconds"), nullptr);
  EXPECT_EQ(schema.metrics().size(), 9U);
}

}  // namespace
}  // namespace schema
