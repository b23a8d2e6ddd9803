#include "rollwatch/prometheus_config.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "absl/strings/ascii.h"
#include "base/yaml.h"
#include "rollwatch/relabelling.h"

namespace rollwatch {
namespace {

// Prometheus' default.
constexpr base::Duration kScrapeInterval = 60'000;

constexpr std::string_view kServiceDiscovery = "_sd_configs";

// Of all discoveries these alone give targets labels of their own; the others
// give __meta_* labels, which relabelling uses.
constexpr std::string_view kBringLabels[] = {"file_sd_configs",
                                             "http_sd_configs"};

// A configuration may have any of them, and has one at least.
constexpr std::string_view kSections[] = {
    "alerting",       "global",     "otlp",    "remote_read",
    "remote_write",   "rule_files", "runtime", "scrape_config_files",
    "scrape_configs", "storage",    "tracing",
};

class ConfigReader {
 public:
  explicit ConfigReader(base::Diagnostics& diagnostics)
      : diagnostics_(diagnostics) {}

  PrometheusConfig Read(const base::YamlNode& document) {
    ReadMap(document, "the configuration",
            {{"global",
              [&](const base::YamlEntry& entry) { ReadGlobal(*entry.value); }},
             {"rule_files",
              [&](const base::YamlEntry& entry) {
                ReadEach(*entry.value, "rule_files",
                         [&](const base::YamlNode& node) {
                           config_.rule_files.push_back(Text(node));
                         });
              }},
             {"scrape_config_files",
              [&](const base::YamlEntry&) { more_jobs_ = true; }},
             {"scrape_configs", [&](const base::YamlEntry& entry) {
                jobs_node_ = entry.value;
              }}});
    // The jobs' default interval may stand behind them.
    if (jobs_node_ != nullptr) {
      ReadEach(*jobs_node_, "scrape_configs",
               [&](const base::YamlNode& node) { ReadJob(node); });
    }
    if (more_jobs_ || config_.jobs.empty()) {
      config_.jobs.push_back({.labels_known = false});
    }
    return std::move(config_);
  }

 private:
  void ReadMap(const base::YamlNode& node, std::string_view type,
               std::initializer_list<base::YamlField> fields) {
    base::ReadYamlMap(node, type, fields, diagnostics_,
                      /*ignore_unknown=*/true);
  }
  void ReadEach(const base::YamlNode& node, std::string_view type,
                const std::function<void(const base::YamlNode&)>& read) {
    base::ReadYamlSequence(node, type, read, diagnostics_);
  }
  std::string Text(const base::YamlNode& node) {
    return base::ReadYamlString(node, diagnostics_).value_or("");
  }
  void ReadInterval(const base::YamlNode& node, base::Duration& interval) {
    const auto value = base::ReadYamlDuration(node, diagnostics_);
    if (value && *value > 0) interval = *value;
  }

  void ReadGlobal(const base::YamlNode& node) {
    ReadMap(node, "global",
            {{"scrape_interval",
              [&](const base::YamlEntry& entry) {
                ReadInterval(*entry.value, default_interval_);
              }},
             {"external_labels", [&](const base::YamlEntry& entry) {
                base::LabelsBuilder labels;
                for (const base::YamlEntry& label : entry.value->entries) {
                  labels.Set(Text(*label.key), Text(*label.value));
                }
                config_.external_labels = labels.Build();
              }}});
  }

  void ReadJob(const base::YamlNode& node) {
    WrittenJob job;
    job.job.honor_labels = false;
    job.job.scrape_interval = default_interval_;
    base::Duration& interval = *job.job.scrape_interval;
    ReadMap(
        node, "a scrape job",
        {{"job_name",
          [&](const base::YamlEntry& entry) {
            job.job.name = Text(*entry.value);
          }},
         {"scrape_interval",
          [&](const base::YamlEntry& entry) {
            ReadInterval(*entry.value, interval);
          }},
         {"honor_labels",
          [&](const base::YamlEntry& entry) {
            job.job.honor_labels =
                base::ReadYamlBool(*entry.value, diagnostics_).value_or(false);
          }},
         {"static_configs",
          [&](const base::YamlEntry& entry) {
            ReadTargets(*entry.value, job);
          }},
         {"relabel_configs",
          [&](const base::YamlEntry& entry) {
            ReadSteps(*entry.value, job.steps);
          }},
         {"metric_relabel_configs", [&](const base::YamlEntry& entry) {
            ReadSteps(*entry.value, job.metric_steps);
          }}});
    for (const base::YamlEntry& entry : node.entries) {
      const std::string key = Text(*entry.key);
      if (!key.ends_with(kServiceDiscovery)) continue;
      job.always = {"job"};
      if (std::ranges::find(kBringLabels, key) != std::end(kBringLabels)) {
        job.job.labels_known = false;
        job.job_is_name = false;
      }
    }
    config_.jobs.push_back(Relabelled(std::move(job)));
  }

  void ReadTargets(const base::YamlNode& node, WrittenJob& job) {
    bool first = true;
    LabelNames always;
    ReadEach(node, "static_configs", [&](const base::YamlNode& targets) {
      LabelNames labels;
      const base::YamlNode* map = targets.Find("labels");
      if (map != nullptr) {
        for (const base::YamlEntry& label : map->entries) {
          if (!Text(*label.value).empty()) labels.insert(Text(*label.key));
        }
      }
      if (labels.contains("job")) job.job_is_name = false;
      job.labels.insert(labels.begin(), labels.end());
      if (first) {
        always = labels;
      } else {
        std::erase_if(always, [&](const std::string& label) {
          return !labels.contains(label);
        });
      }
      first = false;
    });
    job.always.insert(always.begin(), always.end());
  }

  void ReadSteps(const base::YamlNode& node, std::vector<RelabelStep>& steps) {
    ReadEach(node, "relabelling", [&](const base::YamlNode& map) {
      RelabelStep step;
      ReadMap(map, "relabelling",
              {{"action",
                [&](const base::YamlEntry& entry) {
                  step.action = absl::AsciiStrToLower(Text(*entry.value));
                }},
               {"source_labels",
                [&](const base::YamlEntry& entry) {
                  ReadEach(*entry.value, "source_labels",
                           [&](const base::YamlNode& label) {
                             step.source_labels.push_back(Text(label));
                           });
                }},
               {"regex",
                [&](const base::YamlEntry& entry) {
                  step.regex = Text(*entry.value);
                }},
               {"replacement",
                [&](const base::YamlEntry& entry) {
                  step.replacement = Text(*entry.value);
                }},
               {"target_label", [&](const base::YamlEntry& entry) {
                  step.target = Text(*entry.value);
                }}});
      steps.push_back(std::move(step));
    });
  }

  base::Diagnostics& diagnostics_;
  base::Duration default_interval_ = kScrapeInterval;
  base::YamlNodePtr jobs_node_;
  bool more_jobs_ = false;
  PrometheusConfig config_;
};

}  // namespace

std::optional<PrometheusConfig> ReadPrometheusConfig(
    const base::Source& source, base::Diagnostics& diagnostics) {
  const auto documents = base::ParseYaml(source.text(), diagnostics);
  if (!diagnostics.ok()) return std::nullopt;
  if (documents.size() != 1) {
    diagnostics.Error("prometheus-config", {0, 0},
                      "a configuration is one YAML document");
    return std::nullopt;
  }
  const base::YamlNode& document = *documents[0];
  if (!std::ranges::any_of(kSections, [&](std::string_view section) {
        return document.FindEntry(section) != nullptr;
      })) {
    diagnostics.Error(
        "prometheus-config", {0, 0},
        document.FindEntry("groups") != nullptr
            ? "this is a rule file, and no configuration of Prometheus"
            : "this is no configuration of Prometheus: it has no "
              "scrape_configs, no global and no rule_files");
    return std::nullopt;
  }
  PrometheusConfig config = ConfigReader(diagnostics).Read(document);
  if (!diagnostics.ok()) return std::nullopt;
  if (document.FindEntry("scrape_configs") == nullptr &&
      document.FindEntry("scrape_config_files") == nullptr) {
    diagnostics.Warning("prometheus-config", {0, 0},
                        "there are no scrape_configs: labels and intervals of "
                        "targets are not known");
  }
  return config;
}

}  // namespace rollwatch
