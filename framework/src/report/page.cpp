#include "report/page.hpp"

#include "record/disk.hpp"
#include "support/share.hpp"

namespace byolab {
namespace {

std::string part(const char* name, const char* hint) {
  const auto path = share_folder() / "report" / name;
  if (!std::filesystem::exists(path)) throw Error("a part of the report is missing: " + path.string(), hint);
  return with_path(path, [&] { return read_file(path); });
}

/// JSON that may stand in a <script>: no "</script>" and no "<!--" can come up in it.
std::string inside_script(const std::string& json) {
  std::string safe;
  for (const char letter : json) safe += letter == '<' ? std::string("\\u003c") : std::string(1, letter);
  return safe;
}

}  // namespace

std::string report_page(const nlohmann::ordered_json& data) {
  const char* ours = "install byolab again";
  const char* theirs = "./dev build fetches Vega where there is a network; or put vega.js and vega-lite.js there";
  std::string page = part("report.html", ours);
  std::string script;  // one program in four pieces, in this order
  for (const char* piece : {"elements.js", "plots.js", "specs.js", "sections.js"}) script += part(piece, ours);
  const std::pair<const char*, std::string> parts[] = {
      {"/*STYLE*/", part("report.css", ours)},
      {"/*VEGA*/", part("vega.js", theirs)},
      {"/*VEGA-LITE*/", part("vega-lite.js", theirs)},
      {"/*SCRIPT*/", script},
      // Last, so that nothing that a user wrote is taken for a mark.
      {"/*DATA*/", inside_script(data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace))}};
  for (const auto& [mark, text] : parts) page.replace(page.find(mark), std::string_view(mark).size(), text);
  return page;
}

}  // namespace byolab
