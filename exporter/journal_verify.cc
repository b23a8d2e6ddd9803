#include "exporter/journal_verify.h"

#include <bit>
#include <cstdint>
#include <tuple>
#include <utility>

#include "absl/strings/str_format.h"

namespace exporter {
namespace {

constexpr std::size_t kMostDamage = 20;  // Lines of it that are told.

auto Place(const Cell& cell) {
  return std::tie(cell.metric, cell.labels, cell.part);
}

bool SameBits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

// REQUIRES: both are sorted.
std::vector<CellDifference> Compare(const std::vector<Cell>& stored,
                                    const std::vector<Cell>& computed) {
  std::vector<CellDifference> differences;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < stored.size() || j < computed.size()) {
    const bool only_stored =
        j == computed.size() ||
        (i < stored.size() && Place(stored[i]) < Place(computed[j]));
    if (only_stored) {
      differences.push_back({stored[i++], {}});
    } else if (i == stored.size() || Place(computed[j]) < Place(stored[i])) {
      differences.push_back({{}, computed[j++]});
    } else {
      if (!SameBits(stored[i].value, computed[j].value)) {
        differences.push_back({stored[i], computed[j]});
      }
      ++i;
      ++j;
    }
  }
  return differences;
}

void ReportGap(JournalReport& report, std::int64_t from, std::int64_t to) {
  if (report.damage.size() >= kMostDamage) return;
  report.damage.push_back(
      from == to ? absl::StrFormat("event %d is missing", from)
                 : absl::StrFormat("events %d to %d are missing", from, to));
}

}  // namespace

absl::StatusOr<JournalReport> FoldAndCompare(JournalDatabase& database,
                                             Totals& totals, bool quick) {
  JournalReport report;
  if (const auto status = database.Begin(); !status.ok()) return status;
  const auto finish = [&](absl::StatusOr<JournalReport> result) {
    database.Rollback();
    return result;
  };
  auto damage = database.Check(quick);
  if (!damage.ok()) return finish(damage.status());
  report.damage = *std::move(damage);
  const auto created = database.Created();
  if (!created.ok()) return finish(created.status());
  totals.set_created(*created);
  const auto folded = database.Folded();
  if (!folded.ok()) return finish(folded.status());
  totals.Restore(*folded);
  std::int64_t last = totals.last_sequence();
  const auto status = database.ForEachEvent([&](const RecordedEvent& event) {
    ++report.events;
    if (event.sequence > last + 1) {
      ReportGap(report, last + 1, event.sequence - 1);
    }
    if (event.sequence <= last) {
      report.damage.push_back("an event has no place in the order");
      return true;
    }
    last = event.sequence;
    totals.Apply(event);
    return true;
  });
  if (!status.ok()) return finish(status);
  const auto cells = database.Cells();
  if (!cells.ok()) return finish(cells.status());
  report.cells = static_cast<std::int64_t>(cells->size());
  report.differences = Compare(*cells, totals.Cells());
  return finish(std::move(report));
}

absl::StatusOr<JournalReport> VerifyJournal(const std::string& path) {
  const std::string file = JournalFile(path);
  const auto annotate = [&](const absl::Status& status) {
    return absl::Status(
        status.code(),
        absl::StrFormat("%s: %s", file, std::string(status.message())));
  };
  auto database = JournalDatabase::Open(file, /*writable=*/false);
  if (!database.ok()) return annotate(database.status());
  Totals totals;
  auto report = FoldAndCompare(**database, totals, /*quick=*/false);
  if (!report.ok()) return annotate(report.status());
  report->file = file;
  return report;
}

}  // namespace exporter
