// SPDX-License-Identifier: Apache-2.0
#include "media/still.h"

#include <png.h>
#include <tiffio.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include <jpeglib.h>

#include "base/json.h"
#include "films.h"

namespace mien {
namespace {
using namespace test;

// A picture with a different value everywhere.
Frame ramp(Layout layout, int depth, Size size) {
    Frame frame({layout, depth, false}, size);
    const int channels = channel_count(frame.format());
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width * channels; ++x) {
            const int value = x * 7 + y * 13 + (x % channels == 3 ? 100 : 0);
            if (depth > 8)
                frame.edit<std::uint16_t>(0).row(y)[x] = static_cast<std::uint16_t>(value * 257);
            else
                frame.edit<std::uint8_t>(0).row(y)[x] = static_cast<std::uint8_t>(value);
        }
    return frame;
}

void write(const std::filesystem::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

TEST(Still, LosslessFormatsGiveBackEveryPicture) {
    const Scratch scratch;
    const Size sizes[] = {{1, 1}, {7, 5}, {3, 200}, {16384, 16}, {64, 64}};
    for (const Size size : sizes)
        for (const Layout layout : {Layout::rgb, Layout::rgba})
            for (const std::string extension : {"png", "webp", "bmp"}) {
                if (extension == "webp" && size.width > 16383) continue;
                StillOptions options;
                options.lossless = true;
                const Frame frame = ramp(layout, 8, size);
                EXPECT_TRUE(write_still(scratch / ("picture." + extension), frame, options).empty());
                const Still still = read_still(scratch / ("picture." + extension));
                EXPECT_EQ(still.format, extension);
                EXPECT_EQ(digest(still.frame), digest(frame)) << extension << " " << size.width << " x " << size.height << " " << name_of(frame.format());
            }
    for (const Layout layout : {Layout::rgb, Layout::rgba}) {
        const Frame deep = ramp(layout, 16, {9, 5});
        write_still(scratch / "deep.png", deep, {});
        EXPECT_EQ(digest(read_still(scratch / "deep.png").frame), digest(deep));
    }
}

TEST(Still, SaysWhatIsNotKept) {
    const Scratch scratch;
    EXPECT_EQ(write_still(scratch / "a.jpg", ramp(Layout::rgba, 8, {8, 8}), {}), std::vector<std::string>{"alpha is not kept by JPEG"});
    EXPECT_EQ(write_still(scratch / "a.bmp", ramp(Layout::rgb, 16, {8, 8}), {}), std::vector<std::string>{"BMP keeps 8 of 16 bits"});
    EXPECT_EQ(read_still(scratch / "a.jpg").frame.format(), (Format{Layout::rgb, 8, false}));
}

TEST(Still, HigherQualityIsNearer) {
    const Scratch scratch;
    const Frame frame = ramp(Layout::rgb, 8, {64, 64});
    for (const std::string extension : {"jpg", "webp"}) {
        std::vector<std::uintmax_t> sizes;
        for (const int quality : {10, 50, 95}) {
            StillOptions options;
            options.quality = quality;
            write_still(scratch / ("q." + extension), frame, options);
            sizes.push_back(std::filesystem::file_size(scratch / ("q." + extension)));
        }
        EXPECT_LT(sizes[0], sizes[1]);
        EXPECT_LT(sizes[1], sizes[2]);
    }
}

TEST(Still, CarriesProvenanceAndProfile) {
    const Scratch scratch;
    StillOptions options;
    options.xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">marked</x:xmpmeta>";
    const std::string marks[] = {"XML:com.adobe.xmp", "http://ns.adobe.com/xap/1.0/", "XMP "};
    const std::string extensions[] = {"png", "jpeg", "webp"};
    for (std::size_t index = 0; index < 3; ++index) {
        write_still(scratch / ("p." + extensions[index]), ramp(Layout::rgb, 8, {8, 8}), options);
        const std::string bytes = content(scratch / ("p." + extensions[index]));
        EXPECT_NE(bytes.find(options.xmp), std::string::npos) << extensions[index];
        EXPECT_NE(bytes.find(marks[index]), std::string::npos) << extensions[index];
        EXPECT_EQ(read_still(scratch / ("p." + extensions[index])).frame.size(), (Size{8, 8}));
    }
    // A profile long enough to be split over two JPEG segments; PNG checks its header, so only the others take any bytes.
    StillOptions profiled;
    for (int index = 0; index < 70000; ++index) profiled.icc.push_back(static_cast<std::byte>(index * 31));
    for (const std::string extension : {"jpg", "webp"}) {
        write_still(scratch / ("icc." + extension), ramp(Layout::rgb, 8, {8, 8}), profiled);
        EXPECT_EQ(read_still(scratch / ("icc." + extension)).icc, profiled.icc) << extension;
    }
    EXPECT_EQ(write_still(scratch / "p.bmp", ramp(Layout::rgb, 8, {8, 8}), options).size(), 1U);
    EXPECT_EQ(content(scratch / "p.bmp.xmp"), options.xmp);
}

TEST(Still, SameBytesTwice) {
    const Scratch scratch;
    for (const std::string extension : {"png", "jpg", "webp", "bmp"}) {
        const auto once = [&] {
            write_still(scratch / ("b." + extension), ramp(Layout::rgb, 8, {33, 21}), {});
            return content(scratch / ("b." + extension));
        };
        EXPECT_EQ(once(), once());
    }
}

// PNG of any colour type, through the library's own writer.
void write_raw_png(const std::filesystem::path& path, Size size, int depth, int type, const std::vector<png_byte>& row, const std::vector<png_color>& palette = {}) {
    FILE* const file = std::fopen(path.c_str(), "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_set_IHDR(png, info, static_cast<png_uint_32>(size.width), static_cast<png_uint_32>(size.height), depth, type, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (!palette.empty()) png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
    png_write_info(png, info);
    for (int y = 0; y < size.height; ++y) png_write_row(png, row.data());
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    std::fclose(file);
}

std::vector<int> first_row(const Still& still) {
    const View<const std::uint8_t> plane = still.frame.plane<std::uint8_t>(0);
    return std::vector<int>(plane.row(0), plane.row(0) + plane.size.width * plane.channels);
}

TEST(Still, PromotesGreyAndPalettes) {
    const Scratch scratch;
    write_raw_png(scratch / "gray.png", {2, 2}, 8, PNG_COLOR_TYPE_GRAY, {10, 250});
    EXPECT_EQ(first_row(read_still(scratch / "gray.png")), (std::vector<int>{10, 10, 10, 250, 250, 250}));
    write_raw_png(scratch / "gray_alpha.png", {1, 1}, 8, PNG_COLOR_TYPE_GRAY_ALPHA, {10, 99});
    EXPECT_EQ(first_row(read_still(scratch / "gray_alpha.png")), (std::vector<int>{10, 10, 10, 99}));
    write_raw_png(scratch / "bits.png", {3, 1}, 1, PNG_COLOR_TYPE_GRAY, {0xA0});
    EXPECT_EQ(first_row(read_still(scratch / "bits.png")), (std::vector<int>{255, 255, 255, 0, 0, 0, 255, 255, 255}));
    write_raw_png(scratch / "palette.png", {2, 1}, 8, PNG_COLOR_TYPE_PALETTE, {1, 0}, {{1, 2, 3}, {200, 150, 100}});
    EXPECT_EQ(first_row(read_still(scratch / "palette.png")), (std::vector<int>{200, 150, 100, 1, 2, 3}));
    write_raw_png(scratch / "deep_gray.png", {1, 1}, 16, PNG_COLOR_TYPE_GRAY, {0x12, 0x34});
    const Still deep = read_still(scratch / "deep_gray.png");
    EXPECT_EQ(deep.frame.format(), (Format{Layout::rgb, 16, false}));
    EXPECT_EQ(deep.frame.plane<std::uint16_t>(0).data[2], 0x1234);
}

// JPEG of four inks or of grey; an Adobe marker when asked for.
void write_raw_jpeg(const std::filesystem::path& path, Size size, int components, bool adobe, const std::vector<JSAMPLE>& pixel) {
    jpeg_compress_struct codec{};
    jpeg_error_mgr errors{};
    codec.err = jpeg_std_error(&errors);
    jpeg_create_compress(&codec);
    FILE* const file = std::fopen(path.c_str(), "wb");
    jpeg_stdio_dest(&codec, file);
    codec.image_width = static_cast<JDIMENSION>(size.width);
    codec.image_height = static_cast<JDIMENSION>(size.height);
    codec.input_components = components;
    codec.in_color_space = components == 4 ? JCS_CMYK : JCS_GRAYSCALE;
    jpeg_set_defaults(&codec);
    jpeg_set_quality(&codec, 100, TRUE);
    codec.write_Adobe_marker = adobe ? TRUE : FALSE;
    jpeg_start_compress(&codec, TRUE);
    std::vector<JSAMPLE> row;
    for (int x = 0; x < size.width; ++x) row.insert(row.end(), pixel.begin(), pixel.end());
    JSAMPROW line = row.data();
    while (codec.next_scanline < codec.image_height) jpeg_write_scanlines(&codec, &line, 1);
    jpeg_finish_compress(&codec);
    jpeg_destroy_compress(&codec);
    std::fclose(file);
}

TEST(Still, WritesGreyAsGrey) {
    const Scratch scratch;
    for (const int depth : {8, 16}) {
        Frame grey({Layout::gray, depth, false}, {5, 3});
        for (int y = 0; y < 3; ++y)
            for (int x = 0; x < 5; ++x)
                if (depth == 8) grey.edit<std::uint8_t>(0).at(x, y) = static_cast<std::uint8_t>(50 * x + y);
                else grey.edit<std::uint16_t>(0).at(x, y) = static_cast<std::uint16_t>(13000 * x + y);
        write_still(scratch / "grey.png", grey, {});
        std::ifstream file(scratch / "grey.png", std::ios::binary);
        std::string head(26, ' ');
        file.read(head.data(), 26);
        EXPECT_EQ(head[24], depth);
        EXPECT_EQ(head[25], 0);  // the colour type of grey
        const Still back = read_still(scratch / "grey.png");
        for (int y = 0; y < 3; ++y)
            for (int x = 0; x < 5; ++x)
                for (int c = 0; c < 3; ++c) {
                    if (depth == 8) EXPECT_EQ(back.frame.plane<std::uint8_t>(0).at(x, y, c), grey.plane<std::uint8_t>(0).at(x, y));
                    else EXPECT_EQ(back.frame.plane<std::uint16_t>(0).at(x, y, c), grey.plane<std::uint16_t>(0).at(x, y));
                }
    }
}

TEST(Still, TurnsInksIntoLight) {
    const Scratch scratch;
    // Adobe stores what is left of the light, others the ink.
    write_raw_jpeg(scratch / "adobe.jpg", {8, 8}, 4, true, {255, 128, 0, 255});
    write_raw_jpeg(scratch / "plain.jpg", {8, 8}, 4, false, {0, 127, 255, 0});
    for (const std::string name : {"adobe.jpg", "plain.jpg"}) {
        const auto row = first_row(read_still(scratch / name));
        EXPECT_NEAR(row[0], 255, 2) << name;
        EXPECT_NEAR(row[1], 128, 2) << name;
        EXPECT_NEAR(row[2], 0, 2) << name;
    }
    write_raw_jpeg(scratch / "gray.jpg", {7, 5}, 1, false, {77});
    EXPECT_EQ(first_row(read_still(scratch / "gray.jpg"))[1], 77);
}

// An EXIF block with one entry: the orientation.
std::string exif(int orientation) {
    std::string block("Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 24);
    block += static_cast<char>(orientation);
    return block + std::string("\0\0\0\0\0\0\0", 7);
}

TEST(Still, AppliesEveryOrientation) {
    const Scratch scratch;
    write_raw_jpeg(scratch / "plain.jpg", {32, 16}, 1, false, {0});
    // A bright corner: top left in the stored picture.
    Frame stored({Layout::rgb, 8, false}, {32, 16});
    for (int y = 0; y < 16; ++y)
        for (int x = 0; x < 96; ++x) stored.edit<std::uint8_t>(0).row(y)[x] = x < 24 && y < 8 ? 250 : 5;
    write_still(scratch / "plain.jpg", stored, {});
    const std::string plain = content(scratch / "plain.jpg");
    struct Corner {
        int orientation;
        bool right, bottom;
    };
    const Corner corners[] = {{1, false, false}, {2, true, false}, {3, true, true}, {4, false, true}, {5, false, false}, {6, true, false}, {7, true, true}, {8, false, true}};
    for (const Corner& corner : corners) {
        const std::string block = exif(corner.orientation);
        std::string marked = plain.substr(0, 2) + "\xFF\xE1" + '\0' + static_cast<char>(block.size() + 2) + block + plain.substr(2);
        write(scratch / "turned.jpg", marked);
        const Still still = read_still(scratch / "turned.jpg");
        const Size size = still.frame.size();
        EXPECT_EQ(size, corner.orientation >= 5 ? (Size{16, 32}) : (Size{32, 16}));
        const View<const std::uint8_t> plane = still.frame.plane<std::uint8_t>(0);
        EXPECT_GT(plane.at(corner.right ? size.width - 2 : 1, corner.bottom ? size.height - 2 : 1), 200) << corner.orientation;
        EXPECT_LT(plane.at(corner.right ? 1 : size.width - 2, corner.bottom ? 1 : size.height - 2), 50) << corner.orientation;
    }
}

void write_raw_tiff(const std::filesystem::path& path, std::uint16_t bits, std::uint16_t samples, std::uint16_t photometric, std::vector<std::uint8_t> row) {
    TIFF* const tiff = TIFFOpen(path.c_str(), "w");
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, 2U);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, 1U);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, samples);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, photometric);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
    if (samples == 4 && photometric == PHOTOMETRIC_RGB) {
        std::uint16_t kind = EXTRASAMPLE_UNASSALPHA;
        TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &kind);
    }
    TIFFWriteScanline(tiff, row.data(), 0, 0);
    TIFFClose(tiff);
}

TEST(Still, ReadsTiff) {
    const Scratch scratch;
    write_raw_tiff(scratch / "rgb.tiff", 8, 3, PHOTOMETRIC_RGB, {1, 2, 3, 250, 251, 252});
    EXPECT_EQ(first_row(read_still(scratch / "rgb.tiff")), (std::vector<int>{1, 2, 3, 250, 251, 252}));
    write_raw_tiff(scratch / "gray.tiff", 8, 1, PHOTOMETRIC_MINISBLACK, {9, 200});
    EXPECT_EQ(first_row(read_still(scratch / "gray.tiff")), (std::vector<int>{9, 9, 9, 200, 200, 200}));
    write_raw_tiff(scratch / "deep.tiff", 16, 3, PHOTOMETRIC_RGB, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    const Still deep = read_still(scratch / "deep.tiff");
    EXPECT_EQ(deep.frame.format().depth, 16);
    EXPECT_EQ(deep.frame.plane<std::uint16_t>(0).data[1], 0x0403);
    write_raw_tiff(scratch / "alpha.tiff", 8, 4, PHOTOMETRIC_RGB, {200, 100, 50, 255, 10, 20, 30, 0});
    const auto alpha = first_row(read_still(scratch / "alpha.tiff"));
    ASSERT_EQ(alpha.size(), 8U);
    EXPECT_EQ((std::vector<int>(alpha.begin(), alpha.begin() + 4)), (std::vector<int>{200, 100, 50, 255}));
    EXPECT_EQ(alpha[7], 0);
    write_raw_tiff(scratch / "inks.tiff", 8, 4, PHOTOMETRIC_SEPARATED, {0, 255, 255, 0, 0, 0, 0, 255});
    const auto inks = first_row(read_still(scratch / "inks.tiff"));
    EXPECT_EQ((std::vector<int>(inks.begin(), inks.begin() + 3)), (std::vector<int>{255, 0, 0}));
}

TEST(Still, ReadsBitmapsOfEveryKind) {
    const Scratch scratch;
    const auto header = [](int width, int height, int bits, int compression, int colours, const std::string& rest) {
        const auto word = [](std::uint32_t value, int count) {
            std::string text;
            for (int index = 0; index < count; ++index) text += static_cast<char>(index < 4 ? value >> (8 * index) : 0);
            return text;
        };
        const std::uint32_t masks = compression == 3 ? 12 : 0;
        return "BM" + word(0, 8) + word(54 + masks + static_cast<std::uint32_t>(colours) * 4, 4) + word(40, 4) + word(static_cast<std::uint32_t>(width), 4) +
               word(static_cast<std::uint32_t>(height), 4) + word(1, 2) + word(static_cast<std::uint32_t>(bits), 2) + word(static_cast<std::uint32_t>(compression), 4) + word(0, 12) +
               word(static_cast<std::uint32_t>(colours), 4) + word(0, 4) + rest;
    };
    const std::string palette("\x00\x00\xFF\x00\xFF\x00\x00\x00", 8);  // red, blue
    const std::vector<int> red_blue{255, 0, 0, 0, 0, 255};
    write(scratch / "1.bmp", header(2, 1, 1, 0, 2, palette + std::string("\x40\0\0\0", 4)));
    write(scratch / "4.bmp", header(2, 1, 4, 0, 2, palette + std::string("\x01\0\0\0", 4)));
    write(scratch / "8.bmp", header(2, 1, 8, 0, 2, palette + std::string("\x00\x01\0\0", 4)));
    write(scratch / "rle8.bmp", header(2, 1, 8, 1, 2, palette + std::string("\x01\x00\x01\x01\x00\x01", 6)));
    write(scratch / "rle4.bmp", header(2, 1, 4, 2, 2, palette + std::string("\x02\x01\x00\x01", 4)));
    write(scratch / "16.bmp", header(2, 1, 16, 0, 0, std::string("\x00\x7C\x1F\x00", 4)));
    write(scratch / "565.bmp", header(2, 1, 16, 3, 0, std::string("\x00\xF8\0\0\xE0\x07\0\0\x1F\0\0\0", 12) + std::string("\x00\xF8\x1F\x00", 4)));
    write(scratch / "24.bmp", header(2, 1, 24, 0, 0, std::string("\0\0\xFF\xFF\0\0\0\0", 8)));
    write(scratch / "down.bmp", header(2, -1, 32, 0, 0, std::string("\0\0\xFF\0\xFF\0\0\0", 8)));
    // More moves to the right than a signed number can count, and then a pixel.
    std::string far("\x01\x00\x01\x01", 4);
    for (int move = 0; move < 8'421'506; ++move) far += std::string_view("\x00\x02\xFF\x00", 4);
    write(scratch / "far.bmp", header(2, 1, 8, 1, 2, palette + far + std::string("\x01\x00\x00\x01", 4)));
    for (const std::string name : {"1", "4", "8", "rle8", "rle4", "16", "565", "24", "down", "far"}) EXPECT_EQ(first_row(read_still(scratch / (name + ".bmp"))), red_blue) << name;
}

TEST(Still, TakesTheFirstOfMany) {
    const Scratch scratch;
    std::unique_ptr<WebPAnimEncoder, decltype(&WebPAnimEncoderDelete)> encoder(WebPAnimEncoderNew(8, 8, nullptr), WebPAnimEncoderDelete);
    for (int index = 0; index < 2; ++index) {
        WebPPicture picture;
        ASSERT_TRUE(WebPPictureInit(&picture));
        picture.use_argb = 1;
        picture.width = picture.height = 8;
        const std::vector<std::uint8_t> pixels(8 * 8 * 3, static_cast<std::uint8_t>(index == 0 ? 200 : 20));
        ASSERT_TRUE(WebPPictureImportRGB(&picture, pixels.data(), 24));
        WebPConfig config;
        ASSERT_TRUE(WebPConfigInit(&config));
        config.lossless = 1;
        ASSERT_TRUE(WebPAnimEncoderAdd(encoder.get(), &picture, index * 100, &config));
        WebPPictureFree(&picture);
    }
    WebPAnimEncoderAdd(encoder.get(), nullptr, 200, nullptr);
    WebPData data{};
    ASSERT_TRUE(WebPAnimEncoderAssemble(encoder.get(), &data));
    write(scratch / "many.webp", std::string(reinterpret_cast<const char*>(data.bytes), data.size));
    WebPDataClear(&data);
    const Still still = read_still(scratch / "many.webp");
    EXPECT_EQ(first_row(still)[0], 200);
    EXPECT_EQ(still.remarks, std::vector<std::string>{"animated: first picture taken"});
}

TEST(Still, DamageIsASentence) {
    const Scratch scratch;
    const Frame frame = ramp(Layout::rgb, 8, {40, 40});
    for (const std::string extension : {"png", "jpg", "webp", "bmp"}) {
        const std::filesystem::path path = scratch / ("whole." + extension), cut = scratch / ("cut." + extension);
        write_still(path, frame, {});
        const std::string bytes = content(path);
        for (const std::size_t length : {std::size_t{13}, std::size_t{40}, bytes.size() / 3, bytes.size() - 40}) {
            write(cut, bytes.substr(0, length));
            try {
                // JPEG shows what there is, and says that it is not all.
                EXPECT_FALSE(read_still(cut).remarks.empty()) << extension << " " << length;
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), Code::bad_input);
                EXPECT_NE(std::string(error.what()).find("cut."), std::string::npos);
            }
        }
        for (std::size_t at = 12; at < std::min<std::size_t>(bytes.size(), 400); at += 3) {
            std::string broken = bytes;
            broken[at] = static_cast<char>(broken[at] ^ 0x55);
            write(cut, broken);
            try {
                EXPECT_TRUE(static_cast<bool>(read_still(cut).frame));
            } catch (const Error& error) {
                EXPECT_TRUE(error.code() == Code::bad_input || error.code() == Code::out_of_memory);
            }
        }
    }
    write(scratch / "empty.png", "");
    write(scratch / "text.png", "this is no picture, it is a text");
    for (const auto& path : {scratch / "empty.png", scratch / "text.png", scratch / "missing.png", scratch.folder()}) EXPECT_EQ(code_of([&] { read_still(path); }), Code::bad_input);
}

TEST(Still, RefusesBombs) {
    const Scratch scratch;
    write_raw_png(scratch / "one.png", {1, 1}, 8, PNG_COLOR_TYPE_GRAY, {0});
    std::string bytes = content(scratch / "one.png");
    const std::string wide("IHDR\x00\x10\x00\x00\x00\x10\x00\x00", 12);  // 2^20 x 2^20
    bytes.replace(12, 12, wide);
    const std::uint32_t sum = crc32(std::as_bytes(std::span(bytes.data() + 12, 17)));
    for (int index = 0; index < 4; ++index) bytes[29 + static_cast<std::size_t>(index)] = static_cast<char>(sum >> (24 - 8 * index));
    write(scratch / "bomb.png", bytes);
    std::string text;
    EXPECT_EQ(code_of([&] { read_still(scratch / "bomb.png"); }, &text), Code::bad_input);
    EXPECT_NE(text.find("2^28"), std::string::npos) << text;
}

TEST(Still, RefusesBadWishes) {
    const Scratch scratch;
    const Frame frame = ramp(Layout::rgb, 8, {4, 4});
    StillOptions options;
    options.quality = 101;
    EXPECT_EQ(code_of([&] { write_still(scratch / "a.jpg", frame, options); }), Code::usage);
    EXPECT_EQ(code_of([&] { write_still(scratch / "a.gif", frame, {}); }), Code::usage);
    EXPECT_EQ(code_of([&] { write_still(scratch / "missing" / "a.png", frame, {}); }), Code::output);
    EXPECT_EQ(code_of([&] { write_still(scratch / "a.webp", ramp(Layout::rgb, 8, {16384, 1}), {}); }), Code::output);
    EXPECT_EQ(scratch.files(), 0U);
}

std::filesystem::path named(const char* variable, const std::filesystem::path& otherwise) {
    const char* const value = std::getenv(variable);
    return value ? std::filesystem::path(value) : otherwise;
}

TEST(Still, DecodesToTheRecordedPixels) {
    const char* const source = std::getenv("MIEN_SOURCE_DIR");
    const std::filesystem::path shared = std::filesystem::path(source ? source : ".") / ".." / "shared";
    const auto goldens = named("MIEN_GOLDENS", shared / "goldens"), data = named("MIEN_GOLDENS_DATA", shared / "data");
    std::set<std::string> seen;
    for (const char* const group : {"faces", "content", "enhancer"}) {
        std::ifstream file(goldens / (std::string(group) + ".json"));
        if (!file) GTEST_SKIP() << "no recorded results: set MIEN_GOLDENS and MIEN_GOLDENS_DATA to their folders";
        const Json recorded = Json::parse(file);
        for (const Json& each : recorded["cases"]) {
            const std::string target = each.value("target", "");
            if (!each.contains("decoded") || !target.starts_with("images/") || !seen.insert(target).second) continue;
            const Still still = read_still(data / target);
            const View<const std::uint8_t> plane = still.frame.plane<std::uint8_t>(0);
            std::vector<std::byte> bgr;
            for (int y = 0; y < plane.size.height; ++y)
                for (int x = 0; x < plane.size.width; ++x)
                    for (int channel = 2; channel >= 0; --channel) bgr.push_back(static_cast<std::byte>(plane.at(x, y, channel)));
            EXPECT_EQ(crc32_hex(crc32(bgr)), each["decoded"]["crc32"].get<std::string>()) << target;
        }
    }
    EXPECT_GE(seen.size(), 15U);
}
}  // namespace
}  // namespace mien
