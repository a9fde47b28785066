#include "report/comparison_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "report/comparison_json.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

using Row = std::vector<std::string>;

constexpr const char* kDash = "–";

/// Two digits of what is uncertain, at most four decimals; three significant ones without a spread.
int decimals(double value, double spread) {
  const double scale = std::isfinite(spread) && spread > 0 ? spread : std::abs(value) / 10;
  if (!std::isfinite(scale) || scale <= 0) return 2;
  return std::clamp(1 - static_cast<int>(std::floor(std::log10(scale))), 0, 4);
}

std::string number(double value, int digits) {
  return std::isnan(value) ? kDash : fmt::format("{:.{}f}", value, digits);
}

const char* test_name(const ArmResult& arm) {
  switch (arm.test) {
    case ArmResult::Test::paired:
      return "paired t";
    case ArmResult::Test::welch:
      return "Welch";
    default:
      return "";
  }
}

std::string test_text(const ArmResult& arm) {
  if (arm.test == ArmResult::Test::paired) return fmt::format("paired t, {} seeds", arm.pairs);
  if (arm.test == ArmResult::Test::welch) return "Welch (seeds not shared)";
  return std::isnan(arm.difference) ? "" : "too few runs for a test";
}

std::string difference_text(const ArmResult& arm) {
  if (std::isnan(arm.difference)) return kDash;
  const int digits =
      std::isnan(arm.low) ? decimals(arm.difference, NAN) : decimals(arm.difference, (arm.high - arm.low) / 4);
  if (std::isnan(arm.low)) return fmt::format("{:+.{}f}", arm.difference, digits);
  return fmt::format("{:+.{}f} [{:+.{}f}, {:+.{}f}]", arm.difference, digits, arm.low, digits, arm.high, digits);
}

std::string runs_text(const ArmResult& arm) {
  const std::string runs = std::to_string(arm.values.size());
  return arm.not_a_number == 0 ? runs : fmt::format("{} (and {} NaN)", runs, arm.not_a_number);
}

std::vector<Row> rows_of(const Comparison& table, SpreadStyle style) {
  const bool compared = !table.baseline.empty();
  std::vector<Row> rows{{"arm", "runs", style == SpreadStyle::std ? "mean ± std" : "mean (± half range)", "best"}};
  if (compared) rows[0].insert(rows[0].end(), {"difference [95 %]", "p", "p (Holm)", "test"});
  for (const ArmResult& arm : table.arms) {
    const int digits = decimals(arm.summary.mean, arm.summary.std);
    Row row{arm.arm, runs_text(arm), style == SpreadStyle::std ? mean_text(arm.summary) : paper_text(arm.values),
            number(arm.best, digits)};
    if (compared && arm.arm == table.baseline)
      row.insert(row.end(), {"baseline", "", "", ""});
    else if (compared)
      row.insert(row.end(), {difference_text(arm), p_text(arm.p), p_text(arm.p_holm), test_text(arm)});
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string title(const Comparison& table) {
  return table.metric + (table.unit == "1" || table.unit.empty() ? "" : " [" + table.unit + "]") +
         (table.meaning.empty() ? "" : ": " + table.meaning);
}

/// Characters of UTF-8.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string aligned(const std::vector<Row>& rows, const std::string& open, const std::string& between,
                    const std::string& close, bool rule) {
  std::vector<std::size_t> widths(rows[0].size());
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  std::string text;
  const auto put = [&](const Row& row) {
    std::string line = open;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - width_of(row[i]), ' ');
      line += i + 1 < row.size() ? between : close;
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  for (const Row& row : rows) {
    put(row);
    if (!rule || &row != &rows[0]) continue;
    Row dashes;
    for (const std::size_t width : widths) dashes.emplace_back(width, '-');
    put(dashes);
  }
  return text;
}

std::string plain_table(const Comparison& table, SpreadStyle style) {
  std::vector<Row> rows = rows_of(table, style);
  for (Row& row : rows) row[0] = printable(row[0]);
  return title(table) + "\n" + aligned(rows, "  ", "  ", "", false);
}

using Escapes = std::vector<std::pair<std::string, std::string>>;

/// Every occurrence of a first by its second, from left to right.
std::string escaped(std::string_view text, const Escapes& escapes) {
  std::string out;
  while (!text.empty()) {
    const auto found =
        std::find_if(escapes.begin(), escapes.end(), [&](const auto& e) { return text.starts_with(e.first); });
    const bool plain = found == escapes.end();
    out += plain ? std::string(text.substr(0, 1)) : found->second;
    text.remove_prefix(plain ? 1 : found->first.size());
  }
  return out;
}

/// A name that reads in GitHub's Markdown, in a cell of a table, as it is written. Underscores within a word are no
/// emphasis there, and stay.
std::string markdown_text(const std::string& name) {
  const auto in_word = [&](std::size_t i) { return i < name.size() && (name[i] < 0 || std::isalnum(name[i])); };
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool special = std::string_view("\\|*`<[~&").find(name[i]) != std::string_view::npos ||
                         (name[i] == '_' && !(i > 0 && in_word(i - 1) && in_word(i + 1)));
    text += special ? "\\" : "";
    text += name[i];
  }
  return escaped(text, {{"\r\n", "<br>"}, {"\n", "<br>"}, {"\r", "<br>"}});
}

std::string markdown(const Comparison& table, SpreadStyle style) {
  std::vector<Row> rows = rows_of(table, style);
  for (Row& row : rows) row[0] = markdown_text(row[0]);
  return "**" + title(table) + "**\n\n" + aligned(rows, "| ", " | ", " |", true);
}

std::string latex(const Comparison& table, SpreadStyle style) {
  static const Escapes escapes{{"%", "\\%"},
                               {"_", "\\_"},
                               {"&", "\\&"},
                               {"#", "\\#"},
                               {"$", "\\$"},
                               {"{", "\\{"},
                               {"}", "\\}"},
                               {"<", "$<$"},
                               {">", "$>$"},
                               {"|", "$|$"},
                               {"\n", " "},
                               {"\r", " "},
                               {"~", "\\textasciitilde{}"},
                               {"^", "\\textasciicircum{}"},
                               {"\\", "\\textbackslash{}"},
                               {"±", "$\\pm$"},
                               {kDash, "--"}};
  std::vector<Row> rows = rows_of(table, style);
  const auto cells = [&](const Row& row) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) line += (i ? " & " : "") + escaped(row[i], escapes);
    return line + " \\\\\n";
  };
  std::string text =
      "% " + title(table) + "\n\\begin{tabular}{l" + std::string(rows[0].size() - 1, 'r') + "}\n  \\toprule\n";
  text += cells(rows[0]) + "  \\midrule\n";
  for (std::size_t i = 1; i < rows.size(); ++i) text += cells(rows[i]);
  return text + "  \\bottomrule\n\\end{tabular}\n";
}

std::string csv(const std::vector<Comparison>& tables) {
  const auto field = [](double value) { return std::isfinite(value) ? fmt::format("{}", value) : std::string(); };
  std::string text = "metric,unit,arm,runs,mean,std,best,baseline,difference,low,high,test,pairs,p,p_holm\n";
  for (const Comparison& table : tables)
    for (const ArmResult& arm : table.arms) {
      const bool tested = arm.test != ArmResult::Test::none;
      text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(table.metric),
                          csv_field(table.unit), csv_field(arm.arm), arm.values.size(), field(arm.summary.mean),
                          field(arm.summary.std), field(arm.best), csv_field(table.baseline), field(arm.difference),
                          field(arm.low), field(arm.high), test_name(arm), tested ? std::to_string(arm.pairs) : "",
                          field(arm.p), field(arm.p_holm));
    }
  return text;
}

}  // namespace

std::string mean_text(const Summary& summary) {
  if (summary.count == 0) return kDash;
  const int digits = decimals(summary.mean, summary.std);
  if (std::isnan(summary.std)) return number(summary.mean, digits);
  return fmt::format("{:.{}f} ± {:.{}f}", summary.mean, digits, summary.std, digits);
}

std::string paper_text(const std::vector<double>& values) {
  if (values.empty()) return kDash;
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  const double half = (*greatest - *least) / 2, mean = summarize(values).mean;
  return half > 0.25 ? fmt::format("{:.1f} ± {:.1f}", mean, half) : fmt::format("{:.1f}", mean);
}

std::string p_text(double p) {
  if (std::isnan(p)) return kDash;
  return p < 0.001 ? "< 0.001" : fmt::format("{:.{}f}", p, p < 0.1 ? 3 : 2);
}

std::string comparison_text(const std::vector<Comparison>& tables, TableFormat format, SpreadStyle style) {
  if (format == TableFormat::csv) return csv(tables);
  if (format == TableFormat::json) return comparison_json(tables).dump(2) + "\n";
  std::string text;
  for (const Comparison& table : tables) {
    if (!text.empty()) text += "\n";
    text += format == TableFormat::table      ? plain_table(table, style)
            : format == TableFormat::markdown ? markdown(table, style)
                                              : latex(table, style);
  }
  return text;
}

}  // namespace byolab
