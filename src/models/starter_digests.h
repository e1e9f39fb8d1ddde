// SHA-256 of the starter networks in assets/starter; written by tools/train/adopt.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string_view>
#include <utility>

namespace mien {

inline constexpr std::array<std::pair<std::string_view, std::string_view>, 9> starter_digests{{
    {"starter_classifier", "9ff906d71eba6ba474d13f61028149bdc31f0532a97bd7b3019be4ca4fe2952a"},
    {"starter_detector", "a07cb7ac067e1ed3067dd7020a31bb100f3a5675e6afd8f0cb710ff4ea32a711"},
    {"starter_enhancer", "7a5b78d9369e109ec06434e7e9c98b4d29b7ead1db295c3394a1b9e4dfa17d72"},
    {"starter_landmarker", "2c845ef9dc354394917e61c3b2382c53fbc7feb45fd243b704a3ecdb6b79c30b"},
    {"starter_occluder", "d74c712a825993329d4c974fd781d69391b515b153160fe23f23824a3b7ef530"},
    {"starter_parser", "c12aea99e17896652f63bbf51cf3358f5e910627e4798b99c4a6109427c6898b"},
    {"starter_points", "a802a77a1d322b14b3cfc5a31b08522de5561b03cb77c79cd5b3d22dcc8e876a"},
    {"starter_recogniser", "16c8b5bfc648fe52579b0de052dfe96d8bb8dd7ece0e007334fbd9cd365659f1"},
    {"starter_swapper_256", "191b5aeac78cdf53cfe3866cef7acf29a56479ccadebb5a8b9ea7e25c9435ce1"},
}};

}  // namespace mien
