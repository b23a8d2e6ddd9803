// What templates reach inside of values: fields, elements, numbers to count.

#ifndef ALERTS_TEMPLATES_MEMBERS_H_
#define ALERTS_TEMPLATES_MEMBERS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "alerts/templates/value.h"

namespace alerts::text_template {

// The field of a struct, or of what a pointer points to; nothing when it has
// none of this name.
std::optional<Value> FieldOf(const Value& receiver, std::string_view field);

// The element of a map, by option missingkey=zero: "" of one of strings, and
// nil of one of anything, that does not have it. Nothing for what is no map.
std::optional<Value> ElementOf(const Value& map, std::string_view key);

// How often {{range}} goes over a whole number; nothing for what is none.
std::optional<std::int64_t> CountOf(const Value& value);

// The number, of the type that `like` has.
Value NumberLike(const Value& like, std::int64_t number);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_MEMBERS_H_
