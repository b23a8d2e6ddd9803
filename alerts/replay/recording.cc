#include "alerts/replay/recording.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "alerts/rule_outputs.h"

namespace alerts {
namespace {

// Two rows became one series. Steps that both have go to `twice`.
void Merge(AnswerRow row, AnswerRow& one, std::set<std::uint32_t>& twice) {
  AnswerRow both;
  both.labels = one.labels;
  const bool histograms = !one.histograms.empty() || !row.histograms.empty();
  one.histograms.resize(histograms ? one.steps.size() : 0);
  row.histograms.resize(histograms ? row.steps.size() : 0);
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < one.steps.size() || b < row.steps.size()) {
    const bool left = b == row.steps.size() ||
                      (a < one.steps.size() && one.steps[a] <= row.steps[b]);
    const AnswerRow& from = left ? one : row;
    const std::size_t i = left ? a++ : b++;
    if (!both.steps.empty() && both.steps.back() == from.steps[i]) {
      twice.insert(from.steps[i]);
      continue;
    }
    both.steps.push_back(from.steps[i]);
    both.values.push_back(from.values[i]);
    if (histograms) both.histograms.push_back(from.histograms[i]);
  }
  one = std::move(both);
}

// Adds the failures of the evaluations; returns their steps.
std::vector<std::uint32_t> Judge(const std::vector<std::size_t>& counts,
                                 const std::set<std::uint32_t>& twice,
                                 const GroupDefinition& group,
                                 Answer& outputs) {
  std::vector<std::uint32_t> bad;
  for (std::uint32_t step = 0; step < counts.size(); ++step) {
    std::string message;
    if (twice.contains(step)) {
      message =
          "vector contains metrics with the same labelset after applying rule "
          "labels";
    } else if (group.limit > 0 && counts[step] > group.limit) {
      message = absl::StrFormat("exceeded limit of %d with %d series",
                                group.limit, counts[step]);
    } else {
      continue;
    }
    outputs.failures.push_back(
        {outputs.times[step] + group.query_offset, std::move(message)});
    bad.push_back(step);
  }
  return bad;
}

}  // namespace

Answer Record(const RuleDefinition& rule, const GroupDefinition& group,
              Answer answer) {
  Answer outputs;
  outputs.times = std::move(answer.times);
  outputs.failures = std::move(answer.failures);
  std::vector<std::size_t> counts(outputs.times.size(), 0);
  std::set<std::uint32_t> twice;
  absl::flat_hash_map<base::Labels, std::size_t> places;
  for (AnswerRow& row : answer.rows) {
    for (const std::uint32_t step : row.steps) ++counts[step];
    row.labels = RecordedSeries(rule, std::move(row.labels));
    const auto [place, fresh] =
        places.try_emplace(row.labels, outputs.rows.size());
    if (fresh) {
      outputs.rows.push_back(std::move(row));
    } else {
      Merge(std::move(row), outputs.rows[place->second], twice);
    }
  }
  DropSteps(Judge(counts, twice, group, outputs), outputs);
  return outputs;
}

void RuleWriter::Write(const Answer& outputs, Overlay& overlay,
                       std::vector<FailedQuery>& failures) {
  const std::vector<base::Timestamp>& times = outputs.times;
  if (times.empty()) return;
  std::set<base::Labels> open;
  for (const AnswerRow& row : outputs.rows) {
    if (row.steps.empty()) continue;
    if (open_.erase(row.labels) > 0 && row.steps.front() != 0) {
      overlay.AppendStale(row.labels, times.front());
    }
    for (std::size_t i = 0; i < row.steps.size(); ++i) {
      const std::uint32_t step = row.steps[i];
      const absl::Status status =
          overlay.Append(row.labels, times[step], row.values[i],
                         row.histograms.empty() ? nullptr : row.histograms[i]);
      if (!status.ok()) {
        failures.push_back({times[step], std::string(status.message())});
      }
      const std::uint32_t after = step + 1;
      const bool ends = after < times.size() && (i + 1 == row.steps.size() ||
                                                 row.steps[i + 1] != after);
      if (ends) overlay.AppendStale(row.labels, times[after]);
    }
    if (row.steps.back() + 1 == times.size()) open.insert(row.labels);
  }
  for (const base::Labels& labels : open_) {
    overlay.AppendStale(labels, times.front());
  }
  open_ = std::move(open);
}

}  // namespace alerts
