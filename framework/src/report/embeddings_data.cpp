#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ops/principal_plane.hpp"
#include "record/embeddings_file.hpp"
#include "report/report_data.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kShown = 1000;  // points of a plot, spread evenly over the rows

Json points_json(const Snapshot& snapshot, Json& explained) {
  const Projection plane = principal_plane(snapshot.features);
  explained = {plane.explained[0], plane.explained[1]};
  double reach = 1e-12;
  for (const double coordinate : plane.points.data) reach = std::max(reach, std::abs(coordinate));
  const std::int64_t rows = plane.points.size(0), count = std::min(rows, kShown);
  Json points = Json::array();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t row = i * rows / count;
    const auto at = [&](std::int64_t axis) {
      return std::round(plane.points.at(row, axis) / reach * 1000) / 1000 * reach;
    };
    Json point{row, at(0), at(1)};
    for (const Array<std::int64_t>* classes : {&snapshot.labels, &snapshot.predicted})
      point.push_back(classes->defined() ? classes->at(row) : -1);
    points.push_back(std::move(point));
  }
  return points;
}

/// Why a snapshot cannot be drawn; empty if it can.
std::string trouble_with_points(const Snapshot& snapshot) {
  constexpr std::int64_t kWidest = 4096;  // the plane of d features takes a matrix of d × d
  const auto finite = [](float value) { return std::isfinite(value); };
  if (snapshot.features.size(0) == 0 || snapshot.features.size(1) == 0) return "has no features";
  if (snapshot.features.size(1) > kWidest)
    return fmt::format("has {} features an image, and at most {} are drawn", snapshot.features.size(1), kWidest);
  if (!std::all_of(snapshot.features.data.begin(), snapshot.features.data.end(), finite))
    return "holds features that are infinite or no numbers (NaN)";
  return {};
}

/// Rows: the class that is; columns: the class that was named.
Json confusion_json(const Snapshot& snapshot, std::size_t classes) {
  constexpr std::size_t kMost = 1000;  // classes; more cannot be told apart in a plot
  if (!snapshot.labels.defined() || !snapshot.predicted.defined() || classes == 0 || classes > kMost) return {};
  std::vector<std::vector<std::int64_t>> counts(classes, std::vector<std::int64_t>(classes, 0));
  for (std::int64_t i = 0; i < snapshot.labels.count(); ++i) {
    const std::int64_t is = snapshot.labels.at(i), named = snapshot.predicted.at(i);
    if (is >= 0 && named >= 0) ++counts.at(static_cast<std::size_t>(is)).at(static_cast<std::size_t>(named));
  }
  return counts;
}

Json examples_json(const Embeddings& embeddings, const Array<std::int64_t>& labels, Pictures& pictures) {
  Json all = Json::array();
  const Examples& examples = embeddings.examples;
  if (!examples.images.defined()) return all;
  const auto label = [&](std::int64_t row) { return labels.defined() ? labels.at(row) : -1; };
  for (std::int64_t i = 0; i < examples.rows.count(); ++i) {
    const std::int64_t row = examples.rows.at(i);
    Json example{{"row", row}, {"label", label(row)}, {"image", pictures.add(picture_at(examples.images, i), true)}};
    example["views"] = example["nearest"] = Json::array();
    for (const auto& [name, images] : examples.views)
      example["views"].push_back({{"name", name}, {"image", pictures.add(picture_at(images, i), true)}});
    for (std::int64_t n = 0; examples.nearest.defined() && n < examples.nearest.size(1); ++n) {
      const std::int64_t other = examples.nearest.at(i, n);
      example["nearest"].push_back(
          {{"row", other},
           {"label", label(other)},
           {"image", pictures.add(picture_at(examples.nearest_images, i * examples.nearest.size(1) + n), false)}});
    }
    all.push_back(std::move(example));
  }
  return all;
}

}  // namespace

Json embeddings_data(const std::filesystem::path& file, const std::string& link, Pictures& pictures,
                     std::vector<std::string>& remarks) {
  if (!std::filesystem::exists(file)) return {};
  try {
    const Embeddings embeddings = read_embeddings(file);
    if (embeddings.snapshots.empty()) return {};
    const Snapshot& last = embeddings.snapshots.back();
    if (const std::string trouble = trouble_with_points(last); !trouble.empty()) {
      remarks.push_back(
          fmt::format("{}: the snapshot of step {} {}: its plots are left out", shown(file), last.step, trouble));
      return {};
    }
    Json json{{"file", link}, {"step", last.step}, {"split", embeddings.split}, {"classes", embeddings.classes}};
    json["images"] = last.features.size(0);
    json["dimensions"] = last.features.size(1);
    json["points"] = points_json(last, json["explained"]);
    json["confusion"] = confusion_json(last, embeddings.classes.size());
    json["examples"] = examples_json(embeddings, last.labels, pictures);
    return json;
  } catch (const std::exception& error) {
    remarks.push_back(fmt::format("{}; the plots of these embeddings are left out", first_line(error.what())));
    return {};
  }
}

}  // namespace byolab
