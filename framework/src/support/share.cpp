#include "support/share.hpp"

#include <dlfcn.h>

namespace byolab {

std::filesystem::path share_folder() {
  Dl_info info{};
  ::dladdr(reinterpret_cast<const void*>(&share_folder), &info);
  return std::filesystem::weakly_canonical(info.dli_fname).parent_path().parent_path() / "share" / "byolab";
}

}  // namespace byolab
