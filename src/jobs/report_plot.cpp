// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "jobs/report_facts.h"

namespace mien {
namespace {

constexpr double width = 960, height = 220, left = 46, right = 10, top = 26, bottom = 24;
constexpr std::size_t most_stretches = 300;

/// Frames put together at one stretch of the plot.
struct Stretch {
    std::size_t first = 0, last = 0;  ///< frames [first, last)
    struct Value {
        double mean = quality::unknown, least = quality::unknown, most = quality::unknown;
    };
    std::vector<Value> values;  ///< per line
};

std::vector<Stretch> stretches_of(const Plot& plot, const std::vector<ReportFrame>& frames) {
    const std::size_t step = std::max<std::size_t>(1, (frames.size() + most_stretches - 1) / most_stretches);
    std::vector<Stretch> stretches;
    for (std::size_t first = 0; first < frames.size(); first += step) {
        Stretch stretch{first, std::min(frames.size(), first + step), {}};
        for (const PlotLine& line : plot.lines) {
            std::vector<double> values;
            for (std::size_t i = stretch.first; i < stretch.last; ++i) values.push_back(frames[i].*line.value);
            const quality::Summary summary = quality::summarise(values);
            stretch.values.push_back({summary.mean, summary.least, summary.most});
        }
        stretches.push_back(std::move(stretch));
    }
    return stretches;
}

/// A step of 1, 2 or 5 times a power of ten that divides the span into about `parts`.
double nice_step(double span, double parts) {
    const double raw = span / parts, power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= raw * 0.999) return factor * power;
    return 10 * power;
}

struct Axis {
    double low = 0, high = 1, step = 1;
    double y(double value) const { return top + (height - top - bottom) * (high - std::clamp(value, low, high)) / (high - low); }
};

Axis axis_of(const Plot& plot, const std::vector<Stretch>& stretches) {
    double low = plot.rule.value_or(INFINITY), high = plot.rule.value_or(-INFINITY);
    for (const Stretch& stretch : stretches)
        for (const Stretch::Value& value : stretch.values)
            if (!std::isnan(value.mean)) {
                low = std::min(low, value.least);
                high = std::max(high, value.most);
            }
    if (low > high) low = 0, high = plot.least_span;
    if (plot.from_zero) low = 0;
    const double missing = std::max(0.0, plot.least_span - (high - low));
    if (!plot.from_zero) low -= missing / 2;
    high += plot.from_zero ? missing : missing / 2;
    Axis axis;
    axis.step = nice_step(high - low, 4);
    axis.low = axis.step * std::floor(low / axis.step + 1e-9);
    axis.high = axis.step * std::ceil(high / axis.step - 1e-9);
    return axis;
}

/// Decimals that a step needs.
int decimals_of(double step) { return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6); }

/// "-0.0" is nobody's number.
std::string number(double value, int decimals) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (text.find_first_not_of("-0.") == std::string::npos && text.starts_with('-')) text.erase(0, 1);
    if (text.starts_with('-')) text.replace(0, 1, "&#8722;");
    return text;
}

std::string line_path(const std::vector<Stretch>& stretches, std::size_t line, const Axis& axis, const std::vector<double>& xs) {
    std::string path;
    bool drawing = false;
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        const double value = stretches[i].values[line].mean;
        const bool known = !std::isnan(value);
        // A stretch between two gaps would be no line: it gets a short one.
        const bool alone = known && !drawing && (i + 1 == stretches.size() || std::isnan(stretches[i + 1].values[line].mean));
        if (known) path += fmt::format("{}{:.1f} {:.1f}", drawing ? "L" : "M", xs[i], axis.y(value));
        if (alone) path += "h.1";
        drawing = known;
    }
    return path;
}

std::string band_path(const std::vector<Stretch>& stretches, std::size_t line, const Axis& axis, const std::vector<double>& xs) {
    std::string path;
    for (std::size_t from = 0; from < stretches.size();) {
        std::size_t to = from;
        while (to < stretches.size() && !std::isnan(stretches[to].values[line].mean)) ++to;
        for (std::size_t i = from; i < to; ++i) path += fmt::format("{}{:.1f} {:.1f}", i == from ? "M" : "L", xs[i], axis.y(stretches[i].values[line].most));
        for (std::size_t i = to; i > from; --i) path += fmt::format("L{:.1f} {:.1f}", xs[i - 1], axis.y(stretches[i - 1].values[line].least));
        if (to > from) path += "Z";
        from = std::max(to, from + 1);
    }
    return path;
}

std::string reading(const Plot& plot, const std::vector<ReportFrame>& frames, const Stretch& stretch) {
    const std::int64_t first = frames[stretch.first].number, last = frames[stretch.last - 1].number;
    std::string text = first == last ? fmt::format("frame {}", first) : fmt::format("frames {}&#8211;{}", first, last);
    text += fmt::format(" &#183; {:.2f} s", frames[stretch.first].time_s);
    for (std::size_t i = 0; i < plot.lines.size(); ++i) {
        const double value = stretch.values[i].mean;
        text += fmt::format(" &#183; <tspan class=\"{}\">{} {}</tspan>", plot.lines[i].style, plot.lines[i].name,
                            std::isnan(value) ? "&#8211;" : number(value, plot.decimals) + " " + plot.unit);
    }
    return text;
}

}  // namespace

std::string plot_svg(const Plot& plot, const std::vector<ReportFrame>& frames) {
    const std::vector<Stretch> stretches = stretches_of(plot, frames);
    const Axis axis = axis_of(plot, stretches);
    const double start = frames.front().time_s, span = std::max(1e-6, frames.back().time_s - start), room = width - left - right;
    std::vector<double> xs;
    for (const Stretch& stretch : stretches) xs.push_back(left + room * ((frames[stretch.first].time_s + frames[stretch.last - 1].time_s) / 2 - start) / span);

    std::string svg = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\">", width, height);
    for (int tick = 0; axis.low + tick * axis.step <= axis.high + 1e-9 * axis.step + 1e-12; ++tick) {
        const double value = axis.low + tick * axis.step, y = axis.y(value);
        svg += fmt::format("<path class=\"grid\" d=\"M{} {:.1f}H{}\"/><text class=\"tick\" x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", left, y,
                           width - right, left - 8, y + 4, number(value, decimals_of(axis.step)));
    }
    const double second = nice_step(span, 8);
    for (int tick = 0; start + tick * second <= start + span * 1.0001; ++tick)
        svg += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{} s</text>", left + room * tick * second / span, height - 4,
                           tick == 0                                         ? "start"
                           : left + room * tick * second / span > width - 24 ? "end"
                                                                             : "middle",
                           number(start + tick * second, decimals_of(second)));
    if (plot.rule) svg += fmt::format("<path class=\"rule\" d=\"M{} {:.1f}H{}\"/>", left, axis.y(*plot.rule), width - right);
    for (std::size_t line = plot.lines.size(); line-- > 0;) {
        if (stretches.size() < frames.size())
            svg += fmt::format("<path class=\"band {}\" d=\"{}\"/>", plot.lines[line].style, band_path(stretches, line, axis, xs));
        svg += fmt::format("<path class=\"line {}\" d=\"{}\"/>", plot.lines[line].style, line_path(stretches, line, axis, xs));
    }
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        const double from = i == 0 ? left : (xs[i - 1] + xs[i]) / 2, to = i + 1 == stretches.size() ? width - right : (xs[i] + xs[i + 1]) / 2;
        svg += fmt::format(
            "<g class=\"at\"><rect x=\"{:.1f}\" y=\"0\" width=\"{:.1f}\" height=\"{}\"/><path d=\"M{:.1f} {}V{}\"/><text x=\"{}\" y=\"13\">{}</text></g>", from,
            std::max(0.1, to - from), height, xs[i], top, height - bottom, left, reading(plot, frames, stretches[i]));
    }
    return svg + "</svg>";
}

}  // namespace mien
