// The labels of a series.

#ifndef BASE_LABELS_H_
#define BASE_LABELS_H_

#include <compare>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

inline constexpr std::string_view kMetricName = "__name__";

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

  bool empty() const { return labels_ == nullptr; }
  std::size_t size() const { return all().size(); }
  auto begin() const { return all().begin(); }
  auto end() const { return all().end(); }

  // Prometheus' labels.Compare: by name, then value, a prefix first.
  friend auto operator<=>(const Labels& a, const Labels& b) {
    return a.labels_ == b.labels_ ? std::strong_ordering::equal
                                  : a.all() <=> b.all();
  }
  friend bool operator==(const Labels& a, const Labels& b) {
    return a.labels_ == b.labels_ || a.all() == b.all();
  }

  template <typename H>
  friend H AbslHashValue(H h, const Labels& labels) {
    for (const Label& label : labels) {
      h = H::combine(std::move(h), label.name, label.value);
    }
    return H::combine(std::move(h), labels.size());
  }

 private:
  static const std::vector<Label>& None();
  const std::vector<Label>& all() const {
    return labels_ == nullptr ? None() : *labels_;
  }

  // Null when there is none.
  std::shared_ptr<const std::vector<Label>> labels_;
};

// {a="b", c="d"}: every label, __name__ too, names quoted when they are not
// legacy names; Prometheus' labels.Labels.String().
std::string ToString(const Labels& labels);

// name{a="b"}: as a query shows a series; Prometheus' model.Metric.String().
// {} when there are no labels.
std::string SeriesName(const Labels& labels);

// Go's strconv.Quote, which Prometheus writes label values with.
std::string Quote(std::string_view text);

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
