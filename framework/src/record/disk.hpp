#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "byolab/error.hpp"

namespace byolab {

// Errors of these do not name the path: see with_path.

/// Makes an empty file in the place of whatever has this name; a link is replaced, never followed. Throws Error with
/// the system's reason.
void make_empty_file(const std::filesystem::path& path);
/// Claims disk space for all of an open file and `bytes` beyond its end, without changing its size. Where the
/// file system cannot do that, looks whether so much is free. Throws Error if there is no room.
void reserve_space(int descriptor, std::size_t bytes);
/// Gives back what was claimed beyond the file's end.
void release_reserve(const std::filesystem::path& path);
/// Writes a file that is complete or not there: temporary beside it, fsync, rename, fsync of the folder.
/// Throws Error with the system's reason; an older file at `path` is then as it was.
BYOLAB_API void write_atomically(const std::filesystem::path& path, const char* data, std::size_t size);
/// Writes into a device, a pipe or an open file, which takes what comes. Throws Error with the system's reason.
void write_into(const std::filesystem::path& path, const char* data, std::size_t size);
void write_into(int descriptor, const char* data, std::size_t size);
/// Puts a complete file in the place of another: fsync, rename, fsync of the folder.
void replace_by(const std::filesystem::path& path, const std::filesystem::path& fresh);
/// Whether a file holds what a run or a sweep recorded: an HDF5 file, or a checkpoint. Not to be overwritten by
/// mistake.
BYOLAB_API bool is_precious(const std::filesystem::path& path);
/// The whole file. Throws Error with the system's reason.
BYOLAB_API std::string read_file(const std::filesystem::path& path);

/// "cannot WHAT: No space left on device", with what to do about that error number.
Error system_error(const char* what, int number);

/// Runs `function`; an Error from it gets the path put in front.
template <class Function>
auto with_path(const std::filesystem::path& path, Function&& function) {
  try {
    return function();
  } catch (const Error& error) {
    throw Error(path.string() + ": " + error.what(), error.hint());
  }
}

}  // namespace byolab
