// Which characters Go's strconv.Quote writes as they are.

#ifndef BASE_PRINTABLE_H_
#define BASE_PRINTABLE_H_

#include <string_view>

namespace base {

// Whether `character`, one of UTF-8, is a letter, mark, number, punctuation or
// symbol of Unicode, or the space of ASCII (strconv.IsPrint).
bool IsPrintable(std::string_view character);

}  // namespace base

#endif  // BASE_PRINTABLE_H_
