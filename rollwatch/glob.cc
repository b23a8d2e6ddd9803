#include "rollwatch/glob.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "base/utf8.h"

namespace rollwatch {
namespace {

constexpr std::string_view kMeta = "*?[\\";

absl::Status BadPattern() {
  return absl::InvalidArgumentError("syntax error in pattern");
}

// One byte of the pattern, or what stands for one character.
struct Item {
  enum class Kind { kByte, kAny, kClass };
  Kind kind = Kind::kByte;
  char byte = 0;
  bool negated = false;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;

  // How much of the name it takes; 0 when it does not match.
  std::size_t Take(std::string_view name) const {
    if (name.empty()) return 0;
    if (kind == Kind::kByte) return name[0] == byte ? 1 : 0;
    std::uint32_t rune = 0xFFFD;
    const std::size_t length =
        std::max<std::size_t>(base::DecodeUtf8(name, &rune), 1);
    if (kind == Kind::kAny) return name[0] == '/' ? 0 : length;
    const bool in = std::ranges::any_of(ranges, [rune](const auto& range) {
      return range.first <= rune && rune <= range.second;
    });
    return in != negated ? length : 0;
  }
};

// Items and, between them, stars: "a*b" is {a}, {b}. Go looks at a chunk only
// when it comes to it, so that a mistake behind it is none.
struct Chunk {
  std::vector<Item> items;
  bool bad = false;  // It cannot be read to its end; it is the last.

  // What it leaves of the name; nothing when it does not match.
  std::optional<std::string_view> RestOf(std::string_view name) const {
    for (const Item& item : items) {
      const std::size_t taken = item.Take(name);
      if (taken == 0) return std::nullopt;
      name.remove_prefix(taken);
    }
    return name;
  }
};

struct Pattern {
  bool star_first = false;
  std::vector<Chunk> chunks;
  bool star_last = false;
};

// A character of a class; nothing when there is none.
std::optional<std::uint32_t> TakeFromClass(std::string_view& text) {
  if (text.empty() || text[0] == '-' || text[0] == ']') return std::nullopt;
  if (text[0] == '\\') text.remove_prefix(1);
  std::uint32_t rune = 0;
  const std::size_t length = base::DecodeUtf8(text, &rune);
  text.remove_prefix(length);
  // It must be closed.
  if (length == 0 || text.empty()) return std::nullopt;
  return rune;
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

// Nothing for what is none.
std::optional<Item> TakeItem(std::string_view& text) {
  Item item;
  item.byte = text[0];
  text.remove_prefix(1);
  if (item.byte == '[') return TakeClass(text);
  if (item.byte == '?') item.kind = Item::Kind::kAny;
  if (item.byte != '\\') return item;
  if (text.empty()) return std::nullopt;
  item.byte = text[0];
  text.remove_prefix(1);
  return item;
}

Pattern Compile(std::string_view text) {
  Pattern pattern;
  bool fresh = true;  // The next item begins a chunk.
  while (!text.empty()) {
    if (text[0] == '*') {
      text.remove_prefix(1);
      if (pattern.chunks.empty()) pattern.star_first = true;
      pattern.star_last = text.find_first_not_of('*') == text.npos;
      fresh = true;
      continue;
    }
    if (fresh) pattern.chunks.emplace_back();
    fresh = false;
    std::optional<Item> item = TakeItem(text);
    if (!item) {
      pattern.chunks.back().bad = true;
      return pattern;
    }
    pattern.chunks.back().items.push_back(*std::move(item));
  }
  return pattern;
}

// Each chunk at its first place: a star before it takes what lies between.
absl::StatusOr<bool> Matches(const Pattern& pattern, std::string_view name) {
  for (std::size_t i = 0; i < pattern.chunks.size(); ++i) {
    const Chunk& chunk = pattern.chunks[i];
    if (chunk.bad) return BadPattern();
    const bool star = i > 0 || pattern.star_first;
    const bool last = i + 1 == pattern.chunks.size() && !pattern.star_last;
    for (;; name.remove_prefix(1)) {
      const auto rest = chunk.RestOf(name);
      if (rest && (!last || rest->empty())) {
        name = *rest;
        break;
      }
      if (!star || name.empty() || name[0] == '/') return false;
    }
  }
  return name.empty() || (pattern.star_last && name.find('/') == name.npos);
}

// The entries of `folder` that match, in order, with the folder before them.
absl::Status AppendEntries(const std::string& folder, const Pattern& pattern,
                           std::vector<std::string>& paths) {
  std::error_code error;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entries(folder.empty() ? "." : folder,
                                              error);
  for (; !error && entries != std::filesystem::directory_iterator();
       entries.increment(error)) {
    std::string name = entries->path().filename().string();
    const auto matches = Matches(pattern, name);
    if (!matches.ok()) return matches.status();
    if (*matches) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  for (const std::string& name : names) {
    paths.push_back((std::filesystem::path(folder) / name).string());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> GlobMatches(std::string_view pattern,
                                 std::string_view name) {
  return Matches(Compile(pattern), name);
}

absl::StatusOr<std::vector<std::string>> Glob(const std::string& pattern) {
  const auto readable = GlobMatches(pattern, "");
  if (!readable.ok()) return readable.status();
  std::vector<std::string> paths;
  const std::filesystem::path path(pattern);
  if (pattern.find_first_of(kMeta) == pattern.npos) {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(path, error);
    if (std::filesystem::exists(status)) paths.push_back(pattern);
    return paths;
  }
  const Pattern compiled = Compile(path.filename().string());
  const std::string parent = path.parent_path().string();
  std::vector<std::string> folders = {parent};
  if (parent.find_first_of(kMeta) != parent.npos) {
    auto found = Glob(parent);
    if (!found.ok()) return found.status();
    folders = *std::move(found);
  }
  for (const std::string& folder : folders) {
    const absl::Status read = AppendEntries(folder, compiled, paths);
    if (!read.ok()) return read;
  }
  return paths;
}

}  // namespace rollwatch
