// What evaluates a function. Thin until the evaluator lands beside it.

#ifndef PROMQL_FUNCTIONS_KERNEL_H_
#define PROMQL_FUNCTIONS_KERNEL_H_

#include <variant>

namespace promql {

// Empty: the function is not evaluated yet.
using Kernel = std::variant<std::monostate>;

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_KERNEL_H_
