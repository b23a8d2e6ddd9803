#include "base/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "base/number.h"
#include "re2/re2.h"

namespace base {
namespace {

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";
constexpr std::string_view kShortTags[] = {"!!binary", "!!bool",     "!!float",
                                           "!!int",    "!!merge",    "!!null",
                                           "!!str",    "!!timestamp"};

template <typename T, typename... Base>
std::optional<T> ParseWhole(std::string_view text, Base... base) {
  T value{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, base...);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

// Without its base's prefix.
std::pair<std::string_view, int> BaseOf(std::string_view digits) {
  if (digits.size() < 2 || digits[0] != '0') return {digits, 10};
  switch (digits[1]) {
    case 'x':
    case 'X':
      return {digits.substr(2), 16};
    case 'o':
    case 'O':
      return {digits.substr(2), 8};
    case 'b':
    case 'B':
      return {digits.substr(2), 2};
    default:
      return {digits.substr(1), 8};
  }
}

std::optional<double> ParseInfinityOrNan(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return std::nan("");
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text != ".inf" && text != ".Inf" && text != ".INF") return std::nullopt;
  return negative ? -kInfinity : kInfinity;
}

bool IsTimestamp(std::string_view text) {
  static const re2::RE2 form(
      R"(\d{4}-\d{1,2}-\d{1,2}(([Tt]|\s+)\d{1,2}:\d\d:\d\d(\.\d*)?)"
      R"((\s*(Z|[-+]\d{1,2}(:?\d\d)?))?)?)");
  return re2::RE2::FullMatch({text.data(), text.size()}, form);
}

}  // namespace

std::optional<std::variant<std::int64_t, double>> ParseYamlNumber(
    std::string_view text) {
  if (const auto special = ParseInfinityOrNan(text)) return *special;
  std::string plain(text);
  // A number that begins with a point has no underscores.
  if (!text.starts_with('.')) std::erase(plain, '_');
  if (text.starts_with('_')) return std::nullopt;
  const bool negative = plain.starts_with('-');
  const bool sign = negative || plain.starts_with('+');
  const std::string_view unsigned_text =
      std::string_view(plain).substr(sign ? 1 : 0);
  const auto [digits, base] = BaseOf(unsigned_text);
  if (!digits.starts_with('-')) {
    if (const auto value = ParseWhole<std::int64_t>(
            (negative ? "-" : "") + std::string(digits), base)) {
      return *value;
    }
    const auto value = ParseWhole<std::uint64_t>(digits, base);
    if (value && !sign) return static_cast<double>(*value);
  }
  static const re2::RE2 form(
      R"((\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
  if (!re2::RE2::FullMatch({unsigned_text.data(), unsigned_text.size()},
                           form)) {
    return std::nullopt;
  }
  const auto value = ParseWhole<double>(unsigned_text);
  if (!value) return std::nullopt;
  return negative ? -*value : *value;
}

std::optional<bool> ParseYamlBool(std::string_view text) {
  for (const std::string_view word : {"true", "True", "TRUE"}) {
    if (text == word) return true;
  }
  for (const std::string_view word : {"false", "False", "FALSE"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

std::optional<bool> ParseOldYamlBool(std::string_view text) {
  constexpr std::string_view kTrue[] = {"y",   "Y",  "yes", "Yes",
                                        "YES", "on", "On",  "ON"};
  constexpr std::string_view kFalse[] = {"n",  "N",   "no",  "No",
                                         "NO", "off", "Off", "OFF"};
  if (std::ranges::count(kTrue, text) > 0) return true;
  if (std::ranges::count(kFalse, text) > 0) return false;
  return ParseYamlBool(text);
}

bool IsYamlNull(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" ||
         text == "NULL";
}

std::string_view YamlTypeOf(std::string_view text) {
  if (IsYamlNull(text)) return "!!null";
  if (ParseYamlBool(text)) return "!!bool";
  const auto number = ParseYamlNumber(text);
  if (number) return number->index() == 0 ? "!!int" : "!!float";
  return IsTimestamp(text) ? "!!timestamp" : "!!str";
}

std::string_view ShortYamlTag(std::string_view tag) {
  if (!tag.starts_with(kTagPrefix)) return "";
  const std::string_view name = tag.substr(kTagPrefix.size());
  const auto* const found = std::ranges::find_if(
      kShortTags, [&](std::string_view row) { return row.substr(2) == name; });
  return found == std::end(kShortTags) ? "" : *found;
}

std::string WhyNotTagged(std::string_view short_tag, std::string_view text) {
  if (short_tag == "!!binary") {
    return DecodeYamlBinary(text)
               ? ""
               : "!!binary value contains invalid base64 data";
  }
  if (short_tag.empty() || short_tag == "!!str" || short_tag == "!!merge") {
    return "";
  }
  const std::string_view type = YamlTypeOf(text);
  if (type == short_tag || (short_tag == "!!float" && type == "!!int")) {
    return "";
  }
  return absl::StrFormat("cannot decode %s `%s` as a %s", type, text,
                         short_tag);
}

std::optional<std::string> DecodeYamlBinary(std::string_view text) {
  std::string packed(text);
  std::erase_if(packed, [](char c) { return c == '\n' || c == '\r'; });
  const bool spaced = packed.find_first_of(" \t") != std::string::npos;
  std::string bytes;
  if (spaced || packed.size() % 4 != 0 ||
      !absl::Base64Unescape(packed, &bytes)) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace base
