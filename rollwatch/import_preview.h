// What importing events would do to series and alerts.

#ifndef ROLLWATCH_IMPORT_PREVIEW_H_
#define ROLLWATCH_IMPORT_PREVIEW_H_

#include <string>
#include <vector>

#include "alerts/evaluation.h"
#include "base/labels.h"
#include "base/time.h"
#include "exporter/event.h"
#include "exporter/totals.h"

namespace rollwatch {

// A counter, or a histogram's count, that would rise.
struct SeriesRise {
  std::string series;  // deployment_total{environment="staging", ...}
  double before = 0;
  double after = 0;
};

// In the order of the page. `events` are new and valid.
std::vector<SeriesRise> Rises(const exporter::Totals& before,
                              const std::vector<exporter::Event>& events,
                              base::Timestamp now);

// An alert that would fire because of an import.
struct ImportAlert {
  base::Labels labels;
  base::Duration after = 0;  // From the import on.
};

struct ImportPreviewOptions {
  base::Duration scrape_interval = 15'000;
  base::Duration evaluation_interval = 15'000;  // Of groups that name none.
  base::Labels external_labels;
};

// Plays the time before and after an import at `now`, on our own metrics alone:
// one hour before, and after it one hour and the longest `for`, at most a day.
// Alerts that would fire without it too are left out.
std::vector<ImportAlert> AlertsOfImport(
    const std::vector<alerts::GroupDefinition>& groups,
    const exporter::Totals& before, const std::vector<exporter::Event>& events,
    base::Timestamp now, const ImportPreviewOptions& options);

}  // namespace rollwatch

#endif  // ROLLWATCH_IMPORT_PREVIEW_H_
