#include "base/diagnostic.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace base {
namespace {

// "Did you mean" goes no further.
constexpr std::size_t kFarthest = 2;

// Optimal string alignment distance, or some number above kFarthest when it is
// above that: two rows without a near value end it.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> rows(3 * width);
  std::size_t* before = rows.data();
  std::size_t* previous = before + width;
  std::size_t* row = previous + width;
  for (std::size_t j = 0; j < width; ++j) previous[j] = j;
  std::size_t previous_least = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j < width; ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] =
          std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + cost});
      // A transposition reaches back over one row.
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > kFarthest && previous_least > kFarthest) return least;
    previous_least = least;
    std::swap(before, previous);
    std::swap(previous, row);
  }
  return previous[b.size()];
}

// Which characters stand in a word, case aside: a bit each, or shared.
std::uint64_t Characters(std::string_view word) {
  std::uint64_t set = 0;
  for (const char c : word) {
    set |= std::uint64_t{1} << (static_cast<unsigned char>(c) & 31U)
                            << (c >= '0' && c <= ':' ? 32 : 0);
  }
  return set;
}

std::string Lower(std::string_view word) {
  std::string lower(word);
  absl::AsciiStrToLower(&lower);
  return lower;
}

std::string_view SeverityColour(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "\033[1;36m";
    case Severity::kWarning:
      return "\033[1;33m";
    case Severity::kError:
      return "\033[1;31m";
  }
  return "";
}

bool ContinuesCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// A file may not steer the terminal that shows it.
std::string Printable(std::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  for (const char c : text) {
    const bool control =
        (c >= 0 && c < ' ' && c != '\t' && c != '\n') || c == '\x7f';
    if (control) {
      printable += "\uFFFD";
    } else {
      printable += c;
    }
  }
  return printable;
}

// The part of a line that is shown: all of most, but of a file in one long
// line what stands around [begin, end).
struct Shown {
  std::string_view before;  // As far as it is shown.
  std::string_view marked;
  std::string_view after;
  bool cut_before = false;
  bool cut_after = false;
};

Shown Window(std::string_view line, std::size_t begin, std::size_t end) {
  constexpr std::size_t kLongest = 1000;
  constexpr std::size_t kAround = 80;
  begin = std::min(begin, line.size());
  end = std::clamp(end, begin, line.size());
  if (line.size() <= kLongest) {
    return {line.substr(0, begin), line.substr(begin, end - begin),
            line.substr(end)};
  }
  const auto boundary = [&](std::size_t at) {
    while (at < line.size() && ContinuesCharacter(line[at])) ++at;
    return at;
  };
  const std::size_t first =
      begin <= kAround ? 0 : std::min(boundary(begin - kAround), begin);
  const std::size_t marked_end =
      end - begin <= kLongest ? end : boundary(begin + kLongest);
  const std::size_t last =
      boundary(std::min(marked_end + kAround, line.size()));
  return {line.substr(first, begin - first),
          line.substr(begin, marked_end - begin),
          line.substr(marked_end, last - marked_end), first > 0,
          last < line.size()};
}

std::size_t CharacterCount(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return !ContinuesCharacter(c); }));
}

}  // namespace

std::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "";
}

void Diagnostics::Report(Severity severity, std::string_view code, Span span,
                         std::string message, std::string help) {
  if (severity == Severity::kError) ++errors_;
  all_.push_back(
      {severity, std::string(code), span, std::move(message), std::move(help)});
}

void Diagnostics::Append(Diagnostics more) {
  errors_ += more.errors_;
  if (all_.empty()) {
    all_ = std::move(more.all_);
    return;
  }
  std::ranges::move(more.all_, std::back_inserter(all_));
}

const Diagnostic& Diagnostics::first_error() const {
  assert(!ok());
  return *std::ranges::find(all_, Severity::kError, &Diagnostic::severity);
}

std::string Render(const Source& source, const Diagnostic& diagnostic,
                   bool colour) {
  const Position begin = source.PositionAt(diagnostic.span.begin);
  const std::string_view line = source.Line(begin.line);
  const std::string_view reset = colour ? "\033[0m" : "";
  const std::string_view accent =
      colour ? SeverityColour(diagnostic.severity) : "";

  std::string out =
      absl::StrFormat("%s:%d:%d: %s%s:%s %s [%s]\n", source.name(), begin.line,
                      begin.column, accent, SeverityName(diagnostic.severity),
                      reset, Printable(diagnostic.message), diagnostic.code);
  const std::size_t length = diagnostic.span.end > diagnostic.span.begin
                                 ? diagnostic.span.end - diagnostic.span.begin
                                 : 1;
  const Shown shown = Window(line, begin.column - 1, begin.column - 1 + length);
  absl::StrAppendFormat(&out, "%5d | %s%s%s%s%s\n", begin.line,
                        shown.cut_before ? "..." : "", Printable(shown.before),
                        Printable(shown.marked), Printable(shown.after),
                        shown.cut_after ? "..." : "");

  // A character is taken to be as wide as a space.
  std::string padding(shown.cut_before ? 3 : 0, ' ');
  for (const char c : shown.before) {
    if (!ContinuesCharacter(c)) padding += c == '\t' ? '\t' : ' ';
  }
  std::string mark = "^";
  mark.append(std::max<std::size_t>(CharacterCount(shown.marked), 1) - 1, '~');
  absl::StrAppendFormat(&out, "      | %s%s%s%s\n", padding, accent, mark,
                        reset);
  if (!diagnostic.help.empty()) {
    absl::StrAppendFormat(&out, "      = help: %s\n",
                          Printable(diagnostic.help));
  }
  return out;
}

std::string_view Nearest(std::string_view word,
                         const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t best_distance = kFarthest + 1;
  const std::string lower = Lower(word);
  const std::uint64_t characters = Characters(word);
  for (const std::string_view candidate : candidates) {
    // Far apart in length is far apart in edits; and it bounds the work on
    // hostile names.
    if (candidate.size() > word.size() + kFarthest ||
        word.size() > candidate.size() + kFarthest) {
      continue;
    }
    // An edit brings at most one character that was not there.
    if (std::popcount(Characters(candidate) & ~characters) > 2) continue;
    const std::size_t distance = EditDistance(lower, Lower(candidate));
    if (distance < best_distance && 2 * distance < word.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace base
