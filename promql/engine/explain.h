// What an evaluation did, operator by operator.

#ifndef PROMQL_ENGINE_EXPLAIN_H_
#define PROMQL_ENGINE_EXPLAIN_H_

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/labels.h"
#include "base/time.h"
#include "promql/engine/storage.h"
#include "promql/functions/column.h"
#include "promql/syntax/tree.h"

namespace promql {

struct Plan;

// Filled by an evaluation whose options name it; the tree must outlive it.
class Explanation {
 public:
  // A line for each operator, with what it gives: its series, their samples,
  // the steps that it is evaluated at, and the labels that they have.
  //   series  samples  steps  labels       operator
  //        2       42     21  job          sum by (job)
  //       10      210     21  instance,job   rate()
  //       10     1890     21  ...              requests_total[5m]
  std::string ToText() const;

  // For the engine.
  void SetPlan(const Plan& plan) { AddPlan(plan, 0); }
  void Gave(const Expr& expr, const Block& block);
  void Selected(const Expr& expr, const SeriesSet& set);

 private:
  struct Line {
    const Expr* expr;
    int depth;
    std::size_t steps;
    bool once;
  };
  struct Result {
    std::size_t series = 0;
    std::size_t samples = 0;
    std::set<std::string, std::less<>> labels;
  };

  void AddPlan(const Plan& plan, int depth);
  void AddLabels(const base::Labels& labels, Result& result);

  std::vector<Line> lines_;
  std::map<const Expr*, Result> results_;
};

}  // namespace promql

#endif  // PROMQL_ENGINE_EXPLAIN_H_
