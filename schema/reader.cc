#include "schema/reader.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/quote.h"
#include "base/yaml.h"

namespace schema {
namespace {

constexpr std::string_view kCode = "schema";

constexpr std::array kTypes = {MetricType::kUnknown, MetricType::kCounter,
                               MetricType::kGauge, MetricType::kHistogram,
                               MetricType::kSummary};

// What docs/schema.md calls `others`.
struct OthersRow {
  std::string_view word;
  Knowledge knowledge;
};
constexpr OthersRow kOthers[] = {
    {"never", Knowledge::kClosed},
    {"maybe", Knowledge::kSeen},
    {"expected", Knowledge::kOpen},
};

class YamlReader {
 public:
  explicit YamlReader(base::Diagnostics& diagnostics)
      : diagnostics_(diagnostics) {}

  std::vector<Metric> Read(const base::YamlNode& document) {
    base::ReadYamlMap(
        document, "the schema",
        {{"metrics",
          [&](const base::YamlEntry& entry) {
            base::ReadYamlSequence(
                *entry.value, "metrics",
                [&](const base::YamlNode& node) { ReadMetric(node); },
                diagnostics_);
          }}},
        diagnostics_);
    return std::move(metrics_);
  }

 private:
  void ReadMetric(const base::YamlNode& node) {
    Metric metric;
    metric.starts_at_zero.reset();
    bool ranged = false;
    const auto text = [&](std::string& to) {
      return [this, &to](const base::YamlEntry& entry) {
        to = base::ReadYamlString(*entry.value, diagnostics_).value_or("");
      };
    };
    const auto flag = [&](auto& to) {
      return [this, &to](const base::YamlEntry& entry) {
        const auto value = base::ReadYamlBool(*entry.value, diagnostics_);
        if (value) to = *value;
      };
    };
    base::ReadYamlMap(node, "a metric",
                      {{"name", text(metric.name)},
                       {"type",
                        [&](const base::YamlEntry& entry) {
                          metric.type = ReadType(*entry.value);
                        }},
                       {"help", text(metric.help)},
                       {"unit", text(metric.unit)},
                       {"range",
                        [&](const base::YamlEntry& entry) {
                          metric.range = ReadRange(*entry.value);
                          ranged = true;
                        }},
                       {"buckets",
                        [&](const base::YamlEntry& entry) {
                          metric.buckets = ReadNumbers(*entry.value, "buckets");
                          CheckBuckets(*entry.value, metric.buckets);
                        }},
                       {"starts_at_zero", flag(metric.starts_at_zero)},
                       {"rare_events", flag(metric.rare_events)},
                       {"as_stored", flag(metric.as_stored)},
                       {"seen", flag(metric.seen)},
                       {"other_labels",
                        [&](const base::YamlEntry& entry) {
                          const auto value =
                              base::ReadYamlBool(*entry.value, diagnostics_);
                          metric.labels_declared = !value.value_or(false);
                        }},
                       {"labels",
                        [&](const base::YamlEntry& entry) {
                          base::ReadYamlSequence(
                              *entry.value, "labels",
                              [&](const base::YamlNode& label) {
                                AddLabel(label, metric.labels);
                              },
                              diagnostics_);
                        }}},
                      diagnostics_);
    if (metric.name.empty()) {
      diagnostics_.Error(kCode, node.span, "a metric needs a name");
    } else if (std::ranges::find(metrics_, metric.name, &Metric::name) !=
               metrics_.end()) {
      diagnostics_.Error(
          kCode, node.span,
          absl::StrFormat("metric %s stands twice", base::Quote(metric.name)));
    }
    const bool counts = metric.type == MetricType::kCounter ||
                        metric.type == MetricType::kHistogram;
    if (!ranged && counts) metric.range.minimum = 0;
    metrics_.push_back(std::move(metric));
  }

  MetricType ReadType(const base::YamlNode& node) {
    const std::string word =
        base::ReadYamlString(node, diagnostics_).value_or("unknown");
    const auto type = std::ranges::find(kTypes, word, TypeName);
    if (type != kTypes.end()) return *type;
    diagnostics_.Error(kCode, node.span,
                       absl::StrFormat("\"%s\" is no type of metric", word),
                       "counter, gauge, histogram, summary or unknown");
    return MetricType::kUnknown;
  }

  std::vector<double> ReadNumbers(const base::YamlNode& node,
                                  std::string_view what) {
    std::vector<double> numbers;
    base::ReadYamlSequence(
        node, what,
        [&](const base::YamlNode& item) {
          if (item.text.text() == "+Inf" || item.text.text() == "-Inf") {
            const bool negative = item.text.text()[0] == '-';
            numbers.push_back(negative ? -kUnbounded : kUnbounded);
            return;
          }
          const auto number = base::ReadYamlNumber(item, diagnostics_);
          if (number) numbers.push_back(*number);
        },
        diagnostics_);
    return numbers;
  }

  ValueRange ReadRange(const base::YamlNode& node) {
    const std::vector<double> ends = ReadNumbers(node, "range");
    if (ends.size() == 2 && ends[0] <= ends[1]) return {ends[0], ends[1]};
    diagnostics_.Error(kCode, node.span,
                       "a range is [minimum, maximum], such as [0, +Inf]");
    return {};
  }

  void CheckBuckets(const base::YamlNode& node,
                    const std::vector<double>& buckets) {
    const bool ascending =
        std::ranges::adjacent_find(buckets, std::greater_equal<>()) ==
        buckets.end();
    if (!ascending || (!buckets.empty() && buckets.back() == kUnbounded)) {
      diagnostics_.Error(kCode, node.span,
                         "buckets are ascending upper bounds, without +Inf");
    }
  }

  void AddLabel(const base::YamlNode& node, std::vector<LabelFacts>& labels) {
    LabelFacts label = ReadLabel(node);
    if (std::ranges::find(labels, label.name, &LabelFacts::name) !=
        labels.end()) {
      diagnostics_.Error(
          kCode, node.span,
          absl::StrFormat("label %s stands twice", base::Quote(label.name)));
    }
    labels.push_back(std::move(label));
  }

  LabelFacts ReadLabel(const base::YamlNode& node) {
    LabelFacts label;
    bool others_given = false;
    base::ReadYamlMap(
        node, "a label",
        {{"name",
          [&](const base::YamlEntry& entry) {
            label.name =
                base::ReadYamlString(*entry.value, diagnostics_).value_or("");
          }},
         {"values",
          [&](const base::YamlEntry& entry) {
            base::ReadYamlSequence(
                *entry.value, "values",
                [&](const base::YamlNode& item) {
                  auto value = base::ReadYamlString(item, diagnostics_);
                  if (value) label.values.push_back(*std::move(value));
                },
                diagnostics_);
          }},
         {"others",
          [&](const base::YamlEntry& entry) {
            label.knowledge = ReadOthers(*entry.value);
            others_given = true;
          }}},
        diagnostics_);
    if (label.name.empty()) {
      diagnostics_.Error(kCode, node.span, "a label needs a name");
    }
    if (others_given && label.knowledge == Knowledge::kClosed &&
        label.values.empty()) {
      diagnostics_.Error(kCode, node.span,
                         "a label without other values needs its values");
    }
    // Values that somebody wrote down are those there are.
    if (!others_given && !label.values.empty()) {
      label.knowledge = Knowledge::kClosed;
    }
    return label;
  }

  Knowledge ReadOthers(const base::YamlNode& node) {
    const std::string word =
        base::ReadYamlString(node, diagnostics_).value_or("");
    for (const OthersRow& row : kOthers) {
      if (row.word == word) return row.knowledge;
    }
    diagnostics_.Error(kCode, node.span,
                       absl::StrFormat("other values are \"%s\"?", word),
                       "never, maybe or expected");
    return Knowledge::kOpen;
  }

  base::Diagnostics& diagnostics_;
  std::vector<Metric> metrics_;
};

bool LooksLikeYaml(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    const std::size_t begin = line.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    const std::string_view content = line.substr(begin);
    if (content.starts_with("---")) continue;
    // A page's line starts with a name, which may have colons, and in UTF-8
    // form with {"name".
    constexpr std::string_view kKey = "metrics:";
    const bool is_key =
        content.starts_with(kKey) &&
        content.find_first_of(" \t\r\n", kKey.size()) == kKey.size();
    return is_key || content == kKey ||
           (content.starts_with('{') && !content.starts_with("{\"")) ||
           content.starts_with("{\"metrics\"");
  }
  return false;
}

}  // namespace

std::optional<std::vector<Metric>> ReadSchemaYaml(
    const base::Source& source, base::Diagnostics& diagnostics) {
  const auto documents = base::ParseYaml(source.text(), diagnostics);
  if (documents.size() != 1 && diagnostics.ok()) {
    diagnostics.Error(kCode, {0, 0}, "a schema is one YAML document");
  }
  if (!diagnostics.ok()) return std::nullopt;
  std::vector<Metric> metrics = YamlReader(diagnostics).Read(*documents[0]);
  if (!diagnostics.ok()) return std::nullopt;
  return metrics;
}

std::optional<std::vector<Metric>> ReadMetrics(const base::Source& source,
                                               bool labels_declared,
                                               base::Diagnostics& diagnostics) {
  if (LooksLikeYaml(source.text())) return ReadSchemaYaml(source, diagnostics);
  const auto page = ReadExposition(source, diagnostics);
  if (!page) return std::nullopt;
  return MetricsOfPage(*page, labels_declared);
}

}  // namespace schema
