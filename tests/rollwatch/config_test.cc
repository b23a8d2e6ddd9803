#include "rollwatch/config.h"

#include <gtest/gtest.h>

#include "tests/support/process.h"

namespace rollwatch {
namespace {

TEST(ConfigTest, NoFileGivesTheDefaults) {
  const auto config = ReadConfig("");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->schema.environments,
            (std::vector<std::string>{"staging", "production"}));
}

TEST(ConfigTest, FileReplacesWhatItNames) {
  const tests::TemporaryFolder folder;
  const auto config = ReadConfig(folder.Write(
      "c.yml", "environments: [eu]\nexternal_labels: {cluster: a, zone: b}\n"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->schema.environments, std::vector<std::string>{"eu"});
  EXPECT_EQ(config->schema.workflows.size(), 2u);
  EXPECT_EQ(config->external_labels,
            (base::Labels{{"cluster", "a"}, {"zone", "b"}}));
}

struct Case {
  const char* name;
  const char* text;
  const char* says;
};

class BadConfigTest : public testing::TestWithParam<Case> {};

TEST_P(BadConfigTest, SaysWhere) {
  const tests::TemporaryFolder folder;
  const auto config = ReadConfig(folder.Write("c.yml", GetParam().text));
  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.status().message().find(GetParam().says),
            absl::string_view::npos)
      << config.status();
}

constexpr Case kCases[] = {
    {"Twice", "environments: [a, b, a]\n", "c.yml:1:22: error: \"a\" stands"},
    {"EmptyName", "workflows: ['']\n", "c.yml:1:13: error: a name has 1 to"},
    {"None", "environments: []\n", "c.yml:1:15: error: at least one"},
    {"NoList", "environments: {}\n", "c.yml:1:15: error: "},
    {"Unknown", "environment: [a]\n", "c.yml:1:1: error: field environment"},
    {"LabelName", "external_labels: {a-b: c}\n", "\"a-b\" is no label name"},
    {"TwoDocuments", "workflows: [a]\n---\nworkflows: [b]\n",
     "c.yml:3:1: error: a configuration is one document"},
    {"NoYaml", "environments: [a\n", "error: "},
};

INSTANTIATE_TEST_SUITE_P(Files, BadConfigTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace rollwatch
