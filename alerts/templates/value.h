// The values that a template computes with, as Go has and prints them.

#ifndef ALERTS_TEMPLATES_VALUE_H_
#define ALERTS_TEMPLATES_VALUE_H_

#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "alerts/templates/go_time.h"
#include "alerts/templates/template.h"
#include "base/histogram.h"

namespace alerts::text_template {

struct Value;

// What no expression gave: Go's invalid reflect.Value. Prints "<no value>".
struct Missing {
  friend bool operator==(Missing, Missing) { return true; }
};
// Text that is not to be escaped; only a name here, as rules expand to text.
struct SafeHtml {
  std::string text;
};
// A byte of a string, as index gives it.
struct Byte {
  std::uint8_t value = 0;
};
// A *time.Location: that of UTC.
struct GoLocation {};
// Of the constant 2i.
using Complex = std::complex<double>;
using LabelMap = std::map<std::string, std::string, std::less<>>;
using LabelMapPtr = std::shared_ptr<const LabelMap>;
// What args() makes.
using ValueMap = std::map<std::string, Value, std::less<>>;
using ValueMapPtr = std::shared_ptr<const ValueMap>;

// One sample of query()'s result.
struct Sample {
  LabelMapPtr labels;
  double value = 0;
  base::HistogramPtr histogram;  // Not null: it is the value.
};
using SamplePtr = std::shared_ptr<const Sample>;
using SampleList = std::shared_ptr<const std::vector<SamplePtr>>;

// The template's dot at the beginning.
struct Root {
  LabelMapPtr labels;
  LabelMapPtr external_labels;
  std::string external_url;
  double value = 0;
  base::HistogramPtr histogram;  // Not null: it is the value.
};
using RootPtr = std::shared_ptr<const Root>;

struct Value {
  std::variant<Missing, bool, std::int64_t, double, Complex, std::string,
               SafeHtml, Byte, GoTime, GoDuration, GoMonth, GoWeekday,
               GoLocation, base::HistogramPtr, LabelMapPtr, ValueMapPtr,
               SamplePtr, SampleList, RootPtr>
      value;
  // It was taken out of something of the type interface {}, by which messages
  // call it until it has gone through a pipe.
  bool boxed = false;

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&value);
  }
  bool missing() const { return As<Missing>() != nullptr; }
};

// Go's name of the type, as messages show it: "map[string]string".
std::string TypeName(const Value& value);

// What if and with ask.
bool IsTrue(const Value& value);

// Go's fmt %v of it, or of what it points to.
std::string ToString(const Value& value);

// Go's fmt %v of a function's argument: a pointer to a struct is "&{...}".
std::string ToArgumentString(const Value& value);

// Go's fmt.Sprint: a space between two operands neither of which is a string.
std::string Print(const std::vector<Value>& values);
// The same of what pointers point to.
std::string PrintPointedTo(const std::vector<Value>& values);

// Go's strconv.FormatFloat with 'g' and the shortest digits that read back as
// the same number, as %v prints it: 1e+06, 0.1, +Inf, NaN.
std::string FormatFloat(double value);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_VALUE_H_
