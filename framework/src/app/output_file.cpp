#include "app/output_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/disk.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

/// "-", and the names that the system has for it: /dev/stdout, /dev/fd/1.
bool is_standard_output(const fs::path& output) {
  if (output == "-") return true;
  struct stat named {
  }, ours{};
  return fs::is_symlink(output) && ::stat(output.c_str(), &named) == 0 && ::fstat(STDOUT_FILENO, &ours) == 0 &&
         named.st_dev == ours.st_dev && named.st_ino == ours.st_ino;
}

bool takes_a_stream(const fs::path& output) {
  std::error_code none;
  const fs::file_type type = fs::status(output, none).type();  // a link to a device is one
  return type == fs::file_type::character || type == fs::file_type::block || type == fs::file_type::fifo ||
         type == fs::file_type::socket;
}

}  // namespace

void check_output(const fs::path& output) {
  if (is_standard_output(output) || takes_a_stream(output)) return;
  if (fs::is_symlink(output))
    throw Error(fmt::format("{} is a link to {}: nothing is written through a link, nor over one", shown(output),
                            shown(fs::read_symlink(output))),
                "name the file itself, or remove the link");
  if (fs::is_directory(output))
    throw Error(shown(output) + " is a folder, and a file is to be written", "name a file in it: -o FOLDER/NAME");
  if (is_precious(output))
    throw Error(shown(output) + " is a record or a checkpoint: nothing is written over it", "choose another -o FILE");
}

bool may_stand_beside(const fs::path& output) { return !is_standard_output(output) && !takes_a_stream(output); }

void write_output(const fs::path& output, const std::string& bytes, const std::string& remark) {
  check_output(output);
  const bool standard = is_standard_output(output);
  with_path(standard ? "standard output" : output, [&] {
    if (standard)
      write_into(STDOUT_FILENO, bytes.data(), bytes.size());
    else if (takes_a_stream(output))
      write_into(output, bytes.data(), bytes.size());
    else
      write_atomically(output, bytes.data(), bytes.size());
  });
  if (!standard) fmt::print("wrote {}{}\n", shown(output), remark);
}

}  // namespace byolab
