// The labels of what a rule writes, and of its alerts.

#ifndef ALERTS_RULE_OUTPUTS_H_
#define ALERTS_RULE_OUTPUTS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_state.h"
#include "alerts/evaluation.h"
#include "alerts/templates/template.h"
#include "base/labels.h"

namespace alerts {

inline constexpr std::string_view kAlertsMetric = "ALERTS";
inline constexpr std::string_view kForStateMetric = "ALERTS_FOR_STATE";
inline constexpr std::string_view kAlertNameLabel = "alertname";

// The label and annotation templates of one alerting rule, parsed once.
// Immutable, safe to share by threads.
class RuleTemplates {
 public:
  explicit RuleTemplates(const RuleDefinition& rule);

  // Of the alert that a sample makes. REQUIRES: context.labels, value and
  // histogram are the sample's
  base::Labels Labels(const TemplateContext& context) const;
  Annotations ExpandAnnotations(const TemplateContext& context) const;

  // Whether Labels() reads nothing of a sample but its labels. May be false
  // though it is so.
  bool labels_follow_labels() const { return labels_follow_labels_; }
  // Whether Labels() may call query(). May be true though it does not.
  bool labels_may_query() const { return labels_may_query_; }

 private:
  // A label's or annotation's template.
  struct Named {
    std::string name;
    std::shared_ptr<const Template> parsed;  // Null: `error` is its value.
    std::string error;
  };

  static Named Prepare(const std::string& alert, const std::string& name,
                       const std::string& text);
  static std::string ExpandNamed(const Named& named,
                                 const TemplateContext& context);

  std::string alert_;
  std::vector<std::string> removed_labels_;
  std::vector<Named> labels_;
  std::vector<Named> annotations_;
  bool labels_follow_labels_ = true;
  bool labels_may_query_ = false;
};

// The labels of ALERTS_FOR_STATE and of ALERTS for an alert of the rule.
base::Labels ForStateSeries(const RuleDefinition& rule,
                            const base::Labels& alert);
base::Labels AlertsSeries(const RuleDefinition& rule, const base::Labels& alert,
                          AlertState state);

// What a sample of a recording rule's result is stored as.
base::Labels RecordedSeries(const RuleDefinition& rule, base::Labels labels);

}  // namespace alerts

#endif  // ALERTS_RULE_OUTPUTS_H_
