// SPDX-License-Identifier: Apache-2.0
#include "jobs/sidecar.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"
#include "jobs/sqlite.h"

namespace mien {
namespace {

/// A folder of its own for each test, gone afterwards.
struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("mien_sidecar_" + std::to_string(::getpid()));
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() { std::filesystem::remove_all(path); }
};

Face some_face(int seed) {
    Face face;
    face.box = {{10.25 + seed, 20.5}, {110.125, 140.0625 + seed}};
    face.score = 0.875;
    face.landmarker_score = 0.5 + seed / 1000.0;
    face.angle = 90;
    for (std::size_t i = 0; i < 5; ++i) face.points5[i] = face.points5_68[i] = {1.0 / 3 + static_cast<double>(i), 2.0 / 7 + seed};
    for (std::size_t i = 0; i < 68; ++i) face.points68[i] = {static_cast<float>(i) * 1.25f, static_cast<float>(seed)};
    face.embedding.emplace();
    for (std::size_t i = 0; i < 512; ++i) (*face.embedding)[i] = static_cast<float>(seed) + static_cast<float>(i) / 512;
    return face;
}

FrameAnalysis frame_with(std::int64_t number, int faces) {
    FrameAnalysis analysis{number, {number * 512, {1, 12800}}, number == 0, std::vector<Face>(), {}, 0, 0};
    for (int i = 0; i < faces; ++i) analysis.faces->push_back(some_face(i));
    return analysis;
}

const SidecarKey key{"film", "analysis", "models", "gate"};

TEST(Sidecar, GivesBackWhatWasStored) {
    const Folder folder;
    {
        Sidecar sidecar(folder.path / "a.db", key);
        FrameAnalysis first = frame_with(0, 2);
        first.faces->at(1).attributes = Attributes{Gender::male, Race::asian, 30, 39};
        first.gate = GateSample{"target", 0.5, {0.1, 0.2, 0.3}, {true, false, true}};
        sidecar.store(first);
        sidecar.store(frame_with(1, 0));
        sidecar.mark_complete(0, 2);
    }
    Sidecar sidecar(folder.path / "a.db", key);
    EXPECT_TRUE(sidecar.remarks().empty());
    EXPECT_TRUE(sidecar.complete(0, 2));
    EXPECT_FALSE(sidecar.complete(0, 3));
    EXPECT_TRUE(sidecar.knows_faces(1));
    EXPECT_FALSE(sidecar.knows_faces(2));
    const std::vector<Face> faces = sidecar.faces(0);
    ASSERT_EQ(faces.size(), 2u);
    const Face wanted = some_face(1);
    EXPECT_EQ(faces[1].box, wanted.box);
    EXPECT_EQ(faces[1].points5, wanted.points5);
    EXPECT_EQ(faces[1].points68, wanted.points68);
    EXPECT_EQ(faces[1].embedding, wanted.embedding);
    EXPECT_EQ(faces[1].attributes, (Attributes{Gender::male, Race::asian, 30, 39}));
    EXPECT_FALSE(faces[0].attributes);
    const std::vector<GateSample> samples = sidecar.gate_samples(0, 10);
    ASSERT_EQ(samples.size(), 1u);
    EXPECT_TRUE(samples[0].flagged());
    const Sidecar::Counts counts = sidecar.counts(0, 10);
    EXPECT_EQ(counts.frames, 2);
    EXPECT_EQ(counts.frames_with_faces, 1);
    EXPECT_EQ(counts.faces, 2);
    EXPECT_EQ(sidecar.time(1)->ticks, 512);
}

TEST(Sidecar, KnowsItselfAgainWithoutNetworks) {
    const Folder folder;
    const SidecarKey drawn{"film", "drawn", "", ""};
    Sidecar(folder.path / "a.db", drawn).store(frame_with(0, 1));
    const Sidecar again(folder.path / "a.db", drawn);
    EXPECT_TRUE(again.remarks().empty()) << again.remarks().at(0);
    EXPECT_TRUE(again.knows_faces(0));
}

TEST(Sidecar, AFaceCostsAtMostThreeKibibytes) {
    const Folder folder;
    const auto size_with = [&](const char* name, int frames) {
        {
            Sidecar sidecar(folder.path / name, key);
            for (int number = 0; number < frames; ++number) sidecar.store(frame_with(number, 2));
        }
        return std::filesystem::file_size(folder.path / name);
    };
    // The tables themselves take a few pages once; what a face costs is what one more costs.
    EXPECT_LE(size_with("long.db", 1500) - size_with("short.db", 500), 2000u * 3072u);
}

TEST(Sidecar, AnotherKeyStartsAnew) {
    const Folder folder;
    { Sidecar(folder.path / "a.db", key).store(frame_with(0, 1)); }
    SidecarKey other = key;
    other.analysis_text = "other";
    Sidecar sidecar(folder.path / "a.db", other);
    EXPECT_EQ(sidecar.remarks().size(), 1u);
    EXPECT_FALSE(sidecar.knows_faces(0));
}

TEST(Sidecar, OtherGateNetworksKeepTheFacesAndForgetTheVotes) {
    const Folder folder;
    FrameAnalysis first = frame_with(0, 1);
    first.gate = GateSample{"target", 0, {}, {}};
    { Sidecar(folder.path / "a.db", key).store(first); }
    SidecarKey other = key;
    other.gate_text = "other";
    const Sidecar sidecar(folder.path / "a.db", other);
    EXPECT_TRUE(sidecar.knows_faces(0));
    EXPECT_FALSE(sidecar.knows_gate(0));
    EXPECT_TRUE(sidecar.gate_samples(0, 9).empty());
}

TEST(Sidecar, DamagedFilesAreSetAsideAndSaid) {
    const Folder folder;
    std::ofstream(folder.path / "a.db") << std::string(5000, 'x');
    Sidecar sidecar(folder.path / "a.db", key);
    ASSERT_EQ(sidecar.remarks().size(), 1u);
    EXPECT_TRUE(std::filesystem::exists(folder.path / "a.db.damaged"));
    sidecar.store(frame_with(0, 1));
    EXPECT_EQ(sidecar.faces(0).size(), 1u);
}

void change_file(const std::filesystem::path& path, const char* statement) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, statement, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
}

TEST(Sidecar, FilesOfOtherTablesAreSetAside) {
    for (const char* statement : {"DROP TABLE face; CREATE TABLE face (id INTEGER PRIMARY KEY)", "DROP TABLE frame; CREATE VIEW frame AS SELECT 1 AS number",
                                  "CREATE TRIGGER loud AFTER INSERT ON face BEGIN DELETE FROM face; END"}) {
        const Folder folder;
        { Sidecar(folder.path / "a.db", key).store(frame_with(0, 1)); }
        change_file(folder.path / "a.db", statement);
        Sidecar sidecar(folder.path / "a.db", key);
        EXPECT_EQ(sidecar.remarks().size(), 1u) << statement;
        EXPECT_FALSE(sidecar.knows_faces(0));
        sidecar.store(frame_with(0, 1));
        EXPECT_EQ(sidecar.faces(0).size(), 1u);
    }
}

TEST(Sidecar, RowsOfNoSenseAreErrors) {
    for (const char* statement : {"UPDATE face SET points5 = x'00'", "UPDATE face SET x1 = 9e999", "UPDATE face SET gender = 7, race = 1", "UPDATE face SET embedding = 5", "UPDATE frame SET base_den = 0"}) {
        const Folder folder;
        { Sidecar(folder.path / "a.db", key).store(frame_with(0, 1)); }
        change_file(folder.path / "a.db", statement);
        const Sidecar sidecar(folder.path / "a.db", key);
        EXPECT_TRUE(sidecar.remarks().empty()) << statement;
        EXPECT_THROW((sidecar.faces(0), sidecar.time(0)), Error) << statement;
    }
}

TEST(Sidecar, ALockedFileMeansMemoryAndIsSaid) {
    const Folder folder;
    { Sidecar(folder.path / "a.db", key).store(frame_with(0, 1)); }
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open((folder.path / "a.db").c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE held (x);", nullptr, nullptr, nullptr), SQLITE_OK);
    Sidecar sidecar(folder.path / "a.db", key);
    EXPECT_EQ(sidecar.remarks().size(), 1u);
    EXPECT_TRUE(sidecar.path().empty());
    sidecar.store(frame_with(3, 1));
    EXPECT_TRUE(sidecar.knows_faces(3));
    sqlite3_close(other);
}

TEST(Sidecar, AFolderThatCannotBeWrittenMeansMemory) {
    Sidecar sidecar("/nonexistent/folder/a.db", key);
    EXPECT_EQ(sidecar.remarks().size(), 1u);
    sidecar.store(frame_with(0, 1));
    EXPECT_EQ(sidecar.faces(0).size(), 1u);
}

}  // namespace
}  // namespace mien
