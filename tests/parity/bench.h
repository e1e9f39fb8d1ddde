// What all runs of the suite share: folders, networks, pictures read once, faces found once, and the report.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "face/analyse.h"
#include "face/landmark.h"
#include "face/recognise.h"
#include "jobs/options.h"
#include "models/store.h"
#include "parity/pictures.h"
#include "parity/reach.h"
#include "parity/recorder.h"
#include "parity/recording.h"
#include "parity/report.h"

namespace mien::parity {

struct Folders {
    std::filesystem::path source, goldens, models, data, build;
};
/// MIEN_GOLDENS, MIEN_GOLDENS_MODELS, MIEN_GOLDENS_DATA, or the folders beside the checkout.
Folders find_folders();

/// Thread-safety: one thread at a time.
class Bench {
public:
    /// `worker` tells benches of several threads apart.
    Bench(Folders, bool faithful, int worker = 0);
    const Folders folders;
    const bool faithful;
    Report report;
    ModelStore& store() noexcept { return *store_; }
    /// A store that looks into a variant's folder first.
    ModelStore& store(const std::string& variant);
    /// The picture or the frame of a clip the case works on; relative to the data folder.
    const Frame& picture(const std::string& target, std::optional<std::int64_t> frame = {});
    /// Faces by our own analysis; remembered by picture and settings.
    const std::vector<Face>& faces(const std::string& target, std::optional<std::int64_t> frame, const AnalysisSettings&);
    const FaceAnalyser& analyser(const AnalysisSettings&);
    const Landmarker& landmarker(const AnalysisSettings&);
    const Recogniser& recogniser(const AnalysisSettings&);
    /// What other orders of sums may make of a network's answer (reach.h).
    Reach& reach() noexcept { return *reach_; }

private:
    const int worker_;
    std::unique_ptr<ModelStore> open_store(std::vector<std::filesystem::path>, const std::string& lock) const;
    std::unique_ptr<ModelStore> store_;
    std::map<std::string, std::unique_ptr<ModelStore>> variants_;
    std::map<std::string, Frame> pictures_;
    std::map<std::string, std::unique_ptr<FaceAnalyser>> analysers_;
    std::map<std::string, std::unique_ptr<Landmarker>> landmarkers_;
    std::map<std::string, std::unique_ptr<Recogniser>> recognisers_;
    std::map<std::string, std::vector<Face>> faces_;
    std::unique_ptr<Reach> reach_;
};

/// Settings of a case: its options through the program's own rows, its state put in directly, faithful as the bench says.
Settings settings_of(const Case&, bool faithful);
/// Faces as a stage recorded them.
std::vector<Face> recorded_faces(const Group&, const Stage&);
/// Compares our faces with a stage: count, order, every array, gender, race, age.
void compare_faces(Report&, const Group&, const Case&, const Stage&, std::span<const Face>, bool classified);
/// False, and said in the report, when the decoded picture is not the recorded one.
bool check_decoded(Report&, const Group&, const Case&, const Frame&);

// One function per kind of case.
void run_functions(Bench&, const Group&, const Case&);
void run_primitives(Bench&, const Group&, const Case&);
void run_warps(Bench&, const Group&, const Case&);
void run_masks(Bench&, const Group&, const Case&);
void run_analyse(Bench&, const Group&, const Case&);
void run_process(Bench&, const Group&, const Case&);
void run_content(Bench&, const Group&, const Case&);
void run_image_job(Bench&, const Group&, const Case&);
void run_video_job(Bench&, const Group&, const Case&);

/// Processors that no row of the program opens yet, of those the settings name; empty: all are there.
std::string missing_processors(const Settings&);
/// Who is on a picture and whose faces are painted.
struct Cast {
    std::vector<std::string> sources;  ///< pictures only
    std::vector<Face> target, reference;
    std::vector<std::vector<Face>> source_faces;
};
struct Painted {
    Frame frame;
    Rect touched;  ///< where processors may have changed it
};
/// Runs the processors of the settings on a copy of the frame. `before` is called with each one's number and the picture it is about to paint on.
Painted process_frame(Bench&, const Settings&, const Frame&, const Cast&, Trace*, const std::function<void(std::size_t, Frame&)>& before = {});
/// The end-to-end rules: 40 dB over the face boxes and what was painted, equal bytes everywhere else.
bool meets_end(Bench&, const Group&, const Case&, const Stage&, const Stored& frame, std::span<const Face>, const Painted&);
int arrays_of(const Case&);

}  // namespace mien::parity
