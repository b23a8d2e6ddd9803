#include "promql/check/selectors.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/labels.h"
#include "re2/re2.h"

namespace promql {
namespace {

using FindingKind = SelectorFinding::Kind;

std::string Suggestion(std::string_view word) {
  return absl::StrFormat("did you mean \"%s\"?", word);
}

std::string OneOf(const std::vector<std::string>& values) {
  std::string out = "it is one of ";
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += (i == 0 ? "" : ", ") + values[i];
  }
  return out;
}

std::string_view NearestOf(std::string_view word,
                           const std::vector<std::string>& values) {
  return base::Nearest(word, {values.begin(), values.end()});
}

// Regexps that are words with | between: a|b.
std::vector<std::string_view> Alternatives(std::string_view regexp) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t bar = regexp.find('|');
    const std::string_view word = regexp.substr(0, bar);
    const bool plain = std::ranges::all_of(word, [](char c) {
      return c == '_' || c == '-' || (c >= '0' && c <= '9') ||
             (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    if (!plain || word.empty()) return {};
    words.push_back(word);
    if (bar == std::string_view::npos) return words;
    regexp.remove_prefix(bar + 1);
  }
}

class SelectorChecker {
 public:
  SelectorChecker(const Expr& expr, const VectorSelector& selector,
                  const schema::Sample& sample)
      : expr_(expr), selector_(selector), sample_(sample) {}

  std::vector<SelectorFinding> Run() {
    for (std::size_t i = 0; i < selector_.matchers.size(); ++i) {
      const base::Matcher& matcher = selector_.matchers[i];
      if (matcher.name() == base::kMetricName) continue;
      const base::Span span = i < selector_.matcher_spans.size()
                                  ? selector_.matcher_spans[i]
                                  : expr_.span;
      const schema::LabelFacts* label = sample_.FindLabel(matcher.name());
      const bool closed =
          label != nullptr && label->knowledge == schema::Knowledge::kClosed;
      if (!closed && matcher.type() == base::MatchType::kEqual) {
        CheckContradiction(matcher, i, span);
      }
      if (label == nullptr) {
        CheckMissingLabel(matcher, span);
      } else if (label->knowledge == schema::Knowledge::kClosed) {
        CheckValue(matcher, *label, span);
      } else if (label->knowledge == schema::Knowledge::kSeen) {
        CheckSeen(matcher, *label, span);
      }
    }
    return std::move(findings_);
  }

 private:
  void CheckMissingLabel(const base::Matcher& matcher, base::Span span) {
    if (!sample_.labels_closed) return;
    std::vector<std::string> names;
    for (const schema::LabelFacts& label : sample_.labels) {
      names.push_back(label.name);
    }
    const std::string_view near = NearestOf(matcher.name(), names);
    // A missing label has the value "".
    const bool nothing = !matcher.Matches(std::string_view());
    if (!nothing && near.empty()) return;
    std::string help = near.empty() ? "its labels are " : Suggestion(near);
    for (std::size_t i = 0; near.empty() && i < names.size(); ++i) {
      help += (i == 0 ? "" : ", ") + names[i];
    }
    findings_.push_back({FindingKind::kUnknownLabel, span,
                         absl::StrFormat("%s has no label \"%s\"", sample_.name,
                                         matcher.name()),
                         std::move(help), nothing, false});
  }

  void CheckValue(const base::Matcher& matcher, const schema::LabelFacts& label,
                  base::Span span) {
    const bool some = std::ranges::any_of(
        label.values,
        [&](const std::string& value) { return matcher.Matches(value); });
    if (!some) {
      const std::string_view near = NearestOf(matcher.value(), label.values);
      AddValue(span, matcher,
               near.empty() ? OneOf(label.values) : Suggestion(near), true);
      return;
    }
    if (matcher.type() == base::MatchType::kEqual) {
      CheckContradiction(matcher, 0, span);
      return;
    }
    for (const std::string_view word : Words(matcher)) {
      if (label.Lists(word)) continue;
      const std::string_view near = NearestOf(word, label.values);
      if (near.empty()) continue;
      findings_.push_back({FindingKind::kUnknownValue, span,
                           absl::StrFormat("%s of %s is never \"%s\"",
                                           label.name, sample_.name, word),
                           Suggestion(near), false, false});
    }
  }

  // Only matchers that ask for values; "" is asked for by none of the page.
  void CheckSeen(const base::Matcher& matcher, const schema::LabelFacts& label,
                 base::Span span) {
    const bool asks = matcher.type() == base::MatchType::kEqual ||
                      matcher.type() == base::MatchType::kRegexp;
    if (!asks || label.values.empty() || matcher.Matches(std::string_view()) ||
        std::ranges::any_of(label.values, [&](const std::string& value) {
          return matcher.Matches(value);
        })) {
      return;
    }
    const std::string_view near = NearestOf(matcher.value(), label.values);
    findings_.push_back(
        {FindingKind::kUnknownValue, span,
         absl::StrFormat("no %s of %s was seen that satisfies %s",
                         matcher.name(), sample_.name, base::ToString(matcher)),
         near.empty() ? std::string() : Suggestion(near), false, true});
  }

  // status="failed", status="success". Looks at the matchers from `first` on.
  void CheckContradiction(const base::Matcher& matcher, std::size_t first,
                          base::Span span) {
    const auto other = std::find_if(
        selector_.matchers.begin() + static_cast<std::ptrdiff_t>(first),
        selector_.matchers.end(), [&](const base::Matcher& candidate) {
          return candidate.name() == matcher.name() &&
                 !candidate.Matches(matcher.value());
        });
    if (other == selector_.matchers.end()) return;
    findings_.push_back(
        {FindingKind::kUnknownValue,
         span,
         absl::StrFormat("%s of %s cannot satisfy both %s and %s",
                         matcher.name(), sample_.name, base::ToString(matcher),
                         base::ToString(*other)),
         {},
         true,
         false});
  }

  // The values that a matcher spells out.
  static std::vector<std::string_view> Words(const base::Matcher& matcher) {
    if (matcher.type() == base::MatchType::kNotEqual) {
      return {std::string_view(matcher.value())};
    }
    return Alternatives(matcher.value());
  }

  void AddValue(base::Span span, const base::Matcher& matcher, std::string help,
                bool nothing) {
    const bool equal = matcher.type() == base::MatchType::kEqual;
    findings_.push_back(
        {FindingKind::kUnknownValue, span,
         equal ? absl::StrFormat("%s of %s is never \"%s\"", matcher.name(),
                                 sample_.name, matcher.value())
               : absl::StrFormat("no %s of %s satisfies %s", matcher.name(),
                                 sample_.name, base::ToString(matcher)),
         std::move(help), nothing, false});
  }

  const Expr& expr_;
  const VectorSelector& selector_;
  const schema::Sample& sample_;
  std::vector<SelectorFinding> findings_;
};

}  // namespace

void ForEachSelector(
    const Expr& expr,
    const std::function<void(const Expr&, const VectorSelector&)>& visit) {
  if (const auto* selector = std::get_if<VectorSelector>(&expr.node)) {
    visit(expr, *selector);
    return;
  }
  for (const ExprPtr& child : Children(expr)) ForEachSelector(*child, visit);
}

base::Span NameSpan(const Expr& expr, const VectorSelector& selector) {
  for (std::size_t i = 0; i < selector.matcher_spans.size(); ++i) {
    if (selector.matchers[i].name() == base::kMetricName &&
        selector.matchers[i].type() == base::MatchType::kEqual) {
      return selector.matcher_spans[i];
    }
  }
  return expr.span;
}

bool DifferInNumbers(std::string_view a, std::string_view b) {
  static const re2::RE2* const number =
      new re2::RE2(R"([0-9]+(?:ms|[smhdwy])?(_|:|$|[a-zA-Z]))");
  const auto without_numbers = [](std::string_view text) {
    std::string plain(text);
    re2::RE2::GlobalReplace(&plain, *number, "0\\1");
    return plain;
  };
  return without_numbers(a) == without_numbers(b);
}

std::vector<SelectorFinding> CheckSelector(const Expr& expr,
                                           const VectorSelector& selector,
                                           const schema::Schema& schema) {
  if (selector.name.empty()) return {};
  const std::shared_ptr<const schema::Sample> sample =
      schema.FindSample(selector.name, selector.matchers);
  if (sample != nullptr) return SelectorChecker(expr, selector, *sample).Run();
  const std::string_view near = schema.Nearest(selector.name);
  if (near.empty() || DifferInNumbers(selector.name, near)) return {};
  return {{FindingKind::kUnknownMetric, NameSpan(expr, selector),
           absl::StrFormat("no metric is called %s", selector.name),
           Suggestion(near), false}};
}

std::string SchemaFacts::WhyWithout(const VectorSelector& selector,
                                    std::string_view label) const {
  const std::shared_ptr<const schema::Sample> sample =
      schema_.FindSample(selector.name, selector.matchers);
  if (sample == nullptr || !sample->labels_closed ||
      label == base::kMetricName || sample->FindLabel(label) != nullptr) {
    return {};
  }
  return absl::StrFormat("%s has no label \"%s\"", sample->name, label);
}

Values SchemaFacts::ValuesOf(const VectorSelector& selector) const {
  const std::shared_ptr<const schema::Sample> sample =
      schema_.FindSample(selector.name, selector.matchers);
  if (sample == nullptr) return Values::Any();
  const Expr anywhere{NumberLiteral{}, {}};
  for (const SelectorFinding& finding :
       SelectorChecker(anywhere, selector, *sample).Run()) {
    if (finding.selects_nothing) return Values::Never();
  }
  return Values::Between(sample->range.minimum, sample->range.maximum, true);
}

std::vector<double> SchemaFacts::BucketsOf(
    const VectorSelector& selector) const {
  const std::shared_ptr<const schema::Sample> sample =
      schema_.FindSample(selector.name, selector.matchers);
  if (sample == nullptr || sample->role != schema::SampleRole::kBucket) {
    return {};
  }
  const bool picks = std::ranges::any_of(
      selector.matchers,
      [](const base::Matcher& matcher) { return matcher.name() == "le"; });
  const schema::Metric* metric = schema_.FindMetric(sample->metric);
  if (picks || metric == nullptr || metric->seen) return {};
  return metric->buckets;
}

}  // namespace promql
