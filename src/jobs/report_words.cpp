// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "jobs/report_facts.h"

namespace mien {
namespace {

std::string text_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_array()) {
        std::string text;
        for (const Json& item : value) text += (text.empty() ? "" : " ") + text_of(item);
        return text;
    }
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string text_at(const Json& object, const std::string& key) { return object.is_object() && object.contains(key) ? text_of(object[key]) : std::string(); }
std::int64_t number_at(const Json& object, const std::string& key) {
    return object.is_object() && object.contains(key) && object[key].is_number_integer() ? object[key].get<std::int64_t>() : 0;
}

std::string counted(std::int64_t count, std::string_view one, std::string_view many) { return fmt::format("{} {}", count, count == 1 ? one : many); }

/// "face_swapper (model x, weight 0.5)": a processor with what the job says of it.
std::string processor_text(const std::string& name, const Json& job) {
    std::string details;
    for (const auto& [key, value] : job.items())
        if (key.starts_with(name + "_")) {
            std::string what = key.substr(name.size() + 1);
            std::ranges::replace(what, '_', ' ');
            details += fmt::format("{}{} {}", details.empty() ? "" : ", ", what, text_of(value));
        }
    return details.empty() ? name : fmt::format("{} ({})", name, details);
}

std::string processors_sentence(const Json& job) {
    if (!job.contains("processors") || !job["processors"].is_array() || job["processors"].empty()) return {};
    std::string list;
    std::size_t at = 0;
    for (const Json& name : job["processors"]) {
        const std::size_t left = job["processors"].size() - ++at;
        list += processor_text(text_of(name), job) + (left > 1 ? ", " : left == 1 ? ", then " : "");
    }
    const std::string masks = text_at(job, "face_mask_types");
    return fmt::format(
        "The faces were given to {}{}.", list,
        masks.empty() ? "" : fmt::format("; what was painted was bounded by the mask{} {}", masks.find(' ') == std::string::npos ? "" : "s", masks));
}

std::string choice_sentence(const Json& job) {
    const std::string mode = text_at(job, "face_selector_mode"), detector = text_at(job, "face_detector_model"),
                      landmarker = text_at(job, "face_landmarker_model");
    if (mode.empty() || detector.empty()) return {};
    const std::string chosen =
        mode == "many"  ? "every face was meant"
        : mode == "one" ? fmt::format("one face of each frame was meant, in the order {}", text_at(job, "face_selector_order"))
                        : fmt::format("the faces like face {} of frame {} were meant, within a distance of {}", text_at(job, "reference_face_position"),
                                      text_at(job, "reference_frame_number"), text_at(job, "reference_face_distance"));
    return fmt::format("Faces were looked for with the detector {} (score {} and above) and its points found with {}; {}.", detector,
                       text_at(job, "face_detector_score"), landmarker, chosen);
}

std::string counts_sentence(const Json& result) {
    const std::int64_t frames = number_at(result, "frames"), with = number_at(result, "frames_with_faces"), found = number_at(result, "faces_found");
    std::string text = fmt::format("{} written; {} held a face, {} in all. Faces were painted {}", counted(frames, "frame was", "frames were"),
                                   with == frames ? "each" : fmt::format("{} of them", with), counted(found, "face", "faces"),
                                   counted(number_at(result, "faces_processed"), "time", "times"));
    const std::int64_t skipped = number_at(result, "faces_skipped"), outside = number_at(result, "faces_outside_the_frame"),
                       nonsense = number_at(result, "faces_with_non_finite_results");
    if (skipped + outside + nonsense == 0) return text + "; none was skipped.";
    if (skipped) text += fmt::format(", {} skipped", counted(skipped, "was", "were"));
    if (outside) text += fmt::format(", {} outside the frame", counted(outside, "lay", "lay"));
    if (nonsense) text += fmt::format(", {} left alone because a network answered nonsense", counted(nonsense, "was", "were"));
    return text + ".";
}

std::string gate_sentence(const Json& gate) {
    const std::string state = text_at(gate, "state");
    if (state.empty()) return {};
    std::int64_t samples = 0, flagged = 0;
    if (gate.contains("inputs") && gate["inputs"].is_array())
        for (const Json& input : gate["inputs"]) {
            samples += number_at(input, "samples");
            flagged += number_at(input, "flagged");
        }
    if (samples == 0)
        return "The content gate had nothing to look at: every input was rendered by mien, which the program knows by its digest. Nothing was refused.";
    return fmt::format("The content gate ({}) looked at {} and flagged {}, which is within its limits. Nothing was refused.", state,
                       counted(samples, "picture", "pictures"), flagged);
}

std::string with_file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::string inputs_sentence(const Json& claim) {
    if (!claim.contains("inputs") || !claim["inputs"].is_array() || claim["inputs"].empty()) return {};
    std::string list;
    for (const Json& input : claim["inputs"])
        list += fmt::format("{}{} as {}", list.empty() ? "" : ", ", with_file_name(text_at(input, "path")), text_at(input, "role"));
    return fmt::format("It was made from {}.", list);
}

}  // namespace

std::vector<std::string> receipt_sentences(const ReceiptFile& receipt) {
    std::vector<std::string> sentences;
    const auto add = [&](std::string text) {
        if (!text.empty()) sentences.push_back(std::move(text));
    };
    const Json none = Json::object(), job = receipt.claim.value("job", none), versions = receipt.claim.value("versions", none);
    add(inputs_sentence(receipt.claim));
    if (job.is_object()) {
        add(choice_sentence(job));
        add(processors_sentence(job));
    }
    add(counts_sentence(receipt.result));
    if (receipt.result.contains("skipped_because") && receipt.result["skipped_because"].is_array())
        for (const Json& why : receipt.result["skipped_because"]) add(text_of(why) + ".");
    add(gate_sentence(receipt.claim.value("gate", none)));
    if (versions.is_object() && versions.contains("mien")) {
        std::string list;
        for (const auto& [name, version] : versions.items()) list += fmt::format("{}{} {}", list.empty() ? "" : ", ", name, text_of(version));
        add(fmt::format("At work were {}.", list));
    }
    return sentences;
}

std::string lead_sentence(const ReportFacts& facts) {
    const auto summary = [&](double ReportFrame::*member) { return quality::summarise(facts.values(member)); };
    const auto followed = std::ranges::count_if(facts.frames, &ReportFrame::followed), found = std::ranges::count_if(facts.frames, &ReportFrame::found);
    if (followed == 0) return fmt::format("No face was found in {}, so there is nothing to measure.", facts.target);
    std::string text;
    if (!facts.still) {
        const std::string there = followed == std::ssize(facts.frames)
                                      ? fmt::format("Each of the {} frames of {} holds the face", followed, facts.target)
                                      : fmt::format("{} of the {} frames of {} hold the face", followed, facts.frames.size(), facts.target);
        text = found == followed ? there + ", and so do those of the result. " : fmt::format("{}; in the result {} of those do. ", there, found);
    }
    const quality::Summary margin = summary(&ReportFrame::margin);
    if (margin.count > 0) {
        const std::vector<double> margins = facts.values(&ReportFrame::margin);
        const auto nearer = std::ranges::count_if(margins, [](double value) { return value > 0; });
        text += facts.still ? fmt::format("To the recogniser it is {} to the source than to the person filmed. ", nearer ? "nearer" : "no nearer")
                            : fmt::format("To the recogniser it is nearer to the source than to the person filmed in {} of {}. ", nearer,
                                          counted(static_cast<std::int64_t>(margin.count), "frame", "frames"));
    }
    const quality::Summary near = summary(&ReportFrame::psnr), film = summary(&ReportFrame::psnr_target);
    if (near.count > 0 && film.count > 0) {
        const double gain = near.mean - film.mean;
        text += fmt::format("Inside the face its PSNR to the truth is {:.1f} dB{}, {} that of the untouched original. ", near.mean,
                            facts.still ? "" : " on average",
                            std::abs(gain) < 0.05 ? "the same as" : fmt::format("{:.1f} dB {}", std::abs(gain), gain > 0 ? "above" : "below"));
    }
    while (text.ends_with(' ')) text.pop_back();
    return text;
}

}  // namespace mien
