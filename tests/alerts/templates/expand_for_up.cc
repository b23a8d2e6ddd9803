#include "tests/alerts/templates/expand_for_up.h"

#include <vector>

#include "absl/status/status.h"
#include "alerts/templates/template.h"
#include "base/diagnostic.h"

namespace alerts {
namespace {

TemplateContext UpContext() {
  TemplateContext context;
  context.labels = {{"__name__", "up"}, {"a", "1"}, {"b", "2"}};
  context.external_labels = {{"ext", "E"}};
  context.external_url = "http://x/y";
  context.value = 3;
  context.now = 1'500;
  context.query =
      [](std::string_view text) -> absl::StatusOr<std::vector<TemplateSample>> {
    if (text == "up +") {
      return absl::InvalidArgumentError(
          "1:5: parse error: unexpected end of input");
    }
    if (text != "up") return std::vector<TemplateSample>();
    return std::vector<TemplateSample>{
        {{{"__name__", "up"}, {"a", "1"}, {"b", "2"}}, 3, nullptr}};
  };
  return context;
}

}  // namespace

std::string ExpandForUp(std::string_view text) {
  base::Diagnostics diagnostics;
  const auto parsed = ParseTemplate("A", text, diagnostics);
  if (parsed == nullptr) return diagnostics.first_error().message;
  return Expand(*parsed, UpContext());
}

std::string WantedText(std::string_view want) {
  constexpr std::string_view kError = "ERROR ";
  if (!want.starts_with(kError)) return std::string(want);
  return "<error expanding template: error executing template __alert_A: "
         "template: __alert_A:" +
         std::string(want.substr(kError.size())) + ">";
}

}  // namespace alerts
