#include "tests/rollwatch/mutants.h"

#include <array>
#include <cctype>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

namespace rollwatch {
namespace {

using Swap = std::pair<std::string_view, std::string_view>;

// Each side may become the other.
constexpr Swap kSwaps[] = {{" > ", " < "},
                           {" == ", " != "},
                           {" >= ", " <= "},
                           {" / ", " * "},
                           {" + ", " - "},
                           {" or ", " and "},
                           {" and ", " unless "},
                           {" by ", " without "},
                           {" on ", " ignoring "},
                           {"sum", "max"},
                           {"rate", "increase"},
                           {"count", "avg"},
                           {"=~", "!~"},
                           {"=\"", "!=\""},
                           {"m]", "s]"},
                           {"for: ", "keep_firing_for: "},
                           {"group_left", "group_right"},
                           {"exp_alerts", "exp_samples"},
                           {"stale", "_"},
                           {"NaN", "Inf"},
                           {"if", "with"},
                           {"record: ", "alert: "},
                           {"humanizePercentage", "humanizeDuration"},
                           {"offset", "@"},
                           {"-", "+"},
                           {"{{", "{{-"},
                           {"'", "\""},
                           {"$labels", ".Labels"},
                           {"\"", ""},
                           {"name", "nome"},
                           {"value", "values"},
                           {"| ", "> "},
                           {" _", " stale"},
                           {"_x", "x"},
                           {"x1", "+1x1"}};

struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Piece> Lines(std::string_view text) {
  std::vector<Piece> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1);
    lines.push_back({begin, end + 1});
    begin = end + 1;
  }
  return lines;
}

// Runs of what `belongs` accepts.
std::vector<Piece> Runs(std::string_view text, int (*belongs)(int)) {
  std::vector<Piece> runs;
  for (std::size_t i = 0; i < text.size();) {
    if (belongs(static_cast<unsigned char>(text[i])) == 0) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() &&
           belongs(static_cast<unsigned char>(text[end])) != 0) {
      ++end;
    }
    runs.push_back({i, end});
    i = end;
  }
  return runs;
}

std::string Replace(std::string_view text, const Piece& piece,
                    std::string_view by) {
  return std::string(text.substr(0, piece.begin)) + std::string(by) +
         std::string(text.substr(piece.end));
}

Piece Pick(const std::vector<Piece>& pieces, Numbers& numbers) {
  return pieces[numbers.Below(pieces.size())];
}

Mutant ChangeLine(std::string_view text, Numbers& numbers) {
  const std::vector<Piece> lines = Lines(text);
  const std::size_t i = numbers.Below(lines.size());
  const std::string_view line =
      text.substr(lines[i].begin, lines[i].end - lines[i].begin);
  const std::string at = absl::StrFormat(" line %d", i + 1);
  switch (numbers.Below(5)) {
    case 0:
      return {"without" + at, Replace(text, lines[i], "")};
    case 1:
      return {"twice" + at, Replace(text, {lines[i].end, lines[i].end}, line)};
    case 2:
      return {"indented" + at,
              Replace(text, {lines[i].begin, lines[i].begin}, "  ")};
    case 3:
      if (line.starts_with("  ")) {
        return {"outdented" + at,
                Replace(text, {lines[i].begin, lines[i].begin + 2}, "")};
      }
      [[fallthrough]];
    default:
      return {"commented" + at,
              Replace(text, {lines[i].begin, lines[i].begin}, "# ")};
  }
}

Mutant ChangeNumber(std::string_view text, Numbers& numbers) {
  const auto runs = Runs(text, std::isdigit);
  if (runs.empty()) return ChangeLine(text, numbers);
  const Piece run = Pick(runs, numbers);
  static constexpr std::string_view kNumbers[] = {"0", "1",  "2",  "3",   "5",
                                                  "7", "12", "30", "0.5", ""};
  const std::string_view by = kNumbers[numbers.Below(std::size(kNumbers))];
  return {
      absl::StrFormat("%s for %s at %d", by,
                      text.substr(run.begin, run.end - run.begin), run.begin),
      Replace(text, run, by)};
}

Mutant ChangeWord(std::string_view text, Numbers& numbers) {
  const Piece run = Pick(Runs(text, std::isalpha), numbers);
  const std::string word(text.substr(run.begin, run.end - run.begin));
  static constexpr std::string_view kWords[] = {
      "up", "x", "1m", "null", "job", "true", "{}", "[]", "nan"};
  const std::string by =
      numbers.Below(2) == 0
          ? word + "s"
          : std::string(kWords[numbers.Below(std::size(kWords))]);
  return {absl::StrFormat("%s for %s at %d", by, word, run.begin),
          Replace(text, run, by)};
}

Mutant SwapPiece(std::string_view text, Numbers& numbers) {
  // From a place at random on, the first that can be swapped.
  const std::size_t from = numbers.Below(text.size());
  const std::size_t first = numbers.Below(std::size(kSwaps));
  for (std::size_t k = 0; k < std::size(kSwaps); ++k) {
    auto [a, b] = kSwaps[(first + k) % std::size(kSwaps)];
    for (int side = 0; side < 2; ++side, std::swap(a, b)) {
      if (a.empty()) continue;
      const std::size_t at = text.find(a, from);
      if (at == text.npos) continue;
      return {absl::StrFormat("%s for %s at %d", b, a, at),
              Replace(text, {at, at + a.size()}, b)};
    }
  }
  return ChangeLine(text, numbers);
}

Mutant ChangeCharacter(std::string_view text, Numbers& numbers) {
  static constexpr std::string_view kCharacters = "{}[]():,'\"#-|> 0x_=~!+%";
  const std::size_t at = numbers.Below(text.size());
  const char c = kCharacters[numbers.Below(kCharacters.size())];
  const std::size_t removed = numbers.Below(2);
  const std::string by =
      removed == 1 && numbers.Below(2) == 0 ? "" : std::string(1, c);
  return {absl::StrFormat("'%s' for %d at %d", by, removed, at),
          Replace(text, {at, at + removed}, by)};
}

}  // namespace

std::size_t Numbers::Below(std::size_t below) {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return (z ^ (z >> 31)) % below;
}

Mutant Mutate(std::string_view text, Numbers& numbers) {
  using Change = Mutant (*)(std::string_view, Numbers&);
  static constexpr Change kChanges[] = {
      ChangeLine, ChangeNumber, ChangeNumber, ChangeWord,
      SwapPiece,  SwapPiece,    SwapPiece,    ChangeCharacter};
  return kChanges[numbers.Below(std::size(kChanges))](text, numbers);
}

}  // namespace rollwatch
