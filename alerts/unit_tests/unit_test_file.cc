#include "alerts/unit_tests/unit_test_file.h"

#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/labels.h"
#include "base/yaml.h"

namespace alerts {
namespace {

constexpr base::Duration kDefaultEvaluationInterval = 60'000;

using Read = std::function<void(const base::YamlEntry&)>;

// Reads one file. Types are called what promtool's messages call them.
class Reader {
 public:
  explicit Reader(base::Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void File(const base::YamlNode& node, UnitTestFile& file) {
    base::ReadYamlMap(
        node, "main.unitTestFile",
        {{"rule_files", Strings(file.rule_files)},
         {"evaluation_interval", Time(file.evaluation_interval)},
         {"fuzzy_compare",
          [&](const base::YamlEntry& entry) {
            file.fuzzy_compare =
                base::ReadYamlBool(*entry.value, diagnostics_).value_or(false);
          }},
         {"group_eval_order",
          [&](const base::YamlEntry& entry) { Order(*entry.value, file); }},
         {"tests", List<UnitTest>(file.tests, &Reader::Test)}},
        diagnostics_);
    if (file.evaluation_interval == 0) {
      file.evaluation_interval = kDefaultEvaluationInterval;
    }
  }

 private:
  template <typename Item>
  Read List(std::vector<Item>& items,
            void (Reader::*read)(const base::YamlNode&, Item&)) {
    return [this, &items, read](const base::YamlEntry& entry) {
      base::ReadYamlSequence(
          *entry.value, "sequence",
          [&](const base::YamlNode& node) {
            Item item;
            item.span = node.span;
            (this->*read)(node, item);
            items.push_back(std::move(item));
          },
          diagnostics_);
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
          *entry.value, "sequence",
          [&](const base::YamlNode& node) {
            texts.push_back(
                base::ReadYamlString(node, diagnostics_).value_or(""));
          },
          diagnostics_);
    };
  }
  Read Time(base::Duration& duration) {
    return [this, &duration](const base::YamlEntry& entry) {
      duration = base::ReadYamlDuration(*entry.value, diagnostics_).value_or(0);
    };
  }
  Read Map(std::map<std::string, std::string>& map) {
    return [this, &map](const base::YamlEntry& entry) {
      const base::YamlNode& node = *entry.value;
      if (node.kind == base::YamlNode::Kind::kNull) return;
      if (node.kind != base::YamlNode::Kind::kMap) {
        diagnostics_.Error("yaml-type", node.span,
                           "cannot unmarshal this into map[string]string");
        return;
      }
      for (const base::YamlEntry& field : node.entries) {
        const auto name = base::ReadYamlString(*field.key, diagnostics_);
        const auto value = base::ReadYamlString(*field.value, diagnostics_);
        if (name && value) map[*name] = *value;
      }
    };
  }

  void Order(const base::YamlNode& node, UnitTestFile& file) {
    std::set<std::string> seen;
    base::ReadYamlSequence(
        node, "sequence",
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
         {"start_timestamp",
          [&](const base::YamlEntry& entry) {
            Start(*entry.value, test.start);
          }},
         {"external_labels", Map(test.external_labels)},
         {"external_url", String(test.external_url)},
         {"input_series",
          List<InputSeries>(test.input_series, &Reader::Series)},
         {"alert_rule_test",
          List<AlertAssertion>(test.alerts, &Reader::AlertTest)},
         {"promql_expr_test",
          List<QueryAssertion>(test.queries, &Reader::QueryTest)}},
        diagnostics_);
  }

  void Series(const base::YamlNode& node, InputSeries& series) {
    base::ReadYamlMap(
        node, "main.series",
        {{"series", String(series.series)}, {"values", String(series.values)}},
        diagnostics_);
  }

  void AlertTest(const base::YamlNode& node, AlertAssertion& assertion) {
    base::ReadYamlMap(node, "main.alertTestCase",
                      {{"eval_time", Time(assertion.eval_time)},
                       {"alertname", String(assertion.alertname)},
                       {"exp_alerts", List<ExpectedAlert>(assertion.expected,
                                                          &Reader::AlertOf)}},
                      diagnostics_);
  }

  void AlertOf(const base::YamlNode& node, ExpectedAlert& alert) {
    base::ReadYamlMap(node, "main.alert",
                      {{"exp_labels", Map(alert.labels)},
                       {"exp_annotations", Map(alert.annotations)}},
                      diagnostics_);
  }

  void QueryTest(const base::YamlNode& node, QueryAssertion& assertion) {
    base::ReadYamlMap(
        node, "main.promqlTestCase",
        {{"expr", String(assertion.expr)},
         {"eval_time", Time(assertion.eval_time)},
         {"exp_samples",
          List<ExpectedSample>(assertion.expected, &Reader::SampleOf)}},
        diagnostics_);
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
         {"histogram", String(sample.histogram)}},
        diagnostics_);
  }

  base::Diagnostics& diagnostics_;
};

}  // namespace

std::optional<UnitTestFile> ParseUnitTestFile(
    std::shared_ptr<const base::Source> source,
    base::Diagnostics& diagnostics) {
  UnitTestFile file;
  file.source = std::move(source);
  const std::vector<base::YamlNodePtr> documents =
      base::ParseYaml(file.source->text(), diagnostics);
  if (!diagnostics.ok()) return std::nullopt;
  if (documents.empty()) {
    file.evaluation_interval = kDefaultEvaluationInterval;
    return file;
  }
  if (documents.size() > 1) {
    diagnostics.Warning("more-documents", documents[1]->span,
                        "only the first YAML document is read");
  }
  Reader(diagnostics).File(*documents.front(), file);
  if (!diagnostics.ok()) return std::nullopt;
  return file;
}

}  // namespace alerts
