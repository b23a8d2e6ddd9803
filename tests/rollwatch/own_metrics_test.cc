#include "rollwatch/own_metrics.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <string>

#include "base/time.h"

namespace rollwatch {
namespace {

TEST(OwnMetricsTest, SayWhatRunsAndWhatItUses) {
  std::map<std::string, double> values;
  for (const exporter::Family& family : OwnMetrics()) {
    ASSERT_EQ(family.series.size(), 1u) << family.name;
    EXPECT_FALSE(family.help.empty()) << family.name;
    values[family.name] = family.series[0].value;
  }
  EXPECT_EQ(values["rollwatch_build_info"], 1);
  EXPECT_GE(values["process_open_fds"], 3);
  EXPECT_GT(values["process_max_fds"], values["process_open_fds"]);
  EXPECT_GT(values["process_resident_memory_bytes"], 1e6);
  EXPECT_GT(values["process_virtual_memory_bytes"],
            values["process_resident_memory_bytes"]);
  EXPECT_GE(values["process_threads"], 1);
  EXPECT_GE(values["process_cpu_seconds_total"], 0);
  const double now = static_cast<double>(base::Now()) / 1000;
  EXPECT_LE(values["process_start_time_seconds"], now + 2);
  EXPECT_GT(values["process_start_time_seconds"], now - 3600);
}

TEST(OwnMetricsTest, DescriptorsAreCounted) {
  const auto open_fds = [] {
    for (const exporter::Family& family : OwnMetrics()) {
      if (family.name == "process_open_fds") return family.series[0].value;
    }
    return -1.0;
  };
  const double before = open_fds();
  const int more = dup(0);
  EXPECT_EQ(open_fds(), before + 1);
  close(more);
  EXPECT_EQ(open_fds(), before);
}

}  // namespace
}  // namespace rollwatch
