#include "rollwatch/timeline.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace rollwatch {
namespace {

using alerts::AlertState;

struct Glyph {
  std::string_view ascii;
  std::string_view utf8;
};

// By state.
constexpr Glyph kGlyphs[] = {{".", "·"}, {"-", "▒"}, {"#", "█"}};

constexpr std::size_t kLastColumn = 200;

// The characters that show [from, to); at least one.
void Mark(base::Timestamp from, base::Timestamp to, AlertState state,
          base::Timestamp start, base::Timestamp end,
          std::vector<AlertState>& cells) {
  const double span =
      static_cast<double>(std::max<base::Duration>(end - start, 1));
  const auto place = [&](base::Timestamp time) {
    const double share =
        std::clamp(static_cast<double>(time - start) / span, 0.0, 1.0);
    return std::min(
        cells.size() - 1,
        static_cast<std::size_t>(share * static_cast<double>(cells.size())));
  };
  // What ends at a character's begin does not reach into it.
  const std::size_t last = place(std::max(from, to - 1));
  for (std::size_t i = place(from); i <= last; ++i) {
    cells[i] = std::max(cells[i], state);
  }
}

std::string Clock(base::Timestamp time) {
  std::string text = base::FormatTimestamp(time).substr(0, 16);
  text[10] = ' ';
  return text;
}

}  // namespace

std::string DrawTimeline(const std::vector<const alerts::Episode*>& episodes,
                         base::Timestamp start, base::Timestamp end,
                         const TimelineOptions& options) {
  std::vector<AlertState> cells(std::max(options.width, kNarrowestTimeline),
                                AlertState::kInactive);
  for (const alerts::Episode* episode : episodes) {
    const base::Timestamp over = episode->ended_at.value_or(end + 1);
    const base::Timestamp fired = episode->fired_at.value_or(over);
    if (episode->active_at < fired && fired > start) {
      Mark(episode->active_at, fired, AlertState::kPending, start, end, cells);
    }
    if (fired < over) {
      Mark(fired, over, AlertState::kFiring, start, end, cells);
    }
  }
  std::string line;
  for (const AlertState state : cells) {
    const Glyph& glyph = kGlyphs[static_cast<std::size_t>(state)];
    line += options.utf8 ? glyph.utf8 : glyph.ascii;
  }
  return line;
}

std::string TimelineLegend(const TimelineOptions& options) {
  constexpr std::string_view kMeanings[] = {"quiet", "pending", "firing"};
  std::string legend;
  for (std::size_t i = 0; i < std::size(kGlyphs); ++i) {
    const Glyph& glyph = kGlyphs[i];
    if (i > 0) legend += "  ";
    legend += std::string(options.utf8 ? glyph.utf8 : glyph.ascii) + " " +
              std::string(kMeanings[i]);
  }
  return legend;
}

std::string DrawAxis(base::Timestamp start, base::Timestamp end,
                     const TimelineOptions& options) {
  std::string line(std::max(options.width, kNarrowestTimeline), ' ');
  const std::string first = Clock(start);
  line.replace(0, first.size(), first);
  const std::string middle = Clock(start + (end - start) / 2);
  const std::string last = Clock(end);
  if (line.size() >= first.size() + last.size() + 2) {
    line.replace(line.size() - last.size(), last.size(), last);
  }
  const std::size_t centre = line.size() / 2 - middle.size() / 2;
  if (line.size() >= 3 * middle.size() + 4) {
    line.replace(centre, middle.size(), middle);
  }
  return line;
}

TimelineOptions TimelineOfTerminal() {
  TimelineOptions options;
  winsize size{};
  if (isatty(1) != 0 && ioctl(1, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width =
        std::clamp<std::size_t>(size.ws_col, kNarrowestTimeline, kLastColumn);
  }
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == 0) continue;
    const std::string_view locale(value);
    options.utf8 = locale.find("UTF-8") != std::string_view::npos ||
                   locale.find("utf8") != std::string_view::npos;
    break;
  }
  return options;
}

}  // namespace rollwatch
