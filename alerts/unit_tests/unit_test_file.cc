#include "alerts/unit_tests/unit_test_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "base/yaml.h"
#include "promql/check/parse.h"

namespace alerts {
namespace {

constexpr base::Duration kDefaultEvaluationInterval = 60'000;

using Read = std::function<void(const base::YamlEntry&)>;
using promql::Version;

// Of promtool's fields; where the release is not known, 3.0: 2.42 has it not.
constexpr Version kFuzzyCompareSince{3, 5};
constexpr Version kStartTimestampSince{3, 9};
constexpr Version kHistogramSince{3, 0};
// Before, a test without an interval had 0.
constexpr Version kIntervalDefaultSince{2, 49};

struct StateName {
  std::string_view name;
  AlertState state;
};
constexpr StateName kStates[] = {{"firing", AlertState::kFiring},
                                 {"pending", AlertState::kPending},
                                 {"inactive", AlertState::kInactive}};

// Reads one file. Types are called what promtool's messages call them.
class UnitTestReader {
 public:
  UnitTestReader(base::Diagnostics& diagnostics, std::optional<Version> compat)
      : diagnostics_(diagnostics), compat_(compat) {}

  void File(const base::YamlNode& node, UnitTestFile& file) {
    base::ReadYamlMap(
        node, "main.unitTestFile",
        {{"rule_files", Strings(file.rule_files)},
         {"evaluation_interval", Time(file.evaluation_interval)},
         {"fuzzy_compare", Since(kFuzzyCompareSince, "main.unitTestFile",
                                 Flag(file.fuzzy_compare))},
         {"group_eval_order",
          [&](const base::YamlEntry& entry) { Order(*entry.value, file); }},
         {"group_intervals", Flag(file.group_intervals)},
         {"tests", List<UnitTest>(file.tests, "[]main.testGroup",
                                  &UnitTestReader::Test)}},
        diagnostics_);
    if (file.evaluation_interval == 0) {
      file.evaluation_interval = kDefaultEvaluationInterval;
    }
    if (compat_ && *compat_ < kIntervalDefaultSince) return;
    for (UnitTest& test : file.tests) {
      if (test.interval == 0) test.interval = file.evaluation_interval;
    }
  }

 private:
  // A field that promtool did not know before `since`.
  Read Since(Version since, std::string_view type, Read read) {
    return [this, since, type, read](const base::YamlEntry& entry) {
      if (!compat_ || *compat_ >= since) return read(entry);
      diagnostics_.Error(
          "unknown-field", entry.key->span,
          absl::StrFormat("field %s not found in type %s",
                          entry.key->text.text(), type),
          absl::StrFormat("it came with %d.%d", since.major, since.minor));
    };
  }
  // `type` is what promtool calls it.
  template <typename Item>
  Read List(std::vector<Item>& items, std::string_view type,
            void (UnitTestReader::*read)(const base::YamlNode&, Item&)) {
    return [this, &items, type, read](const base::YamlEntry& entry) {
      base::ReadYamlSequence(
          *entry.value, type,
          [&](const base::YamlNode& node) {
            Item item;
            item.span = node.span;
            (this->*read)(node, item);
            items.push_back(std::move(item));
          },
          diagnostics_);
    };
  }
  Read Flag(bool& flag) {
    return [this, &flag](const base::YamlEntry& entry) {
      flag = base::ReadYamlBool(*entry.value, diagnostics_).value_or(false);
    };
  }
  Read String(std::string& text) {
    return [this, &text](const base::YamlEntry& entry) {
      text = base::ReadYamlString(*entry.value, diagnostics_).value_or("");
    };
  }
  Read Strings(std::vector<std::string>& texts) {
    return [this, &texts](const base::YamlEntry& entry) {
      base::ReadYamlSequence(
          *entry.value, "[]string",
          [&](const base::YamlNode& node) {
            texts.push_back(
                base::ReadYamlString(node, diagnostics_).value_or(""));
          },
          diagnostics_);
    };
  }
  // Null is none at all, as promtool's decoder never looks at it.
  template <typename Target>
  Read Time(Target& duration) {
    return [this, &duration](const base::YamlEntry& entry) {
      if (entry.value->kind == base::YamlNode::Kind::kNull) return;
      duration = base::ReadYamlDuration(*entry.value, diagnostics_).value_or(0);
    };
  }
  // `read` gets each entry's name, value and node.
  void EachOf(const base::YamlNode& node,
              const std::function<void(std::string, std::string,
                                       const base::YamlNode&)>& read) {
    if (node.kind != base::YamlNode::Kind::kMap) {
      base::ReadYamlMap(node, "map[string]string", {}, diagnostics_);
      return;
    }
    for (const base::YamlEntry& field : node.entries) {
      auto name = base::ReadYamlString(*field.key, diagnostics_);
      auto value = base::ReadYamlString(*field.value, diagnostics_);
      if (name && value)
        read(*std::move(name), *std::move(value), *field.value);
    }
  }
  Read Map(std::map<std::string, std::string>& map) {
    return [this, &map](const base::YamlEntry& entry) {
      EachOf(*entry.value,
             [&](std::string name, std::string value, const base::YamlNode&) {
               map[std::move(name)] = std::move(value);
             });
    };
  }
  Read Patterns(std::vector<base::Matcher>& patterns) {
    return [this, &patterns](const base::YamlEntry& entry) {
      EachOf(*entry.value, [&](std::string name, std::string value,
                               const base::YamlNode& node) {
        auto matcher = base::Matcher::Make(base::MatchType::kRegexp,
                                           std::move(name), std::move(value));
        if (matcher.ok()) {
          patterns.push_back(*std::move(matcher));
        } else {
          diagnostics_.Error("bad-regexp", node.span,
                             std::string(matcher.status().message()));
        }
      });
    };
  }
  Read Number(std::optional<double>& number) {
    return [this, &number](const base::YamlEntry& entry) {
      number = base::ReadYamlNumber(*entry.value, diagnostics_);
    };
  }
  // 0.5, or 5%.
  Read Within(std::optional<Tolerance>& tolerance) {
    return [this, &tolerance](const base::YamlEntry& entry) {
      const base::YamlNode& node = *entry.value;
      std::string text = base::ReadYamlString(node, diagnostics_).value_or("0");
      Tolerance read;
      read.relative = text.ends_with('%');
      if (read.relative) text.pop_back();
      const char* const end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data(), end, read.value);
      if (parsed.ec != std::errc() || parsed.ptr != end ||
          !(read.value >= 0 && std::isfinite(read.value))) {
        diagnostics_.Error("bad-tolerance", node.span,
                           "not a tolerance: " + base::Quote(text),
                           "a number such as 0.01, or a part such as 5%");
        return;
      }
      if (read.relative) read.value /= 100;
      tolerance = read;
    };
  }

  void Order(const base::YamlNode& node, UnitTestFile& file) {
    std::set<std::string> seen;
    base::ReadYamlSequence(
        node, "[]string",
        [&](const base::YamlNode& item) {
          std::string name =
              base::ReadYamlString(item, diagnostics_).value_or("");
          if (!seen.insert(name).second) {
            diagnostics_.Error(
                "repeated-group", item.span,
                "group name repeated in evaluation order: " + name);
          }
          file.group_eval_order.push_back(std::move(name));
        },
        diagnostics_);
  }

  void Start(const base::YamlNode& node, base::Timestamp& start) {
    const auto text = base::ReadYamlString(node, diagnostics_);
    if (!text || text->empty()) return;
    const auto time = base::ParseTimestamp(*text);
    if (!time) {
      diagnostics_.Error("bad-time", node.span,
                         "not a start timestamp: " + base::Quote(*text),
                         "Unix seconds, or RFC 3339: 2026-11-23T12:00:00Z");
      return;
    }
    start = *time;
  }

  void Test(const base::YamlNode& node, UnitTest& test) {
    base::ReadYamlMap(
        node, "main.testGroup",
        {{"name", String(test.name)},
         {"interval", Time(test.interval)},
         {"start_timestamp", Since(kStartTimestampSince, "main.testGroup",
                                   [&](const base::YamlEntry& entry) {
                                     Start(*entry.value, test.start);
                                   })},
         {"external_labels", Map(test.external_labels)},
         {"external_url", String(test.external_url)},
         {"input_series", List<InputSeries>(test.input_series, "[]main.series",
                                            &UnitTestReader::Series)},
         {"alert_rule_test",
          List<AlertAssertion>(test.alerts, "[]main.alertTestCase",
                               &UnitTestReader::AlertTest)},
         {"promql_expr_test",
          List<QueryAssertion>(test.queries, "[]main.promqlTestCase",
                               &UnitTestReader::QueryTest)},
         {"no_other_alerts", Flag(test.no_other_alerts)}},
        diagnostics_);
  }

  void Series(const base::YamlNode& node, InputSeries& series) {
    base::ReadYamlMap(
        node, "main.series",
        {{"series", String(series.series)}, {"values", String(series.values)}},
        diagnostics_);
  }

  void AlertTest(const base::YamlNode& node, AlertAssertion& assertion) {
    base::ReadYamlMap(
        node, "main.alertTestCase",
        {{"eval_time", Time(assertion.eval_time)},
         {"alertname", String(assertion.alertname)},
         {"exp_alerts", List<ExpectedAlert>(assertion.expected, "[]main.alert",
                                            &UnitTestReader::AlertOf)},
         {"until", Time(assertion.until)},
         {"state",
          [&](const base::YamlEntry& entry) {
            State(*entry.value, assertion.state);
          }},
         {"match",
          [&](const base::YamlEntry& entry) {
            Match(*entry.value, assertion.partial);
          }},
         {"no_other_alerts", Flag(assertion.no_other_alerts)}},
        diagnostics_);
    CheckSpan(node, assertion.eval_time, assertion.until);
  }

  void CheckSpan(const base::YamlNode& node, base::Duration from,
                 std::optional<base::Duration> until) {
    if (!until || *until >= from) return;
    diagnostics_.Error("bad-span", node.Find("until")->span,
                       "until is before eval_time");
  }

  void State(const base::YamlNode& node, AlertState& state) {
    const auto text = base::ReadYamlString(node, diagnostics_);
    if (!text) return;
    const auto found = std::ranges::find(kStates, *text, &StateName::name);
    if (found == std::end(kStates)) {
      diagnostics_.Error("bad-state", node.span,
                         "not a state of an alert: " + base::Quote(*text),
                         "firing, pending or inactive");
      return;
    }
    state = found->state;
  }

  void Match(const base::YamlNode& node, bool& partial) {
    const auto text = base::ReadYamlString(node, diagnostics_);
    if (!text) return;
    if (*text != "exact" && *text != "partial") {
      diagnostics_.Error("bad-match", node.span,
                         "not a kind of match: " + base::Quote(*text),
                         "exact or partial");
    }
    partial = *text == "partial";
  }

  void AlertOf(const base::YamlNode& node, ExpectedAlert& alert) {
    base::ReadYamlMap(
        node, "main.alert",
        {{"exp_labels", Map(alert.labels)},
         {"exp_annotations", Map(alert.annotations)},
         {"exp_labels_regexp", Patterns(alert.label_patterns)},
         {"exp_annotations_regexp", Patterns(alert.annotation_patterns)},
         {"exp_value", Number(alert.value)},
         {"tolerance", Within(alert.tolerance)}},
        diagnostics_);
  }

  void QueryTest(const base::YamlNode& node, QueryAssertion& assertion) {
    std::optional<Tolerance> tolerance;
    base::ReadYamlMap(node, "main.promqlTestCase",
                      {{"expr",
                        [&](const base::YamlEntry& entry) {
                          String(assertion.expr)(entry);
                          assertion.text = entry.value->text;
                        }},
                       {"eval_time", Time(assertion.eval_time)},
                       {"exp_samples", List<ExpectedSample>(
                                           assertion.expected, "[]main.sample",
                                           &UnitTestReader::SampleOf)},
                       {"until", Time(assertion.until)},
                       {"tolerance", Within(tolerance)}},
                      diagnostics_);
    for (ExpectedSample& sample : assertion.expected) {
      if (!sample.tolerance) sample.tolerance = tolerance;
    }
    CheckSpan(node, assertion.eval_time, assertion.until);
  }

  void SampleOf(const base::YamlNode& node, ExpectedSample& sample) {
    base::ReadYamlMap(
        node, "main.sample",
        {{"labels", String(sample.labels)},
         {"value",
          [&](const base::YamlEntry& entry) {
            sample.value =
                base::ReadYamlNumber(*entry.value, diagnostics_).value_or(0);
          }},
         {"histogram",
          Since(kHistogramSince, "main.sample", String(sample.histogram))},
         {"selector",
          [&](const base::YamlEntry& entry) {
            Selector(*entry.value, sample.selector);
          }},
         {"tolerance", Within(sample.tolerance)}},
        diagnostics_);
  }

  void Selector(const base::YamlNode& node,
                std::optional<std::vector<base::Matcher>>& selector) {
    const auto text = base::ReadYamlString(node, diagnostics_);
    if (!text) return;
    // Any sample at all; PromQL asks for one matcher that is not empty.
    if (*text == "{}") {
      selector.emplace();
      return;
    }
    base::Diagnostics syntax;
    const promql::ExprPtr expr = promql::Parse(*text, syntax);
    const auto* vector =
        expr ? std::get_if<promql::VectorSelector>(&expr->node) : nullptr;
    if (vector == nullptr) {
      diagnostics_.Error("bad-selector", node.span,
                         expr ? "not a selector: " + base::Quote(*text)
                              : promql::PrometheusError(*text, syntax),
                         "such as {job=~\"api|web\"}");
      return;
    }
    selector = vector->matchers;
  }

  base::Diagnostics& diagnostics_;
  const std::optional<Version> compat_;
};

}  // namespace

std::optional<UnitTestFile> ParseUnitTestFile(
    std::shared_ptr<const base::Source> source, base::Diagnostics& diagnostics,
    std::optional<promql::Version> compat) {
  UnitTestFile file;
  file.source = std::move(source);
  const std::vector<base::YamlNodePtr> documents =
      base::ParseYaml(file.source->text(), diagnostics);
  if (!diagnostics.ok()) return std::nullopt;
  const auto warn_of_no_test = [&] {
    diagnostics.Warning("no-tests", {0, 0}, "this file has no tests");
  };
  if (documents.empty()) {
    file.evaluation_interval = kDefaultEvaluationInterval;
    warn_of_no_test();
    return file;
  }
  if (documents.size() > 1) {
    diagnostics.Warning("more-documents", documents[1]->span,
                        "only the first YAML document is read");
  }
  UnitTestReader(diagnostics, compat).File(*documents.front(), file);
  if (!diagnostics.ok()) return std::nullopt;
  if (file.tests.empty()) warn_of_no_test();
  return file;
}

}  // namespace alerts
