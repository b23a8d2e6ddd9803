// What evaluates a function: one of four shapes of loop over columns.

#ifndef PROMQL_FUNCTIONS_KERNEL_H_
#define PROMQL_FUNCTIONS_KERNEL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/time.h"
#include "promql/functions/column.h"
#include "promql/functions/compatibility.h"
#include "promql/functions/window.h"

namespace promql {

// What a kernel knows of its call besides the samples. Kernels never see a
// tree. Findings are reported once each; the engine removes repetitions.
struct CallContext {
  base::TimeGrid grid;
  // The whole query's; step and range are 0 for an instant query.
  base::Timestamp query_start = 0;
  base::Timestamp query_end = 0;
  base::Duration query_step = 0;
  bool delayed_name_removal = false;
  bool use_start_timestamps = false;
  bool type_and_unit_labels = false;
  Compatibility compatibility;
  // The scalar arguments in their order, a value for each step.
  std::vector<std::vector<double>> scalars;
  // The string arguments in their order.
  std::vector<std::string> strings;
  // Where each argument, and the whole call, is written.
  std::vector<base::Span> argument_spans;
  base::Span span;
  // Which of the arguments is the range vector.
  std::size_t range_argument = 0;
  // With Needs::kSelectorLabels: what absent() answers with.
  base::Labels selector_labels;
  // For each step whether a scalar argument was found to be out of range there,
  // so that it is told once and not for each series. Empty until it is used.
  mutable std::vector<std::uint8_t> told_steps;
  base::Diagnostics* diagnostics = nullptr;
};

// A scalar for each step.
using ScalarKernel = void (*)(const CallContext& call,
                              std::vector<double>& out);
// Changes the samples of one series in place; its labels stay, but for the
// metric name.
using ColumnKernel = void (*)(const CallContext& call,
                              const base::Labels& labels, Column& column);
// From the windows of one series to a sample for each step. `out` is empty.
using WindowKernel = void (*)(const CallContext& call, const Windows& windows,
                              Column& out);
// The vector arguments, in their order, to the result: rows or labels change.
// A range vector arrives as a block with a sample where a window has one.
using BlockKernel = Block (*)(const CallContext& call,
                              std::vector<Block> arguments);

// Empty: the function is not evaluated yet.
using Kernel = std::variant<std::monostate, ScalarKernel, ColumnKernel,
                            WindowKernel, BlockKernel>;

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_KERNEL_H_
