// Every expression and series of the corpus is read, and prints as a text that
// reads back as the same tree.

#include "tests/support/corpus.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "promql/check/parse.h"
#include "promql/syntax/lexer.h"
#include "promql/syntax/pretty_printer.h"
#include "promql/syntax/printer.h"
#include "promql/syntax/series_description.h"
#include "re2/re2.h"

namespace promql {
namespace {

namespace fs = std::filesystem;

fs::path Corpus() { return tests::Corpus(); }

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> Lines(const fs::path& path) {
  std::istringstream in(ReadFile(path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<fs::path> Files(const fs::path& folder,
                            const std::vector<std::string>& extensions) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (std::ranges::find(extensions, entry.path().extension().string()) !=
        extensions.end()) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

// The query with a comment behind each of its tokens, every other one on a line
// of its own; none inside of brackets, where there can be none.
std::string WithComments(const std::string& query) {
  std::string text = "# c0\n";
  int comments = 1;
  bool in_brackets = false;
  std::size_t at = 0;
  for (const Token& token : Lex(query).tokens) {
    text += query.substr(at, token.span.end - at);
    at = token.span.end;
    if (token.kind == TokenKind::kLeftBracket) in_brackets = true;
    if (token.kind == TokenKind::kRightBracket) in_brackets = false;
    // fill is a metric's name unless its parenthesis follows.
    const bool fill = token.kind == TokenKind::kFill ||
                      token.kind == TokenKind::kFillLeft ||
                      token.kind == TokenKind::kFillRight;
    if (in_brackets || fill) continue;
    text += comments % 2 == 0 ? "\n# c" : " # c";
    text += std::to_string(comments++) + "\n";
  }
  return text;
}

// The comments of a text made so, in their order.
std::string CommentsOf(const std::string& text) {
  static const re2::RE2 comment(R"((# c\d+))");
  std::string found;
  re2::StringPiece rest = text;
  std::string one;
  while (re2::RE2::FindAndConsume(&rest, comment, &one)) {
    found += one + "\n";
  }
  return found;
}

class CorpusTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::HasCorpus()) {
      GTEST_SKIP() << tests::NoCorpus();
    }
  }

  void ExpectRoundTrip(const fs::path& file, const std::string& text) {
    ++expressions_;
    base::Diagnostics diagnostics;
    const ExprPtr expr = Parse(text, diagnostics);
    ASSERT_NE(expr, nullptr)
        << file << ": " << text << ": " << PrometheusError(text, diagnostics);
    const std::string printed = Print(*expr);
    const ExprPtr again = Parse(printed, diagnostics);
    ASSERT_NE(again, nullptr) << file << ": " << printed << ": "
                              << PrometheusError(printed, diagnostics);
    EXPECT_TRUE(Equal(*expr, *again)) << file << ": " << text;
    EXPECT_EQ(Print(*again), printed) << file << ": " << text;
    ExpectPretty(*expr, text);
    ExpectPretty(*expr, WithComments(text));
  }

  // The pretty form of `text`, which is of that tree, is of the same tree,
  // keeps all comments in their order, and is pretty.
  static void ExpectPretty(const Expr& expr, const std::string& text) {
    base::Diagnostics diagnostics;
    const ExprPtr read = Parse(text, diagnostics);
    ASSERT_NE(read, nullptr)
        << text << ": " << PrometheusError(text, diagnostics);
    EXPECT_TRUE(Equal(expr, *read)) << text;
    const std::string pretty = PrettyPrint(*read, text);
    const ExprPtr again = Parse(pretty, diagnostics);
    ASSERT_NE(again, nullptr)
        << pretty << ": " << PrometheusError(pretty, diagnostics);
    EXPECT_TRUE(Equal(expr, *again)) << pretty;
    EXPECT_EQ(CommentsOf(pretty), CommentsOf(text)) << pretty;
    EXPECT_EQ(PrettyPrint(*again, pretty), pretty);
  }

  int expressions_ = 0;
};

// The expression of an `eval` line, or "".
std::string EvalExpression(const std::string& line) {
  static const re2::RE2 instant(
      R"(eval(?:_\w+)?\s+instant\s+(?:at\s+\S+)?\s+(.+?)\s*)");
  static const re2::RE2 range(
      R"(eval(?:_\w+)?\s+range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+\s+(.+?)\s*)");
  std::string expression;
  re2::RE2::FullMatch(line, instant, &expression) ||
      re2::RE2::FullMatch(line, range, &expression);
  return expression;
}

TEST_F(CorpusTest, EvaluatedExpressionsAreRead) {
  for (const fs::path& file : Files(Corpus() / "promqltest", {".test"})) {
    const std::vector<std::string> lines = Lines(file);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string expression = EvalExpression(lines[i]);
      if (expression.empty()) continue;
      // What is meant to fail may do so here already.
      bool fails = lines[i].starts_with("eval_fail");
      for (std::size_t j = i + 1; j < lines.size() && !lines[j].empty(); ++j) {
        fails = fails || lines[j].find("expect fail") != std::string::npos;
      }
      if (!fails) ExpectRoundTrip(file, expression);
    }
  }
  EXPECT_GT(expressions_, 1200);
}

TEST_F(CorpusTest, LoadedSeriesAreRead) {
  int series = 0;
  for (const fs::path& file : Files(Corpus() / "promqltest", {".test"})) {
    bool loading = false;
    for (const std::string& line : Lines(file)) {
      const bool blank = line.find_first_not_of(" \t") == std::string::npos;
      if (line.starts_with("load")) {
        loading = true;
        continue;
      }
      loading = loading && !blank;
      const bool comment = !blank && line[line.find_first_not_of(" \t")] == '#';
      if (!loading || comment) continue;
      ++series;
      base::Diagnostics diagnostics;
      SeriesDescription description;
      StartTimes start_times;
      EXPECT_TRUE(IsStartTimesLine(line)
                      ? ParseStartTimes(line, diagnostics, start_times)
                      : ParseSeriesDescription(line, diagnostics, description))
          << file << ": " << line << ": " << PrometheusError(line, diagnostics);
    }
  }
  EXPECT_GT(series, 1000);
}

void FindExpressions(const base::YamlNode& node,
                     std::vector<std::string>& found) {
  for (const base::YamlNodePtr& item : node.items) {
    FindExpressions(*item, found);
  }
  for (const base::YamlEntry& entry : node.entries) {
    if (entry.key->text.text() == "expr" &&
        entry.value->kind == base::YamlNode::Kind::kScalar) {
      found.emplace_back(entry.value->text.text());
    }
    FindExpressions(*entry.value, found);
  }
}

TEST_F(CorpusTest, ExpressionsOfRulesAreRead) {
  for (const char* folder : {"rules", "rulefmt", "promtool"}) {
    for (const fs::path& file : Files(Corpus() / folder, {".yaml", ".yml"})) {
      // Files that are wrong on purpose say so in their names.
      if (file.filename().string().find("bad") != std::string::npos) continue;
      base::Diagnostics diagnostics;
      std::vector<std::string> expressions;
      const std::string text = ReadFile(file);
      for (const base::YamlNodePtr& document :
           base::ParseYaml(text, diagnostics)) {
        FindExpressions(*document, expressions);
      }
      for (const std::string& expression : expressions) {
        ExpectRoundTrip(file, expression);
      }
    }
  }
  EXPECT_GT(expressions_, 200);
}

}  // namespace
}  // namespace promql
