#include "plugins/guarded_entry.hpp"

#include <memory>

#include "byolab/schedule.hpp"

namespace byolab {
namespace {

using Who = std::shared_ptr<const Callee>;

/// What ends a component: a destructor that throws or crashes is the plugin's, and is to be named as such.
struct Destroyer {
  std::shared_ptr<Component> component;
  Who who;

  void operator()(Component*) {
    const CallScope scope(*who, "its destructor", -1);
    component.reset();
  }
};

/// A schedule is called from within another plugin, which would be named for what the schedule does.
class GuardedCurve final : public ScheduleCurve {
 public:
  GuardedCurve(std::shared_ptr<ScheduleCurve> inner, Who who) : inner_(std::move(inner)), who_(std::move(who)) {}

  double at(const Step& step) const override {
    return guarded(*who_, "at()", step.index, [&] { return inner_->at(step); });
  }
  void state(State& state) override { inner_->state(state); }
  std::vector<Metric> metrics() const override { return inner_->metrics(); }
  std::vector<double> values() const override { return inner_->values(); }

 private:
  std::shared_ptr<ScheduleCurve> inner_;
  Who who_;
};

std::shared_ptr<Component> make(const Maker& maker, const Who& who, const Context& context) {
  std::shared_ptr<Component> made = guarded(*who, "its constructor", -1, [&] { return maker(context); });
  Component* const component = made.get();
  std::shared_ptr<Component> ended{component, Destroyer{std::move(made), who}};
  if (who->kind != Kind::schedule) return ended;
  return std::make_shared<GuardedCurve>(std::static_pointer_cast<ScheduleCurve>(std::move(ended)), who);
}

}  // namespace

Entry guarded_entry(Entry entry, Callee callee) {
  const auto who = std::make_shared<const Callee>(std::move(callee));
  entry.read = [who, read = std::move(entry.read)](Fields& fields) -> Maker {
    Maker maker = guarded(*who, kDescribing, -1, [&] { return read(fields); });
    return [who, maker = std::move(maker)](const Context& context) { return make(maker, who, context); };
  };
  return entry;
}

}  // namespace byolab
