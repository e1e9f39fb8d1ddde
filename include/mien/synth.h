// Films of people who do not exist, rendered from scenes, with the truth about every frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <mien/job.h>

namespace mien {

/// What to render. Everything but the scene may stay as it is: then the scene says it.
struct SceneOrder {
    std::string scene = "talk";            ///< a name of scenes(), or the path of a .json file
    std::string people;                    ///< seeds: "1,2,7-9"
    std::string size;                      ///< "640x360"
    std::int64_t frames = -1;
    std::string frame_rate;                ///< "25" "23.976" "30000/1001"
    std::filesystem::path output, truth;   ///< the film; the folder of its truth (empty: none)
    std::vector<std::string> pictures;     ///< truth as pictures: regions face alpha depth normals flow
    std::vector<std::string> twins;        ///< the same film with one thing changed: swap age expression mouth undegraded colour background
    int device = -1;                       ///< CUDA device; -1: the processor, on as many threads as the job says
};

/// What was rendered.
struct Rendered {
    std::filesystem::path output, receipt, truth;
    std::vector<std::filesystem::path> twins;
    std::int64_t frames = 0, truth_rows = 0;
    double seconds = 0;
    bool sound = false;
    std::string text;                      ///< lines of a digest writer
    std::vector<std::string> remarks;
};
/// Renders a scene. Encoders, writer and threads are options of the job. The same order gives the same frames, sound and truth on every machine.
/// Throws Error; nothing is left under the outputs' names unless all of it is whole.
Rendered render(const Job&, const SceneOrder&, const Events& = {});

/// One of the scenes that come with mien; `json` is what a user would write.
struct SceneText {
    std::string name, meaning, json;
};
std::vector<SceneText> scenes();
std::string scene_schema();                ///< JSON Schema of scene files
std::string scene_page();                  ///< the same as a page in Markdown
std::string truth_page();                  ///< columns and pictures of truth, as a page in Markdown

}  // namespace mien
