// Finding faces and their points, held against where they are.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "face/align.h"
#include "jobs/bench_measures.h"
#include "jobs/bench_people.h"
#include "kernels/reduce.h"
#include "synth/exact_math.h"
#include "synth/noise.h"

namespace mien::bench {
namespace {

constexpr Sampling crowd{MIEN_SYNTH_CROWD, 448, 2}, portrait{MIEN_SYNTH_FACE, 320, 1};
constexpr double found_at = 0.05;  // score from which a detection counts in a curve
/// Sizes of faces told apart: edges of squares of the boxes' areas, in pixels.
struct Band {
    std::string_view measure;
    double smallest, largest;
};
constexpr std::array<Band, 3> bands{{{"ap50", 16, 1e9}, {"ap50_16_32", 16, 32}, {"ap50_9_16", 9, 16}}};
constexpr int turns = 24;          // directions that a picture is rolled to
constexpr int enough_faces = 10;   // in each of them, for naming a worst one

double edge_of(const Box& box) noexcept { return std::sqrt(std::max(box.width(), 1e-3) * std::max(box.height(), 1e-3)); }

/// Faces to be found, and faces that neither count nor are wrong: hidden, tiny, mostly outside, or not of the sizes asked for.
struct Faces {
    std::vector<Box> wanted, ignored;
};
Faces faces_of(const Drawn& drawn, double smallest = bands[0].smallest, double largest = bands[0].largest) {
    Faces faces;
    for (const synth::FaceTruth& face : drawn.truth) {
        const Point middle{(face.box.low.x + face.box.high.x) / 2, (face.box.low.y + face.box.high.y) / 2};
        const bool inside = middle.x > 0 && middle.y > 0 && middle.x < drawn.plain.width - 1 && middle.y < drawn.plain.height - 1;
        const double edge = edge_of(face.box);
        if (inside && edge >= smallest && edge < largest && face.visible_share >= 0.35f)
            faces.wanted.push_back(face.box);
        else if (face.visible_share > 0.02f)
            faces.ignored.push_back(face.box);
    }
    return faces;
}

struct Found {
    std::vector<Box> boxes;
    std::vector<double> scores;
};
Found find(const Detector& detector, Studio& studio) {
    std::int64_t non_finite = 0;
    const View<const std::uint8_t> picture = studio.drawn.picture;
    const std::vector<std::vector<Detection>> detected = detector.detect(host_queue(), std::span(&picture, 1), studio.detect, nullptr, non_finite);
    Found found;
    for (const Detection& one : detected.front()) found.boxes.push_back(one.box), found.scores.push_back(one.score);
    return found;
}

/// A curve over many pictures.
struct Curve {
    std::vector<Mark> marks;
    std::int64_t wanted = 0;
    void add(const Found& found, const Faces& faces) {
        const std::vector<Mark> more = match(found.boxes, found.scores, faces.wanted, faces.ignored);
        marks.insert(marks.end(), more.begin(), more.end());
        wanted += std::ssize(faces.wanted);
    }
    void add(Curve&& other) {
        marks.insert(marks.end(), other.marks.begin(), other.marks.end());
        wanted += other.wanted;
    }
    double recall(double score) const {
        const auto hits = std::count_if(marks.begin(), marks.end(), [&](const Mark& mark) { return mark.hit && mark.score >= score; });
        return static_cast<double>(hits) / static_cast<double>(std::max<std::int64_t>(wanted, 1));
    }
};

/// Only detections of the band's own sizes can be wrong in it.
Found in_band(Found found, double smallest, double largest, const std::vector<Box>& wanted) {
    Found kept;
    for (std::size_t i = 0; i < found.boxes.size(); ++i) {
        const double edge = edge_of(found.boxes[i]);
        const bool of_the_band = edge >= smallest && edge < largest;
        if (!of_the_band && std::none_of(wanted.begin(), wanted.end(), [&](const Box& box) { return kernels::overlap(box, found.boxes[i]) >= 0.5; })) continue;
        kept.boxes.push_back(found.boxes[i]);
        kept.scores.push_back(found.scores[i]);
    }
    return kept;
}

/// Direction after direction, far apart, so that few pictures see much of the circle.
std::int64_t direction_of(std::int64_t item) noexcept { return item * 7 % turns; }

/// The camera rolled about the way it looks.
mien_synth_shot rolled(mien_synth_shot shot, float degrees) {
    const float c = synth::cosine(degrees * synth::degree), s = synth::sine(degrees * synth::degree);
    for (int k = 0; k < 3; ++k) {
        const float right = shot.camera_axes[k], up = shot.camera_axes[3 + k];
        shot.camera_axes[k] = right * c + up * s;
        shot.camera_axes[3 + k] = up * c - right * s;
    }
    return shot;
}

/// The box with the error of a detector: moved and grown a little, the same for the same seed.
Box as_detected(const Box& box, std::uint32_t seed) {
    synth::Draws draws(seed);
    const double size = std::max(box.width(), box.height());
    const double x = 0.0175 * size * static_cast<double>(draws.normal()), y = 0.0175 * size * static_cast<double>(draws.normal());
    const double grow = std::exp2(0.06 * static_cast<double>(draws.normal()));
    const Point middle{(box.low.x + box.high.x) / 2 + x, (box.low.y + box.high.y) / 2 + y};
    const double w = box.width() / 2 * grow, h = box.height() / 2 * grow;
    return {{middle.x - w, middle.y - h}, {middle.x + w, middle.y + h}};
}

/// Points in the crop that a landmarker sees, in shares of the box: what a constant shape can know.
Affine into_box(const Box& box, int angle) {
    const double scale = 1 / std::max({box.width(), box.height(), 1.0});
    const Affine centred{scale, 0, -(box.low.x + box.high.x) / 2 * scale, 0, scale, -(box.low.y + box.high.y) / 2 * scale};
    const Affine turn = rotate_canvas({256, 256}, angle).frame_to_canvas;
    return chain(centred, Affine{turn.a, turn.b, 0, turn.d, turn.e, 0});
}

struct Seen {
    double error = 0, yaw = 0, guessed = 0;
    std::optional<double> in_film;  ///< where the detector found the face
    Points68 truth{};
    Affine to_box;
    Points68 in_box{};
};

/// The face of a picture as a film's analysis has it; null when it was not found.
std::optional<Face> analysed(const FaceAnalyser& analyser, Studio& studio) {
    std::optional<Face> best;
    double most = 0.5;
    for (Face& face : analyser.analyse(host_queue(), studio.drawn.picture, studio.analyse))
        if (const double shared = kernels::overlap(face.box, studio.drawn.truth[0].box); shared >= most) most = shared, best = face;
    return best;
}

void measure_points(const Bench& bench, const FaceAnalyser& analyser) {
    const Landmarker landmarker(bench.store, bench.settings.analysis);
    std::vector<Seen> all;
    const std::function<Seen(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        const auto seed = static_cast<std::uint32_t>(900'000'000 + item);
        studio.draw(held_out_shot(portrait, seed), studio.drawn);
        const synth::FaceTruth& truth = studio.drawn.truth[0];
        Seen seen;
        seen.truth = truth.points;
        seen.yaw = std::abs(static_cast<double>(truth.yaw));
        const std::optional<Points68> guess = landmarker.guess(host_queue(), truth.points_5, studio.landmark, nullptr);
        const int angle = upright_angle(truth.points_5);
        const Box box = as_detected(truth.box, seed);
        seen.error = points_error(landmarker.see(host_queue(), studio.drawn.picture, box, angle, studio.landmark, nullptr).points, truth.points);
        seen.guessed = points_error(guess ? *guess : truth.points, truth.points);
        seen.to_box = into_box(box, angle);
        seen.in_box = map_points(seen.to_box, truth.points);
        if (const std::optional<Face> face = analysed(analyser, studio)) seen.in_film = points_error(face->points68, truth.points);
        return seen;
    };
    bench.over<Seen>("landmark", bench.pictures(512), work, [&](Seen&& seen) { all.push_back(seen); });

    Points68 shape{};
    for (const Seen& seen : all)
        for (std::size_t i = 0; i < 68; ++i)
            shape[i] = {shape[i].x + seen.in_box[i].x / static_cast<double>(all.size()), shape[i].y + seen.in_box[i].y / static_cast<double>(all.size())};
    std::array<Mean, 3> error, constant;  // all, up to 45 degrees, beyond
    Mean in_film, guessed;
    for (const Seen& seen : all) {
        const double plain = points_error(map_points(invert(seen.to_box), shape), seen.truth);
        for (const std::size_t which : {std::size_t{0}, seen.yaw <= 45 ? std::size_t{1} : std::size_t{2}}) {
            error[which].add(100 * seen.error);
            constant[which].add(100 * plain);
        }
        guessed.add(100 * seen.guessed);
        if (seen.in_film) in_film.add(100 * *seen.in_film);
    }
    bench.row("nme", error[0].value(), error[0].count, constant[0].value());
    bench.row("nme_to_45", error[1].value(), error[1].count, constant[1].value());
    bench.row("nme_beyond_45", error[2].value(), error[2].count, constant[2].value());
    bench.row("nme_from_5", guessed.value(), guessed.count, constant[0].value());
    bench.row("nme_in_films", in_film.value(), in_film.count, constant[0].value());
}

/// One pose in several frames of a sensor whose noise differs: how far points move that should not.
void measure_jitter(const Bench& bench, const FaceAnalyser& analyser) {
    constexpr int frames = 4;
    constexpr float noise = 2;  // of 255 levels
    Mean moved;
    const std::function<Mean(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        mien_synth_shot shot = held_out_shot(portrait, static_cast<std::uint32_t>(905'000'000 + item));
        shot.noise = noise;
        Mean here;
        std::optional<Face> before;
        for (int frame = 0; frame < frames; ++frame) {
            shot.noise_seed = synth::scramble(shot.noise_seed + 1);
            studio.draw(shot, studio.drawn);
            std::optional<Face> face = analysed(analyser, studio);
            if (!face) return Mean{};
            if (before) {
                double sum = 0;
                for (std::size_t i = 0; i < 68; ++i)
                    sum += std::hypot(face->points68[i].x - before->points68[i].x, face->points68[i].y - before->points68[i].y);
                here.add(100 * sum / 68 / size_of(studio.drawn.truth[0].points));
            }
            before = face;
        }
        return here;
    };
    bench.over<Mean>("jitter", bench.pictures(64), work, [&](Mean&& here) {
        if (here.count > 0) moved.add(here.value());
    });
    bench.row("static_jitter", moved.value(), moved.count);
}

}  // namespace

void measure_detector(const Bench& bench) {
    AnalysisSettings all = bench.settings.analysis;
    all.detector_score = found_at;
    const Detector detector(bench.store, all);
    using Curves = std::array<Curve, bands.size()>;
    Curves total;
    const std::function<Curves(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        studio.draw(held_out_shot(crowd, static_cast<std::uint32_t>(900'000'000 + item)), studio.drawn);
        const Found found = find(detector, studio);
        Curves here;
        for (std::size_t i = 0; i < bands.size(); ++i) {
            const Faces faces = faces_of(studio.drawn, bands[i].smallest, bands[i].largest);
            here[i].add(in_band(found, bands[i].smallest, bands[i].largest, faces.wanted), faces);
        }
        return here;
    };
    bench.over<Curves>("detect", bench.pictures(480), work, [&](Curves&& here) {
        for (std::size_t i = 0; i < bands.size(); ++i) total[i].add(std::move(here[i]));
    });
    for (std::size_t i = 0; i < bands.size(); ++i)
        bench.row(bands[i].measure, average_precision(total[i].marks, total[i].wanted), total[i].wanted);

    std::array<Curve, turns> rolls;
    const double sure = bench.settings.analysis.detector_score;
    const std::function<Curve(Studio&, std::int64_t)> roll = [&](Studio& studio, std::int64_t item) {
        const float degrees = 360.0f / turns * static_cast<float>(direction_of(item));
        studio.draw(rolled(held_out_shot(crowd, static_cast<std::uint32_t>(902'000'000 + item)), degrees), studio.drawn);
        Curve here;
        here.add(find(detector, studio), faces_of(studio.drawn));
        return here;
    };
    std::int64_t item = 0;
    bench.over<Curve>("roll", bench.pictures(240), roll, [&](Curve&& here) { rolls[static_cast<std::size_t>(direction_of(item++))].add(std::move(here)); });
    Curve every;
    double worst = 1;
    std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
    for (Curve& one : rolls) {
        worst = std::min(worst, one.recall(sure));
        fewest = std::min(fewest, one.wanted);
        every.add(std::move(one));
    }
    bench.row("recall_any_roll", every.recall(sure), every.wanted);
    bench.row("recall_worst_roll", worst, fewest >= enough_faces ? fewest : 0);
}

void measure_landmarker(const Bench& bench) {
    const FaceAnalyser analyser(bench.store, bench.settings.analysis);
    measure_points(bench, analyser);
    measure_jitter(bench, analyser);
}

}  // namespace mien::bench
