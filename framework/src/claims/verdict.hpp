#pragma once

#include "claims/claim.hpp"
#include "record/sweep_file.hpp"

namespace byolab {

/// Verdicts are given from so many seeds on.
constexpr std::size_t kSeedsForAVerdict = 5;

/// Judges claims by a sweep's rows that are results, paired by seed: the arms of a seed saw the same images in the same
/// order, with the same draws. (Of a claim about changes, all four arms of a seed.) For each claim a one-sided paired
/// t-test of what it says and one of the opposite (for `equal` two one-sided tests; Schuirmann 1987), the smaller p
/// doubled; Holm's correction over all claims with enough seeds. At p < 0.05 the claim "holds" or "fails"; else it is
/// "undecided". Fewer seeds: "not judged".
BYOLAB_API std::vector<ClaimRow> judge(const std::vector<Claim>& claims, const std::vector<SweepRow>& rows);

/// The verdicts for a terminal, two or three lines each; "" without claims.
BYOLAB_API std::string verdicts_text(const std::vector<ClaimRow>& claims);

}  // namespace byolab
