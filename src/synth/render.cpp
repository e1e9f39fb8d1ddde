// SPDX-License-Identifier: Apache-2.0
#include "synth/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>

#include "base/error.h"
#include "synth/background.h"
#include "synth/look.h"
#include "synth/raster.h"
#include "synth/sensor.h"
#include "synth/shade.h"
#include "synth/truth_planes.h"

namespace mien::synth {
namespace {

constexpr int largest_side = 8192, most_people = 64;

void check(const Shot& shot, Size size) {
    const Camera& camera = shot.camera;
    if (camera.size.width < 1 || camera.size.height < 1 || camera.size.width > largest_side || camera.size.height > largest_side)
        throw Error{Code::usage,
                    fmt::format("a picture of {} x {} pixels cannot be drawn: sides are 1 to {}", camera.size.width, camera.size.height, largest_side)};
    if (camera.size != size) throw Error{Code::usage, "shots that are drawn together must have one size"};
    if (!(camera.focal > 0 && camera.focal < 1e6f)) throw Error{Code::usage, fmt::format("a focal length of {} pixels cannot be drawn", camera.focal)};
    if (shot.performers.size() > most_people)
        throw Error{Code::usage, fmt::format("{} people are too many for one shot: at most {}", shot.performers.size(), most_people)};
    for (const Performer& performer : shot.performers)
        if (performer.figure == nullptr) throw Error{Code::usage, "a performer of the shot has no figure"};
}

/// Memory of one kind that grows when more is needed.
template <class T>
class Store {
public:
    T* fit(Queue& queue, std::size_t count) {
        if (count * sizeof(T) > buffer_.bytes()) buffer_ = Buffer(queue, count * sizeof(T));
        return buffer_.template data<T>();
    }
    std::size_t capacity() const { return buffer_.bytes() / sizeof(T); }
    T* data() const { return buffer_.template data<T>(); }

private:
    Buffer buffer_;
};

}  // namespace

struct Renderer::State {
    explicit State(Queue& on) : queue(on), tables(on), poser(on) {
        tone_host.resize(tone_entries);
        tone_table(tone_host.data());
        upload(tone, tone_host);
        queue.wait();
    }

    Queue& queue;
    TemplateTables tables;
    Poser poser;

    std::vector<float> tone_host;
    Store<float> tone, light, blurred, sums, backdrop;
    Store<std::uint64_t> visible, second, shadows;
    Store<PosedVertex> posed, next_posed;
    Store<ScreenVertex> screen;
    Store<ShotRecord> shot_store;
    Store<Instance> instance_store;
    Store<OccluderRecord> occluder_store;
    Store<FacePoints> point_store;
    Store<std::int64_t> area_store;
    Store<PosedFace> face_store;
    Store<std::uint8_t> picture, alpha, regions, who, face;
    Store<float> depth, normals, flow;
    std::uint32_t stamp = 0;

    /// Host copies of what is on its way to the device: kept until the queue has been waited for.
    struct Staging {
        std::vector<ShotRecord> shots;
        std::vector<Instance> instances;
        std::vector<OccluderRecord> occluders;
        std::vector<FacePoints> points;
    };
    std::list<Staging> staging;

    template <class T>
    T* upload(Store<T>& store, const std::vector<T>& values) {
        T* const there = store.fit(queue, std::max<std::size_t>(values.size(), 1));
        if (!values.empty()) queue.copy(there, queue.place(), values.data(), Place::host, values.size() * sizeof(T));
        return there;
    }
    /// Memory whose samples count as empty: fresh memory is filled with the highest key.
    std::uint64_t* keys(Store<std::uint64_t>& store, std::size_t count) {
        if (store.capacity() >= count) return store.data();
        std::uint64_t* const fresh = store.fit(queue, count);
        forget(store);
        return fresh;
    }
    void forget(Store<std::uint64_t>& store) { forget_keys(queue, store.data(), store.capacity()); }
    void next_stamp() {
        // The highest stamp marks fresh memory, so it is never drawn with.
        if (stamp == 0) {
            for (Store<std::uint64_t>* const store : {&visible, &second, &shadows}) forget(*store);
            stamp = Visible::stamps - 1;
        }
        --stamp;
    }
    Drawing prepare(std::span<const Shot> shots, std::span<const Shot> next, bool with_flow);
    void add_performers(Staging&, const Shot&, const Shot* next, int shot_number);
    void place(Staging&, std::span<const Shot> shots, std::span<const Shot> next, bool with_flow);
    void draw_light(const Drawing&, int shots, float weight, bool add, bool with_alpha);
    void draw_truth_planes(const Drawing&, int shots, bool with_flow);
    Rendered finish(const Drawing&, int shots, const Wanted&);
};

void Renderer::State::add_performers(Staging& stage, const Shot& shot, const Shot* next, int shot_number) {
    ShotRecord record;
    record.camera = shot.camera;
    record.next_camera = next != nullptr ? next->camera : shot.camera;
    record.light = exposed(shot.light);
    record.background = shot.background;
    record.next_background = next != nullptr ? next->background : shot.background;
    record.sensor = shot.sensor;
    record.first_instance = static_cast<int>(stage.instances.size());
    record.first_occluder = static_cast<int>(stage.occluders.size());
    record.instance_count = static_cast<int>(shot.performers.size());
    record.occluder_count = static_cast<int>(shot.occluders.size());
    for (const Performer& performer : shot.performers) performer.figure->begin_skin(queue);
    for (std::size_t i = 0; i < shot.performers.size(); ++i) {
        const Performer& performer = shot.performers[i];
        const Figure& figure = *performer.figure;
        Instance instance;
        instance.vertices = figure.device_vertices();
        instance.triangles = figure.device_triangles();
        instance.vertex_count = figure.vertex_count();
        instance.triangle_count = figure.triangle_count();
        instance.first_id = i == 0 ? 0 : stage.instances.back().first_id + static_cast<std::uint32_t>(stage.instances.back().triangle_count);
        if (instance.first_id + static_cast<std::uint32_t>(instance.triangle_count) >= 1u << Visible::id_bits)
            throw Error{Code::usage, "the people of this shot have too many triangles"};
        instance.shot = shot_number;
        instance.who = static_cast<int>(i);
        instance.head = head_rotation(performer.pose, 1);
        instance.pivot = to_world(performer.pose, Instance::neck_pivot);
        instance.grid = tables.places[figure.detail() > 1 ? 1 : 0].data<GridPlace>();
        instance.skin = figure.skin(queue);
        instance.skin_level = skin_level_of(performer, shot, instance.skin.per_cell);
        instance.shadow = shadow_map_of(performer, shot);
        instance.look = look_of(figure, performer.expression);
        record.lenses = record.lenses || instance.look.glasses != 0;
        stage.instances.push_back(instance);
        stage.points.push_back(figure.face_points());
    }
    for (std::size_t i = 0; i < shot.occluders.size(); ++i)
        stage.occluders.push_back(
            record_of(shot.occluders[i], next != nullptr && i < next->occluders.size() ? next->occluders[i] : shot.occluders[i], shot.camera));
    stage.shots.push_back(record);
}

/// Gives every instance its memory and poses it there.
void Renderer::State::place(Staging& stage, std::span<const Shot> shots, std::span<const Shot> next, bool with_flow) {
    std::size_t vertices = 0, texels = 0;
    for (const Instance& instance : stage.instances) {
        vertices += static_cast<std::size_t>(instance.vertex_count);
        texels += static_cast<std::size_t>(instance.shadow.side) * static_cast<std::size_t>(instance.shadow.side);
    }
    PosedVertex* const now = posed.fit(queue, vertices);
    PosedVertex* const then = with_flow ? next_posed.fit(queue, vertices) : nullptr;
    ScreenVertex* const seen = screen.fit(queue, vertices);
    std::uint64_t* const maps = keys(shadows, texels);
    std::vector<PoseTask> tasks, next_tasks;
    std::size_t vertex = 0, texel = 0;
    for (Instance& instance : stage.instances) {
        const auto shot = static_cast<std::size_t>(instance.shot), person = static_cast<std::size_t>(instance.who);
        const Performer& performer = shots[shot].performers[person];
        instance.posed = now + vertex;
        instance.screen = seen + vertex;
        instance.shadow.texels = maps + texel;
        tasks.push_back({performer.figure, performer.expression, performer.pose, now + vertex});
        if (with_flow && person < next[shot].performers.size() && next[shot].performers[person].figure == performer.figure) {
            const Performer& later = next[shot].performers[person];
            instance.next = then + vertex;
            next_tasks.push_back({later.figure, later.expression, later.pose, then + vertex});
        }
        vertex += static_cast<std::size_t>(instance.vertex_count);
        texel += static_cast<std::size_t>(instance.shadow.side) * static_cast<std::size_t>(instance.shadow.side);
    }
    poser.pose(tasks);
    poser.pose(next_tasks);
}

Drawing Renderer::State::prepare(std::span<const Shot> shots, std::span<const Shot> next, bool with_flow) {
    next_stamp();
    Staging& stage = staging.emplace_back();
    for (std::size_t i = 0; i < shots.size(); ++i) add_performers(stage, shots[i], next.empty() ? nullptr : &next[i], static_cast<int>(i));
    place(stage, shots, next, with_flow);
    Drawing drawing;
    drawing.size = shots.front().camera.size;
    drawing.samples = std::clamp(shots.front().sensor.samples, 1, 4);
    drawing.stamp = stamp;
    const std::size_t samples = static_cast<std::size_t>(drawing.sample_width()) * static_cast<std::size_t>(drawing.sample_height()) * shots.size();
    drawing.visible = keys(visible, samples);
    drawing.second = keys(second, samples);
    drawing.shots = upload(shot_store, stage.shots);
    drawing.instances = upload(instance_store, stage.instances);
    drawing.occluders = upload(occluder_store, stage.occluders);
    upload(point_store, stage.points);
    const int instances = static_cast<int>(stage.instances.size());
    int most_vertices = 0, most_triangles = 0;
    for (const Instance& instance : stage.instances) {
        most_vertices = std::max(most_vertices, instance.vertex_count);
        most_triangles = std::max(most_triangles, instance.triangle_count);
    }
    project(queue, drawing, instances, most_vertices);
    rasterise(queue, drawing, instances, most_triangles);
    return drawing;
}

void Renderer::State::draw_light(const Drawing& drawing, int shots, float weight, bool add, bool with_alpha) {
    int step = 1;
    const Size grid = backdrop_size(drawing.size, step);
    const auto pixels = static_cast<std::size_t>(drawing.size.width) * static_cast<std::size_t>(drawing.size.height) * static_cast<std::size_t>(shots);
    float* const cells =
        backdrop.fit(queue, 3 * static_cast<std::size_t>(grid.width) * static_cast<std::size_t>(grid.height) * static_cast<std::size_t>(shots));
    draw_backdrops(queue, drawing, shots, cells, grid, step);
    shade(queue, drawing, {cells, grid.width, grid.height, step}, shots, light.fit(queue, 3 * pixels), with_alpha ? alpha.fit(queue, pixels) : nullptr, weight,
          add);
}

void Renderer::State::draw_truth_planes(const Drawing& drawing, int shots, bool with_flow) {
    const auto pixels = static_cast<std::size_t>(drawing.size.width) * static_cast<std::size_t>(drawing.size.height) * static_cast<std::size_t>(shots);
    TruthPlanes planes{regions.fit(queue, pixels), who.fit(queue, pixels),         face.fit(queue, pixels),
                       depth.fit(queue, pixels),   normals.fit(queue, 3 * pixels), with_flow ? flow.fit(queue, 2 * pixels) : nullptr};
    draw_truth(queue, drawing, shots, planes);
    const auto instances = static_cast<int>(staging.back().instances.size());
    gather_faces(queue, drawing, instances, point_store.data(), area_store.fit(queue, static_cast<std::size_t>(instances) * area_lanes * 2),
                 face_store.fit(queue, static_cast<std::size_t>(std::max(instances, 1))));
}

Rendered Renderer::State::finish(const Drawing& drawing, int shots, const Wanted& wanted) {
    const Size whole{drawing.size.width, drawing.size.height * shots};
    const auto pixels = static_cast<std::size_t>(whole.width) * static_cast<std::size_t>(whole.height);
    const float* shown = light.data();
    const std::vector<ShotRecord>& records = staging.front().shots;
    if (std::any_of(records.begin(), records.end(), [](const ShotRecord& record) { return record.sensor.defocus >= 0.25f; })) {
        float* const soft = blurred.fit(queue, 3 * pixels);
        defocus(queue, drawing, shots, light.data(), sums.fit(queue, 3 * pixels), soft);
        shown = soft;
    }
    develop(queue, drawing, shots, shown, tone.data(), picture.fit(queue, 3 * pixels));
    const auto view = [&](auto* data, int channels) {
        using T = std::remove_pointer_t<decltype(data)>;
        return View<const T>{data, whole, static_cast<std::ptrdiff_t>(whole.width) * channels * static_cast<std::ptrdiff_t>(sizeof(T)), channels,
                             queue.place()};
    };
    Rendered out;
    out.picture = view(picture.data(), 3);
    out.light = view(light.data(), 3);
    if (!wanted.truth) return out;
    out.alpha = view(alpha.data(), 1);
    out.regions = view(regions.data(), 1);
    out.who = view(who.data(), 1);
    out.face = view(face.data(), 1);
    out.depth = view(depth.data(), 1);
    out.normals = view(normals.data(), 3);
    if (wanted.flow) out.flow = view(flow.data(), 2);
    out.faces = face_store.data();
    return out;
}

Renderer::Renderer(Queue& queue) : state_(std::make_unique<State>(queue)) {}
Renderer::~Renderer() = default;

Rendered Renderer::draw(const Shot& shot, const Wanted& wanted, const Shot* next) {
    const Exposure exposure{&shot, 1};
    return draw(std::span(&exposure, 1), wanted, next);
}

Rendered Renderer::draw(std::span<const Exposure> exposures, const Wanted& wanted, const Shot* next) {
    State& state = *state_;
    if (exposures.empty()) throw Error{Code::usage, "an exposure needs at least one moment"};
    const Size size = exposures.front().shot->camera.size;
    for (const Exposure& exposure : exposures) check(*exposure.shot, size);
    if (next != nullptr) check(*next, size);
    const bool with_flow = wanted.truth && wanted.flow && next != nullptr;
    state.queue.wait();
    state.staging.clear();
    Drawing first;
    for (std::size_t i = 0; i < exposures.size(); ++i) {
        const bool leads = i == 0;
        const Drawing drawing = state.prepare({exposures[i].shot, 1}, leads && with_flow ? std::span(next, 1) : std::span<const Shot>(), leads && with_flow);
        state.draw_light(drawing, 1, exposures[i].weight, !leads, leads && wanted.truth);
        if (leads && wanted.truth) state.draw_truth_planes(drawing, 1, with_flow);
        if (leads) first = drawing;
    }
    if (exposures.size() > 1) {  // the sensor is the first moment's
        first.shots = state.upload(state.shot_store, state.staging.front().shots);
    }
    return state.finish(first, 1, {wanted.truth, with_flow});
}

Rendered Renderer::draw_stack(std::span<const Shot> shots, const Wanted& wanted, std::span<const Shot> next) {
    State& state = *state_;
    if (shots.empty()) throw Error{Code::usage, "a stack needs at least one shot"};
    if (!next.empty() && next.size() != shots.size()) throw Error{Code::usage, "a stack needs a next shot for each of its shots, or none"};
    for (const Shot& shot : shots) check(shot, shots.front().camera.size);
    for (const Shot& shot : next) check(shot, shots.front().camera.size);
    const bool with_flow = wanted.truth && wanted.flow && !next.empty();
    const int count = static_cast<int>(shots.size());
    state.queue.wait();
    state.staging.clear();
    const Drawing drawing = state.prepare(shots, with_flow ? next : std::span<const Shot>(), with_flow);
    state.draw_light(drawing, count, 1, false, wanted.truth);
    if (wanted.truth) state.draw_truth_planes(drawing, count, with_flow);
    return state.finish(drawing, count, {wanted.truth, with_flow});
}

Rendered part_of(const Rendered& stack, std::span<const Shot> shots, std::size_t i) noexcept {
    const Size size = shots[i].camera.size;
    const Rect rows{0, static_cast<int>(i) * size.height, size.width, size.height};
    const auto cut = [&rows](auto& view) {
        if (view.data != nullptr) view = view.part(rows);
    };
    Rendered part = stack;
    cut(part.picture);
    cut(part.light);
    cut(part.alpha);
    cut(part.regions);
    cut(part.who);
    cut(part.face);
    cut(part.depth);
    cut(part.normals);
    cut(part.flow);
    if (part.faces != nullptr)
        for (std::size_t k = 0; k < i; ++k) part.faces += shots[k].performers.size();
    return part;
}

}  // namespace mien::synth
