#pragma once

#include <map>

#include "byolab/evaluator.hpp"
#include "guard/on_loan.hpp"
#include "train/model.hpp"
#include "train/run_data.hpp"

namespace byolab {

/// What the evaluators of one moment share. Everything is computed when it is first asked for.
class Moment final : public Subject {
 public:
  Moment(const Model& model, RunData& data, const Compute& compute, const Step& step, std::uint64_t seed);

  /// From now on it is asked by an evaluator of these held-out images that asks for this.
  void look_at(DataPart part, const Asks& asks = {});
  /// Throws Error if an evaluator wrote what all share. To be called inside the guarded call.
  void expect_unchanged() const;

  const Embedded& train() override { return embedded(DataPart::train); }
  const Embedded& held_out() override { return embedded(part_); }
  std::pair<at::Tensor, at::Tensor> labels(const std::string& set) override;
  const PairedViews& pairs() override;
  std::int64_t classes(const std::string& set) override { return data_.classes(set); }
  const Weights& online() override { return model_.online; }
  const Weights* target() override { return model_.has_target() ? &model_.target : nullptr; }
  Step step() const override { return step_; }
  std::uint64_t seed() const override { return seed_; }

  std::int64_t size(Split split) override { return data_.size(part_of(split)); }
  at::Tensor images(Split split, std::int64_t begin, std::int64_t end) override;
  std::vector<std::vector<Annotation>> annotations(Split split, std::int64_t begin, std::int64_t end) override;
  std::vector<at::Tensor> maps(const at::Tensor& images, Side side) override;

 private:
  DataPart part_of(Split split) const { return split == Split::train ? DataPart::train : part_; }
  at::Tensor features(const Plugged<Encoder>& encoder, const at::Tensor& images) const;
  at::Tensor head(const Plugged<Head>& head, const at::Tensor& x) const;
  std::vector<at::Tensor> maps_of(const Plugged<Encoder>& encoder, const at::Tensor& images) const;
  const Embedded& embedded(DataPart part);
  PairedViews make_pairs();
  void lend(const std::string& what, std::vector<at::Tensor> tensors);

  const Model& model_;
  RunData& data_;
  const Compute& compute_;
  Step step_;
  std::uint64_t seed_;
  DataPart part_ = DataPart::test;
  Asks asks_;
  std::map<DataPart, Embedded> embedded_;
  std::map<DataPart, PairedViews> pairs_;
  std::vector<std::pair<std::string, OnLoan>> loans_;
};

}  // namespace byolab
