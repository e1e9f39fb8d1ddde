// SPDX-License-Identifier: Apache-2.0
#include "pipeline/label.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace mien {
namespace {

/// One letter. `strokes` are lines of points, two characters a point, x then y, each 0..9 then a..z for 10..35; a point after ~ bends the line towards itself
/// on its way to the next one. Capitals reach from y = 2 to the base line at 18, small letters from 6, tails to 23.
struct Glyph {
    int width;
    std::string_view strokes;
};

/// ' ' to '~', drawn for mien on squared paper.
constexpr std::array<Glyph, 95> glyphs{{
    {4, ""},
    {0, "020c 0i0i"},
    {4, "0206 4246"},
    {11, "432h 937h 18b8 0dad"},
    {11, "b5~9262~0206~096a~bbbe~bi6i~2i0f 606k"},
    {14, "e20i 32~6265~6838~0805~0232 bc~ecef~eibi~8i8f~8cbc"},
    {12, "ci37~1252~8285~884b~0d0f~0i4i~9ibc"},
    {0, "0206"},
    {4, "41~0a4j"},
    {4, "01~4a0j"},
    {8, "424a 0488 8408"},
    {10, "575h 0cac"},
    {1, "1i0l"},
    {6, "0c6c"},
    {0, "0i0i"},
    {8, "820i"},
    {10, "52~a2aa~ai5i~0i0a~0252"},
    {10, "15626i 1ibi"},
    {10, "06~0252~a2a6~a96c0iai"},
    {10, "04~2252~a2a6~aa4a 4a~aaae~ai5i~1i0f"},
    {11, "8i820dbd"},
    {10, "921209~2858~a8ad~ai5i~1i0f"},
    {10, "94~8262~020c~0i5i~aiad~a858~080d"},
    {10, "02a24i"},
    {10, "52~9296~9a5a~1a16~1252 5a~aaae~ai5i~0i0e~0a5a"},
    {10, "1g~2i4i~aia8~a252~0207~0c5c~aca7"},
    {0, "0808 0i0i"},
    {1, "1818 1i0l"},
    {9, "960c9i"},
    {10, "09a9 0faf"},
    {9, "069c0i"},
    {9, "05~0242~9296~994b4d 4i4i"},
    {14, "cg~aj7j~0j0b~0272~e2ea~eebe~9e9b~9767~484b~4e6e~9e9b"},
    {12, "0i62ci 2dad"},
    {12, "020i 0272~b2b6~ba7a0a 7a~cace~ci7i0i"},
    {12, "c5~a272~020a~0i7i~aicf"},
    {12, "0252~c2ca~ci5i0i02"},
    {10, "a2020iai 0a8a"},
    {10, "a2020i 0a8a"},
    {13, "c5~a272~020a~0i7i~didb8b"},
    {12, "020i c2ci 0aca"},
    {0, "020i"},
    {8, "828d~8i4i~1i0f"},
    {11, "020i b20c 48bi"},
    {9, "020i9i"},
    {14, "0i027ee2ei"},
    {12, "0i02cic2"},
    {14, "72~e2ea~ei7i~0i0a~0272"},
    {12, "0i0272~c2c6~cb7b0b"},
    {14, "72~e2ea~ei7i~0i0a~0272 9eej"},
    {12, "0i0272~c2c6~cb7b0b 6bci"},
    {11, "b5~9262~0206~096a~bbbe~bi6i~2i0f"},
    {12, "02c2 626i"},
    {12, "020c~0i6i~ciccc2"},
    {12, "026ic2"},
    {16, "024i84cig2"},
    {11, "02bi b20i"},
    {12, "026ac2 6a6i"},
    {11, "02b20ibi"},
    {4, "41010j4j"},
    {8, "028i"},
    {4, "01414j0j"},
    {8, "074287"},
    {10, "0kak"},
    {3, "0235"},
    {9, "18~2656~969a9i 9b4b~0b0f~0i4i~9i9e"},
    {10, "020i 0c~0656~a6ac~ai5i~0i0c"},
    {9, "98~7656~060c~0i5i~7i9g"},
    {10, "a2ai ac~a656~060c~0i5i~aiac"},
    {10, "0cac~a656~060c~0i5i~8i9g"},
    {7, "72~32363i 0777"},
    {10, "a6ak~an5n~2n0l ac~a656~060c~0i5i~aiac"},
    {10, "020i 0b~0656~a6abai"},
    {0, "060i 0202"},
    {3, "363k~3n0n 3232"},
    {9, "020i 960d 3b9i"},
    {3, "020f~0i3i"},
    {16, "060i 0b~0646~868b8i 8b~86c6~g6gbgi"},
    {10, "060i 0b~0656~a6abai"},
    {10, "56~a6ac~ai5i~0i0c~0656"},
    {10, "060n 0c~0656~a6ac~ai5i~0i0c"},
    {10, "a6an ac~a656~060c~0i5i~aiac"},
    {6, "060i 0b~0666"},
    {9, "98~7656~0609~0b5c~9d9f~9i4i~1i0g"},
    {7, "323e~3i7i 0777"},
    {10, "060d~0i5i~aiad a6ai"},
    {10, "065ia6"},
    {14, "064i77aie6"},
    {9, "069i 960i"},
    {10, "065i a63n"},
    {9, "06960i9i"},
    {5, "51~2124~2a0a~2a2g~2j5j"},
    {0, "010k"},
    {5, "01~3134~3a5a~3a3g~3j0j"},
    {10, "0d~2a5c~8eab"},
}};
constexpr Glyph unknown{10, "02a2ai0i02"};
constexpr int capitals = 16, top = 2, gap = 5;

constexpr int digit(char letter) { return letter <= '9' ? letter - '0' : letter - 'a' + 10; }

/// The next character of UTF-8 text as a glyph; moves `at` behind it.
const Glyph& next_glyph(std::string_view text, std::size_t& at) noexcept {
    const auto letter = static_cast<unsigned char>(text[at++]);
    if (letter >= 32 && letter < 127) return glyphs[letter - 32U];
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
    return unknown;
}

int units_wide(std::string_view text) noexcept {
    int units = -gap;
    for (std::size_t at = 0; at < text.size();) units += next_glyph(text, at).width + gap;
    return std::max(0, units);
}

struct Segment {
    Point from, to;
};

/// The strokes of a letter as straight segments in font units.
void add_segments(const Glyph& glyph, double x, std::vector<Segment>& segments) {
    constexpr int steps = 12;
    const std::string_view text = glyph.strokes;
    Point last, bend;
    bool drawing = false, bent = false;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ' ') {
            drawing = false;
            ++at;
            continue;
        }
        const bool bends = text[at] == '~';
        at += bends;
        const Point point{x + digit(text[at]), static_cast<double>(digit(text[at + 1]))};
        at += 2;
        if (bends) {
            bend = point;
            bent = true;
            continue;
        }
        Point from = last;
        for (int step = 1; drawing && step <= (bent ? steps : 1); ++step) {
            const double t = bent ? static_cast<double>(step) / steps : 1, a = (1 - t) * (1 - t), b = 2 * t * (1 - t), c = t * t;
            const Point to = bent ? Point{a * last.x + b * bend.x + c * point.x, a * last.y + b * bend.y + c * point.y} : point;
            segments.push_back({from, to});
            from = to;
        }
        last = point;
        drawing = true;
        bent = false;
    }
}

double distance(const Segment& segment, Point p) noexcept {
    const double dx = segment.to.x - segment.from.x, dy = segment.to.y - segment.from.y, length = dx * dx + dy * dy;
    const double t = length > 0 ? std::clamp(((p.x - segment.from.x) * dx + (p.y - segment.from.y) * dy) / length, 0.0, 1.0) : 0;
    const double x = p.x - segment.from.x - t * dx, y = p.y - segment.from.y - t * dy;
    return std::sqrt(x * x + y * y);
}

/// How far a pixel's centre is inside a plate with round corners: negative outside.
double depth_in_plate(Point p, double width, double height, double radius) noexcept {
    const double x = std::max({radius - 0.5 - p.x, p.x - (width - 0.5 - radius), 0.0}), y = std::max({radius - 0.5 - p.y, p.y - (height - 0.5 - radius), 0.0});
    return radius - std::sqrt(x * x + y * y);
}

/// As much of the beginning as is no wider than `width`.
std::string_view fitting_text(std::string_view text, int height, int width) noexcept {
    while (!text.empty() && text_width(text, height) > width) {
        text.remove_suffix(1);
        // A character goes as a whole.
        while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.remove_suffix(1);
        if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0U) text.remove_suffix(1);
    }
    return text;
}

}  // namespace

int label_height(int picture_height) noexcept { return 4 * std::max(2, (picture_height + 90) / 180); }

int text_width(std::string_view text, int height) noexcept { return (units_wide(text) * height + capitals - 1) / capitals; }

void draw_label(View<std::uint8_t> rgb, std::string_view text, int height) {
    const int margin = height, pad_x = height * 3 / 4 + 1, pad_y = height / 2 + 1;
    const int room = rgb.size.width - 2 * (margin + pad_x);
    const bool whole = text_width(text, height) <= room;
    std::string shown(whole ? text : fitting_text(text, height, room - text_width("...", height) - height / 4));
    if (!whole && !shown.empty()) shown += "...";
    if (shown.empty() || rgb.size.height < 2 * margin + height + 2 * pad_y) return;

    std::vector<Segment> segments;
    double x = 0;
    for (std::size_t at = 0; at < shown.size();) {
        const Glyph& glyph = next_glyph(shown, at);
        add_segments(glyph, x, segments);
        x += glyph.width + gap;
    }
    const double scale = static_cast<double>(height) / capitals, radius = std::max(0.55, 0.075 * height);
    for (Segment& segment : segments)
        for (Point* p : {&segment.from, &segment.to}) *p = {pad_x + scale * p->x, pad_y + scale * (p->y - top)};

    const int width = text_width(shown, height) + 1 + 2 * pad_x, tall = height + 1 + 2 * pad_y;
    const View<std::uint8_t> plate = rgb.part({margin, margin, std::min(width, rgb.size.width - margin), tall});
    for (int row = 0; row < plate.size.height; ++row)
        for (int column = 0; column < plate.size.width; ++column) {
            const Point p{static_cast<double>(column), static_cast<double>(row)};
            const double on_plate = 0.66 * std::clamp(depth_in_plate(p, width, tall, 0.45 * tall) + 0.5, 0.0, 1.0);
            double ink = 0;
            for (const Segment& segment : segments) {
                if (std::max(segment.from.x, segment.to.x) < p.x - radius - 1 || std::min(segment.from.x, segment.to.x) > p.x + radius + 1) continue;
                ink = std::max(ink, std::clamp(radius + 0.5 - distance(segment, p), 0.0, 1.0));
            }
            constexpr std::array<double, 3> dark{14, 15, 18}, light{246, 246, 242};
            for (int c = 0; c < 3; ++c) {
                const auto i = static_cast<std::size_t>(c);
                const double under = plate.at(column, row, c) * (1 - on_plate) + dark[i] * on_plate;
                plate.at(column, row, c) = static_cast<std::uint8_t>(under * (1 - ink) + light[i] * ink + 0.5);
            }
        }
}

}  // namespace mien
