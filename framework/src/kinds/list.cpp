#include <fmt/format.h>

#include "api/host_kind.hpp"

namespace byolab {

// The one list of kinds: each is declared here and named below. All else about a kind is in its folder. Constants,
// since crash reports name kinds when all that has a destructor is gone.
extern const HostKind kEncoderKind;
extern const HostKind kHeadKind;
extern const HostKind kAugmentationKind;
extern const HostKind kLossKind;
extern const HostKind kTargetUpdateKind;
extern const HostKind kOptimizerKind;
extern const HostKind kScheduleKind;
extern const HostKind kDatasetKind;
extern const HostKind kEvaluatorKind;
extern const HostKind kObserverKind;
extern const HostKind kMethodKind;

namespace {
constexpr const HostKind* kKinds[]{&kEncoderKind,      &kHeadKind,      &kAugmentationKind, &kLossKind,
                                   &kTargetUpdateKind, &kOptimizerKind, &kScheduleKind,     &kDatasetKind,
                                   &kEvaluatorKind,    &kObserverKind,  &kMethodKind};
}

std::span<const HostKind* const> host_kinds() { return kKinds; }

const std::vector<Kind>& all_kinds() {
  static const std::vector<Kind> kinds = [] {
    std::vector<Kind> all;
    for (const HostKind* one : host_kinds()) all.push_back(one->kind);
    return all;
  }();
  return kinds;
}

const HostKind& host_kind(Kind kind) {
  for (const HostKind* one : host_kinds())
    if (one->kind == kind) return *one;
  throw Error(fmt::format("kind number {} is none that this program knows", static_cast<int>(kind)));
}

const char* name_of(Kind kind) { return host_kind(kind).name; }

Kind kind_named(const std::string& name) {
  std::string known;
  for (const HostKind* kind : host_kinds()) {
    if (name == kind->name) return kind->kind;
    known += (known.empty() ? "" : ", ") + std::string(kind->name);
  }
  throw Error(fmt::format("'{}' is no kind of plugin", name), "kinds: " + known);
}

}  // namespace byolab
