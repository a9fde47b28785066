#include <algorithm>
#include <cmath>

#include "shapes_scene.hpp"

namespace shapes {
namespace {

/// The part of a row or column that a figure can touch: pixels begin … end − 1.
struct Span {
  int begin, end;
};

Span span(float centre, float reach, int size) {
  return {std::clamp(static_cast<int>(std::floor(centre - reach - 1.0F)), 0, size),
          std::clamp(static_cast<int>(std::ceil(centre + reach + 1.0F)), 0, size)};
}

/// Room for one row, reused: colours by channel, and what a figure adds.
struct Row {
  explicit Row(int size) : size(static_cast<std::size_t>(size)), floats(5 * this->size) {}
  float* channel(int c) { return floats.data() + static_cast<std::size_t>(c) * size; }
  float* coverage() { return channel(3); }
  float* share() { return channel(4); }
  std::size_t size;
  std::vector<float> floats;
};

void paint_ground(const Scene& scene, int y, int size, Row& row) {
  mix_row(scene.ground, scene.field, y, 0, size, row.share());
  for (int c = 0; c < 3; ++c) {
    const float first = scene.ground.colour[static_cast<std::size_t>(c)];
    const float change = scene.ground.second[static_cast<std::size_t>(c)] - first;
    for (int x = 0; x < size; ++x) row.channel(c)[x] = first + change * row.share()[x];
  }
}

void paint_figure(const Figure& figure, const Field& field, int y, Span columns, Row& row) {
  float* coverage = row.coverage();
  float* share = row.share();
  const int count = columns.end - columns.begin;
  cover_row(figure.pose, y, columns.begin, columns.end, coverage);
  mix_row(figure.paint, field, y, columns.begin, columns.end, share);
  for (int c = 0; c < 3; ++c) {
    const float first = figure.paint.colour[static_cast<std::size_t>(c)];
    const float change = figure.paint.second[static_cast<std::size_t>(c)] - first;
    float* out = row.channel(c) + columns.begin;
    for (int i = 0; i < count; ++i) out[i] += coverage[i] * (first + change * share[i] - out[i]);
  }
}

/// Light falls from a side; a grain of a few steps, smooth over some pixels, lies on everything.
void develop(const Scene& scene, int y, int size, Row& row, std::uint8_t* rgb) {
  const float scale = 2.0F / static_cast<float>(size), grain = 1.0F / (0.09F * static_cast<float>(size));
  const float down = scene.light_y * ((static_cast<float>(y) + 0.5F) * scale - 1.0F);
  for (int x = 0; x < size; ++x) {
    const float light = 1.0F + down + scene.light_x * ((static_cast<float>(x) + 0.5F) * scale - 1.0F);
    const float noise = scene.field.at(static_cast<float>(x) * grain, static_cast<float>(y) * grain) - 0.5F;
    for (int c = 0; c < 3; ++c) {
      const float value = 255.0F * (row.channel(c)[x] * light + 0.12F * noise);
      rgb[3 * x + c] = static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
    }
  }
}

}  // namespace

void draw(const Scene& scene, int size, std::uint8_t* rgb) {
  struct Extent {
    Span columns, rows;
  };
  std::vector<Extent> extents;
  for (const Figure& figure : scene.figures) {
    const float r = reach(figure.pose);
    extents.push_back({span(figure.pose.x, r, size), span(figure.pose.y, r, size)});
  }
  Row row(size);
  for (int y = 0; y < size; ++y) {
    paint_ground(scene, y, size, row);
    for (std::size_t i = 0; i < scene.figures.size(); ++i)
      if (y >= extents[i].rows.begin && y < extents[i].rows.end)
        paint_figure(scene.figures[i], scene.field, y, extents[i].columns, row);
    develop(scene, y, size, row, rgb + static_cast<std::ptrdiff_t>(y) * size * 3);
  }
}

void draw_mask(const Scene& scene, int size, std::uint8_t* mask) {
  Row row(size);
  for (int y = 0; y < size; ++y) {
    cover_row(scene.front().pose, y, 0, size, row.coverage());
    for (int x = 0; x < size; ++x)
      mask[static_cast<std::ptrdiff_t>(y) * size + x] = static_cast<std::uint8_t>(255.0F * row.coverage()[x] + 0.5F);
  }
}

}  // namespace shapes
