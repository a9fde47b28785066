#include "report/comparison_json.hpp"

#include <cmath>

namespace byolab {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json arm_json(const ArmResult& arm) {
  Json json{{"arm", arm.arm},
            {"runs", arm.values.size()},
            {"mean", number(arm.summary.mean)},
            {"std", number(arm.summary.std)},
            {"best", number(arm.best)},
            {"values", Json::array()}};
  for (std::size_t i = 0; i < arm.values.size(); ++i)
    json["values"].push_back({{"seed", std::stoull(arm.seeds[i])}, {"value", arm.values[i]}});
  json["difference"] = number(arm.difference);
  json["low"] = number(arm.low);
  json["high"] = number(arm.high);
  json["test"] = arm.test == ArmResult::Test::paired  ? Json("paired t")
                 : arm.test == ArmResult::Test::welch ? Json("Welch")
                                                      : Json();
  json["pairs"] = arm.pairs;
  json["p"] = number(arm.p);
  json["p_holm"] = number(arm.p_holm);
  return json;
}

}  // namespace

Json comparison_json(const std::vector<Comparison>& tables) {
  Json all = Json::array();
  for (const Comparison& table : tables) {
    Json arms = Json::array();
    for (const ArmResult& arm : table.arms) arms.push_back(arm_json(arm));
    all.push_back({{"metric", table.metric},
                   {"unit", table.unit},
                   {"meaning", table.meaning},
                   {"baseline", table.baseline.empty() ? Json() : Json(table.baseline)},
                   {"arms", std::move(arms)}});
  }
  return all;
}

}  // namespace byolab
