#include "data/shared_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string_view>

#include "byolab/ops.hpp"

namespace byolab {
namespace {

/// A number for each image, equal for equal ones, and but by chance for no others; sorted.
std::vector<std::uint64_t> numbers_of(const Store& store) {
  std::vector<std::uint64_t> numbers(static_cast<std::size_t>(store.size()));
  parallel_for(store.size(), 64, [&](std::int64_t begin, std::int64_t end) {
    Picture room;
    for (std::int64_t i = begin; i < end; ++i) {
      const Pixels pixels = store.get(i, room);
      const auto bytes = static_cast<std::size_t>(pixels.height) * static_cast<std::size_t>(pixels.width) * 3;
      const std::string_view all(reinterpret_cast<const char*>(pixels.data), bytes);
      numbers[static_cast<std::size_t>(i)] =
          std::hash<std::string_view>()(all) ^ (static_cast<std::uint64_t>(pixels.width) * 0x9E3779B97F4A7C15ULL);
    }
  });
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

struct NamedPart {
  const char* name;
  std::vector<std::uint64_t> numbers;
};

void compare(const NamedPart& some, const NamedPart& others, SharedImages& result) {
  if (some.numbers.empty() || others.numbers.empty()) return;
  const auto shared = std::count_if(some.numbers.begin(), some.numbers.end(), [&](std::uint64_t number) {
    return std::binary_search(others.numbers.begin(), others.numbers.end(), number);
  });
  result.recorded += fmt::format("{}{} in {} {}", result.recorded.empty() ? "" : ", ", some.name, others.name, shared);
  if (shared > 0)
    result.notes.push_back(fmt::format("{} of {} {} images {} a {} image too, pixel by pixel", shared,
                                       some.numbers.size(), some.name, shared == 1 ? "is" : "are each", others.name));
}

bool in_memory(const Store& store) { return store.size() == 0 || store.in_memory(); }

}  // namespace

SharedImages shared_images(const Store& train, const Store& validation, const Store& test) {
  if (!in_memory(train) || !in_memory(validation) || !in_memory(test))
    return {{}, "not known: the images do not fit into memory"};
  const NamedPart training{"training", numbers_of(train)}, aside{"validation", numbers_of(validation)},
      testing{"test", numbers_of(test)};
  SharedImages result;
  compare(aside, training, result);
  compare(testing, training, result);
  compare(testing, aside, result);
  if (result.recorded.empty()) result.recorded = "there is one part alone";
  return result;
}

}  // namespace byolab
