#pragma once

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "config/document.hpp"
#include "config/experiment.hpp"
#include "framework/config/fake_plugins.hpp"

namespace byolab::testing {

/// Tests in an empty folder of their own, which is the current one, so that places are short: "a.toml:1:1".
class InFolder : public ::testing::Test {
 protected:
  InFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "byolab-config-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    folder_ = name;
    std::filesystem::current_path(folder_);
  }
  ~InFolder() override {
    std::filesystem::current_path("/");
    std::filesystem::remove_all(folder_);
  }

  static void write(const std::string& file, const std::string& text) {
    if (const auto parent = std::filesystem::path(file).parent_path(); !parent.empty())
      std::filesystem::create_directories(parent);
    std::ofstream(file) << text;
  }

  /// What reading only the TOML says.
  std::string document_errors(const std::string& text, const std::vector<std::string>& sets = {}) {
    write("a.toml", text);
    Problems problems;
    read_document("a.toml", sets, problems, {"presets"});
    return problems.text();
  }

  Document document(const std::string& file, const std::vector<std::string>& sets = {}) {
    Problems problems;
    Document read = read_document(file, sets, problems, {"presets"});
    EXPECT_EQ(problems.text(), "");
    return read;
  }

  /// What reading an experiment says.
  std::string errors(const std::string& text, const std::vector<std::string>& sets = {}) {
    write("a.toml", text);
    Problems problems;
    const Document read = read_document("a.toml", sets, problems, {"presets"});
    read_experiment(read, plugins_, problems);
    return problems.text();
  }

  Experiment experiment(const std::string& file, const std::vector<std::string>& sets = {}) {
    Problems problems;
    const Document read = read_document(file, sets, problems, {"presets"});
    Experiment out = read_experiment(read, plugins_, problems);
    EXPECT_EQ(problems.text(), "");
    return out;
  }
  Experiment experiment_of(const std::string& text, const std::vector<std::string>& sets = {}) {
    write("a.toml", text);
    return experiment("a.toml", sets);
  }

  /// The least that an experiment must say, in nine lines.
  static constexpr const char* kLeast =
      "[data]\n"
      "plugin = \"image_folder\"\n"
      "root = \"images\"\n"
      "[encoder]\n"
      "plugin = \"convnet\"\n"
      "[[views]]\n"
      "augment = [{ plugin = \"gaussian_blur\" }, { plugin = \"solarize\", p = 0.2 }]\n"
      "[[views]]\n"
      "augment = [{ plugin = \"gaussian_blur\", p = 0.1 }]\n";

  std::filesystem::path folder_;
  FakeCatalogue plugins_;
};

}  // namespace byolab::testing
