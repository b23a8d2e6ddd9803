// Any bytes as a page of metrics, in the format that it looks like: nothing
// crashes, errors lie in the page, and both ways to read it, and the storage
// that it fills, agree.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/source.h"
#include "promql/storage/exposition.h"
#include "schema/exposition_reader.h"
#include "tests/fuzz/require.h"

namespace {

using tests::Require;

void CheckSpans(const base::Diagnostics& diagnostics, std::string_view text) {
  for (const base::Diagnostic& error : diagnostics.all()) {
    Require(error.span.begin <= error.span.end && error.span.end <= text.size(),
            "a span lies outside the page", text);
    Require(!error.message.empty(), "an error says nothing", text);
  }
}

// A sample's labels, time and the bits of its value.
using Sample =
    std::tuple<base::Labels, std::optional<base::Timestamp>, std::uint64_t>;

// All samples of the page, sorted.
std::vector<Sample> SamplesOf(const schema::Exposition& page,
                              std::string_view text) {
  std::vector<Sample> samples;
  for (const schema::ExpositionFamily& family : page.families) {
    Require(!family.name.empty() && !family.type.empty(), "a family is bare",
            text);
    for (const schema::ExpositionSample& sample : family.samples) {
      samples.emplace_back(sample.labels, sample.time,
                           std::bit_cast<std::uint64_t>(sample.value));
    }
  }
  std::ranges::sort(samples);
  return samples;
}

// The same by the reader of long pages.
std::vector<Sample> ReadInParts(std::string_view text,
                                std::size_t shortest_part,
                                base::Diagnostics& diagnostics) {
  std::vector<base::Labels> labels_of;  // Of each series number.
  std::vector<Sample> samples;
  const auto add_sample = [&](const schema::SampleRef& sample) {
    Require(sample.span.end <= text.size(), "a sample lies outside", text);
    if (sample.series >= labels_of.size()) labels_of.resize(sample.series + 1);
    base::Labels& labels = labels_of[sample.series];
    if (labels.empty()) labels = sample.labels;
    Require(labels == sample.labels, "two series have one number", text);
    samples.emplace_back(sample.labels, sample.time,
                         std::bit_cast<std::uint64_t>(sample.value));
  };
  const auto add_run = [&](const schema::SampleRun& run) {
    Require(run.series < labels_of.size(), "a run of no series", text);
    for (std::size_t i = 0; i < run.times.size(); ++i) {
      samples.emplace_back(labels_of[run.series], run.times[i],
                           std::bit_cast<std::uint64_t>(run.values[i]));
    }
  };
  schema::ReadSamples(text, diagnostics, {add_sample, add_run},
                      {.shortest_part = shortest_part,
                       .most_parts = 3,
                       .threads = 1});  // To start one costs more than to read.
  std::ranges::sort(samples);
  return samples;
}

void CheckReaders(const base::Source& source) {
  const std::string_view text = source.text();
  base::Diagnostics diagnostics;
  const auto page = schema::ReadExposition(source, diagnostics);
  CheckSpans(diagnostics, text);
  Require(page.has_value() == diagnostics.ok(), "an error is missing", text);

  for (const std::size_t shortest_part : {text.size() + 1, std::size_t{1}}) {
    base::Diagnostics sample_diagnostics;
    const auto samples = ReadInParts(text, shortest_part, sample_diagnostics);
    Require(sample_diagnostics.ok() == page.has_value(), "the readers disagree",
            text);
    CheckSpans(sample_diagnostics, text);
    if (shortest_part > 1) {
      Require(sample_diagnostics.all().size() == diagnostics.all().size(),
              "the readers' errors differ", text);
    }
    if (!page.has_value()) continue;
    auto kept = SamplesOf(*page, text);
    Require(kept == samples, "the readers' samples differ", text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const base::Source source(
      "page", std::string(reinterpret_cast<const char*>(data), size));
  CheckReaders(source);
  base::Diagnostics diagnostics;
  const auto storage =
      promql::LoadExposition(source, {.default_time = 0}, diagnostics);
  CheckSpans(diagnostics, source.text());
  Require(storage.has_value() == diagnostics.ok(), "an error is missing",
          source.text());
  Require(!storage.has_value() || storage->sample_count() == 0 ||
              storage->min_time() <= storage->max_time(),
          "the times are out of order", source.text());
  return 0;
}
