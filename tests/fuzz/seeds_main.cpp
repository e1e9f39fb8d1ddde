// Reads every seed of one target once: names that begin with good_ must be read, names that begin with bad_ must be refused with an Error.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.h"
#include "target.h"

namespace {

std::string trouble_with(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const bool good = path.filename().string().starts_with("good_");
    try {
        mien::fuzz::read(std::as_bytes(std::span(bytes)));
        return good ? "" : "was read, and should have been refused";
    } catch (const mien::Error& error) {
        return good ? std::string("was refused: ") + error.what() : "";
    } catch (const std::exception& error) {
        return std::string("ended in something that is no Error: ") + error.what();
    }
}

}  // namespace

int main(int count, char** words) {
    if (count != 2) {
        std::fputs("usage: fuzz_seeds_NAME FOLDER\n", stderr);
        return 64;
    }
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(words[1])) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    int good = 0, bad = 0, troubles = 0;
    for (const std::filesystem::path& path : paths) {
        const std::string name = path.filename().string();
        good += name.starts_with("good_") ? 1 : 0;
        bad += name.starts_with("bad_") ? 1 : 0;
        std::string trouble = trouble_with(path);
        if (!name.starts_with("good_") && !name.starts_with("bad_")) trouble = "is named neither good_ nor bad_";
        if (trouble.empty()) continue;
        ++troubles;
        std::fprintf(stderr, "%s %s\n", name.c_str(), trouble.c_str());
    }
    std::printf("%d seeds read, %d refused\n", good, bad);
    return troubles == 0 && good > 0 && bad > 0 ? 0 : 1;
}
