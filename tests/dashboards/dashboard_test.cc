#include "dashboards/dashboard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_format.h"

namespace dashboards {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What the text at each byte's place is, for an expression that spells `json`
// between its quotes.
std::string Places(std::string_view json) {
  const base::Source source(
      "d.json",
      absl::StrFormat(R"({"panels": [{"targets": [{"expr": "%s"}]}]})", json));
  base::Diagnostics diagnostics;
  const std::optional<Dashboard> dashboard = ReadDashboard(source, diagnostics);
  if (!dashboard) return "no dashboard";
  const base::Excerpt& text = dashboard->panels[0].queries[0].text;
  std::string places;
  const std::size_t begin = source.text().find(json, 30);
  for (std::size_t i = 0; i < text.text().size(); ++i) {
    absl::StrAppendFormat(&places, "%s%d", i == 0 ? "" : " ",
                          text.Outer({i, i + 1}).begin - begin);
  }
  return places;
}

struct PlacesCase {
  const char* name;
  const char* json;
  const char* want;
};

class StringExcerptTest : public testing::TestWithParam<PlacesCase> {};

TEST_P(StringExcerptTest, KeepsThePlaceOfEachByte) {
  EXPECT_EQ(Places(GetParam().json), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    Escapes, StringExcerptTest,
    testing::Values(
        PlacesCase{"PlainBytes", "up > 1", "0 1 2 3 4 5"},
        PlacesCase{"AnEscapeIsOneByte", R"(a=\"b\")", "0 1 2 4 5"},
        PlacesCase{"AUnicodeEscapeOfOneByte", R"(a\u0041b)", "0 1 7"},
        PlacesCase{"AUnicodeEscapeOfTwoBytes", R"(\u00e9b)", "0 0 6"},
        PlacesCase{"ASurrogatePairHasFourBytes", R"(\ud83d\ude00b)",
                   "0 0 0 0 12"},
        PlacesCase{"WrittenOutUtf8",
                   "\xC3\xA9"
                   "b",
                   "0 1 2"}),
    [](const auto& test) { return test.param.name; });

Dashboard Read(std::string_view json) {
  const base::Source source("d.json", std::string(json));
  base::Diagnostics diagnostics;
  std::optional<Dashboard> dashboard = ReadDashboard(source, diagnostics);
  EXPECT_TRUE(dashboard.has_value());
  return dashboard.value_or(Dashboard{});
}

TEST(ReadDashboardTest, PanelsOfACollapsedRowAreAContainerOfTheirOwn) {
  const Dashboard dashboard = Read(R"({"panels": [
      {"id": 1, "type": "row", "panels": [{"id": 2}, {"id": 3}]},
      {"id": 4}]})");
  ASSERT_EQ(dashboard.panels.size(), 4u);
  EXPECT_EQ(dashboard.panels[0].container, 0u);
  EXPECT_NE(dashboard.panels[1].container, 0u);
  EXPECT_EQ(dashboard.panels[1].container, dashboard.panels[2].container);
  EXPECT_EQ(dashboard.panels[3].container, 0u);
}

TEST(ReadDashboardTest, ATargetWithoutDataSourceHasThePanels) {
  const Dashboard dashboard = Read(R"({"panels": [{
      "datasource": {"uid": "a"},
      "targets": [{"expr": "up"}, {"expr": "up", "datasource": "b"}]}]})");
  const std::vector<Query>& queries = dashboard.panels[0].queries;
  ASSERT_EQ(queries.size(), 2u);
  EXPECT_EQ(queries[0].data_source->uid, "a");
  EXPECT_EQ(queries[1].data_source->uid, "b");
}

TEST(ReadDashboardTest, AnIdIsAWholeNumberAboveZero) {
  const Dashboard dashboard =
      Read(R"({"panels": [{"id": 7}, {"id": 0}, {"id": 1.5}, {"id": null}]})");
  EXPECT_EQ(dashboard.panels[0].id, 7);
  EXPECT_EQ(dashboard.panels[1].id, std::nullopt);
  EXPECT_EQ(dashboard.panels[2].id, std::nullopt);
  EXPECT_EQ(dashboard.panels[3].id, std::nullopt);
}

TEST(ReadDashboardTest, ReadsTheSpecOfAResource) {
  EXPECT_EQ(Read(R"({"apiVersion": "dashboard.grafana.app/v1",
                     "spec": {"title": "T", "panels": []}})")
                .title,
            "T");
}

TEST(ReadDashboardTest, OptionsOfACustomVariableAreInItsQuery) {
  const Dashboard dashboard = Read(R"({"panels": [], "templating": {"list": [
      {"name": "w", "type": "custom", "query": "1m, Five : 5m,10m"}]}})");
  EXPECT_THAT(dashboard.variables[0].options, ElementsAre("1m", "5m", "10m"));
  EXPECT_THAT(dashboard.variables[0].current, IsEmpty());
}

struct RefusedCase {
  const char* name;
  const char* json;
  const char* want;  // The first message.
};

class RefusedTest : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedTest, SaysWhy) {
  const base::Source source("d.json", GetParam().json);
  base::Diagnostics diagnostics;
  EXPECT_FALSE(ReadDashboard(source, diagnostics).has_value());
  ASSERT_FALSE(diagnostics.ok());
  EXPECT_THAT(diagnostics.first_error().message,
              testing::HasSubstr(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, RefusedTest,
    testing::Values(RefusedCase{"AnArray", "[1]", "no Grafana dashboard"},
                    RefusedCase{"NoPanels", "{}", "no Grafana dashboard"},
                    RefusedCase{"SchemaTwo",
                                R"({"elements": {}, "layout": {}})",
                                "schema v2"},
                    RefusedCase{"NoJson", R"({"panels": [}])", "unexpected"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace dashboards
