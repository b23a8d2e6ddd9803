// Writes a snapshot as the page that Prometheus scrapes.

#ifndef EXPORTER_EXPOSITION_H_
#define EXPORTER_EXPOSITION_H_

#include <string>
#include <string_view>

#include "exporter/snapshot.h"

namespace exporter {

enum class PageFormat { kText, kOpenMetrics };  // 0.0.4; 1.0.0.

// The format that an Accept header prefers; text when it accepts neither or
// says nothing.
PageFormat NegotiateFormat(std::string_view accept);

// The Content-Type of a page.
std::string_view ContentType(PageFormat format);

struct PageOptions {
  // Writes when each counter and histogram began, as OpenMetrics' _created. A
  // server that does not know what it means stores it as one more series.
  bool created = false;
};

// A page is the same bytes for the same snapshot: families and series stand in
// the order of the snapshot, labels sorted by name. A family without series is
// described all the same, so that one can look up what may come.
std::string WritePage(const Snapshot& snapshot, PageFormat format,
                      const PageOptions& options = {});

}  // namespace exporter

#endif  // EXPORTER_EXPOSITION_H_
