#include "tests/alerts/lint/known.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <utility>

#include "base/diagnostic.h"
#include "base/source.h"
#include "schema/reader.h"

namespace alerts {

std::string ReadAll(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void AddSchema(std::string_view name, schema::Schema& schema) {
  const std::string path = std::string(ROLLWATCH_SOURCE_DIR) +
                           "/tests/alerts/testdata/schemas/" +
                           std::string(name);
  const base::Source source(path, ReadAll(path));
  base::Diagnostics diagnostics;
  auto metrics = schema::ReadMetrics(source, true, diagnostics);
  ASSERT_TRUE(metrics) << path;
  for (schema::Metric& metric : *metrics) schema.Add(std::move(metric));
}

Known KnownTo(std::string_view code) {
  Known known;
  schema::SchemaOptions options = schema::SchemaOptions::Default();
  if (code == "exported-label") {
    options.jobs[0].labels.emplace_back("environment");
    options.jobs[0].always = {"environment"};
    options.jobs[0].honor_labels = false;
  } else if (code == "short-window") {
    options.jobs[0].scrape_interval = 15'000;
  } else if (code == "external-label" || code == "label-conflict") {
    known.options.external_labels = base::Labels{{"cluster", "eu1"}};
  } else if (code == "too-new") {
    known.options.version = base::Version{2, 42};
  }
  known.options.enabled = {std::string(code)};
  known.schema = schema::Schema::Ours(options);
  AddSchema("shop.yml", known.schema);
  return known;
}

}  // namespace alerts
