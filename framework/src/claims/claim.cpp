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

/// How a form is written: { greater = "a", than = "b", by = 2.0 }, where two arms are named with `from`, too.
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
        for (const char* key : {grammar.arm, grammar.other, grammar.amount, "from"}) reader_.find(key);
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
    if (*grammar.other) read_baselines(claim);
    check_two_things(claim);
    claim.amount = reader_.number(grammar.amount, grammar.form == Claim::Form::collapses ? kCollapsed : 0, 0);
    if (grammar.amount_needed && !(claim.amount > 0))
      reader_.report(table_.place,
                     fmt::format("[[claim]] needs a '{}' above 0: nothing is equal without bounds", grammar.amount),
                     {fmt::format("write {} = 1.0", grammar.amount)});
  }

  /// { from = ["a0", "b0"] }: the changes a − a0 and b − b0 are compared.
  void read_baselines(Claim& claim) {
    const List* from = reader_.list("from");
    if (!from) return;
    if (from->size() != 2)
      return reader_.report(table_.find("from")->place,
                            fmt::format("'from' of [[claim]] must be two labels, found {}", from->size()),
                            {"write the arms that the two changes are measured from: from = [\"a0\", \"b0\"]"});
    claim.arm_from = label("from", (*from)[0]);
    claim.other_from = label("from", (*from)[1]);
  }

  void check_two_things(const Claim& claim) {
    if (claim.arm.empty()) return;
    const bool change = !claim.arm_from.empty();
    if (claim.arm == claim.other && claim.arm_from == claim.other_from)
      reader_.report(table_.place,
                     fmt::format("[[claim]] compares {}'{}' with itself", change ? "the change of " : "", claim.arm),
                     {"name two arms: " + joined(labels_)});
    if (change && (claim.arm == claim.arm_from || (!claim.other.empty() && claim.other == claim.other_from)))
      reader_.report(table_.find("from")->place,
                     fmt::format("'from' of [[claim]] measures the change of '{}' from itself, which is none",
                                 claim.arm == claim.arm_from ? claim.arm : claim.other),
                     {"name another arm: " + joined(labels_)});
  }

  std::string label(const char* key) {
    if (const Value* value = reader_.find(key)) return label(key, *value);
    reader_.report(table_.place, fmt::format("[[claim]] has no '{}'", key),
                   {fmt::format("write {} = \"an arm's label\"", key)});
    return {};
  }

  std::string label(const char* key, const Value& value) {
    const auto* text = value.get_if<std::string>();
    if (!text || std::find(labels_.begin(), labels_.end(), *text) == labels_.end())
      reader_.report(value.place, fmt::format("'{}' of [[claim]]: no arm is labelled {}", key, value.toml()),
                     {suggestion(text ? *text : "", labels_, "arms: " + joined(labels_))});
    return text ? *text : std::string();
  }

  const Value& table_;
  const std::vector<std::string>& labels_;
  TableReader reader_;
};

}  // namespace

std::string Claim::statement() const {
  const auto value = [](const std::string& label, const std::string& from) {
    return from.empty() ? label : fmt::format("({} - {})", label, from);
  };
  const std::string left = metric + ": " + value(arm, arm_from), right = value(other, other_from);
  switch (form) {
    case Form::greater:
      return fmt::format("{} > {}{}", left, right, amount > 0 ? fmt::format(" + {}", amount) : "");
    case Form::less:
      return fmt::format("{} < {}{}", left, right, amount > 0 ? fmt::format(" - {}", amount) : "");
    case Form::equal:
      return fmt::format("{} = {} within {}", left, right, amount);
    case Form::collapses:
      return fmt::format("{} < {}", left, amount);
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
