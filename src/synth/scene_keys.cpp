// The keys of a scene as rows, and the schema and the page that are made of them.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "base/json.h"
#include "synth/motion.h"
#include "synth/scene.h"
#include "synth/scene_words.h"

namespace mien::synth {
namespace {

using K = KeyKind;
constexpr double long_time = 1e6;
constexpr auto rows = std::to_array<SceneKey>({
    {"scene", "mien_scene", K::whole, 1, 1, "", "", "version of this format: 1"},
    {"scene", "title", K::text, 0, 0, "", "", "one line about it"},
    {"scene", "seed", K::whole, 0, 4294967295.0, "1", "", "seed of everything that happens by chance: blinks, glances, babble, unrest, noise"},
    {"scene", "size", K::list, 16, largest_edge, "[640, 360]", "pixels", "width and height, together at most 2^25 pixels"},
    {"scene", "frame_rate", K::text, 1, 1000, "25", "1/s", "a number, or a ratio as text: \"30000/1001\""},
    {"scene", "frames", K::whole, 1, most_frames, "the shots' lengths", "", "frames on the grid of the frame rate; shots begin again when they are shorter"},
    {"scene", "missing", K::list, 0, long_time, "none", "s", "pairs of times: frames from the first to before the second are not in the film, the others keep their times"},
    {"scene", "people", K::list, 1, most_people, "", "", "persons: seeds, or objects"},
    {"scene", "shots", K::list, 1, 1000, "", "", "shots in order"},
    {"person", "seed", K::whole, 0, 4294967295.0, "1", "", "who it is; other keys of a person are its traits by name"},
    {"shot", "seconds", K::number, 0.04, long_time, "to the end (last shot)", "s", "how long it lasts"},
    {"shot", "dissolve", K::number, 0, 10, "0", "s", "the shot before fades into this one for so long"},
    {"shot", "camera", K::object, 0, 0, "", "", "the camera"},
    {"shot", "light", K::object, 0, 0, "", "", "the lights"},
    {"shot", "background", K::object, 0, 0, "", "", "what is behind"},
    {"shot", "sensor", K::object, 0, 0, "", "", "what the camera adds"},
    {"shot", "performers", K::list, 0, most_people, "none", "", "who is seen and what they do"},
    {"shot", "everyone", K::object, 0, 0, "", "", "a performance for all people that no performer names; they are placed in rows"},
    {"shot", "flashes", K::list, 0, 1000, "none", "", "flashes of light"},
    {"camera", "focal", K::curve, 8, 1200, "85", "mm", "focal length on a frame whose shorter edge is 24 mm"},
    {"camera", "distance", K::curve, 0, 20000, "0", "mm", "from what it looks at; 0: as far as needed to see everybody"},
    {"camera", "azimuth", K::curve, -180, 180, "0", "degrees", "around the people, positive towards the subject's left"},
    {"camera", "elevation", K::curve, -60, 60, "0", "degrees", "positive looks down from above"},
    {"camera", "roll", K::curve, -360, 360, "0", "degrees", "about the line of sight"},
    {"camera", "height", K::curve, -1000, 1000, "0", "mm", "moves what it looks at up"},
    {"camera", "look_at", K::whole, 0, most_people - 1, "the middle of all", "", "number of the performer it follows, from 0"},
    {"camera", "unrest", K::number, 0, 5, "0.15", "degrees", "of the hand that holds it; 0: a tripod"},
    {"camera", "shutter", K::number, 0, 360, "0", "degrees", "open part of a frame's time: motion blur"},
    {"camera", "blur_samples", K::whole, 1, 32, "5", "", "pictures averaged while the shutter is open; of an odd number the middle one is at the frame's own time, which truth tells of"},
    {"camera", "defocus", K::curve, 0, 40, "0", "pixels", "radius of the circle of confusion"},
    {"light", "key", K::curve, 0, 20, "1", "", "strength of the key light"},
    {"light", "fill", K::curve, 0, 20, "1", "", "of the fill light"},
    {"light", "rim", K::curve, 0, 20, "1", "", "of the light from behind"},
    {"light", "ambient", K::curve, 0, 20, "1", "", "of the light from everywhere"},
    {"light", "exposure", K::curve, 0, 20, "1", "", "multiplies everything"},
    {"light", "azimuth", K::curve, -720, 720, "-32", "degrees", "of the key light; 0 is at the camera's side of the face, positive to the subject's left"},
    {"light", "elevation", K::curve, -80, 85, "25", "degrees", "of the key light over the horizon"},
    {"light", "temperature", K::curve, 2000, 12000, "5600", "K", "colour of the key light"},
    {"light", "flicker", K::curve, 0, 1, "0", "", "depth of a beat of the key light"},
    {"light", "flicker_hertz", K::number, 0.1, 1000, "100", "Hz", "of the beat; against the frame rate it makes slow waves"},
    {"background", "scenery", K::text, 0, 0, "gradient", "", "what it shows"},
    {"background", "seed", K::whole, 0, 4294967295.0, "the scene's", "", "of its chance"},
    {"background", "tint", K::triple, 0, 4, "[0.2, 0.22, 0.25]", "linear", "red, green, blue"},
    {"sensor", "noise", K::curve, 0, 80, "0", "levels", "standard deviation at mid grey, of 255"},
    {"sensor", "samples", K::whole, 1, 4, "2", "", "samples per pixel and axis"},
    {"sensor", "colour", K::flag, 0, 1, "true", "", "false: black and white"},
    {"performer", "person", K::whole, 0, most_people - 1, "0", "", "number of the person in people, from 0"},
    {"performer", "place", K::triple, -20000, 20000, "beside the others", "mm", "of the head: right as the person sees it is -x, up is y, to the camera is z"},
    {"performer", "turn", K::number, -360, 360, "0", "degrees", "the whole person about the vertical, positive to its own left"},
    {"performer", "life", K::number, 0, 3, "1", "", "breath, small motions of the head and glances; 0: a statue"},
    {"performer", "blinks", K::number, 0, 5, "1", "", "how often, over the usual; 0: never"},
    {"performer", "gaze", K::text, 0, 0, "camera", "", "where the eyes look"},
    {"performer", "motions", K::list, 0, 100, "none", "", "motions of head and body; they add up"},
    {"performer", "mood", K::text, 0, 0, "neutral", "", "a mood, or pairs of a time and a mood"},
    {"performer", "actions", K::object, 0, 0, "", "", "expression: actions by name, numbers or curves, added to the mood"},
    {"performer", "speech", K::list, 0, 100, "none", "", "a text, or objects"},
    {"performer", "occluders", K::list, 0, 20, "none", "", "things that come before the face"},
    {"motion", "kind", K::text, 0, 0, "", "", "which motion"},
    {"motion", "from", K::number, 0, long_time, "0", "s", "when it begins"},
    {"motion", "seconds", K::number, 0.04, long_time, "to the end", "s", "how long it lasts; it fades in and out"},
    {"motion", "amplitude", K::number, -4000, 4000, "the motion's", "degrees or mm", "how far; negative: to the other side"},
    {"motion", "period", K::number, 0.05, 600, "the motion's", "s", "of one round, or of the whole way"},
    {"speech", "text", K::text, 0, 0, "babble", "", "ARPABET sounds or visemes, \",\" and \".\" for pauses; or babble: sentences by chance"},
    {"speech", "from", K::number, 0, long_time, "0", "s", "when it begins"},
    {"speech", "to", K::number, 0, long_time, "to the end", "s", "babble: when it ends at the latest"},
    {"speech", "rate", K::number, 0.4, 2.5, "1", "", "speed over the usual"},
    {"speech", "level", K::number, 0, 4, "1", "", "loudness; 0: only the mouth moves"},
    {"occluder", "kind", K::text, 0, 0, "hand", "", "what it is"},
    {"occluder", "path", K::text, 0, 0, "cross", "", "how it comes"},
    {"occluder", "over", K::text, 0, 0, "mouth", "", "which part of the face it meets"},
    {"occluder", "from", K::number, 0, long_time, "0", "s", "when it comes"},
    {"occluder", "seconds", K::number, 0.1, long_time, "to the end", "s", "until it is gone"},
    {"occluder", "side", K::number, -1, 1, "1", "", "1: from the subject's left, -1: from the right"},
    {"occluder", "size", K::number, 0.2, 4, "1", "", "over the usual"},
    {"occluder", "colour", K::triple, 0, 1, "its own", "linear", "red, green, blue"},
    {"flash", "at", K::number, 0, long_time, "0", "s", "when"},
    {"flash", "strength", K::number, 0, 20, "1.5", "", "light added at its height, over the usual"},
    {"flash", "seconds", K::number, 0.01, 10, "0.25", "s", "until it is gone"},
});

Json type_of(const SceneKey& row) {
    const auto ranged = [&](const char* type) { return Json{{"type", type}, {"minimum", row.low}, {"maximum", row.high}}; };
    Json number{{"type", "number"}, {"minimum", row.low}, {"maximum", row.high}};
    switch (row.kind) {
        case K::number: return number;
        case K::whole: return ranged("integer");
        case K::flag: return {{"type", "boolean"}};
        case K::triple: return {{"type", "array"}, {"items", number}, {"minItems", 3}, {"maxItems", 3}};
        case K::curve: {
            const Json key{{"type", "array"}, {"prefixItems", {{{"type", "number"}, {"minimum", 0}}, number}}, {"minItems", 2}, {"maxItems", 2}};
            return {{"anyOf", {number, {{"type", "array"}, {"items", key}, {"minItems", 1}}}}};
        }
        case K::text: {
            Json type{{"type", "string"}};
            const std::vector<std::string_view> words = scene_words(row.object, row.key);
            if (!words.empty()) type["enum"] = words;
            if (row.key == "frame_rate") return {{"anyOf", {{{"type", "number"}, {"exclusiveMinimum", 0}}, type}}};
            if (row.key == "mood") return {{"anyOf", {type, {{"type", "array"}, {"items", {{"type", "array"}, {"prefixItems", {{{"type", "number"}}, type}}}}}}}};
            return type;
        }
        case K::object:
        case K::list: break;
    }
    return row.kind == K::object ? Json{{"type", "object"}} : Json{{"type", "array"}};
}

// What the items of lists and the objects of objects are.
struct Inside {
    std::string_view object, key, inside;
    bool list, or_text, or_number;
};
constexpr auto insides = std::to_array<Inside>({
    {"scene", "people", "person", true, false, true},
    {"scene", "shots", "shot", true, false, false},
    {"shot", "camera", "camera", false, false, false},
    {"shot", "light", "light", false, false, false},
    {"shot", "background", "background", false, false, false},
    {"shot", "sensor", "sensor", false, false, false},
    {"shot", "performers", "performer", true, false, false},
    {"shot", "everyone", "performer", false, false, false},
    {"shot", "flashes", "flash", true, false, false},
    {"performer", "motions", "motion", true, false, false},
    {"performer", "speech", "speech", true, true, false},
    {"performer", "occluders", "occluder", true, false, false},
    {"performer", "actions", "actions", false, false, false},
});

Json schema_of(const SceneKey& row) {
    Json type = type_of(row);
    for (const Inside& inside : insides) {
        if (inside.object != row.object || inside.key != row.key) continue;
        Json items{{"$ref", fmt::format("#/$defs/{}", inside.inside)}};
        if (inside.or_number) items = {{"anyOf", {{{"type", "integer"}, {"minimum", 0}}, items}}};
        type = inside.list ? Json{{"type", "array"}, {"items", items}} : items;
        if (inside.or_text) type = {{"anyOf", {{{"type", "string"}}, type}}};
    }
    if (row.key == "size") type = {{"type", "array"}, {"items", {{"type", "integer"}, {"minimum", row.low}, {"maximum", row.high}}}, {"minItems", 2}, {"maxItems", 2}};
    if (row.key == "missing") type = {{"type", "array"}, {"items", {{"type", "array"}, {"items", {{"type", "number"}, {"minimum", 0}}}, {"minItems", 2}, {"maxItems", 2}}}};
    type["description"] = row.unit.empty() ? std::string(row.meaning) : fmt::format("{} ({})", row.meaning, row.unit);
    return type;
}

std::string range_text(const SceneKey& row) {
    switch (row.kind) {
        case K::number:
        case K::whole:
        case K::curve:
        case K::triple: return fmt::format("{} .. {}", row.low, row.high);
        default: break;
    }
    std::string words;
    for (const std::string_view word : scene_words(row.object, row.key)) words += fmt::format("{}{}", words.empty() ? "" : " ", word);
    return words;
}

constexpr std::string_view kind_names[] = {"number", "whole number", "text", "true or false", "curve", "three numbers", "object", "list"};

}  // namespace

std::span<const SceneKey> scene_keys() noexcept { return rows; }

std::string scene_schema() {
    Json objects = Json::object();
    for (const SceneKey& row : rows) {
        Json& object = objects[std::string(row.object)];
        if (object.is_null()) object = {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
        object["properties"][std::string(row.key)] = schema_of(row);
    }
    for (const TraitRow& row : trait_rows())
        objects["person"]["properties"][std::string(row.name)] = {{"type", "number"}, {"minimum", row.low}, {"maximum", row.high}, {"description", fmt::format("{} ({})", row.meaning, row.unit)}};
    Json& actions = objects["actions"];
    actions = {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
    for (const ActionRow& row : action_rows()) {
        actions["properties"][std::string(row.name)] = type_of({"actions", row.name, KeyKind::curve, row.low, row.high, "", "", ""});
        actions["properties"][std::string(row.name)]["description"] = row.meaning;
    }
    Json schema = objects["scene"];
    objects.erase("scene");
    schema["required"] = {"mien_scene", "people", "shots"};
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
    schema["title"] = "A scene of mien";
    schema["$defs"] = objects;
    return schema.dump(2) + "\n";
}

std::string scene_page() {
    std::string page = "# Scenes\n\nMade by `mien document scene`. A scene is a JSON object; `mien synth --schema` prints the same as a JSON Schema. Times of a shot are seconds from its start.\n"
                       "A *curve* is a number, or a list of pairs `[seconds, value]` in rising time: values ease from one to the next, and two pairs at one time are a step.\n";
    page += "\n## Named scenes\n\n| name | what it shows |\n|---|---|\n";
    for (const NamedScene& scene : named_scenes()) page += fmt::format("| `{}` | {} |\n", scene.name, scene.meaning);
    std::string_view object;
    for (const SceneKey& row : rows) {
        if (row.object != object) page += fmt::format("\n## {}\n\n| key | holds | range or words | default | unit | meaning |\n|---|---|---|---|---|---|\n", row.object);
        object = row.object;
        page += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", row.key, kind_names[static_cast<std::size_t>(row.kind)], range_text(row), row.initial, row.unit, row.meaning);
    }
    page += "\n## Motions\n\n| kind | amplitude | default | period, s | meaning |\n|---|---|---|---|---|\n";
    for (const MotionRow& row : motion_rows()) page += fmt::format("| `{}` | {} .. {} {} | {} | {} | {} |\n", row.name, row.low, row.high, row.unit, row.amplitude, row.period, row.meaning);
    page += "\n## Traits of a person\n\n| trait | range | unit | meaning |\n|---|---|---|---|\n";
    for (const TraitRow& row : trait_rows()) page += fmt::format("| `{}` | {} .. {} | {} | {} |\n", row.name, row.low, row.high, row.unit, row.meaning);
    page += "\n## Actions of a face\n\n| action | range | at rest | meaning |\n|---|---|---|---|\n";
    for (const ActionRow& row : action_rows()) page += fmt::format("| `{}` | {} .. {} | {} | {} |\n", row.name, row.low, row.high, row.rest, row.meaning);
    return page;
}

}  // namespace mien::synth
