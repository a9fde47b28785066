#include "conformance/child_work.hpp"

#include <ATen/Parallel.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "conformance/bench.hpp"
#include "kernels/parallel.hpp"

namespace byolab::conformance {
namespace {

using Clock = std::chrono::steady_clock;

void put_line(int channel, const nlohmann::json& line) {
  const std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = ::write(channel, text.data() + at, text.size() - at);
    if (written <= 0) return;  // the parent has gone
    at += static_cast<std::size_t>(written);
  }
}

template <class Work>
std::pair<Outcome, std::string> outcome_of(Work&& work) {
  try {
    work();
    return {Outcome::passed, {}};
  } catch (const Failure& failure) {
    return {Outcome::failed, failure.what()};
  } catch (const DoesNotApply& reason) {
    return {Outcome::does_not_apply, reason.what()};
  } catch (const Error& error) {
    return {Outcome::failed, std::string(error.what()) + (error.hint().empty() ? "" : "; " + error.hint())};
  } catch (const c10::Error& error) {
    return {Outcome::failed, error.what_without_backtrace()};
  } catch (const std::exception& error) {
    return {Outcome::failed, error.what()};
  }
}

/// The median of some calls, once the first ones have made what is kept.
double seconds_per_call(const Specimen& specimen) {
  const auto bench = make_bench(specimen);
  std::vector<double> seconds;
  for (std::int64_t k = 0; k < 11; ++k) {
    bench->step(k);
    if (k >= 2) seconds.push_back(bench->seconds());
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

void put_outcome(int channel, const std::pair<Outcome, std::string>& outcome, double seconds) {
  put_line(channel, {{"outcome", static_cast<int>(outcome.first)}, {"sentence", outcome.second}, {"seconds", seconds}});
}

/// As a user reads them: the folder is gone by then.
std::string options_text(const Specimen& specimen, const std::string& folder) {
  std::string text = specimen.options_text();
  for (std::size_t at = 0; !folder.empty() && (at = text.find(folder, at)) != std::string::npos;)
    text.replace(at, folder.size(), "FOLDER");
  return text;
}

}  // namespace

void work_through(const Specimen& as_given, const std::vector<Check>& checks, std::size_t first,
                  const std::filesystem::path& folder, int channel) {
  at::set_num_threads(1);
  set_parallel_threads(1);
  // What it puts into temporary folders goes with this one, however this process ends.
  if (!folder.empty()) ::setenv("TMPDIR", folder.c_str(), 1);
  std::optional<Specimen> asked;
  const auto asking = outcome_of([&] { asked.emplace(as_given.as_it_asks(folder.string())); });
  if (!asked) return put_outcome(channel, asking, 0);  // as the first check's, which is basic
  const Specimen& specimen = *asked;
  if (const std::string wrong = as_given.has_options() ? specimen.wrong_options() : ""; !wrong.empty())
    return put_line(channel, {{"wrong_options", wrong}});
  put_line(channel, {{"options", options_text(specimen, folder.string())}});
  for (std::size_t i = first; i < checks.size(); ++i) {
    const Clock::time_point start = Clock::now();
    const auto outcome = outcome_of([&] { checks[i].run(specimen); });
    put_outcome(channel, outcome, std::chrono::duration<double>(Clock::now() - start).count());
    if (outcome.first == Outcome::failed && checks[i].basic) return;
  }
  try {
    put_line(channel, {{"seconds_per_call", seconds_per_call(specimen)}});
  } catch (const std::exception&) {  // the checks have said what is wrong
  }
}

void read_line(const std::string& line, const std::vector<Check>& checks, PluginReport& report) {
  const nlohmann::json said = nlohmann::json::parse(line, nullptr, false);
  if (said.is_discarded()) return;
  if (said.contains("seconds_per_call")) {
    report.seconds_per_call = said["seconds_per_call"];
  } else if (said.contains("options")) {
    report.options = said["options"].get<std::string>();
  } else if (said.contains("wrong_options")) {
    throw Error(said["wrong_options"].get<std::string>(),
                "`byolab plugin describe " + report.name + "` lists its options");
  } else if (report.results.size() < checks.size()) {
    const Check& check = checks[report.results.size()];
    report.results.push_back({check.name, check.expects, static_cast<Outcome>(said["outcome"].get<int>()),
                              said["sentence"], said["seconds"]});
  }
}

}  // namespace byolab::conformance
