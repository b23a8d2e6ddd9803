// Ids and places of panels.

#include <algorithm>
#include <map>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "dashboards/checks.h"

namespace dashboards {
namespace {

constexpr double kColumns = 24;

std::string Name(const Panel& panel) {
  return (panel.type == "row" ? "row " : "panel ") +
         base::JsonQuote(panel.title);
}

bool HasSize(const GridPosition& grid) {
  return grid.width > 0 && grid.height > 0;
}

bool Overlaps(const GridPosition& a, const GridPosition& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
         b.y < a.y + a.height;
}

}  // namespace

void MissingId(LintContext& context) {
  for (const Panel& panel : context.dashboard().panels) {
    if (panel.id) continue;
    context.Report(panel.place, absl::StrFormat("%s has no id", Name(panel)),
                   "give each panel an \"id\", a number above 0 of its own");
  }
}

void DuplicateId(LintContext& context) {
  std::map<std::int64_t, const Panel*> by_id;
  for (const Panel& panel : context.dashboard().panels) {
    if (!panel.id) continue;
    const auto [first, is_new] = by_id.emplace(*panel.id, &panel);
    if (is_new) continue;
    context.Report(panel.id_span,
                   absl::StrFormat("%s has the id %d, as %s has", Name(panel),
                                   *panel.id, Name(*first->second)));
  }
}

void MissingGridPosition(LintContext& context) {
  if (context.dashboard().old_rows) return;
  for (const Panel& panel : context.dashboard().panels) {
    if (panel.grid) continue;
    context.Report(panel.place,
                   absl::StrFormat("%s has no gridPos", Name(panel)),
                   R"("gridPos": {"x": 0, "y": 0, "w": 12, "h": 8})");
  }
}

void BadGridPosition(LintContext& context) {
  for (const Panel& panel : context.dashboard().panels) {
    if (!panel.grid) continue;
    const GridPosition& grid = *panel.grid;
    if (!HasSize(grid)) {
      context.Report(grid.span, absl::StrFormat("%s has no size", Name(panel)),
                     "w and h are above 0");
    } else if (grid.x < 0 || grid.y < 0 || grid.x + grid.width > kColumns) {
      context.Report(
          grid.span,
          absl::StrFormat("%s covers the columns %g to %g of a grid of 24",
                          Name(panel), grid.x, grid.x + grid.width),
          "x + w is at most 24");
    }
  }
}

void Overlap(LintContext& context) {
  // Where panels are laid out together, from top to bottom.
  std::map<std::size_t, std::vector<const Panel*>> containers;
  for (const Panel& panel : context.dashboard().panels) {
    if (panel.grid && HasSize(*panel.grid)) {
      containers[panel.container].push_back(&panel);
    }
  }
  for (auto& [container, panels] : containers) {
    std::ranges::stable_sort(panels, {},
                             [](const Panel* panel) { return panel->grid->y; });
    for (std::size_t i = 0; i < panels.size(); ++i) {
      const GridPosition& upper = *panels[i]->grid;
      for (std::size_t j = i + 1; j < panels.size(); ++j) {
        const GridPosition& lower = *panels[j]->grid;
        if (lower.y >= upper.y + upper.height) break;
        if (!Overlaps(upper, lower)) continue;
        context.Report(lower.span,
                       absl::StrFormat("%s overlaps %s", Name(*panels[j]),
                                       Name(*panels[i])));
        break;
      }
    }
  }
}

}  // namespace dashboards
