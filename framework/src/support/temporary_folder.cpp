#include "support/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "byolab/error.hpp"

namespace byolab {

TemporaryFolder::TemporaryFolder(const std::string& use) {
  std::error_code error;
  const std::filesystem::path root = std::filesystem::temp_directory_path(error);
  std::string name = (root / ("byolab-" + use + "-XXXXXX")).string();
  if (error || !::mkdtemp(name.data()))
    throw Error("no temporary folder can be made in " +
                    (error ? std::string("TMPDIR: ") + error.message() : root.string() + ": " + std::strerror(errno)),
                "set TMPDIR to a folder that can be written, with room");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace byolab
