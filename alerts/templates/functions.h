// THE table of the functions that a template can call.

#ifndef ALERTS_TEMPLATES_FUNCTIONS_H_
#define ALERTS_TEMPLATES_FUNCTIONS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "alerts/templates/template.h"
#include "alerts/templates/value.h"

namespace alerts::text_template {

// What a parameter takes.
enum class Parameter {
  kAny,      // Go's interface {}: a missing value arrives as nil.
  kReflect,  // Go's reflect.Value: the same, of builtin functions.
  kString,
  kSamples,   // template.queryResult
  kSample,    // *template.sample
  kInt,       // int
  kTime,      // time.Time
  kDuration,  // time.Duration
};

// Go's name of the parameter's type, as messages show it.
std::string_view TypeName(Parameter parameter);

using Arguments = std::vector<Value>;
// A failure's message is Go's, without "error calling NAME: ".
using FunctionKernel = absl::StatusOr<Value> (*)(const TemplateContext& context,
                                                 const Arguments& arguments);

struct Function {
  std::string_view name;
  std::vector<Parameter> parameters;
  bool variadic = false;  // The last parameter may stand any number of times.
  FunctionKernel kernel = nullptr;
  // and, or: arguments are evaluated only until the result is known; no kernel.
  bool short_circuit = false;
  // The first release of Prometheus that has it; where that is not certain, an
  // older one.
  base::Version since = base::kAlways;
  // Of a method: Go calls none that gives more than one.
  int results = 1;
};

// All rows, sorted by name.
std::span<const Function> Functions();

// Null when there is none of this name.
const Function* FindFunction(std::string_view name);

// The method of a value of package time; null when there is none. Its first
// argument is the value.
const Function* FindMethod(const Value& receiver, std::string_view name);

// Go's fmt %s of an argument.
std::string AsText(const Value& value);

// Kernels in files of their own.
absl::StatusOr<Value> Printf(const TemplateContext& context,
                             const Arguments& arguments);
absl::StatusOr<Value> Humanize(const TemplateContext& context,
                               const Arguments& arguments);
absl::StatusOr<Value> Humanize1024(const TemplateContext& context,
                                   const Arguments& arguments);
absl::StatusOr<Value> HumanizeDuration(const TemplateContext& context,
                                       const Arguments& arguments);
absl::StatusOr<Value> HumanizePercentage(const TemplateContext& context,
                                         const Arguments& arguments);
absl::StatusOr<Value> HumanizeTimestamp(const TemplateContext& context,
                                        const Arguments& arguments);
absl::StatusOr<Value> ToTime(const TemplateContext& context,
                             const Arguments& arguments);
absl::StatusOr<Value> ToDuration(const TemplateContext& context,
                                 const Arguments& arguments);
absl::StatusOr<Value> Equal(const TemplateContext& context,
                            const Arguments& arguments);
absl::StatusOr<Value> NotEqual(const TemplateContext& context,
                               const Arguments& arguments);
absl::StatusOr<Value> Less(const TemplateContext& context,
                           const Arguments& arguments);
absl::StatusOr<Value> LessOrEqual(const TemplateContext& context,
                                  const Arguments& arguments);
absl::StatusOr<Value> Greater(const TemplateContext& context,
                              const Arguments& arguments);
absl::StatusOr<Value> GreaterOrEqual(const TemplateContext& context,
                                     const Arguments& arguments);
absl::StatusOr<Value> Index(const TemplateContext& context,
                            const Arguments& arguments);
absl::StatusOr<Value> Length(const TemplateContext& context,
                             const Arguments& arguments);
absl::StatusOr<Value> Slice(const TemplateContext& context,
                            const Arguments& arguments);
absl::StatusOr<Value> CallValue(const TemplateContext& context,
                                const Arguments& arguments);
absl::StatusOr<Value> ReplaceAll(const TemplateContext& context,
                                 const Arguments& arguments);
absl::StatusOr<Value> Match(const TemplateContext& context,
                            const Arguments& arguments);

}  // namespace alerts::text_template

#endif  // ALERTS_TEMPLATES_FUNCTIONS_H_
