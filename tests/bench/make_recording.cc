// Writes a week of metrics in OpenMetrics, the same in every run: what
// vs_prometheus.sh asks Prometheus and rollwatch about. Counters with resets,
// gauges, classic histograms, and the metrics of examples/alerts.yml.
//
//   make_recording FILE FIRST_SECOND DAYS

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr std::int64_t kScrape = 15;  // Seconds.

class Random {
 public:
  // In [0, below).
  std::uint64_t Below(std::uint64_t below) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % below;
  }

 private:
  std::uint64_t state_ = 42;
};

// A label and the values that it takes.
struct Dimension {
  const char* name;
  std::vector<const char*> values;
};

struct Family {
  const char* name;
  enum class Kind { kCounter, kGauge, kHistogram } kind;
  std::vector<Dimension> labels;
  std::uint64_t growth;  // Of a counter at a scrape, below this.
};

using Kind = Family::Kind;

// clang-format off
const std::vector<Family> kFamilies = {
    {"http_requests", Kind::kCounter, {{"job", {"app-staging", "app-production", "app-test"}}, {"instance", {"a", "b", "c", "d"}}, {"status", {"200", "404", "500"}}}, 40},
    {"http_request_duration_seconds", Kind::kHistogram, {{"job", {"app-staging", "app-production"}}, {"instance", {"a", "b"}}}, 12},
    {"memory_bytes", Kind::kGauge, {{"job", {"app-staging", "app-production"}}, {"instance", {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}}}, 0},
    {"deployment", Kind::kCounter, {{"environment", {"staging", "production"}}, {"status", {"succeeded", "failed", "rolled_back"}}}, 2},
    {"deployment_rollback", Kind::kCounter, {{"environment", {"staging", "production"}}, {"reason", {"canary", "smoke"}}}, 2},
    {"deployment_duration_seconds", Kind::kHistogram, {{"environment", {"staging", "production"}}}, 2},
    {"smoke_test", Kind::kCounter, {{"environment", {"staging", "production"}}, {"result", {"passed", "failed"}}}, 2},
    {"smoke_test_duration_seconds", Kind::kHistogram, {{"environment", {"staging", "production"}}}, 2},
    {"canary_traffic_percentage", Kind::kGauge, {{"environment", {"staging", "production"}}, {"deployment_id", {"1"}}}, 0},
    {"prometheus_query", Kind::kCounter, {{"workflow", {"deploy", "verify"}}, {"result", {"ok", "failed", "timeout"}}}, 3},
    {"prometheus_query_duration_seconds", Kind::kHistogram, {{"workflow", {"deploy", "verify"}}}, 3},
    {"up", Kind::kGauge, {{"job", {"rollwatch", "app"}}}, 0},
    {"load_ratio", Kind::kGauge, {{"job", {"app-staging", "app-production"}}, {"instance", {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}}}, 0},
};
// clang-format on

constexpr const char* kBounds[] = {"0.05", "0.1", "0.25", "0.5",
                                   "1",    "60",  "1800", "+Inf"};

class Writer {
 public:
  Writer(std::FILE* file, std::int64_t first, std::int64_t scrapes)
      : file_(file), first_(first), scrapes_(scrapes) {}

  void Write(const Family& family) {
    constexpr const char* kTypes[] = {"counter", "gauge", "histogram"};
    std::fprintf(file_, "# TYPE %s %s\n", family.name,
                 kTypes[static_cast<int>(family.kind)]);
    WriteSeries(family, 0, "");
  }

 private:
  // A series for each combination of the values from the label `next` on.
  void WriteSeries(const Family& family, std::size_t next,
                   const std::string& labels) {
    if (next == family.labels.size()) {
      if (family.kind == Kind::kHistogram)
        return WriteHistogram(family, labels);
      if (family.kind == Kind::kGauge) return WriteGauge(family.name, labels);
      return WriteCounter(family.name + std::string("_total"), labels,
                          family.growth);
    }
    for (const char* value : family.labels[next].values) {
      WriteSeries(family, next + 1,
                  labels + (labels.empty() ? "" : ",") +
                      family.labels[next].name + "=\"" + value + "\"");
    }
  }

  void Sample(const std::string& name, const std::string& labels, double value,
              std::int64_t scrape) {
    std::fprintf(file_, "%s{%s} %.17g %lld\n", name.c_str(), labels.c_str(),
                 value, static_cast<long long>(first_ + scrape * kScrape));
  }

  // Starts anew about once in two days.
  void WriteCounter(const std::string& name, const std::string& labels,
                    std::uint64_t growth) {
    double value = 1e6;
    for (std::int64_t i = 0; i < scrapes_; ++i) {
      if (random_.Below(11'000) == 0) value = 1e6;
      value += static_cast<double>(random_.Below(growth));
      Sample(name, labels, value, i);
    }
  }

  // Ratios have all the digits of a double, so that sums of them are rounded.
  void WriteGauge(const std::string& name, const std::string& labels) {
    const bool is_up = name == "up";
    const bool is_ratio = name == "load_ratio";
    for (std::int64_t i = 0; i < scrapes_; ++i) {
      const auto walk = static_cast<double>(random_.Below(1'000'000));
      Sample(name, labels,
             is_up      ? 1
             : is_ratio ? walk / 3e6
                        : walk / 16 * 7,
             i);
    }
  }

  // A bucket holds the observations of all buckets below as well.
  void WriteHistogram(const Family& family, const std::string& labels) {
    constexpr std::size_t kBuckets = std::size(kBounds);
    std::vector<std::vector<double>> counts(kBuckets);
    std::vector<double> total(kBuckets, 0);
    for (std::int64_t i = 0; i < scrapes_; ++i) {
      double added = 0;
      for (std::size_t b = 0; b < kBuckets; ++b) {
        added += static_cast<double>(random_.Below(family.growth));
        total[b] += added;
        counts[b].push_back(total[b]);
      }
    }
    const std::string name = family.name;
    for (std::size_t b = 0; b < kBuckets; ++b) {
      const std::string bound = ",le=\"" + std::string(kBounds[b]) + "\"";
      WriteColumn(name + "_bucket", labels + bound, counts[b], 1);
    }
    WriteColumn(name + "_count", labels, counts.back(), 1);
    WriteColumn(name + "_sum", labels, counts.back(), 0.3125);
  }

  void WriteColumn(const std::string& name, const std::string& labels,
                   const std::vector<double>& values, double factor) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      Sample(name, labels, values[i] * factor, static_cast<std::int64_t>(i));
    }
  }

  std::FILE* file_;
  std::int64_t first_;
  std::int64_t scrapes_;
  Random random_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "make_recording FILE FIRST_SECOND DAYS\n");
    return 2;
  }
  std::FILE* file = std::fopen(argv[1], "w");
  if (file == nullptr) {
    std::perror(argv[1]);
    return 3;
  }
  Writer writer(file, std::atoll(argv[2]),
                std::atoll(argv[3]) * 86'400 / kScrape);
  for (const Family& family : kFamilies) writer.Write(family);
  std::fprintf(file, "# EOF\n");
  return std::fclose(file) == 0 ? 0 : 3;
}
