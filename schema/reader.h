// Reads schemas that users give: our YAML, or any page of metrics.

#ifndef SCHEMA_READER_H_
#define SCHEMA_READER_H_

#include <optional>
#include <vector>

#include "base/diagnostic.h"
#include "base/source.h"
#include "schema/exposition_reader.h"
#include "schema/schema.h"

namespace schema {

// The metrics of a YAML or JSON text as ToYaml and ToJson write it
// (docs/schema.md). A field may be left out: no labels, no range, a type of
// which nothing is known. Nothing exactly when an error was reported.
std::optional<std::vector<Metric>> ReadSchemaYaml(
    const base::Source& source, base::Diagnostics& diagnostics);

// What a page says. Label values and buckets on it are seen, not all there are;
// `labels_declared` is whether the labels are all there are but for those that
// scraping adds. O(page)
std::vector<Metric> MetricsOfPage(const Exposition& page, bool labels_declared);

// Either of them: it is YAML when its first line of content starts with
// "metrics:" or "{", else a page.
std::optional<std::vector<Metric>> ReadMetrics(const base::Source& source,
                                               bool labels_declared,
                                               base::Diagnostics& diagnostics);

}  // namespace schema

#endif  // SCHEMA_READER_H_
