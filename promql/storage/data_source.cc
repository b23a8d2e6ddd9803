#include "promql/storage/data_source.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "absl/strings/str_format.h"
#include "net/url.h"
#include "promql/storage/memory.h"
#include "promql/storage/merged_storage.h"
#include "promql/storage/pages.h"
#include "promql/storage/server/server_storage.h"
#include "promql/storage/tsdb/data_directory.h"
#include "promql/storage/tsdb/tsdb_storage.h"

namespace promql {
namespace {

namespace fs = std::filesystem;

// The regular files of a directory by name, hidden ones left out.
absl::StatusOr<std::vector<std::string>> FilesOf(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored) &&
        !at->path().filename().string().starts_with(".")) {
      files.push_back(at->path().string());
    }
  }
  if (error) {
    return absl::UnavailableError(
        absl::StrFormat("%s: %s", directory, error.message()));
  }
  if (files.empty()) {
    return absl::NotFoundError(absl::StrFormat(
        "%s: neither TSDB blocks nor pages of metrics", directory));
  }
  std::ranges::sort(files);
  return files;
}

// What the sources turned out to be.
class Opener {
 public:
  explicit Opener(const DataSourceOptions& options) : options_(options) {}

  absl::Status Add(const std::string& source);
  RecordedData Finish();

 private:
  absl::Status AddPage(const std::string& path);
  absl::Status AddBlocks(const std::string& path);
  absl::Status AddServer(const std::string& url);
  std::optional<TimeSpan> Wanted() const {
    if (!options_.start.has_value() || !options_.end.has_value()) return {};
    return TimeSpan{*options_.start, *options_.end};
  }

  const DataSourceOptions& options_;
  std::unique_ptr<MemoryStorage> pages_;
  std::vector<tsdb::Block> blocks_;
  std::vector<std::unique_ptr<const Storage>> servers_;
  std::vector<std::string> warnings_;
};

absl::Status Opener::AddBlocks(const std::string& path) {
  if (options_.progress) options_.progress("opening " + path);
  auto directory = tsdb::OpenDataDirectory(path);
  if (!directory.ok()) return directory.status();
  std::ranges::move(directory->blocks, std::back_inserter(blocks_));
  std::ranges::move(directory->warnings, std::back_inserter(warnings_));
  return absl::OkStatus();
}

absl::Status Opener::AddPage(const std::string& path) {
  if (pages_ == nullptr) pages_ = std::make_unique<MemoryStorage>();
  if (options_.progress) options_.progress("reading " + path);
  return LoadPage(path, options_, *pages_);
}

absl::Status Opener::AddServer(const std::string& url) {
  const auto parts = net::ParseUrl(url);
  if (!parts.ok()) {
    return absl::UnavailableError(
        absl::StrFormat("%s: %s", url, std::string(parts.status().message())));
  }
  servers_.push_back(std::make_unique<server::ServerStorage>(url, options_));
  return absl::OkStatus();
}

absl::Status Opener::Add(const std::string& source) {
  if (source.starts_with("http://") || source.starts_with("https://")) {
    return AddServer(source);
  }
  std::error_code ignored;
  if (!fs::is_directory(source, ignored)) return AddPage(source);
  if (tsdb::IsDataDirectory(source)) return AddBlocks(source);
  const auto files = FilesOf(source);
  if (!files.ok()) return files.status();
  for (const std::string& file : *files) {
    const absl::Status status = AddPage(file);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

RecordedData Opener::Finish() {
  RecordedData data;
  std::vector<std::unique_ptr<const Storage>> parts;
  const auto widen = [&](TimeSpan span) {
    if (!data.span.has_value()) data.span = span;
    data.span->start = std::min(data.span->start, span.start);
    data.span->end = std::max(data.span->end, span.end);
  };
  if (pages_ != nullptr) {
    if (pages_->sample_count() > 0) {
      widen({pages_->min_time(), pages_->max_time()});
    }
    parts.push_back(std::move(pages_));
  }
  for (const tsdb::Block& block : blocks_) widen(block.meta().span);
  // Up to when a server has samples is not known.
  if (!servers_.empty()) data.span.reset();
  if (!blocks_.empty()) {
    parts.push_back(
        std::make_unique<tsdb::TsdbStorage>(std::move(blocks_), Wanted()));
  }
  std::ranges::move(servers_, std::back_inserter(parts));
  data.warnings = std::move(warnings_);
  data.storage = parts.size() == 1
                     ? std::move(parts.front())
                     : std::make_unique<MergedStorage>(std::move(parts));
  return data;
}

}  // namespace

absl::StatusOr<RecordedData> OpenData(const std::vector<std::string>& sources,
                                      const DataSourceOptions& options) {
  Opener opener(options);
  absl::Status status;
  for (const std::string& source : sources) {
    status = opener.Add(source);
    if (!status.ok()) break;
  }
  if (options.progress) options.progress("");
  if (!status.ok()) return status;
  return opener.Finish();
}

}  // namespace promql
