#include "exporter/exposition.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/number.h"
#include "schema/schema.h"

namespace exporter {
namespace {

constexpr std::string_view kTotal = "_total";

// Appends `text` with backslashes before what would end or break it.
void AppendEscaped(std::string& out, std::string_view text, bool quotes) {
  const auto is_escaped = [quotes](char c) {
    return c == '\\' || c == '\n' || (c == '"' && quotes);
  };
  if (std::ranges::none_of(text, is_escaped)) {
    out += text;
    return;
  }
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

class PageWriter {
 public:
  PageWriter(PageFormat format, const PageOptions& options)
      : open_metrics_(format == PageFormat::kOpenMetrics),
        created_(open_metrics_ && options.created) {
    // About what the nine metrics need; a longer page doubles it.
    out_.reserve(std::size_t{16} << 10);
  }

  void Write(const Family& family) {
    WriteHead(family);
    for (const Series& series : family.series) {
      if (family.type == schema::MetricType::kHistogram) {
        WriteHistogram(family, series);
      } else {
        WriteSample(family.name, "", series.labels, {}, series.value,
                    ExemplarOf(series, 0));
      }
      if (created_ && series.created > 0) WriteCreated(family, series);
    }
  }

  std::string Finish() && {
    if (open_metrics_) out_ += "# EOF\n";
    return std::move(out_);
  }

 private:
  // A counter that does not end in _total cannot be one in OpenMetrics.
  std::string_view Type(const Family& family) const {
    const bool unknown =
        family.type == schema::MetricType::kUnknown ||
        (open_metrics_ && family.type == schema::MetricType::kCounter &&
         !family.name.ends_with(kTotal));
    if (unknown) return open_metrics_ ? "unknown" : "untyped";
    return schema::TypeName(family.type);
  }

  // OpenMetrics calls a counter without its _total.
  std::string_view NameOf(const Family& family) const {
    std::string_view name = family.name;
    if (open_metrics_ && family.type == schema::MetricType::kCounter &&
        name.ends_with(kTotal)) {
      name.remove_suffix(kTotal.size());
    }
    return name;
  }

  void WriteHead(const Family& family) {
    const std::string_view name = NameOf(family);
    if (!family.help.empty()) {
      WriteComment("HELP", name);
      AppendEscaped(out_, family.help, open_metrics_);
      out_ += '\n';
    }
    WriteComment("TYPE", name);
    out_ += Type(family);
    out_ += '\n';
    // Only a suffix of the name may be declared as unit.
    if (open_metrics_ && !family.unit.empty() &&
        name.ends_with("_" + family.unit)) {
      WriteComment("UNIT", name);
      out_ += family.unit + "\n";
    }
  }

  void WriteComment(std::string_view word, std::string_view name) {
    out_ += "# ";
    out_ += word;
    out_ += ' ';
    out_ += name;
    out_ += ' ';
  }

  void WriteHistogram(const Family& family, const Series& series) {
    for (std::size_t i = 0; i < series.buckets.size(); ++i) {
      std::string bound = "+Inf";
      if (i < family.bounds.size()) {
        bound = open_metrics_ ? base::FormatBound(family.bounds[i])
                              : base::FormatGeneral(family.bounds[i]);
      }
      WriteSample(family.name, "_bucket", series.labels, bound,
                  series.buckets[i], ExemplarOf(series, i));
    }
    WriteSample(family.name, "_sum", series.labels, {}, series.sum, nullptr);
    WriteSample(family.name, "_count", series.labels, {},
                series.buckets.empty() ? 0 : series.buckets.back(), nullptr);
  }

  // In seconds, with all their milliseconds: %g would cut them off.
  void WriteCreated(const Family& family, const Series& series) {
    WriteName(NameOf(family), "_created", series.labels, {});
    base::AppendDecimal(static_cast<double>(series.created) / 1000, out_);
    out_ += '\n';
  }

  void WriteSample(std::string_view name, std::string_view suffix,
                   const base::Labels& labels, std::string_view bound,
                   double value, const Exemplar* exemplar) {
    WriteName(name, suffix, labels, bound);
    out_ += base::FormatGeneral(value);
    if (exemplar != nullptr) WriteExemplar(*exemplar);
    out_ += '\n';
  }

  // Only OpenMetrics has them.
  const Exemplar* ExemplarOf(const Series& series, std::size_t place) const {
    if (!open_metrics_ || place >= series.exemplars.size()) return nullptr;
    return series.exemplars[place].get();
  }

  void WriteExemplar(const Exemplar& exemplar) {
    out_ += " # ";
    WriteLabel('{', "run_url", exemplar.run_url);
    out_ += "} ";
    out_ += base::FormatGeneral(exemplar.value);
    out_ += ' ';
    base::AppendDecimal(static_cast<double>(exemplar.time) / 1000, out_);
  }

  void WriteName(std::string_view name, std::string_view suffix,
                 const base::Labels& labels, std::string_view bound) {
    out_ += name;
    out_ += suffix;
    if (!labels.empty() || !bound.empty()) {
      char separator = '{';
      for (const base::Label& label : labels) {
        WriteLabel(separator, label.name, label.value);
        separator = ',';
      }
      if (!bound.empty()) WriteLabel(separator, "le", bound);
      out_ += '}';
    }
    out_ += ' ';
  }

  void WriteLabel(char separator, std::string_view name,
                  std::string_view value) {
    out_ += separator;
    out_ += name;
    out_ += "=\"";
    AppendEscaped(out_, value, true);
    out_ += '"';
  }

  bool open_metrics_;
  bool created_;
  std::string out_;
};

// One media range of an Accept header.
struct MediaRange {
  std::string type;
  std::string version;
  double quality = 1;
};

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string_view Unquoted(std::string_view text) {
  const bool quoted =
      text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// The part of `rest` before `separator`, which it then lies behind.
std::string_view Next(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest =
      end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return Trimmed(part);
}

MediaRange ParseMediaRange(std::string_view text) {
  MediaRange range;
  range.type = std::string(Next(text, ';'));
  absl::AsciiStrToLower(&range.type);
  while (!text.empty()) {
    std::string_view value = Next(text, ';');
    std::string name(Next(value, '='));
    absl::AsciiStrToLower(&name);
    value = Unquoted(Trimmed(value));
    if (name == "version") range.version = std::string(value);
    if (name == "q" &&
        !absl::SimpleAtod(absl::string_view(value.data(), value.size()),
                          &range.quality)) {
      range.quality = 0;
    }
  }
  return range;
}

std::optional<PageFormat> FormatOf(const MediaRange& range) {
  if (range.type == "application/openmetrics-text") {
    // A page of 1.0.0 is one of 0.0.1 too.
    if (range.version.empty() || range.version == "1.0.0" ||
        range.version == "0.0.1") {
      return PageFormat::kOpenMetrics;
    }
    return std::nullopt;
  }
  if (range.type == "text/plain") {
    if (range.version.empty() || range.version == "0.0.4") {
      return PageFormat::kText;
    }
    return std::nullopt;
  }
  if (range.type == "*/*" || range.type == "text/*") return PageFormat::kText;
  return std::nullopt;
}

}  // namespace

PageFormat NegotiateFormat(std::string_view accept) {
  PageFormat best = PageFormat::kText;
  double best_quality = 0;
  while (!accept.empty()) {
    const MediaRange range = ParseMediaRange(Next(accept, ','));
    const auto format = FormatOf(range);
    if (format && range.quality > best_quality) {
      best = *format;
      best_quality = range.quality;
    }
  }
  return best;
}

std::string_view ContentType(PageFormat format) {
  return format == PageFormat::kOpenMetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

std::string WritePage(const Snapshot& snapshot, PageFormat format,
                      const PageOptions& options) {
  PageWriter writer(format, options);
  for (const Family& family : snapshot.families) writer.Write(family);
  return std::move(writer).Finish();
}

}  // namespace exporter
