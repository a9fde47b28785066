#include "claims/claim.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/field_text.hpp"
#include "config/suggest.hpp"
#include "config/table_reader.hpp"

namespace byolab {
namespace {

constexpr const char* kCollapseMetric = "collapse_z_std";
constexpr double kCollapsed = 0.1;  // of std · sqrt(d), which is 1 for directions spread evenly

/// How a form is written: { greater = "a", than = "b", by = 2.0 }.
struct Grammar {
  Claim::Form form;
  const char *arm, *other, *amount;
  bool amount_needed;
};

constexpr Grammar kGrammars[] = {{Claim::Form::greater, "greater", "than", "by", false},
                                 {Claim::Form::less, "less", "than", "by", false},
                                 {Claim::Form::equal, "equal", "to", "within", true},
                                 {Claim::Form::collapses, "collapses", "", "below", false}};

class ClaimReader {
 public:
  ClaimReader(const Value& table, const std::vector<std::string>& labels, Problems& problems)
      : table_(table), labels_(labels), reader_(table, "[[claim]]", problems) {}

  Claim read(const std::string& metric) {
    Claim claim;
    claim.place = table_.place;
    if (!table_.get_if<Table>()) return claim;
    claim.text = reader_.text("text");
    if (!table_.find("text"))
      reader_.report(table_.place, "[[claim]] has no text", {"write text = \"what is claimed\""});
    claim.source = reader_.text("source");
    claim.metric = reader_.text("metric");
    read_form(claim);
    if (claim.metric.empty()) claim.metric = claim.form == Claim::Form::collapses ? kCollapseMetric : metric;
    if (claim.metric.empty())
      reader_.report(table_.place, "[[claim]] names no metric, and neither does [sweep]",
                     {"write metric = \"linear_top1\""});
    reader_.finish();
    return claim;
  }

 private:
  void read_form(Claim& claim) {
    std::vector<const Grammar*> written;
    for (const Grammar& grammar : kGrammars)
      if (table_.find(grammar.arm)) written.push_back(&grammar);
    if (written.size() != 1) {
      for (const Grammar& grammar : kGrammars)
        for (const char* key : {grammar.arm, grammar.other, grammar.amount}) reader_.find(key);
      return reader_.report(
          table_.place,
          fmt::format("[[claim]] says {}", written.empty() ? "nothing that could be tested" : "two things at once"),
          {"write one of: greater = \"a\", than = \"b\", by = 2.0; less = …, than = …; "
           "equal = \"a\", to = \"b\", within = 1.0; collapses = \"a\""});
    }
    const Grammar& grammar = *written.front();
    claim.form = grammar.form;
    claim.arm = label(grammar.arm);
    if (*grammar.other) claim.other = label(grammar.other);
    if (!claim.arm.empty() && claim.arm == claim.other)
      reader_.report(table_.place, fmt::format("[[claim]] compares '{}' with itself", claim.arm),
                     {"name two arms: " + joined(labels_)});
    claim.amount = reader_.number(grammar.amount, grammar.form == Claim::Form::collapses ? kCollapsed : 0, 0);
    if (grammar.amount_needed && !(claim.amount > 0))
      reader_.report(table_.place,
                     fmt::format("[[claim]] needs a '{}' above 0: nothing is equal without bounds", grammar.amount),
                     {fmt::format("write {} = 1.0", grammar.amount)});
  }

  std::string label(const char* key) {
    const Value* value = reader_.find(key);
    if (!value) {
      reader_.report(table_.place, fmt::format("[[claim]] has no '{}'", key),
                     {fmt::format("write {} = \"an arm's label\"", key)});
      return {};
    }
    const auto* text = value->get_if<std::string>();
    if (!text || std::find(labels_.begin(), labels_.end(), *text) == labels_.end())
      reader_.report(value->place, fmt::format("'{}' of [[claim]]: no arm is labelled {}", key, value->toml()),
                     {suggestion(text ? *text : "", labels_, "arms: " + joined(labels_))});
    return text ? *text : std::string();
  }

  const Value& table_;
  const std::vector<std::string>& labels_;
  TableReader reader_;
};

}  // namespace

std::string Claim::statement() const {
  switch (form) {
    case Form::greater:
      return fmt::format("{}: {} > {}{}", metric, arm, other, amount > 0 ? fmt::format(" + {:g}", amount) : "");
    case Form::less:
      return fmt::format("{}: {} < {}{}", metric, arm, other, amount > 0 ? fmt::format(" - {:g}", amount) : "");
    case Form::equal:
      return fmt::format("{}: {} = {} within {:g}", metric, arm, other, amount);
    case Form::collapses:
      return fmt::format("{}: {} < {:g}", metric, arm, amount);
  }
  return {};
}

std::vector<Claim> read_claims(const Value& claims, const std::vector<std::string>& labels, const std::string& metric,
                               Problems& problems) {
  std::vector<Claim> read;
  const auto* list = claims.get_if<List>();
  if (!list) {
    problems.add(claims.place, "[[claim]] must be a list of tables, found " + type_with_article(claims));
    return read;
  }
  for (const Value& table : *list) read.push_back(ClaimReader(table, labels, problems).read(metric));
  return read;
}

}  // namespace byolab
