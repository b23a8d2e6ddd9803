#include "rollwatch/glob.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/status/status.h"

namespace rollwatch {
namespace {

constexpr std::string_view kMeta = "*?[\\";

absl::Status BadPattern() {
  return absl::InvalidArgumentError("syntax error in pattern");
}

// One character of the pattern, or one class.
struct Item {
  enum class Kind { kCharacter, kAny, kClass };
  Kind kind = Kind::kCharacter;
  char character = 0;
  bool negated = false;
  std::vector<std::pair<char, char>> ranges;

  bool Matches(char c) const {
    if (kind == Kind::kCharacter) return c == character;
    if (kind == Kind::kAny) return c != '/';
    const bool in = std::ranges::any_of(ranges, [c](const auto& range) {
      return range.first <= c && c <= range.second;
    });
    return in != negated;
  }
};

// Items and, between them, stars: "a*b" is {a}, {b}.
struct Pattern {
  bool star_first = false;
  std::vector<std::vector<Item>> chunks;
  bool star_last = false;
};

// A character of a class; nothing when there is none.
std::optional<char> TakeFromClass(std::string_view& text) {
  if (text.empty() || text[0] == '-' || text[0] == ']') return std::nullopt;
  if (text[0] == '\\') text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  const char c = text[0];
  text.remove_prefix(1);
  if (text.empty()) return std::nullopt;  // It must be closed.
  return c;
}

// Behind the '['.
std::optional<Item> TakeClass(std::string_view& text) {
  Item item;
  item.kind = Item::Kind::kClass;
  item.negated = text.starts_with('^');
  if (item.negated) text.remove_prefix(1);
  while (item.ranges.empty() || !text.starts_with(']')) {
    const auto low = TakeFromClass(text);
    if (!low) return std::nullopt;
    auto high = low;
    if (text.starts_with('-')) {
      text.remove_prefix(1);
      high = TakeFromClass(text);
      if (!high) return std::nullopt;
    }
    item.ranges.emplace_back(*low, *high);
  }
  text.remove_prefix(1);
  return item;
}

std::optional<Pattern> Compile(std::string_view text) {
  Pattern pattern;
  bool fresh = true;  // The next item begins a chunk.
  while (!text.empty()) {
    const char c = text[0];
    text.remove_prefix(1);
    if (c == '*') {
      if (pattern.chunks.empty()) pattern.star_first = true;
      pattern.star_last = text.find_first_not_of('*') == text.npos;
      fresh = true;
      continue;
    }
    std::optional<Item> item = Item{};
    if (c == '[') {
      item = TakeClass(text);
    } else if (c == '?') {
      item->kind = Item::Kind::kAny;
    } else if (c == '\\') {
      if (text.empty()) return std::nullopt;
      item->character = text[0];
      text.remove_prefix(1);
    } else {
      item->character = c;
    }
    if (!item) return std::nullopt;
    if (fresh) pattern.chunks.emplace_back();
    fresh = false;
    pattern.chunks.back().push_back(*std::move(item));
  }
  return pattern;
}

bool ChunkMatches(const std::vector<Item>& chunk, std::string_view name) {
  if (name.size() < chunk.size()) return false;
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    if (!chunk[i].Matches(name[i])) return false;
  }
  return true;
}

// Each chunk at its first place: a star before it takes what lies between.
bool Matches(const Pattern& pattern, std::string_view name) {
  for (std::size_t i = 0; i < pattern.chunks.size(); ++i) {
    const std::vector<Item>& chunk = pattern.chunks[i];
    const bool star = i > 0 || pattern.star_first;
    const bool last = i + 1 == pattern.chunks.size() && !pattern.star_last;
    for (;; name.remove_prefix(1)) {
      if (ChunkMatches(chunk, name) && (!last || name.size() == chunk.size())) {
        break;
      }
      if (!star || name.empty() || name[0] == '/') return false;
    }
    name.remove_prefix(chunk.size());
  }
  return name.empty() || (pattern.star_last && name.find('/') == name.npos);
}

// The entries of `folder` that match, in order, with the folder before them.
void AppendEntries(const std::string& folder, const Pattern& pattern,
                   std::vector<std::string>& paths) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entries(folder.empty() ? "." : folder,
                                              error);
  for (; !error && entries != std::filesystem::directory_iterator();
       entries.increment(error)) {
    std::string name = entries->path().filename().string();
    if (Matches(pattern, name)) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  for (const std::string& name : names) {
    paths.push_back((std::filesystem::path(folder) / name).string());
  }
}

}  // namespace

absl::StatusOr<bool> GlobMatches(std::string_view pattern,
                                 std::string_view name) {
  const auto compiled = Compile(pattern);
  if (!compiled) return BadPattern();
  return Matches(*compiled, name);
}

absl::StatusOr<std::vector<std::string>> Glob(const std::string& pattern) {
  std::vector<std::string> paths;
  const std::filesystem::path path(pattern);
  if (pattern.find_first_of(kMeta) == pattern.npos) {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(path, error);
    if (std::filesystem::exists(status)) paths.push_back(pattern);
    return paths;
  }
  const auto compiled = Compile(path.filename().string());
  if (!compiled) return BadPattern();
  const std::string parent = path.parent_path().string();
  std::vector<std::string> folders = {parent};
  if (parent.find_first_of(kMeta) != parent.npos) {
    auto found = Glob(parent);
    if (!found.ok()) return found.status();
    folders = *std::move(found);
  }
  for (const std::string& folder : folders) {
    AppendEntries(folder, *compiled, paths);
  }
  return paths;
}

}  // namespace rollwatch
