#include "dashboards/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "tests/support/corpus.h"

namespace dashboards {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;

std::string Text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Result {
  bool is_dashboard = false;
  std::string rendered;
  std::multiset<std::string> codes;
};

Result LintText(std::string name, std::string text) {
  const base::Source source(std::move(name), std::move(text));
  base::Diagnostics diagnostics;
  Result result;
  result.is_dashboard = Lint(source, schema::Schema::Ours(), diagnostics);
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    result.rendered += base::Render(source, diagnostic);
    result.codes.insert(diagnostic.code);
  }
  return result;
}

Result LintFile(const fs::path& path) {
  return LintText(path.filename().string(), Text(path));
}

fs::path SourceFolder() { return ROLLWATCH_SOURCE_DIR; }

fs::path CheckFolder(std::string_view code) {
  return SourceFolder() / "tests/dashboards/testdata/lint" / code;
}

// A row of the table without its three files fails here.
class CheckTest : public testing::TestWithParam<std::string> {};

TEST_P(CheckTest, FindsWhatIsBad) {
  const fs::path folder = CheckFolder(GetParam());
  const Result result = LintFile(folder / "bad.json");
  EXPECT_TRUE(result.is_dashboard);
  EXPECT_THAT(result.codes, Contains(GetParam()));
  EXPECT_EQ(result.rendered, Text(folder / "bad.txt"));
}

TEST_P(CheckTest, SaysNothingOfWhatIsGood) {
  const Result result = LintFile(CheckFolder(GetParam()) / "good.json");
  EXPECT_TRUE(result.is_dashboard);
  EXPECT_EQ(result.rendered, "");
}

std::vector<std::string> Codes() {
  std::vector<std::string> codes;
  for (const Check& check : Checks()) codes.emplace_back(check.code);
  return codes;
}

INSTANTIATE_TEST_SUITE_P(Table, CheckTest, testing::ValuesIn(Codes()),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(LintTest, OurDashboardHasNoFindings) {
  const Result result =
      LintFile(SourceFolder() / "dashboards/deployment-overview.json");
  EXPECT_TRUE(result.is_dashboard);
  EXPECT_EQ(result.rendered, "");
}

TEST(LintTest, OurDashboardReadsEveryMetricOfTheSchema) {
  const std::string text =
      Text(SourceFolder() / "dashboards/deployment-overview.json");
  const schema::Schema schema = schema::Schema::Ours();
  for (const schema::Metric& metric : schema.metrics()) {
    const bool read = text.find(metric.name + "{") != std::string::npos ||
                      text.find(metric.name + "_bucket{") != std::string::npos;
    EXPECT_TRUE(read) << metric.name;
  }
}

TEST(LintTest, NothingFalseIsSaidOfForeignDashboards) {
  if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
  const fs::path folder = tests::Corpus() + "/dashboards";
  int files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const Result result = LintFile(entry.path());
    EXPECT_TRUE(result.is_dashboard) << entry.path();
    EXPECT_EQ(result.rendered, "") << entry.path();
    ++files;
  }
  EXPECT_GT(files, 0);
}

TEST(LintTest, TheDashboardThatOursReplaces) {
  const fs::path path = tests::Corpus() + "/../origin/deployment-overview.json";
  if (!fs::exists(path)) GTEST_SKIP() << "no origin beside the corpus";
  const Result result = LintFile(path);
  EXPECT_EQ(result.codes.count("undefined-datasource"), 6u);
  EXPECT_EQ(result.codes.count("missing-id"), 3u);
  EXPECT_EQ(result.codes.count("missing-grid-position"), 3u);
  EXPECT_EQ(result.codes.size(), 12u) << result.rendered;
  EXPECT_THAT(result.rendered, testing::HasSubstr("${DS_PROMETHEUS}"));
}

// One target whose data source only an import fills in; the codes found.
std::multiset<std::string> CodesOfInput(std::string_view plugin,
                                        std::string_view expr) {
  const Result result = LintText("d.json", absl::StrFormat(
                                               R"({"title": "T",
    "__inputs": [{"name": "DS", "type": "datasource", "pluginId": "%s"}],
    "panels": [{"id": 1, "type": "table", "title": "P", "datasource": "${DS}",
                "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
                "targets": [{"refId": "A", "expr": "%s"}]}]})",
                                               plugin, expr));
  EXPECT_TRUE(result.is_dashboard);
  return result.codes;
}

TEST(LintTest, AnInputSaysWhatItAsks) {
  EXPECT_THAT(CodesOfInput("loki", "{a='b'} |= 'c'"),
              ElementsAre("import-only-datasource"));
  EXPECT_THAT(CodesOfInput("prometheus", "{a='b'} |= 'c'"),
              ElementsAre("import-only-datasource", "query-syntax"));
}

TEST(LintTest, PrometheusOfAmazonIsAsked) {
  EXPECT_THAT(CodesOfInput("grafana-amazonprometheus-datasource",
                           "deployment_total{x='y'}"),
              ElementsAre("import-only-datasource", "unknown-label"));
}

TEST(LintTest, FindingsComeInTheOrderOfTheFile) {
  const Result result = LintFile(CheckFolder("bad-grid-position") / "bad.json");
  std::size_t last = 0;
  std::size_t found = 0;
  for (std::size_t at = result.rendered.find("bad.json:");
       at != std::string::npos;
       at = result.rendered.find("bad.json:", at + 1)) {
    const std::size_t line = std::stoul(result.rendered.substr(at + 9));
    EXPECT_GE(line, last);
    last = line;
    ++found;
  }
  EXPECT_EQ(found, 2u);
}

}  // namespace
}  // namespace dashboards
