#include <fmt/format.h>

#include <iostream>

#include "app/commands.hpp"
#include "app/run_selection.hpp"
#include "report/comparison_text.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

struct CompareChoice : RunSelection {
  std::string format = "table", style = "std";
};

const std::map<std::string, TableFormat> kFormats{{"table", TableFormat::table},
                                                  {"csv", TableFormat::csv},
                                                  {"json", TableFormat::json},
                                                  {"markdown", TableFormat::markdown},
                                                  {"latex", TableFormat::latex}};

const std::map<std::string, SpreadStyle> kStyles{{"std", SpreadStyle::std}, {"paper", SpreadStyle::paper}};

/// Remarks go to the other stream, so that a table can be piped.
int compare_runs(const CompareChoice& choice) {
  const SelectedRuns selected = select_runs(choice, WithoutRecords::last_metrics);
  std::vector<Comparison> tables;
  for (const std::string& metric : selected.metrics)
    tables.push_back(compare(selected.arms, metric, selected.baseline));
  if (tables.size() > 1 && !selected.baseline.empty())
    std::cerr << "note: p (Holm) is adjusted over the arms of one metric, and not over the metrics\n";
  for (const std::string& remark : selected.remarks) std::cerr << "note: " << printable(remark) << '\n';
  std::cout << comparison_text(tables, kFormats.at(choice.format), kStyles.at(choice.style));
  return 0;
}

}  // namespace

void add_compare(CLI::App& program, Action& action) {
  auto choice = std::make_shared<CompareChoice>();
  CLI::App* command = program.add_subcommand("compare", "Mean and spread over seeds, and differences from a baseline");
  choice->add_to(*command);
  command->add_option("--format", choice->format, "How it is written")
      ->check(CLI::IsMember(kFormats))
      ->capture_default_str();
  command
      ->add_option("--style", choice->style,
                   "std: mean ± std; paper: ± half the range where it exceeds 0.25, as the BYOL paper reports")
      ->check(CLI::IsMember(kStyles))
      ->capture_default_str();
  command->callback([choice, &action] { action = [choice] { return compare_runs(*choice); }; });
}

}  // namespace byolab
