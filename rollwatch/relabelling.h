// What the relabelling of a scrape job makes of labels.

#ifndef ROLLWATCH_RELABELLING_H_
#define ROLLWATCH_RELABELLING_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "schema/scrape_job.h"

namespace rollwatch {

using LabelNames = std::set<std::string, std::less<>>;

// Of relabel_configs or metric_relabel_configs; the defaults are Prometheus'.
struct RelabelStep {
  std::string action = "replace";
  std::vector<std::string> source_labels;
  std::string regex = "(.*)";
  std::string replacement = "$1";
  std::string target;
};

// A scrape job as it is written. The sets also hold labels that begin with __,
// which relabelling can read.
struct WrittenJob {
  schema::ScrapeJob job;
  LabelNames labels = {"job"};  // What some target of it has.
  LabelNames always = {"job"};  // What every target of it has.
  LabelNames rewritten;
  bool job_is_name = true;
  std::vector<RelabelStep> steps;
  std::vector<RelabelStep> metric_steps;
};

// What is known of the job's series behind all of its steps, one after the
// other. Without its targets, which steps apply cannot be known: only what
// holds whichever do is claimed.
schema::ScrapeJob Relabelled(WrittenJob job);

}  // namespace rollwatch

#endif  // ROLLWATCH_RELABELLING_H_
