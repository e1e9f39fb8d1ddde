// What all runs of the suite share: folders, networks, pictures read once, faces found once, and the report.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
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
    /// How far a network's answer moves, in units of its largest magnitude, when its inputs change by their last bit, or by as much as ours differ from the
    /// recorded ones where those differ.
    Distance noise_of(const Group&, const Stage&, const Heard&, const Stored& output);
    /// The same for boxes, points and scores read from the network heard before them, in pixels of the picture.
    Distance noise_of_candidates(const Group&, const Stage&, const Heard&, std::span<const Heard>);

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
    std::map<std::string, Distance> noise_;  ///< by network, input and output
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
/// Runs the processors of the settings on a copy of the frame.
Frame process_frame(Bench&, const Settings&, const Frame&, std::span<const Face> target, std::span<const Face> reference, std::span<const std::string> sources,
                    std::span<const std::vector<Face>> source_faces, Trace*);
int arrays_of(const Case&);

}  // namespace mien::parity
