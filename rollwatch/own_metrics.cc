#include "rollwatch/own_metrics.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "rollwatch/version.h"

namespace rollwatch {
namespace {

// The fields of /proc/self/stat from the third on, which stand behind the
// program's name (proc(5)).
struct Stat {
  double cpu_seconds = 0;
  double threads = 0;
  double start_ticks = 0;
  double virtual_bytes = 0;
  double resident_bytes = 0;
};

std::optional<Stat> ReadStat() {
  // Opened once: to look a file of /proc up costs more than to read it.
  static const int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  std::array<char, 1024> bytes;
  const ssize_t size = pread(file, bytes.data(), bytes.size(), 0);
  if (size <= 0) return std::nullopt;
  const std::string_view text(bytes.data(), static_cast<std::size_t>(size));
  const std::size_t name_end = text.rfind(')');
  if (name_end == text.npos) return std::nullopt;
  // Behind the name and the state, number 4 of proc(5) is the first.
  constexpr int kFirst = 4;
  constexpr int kLast = 24;
  double fields[kLast + 1] = {};
  const char* at = text.data() + std::min(name_end + 4, text.size());
  for (int i = kFirst; i <= kLast; ++i) {
    const auto [end, error] =
        std::from_chars(at, text.data() + text.size(), fields[i]);
    if (error != std::errc()) return std::nullopt;
    at = end + 1;
  }
  static const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  static const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  return Stat{(fields[14] + fields[15]) / ticks, fields[20], fields[22] / ticks,
              fields[23], fields[24] * page};
}

// When the machine was started, in seconds since 1970.
std::optional<double> BootTime() {
  std::ifstream in("/proc/stat");
  std::string word;
  while (in >> word) {
    double seconds = 0;
    if (word == "btime" && in >> seconds) return seconds;
  }
  return std::nullopt;
}

// Does not change, whatever becomes of the clock.
std::optional<double> StartTime() {
  static const std::optional<double> start = []() -> std::optional<double> {
    const std::optional<double> boot = BootTime();
    const std::optional<Stat> stat = ReadStat();
    if (!boot || !stat) return std::nullopt;
    return *boot + stat->start_ticks;
  }();
  return start;
}

std::optional<double> OpenDescriptors() {
  // Linux 6.2 and later say how many there are.
  struct stat status = {};
  if (stat("/proc/self/fd", &status) == 0 && status.st_size > 0) {
    return static_cast<double>(status.st_size);
  }
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return std::nullopt;
  double count = 0;
  while (const dirent* entry = readdir(folder)) {
    if (entry->d_name[0] != '.') ++count;
  }
  closedir(folder);
  return count - 1;  // Without the folder's own.
}

std::optional<double> Limit(__rlimit_resource resource) {
  rlimit limit = {};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::nullopt;
  }
  return static_cast<double>(limit.rlim_cur);
}

class Page {
 public:
  void Add(std::string_view name, schema::MetricType type,
           std::string_view help, std::optional<double> value,
           base::Labels labels = {}) {
    if (!value) return;
    exporter::Family family;
    family.name = name;
    family.type = type;
    family.help = help;
    family.series.push_back({std::move(labels), *value, {}});
    families_.push_back(std::move(family));
  }
  std::vector<exporter::Family> Take() { return std::move(families_); }

 private:
  std::vector<exporter::Family> families_;
};

}  // namespace

std::vector<exporter::Family> OwnMetrics() {
  using schema::MetricType;
  Page page;
  page.Add("rollwatch_build_info", MetricType::kGauge,
           "The version that runs; the value is 1.", 1.0,
           {{"version", kVersion}});
  const std::optional<Stat> stat = ReadStat();
  const auto of = [&stat](double Stat::*field) {
    return stat ? std::optional<double>((*stat).*field) : std::nullopt;
  };
  page.Add("process_cpu_seconds_total", MetricType::kCounter,
           "User and system CPU time spent in seconds.",
           of(&Stat::cpu_seconds));
  page.Add("process_open_fds", MetricType::kGauge,
           "Number of open file descriptors.", OpenDescriptors());
  page.Add("process_max_fds", MetricType::kGauge,
           "Maximum number of open file descriptors.", Limit(RLIMIT_NOFILE));
  page.Add("process_virtual_memory_bytes", MetricType::kGauge,
           "Virtual memory size in bytes.", of(&Stat::virtual_bytes));
  page.Add("process_virtual_memory_max_bytes", MetricType::kGauge,
           "Maximum amount of virtual memory in bytes.", Limit(RLIMIT_AS));
  page.Add("process_resident_memory_bytes", MetricType::kGauge,
           "Resident memory size in bytes.", of(&Stat::resident_bytes));
  page.Add("process_threads", MetricType::kGauge,
           "Number of threads of the process.", of(&Stat::threads));
  page.Add("process_start_time_seconds", MetricType::kGauge,
           "When the process started, in seconds since 1970.", StartTime());
  return page.Take();
}

}  // namespace rollwatch
