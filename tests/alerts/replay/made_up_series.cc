#include "tests/alerts/replay/made_up_series.h"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/replay/reads.h"
#include "base/matcher.h"
#include "base/quote.h"
#include "promql/syntax/tree.h"

namespace alerts {
namespace {

constexpr const char* kBounds[] = {"0.1", "0.5", "1", "5", "+Inf"};
constexpr double kLevels[] = {0, 0, 0.3, 0.97, 1, 1, 2, 50, 1e6};

// Labels that an expression groups by, joins on or takes over.
void CollectLabels(const promql::Expr& expr, std::set<std::string>& labels) {
  if (const auto* node = std::get_if<promql::Aggregation>(&expr.node)) {
    if (!node->without) {
      labels.insert(node->grouping.begin(), node->grouping.end());
    }
  } else if (const auto* binary = std::get_if<promql::Binary>(&expr.node)) {
    if (binary->matching.on) {
      labels.insert(binary->matching.labels.begin(),
                    binary->matching.labels.end());
    }
    labels.insert(binary->matching.include.begin(),
                  binary->matching.include.end());
  }
  for (const promql::ExprPtr& child : promql::Children(expr)) {
    CollectLabels(*child, labels);
  }
}

// Texts that a matcher may let through: its pieces, and common values.
std::vector<std::string> Candidates(const base::Matcher& matcher,
                                    std::string_view own) {
  std::vector<std::string> candidates = {std::string(own), matcher.value()};
  std::string piece;
  for (const char c : matcher.value()) {
    if (std::string_view("|()^$").find(c) != std::string_view::npos) {
      candidates.push_back(piece);
      piece.clear();
    } else if (c != '\\') {
      piece += c;
    }
  }
  candidates.push_back(piece);
  for (const char* common :
       {"1", "500", "GET", "thanos-query", "thanos-compact", "thanos-receive",
        "thanos-rule", "thanos-sidecar", "thanos-store", "eth0", "/var", "sda",
        "kube-system", "0.0.0.0", "v1.2.3", "ext4", ""}) {
    candidates.push_back(common);
  }
  return candidates;
}

// The labels of a series that the selector finds; nothing when none came to
// mind.
std::optional<base::Labels> LabelsFor(const promql::VectorSelector& selector,
                                      const std::set<std::string>& wanted,
                                      const std::string& own) {
  base::LabelsBuilder labels;
  for (const std::string& name : wanted) labels.Set(name, own);
  for (const base::Matcher& matcher : selector.matchers) {
    for (const std::string& value : Candidates(matcher, own)) {
      const bool fits =
          std::ranges::all_of(selector.matchers, [&](const auto& other) {
            return other.name() != matcher.name() || other.Matches(value);
          });
      if (!fits) continue;
      labels.Set(matcher.name(), value);
      break;
    }
  }
  base::Labels built = labels.Build();
  const bool found =
      !built.metric_name().empty() &&
      std::ranges::all_of(selector.matchers, [&](const auto& matcher) {
        return matcher.Matches(built);
      });
  if (!found) return std::nullopt;
  return built;
}

bool IsCounter(std::string_view name) {
  return name.ends_with("_total") || name.ends_with("_count") ||
         name.ends_with("_sum") || name.ends_with("_bucket");
}

class Maker {
 public:
  explicit Maker(const std::vector<base::Timestamp>& times) : times_(times) {}

  void Add(base::Labels labels) {
    const std::string name(labels.metric_name());
    if (!name.ends_with("_bucket")) return AddOne(std::move(labels));
    const std::size_t first = series_.size();
    for (const char* bound : kBounds) {
      AddOne(base::LabelsBuilder(labels).Set("le", bound).Build());
    }
    // Each bucket holds those below it.
    for (std::size_t i = first + 1; i < series_.size(); ++i) {
      for (std::size_t t = 0; t < times_.size(); ++t) {
        series_[i].values[t] += series_[i - 1].values[t];
      }
    }
  }

  std::vector<MadeUpSeries> Take() { return std::move(series_); }

 private:
  bool OneIn(unsigned count) { return random_() % count == 0; }

  void AddOne(base::Labels labels) {
    if (!known_.insert(labels).second) return;
    MadeUpSeries series{std::move(labels), {}};
    const bool counter = IsCounter(series.labels.metric_name());
    // Some never change, some often.
    const unsigned pace = 1u << (random_() % 8);
    double value = Level();
    for (std::size_t i = 0; i < times_.size(); ++i) {
      if (OneIn(pace * 8)) {
        value = counter ? value + static_cast<double>(random_() % 4) : Level();
      }
      series.values.push_back(value);
    }
    series_.push_back(std::move(series));
  }

  double Level() { return kLevels[random_() % std::size(kLevels)]; }

  const std::vector<base::Timestamp>& times_;
  std::mt19937 random_{42};
  std::set<base::Labels> known_;
  std::vector<MadeUpSeries> series_;
};

}  // namespace

std::vector<MadeUpSeries> MakeUpSeries(
    const std::vector<RuleDefinition>& rules,
    const std::vector<base::Timestamp>& times) {
  std::set<std::string_view> recorded;
  for (const RuleDefinition& rule : rules) {
    if (rule.kind == RuleDefinition::Kind::kRecording) {
      recorded.insert(rule.name);
    }
  }
  Maker maker(times);
  for (const RuleDefinition& rule : rules) {
    std::set<std::string> labels;
    CollectLabels(*rule.expr, labels);
    labels.erase("le");
    for (const promql::VectorSelector* selector : Selectors(*rule.expr)) {
      if (recorded.contains(selector->name) || selector->name == "ALERTS") {
        continue;
      }
      for (const char* own : {"a", "b"}) {
        auto made = LabelsFor(*selector, labels, own);
        if (made) maker.Add(*std::move(made));
      }
    }
  }
  std::vector<MadeUpSeries> series = maker.Take();
  // Pages and blocks want the samples of a metric together.
  std::ranges::stable_sort(series, {}, [](const MadeUpSeries& one) {
    return one.labels.metric_name();
  });
  return series;
}

promql::MemoryStorage Store(const std::vector<MadeUpSeries>& series,
                            const std::vector<base::Timestamp>& times) {
  promql::MemoryStorage storage;
  for (const MadeUpSeries& one : series) {
    promql::MemoryStorage::Entry& entry = storage.Find(one.labels);
    for (std::size_t i = 0; i < times.size(); ++i) {
      storage.Append(entry, times[i], one.values[i]);
    }
  }
  return storage;
}

std::string OpenMetricsPage(const std::vector<MadeUpSeries>& series,
                            const std::vector<base::Timestamp>& times) {
  std::string page;
  for (const MadeUpSeries& one : series) {
    // OpenMetrics takes no space between labels.
    std::string name(one.labels.metric_name());
    std::string_view before = "{";
    for (const base::Label& label : one.labels) {
      if (label.name == base::kMetricName) continue;
      absl::StrAppendFormat(&name, "%s%s=%s", before, label.name,
                            base::Quote(label.value));
      before = ",";
    }
    if (before == ",") name += "}";
    for (std::size_t i = 0; i < times.size(); ++i) {
      absl::StrAppendFormat(&page, "%s %.17g %d.%03d\n", name, one.values[i],
                            times[i] / 1000, times[i] % 1000);
    }
  }
  return page + "# EOF\n";
}

}  // namespace alerts
