#include "promql/engine/label_hints.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/quote.h"

namespace promql {
namespace {

using Names = std::set<std::string_view>;

// Series is what has `labels`.
template <typename Series>
void AddNames(const std::vector<Series>& series, Names& names) {
  for (const Series& one : series) {
    for (const base::Label& label : one.labels) {
      if (label.name != base::kMetricName) names.insert(label.name);
    }
  }
}

template <typename Series>
bool HasLabel(const std::vector<Series>& series, std::string_view name) {
  return std::ranges::any_of(
      series, [&](const Series& one) { return one.labels.Has(name); });
}

// The label is the one at `index` of a list with those places.
void Hint(std::string_view label, const Names& names,
          const std::vector<base::Span>& places, std::size_t index,
          std::string_view where, Evaluation& evaluation) {
  const std::string_view nearest =
      base::Nearest(label, {names.begin(), names.end()});
  if (nearest.empty() || index >= places.size()) return;
  evaluation.options().label_hints->Info(
      "unknown-label", places[index],
      absl::StrFormat("no series %s has a label %s", where, base::Quote(label)),
      absl::StrFormat("did you mean %s?", nearest));
}

// Whether the matcher asks for series without the label.
bool AsksForNone(const base::Matcher& matcher) {
  return matcher.value().empty() &&
         (matcher.type() == base::MatchType::kEqual ||
          matcher.type() == base::MatchType::kRegexp);
}

// The series of the selector's metric, whatever its other matchers; none when
// it names no metric, or has no other matchers.
SeriesSet SeriesOfMetric(const VectorSelector& selector, base::Timestamp min,
                         base::Timestamp max, const Evaluation& evaluation) {
  std::vector<base::Matcher> names;
  for (const base::Matcher& matcher : selector.matchers) {
    if (matcher.name() == base::kMetricName) names.push_back(matcher);
  }
  if (names.empty() || names.size() == selector.matchers.size()) return {};
  auto set = evaluation.storage().Select(names, min, max);
  return set.ok() ? *std::move(set) : SeriesSet();
}

}  // namespace

void HintGrouping(const Aggregation& node, const Block& input,
                  Evaluation& evaluation) {
  if (evaluation.options().label_hints == nullptr || input.rows.empty()) return;
  for (std::size_t i = 0; i < node.grouping.size(); ++i) {
    if (HasLabel(input.rows, node.grouping[i])) continue;
    Names names;
    AddNames(input.rows, names);
    Hint(node.grouping[i], names, node.grouping_spans, i, "here", evaluation);
  }
}

void HintMatching(const Binary& node, const Block& left, const Block& right,
                  Evaluation& evaluation) {
  if (evaluation.options().label_hints == nullptr || left.rows.empty() ||
      right.rows.empty()) {
    return;
  }
  const VectorMatching& matching = node.matching;
  for (std::size_t i = 0; i < matching.labels.size(); ++i) {
    const std::string& label = matching.labels[i];
    if (HasLabel(left.rows, label) || HasLabel(right.rows, label)) continue;
    Names names;
    AddNames(left.rows, names);
    AddNames(right.rows, names);
    Hint(label, names, node.label_spans, i, "on either side", evaluation);
  }
  const bool from_right = matching.cardinality == Cardinality::kManyToOne;
  const Block& one = from_right ? right : left;
  for (std::size_t i = 0; i < matching.include.size(); ++i) {
    if (HasLabel(one.rows, matching.include[i])) continue;
    Names names;
    AddNames(one.rows, names);
    Hint(matching.include[i], names, node.include_spans, i,
         from_right ? "on the right" : "on the left", evaluation);
  }
}

void HintMatchers(const VectorSelector& selector, const SeriesSet& selected,
                  base::Timestamp min, base::Timestamp max,
                  Evaluation& evaluation) {
  if (evaluation.options().label_hints == nullptr) return;
  SeriesSet of_metric;
  if (selected.series.empty()) {
    of_metric = SeriesOfMetric(selector, min, max, evaluation);
  }
  const std::vector<SeriesView>& series =
      selected.series.empty() ? of_metric.series : selected.series;
  for (std::size_t i = 0; i < selector.matchers.size(); ++i) {
    const base::Matcher& matcher = selector.matchers[i];
    if (series.empty() || AsksForNone(matcher) ||
        HasLabel(series, matcher.name())) {
      continue;
    }
    Names names;
    AddNames(series, names);
    Hint(matcher.name(), names, selector.matcher_spans, i,
         selector.name.empty() ? "of this metric"
                               : absl::StrFormat("of %s", selector.name),
         evaluation);
  }
}

}  // namespace promql
