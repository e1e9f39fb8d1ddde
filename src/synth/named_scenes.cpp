// The scenes that come with mien, as their users would write them.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "synth/scene.h"

namespace mien::synth {
namespace {

constexpr std::string_view talk = R"({
  "mien_scene": 1, "title": "Two people talk to each other and to us", "seed": 11,
  "people": [{"seed": 21, "age": 34}, {"seed": 34, "age": 41}],
  "shots": [{
    "seconds": 8,
    "camera": {"focal": 85, "shutter": 90, "unrest": 0.12},
    "light": {"azimuth": -30, "temperature": 5200},
    "background": {"scenery": "room", "seed": 3},
    "sensor": {"noise": 1.5},
    "performers": [
      {"person": 0, "place": [-190, 0, 0], "turn": 10, "mood": [[0, "friendly"], [4.2, "neutral"], [6, "happy"]],
       "speech": [{"text": "babble", "from": 0.2, "to": 4}, {"text": "babble", "from": 6.4, "to": 8}],
       "motions": [{"kind": "nod", "from": 4.6, "seconds": 1.8, "amplitude": 6}]},
      {"person": 1, "place": [190, -12, -30], "turn": -10, "mood": [[0, "neutral"], [2, "friendly"]],
       "speech": [{"text": "babble", "from": 4.1, "to": 6.6, "rate": 1.1}],
       "motions": [{"kind": "nod", "from": 1.5, "seconds": 2, "amplitude": 5, "period": 0.8}, {"kind": "look_around", "from": 6, "amplitude": 10}]}
    ]
  }]
})";

constexpr std::string_view still = R"({
  "mien_scene": 1, "title": "One person sits for a portrait: blinks, breath and nothing else", "seed": 12,
  "people": [{"seed": 5, "age": 29}],
  "shots": [{
    "camera": {"focal": 105, "unrest": 0},
    "background": {"scenery": "gradient"},
    "performers": [{"person": 0, "life": 0.35, "mood": "friendly"}]
  }]
})";

constexpr std::string_view shake = R"({
  "mien_scene": 1, "title": "No, no, and yes", "seed": 13,
  "people": [{"seed": 8, "age": 25}],
  "shots": [{
    "seconds": 6,
    "camera": {"focal": 85, "shutter": 180},
    "background": {"scenery": "bokeh", "seed": 9},
    "sensor": {"noise": 1},
    "performers": [{"person": 0, "mood": [[0, "doubtful"], [3.4, "happy"]],
      "motions": [{"kind": "shake", "from": 0.3, "seconds": 2.7, "amplitude": 22, "period": 0.7}, {"kind": "nod", "from": 3.2, "seconds": 2.5, "amplitude": 11, "period": 0.8}]}]
  }]
})";

constexpr std::string_view turn = R"({
  "mien_scene": 1, "title": "A head turns: half profile, profile, and all the way round", "seed": 14,
  "people": [{"seed": 13, "age": 38}],
  "shots": [{
    "seconds": 12,
    "camera": {"focal": 85, "unrest": 0.1},
    "light": {"azimuth": -40, "elevation": 30},
    "background": {"scenery": "room", "seed": 5},
    "performers": [{"person": 0, "mood": "neutral",
      "motions": [{"kind": "turn", "from": 0.2, "seconds": 3.8, "amplitude": 45, "period": 3.6}, {"kind": "profile", "from": 4, "seconds": 4, "amplitude": -90, "period": 3.6},
                  {"kind": "around", "from": 8, "amplitude": 360, "period": 4}]}]
  }]
})";

constexpr std::string_view crowd = R"({
  "mien_scene": 1, "title": "As many people as there are seeds, each with a life of their own", "seed": 15,
  "people": [101, 102, {"seed": 103, "age": 9}, 104, {"seed": 105, "age": 68}, 106, 107, {"seed": 108, "age": 12}, 109, 110, 111, {"seed": 112, "age": 77}],
  "shots": [{
    "seconds": 6,
    "camera": {"focal": 70, "azimuth": [[0, -6], [6, 6]], "elevation": 4},
    "light": {"azimuth": -25, "elevation": 38},
    "background": {"scenery": "foliage", "seed": 4},
    "sensor": {"noise": 1.5},
    "everyone": {"mood": [[0, "friendly"], [3, "happy"]],
     "motions": [{"kind": "look_around", "amplitude": 18, "period": 1.6}, {"kind": "sway", "amplitude": 14, "period": 3.2}],
                 "gaze": "camera"}
  }]
})";

constexpr std::string_view occluded = R"({
  "mien_scene": 1, "title": "Hands, a cup, a microphone, hair, a mask and a pole come before faces", "seed": 16,
  "people": [{"seed": 55, "age": 31}, {"seed": 56, "age": 44}, {"seed": 57, "age": 23, "hair_style": 6}],
  "shots": [
    {"seconds": 4, "camera": {"shutter": 90}, "background": {"scenery": "room", "seed": 8}, "sensor": {"noise": 1.5},
     "performers": [{"person": 0, "mood": "thoughtful",
       "occluders": [{"kind": "hand", "path": "cross", "over": "nose", "from": 0.3, "seconds": 1.6}, {"kind": "hand", "path": "rise", "over": "chin", "from": 2.1, "seconds": 1.8, "side": -1}]}]},
    {"seconds": 4, "camera": {"shutter": 90}, "background": {"scenery": "street", "seed": 2}, "sensor": {"noise": 1.5},
     "performers": [{"person": 1, "mood": "friendly", "speech": [{"text": "babble", "from": 0, "to": 1.4}, {"text": "babble", "from": 2.9, "to": 4}],
       "occluders": [{"kind": "cup", "path": "rise", "over": "mouth", "from": 1.3, "seconds": 1.6}, {"kind": "bar", "path": "cross", "over": "face", "from": 2.9, "seconds": 1, "side": -1}]}]},
    {"seconds": 4, "camera": {"shutter": 90}, "background": {"scenery": "bokeh", "seed": 6}, "sensor": {"noise": 1.5},
     "performers": [{"person": 2, "place": [-170, 0, 0], "speech": "babble", "motions": [{"kind": "sway", "amplitude": 20, "period": 2.2}],
       "occluders": [{"kind": "microphone", "path": "stay", "over": "mouth"}, {"kind": "strand", "path": "stay", "over": "left_eye"}]},
      {"person": 0, "place": [190, -10, -40], "gaze": "wander", "occluders": [{"kind": "mask", "path": "stay"}]}]}
  ]
})";

constexpr std::string_view lowlight = R"({
  "mien_scene": 1, "title": "A dark room, a small warm lamp, and the noise of a small camera", "seed": 17,
  "people": [{"seed": 64, "age": 36}, {"seed": 65, "age": 27}],
  "shots": [{
    "seconds": 6,
    "camera": {"focal": 50, "shutter": 270, "unrest": 0.5},
    "light": {"key": 0.5, "fill": 0.12, "rim": 0.35, "ambient": 0.12, "azimuth": [[0, -70], [6, -35]], "elevation": 8, "temperature": 2600, "exposure": 0.9},
    "background": {"scenery": "room", "seed": 12, "tint": [0.03, 0.03, 0.045]},
    "sensor": {"noise": 9},
    "performers": [{"person": 0, "speech": [{"text": "babble", "from": 0.3, "to": 3.2, "level": 0.4}], "motions": [{"kind": "lean", "from": 3, "amplitude": 120}]},
                   {"person": 1, "mood": "thoughtful", "motions": [{"kind": "nod", "from": 2, "seconds": 2}]}]
  }]
})";

constexpr std::string_view lightstep = R"({
  "mien_scene": 1, "title": "Light that jumps, ramps, changes its colour, beats and walks round", "seed": 18,
  "people": [{"seed": 71, "age": 33}],
  "shots": [{
    "seconds": 10,
    "camera": {"focal": 85, "unrest": 0},
    "light": {"exposure": [[0, 1], [1, 1], [1, 0.45], [2, 0.45], [2, 1], [3, 1], [4.5, 1.7], [5, 1]],
              "temperature": [[0, 5600], [5, 5600], [5, 3000], [6, 3000], [7, 7500], [7.5, 5600]],
              "flicker": [[0, 0], [7.5, 0], [7.5, 0.35], [8.5, 0.35], [8.5, 0]], "flicker_hertz": 100.7,
              "azimuth": [[0, -32], [8.5, -32], [10, 60]]},
    "background": {"scenery": "gradient"},
    "performers": [{"person": 0, "mood": "neutral", "motions": [{"kind": "turn", "amplitude": 12, "period": 5}]}],
    "flashes": [{"at": 6.4}]
  }]
})";

constexpr std::string_view cuts = R"({
  "mien_scene": 1, "title": "Cuts, a dissolve and flashes between three people", "seed": 19,
  "people": [{"seed": 81, "age": 30}, {"seed": 82, "age": 52}, {"seed": 83, "age": 19}],
  "shots": [
    {"seconds": 1.6, "background": {"scenery": "room", "seed": 1}, "performers": [{"person": 0, "speech": "babble"}]},
    {"seconds": 1.2, "camera": {"focal": 120, "azimuth": 25}, "background": {"scenery": "street", "seed": 2}, "performers": [{"person": 1, "mood": "angry", "turn": 20}]},
    {"seconds": 0.4, "camera": {"focal": 135, "azimuth": -20}, "background": {"scenery": "room", "seed": 1}, "performers": [{"person": 0, "mood": "surprised"}]},
    {"seconds": 2.4, "dissolve": 0.8, "camera": {"focal": 60, "roll": [[0, -4], [2.4, 4]]}, "background": {"scenery": "foliage", "seed": 3},
     "performers": [{"person": 2, "mood": "happy", "motions": [{"kind": "sway"}]}], "flashes": [{"at": 1.2}, {"at": 1.6, "strength": 2.2}]},
    {"seconds": 2.4, "camera": {"focal": 60, "shutter": 90}, "background": {"scenery": "bokeh", "seed": 4},
     "performers": [{"person": 0, "place": [-180, 0, 0], "turn": 15}, {"person": 1, "place": [180, -10, -20], "turn": -15, "speech": "babble"}]}
  ]
})";

constexpr std::string_view gaps = R"({
  "mien_scene": 1, "title": "A face that goes away and comes back, and frames that are not there", "seed": 20,
  "people": [{"seed": 91, "age": 45}],
  "missing": [[2.0, 2.24], [5.0, 5.6], [9.2, 9.28]],
  "shots": [{
    "seconds": 14,
    "camera": {"focal": 60, "shutter": 90},
    "background": {"scenery": "street", "seed": 6},
    "sensor": {"noise": 1.5},
    "performers": [{"person": 0, "mood": "friendly",
      "motions": [{"kind": "walk_in", "from": 0.2, "amplitude": 1100, "period": 2.6}, {"kind": "around", "from": 4.2, "seconds": 3, "period": 3},
                  {"kind": "walk_out", "from": 11, "amplitude": -1100, "period": 2.4}],
      "occluders": [{"kind": "hand", "path": "rise", "over": "face", "from": 7.8, "seconds": 1.4, "size": 1.25}, {"kind": "bar", "path": "cross", "over": "face", "from": 9.6, "seconds": 0.9, "size": 2.2}]}]
  }]
})";

constexpr std::string_view tiny = R"({
  "mien_scene": 1, "title": "Small faces far away", "seed": 21,
  "people": [121, 122, {"seed": 123, "age": 11}, 124, 125],
  "shots": [{
    "seconds": 6,
    "camera": {"focal": 35, "distance": [[0, 4200], [6, 3000]], "height": [[0, 1000], [6, 640]], "unrest": 0.3},
    "light": {"elevation": 45},
    "background": {"scenery": "street", "seed": 9},
    "sensor": {"noise": 2, "samples": 3},
    "performers": [
      {"person": 0, "place": [-900, 0, 0], "motions": [{"kind": "look_around"}]}, {"person": 1, "place": [-380, -40, -600], "turn": 20, "speech": "babble"},
      {"person": 2, "place": [60, -260, 100], "motions": [{"kind": "sway"}]}, {"person": 3, "place": [420, 20, -900],
       "motions": [{"kind": "walk_in", "amplitude": 1500, "period": 4}]},
      {"person": 4, "place": [900, -20, -100], "turn": -30, "motions": [{"kind": "nod"}]}]
  }]
})";

constexpr std::string_view hard = R"({
  "mien_scene": 1, "title": "Everything that is difficult, one after the other and at once", "seed": 22,
  "people": [{"seed": 131, "age": 40, "glasses": 1}, {"seed": 132, "age": 72}, {"seed": 133, "age": 8}, {"seed": 134, "age": 26}],
  "shots": [
    {"seconds": 3, "camera": {"shutter": 300, "unrest": 0.6}, "light": {"azimuth": -75, "elevation": 12, "fill": 0.3, "ambient": 0.35},
     "background": {"scenery": "bokeh", "seed": 2}, "sensor": {"noise": 6},
     "performers": [{"person": 3, "mood": "laughing", "motions": [{"kind": "whip", "amplitude": 60, "period": 1.1}],
       "occluders": [{"kind": "hand", "path": "cross", "over": "mouth", "from": 0.8, "seconds": 1.4}]}]},
    {"seconds": 3, "camera": {"roll": [[0, 0], [3, 180]], "defocus": [[0, 0], [1.2, 0], [2.0, 5], [3, 0]]}, "background": {"scenery": "stripes", "seed": 3},
     "sensor": {"noise": 3},
     "performers": [{"person": 0, "mood": "surprised", "motions": [{"kind": "profile", "amplitude": 100, "period": 3}]}]},
    {"seconds": 3, "dissolve": 0.5, "camera": {"focal": 50, "shutter": 180, "unrest": 0.8, "elevation": 20},
     "light": {"temperature": 2800, "exposure": [[0, 1.7], [1, 1.7], [1, 0.4]]},
     "background": {"scenery": "street", "seed": 4}, "sensor": {"noise": 8},
     "performers": [{"person": 1, "place": [-210, 0, 0], "turn": 35, "speech": "babble",
      "occluders": [{"kind": "cup", "path": "rise", "over": "mouth", "from": 0.4, "seconds": 1.6}]},
       {"person": 2, "place": [120, -150, 60], "mood": "afraid", "motions": [{"kind": "look_around", "amplitude": 50, "period": 0.9}]},
       {"person": 0, "place": [330, 30, -260], "turn": -50, "motions": [{"kind": "nod"}], "occluders": [{"kind": "mask", "path": "stay"}]}],
     "flashes": [{"at": 1.9, "strength": 3}]},
    {"seconds": 3, "camera": {"focal": 28, "distance": 480, "azimuth": [[0, -50], [3, 50]], "elevation": -25},
     "light": {"flicker": 0.4, "flicker_hertz": 98.6, "elevation": -30},
     "background": {"scenery": "room", "seed": 5}, "sensor": {"noise": 4, "colour": false},
     "performers": [{"person": 1, "mood": [[0, "angry"], [1.5, "disgusted"]], "speech": "babble",
      "occluders": [{"kind": "strand", "path": "stay", "over": "right_eye", "side": -1}]}]}
  ]
})";

constexpr std::array<NamedScene, 12> scenes{{
    {"talk", "two people talk in turns", talk},
    {"still", "a portrait: blinks and breath", still},
    {"shake", "no and yes, with motion blur", shake},
    {"turn", "half profile, profile, all the way round", turn},
    {"crowd", "twelve people, or as many as there are seeds", crowd},
    {"occluded", "hands, a cup, a microphone, hair, a mask, a pole", occluded},
    {"lowlight", "a dark room, a warm lamp, noise", lowlight},
    {"lightstep", "steps, ramps, colours, beat and flash of the light", lightstep},
    {"cuts", "cuts, a dissolve and flashes between three people", cuts},
    {"gaps", "a face that goes and comes back; missing frames", gaps},
    {"tiny", "small faces far away", tiny},
    {"hard", "fast, blurred, rolled, dark, hidden, noisy", hard},
}};

}  // namespace

std::span<const NamedScene> named_scenes() noexcept { return scenes; }

}  // namespace mien::synth
