#include "record/run_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "record/disk.hpp"

namespace byolab::hdf5 {
namespace {

/// Rows [begin, begin + count) of a dataset, which grows to hold them.
void write_rows(hid_t dataset, hid_t type, hsize_t begin, hsize_t count, const void* values) {
  const hsize_t length = begin + count;
  check(H5Dset_extent(dataset, &length), "extend a dataset");
  const Id memory(H5Screate_simple(1, &count, nullptr), &H5Sclose, "make a selection");
  const Id space(H5Dget_space(dataset), &H5Sclose, "make a selection");
  check(H5Sselect_hyperslab(space, H5S_SELECT_SET, &begin, nullptr, &count, nullptr), "make a selection");
  check(H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, values), "write rows");
}

}  // namespace

RunFile::RunFile(const std::filesystem::path& final_path, const RunInfo& info, const std::vector<GroupSpec>& groups,
                 const History& history)
    : path_(final_path.string() + ".new"), written_(groups.size(), 0) {
  // An empty file first: HDF5's words for a folder that is missing or read-only say less than the system's.
  make_empty_file(path_);
  try {
    create(info, groups);
    write(history);
    check(H5Fstart_swmr_write(file_), "open the file to readers");
    if (::rename(path_.c_str(), final_path.c_str()) != 0) throw system_error("rename the file", errno);
  } catch (...) {
    ::unlink(path_.c_str());
    abandon();
    throw;
  }
  path_ = final_path;
}

RunFile::~RunFile() {
  try {
    if (usable_) {
      close();
      return;
    }
  } catch (const Error&) {
  }
  abandon();
}

/// HDF5 cannot close a file that it cannot write: it would try for ever. Its identifiers and its descriptor stay
/// open instead, so that no new file gets the same inode, by which HDF5 knows its files. If the file's name is
/// gone, so can its contents be; otherwise they stay, with every row up to the last flush.
void RunFile::abandon() noexcept {
  struct stat info {};
  if (descriptor_ >= 0 && ::fstat(descriptor_, &info) == 0 && info.st_nlink == 0 && ::ftruncate(descriptor_, 0) != 0)
    descriptor_ = -1;
  for (OpenGroup& group : groups_) {
    group.scale.abandon();
    for (Id& column : group.columns) column.abandon();
  }
  file_.abandon();
}

void RunFile::create(const RunInfo& info, const std::vector<GroupSpec>& groups) {
  const Id access = access_properties();
  file_ = Id(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, creation_properties(), access), &H5Fclose, "make the file");
  void* descriptor = nullptr;
  check(H5Fget_vfd_handle(file_, access, &descriptor), "reach the file's descriptor");
  descriptor_ = *static_cast<int*>(descriptor);
  // A megabyte holds the description of any run that we know of.
  reserve_space(descriptor_, (1 << 20) + info.source_toml.size() + info.resolved_toml.size());
  write_description(file_, info);
  for (const GroupSpec& spec : groups) groups_.push_back(make_group(file_, spec));
}

void RunFile::write(const History& history) {
  reserve(history);
  usable_ = false;
  write_columns(history);
  flush();
  // The scale last, with its own flush: whoever reads meanwhile, and whoever finds the file after a crash, has
  // all columns at least as long as their scale.
  write_scales(history);
  flush();
  usable_ = true;
  for (std::size_t i = 0; i < groups_.size(); ++i) written_[i] = history[i].steps.size();
}

/// HDF5 never recovers from a write that fails. So the room for all it may write is claimed from the system
/// beforehand, and a full disk is met here, where nothing has changed yet.
void RunFile::reserve(const History& history) {
  std::size_t bytes = 1 << 16;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const std::size_t rows = history[i].steps.size() - written_[i];
    // A column: its rows, the chunks begun at both ends, and what its index and header may grow by.
    if (rows) bytes += (groups_[i].columns.size() + 2) * (rows * 4 + 2 * kChunkRows * 4 + 4096);
  }
  reserve_space(descriptor_, bytes);
}

void RunFile::write_columns(const History& history) {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const std::size_t begin = written_[i], rows = history[i].steps.size() - begin;
    for (std::size_t c = 0; rows && c < groups_[i].columns.size(); ++c)
      write_rows(groups_[i].columns[c], H5T_NATIVE_FLOAT, begin, rows, history[i].columns[c].data() + begin);
  }
}

void RunFile::write_scales(const History& history) {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const std::size_t begin = written_[i], rows = history[i].steps.size() - begin;
    if (rows) write_rows(groups_[i].scale, H5T_NATIVE_INT64, begin, rows, history[i].steps.data() + begin);
  }
}

/// The whole file, not single datasets: H5Dflush leaves the end-of-file mark in the superblock behind, and a
/// repair after a crash would cut the file there.
void RunFile::flush() { check(H5Fflush(file_, H5F_SCOPE_LOCAL), "write to the file"); }

void RunFile::set_status(const std::string& status, const std::string& reason, const std::string& ended) {
  const Id root = open_group(file_, "/");
  update_attribute(root, "status", status);
  update_attribute(root, "reason", reason);
  update_attribute(root, "ended", ended);
  flush();
}

void RunFile::close() {
  if (file_ < 0) return;
  usable_ = false;
  flush();
  groups_.clear();
  if (!file_.close()) fail("close the file");
  descriptor_ = -1;
  release_reserve(path_);
  usable_ = true;
}

}  // namespace byolab::hdf5
