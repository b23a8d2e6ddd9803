#include "exporter/journal_reader.h"

#include <filesystem>
#include <utility>

#include "exporter/journal_database.h"
#include "exporter/journal_lock.h"
#include "exporter/journal_verify.h"

namespace exporter {

struct JournalReader::Rep {
  std::unique_ptr<JournalDatabase> database;  // Null: there is no journal.
  Totals totals;
};

JournalReader::JournalReader(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
JournalReader::~JournalReader() = default;

absl::StatusOr<std::unique_ptr<JournalReader>> JournalReader::Open(
    const JournalOptions& options) {
  auto rep = std::make_unique<Rep>();
  rep->totals = Totals(options.schema);
  const std::string file = JournalFile(options.path);
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    auto database = JournalDatabase::Open(file, /*writable=*/false);
    if (!database.ok()) {
      return Annotate(database.status(), file, AdviceFor(database.status()));
    }
    rep->database = *std::move(database);
    const auto report =
        FoldAndCompare(*rep->database, rep->totals, /*quick=*/true);
    if (!report.ok()) return Annotate(report.status(), file, "");
  }
  return std::unique_ptr<JournalReader>(new JournalReader(std::move(rep)));
}

const Totals& JournalReader::totals() const { return rep_->totals; }

absl::StatusOr<Resolution> JournalReader::Resolve(
    const std::vector<Event>& batch) {
  absl::Status failure;
  Resolution resolution = exporter::Resolve(
      batch, [&](const Event& offered) -> std::optional<Event> {
        if (rep_->database == nullptr) return std::nullopt;
        auto found = rep_->database->FindRecorded(offered);
        if (found.ok()) return *std::move(found);
        failure = found.status();
        return std::nullopt;
      });
  if (!failure.ok()) return failure;
  return resolution;
}

}  // namespace exporter
