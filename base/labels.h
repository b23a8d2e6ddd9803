// The labels of a series.

#ifndef BASE_LABELS_H_
#define BASE_LABELS_H_

#include <atomic>
#include <compare>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

inline constexpr std::string_view kMetricName = "__name__";
inline constexpr std::string_view kMetricType = "__type__";
inline constexpr std::string_view kMetricUnit = "__unit__";
// The upper bound of a classic bucket.
inline constexpr std::string_view kBucketLabel = "le";

struct Label {
  std::string name;
  std::string value;

  friend auto operator<=>(const Label&, const Label&) = default;
};

// A set of labels, sorted by name. A label with an empty value is the same as
// no label and is never held. Immutable but by assignment: LabelsBuilder makes
// changed copies. Copies share what they hold, so that copying is cheap; safe
// to share by threads.
class Labels {
 public:
  Labels() = default;
  // Sorts; of equal names the last wins.
  Labels(std::initializer_list<std::pair<std::string_view, std::string_view>>
             labels);
  explicit Labels(std::vector<Label> labels);

  // The value, or "" when there is no such label. O(log size).
  std::string_view Get(std::string_view name) const;
  bool Has(std::string_view name) const { return !Get(name).empty(); }
  std::string_view metric_name() const { return Get(kMetricName); }

  bool empty() const { return set_ == nullptr; }
  std::size_t size() const { return all().size(); }
  auto begin() const { return all().begin(); }
  auto end() const { return all().end(); }

  // Without the labels that describe the metric: its name, type and unit. All
  // copies remember the answer, and their hash: rules ask of the same series at
  // every evaluation.
  Labels WithoutMetadata() const;
  std::size_t Hash() const;

  // Prometheus' labels.Compare: by name, then value, a prefix first.
  friend auto operator<=>(const Labels& a, const Labels& b) {
    return a.set_ == b.set_ ? std::strong_ordering::equal : a.all() <=> b.all();
  }
  friend bool operator==(const Labels& a, const Labels& b) {
    return a.set_ == b.set_ || a.all() == b.all();
  }

  template <typename H>
  friend H AbslHashValue(H h, const Labels& labels) {
    return H::combine(std::move(h), labels.Hash());
  }

 private:
  struct Set {
    explicit Set(std::vector<Label> all) : labels(std::move(all)) {}

    const std::vector<Label> labels;
    mutable std::atomic<std::size_t> hash = 0;  // 0: not computed yet.
    mutable std::once_flag without_metadata_made;
    // Null when there is nothing else. Unused where there is no metadata.
    mutable std::shared_ptr<const Set> without_metadata;
  };

  static const std::vector<Label>& None();
  const std::vector<Label>& all() const {
    return set_ == nullptr ? None() : set_->labels;
  }

  // Null when there is none.
  std::shared_ptr<const Set> set_;
};

// {a="b", c="d"}: every label, __name__ too, names quoted when they are not
// legacy names; Prometheus' labels.Labels.String().
std::string ToString(const Labels& labels);

// name{a="b"}: as a query shows a series; Prometheus' model.Metric.String().
// {} when there are no labels.
std::string SeriesName(const Labels& labels);

// [a-zA-Z_][a-zA-Z0-9_]*, and for metric names ':' too.
bool IsLegacyLabelName(std::string_view name);
bool IsLegacyMetricName(std::string_view name);

// Makes changed copies of a set of labels.
class LabelsBuilder {
 public:
  LabelsBuilder() = default;
  explicit LabelsBuilder(Labels base);

  // An empty value removes the label.
  LabelsBuilder& Set(std::string_view name, std::string_view value);
  LabelsBuilder& Remove(std::string_view name);
  LabelsBuilder& Keep(const std::vector<std::string>& names);

  std::string_view Get(std::string_view name) const;
  Labels Build() const;

 private:
  std::vector<Label> labels_;
};

}  // namespace base

#endif  // BASE_LABELS_H_
