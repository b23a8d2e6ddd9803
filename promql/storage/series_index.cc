#include "promql/storage/series_index.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

namespace promql {
namespace {

using Numbers = std::vector<std::uint32_t>;

absl::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}

// Removes from the shorter list what the longer one has not.
void Intersect(Numbers& numbers, const Numbers& longer) {
  auto at = longer.begin();
  std::erase_if(numbers, [&](std::uint32_t number) {
    // A step, then leaps, so that lists of any two lengths are quick.
    auto leap = std::ptrdiff_t{1};
    auto low = at;
    while (longer.end() - low > leap && low[leap] < number) {
      low += leap;
      leap *= 2;
    }
    const auto high = low + std::min(leap + 1, longer.end() - low);
    at = std::lower_bound(low, high, number);
    return at == longer.end() || *at != number;
  });
}

bool IsRegexp(const base::Matcher& matcher) {
  return matcher.type() == base::MatchType::kRegexp ||
         matcher.type() == base::MatchType::kNotRegexp;
}

}  // namespace

void SeriesIndex::Add(const base::Labels& labels) {
  const auto number = static_cast<std::uint32_t>(labels_.size());
  labels_.push_back(&labels);
  for (const base::Label& label : labels) {
    names_[View(label.name)][View(label.value)].push_back(number);
  }
}

void SeriesIndex::Clear() {
  names_.clear();
  labels_.clear();
}

const SeriesIndex::Values* SeriesIndex::ValuesOf(
    const base::Matcher& matcher) const {
  const auto found = names_.find(View(matcher.name()));
  return found == names_.end() ? nullptr : &found->second;
}

SeriesIndex::Numbers SeriesIndex::Union(const base::Matcher& matcher) const {
  Numbers numbers;
  const Values* values = ValuesOf(matcher);
  if (values == nullptr) return numbers;
  for (const auto& [value, having] : *values) {
    if (!matcher.Matches(std::string_view(value.data(), value.size()))) {
      continue;
    }
    numbers.insert(numbers.end(), having.begin(), having.end());
  }
  std::ranges::sort(numbers);
  return numbers;
}

void SeriesIndex::Filter(const base::Matcher& matcher, Numbers& numbers) const {
  constexpr std::size_t kSeriesPerValue = 4;
  const Values* values = ValuesOf(matcher);
  absl::flat_hash_map<absl::string_view, bool> verdicts;
  if (values != nullptr && IsRegexp(matcher) &&
      values->size() * kSeriesPerValue <= numbers.size()) {
    for (const auto& entry : *values) {
      const std::string_view value(entry.first.data(), entry.first.size());
      verdicts.emplace(entry.first, matcher.Matches(value));
    }
  }
  std::erase_if(numbers, [&](std::uint32_t number) {
    const std::string_view value = labels_[number]->Get(matcher.name());
    if (verdicts.empty() || value.empty()) return !matcher.Matches(value);
    return !verdicts.find(View(value))->second;
  });
}

std::vector<std::uint32_t> SeriesIndex::Find(
    const std::vector<base::Matcher>& matchers) const {
  std::vector<const Numbers*> lists;
  std::vector<const base::Matcher*> filters;
  for (const base::Matcher& matcher : matchers) {
    if (matcher.type() != base::MatchType::kEqual || matcher.value().empty()) {
      filters.push_back(&matcher);
      continue;
    }
    const Values* values = ValuesOf(matcher);
    if (values == nullptr) return {};
    const auto found = values->find(View(matcher.value()));
    if (found == values->end()) return {};
    lists.push_back(&found->second);
  }
  Numbers numbers;
  if (!lists.empty()) {
    std::ranges::sort(lists, {},
                      [](const Numbers* list) { return list->size(); });
    numbers = *lists.front();
    for (const Numbers* list : std::span(lists).subspan(1)) {
      Intersect(numbers, *list);
    }
  } else if (const auto narrow =
                 std::ranges::find_if(filters,
                                      [](const base::Matcher* filter) {
                                        return !filter->Matches("");
                                      });
             narrow != filters.end()) {
    numbers = Union(**narrow);
    filters.erase(narrow);
  } else {
    numbers.resize(labels_.size());
    std::iota(numbers.begin(), numbers.end(), 0u);
  }
  for (const base::Matcher* filter : filters) Filter(*filter, numbers);
  return numbers;
}

}  // namespace promql
