#pragma once

#include "report/comparison.hpp"

namespace byolab {

enum class TableFormat { table, csv, json, markdown, latex };

/// Comparisons in one of the forms; ends with a line break. `csv` has one row a metric and arm, empty fields for
/// what is not known; `json` has the values of each run, too; `latex` wants the package booktabs.
BYOLAB_API std::string comparison_text(const std::vector<Comparison>& tables, TableFormat format);

/// "71.30 ± 0.42": as many digits as the spread makes meaningful.
BYOLAB_API std::string mean_text(const Summary& summary);
/// A p-value as papers have it: "0.031", "< 0.001".
BYOLAB_API std::string p_text(double p);

}  // namespace byolab
