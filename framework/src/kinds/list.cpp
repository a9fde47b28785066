#include <fmt/format.h>

#include "api/host_kind.hpp"

namespace byolab {

// The one list of kinds: each is declared here and named below. All else about a kind is in its folder.
const HostKind& encoder_kind();
const HostKind& head_kind();
const HostKind& augmentation_kind();
const HostKind& loss_kind();
const HostKind& target_update_kind();
const HostKind& optimizer_kind();
const HostKind& schedule_kind();
const HostKind& dataset_kind();
const HostKind& evaluator_kind();

const std::vector<const HostKind*>& host_kinds() {
  static const std::vector<const HostKind*> kinds{&encoder_kind(),  &head_kind(),          &augmentation_kind(),
                                                  &loss_kind(),     &target_update_kind(), &optimizer_kind(),
                                                  &schedule_kind(), &dataset_kind(),       &evaluator_kind()};
  return kinds;
}

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
