// SPDX-License-Identifier: Apache-2.0
#include "pipeline/side_by_side.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernels/geometry.h"
#include "pipeline/label.h"

namespace mien {
namespace {

Frame plain(Size size, std::uint8_t value) {
    Frame frame({Layout::rgb, 8, false}, size);
    kernels::fill<std::uint8_t>(host_queue(), frame.edit<std::uint8_t>(0), value);
    return frame;
}

TEST(Sheet, ThreeStandInOneRowWithTheHeightOfTheFirst) {
    const std::vector<Size> sizes{{640, 360}, {320, 180}, {512, 512}};
    const SheetLayout layout = lay_out(sizes, 0);
    EXPECT_EQ(layout.size, (Size{640 + 4 + 640 + 4 + 360, 360}));
    EXPECT_EQ(layout.cells, (std::vector<Rect>{{0, 0, 640, 360}, {644, 0, 640, 360}, {1288, 0, 360, 360}}));
    EXPECT_EQ(layout.label, 8);
}

TEST(Sheet, ColumnsLineUp) {
    const std::vector<Size> sizes{{640, 360}, {512, 512}, {640, 360}, {640, 360}};
    const SheetLayout layout = lay_out(sizes, 0);
    EXPECT_EQ(layout.size, (Size{1284, 724}));
    EXPECT_EQ(layout.cells[1], (Rect{784, 0, 360, 360}));
    EXPECT_EQ(layout.cells[2], (Rect{0, 364, 640, 360}));
    EXPECT_EQ(lay_out(sizes, 1).size, (Size{640, 4 * 360 + 3 * 4}));
    EXPECT_EQ(lay_out(sizes, 12).cells[3].y, 0);
}

TEST(Sheet, EverythingIsEven) {
    const std::vector<Size> sizes{{101, 75}, {33, 7}, {1, 999}, {5000, 3}};
    for (int columns = 0; columns <= 4; ++columns) {
        const SheetLayout layout = lay_out(std::span(sizes).first(3), columns);
        for (const Rect& cell : layout.cells) {
            EXPECT_EQ((cell.x | cell.y | cell.width | cell.height) & 1, 0);
            EXPECT_FALSE(cell.empty());
            EXPECT_EQ(meet(cell, {0, 0, layout.size.width, layout.size.height}), cell);
        }
        EXPECT_EQ((layout.size.width | layout.size.height) & 1, 0);
    }
    EXPECT_THROW(lay_out(sizes, 4), Error);
}

TEST(Sheet, PicturesAreTurnedAndPlaced) {
    Frame left = plain({8, 16}, 50);
    left.edit<std::uint8_t>(0).at(0, 0, 0) = 255;
    const std::vector<SheetPicture> pictures{{left, 90}, {plain({16, 8}, 90), 0}};
    const std::vector<Size> shown{{16, 8}, {16, 8}};
    const SheetLayout layout = lay_out(shown, 0);
    const std::vector<std::string> labels{"", ""};
    SheetScratch scratch;
    const View<const std::uint8_t> sheet = compose_sheet(host_queue(), layout, pictures, labels, scratch);
    EXPECT_EQ(sheet.size, (Size{34, 8}));
    EXPECT_EQ(sheet.at(15, 0, 0), 255);  // a quarter turn clockwise brings the first corner to the right
    EXPECT_EQ(sheet.at(0, 0, 0), 50);
    EXPECT_EQ(sheet.at(16, 0, 0), 14);
    EXPECT_EQ(sheet.at(18, 7, 2), 90);
}

TEST(Label, EveryLetterLeavesItsOwnMark) {
    std::vector<std::vector<std::uint8_t>> seen;
    for (char letter = '!'; letter <= '~'; ++letter) {
        const std::string text(1, letter);
        Frame frame = plain({96, 96}, 128);
        draw_label(frame.edit<std::uint8_t>(0), text, 16);
        std::vector<std::uint8_t> pixels;
        for (int y = 0; y < 96; ++y)
            for (int x = 0; x < 96; ++x) pixels.push_back(frame.plane<std::uint8_t>(0).at(x, y, 0));
        EXPECT_GT(*std::ranges::max_element(pixels), 200) << text;
        EXPECT_EQ(std::ranges::find(seen, pixels), seen.end()) << text;
        seen.push_back(std::move(pixels));
    }
}

TEST(Label, LettersOfTwoKindsAreToldApartByShape) {
    // An i has a dot above a gap, an l has none: row by row down the middle of the stem.
    Frame frame = plain({96, 96}, 128);
    draw_label(frame.edit<std::uint8_t>(0), "i", 16);
    const View<const std::uint8_t> pixels = frame.plane<std::uint8_t>(0);
    const int stem = 16 + 13, top = 16 + 9;  // margin and padding of a label of 16 pixels
    EXPECT_GT(pixels.at(stem, top), 200);
    EXPECT_LT(pixels.at(stem, top + 2), 100);
    EXPECT_GT(pixels.at(stem, top + 4), 200);
    EXPECT_GT(pixels.at(stem, top + 16), 200);
    EXPECT_LT(pixels.at(stem, top + 18), 100);
}

TEST(Label, WidthsAddUp) {
    EXPECT_EQ(text_width("", 16), 0);
    EXPECT_EQ(text_width("n", 16), 10);
    EXPECT_EQ(text_width("nn", 16), 25);
    EXPECT_EQ(text_width("nn", 8), 13);
    EXPECT_EQ(text_width("\xC3\xA4", 16), text_width("\xF0\x9F\x98\x80", 16));
    EXPECT_EQ(text_width("\xC3", 16), text_width("\xC3\xA4", 16));
}

TEST(Label, StaysInsideEveryPicture) {
    const std::string text = "a long \xC3\xA4 label \xF0\x9F\x98\x80 that fits nowhere";
    for (int width = 1; width < 120; width += 3)
        for (int height = 1; height < 80; height += 7) {
            // A frame of its own size: a write past its end is the sanitizer's to find.
            Frame frame = plain({width, height}, 128);
            draw_label(frame.edit<std::uint8_t>(0), text, label_height(height));
            EXPECT_EQ(frame.plane<std::uint8_t>(0).at(width - 1, height - 1), 128);
        }
    EXPECT_EQ(label_height(1), 8);
    EXPECT_EQ(label_height(360), 8);
    EXPECT_EQ(label_height(1080), 24);
}

}  // namespace
}  // namespace mien
