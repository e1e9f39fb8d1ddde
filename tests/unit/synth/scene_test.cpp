// SPDX-License-Identifier: Apache-2.0
#include "synth/scene.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "base/json.h"

namespace mien::synth {
namespace {

// A scene that is whole, and the same with one place changed.
const std::string whole = R"({"mien_scene": 1, "people": [1, {"seed": 2, "age": 40}], "shots": [{"seconds": 2, "camera": {"focal": [[0, 50], [1, 85], [1, 35]]},
 "performers": [{"person": 1, "motions": [{"kind": "nod"}], "mood": [[0, "happy"]], "speech": "HH AH0 L OW1", "occluders": [{"kind": "cup"}]}], "flashes": [{"at": 1}]}]})";

std::string changed(const std::string& pointer, const Json& value) {
    Json json = Json::parse(whole);
    json[Json::json_pointer(pointer)] = value;
    return json.dump();
}

std::string sentence(const std::string& text) {
    try {
        parse_scene(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::bad_input);
        return error.what();
    }
    return "";
}

TEST(Scene, NamedScenesAreWhole) {
    std::set<std::string_view> names;
    for (const NamedScene& named : named_scenes()) {
        SCOPED_TRACE(named.name);
        const Scene scene = parse_scene(named.json);
        EXPECT_GE(scene.frames, 50);
        EXPECT_FALSE(scene.title.empty());
        names.insert(named.name);
    }
    const std::set<std::string_view> wanted{"talk", "still", "shake", "turn", "crowd", "occluded", "lowlight", "lightstep", "cuts", "gaps", "tiny", "hard"};
    EXPECT_EQ(names, wanted);
}

TEST(Scene, ReadsWhatIsWritten) {
    const Scene scene = parse_scene(whole);
    ASSERT_EQ(scene.shots.size(), 1u);
    EXPECT_EQ(scene.frames, 50);
    EXPECT_EQ(scene.people[1].wish.age, 40);
    const SceneShot& shot = scene.shots[0];
    EXPECT_EQ(shot.camera.focal.at(0), 50);
    EXPECT_EQ(shot.camera.focal.at(0.5), 67.5f);
    EXPECT_EQ(shot.camera.focal.at(1), 35);  // two keys at one time are a step
    EXPECT_EQ(shot.performers[0].moods[0].second, "happy");
    EXPECT_EQ(shot.performers[0].motions[0].kind, MotionKind::nod);
}

TEST(Scene, EveryErrorNamesItsPlace) {
    const std::pair<std::string, std::string> cases[] = {
        {changed("/shots/0/camera/focall", 3), "shots[0].camera.focall is not a key of a camera"},
        {changed("/shots/0/camera/focal", 3), "shots[0].camera.focal is 3, and goes from 8 to 1200 mm"},
        {changed("/shots/0/camera/focal", {{1, 50}, {0, 50}}), "shots[0].camera.focal[1] is at 0 s, before the key in front of it"},
        {changed("/shots/0/performers/0/person", 2), "shots[0].performers[0].person is 2, and the scene has 2 people"},
        {changed("/shots/0/performers/0/mood", "gleeful"), "shots[0].performers[0].mood is \"gleeful\", and must be one of neutral"},
        {changed("/shots/0/performers/0/motions/0/kind", "hop"), "shots[0].performers[0].motions[0].kind is \"hop\", and must be one of still nod"},
        {changed("/shots/0/performers/0/motions/0/amplitude", 300), "shots[0].performers[0].motions[0].amplitude is 300, and goes from -30 to 30 degrees"},
        {changed("/shots/0/performers/0/speech", "HH QQ"), "shots[0].performers[0].speech cannot be spoken: \"QQ\""},
        {changed("/shots/0/performers/0/actions", {{"grin", 1}}), "shots[0].performers[0].actions.grin is not an action"},
        {changed("/shots/0/performers", Json::array()), "shots[0] shows nobody"},
        {changed("/people", Json::array()), "people has 0 items, and may have from 1 to 64"},
        {changed("/people", Json(std::vector<int>(1000000, 1))), "people has 1000000 items"},
        {changed("/people/0", {{"seed", 1}, {"age", 200}}), "people[0].age is 200, and goes from 5 to 85"},
        {changed("/people/0", {{"seed", 1}, {"wings", 2}}), "people[0].wings is not a key of a person"},
        {changed("/people/0", -1), "people[0] is -1"},
        {changed("/frames", 0), "frames is 0, and goes from 1 to 1"},
        {changed("/frames", 2.5), "frames is 2.5, and must be a whole number"},
        {changed("/size", {0, 360}), "size[0] is 0, and goes from 16 to 8192"},
        {changed("/size", {8192, 8192}), "size is 8192 x 8192"},
        {changed("/frame_rate", "25/0"), "frame_rate the frame rate \"25/0\""},
        {changed("/mien_scene", 2), "mien_scene is 2"},
        {changed("/shots", Json::array()), "shots has 0 items"},
        {changed("/shots/0/dissolve", 1), "shots[0].dissolve is 1, and the first shot has none before it"},
        {changed("/shots/0/flashes/0/at", "noon"), "shots[0].flashes[0].at is \"noon\", and must be a number"},
        {changed("/missing", {{2, 1}}), "missing[0] ends at 1 s, not after its start at 2 s"},
        {"[]", "the scene is a list of 0, and must be an object"},
        {"{", "the scene is not JSON"},
        {"", "the scene is not JSON"},
        {std::string(100000, '['), "the scene is not JSON"},
        {"{\"mien_scene\": 1}", "the scene has no people"},
    };
    for (const auto& [text, wanted] : cases) {
        const std::string said = sentence(text);
        EXPECT_EQ(said.substr(0, wanted.size()), wanted) << said;
        EXPECT_LT(said.size(), 1500u);
    }
}

TEST(Scene, EveryKeyOfTheTextIsARowAndEveryRowIsInTheSchema) {
    const Json schema = Json::parse(scene_schema());
    for (const SceneKey& row : scene_keys()) {
        const Json& object = row.object == "scene" ? schema : schema["$defs"][std::string(row.object)];
        EXPECT_TRUE(object["properties"].contains(std::string(row.key))) << row.object << "." << row.key;
        EXPECT_FALSE(row.meaning.empty());
        EXPECT_NE(scene_page().find("`" + std::string(row.key) + "`"), std::string::npos);
    }
}

TEST(Scene, FrameRatesAreRatios) {
    EXPECT_EQ(parse_frame_rate("25"), (Ratio{25, 1}));
    EXPECT_EQ(parse_frame_rate("30000/1001"), (Ratio{30000, 1001}));
    EXPECT_EQ(parse_frame_rate("23.976"), (Ratio{23976, 1000}));
    for (const char* wrong : {"", "0", "-25", "25/0", "2e3", "1001", "x", "25/", "/25", "99999999999999999999", "0.0001", "25.", "25 "}) EXPECT_THROW(parse_frame_rate(wrong), Error) << wrong;
}

TEST(Scene, PeopleAreReplacedInOrder) {
    Scene scene = parse_scene(whole);
    const std::uint32_t one[] = {77}, three[] = {1, 2, 3};
    set_people(scene, one);
    EXPECT_EQ(scene.people[0].seed, 77u);
    EXPECT_EQ(scene.people[1].seed, 2u);
    EXPECT_THROW(set_people(scene, three), Error);
    EXPECT_THROW(set_people(scene, {}), Error);
    Scene crowd = parse_scene(named_scenes()[4].json);
    set_people(crowd, three);
    EXPECT_EQ(crowd.people.size(), 3u);
    const std::vector<std::uint32_t> many(most_people + 1, 1);
    EXPECT_THROW(set_people(crowd, many), Error);
}

}  // namespace
}  // namespace mien::synth
