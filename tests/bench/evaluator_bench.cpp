// How long an evaluator takes on given features.
//
//   evaluator_bench FILE THREADS PLUGIN [KEY=NUMBER]...      e.g. evaluator_bench features.pt 2 knn k=200
//
// FILE holds, as torch.save wrote them, train [n, d], train_labels, test, test_labels. Prints seconds and then the
// evaluator's values, one line each. evaluator_rival.py runs this and the rivals in turn.

#include <ATen/Parallel.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "checkpoint/checkpoint.hpp"
#include "kernels/parallel.hpp"
#include "support/stock_plugin.hpp"

namespace {

using namespace byolab;

/// Features that someone else made; nothing else can be asked.
class Given final : public Subject {
 public:
  explicit Given(const std::string& file) {
    const auto tensors = read_weights(file);
    train_ = {tensors.at("train"), tensors.at("train_labels")};
    test_ = {tensors.at("test"), tensors.at("test_labels")};
  }
  const Embedded& train() override { return train_; }
  const Embedded& held_out() override { return test_; }
  std::pair<at::Tensor, at::Tensor> labels(const std::string&) override { return {train_.labels, test_.labels}; }
  const PairedViews& pairs() override { throw Error("there are no views here"); }
  std::int64_t classes(const std::string&) override { return train_.labels.max().item<std::int64_t>() + 1; }
  const Weights& online() override { throw Error("there is no network here"); }
  const Weights* target() override { return nullptr; }
  Step step() const override { return {}; }
  std::uint64_t seed() const override { return 0; }
  std::int64_t size(Split split) override { return (split == Split::train ? train_ : test_).features.size(0); }
  at::Tensor images(Split, std::int64_t, std::int64_t) override { throw Error("there are no images here"); }
  std::vector<std::vector<Annotation>> annotations(Split, std::int64_t, std::int64_t) override {
    throw Error("there are no annotations here");
  }
  std::vector<at::Tensor> maps(const at::Tensor&, Side) override { throw Error("there is no network here"); }

 private:
  Embedded train_, test_;
};

int measure(const std::vector<std::string>& words) {
  const int threads = std::stoi(words.at(2));
  at::set_num_threads(threads);
  set_parallel_threads(threads);
  Table options{{"plugin", words.at(3)}};
  for (std::size_t i = 4; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    const std::string value = words[i].substr(equals + 1);
    if (value.find('.') == std::string::npos)
      options.emplace_back(words[i].substr(0, equals), static_cast<std::int64_t>(std::stoll(value)));
    else
      options.emplace_back(words[i].substr(0, equals), std::stod(value));
  }
  const auto evaluator = testing::stock<Evaluator>(options);
  Given subject(words.at(1));
  evaluator->evaluate(
      subject);  // as the rival's, which runs in a process that has begun: libraries have loaded their code
  const auto start = std::chrono::steady_clock::now();
  const std::vector<double> values = evaluator->evaluate(subject);
  std::printf("seconds %.6f\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  const std::vector<Metric> metrics = evaluator->metrics();
  for (std::size_t i = 0; i < values.size(); ++i) std::printf("%s %.9g\n", metrics[i].name.c_str(), values[i]);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return measure({words, words + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
