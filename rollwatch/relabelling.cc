#include "rollwatch/relabelling.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/matcher.h"

namespace rollwatch {
namespace {

// Labels that every target has before it is relabelled, beside job.
constexpr std::string_view kAlwaysThere[] = {
    "__address__", "__metrics_path__", "__scheme__", "__scrape_interval__",
    "__scrape_timeout__"};

bool IsPattern(const std::string& target) {
  return target.find('$') != std::string::npos;
}

bool Writes(const RelabelStep& step) {
  constexpr std::string_view kActions[] = {"replace", "hashmod", "lowercase",
                                           "uppercase"};
  return !step.target.empty() &&
         std::ranges::find(kActions, step.action) != std::end(kActions);
}

// Whether every target has the label behind the step, had it none before.
bool AlwaysSets(const RelabelStep& step, const LabelNames& always) {
  if (step.action == "hashmod") return true;
  if (step.action == "replace") {
    if (step.regex != "(.*)" && step.regex != ".*") return false;
    if (!IsPattern(step.replacement)) return !step.replacement.empty();
    const bool whole = step.replacement == "$1" || step.replacement == "${1}";
    if (!whole || step.regex != "(.*)") return false;
  }
  return std::ranges::any_of(step.source_labels, [&](const std::string& label) {
    return always.contains(label) ||
           std::ranges::find(kAlwaysThere, label) != std::end(kAlwaysThere);
  });
}

void Drop(const RelabelStep& step, LabelNames& names) {
  const auto regexp =
      base::Matcher::Make(base::MatchType::kRegexp, "", step.regex);
  std::erase_if(names, [&](const std::string& label) {
    return !regexp.ok() ||
           regexp->Matches(label) == (step.action == "labeldrop");
  });
}

// What the steps make of the targets' labels, one after the other.
void Relabel(WrittenJob& job) {
  for (const RelabelStep& step : job.steps) {
    if (step.action == "labelmap" || IsPattern(step.target)) {
      job.job.labels_known = false;
      job.job_is_name = false;
    } else if (step.action == "labeldrop" || step.action == "labelkeep") {
      Drop(step, job.labels);
      Drop(step, job.always);
      job.job_is_name = job.job_is_name && job.always.contains("job");
    } else if (Writes(step)) {
      if (step.target == "job") job.job_is_name = false;
      job.labels.insert(step.target);
      if (AlwaysSets(step, job.always)) {
        job.always.insert(step.target);
      } else if (step.action != "replace" || step.replacement.empty() ||
                 IsPattern(step.replacement)) {
        // An empty result takes the label away.
        job.always.erase(step.target);
      }
    }
  }
}

void RelabelMetrics(WrittenJob& job) {
  for (const RelabelStep& step : job.metric_steps) {
    if (step.action == "labelmap" || IsPattern(step.target)) {
      job.job.rewrites_any = true;
      job.job_is_name = false;
    } else if (step.action == "labeldrop" || step.action == "labelkeep") {
      LabelNames kept = job.labels;
      Drop(step, kept);
      for (const std::string& label : job.labels) {
        if (!kept.contains(label)) job.rewritten.insert(label);
      }
    } else if (Writes(step)) {
      job.rewritten.insert(step.target);
    }
  }
  if (job.rewritten.contains("job")) job.job_is_name = false;
}

}  // namespace

schema::ScrapeJob Relabelled(WrittenJob text) {
  Relabel(text);
  // A target without one gets its address.
  text.labels.insert("instance");
  text.always.insert("instance");
  RelabelMetrics(text);
  for (LabelNames* names : {&text.labels, &text.always, &text.rewritten}) {
    std::erase_if(*names, [](const std::string& label) {
      return label.starts_with("__");
    });
  }
  schema::ScrapeJob job = std::move(text.job);
  if (!text.job_is_name) job.name.clear();
  job.labels.assign(text.labels.begin(), text.labels.end());
  job.always.assign(text.always.begin(), text.always.end());
  job.rewritten.assign(text.rewritten.begin(), text.rewritten.end());
  return job;
}

}  // namespace rollwatch
