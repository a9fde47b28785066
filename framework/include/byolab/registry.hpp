#pragma once

#include "byolab/fields.hpp"

namespace byolab {

/// A plugin as its library enrolls it.
struct Entry {
  Kind kind = Kind::encoder;
  std::string name;     ///< snake_case, as written in TOML
  std::string summary;  ///< one line
  std::string version;
  std::function<Maker(Fields&)> read;  ///< declares and reads the options
  /// Options that `byolab plugin check` tries it with; may write files into an empty folder. None: the defaults.
  std::function<Table(const std::string& folder)> try_with = {};
  bool passive =
      false;  ///< an observer that changes nothing of what it observes: `static constexpr bool kPassive = true`
};

/// What a library's `BYOLAB_PLUGINS` block gets, to say what the library holds.
class __attribute__((visibility("default"))) Registry {
 public:
  virtual ~Registry();
  virtual void add(Entry entry) = 0;

  /// `registry.add<Ema>("ema", "moving average of the online network")`. The kind is the interface's.
  /// `Plugin` has a constructor from nothing, `(const Options&)`, `(const Options&, const Context&)` or
  /// `(const Context&)`; if it has `Options`, it has `static void describe(Fields&, Options&)`, and may have
  /// `static Table try_with()` or `static Table try_with(const std::string& folder)`.
  template <class Plugin>
  void add(const char* name, const char* summary, const char* version = "1.0") {
    static_assert(std::is_base_of_v<Component, Plugin>,
                  "a plugin derives from one of the kinds' interfaces, byolab::TargetUpdate for example");
    Entry entry{Plugin::kKind, name, summary, version, &read<Plugin>};
    if constexpr (requires(const std::string& folder) { Plugin::try_with(folder); })
      entry.try_with = [](const std::string& folder) -> Table { return Plugin::try_with(folder); };
    else if constexpr (requires { Plugin::try_with(); })
      entry.try_with = [](const std::string&) -> Table { return Plugin::try_with(); };
    if constexpr (requires { Plugin::kPassive; }) entry.passive = Plugin::kPassive;
    add(std::move(entry));
  }

 private:
  template <class Plugin>
  static Maker read(Fields& fields) {
    if constexpr (requires { typename Plugin::Options; }) {
      auto options = std::make_shared<typename Plugin::Options>();
      Plugin::describe(fields, *options);
      fields.bind();
      return [options](const Context& context) -> std::shared_ptr<Component> {
        using Options = const typename Plugin::Options&;
        if constexpr (std::is_constructible_v<Plugin, Options, const Context&>)
          return upcast(std::make_shared<Plugin>(*options, context));
        else
          return upcast(std::make_shared<Plugin>(*options));
      };
    } else {
      fields.bind();
      return [](const Context& context) -> std::shared_ptr<Component> {
        if constexpr (std::is_constructible_v<Plugin, const Context&>)
          return upcast(std::make_shared<Plugin>(context));
        else
          return upcast(std::make_shared<Plugin>());
      };
    }
  }

  /// The way from Plugin to Component leads through its interface, never through torch::nn::Module.
  template <class Plugin>
  static std::shared_ptr<Component> upcast(std::shared_ptr<Plugin> plugin) {
    return std::shared_ptr<Component>(plugin, static_cast<Component*>(plugin.get()));
  }
};

}  // namespace byolab
