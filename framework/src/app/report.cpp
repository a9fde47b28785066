#include <fmt/format.h>

#include <iostream>

#include "app/commands.hpp"
#include "app/output_file.hpp"
#include "app/run_selection.hpp"
#include "record/sweep_reader.hpp"
#include "report/page.hpp"
#include "report/plots.hpp"
#include "report/report_data.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

struct ReportChoice : RunSelection {
  std::string title;
  fs::path output = "report.html", plots;
};

std::string default_title(const SelectedRuns& selected) {
  if (selected.trials.size() == 1) return selected.trials.front().name();
  return fmt::format("{}{} arms, {} runs", selected.title.empty() ? "" : selected.title + ": ",
                     selected.arms.arms.size(), selected.trials.size());
}

std::vector<ClaimRow> claims_of(const std::vector<fs::path>& words) {
  std::vector<ClaimRow> all;
  for (const fs::path& word : words) {
    const fs::path index = index_of_sweep(word);
    if (index.empty()) continue;
    for (ClaimRow& claim : read_sweep_claims(index)) all.push_back(std::move(claim));
  }
  return all;
}

int report_runs(const ReportChoice& choice) {
  check_output(choice.output);
  if (!choice.plots.empty() && !may_stand_beside(choice.output))
    throw Error("--plots needs the report as a file", "name one with -o");
  const SelectedRuns selected = select_runs(choice);
  const fs::path folder = fs::absolute(choice.output).parent_path();
  const std::string title = choice.title.empty() ? default_title(selected) : choice.title;
  const ReportSubject subject{
      selected.trials, selected.arms, selected.metrics,      selected.baseline, selected.remarks,
      folder,          title,         claims_of(choice.runs)};
  const std::string page = report_page(report_data(subject));
  for (const std::string& remark : selected.remarks) std::cerr << "note: " << printable(remark) << '\n';
  write_output(choice.output, page, fmt::format(" ({:.1f} MB)", static_cast<double>(page.size()) / 1e6));
  if (!choice.plots.empty())
    fmt::print("wrote {} files into {}\n", write_plots(choice.output, choice.plots), choice.plots.string());
  return 0;
}

}  // namespace

void add_report(CLI::App& program, Action& action) {
  auto choice = std::make_shared<ReportChoice>();
  CLI::App* command = program.add_subcommand("report", "One HTML file with plots of runs, which needs nothing else");
  choice->add_to(*command);
  command->add_option("-o,--output", choice->output, "The file to write, or - for standard output")
      ->type_name("FILE")
      ->capture_default_str();
  command->add_option("--plots", choice->plots, "A folder that gets each plot as SVG and PNG; needs Chromium")
      ->type_name("FOLDER");
  command->add_option("--title", choice->title, "The report's heading")->type_name("TEXT");
  command->callback([choice, &action] { action = [choice] { return report_runs(*choice); }; });
}

}  // namespace byolab
