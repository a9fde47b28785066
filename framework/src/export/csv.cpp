#include "export/csv.hpp"

#include <fmt/format.h>

#include <iterator>

#include "support/text.hpp"

namespace byolab {

std::string csv_of(const History& history) {
  std::string text = "group,metric,step,value\n";
  for (const GroupHistory& rows : history) {
    const std::string group = rows.group.starts_with("metrics/") ? rows.group.substr(8) : rows.group;
    for (std::size_t c = 0; c < rows.columns.size(); ++c)
      for (std::size_t i = 0; i < rows.steps.size(); ++i)
        fmt::format_to(std::back_inserter(text), "{},{},{},{:.9g}\n", csv_field(group), csv_field(rows.names[c]),
                       rows.steps[i], rows.columns[c][i]);
  }
  return text;
}

}  // namespace byolab
