// SHA-256 of the starter networks in assets/starter; written by tools/train/adopt.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string_view>
#include <utility>

namespace mien {

inline constexpr std::array<std::pair<std::string_view, std::string_view>, 13> starter_digests{{
    {"starter_background", "66772b75b4e5387cdc6816e0ffa5558b446b1fbce1abdfced47c51b534290c98"},
    {"starter_classifier", "3b2ebafb8c1de28cbf78bf8259ff8a88d5d275d371e13ae40dd8106e4cf98ecb"},
    {"starter_colorizer", "afed6ae9ef7666d1899a01e09f20869a370838f86b94d97f871c0df76a95a64e"},
    {"starter_detector", "61c77f96ebd7372e3b26477dba4fa8d9af5f1807f68efb7d87205e1ef18561b2"},
    {"starter_enhancer", "9544681b2b1271a961d828438b0055c63525e252e6f292e3ef6bf70ac66a72dc"},
    {"starter_landmarker", "76891f37768b6206fe290da27f16d67735e36598cfccc06fcc17cef1136c6046"},
    {"starter_occluder", "726f51c7a2459f3d4156da7d6edcedb460dd1674210c25630da3a8219d9f7f3a"},
    {"starter_parser", "873ca988f0df10fb38d45d1477a9707b9968fcecd893ce6fb2f4a1e896fd96fc"},
    {"starter_points", "0b6796068d33fe173cf73c1a0e1fef5b47fffde27ca9e5b4bca3cd5ac55a9daf"},
    {"starter_recogniser", "b4a86cc02844f1b6957aacb6eab87358d25ed773cf880e22efa3b2c06ff4b8da"},
    {"starter_swapper_256", "89f3283391e4ea90aeaf9fed7931fc4c821c0853a5ac2bff6f3934742af34fbb"},
    {"starter_upscaler_x2", "e5fddc412189250642582f93bb84bbae7be12ed1d607d08bd6fa1fb6124a50ab"},
    {"starter_upscaler_x4", "2d02b9614a8cf1e60c26774620cf21c3ba05f72a5265a803dd8a746cbb25c796"},
}};

}  // namespace mien
