// What the rules of a gate are evaluated against; remembers what was measured.

#ifndef ALERTS_GATE_GATE_HOST_H_
#define ALERTS_GATE_GATE_HOST_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "alerts/evaluation.h"
#include "alerts/gate/conditions.h"
#include "alerts/storage_host.h"
#include "base/labels.h"
#include "base/time.h"
#include "promql/engine/engine.h"

namespace alerts {

// Where a gate's queries go.
class GateQueries {
 public:
  virtual ~GateQueries() = default;
  // An instant query.
  virtual absl::StatusOr<promql::QueryResult> Ask(const promql::Expr& expr,
                                                  base::Timestamp time) = 0;
};

// Why a value cannot be judged.
enum class Doubt {
  kNone,
  kEmpty,     // The query has no result.
  kNaN,       // A value is no number.
  kStale,     // Series that it reads have ended.
  kNoAnswer,  // The query failed.
};

// "", "empty", "nan", "stale", "no-answer".
std::string_view DoubtName(Doubt doubt);

// One condition of a rule at one evaluation; also a query that is no
// comparison, which then has no bound and may be empty.
struct Reading {
  std::string query;
  std::string op;     // ">"; empty without a bound.
  std::string bound;  // Its text, and its value where it is a query.
  struct Value {
    base::Labels labels;
    double value = 0;
  };
  std::vector<Value> values;
  Doubt doubt = Doubt::kNone;
  std::string message;  // With a doubt: a sentence without a full stop.
};

// Why these groups cannot be a gate: a query that reads what they record and
// other series too, which nobody has together. Empty when they can.
std::string GateProblem(const std::vector<GroupDefinition>& groups);

// Queries on what the rules record go to what they recorded, all others to
// `queries`. Not safe for use by several threads.
class GateHost : public EvaluationHost {
 public:
  // Both must outlive it. REQUIRES: GateProblem(groups).empty()
  GateHost(GateQueries& queries, const std::vector<GroupDefinition>& groups);

  absl::StatusOr<std::vector<TemplateSample>> Query(
      const promql::Expr& expr, base::Timestamp time) override;
  absl::StatusOr<std::vector<TemplateSample>> QueryText(
      std::string_view text, base::Timestamp time) override;
  absl::Status Append(const base::Labels& labels, base::Timestamp time,
                      const TemplateSample& sample) override {
    return recorded_.Append(labels, time, sample);
  }
  void AppendStale(const base::Labels& labels, base::Timestamp time) override {
    recorded_.AppendStale(labels, time);
  }

  // What the expression's last evaluation measured.
  const std::vector<Reading>& readings(const promql::Expr& expr) const;

 private:
  absl::StatusOr<promql::QueryResult> Ask(const promql::Expr& expr,
                                          base::Timestamp time);
  Reading Read(const Conditions& conditions, const Condition& condition,
               const std::vector<promql::QueryResult>& answers,
               base::Timestamp time);
  void FindDoubt(const promql::Expr& query, const promql::QueryResult& answer,
                 base::Timestamp time, Reading& reading);
  // How old the selector's last sample is, as a sentence; "" when there is
  // none.
  absl::StatusOr<std::string> LastSample(const promql::VectorSelector& selector,
                                         base::Timestamp time);
  // A sentence about a metric of the query whose series have ended; or "".
  absl::StatusOr<std::string> FindStale(const promql::Expr& query,
                                        base::Timestamp time);

  GateQueries& queries_;
  const std::vector<GroupDefinition>& groups_;
  StorageHost recorded_;
  std::map<const promql::Expr*, std::unique_ptr<Conditions>> conditions_;
  std::map<const promql::Expr*, std::vector<Reading>> readings_;
};

}  // namespace alerts

#endif  // ALERTS_GATE_GATE_HOST_H_
