// Findings that several kernels report, with upstream's texts.

#ifndef PROMQL_FUNCTIONS_ANNOTATIONS_H_
#define PROMQL_FUNCTIONS_ANNOTATIONS_H_

#include <string_view>

#include "base/labels.h"
#include "base/source.h"
#include "promql/functions/kernel.h"
#include "promql/functions/window.h"

namespace promql {

// "PromQL warning: <text> "<metric name>"" at the span, and likewise an info.
void WarnOfMetric(const CallContext& call, base::Span span,
                  std::string_view code, std::string_view text,
                  const base::Labels& labels);
void InformOfMetric(const CallContext& call, base::Span span,
                    std::string_view code, std::string_view text,
                    const base::Labels& labels);

// A window of floats and histograms gives no result.
void WarnOfMix(const CallContext& call, const base::Labels& labels);
// The histograms of a window are left out.
void InformOfIgnoredHistograms(const CallContext& call,
                               const base::Labels& labels);

// Where the range vector of the call is written.
base::Span RangeSpan(const CallContext& call);

}  // namespace promql

#endif  // PROMQL_FUNCTIONS_ANNOTATIONS_H_
