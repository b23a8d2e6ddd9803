#include "alerts/lint/lint.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "absl/strings/str_format.h"
#include "alerts/lint/checks.h"
#include "alerts/lint/comments.h"
#include "base/parallel.h"
#include "base/time.h"

namespace alerts {
namespace {

constexpr std::size_t kLongestText = 60;
// Fewer are not worth a thread.
constexpr std::size_t kRulesLintedAThread = 200;

// Of one rule, in the order of the file.
void SortByPlace(std::vector<Finding>& findings, std::size_t from) {
  std::stable_sort(findings.begin() + static_cast<std::ptrdiff_t>(from),
                   findings.end(), [](const Finding& a, const Finding& b) {
                     return a.diagnostic.span.begin < b.diagnostic.span.begin;
                   });
}

struct Place {
  const RuleFile* file;
  const Group* group;
  const Rule* rule;
};

std::vector<Place> AllRules(const std::vector<const RuleFile*>& files) {
  std::vector<Place> places;
  for (const RuleFile* file : files) {
    for (const Group& group : file->groups) {
      for (const Rule& rule : group.rules) {
        places.push_back({file, &group, &rule});
      }
    }
  }
  return places;
}

// Calls `lint_rule` for each, on several threads when there are many; what they
// find comes in the order of the places.
LintResult LintPlaces(
    const std::vector<Place>& places,
    const std::function<void(const Place&, LintResult&)>& lint_rule) {
  const std::size_t workers = std::clamp<std::size_t>(
      places.size() / kRulesLintedAThread, 1, base::HardwareThreads());
  std::vector<LintResult> results(workers);
  base::ForEachInParallel(workers, workers, [&](std::size_t worker) {
    const std::size_t end = places.size() * (worker + 1) / workers;
    for (std::size_t i = places.size() * worker / workers; i < end; ++i) {
      lint_rule(places[i], results[worker]);
    }
  });
  LintResult all = std::move(results.front());
  for (std::size_t worker = 1; worker < workers; ++worker) {
    LintResult& more = results[worker];
    std::ranges::move(more.findings, std::back_inserter(all.findings));
    std::ranges::move(more.cannot_fire, std::back_inserter(all.cannot_fire));
  }
  return all;
}

std::vector<const Check*> Wanted(const LintOptions& options) {
  const auto names = [](const std::vector<std::string>& codes,
                        const Check& check) {
    return std::ranges::find(codes, check.code) != codes.end();
  };
  std::vector<const Check*> wanted;
  for (const Check& check : Checks()) {
    const bool on = check.by_default || names(options.enabled, check);
    if (on && !names(options.disabled, check)) wanted.push_back(&check);
  }
  return wanted;
}

}  // namespace

LintContext::LintContext(const RuleFile& file, const Group& group,
                         const Rule& rule, const RuleFacts& facts,
                         const LintOptions& options, LintResult& result)
    : file_(file),
      group_(group),
      rule_(rule),
      facts_(facts),
      options_(options),
      result_(result) {
  values_ = promql::AnalyseValues(*rule.expr, facts);
  if (rule.kind != Rule::Kind::kAlert) return;
  cannot_fire_ = values_.values.never;
  if (cannot_fire_) result_.cannot_fire.push_back(&rule);
  const auto add = [&](const std::vector<TemplateField>& fields,
                       std::string_view what) {
    for (const TemplateField& field : fields) {
      auto parsed = field.parsed;
      if (parsed == nullptr) {
        base::Diagnostics ignored;  // Reading the file reported them.
        parsed = ParseTemplate(rule.name.view(), field.value.view(), ignored);
      }
      if (parsed != nullptr) templates_.push_back({&field, what, parsed});
    }
  };
  add(group.labels, "label");
  add(rule.labels, "label");
  add(rule.annotations, "annotation");
}

base::Span LintContext::InFile(base::Span in_expr) const {
  return rule_.expr_text.text.Outer(in_expr);
}

std::string LintContext::PlaceOf(base::Span in_expr) const {
  const base::Position at = file_.source->PositionAt(InFile(in_expr).begin);
  return absl::StrFormat("%d:%d", at.line, at.column);
}

std::string LintContext::TextOf(const promql::Expr& part) const {
  const std::string_view text = rule_.expr_text.view();
  std::string out;
  for (const char c :
       text.substr(part.span.begin, part.span.end - part.span.begin)) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ' && out.back() != '(') {
      out += ' ';
    }
  }
  if (out.size() > kLongestText) {
    // Not inside a UTF-8 sequence.
    std::size_t cut = kLongestText - 3;
    while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) {
      --cut;
    }
    out = out.substr(0, cut) + "...";
  }
  return out;
}

void LintContext::Report(base::Span in_file, std::string message,
                         std::string help) {
  ReportAs(check_->severity, in_file, std::move(message), std::move(help));
}

void LintContext::ReportAs(base::Severity severity, base::Span in_file,
                           std::string message, std::string help) {
  result_.findings.push_back(
      {&file_,
       &group_,
       &rule_,
       {severity, std::string(check_->code), in_file,
        absl::StrFormat("group \"%s\", rule %d, \"%s\": %s", group_.name.view(),
                        rule_.number, rule_.name.view(), message),
        std::move(help)}});
}

void LintContext::ReportCannotFire(base::Span in_file, std::string message,
                                   std::string help) {
  Report(in_file, std::move(message), std::move(help));
  if (!cannot_fire_) result_.cannot_fire.push_back(&rule_);
  cannot_fire_ = true;
}

void LintContext::Run(const Check& check) {
  if (check.run == nullptr) return;
  check_ = &check;
  check.run(*this);
}

LintResult Lint(const std::vector<const RuleFile*>& files,
                const schema::Schema& schema, const LintOptions& options) {
  const std::vector<const Check*> wanted = Wanted(options);
  const RuleFacts facts(schema, files);
  const auto lint_rule = [&](const Place& place, LintResult& result) {
    const std::size_t from = result.findings.size();
    LintContext context(*place.file, *place.group, *place.rule, facts, options,
                        result);
    for (const Check* check : wanted) context.Run(*check);
    SortByPlace(result.findings, from);
  };
  LintResult found = LintPlaces(AllRules(files), lint_rule);
  const CommentOptions comments = {
      options.now.value_or(base::Now()),
      std::ranges::find(wanted, FindCheck(kDisableComment)) != wanted.end()};
  LintResult result;
  result.cannot_fire = std::move(found.cannot_fire);
  auto next = found.findings.begin();
  for (const RuleFile* file : files) {
    const std::size_t from = result.findings.size();
    for (; next != found.findings.end() && next->file == file; ++next) {
      result.findings.push_back(std::move(*next));
    }
    ApplyComments(*file, comments, from, result);
  }
  return result;
}

}  // namespace alerts
