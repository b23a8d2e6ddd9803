// A Grafana dashboard as its file has it: what the checks read, with places.

#ifndef DASHBOARDS_DASHBOARD_H_
#define DASHBOARDS_DASHBOARD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/json.h"
#include "base/source.h"

namespace dashboards {

// What a panel, target, variable or annotation names as its data source: an
// object {type, uid}, or, in old files, a string.
struct DataSource {
  std::string uid;   // May be a variable: "${datasource}".
  std::string type;  // "prometheus"; empty when the file does not tell.
  base::Span span;   // Of the uid.
};

// A PromQL text in the file, as yet with its variables.
struct Query {
  base::Excerpt text;
  base::Excerpt legend;  // "{{environment}}"; an annotation's text. Empty
                         // where Grafana shows none, as in a table.
  std::string where;     // As messages begin: panel "Rollbacks", target A
  std::optional<DataSource> data_source;  // Its own, else the panel's.
};

// In grid units; the grid is 24 wide.
struct GridPosition {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
  base::Span span;
};

struct Panel {
  std::string type;
  std::string title;
  base::Span place;                // Of the title; else where the panel begins.
  std::optional<std::int64_t> id;  // Only a whole number above 0.
  base::Span id_span;
  std::optional<GridPosition> grid;
  // Units given for its values, anywhere that its type has them.
  std::vector<std::string> units;
  std::optional<DataSource> data_source;
  std::vector<Query> queries;
  bool has_targets = false;
  bool from_library = false;  // All but its place is in the library.
  // A "stat" that shows the names of its series, or nothing, and no numbers.
  bool hides_values = false;
  // The panels of a collapsed row stand in it: equal numbers are laid out
  // together. 0 for the dashboard itself.
  std::size_t container = 0;
};

// A variable, and what the file tells of its values.
struct Variable {
  std::string name;
  std::string type;                  // "query", "custom", "datasource", ...
  std::string data_source_type;      // What one of type datasource offers.
  std::vector<std::string> current;  // The chosen values.
  std::vector<std::string> options;  // All that can be chosen, if listed.
  std::optional<std::string> all_value;
  bool multi = false;
  bool include_all = false;
  std::optional<DataSource> data_source;
  base::Span place;
};

// What an import of the file asks for. Until then it stands in the file as a
// variable does: "${DS_PROMETHEUS}", "${VAR_PREFIX}".
struct Input {
  std::string name;
  std::string plugin;  // The type of a data source: "prometheus"; may be empty.
  std::string value;   // What a constant has if it is not changed.
};

struct Dashboard {
  std::string title;
  base::Span place;  // Of the title; else where the dashboard begins.
  // The file has {"dashboard": ...} around it, as the HTTP API wants it.
  bool wrapped = false;
  // Panels stand in `rows`, which lay them out by themselves: before Grafana 5.
  bool old_rows = false;
  std::vector<Panel> panels;  // Those of collapsed rows too, behind their row.
  std::vector<Variable> variables;
  std::vector<Query> annotations;
  std::vector<DataSource> annotation_sources;
  std::vector<Input> inputs;

  const Variable* FindVariable(std::string_view name) const;
  const Input* FindInput(std::string_view name) const;
};

// Reads a classic dashboard, bare, wrapped or as the spec of a v1 resource.
// Nothing when the text is no JSON or no such dashboard; the diagnostics then
// say why.
std::optional<Dashboard> ReadDashboard(const base::Source& source,
                                       base::Diagnostics& diagnostics);

// The content of a JSON string with the place of each of its bytes.
// REQUIRES: `string` is a string that was read out of `source`.
base::Excerpt StringExcerpt(const base::Source& source,
                            const base::Json& string);

}  // namespace dashboards

#endif  // DASHBOARDS_DASHBOARD_H_
