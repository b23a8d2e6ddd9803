// Any bytes as a query: nothing crashes, and what is read prints as a text
// that reads back as the same tree.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "promql/check/parse.h"
#include "promql/syntax/parser.h"
#include "promql/syntax/printer.h"
#include "promql/syntax/series_description.h"
#include "tests/fuzz/require.h"

namespace {

using tests::Require;

void CheckSpans(const base::Diagnostics& diagnostics, std::string_view text) {
  for (const base::Diagnostic& error : diagnostics.all()) {
    Require(error.span.begin <= error.span.end && error.span.end <= text.size(),
            "a span lies outside the text", text);
    Require(!error.message.empty(), "an error says nothing", text);
  }
}

void CheckQuery(std::string_view text) {
  base::Diagnostics diagnostics;
  const promql::ExprPtr expr = promql::Parse(text, diagnostics);
  CheckSpans(diagnostics, text);
  Require((expr == nullptr) != diagnostics.ok(), "null without an error", text);
  if (expr == nullptr) {
    // A tree with wrong types can be walked too.
    base::Diagnostics syntax;
    const promql::ExprPtr untyped = promql::ParseSyntax(text, syntax);
    if (untyped != nullptr) {
      promql::Print(*untyped);
      promql::Dump(*untyped);
    }
    return;
  }
  Require(expr->span.end <= text.size(), "a span lies outside the text", text);
  const std::string printed = promql::Print(*expr);
  base::Diagnostics again_diagnostics;
  const promql::ExprPtr again = promql::Parse(printed, again_diagnostics);
  Require(again != nullptr, "does not read back", printed);
  Require(promql::Equal(*expr, *again), "reads back as another", printed);
  Require(promql::Print(*again) == printed, "prints as another", printed);
  Require(promql::Dump(*again) == promql::Dump(*expr), "dumps as another",
          printed);
}

void CheckSeries(std::string_view text) {
  const promql::SeriesDescriptionLimits limits = {.max_values = 1000};
  base::Diagnostics diagnostics;
  promql::SeriesDescription series;
  const bool read =
      promql::ParseSeriesDescription(text, diagnostics, series, limits);
  CheckSpans(diagnostics, text);
  Require(read == diagnostics.ok(), "an error is missing", text);
  Require(!read || series.values.size() <= limits.max_values,
          "the limit does not hold", text);
  if (!promql::IsStartTimesLine(text)) return;
  promql::StartTimes start_times;
  base::Diagnostics start_diagnostics;
  promql::ParseStartTimes(text, start_diagnostics, start_times, limits);
  CheckSpans(start_diagnostics, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckQuery(text);
  CheckSeries(text);
  return 0;
}
