#include "claims/verdict_json.hpp"

#include <cmath>

namespace byolab {

nlohmann::ordered_json verdict_json(const ClaimRow& claim) {
  using Json = nlohmann::ordered_json;
  const auto number = [](double value) { return std::isnan(value) ? Json() : Json(value); };
  return {{"text", claim.text},
          {"source", claim.source},
          {"statement", claim.statement},
          {"metric", claim.metric},
          {"verdict", claim.verdict},
          {"seeds", claim.seeds},
          {"mean", number(claim.mean)},
          {"other_mean", number(claim.other_mean)},
          {"difference", number(claim.difference)},
          {"low", number(claim.low)},
          {"high", number(claim.high)},
          {"p", number(claim.p)},
          {"p_holm", number(claim.p_holm)}};
}

}  // namespace byolab
