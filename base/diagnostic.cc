#include "base/diagnostic.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace base {
namespace {

// Optimal string alignment distance.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(
      a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
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
                      reset, diagnostic.message, diagnostic.code);
  absl::StrAppendFormat(&out, "%5d | %s\n", begin.line, line);

  std::string padding(line.substr(0, std::min(begin.column - 1, line.size())));
  for (char& c : padding) {
    if (c != '\t') c = ' ';
  }
  const std::size_t length = diagnostic.span.end > diagnostic.span.begin
                                 ? diagnostic.span.end - diagnostic.span.begin
                                 : 1;
  const std::size_t room =
      line.size() > padding.size() ? line.size() - padding.size() : 1;
  std::string mark = "^";
  mark.append(std::min(length, room) - 1, '~');
  absl::StrAppendFormat(&out, "      | %s%s%s%s\n", padding, accent, mark,
                        reset);
  if (!diagnostic.help.empty()) {
    absl::StrAppendFormat(&out, "      = help: %s\n", diagnostic.help);
  }
  return out;
}

std::string_view Nearest(std::string_view word,
                         const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t best_distance = 3;
  const std::string lower = Lower(word);
  const std::uint64_t characters = Characters(word);
  for (const std::string_view candidate : candidates) {
    // Far apart in length is far apart in edits; and it bounds the work on
    // hostile names.
    if (candidate.size() > word.size() + 2 ||
        word.size() > candidate.size() + 2) {
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
