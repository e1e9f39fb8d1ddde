// SPDX-License-Identifier: Apache-2.0
#include "face/select.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace mien {
namespace {

Face face_at(double x, double y, double edge, double score, Attributes attributes = {}) {
    Face face;
    face.box = {{x, y}, {x + edge, y + edge}};
    face.score = score;
    face.attributes = attributes;
    return face;
}

/// A raw vector at `degrees` in the plane of the first two axes, of no particular length.
Embedding vector_at(double degrees, double length = 20) {
    Embedding vector{};
    vector[0] = static_cast<float>(length * std::cos(degrees * 3.14159265358979 / 180));
    vector[1] = static_cast<float>(length * std::sin(degrees * 3.14159265358979 / 180));
    return vector;
}

std::vector<double> lefts(const std::vector<Face>& faces) {
    std::vector<double> x;
    for (const Face& face : faces) x.push_back(face.box.low.x);
    return x;
}

std::vector<double> sorted_by(const std::string& order) {
    SelectorSettings settings;
    settings.mode = "many";
    settings.order = order;
    return lefts(select_faces({face_at(20, 1, 9, 0.7), face_at(10, 3, 5, 0.9), face_at(30, 2, 7, 0.8)}, {}, settings));
}

TEST(Select, EveryOrder) {
    EXPECT_EQ(sorted_by("left-right"), (std::vector<double>{10, 20, 30}));
    EXPECT_EQ(sorted_by("right-left"), (std::vector<double>{30, 20, 10}));
    EXPECT_EQ(sorted_by("top-bottom"), (std::vector<double>{20, 30, 10}));
    EXPECT_EQ(sorted_by("bottom-top"), (std::vector<double>{10, 30, 20}));
    EXPECT_EQ(sorted_by("small-large"), (std::vector<double>{10, 30, 20}));
    EXPECT_EQ(sorted_by("large-small"), (std::vector<double>{20, 30, 10}));
    EXPECT_EQ(sorted_by("best-worst"), (std::vector<double>{10, 30, 20}));
    EXPECT_EQ(sorted_by("worst-best"), (std::vector<double>{20, 30, 10}));
    EXPECT_THROW(sorted_by("inside-out"), Error);
}

TEST(Select, EqualFacesKeepTheDetectorsOrderBothWays) {
    for (const char* order : {"best-worst", "worst-best"}) {
        SelectorSettings settings;
        settings.order = order;
        EXPECT_EQ(lefts(sort_and_filter({face_at(3, 0, 4, 0.5), face_at(1, 0, 4, 0.5), face_at(2, 0, 4, 0.5)}, settings)), (std::vector<double>{3, 1, 2})) << order;
    }
}

TEST(Select, AScoreThatIsNoNumberIsTheWorst) {
    SelectorSettings settings;
    settings.order = "best-worst";
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(lefts(sort_and_filter({face_at(1, 0, 4, nan), face_at(2, 0, 4, 0.1), face_at(3, 0, 4, 0.9)}, settings)), (std::vector<double>{3, 2, 1}));
}

bool keeps_age(int first, int last, std::optional<int> start, std::optional<int> end, bool faithful) {
    SelectorSettings settings;
    settings.age_start = start;
    settings.age_end = end;
    settings.faithful = faithful;
    return !sort_and_filter({face_at(0, 0, 1, 1, {Gender::male, Race::white, first, last})}, settings).empty();
}

TEST(Select, AgesAreClosedRangesWithOpenBounds) {
    for (const int age : {2, 9, 19, 69}) {
        EXPECT_TRUE(keeps_age(age == 2 ? 0 : age == 9 ? 3 : age == 19 ? 10 : 60, age, age, age, false)) << age;
        EXPECT_FALSE(keeps_age(age + 1, age + 10, age, age, false)) << age;
    }
    EXPECT_TRUE(keeps_age(70, 100, 30, {}, false));
    EXPECT_FALSE(keeps_age(20, 29, 30, {}, false));
    EXPECT_TRUE(keeps_age(0, 2, {}, 0, false));
    EXPECT_FALSE(keeps_age(3, 9, {}, 2, false));
    EXPECT_FALSE(keeps_age(20, 29, {}, 0, false)) << "a bound of 0 is a bound";
}

TEST(Select, FaithfulAgesHaveHolesAndZeroIsOff) {
    EXPECT_FALSE(keeps_age(10, 19, 19, 20, true));
    EXPECT_FALSE(keeps_age(20, 29, 19, 20, true));
    EXPECT_TRUE(keeps_age(10, 19, 18, 20, true));
    EXPECT_TRUE(keeps_age(70, 100, 0, {}, true));
    EXPECT_FALSE(keeps_age(70, 100, 0, 70, true));
}

TEST(Select, GenderAndRaceNeedAttributes) {
    SelectorSettings settings;
    EXPECT_FALSE(needs_attributes(settings));
    settings.gender = Gender::female;
    settings.race = Race::indian;
    EXPECT_TRUE(needs_attributes(settings));
    Face unknown = face_at(9, 0, 9, 1);
    unknown.attributes.reset();
    const std::vector<Face> faces{face_at(1, 0, 1, 1, {Gender::female, Race::indian, 20, 29}), face_at(2, 0, 1, 1, {Gender::male, Race::indian, 20, 29}),
                                  face_at(3, 0, 1, 1, {Gender::female, Race::asian, 20, 29}), unknown};
    EXPECT_EQ(lefts(sort_and_filter(faces, settings)), (std::vector<double>{1}));
}

TEST(Select, OneIsTheFirstAfterOrderAndFilters) {
    SelectorSettings settings;
    settings.mode = "one";
    settings.gender = Gender::male;
    const std::vector<Face> faces{face_at(1, 0, 9, 1, {Gender::female, Race::white, 0, 2}), face_at(2, 0, 4, 1, {Gender::male, Race::white, 0, 2}),
                                  face_at(3, 0, 5, 1, {Gender::male, Race::white, 0, 2})};
    EXPECT_EQ(lefts(select_faces(faces, {}, settings)), (std::vector<double>{3}));
    EXPECT_TRUE(select_faces({}, {}, settings).empty());
    settings.mode = "some";
    EXPECT_THROW(select_faces(faces, {}, settings), Error);
}

Face known(double x, double degrees, double edge = 1) {
    Face face = face_at(x, 0, edge, 1);
    face.embedding = vector_at(degrees, 5 + x);
    return face;
}

TEST(Select, ReferenceTakesAllAlikeInTheDetectorsOrder) {
    SelectorSettings settings;
    Face stranger = face_at(4, 0, 9, 1);  // no vector: never alike
    // (1 - cos) / 2 < 0.3 holds up to 66.4 degrees.
    const std::vector<Face> target{known(1, 66), known(2, 67), known(3, 0), stranger};
    EXPECT_EQ(lefts(select_faces(target, {known(0, 0)}, settings)), (std::vector<double>{1, 3}));
    EXPECT_TRUE(select_faces(target, {}, settings).empty());
    EXPECT_TRUE(select_faces(target, {stranger}, settings).empty());
    settings.reference_distance = 0;
    EXPECT_TRUE(select_faces(target, {known(0, 0)}, settings).empty()) << "nearer than the distance, not as near";
}

TEST(Select, ReferencePositionCountsAfterTheOrderAndEndsAtTheLast) {
    SelectorSettings settings;
    settings.order = "left-right";
    const std::vector<Face> target{known(1, 0), known(2, 90), known(3, 180)}, reference{known(30, 180), known(10, 0), known(20, 90)};
    const double wanted[] = {1, 2, 3, 3};
    for (int position = 0; position < 4; ++position) {
        settings.reference_position = position;
        EXPECT_EQ(lefts(select_faces(target, reference, settings)), (std::vector<double>{wanted[position]})) << position;
    }
}

TEST(Select, ReferenceFiltersTheReferenceFacesOnly) {
    SelectorSettings settings;
    settings.gender = Gender::male;
    Face woman = known(9, 0, 50), man = known(8, 90, 10);
    man.attributes = Attributes{Gender::male, Race::white, 20, 29};
    Face target = known(1, 90);
    target.attributes = Attributes{Gender::female, Race::white, 20, 29};
    EXPECT_EQ(lefts(select_faces({target, known(2, 0)}, {woman, man}, settings)), (std::vector<double>{1}));
}

TEST(Embedding, UnitHasLengthOneAndZeroStaysZero) {
    const Embedding one = unit(vector_at(30, 123));
    EXPECT_NEAR(cosine(one, one), 1, 1e-6);
    EXPECT_NEAR(cosine(one, unit(vector_at(90, 7))), 0.5, 1e-6);
    EXPECT_EQ(unit(Embedding{}), Embedding{});
    EXPECT_EQ(name_of(Gender::male), "male");
    EXPECT_EQ(name_of(Race::arabic), "arabic");
}

}  // namespace
}  // namespace mien
