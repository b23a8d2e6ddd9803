// What Go's yaml library takes scalars for.

#ifndef BASE_YAML_SCALAR_H_
#define BASE_YAML_SCALAR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace base {

// A plain scalar that is a number: 5, 1_000, 0x1F, 0o17, 017 (octal), 0b11;
// 1.5, 1e3, .inf, .nan. A whole number beyond 64 bits is a double.
std::optional<std::variant<std::int64_t, double>> ParseYamlNumber(
    std::string_view text);

// true, True, TRUE, false, False, FALSE.
std::optional<bool> ParseYamlBool(std::string_view text);
// The same, and YAML 1.1's y, yes, on, n, no, off.
std::optional<bool> ParseOldYamlBool(std::string_view text);

// "", ~, null, Null, NULL.
bool IsYamlNull(std::string_view text);

// The short tag of what a scalar without quotes and tag is: "!!int", "!!str".
// Valid forever.
std::string_view YamlTypeOf(std::string_view text);

// The short form of a tag that says what type a scalar is ("!!int"), or of
// !!merge; "" of any other. Valid forever.
std::string_view ShortYamlTag(std::string_view tag);

// Why a scalar with that short tag cannot be what the tag says; "" when it can.
std::string WhyNotTagged(std::string_view short_tag, std::string_view text);

// The bytes that a !!binary scalar stands for; nothing when it is no base64.
std::optional<std::string> DecodeYamlBinary(std::string_view text);

}  // namespace base

#endif  // BASE_YAML_SCALAR_H_
