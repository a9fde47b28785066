#include "cifar.hpp"

#include <cstdio>
#include <fstream>

#include "folder_scan.hpp"

void Cifar::describe(byolab::Fields& field, Options& options) {
  // The fingerprint holds a digest of the files, so that it does not matter where they lie.
  field("root", options.root,
        "folder of the *.bin files (cifar-10-batches-bin or cifar-100-binary), or the folder around it; ~ is replaced, "
        "and ${NAME} as in every text",
        {.unit = "path", .source = "Krizhevsky 2009, binary version", .changes_results = false, .required = true});
}

byolab::Table Cifar::try_with(const std::string& folder) {
  constexpr int kImages = 4, kClasses = 10;
  std::ofstream names(folder + "/batches.meta.txt");
  for (int i = 0; i < kClasses; ++i) names << "class" << i << '\n';
  int number = 0;
  for (const char* name :
       {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"}) {
    std::ofstream file(folder + "/" + name + ".bin", std::ios::binary);
    for (int image = 0; image < kImages; ++image, ++number) {
      file.put(static_cast<char>(number % kClasses));
      for (int i = 0; i < cifar::kPixels; ++i) file.put(static_cast<char>(number * 31 + i * 7));
    }
  }
  return {{"root", folder}};
}

Cifar::Cifar(const Options& options, const byolab::Context& context)
    : variant_(cifar::find_variant(images::at_home(options.root))), split_(context.split) {
  fine_ = cifar::read_names(variant_.folder / variant_.fine_names, variant_.classes);
  if (!variant_.coarse_names.empty())
    coarse_ = cifar::read_names(variant_.folder / variant_.coarse_names, variant_.superclasses);
  std::uint64_t hash = byolab::stream_of("cifar");
  for (const std::string& name : split_ == "test" ? variant_.test : variant_.train)
    add((variant_.folder / name).string(), hash);
  char digest[17];
  std::snprintf(digest, sizeof digest, "%016llx", static_cast<unsigned long long>(hash));
  digest_ = digest;
}

void Cifar::add(const std::string& path, std::uint64_t& hash) {
  const int labels = variant_.labels();
  files_.push_back(std::make_unique<cifar::File>(path, labels + cifar::kPixels));
  const cifar::File& file = *files_.back();
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(labels + cifar::kPixels));
  for (std::int64_t i = 0; i < file.records(); ++i) {
    file.read(i, 0, bytes);
    for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 1099511628211ULL;
    Record record{static_cast<std::uint32_t>(files_.size() - 1), static_cast<std::uint32_t>(i), 0,
                  bytes[static_cast<std::size_t>(labels - 1)]};
    if (labels == 2) record.coarse = bytes[0];
    if (record.fine >= fine_.size() || (labels == 2 && record.coarse >= coarse_.size()))
      throw byolab::Error(path + ": image " + std::to_string(i) + " has class " + std::to_string(record.fine) +
                              ", but " + variant_.name + " has " + std::to_string(variant_.classes) + " classes",
                          "the file is damaged, or of another format: fetch it again");
    records_.push_back(record);
  }
}

void Cifar::read(std::int64_t index, byolab::Picture& picture) const {
  thread_local std::vector<std::uint8_t> planes(cifar::kPixels);
  files_[record(index).file]->read(record(index).number, variant_.labels(), planes);
  picture.height = picture.width = cifar::kEdge;
  picture.pixels.resize(cifar::kPixels);
  constexpr std::size_t plane = static_cast<std::size_t>(cifar::kEdge) * cifar::kEdge;
  for (std::size_t i = 0; i < plane; ++i)
    for (std::size_t c = 0; c < 3; ++c) picture.pixels[3 * i + c] = planes[c * plane + i];
}

std::int64_t Cifar::label(std::int64_t index, std::string_view set) const {
  return set == "coarse" ? record(index).coarse : record(index).fine;
}

std::vector<std::string> Cifar::classes(std::string_view set) const { return set == "coarse" ? coarse_ : fine_; }

std::vector<std::string> Cifar::label_sets() const {
  if (coarse_.empty()) return {};
  return {"coarse"};
}

std::string Cifar::fingerprint() const {
  return variant_.name + ": " + std::to_string(size()) + " images of split " + split_ + ", contents " + digest_;
}

std::string Cifar::source(std::int64_t index) const {
  return files_[record(index).file]->path() + ", image " + std::to_string(record(index).number);
}
