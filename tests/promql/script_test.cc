// Evaluation cases are scripts: ours, a file for each function, and upstream's.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "promql/functions/function.h"
#include "promql/script/runner.h"
#include "tests/support/corpus.h"

namespace promql {
namespace {

namespace fs = std::filesystem;

base::Source ReadScript(const fs::path& path) {
  std::ifstream file(path);
  return base::Source(path.filename(),
                      std::string(std::istreambuf_iterator<char>(file), {}));
}

std::string Problems(const base::Source& source, const ScriptReport& report) {
  std::string text;
  for (const ScriptFailure& failure : report.failures) {
    text += absl::StrFormat("%s:%d: %s\n  %s\n%s", source.name(), failure.line,
                            failure.problem, failure.query, failure.got);
  }
  return text;
}

std::vector<fs::path> Scripts(const fs::path& folder) {
  std::vector<fs::path> scripts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".test") scripts.push_back(entry.path());
  }
  std::ranges::sort(scripts);
  return scripts;
}

fs::path FunctionScript(std::string_view name) {
  return fs::path(ROLLWATCH_SOURCE_DIR) / "tests/promql/testdata/functions" /
         absl::StrFormat("%s.test", name);
}

TEST(FunctionScripts, EveryFunctionHasOneThatPasses) {
  for (const Function& function : Functions()) {
    if (std::holds_alternative<std::monostate>(function.kernel)) continue;
    const fs::path path = FunctionScript(function.name);
    ASSERT_TRUE(fs::exists(path)) << path;
    const base::Source source = ReadScript(path);
    EXPECT_NE(source.text().find(function.name), std::string_view::npos);
    const ScriptReport report = RunScript(source);
    EXPECT_EQ(Problems(source, report), "");
    EXPECT_GT(report.passed, 0u) << path;
  }
}

// What implementations of PromQL get wrong, a file for each part.
TEST(SemanticsScripts, AllPass) {
  const std::vector<fs::path> scripts = Scripts(
      fs::path(ROLLWATCH_SOURCE_DIR) / "tests/promql/testdata/semantics");
  EXPECT_GE(scripts.size(), 5u);
  for (const fs::path& path : scripts) {
    const base::Source source = ReadScript(path);
    const ScriptReport report = RunScript(source);
    EXPECT_EQ(Problems(source, report), "");
    EXPECT_GT(report.passed, 0u) << path;
  }
}

TEST(UpstreamScripts, AllPass) {
  if (!tests::HasCorpus()) GTEST_SKIP() << tests::NoCorpus();
  for (const fs::path& path : Scripts(tests::Corpus() + "/promqltest")) {
    const base::Source source = ReadScript(path);
    const ScriptReport report = RunScript(source);
    EXPECT_EQ(Problems(source, report), "");
    EXPECT_GT(report.passed, 0u) << path;
  }
}

struct Case {
  const char* name;
  const char* script;
  const char* problem;  // The first one.
};

constexpr Case kCases[] = {
    {"AnotherValue", "load 1m\n  m 1\n\neval instant at 0 m\n  m 2\n",
     "another value for m"},
    {"MissingSeries", "load 1m\n  m 1\n\neval instant at 0 m\n  m 1\n  n 1\n",
     "missing metric n"},
    {"UnexpectedSeries", "load 1m\n  m 1\n\neval instant at 0 m\n",
     "unexpected metric m"},
    {"ExpectedFailure", "eval instant at 0 1\n  expect fail\n  1\n",
     "expected an error, but the query succeeded"},
    {"AnotherFailure", "eval instant at 0 1 +\n  expect fail msg: nonsense\n",
     "expected error: nonsense, got: 1:4: parse error: unexpected end of "
     "input"},
    {"UnexpectedInfo",
     "load 1m\n  m 1 2\n\neval instant at 1m rate(m[2m])\n  expect no_info\n"
     "  {} 0.016666666666666666\n",
     "unexpected info: PromQL info: metric might not be a counter, name does "
     "not end in _total/_sum/_count/_bucket: \"m\" (1:6)"},
    {"UnknownCommand", "fill 1m\n", "unknown command \"fill\""},
    {"ACommentEndsABlock",
     "load 1m\n  m 1\n# n\n  n 1\n\neval instant at 0 m\n  m 1\n",
     "unknown command \"n\""},
};

class RunnerTest : public testing::TestWithParam<Case> {};

TEST_P(RunnerTest, Reports) {
  const ScriptReport report =
      RunScript(base::Source("script", GetParam().script));
  ASSERT_FALSE(report.failures.empty());
  EXPECT_EQ(report.failures[0].problem, GetParam().problem);
  EXPECT_GT(report.failed, 0u);
}

INSTANTIATE_TEST_SUITE_P(Scripts, RunnerTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

// Of lines for the same series the last counts, whole.
TEST(Runner, TheLastLineOfASeriesCounts) {
  const ScriptReport report = RunScript(base::Source(
      "script",
      "load 1m\n  m 1 2 3\n  m 4\n\neval range from 0 to 2m step 1m m\n"
      "  m 4 4 4\n"));
  EXPECT_EQ(report.passed, 1u);
}

TEST(Runner, ReadsTheEscapesOfAnExpectedString) {
  const ScriptReport report =
      RunScript(base::Source("script",
                             "eval instant at 0 \"\\x41\\u00e9\"\n"
                             "  expect string \"A\\u00e9\"\n"));
  EXPECT_EQ(report.passed, 1u);
}

TEST(Runner, RepeatsEveryInstantEval) {
  const ScriptReport report = RunScript(base::Source(
      "script", "load 1m\n  m 1 2\n\neval instant at 1m m\n  m 2\n"));
  EXPECT_EQ(report.passed, 1u);
  EXPECT_EQ(report.queries, 12u);
}

}  // namespace
}  // namespace promql
