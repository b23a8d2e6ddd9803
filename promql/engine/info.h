// info(): adds the labels of info series.

#ifndef PROMQL_ENGINE_INFO_H_
#define PROMQL_ENGINE_INFO_H_

#include <optional>

#include "promql/engine/evaluation.h"
#include "promql/engine/plan.h"

namespace promql {

// Joins each series with the info series of the same instance and job at each
// step. The second argument's matchers choose info metrics (target_info unless
// it names others) and which of their labels are added. Nothing after an
// error. REQUIRES: plan.expr is a call of info(). (Prometheus promql/info.go.)
std::optional<Block> RunInfo(const Plan& plan, Evaluation& evaluation);

}  // namespace promql

#endif  // PROMQL_ENGINE_INFO_H_
