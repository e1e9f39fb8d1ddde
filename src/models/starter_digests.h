// SHA-256 of the starter networks in assets/starter; written by tools/train/adopt.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string_view>
#include <utility>

namespace mien {

inline constexpr std::array<std::pair<std::string_view, std::string_view>, 14> starter_digests{{
    {"starter_background", "66772b75b4e5387cdc6816e0ffa5558b446b1fbce1abdfced47c51b534290c98"},
    {"starter_classifier", "16e68a969682f80b06b09ce7842bfca52199037a708893202617b052d02ed7a3"},
    {"starter_colorizer", "eda314180229d9c453bb143736ed523a1b3e625e68288d276bd5a0b7ec737f56"},
    {"starter_detector", "3466e27fd24986ad44c16541f8c866184557472ea1488a0ad234324d4c23cf35"},
    {"starter_enhancer", "2f151e09ee8fa32f6806c41a40a753f7df41d0063fcc70d03d434703a43292d0"},
    {"starter_landmarker", "09877229ad71c68ba4c1f4dfa5a0caff76dbd951e2d0d060d0b1a69cdd52b07c"},
    {"starter_occluder", "726f51c7a2459f3d4156da7d6edcedb460dd1674210c25630da3a8219d9f7f3a"},
    {"starter_parser", "873ca988f0df10fb38d45d1477a9707b9968fcecd893ce6fb2f4a1e896fd96fc"},
    {"starter_points", "34726edcceb148edeb305e3050937e321d4322d058f720a258b377b59b424f1d"},
    {"starter_recogniser", "a4b892712ae3c70e2d8c905090e29b1990d60efacabf26e2e46c5cc126bb3912"},
    {"starter_swapper_128", "f6dee5f22dbdcc6d73cefcebbee7b62cb7aa0cca6b0c708b63e8a6147c27d8a7"},
    {"starter_swapper_256", "858357e7ea1a296dd5ec5b2583b810dea0a1c4abe6ba914f60f67670285f51f7"},
    {"starter_upscaler_x2", "ca4d5d0047555c433ac5b1ee1987bf522d0bc8ee4f6c3edbf81cd4e5bf675fdb"},
    {"starter_upscaler_x4", "dffe96aac27d2fa38243bda5582f9f89c1e1481a66b49b0b0c49aa51515b54bf"},
}};

}  // namespace mien
