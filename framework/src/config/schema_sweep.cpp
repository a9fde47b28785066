#include "config/schema_sweep.hpp"

#include "config/schema_fields.hpp"

namespace byolab {
namespace {

using nlohmann::json;

json described(json schema, const char* text) {
  schema["description"] = text;
  return schema;
}

json text(const char* meaning) { return described({{"type", "string"}}, meaning); }
json closed(json properties) {
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

json settings(const char* meaning) { return described({{"type", "object"}}, meaning); }

/// A table of settings with a label.
json choice() { return {{"type", "object"}, {"properties", {{"label", text("how this value is called")}}}}; }

json range() {
  const json number{{"type", "number"}};
  json drawn = closed({{"from", number},
                       {"to", number},
                       {"scale", {{"enum", {"linear", "log", "integer", "log_integer"}}, {"default", "linear"}}}});
  drawn["required"] = {"from", "to"};
  json chosen = closed({{"choice", {{"type", "array"}, {"minItems", 1}}}});
  chosen["required"] = {"choice"};
  return {{"anyOf", {drawn, chosen}}};
}

json axis() {
  return closed(
      {{"name", text("of the axis; by default the last part of `key`")},
       {"key", text("the one key that varies: \"target.tau\"")},
       {"values", described({{"type", "array"}}, "tables of settings with a label each; with `key`, the key's values")},
       {"samples",
        described({{"type", "integer"}, {"minimum", 1}}, "how many values are drawn at random from `ranges`")},
       {"seed", described({{"type", "integer"}, {"minimum", 0}, {"default", 0}}, "of the samples")},
       {"ranges",
        described({{"type", "object"}, {"additionalProperties", range()}}, "for each key, what is drawn from")}});
}

/// For some axes, a label or a list of labels.
json pattern(const char* meaning) { return described(list_of({{"type", "object"}}), meaning); }

json seeds() {
  const json integer{{"type", "integer"}, {"minimum", 0}};
  return described({{"anyOf", {json{{"type", "integer"}, {"minimum", 1}}, list_of(integer)}}},
                   "a list of seeds, or how many from 0 on");
}

}  // namespace

json claim_schema() {
  const json number{{"type", "number"}, {"minimum", 0}};
  json claim =
      closed({{"text", text("what is claimed, in a sentence")},
              {"source", text("who says so, and where")},
              {"metric", text("a column of the sweep's table; by default [sweep] metric, or collapse_z_std")},
              {"greater", text("an arm's label; with `than`, and `by` if it must be so much")},
              {"less", text("an arm's label; with `than`, and `by` if it must be so much")},
              {"equal", text("an arm's label; with `to` and `within`")},
              {"collapses", text("an arm's label; `below` is 0.1 by default")},
              {"than", text("the arm that it is compared with")},
              {"to", text("the arm that it is compared with")},
              {"from", described({{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", 2}, {"maxItems", 2}},
                                 "two labels: what is compared are the two arms' changes from these")},
              {"by", number},
              {"within", number},
              {"below", number}});
  claim["required"] = {"text"};
  return claim;
}

json sweep_schema() {
  const json baseline{{"anyOf", {json{{"type", "string"}}, settings("settings under all arms")}}};
  return closed(
      {{"name", text("of the index's folder; by default the file's")},
       {"baseline",
        described(baseline, "settings under all arms, or the label of the arm that others are compared with")},
       {"seeds", seeds()},
       {"combine",
        {{"enum", {"grid", "zip", "one_by_one"}}, {"default", "grid"}, {"description", "how several axes combine"}}},
       {"axis", described(list_of(axis()), "what varies")},
       {"case", described(list_of(choice()), "further arms")},
       {"exclude", pattern("combinations that are left out")},
       {"only", pattern("the combinations that are kept")},
       {"metric", text("the column by which \"best\" is told")},
       {"better",
        {{"enum", {"greater", "less"}},
         {"description",
          "by default less of a loss, greater of a top1, top5 or accuracy; of others there is no best"}}}});
}

}  // namespace byolab
