// Upper and lower case of UTF-8, as Go's strings package has them: Unicode's
// simple mappings, a character for a character, whatever the language.

#ifndef BASE_UNICODE_CASE_H_
#define BASE_UNICODE_CASE_H_

#include <string>
#include <string_view>

namespace base {

// Bytes that are no UTF-8 become U+FFFD.
std::string ToUpper(std::string_view text);
std::string ToLower(std::string_view text);

// The first character of each word in title case, the others as they are
// (strings.Title): a word begins behind anything but letters, digits and "_",
// beyond ASCII behind spaces only.
std::string ToTitle(std::string_view text);

}  // namespace base

#endif  // BASE_UNICODE_CASE_H_
