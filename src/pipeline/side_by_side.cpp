// SPDX-License-Identifier: Apache-2.0
#include "pipeline/side_by_side.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "kernels/geometry.h"
#include "pipeline/label.h"

namespace mien {
namespace {

constexpr int largest_sheet = 16384;
constexpr std::uint8_t between = 14;

constexpr int even(int value) { return (value + 1) / 2 * 2; }

}  // namespace

SheetLayout lay_out(std::span<const Size> shown, int columns) {
    const auto count = static_cast<int>(shown.size());
    if (columns == 0) columns = count <= 3 ? count : count == 4 ? 2 : 3;
    columns = std::min(columns, count);
    SheetLayout layout;
    const int height = even(shown[0].height), gap = even(std::max(2, height / 90)), rows = (count + columns - 1) / columns;
    layout.label = label_height(height);
    std::vector<std::int64_t> widths, column_widths(static_cast<std::size_t>(columns), 0);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        widths.push_back(std::max<std::int64_t>(2, (static_cast<std::int64_t>(shown[i].width) * height / std::max(1, shown[i].height) + 1) / 2 * 2));
        std::int64_t& column = column_widths[i % static_cast<std::size_t>(columns)];
        column = std::max(column, widths.back());
    }
    std::int64_t wide = -gap;
    for (const std::int64_t width : column_widths) wide += width + gap;
    const std::int64_t high = static_cast<std::int64_t>(rows) * (height + gap) - gap;
    if (wide > largest_sheet || high > largest_sheet)
        throw Error(Code::usage,
                    fmt::format("side by side the pictures need {} x {} pixels, and {} are the most: name fewer, or smaller ones first, or choose --columns",
                                wide, high, largest_sheet));
    layout.size = {static_cast<int>(wide), static_cast<int>(high)};
    std::int64_t x = 0;
    for (int i = 0; i < count; ++i) {
        const int column = i % columns;
        if (column == 0) x = 0;
        const std::int64_t width = widths[static_cast<std::size_t>(i)], room = column_widths[static_cast<std::size_t>(column)];
        layout.cells.push_back({static_cast<int>(x + (room - width) / 4 * 2), i / columns * (height + gap), static_cast<int>(width), height});
        x += room + gap;
    }
    return layout;
}

View<const std::uint8_t> compose_sheet(Queue& queue, const SheetLayout& layout, std::span<const SheetPicture> pictures, std::span<const std::string> labels,
                                       SheetScratch& scratch) {
    scratch.sheet.fit(queue, layout.size, 3);
    const View<std::uint8_t> sheet = scratch.sheet.view();
    kernels::fill<std::uint8_t>(queue, sheet, between);
    for (std::size_t i = 0; i < layout.cells.size(); ++i) {
        const View<const std::uint8_t> rgb = analysed_picture(queue, pictures[i].frame, pictures[i].rotation, scratch.pictures);
        const View<std::uint8_t> cell = sheet.part(layout.cells[i]);
        const bool grows = cell.size.width > rgb.size.width || cell.size.height > rgb.size.height;
        if (rgb.size == cell.size)
            kernels::copy<std::uint8_t>(queue, rgb, cell);
        else
            kernels::resize<std::uint8_t>(queue, rgb, grows ? kernels::Filter::lanczos : kernels::Filter::area, cell);
        if (!labels[i].empty()) draw_label(cell, labels[i], layout.label);
    }
    return sheet;
}

}  // namespace mien
