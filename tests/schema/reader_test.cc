#include "schema/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/writer.h"

namespace schema {
namespace {

using testing::ElementsAre;

std::string YamlOf(const std::vector<Metric>& metrics) {
  Schema schema;
  for (const Metric& metric : metrics) schema.Add(metric);
  return ToYaml(schema);
}

// The metrics as YAML; the errors of what cannot be read.
std::string Read(const std::string& text, bool labels_declared = true) {
  const base::Source source("s", text);
  base::Diagnostics diagnostics;
  const auto metrics = ReadMetrics(source, labels_declared, diagnostics);
  std::string errors;
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    errors += base::Render(source, diagnostic);
  }
  EXPECT_EQ(metrics.has_value(), diagnostics.ok());
  return metrics ? YamlOf(*metrics) : errors;
}

TEST(SchemaReaderTest, ReadsWhatTheWriterWrites) {
  const Schema ours = Schema::Ours();
  EXPECT_EQ(Read(ToYaml(ours)), ToYaml(ours));
  EXPECT_EQ(Read(ToJson(ours)), ToYaml(ours));
}

TEST(SchemaReaderTest, LeftOutFieldsClaimNothing) {
  EXPECT_EQ(Read(R"(# Ours.
metrics:
- name: a_total
  type: counter
  labels: [{name: code, values: ["200", "500"]}, {name: path}]
- name: b
)"),
            R"(metrics:
  - name: a_total
    type: counter
    range: [0, +Inf]
    labels:
      - name: code
        values: ["200", "500"]
        others: never
      - name: path
        values: []
        others: expected
  - name: b
    type: unknown
)");
}

struct BadCase {
  const char* name;
  const char* text;
  const char* error;
};

constexpr BadCase kBadCases[] = {
    {"UnknownField", "metrics:\n- {nam: a}\n", "s:2:4: error: field nam"},
    {"UnknownType", "metrics:\n- {name: a, type: histgram}\n",
     "s:2:19: error: \"histgram\" is no type of metric"},
    {"NoName", "metrics:\n- {type: gauge}\n",
     "s:2:3: error: a metric needs a name"},
    {"BucketsFall", "metrics:\n- {name: a, buckets: [2, 1]}\n",
     "s:2:22: error: buckets are ascending"},
    {"RangeOfOne", "metrics:\n- {name: a, range: [2]}\n",
     "s:2:20: error: a range is"},
    {"NotOthers", "metrics:\n- {name: a, labels: [{name: b, others: no}]}\n",
     "s:2:40: error: other values are \"no\"?"},
    {"LabelTwice",
     "metrics:\n- {name: a, labels: [{name: b, values: [c]}, {name: b}]}\n",
     "s:2:46: error: label \"b\" stands twice"},
    {"MetricTwice", "metrics:\n- {name: a}\n- {name: b}\n- {name: a}\n",
     "s:4:3: error: metric \"a\" stands twice"},
    {"NoValueAndNoOthers",
     "metrics:\n- {name: a, labels: [{name: b, others: never}]}\n",
     "s:2:22: error: a label without other values needs its values"},
    {"BadYaml", "metrics:\n- {name: a\n", "error"},
    {"BadPage", "a{b=\"c\" 1\n", "s:1:"},
};

class BadSchemaTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadSchemaTest, IsRefused) {
  EXPECT_THAT(Read(GetParam().text), testing::HasSubstr(GetParam().error));
}

INSTANTIATE_TEST_SUITE_P(Files, BadSchemaTest, testing::ValuesIn(kBadCases),
                         [](const auto& test) { return test.param.name; });

constexpr char kPage[] = R"(# HELP a_total How many.
# TYPE a_total counter
a_total{code="200"} 1
a_total{code="500"} 1
# TYPE h_seconds histogram
h_seconds_bucket{le="1"} 1
h_seconds_bucket{le="2.5"} 1
h_seconds_bucket{le="+Inf"} 1
h_seconds_sum 1
h_seconds_count 1
# TYPE s summary
s{quantile="0.5"} 1
s_sum 1
s_count 1
u 1
)";

TEST(SchemaReaderTest, APageIsWhatWasSeen) {
  EXPECT_EQ(Read(kPage), R"(metrics:
  - name: a_total
    type: counter
    help: "How many."
    range: [0, +Inf]
    seen: true
    labels:
      - name: code
        values: ["200", "500"]
        others: maybe
  - name: h_seconds
    type: histogram
    range: [0, +Inf]
    buckets: [1, 2.5]
    seen: true
  - name: s
    type: summary
    seen: true
  - name: u
    type: unknown
    seen: true
)");
}

TEST(SchemaReaderTest, ANameMayBeginAsASchemaDoes) {
  EXPECT_THAT(Read("metrics:count 5\n"),
              testing::HasSubstr("- name: \"metrics:count\""));
  EXPECT_EQ(Read("metrics:"), "metrics:\n");
}

TEST(SchemaReaderTest, LabelsOfAPageAreNotAllWhenTargetLabelsAreUnknown) {
  EXPECT_THAT(Read("u{a=\"b\"} 1\n", false),
              testing::HasSubstr("other_labels: true"));
}

TEST(SchemaReaderTest, OpenMetricsCountersKeepTheStoredName) {
  EXPECT_EQ(Read("# TYPE a counter\na_total 1\na_created 5\n# EOF\n"),
            R"(metrics:
  - name: a_total
    type: counter
    range: [0, +Inf]
    seen: true
  - name: a_created
    type: gauge
    unit: seconds
    seen: true
)");
}

TEST(SchemaReaderTest, ALabelOfManyValuesIsOpen) {
  std::string page;
  for (int i = 0; i < 60; ++i) page += "u{p=\"" + std::to_string(i) + "\"} 1\n";
  EXPECT_THAT(Read(page),
              testing::HasSubstr("values: []\n        others: expected"));
}

TEST(SchemaReaderTest, ScrapingRenamesAndAdds) {
  SchemaOptions options = SchemaOptions::Default();
  options.jobs = {{.labels = {"job", "instance", "environment"},
                   .always = {"job", "instance", "environment"},
                   .honor_labels = false}};
  const Schema schema = Schema::Ours(options);
  const Sample* sample = schema.FindSample("deployment_frequency");
  ASSERT_NE(sample, nullptr);
  EXPECT_THAT(sample->exported, ElementsAre("environment"));
  EXPECT_TRUE(sample->FindLabel("exported_environment")->Lists("staging"));
  EXPECT_EQ(sample->FindLabel("environment")->knowledge, Knowledge::kOpen);
}

TEST(SchemaReaderTest, RewrittenLabelsCanBeAnything) {
  SchemaOptions options = SchemaOptions::Default();
  options.jobs[0].rewritten = {"environment"};
  const Schema schema = Schema::Ours(options);
  EXPECT_TRUE(schema.FindSample("deployment_frequency")
                  ->FindLabel("environment")
                  ->CanBe("eu"));
}

}  // namespace
}  // namespace schema
