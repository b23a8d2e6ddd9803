// DESIGN.md's include table, enforced on the #include lines of the tree.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Layer {
  std::string_view folder;
  std::vector<std::string_view> may_include;  // Prefixes of project headers.
};

// The longest matching folder decides. Each may include itself.
const std::vector<Layer>& Layers() {
  static const std::vector<Layer> layers = {
      {"base/", {}},
      {"net/", {"base/"}},
      {"schema/", {"base/"}},
      {"promql/syntax/", {"base/"}},
      {"promql/functions/", {"base/"}},
      {"promql/check/",
       {"base/", "schema/", "promql/syntax/", "promql/functions/"}},
      {"promql/engine/",
       {"base/", "promql/syntax/", "promql/functions/", "promql/check/"}},
      {"promql/storage/",
       {"base/", "schema/", "net/", "promql/engine/storage.h"}},
      // The load / eval / expect language uses all of promql.
      {"promql/script/", {"base/", "promql/"}},
      {"alerts/", {"base/", "schema/", "promql/"}},
      {"dashboards/", {"base/", "schema/", "promql/"}},
      {"exporter/", {"base/", "schema/", "net/"}},
      {"rollwatch/",
       {"base/", "net/", "schema/", "promql/", "alerts/", "exporter/",
        "dashboards/"}},
  };
  return layers;
}

struct Library {
  std::string_view header_prefix;
  std::vector<std::string_view> only_in;  // Empty: anywhere.
};

// Third-party headers and the one file that may include each.
const std::vector<Library>& Libraries() {
  static const std::vector<Library> libraries = {
      {"absl/", {}},
      {"re2/", {}},
      {"yaml.h", {"base/yaml.cc"}},
      {"nlohmann/", {"base/json.cc"}},
      {"CLI/", {"rollwatch/command_line.cc"}},
      {"curl/", {"net/http_client.cc"}},
      {"boost/",
       {"net/http_server.cc", "net/http_connection.cc", "net/http_connection.h",
        "net/http_exchange.h"}},
      {"openssl/",
       {"net/http_connection.cc", "net/tls.cc", "net/password.cc",
        "net/signature.cc"}},
      {"crypt.h", {"net/password.cc"}},
      {"zlib.h", {"net/gzip.cc"}},
      {"sqlite3.h", {"exporter/journal_database.cc"}},
      {"prometheus/", {"exporter/collectable.cc", "exporter/collectable.h"}},
  };
  return libraries;
}

// What the compiler and the system bring; these have no folder of ours.
bool IsSystemHeader(std::string_view header) {
  if (header.find('/') == std::string_view::npos) {
    // <vector>, <unistd.h>; but a library's single header is in its row.
    return std::ranges::none_of(Libraries(), [&](const Library& library) {
      return library.header_prefix == header;
    });
  }
  return header.starts_with("sys/") || header.starts_with("netinet/") ||
         header.starts_with("arpa/") || header.starts_with("linux/");
}

const Layer* LayerOf(std::string_view path) {
  const Layer* best = nullptr;
  for (const Layer& layer : Layers()) {
    if (path.starts_with(layer.folder) &&
        (best == nullptr || layer.folder.size() > best->folder.size())) {
      best = &layer;
    }
  }
  return best;
}

struct Include {
  std::string header;
  bool angled = false;
};

std::optional<Include> ParseInclude(std::string_view line) {
  constexpr std::string_view kDirective = "#include ";
  if (!line.starts_with(kDirective)) return std::nullopt;
  line.remove_prefix(kDirective.size());
  if (line.empty()) return std::nullopt;
  const char close = line[0] == '<' ? '>' : '"';
  const std::size_t end = line.find(close, 1);
  if (end == std::string_view::npos) return std::nullopt;
  return Include{std::string(line.substr(1, end - 1)), line[0] == '<'};
}

// Why `path` may not include `include`, or empty.
std::string Violation(std::string_view path, const Include& include) {
  const std::string& header = include.header;
  for (const Library& library : Libraries()) {
    if (!header.starts_with(library.header_prefix)) continue;
    // Our own program's folder and absl's prefixes never meet.
    if (library.only_in.empty() ||
        std::ranges::find(library.only_in, path) != library.only_in.end()) {
      return {};
    }
    return header + " belongs in " + std::string(library.only_in.front());
  }
  if (include.angled && IsSystemHeader(header)) return {};
  const Layer* layer = LayerOf(path);
  if (layer == nullptr) return "the folder has no row in the table";
  if (header.starts_with(layer->folder)) return {};
  for (const std::string_view prefix : layer->may_include) {
    if (header.starts_with(prefix)) return {};
  }
  return header + " is not for this layer";
}

std::vector<std::string> SourceFiles() {
  const fs::path root = ROLLWATCH_SOURCE_DIR;
  std::vector<std::string> files;
  for (const std::string_view top :
       {"base", "net", "schema", "promql", "alerts", "exporter", "dashboards",
        "rollwatch"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".h" || extension == ".cc") {
        files.push_back(fs::relative(entry.path(), root).string());
      }
    }
  }
  std::ranges::sort(files);
  return files;
}

TEST(LayersTest, EveryIncludeIsAllowedByTheTable) {
  const std::vector<std::string> files = SourceFiles();
  ASSERT_GT(files.size(), 10U);
  for (const std::string& file : files) {
    std::ifstream in(fs::path(ROLLWATCH_SOURCE_DIR) / file);
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
      const auto include = ParseInclude(line);
      if (!include) continue;
      EXPECT_EQ(Violation(file, *include), "") << file << ":" << number;
    }
  }
}

TEST(LayersTest, HeaderGuardIsThePath) {
  for (const std::string& file : SourceFiles()) {
    if (!file.ends_with(".h")) continue;
    std::string guard;
    for (const char c : file) {
      guard +=
          std::isalnum(static_cast<unsigned char>(c)) != 0
              ? static_cast<char>(std::toupper(static_cast<unsigned char>(c)))
              : '_';
    }
    guard += '_';
    std::ifstream in(fs::path(ROLLWATCH_SOURCE_DIR) / file);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    EXPECT_NE(text.find("#ifndef " + guard + "\n#define " + guard),
              std::string::npos)
        << file << " wants the guard " << guard;
  }
}

struct Case {
  const char* name;
  const char* file;
  const char* line;
  const char* want;
};

class ViolationTest : public testing::TestWithParam<Case> {};

TEST_P(ViolationTest, IsSeen) {
  const auto include = ParseInclude(GetParam().line);
  ASSERT_TRUE(include.has_value());
  EXPECT_EQ(Violation(GetParam().file, *include), GetParam().want);
}

constexpr Case kCases[] = {
    {"ExporterNeverSeesPromql", "exporter/totals.cc",
     "#include \"promql/syntax/tree.h\"",
     "promql/syntax/tree.h is not for this layer"},
    {"AlertsNeverSeeDashboards", "alerts/lint/lint.cc",
     "#include \"dashboards/model.h\"",
     "dashboards/model.h is not for this layer"},
    {"KernelsNeverSeeATree", "promql/functions/rate.cc",
     "#include \"promql/syntax/tree.h\"",
     "promql/syntax/tree.h is not for this layer"},
    {"OneFileReadsYaml", "alerts/rules/rule_file.cc", "#include <yaml.h>",
     "yaml.h belongs in base/yaml.cc"},
    {"OneFileServesHttp", "rollwatch/serve.cc", "#include <boost/beast.hpp>",
     "boost/beast.hpp belongs in net/http_server.cc"},
    {"BaseIncludesNobody", "base/labels.cc", "#include \"schema/schema.h\"",
     "schema/schema.h is not for this layer"},
    {"StorageSeesTheInterfaceOnly", "promql/storage/memory.cc",
     "#include \"promql/engine/run.h\"",
     "promql/engine/run.h is not for this layer"},
    {"StandardHeadersAreFree", "base/labels.cc", "#include <vector>", ""},
};

INSTANTIATE_TEST_SUITE_P(Table, ViolationTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
