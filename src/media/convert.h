// Changes of sample format for encoders that cannot take a film's own: depth, chroma, colour model, alpha.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "image/frame.h"

namespace mien {

/// What a change of format loses, for choosing the nearest one: 0 nothing, larger is worse; negative when it cannot be done.
int conversion_cost(const Format& from, const Format& to) noexcept;
/// The frame in another format, times and number kept. Repacking RGB, wider depth and chroma repeated to full size are undone exactly by
/// the way back; chroma is otherwise linear (left-sited across, centred down), RGB to YUV is BT.709 in limited range unless the frame's
/// matrix says otherwise. Alpha is dropped when `to` has none. Thread-safety: any thread.
Frame convert(const Frame&, const Format& to);

}  // namespace mien
