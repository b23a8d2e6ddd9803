#include "schema/writer.h"

#include <cctype>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/labels.h"
#include "base/number.h"

namespace schema {
namespace {

// What a label's knowledge says about values that are not listed.
std::string_view Others(Knowledge knowledge) {
  switch (knowledge) {
    case Knowledge::kClosed:
      return "never";
    case Knowledge::kSeen:
      return "maybe";
    case Knowledge::kOpen:
      break;
  }
  return "expected";
}

// Plain where YAML reads it back as this very text. Words that it would take
// for something else (yes, null, 1e3) and everything odd are quoted.
std::string Scalar(std::string_view text) {
  bool plain = !text.empty() && text.size() < 60 &&
               std::isalpha(static_cast<unsigned char>(text[0])) != 0;
  for (const char c : text) {
    plain = plain && (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                      c == '_' || c == '-');
  }
  for (const std::string_view word :
       {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}) {
    plain = plain &&
            (text.size() != word.size() ||
             !std::equal(
                 text.begin(), text.end(), word.begin(), [](char a, char b) {
                   return std::tolower(static_cast<unsigned char>(a)) == b;
                 }));
  }
  return plain ? std::string(text) : base::JsonQuote(text);
}

template <typename Values, typename Format>
std::string Flow(const Values& values, Format format) {
  std::string out = "[";
  for (const auto& value : values) {
    if (out.size() > 1) out += ", ";
    out += format(value);
  }
  return out + "]";
}

void AppendYaml(std::string& out, const Metric& metric) {
  out += "  - name: " + Scalar(metric.name) + "\n";
  out += "    type: " + std::string(TypeName(metric.type)) + "\n";
  if (!metric.help.empty()) {
    out += "    help: " + base::JsonQuote(metric.help) + "\n";
  }
  if (!metric.unit.empty()) out += "    unit: " + Scalar(metric.unit) + "\n";
  if (metric.range != ValueRange{}) {
    out += "    range: " +
           Flow(std::vector{metric.range.minimum, metric.range.maximum},
                base::FormatGeneral) +
           "\n";
  }
  if (!metric.buckets.empty()) {
    out += "    buckets: " + Flow(metric.buckets, base::FormatGeneral) + "\n";
  }
  if (metric.starts_at_zero) {
    out += std::string("    starts_at_zero: ") +
           (*metric.starts_at_zero ? "true" : "false") + "\n";
  }
  if (metric.rare_events) out += "    rare_events: true\n";
  if (metric.as_stored) out += "    as_stored: true\n";
  if (metric.seen) out += "    seen: true\n";
  if (!metric.labels_declared) out += "    other_labels: true\n";
  if (metric.labels.empty()) return;
  out += "    labels:\n";
  for (const LabelFacts& label : metric.labels) {
    out += "      - name: " + Scalar(label.name) + "\n";
    out += "        values: " + Flow(label.values, Scalar) + "\n";
    out += "        others: " + std::string(Others(label.knowledge)) + "\n";
  }
}

void WriteJson(base::JsonWriter& json, const Metric& metric) {
  json.BeginObject();
  json.Key("name").String(metric.name);
  json.Key("type").String(TypeName(metric.type));
  json.Key("help").String(metric.help);
  if (!metric.unit.empty()) json.Key("unit").String(metric.unit);
  json.Key("range").BeginArray();
  json.Number(metric.range.minimum).Number(metric.range.maximum).EndArray();
  if (!metric.buckets.empty()) {
    json.Key("buckets").BeginArray();
    for (const double bound : metric.buckets) json.Number(bound);
    json.EndArray();
  }
  if (metric.starts_at_zero) {
    json.Key("starts_at_zero").Bool(*metric.starts_at_zero);
  }
  if (metric.rare_events) json.Key("rare_events").Bool(true);
  if (metric.as_stored) json.Key("as_stored").Bool(true);
  if (metric.seen) json.Key("seen").Bool(true);
  if (!metric.labels_declared) json.Key("other_labels").Bool(true);
  json.Key("labels").BeginArray();
  for (const LabelFacts& label : metric.labels) {
    json.BeginObject().Key("name").String(label.name);
    json.Key("values").BeginArray();
    for (const std::string& value : label.values) json.String(value);
    json.EndArray().Key("others").String(Others(label.knowledge)).EndObject();
  }
  json.EndArray().EndObject();
}

}  // namespace

std::string ToYaml(const Schema& schema) {
  std::string out = "metrics:\n";
  for (const Metric& metric : schema.metrics()) AppendYaml(out, metric);
  return out;
}

std::string ToJson(const Schema& schema) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("metrics").BeginArray();
  for (const Metric& metric : schema.metrics()) WriteJson(json, metric);
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace schema
