// Every single edit of our example rules that a check is for is found by it,
// and nothing in the rules as they are.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/rules/rule_file.h"
#include "base/json.h"
#include "re2/re2.h"
#include "tests/alerts/lint/known.h"

namespace alerts {
namespace {

struct Edit {
  const char* code;
  const char* find;     // Each match is one edit.
  const char* replace;  // \1 is what its first group matched.
  // Only in alerts whose whole name matches; nullptr is all.
  const char* alerts = nullptr;
};

constexpr char kEvents[] =
    "DeploymentsFailing|SmokeTestsFailing|TooManyDeployments|DeploymentSlow|"
    "SmokeTestSlow|PrometheusQueriesFailing|PrometheusQueriesSlow";
constexpr char kRatios[] =
    "DeploymentsFailing|SmokeTestsFailing|PrometheusQueriesFailing|"
    "ApplicationErrors.*";
constexpr char kOurs[] = "Dep.*|Roll.*Detected|Smo.*|Too.*|Can.*|Prom.*|No.*";
constexpr char kNotUp[] = "[^R].*|RollbackDetected";
constexpr char kBlocks[] = "    expr: \\|\n((?:      .*\n)+)(    for: )";

// clang-format off
constexpr Edit kEdits[] = {
    {"absent-at-once",     "(?m)^    expr: .*\n    for: .*\n",      "    expr: absent(deployment_total)\n", "NoDep.*|RollwatchDown"},
    {"always-fires",       "(?m)^(    expr: .*) (?:> 0|> 2|== 0)$", R"(\1 >= 0)"},
    {"always-fires",       "(?m)^(    expr: .*) (?:> 0|> 2|== 0)$", R"(\1)"},
    {"always-fires",       "(?m)^(    expr: .*) (>|==) (0|2)$",     R"(\1 \2 bool \3)"},
    {"bad-quantile",       ", le\\) \\(",                            ") ("},
    {"bad-quantile",       "histogram_quantile\\(0\\.(95|5|9)",    R"(histogram_quantile(\1)"},
    {"bare-variable",      R"(\{\{ (\$labels\.\w+) \}\})",        R"(\1)"},
    {"coarse-bucket",      "> 1800\n",                              "> 1000\n"},
    {"coarse-bucket",      "> 120\n",                               "> 100\n"},
    {"coarse-bucket",      "> 5\n",                                 "> 3\n"},
    {"coarse-bucket",      "> 0\\.5\n",                             "> 0.3\n"},
    {"coarse-bucket",      "> 0\\.2\n",                             "> 0.15\n"},
    {"default-for",        "(?m)^    for: .*$",                     "    for: 0m"},
    {"default-for",        "(?m)^    for: .*$",                     R"(\0
    keep_firing_for: 0s)"},
    {"duplicate-rule",     "(?m)^  - alert: .*\n(?:    .*\n)+",     R"(\0\0)"},
    {"external-label",     R"(\$labels\.)",                         "$externalLabels."},
    {"failing-template",   R"(\{\{ \$labels\.)",                  "{{ .Label."},
    {"failing-template",   R"(\{\{ \$value \|)",                  "{{ if gt $value 1 }}{{ end }}{{ $value |"},
    {"flapping-pick",      "(?m)^    expr: ([^|\n].*)\n(    for: )", R"(    expr: topk(1, \1)
\2)"},
    {"flapping-pick",      kBlocks,                                 R"(    expr: |
      bottomk(1,
\1      )
\2)"},
    {"for-outlasts-window", "(?m)^    for: .*$",                    "    for: 1h", kEvents},
    {"hidden-by-or",       "(?m)^    expr: (sum .*) (> 0|== 0)$",   R"(    expr: (\1 or \1) \2)"},
    {"hidden-by-or",       R"((?m)^    expr: sum by \([\w, ]+\) (.*) (> 0|== 0)$)", R"(    expr: (vector(0) or sum \1) \2)"},
    {"join-never-matches", R"((?m)^      sum by \((\w+)\))",        R"(      sum by (\1, instance))"},
    {"join-never-matches", R"(/ \(sum by \((\w+)\))",               R"(/ (sum by (\1, instance))"},
    {"join-never-matches", R"(and changes\(\w+)",                   "and changes(deployment_frequency"},
    {"join-never-matches", R"((/ .*job="app)-(\w+))",               R"(\1-other)"},
    {"label-conflict",     "(?m)^      severity: ",                 R"(      cluster: x
\0)"},
    {"lost-grouping",      R"(by \((\w+))",                         R"(by (\1x)"},
    {"lost-grouping",      R"(by \((\w+), (\w+))",                  R"(by (\1, \2x)"},
    {"lost-label",         R"(\$labels\.(\w+))",                    R"($labels.\1x)", kNotUp},
    {"lost-label",         R"(sum by \((?:\w+)\))",                 "sum", kRatios},
    {"missing-runbook",    "(?m)^      runbook_url: .*\n",          ""},
    {"missing-severity",   "(?m)^      severity: .*\n",             ""},
    {"missing-summary",    "(?m)^      summary: .*\n",              ""},
    {"needless-regexp",    R"re((\w+)="([\w-]+)")re",               R"(\1=~"\2")"},
    {"needless-regexp",    R"re(=~"([\w.]+)")re",                   R"(=~"^\1$")"},
    {"needless-regexp",    R"re(=~"([\w.]+)")re",                   R"(=~".*")"},
    {"never-absent",       R"(absent\((up\{[^}]*\})\))",            R"(absent(\1 or vector(0)))"},
    {"never-holds",        R"((?m)^        > 0\.(\d+)$)",           R"(        > 1\1)", kRatios},
    {"never-holds",        "> 1800\n",                              "> 3600\n"},
    {"never-holds",        "> 120\n",                               "> 300\n"},
    {"never-holds",        "> 5\n",                                 "> 10\n"},
    {"never-holds",        "> 0\\.[25]\n",                          "> 2.5\n"},
    {"never-holds",        "> 0 < 100",                             "> 100"},
    {"never-holds",        R"re((up\{job="rollwatch"\}) == 0)re",   R"(\1 > 1)"},
    {"never-holds",        "(?m)^(    expr: .*) (?:> 0|> 2|== 0)$", R"(\1 < 0)"},
    {"one-spelling",       R"((deployment_\w+_bucket)\[)",          R"(\1{le="600"}[)"},
    {"one-spelling",       R"((smoke_test_\w+_bucket)\[)",          R"(\1{le="60"}[)"},
    {"one-spelling",       R"((prometheus_\w+_bucket)\[)",          R"(\1{le=~"5|10"}[)"},
    {"one-spelling",       R"((http_\w+_bucket)\{)",                R"(\1{le!="1", )"},
    {"out-of-step",        R"((/ .*job="app)-\w+(.*\n.*\n)    for: .*\n)", R"(\1\2)"},
    {"query-in-template",  R"(\{\{ \$value \|)",                    R"({{ query "sum(" | first | value |)"},
    {"query-in-template",  R"(\{\{ \$value \|)",                    R"({{ query `smoke_test_total{result="lost"}` | first | value |)"},
    {"rate-of-gauge",      R"((increase|rate)\([a-z_]+(\[|\{))",    R"(\1(deployment_frequency\2)"},
    {"rate-of-gauge",      R"((increase|rate)\(([a-z_]+(?:\{[^}]*\})?)\[(\w+)\]\))", R"(\1(rate(\2[5m])[\3:1m]))"},
    {"rate-of-sum",        R"((increase|rate)\(([a-z_]+(?:\{[^}]*\})?)\[(\w+)\]\))", R"(\1(sum(\2)[\3:1m]))"},
    {"rate-unit",          R"(increase\((\w+)\[1h\])",              R"(rate(\1[1h])", "TooManyDeployments"},
    {"raw-counter",        R"(increase\((\w+)\[1h\]\))",            R"(\1)", "TooManyDeployments"},
    {"raw-rate",           R"(\$value \| humanize\w*)",             "$value", kRatios},
    {"short-window",       R"(((?:increase|rate)\([^\[]*)\[\w+\])", R"(\1[20s])"},
    {"too-new",            "(?m)^    expr: ([^|\n].*)$",            R"(    expr: limitk(3, \1))"},
    {"too-new",            R"(\[(\w+)\])",                          R"([\1 * 2])"},
    {"too-new",            R"(\[\w+\])",                            "[600]"},
    {"too-new",            "(?m)> ([0-9.]+)$",                      "> 3m"},
    {"too-new",            "(?m)> (\\d\\d)(\\d+)$",                 R"(> \1_\2)"},
    {"too-new",            R"(\{\{ \$value \| humanize)",            "{{ now }}{{ $value | humanize"},
    {"too-new",            R"((\[\w+\])\))",                        R"(\1 @ 5m))"},
    {"too-new",            R"(by \((\w+))",                         R"(by ("\1")"},
    {"too-new",            R"re((\w+)="([\w-]+)")re",               R"re("\1"="\2")re"},
    {"too-new",            "last_over_time",                        "first_over_time"},
    {"too-new",            "(?m)^  rules:$",                        R"(  query_offset: 1m
\0)"},
    {"unit-mismatch",      "humanizeDuration",                      "humanizePercentage"},
    {"unit-mismatch",      "humanizePercentage",                    "humanizeDuration"},
    {"unit-mismatch",      "> 0\\.5\n",                             "> 500\n"},
    {"unit-mismatch",      "> 0\\.2\n",                             "> 200\n"},
    {"unknown-label",      R"re(([a-z]+)(=~?"))re",                 R"(\1x\2)", kNotUp},
    {"unknown-metric",     R"((deployment|smoke_test|prometheus_query|http_request)(\w*_(?:total|bucket))\b)", R"(\1x\2)"},
    {"unknown-metric",     "canary_traffic_percentage",             "canary_trafic_percentage"},
    {"unknown-value",      R"re(((?:status|result)=~?")(\w+))re",   R"(\1\2x)", kOurs},
    {"unknown-value",      R"re(((?:status|result)=~"\w+)\|(\w+)")re", R"(\1|\2s")", kOurs},
    {"value-in-label",     "(?m)^      severity: .*$",              R"(      severity: "{{ $value }}")"},
    {"zero-by-zero",       R"(\((sum by \(\w+\) \(\w+\([^)]*\)\)) > 0\))", R"(\1)"},
};
// clang-format on

std::string Examples() {
  return ReadAll(ROLLWATCH_SOURCE_DIR "/examples/alerts.yml");
}

Known KnownToApplication(std::string_view code) {
  Known known = KnownTo(code);
  AddSchema("application.yml", known.schema);
  return known;
}

// The findings of this code; "invalid" and why, when the rules are.
std::string Found(const std::string& text, const Known& known,
                  std::string_view code) {
  base::Diagnostics diagnostics;
  const auto source = std::make_shared<base::Source>("rules", text);
  const std::optional<RuleFile> file = ParseRuleFile(source, diagnostics);
  if (!file) {
    return "invalid: " + base::Render(*source, diagnostics.first_error());
  }
  std::string found;
  for (const Finding& finding :
       Lint({&*file}, known.schema, known.options).findings) {
    if (finding.diagnostic.code == code) {
      found += base::Render(*source, finding.diagnostic);
    }
  }
  return found;
}

// The rule around a place, from its "  - alert: " to the next one's: a mutant
// of it alone is checked in a tenth of the time.
struct Block {
  std::size_t begin = std::string::npos;  // npos: the place is in no rule.
  std::size_t end = 0;
  std::string alert;
};

Block BlockAt(const std::string& text, std::size_t place) {
  constexpr std::string_view kAlert = "  - alert: ";
  const std::size_t line_end = text.find('\n', place);
  Block block;
  block.begin = text.rfind(kAlert, line_end);
  const std::size_t group = text.rfind("\n- name: ", line_end);
  if (block.begin == std::string::npos || block.begin < group) {
    return {.begin = std::string::npos};
  }
  const std::size_t name = block.begin + kAlert.size();
  block.alert = text.substr(name, text.find('\n', name) - name);
  block.end = std::min({text.find("\n  - alert: ", name),
                        text.find("\n- name: ", name), text.size() - 1}) +
              1;
  return block;
}

bool InComment(const std::string& text, std::size_t place) {
  const std::size_t line = text.rfind('\n', place) + 1;
  return text[text.find_first_not_of(' ', line)] == '#';
}

struct Mutant {
  std::string text;
  std::string what;
};

Mutant Mutated(const std::string& text, base::Span place,
               const std::string& instead) {
  const Block block = BlockAt(text, place.begin);
  const std::string what = absl::StrFormat(
      "%s: %s -> %s", block.alert,
      text.substr(place.begin, place.end - place.begin), instead);
  if (block.begin == std::string::npos) {
    return {text.substr(0, place.begin) + instead + text.substr(place.end),
            what};
  }
  const std::size_t end = std::max(block.end, place.end);
  return {"groups:\n- name: g\n  rules:\n" +
              text.substr(block.begin, place.begin - block.begin) + instead +
              text.substr(place.end, end - place.end),
          what};
}

std::vector<Mutant> Mutants(const std::string& text, const Edit& edit) {
  const RE2 find(edit.find);
  EXPECT_TRUE(find.ok()) << edit.find;
  std::vector<Mutant> mutants;
  re2::StringPiece groups[4];
  const int count = std::min(find.NumberOfCapturingGroups(), 3) + 1;
  std::size_t at = 0;
  while (find.Match(text, at, text.size(), RE2::UNANCHORED, groups, count)) {
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    at = begin + std::max<std::size_t>(groups[0].size(), 1);
    const std::string alert = BlockAt(text, begin).alert;
    if (InComment(text, begin) ||
        (edit.alerts != nullptr && !RE2::FullMatch(alert, edit.alerts))) {
      continue;
    }
    std::string instead;
    EXPECT_TRUE(find.Rewrite(&instead, edit.replace, groups, count));
    mutants.push_back(
        Mutated(text, {begin, begin + groups[0].size()}, instead));
  }
  return mutants;
}

class MutationTest : public testing::TestWithParam<Edit> {};

TEST_P(MutationTest, IsFoundWhereverItIsMade) {
  const Edit& edit = GetParam();
  const Known known = KnownToApplication(edit.code);
  const std::string text = Examples();
  ASSERT_EQ(Found(text, known, edit.code), "");
  const std::vector<Mutant> mutants = Mutants(text, edit);
  EXPECT_FALSE(mutants.empty());
  for (const Mutant& mutant : mutants) {
    const std::string found = Found(mutant.text, known, edit.code);
    EXPECT_NE(found, "") << mutant.what;
    EXPECT_FALSE(found.starts_with("invalid")) << mutant.what << "\n" << found;
  }
}

INSTANTIATE_TEST_SUITE_P(Edits, MutationTest, testing::ValuesIn(kEdits),
                         [](const auto& test) {
                           std::string name(test.param.code);
                           std::erase(name, '-');
                           return name + std::to_string(test.index);
                         });

// The mistake is in what publishes the counter.
TEST(MutationOfTheSchema, ACounterThatStartsWithItsFirstEventIsFound) {
  const std::string text = Examples();
  std::size_t read = 0;
  const schema::Schema ours = schema::Schema::Ours();
  for (const schema::Metric& metric : ours.metrics()) {
    Known known = KnownToApplication("misses-first-event");
    ASSERT_EQ(Found(text, known, "misses-first-event"), "");
    schema::Metric lazy = metric;
    lazy.starts_at_zero = false;
    known.schema.Add(lazy);
    const bool counted = RE2::PartialMatch(text, "increase\\(" + metric.name);
    EXPECT_EQ(Found(text, known, "misses-first-event").empty(), !counted)
        << metric.name;
    read += counted ? 1 : 0;
  }
  EXPECT_EQ(read, 7u);
}

// Rules that know that scraping renames their label, but for one place.
TEST(MutationOfTheServer, ARenamedLabelIsFound) {
  std::string text = Examples();
  RE2::GlobalReplace(&text, R"(\benvironment\b)", "exported_environment");
  const Known known = KnownToApplication("exported-label");
  ASSERT_EQ(Found(text, known, "exported-label"), "");
  const std::vector<Mutant> mutants =
      Mutants(text, {"exported-label", R"(by \(exported_)", "by ("});
  EXPECT_EQ(mutants.size(), 10u);
  for (const Mutant& mutant : mutants) {
    EXPECT_NE(Found(mutant.text, known, "exported-label"), "") << mutant.what;
  }
}

// What the alerts ask, as recording rules.
TEST(MutationOfAGroup, ALongIntervalIsFound) {
  base::Diagnostics diagnostics;
  const auto file = ParseRuleFile(
      std::make_shared<base::Source>("rules", Examples()), diagnostics);
  ASSERT_TRUE(file);
  std::string text = "groups:\n";
  for (const Group& group : file->groups) {
    text += absl::StrFormat("- name: %s\n  rules:\n", group.name.view());
    for (const Rule& rule : group.rules) {
      text += absl::StrFormat("  - {record: a, expr: %s}\n",
                              base::JsonQuote(rule.expr_text.view()));
    }
  }
  const Known known = KnownToApplication("long-interval");
  ASSERT_EQ(Found(text, known, "long-interval"), "");
  const std::vector<Mutant> mutants = Mutants(
      text, {"long-interval", "(?m)^  rules:$", "  interval: 6m\n  rules:"});
  EXPECT_EQ(mutants.size(), 3u);
  for (const Mutant& mutant : mutants) {
    EXPECT_NE(Found(mutant.text, known, "long-interval"), "") << mutant.what;
  }
}

// What the alerts ask, recorded, and read behind it in the same group.
TEST(MutationOfAGroup, ARecordingOfAnotherGroupIsFound) {
  base::Diagnostics diagnostics;
  const auto file = ParseRuleFile(
      std::make_shared<base::Source>("rules", Examples()), diagnostics);
  ASSERT_TRUE(file);
  std::string text = "groups:\n";
  for (const Group& group : file->groups) {
    absl::StrAppendFormat(&text, "- name: %s\n  rules:\n", group.name.view());
    for (const Rule& rule : group.rules) {
      absl::StrAppendFormat(&text,
                            "  - {record: of_%s, expr: %s}\n"
                            "  - {record: count, expr: count(of_%s)}\n",
                            rule.name.view(),
                            base::JsonQuote(rule.expr_text.view()),
                            rule.name.view());
    }
  }
  const Known known = KnownToApplication("late-recording");
  ASSERT_EQ(Found(text, known, "late-recording"), "");
  const std::vector<Mutant> mutants =
      Mutants(text, {"late-recording", "(?m)^  - \\{record: count",
                     "- name: other\n  rules:\n  - {record: count"});
  EXPECT_EQ(mutants.size(), file->rule_count());
  for (const Mutant& mutant : mutants) {
    EXPECT_NE(Found(mutant.text, known, "late-recording"), "") << mutant.what;
  }
}

TEST(Mutation, EveryCheckHasEdits) {
  for (const Check& check : Checks()) {
    if (check.run == nullptr) continue;  // Of comments, not of rules.
    const bool elsewhere =
        check.code == "misses-first-event" || check.code == "exported-label" ||
        check.code == "late-recording" || check.code == "long-interval";
    const bool here = std::ranges::any_of(
        kEdits, [&](const Edit& edit) { return edit.code == check.code; });
    EXPECT_NE(elsewhere, here) << check.code;
  }
}

}  // namespace
}  // namespace alerts
