#include "dashboards/dashboard.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_format.h"

namespace dashboards {
namespace {

using base::Json;
using base::JsonKind;

bool IsTrue(const Json* json) { return json != nullptr && json->boolean; }

// The place to name for a thing of the dashboard: its title, which a reader
// knows it by.
base::Span PlaceOf(const Json& object, std::string_view name) {
  const Json* title = object.Find(name);
  if (title != nullptr) return title->span;
  return {object.span.begin, object.span.begin + 1};
}

// The values at `path` ("yaxes.format") below `json`; arrays are gone through.
void TextsAt(const Json& json, std::string_view path,
             std::vector<std::string>& texts) {
  if (json.is(JsonKind::kArray)) {
    for (const Json& element : json.elements) TextsAt(element, path, texts);
  } else if (path.empty()) {
    if (json.is(JsonKind::kString) && !json.text.empty()) {
      texts.push_back(json.text);
    }
  } else {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const Json* next = json.Find(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
    if (next != nullptr) TextsAt(*next, path, texts);
  }
}

std::optional<DataSource> ReadDataSource(const Json& owner) {
  const Json* json = owner.Find("datasource");
  if (json == nullptr || json->is(JsonKind::kNull)) return std::nullopt;
  if (json->is(JsonKind::kString)) {
    return DataSource{json->text, "", json->span};
  }
  const Json* uid = json->Find("uid");
  if (uid == nullptr || !uid->is(JsonKind::kString)) {
    // {"type": "prometheus"}: the default one of that type.
    return DataSource{"", std::string(json->TextOf("type")), json->span};
  }
  return DataSource{uid->text, std::string(json->TextOf("type")), uid->span};
}

std::optional<GridPosition> ReadGrid(const Json& panel) {
  const Json* json = panel.Find("gridPos");
  if (json == nullptr || !json->is(JsonKind::kObject)) return std::nullopt;
  GridPosition grid;
  grid.span = json->span;
  const std::pair<std::string_view, double*> parts[] = {
      {"x", &grid.x}, {"y", &grid.y}, {"w", &grid.width}, {"h", &grid.height}};
  for (const auto& [name, value] : parts) {
    const Json* number = json->Find(name);
    if (number == nullptr || !number->is(JsonKind::kNumber)) continue;
    *value = number->number;
  }
  return grid;
}

// Where a panel type has its unit; overrides of any panel may have one too.
constexpr std::string_view kUnitPaths[] = {
    "fieldConfig.defaults.unit",
    "yaxes.format",        // graph
    "format",              // singlestat
    "yAxis.format",        // heatmap, up to Grafana 8
    "options.yAxis.unit",  // heatmap
    "styles.unit",         // table-old
};

std::vector<std::string> ReadUnits(const Json& panel) {
  std::vector<std::string> units;
  for (const std::string_view path : kUnitPaths) TextsAt(panel, path, units);
  const Json* config = panel.Find("fieldConfig");
  const Json* overrides =
      config == nullptr ? nullptr : config->Find("overrides");
  if (overrides == nullptr) return units;
  for (const Json& override : overrides->elements) {
    const Json* properties = override.Find("properties");
    if (properties == nullptr) continue;
    for (const Json& property : properties->elements) {
      if (property.TextOf("id") != "unit") continue;
      TextsAt(property, "value", units);
    }
  }
  return units;
}

bool HidesValues(const Json& panel) {
  const Json* options = panel.Find("options");
  if (options == nullptr) return false;
  const std::string_view mode = options->TextOf("textMode");
  return mode == "name" || mode == "none";
}

class Reader {
 public:
  explicit Reader(const base::Source& source) : source_(source) {}

  Dashboard Read(const Json& json) {
    dashboard_.title = json.TextOf("title");
    dashboard_.place = PlaceOf(json, "title");
    ReadInputs(json);
    ReadVariables(json);
    ReadAnnotations(json);
    if (const Json* panels = json.Find("panels")) ReadPanels(*panels, 0);
    const Json* rows = json.Find("rows");
    if (rows != nullptr && rows->is(JsonKind::kArray)) {
      dashboard_.old_rows = !rows->elements.empty();
      for (const Json& row : rows->elements) {
        if (const Json* panels = row.Find("panels")) {
          ReadPanels(*panels, ++containers_);
        }
      }
    }
    return std::move(dashboard_);
  }

 private:
  void ReadInputs(const Json& json) {
    const Json* inputs = json.Find("__inputs");
    if (inputs == nullptr) return;
    for (const Json& input : inputs->elements) {
      dashboard_.inputs.push_back({std::string(input.TextOf("name")),
                                   std::string(input.TextOf("pluginId")),
                                   std::string(input.TextOf("value"))});
    }
  }

  void ReadVariables(const Json& json) {
    const Json* templating = json.Find("templating");
    const Json* list =
        templating == nullptr ? nullptr : templating->Find("list");
    if (list == nullptr) return;
    for (const Json& item : list->elements) {
      Variable variable;
      variable.name = item.TextOf("name");
      variable.type = item.TextOf("type");
      variable.place = PlaceOf(item, "name");
      variable.multi = IsTrue(item.Find("multi"));
      variable.include_all = IsTrue(item.Find("includeAll"));
      variable.data_source = ReadDataSource(item);
      const std::string_view all = item.TextOf("allValue");
      if (!all.empty()) variable.all_value = all;
      TextsAt(item, "current.value", variable.current);
      TextsAt(item, "options.value", variable.options);
      std::erase(variable.options, "$__all");
      AddListedOptions(item.TextOf("query"), variable);
      if (variable.type == "datasource") {
        variable.data_source_type = item.TextOf("query");
      }
      dashboard_.variables.push_back(std::move(variable));
    }
  }

  // What the query of a variable lists itself: "1m,5m", "Text : value,other".
  static void AddListedOptions(std::string_view query, Variable& variable) {
    if (!variable.options.empty()) return;
    if (variable.type == "constant" || variable.type == "textbox") {
      if (!query.empty()) variable.options.emplace_back(query);
      return;
    }
    if (variable.type != "custom" && variable.type != "interval") return;
    while (!query.empty()) {
      const std::size_t comma = std::min(query.find(','), query.size());
      std::string_view option = query.substr(0, comma);
      query.remove_prefix(std::min(comma + 1, query.size()));
      if (const auto colon = option.find(" : "); colon != option.npos) {
        option.remove_prefix(colon + 3);
      }
      while (option.starts_with(' ')) option.remove_prefix(1);
      while (option.ends_with(' ')) option.remove_suffix(1);
      if (!option.empty()) variable.options.emplace_back(option);
    }
  }

  void ReadAnnotations(const Json& json) {
    const Json* annotations = json.Find("annotations");
    const Json* list =
        annotations == nullptr ? nullptr : annotations->Find("list");
    if (list == nullptr) return;
    for (const Json& item : list->elements) {
      std::optional<DataSource> data_source = ReadDataSource(item);
      if (data_source) dashboard_.annotation_sources.push_back(*data_source);
      const Json* expr = item.Find("expr");
      if (const Json* target = item.Find("target"); expr == nullptr && target) {
        expr = target->Find("expr");
      }
      if (expr == nullptr || !expr->is(JsonKind::kString)) continue;
      Query query;
      query.text = StringExcerpt(source_, *expr);
      query.legend = ReadLegend(item, "textFormat");
      query.where = absl::StrFormat("annotation %s",
                                    base::JsonQuote(item.TextOf("name")));
      query.data_source = std::move(data_source);
      dashboard_.annotations.push_back(std::move(query));
    }
  }

  base::Excerpt ReadLegend(const Json& owner, std::string_view name) const {
    const Json* legend = owner.Find(name);
    if (legend == nullptr || !legend->is(JsonKind::kString)) return {};
    return StringExcerpt(source_, *legend);
  }

  void ReadPanels(const Json& panels, std::size_t container) {
    for (const Json& json : panels.elements) {
      if (!json.is(JsonKind::kObject)) continue;
      dashboard_.panels.push_back(ReadPanel(json, container));
      if (const Json* inner = json.Find("panels"); inner != nullptr) {
        ReadPanels(*inner, ++containers_);
      }
    }
  }

  Panel ReadPanel(const Json& json, std::size_t container) {
    Panel panel;
    panel.type = json.TextOf("type");
    panel.title = json.TextOf("title");
    panel.place = PlaceOf(json, "title");
    panel.container = container;
    panel.grid = ReadGrid(json);
    panel.units = ReadUnits(json);
    panel.data_source = ReadDataSource(json);
    panel.from_library = json.Find("libraryPanel") != nullptr;
    panel.hides_values = HidesValues(json);
    const Json* id = json.Find("id");
    if (id != nullptr && id->is(JsonKind::kNumber) && id->number >= 1 &&
        id->number < 1e15 && id->number == std::floor(id->number)) {
      panel.id = static_cast<std::int64_t>(id->number);
      panel.id_span = id->span;
    }
    if (const Json* targets = json.Find("targets"))
      ReadTargets(*targets, panel);
    return panel;
  }

  void ReadTargets(const Json& targets, Panel& panel) {
    for (const Json& target : targets.elements) {
      panel.has_targets = true;
      const Json* expr = target.Find("expr");
      if (expr == nullptr || !expr->is(JsonKind::kString)) continue;
      Query query;
      query.text = StringExcerpt(source_, *expr);
      if (target.TextOf("format") != "table") {
        query.legend = ReadLegend(target, "legendFormat");
      }
      query.where = absl::StrFormat("panel %s", base::JsonQuote(panel.title));
      if (const std::string_view name = target.TextOf("refId"); !name.empty()) {
        absl::StrAppendFormat(&query.where, ", target %s", name);
      }
      query.data_source = ReadDataSource(target);
      if (!query.data_source) query.data_source = panel.data_source;
      panel.queries.push_back(std::move(query));
    }
  }

  const base::Source& source_;
  Dashboard dashboard_;
  std::size_t containers_ = 0;
};

}  // namespace

const Variable* Dashboard::FindVariable(std::string_view name) const {
  for (const Variable& variable : variables) {
    if (variable.name == name) return &variable;
  }
  return nullptr;
}

const Input* Dashboard::FindInput(std::string_view name) const {
  for (const Input& input : inputs) {
    if (input.name == name) return &input;
  }
  return nullptr;
}

base::Excerpt StringExcerpt(const base::Source& source,
                            const base::Json& string) {
  const std::string_view raw = source.text();
  std::vector<std::size_t> offsets;
  offsets.reserve(string.text.size() + 1);
  std::size_t at = string.span.begin + 1;
  const std::size_t end = string.span.end - 1;
  // An escape gives one byte or, \u, as many as its character has in UTF-8;
  // two \u of a surrogate pair give one character of four.
  while (at < end && offsets.size() < string.text.size()) {
    if (raw[at] != '\\') {
      offsets.push_back(at++);
      continue;
    }
    if (raw[at + 1] != 'u') {
      offsets.push_back(at);
      at += 2;
      continue;
    }
    const auto first = static_cast<unsigned char>(string.text[offsets.size()]);
    const std::size_t bytes = first < 0x80   ? 1
                              : first < 0xE0 ? 2
                              : first < 0xF0 ? 3
                                             : 4;
    offsets.insert(offsets.end(),
                   std::min(bytes, string.text.size() - offsets.size()), at);
    at += bytes == 4 ? 12 : 6;
  }
  offsets.resize(string.text.size(), end);
  offsets.push_back(end);
  return base::Excerpt(string.text, std::move(offsets));
}

std::optional<Dashboard> ReadDashboard(const base::Source& source,
                                       base::Diagnostics& diagnostics) {
  const std::optional<Json> json = base::ReadJson(source, diagnostics);
  if (!json) return std::nullopt;
  const Json* root = &*json;
  bool wrapped = false;
  if (const Json* inner = root->Find("dashboard");
      inner != nullptr && inner->is(JsonKind::kObject)) {
    wrapped = true;
    root = inner;
  }
  if (const Json* spec = root->Find("spec");
      spec != nullptr && root->Find("apiVersion") != nullptr) {
    root = spec;
  }
  if (root->Find("elements") != nullptr && root->Find("layout") != nullptr) {
    diagnostics.Error("not-a-classic-dashboard", root->Find("elements")->span,
                      "dashboards of schema v2 are not read",
                      "export it as a classic dashboard");
    return std::nullopt;
  }
  if (!root->is(JsonKind::kObject) ||
      (root->Find("panels") == nullptr && root->Find("rows") == nullptr)) {
    diagnostics.Error("not-a-classic-dashboard",
                      {root->span.begin, root->span.begin + 1},
                      "this is no Grafana dashboard: it has no panels");
    return std::nullopt;
  }
  Dashboard dashboard = Reader(source).Read(*root);
  dashboard.wrapped = wrapped;
  return dashboard;
}

}  // namespace dashboards
