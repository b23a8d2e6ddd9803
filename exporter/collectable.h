// The deployment metrics on prometheus-cpp's own Exposer or Gateway.

#ifndef EXPORTER_COLLECTABLE_H_
#define EXPORTER_COLLECTABLE_H_

#include <memory>

#include "exporter/scrape_view.h"

namespace prometheus {
class Collectable;
}

namespace exporter {

// Each Collect() takes a snapshot of `view` and counts as delivered, because an
// Exposer does not tell whether its page arrived. Register it where a page is
// served; a Collectable that several Exposers serve is one consumer.
//
//   prometheus::Exposer exposer("127.0.0.1:8080");
//   exposer.RegisterCollectable(MakeCollectable(view));
std::shared_ptr<prometheus::Collectable> MakeCollectable(
    std::shared_ptr<ScrapeView> view);

}  // namespace exporter

#endif  // EXPORTER_COLLECTABLE_H_
