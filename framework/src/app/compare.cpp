#include <fmt/format.h>

#include <iostream>

#include "app/commands.hpp"
#include "report/comparison_text.hpp"

namespace byolab {
namespace {

struct CompareChoice {
  std::vector<std::filesystem::path> runs;
  std::vector<std::string> by, metrics;
  std::string baseline;
  TableFormat format = TableFormat::table;
};

const std::map<std::string, TableFormat> kFormats{{"table", TableFormat::table},
                                                  {"csv", TableFormat::csv},
                                                  {"json", TableFormat::json},
                                                  {"markdown", TableFormat::markdown},
                                                  {"latex", TableFormat::latex}};

/// Remarks go to the other stream, so that a table can be piped.
int compare_runs(const CompareChoice& choice) {
  std::vector<std::string> remarks;
  const std::vector<RecordedRun> trials = read_trials(choice.runs, remarks);
  for (const std::string& sentence : left_out(trials)) remarks.push_back(sentence);
  const Arms arms = sort_into_arms(trials, choice.by);
  const std::string baseline = choice.baseline.empty() ? known_baseline(arms, choice.runs) : choice.baseline;
  std::vector<Comparison> tables;
  for (const std::string& metric : choice.metrics.empty() ? default_metrics(trials) : choice.metrics)
    tables.push_back(compare(arms, metric, baseline));
  for (const std::string& remark : remarks) std::cerr << "note: " << remark << '\n';
  std::cout << comparison_text(tables, choice.format);
  return 0;
}

}  // namespace

void add_compare(CLI::App& program, Action& action) {
  auto choice = std::make_shared<CompareChoice>();
  CLI::App* command = program.add_subcommand("compare", "Mean and spread over seeds, and differences from a baseline");
  command->add_option("RUN", choice->runs, "Runs (folders or run.h5), folders of runs, sweeps")->required();
  command->add_option("--by", choice->by, "Key that tells the arms apart: name, target.tau, … (may be repeated)")
      ->type_name("KEY");
  command->add_option("--metric", choice->metrics, "What is compared: knn/top1, train/loss, … (may be repeated)")
      ->type_name("GROUP/COLUMN");
  command
      ->add_option("--baseline", choice->baseline, "The arm that the others are compared with; by default the sweep's")
      ->type_name("NAME");
  command->add_option("--format", choice->format, "table, csv, json, markdown or latex")
      ->transform(CLI::CheckedTransformer(kFormats))
      ->type_name("FORMAT");
  command->callback([choice, &action] { action = [choice] { return compare_runs(*choice); }; });
}

}  // namespace byolab
