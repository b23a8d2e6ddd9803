#include "promql/functions/row_selection.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/number.h"
#include "promql/functions/label_hash.h"

namespace promql {
namespace {

// A heap as Go's container/heap builds it: which of several equal values stays
// depends on its moves. The sample that goes first is on top.
template <typename GoesBefore>
class Heap {
 public:
  Heap(std::size_t capacity, bool pops, GoesBefore goes_before)
      : capacity_(capacity), pops_(pops), goes_before_(goes_before) {}

  void Offer(double value, std::size_t row) {
    if (items_.size() < capacity_) {
      items_.emplace_back(value, row);
      Up(items_.size() - 1);
    } else if (goes_before_(items_[0].first, value)) {
      if (pops_) {
        std::swap(items_.front(), items_.back());
        items_.pop_back();
        Down();
        items_.emplace_back(value, row);
        Up(items_.size() - 1);
      } else {
        items_[0] = {value, row};
        Down();
      }
    }
  }

  // The rows, those that go last first.
  std::vector<std::size_t> Rows() {
    Sort();
    std::vector<std::size_t> rows;
    for (const auto& item : items_) rows.push_back(item.second);
    return rows;
  }

 private:
  // Upstream's order of the heap, in which NaN is before NaN too.
  bool Less(std::size_t a, std::size_t b) const {
    return std::isnan(items_[a].first) ||
           goes_before_(items_[a].first, items_[b].first);
  }

  // Go sorts up to 12 items by insertion, which that order shows in.
  void Sort() {
    constexpr std::size_t kMostByInsertion = 12;
    if (items_.size() > kMostByInsertion) {
      std::ranges::stable_sort(items_, [this](const auto& a, const auto& b) {
        return goes_before_(b.first, a.first);
      });
      return;
    }
    for (std::size_t i = 1; i < items_.size(); ++i) {
      for (std::size_t j = i; j > 0 && Less(j - 1, j); --j) {
        std::swap(items_[j], items_[j - 1]);
      }
    }
  }

  void Up(std::size_t child) {
    while (child > 0) {
      const std::size_t parent = (child - 1) / 2;
      if (!Less(child, parent)) return;
      std::swap(items_[child], items_[parent]);
      child = parent;
    }
  }

  void Down() {
    std::size_t parent = 0;
    for (;;) {
      std::size_t child = 2 * parent + 1;
      if (child >= items_.size()) return;
      if (child + 1 < items_.size() && Less(child + 1, child)) ++child;
      if (!Less(child, parent)) return;
      std::swap(items_[child], items_[parent]);
      parent = child;
    }
  }

  std::size_t capacity_;
  bool pops_;
  GoesBefore goes_before_;
  std::vector<std::pair<double, std::size_t>> items_;
};

// How many rows the parameter asks for, at most `rows`.
std::size_t Wanted(double parameter, std::size_t rows) {
  if (!(parameter >= 1)) return 0;
  return parameter >= static_cast<double>(rows)
             ? rows
             : static_cast<std::size_t>(parameter);
}

template <typename GoesBefore>
std::vector<std::size_t> SelectByValue(const AggregationContext& context,
                                       std::size_t step,
                                       std::span<const Series> rows,
                                       const std::vector<std::size_t>& present,
                                       GoesBefore goes_before) {
  const std::size_t wanted = Wanted(context.parameter[step], rows.size());
  if (wanted == 0) return {};
  Heap heap(wanted, context.compatibility.topk_pops, goes_before);
  for (const std::size_t row : present) {
    heap.Offer(rows[row].column.values[step], row);
  }
  return heap.Rows();
}

}  // namespace

std::vector<std::size_t> SelectTop(const AggregationContext& context,
                                   std::size_t step,
                                   std::span<const Series> rows,
                                   const std::vector<std::size_t>& present) {
  return SelectByValue(context, step, rows, present, [](double a, double b) {
    return a < b || (std::isnan(a) && !std::isnan(b));
  });
}

std::vector<std::size_t> SelectBottom(const AggregationContext& context,
                                      std::size_t step,
                                      std::span<const Series> rows,
                                      const std::vector<std::size_t>& present) {
  return SelectByValue(context, step, rows, present, [](double a, double b) {
    return a > b || (std::isnan(a) && !std::isnan(b));
  });
}

std::vector<std::size_t> SelectFirst(const AggregationContext& context,
                                     std::size_t step,
                                     std::span<const Series> rows,
                                     const std::vector<std::size_t>& present) {
  const std::size_t wanted = Wanted(context.parameter[step], rows.size());
  return {present.begin(),
          present.begin() +
              static_cast<std::ptrdiff_t>(std::min(wanted, present.size()))};
}

// A series stays by its hash, so that a ratio and its complement r-1 part all
// series in two. (engine.go:4797)
std::vector<std::size_t> SelectRatio(const AggregationContext& context,
                                     std::size_t step,
                                     std::span<const Series> rows,
                                     const std::vector<std::size_t>& present) {
  const double ratio = std::clamp(context.parameter[step], -1.0, 1.0);
  std::vector<std::size_t> kept;
  for (const std::size_t row : present) {
    const double place = static_cast<double>(HashLabels(rows[row].labels)) /
                         static_cast<double>(UINT64_MAX);
    const bool keeps = ratio >= 0 ? place < ratio : place >= 1 + ratio;
    if (keeps) kept.push_back(row);
  }
  return kept;
}

std::string SampleText(const Column& column, std::size_t step) {
  return column.present[step] == kHistogram
             ? base::ToString(*column.histograms[step])
             : base::FormatDecimal(column.values[step]);
}

}  // namespace promql
