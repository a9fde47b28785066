#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace byolab {

/// The report as one HTML file that needs nothing else: the page of share/byolab/report, its style and script, Vega
/// and Vega-Lite, and the data. Throws Error if a part is not installed.
std::string report_page(const nlohmann::ordered_json& data);

}  // namespace byolab
