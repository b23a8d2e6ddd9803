// prometheus-cpp alone, with the series that the sidecar has: for
// vs_exporters.sh.
//
//   exposer_peer HOST:PORT WORKFLOWS
//
// Serves until it is stopped: for each workflow three counters and a histogram
// of six buckets, as prometheus_query_* are.

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: exposer_peer HOST:PORT WORKFLOWS\n");
    return 2;
  }
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  const auto registry = std::make_shared<prometheus::Registry>();
  auto& counters = prometheus::BuildCounter()
                       .Name("prometheus_query_total")
                       .Help("Queries.")
                       .Register(*registry);
  auto& histograms = prometheus::BuildHistogram()
                         .Name("prometheus_query_duration_seconds")
                         .Help("How long queries took.")
                         .Register(*registry);
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    const std::string workflow = "workflow-" + std::to_string(i);
    for (const char* result : {"success", "failed", "timeout"}) {
      counters.Add({{"workflow", workflow}, {"result", result}});
    }
    histograms.Add(
        {{"workflow", workflow}},
        prometheus::Histogram::BucketBoundaries{0.1, 0.5, 1, 2, 5, 10});
  }
  prometheus::Exposer exposer(argv[1]);
  exposer.RegisterCollectable(registry);
  std::printf("listening\n");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop, &signal);
  return 0;
}
