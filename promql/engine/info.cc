#include "promql/engine/info.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_format.h"
#include "promql/engine/run.h"
#include "promql/engine/select.h"

namespace promql {
namespace {

constexpr std::string_view kInstance = "instance";
constexpr std::string_view kJob = "job";
constexpr std::string_view kDefaultInfoMetric = "target_info";

// When the info series are looked at for a step at `time`: as the first
// selector of the expression looks at its samples. Nothing without a selector.
std::optional<base::Timestamp> ReferenceTime(const Plan& plan,
                                             base::Timestamp time) {
  const bool selects =
      std::holds_alternative<VectorSelector>(plan.expr->node) ||
      std::holds_alternative<MatrixSelector>(plan.expr->node);
  if (selects || std::holds_alternative<Subquery>(plan.expr->node)) {
    time = plan.at.value_or(time) - plan.offset;
  }
  if (selects) return time;
  for (const Plan& child : plan.children) {
    const auto found = ReferenceTime(child, time);
    if (found.has_value()) return found;
  }
  return std::nullopt;
}

// What the second argument says.
struct InfoMatchers {
  std::vector<base::Matcher> names;  // For __name__.
  std::map<std::string, std::vector<base::Matcher>> data;

  bool IsInfoMetric(std::string_view name) const {
    return std::ranges::all_of(names, [name](const base::Matcher& matcher) {
      return matcher.Matches(name);
    });
  }
  // Whether a series may stay without a match.
  bool AcceptsNothing() const {
    return std::ranges::all_of(data, [](const auto& entry) {
      return std::ranges::all_of(entry.second, [](const base::Matcher& m) {
        return m.Matches(std::string_view());
      });
    });
  }
};

InfoMatchers ReadMatchers(const Plan& plan) {
  InfoMatchers matchers;
  if (plan.children.size() > 1) {
    const auto& selector =
        std::get<VectorSelector>(StripParens(*plan.children[1].expr).node);
    for (const base::Matcher& matcher : selector.matchers) {
      if (matcher.name() == base::kMetricName) {
        matchers.names.push_back(matcher);
      } else {
        matchers.data[matcher.name()].push_back(matcher);
      }
    }
  }
  const bool asks =
      std::ranges::any_of(matchers.names, [](const base::Matcher& matcher) {
        return matcher.type() == base::MatchType::kEqual ||
               matcher.type() == base::MatchType::kRegexp;
      });
  if (!matchers.names.empty() && !asks) {
    // Names are only ruled out: of those that info metrics have.
    auto info_names = base::Matcher::Make(
        base::MatchType::kRegexp, std::string(base::kMetricName), ".+_info");
    if (info_names.ok()) matchers.names.push_back(*std::move(info_names));
  }
  if (matchers.names.empty()) {
    matchers.names.push_back(base::Matcher::Equal(
        std::string(base::kMetricName), std::string(kDefaultInfoMetric)));
  }
  return matchers;
}

// Which target a series is about.
base::Labels Identity(const base::Labels& labels) {
  return base::LabelsBuilder(labels)
      .Keep({std::string(kInstance), std::string(kJob)})
      .Build();
}

class InfoRun {
 public:
  InfoRun(const Plan& plan, Evaluation& evaluation)
      : plan_(plan), matchers_(ReadMatchers(plan)), evaluation_(evaluation) {}

  std::optional<Block> Run();

 private:
  struct InfoSeries {
    const base::Labels* labels = nullptr;
    // For each step the time of the newest sample; nothing when absent.
    std::vector<std::optional<base::Timestamp>> times;
  };

  bool ReadInfoSeries(const Block& base);
  bool AddTimes(const SeriesView& series, InfoSeries& info);
  bool Enrich(Series row);
  bool EnrichStep(const Series& row, std::size_t step,
                  const std::vector<const InfoSeries*>& candidates);
  bool ReportDuplicate(const InfoSeries& a, const InfoSeries& b);
  // The newest info series of each metric at a step; nothing after an error.
  std::optional<std::map<std::string_view, const InfoSeries*>> NewestAt(
      std::size_t step, const std::vector<const InfoSeries*>& candidates);
  bool AddLabels(const base::Labels& info, std::set<std::string>& added,
                 const base::Labels& base, base::LabelsBuilder& labels);
  void Put(const Series& row, std::size_t step, base::Labels labels);

  const Plan& plan_;
  const InfoMatchers matchers_;
  Evaluation& evaluation_;
  SeriesSet set_;
  std::vector<base::Timestamp> reference_times_;
  absl::flat_hash_map<base::Labels, std::vector<InfoSeries>> by_identity_;
  Block result_;
  // Of the series that is enriched: its row for each set of labels.
  absl::flat_hash_map<base::Labels, std::size_t> row_of_;
};

bool InfoRun::AddTimes(const SeriesView& series, InfoSeries& info) {
  const base::Duration lookback = evaluation_.options().lookback;
  info.times.resize(reference_times_.size());
  for (std::size_t step = 0; step < reference_times_.size(); ++step) {
    const base::Timestamp time = reference_times_[step];
    const auto next = std::ranges::upper_bound(series.times, time);
    if (next == series.times.begin()) continue;
    const auto at = static_cast<std::size_t>(next - series.times.begin()) - 1;
    if (series.times[at] <= time - lookback) continue;
    if (!series.histograms.empty() && series.histograms[at] != nullptr) {
      return evaluation_.Fail(
          plan_.expr->span,
          absl::StrFormat("this should be an info metric, with float samples: "
                          "%s",
                          base::ToString(series.labels)));
    }
    if (!IsStaleMarker(series.values[at])) info.times[step] = series.times[at];
  }
  return true;
}

// Selects the info series of every target in `base`.
bool InfoRun::ReadInfoSeries(const Block& base) {
  for (std::size_t i = 0; i < plan_.grid.steps; ++i) {
    const base::Timestamp time = plan_.grid.at(i);
    reference_times_.push_back(
        ReferenceTime(plan_.children[0], time).value_or(time));
  }
  if (base.rows.empty()) return true;
  std::vector<base::Matcher> wanted = matchers_.names;
  for (const auto& [name, matchers] : matchers_.data) {
    for (const base::Matcher& matcher : matchers) wanted.push_back(matcher);
  }
  const auto [first, last] = std::ranges::minmax(reference_times_);
  auto set = SelectSeries(wanted, first - evaluation_.options().lookback + 1,
                          last, plan_.expr->span, evaluation_);
  if (!set.has_value()) return false;
  set_ = *std::move(set);
  for (const SeriesView& series : set_.series) {
    InfoSeries info{&series.labels, {}};
    if (!AddTimes(series, info)) return false;
    by_identity_[Identity(series.labels)].push_back(std::move(info));
  }
  return true;
}

void InfoRun::Put(const Series& row, std::size_t step, base::Labels labels) {
  const auto [place, is_new] =
      row_of_.try_emplace(std::move(labels), result_.rows.size());
  if (is_new) {
    result_.rows.push_back(
        {place->first, row.drop_name, Column(result_.steps)});
  }
  Column& column = result_.rows[place->second].column;
  if (row.column.present[step] == kHistogram) {
    column.Set(step, row.column.histograms[step]);
  } else {
    column.Set(step, row.column.values[step]);
  }
}

bool InfoRun::ReportDuplicate(const InfoSeries& a, const InfoSeries& b) {
  return evaluation_.Fail(
      plan_.expr->span,
      absl::StrFormat("found duplicate series for info metric: existing %s, "
                      "new %s",
                      base::ToString(*a.labels), base::ToString(*b.labels)));
}

std::optional<std::map<std::string_view, const InfoRun::InfoSeries*>>
InfoRun::NewestAt(std::size_t step,
                  const std::vector<const InfoSeries*>& candidates) {
  std::map<std::string_view, const InfoSeries*> newest;
  for (const InfoSeries* info : candidates) {
    if (!info->times[step].has_value()) continue;
    const InfoSeries*& held = newest[info->labels->metric_name()];
    if (held != nullptr && held->times[step] == info->times[step]) {
      ReportDuplicate(*held, *info);
      return std::nullopt;
    }
    if (held == nullptr || held->times[step] < info->times[step]) held = info;
  }
  return newest;
}

bool InfoRun::AddLabels(const base::Labels& info, std::set<std::string>& added,
                        const base::Labels& base, base::LabelsBuilder& labels) {
  for (const base::Label& label : info) {
    if (label.name == base::kMetricName || base.Has(label.name)) continue;
    if (!matchers_.data.empty() && !matchers_.data.contains(label.name)) {
      continue;
    }
    if (!added.insert(label.name).second &&
        labels.Get(label.name) != label.value) {
      return evaluation_.Fail(
          plan_.expr->span,
          absl::StrFormat("conflicting label: %s", label.name));
    }
    labels.Set(label.name, label.value);
  }
  return true;
}

bool InfoRun::EnrichStep(const Series& row, std::size_t step,
                         const std::vector<const InfoSeries*>& candidates) {
  const auto newest = NewestAt(step, candidates);
  if (!newest.has_value()) return false;
  if (newest->empty()) {
    if (matchers_.AcceptsNothing()) Put(row, step, row.labels);
    return true;
  }
  base::LabelsBuilder labels(row.labels);
  std::set<std::string> added;
  for (const auto& [name, info] : *newest) {
    if (!AddLabels(*info->labels, added, row.labels, labels)) return false;
  }
  Put(row, step, labels.Build());
  return true;
}

bool InfoRun::Enrich(Series row) {
  row_of_.clear();
  std::vector<const InfoSeries*> candidates;
  const auto found = by_identity_.find(Identity(row.labels));
  const bool itself_info = matchers_.IsInfoMetric(row.labels.metric_name());
  if (found != by_identity_.end() && !found->first.empty()) {
    for (const InfoSeries& info : found->second) candidates.push_back(&info);
  }
  for (std::size_t step = 0; step < result_.steps; ++step) {
    if (row.column.present[step] == kAbsent) continue;
    // An info series is not enriched.
    if (itself_info) {
      Put(row, step, row.labels);
    } else if (!EnrichStep(row, step, candidates)) {
      return false;
    }
  }
  return true;
}

std::optional<Block> InfoRun::Run() {
  auto base = promql::Run(plan_.children[0], evaluation_);
  if (!base.has_value() || !ReadInfoSeries(base->block)) return std::nullopt;
  result_.steps = plan_.grid.steps;
  for (Series& row : base->block.rows) {
    if (!Enrich(std::move(row))) return std::nullopt;
  }
  return std::move(result_);
}

}  // namespace

std::optional<Block> RunInfo(const Plan& plan, Evaluation& evaluation) {
  return InfoRun(plan, evaluation).Run();
}

}  // namespace promql
