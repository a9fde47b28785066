#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/display.hpp"
#include "app/experiment_file.hpp"
#include "app/standard_streams.hpp"
#include "train/trainer.hpp"

namespace byolab {
namespace {

struct DemoChoice : PluginSearch {
  std::filesystem::path folder = "experiments/demo";
  std::vector<std::string> sets;
};

/// A metric of the closing table.
struct Column {
  std::string title, evaluator, metric;
};

/// A line of it: a value for each column.
struct Row {
  std::string name;
  std::vector<double> values;
};

/// Every evaluator's top-1, then the spread of the projections, which is told as `z_std`.
std::vector<Column> columns_of(const std::vector<EvaluationReport>& reports) {
  std::vector<Column> columns;
  for (const std::string wanted : {"top1", "z_std"})
    for (const EvaluationReport& report : reports)
      for (const auto& [name, value] : report.values)
        if (name == wanted) columns.push_back({wanted == "top1" ? report.evaluator : "spread", report.evaluator, name});
  return columns;
}

double value_of(const std::vector<EvaluationReport>& reports, const Column& column) {
  for (const EvaluationReport& report : reports)
    if (report.evaluator == column.evaluator)
      for (const auto& [name, value] : report.values)
        if (name == column.metric) return value;
  return std::numeric_limits<double>::quiet_NaN();
}

Row row_of(std::string name, const std::vector<EvaluationReport>& reports, const std::vector<Column>& columns) {
  Row row{std::move(name), {}};
  for (const Column& column : columns) row.values.push_back(value_of(reports, column));
  return row;
}

RunResult run_arm(const DemoChoice& choice, const std::string& arm) {
  LoadedExperiment loaded = load_experiment(choice.folder / (arm + ".toml"), choice.sets, choice);
  Display display(arm);
  RunRequest request{loaded.experiment, *loaded.catalogue, loaded.document.source, command_line(), Existing::replace};
  request.origin = choice.folder / (arm + ".toml");
  return train(request, display);
}

/// Best first by the last top-1.
void print_table(const std::vector<Column>& columns, std::vector<Row> rows) {
  std::size_t by = 0;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].metric == "top1") by = i;
  if (columns.empty()) return;
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return a.values[by] > b.values[by]; });
  show("\nWhat was learned, best first by {} (test images; top-1 in %):\n\n  {:<34}", columns[by].title, "");
  for (const Column& column : columns) show(" {:>8}", column.title);
  for (const Row& row : rows) {
    show("\n  {:<34}", row.name);
    for (std::size_t i = 0; i < columns.size(); ++i)
      columns[i].metric == "top1" ? show(" {:>8.1f}", row.values[i]) : show(" {:>8.3f}", row.values[i]);
  }
  show("\n\n  spread: std of the projections; near 0 means that the network collapsed\n");
}

int demo(const DemoChoice& choice) {
  outlive_readers();
  const RunResult byol = run_arm(choice, "byol");
  if (byol.status != RunStatus::finished) return byol.status == RunStatus::stopped ? kStopped : kFailed;
  const RunResult fixed = run_arm(choice, "fixed_random");
  if (fixed.status != RunStatus::finished) return fixed.status == RunStatus::stopped ? kStopped : kFailed;
  const std::vector<Column> columns = columns_of(byol.last);
  print_table(columns, {row_of("random init (untrained)", byol.first, columns),
                        row_of("fixed random target", fixed.last, columns),
                        row_of("BYOL (moving-average target)", byol.last, columns)});
  show("\nWritten:\n");
  for (const RunResult* result : {&byol, &fixed})
    show("  {}\n  {}\n", (result->folder / "run.h5").string(), (result->folder / "checkpoint.pt").string());
  show("\nLook closer: byolab show {}    h5dump -n {}\n", byol.folder.string(), (byol.folder / "run.h5").string());
  return 0;
}

}  // namespace

void add_demo(CLI::App& program, Action& action) {
  auto choice = std::make_shared<DemoChoice>();
  CLI::App* command =
      program.add_subcommand("demo", "Trains BYOL and a baseline on drawn shapes, and shows what they learned");
  choice->add_to(*command);
  command->add_option("FOLDER", choice->folder, "Folder with byol.toml and fixed_random.toml")->capture_default_str();
  command->add_option("--set", choice->sets, "Changes a key in both experiments")->type_name("KEY=VALUE");
  command->callback([choice, &action] { action = [choice] { return demo(*choice); }; });
}

}  // namespace byolab
