#pragma once

// Seen by every test. Not compile definitions: with paths in them, the compiler cache would serve one checkout
// alone. For the same reason no string literals: std::filesystem::path(BYOLAB_SOURCE_DIR) / "tests" / "…".
namespace byolab_test {
extern const char* const source_dir;
extern const char* const binary_dir;
}  // namespace byolab_test

#define BYOLAB_SOURCE_DIR (::byolab_test::source_dir)
#define BYOLAB_BINARY_DIR (::byolab_test::binary_dir)
