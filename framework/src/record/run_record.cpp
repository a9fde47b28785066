#include "record/run_record.hpp"

#include <ctime>
#include <map>

#include "record/clock.hpp"
#include "record/disk.hpp"
#include "record/run_file.hpp"

namespace byolab {
namespace {

using Clock = std::chrono::steady_clock;

GroupHistory empty_history(const GroupSpec& spec) {
  GroupHistory history;
  history.group = spec.group;
  for (const Series& series : spec.columns) history.names.push_back(series.name);
  history.columns.resize(spec.columns.size());
  return history;
}

void check_rows(const GroupHistory& rows, const GroupHistory& wanted) {
  bool good = rows.names == wanted.names && rows.columns.size() == rows.names.size();
  for (const auto& column : rows.columns) good = good && column.size() == rows.steps.size();
  if (!good)
    throw Error("the rows to go on with have other columns in '" + rows.group + "' than this run declares",
                "resume with the experiment and the plugins that the run began with, or start a new run");
}

/// One history a group, in the groups' order, with the rows that there are.
History start_history(const std::vector<GroupSpec>& specs, const History& rows) {
  History history;
  std::map<std::string, std::size_t> places;
  for (const GroupSpec& spec : specs) {
    if (!places.emplace(spec.group, history.size()).second) throw Error("group '" + spec.group + "' is declared twice");
    history.push_back(empty_history(spec));
  }
  for (const GroupHistory& group : rows) {
    const auto place = places.find(group.group);
    if (place == places.end())
      throw Error("the rows to go on with have a group '" + group.group + "' that this run does not declare",
                  "resume with the experiment and the plugins that the run began with, or start a new run");
    check_rows(group, history[place->second]);
    history[place->second] = group;
  }
  return history;
}

}  // namespace

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

const char* name_of(RunStatus status) {
  switch (status) {
    case RunStatus::running:
      return "running";
    case RunStatus::finished:
      return "finished";
    case RunStatus::failed:
      return "failed";
    case RunStatus::stopped:
      return "stopped";
    case RunStatus::collapsed:
      return "collapsed";
    case RunStatus::diverged:
      return "diverged";
  }
  return "unknown";
}

class RunRecord::Impl {
 public:
  Impl(std::filesystem::path path, const RunInfo& info, std::vector<GroupSpec> groups, const History& history,
       std::chrono::milliseconds interval, bool ended = false)
      : path_(std::move(path)),
        info_(info),
        groups_(std::move(groups)),
        history_(start_history(groups_, history)),
        interval_(interval),
        finished_(ended) {
    if (info_.started.empty()) info_.started = now_text();
    for (std::size_t i = 0; i < groups_.size(); ++i) places_[groups_[i].group] = i;
    if (!ended) make_file();
  }

  ~Impl() {
    flush();
    const auto lock = hdf5::guard();
    file_.reset();
  }

  void append(const std::string& name, std::int64_t step, std::span<const double> values) {
    const auto place = places_.find(name);
    if (place == places_.end()) throw Error("the record has no group '" + name + "'");
    if (finished_) throw Error("a row was appended to the record after its end");
    GroupHistory& group = history_[place->second];
    if (values.size() != group.columns.size())
      throw Error("group '" + name + "' has " + std::to_string(group.columns.size()) + " columns, and was given " +
                  std::to_string(values.size()) + " values");
    group.steps.push_back(step);
    for (std::size_t i = 0; i < values.size(); ++i) group.columns[i].push_back(static_cast<float>(values[i]));
    if (Clock::now() - last_flush_ >= interval_) flush();
  }

  bool flush() {
    last_flush_ = Clock::now();
    if (finished_ || (file_ && waiting() == 0)) return true;
    const auto lock = hdf5::guard();
    try {
      if (file_ && file_->usable())
        with_path(path_, [&] { file_->write(history_); });
      else
        make_file();  // a write failed half-way: the rows are all here, so the file is made anew
      trouble_.clear();
    } catch (const std::exception& error) {
      trouble_ = std::string(error.what()) + "; " + std::to_string(waiting()) + " rows wait in memory";
    }
    return trouble_.empty();
  }

  void finish(RunStatus status, const std::string& reason) {
    if (finished_) return;
    const bool complete = flush();
    const auto lock = hdf5::guard();
    finished_ = true;
    const std::string trouble = trouble_;
    with_path(path_, [&] {
      if (file_ && file_->usable()) {
        file_->set_status(name_of(complete ? status : RunStatus::failed), complete ? reason : trouble, now_text());
        file_->close();
      }
    });
    file_.reset();
    if (!complete)
      throw Error("the record is incomplete: " + trouble,
                  "free some space in " + path_.parent_path().string() +
                      ", then go on from the last checkpoint: " + "byolab run … --resume");
  }

  const std::string& trouble() const { return trouble_; }
  const History& history() const { return history_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::size_t waiting() const {
    std::size_t rows = 0;
    for (std::size_t i = 0; i < history_.size(); ++i) rows += history_[i].steps.size() - (file_ ? file_->rows(i) : 0);
    return rows;
  }

  void make_file() {
    const auto lock = hdf5::guard();
    // The new file takes the old one's name first; a failure leaves the old one as it is.
    file_ = with_path(path_, [&] { return std::make_unique<hdf5::RunFile>(path_, info_, groups_, history_); });
    last_flush_ = Clock::now();
  }

  std::filesystem::path path_;
  RunInfo info_;
  std::vector<GroupSpec> groups_;
  History history_;
  std::string trouble_;
  std::map<std::string, std::size_t> places_;
  std::chrono::milliseconds interval_;
  bool finished_ = false;
  std::unique_ptr<hdf5::RunFile> file_;
  Clock::time_point last_flush_ = Clock::now();
};

RunRecord::RunRecord(std::filesystem::path path, const RunInfo& info, std::vector<GroupSpec> groups,
                     const History& history, std::chrono::milliseconds flush_interval)
    : impl_(std::make_unique<Impl>(std::move(path), info, std::move(groups), history, flush_interval)) {}
RunRecord::RunRecord(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RunRecord::RunRecord(RunRecord&&) noexcept = default;
RunRecord::~RunRecord() = default;

RunRecord RunRecord::of_ended(std::filesystem::path path, std::vector<GroupSpec> groups, const History& history) {
  return RunRecord(
      std::make_unique<Impl>(std::move(path), RunInfo{}, std::move(groups), history, std::chrono::seconds(2), true));
}

void RunRecord::append(const std::string& group, std::int64_t step, std::span<const double> values) {
  impl_->append(group, step, values);
}
bool RunRecord::flush() { return impl_->flush(); }
const std::string& RunRecord::trouble() const { return impl_->trouble(); }
void RunRecord::finish(RunStatus status, const std::string& reason) { impl_->finish(status, reason); }
const History& RunRecord::history() const { return impl_->history(); }
const std::filesystem::path& RunRecord::path() const { return impl_->path(); }

}  // namespace byolab
