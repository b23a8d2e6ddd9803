#include "schema/scrape_job.h"

#include <algorithm>
#include <utility>

#include "schema/schema.h"

namespace schema {
namespace {

constexpr std::string_view kJob = "job";

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Whether the label of the metric's own stays when the job scrapes it.
bool StaysOwn(const ScrapeJob& job, std::string_view label) {
  return job.honor_labels || !Contains(job.labels, label);
}

// Prometheus' own series have the target's labels whatever the job honors; any
// other may bring a job of its own.
bool HasNameOf(const ScrapeJob& job, const Sample& sample) {
  if (job.name.empty()) return false;
  if (!job.honor_labels || IsScrapeSeries(sample.name)) return true;
  return sample.labels_closed && sample.FindLabel(kJob) == nullptr;
}

void Rewrite(const ScrapeJob& job, Sample& sample) {
  for (LabelFacts& label : sample.labels) {
    if (Contains(job.rewritten, label.name)) {
      label = {label.name, Knowledge::kOpen, {}};
    } else if (job.rewrites_any && label.knowledge == Knowledge::kClosed) {
      label.knowledge = Knowledge::kSeen;
    }
  }
  std::erase_if(sample.exported, [&](const std::string& label) {
    return job.rewrites_any || Contains(job.rewritten, label);
  });
}

Sample ScrapedBy(const ScrapeJob& job, const Sample& published) {
  Sample sample = published;
  sample.labels_closed =
      sample.labels_closed && job.labels_known && !job.rewrites_any;
  std::vector<LabelFacts> labels;
  for (LabelFacts& own : sample.labels) {
    if (StaysOwn(job, own.name)) {
      // The target may have one of this name all the same.
      const bool sure = job.honor_labels || job.labels_known;
      if (!sure && own.knowledge == Knowledge::kClosed) {
        own.knowledge = Knowledge::kSeen;
      }
      labels.push_back(std::move(own));
      continue;
    }
    const bool always = Contains(job.always, own.name);
    if (always) sample.exported.push_back(own.name);
    labels.push_back({own.name, Knowledge::kOpen, {}});
    own.name = "exported_" + own.name;
    if (!always) own.values.emplace_back();
    labels.push_back(std::move(own));
  }
  sample.labels = std::move(labels);
  for (const std::vector<std::string>& names : {job.labels, job.rewritten}) {
    for (const std::string& label : names) {
      if (sample.FindLabel(label) != nullptr) continue;
      sample.labels.push_back({label, Knowledge::kOpen, {}});
    }
  }
  Rewrite(job, sample);
  return sample;
}

// The less that is known of either.
void Weaken(LabelFacts& facts, const LabelFacts& other) {
  for (const std::string& value : other.values) {
    if (!facts.Lists(value)) facts.values.push_back(value);
  }
  if (facts.knowledge == other.knowledge) return;
  const bool open = facts.knowledge == Knowledge::kOpen ||
                    other.knowledge == Knowledge::kOpen;
  facts.knowledge = open ? Knowledge::kOpen : Knowledge::kSeen;
}

void Merge(Sample& sample, Sample other) {
  static const LabelFacts kMissing = {{}, Knowledge::kClosed, {""}};
  for (LabelFacts& label : sample.labels) {
    const LabelFacts* same = other.FindLabel(label.name);
    Weaken(label, same != nullptr ? *same : kMissing);
  }
  for (LabelFacts& label : other.labels) {
    if (sample.FindLabel(label.name) != nullptr) continue;
    Weaken(label, kMissing);
    sample.labels.push_back(std::move(label));
  }
  std::erase_if(sample.exported, [&](const std::string& label) {
    return !Contains(other.exported, label);
  });
  sample.labels_closed = sample.labels_closed && other.labels_closed;
}

}  // namespace

bool CanCarry(const ScrapeJob& job, const Sample& sample,
              std::span<const base::Matcher> matchers) {
  if (!HasNameOf(job, sample)) return true;
  return std::ranges::all_of(matchers, [&](const base::Matcher& matcher) {
    return matcher.name() != kJob || matcher.Matches(job.name);
  });
}

Sample Scraped(const Sample& sample, std::span<const ScrapeJob* const> jobs) {
  Sample scraped = ScrapedBy(*jobs.front(), sample);
  for (const ScrapeJob* job : jobs.subspan(1)) {
    Merge(scraped, ScrapedBy(*job, sample));
  }
  return scraped;
}

}  // namespace schema
