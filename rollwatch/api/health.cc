#include <string>

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

}  // namespace rollwatch
