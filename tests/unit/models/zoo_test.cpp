// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "base/error.h"
#include "models/signature.h"
#include "models/packs.h"
#include "models/spec.h"
#include "unit/runtime/onnx_text.h"

namespace mien {
namespace {

TEST(Zoo, HoldsEveryReleaseGroupWhole) {
    std::map<std::string_view, int> groups;
    for (const ModelSpec& row : zoo())
        if (row.group != starter_group) ++groups[row.group];
    const std::map<std::string_view, int> published{{"models-3.0.0", 52}, {"models-3.1.0", 10}, {"models-3.2.0", 1},
                                                    {"models-3.3.0", 8},  {"models-3.4.0", 6},  {"models-3.5.0", 15}};
    EXPECT_EQ(groups, published);
}

TEST(Packs, NameRowsOfTheirOwn) {
    for (const NetworkPack& pack : network_packs()) {
        for (const std::string_view name : {pack.recogniser, pack.points_68_from_5, pack.classifier, pack.occluder, pack.parser, pack.swapper, pack.enhancer})
            EXPECT_EQ(pack_of(find_model(name)).name, pack.name) << name;
        EXPECT_EQ(find_model(pack.recogniser).task, Task::recognise);
        EXPECT_EQ(find_model(pack.swapper).task, Task::swap);
        EXPECT_EQ(&find_pack(pack.name), &pack);
    }
    EXPECT_THROW(find_pack("other"), Error);
}

TEST(Zoo, RowsThatHaveAFileInCommonAreOfOneMake) {
    const std::filesystem::path folder = std::filesystem::path(std::getenv("MIEN_SOURCE_DIR")) / "assets/starter";
    int halved = 0;
    for (const ModelSpec& row : zoo()) {
        const std::filesystem::path path = folder / (std::string(row.file_stem()) + ".onnx");
        EXPECT_EQ(std::filesystem::exists(path), row.group == starter_group) << row.name;
        if (row.half_of.empty()) continue;
        ++halved;
        const ModelSpec& whole = find_model(row.half_of);
        EXPECT_TRUE(whole.half_of.empty()) << row.name;
        EXPECT_EQ(row.sha256, whole.sha256) << row.name;
        EXPECT_EQ(row.size.width * 2, whole.size.width) << row.name;
    }
    EXPECT_EQ(halved, 1);
}

TEST(Zoo, FindsByNameAndNamesTheNearest) {
    EXPECT_EQ(find_model("yoloface_8n").size, (Size{640, 640}));
    EXPECT_EQ(find_model_or_null("lsdir_x4"), nullptr);
    try {
        find_model("inswaper_128");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::models);
        EXPECT_NE(std::string(error.what()).find("inswapper_128"), std::string::npos) << error.what();
    }
}

TEST(Zoo, NamesTheFilesOfTheRecordedNetworks) {
    const std::filesystem::path folder = onnx_text::golden_models();
    if (folder.empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    std::set<std::string> files, rows;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".onnx") files.insert(entry.path().stem().string());
    }
    for (const ModelSpec& row : zoo())
        if (row.group != starter_group) rows.insert(std::string(row.name));
    EXPECT_EQ(files, rows);
}

TEST(Zoo, SignaturesFitTheRecordedNetworks) {
    const std::filesystem::path folder = onnx_text::golden_models();
    if (folder.empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    for (const ModelSpec& row : zoo()) {
        if (row.group == starter_group) continue;
        const auto session = open_ort_session(folder / (std::string(row.name) + ".onnx"), {.free_batch = false, .prove_batch = false});
        EXPECT_EQ(signature_trouble(row, session->inputs(), session->outputs()), "") << row.name;
    }
}

TEST(Signature, SaysWhatDiffers) {
    const ModelSpec& codeformer = find_model("codeformer");
    std::vector<Port> in{{"input", Element::f32, {1, 3, 512, 512}}}, out{{"output", Element::f32, {1, 3, 512, 512}}};
    const auto trouble = [&] { return signature_trouble(codeformer, in, out); };
    EXPECT_EQ(trouble(), "");
    in.push_back({"weight", Element::f64, {1}});
    EXPECT_EQ(trouble(), "");
    in[1].element = Element::f32;
    EXPECT_EQ(trouble(), "has the input \"weight\" [1] with another element type than f64");
    in[1] = {"strength", Element::f64, {1}};
    EXPECT_EQ(trouble(), "has 2 inputs where 1 belong");
    in = {{"input", Element::f32, {-1, 3, 256, 256}}};
    EXPECT_EQ(trouble(), "has the input \"input\" [?,3,256,256] where [n,3,S,S] belongs");
    in = {{"picture", Element::f32, {1, 3, 512, 512}}};
    EXPECT_EQ(trouble(), "has no input \"input\"");
    in = {{"input", Element::f32, {-1, -1, -1, -1}}};
    out.clear();
    EXPECT_EQ(trouble(), "has 0 outputs, too few");
}

}  // namespace
}  // namespace mien
