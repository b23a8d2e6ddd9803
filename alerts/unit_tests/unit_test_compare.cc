#include "alerts/unit_tests/unit_test_compare.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace alerts {
namespace {

// Go's labels.Labels.String(), empty values and all.
std::string ToString(const ExpectedLabels& labels) {
  std::string text = "{";
  for (const auto& [name, value] : labels) {
    if (text.size() > 1) text += ", ";
    text += name + "=" + base::Quote(value);
  }
  return text + "}";
}

// Go's strconv.FormatFloat(value, 'E', -1, 64).
std::string Exponent(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  char buffer[64];
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value,
                                 std::chars_format::scientific);
  return absl::AsciiStrToUpper(std::string(buffer, end.ptr));
}

std::string ToString(const SampleView& sample) {
  return base::ToString(sample.labels) + " " +
         (sample.histogram.empty() ? Exponent(sample.value) : sample.histogram);
}

// Indents every line but the first.
std::string Indent(std::string_view text, std::string_view indent) {
  std::string indented;
  for (const char c : text) {
    indented += c;
    if (c == '\n') indented += indent;
  }
  return indented;
}

bool SameValue(double a, double b, bool fuzzy) {
  if (a == b || !fuzzy) return a == b;
  return std::nextafter(a, b) == b;
}

bool Same(const SampleView& a, const SampleView& b, bool fuzzy) {
  return a.labels == b.labels && a.histogram == b.histogram &&
         SameValue(a.value, b.value, fuzzy);
}

// How many labels and annotations two alerts have in common.
std::size_t Likeness(const AlertView& a, const AlertView& b) {
  std::size_t likeness = 0;
  for (const auto& [name, value] : a.labels) {
    const auto found = b.labels.find(name);
    likeness += found != b.labels.end() && found->second == value ? 1 : 0;
  }
  for (const auto& [name, value] : a.annotations) {
    const auto found = b.annotations.find(name);
    likeness += found != b.annotations.end() && found->second == value ? 1 : 0;
  }
  return likeness;
}

void AppendDifference(std::string_view what, const ExpectedLabels& expected,
                      const ExpectedLabels& got, std::string& text) {
  for (const auto& [name, value] : expected) {
    const auto found = got.find(name);
    if (found == got.end()) {
      text += absl::StrFormat("%s %s: expected %s, but the alert has none\n",
                              what, name, base::Quote(value));
    } else if (found->second != value) {
      text += absl::StrFormat("%s %s: expected %s, got %s\n", what, name,
                              base::Quote(value), base::Quote(found->second));
    }
  }
  for (const auto& [name, value] : got) {
    if (!expected.contains(name)) {
      text += absl::StrFormat("%s %s: not expected, got %s\n", what, name,
                              base::Quote(value));
    }
  }
}

// Takes what stands in both out of both.
template <typename T, typename IsSame>
void RemoveCommon(std::vector<T>& a, std::vector<T>& b, const IsSame& same) {
  for (std::size_t i = 0; i < a.size();) {
    const auto found = std::find_if(
        b.begin(), b.end(), [&](const T& other) { return same(a[i], other); });
    if (found == b.end()) {
      ++i;
      continue;
    }
    b.erase(found);
    a.erase(a.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace

AlertView ViewOf(const Alert& alert) {
  AlertView view;
  for (const base::Label& label : alert.labels) {
    view.labels[label.name] = label.value;
  }
  view.annotations = alert.annotations;
  return view;
}

std::string ToString(const std::vector<AlertView>& alerts) {
  if (alerts.empty()) return "[]";
  std::string text = "[";
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    text += absl::StrFormat("%s\n%d:\n  Labels:%s\n  Annotations:%s",
                            i > 0 ? "," : "", i, ToString(alerts[i].labels),
                            ToString(alerts[i].annotations));
  }
  return Indent(text + "\n]", "            ");
}

std::string ToString(const std::vector<SampleView>& samples) {
  if (samples.empty()) return "nil";
  std::string text;
  for (const SampleView& sample : samples) {
    if (!text.empty()) text += ", ";
    text += ToString(sample);
  }
  return text;
}

bool Equal(const std::vector<SampleView>& a, const std::vector<SampleView>& b,
           bool fuzzy) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [fuzzy](const SampleView& left, const SampleView& right) {
                      return Same(left, right, fuzzy);
                    });
}

std::string Difference(const std::vector<AlertView>& expected,
                       const std::vector<AlertView>& got) {
  std::vector<AlertView> missing = expected;
  std::vector<AlertView> surplus = got;
  RemoveCommon(missing, surplus,
               [](const AlertView& a, const AlertView& b) { return a == b; });
  std::string text;
  for (const AlertView& alert : missing) {
    const auto nearest =
        std::max_element(surplus.begin(), surplus.end(),
                         [&](const AlertView& a, const AlertView& b) {
                           return Likeness(alert, a) < Likeness(alert, b);
                         });
    if (nearest == surplus.end()) {
      text += "does not fire: " + ToString(alert.labels) + "\n";
      continue;
    }
    AppendDifference("label", alert.labels, nearest->labels, text);
    AppendDifference("annotation", alert.annotations, nearest->annotations,
                     text);
    surplus.erase(nearest);
  }
  for (const AlertView& alert : surplus) {
    text += "fires unexpectedly: " + ToString(alert.labels) + "\n";
  }
  return text;
}

std::string Difference(const std::vector<SampleView>& expected,
                       const std::vector<SampleView>& got, bool fuzzy) {
  std::vector<SampleView> missing = expected;
  std::vector<SampleView> surplus = got;
  RemoveCommon(missing, surplus,
               [fuzzy](const SampleView& a, const SampleView& b) {
                 return Same(a, b, fuzzy);
               });
  std::string text;
  for (const SampleView& sample : missing) {
    const auto twin = std::find_if(
        surplus.begin(), surplus.end(),
        [&](const SampleView& s) { return s.labels == sample.labels; });
    if (twin == surplus.end()) {
      text += "not in the answer: " + ToString(sample) + "\n";
      continue;
    }
    text +=
        "expected " + ToString(sample) + ", got " +
        (twin->histogram.empty() ? Exponent(twin->value) : twin->histogram) +
        (std::isnan(sample.value) && std::isnan(twin->value)
             ? "; NaN never equals NaN"
             : "") +
        "\n";
    surplus.erase(twin);
  }
  for (const SampleView& sample : surplus) {
    text += "not expected: " + ToString(sample) + "\n";
  }
  return text;
}

}  // namespace alerts
