// SPDX-License-Identifier: Apache-2.0
#include "models/store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "base/error.h"
#include "models/lock_file.h"
#include "unit/runtime/onnx_text.h"

namespace mien {
namespace {

namespace fs = std::filesystem;
namespace text = onnx_text;

/// A network with fan_68_5's signature: 68 copies of the first of five points, moved by `shift`.
std::string fan_like(float shift, std::int64_t points = 5) {
    text::Graph graph;
    graph.inputs = {text::value("input", text::f32, {1, points, 2})};
    graph.initialisers = {text::shape_tensor("starts", {0}), text::shape_tensor("ends", {1}), text::shape_tensor("axes", {1}),
                          text::tensor("shift", text::f32, {68, 1}, text::raw(std::vector<float>(68, shift)))};
    graph.nodes = {text::node("Slice", {"input", "starts", "ends", "axes"}, "first"), text::node("Add", {"first", "shift"}, "output")};
    graph.outputs = {text::value("output", text::f32, {1, 68, 2})};
    return text::model(graph);
}

class Store : public ::testing::Test {
protected:
    Store() : folder_(fs::temp_directory_path() / ("mien_store_" + std::to_string(::getpid()))) {
        fs::remove_all(folder_);
        fs::create_directories(folder_ / "models");
    }
    ~Store() override { fs::remove_all(folder_); }
    fs::path put(const std::string& name, const std::string& bytes) const {
        const fs::path path = folder_ / "models" / name;
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    ModelStore store() const { return ModelStore({.folders = {folder_ / "models"}, .lock_file = folder_ / "models.lock"}); }
    std::string said_by_open(const std::string& name = "fan_68_5") const {
        try {
            store().open(name);
        } catch (const Error& error) {
            return std::string(fault(error.code()).name) + ": " + error.what();
        }
        return "opened";
    }
    std::string lock_text() const {
        std::ifstream file(folder_ / "models.lock");
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
    fs::path folder_;
};

bool holds(const std::string& whole, const std::string& piece) { return whole.find(piece) != std::string::npos; }

TEST_F(Store, OpensOnceAndRemembersDigestAndBatching) {
    put("fan_68_5.onnx", fan_like(1));
    ModelStore opened = store();
    const std::shared_ptr<Session> session = opened.open("fan_68_5");
    EXPECT_EQ(session, opened.open("fan_68_5"));
    EXPECT_EQ(session->batching(), Batching::freed);
    ASSERT_EQ(opened.opened().size(), 1U);
    const std::string sha256 = sha256_hex(bytes_of(fan_like(1)));
    EXPECT_EQ(opened.opened()[0].sha256, sha256);
    EXPECT_EQ(opened.opened()[0].batching, "freed");
    EXPECT_EQ(opened.opened()[0].engine, "ort-cpu");
    EXPECT_TRUE(holds(lock_text(), "pin " + sha256));
    EXPECT_TRUE(holds(lock_text(), "batch " + sha256 + " " + find_onnx_runtime().version + "-" + std::to_string(batch_proof_revision) + " freed"));
    const std::shared_ptr<Session> again = store().open("fan_68_5");
    EXPECT_EQ(again->batching(), Batching::freed);
    EXPECT_EQ(again->inputs()[0].shape, session->inputs()[0].shape);
    EXPECT_EQ(again->outputs()[0].shape, session->outputs()[0].shape);
    const std::array<Shape, 1> three{Shape{3, 5, 2}};
    EXPECT_EQ(again->output_shapes(three), (std::vector<Shape>{{3, 68, 2}}));
    // A remembered proof is believed: with another word in its place the network is looped.
    LockFile lock(folder_ / "models.lock");
    lock.update([](LockContent& content) {
        content.batching.begin()->second = "looped";
        return true;
    });
    EXPECT_EQ(store().open("fan_68_5")->batching(), Batching::looped);
}

TEST_F(Store, OneFileServesTwoRows) {
    text::Graph graph;
    graph.inputs = {text::value("source", text::f32, {-1, 512}), text::value("target", text::f32, {-1, 3, 256, 256})};
    graph.nodes = {text::node("Relu", {"target"}, "output")};
    graph.outputs = {text::value("output", text::f32, {-1, 3, 256, 256})};
    const fs::path path = put("starter_swapper_256.onnx", text::model(graph));
    ModelStore opened = store();
    EXPECT_EQ(opened.locate("starter_swapper_128"), path);
    EXPECT_EQ(opened.open("starter_swapper_128")->inputs()[1].shape, (Shape{-1, 3, 128, 128}));
    EXPECT_EQ(opened.remembered("starter_swapper_256")->batching, "") << "the other row's proof is not this one's";
    EXPECT_EQ(opened.open("starter_swapper_256")->inputs()[1].shape, (Shape{-1, 3, 256, 256}));
    ASSERT_EQ(opened.opened().size(), 2U);
    EXPECT_EQ(opened.opened()[0].sha256, opened.opened()[1].sha256);
    EXPECT_EQ(LockFile(folder_ / "models.lock").read().batching.size(), 2U);
    for (const char* name : {"starter_swapper_128", "starter_swapper_256"}) EXPECT_EQ(opened.remembered(name)->batching, "native") << name;
    fs::remove(path);
    EXPECT_TRUE(holds(said_by_open("starter_swapper_128"), "The network starter_swapper_128 is needed and starter_swapper_256.onnx is in none of these folders"));
}

TEST_F(Store, RefusesAFileThatChangedUntilTrusted) {
    put("fan_68_5.onnx", fan_like(1));
    EXPECT_EQ(said_by_open(), "opened");
    put("fan_68_5.onnx", fan_like(2));
    const std::string said = said_by_open();
    EXPECT_TRUE(said.starts_with("models: ")) << said;
    EXPECT_TRUE(holds(said, "has changed since its first use") && holds(said, "mien models trust fan_68_5")) << said;
    EXPECT_EQ(store().trust("fan_68_5").locked_sha256, sha256_hex(bytes_of(fan_like(2))));
    EXPECT_EQ(said_by_open(), "opened");
}

TEST_F(Store, ChecksTheHashFileAsItIs) {
    put("fan_68_5.onnx", fan_like(1));
    const std::string right = crc32_hex(crc32(bytes_of(fan_like(1))));
    put("fan_68_5.hash", right);
    EXPECT_EQ(said_by_open(), "opened");
    put("fan_68_5.hash", right + "\n");
    EXPECT_TRUE(holds(said_by_open(), "its .hash file says \"" + right + "\""));
    put("fan_68_5.hash", "00000000");
    EXPECT_TRUE(holds(said_by_open(), "has the CRC-32 " + right));
}

TEST_F(Store, SaysWhereItLooked) {
    const std::string said = said_by_open();
    EXPECT_TRUE(holds(said, "fan_68_5.onnx is in none of these folders: " + (folder_ / "models").string())) << said;
    EXPECT_TRUE(holds(said, "models-3.0.0")) << said;
    EXPECT_TRUE(holds(said_by_open("no_such"), "There is no network named \"no_such\""));
    EXPECT_EQ(store().locate("../secret"), fs::path());
}

TEST_F(Store, RefusesWrongFilesUnderARightName) {
    put("fan_68_5.onnx", fan_like(1, 7));
    EXPECT_TRUE(holds(said_by_open(), "is not the network fan_68_5: it has the input \"input\" [?,7,2] where [n,5,2] belongs")) << said_by_open();
    fs::remove(folder_ / "models.lock");
    put("fan_68_5.onnx", fan_like(1).substr(0, 200));
    EXPECT_TRUE(holds(said_by_open(), "is refused: it is cut short or damaged")) << said_by_open();
    fs::remove(folder_ / "models.lock");
    put("fan_68_5.onnx", "");
    EXPECT_TRUE(holds(said_by_open(), "it is empty")) << said_by_open();
}

TEST_F(Store, FirstFolderWins) {
    fs::create_directories(folder_ / "second");
    put("fan_68_5.onnx", fan_like(1));
    std::ofstream(folder_ / "second/fan_68_5.onnx") << fan_like(2);
    std::ofstream(folder_ / "second/xseg_1.onnx") << fan_like(2);
    const ModelStore both({.folders = {folder_ / "models", folder_ / "second"}, .lock_file = folder_ / "models.lock"});
    EXPECT_EQ(both.locate("fan_68_5"), folder_ / "models/fan_68_5.onnx");
    EXPECT_EQ(both.locate("xseg_1"), folder_ / "second/xseg_1.onnx");
}

TEST_F(Store, PutsTheLockBesideTheFirstWritableFolder) {
    put("fan_68_5.onnx", fan_like(1));
    fs::create_directories(folder_ / "closed");
    fs::permissions(folder_ / "closed", fs::perms::owner_read | fs::perms::owner_exec);
    ModelStore opened({.folders = {folder_ / "closed", folder_ / "models"}});
    opened.verify("fan_68_5");
    EXPECT_TRUE(fs::exists(folder_ / "models/models.lock"));
    EXPECT_FALSE(fs::exists(folder_ / "closed/models.lock"));
}

TEST_F(Store, ManyThreadsPinTogether) {
    const std::vector<std::string> names{"fan_68_5", "xseg_1", "xseg_2", "yoloface_8n", "gfpgan_1.4", "uniface_256"};
    for (const std::string& name : names) put(name + ".onnx", fan_like(static_cast<float>(name.size())));
    std::vector<std::thread> threads;
    for (const std::string& name : names) threads.emplace_back([&, name] { store().verify(name); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(LockFile(folder_ / "models.lock").read().pins.size(), names.size());
}

TEST_F(Store, SaysWhichLineOfADamagedLockMakesNoSense) {
    put("fan_68_5.onnx", fan_like(1));
    std::ofstream(folder_ / "models.lock") << "# fine\npin abc 12 fan_68_5\n";
    EXPECT_TRUE(holds(said_by_open(), "Line 2 of ")) << said_by_open();
}

TEST(LockText, ReadsBackWhatItWrote) {
    LockContent content;
    const std::string sha256(64, 'a');
    content.pins["inswapper_128"] = {sha256, 12};
    content.files["/a folder/with  spaces.onnx"] = {{12, 1, 2, 3, 4}, {sha256, 0x0000BEEF, 12}};
    content.batching[{sha256, "1.24.3"}] = "looped";
    const LockContent again = parse_lock(text_of(content), "models.lock");
    EXPECT_EQ(text_of(again), text_of(content));
    EXPECT_EQ(again.files.begin()->first, "/a folder/with  spaces.onnx");
    EXPECT_EQ(again.files.begin()->second.digest.crc32, 0xBEEFU);
    EXPECT_THROW(parse_lock("pin " + sha256 + " 12\n", "models.lock"), Error);
    EXPECT_THROW(parse_lock("file " + sha256 + " 1 2 3\n", "models.lock"), Error);
    EXPECT_THROW(parse_lock("shape\n", "models.lock"), Error);
}

}  // namespace
}  // namespace mien
