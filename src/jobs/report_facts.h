// What a report shows, gathered before a letter of the page is written.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "face/gate.h"
#include "jobs/receipt.h"
#include "jobs/receipt_file.h"
#include "models/store.h"
#include "quality/measure.h"

namespace mien {

/// One frame; quality::unknown where something could not be measured.
struct ReportFrame {
    std::int64_t number = 0;  ///< in the target
    double time_s = 0;
    bool followed = false;                                           ///< the target's face is there
    bool found = false;                                              ///< and so is the result's
    double psnr = quality::unknown, psnr_target = quality::unknown;  ///< dB to the truth, inside the target's face box: of the result, of the target itself
    double margin = quality::unknown,
           margin_truth = quality::unknown;  ///< cosine to the source less cosine to the target's face of this frame: of the result, of the truth
    double jitter = quality::unknown, jitter_truth = quality::unknown;  ///< percent of the distance between the outer corners of the eyes
};

/// A JPEG with the mark.
struct ReportPicture {
    std::vector<std::byte> bytes;
    Size size;
};
/// One moment of the strip; pictures that do not exist are empty.
struct ReportMoment {
    std::int64_t number = 0;
    double time_s = 0;
    ReportPicture target, result, truth, difference;
};

struct ReportFacts {
    std::string target, result, truth, source;  ///< file names; truth and source may be empty
    Size size;
    double frame_rate = 0, seconds = 0;
    bool still = false;
    std::vector<ReportFrame> frames;
    std::vector<ReportMoment> moments;
    ReportPicture whole_target, whole_result, source_picture;
    std::optional<ReceiptFile> receipt;        ///< of the result
    std::string receipt_trouble;               ///< one sentence: why there is none
    std::vector<ModelStore::Opened> networks;  ///< that measured
    std::vector<ReceiptInput> inputs;
    std::string gate, claim_sha256, version;
    std::vector<std::string> remarks;

    /// One measure over all frames.
    std::vector<double> values(double ReportFrame::*) const;
};

/// A plot's line; `soft` ones stand behind.
struct PlotLine {
    std::string name, style;  ///< class of the page's style sheet: result film truth
    double ReportFrame::*value = nullptr;
};
struct Plot {
    std::string unit;
    int decimals = 1;
    std::vector<PlotLine> lines;  ///< the first is drawn on top
    std::optional<double> rule;   ///< a level worth a line of its own
    double least_span = 1;        ///< of the axis
    bool from_zero = false;
};
/// The plot as SVG text: lines over time with gaps where nothing is known, frames put together (mean, and a band from least to most) where there are more than
/// the plot has room for, and a reading of every place that shows under the pointer. Needs no script.
std::string plot_svg(const Plot&, const std::vector<ReportFrame>&);

/// Sentences of what the receipt says: what was asked for, what was found and done, what was refused and why.
std::vector<std::string> receipt_sentences(const ReceiptFile&);
/// The page's opening sentences: what the measures say.
std::string lead_sentence(const ReportFacts&);
/// The page. The same facts give the same bytes.
std::string report_page(const ReportFacts&);

/// Text as HTML shows it; bytes that are not UTF-8 become replacement characters.
std::string escaped(std::string_view);

}  // namespace mien
