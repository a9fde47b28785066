#pragma once

#include <nlohmann/json.hpp>

#include "record/sweep_file.hpp"
#include "report/comparison.hpp"
#include "report/pictures.hpp"

namespace byolab {

/// What a report is about.
struct ReportSubject {
  const std::vector<RecordedRun>& trials;
  const Arms& arms;
  std::vector<std::string> metrics;  ///< that are compared
  std::string baseline;              ///< an arm's name, or empty
  std::vector<std::string> remarks;  ///< what was left out
  std::filesystem::path folder;      ///< of the report: links to records are relative to it
  std::string title;
  std::vector<ClaimRow> claims;  ///< of the sweeps among them, as they were judged
};

/// All that the page shows, as the scripts of framework/page read it. Throws Error as `compare` does.
nlohmann::ordered_json report_data(const ReportSubject& subject);

/// The part about embeddings of one run: PCA in 2-D, confusion matrix, nearest neighbours, views, of which `pictures`
/// gets the images. Null without the file; its error is added to `remarks` if there is one that cannot be read.
nlohmann::ordered_json embeddings_data(const std::filesystem::path& file, const std::string& link, Pictures& pictures,
                                       std::vector<std::string>& remarks);

}  // namespace byolab
