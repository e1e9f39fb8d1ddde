// Scenes: what a rendered film shows, as people write it down. docs/generated/scene.md explains every key; the same rows read, check and document them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/frame.h"
#include "synth/curve.h"
#include "synth/expression.h"
#include "synth/person.h"
#include "synth/shot.h"

namespace mien::synth {

inline constexpr int most_people = 64, most_frames = 1'000'000, largest_edge = 8192;

/// A seed, what is wished of the person, and traits that are simply set.
struct ScenePerson {
    std::uint32_t seed = 1;
    PersonWish wish;
    std::vector<std::pair<Trait, float>> traits;
};
Person make_person(const ScenePerson&);

struct SceneCamera {
    Curve focal{85}, distance{0}, azimuth{0}, elevation{0}, roll{0}, height{0};  ///< mm, mm, degrees, degrees, degrees, mm
    std::optional<int> look_at;   ///< number of a performer of the shot; none: the middle of all
    float unrest = 0.15f;         ///< of a hand that holds it, degrees
    float shutter = 0;            ///< degrees of 360; 0: no motion blur
    int blur_samples = 5;
    Curve defocus{0};             ///< pixels
};
struct SceneLight {
    Curve key{1}, fill{1}, rim{1}, ambient{1}, exposure{1}, azimuth{-32}, elevation{25}, temperature{5600};
    Curve flicker{0};
    float flicker_hertz = 100;
};
struct SceneSensor {
    Curve noise{0};
    int samples = 2;
    bool colour = true;
};

enum class MotionKind : std::uint8_t { still, nod, shake, tilt, sway, turn, profile, around, roll, look_around, lean, whip, walk_in, walk_out, approach, count_ };
struct SceneMotion {
    MotionKind kind = MotionKind::still;
    double from = 0;
    std::optional<double> seconds;  ///< none: to the end of the shot
    float amplitude = 0, period = 1;
};
struct SceneSpeech {
    std::string text = "babble";
    double from = 0;
    std::optional<double> to;       ///< babble: end; none: the end of the shot
    float rate = 1, level = 1;
};
enum class Gaze : std::uint8_t { camera, ahead, wander, down };
enum class OccluderKind : std::uint8_t { hand, cup, microphone, strand, mask, bar };
enum class OccluderPath : std::uint8_t { cross, rise, stay };
enum class FacePart : std::uint8_t { mouth, nose, eyes, left_eye, right_eye, left_cheek, right_cheek, forehead, chin, face };
struct SceneOccluder {
    OccluderKind kind = OccluderKind::hand;
    OccluderPath path = OccluderPath::cross;
    FacePart over = FacePart::mouth;
    double from = 0;
    std::optional<double> seconds;
    float side = 1;                 ///< +1 from the subject's left, -1 from the right
    float size = 1;
    Vec3 colour{0.5f, 0.4f, 0.35f};
    bool own_colour = false;
};

struct ScenePerformer {
    int person = 0;
    std::optional<Vec3> place;      ///< mm; none: where there is room
    float turn = 0, life = 1, blinks = 1;
    Gaze gaze = Gaze::camera;
    std::vector<SceneMotion> motions;
    std::vector<std::pair<double, std::string>> moods;  ///< from a time on
    std::vector<std::pair<Action, Curve>> actions;
    std::vector<SceneSpeech> speech;
    std::vector<SceneOccluder> occluders;
};

struct SceneFlash {
    double at = 0;
    float strength = 1.5f, seconds = 0.25f;
};
struct SceneShot {
    std::optional<double> seconds;  ///< none: to the end of the film (the last shot only)
    double dissolve = 0;            ///< seconds during which the shot before still shows
    SceneCamera camera;
    SceneLight light;
    Background background;
    SceneSensor sensor;
    std::vector<ScenePerformer> performers;
    std::optional<ScenePerformer> everyone;  ///< all people of the scene that no performer names, placed in rows
    std::vector<SceneFlash> flashes;
};

struct Scene {
    std::string title;
    std::uint32_t seed = 1;
    Size size{640, 360};
    Ratio frame_rate{25, 1};
    std::int64_t frames = 100;      ///< on the grid of the frame rate, before `missing`
    std::vector<std::pair<double, double>> missing;  ///< seconds whose frames are not in the film: the times of the others stay
    std::vector<ScenePerson> people;
    std::vector<SceneShot> shots;
};

/// Throws Error{bad_input}: one sentence with the place inside the text ("shots[1].camera.focal"), what is there, and what may be.
Scene parse_scene(std::string_view json);
/// "25", "23.976", "30000/1001". Throws Error{usage}.
Ratio parse_frame_rate(std::string_view text);
/// Replaces the people's seeds in order, whatever the scene's shots name; a shot with `everyone` takes as many as there are. Throws Error{usage}.
void set_people(Scene&, std::span<const std::uint32_t> seeds);
/// Everything that does not depend on its place in the text: sizes, shots, people named. Throws Error{bad_input}. parse_scene calls it.
void check_scene(const Scene&);

struct NamedScene {
    std::string_view name, meaning, json;
};
std::span<const NamedScene> named_scenes() noexcept;

/// What a key may hold.
enum class KeyKind : std::uint8_t { number, whole, text, flag, curve, triple, object, list };
/// One key of one object of a scene.
struct SceneKey {
    std::string_view object, key;
    KeyKind kind;
    double low = 0, high = 0;
    std::string_view initial, unit, meaning;
};
std::span<const SceneKey> scene_keys() noexcept;
/// The words that a text key takes; empty when it takes any. Motion kinds, moods, gazes ...
std::vector<std::string_view> scene_words(std::string_view object, std::string_view key);
/// JSON Schema (draft 2020-12) of a scene, and the page of docs/generated/scene.md, both from the rows.
std::string scene_schema();
std::string scene_page();

}  // namespace mien::synth
