#include "promql/storage/pages.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/source.h"
#include "net/gzip.h"
#include "promql/storage/exposition.h"
#include "promql/storage/mapped_file.h"

namespace promql {
namespace {

// Of a gzipped page; what comes out must fit into memory.
constexpr std::size_t kLargestPage = std::size_t{16} << 30;

// A page in the wrong format has a finding on every line.
constexpr std::size_t kMostShown = 20;

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

// What cannot be mapped: standard input, a pipe.
absl::StatusOr<std::string> ReadStream(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(
      path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  std::string content;
  static constexpr std::size_t kPart = std::size_t{1} << 16;
  std::size_t count = 0;
  do {
    if (file == nullptr) break;
    const std::size_t begin = content.size();
    content.resize(begin + kPart);
    count = std::fread(content.data() + begin, 1, kPart, file.get());
    content.resize(begin + count);
  } while (count > 0);
  if (file == nullptr || std::ferror(file.get()) != 0) {
    return absl::UnavailableError(
        absl::StrFormat("%s: %s", path, std::strerror(errno)));
  }
  return content;
}

bool IsStream(const std::string& path) {
  std::error_code ignored;
  return path == "-" || std::filesystem::is_fifo(path, ignored) ||
         std::filesystem::is_character_file(path, ignored);
}

absl::Status PageError(const std::string& path, std::string_view text,
                       const base::Diagnostics& diagnostics, bool colour) {
  const base::Source source(path, std::string(text));
  std::string message;
  const auto& all = diagnostics.all();
  for (std::size_t i = 0; i < std::min(all.size(), kMostShown); ++i) {
    message += base::Render(source, all[i], colour);
  }
  if (all.size() > kMostShown) {
    message += absl::StrFormat("and %d more\n", all.size() - kMostShown);
  }
  while (message.ends_with('\n')) message.pop_back();
  return absl::InvalidArgumentError(message);
}

absl::Status LoadText(const std::string& path, std::string_view text,
                      const DataSourceOptions& options,
                      MemoryStorage& storage) {
  base::Diagnostics diagnostics;
  if (LoadExposition(text,
                     {.default_time = options.default_time,
                      .bounds_as_written = options.bounds_as_written},
                     storage, diagnostics)) {
    return absl::OkStatus();
  }
  return PageError(path, text, diagnostics, options.colour);
}

}  // namespace

absl::Status LoadPage(const std::string& path, const DataSourceOptions& options,
                      MemoryStorage& storage) {
  std::string stream;
  MappedFile file;
  if (IsStream(path)) {
    auto content = ReadStream(path);
    if (!content.ok()) return content.status();
    stream = *std::move(content);
  } else {
    auto opened = MappedFile::Open(path);
    if (!opened.ok()) return opened.status();
    file = *std::move(opened);
  }
  const std::string_view bytes = file.bytes().empty() ? stream : file.bytes();
  if (!net::LooksLikeGzip(bytes)) {
    return LoadText(path, bytes, options, storage);
  }
  auto text = net::Gunzip(bytes, kLargestPage);
  if (text.ok()) return LoadText(path, *text, options, storage);
  return absl::Status(
      text.status().code(),
      absl::StrFormat("%s: %s", path, std::string(text.status().message())));
}

}  // namespace promql
