// What `rollwatch gate` found, and how it prints it.

#ifndef ROLLWATCH_GATE_REPORT_H_
#define ROLLWATCH_GATE_REPORT_H_

#include <string>
#include <vector>

#include "alerts/alert_state.h"
#include "alerts/gate/gate_host.h"
#include "base/time.h"
#include "rollwatch/gate_server.h"

namespace rollwatch {

// One alerting rule at one evaluation.
struct GateAlert {
  std::string group;
  std::string name;
  alerts::AlertState state = alerts::AlertState::kInactive;
  std::vector<alerts::Reading> readings;
  std::string error;                  // Of the evaluation.
  std::vector<alerts::Alert> active;  // Pending and firing.
};

struct GateEvaluation {
  base::Timestamp time = 0;
  std::vector<GateAlert> alerts;
};

enum class Verdict { kGo, kRollBack, kUnknown };

// "go", "roll-back", "unknown".
std::string_view VerdictName(Verdict verdict);

struct GateResult {
  Verdict verdict = Verdict::kUnknown;
  std::vector<std::string> reasons;  // Sentences without a full stop.
  std::vector<GateEvaluation> evaluations;
  QueryCounts queries;
};

// Why nothing can be said of an alert at an evaluation, a sentence for each.
std::vector<std::string> DoubtsOf(const GateAlert& alert);

// A line for each thing that was measured: time, state, alert, query's value
// and bound.
std::string EvaluationAsText(const GateEvaluation& evaluation);
// "GO", "ROLL BACK" or "COULD NOT TELL", with the reasons. `skipped`: what
// could not be told counts as go.
std::string VerdictAsText(const GateResult& result, bool skipped);
// docs/gate.md has the fields.
std::string GateAsJson(const GateResult& result, int exit);

}  // namespace rollwatch

#endif  // ROLLWATCH_GATE_REPORT_H_
