#include "base/source.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace base {

Source::Source(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)), line_starts_{0} {
  for (std::size_t at = text_.find('\n'); at != std::string::npos;
       at = text_.find('\n', at + 1)) {
    line_starts_.push_back(at + 1);
  }
}

Position Source::PositionAt(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<std::size_t>(next - line_starts_.begin());
  return {line, offset - line_starts_[line - 1] + 1};
}

std::string_view Source::Line(std::size_t line) const {
  if (line == 0 || line > line_starts_.size()) return {};
  const std::size_t begin = line_starts_[line - 1];
  std::size_t end =
      line < line_starts_.size() ? line_starts_[line] - 1 : text_.size();
  if (end > begin && text_[end - 1] == '\r') --end;
  return text().substr(begin, end - begin);
}

Excerpt::Excerpt(std::string text, const std::vector<std::size_t>& offsets)
    : text_(std::move(text)) {
  assert(offsets.size() == text_.size() + 1);
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    if (i == 0 || offsets[i] != offsets[i - 1] + 1) {
      runs_.push_back({i, offsets[i]});
    }
  }
}

Excerpt Excerpt::Verbatim(std::string text, std::size_t begin) {
  Excerpt excerpt;
  excerpt.text_ = std::move(text);
  excerpt.runs_ = {{0, begin}};
  return excerpt;
}

Excerpt Excerpt::Within(const Excerpt& outer) && {
  if (outer.runs_.size() == 1) {
    for (Run& run : runs_) run.outer += outer.runs_.front().outer;
    return std::move(*this);
  }
  std::vector<std::size_t> offsets(text_.size() + 1);
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    const std::size_t at = OuterOffset(i);
    offsets[i] = outer.Outer({at, at}).begin;
  }
  return Excerpt(std::move(text_), offsets);
}

std::size_t Excerpt::OuterOffset(std::size_t at) const {
  auto run = runs_.begin();
  if (runs_.size() > 1) {
    run = std::ranges::upper_bound(runs_, at, {}, &Run::begin) - 1;
  }
  return run->outer + (at - run->begin);
}

Span Excerpt::Outer(Span span) const {
  if (runs_.empty()) return {};
  const std::size_t last = text_.size();
  const std::size_t begin = OuterOffset(std::min(span.begin, last));
  if (span.end <= span.begin) return {begin, begin};
  // The end of the last byte, not the begin of the one behind it: folded
  // lines skip indentation between the two.
  return {begin,
          std::max(begin, OuterOffset(std::min(span.end, last + 1) - 1) + 1)};
}

}  // namespace base
