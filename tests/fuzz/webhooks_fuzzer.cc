// Any bytes as a webhook of GitHub - X-GitHub-Event, X-GitHub-Delivery and
// X-Hub-Signature-256 a line each, then the body: nothing crashes, only the
// right signature fits, and a dump of the delivery says the same.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/utf8.h"
#include "exporter/foreign_event.h"
#include "exporter/totals.h"
#include "net/signature.h"
#include "tests/fuzz/folded_event.h"
#include "tests/fuzz/require.h"

namespace {

using tests::Require;

constexpr std::string_view kSecret = "the-secret-of-the-webhook";

std::string_view TakeLine(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void RequireSignature(std::string_view signature, std::string_view body) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string right = "sha256=";
  for (const unsigned char byte : net::HmacSha256(kSecret, body)) {
    right += kDigits[byte / 16];
    right += kDigits[byte % 16];
  }
  Require(net::IsSignedWith(kSecret, body, right), "the right one is refused",
          body);
  Require(net::IsSignedWith(kSecret, body, signature) == (signature == right),
          "a wrong one is taken", signature);
}

// What a batch makes of the delivery as GitHub's API gives it back.
std::vector<exporter::Event> ReadDump(
    std::string_view event, std::string_view delivery, std::string_view body,
    const schema::Schema& schema,
    const std::vector<exporter::GithubWorkflow>& workflows,
    std::vector<exporter::EventError>& errors) {
  const std::string text = "{\"request\":{\"headers\":{\"X-GitHub-Event\":" +
                           base::JsonQuote(event) + ",\"X-GitHub-Delivery\":" +
                           base::JsonQuote(delivery) +
                           "},\"payload\":" + std::string(body) + "}}";
  exporter::EventLimits limits;
  return exporter::ParseEvents(text, schema, tests::kNow, errors, limits,
                               workflows);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const schema::Schema schema = schema::Schema::Ours();
  static const std::vector<exporter::GithubWorkflow> workflows = {
      {"Deploy", exporter::EventKind::kDeployment, "production"},
      {"Smoke test", exporter::EventKind::kSmokeTest, "staging"},
  };
  std::string_view body(reinterpret_cast<const char*>(data), size);
  const std::string_view event = TakeLine(body);
  const std::string_view delivery = TakeLine(body);
  RequireSignature(TakeLine(body), body);
  const base::Source source("payload", std::string(body));
  base::Diagnostics diagnostics;
  // The dump nests it two deeper.
  const auto payload = base::ReadJson(source, diagnostics, {.depth = 14});
  if (!payload) return 0;
  std::vector<exporter::EventError> errors;
  const auto read = exporter::ReadGithubWebhook({event, delivery, *payload},
                                                workflows, errors);
  Require(read.has_value() == errors.empty(), "an error without a name", body);
  if (read) {
    Require(read->event.has_value() == read->ignored.empty(),
            "neither an event nor a reason", body);
  }
  // A header is text; others cannot stand in a dump.
  if (!base::IsUtf8(event) || !base::IsUtf8(delivery)) return 0;
  // A batch is cut at line ends where each line may be an event.
  std::string line(body.substr(body.starts_with(base::kByteOrderMark)
                                   ? base::kByteOrderMark.size()
                                   : 0));  // Within a text it is none.
  std::ranges::replace(line, '\n', ' ');
  std::ranges::replace(line, '\r', ' ');
  std::vector<exporter::EventError> dump_errors;
  const auto dump =
      ReadDump(event, delivery, line, schema, workflows, dump_errors);
  const bool valid =
      read && read->event &&
      !exporter::Validate(*read->event, schema, tests::kNow).has_value();
  Require(valid == (dump.size() == 1), "the dump differs", body);
  Require((read && (valid || !read->event)) == dump_errors.empty(),
          "the dump differs in errors", body);
  if (!valid) return 0;
  Require(dump[0] == *read->event, "the dump says something else", body);
  exporter::Totals totals;
  tests::RequireFolds(*read->event, schema, totals);
  totals.Cells();
  return 0;
}
