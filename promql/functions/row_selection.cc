#include "promql/functions/row_selection.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/number.h"
#include "promql/functions/label_hash.h"

namespace promql {
namespace {

// A sample of the step that is looked at.
struct Sample {
  double value;
  std::size_t row;
};

// A heap as Go's container/heap builds it: which of several equal values stays
// depends on its moves. The sample that goes first is on top.
template <typename GoesBefore>
class Heap {
 public:
  // Keeps at most `capacity` (more than 0) samples in `items`, which is empty.
  Heap(std::size_t capacity, bool pops, GoesBefore goes_before,
       std::vector<Sample>& items)
      : capacity_(capacity),
        pops_(pops),
        goes_before_(goes_before),
        items_(items) {}

  void Offer(const Sample& sample) {
    if (items_.size() < capacity_) {
      items_.push_back(sample);
      Up(items_.size() - 1);
    } else if (goes_before_(items_[0].value, sample.value)) {
      if (pops_) {
        std::swap(items_.front(), items_.back());
        items_.pop_back();
        Down();
        items_.push_back(sample);
        Up(items_.size() - 1);
      } else {
        items_[0] = sample;
        Down();
      }
    }
  }

  // Puts those that go last first. Go sorts up to 12 items by insertion, which
  // its order of the heap shows in.
  void Sort() {
    constexpr std::size_t kMostByInsertion = 12;
    if (items_.size() > kMostByInsertion) {
      std::ranges::stable_sort(items_, [this](const auto& a, const auto& b) {
        return goes_before_(b.value, a.value);
      });
      return;
    }
    for (std::size_t i = 1; i < items_.size(); ++i) {
      for (std::size_t j = i; j > 0 && Less(j - 1, j); --j) {
        std::swap(items_[j], items_[j - 1]);
      }
    }
  }

 private:
  // Upstream's order of the heap, in which NaN is before NaN too.
  bool Less(std::size_t a, std::size_t b) const {
    return std::isnan(items_[a].value) ||
           goes_before_(items_[a].value, items_[b].value);
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
  std::vector<Sample>& items_;
};

// How many rows the parameter asks for, at most `rows`.
std::size_t Wanted(double parameter, std::size_t rows) {
  if (!(parameter >= 1)) return 0;
  return parameter >= static_cast<double>(rows)
             ? rows
             : static_cast<std::size_t>(parameter);
}

// Calls `select(step, samples, stay)` with the samples of each step, in the
// order of the input; it puts those that stay into `stay`, which is empty.
template <typename Select>
void EachStep(const AggregationContext& context, std::span<const Series> rows,
              const std::vector<std::size_t>& group, KeptSamples& kept,
              Select select) {
  std::vector<Sample> samples;
  std::vector<Sample> stay;
  for (std::size_t step = 0; step < context.steps; ++step) {
    samples.clear();
    stay.clear();
    for (const std::size_t row : group) {
      const Column& column = rows[row].column;
      if (column.present[step] == kAbsent) continue;
      samples.push_back({column.values[step], row});
    }
    select(step, samples, stay);
    for (const Sample& sample : stay) {
      kept.present[sample.row][step] = rows[sample.row].column.present[step];
      if (context.steps == 1) kept.order.push_back(sample.row);
    }
  }
}

template <typename GoesBefore>
void SelectByValue(const AggregationContext& context,
                   std::span<const Series> rows,
                   const std::vector<std::size_t>& group, KeptSamples& kept,
                   GoesBefore goes_before) {
  EachStep(
      context, rows, group, kept,
      [&](std::size_t step, const std::vector<Sample>& samples,
          std::vector<Sample>& stay) {
        const std::size_t wanted = Wanted(context.parameter[step], rows.size());
        if (wanted == 0) return;
        Heap heap(wanted, context.compatibility.topk_pops, goes_before, stay);
        for (const Sample& sample : samples) heap.Offer(sample);
        if (context.steps == 1) heap.Sort();
      });
}

}  // namespace

void SelectTop(const AggregationContext& context, std::span<const Series> rows,
               const std::vector<std::size_t>& group, KeptSamples& kept) {
  SelectByValue(context, rows, group, kept, [](double a, double b) {
    return a < b || (std::isnan(a) && !std::isnan(b));
  });
}

void SelectBottom(const AggregationContext& context,
                  std::span<const Series> rows,
                  const std::vector<std::size_t>& group, KeptSamples& kept) {
  SelectByValue(context, rows, group, kept, [](double a, double b) {
    return a > b || (std::isnan(a) && !std::isnan(b));
  });
}

void SelectFirst(const AggregationContext& context,
                 std::span<const Series> rows,
                 const std::vector<std::size_t>& group, KeptSamples& kept) {
  EachStep(context, rows, group, kept,
           [&](std::size_t step, const std::vector<Sample>& samples,
               std::vector<Sample>& stay) {
             stay = samples;
             stay.resize(std::min(Wanted(context.parameter[step], rows.size()),
                                  samples.size()));
           });
}

// A series stays by its hash, so that a ratio and its complement r-1 part all
// series in two. (engine.go:4797)
void SelectRatio(const AggregationContext& context,
                 std::span<const Series> rows,
                 const std::vector<std::size_t>& group, KeptSamples& kept) {
  std::vector<double> places(rows.size());
  for (const std::size_t row : group) {
    places[row] = static_cast<double>(HashLabels(rows[row].labels)) /
                  static_cast<double>(UINT64_MAX);
  }
  EachStep(
      context, rows, group, kept,
      [&](std::size_t step, const std::vector<Sample>& samples,
          std::vector<Sample>& stay) {
        const double ratio = std::clamp(context.parameter[step], -1.0, 1.0);
        for (const Sample& sample : samples) {
          const double place = places[sample.row];
          const bool keeps = ratio >= 0 ? place < ratio : place >= 1 + ratio;
          if (keeps) stay.push_back(sample);
        }
      });
}

std::string SampleText(const Column& column, std::size_t step) {
  return column.present[step] == kHistogram
             ? base::ToString(*column.histograms[step])
             : base::FormatDecimal(column.values[step]);
}

}  // namespace promql
