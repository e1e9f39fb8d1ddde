// Small functions on made-up numbers: one row of the table per recorded stage.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "face/align.h"
#include "face/fit.h"
#include "face/portrait_pose.h"
#include "kernels/reduce.h"
#include "media/still.h"
#include "media/writer.h"
#include "models/decode.h"
#include "parity/bench.h"
#include "parity/recorder.h"
#include "pipeline/tile_plan.h"

namespace mien::parity {
namespace {

using Numbers = std::vector<double>;
struct Table {
    Bench& bench;
    const Group& group;
    const Case& one;
    const Stage& stage;

    std::vector<Numbers> rows() const {
        std::vector<Numbers> out;
        if (stage.meta.contains("rows"))
            for (const Json& row : stage.meta["rows"]) out.push_back(row.get<Numbers>());
        return out;
    }
    std::vector<Numbers> rows(const char* array) const {
        const Array all = group.load(*stage.find(array));
        const Numbers values = all.values();
        const std::size_t width = values.size() / static_cast<std::size_t>(all.shape[0]);
        std::vector<Numbers> out;
        for (std::size_t i = 0; i < values.size(); i += width) out.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(i), values.begin() + static_cast<std::ptrdiff_t>(i + width));
        return out;
    }
    /// Columns after `inputs` are what the function returns.
    template <class Call> void check(const std::vector<Numbers>& table, std::size_t inputs, double limit, Call call) const {
        Numbers recorded, ours;
        for (const Numbers& row : table) {
            recorded.insert(recorded.end(), row.begin() + static_cast<std::ptrdiff_t>(inputs), row.end());
            const Numbers answer = call(row);
            ours.insert(ours.end(), answer.begin(), answer.end());
        }
        bench.report.compare(group, one, stage, "rows", recorded, ours, limit);
    }
    void same(std::string_view what, const Numbers& recorded, const Numbers& ours, double limit = 0) const { bench.report.compare(group, one, stage, what, recorded, ours, limit); }
};

Size size_of(const Numbers& row, std::size_t at) { return {static_cast<int>(row[at]), static_cast<int>(row[at + 1])}; }
void append(Numbers& out, const Affine& m) { out.insert(out.end(), {m.a, m.b, m.c, m.d, m.e, m.f}); }

void scale_resolution(const Table& t) {
    t.check(t.rows(), 3, 0, [](const Numbers& row) {
        const Size size = even_size(size_of(row, 0), row[2]);
        return Numbers{static_cast<double>(size.width), static_cast<double>(size.height)};
    });
}

void restrict_to_640(const Table& t) {
    t.check(t.rows(), 2, 0, [](const Numbers& row) {
        const Size size = shrink_to_fit(size_of(row, 0), 640);
        return Numbers{static_cast<double>(size.width), static_cast<double>(size.height)};
    });
}

void fit_contain(const Table& t) {
    t.check(t.rows(), 3, 0, [](const Numbers& row) {
        const int edge = static_cast<int>(row[2]);
        const Rect part = letterbox(size_of(row, 0), edge);
        return Numbers{static_cast<double>(part.x), static_cast<double>(part.y), static_cast<double>(part.x + part.width), static_cast<double>(part.y + part.height), row[2], row[2]};
    });
}

void rotation_canvas(const Table& t) {
    t.check(t.rows("rows"), 3, 1e-9, [](const Numbers& row) {
        const RotatedCanvas canvas = rotate_canvas(size_of(row, 0), static_cast<int>(row[2]));
        Numbers out;
        append(out, canvas.frame_to_canvas);
        out.insert(out.end(), {static_cast<double>(canvas.canvas.width), static_cast<double>(canvas.canvas.height)});
        return out;
    });
}

void paste_areas(const Table& t) {
    Numbers recorded, ours;
    for (const Numbers& row : t.rows("outputs")) recorded.insert(recorded.end(), row.begin(), row.end());
    for (const Numbers& row : t.rows("inputs")) {
        const int edge = static_cast<int>(row[2]);
        const PasteArea area = paste_area({row[3], row[4], row[5], row[6], row[7], row[8]}, {edge, edge}, size_of(row, 0), t.bench.faithful);
        for (const int value : {area.region.x, area.region.y, area.region.x + area.region.width, area.region.y + area.region.height}) ours.push_back(value);
        append(ours, area.crop_to_region);
    }
    t.same("outputs", recorded, ours, 1e-6);
}

Template template_named(const std::string& name) {
    for (const Template one : {Template::arcface_112_v1, Template::arcface_112_v2, Template::arcface_128, Template::dfl_whole_face, Template::ffhq_512, Template::mtcnn_512,
                               Template::styleganex_384})
        if (name_of(one) == name) return one;
    return Template::none;
}

/// Alignment in a unit that does not depend on the crop's size; above 768 the reference rejects outliers by pixels of the crop (fault B6).
void similarity(const Table& t) {
    const std::vector<Numbers> points = t.rows("points"), matrices = t.rows("matrices");
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Json& named = t.stage.meta.at("template_size")[i];
        const int edge = named[1];
        Points5 from;
        for (std::size_t k = 0; k < 5; ++k) from[k] = {points[i][k * 2], points[i][k * 2 + 1]};
        const Affine own = align_to(template_named(named[0]), edge, from, t.bench.faithful);
        const Affine recorded{matrices[i][0], matrices[i][1], matrices[i][2], matrices[i][3], matrices[i][4], matrices[i][5]};
        Numbers here, there;
        for (const Point& point : from) {
            here.insert(here.end(), {own(point).x, own(point).y});
            there.insert(there.end(), {recorded(point).x, recorded(point).y});
        }
        const Stage stage{edge > 768 ? "similarity above 768" : "similarity", {}, {}};
        t.bench.report.compare(t.group, t.one, stage, "mapped points", there, here, 1e-3);
    }
}

void suppression(const Table& t) {
    std::vector<Box> boxes;
    for (const Numbers& row : t.rows("boxes")) boxes.push_back({{row[0], row[1]}, {row[2], row[3]}});
    const std::vector<int> kept = kernels::suppress(boxes, t.group.load(*t.stage.find("scores")).values(), t.stage.meta.at("score_threshold"), t.stage.meta.at("iou_threshold"));
    t.same("keep", t.stage.meta.at("keep").get<Numbers>(), {kept.begin(), kept.end()});
}

void face_angles(const Table& t) {
    Numbers ours;
    for (const Numbers& row : t.rows("ends")) {
        Points68 points{};
        points[0] = {row[0], row[1]};
        points[16] = {row[2], row[3]};
        ours.push_back(face_angle(points));
    }
    t.same("angles", t.stage.meta.at("angles").get<Numbers>(), ours);
}

void angle_limits(const Table& t) {
    t.check(t.rows("rows"), 6, 1e-6, [](const Numbers& row) {
        const PortraitAngles limited = limit_angles({row[0], row[1], row[2]}, {row[3], row[4], row[5]});
        return Numbers{limited.pitch, limited.yaw, limited.roll};
    });
}

void rotations(const Table& t) {
    Numbers recorded, ours;
    for (const Numbers& row : t.rows("matrices")) recorded.insert(recorded.end(), row.begin(), row.end());
    for (const Numbers& row : t.rows("angles")) {
        const std::array<double, 9> matrix = rotation_matrix({row[0], row[1], row[2]});
        ours.insert(ours.end(), matrix.begin(), matrix.end());
    }
    t.same("matrices", recorded, ours, 1e-6);
}

void expression_limits(const Table& t) {
    Numbers recorded, ours;
    for (const Numbers& row : t.rows("after")) recorded.insert(recorded.end(), row.begin(), row.end());
    for (const Numbers& row : t.rows("before")) {
        PortraitExpression expression{};
        std::transform(row.begin(), row.end(), expression.begin(), [](double value) { return static_cast<float>(value); });
        const PortraitExpression limited = limit_expression(expression);
        ours.insert(ours.end(), limited.begin(), limited.end());
    }
    t.same("after", recorded, ours, 1e-7);
}

void tile_plans(const Table& t) {
    t.check(t.rows(), 5, 0, [](const Numbers& row) {
        const TilePlan plan = plan_tiles({static_cast<int>(row[0]), static_cast<int>(row[1]), static_cast<int>(row[2])}, size_of(row, 3));
        return Numbers{static_cast<double>(plan.count()), static_cast<double>(plan.padded.width), static_cast<double>(plan.padded.height)};
    });
}

/// Rows of [quality or preset, option, value, option, value ...] by encoder; several options carry one value.
template <class Call> void encoder_options(const Table& t, Call call) {
    Numbers differing;
    for (const auto& [encoder, rows] : t.stage.meta.items())
        for (const Json& row : rows) {
            const auto [option, value] = call(encoder, row[0]);
            bool same = row.size() > 1 || option.empty();
            for (std::size_t i = 1; i + 1 < row.size(); i += 2) {
                const std::string name = row[i].get<std::string>().substr(1), number = row[i + 1];
                same = same && number == value && (name == option || (name.starts_with("qp_") && option.starts_with("qp_")));
            }
            differing.push_back(same ? 0 : 1);
        }
    t.same("options", Numbers(differing.size(), 0), differing);
}
void video_qualities(const Table& t) {
    encoder_options(t, [](const std::string& encoder, const Json& quality) { return video_quality_option(encoder, quality.get<int>()); });
}
void audio_qualities(const Table& t) {
    encoder_options(t, [](const std::string& encoder, const Json& quality) { return audio_quality_option(encoder, quality.get<int>()); });
}
void image_qualities(const Table& t) {
    encoder_options(t, [](const std::string& extension, const Json& quality) { return image_quality_option(extension, quality.get<int>()); });
}
void video_presets(const Table& t) {
    encoder_options(t, [](const std::string& encoder, const Json& preset) { return video_preset_option(encoder, preset.get<std::string>()); });
}

/// Levels that hold nothing but the named anchors, through the decoder of real detectors.
void first_anchors(const Table& t) {
    Numbers recorded, ours;
    for (const Json& row : t.stage.meta.at("cases")) {
        constexpr int edge = 64;
        std::array<std::vector<float>, 9> outputs;
        for (std::size_t level = 0; level < 3; ++level) {
            const std::size_t cells = edge / (8u << level), anchors = cells * cells * 2;
            outputs[level].assign(anchors, 0.0f);
            outputs[level + 3].assign(anchors * 4, 1.0f);
            outputs[level + 6].assign(anchors * 10, 1.0f);
        }
        for (const Json& at : row.at("level_and_anchor")) outputs[at[0].get<std::size_t>()][at[1].get<std::size_t>()] = 0.9f;
        std::vector<std::span<const float>> views(outputs.begin(), outputs.end());
        Candidates found;
        append_scrfd(views, {{edge, edge}, 0.5, 1, 1, t.bench.faithful}, found);
        recorded.push_back(row.at("found"));
        ours.push_back(static_cast<double>(found.size()));
    }
    t.same("found", recorded, ours);
}

struct Function {
    std::string_view stage;
    void (*run)(const Table&);
};
constexpr auto functions = std::to_array<Function>({
    {"scale_resolution", scale_resolution}, {"restrict_to_640", restrict_to_640}, {"fit_contain", fit_contain}, {"rotation_canvas", rotation_canvas}, {"paste_area", paste_areas},
    {"similarity", similarity}, {"nms_random", suppression}, {"face_angle", face_angles}, {"limit_angle_random", angle_limits}, {"rotation_random", rotations},
    {"limit_expression_random", expression_limits}, {"tile_plan", tile_plans}, {"video_quality", video_qualities}, {"audio_quality", audio_qualities},
    {"image_quality", image_qualities}, {"video_preset", video_presets}, {"first_anchor", first_anchors},
});

}  // namespace

void run_functions(Bench& bench, const Group& group, const Case& one) {
    for (const Stage& stage : one.stages) {
        const auto* row = std::find_if(functions.begin(), functions.end(), [&](const Function& function) { return function.stage == stage.name; });
        if (row == functions.end())
            bench.report.fail(group, one, stage.name, "no function answers this stage");
        else
            row->run({bench, group, one, stage});
    }
}

}  // namespace mien::parity
