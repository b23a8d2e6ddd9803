#include "schema/writer.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace schema {
namespace {

Schema Small() {
  Schema schema;
  Metric metric;
  metric.name = "job_seconds";
  metric.type = MetricType::kHistogram;
  metric.help = "How \"long\".";
  metric.unit = "seconds";
  metric.range = {0, 100};
  metric.buckets = {0.5, 1e6};
  metric.labels = {{"zone", Knowledge::kClosed, {"a", "no", "1", "b c"}},
                   {"page", Knowledge::kSeen, {"x-y"}},
                   {"id", Knowledge::kOpen, {}}};
  schema.Add(metric);
  return schema;
}

TEST(SchemaWriterTest, YamlQuotesWhatItWouldReadAsSomethingElse) {
  EXPECT_EQ(ToYaml(Small()), R"(metrics:
  - name: job_seconds
    type: histogram
    help: "How \"long\"."
    unit: seconds
    range: [0, 100]
    buckets: [0.5, 1e+06]
    starts_at_zero: true
    labels:
      - name: zone
        values: [a, "no", "1", "b c"]
        others: never
      - name: page
        values: [x-y]
        others: maybe
      - name: id
        values: []
        others: expected
)");
}

TEST(SchemaWriterTest, JsonHasTheSameMembers) {
  const base::Source source("schema", ToJson(Small()));
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  ASSERT_TRUE(json);
  const base::Json& metric = json->Find("metrics")->elements.at(0);
  std::string names;
  for (const base::JsonMember& member : metric.members) {
    names += member.name + " ";
  }
  EXPECT_EQ(names, "name type help unit range buckets starts_at_zero labels ");
  EXPECT_EQ(metric.Find("buckets")->elements.at(1).number, 1e6);
  EXPECT_EQ(metric.Find("labels")->elements.at(1).TextOf("others"), "maybe");
}

TEST(SchemaWriterTest, OursHasNineMetricsAndNoneOfPrometheus) {
  const base::Source source("schema", ToJson(Schema::Ours()));
  base::Diagnostics diagnostics;
  const auto json = base::ReadJson(source, diagnostics);
  ASSERT_TRUE(json);
  EXPECT_EQ(json->Find("metrics")->elements.size(), 9U);
}

}  // namespace
}  // namespace schema
