// Text inside XML.

#ifndef ROLLWATCH_REPORTS_XML_H_
#define ROLLWATCH_REPORTS_XML_H_

#include <string>
#include <string_view>

namespace rollwatch {

// For an element's content or an attribute in double quotes. A character that
// XML 1.0 does not have, escaped or not, becomes U+FFFD, as do bytes that are
// no UTF-8.
std::string EscapeXml(std::string_view text);

}  // namespace rollwatch

#endif  // ROLLWATCH_REPORTS_XML_H_
