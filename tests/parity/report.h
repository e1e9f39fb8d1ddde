// What was compared, what is exempt and why, what no processor of this program covers yet, and what differs.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "parity/reach.h"
#include "parity/recording.h"

namespace mien::parity {

/// How far apart two arrays may be.
enum class Measure : std::uint8_t {
    absolute,    ///< largest difference of any value
    of_largest,  ///< the same, divided by the largest magnitude of the recorded values
    frobenius,   ///< length of the difference over length of the recorded values
    cosine,      ///< 1 - cosine of the angle
    edges,       ///< absolute, besides a share of 1 % of the values, which lie on the borders of classes
    histogram,   ///< share of the samples that fell into another bin
};
struct Rule {
    std::string_view stage, array;  ///< globs
    Measure measure;
    double limit;
};
/// The first rule that fits. Every array has one: the last row is strict.
const Rule& rule_for(std::string_view stage, std::string_view array) noexcept;

/// A difference that is meant. `group_case` and `stage` are globs; `reference` is a row of the table of faults not to copy or of the list of corrections.
struct Exemption {
    std::string_view group_case, stage, reference, reason;
};

struct Distance {
    double largest = 0, mean = 0;  ///< in the rule's unit
    bool same_bytes = false;
};

/// Room beside a rule's limit. With `others` an array that passes its limit is asked again: at most a tenth of its kept values (or ten) may be off, and of those all
/// but a hundredth of the kept ones must be within the limit of one of the other answers.
struct Leeway {
    Others others;                                  ///< what else a network may answer (reach.h)
    double more = 0;                                ///< what a stage's unkept inputs add to the limit
    std::function<bool(std::int64_t)> undecided{};  ///< positions that nobody can be held to: of candidates whose score is the threshold, to the limit of scores
};

struct Counts {
    int compared = 0, exact = 0, reached = 0, exempt = 0, uncovered = 0, failed = 0;
};

/// Thread-safety: one thread at a time.
class Report {
public:
    /// Compares one recorded array with ours, converted to the recorded type. Pictures are given in the recorded channel order.
    void compare(const Group&, const Case&, const Stage&, const Stored&, const Array& ours, const Leeway& = {});
    /// Compares plain numbers that the json holds.
    void compare(const Group&, const Case&, const Stage&, std::string_view what, const std::vector<double>& recorded, const std::vector<double>& ours, double limit = 0);
    void uncovered(const Group&, int arrays, const std::string& why);
    void fail(const Group&, const Case&, std::string_view stage, const std::string& text);
    /// An outcome of the reference that is deliberately not repeated; fails unless a row of the exemptions names it.
    void exempt(const Group&, const Case&, std::string_view stage, const std::string& text);

    /// Whether the last comparison passed its rule's limit, exempt or not.
    bool last_failed() const noexcept { return last_failed_; }
    const Counts& counts(const std::string& group) { return counts_[group]; }
    /// Takes over what another thread's report holds.
    void merge(const Report&);
    /// The table, the reasons, the failures. True when nothing failed.
    bool print(bool distances) const;
    void print_distances() const;
    /// Fails when a group compares fewer arrays than the file of counts says; the file holds for the recordings it names by the digest of their index.
    bool check_counts(const std::string& file, const std::string& index) const;
    void write_counts(const std::string& file, const std::string& index) const;

private:
    void judge(const Group&, const Case&, std::string_view stage, std::string_view array, const Distance&, double limit, const std::string& text);
    std::map<std::string, Counts> counts_;
    struct Failure {
        std::string kind, text;
    };
    std::vector<Failure> failures_;
    std::map<std::string, int> reasons_;           ///< of uncovered arrays
    std::map<std::string, int> exemptions_;        ///< how often each row applied
    struct Spread {
        double largest = 0, sum = 0;
        int arrays = 0, exact = 0, missing = 0;  ///< missing: of another size, or not there at all
    };
    std::map<std::string, Spread> stages_;         ///< "stage array" -> distances
    bool last_failed_ = false;
    Counts& of(const Group&);
};

/// Distance of ours at the recorded positions. Throws Error{internal} when the sizes differ.
Distance distance(const Rule&, const Stored&, const Array& recorded, const Array& ours);
/// Whether other answers explain what is off (Report::compare).
bool reached(const Rule&, double limit, const Stored&, const Array& recorded, const Array& ours, const Leeway&);
/// `text` fits `pattern`, where * stands for anything.
bool fits(std::string_view pattern, std::string_view text) noexcept;

}  // namespace mien::parity
