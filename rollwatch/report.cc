// rollwatch report: reports one event to a sidecar, or runs a command and
// reports how it went.

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/time.h"
#include "exporter/event.h"
#include "net/url.h"
#include "rollwatch/client_flags.h"
#include "rollwatch/command_line.h"
#include "rollwatch/commands.h"
#include "rollwatch/delivery.h"
#include "rollwatch/spool.h"
#include "rollwatch/wrapped_command.h"

namespace rollwatch {
namespace {

using exporter::EventKind;
using exporter::FieldType;

constexpr char kDefaultUrl[] = "http://127.0.0.1:10971";
// The status of timeout(1) when it has ended its command.
constexpr int kTimedOut = 124;
// After a signal the event is on its way, or given up, within 5 s: the command
// has the first two to end by itself.
constexpr base::Duration kPatience = 2'000;
constexpr base::Duration kHurry = 3'000;

// What a command's exit status says about the event, for the kinds that can be
// wrapped.
struct WrapRow {
  EventKind kind;
  std::string_view field;
  std::string_view success;
  std::string_view failure;
  std::string_view timeout;
};

// clang-format off
constexpr WrapRow kWraps[] = {
    {EventKind::kDeployment, "status", "success", "failed", "failed"},
    {EventKind::kSmokeTest,  "result", "passed",  "failed", "failed"},
    {EventKind::kQuery,      "result", "success", "failed", "timeout"},
};

struct ExampleRow {
  EventKind kind;
  std::string_view examples;
};

constexpr ExampleRow kReportExamples[] = {
    {EventKind::kDeployment,
     "rollwatch report deployment --environment staging --status started --deployment-id 4f2a\n"
     "rollwatch report deployment --environment staging --deployment-id 4f2a -- ./deploy.sh"},
    {EventKind::kRollback,
     "rollwatch report rollback --environment production --reason smoke_test_failed"},
    {EventKind::kCanary,
     "rollwatch report canary --environment production --deployment-id 4f2a --percentage 10\n"
     "rollwatch report canary --environment production --deployment-id 4f2a --percentage 100 --finished"},
    {EventKind::kSmokeTest,
     "rollwatch report smoke-test --environment staging -- ./smoke-test.sh"},
    {EventKind::kQuery,
     "rollwatch report query --workflow deploy-staging -- timeout 10 rollwatch query 'up'"},
};
// clang-format on

const WrapRow* FindWrap(EventKind kind) {
  for (const WrapRow& row : kWraps) {
    if (row.kind == kind) return &row;
  }
  return nullptr;
}

std::string_view ExamplesOf(EventKind kind) {
  for (const ExampleRow& row : kReportExamples) {
    if (row.kind == kind) return row.examples;
  }
  return {};
}

std::optional<double> ReadNumber(std::string_view text) {
  double value = 0;
  const char* last = text.data() + text.size();
  const auto read = std::from_chars(text.data(), last, value);
  if (text.empty() || read.ec != std::errc() || read.ptr != last) {
    return std::nullopt;
  }
  return value;
}

// "1m30s", or seconds: "90", "0.35".
std::optional<double> ReadSeconds(std::string_view text) {
  const std::optional<base::Duration> duration = base::ParseDuration(text);
  if (duration) return static_cast<double>(*duration) / 1000;
  return ReadNumber(text);
}

// The field's option: "deployment_id" is --deployment-id.
std::string OptionOf(std::string_view field) {
  std::string option = "--" + std::string(field);
  for (char& c : option) {
    if (c == '_') c = '-';
  }
  return option;
}

// What stood on the command line.
struct Request {
  explicit Request(const exporter::EventKindRow& kind) : row(kind) {}

  const exporter::EventKindRow& row;
  std::map<std::string_view, std::string> texts;  // By field.
  std::map<std::string_view, bool> flags;
  std::string id;
  std::optional<base::Timestamp> time;
  EventsAddress address = {kDefaultUrl};
  ClientFlags client;
  base::Duration wait = 10'000;
  std::string spool;
  std::string format = "text";
  std::vector<std::string> command;
  bool wraps = false;
};

std::optional<int> ParseRequest(const Arguments& arguments, Request& request) {
  if (const char* url = std::getenv("ROLLWATCH_URL")) {
    request.address.url = url;
  }
  if (const char* spool = std::getenv("ROLLWATCH_SPOOL")) {
    request.spool = spool;
  }
  const std::string name = "report " + std::string(request.row.name);
  CommandLine line(name, request.row.help, ExamplesOf(request.row.kind));
  for (const exporter::FieldRow& field : request.row.fields) {
    const std::string option = OptionOf(field.name);
    if (field.type == FieldType::kBool) {
      line.Flag(option, &request.flags[field.name], field.help);
    } else {
      line.Option(option, &request.texts[field.name], field.help);
    }
  }
  line.Option("--id", &request.id,
              "the event's identity: the same twice counts once (default: a "
              "new one)");
  line.TimeOption("--time", &request.time,
                  "when it happened (default: when the sidecar receives it)");
  line.Option("--url", &request.address.url,
              "the sidecar's events address (or ROLLWATCH_URL)", "URL");
  request.client.Declare(line, "the sidecar", /*from_environment=*/true);
  line.DurationOption("--wait", &request.wait, "how long to try again");
  line.Option("--spool", &request.spool,
              "folder in which the event waits while the sidecar is away (or "
              "ROLLWATCH_SPOOL)",
              "DIR");
  line.Choice("--format", &request.format, {"text", "json"}, "of the answer");
  if (FindWrap(request.row.kind) != nullptr) {
    line.Trailing("COMMAND...", &request.command, &request.wraps,
                  "runs the command, times it, derives the result from its "
                  "exit status and exits with it");
  } else {
    line.Trailing("COMMAND...", &request.command, &request.wraps,
                  "only for deployment, smoke-test and query");
  }
  return line.Parse(arguments);
}

// Adds to the address what the options say of it; what is wrong with either.
std::string Complete(const ClientFlags& flags, EventsAddress& address) {
  const absl::StatusOr<net::Url> url = net::ParseUrl(address.url);
  if (!url.ok()) return std::string(url.status().message());
  absl::StatusOr<net::ClientOptions> client = flags.Options();
  if (!client.ok()) return std::string(client.status().message());
  address.client = *std::move(client);
  return "";
}

// The event as far as it is known; a message when the request makes none.
std::string FillEvent(const Request& request, exporter::Event& event) {
  event.kind = request.row.kind;
  event.id = request.id.empty() ? NewEventId() : request.id;
  event.time = request.time;
  for (const exporter::FieldRow& field : request.row.fields) {
    if (field.type == FieldType::kBool) {
      event.finished = request.flags.at(field.name);
      continue;
    }
    const std::string& text = request.texts.at(field.name);
    if (text.empty()) continue;
    if (field.type == FieldType::kDuration) {
      event.duration = ReadSeconds(text);
      if (!event.duration) {
        return absl::StrFormat(
            "%s: not a duration: \"%s\" (write 90s, 1m30s or seconds)",
            OptionOf(field.name), text);
      }
    } else if (field.type == FieldType::kPercentage) {
      event.percentage = ReadNumber(text);
      if (!event.percentage) {
        return absl::StrFormat("%s: not a number: \"%s\"", OptionOf(field.name),
                               text);
      }
    } else {
      exporter::SetTextField(event, field.name, text);
    }
  }
  return "";
}

// What keeps the command from being wrapped; "" when nothing does.
std::string CheckWrap(const Request& request) {
  const WrapRow* wrap = FindWrap(request.row.kind);
  if (wrap == nullptr) {
    return absl::StrFormat("a %s has no command to wrap", request.row.name);
  }
  if (request.command.empty()) return "no command stands behind --";
  for (const std::string_view field :
       {wrap->field, std::string_view("duration")}) {
    const auto text = request.texts.find(field);
    if (text != request.texts.end() && !text->second.empty()) {
      return absl::StrFormat("%s comes from the command: leave it out",
                             OptionOf(field));
    }
  }
  return "";
}

// Checks all that can be known here. Which environments there are only the
// sidecar knows.
std::string CheckEvent(exporter::Event event, const WrapRow* wrap) {
  if (wrap != nullptr) {
    exporter::SetTextField(event, wrap->field, std::string(wrap->success));
    event.duration = 0;
  }
  schema::SchemaOptions options = schema::SchemaOptions::Default();
  if (!event.environment.empty()) options.environments = {event.environment};
  const std::optional<exporter::EventError> error =
      exporter::Validate(event, schema::Schema::Ours(options), base::Now());
  if (!error) return "";
  return absl::StrFormat(
      "%s: %s%s", OptionOf(error->field), error->problem,
      error->allowed.empty() ? "" : " (allowed: " + error->allowed + ")");
}

// How the delivery ended, for the one who called us without a command.
int Say(const Request& request, const exporter::Event& event,
        const DeliveryResult& result) {
  struct Row {
    DeliveryOutcome outcome;
    std::string_view name;
    int exit_status;
  };
  constexpr Row kRows[] = {
      {DeliveryOutcome::kRecorded, "recorded", kExitOk},
      {DeliveryOutcome::kDuplicate, "duplicate", kExitOk},
      {DeliveryOutcome::kRefused, "refused", kExitFailed},
      {DeliveryOutcome::kUnreachable, "unreachable", kExitUnknown},
  };
  const Row& row = kRows[static_cast<std::size_t>(result.outcome)];
  if (request.format == "json") {
    std::string out;
    base::JsonWriter json(&out);
    json.BeginObject().Key("outcome").String(row.name);
    json.Key("id").String(event.id);
    if (!result.message.empty()) json.Key("error").String(result.message);
    json.EndObject();
    std::printf("%s\n", out.c_str());
  } else if (row.exit_status == kExitOk) {
    std::printf("%s\n", absl::StrFormat("%s %s %s", row.name, request.row.name,
                                        event.id)
                            .c_str());
  } else {
    std::string text = absl::StrFormat(
        "rollwatch report: error: the event is not recorded at %s: %s",
        request.address.url, result.message);
    if (result.outcome == DeliveryOutcome::kUnreachable) {
      // It may have been recorded, and only the answer been lost.
      absl::StrAppendFormat(
          &text, "\n  = help: report it again with --id %s: it counts once",
          event.id);
    }
    std::fprintf(stderr, "%s\n", text.c_str());
  }
  return row.exit_status;
}

// A command's own status stands, whatever became of its report.
void Warn(const Request& request, const exporter::Event& event,
          const DeliveryResult& result) {
  if (result.message.empty()) return;
  std::fprintf(stderr, "%s\n",
               absl::StrFormat("rollwatch report: warning: the %s event %s is "
                               "not recorded at %s: %s",
                               request.row.name, event.id, request.address.url,
                               result.message)
                   .c_str());
}

// What a command's end says about its event.
void Fill(const WrapRow& wrap, const CommandResult& result,
          exporter::Event& event) {
  std::string_view value = wrap.success;
  if (result.exit_status != 0) value = wrap.failure;
  if (result.exit_status == kTimedOut) value = wrap.timeout;
  if (result.interrupted) value = wrap.failure;
  exporter::SetTextField(event, wrap.field, std::string(value));
  // Clocks tick finer than anyone reads.
  event.duration = std::round(result.seconds * 1000) / 1000;
}

// The exit status for an event that was spooled, and what became of it.
int SayOfSpool(const Request& request, const exporter::Event& event,
               const FlushResult& result) {
  const bool told = result.watched.message.empty()
                        ? result.watched.status != 0
                        : result.watched.outcome == DeliveryOutcome::kRefused &&
                              result.problem.empty();
  if (told) return Say(request, event, result.watched);
  if (request.format == "json") {
    std::string out;
    base::JsonWriter(&out)
        .BeginObject()
        .Key("outcome")
        .String("spooled")
        .Key("id")
        .String(event.id)
        .Key("error")
        .String(result.problem)
        .EndObject();
    std::printf("%s\n", out.c_str());
    return kExitOk;
  }
  std::printf(
      "%s\n",
      absl::StrFormat("spooled %s %s", request.row.name, event.id).c_str());
  std::fprintf(stderr, "%s\n",
               absl::StrFormat("rollwatch report: warning: %d events wait in "
                               "%s: %s",
                               result.waiting, request.spool, result.problem)
                   .c_str());
  return kExitOk;
}

int RunSpooled(const Request& request, const exporter::Event& event) {
  const Spool spool(request.spool);
  const absl::StatusOr<std::string> name = spool.Put(exporter::ToJson(event));
  if (!name.ok()) {
    std::fprintf(stderr, "rollwatch report: error: %s\n",
                 std::string(name.status().message()).c_str());
    return kExitFailed;
  }
  SpoolFlush flush(spool, request.address, *name, request.wait);
  return SayOfSpool(request, event, flush.Result());
}

// A command whose event waits in a spool, if it must.
int RunWrappedSpooled(const Request& request, const WrapRow& wrap,
                      exporter::Event event) {
  const Spool spool(request.spool);
  std::unique_ptr<SpoolFlush> flush;
  std::string problem;
  CommandWatcher watcher;
  watcher.on_result = [&](const CommandResult& result) {
    Fill(wrap, result, event);
    event.time = base::Now();
    const absl::StatusOr<std::string> name = spool.Put(exporter::ToJson(event));
    if (!name.ok()) problem = std::string(name.status().message());
    flush = std::make_unique<SpoolFlush>(
        spool, request.address, name.ok() ? *name : "",
        result.interrupted ? std::min(kHurry, request.wait) : request.wait);
  };
  watcher.on_signal = [&] { flush->Hurry(kHurry); };
  watcher.done = [&] { return flush != nullptr && flush->done(); };
  const CommandResult result = RunCommand(request.command, kPatience, watcher);
  const FlushResult flushed = flush->Result();
  if (problem.empty()) problem = flushed.watched.message;
  if (problem.empty() && flushed.watched.status == 0) problem = flushed.problem;
  Warn(request, event, {DeliveryOutcome::kUnreachable, problem, 0, 0, 0});
  return result.exit_status;
}

int RunWrapped(const Request& request, const WrapRow& wrap,
               exporter::Event event) {
  std::unique_ptr<Delivery> delivery;
  CommandWatcher watcher;
  watcher.on_result = [&](const CommandResult& result) {
    Fill(wrap, result, event);
    delivery = std::make_unique<Delivery>(
        request.address, exporter::ToJson(event),
        result.interrupted ? std::min(kHurry, request.wait) : request.wait);
  };
  watcher.on_signal = [&] { delivery->Hurry(kHurry); };
  watcher.done = [&] { return delivery != nullptr && delivery->done(); };
  const CommandResult result = RunCommand(request.command, kPatience, watcher);
  Warn(request, event, delivery->Result());
  return result.exit_status;
}

// Sends what waits in a spool.
int ReportFlush(const Arguments& arguments) {
  EventsAddress address = {kDefaultUrl};
  ClientFlags client;
  std::string folder;
  base::Duration wait = 10'000;
  if (const char* set = std::getenv("ROLLWATCH_URL")) address.url = set;
  if (const char* set = std::getenv("ROLLWATCH_SPOOL")) folder = set;
  CommandLine line("report flush", "sends the events that wait in a spool",
                   "rollwatch report flush --spool /var/spool/rollwatch");
  line.Option("--spool", &folder, "the folder (or ROLLWATCH_SPOOL)", "DIR");
  line.Option("--url", &address.url,
              "the sidecar's events address (or ROLLWATCH_URL)", "URL");
  client.Declare(line, "the sidecar", /*from_environment=*/true);
  line.DurationOption("--wait", &wait, "how long to try again");
  if (const auto exit = line.Parse(arguments)) return *exit;
  if (folder.empty()) return WrongUse("report flush", "--spool is missing");
  if (const auto problem = Complete(client, address); !problem.empty()) {
    return WrongUse("report flush", problem);
  }
  const Spool spool(folder);
  SpoolFlush flush(spool, address, "", wait);
  const FlushResult result = flush.Result();
  std::printf("%d sent, %d rejected, %d waiting\n", result.sent,
              result.rejected, result.waiting);
  if (result.rejected > 0) {
    std::fprintf(stderr,
                 "rollwatch report flush: warning: those that were rejected "
                 "are in %s/rejected, with the reasons\n",
                 folder.c_str());
  }
  if (result.waiting > 0) {
    std::fprintf(stderr, "rollwatch report flush: error: %s\n",
                 result.problem.c_str());
    return kExitUnknown;
  }
  return result.rejected > 0 ? kExitFailed : kExitOk;
}

void PrintKinds(std::FILE* out) {
  std::fputs(
      "Usage: rollwatch report KIND ... [-- COMMAND]\n\nReports one event to a "
      "sidecar (rollwatch serve).\n\nKinds:\n",
      out);
  for (const exporter::EventKindRow& row : exporter::EventKinds()) {
    std::fprintf(out, "%s\n",
                 absl::StrFormat("  %-12s %s", row.name, row.help).c_str());
  }
  std::fputs(
      "\nrollwatch report flush sends what waits in a spool.\n\nExamples:\n",
      out);
  for (const ExampleRow& row : kReportExamples) {
    const std::string_view first =
        row.examples.substr(0, row.examples.find('\n'));
    std::fprintf(out, "  %s\n", std::string(first).c_str());
  }
  std::fputs(
      "\nExit status: 0 recorded or duplicate, 1 refused, 2 wrong use, 4 "
      "unreachable;\nwith a command its own (128 + N after signal N)\n",
      out);
}

}  // namespace

int Report(const Arguments& arguments) {
  if (arguments.empty()) {
    PrintKinds(stderr);
    return kExitWrongUse;
  }
  if (arguments[0] == "--help" || arguments[0] == "-h") {
    PrintKinds(stdout);
    return kExitOk;
  }
  if (arguments[0] == "flush") {
    return ReportFlush({arguments.begin() + 1, arguments.end()});
  }
  const exporter::EventKindRow* row = exporter::FindEventKind(arguments[0]);
  if (row == nullptr) {
    return WrongUse("report", absl::StrFormat("unknown kind of event \"%s\"",
                                              arguments[0]));
  }
  const std::string name = "report " + std::string(row->name);
  Request request(*row);
  const Arguments rest(arguments.begin() + 1, arguments.end());
  if (const auto exit = ParseRequest(rest, request)) return *exit;
  const WrapRow* wrap = request.wraps ? FindWrap(row->kind) : nullptr;
  exporter::Event event;
  std::string problem = request.wraps ? CheckWrap(request) : "";
  if (problem.empty()) problem = FillEvent(request, event);
  if (problem.empty()) problem = CheckEvent(event, wrap);
  if (problem.empty()) problem = Complete(request.client, request.address);
  if (!problem.empty()) return WrongUse(name, problem);
  if (!request.spool.empty()) {
    // It may be sent much later, and then have happened now.
    if (!event.time) event.time = base::Now();
    return wrap != nullptr ? RunWrappedSpooled(request, *wrap, std::move(event))
                           : RunSpooled(request, event);
  }
  if (wrap != nullptr) return RunWrapped(request, *wrap, std::move(event));
  Delivery delivery(request.address, exporter::ToJson(event), request.wait);
  return Say(request, event, delivery.Result());
}

}  // namespace rollwatch
