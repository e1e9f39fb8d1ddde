// SPDX-License-Identifier: Apache-2.0
#include "media/writer.h"

#include "films.h"

namespace mien {
namespace {
using namespace test;

WriterOptions lossless(const std::string& encoder) {
    WriterOptions options;
    options.video_encoder = encoder;
    options.video_preset = "ultrafast";
    options.lossless = true;
    return options;
}

struct RoundTrip {
    const char *from, *encoder, *to;
};
TEST(Writer, LosslessFilmsKeepFramesAndTimes) {
    NEEDS_CLIPS();
    const RoundTrip cases[] = {
        {"plain.mp4", "libx264", "out.mp4"},       {"plain.mp4", "ffv1", "out.mkv"},           {"plain.mp4", "libx265", "out.mp4"},     {"vfr.mkv", "libx264", "out.mkv"},
        {"vfr.mkv", "libx264", "out.mp4"},         {"vfr.mp4", "libx264", "out.mp4"},          {"vfr.mp4", "libx264", "out.mov"},       {"bframes_open_gop.mp4", "libx264", "out.mp4"},
        {"bframes_open_gop.mkv", "ffv1", "out.mkv"}, {"rotated.mp4", "libx264", "out.mp4"},    {"many.mkv", "libx264", "out.mkv"},      {"many.mp4", "libx264", "out.mp4"},
        {"ten.hevc.mp4", "libx265", "out.mp4"},    {"ten.hevc.mp4", "libx264", "out.mp4"},     {"ten.hevc.mp4", "ffv1", "out.mkv"},     {"ten.ffv1.mkv", "ffv1", "out.mkv"},
        {"ten.ffv1.mkv", "libx264", "out.mp4"},    {"ten.hevc.mp4", "libvpx-vp9", "out.webm"}, {"rgb.x264.mp4", "libx265", "out.mp4"},  {"rgb.ffv1.mkv", "ffv1", "out.mkv"},
        {"rgb.ffv1.mkv", "libx264rgb", "out.mkv"}, {"full_range.mkv", "libx264", "out.mkv"},   {"odd.webm", "libvpx-vp9", "out.webm"},  {"odd.webm", "ffv1", "out.mkv"},
        {"odd.ffv1.mkv", "ffv1", "out.mkv"},       {"odd444.mp4", "libx264", "out.mp4"},       {"long_gop.mp4", "libx264", "out.mp4"},  {"late.mkv", "libx264", "out.mkv"},
        {"late.mkv", "libx264", "out.mp4"},        {"late.mp4", "libx264", "out.mp4"},         {"edit_list.mp4", "libx264", "out.mp4"}, {"no_durations.avi", "ffv1", "out.avi"},
        {"no_durations.avi", "libx264", "out.mp4"}, {"gray.mkv", "ffv1", "out.mkv"},           {"gray.mkv", "libx264", "out.mp4"},      {"strange.nv12.avi", "rawvideo", "out.avi"},
        {"alpha.mov", "ffv1", "out.mov"},          {"square_not.mp4", "libx264", "out.mp4"},
    };
    const Scratch scratch;
    for (const RoundTrip& each : cases) {
        SCOPED_TRACE(std::string(each.from) + " by " + each.encoder + " to " + each.to);
        const auto remarks = rewrite(clip(each.from), scratch / each.to, lossless(each.encoder));
        const Film before = watch(clip(each.from)), after = watch(scratch / each.to);
        const bool coarse = std::any_of(remarks.begin(), remarks.end(), [](const std::string& text) { return text.find("rounded") != std::string::npos; });
        if (coarse)
            EXPECT_EQ(before.times({1, 1000}), after.times({1, 1000}));
        else
            EXPECT_EQ(before.times(av::rational(before.info.time_base)), after.times(av::rational(before.info.time_base)));
        // Grey in H.264 and the layouts of interleaved and planar RGB hold the same numbers under another name.
        if (before.info.format == after.info.format) EXPECT_EQ(before.digests(), after.digests());
        else EXPECT_TRUE(std::string(each.from).starts_with("rgb.")) << name_of(after.info.format);
        EXPECT_EQ(before.info.rotation, after.info.rotation);
        EXPECT_EQ(before.info.sample_aspect, after.info.sample_aspect);
        EXPECT_EQ(before.info.colour.full_range, after.info.colour.full_range);
        EXPECT_EQ(before.info.colour.transfer, after.info.colour.transfer);
        EXPECT_EQ(before.info.size, after.info.size);
        EXPECT_EQ(scratch.files(), 1U);
        std::filesystem::remove(scratch / each.to);
    }
}
}  // namespace
}  // namespace mien
