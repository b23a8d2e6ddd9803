#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/parts.h"
#include "promql/check/selectors.h"

namespace alerts {

const CheckText kExportedLabelText = {
    .paragraph = R"(The metric has a label of this name, and scraping sets one
of the same name on every target. Without honor_labels Prometheus stores the
metric's own as exported_<name>, and what the rule reads is the target's.
Reported when --prometheus-config shows that every job which can carry the
series (the matchers of job tell) sets the label and does not honor a metric's
own, or when --target-labels names it without --honor-labels.)",
    .bad = R"(- alert: StagingIsBusy
  expr: deployment_frequency{environment="staging"} > 5
)",
    .good = R"(- alert: StagingIsBusy
  expr: deployment_frequency{exported_environment="staging"} > 5
)",
};

namespace {

class ExportedLabelFinder {
 public:
  explicit ExportedLabelFinder(LintContext& context) : context_(context) {}

  void Run() {
    promql::ForEachSelector(
        context_.expr(),
        [&](const promql::Expr& expr, const promql::VectorSelector& selector) {
          CheckSelector(expr, selector);
        });
    ForEachPart(context_.expr(), [&](const promql::Expr& part) {
      const auto* sum = std::get_if<promql::Aggregation>(&part.node);
      if (sum != nullptr) CheckGrouping(*sum);
    });
  }

 private:
  using SamplePtr = std::shared_ptr<const schema::Sample>;

  SamplePtr SampleOf(const promql::VectorSelector& selector) {
    if (context_.facts().IsRecorded(selector.name)) return nullptr;
    return context_.schema().FindSample(selector.name, selector.matchers);
  }

  static bool IsExported(const SamplePtr& sample, std::string_view label) {
    return sample != nullptr &&
           std::ranges::find(sample->exported, label) != sample->exported.end();
  }

  void Report(base::Span span, const schema::Sample& sample,
              std::string_view label) {
    context_.Report(
        context_.InFile(span),
        absl::StrFormat("this %s is the target's: scraping renames that of %s "
                        "to exported_%s",
                        label, sample.name, label),
        absl::StrFormat("honor_labels: true in the scrape job, or exported_%s",
                        label));
  }

  void CheckSelector(const promql::Expr& expr,
                     const promql::VectorSelector& selector) {
    const SamplePtr sample = SampleOf(selector);
    for (std::size_t i = 0; i < selector.matchers.size(); ++i) {
      const std::string& label = selector.matchers[i].name();
      if (!IsExported(sample, label)) continue;
      Report(i < selector.matcher_spans.size() ? selector.matcher_spans[i]
                                               : expr.span,
             *sample, label);
    }
  }

  void CheckGrouping(const promql::Aggregation& sum) {
    for (std::size_t i = 0; i < sum.grouping.size(); ++i) {
      SamplePtr found;
      promql::ForEachSelector(
          *sum.expr,
          [&](const promql::Expr&, const promql::VectorSelector& selector) {
            const SamplePtr sample = SampleOf(selector);
            if (IsExported(sample, sum.grouping[i])) found = sample;
          });
      if (found == nullptr || i >= sum.grouping_spans.size()) continue;
      Report(sum.grouping_spans[i], *found, sum.grouping[i]);
    }
  }

  LintContext& context_;
};

}  // namespace

void ExportedLabel(LintContext& context) { ExportedLabelFinder(context).Run(); }

}  // namespace alerts
