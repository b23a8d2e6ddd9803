#include "alerts/templates/template.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "alerts/templates/execute.h"
#include "alerts/templates/parser.h"
#include "alerts/templates/reads.h"

namespace alerts {
namespace {

// What Prometheus puts before every label and annotation (rules/alerting.go);
// messages count their columns from its beginning.
constexpr std::string_view kDefinitions =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    "{{$externalURL := .ExternalURL}}{{$value := .Value}}";

// A text without an action, which most annotations are: its own result.
class PlainText : public Template {
 public:
  explicit PlainText(std::string_view text)
      : text_(text), bare_variables_(text_template::FindBareVariables(text)) {}

  const std::vector<LabelRead>& label_reads() const override { return reads_; }
  const std::vector<base::Span>& value_prints() const override {
    return value_prints_;
  }
  const std::vector<LaterFunction>& later_functions() const override {
    return functions_;
  }
  const std::vector<TemplateMistake>& mistakes() const override {
    return mistakes_;
  }
  const std::vector<base::Span>& bare_variables() const override {
    return bare_variables_;
  }
  std::vector<TemplateBranch> branches() const override { return {}; }
  bool dynamic() const override { return false; }
  absl::StatusOr<std::string> Execute(
      const TemplateContext& /*context*/,
      const TemplateLimits& /*limits*/) const override {
    return text_;
  }

 private:
  std::string text_;
  std::vector<LabelRead> reads_;           // None.
  std::vector<base::Span> value_prints_;   // None.
  std::vector<LaterFunction> functions_;   // None.
  std::vector<TemplateMistake> mistakes_;  // None.
  std::vector<base::Span> bare_variables_;
};

class ParsedTemplate : public Template {
 public:
  explicit ParsedTemplate(std::shared_ptr<const text_template::Tree> tree)
      : tree_(std::move(tree)),
        reads_(text_template::FindReads(*tree_, kDefinitions.size())) {}

  const std::vector<LabelRead>& label_reads() const override {
    return reads_.labels;
  }
  const std::vector<base::Span>& value_prints() const override {
    return reads_.value_prints;
  }
  const std::vector<LaterFunction>& later_functions() const override {
    return reads_.functions;
  }
  const std::vector<TemplateMistake>& mistakes() const override {
    return reads_.mistakes;
  }
  const std::vector<base::Span>& bare_variables() const override {
    return reads_.bare_variables;
  }

  std::vector<TemplateBranch> branches() const override {
    std::vector<TemplateBranch> branches;
    text_template::VisitBranches(*tree_, [&](const text_template::Node& node) {
      branches.push_back({text_template::BranchText(node), node.position});
    });
    std::ranges::sort(branches, {}, &TemplateBranch::id);
    return branches;
  }

  bool dynamic() const override { return true; }

  absl::StatusOr<std::string> Execute(
      const TemplateContext& context,
      const TemplateLimits& limits) const override {
    auto result = text_template::ExecuteTree(*tree_, context, limits);
    if (result.ok()) return result;
    return absl::InvalidArgumentError(
        absl::StrFormat("error executing template %s: %s", tree_->name,
                        std::string(result.status().message())));
  }

 private:
  std::shared_ptr<const text_template::Tree> tree_;
  text_template::TemplateReads reads_;
};

}  // namespace

std::shared_ptr<const Template> ParseTemplate(std::string_view alert,
                                              std::string_view text,
                                              base::Diagnostics& diagnostics) {
  if (text.find("{{") == std::string_view::npos) {
    return std::make_shared<const PlainText>(text);
  }
  const std::string name = "__alert_" + std::string(alert);
  text_template::ParseError error;
  auto tree = text_template::ParseTree(
      name, std::string(kDefinitions) + std::string(text), error);
  if (tree == nullptr) {
    const std::size_t begin =
        std::max(error.position, kDefinitions.size()) - kDefinitions.size();
    diagnostics.Error(
        "template-syntax",
        {std::min(begin, text.size()), std::min(begin + 1, text.size())},
        std::move(error.message));
    return nullptr;
  }
  return std::make_shared<const ParsedTemplate>(std::move(tree));
}

std::string Expand(const Template& parsed, const TemplateContext& context) {
  auto text = parsed.Execute(context);
  if (text.ok()) return *std::move(text);
  return absl::StrFormat("<error expanding template: %s>",
                         std::string(text.status().message()));
}

}  // namespace alerts
