#include <string>
#include <utility>

#include "rollwatch/api/resources.h"

namespace rollwatch {

net::HttpHandler HealthyResource() {
  return [](const net::HttpRequest&) {
    net::HttpResponse response;
    response.body = "rollwatch is healthy\n";
    return response;
  };
}

net::HttpHandler ReadyResource(exporter::Recorder& recorder) {
  return [&recorder](const net::HttpRequest&) {
    net::HttpResponse response;
    const absl::Status status = recorder.Probe();
    if (status.ok()) {
      response.body = "rollwatch is ready\n";
    } else {
      response.status = 503;
      response.body = "not ready: " + std::string(status.message()) + "\n";
    }
    return response;
  };
}

net::HttpHandler ReloadResource(std::function<absl::Status()> reload) {
  return [reload = std::move(reload)](const net::HttpRequest&) {
    net::HttpResponse response;
    if (!reload) {
      response.status = 403;
      response.body =
          "the lifecycle API is not enabled: --web.enable-lifecycle\n";
      return response;
    }
    const absl::Status status = reload();
    if (!status.ok()) {
      response.status = 500;
      response.body = std::string(status.message()) + "\n";
    }
    return response;
  };
}

}  // namespace rollwatch
