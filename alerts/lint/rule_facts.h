// What rules can read: the schema, and what the rules themselves record.

#ifndef ALERTS_LINT_RULE_FACTS_H_
#define ALERTS_LINT_RULE_FACTS_H_

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/rules/rule_file.h"
#include "promql/check/facts.h"
#include "promql/check/selectors.h"
#include "schema/schema.h"

namespace alerts {

// A metric that recording rules write has the labels and values that their
// expressions give it. Immutable once made, safe to share by threads.
class RuleFacts : public promql::SeriesFacts {
 public:
  // Both must outlive it.
  RuleFacts(const schema::Schema& schema,
            const std::vector<const RuleFile*>& files);

  // Whether some recording rule writes this metric.
  bool IsRecorded(std::string_view metric) const;
  // The rules that write it.
  std::vector<const Rule*> RecordingsOf(std::string_view metric) const;
  // Where a rule stands.
  struct Place {
    const RuleFile* file;
    const Group* group;
    const Rule* rule;
  };
  // The alerts and recording rules of this name, in the order of the files.
  std::vector<Place> RulesNamed(std::string_view name) const;
  const schema::Schema& schema() const { return schema_; }
  // The name in the schema or of a recorded metric to suggest for an unknown
  // one; empty when none is near.
  std::string_view Nearest(std::string_view metric) const;

  std::string WhyWithout(const promql::VectorSelector& selector,
                         std::string_view label) const override;
  promql::Values ValuesOf(
      const promql::VectorSelector& selector) const override;
  std::vector<double> BucketsOf(
      const promql::VectorSelector& selector) const override;

 private:
  struct Recording {
    const Group* group;
    const Rule* rule;
  };
  struct Recorded {
    std::vector<Recording> recordings;
    promql::Values values;  // Any until all of them are known.
  };
  class Chained;

  std::string WhyRecordedWithout(const promql::VectorSelector& selector,
                                 std::string_view label,
                                 std::size_t depth) const;
  void ComputeValues();

  // Rules ask for the same metrics again and again.
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::string_view, std::less<>> nearest_;

  const schema::Schema& schema_;
  promql::SchemaFacts schema_facts_;
  std::map<std::string, Recorded, std::less<>> recorded_;
  std::vector<Recording> order_;  // As the files have them.
  std::map<std::string_view, std::vector<Place>> by_name_;
};

}  // namespace alerts

#endif  // ALERTS_LINT_RULE_FACTS_H_
