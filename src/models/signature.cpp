// SPDX-License-Identifier: Apache-2.0
#include "models/signature.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "runtime/onnx_file.h"

namespace mien {
namespace {

/// One word of a signature: name, ? when it may be missing, : and element, [extents].
struct Expected {
    std::string name;
    bool optional = false;
    std::string element = "f32";
    std::vector<std::string> extents;
};

Expected read_word(const std::string& word) {
    Expected expected;
    const std::size_t bracket = word.find('[');
    std::string head = word.substr(0, bracket);
    if (const std::size_t colon = head.find(':'); colon != std::string::npos) {
        expected.element = head.substr(colon + 1);
        head.resize(colon);
    }
    expected.optional = head.ends_with('?');
    if (expected.optional) head.pop_back();
    expected.name = head;
    std::istringstream extents(word.substr(bracket + 1, word.size() - bracket - 2));
    for (std::string extent; std::getline(extents, extent, ',');) expected.extents.push_back(extent);
    return expected;
}

bool element_fits(const std::string& expected, Element element) {
    if (expected == "int") return element == Element::i64 || element == Element::i32;
    if (expected == "f64") return element == Element::f64;
    return element == Element::f32;
}

bool extents_fit(const Expected& expected, const Shape& shape, int edge) {
    if (static_cast<std::size_t>(shape.rank) != expected.extents.size()) return false;
    for (int axis = 0; axis < shape.rank; ++axis) {
        const std::string& said = expected.extents[static_cast<std::size_t>(axis)];
        const std::int64_t extent = shape[axis];
        if (extent < 0 || said == "?") continue;
        if (extent != (said == "n" ? 1 : said == "S" ? edge : std::stoll(said))) return false;
    }
    return true;
}

std::string text_of(const Port& port) {
    std::vector<std::string> extents;
    for (int axis = 0; axis < port.shape.rank; ++axis) extents.push_back(port.shape[axis] < 0 ? "?" : std::to_string(port.shape[axis]));
    return fmt::format("\"{}\" [{}]", printable(port.name), fmt::join(extents, ","));
}

std::string port_trouble(const Expected& expected, const Port& port, const ModelSpec& spec, std::string_view kind) {
    if (!element_fits(expected.element, port.element))
        return fmt::format("has the {} {} with another element type than {}", kind, text_of(port), expected.element);
    if (!extents_fit(expected, port.shape, spec.size.width))
        return fmt::format("has the {} {} where [{}] belongs", kind, text_of(port), fmt::join(expected.extents, ","));
    return {};
}

}  // namespace

std::string signature_trouble(const ModelSpec& spec, std::span<const Port> inputs, std::span<const Port> outputs) {
    std::istringstream words{std::string(spec.signature)};
    std::size_t known_inputs = 0, position = 0;
    bool after_arrow = false;
    for (std::string word; words >> word;) {
        if (word == ">") {
            after_arrow = true;
            continue;
        }
        const Expected expected = read_word(word);
        std::string trouble;
        if (after_arrow) {
            if (position >= outputs.size()) return fmt::format("has {} outputs, too few", outputs.size());
            trouble = port_trouble(expected, outputs[position++], spec, "output");
        } else {
            const auto port = std::find_if(inputs.begin(), inputs.end(), [&](const Port& p) { return p.name == expected.name; });
            if (port == inputs.end() && expected.optional) continue;
            if (port == inputs.end()) return fmt::format("has no input \"{}\"", expected.name);
            ++known_inputs;
            trouble = port_trouble(expected, *port, spec, "input");
        }
        if (!trouble.empty()) return trouble;
    }
    return known_inputs == inputs.size() ? std::string() : fmt::format("has {} inputs where {} belong", inputs.size(), known_inputs);
}

}  // namespace mien
