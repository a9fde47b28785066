#pragma once

#include <torch/version.h>

#include "byolab/api_hash.hpp"  // generated: BYOLAB_API_HASH, of the public headers
#include "byolab/registry.hpp"

#if !defined(TORCH_VERSION)
#error "torch/version.h defines no TORCH_VERSION: compile against the LibTorch that byolab was built with"
#endif

#define BYOLAB_TEXT_(x) #x
#define BYOLAB_TEXT(x) BYOLAB_TEXT_(x)

#if defined(_GLIBCXX_DEBUG)
#define BYOLAB_CONTAINERS_ "debug"
#else
#define BYOLAB_CONTAINERS_ "release"
#endif
#if defined(__has_feature)
#define BYOLAB_HAS_FEATURE_(x) __has_feature(x)  // clang says it so
#else
#define BYOLAB_HAS_FEATURE_(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || BYOLAB_HAS_FEATURE_(address_sanitizer)
#define BYOLAB_SANITIZER_ "address"
#elif defined(__SANITIZE_THREAD__) || BYOLAB_HAS_FEATURE_(thread_sanitizer)
#define BYOLAB_SANITIZER_ "thread"
#else
#define BYOLAB_SANITIZER_ "none"
#endif
#if !defined(_GLIBCXX_USE_CXX11_ABI)
#error "byolab needs libstdc++ (g++, or clang++ with -stdlib=libstdc++): LibTorch is built with it"
#endif

/// What both sides must agree on, made by the compiler; one `key=value` a line. docs/architecture.md says
/// why each line is compared. `compiler` is recorded only: g++ and clang++ share libstdc++'s ABI.
#define BYOLAB_IDENTITY                                                               \
  "api=" BYOLAB_API_HASH "\ntorch=" TORCH_VERSION                                     \
  "\nc++=libstdc++, cxx11 abi " BYOLAB_TEXT(_GLIBCXX_USE_CXX11_ABI) ", " BYOLAB_TEXT( \
      __cplusplus) "\ncontainers=" BYOLAB_CONTAINERS_ "\nsanitizer=" BYOLAB_SANITIZER_ "\ncompiler=" __VERSION__ "\n"

namespace byolab {

/// The door of a plugin library: constant data that the host reads from the file before any of its code
/// runs, and the one exported symbol. `byolab plugin seal`, run after linking, fills in the last two.
struct Library {
  char marker[16];
  char identity[1008];
  void (*enroll)(Registry&);
  char contents[16376];      ///< "kind name version summary\n" for each plugin
  unsigned char digest[32];  ///< SHA-256 of what is mapped, itself left out
};

}  // namespace byolab

/// `BYOLAB_PLUGINS(registry) { registry.add<MyRule>("my_rule", "what it does"); }`, once in each library.
#define BYOLAB_PLUGINS(registry)                                                                                     \
  static void byolab_enroll(::byolab::Registry& registry);                                                           \
  extern "C" __attribute__((visibility("default"), used))                                                            \
  const ::byolab::Library byolab_plugin_library = {"BYOLAB\x01PLUGIN\x02", BYOLAB_IDENTITY, &byolab_enroll, "", {}}; \
  static void byolab_enroll(::byolab::Registry& registry)
