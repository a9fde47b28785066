#pragma once

#include "record/lock.hpp"
#include "train/trainer.hpp"

namespace byolab {

/// The folder that a run writes, locked for as long as this lives. Nothing that was logged is ever deleted.
class RunFolder {
 public:
  /// Makes the folder and locks it; moves an earlier record aside where that is asked for, or where it could not be
  /// gone on with. Throws Error if there is one and `existing` refuses it, or if another process writes here.
  RunFolder(std::filesystem::path path, Existing existing, Listener& observer);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path record() const { return path_ / "run.h5"; }
  std::filesystem::path checkpoint() const { return path_ / "checkpoint.pt"; }

  /// Whether the record can be read, says that its run came to its end, and has the rows of `history`.
  bool ended(const History& history) const;

  /// For a run that is resumed: a record that no tool can read is kept beside the one that is made anew.
  void keep_damaged_record() const;

 private:
  void move_aside() const;
  void take_newest_kept() const;

  std::filesystem::path path_;
  Listener& observer_;
  RunLock lock_;
};

}  // namespace byolab
