// UTF-16, which YAML files may be written in.

#ifndef BASE_UTF16_H_
#define BASE_UTF16_H_

#include <string>

namespace base {

// The text in UTF-8 when it begins with UTF-16's byte order mark, without the
// mark; else as it is. A surrogate without its pair and half a character are
// no UTF-8 in the result either.
std::string Utf8FromUtf16(std::string text);

}  // namespace base

#endif  // BASE_UTF16_H_
