#include "alerts/templates/members.h"

#include <string>
#include <utility>

namespace alerts::text_template {
namespace {

Value Boxed(Value value) {
  value.boxed = true;
  return value;
}

std::optional<Value> FieldOfRoot(const Root& root, std::string_view field) {
  if (field == "Labels") return Value{root.labels};
  if (field == "ExternalLabels") return Value{root.external_labels};
  if (field == "ExternalURL") return Value{root.external_url};
  if (field != "Value") return std::nullopt;
  return Boxed(root.histogram ? Value{root.histogram} : Value{root.value});
}

std::optional<Value> FieldOfSample(const Sample& sample,
                                   std::string_view field) {
  if (field == "Labels") return Value{sample.labels};
  if (field != "Value") return std::nullopt;
  return sample.histogram ? Value{sample.histogram} : Value{sample.value};
}

std::optional<Value> FieldOfHistogram(const base::FloatHistogram& histogram,
                                      std::string_view field) {
  if (field == "Count") return Value{histogram.count};
  if (field == "Sum") return Value{histogram.sum};
  if (field == "ZeroCount") return Value{histogram.zero_count};
  if (field == "ZeroThreshold") return Value{histogram.zero_threshold};
  if (field == "Schema") return Value{std::int64_t{histogram.schema}};
  return std::nullopt;
}

}  // namespace

std::optional<Value> FieldOf(const Value& receiver, std::string_view field) {
  if (const RootPtr* root = receiver.As<RootPtr>()) {
    return FieldOfRoot(**root, field);
  }
  if (const SamplePtr* sample = receiver.As<SamplePtr>()) {
    return FieldOfSample(**sample, field);
  }
  if (const auto* histogram = receiver.As<base::HistogramPtr>()) {
    return FieldOfHistogram(**histogram, field);
  }
  return std::nullopt;
}

std::optional<Value> ElementOf(const Value& map, std::string_view key) {
  if (const LabelMapPtr* labels = map.As<LabelMapPtr>()) {
    const auto found = (*labels)->find(key);
    return Value{found == (*labels)->end() ? std::string() : found->second};
  }
  if (const ValueMapPtr* values = map.As<ValueMapPtr>()) {
    const auto found = (*values)->find(key);
    return Boxed(found == (*values)->end() ? Value{} : found->second);
  }
  return std::nullopt;
}

std::optional<std::int64_t> CountOf(const Value& value) {
  if (const auto* number = value.As<std::int64_t>()) return *number;
  if (const Byte* byte = value.As<Byte>()) return byte->value;
  if (const GoDuration* duration = value.As<GoDuration>()) {
    return duration->nanoseconds;
  }
  return std::nullopt;
}

Value NumberLike(const Value& like, std::int64_t number) {
  if (like.As<Byte>() != nullptr) {
    return Value{Byte{static_cast<std::uint8_t>(number)}};
  }
  if (like.As<GoDuration>() != nullptr) return Value{GoDuration{number}};
  return Value{number};
}

}  // namespace alerts::text_template
