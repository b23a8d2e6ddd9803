#include "rollwatch/gate_server.h"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "exporter/event.h"
#include "net/url.h"
#include "promql/syntax/printer.h"

namespace rollwatch {
namespace {

constexpr base::Duration kFirstPause = 250;
constexpr base::Duration kLongestPause = 5'000;
constexpr base::Duration kDeliveryWait = 10'000;

double SteadySeconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

double ReadNumber(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

// One element of a vector: {"metric": {...}, "value": [time, "1"]}.
std::optional<promql::ResultSeries> ReadSeries(const base::Json& row,
                                               base::Timestamp time) {
  const base::Json* metric = row.Find("metric");
  const base::Json* value = row.Find("value");
  if (metric == nullptr) return std::nullopt;
  promql::ResultSeries series;
  base::LabelsBuilder labels;
  for (const base::JsonMember& label : metric->members) {
    labels.Set(label.name, label.value.text);
  }
  series.labels = labels.Build();
  series.times = {time};
  // A native histogram has no value that could be compared.
  const bool number = value != nullptr && value->elements.size() == 2;
  series.values = {number ? ReadNumber(value->elements[1].text) : std::nan("")};
  return series;
}

absl::StatusOr<promql::QueryResult> ReadAnswer(const std::string& body,
                                               base::Timestamp time) {
  const absl::Status strange =
      absl::FailedPreconditionError("what answers there is no Prometheus");
  const base::Source source("answer", body);
  base::Diagnostics diagnostics;
  const std::optional<base::Json> json = base::ReadJson(source, diagnostics);
  const base::Json* data = json ? json->Find("data") : nullptr;
  const base::Json* result = data != nullptr ? data->Find("result") : nullptr;
  if (result == nullptr) return strange;
  promql::QueryResult answer;
  answer.time = time;
  const std::string_view type = data->TextOf("resultType");
  if (type == "scalar" && result->elements.size() == 2) {
    answer.type = promql::ValueType::kScalar;
    answer.scalar = ReadNumber(result->elements[1].text);
    return answer;
  }
  if (type != "vector") return strange;
  answer.type = promql::ValueType::kInstantVector;
  for (const base::Json& row : result->elements) {
    auto series = ReadSeries(row, time);
    if (!series) return strange;
    answer.series.push_back(*std::move(series));
  }
  return answer;
}

absl::Status Refusal(const net::HttpResponse& response) {
  const base::Source source("answer", response.body);
  base::Diagnostics diagnostics;
  const std::optional<base::Json> json = base::ReadJson(source, diagnostics);
  const std::string_view error = json ? json->TextOf("error") : "";
  const std::string message =
      error.empty()
          ? absl::StrFormat("HTTP status %d", response.status)
          : absl::StrFormat("HTTP status %d: %s", response.status, error);
  const bool away = response.status >= 500 || response.status == 429 ||
                    response.status == 408;
  return away ? absl::UnavailableError(message)
              : absl::FailedPreconditionError(message);
}

std::string ApiUrl(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url + "/api/v1/query";
}

std::string FormBody(const promql::Expr& expr, base::Timestamp time) {
  return absl::StrFormat("query=%s&time=%d.%03d",
                         net::PercentEncode(promql::Print(expr)), time / 1000,
                         time % 1000);
}

}  // namespace

GateServer::GateServer(GateServerOptions options)
    : options_(std::move(options)) {}

absl::StatusOr<promql::QueryResult> GateServer::Try(const std::string& body,
                                                    base::Timestamp time) {
  net::HttpCall call;
  call.method = "POST";
  call.url = ApiUrl(options_.url);
  call.headers = options_.client.headers;
  call.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  call.body = body;
  call.timeout = options_.timeout;
  call.tls = options_.client.tls;
  const auto response = net::Send(call);
  if (!response.ok()) return response.status();
  if (response->status != 200) return Refusal(*response);
  return ReadAnswer(response->body, time);
}

void GateServer::Note(const absl::Status& status, double seconds) {
  const bool late = absl::IsDeadlineExceeded(status);
  ++(status.ok() ? counts_.success : late ? counts_.timeout : counts_.failed);
  if (options_.sidecar.url.empty()) return;
  exporter::Event event;
  event.id = NewEventId();
  event.kind = exporter::EventKind::kQuery;
  event.time = base::Now();
  event.workflow = options_.workflow;
  event.result = status.ok() ? "success" : late ? "timeout" : "failed";
  event.duration = std::round(seconds * 1000) / 1000;
  events_ += exporter::ToJson(event) + "\n";
}

absl::StatusOr<promql::QueryResult> GateServer::Ask(const promql::Expr& expr,
                                                    base::Timestamp time) {
  const std::string body = FormBody(expr, time);
  const double begin = SteadySeconds();
  base::Duration pause = kFirstPause;
  for (;;) {
    const double sent = SteadySeconds();
    auto answer = Try(body, time);
    const double now = SteadySeconds();
    Note(answer.status(), now - sent);
    if (!IsAway(answer.status())) {
      given_up_ = false;
      return answer;
    }
    const double left =
        static_cast<double>(options_.wait) / 1000 - (now - begin);
    if (given_up_ || left * 1000 < static_cast<double>(pause)) {
      given_up_ = true;
      return answer;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    pause = std::min(pause * 2, kLongestPause);
  }
}

void GateServer::Report() {
  if (events_.empty()) return;
  deliveries_.push_back(std::make_unique<Delivery>(
      options_.sidecar, std::exchange(events_, ""), kDeliveryWait));
}

std::string GateServer::FinishReports() {
  Report();
  std::string problem;
  for (const auto& delivery : deliveries_) {
    const DeliveryResult result = delivery->Result();
    if (!result.message.empty()) problem = result.message;
  }
  deliveries_.clear();
  return problem;
}

}  // namespace rollwatch
