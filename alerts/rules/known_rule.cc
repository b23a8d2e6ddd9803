#include "alerts/rules/known_rule.h"

#include <string_view>

#include "absl/strings/str_format.h"
#include "alerts/templates/template.h"
#include "base/labels.h"
#include "promql/check/known.h"

namespace alerts {
namespace {

// (CHANGELOG.md of Prometheus.)
constexpr base::Version kKeepFiringFor = {2, 42};
constexpr base::Version kQueryOffset = {2, 53};
constexpr base::Version kGroupLabels = {2, 54};
constexpr base::Version kAnyNames = {3, 0};

class Checker {
 public:
  Checker(base::Version server, base::Diagnostics& diagnostics)
      : server_(server), diagnostics_(diagnostics) {}

  void CheckGroup(const Group& group) {
    if (group.query_offset.given) {
      Refuse(group.query_offset.span, "query_offset", kQueryOffset);
    }
    if (!group.labels.empty()) {
      Refuse(group.labels.front().name_span, "labels of a group", kGroupLabels);
    }
  }

  void CheckRule(const Rule& rule) {
    if (rule.keep_firing_for.given) {
      Refuse(rule.keep_firing_for.span, "keep_firing_for", kKeepFiringFor);
    }
    if (rule.kind == Rule::Kind::kRecord &&
        !base::IsLegacyMetricName(rule.name.view())) {
      Refuse(rule.name.text.Outer({0, rule.name.view().size()}),
             "this name of a metric", kAnyNames);
    }
    base::Diagnostics unknown;
    promql::CheckKnown(rule.expr_text.view(), *rule.expr, server_, unknown);
    for (const base::Diagnostic& row : unknown.all()) {
      diagnostics_.Error(row.code, rule.expr_text.text.Outer(row.span),
                         row.message, row.help);
    }
    for (const auto* fields : {&rule.labels, &rule.annotations}) {
      for (const TemplateField& field : *fields) CheckField(field);
    }
  }

 private:
  void CheckField(const TemplateField& field) {
    if (!base::IsLegacyLabelName(field.name)) {
      Refuse(field.name_span, "this name", kAnyNames);
    }
    if (field.parsed == nullptr) return;
    for (const LaterFunction& use : field.parsed->later_functions()) {
      Refuse(field.value.text.Outer(use.span),
             absl::StrFormat("the function %s", use.name), use.since);
    }
  }

  void Refuse(base::Span span, std::string_view what, base::Version since) {
    promql::RefuseLater(span, what, since, server_, diagnostics_);
  }

  base::Version server_;
  base::Diagnostics& diagnostics_;
};

}  // namespace

void CheckKnownRule(const Group& group, const Rule& rule, base::Version server,
                    base::Diagnostics& diagnostics) {
  Checker checker(server, diagnostics);
  if (&rule == &group.rules.front()) checker.CheckGroup(group);
  checker.CheckRule(rule);
}

}  // namespace alerts
