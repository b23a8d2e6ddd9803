// What a long-running subcommand says about itself, on stderr.

#ifndef ROLLWATCH_LOG_H_
#define ROLLWATCH_LOG_H_

#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace rollwatch {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kLogfmt, kJson };

// "debug", "info", "warn", "error"; "logfmt", "json": for the command line.
std::vector<std::string> LogLevelNames();
std::vector<std::string> LogFormatNames();
// REQUIRES: `name` is one of them.
LogLevel ReadLogLevel(std::string_view name);
LogFormat ReadLogFormat(std::string_view name);

struct LogField {
  std::string_view key;
  std::string value;
};

// One line:
//   ts=2026-11-23T12:57:25.000Z level=info msg="started" rules=9
//   {"ts":"2026-11-23T12:57:25.000Z","level":"info","msg":"started","rules":"9"}
std::string FormatLogLine(LogFormat format, std::string_view time,
                          LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields);

// Safe for use by many threads.
class Log {
 public:
  Log(LogLevel level, LogFormat format) : level_(level), format_(format) {}

  void Debug(std::string_view message,
             std::initializer_list<LogField> fields = {});
  void Info(std::string_view message,
            std::initializer_list<LogField> fields = {});
  void Warn(std::string_view message,
            std::initializer_list<LogField> fields = {});
  void Error(std::string_view message,
             std::initializer_list<LogField> fields = {});

 private:
  void Write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields);

  const LogLevel level_;
  const LogFormat format_;
  std::mutex mutex_;
};

}  // namespace rollwatch

#endif  // ROLLWATCH_LOG_H_
