// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "jobs/report_facts.h"

namespace mien {
namespace {

constexpr std::string_view style = R"(
:root{color-scheme:light dark;--paper:#faf8f4;--card:#fffefb;--ink:#201e1a;--soft:#716b61;--line:#ddd7cb;--result:#b4431c;--film:#938b7c;--truth:#1f6f68}
@media(prefers-color-scheme:dark){:root{--paper:#141311;--card:#1b1a17;--ink:#ebe6dc;--soft:#9a9386;--line:#35322c;--result:#ff8f61;--film:#8b8475;--truth:#63c3b4}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main,header,footer{max-width:1080px;margin:0 auto;padding:0 32px}
header{padding-top:56px}
h1,h2,.lead,.figure b{font-family:"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua",Georgia,"DejaVu Serif",serif;font-weight:500}
h1{font-size:44px;line-height:1.1;letter-spacing:-.015em;margin:6px 0 10px;overflow-wrap:anywhere}
h2{font-size:26px;line-height:1.2;letter-spacing:-.005em;margin:72px 0 4px}
h3{font-size:16px;font-weight:600;margin:36px 0 2px}
p{margin:0 0 12px;max-width:68ch}
.over{font-size:13px;letter-spacing:.08em;text-transform:uppercase;color:var(--soft);margin:0}
.facts,.note,figcaption,small{color:var(--soft);font-size:14px}
.facts{margin:0;max-width:none}
.lead{font-size:22px;line-height:1.45;margin:28px 0 32px;max-width:46em}
figure{margin:0}
img{display:block;width:100%;height:auto;border-radius:4px;background:var(--line)}
figcaption{margin-top:6px}
.hero{display:grid;gap:16px;align-items:end}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:0;margin:40px 0 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line)}
.figure{padding:18px 20px 20px 0}
.figure b{display:block;font-size:34px;line-height:1.15;letter-spacing:-.01em}
.figure b small{font-size:17px;letter-spacing:0}
.figure span{display:block;font-size:14px;color:var(--soft);max-width:26ch}
.strip{overflow-x:auto;margin:12px -6px 0}
.strip table{border-spacing:6px;border-collapse:separate;width:100%;min-width:872px;table-layout:fixed}
.strip th{font-weight:400;font-size:14px;color:var(--soft);text-align:left;vertical-align:middle;padding:0}
.strip thead th{padding-bottom:2px}
.strip th.name{width:82px}.strip td.source{vertical-align:top}
.strip td{padding:0}
.key{display:flex;align-items:center;gap:10px;margin-top:14px;font-size:14px;color:var(--soft)}
.key i{width:180px;height:10px;border-radius:5px;background:linear-gradient(90deg,#000004,#3b0f70,#b63679,#fb8861,#fcfdbf)}
.legend{display:flex;flex-wrap:wrap;gap:4px 22px;font-size:14px;color:var(--soft);margin:4px 0 8px}
.legend i{display:inline-block;width:22px;height:0;border-top:2.5px solid;margin-right:8px;vertical-align:middle}
.legend .film i,.legend .truth i{border-top-width:2px}
.legend .truth i{border-top-style:dashed}
i.result,.legend .result i{border-color:var(--result)}.legend .film i{border-color:var(--film)}.legend .truth i{border-color:var(--truth)}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-size:12.5px;fill:var(--soft)}
.grid{stroke:var(--line);stroke-width:1}.rule{stroke:var(--soft);stroke-width:1}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.line.result{stroke:var(--result)}.line.film{stroke:var(--film);stroke-width:1.5}.line.truth{stroke:var(--truth);stroke-width:1.5;stroke-dasharray:5 4;stroke-linecap:butt}
.band{stroke:none;opacity:.18}.band.result{fill:var(--result)}.band.film{fill:var(--film)}.band.truth{fill:var(--truth)}
.at rect{fill:transparent}.at path{stroke:var(--soft);stroke-width:1;opacity:0}.at text{opacity:0}.at:hover path,.at:hover text{opacity:1}
tspan.result{fill:var(--result)}tspan.film{fill:var(--film)}tspan.truth{fill:var(--truth)}
ul.words{padding:0;margin:14px 0 0;list-style:none;max-width:72ch}.words li{margin:0 0 10px}
table.list{border-collapse:collapse;width:100%;font-size:14px;margin-top:14px}
.list th{font-weight:600;text-align:left;padding:6px 16px 6px 0;border-bottom:1px solid var(--line)}
.list td{padding:6px 16px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
sub,sup{line-height:0}
code,pre{font:12.5px/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{color:var(--soft);overflow-wrap:anywhere}
details{margin-top:20px}summary{cursor:pointer;font-size:14px;color:var(--soft)}
pre{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:14px 16px;margin:10px 0 0}
dl{margin:14px 0 0;max-width:72ch}dt{font-weight:600}dd{margin:0 0 14px}
footer{margin-top:72px;padding-top:18px;padding-bottom:56px;border-top:1px solid var(--line);color:var(--soft);font-size:14px}
@media(max-width:720px){main,header,footer{padding-left:18px;padding-right:18px}h1{font-size:32px}.lead{font-size:19px}.hero{grid-template-columns:1fr!important}}
@media print{.at{display:none}h2{break-after:avoid}figure{break-inside:avoid}}
)";

std::string base64(const std::vector<std::byte>& bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t word = 0;
        for (std::size_t j = 0; j < 3; ++j) word = word << 8U | (j < count ? std::to_integer<std::uint32_t>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j) text += j <= count ? letters[word >> (18U - 6U * j) & 63U] : '=';
    }
    return text;
}

std::string image(const ReportPicture& picture, const std::string& alt) {
    return fmt::format("<img src=\"data:image/jpeg;base64,{}\" width=\"{}\" height=\"{}\" alt=\"{}\">", base64(picture.bytes), picture.size.width,
                       picture.size.height, escaped(alt));
}

std::string head(const ReportFacts& facts) {
    std::string length = facts.still ? "a picture" : fmt::format("{} frames, {:.2f} s", facts.frames.size(), facts.seconds);
    if (!facts.still && facts.frame_rate > 0) length += fmt::format(" at {:.6g} frames a second", facts.frame_rate);
    return fmt::format(
        "<header><p class=\"over\">A result, measured</p><h1>{}</h1><p class=\"facts\">{} &#183; {} &#215; {} pixels &#183; made from {}{}{}</p><p "
        "class=\"lead\">{}</p></header>",
        escaped(facts.result), length, facts.size.width, facts.size.height, escaped(facts.target),
        facts.source.empty() ? "" : " with the face of " + escaped(facts.source), facts.truth.empty() ? "" : ", held against " + escaped(facts.truth),
        escaped(lead_sentence(facts)));
}

std::string hero(const ReportFacts& facts) {
    if (facts.whole_target.bytes.empty()) return {};
    const auto share = [](const ReportPicture& picture) { return static_cast<double>(picture.size.width) / std::max(1, picture.size.height); };
    std::string columns, cells;
    const auto add = [&](const ReportPicture& picture, const std::string& caption) {
        if (picture.bytes.empty()) return;
        columns += fmt::format("{:.4f}fr ", share(picture));
        cells += fmt::format("<figure>{}<figcaption>{}</figcaption></figure>", image(picture, caption), escaped(caption));
    };
    add(facts.source_picture, fmt::format("Source: {}", facts.source));
    add(facts.whole_target, fmt::format("Target: {}", facts.target));
    add(facts.whole_result, fmt::format("Result: {}", facts.result));
    return fmt::format("<div class=\"hero\" style=\"grid-template-columns:{}\">{}</div>", columns, cells);
}

std::string minus(std::string text) {
    if (text.find_first_not_of("-0.") == std::string::npos && text.starts_with('-')) text.erase(0, 1);
    if (text.starts_with('-')) text.replace(0, 1, "&#8722;");
    return text;
}

std::string figure(const std::string& value, const std::string& unit, const std::string& meaning) {
    return fmt::format("<div class=\"figure\"><b>{}{}</b><span>{}</span></div>", value, unit.empty() ? "" : fmt::format(" <small>{}</small>", unit), meaning);
}

std::string figures(const ReportFacts& facts) {
    const auto summary = [&](double ReportFrame::*member) { return quality::summarise(facts.values(member)); };
    const quality::Summary near = summary(&ReportFrame::psnr), film = summary(&ReportFrame::psnr_target), margin = summary(&ReportFrame::margin),
                           margin_truth = summary(&ReportFrame::margin_truth), jitter = summary(&ReportFrame::jitter),
                           jitter_truth = summary(&ReportFrame::jitter_truth);
    std::string text;
    if (near.count > 0)
        text += figure(fmt::format("{:.1f}", near.mean), "dB",
                       fmt::format("PSNR to the truth inside the face; the untouched original has {:.1f}&#160;dB", film.mean));
    if (margin.count > 0)
        text += figure(minus(fmt::format("{:.2f}", margin.mean)), "",
                       fmt::format("identity margin: above 0 the source is nearer{}",
                                   margin_truth.count ? "; the truth has " + minus(fmt::format("{:.2f}", margin_truth.mean)) : ""));
    if (jitter.count > 0)
        text += figure(fmt::format("{:.2f}", jitter.median), "%",
                       fmt::format("jitter, median, of the eyes&#8217; distance; 95&#160;% of the frames below {:.2f}&#160;%{}", jitter.high,
                                   jitter_truth.count ? fmt::format("; the truth has {:.2f}&#160;%", jitter_truth.median) : ""));
    const auto followed = std::ranges::count_if(facts.frames, &ReportFrame::followed), found = std::ranges::count_if(facts.frames, &ReportFrame::found);
    text += figure(fmt::format("{}", found), fmt::format("of {}", followed), "frames with a face in the original, in which the result has one too");
    return "<div class=\"figures\">" + text + "</div>";
}

std::string strip(const ReportFacts& facts) {
    if (facts.moments.empty()) return {};
    const auto row_count = 3 + !facts.truth.empty();
    const bool with_source = !facts.source_picture.bytes.empty();
    std::string head_row = with_source ? "<tr><th class=\"name\"></th><th scope=\"col\">Source</th>" : "<tr><th class=\"name\"></th>", rows;
    for (const ReportMoment& moment : facts.moments)
        head_row += fmt::format("<th scope=\"col\">{}</th>", facts.still ? "" : fmt::format("{:.2f} s", moment.time_s));
    const auto add = [&](const char* name, ReportPicture ReportMoment::*member) {
        if (std::ranges::all_of(facts.moments, [&](const ReportMoment& moment) { return (moment.*member).bytes.empty(); })) return;
        const std::string source =
            with_source && rows.empty() ? fmt::format("<td class=\"source\" rowspan=\"{}\">{}</td>", row_count, image(facts.source_picture, "Source")) : "";
        rows += fmt::format("<tr><th scope=\"row\" class=\"name\">{}</th>{}", name, source);
        for (const ReportMoment& moment : facts.moments)
            rows += fmt::format("<td>{}</td>", (moment.*member).bytes.empty() ? "" : image(moment.*member, fmt::format("{}, frame {}", name, moment.number)));
        rows += "</tr>";
    };
    add("Target", &ReportMoment::target);
    add("Result", &ReportMoment::result);
    add("Truth", &ReportMoment::truth);
    add("Difference", &ReportMoment::difference);
    return fmt::format(
        "<h2>The face</h2><p class=\"note\">{} The last row shows how far the result is from {}.</p><div "
        "class=\"strip\"><table><thead>{}</tr></thead><tbody>{}</tbody></table></div>"
        "<div class=\"key\"><span>0</span><i></i><span>48 levels of 255 or more, mean of the three colours</span></div>",
        facts.still ? "The same place in every picture." : "The same place and moment in every column, evenly over the film.",
        facts.truth.empty() ? "the target" : "the truth", head_row, rows);
}

std::string plot_figure(const ReportFacts& facts, const std::string& title, const std::string& meaning, Plot plot) {
    std::erase_if(plot.lines, [&](const PlotLine& line) { return quality::summarise(facts.values(line.value)).count == 0; });
    if (plot.lines.empty()) return {};
    std::string legend;
    for (const PlotLine& line : plot.lines) legend += fmt::format("<span class=\"{}\"><i></i>{}</span>", line.style, line.name);
    return fmt::format("<figure><h3>{}</h3><p class=\"note\">{}</p><div class=\"legend\">{}</div>{}</figure>", title, meaning, legend,
                       plot_svg(plot, facts.frames));
}

std::string plots(const ReportFacts& facts) {
    if (facts.frames.size() < 2) return {};
    const std::string drawn =
        plot_figure(facts, "Nearness to the truth", "PSNR inside the face&#8217;s box, in dB: higher is nearer.",
                    {"dB", 1, {{"result", "result", &ReportFrame::psnr}, {"untouched original", "film", &ReportFrame::psnr_target}}, {}, 4, false}) +
        plot_figure(facts, "Whose face it is",
                    "Identity margin: cosine to the source less cosine to the person filmed. Above the line the recogniser finds the source nearer.",
                    {"", 2, {{"result", "result", &ReportFrame::margin}, {"truth", "truth", &ReportFrame::margin_truth}}, 0.0, 0.4, false}) +
        plot_figure(facts, "How steady it is",
                    "Jitter: what the face&#8217;s 68 points do that the head does not, in percent of the eyes&#8217; distance. Lower is steadier.",
                    {"%", 2, {{"result", "result", &ReportFrame::jitter}, {"truth", "truth", &ReportFrame::jitter_truth}}, {}, 1, true});
    return drawn.empty() ? drawn : "<h2>Frame by frame</h2>" + drawn;
}

std::string receipt(const ReportFacts& facts) {
    std::string text = "<h2>How it was made</h2>";
    if (!facts.receipt) return text + fmt::format("<p>{}</p>", escaped(facts.receipt_trouble));
    text += fmt::format("<p class=\"note\">What the receipt of {} says; it fits the file.</p><ul class=\"words\">", escaped(facts.result));
    for (const std::string& sentence : receipt_sentences(*facts.receipt)) text += fmt::format("<li>{}</li>", escaped(sentence));
    text += "</ul>";
    const Json& claim = facts.receipt->claim;
    const auto cell = [](const Json& row, const char* key) {
        return row.is_object() && row.contains(key) && row[key].is_string() ? escaped(row[key].get<std::string>()) : std::string();
    };
    if (claim.contains("networks") && claim["networks"].is_array() && !claim["networks"].empty()) {
        text += "<table class=\"list\"><thead><tr><th>Network</th><th>Engine</th><th>SHA-256</th></tr></thead><tbody>";
        for (const Json& network : claim["networks"])
            text +=
                fmt::format("<tr><td>{}</td><td>{}</td><td><code>{}</code></td></tr>", cell(network, "name"), cell(network, "engine"), cell(network, "sha256"));
        text += "</tbody></table>";
    }
    if (claim.contains("plan") && claim["plan"].is_string())
        text += fmt::format("<details><summary>The plan, stage by stage</summary><pre>{}</pre></details>", escaped(claim["plan"].get<std::string>()));
    return text;
}

std::string measured(const ReportFacts& facts) {
    std::string text =
        "<h2>How it was measured</h2><dl>"
        "<dt>The face</dt><dd>One face is followed through the original: the first of those that were meant, then in every frame the one that overlaps it "
        "most, and again the first after a cut or a gap. "
        "In the other films it is the face that overlaps it most in the same frame.</dd>";
    if (!facts.truth.empty())
        text +=
            "<dt>PSNR to the truth</dt><dd>10 log<sub>10</sub>(255&#178; / mean squared difference) of the 8-bit red, green and blue samples inside the box of "
            "the original&#8217;s face, as decoded from the files; 100 dB where nothing differs.</dd>";
    if (!facts.source.empty())
        text +=
            "<dt>Identity margin</dt><dd>The recogniser turns a face into a vector of length 1. The margin is the cosine between the result and the source, "
            "less the cosine between the result and the original in the same frame: from &#8722;2 to 2.</dd>";
    text +=
        "<dt>Jitter</dt><dd>d(t) is where the result&#8217;s 68 points lie, less where the original&#8217;s lie in the same frame: the head&#8217;s own motion "
        "and expression fall out. Jitter is the root mean square of "
        "d(t&#8722;1) &#8722; 2 d(t) + d(t+1) over the points, divided by the distance between the outer corners of the eyes. The landmarker&#8217;s own "
        "unrest is in it; the truth&#8217;s line, measured the same way, shows how much that is.</dd></dl>";
    text += "<table class=\"list\"><thead><tr><th>Measured from</th><th>File</th><th>SHA-256</th></tr></thead><tbody>";
    for (const ReceiptInput& input : facts.inputs)
        text += fmt::format("<tr><td>{}</td><td>{}</td><td><code>{}</code></td></tr>", escaped(input.role), escaped(input.path.filename().string()),
                            escaped(input.sha256));
    text += "</tbody></table>";
    if (!facts.networks.empty()) {
        text += "<table class=\"list\"><thead><tr><th>Measured by</th><th>Engine</th><th>SHA-256</th></tr></thead><tbody>";
        for (const ModelStore::Opened& network : facts.networks)
            text +=
                fmt::format("<tr><td>{}</td><td>{}</td><td><code>{}</code></td></tr>", escaped(network.name), escaped(network.engine), escaped(network.sha256));
        text += "</tbody></table>";
    }
    if (!facts.remarks.empty()) {
        text += "<ul class=\"words\">";
        for (const std::string& remark : facts.remarks) text += fmt::format("<li>{}</li>", escaped(remark));
        text += "</ul>";
    }
    return text;
}

}  // namespace

std::string escaped(std::string_view text) {
    // The JSON library mends what is not UTF-8.
    std::string mended = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    mended = Json::parse(mended).get<std::string>();
    std::string out;
    for (const char letter : mended) switch (letter) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                if (static_cast<unsigned char>(letter) >= 32 || letter == '\n' || letter == '\t') out += letter;
        }
    return out;
}

std::vector<double> ReportFacts::values(double ReportFrame::*member) const {
    std::vector<double> all;
    for (const ReportFrame& frame : frames) all.push_back(frame.*member);
    return all;
}

std::string report_page(const ReportFacts& facts) {
    std::string page = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{}, "
        "measured</title>\n"
        "<meta name=\"generator\" content=\"mien {}\"><meta name=\"digital-source-type\" content=\"compositeWithTrainedAlgorithmicMedia\"><meta "
        "name=\"mien-receipt-sha256\" content=\"{}\">{}\n<style>{}</style></head>\n<body>\n",
        escaped(facts.result), escaped(facts.version), facts.claim_sha256,
        facts.gate == "gate unverified" ? "<meta name=\"mien-gate\" content=\"gate unverified\">" : "", style);
    for (const std::string& part : {head(facts), "<main>" + hero(facts), figures(facts), strip(facts), plots(facts), receipt(facts), measured(facts)})
        page += part + "\n";
    page += fmt::format("</main>\n<footer>Made by mien {}. The pictures on this page carry the mark of its receipt <code>{}</code>.</footer>\n</body></html>\n",
                        escaped(facts.version), facts.claim_sha256);
    return page;
}

}  // namespace mien
