#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <iostream>

#include "app/commands.hpp"
#include "app/output_file.hpp"
#include "app/run_paths.hpp"
#include "checkpoint/part_files.hpp"
#include "export/by_step.hpp"
#include "export/csv.hpp"
#include "export/npy.hpp"
#include "export/tensorboard.hpp"
#include "record/disk.hpp"
#include "record/embeddings_file.hpp"
#include "record/run_reader.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

enum class ExportForm { csv, tensorboard, safetensors, pt, npy };

const std::map<std::string, ExportForm> kForms{{"csv", ExportForm::csv},
                                               {"tensorboard", ExportForm::tensorboard},
                                               {"safetensors", ExportForm::safetensors},
                                               {"pt", ExportForm::pt},
                                               {"npy", ExportForm::npy}};

struct ExportChoice {
  fs::path run, output;
  std::string to;
  std::string part = "online.encoder";
  std::int64_t step = -1;  ///< of a snapshot; −1: the last
};

/// ISO 8601 in UTC to seconds since 1970; 0 if it is none.
double seconds_of(const std::string& text) {
  std::tm parts{};
  return ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts) ? static_cast<double>(::timegm(&parts)) : 0;
}

/// TensorBoard reads folders, and knows its files by their names.
void write_events(const fs::path& record, const fs::path& folder) {
  const RunContents contents = read_contents(record);
  const double started = seconds_of(contents.attributes.at("started"));
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw Error(fmt::format("{} cannot be made: {}", folder.string(), error.message()), "choose another -o FOLDER");
  write_output(folder / fmt::format("events.out.tfevents.{:.0f}.{}", started, contents.attributes.at("run_id")),
               event_file_of(by_step(read_history(record)), started));
}

void write_weights(const ExportChoice& choice) {
  const fs::path record = record_of(choice.run);
  const fs::path checkpoint = record.extension() == ".pt" ? record : record.parent_path() / "checkpoint.pt";
  write_output(choice.output, choice.to == "pt" ? state_dict_of_part(checkpoint, choice.part)
                                                : safetensors_of_part(checkpoint, choice.part));
}

void write_arrays(const ExportChoice& choice) {
  const fs::path path = embeddings_beside(record_of(choice.run));
  const Embeddings embeddings = read_embeddings(path);
  const Snapshot* chosen = nullptr;
  std::string steps;
  for (const Snapshot& snapshot : embeddings.snapshots) {
    if (choice.step < 0 || snapshot.step == choice.step) chosen = &snapshot;
    steps += (steps.empty() ? "" : ", ") + std::to_string(snapshot.step);
  }
  if (!chosen)
    throw Error(fmt::format("{} has no snapshot of step {}", path.string(), choice.step), "--step takes: " + steps);
  write_output(choice.output, npy_of(chosen->features));
  if (!chosen->labels.defined()) return;
  if (!may_stand_beside(choice.output)) {
    std::cerr << "note: the labels were left out: they are a file beside the features\n";
    return;
  }
  fs::path labels = choice.output;
  write_output(labels.replace_extension(".labels.npy"), npy_of(chosen->labels));
}

int export_run(const ExportChoice& choice) {
  if (choice.to != "tensorboard")
    check_output(choice.output);
  else if (choice.output == "-")
    throw Error("TensorBoard reads folders: its events cannot go to standard output", "name a folder with -o");
  const fs::path record = record_of(choice.run);
  switch (kForms.at(choice.to)) {
    case ExportForm::csv:
      write_output(choice.output, csv_of(by_step(read_history(record))));
      break;
    case ExportForm::tensorboard:
      write_events(record, choice.output);
      break;
    case ExportForm::safetensors:
    case ExportForm::pt:
      write_weights(choice);
      break;
    case ExportForm::npy:
      write_arrays(choice);
      break;
  }
  return 0;
}

}  // namespace

void add_export(CLI::App& program, Action& action) {
  auto choice = std::make_shared<ExportChoice>();
  CLI::App* command = program.add_subcommand("export", "A run's metrics, weights or embeddings for other programs");
  command->add_option("RUN", choice->run, "The run's folder, or its run.h5")->required();
  command->add_option("--to", choice->to, "csv, tensorboard (metrics); safetensors, pt (weights); npy (embeddings)")
      ->check(CLI::IsMember(kForms))
      ->required();
  command
      ->add_option("-o,--output", choice->output,
                   "The file to write, or - for standard output; for tensorboard, the folder")
      ->type_name("PATH")
      ->required();
  command->add_option("--part", choice->part, "Whose weights: online.encoder, target.encoder, online.projector, …")
      ->capture_default_str();
  command->add_option("--step", choice->step, "Which snapshot of the embeddings; by default the last");
  command->callback([choice, &action] { action = [choice] { return export_run(*choice); }; });
}

}  // namespace byolab
