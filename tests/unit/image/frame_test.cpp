// SPDX-License-Identifier: Apache-2.0
#include "image/frame.h"

#include <gtest/gtest.h>

#include <cstring>

namespace mien {
namespace {

TEST(Format, PlanesOfOddSizesRoundUp) {
    const Format yuv{Layout::yuv420, 8, false};
    EXPECT_EQ(plane_count(yuv), 3);
    EXPECT_EQ(plane_size(yuv, {7, 5}, 1), (Size{4, 3}));
    EXPECT_EQ(plane_size({Layout::yuv422, 10, false}, {7, 5}, 2), (Size{4, 5}));
    EXPECT_EQ(plane_count({Layout::yuv420, 8, true}), 4);
    EXPECT_EQ(plane_count({Layout::rgba, 8, true}), 1);
}

TEST(Format, NamesAreFfmpegs) {
    EXPECT_EQ(name_of({Layout::yuv420, 8, false}), "yuv420p");
    EXPECT_EQ(name_of({Layout::yuv422, 10, false}), "yuv422p10");
    EXPECT_EQ(name_of({Layout::yuv420, 8, true}), "yuva420p");
    EXPECT_EQ(name_of({Layout::rgb, 8, false}), "rgb24");
    EXPECT_EQ(name_of({Layout::rgba, 16, true}), "rgba64");
    EXPECT_EQ(name_of({Layout::gray, 16, false}), "gray16");
}

Frame filled(std::uint8_t value) {
    Frame frame({Layout::yuv420, 8, false}, {6, 4});
    for (int plane = 0; plane < 3; ++plane) {
        const View<std::uint8_t> view = frame.edit<std::uint8_t>(plane);
        for (int y = 0; y < view.size.height; ++y) std::memset(view.row(y), value, static_cast<std::size_t>(view.size.width));
    }
    return frame;
}

TEST(Frame, CopiesShareUntilEdited) {
    Frame first = filled(7);
    Frame second = first;
    EXPECT_EQ(first.plane<std::uint8_t>(0).data, second.plane<std::uint8_t>(0).data);
    second.edit<std::uint8_t>(1).at(0, 0) = 9;
    EXPECT_EQ(first.plane<std::uint8_t>(1).at(0, 0), 7);
    EXPECT_EQ(second.plane<std::uint8_t>(1).at(0, 0), 9);
    EXPECT_EQ(second.plane<std::uint8_t>(0).at(5, 3), 7);
    const void* const mine = second.plane<std::uint8_t>(1).data;
    second.edit<std::uint8_t>(1).at(1, 0) = 9;
    EXPECT_EQ(second.plane<std::uint8_t>(1).data, mine) << "pixels held alone are not copied again";
}

TEST(Frame, ForeignPixelsAreNeverWritten) {
    auto memory = std::make_shared<std::array<std::uint8_t, 12>>();
    memory->fill(3);
    Frame frame({Layout::gray, 8, false}, {4, 3}, memory, {memory->data()}, {4});
    frame.edit<std::uint8_t>(0).at(0, 0) = 8;
    EXPECT_EQ((*memory)[0], 3);
    EXPECT_EQ(frame.plane<std::uint8_t>(0).at(0, 0), 8);
    EXPECT_EQ(frame.plane<std::uint8_t>(0).at(3, 2), 3);
}

TEST(Frame, DigestSeesSamplesOnly) {
    EXPECT_EQ(digest(filled(7)), digest(filled(7)));
    Frame changed = filled(7);
    changed.edit<std::uint8_t>(2).at(2, 1) = 8;
    EXPECT_NE(digest(changed), digest(filled(7)));
}

}  // namespace
}  // namespace mien
