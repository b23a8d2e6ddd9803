// What becomes of a template for the alert on up{a="1", b="2"} 3.

#ifndef TESTS_ALERTS_TEMPLATES_EXPAND_FOR_UP_H_
#define TESTS_ALERTS_TEMPLATES_EXPAND_FOR_UP_H_

#include <string>
#include <string_view>

namespace alerts {

struct ExpandCase {
  const char* name;
  const char* text;
  // The output; "ERROR 1:115: ..." stands for an error at that place.
  const char* want;
};

// The text, or why the template is none. The external URL is http://x/y, there
// is an external label ext="E", it is 1.5 s after 1970, and a query knows `up`.
std::string ExpandForUp(std::string_view text);

// The output that a row wants, in full.
std::string WantedText(std::string_view want);

}  // namespace alerts

#endif  // TESTS_ALERTS_TEMPLATES_EXPAND_FOR_UP_H_
