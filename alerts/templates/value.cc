#include "alerts/templates/value.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace alerts::text_template {
namespace {

template <typename... Ts>
struct Visitor : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Visitor(Ts...) -> Visitor<Ts...>;

std::string PrintLabels(const LabelMap& labels) {
  std::string text = "map[";
  for (const auto& [name, value] : labels) {
    if (text.size() > 4) text += " ";
    text += name + ":" + value;
  }
  return text + "]";
}

std::string SampleValue(double value, const base::HistogramPtr& histogram) {
  return histogram ? base::ToString(*histogram) : FormatFloat(value);
}

// "12.5" of 12500 thousandths; no trailing zeros.
std::string Fraction(std::uint64_t value, std::uint64_t unit) {
  std::string text = absl::StrFormat("%d", value / unit);
  std::uint64_t rest = value % unit;
  if (rest == 0) return text;
  text += ".";
  while (rest != 0) {
    rest *= 10;
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text;
}

}  // namespace

std::string FormatFloat(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  char buffer[64];
  const auto scientific = std::to_chars(std::begin(buffer), std::end(buffer),
                                        value, std::chars_format::scientific);
  std::string text(buffer, scientific.ptr);
  const int exponent = std::stoi(text.substr(text.find('e') + 1));
  // Where Go changes to an exponent (strconv/ftoa.go, shortest %g).
  if (exponent < -4 || exponent >= 6) return text;
  const auto fixed = std::to_chars(std::begin(buffer), std::end(buffer), value,
                                   std::chars_format::fixed);
  return std::string(buffer, fixed.ptr);
}

std::string TypeName(const Value& value) {
  return std::visit(
      Visitor{
          [](Missing) { return "<nil>"; }, [](bool) { return "bool"; },
          [](std::int64_t) { return "int"; }, [](double) { return "float64"; },
          [](const std::string&) { return "string"; },
          [](const SafeHtml&) { return "template.HTML"; },
          [](Byte) { return "uint8"; }, [](GoTime) { return "*time.Time"; },
          [](GoDuration) { return "*time.Duration"; },
          [](const base::HistogramPtr&) { return "*histogram.FloatHistogram"; },
          [](const LabelMapPtr&) { return "map[string]string"; },
          [](const ValueMapPtr&) { return "map[string]interface {}"; },
          [](const SamplePtr&) { return "*template.sample"; },
          [](const SampleList&) { return "template.queryResult"; },
          [](const RootPtr&) {
            return "struct { Labels map[string]string; ExternalLabels "
                   "map[string]string; ExternalURL string; Value "
                   "interface {} }";
          }},
      value.value);
}

bool IsTrue(const Value& value) {
  return std::visit(
      Visitor{[](Missing) { return false; }, [](bool truth) { return truth; },
              [](std::int64_t number) { return number != 0; },
              [](double number) { return number != 0; },
              [](const std::string& text) { return !text.empty(); },
              [](const SafeHtml& html) { return !html.text.empty(); },
              [](Byte byte) { return byte.value != 0; },
              [](const LabelMapPtr& map) { return !map->empty(); },
              [](const ValueMapPtr& map) { return !map->empty(); },
              [](const SampleList& list) { return !list->empty(); },
              // Pointers that are not nil, and a struct.
              [](const auto&) { return true; }},
      value.value);
}

std::string ToString(const Value& value) {
  return std::visit(
      Visitor{
          [](Missing) -> std::string { return "<no value>"; },
          [](bool truth) -> std::string { return truth ? "true" : "false"; },
          [](std::int64_t number) { return absl::StrFormat("%d", number); },
          [](double number) { return FormatFloat(number); },
          [](const std::string& text) { return text; },
          [](const SafeHtml& html) { return html.text; },
          [](Byte byte) { return absl::StrFormat("%d", byte.value); },
          [](GoTime time) { return ToString(time); },
          [](GoDuration duration) { return ToString(duration); },
          [](const base::HistogramPtr& histogram) {
            return base::ToString(*histogram);
          },
          [](const LabelMapPtr& map) { return PrintLabels(*map); },
          [](const ValueMapPtr& map) {
            std::string text = "map[";
            for (const auto& [name, element] : *map) {
              if (text.size() > 4) text += " ";
              text += name + ":" + ToString(element);
            }
            return text + "]";
          },
          [](const SamplePtr& sample) {
            return "{" + PrintLabels(*sample->labels) + " " +
                   SampleValue(sample->value, sample->histogram) + "}";
          },
          [](const SampleList& list) {
            // Go prints addresses here; the samples say more.
            std::string text = "[";
            for (const SamplePtr& sample : *list) {
              if (text.size() > 1) text += " ";
              text += ToString(Value{sample});
            }
            return text + "]";
          },
          [](const RootPtr& root) {
            return "{" + PrintLabels(*root->labels) + " " +
                   PrintLabels(*root->external_labels) + " " +
                   root->external_url + " " +
                   SampleValue(root->value, root->histogram) + "}";
          }},
      value.value);
}

std::string Print(const std::vector<Value>& values) {
  std::string text;
  bool after_string = true;
  for (const Value& value : values) {
    const bool is_string =
        value.As<std::string>() != nullptr || value.As<SafeHtml>() != nullptr;
    if (&value != &values.front() && !is_string && !after_string) text += " ";
    text += value.missing() ? "<nil>" : ToString(value);
    after_string = is_string;
  }
  return text;
}

std::string ToString(GoTime time) {
  const absl::Time at = absl::FromUnixMillis(time.milliseconds);
  const std::int64_t rest = ((time.milliseconds % 1000) + 1000) % 1000;
  std::string text =
      absl::FormatTime("%Y-%m-%d %H:%M:%S", at, absl::UTCTimeZone());
  if (rest != 0) {
    text += Fraction(static_cast<std::uint64_t>(rest), 1000).substr(1);
  }
  return text + " +0000 UTC";
}

std::string ToString(GoDuration duration) {
  const bool negative = duration.nanoseconds < 0;
  const auto size = static_cast<std::uint64_t>(duration.nanoseconds);
  const std::uint64_t nanoseconds = negative ? 0 - size : size;
  if (nanoseconds == 0) return "0s";
  std::string text = negative ? "-" : "";
  if (nanoseconds < 1'000) return text + Fraction(nanoseconds, 1) + "ns";
  if (nanoseconds < 1'000'000) {
    return text + Fraction(nanoseconds, 1'000) + "µs";
  }
  if (nanoseconds < 1'000'000'000) {
    return text + Fraction(nanoseconds, 1'000'000) + "ms";
  }
  const std::uint64_t minutes = nanoseconds / 60'000'000'000;
  if (minutes >= 60) text += absl::StrFormat("%dh", minutes / 60);
  if (minutes >= 1) text += absl::StrFormat("%dm", minutes % 60);
  return text + Fraction(nanoseconds % 60'000'000'000, 1'000'000'000) + "s";
}

}  // namespace alerts::text_template
