#include "base/histogram_runs.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/histogram_buckets.h"

namespace base {

void Accumulate(double term, double& sum, double* compensation) {
  const double total = sum + term;
  if (compensation != nullptr) {
    if (std::isinf(total)) {
      *compensation = 0;
    } else if (std::abs(sum) >= std::abs(term)) {
      *compensation += (sum - total) + term;
    } else {
      *compensation += (term - total) + sum;
    }
  }
  sum = total;
}

void RunsBuilder::Add(std::int32_t index, double count, double compensation) {
  const bool compensated = target_.compensation != nullptr;
  if (!runs_.spans.empty() && index == next_ - 1) {
    Accumulate(count, runs_.counts.back(),
               compensated ? &compensation_.back() : nullptr);
    if (compensated) compensation_.back() += compensation;
    return;
  }
  const std::int32_t gap = index - next_;
  if (runs_.spans.empty() || gap > 0) runs_.spans.push_back({gap, 0});
  ++runs_.spans.back().length;
  runs_.counts.push_back(count);
  if (compensated) compensation_.push_back(compensation);
  next_ = index + 1;
}

void RunsBuilder::Finish() {
  *target_.runs = std::move(runs_);
  if (target_.compensation != nullptr) {
    *target_.compensation = std::move(compensation_);
  }
}

namespace {

bool NeedsCompacting(const BucketRuns& runs) {
  if (std::ranges::find(runs.counts, 0.0) != runs.counts.end()) return true;
  for (std::size_t i = 0; i < runs.spans.size(); ++i) {
    if (runs.spans[i].length == 0) return true;
    if (i > 0 && runs.spans[i].offset == 0) return true;
  }
  return false;
}

void CompactRuns(RunningRuns runs) {
  if (!NeedsCompacting(*runs.runs)) return;
  RunsBuilder builder(runs);
  for (RunCursor c(*runs.runs, Walk::kUp); c.Next();) {
    const double compensation = runs.compensation_at(c.position());
    if (c.count() == 0 && compensation == 0) continue;
    builder.Add(c.index(), c.count(), compensation);
  }
  builder.Finish();
}

}  // namespace

void Compact(RunningHistogram histogram) {
  CompactRuns(histogram.runs(true));
  CompactRuns(histogram.runs(false));
}

void Compact(FloatHistogram& histogram) { Compact({&histogram, nullptr}); }

void ReduceRuns(RunningRuns runs, std::int32_t from, std::int32_t to) {
  if (from == to) return;
  RunsBuilder builder(runs);
  for (RunCursor c(*runs.runs, Walk::kUp); c.Next();) {
    builder.Add(ReducedIndex(c.index(), from, to), c.count(),
                runs.compensation_at(c.position()));
  }
  builder.Finish();
}

CustomBounds CommonBounds(const CustomBounds& a, const CustomBounds& b) {
  CustomBounds common;
  std::ranges::set_intersection(a, b, std::back_inserter(common));
  return common;
}

void MapRuns(RunningRuns runs, const CustomBounds& from,
             const CustomBounds& to) {
  std::vector<double> counts(to.size() + 1);
  std::vector<double> lost(to.size() + 1);
  for (RunCursor c(*runs.runs, Walk::kUp); c.Next();) {
    const auto index = static_cast<std::size_t>(c.index());
    // What lies under no common bound goes to the +Inf bucket.
    const std::size_t target =
        index < from.size()
            ? static_cast<std::size_t>(
                  std::ranges::lower_bound(to, from[index]) - to.begin())
            : to.size();
    const bool compensated = runs.compensation != nullptr;
    Accumulate(c.count(), counts[target],
               compensated ? &lost[target] : nullptr);
    lost[target] += runs.compensation_at(c.position());
  }
  RunsBuilder builder(runs);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0 && lost[i] == 0) continue;
    builder.Add(static_cast<std::int32_t>(i), counts[i], lost[i]);
  }
  builder.Finish();
}

FloatHistogram AtSchema(const FloatHistogram& histogram, std::int32_t schema) {
  FloatHistogram copy = histogram;
  if (schema >= histogram.schema || histogram.uses_custom_buckets() ||
      schema == kCustomBucketsSchema) {
    return copy;
  }
  ReduceRuns({&copy.positive, nullptr}, copy.schema, schema);
  ReduceRuns({&copy.negative, nullptr}, copy.schema, schema);
  copy.schema = schema;
  return copy;
}

}  // namespace base
