#include "schema/scrape_job.h"

#include <gtest/gtest.h>

#include <string>

#include "schema/schema.h"

namespace schema {
namespace {

// Two jobs publish deployment_frequency{environment}: `ci`, whose targets have
// an environment of their own, and `app`, which honors the metric's.
SchemaOptions TwoJobs() {
  SchemaOptions options = SchemaOptions::Default();
  options.jobs = {{.name = "ci",
                   .labels = {"environment", "instance", "job"},
                   .always = {"environment", "instance", "job"},
                   .honor_labels = false,
                   .scrape_interval = 60'000},
                  {.name = "app",
                   .labels = {"environment", "instance", "job", "team"},
                   .always = {"environment", "instance", "job"},
                   .honor_labels = true,
                   .scrape_interval = 15'000},
                  {.name = "old",
                   .labels = {"environment", "instance", "job"},
                   .always = {"environment", "instance", "job"},
                   .honor_labels = false,
                   .scrape_interval = 300'000}};
  return options;
}

std::string Text(const Sample& sample) {
  std::string text;
  for (const LabelFacts& label : sample.labels) {
    text += label.name;
    for (std::size_t i = 0; i < label.values.size(); ++i) {
      text += (i == 0 ? "=" : "|") + label.values[i];
    }
    if (label.knowledge == Knowledge::kClosed) text += "!";
    text += " ";
  }
  for (const std::string& label : sample.exported) text += "-" + label;
  return text;
}

struct Case {
  const char* name;
  base::MatchType type;
  const char* job;
  const char* want;
  base::Duration interval;
};

constexpr Case kCases[] = {
    {"AnyJobOfThem", base::MatchType::kRegexp, ".*",
     "environment=staging|production exported_environment=staging|production|! "
     "instance job team= ",
     15'000},
    {"OneThatRenames", base::MatchType::kEqual, "ci",
     "environment exported_environment=staging|production! instance job "
     "-environment",
     60'000},
    {"OneThatHonors", base::MatchType::kEqual, "app",
     "environment=staging|production! instance job team ", 15'000},
    {"TwoThatRename", base::MatchType::kNotEqual, "app",
     "environment exported_environment=staging|production! instance "
     "job -environment",
     60'000},
    {"NoneOfThem", base::MatchType::kEqual, "nobody",
     "environment=staging|production exported_environment=staging|production|! "
     "instance job team= ",
     0},
};

class ScrapeJobTest : public testing::TestWithParam<Case> {};

TEST_P(ScrapeJobTest, OnlyWhatHoldsForAllIsClaimed) {
  const Schema schema = Schema::Ours(TwoJobs());
  const std::vector<base::Matcher> matchers = {
      *base::Matcher::Make(GetParam().type, "job", GetParam().job)};
  const auto sample = schema.FindSample("deployment_frequency", matchers);
  ASSERT_NE(sample, nullptr);
  EXPECT_EQ(Text(*sample), GetParam().want);
  EXPECT_EQ(schema.ScrapeInterval("deployment_frequency", matchers).value_or(0),
            GetParam().interval);
}

INSTANTIATE_TEST_SUITE_P(Jobs, ScrapeJobTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(ScrapeJobsTest, AJobThatHonorsMayCarryAnyJobLabel) {
  Schema schema(TwoJobs());
  Metric metric;
  metric.name = "pushed_total";
  metric.labels = {{"job", Knowledge::kOpen, {}}};
  schema.Add(metric);
  const std::vector<base::Matcher> matchers = {
      base::Matcher::Equal("job", "nightly")};
  EXPECT_EQ(schema.ScrapeInterval("pushed_total", matchers), 15'000);
  EXPECT_EQ(
      schema.FindSample("pushed_total", matchers)->FindLabel("job")->knowledge,
      Knowledge::kOpen);
}

TEST(ScrapeJobsTest, ALabelOfSomeTargetsRenamesForThemAlone) {
  SchemaOptions options = SchemaOptions::Default();
  options.jobs = {{.labels = {"environment", "instance", "job"},
                   .always = {"instance", "job"},
                   .honor_labels = false}};
  EXPECT_EQ(Text(*Schema::Ours(options).FindSample("deployment_frequency")),
            "environment exported_environment=staging|production|! instance "
            "job ");
}

TEST(ScrapeJobsTest, AJobOfAnyNameCarriesWhatAnyJobIsAskedFor) {
  SchemaOptions options = TwoJobs();
  options.jobs[2].name.clear();
  EXPECT_EQ(Schema::Ours(options).ScrapeInterval(
                "deployment_frequency",
                std::vector{base::Matcher::Equal("job", "nobody")}),
            300'000);
}

TEST(ScrapeJobsTest, ATargetThatMayHaveAnyLabelLeavesValuesSeen) {
  SchemaOptions options = SchemaOptions::Default();
  options.jobs = {{.labels_known = false, .honor_labels = false}};
  EXPECT_EQ(Schema::Ours(options)
                .FindSample("deployment_frequency")
                ->FindLabel("environment")
                ->knowledge,
            Knowledge::kSeen);
}

}  // namespace
}  // namespace schema
