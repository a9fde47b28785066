#include "json_lines.hpp"

#include <cmath>
#include <filesystem>
#include <sstream>

void JsonLines::describe(byolab::Fields& field, Options& options) {
  field("file", options.file, "name of the file in the run's folder", {.changes_results = false});
}

void JsonLines::start(const byolab::RunView& run) {
  const std::string path = run.folder + "/" + options_.file;
  std::error_code none;
  // A run that is resumed at an earlier step than it was logged to logs those steps again: what came after is cut off.
  if (written_ > 0 && std::filesystem::exists(path, none))
    std::filesystem::resize_file(path, static_cast<std::uintmax_t>(written_), none);
  file_.open(path, written_ > 0 ? std::ios::app : std::ios::trunc);
  if (!file_) throw byolab::Error("it cannot write " + path, "look at the folder's permissions");
}

void JsonLines::write(const byolab::Row& row) {
  std::ostringstream line;
  line.precision(17);
  line << "{\"group\":\"" << row.group << "\",\"step\":" << row.step;
  for (std::size_t i = 0; i < row.names.size(); ++i) {
    line << ",\"" << row.names[i] << "\":";
    if (std::isfinite(row.values[i]))
      line << row.values[i];
    else
      line << "null";  // JSON knows no NaN
  }
  line << "}\n";
  file_ << line.str() << std::flush;
  if (!file_) throw byolab::Error("it cannot write a row: is the disk full?", "free some space and resume the run");
  written_ += static_cast<std::int64_t>(line.str().size());
}
