// SPDX-License-Identifier: Apache-2.0
#include "jobs/bench_outside.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "face/align.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"
#include "models/decode.h"

namespace mien::bench {

constexpr int edge = 112;

OutsideRecogniser::OutsideRecogniser(const std::filesystem::path& path) : session_(open_ort_session(path)) {
    const bool one_each = session_->inputs().size() == 1 && !session_->outputs().empty();
    const auto free_or = [](std::int64_t extent, std::int64_t wanted) { return extent < 0 || extent == wanted; };
    const bool fits = one_each && session_->inputs()[0].element == Element::f32 && session_->outputs()[0].element == Element::f32 &&
                      session_->inputs()[0].shape.rank == 4 && free_or(session_->inputs()[0].shape[1], 3) && free_or(session_->inputs()[0].shape[2], edge) &&
                      free_or(session_->inputs()[0].shape[3], edge);
    if (!fits)
        throw Error(Code::models, fmt::format("{} is no recogniser of faces: one takes a picture [n,3,112,112] of floats and answers numbers", path.string()));
}

std::vector<float> OutsideRecogniser::recognise(View<const std::uint8_t> rgb, const Points5& points) const {
    Queue& queue = host_queue();
    Picture<std::uint8_t> crop(queue, {edge, edge}, 3);
    kernels::warp_affine_area<std::uint8_t>(queue, rgb, invert(align_to(Template::arcface_112_v2, edge, points)), kernels::Border::replicate, crop.view());
    const std::array<Shape, 1> shapes{Shape{1, 3, edge, edge}};
    std::vector<float> in(static_cast<std::size_t>(shapes[0].count()));
    const Tensor input{in.data(), Element::f32, shapes[0], Place::host};
    kernels::to_tensor<std::uint8_t>(queue, crop.view(), {.mean = {0.5, 0.5, 0.5}, .deviation = {0.5, 0.5, 0.5}}, input, 0);
    const std::vector<Shape> answers = session_->output_shapes(shapes);
    std::vector<float> raw(static_cast<std::size_t>(std::max<std::int64_t>(answers[0].count(), 1)));
    std::vector<Tensor> outputs;
    for (std::size_t i = 0; i < answers.size(); ++i)
        outputs.push_back({i == 0 ? raw.data() : nullptr, session_->outputs()[i].element, answers[i], Place::host});
    session_->run(queue, std::span(&input, 1), outputs);
    std::vector<float> unit(raw.size());
    normalise_embedding(raw, unit);
    return unit;
}

}  // namespace mien::bench
