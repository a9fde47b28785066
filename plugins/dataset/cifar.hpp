#pragma once

#include <memory>

#include <byolab/plugin.hpp>

#include "cifar_file.hpp"

/// CIFAR-10 and CIFAR-100 in their binary versions (Krizhevsky 2009): data_batch_1.bin … data_batch_5.bin,
/// test_batch.bin and batches.meta.txt, or train.bin, test.bin, fine_label_names.txt and coarse_label_names.txt.
/// Which of the two it is shows in the files' names. CIFAR-100's main labels are the fine ones; "coarse" is a
/// further set. Pictures stay in the files until they are read.
class Cifar final : public byolab::Dataset {
 public:
  struct Options {
    std::string root;
  };
  static void describe(byolab::Fields& field, Options& options);
  /// Writes a CIFAR-10 of four images a file.
  static byolab::Table try_with(const std::string& folder);
  Cifar(const Options& options, const byolab::Context& context);

  std::int64_t size() const override { return static_cast<std::int64_t>(records_.size()); }
  void read(std::int64_t index, byolab::Picture& picture) const override;
  std::int64_t label(std::int64_t index, std::string_view set) const override;
  std::vector<std::string> classes(std::string_view set) const override;
  std::vector<std::string> label_sets() const override;
  std::string fingerprint() const override;
  std::string source(std::int64_t index) const override;

 private:
  struct Record {
    std::uint32_t file, number;
    std::uint8_t coarse, fine;  ///< CIFAR-10 has fine labels alone
  };
  const Record& record(std::int64_t index) const { return records_[static_cast<std::size_t>(index)]; }
  void add(const std::string& path, std::uint64_t& hash);

  cifar::Variant variant_;
  std::string split_;
  std::vector<std::string> fine_, coarse_;
  std::vector<std::unique_ptr<cifar::File>> files_;
  std::vector<Record> records_;
  std::string digest_;
};
