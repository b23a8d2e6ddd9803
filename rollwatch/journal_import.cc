// rollwatch journal import: replays a dump of events.

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/number.h"
#include "exporter/journal_reader.h"
#include "net/url.h"
#include "rollwatch/client_flags.h"
#include "rollwatch/command_line.h"
#include "rollwatch/config.h"
#include "rollwatch/delivery.h"
#include "rollwatch/files.h"
#include "rollwatch/github_workflows.h"
#include "rollwatch/import_preview.h"
#include "rollwatch/journal_commands.h"
#include "rollwatch/rule_loading.h"

namespace rollwatch {
namespace {

// Of a request to a sidecar, which takes 1 MiB and 10,000 events.
constexpr std::size_t kMostBytes = 512 << 10;
constexpr std::size_t kMostEvents = 1000;
constexpr std::size_t kMostErrors = 20;

struct ImportOptions {
  std::vector<std::string> files;
  std::string path = "data";
  std::string url;
  ClientFlags client;
  std::string config_file;
  std::vector<std::string> rules;
  std::vector<std::string> github_workflows;
  std::string format = "text";
  base::Duration scrape_interval = 15'000;
  bool dry_run = false;
};

struct Summary {
  std::map<std::string, std::int64_t> fresh;  // By kind.
  std::int64_t recorded = 0;
  std::int64_t known = 0;
  std::vector<SeriesRise> rises;
  std::vector<ImportAlert> alerts;
};

std::optional<int> ParseOptions(const Arguments& arguments,
                                ImportOptions& options) {
  CommandLine line(
      "journal import",
      "replays a dump of events: each that is not known yet counts now, once",
      "rollwatch journal import --storage.path data events.jsonl\n"
      "rollwatch journal import --dry-run --rules alerts.yml events.jsonl\n"
      "rollwatch journal import --url http://127.0.0.1:10971 events.jsonl");
  line.Option("--storage.path", &options.path,
              "folder of the journal, whose sidecar must not run", "PATH");
  line.Option("--url", &options.url,
              "events address of a running sidecar, instead of the journal",
              "URL");
  options.client.Declare(line, "the sidecar", /*from_environment=*/true);
  line.Option("--config.file", &options.config_file,
              "the sidecar's configuration: which environments there are",
              "FILE");
  DeclareGithubWorkflows(line, &options.github_workflows);
  line.Flag("--dry-run", &options.dry_run,
            "writes nothing: says which series would rise, and which alerts of "
            "--rules would fire");
  line.Repeated("--rules", &options.rules, "rule file, with --dry-run", "FILE");
  line.DurationOption("--scrape-interval", &options.scrape_interval,
                      "how often Prometheus scrapes, with --dry-run");
  line.Choice("--format", &options.format, {"text", "json"}, "output format");
  line.Positionals("FILE", &options.files,
                   "events, CDEvents, deliveries of GitHub's webhooks: a JSON "
                   "array, or one object a line; - is standard input",
                   /*required=*/true);
  if (const auto exit = line.Parse(arguments)) return exit;
  if (options.scrape_interval <= 0) {
    return WrongUse("journal import", "an interval is longer than 0");
  }
  if (options.dry_run && !options.url.empty()) {
    return WrongUse("journal import",
                    "--dry-run reads the journal, also while a sidecar runs: "
                    "give --storage.path instead of --url");
  }
  if (!options.rules.empty() && !options.dry_run) {
    return WrongUse("journal import", "--rules is for --dry-run");
  }
  if (!options.url.empty() && !net::ParseUrl(options.url).ok()) {
    return WrongUse("journal import", "--url is no web address");
  }
  return std::nullopt;
}

// The events of all files; fails with what is wrong with them.
absl::StatusOr<std::vector<exporter::Event>> ReadEvents(
    const ImportOptions& options, const schema::Schema& schema) {
  const auto workflows = ReadGithubWorkflows(options.github_workflows, schema);
  if (!workflows.ok()) return workflows.status();
  std::vector<exporter::Event> all;
  exporter::EventLimits limits;
  limits.events = SIZE_MAX;
  std::string problems;
  for (const std::string& file : options.files) {
    const absl::StatusOr<std::string> text = ReadFile(file);
    if (!text.ok()) return text.status();
    std::vector<exporter::EventError> errors;
    std::vector<exporter::Event> events = exporter::ParseEvents(
        *text, schema, base::Now(), errors, limits, *workflows);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      if (i == kMostErrors) {
        absl::StrAppendFormat(&problems, "\n%s: and %d more", file,
                              errors.size() - i);
        break;
      }
      absl::StrAppendFormat(&problems, "%s%s: %s", problems.empty() ? "" : "\n",
                            file, exporter::ToString(errors[i]));
    }
    all.insert(all.end(), std::make_move_iterator(events.begin()),
               std::make_move_iterator(events.end()));
  }
  if (!problems.empty()) {
    return absl::InvalidArgumentError(problems +
                                      "\n  = help: nothing was imported");
  }
  return all;
}

absl::Status ConflictError(const exporter::Conflict& conflict) {
  return absl::FailedPreconditionError(absl::StrFormat(
      "event %d: the id %s was recorded before with another %s: \"%s\", now "
      "\"%s\"\n  = help: nothing of its batch was imported; give it an id of "
      "its own, or leave it out",
      conflict.index + 1, conflict.id, conflict.field, conflict.recorded,
      conflict.offered));
}

// Calls `send` with parts that a sidecar takes, until it fails.
absl::Status InParts(const std::vector<exporter::Event>& events,
                     const std::function<absl::Status(std::size_t begin,
                                                      std::size_t end)>& send) {
  std::size_t begin = 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::size_t size = exporter::ToJson(events[i]).size() + 1;
    if (i > begin && (bytes + size > kMostBytes || i - begin == kMostEvents)) {
      if (const auto status = send(begin, i); !status.ok()) return status;
      begin = i;
      bytes = 0;
    }
    bytes += size;
  }
  return begin < events.size() ? send(begin, events.size()) : absl::OkStatus();
}

absl::Status SendTo(const EventsAddress& address,
                    const std::vector<exporter::Event>& events,
                    Summary& summary) {
  return InParts(events, [&](std::size_t begin, std::size_t end) {
    std::string body;
    for (std::size_t i = begin; i < end; ++i) {
      body += exporter::ToJson(events[i]) + "\n";
    }
    Delivery delivery(address, body, /*wait=*/10'000);
    const DeliveryResult result = delivery.Result();
    if (!result.message.empty()) {
      return absl::UnavailableError(absl::StrFormat(
          "%s: %s\n  = help: %d events before it are recorded; import the file "
          "again: they count once",
          address.url, result.message, begin));
    }
    summary.recorded += result.recorded;
    summary.known += result.duplicates;
    return absl::OkStatus();
  });
}

absl::Status WriteTo(exporter::JournalOptions options,
                     const std::vector<exporter::Event>& events,
                     Summary& summary) {
  const auto journal = exporter::Journal::Open(std::move(options));
  if (!journal.ok()) return journal.status();
  return InParts(events, [&](std::size_t begin, std::size_t end) {
    const auto receipt =
        (*journal)->Record({events.begin() + static_cast<std::ptrdiff_t>(begin),
                            events.begin() + static_cast<std::ptrdiff_t>(end)},
                           "journal import");
    if (!receipt.ok()) return receipt.status();
    if (receipt->conflict) return ConflictError(*receipt->conflict);
    if (receipt->rejection) {
      return absl::ResourceExhaustedError(receipt->rejection->problem);
    }
    for (std::size_t i = 0; i < receipt->outcomes.size(); ++i) {
      if (receipt->outcomes[i] != exporter::Outcome::kRecorded) {
        ++summary.known;
        continue;
      }
      ++summary.recorded;
      ++summary.fresh[std::string(exporter::Row(events[begin + i].kind).name)];
    }
    return absl::OkStatus();
  });
}

// What recording would do. Fails when one of the events contradicts the
// journal.
absl::Status Preview(const exporter::JournalOptions& journal,
                     const ImportOptions& options, const Config& config,
                     const std::vector<exporter::Event>& events,
                     Summary& summary) {
  const auto reader = exporter::JournalReader::Open(journal);
  if (!reader.ok()) return reader.status();
  const auto resolution = (*reader)->Resolve(events);
  if (!resolution.ok()) return resolution.status();
  if (resolution->receipt.conflict) {
    return ConflictError(*resolution->receipt.conflict);
  }
  std::vector<exporter::Event> fresh;
  for (const std::size_t index : resolution->fresh) {
    fresh.push_back(events[index]);
    ++summary.fresh[std::string(exporter::Row(events[index].kind).name)];
  }
  summary.recorded = static_cast<std::int64_t>(fresh.size());
  summary.known = static_cast<std::int64_t>(events.size() - fresh.size());
  const base::Timestamp now = base::Now();
  summary.rises = Rises((*reader)->totals(), fresh, now);
  if (options.rules.empty()) return absl::OkStatus();
  const auto groups = LoadRules(options.rules);
  if (!groups.ok()) return groups.status();
  summary.alerts =
      AlertsOfImport(*groups, (*reader)->totals(), fresh, now,
                     {options.scrape_interval, options.scrape_interval,
                      config.external_labels});
  return absl::OkStatus();
}

std::string Text(const ImportOptions& options, const Summary& summary) {
  std::string out =
      absl::StrFormat("%s: %d new, %d known already\n",
                      options.dry_run ? "nothing is written" : "imported",
                      summary.recorded, summary.known);
  for (const auto& [kind, count] : summary.fresh) {
    absl::StrAppendFormat(&out, "  %-12s %d\n", kind, count);
  }
  if (!options.dry_run) return out;
  out += summary.rises.empty() ? "No series would rise.\n"
                               : "Series that would rise:\n";
  for (const SeriesRise& rise : summary.rises) {
    absl::StrAppendFormat(&out, "  %s  %s -> %s (+%s)\n", rise.series,
                          base::FormatGeneral(rise.before),
                          base::FormatGeneral(rise.after),
                          base::FormatGeneral(rise.after - rise.before));
  }
  if (options.rules.empty()) return out;
  out += summary.alerts.empty() ? "No alert would fire because of it.\n"
                                : "Alerts that would fire because of it:\n";
  for (const ImportAlert& alert : summary.alerts) {
    absl::StrAppendFormat(&out, "  %s  %s after the import\n",
                          base::ToString(alert.labels),
                          base::FormatDuration(alert.after));
  }
  return out;
}

std::string AsJson(const ImportOptions& options, const Summary& summary) {
  std::string out;
  base::JsonWriter json(&out, 2);
  json.BeginObject().Key("dry_run").Bool(options.dry_run);
  json.Key("recorded").Integer(summary.recorded);
  json.Key("duplicates").Integer(summary.known);
  json.Key("kinds").BeginObject();
  for (const auto& [kind, count] : summary.fresh) {
    json.Key(kind).Integer(count);
  }
  json.EndObject().Key("rises").BeginArray();
  for (const SeriesRise& rise : summary.rises) {
    json.BeginObject().Key("series").String(rise.series);
    json.Key("before").Number(rise.before).Key("after").Number(rise.after);
    json.EndObject();
  }
  json.EndArray().Key("alerts").BeginArray();
  for (const ImportAlert& alert : summary.alerts) {
    json.BeginObject().Key("labels").String(base::ToString(alert.labels));
    json.Key("after_seconds")
        .Number(static_cast<double>(alert.after) / 1000)
        .EndObject();
  }
  json.EndArray().EndObject();
  return out + "\n";
}

}  // namespace

int JournalImport(const Arguments& arguments) {
  ImportOptions options;
  if (const auto exit = ParseOptions(arguments, options)) return *exit;
  const absl::StatusOr<Config> config = ReadConfig(options.config_file);
  if (!config.ok()) return JournalFailed("import", config.status());
  const schema::Schema schema = schema::Schema::Ours(config->schema);
  const auto events = ReadEvents(options, schema);
  if (!events.ok()) return JournalFailed("import", events.status());
  exporter::JournalOptions journal;
  journal.path = options.path;
  journal.schema = config->schema;
  Summary summary;
  absl::Status status;
  if (options.dry_run) {
    status = Preview(journal, options, *config, *events, summary);
  } else if (!options.url.empty()) {
    const auto client = options.client.Options();
    status = client.ok() ? SendTo({options.url, *client}, *events, summary)
                         : client.status();
  } else {
    status = WriteTo(journal, *events, summary);
  }
  if (!status.ok()) return JournalFailed("import", status);
  const std::string out = options.format == "json" ? AsJson(options, summary)
                                                   : Text(options, summary);
  std::fputs(out.c_str(), stdout);
  return kExitOk;
}

}  // namespace rollwatch
