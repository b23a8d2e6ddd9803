// What scraping makes of the labels of a metric.

#ifndef SCHEMA_SCRAPE_JOB_H_
#define SCHEMA_SCRAPE_JOB_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/matcher.h"
#include "base/time.h"

namespace schema {

struct Sample;

// A scrape job, as far as labels and intervals go. As it is made, it is a job
// of which nothing is known but that it adds job and instance.
struct ScrapeJob {
  // What its series have as label job; empty: that can be anything.
  std::string name = {};
  // What its targets get, and what relabelling writes.
  std::vector<std::string> labels = {"job", "instance"};
  // There are no others.
  bool labels_known = true;
  // Those of `labels` that every one of its targets has.
  std::vector<std::string> always = {};
  // A metric's own label stays. Else it becomes exported_*, where the target
  // has one of that name.
  bool honor_labels = true;
  // Labels that relabelling of the metrics may give any value, or drop.
  std::vector<std::string> rewritten = {};
  // That relabelling may do so to all labels.
  bool rewrites_any = false;
  // Nothing when it is not known.
  std::optional<base::Duration> scrape_interval = {};

  friend bool operator==(const ScrapeJob&, const ScrapeJob&) = default;
};

// Whether a series of `sample`, as the exporter publishes it, can satisfy the
// matchers of the label job among these when the job scrapes it.
bool CanCarry(const ScrapeJob& job, const Sample& sample,
              std::span<const base::Matcher> matchers);

// `sample`, as the exporter publishes it, as a query sees it when any of these
// jobs may have scraped it: only what holds for all of them is claimed.
// REQUIRES: !jobs.empty()
Sample Scraped(const Sample& sample, std::span<const ScrapeJob* const> jobs);

}  // namespace schema

#endif  // SCHEMA_SCRAPE_JOB_H_
