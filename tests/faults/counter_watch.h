// Watches that no counter on a page ever goes backwards.

#ifndef TESTS_FAULTS_COUNTER_WATCH_H_
#define TESTS_FAULTS_COUNTER_WATCH_H_

#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <string_view>

namespace tests {

// Not safe for use by several threads.
class CounterWatch {
 public:
  // Takes in a page, in either format; returns the first series that is less
  // than before, or whose _created is another, with both values; "" when there
  // is none.
  std::string Look(const std::string& page) {
    std::istringstream lines(page);
    std::string problem;
    for (std::string line; std::getline(lines, line);) {
      const std::size_t space = line.rfind(' ');
      if (line.starts_with('#') || space == line.npos) continue;
      const std::string series = line.substr(0, space);
      const std::string_view name =
          std::string_view(series).substr(0, series.find('{'));
      const bool created = name.ends_with("_created");
      if (!created && !IsCounter(name)) continue;
      const double value = std::strtod(line.c_str() + space, nullptr);
      const auto [known, fresh] = last_.emplace(series, value);
      if (!fresh &&
          (created ? value != known->second : value < known->second)) {
        problem = series + ": " + std::to_string(known->second) + ", then " +
                  std::to_string(value);
      }
      known->second = value;
    }
    if (!page.empty()) ++pages_;
    return problem;
  }

  int pages() const { return pages_; }
  std::size_t series() const { return last_.size(); }
  double Sum(std::string_view name) const {
    double sum = 0;
    for (const auto& [series, value] : last_) {
      if (std::string_view(series).starts_with(name)) sum += value;
    }
    return sum;
  }

 private:
  static bool IsCounter(std::string_view name) {
    for (const char* prefix :
         {"deployment_", "smoke_test_", "prometheus_query_"}) {
      if (!name.starts_with(prefix)) continue;
      for (const char* suffix : {"_total", "_bucket", "_count", "_sum"}) {
        if (name.ends_with(suffix)) return true;
      }
    }
    return false;
  }

  std::map<std::string, double> last_;
  int pages_ = 0;
};

}  // namespace tests

#endif  // TESTS_FAULTS_COUNTER_WATCH_H_
