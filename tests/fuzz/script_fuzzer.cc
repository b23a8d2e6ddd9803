// Any bytes as a test script: nothing crashes, every eval is counted once, and
// what failed says where and why. The budgets are so small that no input takes
// long.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/source.h"
#include "promql/script/runner.h"
#include "tests/fuzz/require.h"

namespace {

using tests::Require;

constexpr promql::ScriptLimits kLimits = {
    .max_samples = 200, .timeout = 20, .series = {.max_values = 20}};
constexpr std::size_t kMostEvals = 2;

// Every eval is run up to a dozen times, so two of them are enough.
bool IsSmall(std::string_view text) {
  std::size_t evals = 0;
  for (std::size_t at = text.find("eval"); at != std::string_view::npos;
       at = text.find("eval", at + 1)) {
    ++evals;
  }
  return evals <= kMostEvals;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (!IsSmall(text)) return 0;
  const base::Source source("script", text);
  const promql::ScriptReport report = promql::RunScript(source, kLimits);
  Require(report.failures.size() == report.failed, "a failure is missing",
          text);
  for (const promql::ScriptFailure& failure : report.failures) {
    Require(failure.line >= 1 && failure.line <= source.line_count(),
            "a failure lies outside the script", text);
    Require(!failure.problem.empty(), "a failure says nothing", text);
  }
  return 0;
}
