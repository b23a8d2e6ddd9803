// Where the characters of a decoded scalar stand in a YAML text, which libyaml
// does not tell.

#ifndef BASE_YAML_TEXT_H_
#define BASE_YAML_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace base {

struct ScalarPlaces {
  Span span;
  // For each byte of the value and for its end, the place in the text; none
  // when the value stands in the text as it is, from `begin` on.
  std::vector<std::size_t> offsets;
  std::size_t begin = 0;
  bool plain = false;  // Neither quotes nor "|" nor ">" nor a tag.
};

// Finds the bytes of the decoded scalar `value` in `text`, where its node (its
// anchor or tag, when it has one) begins at `begin`. Linear.
ScalarPlaces LocateScalar(std::string_view text, std::size_t begin,
                          std::string_view value);

// Where the node's own text begins behind its anchor and tag.
std::size_t SkipProperties(std::string_view text, std::size_t begin);

}  // namespace base

#endif  // BASE_YAML_TEXT_H_
