// Any bytes as a page of metrics, in the format that it looks like: nothing
// crashes, errors lie in the page, and both ways to read it, and the storage
// that it fills, agree.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/labels.h"
#include "base/source.h"
#include "promql/storage/exposition.h"
#include "schema/exposition_reader.h"

namespace {

void Require(bool holds, const char* what, std::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(text.size()),
               text.data());
  std::abort();
}

void CheckSpans(const base::Diagnostics& diagnostics, std::string_view text) {
  for (const base::Diagnostic& error : diagnostics.all()) {
    Require(error.span.begin <= error.span.end && error.span.end <= text.size(),
            "a span lies outside the page", text);
    Require(!error.message.empty(), "an error says nothing", text);
  }
}

void CheckReaders(const base::Source& source) {
  const std::string_view text = source.text();
  base::Diagnostics diagnostics;
  const auto page = schema::ReadExposition(source, diagnostics);
  CheckSpans(diagnostics, text);
  Require(page.has_value() == diagnostics.ok(), "an error is missing", text);

  std::vector<base::Labels> labels_of;  // Of each series number.
  std::size_t samples = 0;
  const auto sink = [&](const schema::SampleRef& sample) {
    ++samples;
    Require(sample.span.end <= text.size(), "a sample lies outside", text);
    if (sample.series >= labels_of.size()) labels_of.resize(sample.series + 1);
    base::Labels& labels = labels_of[sample.series];
    if (labels.empty()) labels = sample.labels;
    Require(labels == sample.labels, "two series have one number", text);
  };
  base::Diagnostics sample_diagnostics;
  const bool read = schema::ReadSamples(source, sample_diagnostics, sink);
  Require(read == page.has_value(), "the readers disagree", text);
  Require(sample_diagnostics.all().size() == diagnostics.all().size(),
          "the readers' errors differ", text);
  if (!read) return;
  std::size_t kept = 0;
  for (const schema::ExpositionFamily& family : page->families) {
    Require(!family.name.empty() && !family.type.empty(), "a family is bare",
            text);
    kept += family.samples.size();
  }
  Require(kept == samples, "a sample is missing", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const base::Source source(
      "page", std::string(reinterpret_cast<const char*>(data), size));
  CheckReaders(source);
  base::Diagnostics diagnostics;
  const auto storage = promql::LoadExposition(source, 0, diagnostics);
  CheckSpans(diagnostics, source.text());
  Require(storage.has_value() == diagnostics.ok(), "an error is missing",
          source.text());
  Require(!storage.has_value() || storage->sample_count() == 0 ||
              storage->min_time() <= storage->max_time(),
          "the times are out of order", source.text());
  return 0;
}
