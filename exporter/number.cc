#include "exporter/number.h"

#include <charconv>
#include <cmath>

namespace exporter {

std::string FormatNumber(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return std::string(text, end);
}

std::string FormatFloat(double value) {
  std::string text = FormatNumber(value);
  // Neither a fraction, nor an exponent, nor a word.
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  return text;
}

}  // namespace exporter
