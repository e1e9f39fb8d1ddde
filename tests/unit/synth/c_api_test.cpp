// libmien_synth.so as a foreign caller uses it: sampling and drawing are functions of their arguments, truth fits the pictures, and bad input has a sentence.
// SPDX-License-Identifier: Apache-2.0
#include "synth/c_api.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int edge = 64;
constexpr mien_synth_cast cast_of_ten{0, 10, 0, 2, 1, 2};

std::vector<mien_synth_shot> sampled(int kind, const std::vector<std::uint32_t>& seeds, const mien_synth_cast& cast = cast_of_ten, int size = edge) {
    std::vector<mien_synth_shot> shots(seeds.size());
    EXPECT_EQ(mien_synth_sample(kind, seeds.data(), nullptr, seeds.size(), size, size, &cast, shots.data()), 0) << mien_synth_error();
    return shots;
}

struct Drawn {
    std::vector<std::uint8_t> picture, twin, regions, face, alpha;
    std::vector<mien_synth_face> faces, twin_faces;
};
Drawn drawn(const std::vector<mien_synth_shot>& shots, int threads) {
    const auto pixels = static_cast<std::size_t>(shots[0].width) * static_cast<std::size_t>(shots[0].height) * shots.size();
    const std::vector<std::uint8_t> three(3 * pixels), one(pixels);
    const std::vector<mien_synth_face> nobody(shots.size() * MIEN_SYNTH_PERFORMERS);
    Drawn out{three, three, one, one, one, nobody, nobody};
    mien_synth* synth = nullptr;
    EXPECT_EQ(mien_synth_open(-1, threads, 1u << 30, &synth), 0) << mien_synth_error();
    const mien_synth_output output{out.picture.data(), out.twin.data(), out.regions.data(), out.face.data(), out.alpha.data(), out.faces.data(),
                                   out.twin_faces.data()};
    EXPECT_EQ(mien_synth_render(synth, shots.data(), shots.size(), &output), 0) << mien_synth_error();
    mien_synth_close(synth);
    return out;
}

TEST(SynthLibrary, SamplesAreFunctionsOfTheirSeeds) {
    const auto once = sampled(MIEN_SYNTH_FACE, {5, 6, 7}), again = sampled(MIEN_SYNTH_FACE, {7, 5, 6});
    EXPECT_EQ(std::memcmp(&once[0], &again[1], sizeof(mien_synth_shot)), 0);
    EXPECT_EQ(std::memcmp(&once[2], &again[0], sizeof(mien_synth_shot)), 0);
    EXPECT_NE(std::memcmp(&once[0], &once[1], sizeof(mien_synth_shot)), 0);
}

TEST(SynthLibrary, TraitsAreThoseOfThePersonAsWished) {
    const auto count = static_cast<std::size_t>(mien_synth_trait_count());
    std::size_t age = count;
    for (std::size_t i = 0; i < count; ++i)
        if (std::string_view(mien_synth_trait_name(static_cast<int>(i))) == "age") age = i;
    ASSERT_LT(age, count);
    EXPECT_EQ(mien_synth_trait_name(static_cast<int>(count)), nullptr);
    EXPECT_EQ(mien_synth_trait_name(-1), nullptr);
    const mien_synth_person people[2]{{7, 0, -1, -1}, {7, 66, -1, -1}};
    std::vector<float> traits(2 * count);
    ASSERT_EQ(mien_synth_traits(people, 2, traits.data()), 0) << mien_synth_error();
    EXPECT_FLOAT_EQ(traits[count + age], 66);
    EXPECT_EQ(traits[0], traits[count]) << "the head's breadth does not change with age";
    EXPECT_NE(traits[age], traits[count + age]);
    EXPECT_EQ(mien_synth_traits(people, 2, nullptr), 1);
}

TEST(SynthLibrary, PeopleHeldOutNeverServeInTraining) {
    std::set<std::uint32_t> training, held_out;
    for (std::uint32_t number = 0; number < 500; ++number) {
        training.insert(mien_synth_person_seed(number, 0));
        held_out.insert(mien_synth_person_seed(number, 1));
    }
    EXPECT_EQ(training.size(), 500u);
    EXPECT_EQ(held_out.size(), 500u);
    for (const std::uint32_t seed : held_out) EXPECT_FALSE(training.contains(seed));
    std::vector<std::uint32_t> seeds(100);
    for (std::size_t i = 0; i < seeds.size(); ++i) seeds[i] = static_cast<std::uint32_t>(i);
    for (const mien_synth_shot& shot : sampled(MIEN_SYNTH_CROWD, seeds, {0, 500, 1, 2, 1, 2}))
        for (int i = 0; i < shot.performer_count; ++i) {
            EXPECT_TRUE(held_out.contains(shot.performers[i].person.seed));
            EXPECT_TRUE(held_out.contains(shot.performers[i].other.seed));
            EXPECT_NE(shot.performers[i].person.seed, shot.performers[i].other.seed);
        }
}

TEST(SynthLibrary, CrowdsHaveAllSizesAndRolls) {
    std::vector<std::uint32_t> seeds(300);
    for (std::size_t i = 0; i < seeds.size(); ++i) seeds[i] = static_cast<std::uint32_t>(i);
    std::array<int, MIEN_SYNTH_PERFORMERS + 1> counts{};
    std::array<int, 4> quarters{};
    for (const mien_synth_shot& shot : sampled(MIEN_SYNTH_CROWD, seeds, cast_of_ten, 448)) {
        ++counts[static_cast<std::size_t>(shot.performer_count)];
        const float right_x = shot.camera_axes[0], right_y = shot.camera_axes[1];
        ++quarters[static_cast<std::size_t>(std::abs(right_x) > std::abs(right_y) ? (right_x > 0 ? 0 : 2) : (right_y > 0 ? 1 : 3))];
    }
    EXPECT_GT(counts[0], 5);
    EXPECT_GT(counts[1], 50);
    EXPECT_GT(counts[3] + counts[4] + counts[5] + counts[6], 20);
    for (const int quarter : quarters) EXPECT_GT(quarter, 15);
}

TEST(SynthLibrary, BytesDoNotDependOnThreadsOrCompany) {
    const auto shots = sampled(MIEN_SYNTH_FACE, {11, 12, 13});
    const Drawn one = drawn(shots, 1), three = drawn(shots, 3), alone = drawn({shots[1]}, 1);
    EXPECT_EQ(one.picture, three.picture);
    EXPECT_EQ(one.twin, three.twin);
    EXPECT_EQ(one.regions, three.regions);
    EXPECT_EQ(one.face, three.face);
    EXPECT_EQ(one.alpha, three.alpha);
    EXPECT_TRUE(std::equal(alone.picture.begin(), alone.picture.end(), one.picture.begin() + 3 * edge * edge));
    EXPECT_EQ(std::memcmp(alone.faces.data(), one.faces.data() + MIEN_SYNTH_PERFORMERS, MIEN_SYNTH_PERFORMERS * sizeof(mien_synth_face)), 0);
    EXPECT_EQ(std::memcmp(one.twin_faces.data(), three.twin_faces.data(), one.twin_faces.size() * sizeof(mien_synth_face)), 0);
}

// A twin has the other's features on the same head: it looks the same way, and only nearly the same points belong to it.
TEST(SynthLibrary, TwinsHaveATruthOfTheirOwn) {
    const auto shots = sampled(MIEN_SYNTH_FACE, {21, 22, 23});
    const Drawn out = drawn(shots, 1);
    for (std::size_t i = 0; i < shots.size(); ++i) {
        const mien_synth_face &face = out.faces[i * MIEN_SYNTH_PERFORMERS], &twin = out.twin_faces[i * MIEN_SYNTH_PERFORMERS];
        EXPECT_EQ(twin.person, face.person);
        EXPECT_EQ(twin.other, face.other);
        EXPECT_EQ(twin.yaw, face.yaw);
        float most = 0;
        for (std::size_t k = 0; k < 68; ++k) {
            most = std::max(most, std::abs(twin.points_68[k][0] - face.points_68[k][0]) + std::abs(twin.points_68[k][1] - face.points_68[k][1]));
            const auto& at = twin.points_3d[k];
            EXPECT_NEAR(shots[i].centre[0] + shots[i].focal * at[0] / -at[2], twin.points_68[k][0], 0.01f) << k;
        }
        EXPECT_GT(most, 0.3f) << i;
        EXPECT_LT(most, 0.3f * (face.box[3] - face.box[1])) << i;
        EXPECT_EQ(out.twin_faces[i * MIEN_SYNTH_PERFORMERS + 1].person, 0u);
    }
    mien_synth_shot alone = shots[0];
    alone.performers[0].other.seed = 0;
    const Drawn same = drawn({alone}, 1);
    EXPECT_EQ(std::memcmp(same.faces.data(), same.twin_faces.data(), MIEN_SYNTH_PERFORMERS * sizeof(mien_synth_face)), 0) << "nobody's twin is the same picture";
}

TEST(SynthLibrary, TruthFitsThePictures) {
    auto shots = sampled(MIEN_SYNTH_FACE, {21, 22, 23, 24});
    for (mien_synth_shot& shot : shots) shot.occluder_count = 0;
    const Drawn out = drawn(shots, 1);
    for (std::size_t i = 0; i < shots.size(); ++i) {
        const mien_synth_face& face = out.faces[i * MIEN_SYNTH_PERFORMERS];
        EXPECT_EQ(face.person, shots[i].performers[0].person.seed);
        EXPECT_EQ(face.other, shots[i].performers[0].other.seed);
        EXPECT_GE(face.age, 5);
        EXPECT_LE(face.age, 85);
        EXPECT_EQ(out.faces[i * MIEN_SYNTH_PERFORMERS + 1].person, 0u);
        for (const auto& point : face.points_68) {
            EXPECT_GE(point[0], face.box[0] - 1e-3f);
            EXPECT_LE(point[1], face.box[3] + 1e-3f);
        }
        for (std::size_t k = 0; k < 68; ++k) {  // what lies in space is seen where the picture has it
            const auto& at = face.points_3d[k];
            EXPECT_NEAR(shots[i].centre[0] + shots[i].focal * at[0] / -at[2], face.points_68[k][0], 0.01f) << k;
            EXPECT_NEAR(shots[i].centre[1] - shots[i].focal * at[1] / -at[2], face.points_68[k][1], 0.01f) << k;
        }
        const std::uint8_t* const plane = out.face.data() + i * edge * edge;
        const auto area = std::count(plane, plane + edge * edge, 255);
        EXPECT_GT(area, 20) << i;
        // The twin differs where the inner face is, and hardly elsewhere.
        std::size_t inside = 0, outside = 0;
        for (std::size_t k = 0; k < edge * edge; ++k) {
            const std::size_t at = (i * edge * edge + k) * 3;
            const int step = std::abs(int{out.picture[at]} - int{out.twin[at]}) + std::abs(int{out.picture[at + 1]} - int{out.twin[at + 1]});
            (plane[k] == 255 ? inside : outside) += step > 6 ? 1u : 0u;
        }
        EXPECT_GT(inside, static_cast<std::size_t>(area) / 8) << i;
        EXPECT_LT(outside, inside + static_cast<std::size_t>(edge * edge) / 8) << i;
    }
}

TEST(SynthLibrary, BadInputHasASentence) {
    mien_synth* synth = nullptr;
    EXPECT_EQ(mien_synth_open(-1, 0, 0, &synth), 1);
    EXPECT_NE(std::string(mien_synth_error()).find("threads"), std::string::npos);
    EXPECT_EQ(synth, nullptr);
    ASSERT_EQ(mien_synth_open(-1, 1, 1u << 20, &synth), 0);
    const std::uint32_t seed = 1;
    mien_synth_shot shot{};
    EXPECT_EQ(mien_synth_sample(99, &seed, nullptr, 1, edge, edge, &cast_of_ten, &shot), 1);
    EXPECT_EQ(mien_synth_sample(0, &seed, nullptr, 1, 0, edge, &cast_of_ten, &shot), 1);
    const mien_synth_cast nobody{0, 0, 0, 1, 0, 1};
    EXPECT_EQ(mien_synth_sample(0, &seed, nullptr, 1, edge, edge, &nobody, &shot), 1);
    EXPECT_EQ(mien_synth_sample(0, nullptr, nullptr, 1, edge, edge, &cast_of_ten, &shot), 1);
    auto two = sampled(MIEN_SYNTH_FACE, {1, 2});
    two[1].width = 32;
    std::vector<std::uint8_t> memory(2 * 3 * edge * edge);
    const mien_synth_output output{memory.data(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};
    EXPECT_EQ(mien_synth_render(synth, two.data(), 2, &output), 1);
    EXPECT_NE(std::string(mien_synth_error()).find("one size"), std::string::npos);
    two[1] = two[0];
    two[1].performer_count = MIEN_SYNTH_PERFORMERS + 1;
    EXPECT_EQ(mien_synth_render(synth, two.data(), 2, &output), 1);
    EXPECT_EQ(mien_synth_render(synth, nullptr, 1, &output), 1);
    mien_synth_close(synth);
    mien_synth_close(nullptr);
}

TEST(SynthLibrary, FiguresAreKeptAndDropped) {
    mien_synth* synth = nullptr;
    ASSERT_EQ(mien_synth_open(-1, 1, 1, &synth), 0);
    const auto shots = sampled(MIEN_SYNTH_FACE, {31});
    std::vector<std::uint8_t> memory(3 * edge * edge);
    const mien_synth_output output{memory.data(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};
    std::uint64_t built = 0, reused = 0, bytes = 0;
    for (int pass = 1; pass <= 2; ++pass) {
        ASSERT_EQ(mien_synth_render(synth, shots.data(), 1, &output), 0) << mien_synth_error();
        ASSERT_EQ(mien_synth_figures(synth, &built, &reused, &bytes), 0);
        // One byte of budget: what the last batch drew is dropped before the next.
        EXPECT_EQ(built, static_cast<std::uint64_t>(pass));
        EXPECT_GT(bytes, 100'000u);
        EXPECT_LT(bytes, 100'000'000u);
    }
    mien_synth_close(synth);
}

}  // namespace
