#pragma once

#include <byolab/plugin.hpp>

/// What a schedule divides by. Implementations differ: the reference code takes all K steps, so that its end
/// value is never used (utils/schedules.py); lightly takes K − 1, so that the last step has it exactly.
enum class Denominator { steps, steps_minus_1 };

/// t in [0, 1]: min(k, D) / D, D = K or K − 1, at least 1.
double progress(const byolab::Step& step, Denominator denominator);

/// Declares the option `denominator`, the same one for all schedules that have it.
void describe_denominator(byolab::Fields& field, Denominator& denominator);

/// The schedule's own run, which begins after a warm-up of W steps: k − W of K − W.
byolab::Step after_warmup(byolab::Step step, std::int64_t warmup);
