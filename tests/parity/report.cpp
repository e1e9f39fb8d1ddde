// SPDX-License-Identifier: Apache-2.0
#include "parity/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>

#include "base/digest.h"
#include "base/error.h"
#include "parity/exemptions.h"

namespace mien::parity {
namespace {

constexpr double nowhere_near = 1e30;  ///< the distance of what cannot be compared

/// Ours in the recorded type, so that its checksum can be compared.
Array convert(const Array& ours, const Stored& stored) {
    Array out{stored.element, stored.is_unsigned, stored.shape, {}};
    if (ours.element == stored.element) {
        out.bytes = ours.bytes;
        return out;
    }
    const std::vector<double> values = ours.values();
    out.bytes.resize(values.size() * size_bytes(stored.element));
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::byte* to = out.bytes.data() + i * size_bytes(stored.element);
        const auto put = [&](auto value) { std::memcpy(to, &value, sizeof value); };
        switch (stored.element) {
            case Element::u8:
            case Element::boolean: put(static_cast<std::uint8_t>(values[i])); break;
            case Element::i32: put(static_cast<std::int32_t>(values[i])); break;
            case Element::i64: put(static_cast<std::int64_t>(values[i])); break;
            case Element::f32: put(static_cast<float>(values[i])); break;
            case Element::f64: put(values[i]); break;
            case Element::f16: throw Error(Code::internal, "No recorded array has half precision as its own type.");
        }
    }
    return out;
}

double share_apart(const std::vector<double>& differences, double limit) {
    return static_cast<double>(std::count_if(differences.begin(), differences.end(), [&](double d) { return d > limit; })) / static_cast<double>(differences.size());
}

Distance reduce(const Rule& rule, const std::vector<double>& recorded, const std::vector<double>& ours) {
    Distance out;
    std::vector<double> differences(recorded.size());
    double largest = 0, squares = 0, squares_apart = 0, dot = 0, squares_ours = 0, total = 0;
    for (std::size_t i = 0; i < recorded.size(); ++i) {
        // NaN on both sides is the same; on one side it is as far as it can be.
        const bool nan = std::isnan(recorded[i]) || std::isnan(ours[i]);
        differences[i] = nan ? (std::isnan(recorded[i]) && std::isnan(ours[i]) ? 0 : nowhere_near) : std::abs(recorded[i] - ours[i]);
        out.largest = std::max(out.largest, differences[i]);
        out.mean += differences[i] / static_cast<double>(recorded.size());
        largest = std::max(largest, std::abs(recorded[i]));
        squares += recorded[i] * recorded[i];
        squares_ours += ours[i] * ours[i];
        squares_apart += differences[i] * differences[i];
        dot += recorded[i] * ours[i];
        total += recorded[i];
    }
    if (rule.measure == Measure::of_largest && largest > 0) out = {out.largest / largest, out.mean / largest};
    if (rule.measure == Measure::frobenius && squares > 0) out.largest = out.mean = std::sqrt(squares_apart / squares);
    if (rule.measure == Measure::cosine) out.largest = out.mean = 1 - dot / std::sqrt(std::max(squares * squares_ours, 1e-300));
    if (rule.measure == Measure::edges && share_apart(differences, rule.limit) <= 0.01) out.largest = 0;
    if (rule.measure == Measure::histogram) out.largest = out.mean = out.mean * static_cast<double>(recorded.size()) / 2 / std::max(total, 1.0);
    return out;
}

}  // namespace

Distance distance(const Rule& rule, const Stored& stored, const Array& recorded, const Array& ours) {
    if (ours.count() != stored.count()) throw Error(Code::internal, fmt::format("ours has {} values, the recording {}", ours.count(), stored.count()));
    const Array same_type = convert(ours, stored);
    if (crc32(same_type.bytes) == stored.crc) return {0, 0, true};
    const std::vector<std::int64_t> positions = stored.positions();
    std::vector<double> here(positions.size()), there = recorded.values();
    if (there.size() != here.size()) throw Error(Code::internal, fmt::format("the recording keeps {} values where {} were expected", there.size(), here.size()));
    for (std::size_t i = 0; i < positions.size(); ++i) here[i] = same_type.value(positions[i]);
    return reduce(rule, there, here);
}

bool reached(const Rule& rule, double limit, const Stored& stored, const Array& recorded, const Array& ours, const Leeway& leeway) {
    // Shares of the kept values that may be off, and that may stay so: between scores that only the sigmoid's own error tells apart no input decides.
    constexpr double most = 0.1, unreached = 0.01, one_row = 10;  // one_row: the numbers of one candidate
    const std::vector<std::int64_t> positions = stored.positions();
    const std::vector<double> there = recorded.values();
    double largest = 0;
    for (const double value : there) largest = std::max(largest, std::abs(value));
    const double allowed = rule.measure == Measure::of_largest ? limit * largest : limit;
    // A candidate whose score is at the very threshold is there or not, and moves those after it by a row.
    const bool list = stored.name == "boxes" || stored.name == "points" || stored.name == "scores";
    const std::int64_t row = list && !stored.shape.empty() && stored.shape[0] > 0 ? stored.count() / stored.shape[0] : 0, rows = row > 0 ? 3 : 0;
    const auto off = [&](const Array& answer, std::size_t i) {
        for (std::int64_t shift = -rows; shift <= rows; ++shift) {
            const std::int64_t at = positions[i] + shift * row;
            if (at >= 0 && at < answer.count() && std::abs(there[i] - answer.value(at)) <= allowed) return false;
        }
        return true;
    };
    // Ours may hold another number of candidates: then the first other answer that holds as many takes its place.
    const Array* base = ours.count() == stored.count() ? &ours : nullptr;
    std::vector<std::size_t> left;
    for (int attempt = -1;; ++attempt) {
        const Array* answer = attempt < 0 ? base : leeway.others(attempt);
        if (attempt >= 0 && !answer) return base && static_cast<double>(left.size()) <= unreached * static_cast<double>(there.size());
        if (!answer || answer->count() != stored.count()) continue;
        if (answer == base || !base) {
            base = answer;
            for (std::size_t i = 0; i < there.size(); ++i)
                if (!(leeway.undecided && leeway.undecided(positions[i])) && off(*answer, i)) left.push_back(i);
            if (static_cast<double>(left.size()) > std::max(one_row, most * static_cast<double>(there.size()))) return false;
        } else {
            std::erase_if(left, [&](std::size_t i) { return !off(*answer, i); });
        }
        if (left.empty()) return true;
    }
}

Counts& Report::of(const Group& group) { return counts_[group.name()]; }

void Report::judge(const Group& group, const Case& one, std::string_view stage, std::string_view array, const Distance& apart, double limit, const std::string& text) {
    Counts& counts = of(group);
    Spread& spread = stages_[fmt::format("{} {}", stage, array)];
    ++spread.arrays;
    if (apart.largest >= nowhere_near) {
        ++spread.missing;
    } else {
        spread.largest = std::max(spread.largest, apart.largest);
        spread.sum += apart.mean;
    }
    spread.exact += apart.same_bytes;
    last_failed_ = apart.largest > limit;
    if (!last_failed_) {
        ++counts.compared;
        counts.exact += apart.same_bytes;
        return;
    }
    const std::string path = group.name() + "/" + one.id;
    for (const Exemption& row : exemptions)
        if (fits(row.group_case, path) && fits(row.stage, stage)) {
            ++counts.exempt;
            ++exemptions_[fmt::format("{} {} {}: {}", row.reference, row.group_case, row.stage, row.reason)];
            return;
        }
    ++counts.failed;
    failures_.push_back({fmt::format("{} {} {}", group.name(), stage, array), fmt::format("{} {} {}: {}", path, stage, array, text)});
}

void Report::compare(const Group& group, const Case& one, const Stage& stage, const Stored& stored, const Array& ours, const Leeway& leeway) {
    const Rule& rule = rule_for(stage.name, stored.name);
    // Values kept in half precision are off by up to 2^-12 of themselves.
    const double limit = rule.limit + leeway.more + (stored.store == "float16" && rule.measure == Measure::of_largest ? 0x1p-12 : 0);
    try {
        const Array recorded = group.load(stored);
        const bool same_count = ours.count() == stored.count();
        const Distance apart = same_count ? distance(rule, stored, recorded, ours) : Distance{nowhere_near, nowhere_near, false};
        if (apart.largest > limit && leeway.others && reached(rule, limit, stored, recorded, ours, leeway)) {
            ++of(group).reached;
            return judge(group, one, stage.name, stored.name, same_count ? apart : Distance{}, nowhere_near, "");
        }
        const std::string text = same_count ? fmt::format("off by {:.3g} (mean {:.3g}), allowed {:.3g} {}", apart.largest, apart.mean, limit, stage.subject())
                                            : fmt::format("{} values here, {} in the recording {}", ours.count(), stored.count(), stage.subject());
        judge(group, one, stage.name, stored.name, apart, limit, text);
    } catch (const Error& error) {
        judge(group, one, stage.name, stored.name, {nowhere_near, nowhere_near}, 0, error.what());
    }
}

void Report::compare(const Group& group, const Case& one, const Stage& stage, std::string_view what, const std::vector<double>& recorded, const std::vector<double>& ours,
                     double limit) {
    Distance apart{recorded.size() == ours.size() ? 0 : nowhere_near, 0, false};
    std::size_t worst = 0;
    for (std::size_t i = 0; i < std::min(recorded.size(), ours.size()); ++i) {
        const double difference = std::abs(recorded[i] - ours[i]);
        if (difference > apart.largest || std::isnan(difference)) apart.largest = std::isnan(difference) ? nowhere_near : difference, worst = i;
        apart.mean += difference / static_cast<double>(recorded.size());
    }
    apart.same_bytes = apart.largest == 0;
    std::string text = fmt::format("{} numbers recorded, {} here", recorded.size(), ours.size());
    if (recorded.size() == ours.size() && !recorded.empty()) text = fmt::format("number {} is {} here and {} in the recording", worst, ours[worst], recorded[worst]);
    judge(group, one, stage.name, what, apart, limit, text);
}

void Report::uncovered(const Group& group, int arrays, const std::string& why) {
    of(group).uncovered += arrays;
    reasons_[why] += arrays;
}

void Report::fail(const Group& group, const Case& one, std::string_view stage, const std::string& text) {
    judge(group, one, stage, "", {nowhere_near, nowhere_near}, 0, text);
}

void Report::exempt(const Group& group, const Case& one, std::string_view stage, const std::string& text) {
    judge(group, one, stage, "", {nowhere_near, nowhere_near}, 0, text);
}

void Report::merge(const Report& other) {
    for (const auto& [name, more] : other.counts_) {
        Counts& c = counts_[name];
        c = {c.compared + more.compared, c.exact + more.exact, c.reached + more.reached, c.exempt + more.exempt, c.uncovered + more.uncovered, c.failed + more.failed};
    }
    failures_.insert(failures_.end(), other.failures_.begin(), other.failures_.end());
    std::sort(failures_.begin(), failures_.end(), [](const Failure& a, const Failure& b) { return a.text < b.text; });
    for (const auto& [why, arrays] : other.reasons_) reasons_[why] += arrays;
    for (const auto& [row, times] : other.exemptions_) exemptions_[row] += times;
    for (const auto& [stage, more] : other.stages_) {
        Spread& s = stages_[stage];
        s = {std::max(s.largest, more.largest), s.sum + more.sum, s.arrays + more.arrays, s.exact + more.exact, s.missing + more.missing};
    }
}

bool Report::print(bool distances) const {
    Counts total;
    fmt::print("{:<12}{:>10}{:>9}{:>10}{:>8}{:>11}{:>9}\n", "group", "compared", "(exact)", "(reached)", "exempt", "uncovered", "differs");
    for (const auto& [name, c] : counts_) {
        fmt::print("{:<12}{:>10}{:>9}{:>10}{:>8}{:>11}{:>9}\n", name, c.compared, c.exact, c.reached, c.exempt, c.uncovered, c.failed);
        total = {total.compared + c.compared, total.exact + c.exact, total.reached + c.reached, total.exempt + c.exempt, total.uncovered + c.uncovered, total.failed + c.failed};
    }
    fmt::print("{:<12}{:>10}{:>9}{:>10}{:>8}{:>11}{:>9}\n", "all", total.compared, total.exact, total.reached, total.exempt, total.uncovered, total.failed);
    for (const auto& [row, times] : exemptions_) fmt::print("exempt {:>5}  {}\n", times, row);
    for (const auto& [why, arrays] : reasons_) fmt::print("uncovered {:>5}  {}\n", arrays, why);
    if (distances) print_distances();
    std::map<std::string, int> seen;
    for (const Failure& failure : failures_)
        if (++seen[failure.kind] <= 3) fmt::print("differs: {}\n", failure.text);
    for (const auto& [kind, times] : seen)
        if (times > 3) fmt::print("differs: {} in {} places\n", kind, times);
    return failures_.empty();
}

void Report::print_distances() const {
    fmt::print("\n{:<44}{:>7}{:>8}{:>9}{:>12}{:>12}\n", "stage and array", "arrays", "exact", "missing", "largest", "mean");
    for (const auto& [stage, s] : stages_)
        if (!stage.starts_with("error"))
            fmt::print("{:<44}{:>7}{:>8}{:>9}{:>12.3g}{:>12.3g}\n", stage, s.arrays, s.exact, s.missing, s.largest, s.sum / std::max(1, s.arrays - s.missing));
}

bool Report::check_counts(const std::string& file, const std::string& index) const {
    std::ifstream in(file);
    std::string recorded_index;
    if (!(in >> recorded_index) || recorded_index != index) {
        fmt::print("the counts of {} are those of other recordings and are not checked\n", file);
        return true;
    }
    bool good = true;
    for (std::string name; in >> name;) {
        int wanted = 0;
        in >> wanted;
        const auto found = counts_.find(name);
        const int have = found == counts_.end() ? 0 : found->second.compared;
        if (have >= wanted) continue;
        fmt::print("group {} compares {} arrays, {} says {}\n", name, have, file, wanted);
        good = false;
    }
    return good;
}

void Report::write_counts(const std::string& file, const std::string& index) const {
    std::ofstream out(file);
    out << index << '\n';
    for (const auto& [name, counts] : counts_) out << name << ' ' << counts.compared << '\n';
}

}  // namespace mien::parity
