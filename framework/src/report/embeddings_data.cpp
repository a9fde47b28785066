#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

#include "record/embeddings_file.hpp"
#include "report/pca.hpp"
#include "report/report_data.hpp"

namespace byolab {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kShown = 1000;  // points of a plot, spread evenly over the rows

Json points_json(const Snapshot& snapshot, Json& explained) {
  const Projection plane = principal_plane(snapshot.features);
  explained = {plane.explained[0], plane.explained[1]};
  const double reach = std::max(1e-12, plane.points.abs().max().item<double>());
  const std::int64_t rows = plane.points.size(0), count = std::min(rows, kShown);
  Json points = Json::array();
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t row = i * rows / count;
    const auto at = [&](std::int64_t axis) {
      return std::round(plane.points[row][axis].item<double>() / reach * 1000) / 1000 * reach;
    };
    Json point{row, at(0), at(1)};
    for (const at::Tensor& classes : {snapshot.labels, snapshot.knn})
      point.push_back(classes.defined() ? classes[row].item<std::int64_t>() : -1);
    points.push_back(std::move(point));
  }
  return points;
}

/// Rows: the class that is; columns: the class that was named.
Json confusion_json(const Snapshot& snapshot, std::size_t classes) {
  if (!snapshot.labels.defined() || !snapshot.knn.defined()) return {};
  std::vector<std::vector<std::int64_t>> counts(classes, std::vector<std::int64_t>(classes, 0));
  for (std::int64_t i = 0; i < snapshot.labels.numel(); ++i) {
    const std::int64_t is = snapshot.labels[i].item<std::int64_t>(), named = snapshot.knn[i].item<std::int64_t>();
    if (is >= 0 && named >= 0) ++counts.at(static_cast<std::size_t>(is)).at(static_cast<std::size_t>(named));
  }
  return counts;
}

Json examples_json(const Embeddings& embeddings, const at::Tensor& labels, Pictures& pictures) {
  Json all = Json::array();
  const Examples& examples = embeddings.examples;
  if (!examples.images.defined()) return all;
  const auto label = [&](std::int64_t row) { return labels.defined() ? labels[row].item<std::int64_t>() : -1; };
  for (std::int64_t i = 0; i < examples.rows.numel(); ++i) {
    const std::int64_t row = examples.rows[i].item<std::int64_t>();
    Json example{{"row", row}, {"label", label(row)}, {"image", pictures.add(examples.images[i], true)}};
    example["views"] = example["nearest"] = Json::array();
    for (const auto& [name, images] : examples.views)
      example["views"].push_back({{"name", name}, {"image", pictures.add(images[i], true)}});
    for (std::int64_t n = 0; examples.nearest.defined() && n < examples.nearest.size(1); ++n) {
      const std::int64_t other = examples.nearest[i][n].item<std::int64_t>();
      example["nearest"].push_back(
          {{"row", other}, {"label", label(other)}, {"image", pictures.add(examples.nearest_images[i][n], false)}});
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
    Json json{{"file", link}, {"step", last.step}, {"split", embeddings.split}, {"classes", embeddings.classes}};
    json["images"] = last.features.size(0);
    json["dimensions"] = last.features.size(1);
    json["points"] = points_json(last, json["explained"]);
    json["confusion"] = confusion_json(last, embeddings.classes.size());
    json["examples"] = examples_json(embeddings, last.labels, pictures);
    return json;
  } catch (const std::exception& error) {
    remarks.push_back(error.what());
    return {};
  }
}

}  // namespace byolab
