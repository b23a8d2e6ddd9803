#include "promql/storage/server/own_labels.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/diagnostic.h"
#include "base/json.h"
#include "base/source.h"
#include "net/url.h"
#include "re2/re2.h"

namespace promql::server {
namespace {

using Selection = std::vector<base::Matcher>;

// The labels of the series that one of the selections finds; nothing when the
// server does not say.
std::optional<std::vector<base::Labels>> SeriesOf(
    const Connection& connection, const std::vector<Selection>& selections,
    TimeSpan span) {
  std::string body =
      absl::StrFormat("start=%d.%03d&end=%d.%03d", span.start / 1000,
                      span.start % 1000, span.end / 1000, span.end % 1000);
  for (const Selection& selection : selections) {
    absl::StrAppendFormat(&body, "&match[]=%s",
                          net::PercentEncode(SelectorText(selection)));
  }
  const auto response =
      connection.Post("/api/v1/series", std::move(body),
                      {{"Content-Type", "application/x-www-form-urlencoded"}});
  if (!response.ok() || response->status != 200) return std::nullopt;
  base::Diagnostics ignored;
  const base::Source source("answer", response->body);
  const auto json = base::ReadJson(source, ignored);
  const base::Json* const data = json ? json->Find("data") : nullptr;
  if (data == nullptr) return std::nullopt;
  std::vector<base::Labels> series;
  for (const base::Json& row : data->elements) series.push_back(LabelsOf(row));
  return series;
}

// As remote read sends a series.
base::Labels WithExternal(const base::Labels& labels,
                          const base::Labels& external) {
  base::LabelsBuilder builder(labels);
  for (const base::Label& label : external) {
    if (!labels.Has(label.name)) builder.Set(label.name, label.value);
  }
  return builder.Build();
}

base::Labels WithoutExternal(const base::Labels& labels,
                             const base::Labels& external) {
  base::LabelsBuilder builder(labels);
  for (const base::Label& label : external) {
    if (labels.Get(label.name) == label.value) builder.Remove(label.name);
  }
  return builder.Build();
}

// Those of the selection that have an external label's value themselves.
std::optional<std::vector<base::Labels>> SeriesWithTheirOwn(
    const base::Labels& external, const Connection& connection,
    const Selection& matchers, TimeSpan span) {
  std::vector<Selection> selections;
  for (const base::Label& label : external) {
    selections.push_back(matchers);
    selections.back().push_back(base::Matcher::Equal(label.name, label.value));
  }
  return SeriesOf(connection, selections, span);
}

}  // namespace

std::vector<base::Matcher> AsStored(const std::vector<base::Matcher>& matchers,
                                    const base::Labels& external) {
  std::vector<base::Matcher> made;
  for (const base::Matcher& matcher : matchers) {
    const bool taken = matcher.type() == base::MatchType::kEqual &&
                       !matcher.value().empty() &&
                       external.Get(matcher.name()) == matcher.value();
    made.push_back(
        taken ? *base::Matcher::Make(base::MatchType::kRegexp, matcher.name(),
                                     re2::RE2::QuoteMeta(matcher.value()))
              : matcher);
  }
  return made;
}

std::optional<Fetched> WithOwnLabels(Fetched fetched,
                                     const base::Labels& external,
                                     const Connection& connection,
                                     const std::vector<base::Matcher>& matchers,
                                     TimeSpan span) {
  if (external.empty() || fetched.empty()) return fetched;
  std::map<base::Labels, base::Labels> own;  // By what was sent.
  const auto mixed = SeriesWithTheirOwn(external, connection, matchers, span);
  if (!mixed) return std::nullopt;
  if (!mixed->empty()) {
    const auto all = SeriesOf(connection, {matchers}, span);
    if (!all) return std::nullopt;
    for (const base::Labels& labels : *all) {
      const auto [at, is_new] =
          own.try_emplace(WithExternal(labels, external), labels);
      if (!is_new && at->second != labels) return std::nullopt;
    }
  }
  Fetched stripped;
  for (auto& [labels, samples] : fetched) {
    const auto known = own.find(labels);
    const base::Labels series =
        known != own.end() ? known->second : WithoutExternal(labels, external);
    const bool matches = std::ranges::all_of(
        matchers,
        [&](const base::Matcher& matcher) { return matcher.Matches(series); });
    if (matches) stripped[series] = std::move(samples);
  }
  return stripped;
}

}  // namespace promql::server
