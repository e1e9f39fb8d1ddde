// SPDX-License-Identifier: Apache-2.0
#include "face/align.h"

#include <algorithm>
#include <cmath>

namespace mien {
namespace {

constexpr double pi = 3.14159265358979323846;

struct TemplateRow {
    Template name;
    Points5 points;
};
// Order: left eye, right eye, nose, left and right mouth corner.
constexpr std::array<TemplateRow, 8> templates{{
    {Template::none, {}},
    {Template::arcface_112_v1, {{{.35473214, .45658929}, {.64526786, .45658929}, {.50000000, .61154464}, {.37913393, .77687500}, {.62086607, .77687500}}}},
    {Template::arcface_112_v2, {{{.34191607, .46157411}, {.65653393, .45983393}, {.50022500, .64050536}, {.37097589, .82469196}, {.63151696, .82325089}}}},
    {Template::arcface_128, {{{.36167656, .40387734}, {.63696719, .40235469}, {.50019687, .56044219}, {.38710391, .72160547}, {.61507734, .72034453}}}},
    {Template::dfl_whole_face, {{{.35342266, .39285716}, {.62797622, .39285716}, {.48660713, .54017860}, {.38839287, .68750011}, {.59821427, .68750011}}}},
    {Template::ffhq_512, {{{.37691676, .46864664}, {.62285697, .46912813}, {.50123859, .61331904}, {.39308822, .72541100}, {.61150205, .72490465}}}},
    {Template::mtcnn_512, {{{.36562865, .46733799}, {.63305391, .46585885}, {.50019127, .61942959}, {.39032951, .77598822}, {.61178945, .77476328}}}},
    {Template::styleganex_384, {{{.42353745, .52289879}, {.57725008, .52319972}, {.50123859, .61331904}, {.43364461, .68337652}, {.57015325, .68306005}}}},
}};
static_assert([] {
    for (std::size_t i = 0; i < templates.size(); ++i)
        if (static_cast<std::size_t>(templates[i].name) != i) return false;
    return true;
}());

Point mean_of(std::span<const Point> points) noexcept {
    Point mean;
    for (const Point& point : points) mean = {mean.x + point.x, mean.y + point.y};
    const auto count = static_cast<double>(points.size());
    return {mean.x / count, mean.y / count};
}

/// FaceFusion keeps the corners as whole numbers: each is rounded half to even before the box is taken.
Rect rounded_corners(std::span<const Point> corners, bool faithful) noexcept {
    double low_x = 1e300, low_y = 1e300, high_x = -1e300, high_y = -1e300;
    for (const Point& corner : corners) {
        const double x = faithful ? std::nearbyint(corner.x) : corner.x, y = faithful ? std::nearbyint(corner.y) : corner.y;
        low_x = std::min(low_x, x), high_x = std::max(high_x, x);
        low_y = std::min(low_y, y), high_y = std::max(high_y, y);
    }
    static constexpr double far = 1e8;  // beyond any picture, inside int
    const auto whole = [](double value) { return static_cast<int>(std::clamp(value, -far, far)); };
    const int x = whole(std::floor(low_x)), y = whole(std::floor(low_y));
    return {x, y, whole(std::ceil(high_x)) - x, whole(std::ceil(high_y)) - y};
}

}  // namespace

const Points5& template_points(Template name) noexcept { return templates[static_cast<std::size_t>(name)].points; }

Affine estimate_similarity(std::span<const Point> from, std::span<const Point> to) noexcept {
    const Point from_mean = mean_of(from), to_mean = mean_of(to);
    double cosine = 0, sine = 0, spread = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        const double x = from[i].x - from_mean.x, y = from[i].y - from_mean.y, u = to[i].x - to_mean.x, v = to[i].y - to_mean.y;
        cosine += x * u + y * v;
        sine += x * v - y * u;
        spread += x * x + y * y;
    }
    // All points in one place have no orientation: the map then only moves.
    const double a = spread > 0 ? cosine / spread : 1, b = spread > 0 ? sine / spread : 0;
    return {a, -b, to_mean.x - a * from_mean.x + b * from_mean.y, b, a, to_mean.y - b * from_mean.x - a * from_mean.y};
}

Affine align_to(Template name, int edge, const Points5& points, bool faithful) noexcept {
    if (faithful) {
        // volatile: GCC 12 vectorises two neighbouring double -> float -> double conversions into none.
        const auto single = [](double value) -> double {
            volatile float rounded = static_cast<float>(value);
            return rounded;
        };
        const auto rounded = [&](Point point, double scale) { return Point{single(point.x * scale), single(point.y * scale)}; };
        Points5 from, to;
        for (std::size_t i = 0; i < from.size(); ++i) {
            from[i] = rounded(points[i], 1);
            to[i] = rounded(template_points(name)[i], edge);
        }
        return estimate_similarity(from, to);
    }
    const Affine unit = estimate_similarity(points, template_points(name));
    return {unit.a * edge, unit.b * edge, unit.c * edge, unit.d * edge, unit.e * edge, unit.f * edge};
}

PasteArea paste_area(const Affine& frame_to_crop, Size crop, Size frame, bool faithful) noexcept {
    const Affine back = invert(frame_to_crop);
    const double w = crop.width, h = crop.height;
    const std::array<Point, 4> corners{back({0, 0}), back({w, 0}), back({w, h}), back({0, h})};
    const Rect region = meet(rounded_corners(corners, faithful), {0, 0, frame.width, frame.height});
    return {region, {back.a, back.b, back.c - region.x, back.d, back.e, back.f - region.y}};
}

RotatedCanvas rotate_canvas(Size size, int angle) noexcept {
    const double radians = angle * pi / 180, cosine = std::cos(radians), sine = std::sin(radians), x = size.width / 2.0, y = size.height / 2.0;
    Affine turn{cosine, sine, (1 - cosine) * x - sine * y, -sine, cosine, sine * x + (1 - cosine) * y};
    const double width = std::abs(cosine) * size.width + std::abs(sine) * size.height, height = std::abs(sine) * size.width + std::abs(cosine) * size.height;
    turn.c += (width - size.width) * 0.5;
    turn.f += (height - size.height) * 0.5;
    return {turn, {static_cast<int>(width), static_cast<int>(height)}};
}

Points5 reduce_to_5(const Points68& points) noexcept {
    const std::span<const Point> all(points);
    return {mean_of(all.subspan(36, 6)), mean_of(all.subspan(42, 6)), points[30], points[48], points[54]};
}

namespace {

int nearest_quarter(double radians) noexcept {
    const double degrees = std::fmod(radians * 180 / pi + 360, 360);
    int nearest = 0;
    for (int angle = 0; angle <= 360; angle += 90)
        if (std::abs(angle - degrees) < std::abs(nearest - degrees)) nearest = angle;
    return nearest % 360;
}

}  // namespace

int face_angle(const Points68& points) noexcept { return nearest_quarter(std::atan2(points[16].y - points[0].y, points[16].x - points[0].x)); }

int upright_angle(const Points5& points) noexcept {
    const double x = points[3].x + points[4].x - points[0].x - points[1].x, y = points[3].y + points[4].y - points[0].y - points[1].y;
    return nearest_quarter(std::atan2(-x, y));
}

Box bounding_box(std::span<const Point> points) noexcept {
    Box box{points[0], points[0]};
    for (const Point& point : points) {
        box.low = {std::min(box.low.x, point.x), std::min(box.low.y, point.y)};
        box.high = {std::max(box.high.x, point.x), std::max(box.high.y, point.y)};
    }
    return box;
}

}  // namespace mien
