// Detectors, landmarkers and a recogniser of other makers look at rendered people: whoever was trained on photographs must take them for people.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string_view>

#include "jobs/bench_measures.h"
#include "jobs/bench_people.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"
#include "kernels/reduce.h"
#include "unit/face/networks.h"

namespace mien::bench {
namespace {

namespace fs = std::filesystem;
using test_networks::recorded;
using test_networks::recorded_store;

constexpr double sure = 0.6;  // score from which a detector has found somebody
constexpr Size frame{480, 360};
/// An eighth of what is wanted keeps the suite short; MIEN_OUTSIDE=full (tools/check --deep) looks at all of it.
const bool full = std::getenv("MIEN_OUTSIDE") != nullptr && std::string_view(std::getenv("MIEN_OUTSIDE")) == "full";
const std::size_t faces_wanted = full ? 200 : 24, people = full ? 200 : 30;
constexpr std::size_t pictures_each = 2;
constexpr int threads = 2;

fs::path data_file(const char* name) {
    const char* data = std::getenv("MIEN_GOLDENS_DATA");
    const char* source = std::getenv("MIEN_SOURCE_DIR");
    const fs::path file = (data ? fs::path(data) : fs::path(source ? source : ".") / "../shared/data") / "models" / name;
    return fs::exists(file) ? file : fs::path();
}

/// Somebody before a camera that is held upright, all of the face to be seen: any expression, light, background and noise of the sampler.
mien_synth_shot somebody(std::uint32_t seed, const std::uint32_t* who, Size size, int detail, float closeness) {
    const mien_synth_cast cast{0, held_out_people, 1, 1, 0, detail};
    mien_synth_shot shot = synth::sample_shot(MIEN_SYNTH_FACE, seed, who, size, cast);
    shot.occluder_count = 0;
    shot.focal *= closeness;
    return shot;
}
/// What can be said before drawing: nobody turned far away, no camera on its side.
bool may_do(const mien_synth_shot& shot) {
    const mien_synth_performer& one = shot.performers[0];
    return std::abs(one.yaw + one.turn) <= 55 && std::abs(one.pitch) <= 35 && shot.camera_axes[4] > 0.8f;
}
bool does(const synth::FaceTruth& face) {
    return std::abs(face.yaw) <= 45 && std::abs(face.roll) <= 30 && std::abs(face.pitch) <= 30 && face.visible_share >= 0.5f;
}

struct Portrait {
    std::uint32_t seed = 0;
    Picture<std::uint8_t> picture;
    synth::FaceTruth truth;
};
/// Draws shots until `next` has none, several at once, and gives those that do to `sink` in their order.
void draw_all(const std::function<std::optional<std::pair<std::uint32_t, mien_synth_shot>>()>& next, const std::function<void(Portrait&&)>& sink) {
    std::vector<std::unique_ptr<Studio>> studios;
    for (int i = 0; i < threads; ++i) studios.push_back(std::make_unique<Studio>());
    using Order = std::pair<std::uint32_t, mien_synth_shot>;
    map_in_order<Order, Portrait>(
        threads, threads * 3, next,
        [&](Order&& order, int worker) {
            Drawn drawn;
            studios[static_cast<std::size_t>(worker)]->draw(order.second, drawn);
            return Portrait{order.first, std::move(drawn.picture), drawn.truth[0]};
        },
        [&](Portrait&& one) {
            if (does(one.truth)) sink(std::move(one));
        },
        [] { return false; });
}

/// Faces of about a hundred pixels, up to 45 degrees of yaw: drawn once for all judges.
const std::vector<Portrait>& portraits() {
    static const std::vector<Portrait> all = [] {
        std::vector<Portrait> made;
        std::uint32_t seed = 811'000'000;
        const auto next = [&]() -> std::optional<std::pair<std::uint32_t, mien_synth_shot>> {
            // Some of those that may do do not: a fixed number is drawn, so that the set does not depend on who was first.
            for (; seed < 811'000'000 + 2 * faces_wanted; ++seed)
                if (const mien_synth_shot shot = somebody(seed, nullptr, frame, 1, 0.6f); may_do(shot)) return std::pair(seed++, shot);
            return std::nullopt;
        };
        draw_all(next, [&](Portrait&& one) {
            if (made.size() < faces_wanted) made.push_back(std::move(one));
        });
        return made;
    }();
    return all;
}

/// Calls look(picture, truth) for everybody; the share it said yes to.
template <class Look>
double share_of_people(const char* judge, Look&& look) {
    std::size_t yes = 0;
    for (const Portrait& one : portraits()) {
        const bool good = look(one.picture.view(), one.truth);
        yes += good;
        if (!good) std::printf("%s misses seed %u, yaw %.0f\n", judge, one.seed, static_cast<double>(one.truth.yaw));
    }
    EXPECT_EQ(portraits().size(), faces_wanted);
    return static_cast<double>(yes) / static_cast<double>(portraits().size());
}

bool is_on_face(const Box& box, const synth::FaceTruth& face) {
    // Makers draw boxes to the brows or to the hair: the middle of the face inside, and not much larger or smaller.
    const double middle_x = (face.box.low.x + face.box.high.x) / 2, middle_y = (face.box.low.y + face.box.high.y) / 2;
    const bool holds = middle_x > box.low.x && middle_x < box.high.x && middle_y > box.low.y && middle_y < box.high.y;
    return holds && kernels::overlap(box, face.box) >= 0.4;
}

double share_found(const char* model) {
    ModelStore store = recorded_store();
    AnalysisSettings settings;
    settings.detector_model = model;
    settings.detector_score = sure;
    const Detector detector(store, settings);
    DetectScratch scratch;
    return share_of_people(model, [&](View<const std::uint8_t> picture, const synth::FaceTruth& face) {
        std::int64_t non_finite = 0;
        const std::vector<std::vector<Detection>> found = detector.detect(host_queue(), std::span(&picture, 1), scratch, nullptr, non_finite);
        return std::any_of(found[0].begin(), found[0].end(), [&](const Detection& one) { return is_on_face(one.box, face); });
    });
}

#define NEEDS_RECORDED \
    if (recorded().empty()) GTEST_SKIP() << "the networks of other makers are not there; set MIEN_GOLDENS_MODELS"

TEST(OutsideJudges, YuNetFindsRenderedFaces) {
    NEEDS_RECORDED;
    const double share = share_found("yunet");
    std::printf("YuNet finds %.1f %%\n", 100 * share);
    EXPECT_GE(share, 0.95);
}

TEST(OutsideJudges, ScrfdFindsRenderedFaces) {
    NEEDS_RECORDED;
    const double share = share_found("scrfd");
    std::printf("SCRFD finds %.1f %%\n", 100 * share);
    EXPECT_GE(share, 0.95);
}

/// Linzaer's RFB of 320 x 240: scores and corners in shares of the picture, two numbers and four of each anchor.
std::vector<Box> ultraface(Session& session, View<const std::uint8_t> picture) {
    constexpr std::int64_t anchors = 4420;
    constexpr Size input_size{320, 240};
    Queue& queue = host_queue();
    Picture<std::uint8_t> fitted(queue, input_size, 3);
    kernels::resize<std::uint8_t>(queue, picture, kernels::Filter::bilinear_cv, fitted.view());
    std::vector<float> in(3 * 320 * 240), scores(2 * anchors), corners(4 * anchors);
    const Tensor input{in.data(), Element::f32, {1, 3, 240, 320}, Place::host};
    kernels::to_tensor<std::uint8_t>(queue, fitted.view(), {.mean = {127, 127, 127}, .deviation = {128, 128, 128}, .full_scale = 1}, input, 0);
    const std::array<Tensor, 2> outputs{Tensor{scores.data(), Element::f32, {1, anchors, 2}, Place::host},
                                        Tensor{corners.data(), Element::f32, {1, anchors, 4}, Place::host}};
    session.run(queue, std::span(&input, 1), outputs);
    std::vector<Box> boxes;
    std::vector<double> sureness;
    for (std::size_t i = 0; i < anchors; ++i) {
        if (static_cast<double>(scores[2 * i + 1]) < sure) continue;
        const auto at = [&](std::size_t k) { return static_cast<double>(corners[4 * i + k]); };
        boxes.push_back(
            {{at(0) * picture.size.width - 0.5, at(1) * picture.size.height - 0.5}, {at(2) * picture.size.width - 0.5, at(3) * picture.size.height - 0.5}});
        sureness.push_back(static_cast<double>(scores[2 * i + 1]));
    }
    std::vector<Box> kept;
    for (const int index : kernels::suppress(boxes, sureness, sure, 0.3)) kept.push_back(boxes[static_cast<std::size_t>(index)]);
    return kept;
}

TEST(OutsideJudges, UltraFaceFindsRenderedFaces) {
    const fs::path file = data_file("detect/ultraface_RFB_320.onnx");
    if (file.empty()) GTEST_SKIP() << "ultraface_RFB_320.onnx is not there; set MIEN_GOLDENS_DATA";
    const std::unique_ptr<Session> session = open_ort_session(file);
    const double share = share_of_people("UltraFace", [&](View<const std::uint8_t> picture, const synth::FaceTruth& face) {
        const std::vector<Box> found = ultraface(*session, picture);
        return std::any_of(found.begin(), found.end(), [&](const Box& box) { return is_on_face(box, face); });
    });
    std::printf("UltraFace finds %.1f %%\n", 100 * share);
    EXPECT_GE(share, 0.95);
}

/// How far points are from the true ones over everybody, and which of them.
struct Distances {
    Mean all, inner, by_pupils;  ///< all points; without the outline; all, of the distance between the middles of the eyes (a third less than between their corners)
    std::array<Mean, 68> by_point;
    void add(const Points68& seen, const Points68& truth) {
        // Of the distance between the outer corners of the eyes, as 300-W has it (Sagonas et al. 2013, 300 Faces in-the-Wild Challenge, section 3.1).
        const double size = std::hypot(truth[36].x - truth[45].x, truth[36].y - truth[45].y), by_eyes = points_error(seen, truth);
        by_pupils.add(100 * by_eyes);
        all.add(100 * by_eyes * size_of(truth) / size);
        double sum = 0;
        for (std::size_t i = 0; i < 68; ++i) {
            const double off = 100 * std::hypot(seen[i].x - truth[i].x, seen[i].y - truth[i].y) / size;
            by_point[i].add(off);
            if (i >= 17) sum += off / 51;
        }
        inner.add(sum);
    }
    void print(const char* judge) const {
        std::printf("%s lands within %.2f %% of the inter-ocular distance (without the outline %.2f %%; of the pupils' distance %.2f %%); point by point:", judge,
                    all.value(), inner.value(), by_pupils.value());
        for (const Mean& point : by_point) std::printf(" %.1f", point.value());
        std::printf("\n");
    }
};

/// PFLD of 112 pixels: the box's longer side times 1.2 fills the crop, positions come in shares of it.
Points68 pfld(Session& session, View<const std::uint8_t> picture, const Box& box) {
    constexpr int edge = 112;
    Queue& queue = host_queue();
    const double scale = edge / (1.2 * std::max(box.width(), box.height())), middle = (edge - 1) / 2.0;
    const Affine to_crop{scale, 0, middle - (box.low.x + box.high.x) / 2 * scale, 0, scale, middle - (box.low.y + box.high.y) / 2 * scale},
        back = invert(to_crop);
    Picture<std::uint8_t> crop(queue, {edge, edge}, 3);
    kernels::warp_affine_area<std::uint8_t>(queue, picture, back, kernels::Border::replicate, crop.view());
    std::vector<float> in(3 * edge * edge), out(136);
    const Tensor input{in.data(), Element::f32, {1, 3, edge, edge}, Place::host}, output{out.data(), Element::f32, {1, 136}, Place::host};
    kernels::to_tensor<std::uint8_t>(queue, crop.view(), {}, input, 0);
    session.run(queue, std::span(&input, 1), std::span(&output, 1));
    Points68 points;
    for (std::size_t i = 0; i < 68; ++i) points[i] = back({static_cast<double>(out[2 * i]) * edge - 0.5, static_cast<double>(out[2 * i + 1]) * edge - 0.5});
    return points;
}

/// The same of the picture and its mirror image: a network's habit of looking to one side cancels.
Points68 pfld_both_ways(Session& session, View<const std::uint8_t> picture, const Box& box) {
    static constexpr std::array<std::size_t, 68> other_side{16, 15, 14, 13, 12, 11, 10, 9,  8,  7,  6,  5,  4,  3,  2,  1,  0,  26, 25, 24, 23, 22, 21,
                                                            20, 19, 18, 17, 27, 28, 29, 30, 35, 34, 33, 32, 31, 45, 44, 43, 42, 47, 46, 39, 38, 37, 36,
                                                            41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65};
    const double last = picture.size.width - 1;
    Picture<std::uint8_t> mirrored(host_queue(), picture.size, 3);
    kernels::warp_affine<std::uint8_t>(host_queue(), picture, {-1, 0, last, 0, 1, 0}, kernels::Border::replicate, kernels::Sampling::exact, mirrored.view());
    const Points68 seen = pfld(session, picture, box), turned = pfld(session, mirrored, {{last - box.high.x, box.low.y}, {last - box.low.x, box.high.y}});
    Points68 points;
    for (std::size_t i = 0; i < 68; ++i)
        points[i] = {(seen[i].x + last - turned[other_side[i]].x) / 2, (seen[i].y + turned[other_side[i]].y) / 2};
    return points;
}

TEST(OutsideJudges, ThePointsOfA68PointNetworkAreNearTheTrueOnes) {
    const fs::path file = data_file("landmark/pfld_68.onnx");
    if (file.empty()) GTEST_SKIP() << "pfld_68.onnx is not there; set MIEN_GOLDENS_DATA";
    const std::unique_ptr<Session> session = open_ort_session(file);
    Distances distances;
    for (const Portrait& one : portraits()) distances.add(pfld_both_ways(*session, one.picture, one.truth.box), one.truth.points);
    distances.print("PFLD");
    EXPECT_LE(distances.all.value(), 6);
}

TEST(OutsideJudges, MobileFaceNetTellsRenderedPeopleApart) {
    NEEDS_RECORDED;
    ModelStore store = recorded_store();
    const Recogniser recogniser(store, AnalysisSettings{});  // MobileFaceNet, spread to 512 numbers
    RecogniseScratch scratch;
    std::vector<std::pair<std::uint32_t, Embedding>> known;
    constexpr std::uint32_t attempts = 16, first = 813'000'000;
    std::uint32_t at = 0, taken = 0, last = 0;
    const auto next = [&]() -> std::optional<std::pair<std::uint32_t, mien_synth_shot>> {
        for (; at < people * attempts; ++at) {
            const std::uint32_t who = at / attempts;
            if (who != last) last = who, taken = 0;
            if (taken == pictures_each + 2) continue;
            if (const mien_synth_shot shot = somebody(first + at, &who, {192, 192}, 2, 1); may_do(shot)) {
                ++taken;
                return std::pair(at++, shot);
            }
        }
        return std::nullopt;
    };
    std::vector<std::uint32_t> pictures(people);
    draw_all(next, [&](Portrait&& one) {
        const std::uint32_t who = one.seed / attempts;
        if (pictures[who] == pictures_each) return;
        const std::optional<Embedding> code = recogniser.recognise(host_queue(), one.picture, one.truth.points_5, scratch, nullptr);
        ASSERT_TRUE(code);
        known.emplace_back(who, unit(*code));
        ++pictures[who];
    });
    std::vector<float> right, wrong;
    for (std::size_t i = 0; i < known.size(); ++i)
        for (std::size_t k = i + 1; k < known.size(); ++k) (known[i].first == known[k].first ? right : wrong).push_back(dot(known[i].second, known[k].second));
    ASSERT_GE(right.size(), people - 5);
    const double area = area_under_curve(right, wrong);
    std::printf("MobileFaceNet tells %zu pairs of the same person from %zu of others at an AUC of %.4f\n", right.size(), wrong.size(), area);
    EXPECT_GE(area, 0.9);
}

}  // namespace
}  // namespace mien::bench
