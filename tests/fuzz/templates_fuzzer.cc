// Any bytes as the template of a label or annotation: nothing crashes, what is
// named lies in the text, and the limits of an expansion hold.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/templates/template.h"
#include "base/diagnostic.h"
#include "tests/fuzz/require.h"

namespace {

using tests::Require;

alerts::TemplateContext Context() {
  alerts::TemplateContext context;
  context.labels =
      base::Labels({{"environment", "staging"}, {"instance", "[::1]:9090"}});
  context.external_labels = base::Labels({{"cluster", "eu"}});
  context.external_url = "http://localhost:9090/x";
  context.value = 1.5e9;
  context.query = [](std::string_view query)
      -> absl::StatusOr<std::vector<alerts::TemplateSample>> {
    if (query.empty()) return absl::InvalidArgumentError("no expression");
    return std::vector<alerts::TemplateSample>{
        {base::Labels({{"__name__", "a"}, {"b", "2"}}), 1, nullptr},
        {base::Labels({{"__name__", "a"}, {"b", "10"}}), -0.0, nullptr}};
  };
  context.now = 1'763'900'000'000;
  return context;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const alerts::TemplateContext context = Context();
  const std::string text(reinterpret_cast<const char*>(data), size);
  base::Diagnostics diagnostics;
  const auto parsed = alerts::ParseTemplate("A", text, diagnostics);
  Require((parsed == nullptr) != diagnostics.ok(), "null without an error",
          text);
  for (const base::Diagnostic& diagnostic : diagnostics.all()) {
    Require(diagnostic.span.begin <= diagnostic.span.end &&
                diagnostic.span.end <= text.size(),
            "a span lies outside the text", text);
  }
  if (parsed == nullptr) return 0;
  for (const alerts::LabelRead& read : parsed->label_reads()) {
    Require(read.span.begin <= read.span.end && read.span.end <= text.size(),
            "a read lies outside the text", text);
  }
  const alerts::TemplateLimits limits = {
      .steps = 10'000, .output = 1 << 14, .depth = 20};
  const auto expanded = parsed->Execute(context, limits);
  if (expanded.ok()) {
    Require(expanded->size() <= limits.output, "the limit does not hold", text);
    Require(parsed->dynamic() || *expanded == text, "a plain text changes",
            text);
  }
  return 0;
}
