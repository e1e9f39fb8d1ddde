// The page's parts from made-up facts: what no film of a test is long or strange enough for.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "jobs/report_facts.h"

namespace mien {
namespace {

std::vector<ReportFrame> frames_of(int count) {
    std::vector<ReportFrame> frames;
    for (int i = 0; i < count; ++i) {
        ReportFrame frame{i, i / 25.0, true, true};
        frame.margin = (i % 7) / 10.0;
        frames.push_back(frame);
    }
    return frames;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

const Plot margin_plot{"", 2, {{"result", "result", &ReportFrame::margin}}, 0.0, 0.4, false};

TEST(ReportPlot, LongFilmsArePutTogetherWithTheirRange) {
    const std::string svg = plot_svg(margin_plot, frames_of(90000));
    EXPECT_LE(count_of(svg, "class=\"at\""), 300u);
    EXPECT_EQ(count_of(svg, "class=\"band result\""), 1u);
    EXPECT_LT(svg.size(), 120000u);
    EXPECT_NE(svg.find("frames 0&#8211;299"), std::string::npos);
    EXPECT_EQ(count_of(plot_svg(margin_plot, frames_of(300)), "band"), 0u);
}

TEST(ReportPlot, GapsAreGaps) {
    std::vector<ReportFrame> frames = frames_of(9);
    frames[3].margin = frames[7].margin = quality::unknown;
    const std::string svg = plot_svg(margin_plot, frames);
    const std::size_t at = svg.find("class=\"line result\" d=\"");
    const std::string path = svg.substr(at, svg.find('>', at) - at);
    EXPECT_EQ(count_of(path, "M"), 3u);
    EXPECT_EQ(count_of(path, "L"), 2u + 2u);
    EXPECT_EQ(count_of(path, "h.1"), 1u);  // the last frame stands alone
    EXPECT_EQ(count_of(svg, "nan"), 0u);
}

TEST(ReportPlot, ExtremeValuesStayNumbers) {
    for (const double value : {0.0, 1e-9, -1e-9, 100.0, -2.0, 1e6}) {
        std::vector<ReportFrame> frames = frames_of(4);
        for (ReportFrame& frame : frames) frame.margin = value;
        const std::string svg = plot_svg(margin_plot, frames);
        EXPECT_EQ(count_of(svg, "nan") + count_of(svg, "inf"), 0u) << value;
        EXPECT_LT(count_of(svg, "class=\"grid\""), 12u) << value;
    }
    std::vector<ReportFrame> same_time = frames_of(4);
    for (ReportFrame& frame : same_time) frame.time_s = 3;
    EXPECT_EQ(count_of(plot_svg(margin_plot, same_time), "nan"), 0u);
    EXPECT_EQ(count_of(plot_svg({"dB", 1, {{"result", "result", &ReportFrame::psnr}}, {}, 4, false}, frames_of(4)), "nan"), 0u);
}

TEST(ReportWords, ReceiptsOfAnyShapeBecomeSentences) {
    const Json shapes[] = {Json::object(),
                           {{"job", 3}},
                           {{"job", Json::array()}},
                           {{"job", {{"processors", "x"}}}},
                           {{"job", {{"processors", {1, nullptr}}}}},
                           {{"gate", 3}},
                           {{"gate", {{"state", 1}, {"inputs", 7}}}},
                           {{"inputs", 3}},
                           {{"inputs", {nullptr, 3}}},
                           {{"versions", {{"mien", 3}}}},
                           {{"versions", 3}}};
    for (const Json& claim : shapes)
        for (const Json& result : {Json::object(), Json{{"frames", "x"}, {"skipped_because", 3}}, Json{{"skipped_because", {3, nullptr}}}}) {
            EXPECT_FALSE(receipt_sentences({{}, claim, Json::object(), result}).empty()) << claim.dump();
            ReportFacts facts;
            facts.frames = frames_of(1);
            facts.receipt = ReceiptFile{{}, claim, Json::object(), result};
            EXPECT_NE(report_page(facts).find("</html>"), std::string::npos);
        }
}

TEST(ReportWords, WhatWasLeftOutIsSaid) {
    const Json result{{"frames", 10},
                      {"frames_with_faces", 8},
                      {"faces_found", 12},
                      {"faces_processed", 8},
                      {"faces_skipped", 4},
                      {"faces_with_non_finite_results", 1},
                      {"skipped_because", {"4 faces were not meant"}}};
    const std::vector<std::string> sentences = receipt_sentences(
        {{}, {{"gate", {{"state", "verified"}, {"inputs", {{{"samples", 7}, {"flagged", 0}}, {{"samples", 1}, {"flagged", 0}}}}}}}, Json::object(), result});
    ASSERT_EQ(sentences.size(), 3u);
    EXPECT_EQ(sentences[0],
              "10 frames were written; 8 of them held a face, 12 faces in all. Faces were painted 8 times, 4 were skipped, 1 was left alone because a network "
              "answered nonsense.");
    EXPECT_EQ(sentences[1], "4 faces were not meant.");
    EXPECT_EQ(sentences[2], "The content gate (verified) looked at 8 pictures and flagged 0, which is within its limits. Nothing was refused.");
}

TEST(ReportWords, TheLeadSaysWhichWay) {
    ReportFacts facts;
    facts.target = "film.mp4";
    facts.result = "result.mp4";
    facts.frames = frames_of(4);
    for (ReportFrame& frame : facts.frames) frame.psnr = 20, frame.psnr_target = 21.5;
    facts.frames[1].found = false;
    const std::string lead = lead_sentence(facts);
    EXPECT_NE(lead.find("Each of the 4 frames of film.mp4 holds the face; in the result 3 of those do."), std::string::npos) << lead;
    EXPECT_NE(lead.find("in 3 of 4 frames"), std::string::npos) << lead;
    EXPECT_NE(lead.find("20.0 dB on average, 1.5 dB below that of"), std::string::npos) << lead;
    for (ReportFrame& frame : facts.frames) frame.followed = frame.found = false;
    EXPECT_EQ(lead_sentence(facts), "No face was found in film.mp4, so there is nothing to measure.");
}

TEST(ReportPage, TextIsEscaped) {
    EXPECT_EQ(escaped("<a href=\"x\">&'\x01\n"), "&lt;a href=&quot;x&quot;&gt;&amp;'\n");
    EXPECT_EQ(escaped("\xC3\xA4 \xff"), "\xC3\xA4 \xEF\xBF\xBD");
}

}  // namespace
}  // namespace mien
