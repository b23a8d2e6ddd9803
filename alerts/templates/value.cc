#include "alerts/templates/value.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_format.h"

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

std::string PrintComplex(const Complex& number) {
  const std::string imaginary = FormatFloat(number.imag());
  const bool sign = imaginary.starts_with('-') || imaginary.starts_with('+');
  return "(" + FormatFloat(number.real()) + (sign ? "" : "+") + imaginary +
         "i)";
}

// What fmt.Sprint makes of operands that it is given as `print` has them.
std::string Join(const std::vector<Value>& values,
                 std::string (*print)(const Value& value), bool nil_is_text) {
  std::string text;
  bool after_string = true;
  for (const Value& value : values) {
    const bool is_string = value.As<std::string>() != nullptr ||
                           value.As<SafeHtml>() != nullptr ||
                           (value.missing() && nil_is_text);
    if (&value != &values.front() && !is_string && !after_string) text += " ";
    text += print(value);
    after_string = is_string;
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
          [](const Complex&) { return "complex128"; },
          [](const std::string&) { return "string"; },
          [](const SafeHtml&) { return "template.HTML"; },
          [](Byte) { return "uint8"; },
          [](GoTime time) { return time.pointer ? "*time.Time" : "time.Time"; },
          [](GoDuration duration) {
            return duration.pointer ? "*time.Duration" : "time.Duration";
          },
          [](GoMonth) { return "time.Month"; },
          [](GoWeekday) { return "time.Weekday"; },
          [](GoLocation) { return "*time.Location"; },
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
              [](const Complex& number) { return number != Complex(); },
              [](const std::string& text) { return !text.empty(); },
              [](const SafeHtml& html) { return !html.text.empty(); },
              [](Byte byte) { return byte.value != 0; },
              [](GoDuration duration) {
                return duration.pointer || duration.nanoseconds != 0;
              },
              [](GoMonth month) { return month.number != 0; },
              [](GoWeekday weekday) { return weekday.number != 0; },
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
          [](const Complex& number) { return PrintComplex(number); },
          [](const std::string& text) { return text; },
          [](const SafeHtml& html) { return html.text; },
          [](Byte byte) { return absl::StrFormat("%d", byte.value); },
          [](GoTime time) { return ToString(time); },
          [](GoDuration duration) { return ToString(duration); },
          [](GoMonth month) { return ToString(month); },
          [](GoWeekday weekday) { return ToString(weekday); },
          [](GoLocation) -> std::string { return "UTC"; },
          [](const base::HistogramPtr& histogram) {
            return base::ToString(*histogram);
          },
          [](const LabelMapPtr& map) { return PrintLabels(*map); },
          [](const ValueMapPtr& map) {
            std::string text = "map[";
            for (const auto& [name, element] : *map) {
              if (text.size() > 4) text += " ";
              text += name + ":" +
                      (element.missing() ? "<nil>" : ToString(element));
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

std::string ToArgumentString(const Value& value) {
  if (value.missing()) return "<nil>";
  return (value.As<SamplePtr>() != nullptr ? "&" : "") + ToString(value);
}

std::string Print(const std::vector<Value>& values) {
  return Join(values, ToArgumentString, /*nil_is_text=*/false);
}

std::string PrintPointedTo(const std::vector<Value>& values) {
  // "<no value>" is a text.
  return Join(values, ToString, /*nil_is_text=*/true);
}

}  // namespace alerts::text_template
