#include "rollwatch/reports/finding.h"

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include "absl/strings/str_format.h"
#include "re2/re2.h"

namespace rollwatch {
namespace {

// FNV-1a, 64 bits.
std::uint64_t Hash(std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::string_view part : parts) {
    for (const char c : part) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    hash = (hash ^ 0xFF) * 0x100000001b3;
  }
  return hash;
}

// Messages name other places as "14:13" and a rule by its number; both move.
std::string WithoutPlaces(std::string message) {
  static const RE2 kPlace(R"(\b\d+:\d+\b)");
  static const RE2 kNumber(R"(\brule \d+,)");
  RE2::GlobalReplace(&message, kPlace, "");
  RE2::GlobalReplace(&message, kNumber, "");
  return message;
}

}  // namespace

void SetFingerprints(std::vector<ReportedFinding>& findings) {
  std::unordered_map<std::uint64_t, int> seen;
  for (ReportedFinding& finding : findings) {
    const std::string path = RelativePath(finding.source->name());
    const std::string message = WithoutPlaces(finding.diagnostic.message);
    std::uint64_t hash = Hash(
        {finding.diagnostic.code, path, finding.group, finding.rule, message});
    // The same once more in the same rule: counted.
    if (const int count = seen[hash]++; count > 0) {
      hash = Hash({absl::StrFormat("%016x", hash), std::to_string(count)});
    }
    finding.fingerprint = absl::StrFormat("%016x", hash);
  }
}

std::string RelativePath(const std::string& path) {
  std::error_code error;
  std::filesystem::path normal = std::filesystem::path(path).lexically_normal();
  if (normal.is_absolute()) {
    const auto here = std::filesystem::current_path(error);
    const std::filesystem::path below = normal.lexically_relative(here);
    if (!error && !below.empty() && *below.begin() != "..") normal = below;
  }
  return normal.string();
}

CharacterPosition CharacterAt(const base::Source& source, std::size_t offset) {
  const base::Position at = source.PositionAt(offset);
  const std::string_view before = source.Line(at.line).substr(0, at.column - 1);
  CharacterPosition position{at.line, 1};
  for (const char c : before) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++position.column;
  }
  return position;
}

}  // namespace rollwatch
