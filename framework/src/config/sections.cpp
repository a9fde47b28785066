#include "config/sections.hpp"

#include <algorithm>

#include "api/host_kind.hpp"

namespace byolab {

void RunOptions::describe(Fields& field, RunOptions& o) {
  const About label{.changes_results = false};
  field("name", o.name, "name of the run's folder; by default the experiment file's", label);
  field("seed", o.seed, "of everything that is drawn", {.min = 0});
  field("epochs", o.epochs, "length of the run, in passes over the training images; 0 evaluates the untrained network",
        {.min = 0, .max = 1e9});
  field("steps", o.steps, "length of the run, in optimizer steps, in place of `epochs`", {.min = 0, .max = 1e12});
  field("batch_size", o.batch_size, "images in a forward pass", {.min = 2});
  field("accumulate", o.accumulate,
        "batches whose gradients are averaged into one step; the target moves once for them",
        {.min = 1, .source = "Grill et al. 2020, section 5 (batch size)"});
  field("batch_statistics", o.batch_statistics,
        {{"per_view", BatchStatistics::per_view}, {"joint", BatchStatistics::joint}},
        "whether batch normalisation sees each view by itself, or all views at once",
        {.source = "per_view: the reference code, byol_experiment.py"});
  field("device", o.device, "auto | cpu; byolab trains on the CPU only, for now", label);
  field("dtype", o.dtype,
        {{"auto", Dtype::automatic},
         {"float32", Dtype::float32},
         {"bfloat16", Dtype::bfloat16},
         {"float64", Dtype::float64}},
        "arithmetic of convolutions and products; auto: bfloat16 where the hardware multiplies it faster; float64: "
        "of everything but the views, to compare with other programs, many times slower",
        label);
  field("memory_format", o.memory_format,
        {{"auto", MemoryFormat::automatic},
         {"channels_last", MemoryFormat::channels_last},
         {"contiguous", MemoryFormat::contiguous}},
        "order of an image batch in memory", label);
  field("threads", o.threads,
        "threads of the arithmetic; 0: as many as are allowed (processors of this process, control group, "
        "OMP_NUM_THREADS)",
        {.min = 0, .max = 1024, .changes_results = false});
  field("workers", o.workers, "threads that prepare images; 0: as many as suit the machine",
        {.min = 0, .max = 256, .changes_results = false});
  field("calibrate", o.calibrate,
        "images that set batch normalisation's running statistics before an untrained encoder is evaluated",
        {.min = 0});
  field("watchdog", o.watchdog, "time that one call into a plugin may take before the run is ended as failed; 0: any",
        {.min = 0, .max = 1e9, .unit = "seconds", .changes_results = false});
  field("output", o.output, "folder that gets the run's folder", {.unit = "path", .changes_results = false});
  field("stop_when", o.stop_when, "what ends a run early, as a result of its own: \"collapsed\"");
  field("collapsed_below", o.collapsed_below,
        "a run has collapsed, and its line says COLLAPSED, when the training metric z_std has stayed below this",
        {.min = 0, .max = 1});
  field("collapsed_for", o.collapsed_for, "for so long");
}

void DataOptions::describe(Fields& field, DataOptions& o) {
  field("subset", o.subset,
        "training images that are used, the same number of each class as far as it has them; 0: all", {.min = 0});
  field("validation", o.validation,
        "training images set aside for evaluation: a share of each class below 1, a number of them, of each class as "
        "large a share, from 2 on",
        {.min = 0});
}

namespace {
const About kLoad{.unit = "path", .changes_results = false};  // what the file holds does
}

void PartOptions::describe(Fields& field, PartOptions& o) {
  field("load", o.load, "a run's folder or a checkpoint whose weights this part starts from", kLoad);
  field("freeze", o.freeze,
        "whether the optimizer leaves this part as it is; its batch norms' running statistics go on moving");
  field("lr_factor", o.lr_factor, "multiplies the learning rate of this part",
        {.min = 0, .source = "Grill et al. 2020, appendix I"});
}

void TargetOptions::describe(Fields& field, TargetOptions& o) {
  field("gradient", o.gradient, "whether the loss's gradient flows into the target, too");
  field("init", o.init, {{"own", Init::own}, {"online", Init::online}},
        "what the target starts from: random weights of its own, or the online network's",
        {.source = "own: the reference code, byol_experiment.py"});
  field("when", o.when, {{"after_optimizer", When::after_optimizer}, {"before_forward", When::before_forward}},
        "when in a step the target moves", {.source = "after_optimizer: the reference code, byol_experiment.py"});
  field("load", o.load, "a run's folder or a checkpoint whose online weights the target starts from", kLoad);
}

void EvaluateOptions::describe(Fields& field, EvaluateOptions& o) {
  field("every", o.every, "time between two evaluations, beside those before the first and after the last step",
        {.changes_results = false});
  field("split", o.split, {{"auto", Split::automatic}, {"validation", Split::validation}, {"test", Split::test}},
        "images that are evaluated on; auto: the validation images if [data] sets some aside, else the test images");
}

void CheckpointOptions::describe(Fields& field, CheckpointOptions& o) {
  field("every", o.every, "time between two checkpoints; one is written at the end and when the run is stopped, too",
        {.changes_results = false});
  const About extra{.changes_results = false};
  field("keep", o.keep, "newest checkpoints that are kept: checkpoint.pt, and from 2 on each as checkpoint-STEP.pt",
        {.min = 1, .max = 1e6, .changes_results = false});
  field("best", o.best,
        "metric of an evaluator, as in \"knn/top1\", by which the best checkpoint is kept as checkpoint-best.pt",
        extra);
  field("better", o.better, {{"auto", Better::automatic}, {"greater", Better::greater}, {"less", Better::less}},
        "which values of that metric are better; auto: less of a loss, greater of a top1, top5 or accuracy; of others "
        "it must be said",
        extra);
}

void RecordOptions::describe(Fields& field, RecordOptions& o) {
  field("embeddings", o.embeddings,
        "whether features of held-out images are kept, in run.embeddings.h5 beside the record",
        {.changes_results = false});
  field("every", o.every, "time between two snapshots of them, beside that after the last step",
        {.changes_results = false});
  field("images", o.images, "held-out images whose features are kept, taken evenly; 0: all",
        {.min = 0, .changes_results = false});
  field("examples", o.examples, "images that are kept themselves, with their augmented views",
        {.min = 0, .max = 1000, .changes_results = false});
  field("batches", o.batches,
        "training batches whose views, images and loss are kept, in run.batches.h5 beside the record, from the first "
        "of each start on; held in memory until the last one",
        {.min = 0, .max = 1000000, .changes_results = false});
}

void PluginsOptions::describe(Fields& field, PluginsOptions& o) {
  field("path", o.path, "folders with plugin libraries, looked through before the installed ones",
        {.changes_results = false});
}

namespace {

const std::vector<Section>& own_sections() {
  static const std::vector<Section> kSections{
      {"run", {}, false, "how long, on what, with which seed", &fields_of<RunOptions>},
      {"data", Kind::dataset, false, "the images", &fields_of<DataOptions>},
      {"views", {}, true, "the views of an image, two or more", nullptr},
      {"encoder", Kind::encoder, false, "images to features", &fields_of<PartOptions>},
      {"projector", Kind::head, false, "features to projections", &fields_of<PartOptions>},
      {"predictor", Kind::head, false, "online projections to predictions of the target's", &fields_of<PartOptions>},
      {"target", Kind::target_update, false, "how the target network follows the online one",
       &fields_of<TargetOptions>},
      {"method", Kind::method, false, "which views go through which networks, and what the loss gets", nullptr},
      {"loss", Kind::loss, false, "the objective", nullptr},
      {"optimizer", Kind::optimizer, false, "how weights move along the gradient", nullptr},
      {"evaluate", Kind::evaluator, true, "what is measured", &fields_of<EvaluateOptions>},
      {"checkpoint", {}, false, "when the run's state is saved", &fields_of<CheckpointOptions>},
      {"record", {}, false, "what is kept beside the metrics", &fields_of<RecordOptions>},
      {"plugins", {}, false, "where plugins are", &fields_of<PluginsOptions>},
      {"sweep", {}, false, "variations of this experiment", nullptr},
      {"claim", {}, true, "what the experiment expects to find", nullptr},
  };
  return kSections;
}

/// With the kinds' own, before what says how the run is kept.
std::vector<Section> all_sections() {
  std::vector<Section> all = own_sections();
  for (const HostKind* kind : host_kinds()) {
    const auto checkpoint =
        std::find_if(all.begin(), all.end(), [](const Section& s) { return s.name == "checkpoint"; });
    if (*kind->section) all.insert(checkpoint, {kind->section, kind->kind, true, kind->meaning, nullptr});
  }
  return all;
}

}  // namespace

const std::vector<Section>& sections() {
  static const std::vector<Section> kAll = all_sections();
  return kAll;
}

}  // namespace byolab
