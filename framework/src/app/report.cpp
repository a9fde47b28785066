#include <fmt/format.h>

#include <iostream>

#include "app/commands.hpp"
#include "record/disk.hpp"
#include "report/page.hpp"
#include "report/plots.hpp"
#include "report/report_data.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

struct ReportChoice {
  std::vector<fs::path> runs;
  std::vector<std::string> by, metrics;
  std::string baseline, title;
  fs::path output = "report.html", plots;
};

std::string default_title(const std::vector<RecordedRun>& trials, const Arms& arms) {
  if (trials.size() == 1) return trials.front().name();
  return fmt::format("{} arms, {} runs", arms.arms.size(), trials.size());
}

int report_runs(const ReportChoice& choice) {
  std::vector<std::string> remarks;
  const std::vector<RecordedRun> trials = read_trials(choice.runs, remarks);
  if (trials.empty()) throw Error("there is no run to report on", "byolab run makes one");
  for (const std::string& sentence : left_out(trials)) remarks.push_back(sentence);
  const Arms arms = sort_into_arms(trials, choice.by);
  const std::string baseline = choice.baseline.empty() ? known_baseline(arms, choice.runs) : choice.baseline;
  const fs::path folder = fs::absolute(choice.output).parent_path();
  const ReportSubject subject{
      trials,  arms,   choice.metrics.empty() ? default_metrics(trials) : choice.metrics, choice.baseline,
      remarks, folder, choice.title.empty() ? default_title(trials, arms) : choice.title};
  const std::string page = report_page(report_data(subject));
  with_path(choice.output, [&] { write_atomically(choice.output, page.data(), page.size()); });
  for (const std::string& remark : remarks) std::cerr << "note: " << remark << '\n';
  fmt::print("wrote {} ({:.1f} MB)\n", choice.output.string(), static_cast<double>(page.size()) / 1e6);
  if (!choice.plots.empty())
    fmt::print("wrote {} files into {}\n", write_plots(choice.output, choice.plots), choice.plots.string());
  return 0;
}

}  // namespace

void add_report(CLI::App& program, Action& action) {
  auto choice = std::make_shared<ReportChoice>();
  CLI::App* command = program.add_subcommand("report", "One HTML file with plots of runs, which needs nothing else");
  command->add_option("RUN", choice->runs, "Runs (folders or run.h5), folders of runs, sweeps")->required();
  command->add_option("-o,--output", choice->output, "The file to write")->type_name("FILE")->capture_default_str();
  command->add_option("--plots", choice->plots, "A folder that gets each plot as SVG and PNG; needs Chromium")
      ->type_name("FOLDER");
  command->add_option("--by", choice->by, "Key that tells the arms apart: name, target.tau, … (may be repeated)")
      ->type_name("KEY");
  command->add_option("--metric", choice->metrics, "What is compared: knn/top1, train/loss, … (may be repeated)")
      ->type_name("GROUP/COLUMN");
  command
      ->add_option("--baseline", choice->baseline, "The arm that the others are compared with; by default the sweep's")
      ->type_name("NAME");
  command->add_option("--title", choice->title, "The report's heading")->type_name("TEXT");
  command->callback([choice, &action] { action = [choice] { return report_runs(*choice); }; });
}

}  // namespace byolab
