#include "record/hdf5.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace byolab::hdf5 {
namespace {

std::recursive_mutex mutex;

void set_up() {
  static const bool once = [] {
    H5dont_atexit();  // must come before anything else of the library
    return H5open() >= 0;
  }();
  thread_local const bool silent = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
  if (!once || !silent) throw Error("the HDF5 library cannot be initialised");
}

/// The message of the innermost function, which knows most.
herr_t take_first(unsigned index, const H5E_error2_t* error, void* out) {
  if (index == 0 && error->desc) *static_cast<std::string*>(out) = error->desc;
  return 0;
}

/// The system's words inside HDF5's "file write failed: time = …, error message = 'No space left on device', …".
std::string system_words(const std::string& text) {
  const std::string mark = "error message = '";
  const auto begin = text.find(mark);
  if (begin == std::string::npos) return text;
  const auto end = text.find('\'', begin + mark.size());
  return text.substr(begin + mark.size(), end - begin - mark.size());
}

std::string hint_for(const std::string& reason) {
  const auto has = [&](const char* part) { return reason.find(part) != std::string::npos; };
  if (has("No space left") || has("quota")) return "free some space there, or set [run] output to another folder";
  if (has("Permission denied") || has("Read-only")) return "make the folder writable, or set [run] output to another";
  if (has("already open for write") || has("consistency flags"))
    return "its writer was killed or is still running; if it is not running: byolab repair FILE";
  if (has("file signature not found")) return "this is no HDF5 file: name the run.h5 of a run";
  return {};
}

std::string_view cut(std::string_view text, std::size_t capacity) {
  if (text.size() <= capacity) return text;
  while (capacity > 0 && (static_cast<unsigned char>(text[capacity]) & 0xC0) == 0x80) --capacity;
  return text.substr(0, capacity);
}

std::string padded(const std::string& text, std::size_t capacity) {
  std::string room(cut(text, capacity));
  room.resize(capacity, '\0');
  return room;
}

}  // namespace

std::unique_lock<std::recursive_mutex> guard() {
  std::unique_lock lock(mutex);
  set_up();
  return lock;
}

void fail(const std::string& what) {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, &take_first, &reason);
  H5Eclear2(H5E_DEFAULT);
  reason = system_words(reason);
  throw Error("cannot " + what + (reason.empty() ? "" : ": " + reason), hint_for(reason));
}

Id properties(hid_t list_class) { return Id(H5Pcreate(list_class), &H5Pclose, "make a property list"); }

Id text_type(std::size_t length) {
  Id type(H5Tcopy(H5T_C_S1), &H5Tclose, "make a text type");
  check(H5Tset_size(type, std::max<std::size_t>(length, 1)), "make a text type");
  check(H5Tset_cset(type, H5T_CSET_UTF8), "make a text type");
  check(H5Tset_strpad(type, H5T_STR_NULLPAD), "make a text type");
  return type;
}

Id open_group(hid_t file, const std::string& path) {
  return Id(H5Gopen2(file, path.c_str(), H5P_DEFAULT), &H5Gclose, "open a group");
}

void write_attribute(hid_t object, const char* name, const std::string& text, std::size_t capacity) {
  const std::size_t room = std::max<std::size_t>(capacity ? capacity : text.size(), 1);
  const Id type = text_type(room);
  const Id space(H5Screate(H5S_SCALAR), &H5Sclose, "make a scalar");
  const Id attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), &H5Aclose, "make an attribute");
  check(H5Awrite(attribute, type, padded(text, room).data()), "write an attribute");
}

void update_attribute(hid_t object, const char* name, const std::string& text) {
  const Id attribute(H5Aopen(object, name, H5P_DEFAULT), &H5Aclose, "open an attribute");
  const Id type(H5Aget_type(attribute), &H5Tclose, "read an attribute's type");
  check(H5Awrite(attribute, type, padded(text, H5Tget_size(type)).data()), "write an attribute");
}

void write_attribute(hid_t object, const char* name, std::uint64_t value) {
  const Id space(H5Screate(H5S_SCALAR), &H5Sclose, "make a scalar");
  const Id attribute(H5Acreate2(object, name, H5T_STD_U64LE, space, H5P_DEFAULT, H5P_DEFAULT), &H5Aclose,
                     "make an attribute");
  check(H5Awrite(attribute, H5T_NATIVE_UINT64, &value), "write an attribute");
}

}  // namespace byolab::hdf5
