#include "promql/functions/vectors.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <compare>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"

namespace promql {
namespace {

Block OneRow(base::Labels labels, std::size_t steps) {
  Block block{steps, {}};
  block.rows.push_back({std::move(labels), false, Column(steps)});
  return block;
}

// The order of rows shows in an instant query only.
bool Ineffective(const CallContext& call) {
  if (call.grid.steps == 1) return false;
  call.diagnostics->Warning(
      "sort-of-range", call.span,
      "PromQL warning: sort is ineffective for range queries since results "
      "are always ordered by labels");
  return true;
}

void LeaveOutHistograms(Column& column) {
  if (column.histograms.empty()) return;
  for (std::size_t i = 0; i < column.steps(); ++i) {
    if (column.present[i] == kHistogram) column.Clear(i);
  }
  column.histograms.clear();
}

// `comes_first` compares numbers; NaN comes last either way.
template <typename ComesFirst>
Block SortByValue(const CallContext& call, Block block,
                  ComesFirst comes_first) {
  for (Series& row : block.rows) LeaveOutHistograms(row.column);
  if (Ineffective(call)) return block;
  std::erase_if(block.rows,
                [](const Series& row) { return row.column.Empty(); });
  std::ranges::stable_sort(block.rows, [&](const Series& a, const Series& b) {
    const double left = a.column.values[0];
    const double right = b.column.values[0];
    if (std::isnan(left) || std::isnan(right)) return !std::isnan(left);
    return comes_first(left, right);
  });
  return block;
}

// The end of the run of digits, or of other bytes, that begins at `at`.
std::size_t RunEnd(std::string_view text, std::size_t at) {
  const bool digits = absl::ascii_isdigit(text[at]);
  while (at < text.size() && absl::ascii_isdigit(text[at]) == digits) ++at;
  return at;
}

std::strong_ordering CompareDigits(std::string_view a, std::string_view b) {
  while (a.size() > 1 && a.front() == '0') a.remove_prefix(1);
  while (b.size() > 1 && b.front() == '0') b.remove_prefix(1);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

// Runs of digits compare as numbers: "node2" comes before "node10".
std::strong_ordering CompareNaturally(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view left = a.substr(0, RunEnd(a, 0));
    const std::string_view right = b.substr(0, RunEnd(b, 0));
    const auto order =
        absl::ascii_isdigit(left[0]) && absl::ascii_isdigit(right[0])
            ? CompareDigits(left, right)
            : left.compare(right) <=> 0;
    if (order != 0) return order;
    a.remove_prefix(left.size());
    b.remove_prefix(right.size());
  }
  return a.size() <=> b.size();
}

std::strong_ordering CompareByLabels(const CallContext& call,
                                     const base::Labels& a,
                                     const base::Labels& b) {
  for (const std::string& name : call.strings) {
    const auto order = CompareNaturally(a.Get(name), b.Get(name));
    if (order != 0) return order;
  }
  return a <=> b;
}

}  // namespace

Block Absent(const CallContext& call, std::vector<Block> arguments) {
  Block block = OneRow(call.selector_labels, call.grid.steps);
  Column& column = block.rows[0].column;
  for (std::size_t i = 0; i < call.grid.steps; ++i) column.Set(i, 1.0);
  for (const Series& row : arguments[0].rows) {
    for (std::size_t i = 0; i < call.grid.steps; ++i) {
      if (row.column.present[i] != kAbsent) column.Clear(i);
    }
  }
  return block;
}

Block Scalar(const CallContext& call, std::vector<Block> arguments) {
  Block block = OneRow({}, call.grid.steps);
  std::vector<double>& values = block.rows[0].column.values;
  std::vector<std::size_t> counts(call.grid.steps);
  for (const Series& row : arguments[0].rows) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (row.column.present[i] != kFloat) continue;
      values[i] = row.column.values[i];
      ++counts[i];
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 1) values[i] = std::nan("");
  }
  return block;
}

Block Vector(const CallContext& call, std::vector<Block>) {
  Block block = OneRow({}, call.grid.steps);
  for (std::size_t i = 0; i < call.grid.steps; ++i) {
    block.rows[0].column.Set(i, call.scalars[0][i]);
  }
  return block;
}

Block Sort(const CallContext& call, std::vector<Block> arguments) {
  return SortByValue(call, std::move(arguments[0]), std::less<double>());
}

Block SortDescending(const CallContext& call, std::vector<Block> arguments) {
  return SortByValue(call, std::move(arguments[0]), std::greater<double>());
}

Block SortByLabel(const CallContext& call, std::vector<Block> arguments) {
  if (Ineffective(call)) return std::move(arguments[0]);
  std::ranges::stable_sort(
      arguments[0].rows, [&](const Series& a, const Series& b) {
        return CompareByLabels(call, a.labels, b.labels) < 0;
      });
  return std::move(arguments[0]);
}

Block SortByLabelDescending(const CallContext& call,
                            std::vector<Block> arguments) {
  if (Ineffective(call)) return std::move(arguments[0]);
  std::ranges::stable_sort(
      arguments[0].rows, [&](const Series& a, const Series& b) {
        return CompareByLabels(call, a.labels, b.labels) > 0;
      });
  return std::move(arguments[0]);
}

}  // namespace promql
