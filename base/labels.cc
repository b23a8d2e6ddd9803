#include "base/labels.h"

#include <algorithm>
#include <iterator>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "base/quote.h"

namespace base {
namespace {

bool IsName(std::string_view name, bool colons) {
  if (name.empty() || absl::ascii_isdigit(static_cast<unsigned char>(name[0])))
    return false;
  return std::ranges::all_of(name, [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
           (colons && c == ':');
  });
}

// Whether each has a value and a greater name than the one before.
bool InOrder(const std::vector<Label>& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].value.empty()) return false;
    if (i > 0 && !(labels[i - 1].name < labels[i].name)) return false;
  }
  return true;
}

bool IsMetadata(const Label& label) {
  return label.name == kMetricName || label.name == kMetricType ||
         label.name == kMetricUnit;
}

// What makes the hash of labels.
struct Content {
  const std::vector<Label>& labels;

  template <typename H>
  friend H AbslHashValue(H h, const Content& content) {
    for (const Label& label : content.labels) {
      h = H::combine(std::move(h), label.name, label.value);
    }
    return H::combine(std::move(h), content.labels.size());
  }
};

// Sorts; of each name the last stays, unless its value is empty.
void PutInOrder(std::vector<Label>& labels) {
  std::ranges::stable_sort(labels, {}, &Label::name);
  // Keep the last of each name: unique() on the reversed order.
  std::ranges::reverse(labels);
  // (Not std::ranges::unique: clang 14 cannot read libstdc++'s subrange.)
  const auto same_name = [](const Label& a, const Label& b) {
    return a.name == b.name;
  };
  labels.erase(std::unique(labels.begin(), labels.end(), same_name),
               labels.end());
  std::ranges::reverse(labels);
  std::erase_if(labels, [](const Label& l) { return l.value.empty(); });
}

void AppendLabel(std::string& out, const Label& label) {
  out += IsLegacyLabelName(label.name) ? label.name : Quote(label.name);
  out += '=';
  out += Quote(label.value);
}

}  // namespace

Labels::Labels(
    std::initializer_list<std::pair<std::string_view, std::string_view>>
        labels) {
  std::vector<Label> copy;
  copy.reserve(labels.size());
  for (const auto& [name, value] : labels) {
    copy.push_back({std::string(name), std::string(value)});
  }
  *this = Labels(std::move(copy));
}

Labels::Labels(std::vector<Label> labels) {
  // Mostly they come out of other labels, in order.
  if (!InOrder(labels)) PutInOrder(labels);
  if (labels.empty()) return;
  set_ = std::make_shared<const Set>(std::move(labels));
}

Labels Labels::WithoutMetadata() const {
  if (std::ranges::none_of(all(), IsMetadata)) return *this;
  std::call_once(set_->without_metadata_made, [this] {
    std::vector<Label> kept;
    kept.reserve(size());
    std::ranges::remove_copy_if(all(), std::back_inserter(kept), IsMetadata);
    set_->without_metadata = Labels(std::move(kept)).set_;
  });
  Labels without;
  without.set_ = set_->without_metadata;
  return without;
}

std::size_t Labels::Hash() const {
  if (set_ == nullptr) return 0;
  std::size_t hash = set_->hash.load(std::memory_order_relaxed);
  if (hash == 0) {
    hash = std::max<std::size_t>(absl::Hash<Content>()({all()}), 1);
    set_->hash.store(hash, std::memory_order_relaxed);
  }
  return hash;
}

const std::vector<Label>& Labels::None() {
  static const auto* const none = new std::vector<Label>();
  return *none;
}

std::string_view Labels::Get(std::string_view name) const {
  const auto it = std::ranges::lower_bound(
      all(), name, {},
      [](const Label& l) -> std::string_view { return l.name; });
  return it != end() && it->name == name ? std::string_view(it->value)
                                         : std::string_view();
}

std::string ToString(const Labels& labels) {
  std::string out = "{";
  for (const Label& label : labels) {
    if (out.size() > 1) out += ", ";
    AppendLabel(out, label);
  }
  return out += '}';
}

std::string SeriesName(const Labels& labels) {
  const std::string_view name = labels.metric_name();
  const bool bare_name = IsLegacyMetricName(name);
  std::string inner;
  if (!name.empty() && !bare_name) inner = Quote(name);
  for (const Label& label : labels) {
    if (label.name == kMetricName) continue;
    if (!inner.empty()) inner += ", ";
    AppendLabel(inner, label);
  }
  std::string out(bare_name ? name : std::string_view());
  if (inner.empty()) return out.empty() ? "{}" : out;
  return absl::StrFormat("%s{%s}", out, inner);
}

bool IsLegacyLabelName(std::string_view name) { return IsName(name, false); }
bool IsLegacyMetricName(std::string_view name) { return IsName(name, true); }

LabelsBuilder::LabelsBuilder(Labels base) : labels_(base.begin(), base.end()) {}

LabelsBuilder& LabelsBuilder::Set(std::string_view name,
                                  std::string_view value) {
  Remove(name);
  if (!value.empty()) {
    labels_.push_back({std::string(name), std::string(value)});
  }
  return *this;
}

LabelsBuilder& LabelsBuilder::Remove(std::string_view name) {
  std::erase_if(labels_, [&](const Label& l) { return l.name == name; });
  return *this;
}

LabelsBuilder& LabelsBuilder::Keep(const std::vector<std::string>& names) {
  std::erase_if(labels_, [&](const Label& l) {
    return std::ranges::find(names, l.name) == names.end();
  });
  return *this;
}

std::string_view LabelsBuilder::Get(std::string_view name) const {
  const auto it = std::ranges::find(labels_, name, &Label::name);
  return it == labels_.end() ? std::string_view() : std::string_view(it->value);
}

Labels LabelsBuilder::Build() const { return Labels(labels_); }

}  // namespace base
