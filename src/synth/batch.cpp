// SPDX-License-Identifier: Apache-2.0
#include "synth/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/ordered_map.h"

namespace mien::synth {
namespace {

Vec3 taken(const float* from) { return {from[0], from[1], from[2]}; }

Shot shot_of(const mien_synth_shot& plain) {
    Shot shot;
    shot.camera = {taken(plain.camera_place),
                   {taken(plain.camera_axes), taken(plain.camera_axes + 3), taken(plain.camera_axes + 6)},
                   plain.focal,
                   plain.centre[0],
                   plain.centre[1],
                   {plain.width, plain.height}};
    shot.light = {taken(plain.key_direction), taken(plain.key),           taken(plain.fill_direction),
                  taken(plain.fill),          taken(plain.rim_direction), taken(plain.rim),
                  taken(plain.ground),        taken(plain.sky),           plain.exposure};
    shot.background.scenery = static_cast<Scenery>(plain.scenery);
    shot.background.seed = plain.scenery_seed;
    shot.background.tint = taken(plain.tint);
    shot.background.pan_x = plain.pan[0];
    shot.background.pan_y = plain.pan[1];
    shot.sensor.noise = plain.noise;
    shot.sensor.defocus = plain.defocus;
    shot.sensor.frame = plain.noise_seed;
    shot.sensor.samples = plain.samples;
    for (int i = 0; i < plain.occluder_count; ++i) {
        const mien_synth_occluder& from = plain.occluders[i];
        Occluder occluder;
        occluder.kind = from.kind == 0 ? Occluder::Kind::ellipsoid : Occluder::Kind::capsule;
        occluder.from = taken(from.from);
        occluder.to = taken(from.to);
        occluder.radius = from.radius;
        occluder.colour = taken(from.colour);
        occluder.gloss = from.gloss;
        occluder.skin = from.skin != 0 ? 1 : 0;
        shot.occluders.push_back(occluder);
    }
    return shot;
}

FigureRecipe recipe_of(const mien_synth_performer& performer, bool twin) {
    if (!twin || performer.other.seed == 0) return {performer.person, {}, 0, performer.detail};
    return {performer.person, performer.other, performer.tone, performer.detail};
}

std::vector<Shot> cast_shots(Queue& queue, FigurePool& pool, std::span<const mien_synth_shot> plain, bool twin) {
    std::vector<Shot> shots;
    for (const mien_synth_shot& from : plain) shots.push_back(cast_shot(queue, pool, from, twin));
    return shots;
}

/// How many shots are drawn together: on a device enough to fill it, on the host one.
std::size_t stack_of(Place place, const mien_synth_shot& shot, std::size_t shots, std::size_t workers) {
    if (place == Place::host) return 1;
    constexpr std::size_t pixels = 3 << 20, most = 48;
    const std::size_t fits = std::max<std::size_t>(pixels / (static_cast<std::size_t>(shot.width) * static_cast<std::size_t>(shot.height)), 1);
    return std::clamp((shots + workers - 1) / workers, std::size_t{1}, std::min(fits, most));
}

void write_face(const FaceTruth& truth, const mien_synth_performer& performer, mien_synth_face& face) {
    const Person person = person_of(performer.person), other = person_of(performer.other);
    face.person = performer.person.seed;
    face.other = performer.other.seed;
    face.age = person[Trait::age];
    face.sex = person[Trait::sex];
    face.other_age = performer.other.seed != 0 ? other[Trait::age] : 0;
    face.other_sex = performer.other.seed != 0 ? other[Trait::sex] : 0;
    const double box[4] = {truth.box.low.x, truth.box.low.y, truth.box.high.x, truth.box.high.y};
    std::transform(box, box + 4, face.box, [](double edge) { return static_cast<float>(edge); });
    const auto put = [](Point from, float* to) { to[0] = static_cast<float>(from.x), to[1] = static_cast<float>(from.y); };
    for (std::size_t i = 0; i < truth.points_5.size(); ++i) put(truth.points_5[i], face.points_5[i]);
    for (std::size_t i = 0; i < truth.points.size(); ++i) {
        put(truth.points[i], face.points_68[i]);
        const Vec3 place = truth.points_3d[i];
        face.points_3d[i][0] = place.x, face.points_3d[i][1] = place.y, face.points_3d[i][2] = place.z;
        face.visible[i] = truth.visible[i] ? 1.0f : 0.0f;
    }
    face.pitch = truth.pitch;
    face.yaw = truth.yaw;
    face.roll = truth.roll;
    face.visible_share = truth.visible_share;
}

bool drawable(const mien_synth_shot& shot) {
    const float numbers[] = {shot.focal, shot.centre[0], shot.centre[1], shot.exposure, shot.noise, shot.defocus};
    return shot.performer_count >= 0 && shot.performer_count <= MIEN_SYNTH_PERFORMERS && shot.occluder_count >= 0 &&
           shot.occluder_count <= MIEN_SYNTH_OCCLUDERS && shot.samples >= 1 && shot.samples <= 4 && shot.scenery >= 0 &&
           shot.scenery <= static_cast<int>(Scenery::bokeh) && std::all_of(std::begin(numbers), std::end(numbers), [](float n) { return std::isfinite(n); });
}

void check(std::span<const mien_synth_shot> shots) {
    for (std::size_t i = 0; i < shots.size(); ++i) {
        const mien_synth_shot &one = shots[i], &first = shots[0];
        if (one.width != first.width || one.height != first.height || one.samples != first.samples)
            throw Error(Code::usage,
                        fmt::format("Shots of one batch have one size and number of samples; shot {} has {}x{} and {} where the first has {}x{} and {}.", i,
                                    one.width, one.height, one.samples, first.width, first.height, first.samples));
        if (!drawable(shots[i]))
            throw Error(Code::usage, fmt::format("Shot {} cannot be drawn: counts, samples and scenery have ranges, and its numbers must be finite.", i));
    }
}

}  // namespace

Shot cast_shot(Queue& queue, FigurePool& pool, const mien_synth_shot& plain, bool twin) {
    Shot shot = shot_of(plain);
    for (int i = 0; i < plain.performer_count; ++i) {
        const mien_synth_performer& who = plain.performers[i];
        Performer performer;
        performer.figure = &pool.get(queue, recipe_of(who, twin));
        std::copy_n(who.expression, action_count, performer.expression.actions.begin());
        performer.pose = {who.pitch, who.yaw, who.roll, taken(who.place), who.turn};
        shot.performers.push_back(performer);
    }
    return shot;
}

BatchRenderer::BatchRenderer(int device, int threads, std::uint64_t figure_bytes) : pool_(std::make_unique<FigurePool>(figure_bytes)) {
    if (threads < 1 || threads > 256) throw Error(Code::usage, fmt::format("Shots are drawn by 1 to 256 threads; {} were asked for.", threads));
    for (int i = 0; i < threads; ++i) {
        Worker worker;
        if (device >= 0) worker.own = open_cuda_queue(device);
        worker.queue = worker.own ? worker.own.get() : &host_queue();
        worker.renderer = std::make_unique<Renderer>(*worker.queue);
        workers_.push_back(std::move(worker));
    }
}

BatchRenderer::~BatchRenderer() {
    pool_.reset();
    for (Worker& worker : workers_) worker.renderer.reset();
}

void BatchRenderer::write_truth(Worker& worker, std::span<const mien_synth_shot> plain, std::span<const Shot> shots, const Rendered& drawn,
                                mien_synth_face* faces) {
    Queue& queue = *worker.queue;
    const Size size = shots.front().camera.size;
    const std::size_t pixels = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
    std::size_t people = 0;
    for (const Shot& shot : shots) people += shot.performers.size();
    const float* depth = drawn.depth.data;
    const PosedFace* posed = drawn.faces;
    if (queue.place() == Place::device) {
        // One copy for the whole stack.
        worker.depth.resize(pixels * shots.size());
        worker.posed.resize(people);
        queue.copy(worker.depth.data(), Place::host, depth, Place::device, worker.depth.size() * sizeof(float));
        if (people > 0) queue.copy(worker.posed.data(), Place::host, posed, Place::device, people * sizeof(PosedFace));
        queue.wait();
        depth = worker.depth.data();
        posed = worker.posed.data();
    }
    for (std::size_t i = 0; i < shots.size(); ++i) {
        Rendered one;
        one.depth = {depth + i * pixels, size, static_cast<std::ptrdiff_t>(size.width) * static_cast<std::ptrdiff_t>(sizeof(float)), 1, Place::host};
        one.faces = posed;
        const std::vector<FaceTruth> known = face_truth(host_queue(), shots[i], one);
        std::fill_n(faces, MIEN_SYNTH_PERFORMERS, mien_synth_face{});
        for (std::size_t k = 0; k < known.size(); ++k) write_face(known[k], plain[i].performers[k], faces[k]);
        posed += shots[i].performers.size();
        faces += MIEN_SYNTH_PERFORMERS;
    }
}

void BatchRenderer::draw_stack(Worker& worker, std::span<const mien_synth_shot> all, std::size_t first, std::size_t count, const mien_synth_output& output) {
    Queue& queue = *worker.queue;
    const std::span<const mien_synth_shot> plain = all.subspan(first, count);
    const std::size_t pixels = static_cast<std::size_t>(plain[0].width) * static_cast<std::size_t>(plain[0].height);
    // Planes have no padding, so a stack lies in the batch as it lies in the renderer.
    const auto keep = [&](View<const std::uint8_t> drawn, std::uint8_t* batch) {
        const std::size_t bytes = pixels * static_cast<std::size_t>(drawn.channels);
        if (batch) queue.copy(batch + first * bytes, queue.place(), drawn.data, queue.place(), count * bytes);
    };
    const bool truth = output.regions || output.face || output.alpha || output.faces;
    if (output.picture || truth) {
        const std::vector<Shot> shots = cast_shots(queue, *pool_, plain, false);
        const Rendered drawn = worker.renderer->draw_stack(shots, {.truth = truth});
        keep(drawn.picture, output.picture);
        if (truth) {
            keep(drawn.regions, output.regions);
            keep(drawn.face, output.face);
            keep(drawn.alpha, output.alpha);
        }
        if (output.faces) write_truth(worker, plain, shots, drawn, output.faces + first * MIEN_SYNTH_PERFORMERS);
        queue.wait();  // the shots go now
    }
    if (output.twin || output.twin_faces) {
        const std::vector<Shot> shots = cast_shots(queue, *pool_, plain, true);
        const Rendered drawn = worker.renderer->draw_stack(shots, {.truth = output.twin_faces != nullptr});
        keep(drawn.picture, output.twin);
        if (output.twin_faces) write_truth(worker, plain, shots, drawn, output.twin_faces + first * MIEN_SYNTH_PERFORMERS);
        queue.wait();
    }
}

void BatchRenderer::draw(std::span<const mien_synth_shot> shots, const mien_synth_output& output) {
    check(shots);
    pool_->trim();
    const std::size_t stack = stack_of(workers_[0].queue->place(), shots[0], shots.size(), workers_.size());
    std::size_t next = 0;
    map_in_order<std::size_t, bool>(
        static_cast<int>(workers_.size()), 4 * workers_.size(),
        [&] {
            const std::size_t first = next;
            next += stack;
            return first < shots.size() ? std::optional(first) : std::nullopt;
        },
        [&](std::size_t&& first, int worker) {
            draw_stack(workers_[static_cast<std::size_t>(worker)], shots, first, std::min(stack, shots.size() - first), output);
            return true;
        },
        [](bool&&) {}, [] { return false; });
}

}  // namespace mien::synth
