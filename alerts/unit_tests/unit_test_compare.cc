#include "alerts/unit_tests/unit_test_compare.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/quote.h"

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

std::string ToString(const Tolerance& tolerance) {
  return tolerance.relative ? absl::StrFormat("%g%%", tolerance.value * 100)
                            : absl::StrFormat("%g", tolerance.value);
}

std::string ToString(const SamplePattern& pattern) {
  std::string text = ToString(pattern.sample);
  if (pattern.selector) {
    text = "{";
    for (const base::Matcher& matcher : *pattern.selector) {
      text += (text.size() > 1 ? ", " : "") + base::ToString(matcher);
    }
    text += "} " + (pattern.sample.histogram.empty()
                        ? Exponent(pattern.sample.value)
                        : pattern.sample.histogram);
  }
  if (pattern.tolerance) text += " +- " + ToString(*pattern.tolerance);
  return text;
}

// {a="b", c=~"d.*", ...}
std::string ToString(const ExpectedLabels& labels,
                     const std::vector<base::Matcher>& patterns, bool partial) {
  std::string text = ToString(labels);
  text.pop_back();
  for (const base::Matcher& matcher : patterns) {
    text += (text.size() > 1 ? ", " : "") + base::ToString(matcher);
  }
  if (partial) text += text.size() > 1 ? ", ..." : "...";
  return text + "}";
}

std::string LabelsOf(const AlertPattern& alert) {
  return ToString(alert.labels, alert.expected->label_patterns, alert.partial);
}
std::string LabelsOf(const AlertView& alert) { return ToString(alert.labels); }
std::string AnnotationsOf(const AlertPattern& alert) {
  return ToString(alert.expected->annotations,
                  alert.expected->annotation_patterns, alert.partial);
}
std::string AnnotationsOf(const AlertView& alert) {
  return ToString(alert.annotations);
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

template <typename Item>
std::string List(const std::vector<Item>& alerts) {
  if (alerts.empty()) return "[]";
  std::string text = "[";
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    text += absl::StrFormat("%s\n%d:\n  Labels:%s\n  Annotations:%s",
                            i > 0 ? "," : "", i, LabelsOf(alerts[i]),
                            AnnotationsOf(alerts[i]));
  }
  return Indent(text + "\n]", "            ");
}

template <typename Item>
std::string Row(const std::vector<Item>& samples) {
  if (samples.empty()) return "nil";
  std::string text;
  for (const Item& sample : samples) {
    if (!text.empty()) text += ", ";
    text += ToString(sample);
  }
  return text;
}

bool IsNear(double expected, double got, const Tolerance& tolerance) {
  if (expected == got || (std::isnan(expected) && std::isnan(got))) return true;
  const double bound = tolerance.relative
                           ? tolerance.value * std::fabs(expected)
                           : tolerance.value;
  return std::fabs(got - expected) <= bound;
}

bool SameValue(double a, double b, bool fuzzy) {
  if (a == b || !fuzzy) return a == b;
  return std::nextafter(a, b) == b;
}

// Whether `got` has every expected pair and pattern, and, unless `partial`,
// nothing else.
bool Covers(const ExpectedLabels& expected,
            const std::vector<base::Matcher>& patterns, bool partial,
            const ExpectedLabels& got) {
  for (const auto& [name, value] : expected) {
    const auto found = got.find(name);
    if (found == got.end() || found->second != value) return false;
  }
  for (const base::Matcher& pattern : patterns) {
    const auto found = got.find(pattern.name());
    if (!pattern.Matches(found == got.end() ? "" : found->second)) return false;
  }
  if (partial) return true;
  return std::ranges::all_of(got, [&](const auto& pair) {
    return expected.contains(pair.first) ||
           std::ranges::find(patterns, pair.first, &base::Matcher::name) !=
               patterns.end();
  });
}

// Kuhn's algorithm: an expected one that finds all its partners taken asks
// their holders to move on.
class Pairing {
 public:
  explicit Pairing(std::vector<std::vector<std::size_t>> choices,
                   std::size_t others)
      : choices_(std::move(choices)), holder_(others, kNobody) {}

  Unpaired Run() {
    Unpaired unpaired;
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      std::vector<bool> asked(holder_.size());
      if (!Place(i, asked)) unpaired.expected.push_back(i);
    }
    for (std::size_t j = 0; j < holder_.size(); ++j) {
      if (holder_[j] == kNobody) unpaired.got.push_back(j);
    }
    return unpaired;
  }

 private:
  static constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

  bool Place(std::size_t i, std::vector<bool>& asked) {
    for (const std::size_t j : choices_[i]) {
      if (asked[j]) continue;
      asked[j] = true;
      if (holder_[j] != kNobody && !Place(holder_[j], asked)) continue;
      holder_[j] = i;
      return true;
    }
    return false;
  }

  std::vector<std::vector<std::size_t>> choices_;
  std::vector<std::size_t> holder_;
};

template <typename Pattern, typename View>
Unpaired PairAll(const std::vector<Pattern>& expected,
                 const std::vector<View>& got) {
  std::vector<std::vector<std::size_t>> choices(expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    for (std::size_t j = 0; j < got.size(); ++j) {
      if (Matches(expected[i], got[j])) choices[i].push_back(j);
    }
  }
  return Pairing(std::move(choices), got.size()).Run();
}

// How many labels and annotations two alerts have in common.
std::size_t Likeness(const ExpectedLabels& a, const ExpectedLabels& b) {
  std::size_t likeness = 0;
  for (const auto& [name, value] : a) {
    const auto found = b.find(name);
    likeness += found != b.end() && found->second == value ? 1 : 0;
  }
  return likeness;
}
std::size_t Likeness(const AlertPattern& a, const AlertView& b) {
  return Likeness(a.labels, b.labels) +
         Likeness(a.expected->annotations, b.annotations);
}

// "- " and "+ " under each other, the differing part marked.
void AppendBothSides(std::string_view expected, std::string_view got,
                     std::string& text) {
  std::size_t same = 0;
  while (same < expected.size() && same < got.size() &&
         expected[same] == got[same]) {
    ++same;
  }
  absl::StrAppendFormat(&text, "  - %s\n  + %s\n    %s^\n", expected, got,
                        std::string(same, ' '));
}

void AppendDifference(std::string_view what, const ExpectedLabels& expected,
                      const std::vector<base::Matcher>& patterns, bool partial,
                      const ExpectedLabels& got, std::string& text) {
  for (const auto& [name, value] : expected) {
    const auto found = got.find(name);
    if (found == got.end()) {
      text += absl::StrFormat("%s %s: expected %s, but the alert has none\n",
                              what, name, base::Quote(value));
    } else if (found->second != value) {
      text += absl::StrFormat("%s %s: expected %s, got %s\n", what, name,
                              base::Quote(value), base::Quote(found->second));
      // Long texts differ somewhere: show where.
      if (value.size() > 30 || found->second.size() > 30) {
        AppendBothSides(base::Quote(value), base::Quote(found->second), text);
      }
    }
  }
  for (const base::Matcher& pattern : patterns) {
    const auto found = got.find(pattern.name());
    const std::string value = found == got.end() ? "" : found->second;
    if (pattern.Matches(value)) continue;
    text +=
        absl::StrFormat("%s %s: %s does not match %s\n", what, pattern.name(),
                        base::Quote(value), base::Quote(pattern.value()));
  }
  if (partial) return;
  for (const auto& [name, value] : got) {
    if (expected.contains(name) ||
        std::ranges::find(patterns, name, &base::Matcher::name) !=
            patterns.end()) {
      continue;
    }
    text += absl::StrFormat("%s %s: not expected, got %s\n", what, name,
                            base::Quote(value));
  }
}

void AppendDifference(const AlertPattern& pattern, const AlertView& got,
                      std::string& text) {
  const ExpectedAlert& expected = *pattern.expected;
  AppendDifference("label", pattern.labels, expected.label_patterns,
                   pattern.partial, got.labels, text);
  AppendDifference("annotation", expected.annotations,
                   expected.annotation_patterns, pattern.partial,
                   got.annotations, text);
  if (expected.value && !IsNear(*expected.value, got.value,
                                expected.tolerance.value_or(Tolerance{}))) {
    absl::StrAppendFormat(&text, "value: expected %s, got %s\n",
                          Exponent(*expected.value), Exponent(got.value));
  }
}

std::string_view Missing(AlertState state) {
  return state == AlertState::kFiring ? "does not fire: " : "is not pending: ";
}
std::string_view Surplus(AlertState state) {
  return state == AlertState::kFiring ? "fires unexpectedly: "
                                      : "is pending unexpectedly: ";
}

}  // namespace

AlertView ViewOf(const Alert& alert) {
  AlertView view;
  for (const base::Label& label : alert.labels) {
    view.labels[label.name] = label.value;
  }
  view.annotations = alert.annotations;
  view.value = alert.value;
  return view;
}

bool Matches(const AlertPattern& pattern, const AlertView& alert) {
  const ExpectedAlert& expected = *pattern.expected;
  return Covers(pattern.labels, expected.label_patterns, pattern.partial,
                alert.labels) &&
         Covers(expected.annotations, expected.annotation_patterns,
                pattern.partial, alert.annotations) &&
         (!expected.value || IsNear(*expected.value, alert.value,
                                    expected.tolerance.value_or(Tolerance{})));
}

bool Matches(const SamplePattern& pattern, const SampleView& sample) {
  const bool labels =
      pattern.selector
          ? std::ranges::all_of(*pattern.selector,
                                [&](const base::Matcher& matcher) {
                                  return matcher.Matches(sample.labels);
                                })
          : pattern.sample.labels == sample.labels;
  if (!labels || pattern.sample.histogram != sample.histogram) return false;
  return pattern.tolerance
             ? IsNear(pattern.sample.value, sample.value, *pattern.tolerance)
             : SameValue(pattern.sample.value, sample.value, pattern.fuzzy);
}

std::string ToString(const std::vector<AlertView>& alerts) {
  std::vector<AlertView> sorted = alerts;
  std::ranges::sort(sorted, [](const AlertView& a, const AlertView& b) {
    return std::tie(a.labels, a.annotations) <
           std::tie(b.labels, b.annotations);
  });
  return List(sorted);
}

std::string ToString(const std::vector<AlertPattern>& alerts) {
  std::vector<AlertPattern> sorted = alerts;
  std::ranges::sort(sorted, [](const AlertPattern& a, const AlertPattern& b) {
    return std::tie(a.labels, a.expected->annotations) <
           std::tie(b.labels, b.expected->annotations);
  });
  return List(sorted);
}

std::string ToString(const std::vector<SampleView>& samples) {
  return Row(samples);
}
std::string ToString(const std::vector<SamplePattern>& samples) {
  return Row(samples);
}

Unpaired Pair(const std::vector<AlertPattern>& expected,
              const std::vector<AlertView>& got) {
  return PairAll(expected, got);
}
Unpaired Pair(const std::vector<SamplePattern>& expected,
              const std::vector<SampleView>& got) {
  return PairAll(expected, got);
}

std::string Difference(const std::vector<AlertPattern>& expected,
                       const std::vector<AlertView>& got,
                       const Unpaired& unpaired, AlertState state) {
  std::vector<std::size_t> surplus = unpaired.got;
  std::string text;
  for (const std::size_t i : unpaired.expected) {
    const auto nearest = std::ranges::max_element(
        surplus, {},
        [&](std::size_t j) { return Likeness(expected[i], got[j]); });
    if (nearest == surplus.end()) {
      absl::StrAppendFormat(&text, "%s%s\n", Missing(state),
                            LabelsOf(expected[i]));
      continue;
    }
    AppendDifference(expected[i], got[*nearest], text);
    surplus.erase(nearest);
  }
  for (const std::size_t j : surplus) {
    absl::StrAppendFormat(&text, "%s%s\n", Surplus(state), LabelsOf(got[j]));
  }
  return text;
}

std::string Difference(const std::vector<SamplePattern>& expected,
                       const std::vector<SampleView>& got,
                       const Unpaired& unpaired) {
  std::vector<std::size_t> surplus = unpaired.got;
  std::string text;
  for (const std::size_t i : unpaired.expected) {
    const SamplePattern& pattern = expected[i];
    const auto twin = std::ranges::find_if(surplus, [&](std::size_t j) {
      return !pattern.selector && got[j].labels == pattern.sample.labels;
    });
    if (twin == surplus.end()) {
      text += "not in the answer: " + ToString(pattern) + "\n";
      continue;
    }
    const SampleView& near = got[*twin];
    text += "expected " + ToString(pattern) + ", got " +
            (near.histogram.empty() ? Exponent(near.value) : near.histogram) +
            (std::isnan(pattern.sample.value) && std::isnan(near.value)
                 ? "; NaN never equals NaN"
                 : "") +
            "\n";
    surplus.erase(twin);
  }
  for (const std::size_t j : surplus) {
    text += "not expected: " + ToString(got[j]) + "\n";
  }
  return text;
}

}  // namespace alerts
