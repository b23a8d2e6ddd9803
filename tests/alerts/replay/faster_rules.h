// Rules whose every duration is shorter, so that a test need not wait.

#ifndef TESTS_ALERTS_REPLAY_FASTER_RULES_H_
#define TESTS_ALERTS_REPLAY_FASTER_RULES_H_

#include <string>
#include <vector>

#include "alerts/evaluation.h"
#include "base/time.h"
#include "promql/syntax/tree.h"

namespace alerts {

// Every duration divided: windows, offsets, steps; numbers stay.
promql::ExprPtr Faster(const promql::Expr& expr, int divisor);

// And `for` and keep_firing_for.
RuleDefinition Faster(const RuleDefinition& rule, int divisor);

// A rule file with one group, as JSON, which is YAML: what Prometheus reads.
std::string RuleFileText(const std::string& group, base::Duration interval,
                         const std::vector<RuleDefinition>& rules);

}  // namespace alerts

#endif  // TESTS_ALERTS_REPLAY_FASTER_RULES_H_
