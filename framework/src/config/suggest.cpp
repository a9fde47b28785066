#include "config/suggest.hpp"

#include <algorithm>

namespace byolab {
namespace {

/// Optimal string alignment.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& names) {
  std::string best;
  constexpr std::size_t kLongest = 100;  // nobody's slip of the pen; and the table below would be large
  if (word.size() > kLongest) return best;
  std::size_t least = (word.size() + 2) / 3 + 1;
  for (const std::string& name : names)
    if (const std::size_t d = distance(word, name); d < least) {
      least = d;
      best = name;
    }
  return best;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& names, const std::string& list) {
  const std::string near = nearest(word, names);
  return near.empty() ? list : "did you mean '" + near + "'?   " + list;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "none" : out;
}

}  // namespace byolab
