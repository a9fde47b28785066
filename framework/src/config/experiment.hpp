#pragma once

#include <map>

#include "boundary/catalogue.hpp"
#include "byolab/fields.hpp"
#include "config/document.hpp"

namespace byolab {

/// [run]: how long, on what, with which seed.
struct RunOptions {
  enum class BatchStatistics { per_view, joint };
  enum class Dtype { automatic, float32, bfloat16, float64 };
  enum class MemoryFormat { automatic, channels_last, contiguous };

  std::string name;  ///< the file's stem, unless written
  std::int64_t seed = 0;
  std::int64_t epochs = 100;  ///< 0 if `steps` is given; if both are 0, the untrained network is evaluated
  std::int64_t steps = 0;     ///< 0 if `epochs` is given
  std::int64_t batch_size = 256;
  std::int64_t accumulate = 1;
  BatchStatistics batch_statistics = BatchStatistics::per_view;
  std::string device = "auto";  ///< "auto" or "cpu": checked; both are the CPU, for now
  Dtype dtype = Dtype::automatic;
  MemoryFormat memory_format = MemoryFormat::automatic;
  std::int64_t threads = 0;  ///< 0: as many as there are cores
  std::int64_t workers = 0;  ///< 0: as the trainer sees fit
  std::int64_t calibrate = 2000;
  double watchdog = 0;                 ///< seconds that one call into a plugin may take; 0: any time
  std::string output = "runs";         ///< absolute once read
  std::vector<std::string> stop_when;  ///< "collapsed", or nothing
  double collapsed_below = 0.05;
  Cadence collapsed_for{10, Cadence::Unit::percent};
  static void describe(Fields& field, RunOptions& options);
};

/// [data]
struct DataOptions {
  Recipe recipe;
  std::int64_t subset = 0;  ///< 0: all
  double validation = 0;    ///< below 1 a share of the training images, from 1 on a number of them
  static void describe(Fields& field, DataOptions& options);
};

/// An element of [[views.augment]].
struct AugmentOptions {
  std::string name;  ///< unique within its view; draws are keyed by it
  Recipe recipe;
};

/// An element of [[views]].
struct ViewOptions {
  std::string name;                     ///< unique
  std::vector<AugmentOptions> augment;  ///< in order; may be empty
};

/// [encoder], [projector], [predictor]
struct PartOptions {
  Recipe recipe;
  std::string load;  ///< absolute path of a run's folder or a checkpoint, or empty
  bool freeze = false;
  double lr_factor = 1;
  static void describe(Fields& field, PartOptions& options);
};

/// [target]
struct TargetOptions {
  enum class Init { own, online };
  enum class When { after_optimizer, before_forward };
  Recipe recipe;
  bool gradient = false;
  Init init = Init::own;
  When when = When::after_optimizer;
  std::string load;  ///< as in PartOptions
  static void describe(Fields& field, TargetOptions& options);
};

/// An element of [[evaluate]].
struct EvaluateOptions {
  enum class Split { automatic, validation, test };
  std::string name;  ///< unique; metrics are recorded under it
  Recipe recipe;
  Cadence every{0, Cadence::Unit::epochs};  ///< 0: before the first step and after the last only
  Split split = Split::automatic;           ///< automatic is settled when the experiment is read
  static void describe(Fields& field, EvaluateOptions& options);
};

/// An element of a list that a kind of plugins has for itself: [[observe]].
struct ListedOptions {
  std::string name;  ///< unique
  Recipe recipe;
  bool passive = false;  ///< changes nothing of a run, and is no part of its identity
};

/// [checkpoint]
struct CheckpointOptions {
  Cadence every{1, Cadence::Unit::epochs};  ///< 0: at the end and on SIGTERM/SIGINT only
  std::int64_t keep = 1;                    ///< newest ones
  std::string best;                         ///< "knn/top1": the best by this is kept, too; "" for none
  enum class Better { automatic, greater, less } better = Better::automatic;
  static void describe(Fields& field, CheckpointOptions& options);
};

/// [record]
struct RecordOptions {
  bool embeddings = false;
  Cadence every{0, Cadence::Unit::epochs};  ///< 0: after the last step only
  std::int64_t images = 2000;
  std::int64_t examples = 10;
  std::int64_t batches = 0;
  static void describe(Fields& field, RecordOptions& options);
};

/// An experiment with every default filled in and every value checked.
struct Experiment {
  RunOptions run;
  DataOptions data;
  std::vector<ViewOptions> views;  ///< two or more
  PartOptions encoder, projector, predictor;
  TargetOptions target;
  Recipe method, loss, optimizer;
  std::vector<EvaluateOptions> evaluate;
  std::map<Kind, std::vector<ListedOptions>> listed;  ///< by kinds with a section of their own; see HostKind::section
  CheckpointOptions checkpoint;
  RecordOptions record;
  Value sweep, claims;        ///< [sweep] (a table) and [[claim]] (a list) as written, unchecked; empty if absent
  Value resolved;             ///< nothing left implicit but what the machine settles; `to_toml(resolved)` runs again
  std::string identity_text;  ///< lines `key = value` of all that can change results, sorted; less Circumstances
  std::string identity;       ///< 16 hex digits: see `identify`
  std::vector<std::string> passive;  ///< keys of `resolved`, as `--set` writes them, that are no part of identity_text
};

/// What a run's results depend on beside its TOML, known once the run has begun. `auto` is settled here.
struct Circumstances {
  std::string device;         ///< "cpu" or "cuda"
  std::string dtype;          ///< "float32", "bfloat16" or "float64"
  std::string memory_format;  ///< "channels_last" or "contiguous"
  std::int64_t threads = 0;
  std::string data;          ///< Dataset::fingerprint of the training and test images
  std::string weights = {};  ///< what the parts' `load` holds (StartingWeights::digest); "" where nothing is loaded
};

/// Sets `identity`: the first 16 digits of the SHA-256 of `identity_text` and the circumstances.
/// `read_experiment` sets it from the values as written; call this once they are settled.
BYOLAB_API void identify(Experiment& experiment, const Circumstances& circumstances);

/// Checks a document against the plugins there are. Never throws for what a user wrote: look at `problems`
/// before using what is returned.
BYOLAB_API Experiment read_experiment(const Document& document, const Catalogue& catalogue, Problems& problems);

/// The TOML of a resolved experiment, as `--print` shows it.
BYOLAB_API std::string to_toml(const Value& resolved);

}  // namespace byolab
