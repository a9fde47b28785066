#include "conformance/examine.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <limits>
#include <optional>

#include "api/host_kind.hpp"
#include "conformance/child.hpp"
#include "conformance/child_work.hpp"
#include "support/temporary_folder.hpp"

namespace byolab::conformance {
namespace {

/// Where plugins may put files while they are tried; "" where none can be made, which is no matter to most.
class ScratchFolders {
 public:
  ScratchFolders() {
    try {
      root_.emplace("check");
    } catch (const Error&) {  // who needs a folder says so
    }
  }

  std::filesystem::path fresh(std::size_t number) const {
    if (!root_) return {};
    std::error_code error;
    const std::filesystem::path folder = root_->path() / std::to_string(number);
    return std::filesystem::create_directory(folder, error) ? folder : std::filesystem::path();
  }

 private:
  std::optional<TemporaryFolder> root_;
};

CheckResult blank(const Check& check) { return {check.name, check.expects, Outcome::not_tried, {}, 0}; }

/// What became of the check during which a process ended without saying so itself.
CheckResult fate(const Check& check, const ChildEnd& end, const Limits& limits) {
  CheckResult result = blank(check);
  result.outcome = Outcome::failed;
  result.sentence = end.hung ? fmt::format("it did not come back within {} s{}", limits.seconds,
                                           end.call.empty() ? "" : ", in " + end.call)
                             : end.sentence;
  return result;
}

}  // namespace

bool PluginReport::passed() const {
  for (const CheckResult& result : results)
    if (result.outcome == Outcome::failed || result.outcome == Outcome::not_tried) return false;
  return !results.empty();
}

PluginReport examine(const PluginCatalogue& catalogue, Kind kind, const std::string& name, const Table& options,
                     const Limits& limits) {
  const Specimen specimen(catalogue, kind, name, options);
  const std::vector<Check> checks = host_kind(kind).checks();
  PluginReport report{kind, name, specimen.callee().library, {}, {}, std::numeric_limits<double>::quiet_NaN()};
  const ScratchFolders scratch;
  bool sound = true;
  while (sound && report.results.size() < checks.size()) {
    const std::size_t before = report.results.size();
    const std::filesystem::path folder = scratch.fresh(before);
    Child child([&](int channel) { work_through(specimen, checks, before, folder, channel); }, limits.sanitized);
    ChildEnd end;
    while (const auto line = child.next_line(limits.seconds, end)) read_line(*line, checks, report);
    if (!report.results.empty() && report.results.back().outcome == Outcome::failed &&
        checks[report.results.size() - 1].basic)
      sound = false;
    if (end.sentence.empty() && !end.hung && report.results.size() > before) continue;
    if (end.sentence.empty() && !end.hung) end.sentence = "the process ended and said nothing of this check";
    if (report.results.size() < checks.size())
      report.results.push_back(fate(checks[report.results.size()], end, limits));
    else
      report.results.push_back({"end", "nothing is left behind", Outcome::failed, end.sentence, 0});
    sound = sound && (report.results.size() > checks.size() || !checks[report.results.size() - 1].basic);
  }
  while (report.results.size() < checks.size()) report.results.push_back(blank(checks[report.results.size()]));
  return report;
}

}  // namespace byolab::conformance
