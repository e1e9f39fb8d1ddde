// SPDX-License-Identifier: Apache-2.0
#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "media/still_codecs.h"

namespace mien {
namespace {
struct Source {
    ByteView bytes;
    std::size_t at = 0;
};
Source& source_of(thandle_t handle) { return *static_cast<Source*>(handle); }
tmsize_t read_some(thandle_t handle, void* to, tmsize_t count) {
    Source& source = source_of(handle);
    const std::size_t left = source.at < source.bytes.size() ? source.bytes.size() - source.at : 0;
    const std::size_t taken = std::min(left, static_cast<std::size_t>(std::max<tmsize_t>(count, 0)));
    if (taken > 0) std::memcpy(to, source.bytes.data() + source.at, taken);
    source.at += taken;
    return static_cast<tmsize_t>(taken);
}
tmsize_t write_none(thandle_t, void*, tmsize_t) { return 0; }
toff_t seek_to(thandle_t handle, toff_t offset, int whence) {
    Source& source = source_of(handle);
    const toff_t start = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? source.at : source.bytes.size();
    source.at = static_cast<std::size_t>(start + offset);
    return source.at;
}
int close_none(thandle_t) { return 0; }
toff_t size_of(thandle_t handle) { return source_of(handle).bytes.size(); }

struct Close {
    void operator()(TIFF* tiff) const noexcept { TIFFClose(tiff); }
};

std::uint32_t number(TIFF* tiff, std::uint32_t tag, std::uint32_t otherwise) {
    std::uint16_t value = 0;
    return TIFFGetFieldDefaulted(tiff, tag, &value) ? value : otherwise;
}

// 16-bit grey and RGB(A) in one plane; libtiff's own RGBA reader gives 8 bits only.
bool read_deep(TIFF* tiff, Size size, Still& still) {
    const std::uint32_t photometric = number(tiff, TIFFTAG_PHOTOMETRIC, 0), samples = number(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    const bool gray = photometric == PHOTOMETRIC_MINISBLACK, rgb = photometric == PHOTOMETRIC_RGB;
    const bool fits = number(tiff, TIFFTAG_BITSPERSAMPLE, 1) == 16 && number(tiff, TIFFTAG_PLANARCONFIG, 1) == PLANARCONFIG_CONTIG && !TIFFIsTiled(tiff) &&
                      number(tiff, TIFFTAG_SAMPLEFORMAT, 1) == SAMPLEFORMAT_UINT && ((gray && samples <= 2) || (rgb && (samples == 3 || samples == 4)));
    if (!fits) return false;
    const bool alpha = samples == 2 || samples == 4;
    still.frame = Frame({alpha ? Layout::rgba : Layout::rgb, 16, false}, size);
    const View<std::uint16_t> plane = still.frame.edit<std::uint16_t>(0);
    std::vector<std::uint16_t> line(static_cast<std::size_t>(TIFFScanlineSize(tiff)) / 2 + 1);
    for (int y = 0; y < size.height; ++y) {
        if (TIFFReadScanline(tiff, line.data(), static_cast<std::uint32_t>(y), 0) < 0) throw Error(Code::bad_input, "it is damaged or truncated");
        for (int x = 0; x < size.width; ++x)
            for (int channel = 0; channel < plane.channels; ++channel) {
                const bool is_alpha = channel == 3;
                const std::size_t sample = gray ? (is_alpha ? 1 : 0) : static_cast<std::size_t>(channel);
                plane.at(x, y, channel) = line[static_cast<std::size_t>(x) * samples + sample];
            }
    }
    return true;
}

// Straight colours from colours that libtiff multiplied with their alpha.
std::uint8_t straight(std::uint32_t value, std::uint32_t alpha) { return static_cast<std::uint8_t>(alpha == 0 ? value : std::min<std::uint32_t>(255, (value * 255 + alpha / 2) / alpha)); }

void read_plain(TIFF* tiff, Size size, Still& still) {
    char reason[1024] = "";
    if (!TIFFRGBAImageOK(tiff, reason)) throw Error(Code::bad_input, std::string("its kind of TIFF cannot be read: ") + reason);
    std::vector<std::uint32_t> pixels(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
    if (!TIFFReadRGBAImageOriented(tiff, static_cast<std::uint32_t>(size.width), static_cast<std::uint32_t>(size.height), pixels.data(), static_cast<int>(number(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT)), 1))
        throw Error(Code::bad_input, "it is damaged or truncated");
    std::uint16_t extra = 0;
    std::uint16_t* kinds = nullptr;
    const bool alpha = TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extra, &kinds) && extra > 0 && kinds[0] != EXTRASAMPLE_UNSPECIFIED;
    still.frame = Frame({alpha ? Layout::rgba : Layout::rgb, 8, false}, size);
    const View<std::uint8_t> plane = still.frame.edit<std::uint8_t>(0);
    auto from = pixels.begin();
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x, ++from) {
            const std::uint32_t a = TIFFGetA(*from);
            const std::uint32_t colours[3] = {TIFFGetR(*from), TIFFGetG(*from), TIFFGetB(*from)};
            for (int channel = 0; channel < 3; ++channel) plane.at(x, y, channel) = alpha ? straight(colours[channel], a) : static_cast<std::uint8_t>(colours[channel]);
            if (alpha) plane.at(x, y, 3) = static_cast<std::uint8_t>(a);
        }
    if (number(tiff, TIFFTAG_BITSPERSAMPLE, 8) > 8) still.remarks.push_back("its deep samples are read with 8 bits");
}
}  // namespace

Still read_tiff(ByteView bytes) {
    // The library's messages would go to standard error; its return values say enough.
    TIFFSetErrorHandler(nullptr);
    TIFFSetWarningHandler(nullptr);
    Source source{bytes};
    const std::unique_ptr<TIFF, Close> tiff(TIFFClientOpen("picture", "rm", &source, read_some, write_none, seek_to, close_none, size_of, nullptr, nullptr));
    if (!tiff) throw Error(Code::bad_input, "it is damaged or truncated");
    std::uint32_t width = 0, height = 0;
    TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
    const Size size = checked_size(width, height);
    Still still;
    if (!read_deep(tiff.get(), size, still)) read_plain(tiff.get(), size, still);
    still.frame = upright(still.frame, static_cast<int>(number(tiff.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT)));
    std::uint32_t length = 0;
    void* profile = nullptr;
    if (TIFFGetField(tiff.get(), TIFFTAG_ICCPROFILE, &length, &profile) && length > 0)
        still.icc.assign(static_cast<std::byte*>(profile), static_cast<std::byte*>(profile) + length);
    if (TIFFNumberOfDirectories(tiff.get()) > 1) still.remarks.push_back("several pages: first picture taken");
    return still;
}

}  // namespace mien
