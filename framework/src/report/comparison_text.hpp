#pragma once

#include "report/comparison.hpp"

namespace byolab {

enum class TableFormat { table, csv, json, markdown, latex };

/// What stands behind a mean. paper: as Grill et al. 2020 report, one decimal, and ± half the range over the seeds only
/// where that exceeds 0.25.
enum class SpreadStyle { std, paper };

/// Comparisons in one of the forms; ends with a line break. `csv` has one row a metric and arm, empty fields for
/// what is not known; `json` has the values of each run, too; `latex` wants the package booktabs.
BYOLAB_API std::string comparison_text(const std::vector<Comparison>& tables, TableFormat format,
                                       SpreadStyle style = SpreadStyle::std);

/// "71.30 ± 0.42": as many digits as the spread makes meaningful.
BYOLAB_API std::string mean_text(const Summary& summary);
/// "72.5", or "72.5 ± 0.4": in the paper's style. NaN values are not among them.
BYOLAB_API std::string paper_text(const std::vector<double>& values);
/// A p-value as papers have it: "0.031", "< 0.001".
BYOLAB_API std::string p_text(double p);

}  // namespace byolab
