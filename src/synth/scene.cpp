// SPDX-License-Identifier: Apache-2.0
#include "synth/scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "synth/mood.h"
#include "synth/motion.h"
#include "synth/scene_reader.h"
#include "synth/scene_words.h"
#include "synth/speech.h"

namespace mien::synth {
namespace {

// Traits that shape others when a person is made (hair greys with age ...): they are wished before, the rest is set afterwards.
bool wish(Trait trait, float value, PersonWish& to) {
    switch (trait) {
        case Trait::age:
            to.age = value;
            return true;
        case Trait::sex:
            to.sex = value;
            return true;
        case Trait::melanin:
            to.melanin = value;
            return true;
        case Trait::hair_style:
            to.hair_style = static_cast<int>(value);
            return true;
        case Trait::glasses:
            to.glasses = static_cast<int>(value);
            return true;
        default:
            return false;
    }
}

ScenePerson read_person(const Json& value, const std::string& path) {
    ScenePerson person;
    if (value.is_number()) {
        person.seed = static_cast<std::uint32_t>(ScenePlace::whole_in(value, path, 0, 4294967295.0));
        return person;
    }
    std::vector<std::string_view> names;
    for (const TraitRow& row : trait_rows()) names.push_back(row.name);
    const ScenePlace place(value, path, "person", names);
    place.whole("seed", person.seed);
    for (const TraitRow& row : trait_rows()) {
        if (!place.has(row.name)) continue;
        const auto number = static_cast<float>(
            ScenePlace::number_in(place[row.name], place.path(row.name), static_cast<double>(row.low), static_cast<double>(row.high), row.unit));
        if (!wish(row.trait, number, person.wish)) person.traits.emplace_back(row.trait, number);
    }
    return person;
}

SceneCamera read_camera(const ScenePlace& place) {
    SceneCamera camera;
    place.curve("focal", camera.focal);
    place.curve("distance", camera.distance);
    place.curve("azimuth", camera.azimuth);
    place.curve("elevation", camera.elevation);
    place.curve("roll", camera.roll);
    place.curve("height", camera.height);
    place.curve("defocus", camera.defocus);
    place.number("unrest", camera.unrest);
    place.number("shutter", camera.shutter);
    place.whole("blur_samples", camera.blur_samples);
    if (place.has("look_at")) place.whole("look_at", camera.look_at.emplace());
    return camera;
}

SceneLight read_light(const ScenePlace& place) {
    SceneLight light;
    place.curve("key", light.key);
    place.curve("fill", light.fill);
    place.curve("rim", light.rim);
    place.curve("ambient", light.ambient);
    place.curve("exposure", light.exposure);
    place.curve("azimuth", light.azimuth);
    place.curve("elevation", light.elevation);
    place.curve("temperature", light.temperature);
    place.curve("flicker", light.flicker);
    place.number("flicker_hertz", light.flicker_hertz);
    return light;
}

SceneMotion read_motion(const Json& value, const std::string& path) {
    const ScenePlace place(value, path, "motion");
    if (!place.has("kind")) scene_error(path, "has no kind: say which motion it is");
    SceneMotion motion;
    place.word("kind", scene_words("motion", "kind"), motion.kind);
    const MotionRow& row = motion_rows()[static_cast<std::size_t>(motion.kind)];
    motion.amplitude = row.amplitude;
    motion.period = row.period;
    place.number("from", motion.from);
    place.number("seconds", motion.seconds);
    place.number("period", motion.period);
    if (place.has("amplitude"))
        motion.amplitude = static_cast<float>(
            ScenePlace::number_in(place["amplitude"], place.path("amplitude"), static_cast<double>(row.low), static_cast<double>(row.high), row.unit));
    return motion;
}

SceneSpeech read_speech(const Json& value, const std::string& path) {
    SceneSpeech speech;
    if (value.is_string()) {
        speech.text = value.get<std::string>();
    } else {
        const ScenePlace place(value, path, "speech");
        if (place.has("text")) speech.text = place.text("text");
        place.number("from", speech.from);
        place.number("to", speech.to);
        place.number("rate", speech.rate);
        place.number("level", speech.level);
    }
    if (speech.to && *speech.to <= speech.from) scene_error(path, fmt::format("ends at {} s, not after its start at {} s", *speech.to, speech.from));
    if (speech.text.size() > 100000) scene_error(path, fmt::format("has a text of {} characters, and may have 100000", speech.text.size()));
    if (speech.text == "babble") return speech;
    try {
        if (parse_speech(speech.text, speech.from, speech.rate, 0).empty()) scene_error(path, "says nothing: give it sounds, or leave it out");
    } catch (const Error& error) {
        if (std::string_view(error.what()).starts_with(path)) throw;
        scene_error(path, fmt::format("cannot be spoken: {}", error.what()));
    }
    return speech;
}

SceneOccluder read_occluder(const Json& value, const std::string& path) {
    const ScenePlace place(value, path, "occluder");
    SceneOccluder occluder;
    place.word("kind", occluder_words, occluder.kind);
    place.word("path", path_words, occluder.path);
    place.word("over", part_words, occluder.over);
    place.number("from", occluder.from);
    place.number("seconds", occluder.seconds);
    place.number("side", occluder.side);
    place.number("size", occluder.size);
    occluder.own_colour = place.has("colour");
    place.triple("colour", occluder.colour);
    return occluder;
}

void read_moods(const ScenePlace& place, ScenePerformer& performer) {
    if (!place.has("mood")) return;
    const std::vector<std::string_view> words = scene_words("performer", "mood");
    const Json& value = place["mood"];
    if (value.is_string()) {
        performer.moods.emplace_back(0, words[ScenePlace::index_of_word(value, place.path("mood"), words)]);
        return;
    }
    if (!value.is_array() || value.empty() || value.size() > 10000)
        scene_error(place.path("mood"), fmt::format("is {}, and must be a mood or a list of pairs [seconds, mood]", shown(value)));
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string at = place.path("mood", i);
        if (!value[i].is_array() || value[i].size() != 2) scene_error(at, fmt::format("is {}, and must be a pair [seconds, mood]", shown(value[i])));
        const double time = ScenePlace::number_in(value[i][0], at + "[0]", 0, 1e6, "s");
        if (!performer.moods.empty() && time < performer.moods.back().first) scene_error(at, fmt::format("is at {} s, before the mood in front of it", time));
        performer.moods.emplace_back(time, words[ScenePlace::index_of_word(value[i][1], at + "[1]", words)]);
    }
}

void read_actions(const ScenePlace& place, ScenePerformer& performer) {
    if (!place.has("actions")) return;
    const Json& value = place["actions"];
    if (!value.is_object()) scene_error(place.path("actions"), fmt::format("is {}, and must be an object of actions", shown(value)));
    for (const auto& [key, item] : value.items()) {
        const std::string at = place.path("actions") + "." + key.substr(0, 60);
        const auto rows = action_rows();
        const auto row = std::ranges::find(rows, key, &ActionRow::name);
        if (row == rows.end()) {
            std::vector<std::string_view> names;
            for (const ActionRow& each : rows) names.push_back(each.name);
            scene_error(at, fmt::format("is not an action of a face: known are {}", joined(names)));
        }
        performer.actions.emplace_back(row->action, ScenePlace::curve_in(item, at, static_cast<double>(row->low), static_cast<double>(row->high), ""));
    }
}

ScenePerformer read_performer(const Json& value, const std::string& path) {
    const ScenePlace place(value, path, "performer");
    ScenePerformer performer;
    place.whole("person", performer.person);
    if (place.has("place")) place.triple("place", performer.place.emplace());
    place.number("turn", performer.turn);
    place.number("life", performer.life);
    place.number("blinks", performer.blinks);
    place.word("gaze", gaze_words, performer.gaze);
    if (place.has("motions"))
        for (std::size_t i = 0; i < place.list("motions").size(); ++i) performer.motions.push_back(read_motion(place["motions"][i], place.path("motions", i)));
    read_moods(place, performer);
    read_actions(place, performer);
    if (place.has("speech") && place["speech"].is_string())
        performer.speech.push_back(read_speech(place["speech"], place.path("speech")));
    else if (place.has("speech"))
        for (std::size_t i = 0; i < place.list("speech").size(); ++i) performer.speech.push_back(read_speech(place["speech"][i], place.path("speech", i)));
    if (place.has("occluders"))
        for (std::size_t i = 0; i < place.list("occluders").size(); ++i)
            performer.occluders.push_back(read_occluder(place["occluders"][i], place.path("occluders", i)));
    return performer;
}

SceneShot read_shot(const Json& value, const std::string& path, std::uint32_t seed) {
    const ScenePlace place(value, path, "shot");
    SceneShot shot;
    place.number("seconds", shot.seconds);
    place.number("dissolve", shot.dissolve);
    if (place.has("camera")) shot.camera = read_camera({place["camera"], place.path("camera"), "camera"});
    if (place.has("light")) shot.light = read_light({place["light"], place.path("light"), "light"});
    shot.background.seed = seed;
    if (place.has("background")) {
        const ScenePlace inner(place["background"], place.path("background"), "background");
        inner.word("scenery", scenery_words, shot.background.scenery);
        inner.whole("seed", shot.background.seed);
        inner.triple("tint", shot.background.tint);
    }
    if (place.has("sensor")) {
        const ScenePlace inner(place["sensor"], place.path("sensor"), "sensor");
        inner.curve("noise", shot.sensor.noise);
        inner.whole("samples", shot.sensor.samples);
        inner.flag("colour", shot.sensor.colour);
    }
    if (place.has("performers"))
        for (std::size_t i = 0; i < place.list("performers").size(); ++i)
            shot.performers.push_back(read_performer(place["performers"][i], place.path("performers", i)));
    if (place.has("everyone")) {
        if (place["everyone"].is_object() && place["everyone"].contains("person"))
            scene_error(place.path("everyone.person"), "cannot be: everyone is all people that no performer names");
        if (place["everyone"].is_object() && place["everyone"].contains("place"))
            scene_error(place.path("everyone.place"), "cannot be: everyone gets a place of their own");
        shot.everyone = read_performer(place["everyone"], place.path("everyone"));
    }
    if (place.has("flashes"))
        for (std::size_t i = 0; i < place.list("flashes").size(); ++i) {
            const ScenePlace inner(place["flashes"][i], place.path("flashes", i), "flash");
            SceneFlash& flash = shot.flashes.emplace_back();
            inner.number("at", flash.at);
            inner.number("strength", flash.strength);
            inner.number("seconds", flash.seconds);
        }
    return shot;
}

Ratio read_rate(const ScenePlace& place) {
    const Json& value = place["frame_rate"];
    const std::string path = place.path("frame_rate");
    if (!value.is_string()) {
        const double number = ScenePlace::number_in(value, path, 0.001, 1000, "1/s");
        if (number == std::floor(number)) return {static_cast<std::int64_t>(number), 1};
        return {std::llround(number * 1000), 1000};
    }
    try {
        return parse_frame_rate(value.get<std::string>());
    } catch (const Error& error) {
        scene_error(path, error.what());
    }
}

void read_frames(const ScenePlace& place, Scene& scene) {
    if (place.has("frame_rate")) scene.frame_rate = read_rate(place);
    if (place.has("frames")) {
        scene.frames = ScenePlace::whole_in(place["frames"], place.path("frames"), 1, most_frames);
        return;
    }
    double seconds = 0;
    for (const SceneShot& shot : scene.shots) seconds += shot.seconds.value_or(4);
    const double frames = seconds * static_cast<double>(scene.frame_rate.numerator) / static_cast<double>(scene.frame_rate.denominator);
    if (frames > most_frames) scene_error("shots", fmt::format("last {} s, more than {} frames: say how many frames the film has", seconds, most_frames));
    scene.frames = std::max<std::int64_t>(1, std::llround(frames));
}

void read_missing(const ScenePlace& place, Scene& scene) {
    if (!place.has("missing")) return;
    const Json& value = place.list("missing");
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string at = place.path("missing", i);
        if (!value[i].is_array() || value[i].size() != 2) scene_error(at, fmt::format("is {}, and must be a pair of times", shown(value[i])));
        const double from = ScenePlace::number_in(value[i][0], at + "[0]", 0, 1e6, "s"), to = ScenePlace::number_in(value[i][1], at + "[1]", 0, 1e6, "s");
        if (to <= from) scene_error(at, fmt::format("ends at {} s, not after its start at {} s", to, from));
        scene.missing.emplace_back(from, to);
    }
}

}  // namespace

Ratio parse_frame_rate(std::string_view text) {
    const auto refuse = [&] {
        throw Error(Code::usage,
                    fmt::format("the frame rate \"{}\" is neither a number nor a ratio from 0.001 to 1000, as 25 or 30000/1001", text.substr(0, 40)));
    };
    const auto number = [&](std::string_view part) {
        std::int64_t value = 0;
        const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), value);
        if (failed != std::errc{} || end != part.data() + part.size() || value <= 0 || value > 1'000'000) refuse();
        return value;
    };
    Ratio rate;
    const std::size_t slash = text.find('/'), point = text.find('.');
    if (slash != std::string_view::npos) {
        rate = {number(text.substr(0, slash)), number(text.substr(slash + 1))};
    } else if (point != std::string_view::npos) {
        const std::string_view decimals = text.substr(point + 1);
        if (decimals.empty() || decimals.size() > 3) refuse();
        std::int64_t scale = 1;
        for (std::size_t i = 0; i < decimals.size(); ++i) scale *= 10;
        std::string digits = std::string(text.substr(0, point)) + std::string(decimals);
        digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
        rate = {number(digits), scale};
    } else {
        rate = {number(text), 1};
    }
    if (rate.numerator > 1000 * rate.denominator || rate.numerator * 1000 < rate.denominator) refuse();
    return rate;
}

Person make_person(const ScenePerson& wished) {
    Person person = make_person(wished.seed, wished.wish);
    for (const auto& [trait, value] : wished.traits) person[trait] = value;
    return person;
}

std::vector<std::string_view> scene_words(std::string_view object, std::string_view key) {
    std::vector<std::string_view> words;
    if (object == "motion" && key == "kind")
        for (const MotionRow& row : motion_rows()) words.push_back(row.name);
    else if (key == "mood")
        for (const MoodRow& row : mood_rows()) words.push_back(row.name);
    else if (key == "gaze")
        words.assign(gaze_words.begin(), gaze_words.end());
    else if (key == "scenery")
        words.assign(scenery_words.begin(), scenery_words.end());
    else if (object == "occluder" && key == "kind")
        words.assign(occluder_words.begin(), occluder_words.end());
    else if (key == "path")
        words.assign(path_words.begin(), path_words.end());
    else if (key == "over")
        words.assign(part_words.begin(), part_words.end());
    return words;
}

Scene parse_scene(std::string_view text) {
    if (text.size() > (8U << 20)) throw Error(Code::bad_input, fmt::format("the scene has {} bytes, and may have 8 MiB", text.size()));
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw Error(Code::bad_input, fmt::format("the scene is not JSON: it breaks off or goes wrong at byte {}", error.byte));
    } catch (const Json::exception&) {
        throw Error(Code::bad_input, "the scene is not JSON: a number in it is too large");
    }
    const ScenePlace place(json, "", "scene");
    if (!place.has("mien_scene")) scene_error("", "has no key mien_scene: write \"mien_scene\": 1 first");
    ScenePlace::whole_in(place["mien_scene"], "mien_scene", 1, 1);
    for (const char* key : {"people", "shots"})
        if (!place.has(key)) scene_error("", fmt::format("has no {}", key));
    Scene scene;
    if (place.has("title")) scene.title = place.text("title");
    place.whole("seed", scene.seed);
    if (place.has("size")) {
        const Json& size = place["size"];
        if (!size.is_array() || size.size() != 2) scene_error("size", fmt::format("is {}, and must be a list of width and height", shown(size)));
        scene.size = {static_cast<int>(ScenePlace::whole_in(size[0], "size[0]", 16, largest_edge)),
                      static_cast<int>(ScenePlace::whole_in(size[1], "size[1]", 16, largest_edge))};
    }
    for (std::size_t i = 0; i < place.list("people").size(); ++i) scene.people.push_back(read_person(place["people"][i], place.path("people", i)));
    for (std::size_t i = 0; i < place.list("shots").size(); ++i) scene.shots.push_back(read_shot(place["shots"][i], place.path("shots", i), scene.seed));
    read_frames(place, scene);
    read_missing(place, scene);
    check_scene(scene);
    return scene;
}

}  // namespace mien::synth
