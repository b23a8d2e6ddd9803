// The command line of one subcommand.

#ifndef ROLLWATCH_COMMAND_LINE_H_
#define ROLLWATCH_COMMAND_LINE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollwatch {

// Exit statuses, common to all subcommands.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,    // An invalid rule file, a failed test, roll back.
  kExitWrongUse = 2,  // Of the command line.
  kExitFindings = 3,  // A valid file with findings at or above --fail-on.
  kExitUnknown = 4,   // Could not tell: no answer, no data.
};

// Declares options, then parses. Option names are spelt as typed: "--format",
// "-e,--expr". The variables' values at the time of declaration are the
// defaults, and --help shows them.
//
//   std::vector<std::string> files;
//   CommandLine line("fmt", "pretty-prints PromQL", "rollwatch fmt a.yml");
//   line.Positionals("FILE", &files, "rule files", /*required=*/true);
//   if (const auto exit = line.Parse(arguments)) return *exit;
class CommandLine {
 public:
  // `summary` is shown at the beginning of --help, `examples` at its end, one
  // command a line.
  CommandLine(std::string_view name, std::string_view summary,
              std::string_view examples);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  void Flag(std::string_view name, bool* value, std::string_view help);
  void Option(std::string_view name, std::string* value, std::string_view help,
              std::string_view placeholder = "TEXT");
  void Option(std::string_view name, std::int64_t* value, std::string_view help,
              std::string_view placeholder = "N");
  // An option that may stand alone, which then means `alone`: "--coverage" or
  // "--coverage=80"; never "--coverage 80".
  void OptionalValue(std::string_view name, std::string* value,
                     std::string_view alone, std::string_view help);
  // Milliseconds; written as 5m, 1h30m, 0.
  void DurationOption(std::string_view name, std::int64_t* milliseconds,
                      std::string_view help);
  // RFC 3339 or Unix seconds, in milliseconds.
  void TimeOption(std::string_view name, std::optional<std::int64_t>* time,
                  std::string_view help);
  // May be given several times.
  void Repeated(std::string_view name, std::vector<std::string>* values,
                std::string_view help, std::string_view placeholder = "TEXT");
  void Choice(std::string_view name, std::string* value,
              std::vector<std::string> choices, std::string_view help);
  void Positional(std::string_view name, std::string* value,
                  std::string_view help, bool required);
  void Positionals(std::string_view name, std::vector<std::string>* values,
                   std::string_view help, bool required);
  // Everything behind "--", as typed. `given` tells "--" alone from none.
  void Trailing(std::string_view name, std::vector<std::string>* values,
                bool* given, std::string_view help);

  // Whether the option stood on the command line, or in the settings file.
  // REQUIRES: after Parse.
  bool Given(std::string_view name) const;

  const std::string& name() const;

  // The options' long names without dashes, but --help and --config.
  std::vector<std::string> SettingNames() const;
  // Gives an option that did not stand on the command line the values that a
  // settings file has for it. A list is for what may be given several times, or
  // holds parts between commas. Paths (of FILE) count from `folder`. What is
  // wrong with the values; empty when nothing is. REQUIRES: after Parse, `name`
  // is one of SettingNames()
  std::string Set(const std::string& name,
                  const std::vector<std::string>& values, bool list,
                  const std::string& folder);
  // The values that it has now, as they would be written. REQUIRES: after
  // Parse, `name` is one of SettingNames()
  std::vector<std::string> ValuesOf(const std::string& name) const;

  // The status to exit with at once: 0 after --help, 2 (said on stderr) for
  // wrong use; nothing when the command shall run.
  std::optional<int> Parse(const std::vector<std::string>& arguments);

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// Says `message` on stderr as wrong use of `command`; returns kExitWrongUse.
int WrongUse(std::string_view command, std::string_view message);

// The parts of "job,instance"; empty ones are left out.
std::vector<std::string> SplitCommas(std::string_view text);

// Whether the stream with this descriptor is a terminal that wants colour
// (NO_COLOR unset, TERM not dumb).
bool WantsColour(int descriptor);

}  // namespace rollwatch

#endif  // ROLLWATCH_COMMAND_LINE_H_
