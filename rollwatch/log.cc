#include "rollwatch/log.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "absl/strings/str_format.h"
#include "base/json.h"
#include "base/time.h"

namespace rollwatch {
namespace {

// In the order of the enumerations.
constexpr std::string_view kLevels[] = {"debug", "info", "warn", "error"};
constexpr std::string_view kFormats[] = {"logfmt", "json"};

std::string_view Name(LogLevel level) {
  return kLevels[static_cast<std::size_t>(level)];
}

// As logfmt wants a value: quoted unless it is one plain word.
std::string Logfmt(std::string_view value) {
  const bool plain =
      !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
      });
  return plain ? std::string(value) : base::JsonQuote(value);
}

}  // namespace

std::vector<std::string> LogLevelNames() {
  return {std::begin(kLevels), std::end(kLevels)};
}

std::vector<std::string> LogFormatNames() {
  return {std::begin(kFormats), std::end(kFormats)};
}

LogLevel ReadLogLevel(std::string_view name) {
  return static_cast<LogLevel>(
      std::find(std::begin(kLevels), std::end(kLevels), name) -
      std::begin(kLevels));
}

LogFormat ReadLogFormat(std::string_view name) {
  return name == kFormats[1] ? LogFormat::kJson : LogFormat::kLogfmt;
}

std::string FormatLogLine(LogFormat format, std::string_view time,
                          LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields) {
  std::string line;
  if (format == LogFormat::kJson) {
    base::JsonWriter json(&line);
    json.BeginObject().Key("ts").String(time);
    json.Key("level").String(Name(level)).Key("msg").String(message);
    for (const LogField& field : fields) {
      json.Key(field.key).String(field.value);
    }
    json.EndObject();
    return line + "\n";
  }
  line = absl::StrFormat("ts=%s level=%s msg=%s", time, Name(level),
                         Logfmt(message));
  for (const LogField& field : fields) {
    absl::StrAppendFormat(&line, " %s=%s", field.key, Logfmt(field.value));
  }
  return line + "\n";
}

void Log::Debug(std::string_view message,
                std::initializer_list<LogField> fields) {
  Write(LogLevel::kDebug, message, fields);
}
void Log::Info(std::string_view message,
               std::initializer_list<LogField> fields) {
  Write(LogLevel::kInfo, message, fields);
}
void Log::Warn(std::string_view message,
               std::initializer_list<LogField> fields) {
  Write(LogLevel::kWarn, message, fields);
}
void Log::Error(std::string_view message,
                std::initializer_list<LogField> fields) {
  Write(LogLevel::kError, message, fields);
}

void Log::Write(LogLevel level, std::string_view message,
                std::initializer_list<LogField> fields) {
  if (level < level_) return;
  const std::string line = FormatLogLine(
      format_, base::FormatTimestamp(base::Now()), level, message, fields);
  const std::lock_guard lock(mutex_);
  std::fputs(line.c_str(), stderr);
}

}  // namespace rollwatch
