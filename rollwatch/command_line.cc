#include "rollwatch/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "absl/strings/ascii.h"
#include "base/diagnostic.h"
#include "base/time.h"

namespace rollwatch {
namespace {

std::string Text(std::string_view view) { return std::string(view); }

// The value of a settings file in `folder`, when the option takes a path.
std::string PathFrom(const std::string& folder, const std::string& type,
                     const std::string& value) {
  if (value.empty() || !type.ends_with("FILE")) return value;
  const std::size_t begin =
      type == "FILE" ? 0 : std::min(value.find('=') + 1, value.size());
  const std::filesystem::path path = value.substr(begin);
  return value.substr(0, begin) +
         (std::filesystem::path(folder) / path).string();
}

std::string JoinCommas(const std::vector<std::string>& parts) {
  std::string joined;
  for (const std::string& part : parts) {
    joined += (joined.empty() ? "" : ",") + part;
  }
  return joined;
}

// What is wrong, in our words: CLI11's speak of "1 required TEXT missing".
std::string WrongUseMessage(const CLI::App& app, const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string option = text.substr(0, text.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    if (text.ends_with(" missing")) return option + ": its value is missing";
    if (text.find("At Most") != std::string::npos) {
      return option + " is given twice";
    }
  }
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr ||
      app.remaining_size() == 0) {
    return text;
  }
  const std::string extra = app.remaining().front();
  if (!extra.starts_with('-') || extra.size() < 2) {
    return "unexpected argument \"" + extra + "\"";
  }
  std::vector<std::string> known;
  for (const CLI::Option* one : app.get_options()) {
    for (const std::string& name : one->get_lnames()) {
      known.push_back("--" + name);
    }
  }
  const std::string_view near =
      base::Nearest(extra, {known.begin(), known.end()});
  return "unknown option \"" + extra + "\"" +
         (near.empty() ? "" : "; did you mean \"" + Text(near) + "\"?");
}

}  // namespace

struct CommandLine::Rep {
  std::string name;
  CLI::App app;
  std::vector<std::string>* trailing = nullptr;
  bool* trailing_given = nullptr;
};

CommandLine::CommandLine(std::string_view name, std::string_view summary,
                         std::string_view examples)
    : rep_(std::make_unique<Rep>()) {
  rep_->name = Text(name);
  rep_->app.name("rollwatch " + rep_->name);
  std::string description = Text(summary);
  if (!description.empty()) {
    description[0] = absl::ascii_toupper(description[0]);
  }
  rep_->app.description(description);
  std::string footer = "Examples:";
  std::string_view rest = examples;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    footer += "\n  " + Text(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  rep_->app.footer(footer);
  rep_->app.set_help_flag("-h,--help", "shows this help");
}

CommandLine::~CommandLine() = default;

void CommandLine::Flag(std::string_view name, bool* value,
                       std::string_view help) {
  rep_->app.add_flag(Text(name), *value, Text(help));
}

void CommandLine::Option(std::string_view name, std::string* value,
                         std::string_view help, std::string_view placeholder) {
  rep_->app.add_option(Text(name), *value, Text(help))
      ->type_name(Text(placeholder))
      ->capture_default_str();
}

void CommandLine::Option(std::string_view name, std::int64_t* value,
                         std::string_view help, std::string_view placeholder) {
  rep_->app.add_option(Text(name), *value, Text(help))
      ->type_name(Text(placeholder))
      ->capture_default_str();
}

void CommandLine::OptionalValue(std::string_view name, std::string* value,
                                std::string_view alone, std::string_view help) {
  rep_->app.add_flag(Text(name) + "{" + Text(alone) + "}", *value, Text(help));
}

void CommandLine::DurationOption(std::string_view name,
                                 std::int64_t* milliseconds,
                                 std::string_view help) {
  rep_->app
      .add_option_function<std::string>(
          Text(name),
          [milliseconds, label = Text(name)](const std::string& text) {
            std::string error;
            const auto duration = base::ParseDuration(text, &error);
            if (!duration) {
              throw CLI::ValidationError(label,
                                         error + " (write 90s, 5m, 1h30m)");
            }
            *milliseconds = *duration;
          },
          Text(help))
      ->type_name("DURATION")
      ->default_str(base::FormatDuration(*milliseconds));
}

void CommandLine::TimeOption(std::string_view name,
                             std::optional<std::int64_t>* time,
                             std::string_view help) {
  rep_->app
      .add_option_function<std::string>(
          Text(name),
          [time, label = Text(name)](const std::string& text) {
            *time = base::ParseTimestamp(text);
            if (!*time) {
              throw CLI::ValidationError(
                  label, "not a time: \"" + text +
                             "\" (write 2026-11-23T12:00:00Z or Unix seconds)");
            }
          },
          Text(help))
      ->type_name("TIME");
}

void CommandLine::Repeated(std::string_view name,
                           std::vector<std::string>* values,
                           std::string_view help,
                           std::string_view placeholder) {
  rep_->app.add_option(Text(name), *values, Text(help))
      ->type_name(Text(placeholder))
      ->type_size(1)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

void CommandLine::Choice(std::string_view name, std::string* value,
                         std::vector<std::string> choices,
                         std::string_view help) {
  std::string placeholder;
  for (const std::string& choice : choices) {
    placeholder += (placeholder.empty() ? "" : "|") + choice;
  }
  rep_->app.add_option(Text(name), *value, Text(help))
      ->check([choices = std::move(choices),
               placeholder](const std::string& text) -> std::string {
        if (std::find(choices.begin(), choices.end(), text) != choices.end()) {
          return {};
        }
        return "'" + text + "' is not one of " + placeholder;
      })
      ->type_name(placeholder)
      ->capture_default_str();
}

void CommandLine::Positional(std::string_view name, std::string* value,
                             std::string_view help, bool required) {
  rep_->app.add_option(Text(name), *value, Text(help))
      ->type_name("")
      ->required(required);
}

void CommandLine::Positionals(std::string_view name,
                              std::vector<std::string>* values,
                              std::string_view help, bool required) {
  rep_->app.add_option(Text(name), *values, Text(help))
      ->type_name("")
      ->required(required);
}

void CommandLine::Trailing(std::string_view name,
                           std::vector<std::string>* values, bool* given,
                           std::string_view help) {
  rep_->trailing = values;
  rep_->trailing_given = given;
  rep_->app.description(rep_->app.get_description() + "\n  -- " + Text(name) +
                        ": " + Text(help));
}

bool CommandLine::Given(std::string_view name) const {
  const CLI::Option* option = rep_->app.get_option_no_throw(Text(name));
  return option != nullptr && option->count() > 0;
}

const std::string& CommandLine::name() const { return rep_->name; }

std::vector<std::string> CommandLine::SettingNames() const {
  std::vector<std::string> names;
  for (const CLI::Option* option : rep_->app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (name != "help" && name != "config") names.push_back(name);
    }
  }
  return names;
}

std::string CommandLine::Set(const std::string& name,
                             const std::vector<std::string>& values, bool list,
                             const std::string& folder) {
  CLI::Option* option = rep_->app.get_option("--" + name);
  if (option->count() > 0) return {};
  const std::string type = option->get_type_name();
  const bool several =
      option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  std::vector<std::string> results;
  for (const std::string& value : values) {
    results.push_back(PathFrom(folder, type, value));
  }
  if (list && type.ends_with(",...")) {
    results = {JoinCommas(results)};
  } else if (list && !several) {
    return "--" + name + " takes one value";
  }
  if (results.empty()) return {};
  try {
    for (std::string& result : results) option->add_result(std::move(result));
    option->run_callback();
  } catch (const CLI::Error& error) {
    option->clear();
    return error.what();
  }
  return {};
}

std::vector<std::string> CommandLine::ValuesOf(const std::string& name) const {
  const CLI::Option* option = rep_->app.get_option("--" + name);
  if (option->count() > 0) return option->results();
  if (option->get_items_expected_max() == 0) return {"false"};  // A flag.
  const bool several =
      option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  if (several) return {};
  return {option->get_default_str()};
}

namespace {

// "--run=" has the empty text for its value; CLI11 would take what follows it.
std::vector<std::string> WithEmptyValues(
    const std::vector<std::string>& arguments) {
  std::vector<std::string> own;
  for (const std::string& argument : arguments) {
    const bool empty = argument.starts_with("--") && argument.size() > 3 &&
                       argument.find('=') == argument.size() - 1;
    own.push_back(empty ? argument.substr(0, argument.size() - 1) : argument);
    if (empty) own.emplace_back();
  }
  return own;
}

}  // namespace

std::optional<int> CommandLine::Parse(
    const std::vector<std::string>& arguments) {
  std::vector<std::string> own = arguments;
  if (rep_->trailing != nullptr) {
    const auto dashes = std::find(own.begin(), own.end(), "--");
    *rep_->trailing_given = dashes != own.end();
    if (dashes != own.end()) {
      rep_->trailing->assign(dashes + 1, own.end());
      own.erase(dashes, own.end());
    }
  }
  own = WithEmptyValues(own);
  // CLI11 takes them from the back.
  std::reverse(own.begin(), own.end());
  try {
    rep_->app.parse(own);
  } catch (const CLI::CallForHelp&) {
    std::fputs(rep_->app.help().c_str(), stdout);
    return kExitOk;
  } catch (const CLI::ParseError& error) {
    return WrongUse(rep_->name, WrongUseMessage(rep_->app, error));
  }
  return std::nullopt;
}

int WrongUse(std::string_view command, std::string_view message) {
  std::fprintf(stderr,
               "rollwatch %.*s: error: %.*s\n"
               "  = help: rollwatch %.*s --help\n",
               static_cast<int>(command.size()), command.data(),
               static_cast<int>(message.size()), message.data(),
               static_cast<int>(command.size()), command.data());
  return kExitWrongUse;
}

std::vector<std::string> SplitCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

bool WantsColour(int descriptor) {
  const char* term = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(descriptor) != 0 && (no_colour == nullptr || *no_colour == 0) &&
         term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace rollwatch
