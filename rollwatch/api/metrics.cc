#include <memory>
#include <utility>

#include "rollwatch/api/resources.h"

namespace rollwatch {

net::HttpHandler MetricsResource(exporter::ScrapeView& view,
                                 exporter::PageOptions options) {
  return [&view, options](const net::HttpRequest& request) {
    const exporter::PageFormat format =
        exporter::NegotiateFormat(net::FindHeader(request.headers, "Accept"));
    const auto snapshot =
        std::make_shared<const exporter::Snapshot>(view.Take());
    net::HttpResponse response;
    response.content_type = exporter::ContentType(format);
    response.body = exporter::WritePage(*snapshot, format, options);
    response.on_sent = [&view, snapshot] { view.Delivered(*snapshot); };
    return response;
  };
}

}  // namespace rollwatch
