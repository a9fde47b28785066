#include "export/npy.hpp"

namespace byolab {
namespace {

template <class T>
std::string file_of(const Array<T>& array, const char* type) {
  std::string shape;
  for (const std::int64_t size : array.shape) shape += std::to_string(size) + ", ";
  std::string header = std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr std::size_t kBefore = 10, kAlignment = 64;
  header.resize((kBefore + header.size()) / kAlignment * kAlignment + kAlignment - kBefore - 1, ' ');
  header += '\n';
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() & 0xFF);
  text += static_cast<char>(header.size() >> 8);
  return text + header + std::string(reinterpret_cast<const char*>(array.data.data()), array.data.size() * sizeof(T));
}

}  // namespace

std::string npy_of(const Array<float>& array) { return file_of(array, "<f4"); }
std::string npy_of(const Array<std::int64_t>& array) { return file_of(array, "<i8"); }

}  // namespace byolab
