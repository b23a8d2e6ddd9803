#include "rollwatch/prometheus_config.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/yaml.h"

namespace rollwatch {
namespace {

// Prometheus' default.
constexpr base::Duration kScrapeInterval = 60'000;

using Names = std::set<std::string, std::less<>>;

struct ScrapeJob {
  base::Duration scrape_interval = kScrapeInterval;
  bool honor_labels = false;
  Names labels = {"job", "instance"};  // What some target of it gets.
  Names always = {"job", "instance"};  // What every target of it gets.
  bool labels_known = true;
  Names rewritten;
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
             {"scrape_configs", [&](const base::YamlEntry& entry) {
                jobs_node_ = entry.value;
              }}});
    // The jobs' default interval may stand behind them.
    if (jobs_node_ != nullptr) {
      ReadEach(*jobs_node_, "scrape_configs",
               [&](const base::YamlNode& node) { ReadJob(node); });
    }
    Sum();
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
    ScrapeJob job;
    job.scrape_interval = default_interval_;
    const auto unknown = [&](const base::YamlEntry&) {
      job.labels_known = false;
    };
    ReadMap(
        node, "a scrape job",
        {{"scrape_interval",
          [&](const base::YamlEntry& entry) {
            ReadInterval(*entry.value, job.scrape_interval);
          }},
         {"honor_labels",
          [&](const base::YamlEntry& entry) {
            job.honor_labels =
                base::ReadYamlBool(*entry.value, diagnostics_).value_or(false);
          }},
         {"static_configs",
          [&](const base::YamlEntry& entry) {
            ReadTargets(*entry.value, job);
          }},
         {"relabel_configs",
          [&](const base::YamlEntry& entry) {
            ReadRelabelling(*entry.value, job, job.labels);
          }},
         {"metric_relabel_configs",
          [&](const base::YamlEntry& entry) {
            ReadRelabelling(*entry.value, job, job.rewritten);
          }},
         // Their targets come with labels of their own.
         {"file_sd_configs", unknown},
         {"http_sd_configs", unknown}});
    jobs_.push_back(std::move(job));
  }

  void ReadTargets(const base::YamlNode& node, ScrapeJob& job) {
    bool first = true;
    Names always;
    ReadEach(node, "static_configs", [&](const base::YamlNode& targets) {
      Names labels;
      const base::YamlNode* map = targets.Find("labels");
      if (map != nullptr) {
        for (const base::YamlEntry& label : map->entries) {
          labels.insert(Text(*label.key));
        }
      }
      std::erase_if(labels, [](const std::string& label) {
        return label.starts_with("__");
      });
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

  // The labels that the steps write to.
  void ReadRelabelling(const base::YamlNode& node, ScrapeJob& job,
                       Names& written) {
    ReadEach(node, "relabelling", [&](const base::YamlNode& step) {
      std::string action = "replace";
      std::string target;
      ReadMap(
          step, "relabelling",
          {{"action",
            [&](const base::YamlEntry& entry) { action = Text(*entry.value); }},
           {"target_label", [&](const base::YamlEntry& entry) {
              target = Text(*entry.value);
            }}});
      if (action == "labelmap" || target.find('$') != std::string::npos) {
        job.labels_known = false;
      } else if (!target.empty() && !target.starts_with("__")) {
        written.insert(target);
      }
    });
  }

  void Sum() {
    Names labels = {"job", "instance"};
    Names rewritten;
    Names renamed;
    for (const ScrapeJob& job : jobs_) {
      config_.scrape_interval =
          std::min(config_.scrape_interval.value_or(job.scrape_interval),
                   job.scrape_interval);
      config_.target_labels_known =
          config_.target_labels_known && job.labels_known;
      labels.insert(job.labels.begin(), job.labels.end());
      labels.insert(job.rewritten.begin(), job.rewritten.end());
      rewritten.insert(job.rewritten.begin(), job.rewritten.end());
      renamed.insert(job.always.begin(), job.always.end());
    }
    for (const std::string& label : renamed) {
      const bool by_all = std::ranges::all_of(jobs_, [&](const ScrapeJob& job) {
        return !job.honor_labels && job.always.contains(label) &&
               !job.rewritten.contains(label);
      });
      if (by_all) config_.renamed_labels.push_back(label);
    }
    config_.target_labels.assign(labels.begin(), labels.end());
    config_.rewritten_labels.assign(rewritten.begin(), rewritten.end());
  }

  base::Diagnostics& diagnostics_;
  base::Duration default_interval_ = kScrapeInterval;
  base::YamlNodePtr jobs_node_;
  std::vector<ScrapeJob> jobs_;
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
  PrometheusConfig config = ConfigReader(diagnostics).Read(*documents[0]);
  if (!diagnostics.ok()) return std::nullopt;
  return config;
}

}  // namespace rollwatch
