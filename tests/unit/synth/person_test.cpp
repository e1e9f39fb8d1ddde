// SPDX-License-Identifier: Apache-2.0
#include "synth/person.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "synth/expression.h"
#include "synth/hair.h"

namespace mien::synth {
namespace {

PersonWish aged(float years) {
    PersonWish wish;
    wish.age = years;
    return wish;
}

TEST(Traits, RowsAreInOrderAndNamed) {
    const auto rows = trait_rows();
    ASSERT_EQ(rows.size(), trait_count);
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(rows[i].trait), i);
        EXPECT_LT(rows[i].low, rows[i].high) << rows[i].name;
        EXPECT_FALSE(rows[i].meaning.empty()) << rows[i].name;
        EXPECT_FALSE(rows[i].unit.empty()) << rows[i].name;
        EXPECT_TRUE(names.insert(rows[i].name).second) << rows[i].name;
    }
}

TEST(MakePerson, SeedsGiveTheSamePeopleWithinTheRowsRanges) {
    std::set<float> different;
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        const Person a = make_person(seed), b = make_person(seed);
        ASSERT_EQ(a.traits, b.traits) << seed;
        for (const TraitRow& row : trait_rows()) {
            ASSERT_GE(a[row.trait], row.low) << row.name << " of " << seed;
            ASSERT_LE(a[row.trait], row.high) << row.name << " of " << seed;
        }
        different.insert(a[Trait::cheekbone_width]);
    }
    EXPECT_GT(different.size(), 300u);
}

TEST(MakePerson, AnotherAgeIsTheSamePerson) {
    // What life does not change, for grown people and for children.
    const Trait always[]{Trait::temple_width, Trait::eye_distance, Trait::ear_out, Trait::sex, Trait::melanin, Trait::haemoglobin, Trait::hair_red,
                         Trait::hair_green, Trait::hair_blue, Trait::iris_red, Trait::iris_green, Trait::iris_blue, Trait::cloth_red, Trait::glasses, Trait::freckles,
                         Trait::cupid_bow};
    const Trait grown[]{Trait::head_width, Trait::head_height, Trait::jaw_width, Trait::chin_length, Trait::nose_width, Trait::bridge_height, Trait::mouth_width,
                        Trait::brow_thickness,
                        Trait::eye_width, Trait::canthal_tilt, Trait::hair_style, Trait::beard, Trait::make_up, Trait::fat};
    for (std::uint32_t seed = 1; seed < 60; ++seed) {
        const Person child = make_person(seed, aged(6)), young = make_person(seed, aged(26)), old = make_person(seed, aged(80));
        for (const Trait t : always) {
            ASSERT_EQ(child[t], young[t]) << static_cast<int>(t) << " of " << seed;
            ASSERT_EQ(old[t], young[t]) << static_cast<int>(t) << " of " << seed;
        }
        for (const Trait t : grown) ASSERT_EQ(old[t], young[t]) << static_cast<int>(t) << " of " << seed;
        EXPECT_GT(old[Trait::jowl], young[Trait::jowl]);
        EXPECT_GT(old[Trait::grey], 0.9f);
        EXPECT_LT(child[Trait::face_length], young[Trait::face_length]);
        EXPECT_EQ(child[Trait::beard], 0);
    }
}

TEST(MakePerson, WishesAreKeptAndChangeNothingElse) {
    PersonWish wish;
    wish.hair_style = static_cast<int>(Hair::bob);
    wish.glasses = 2;
    for (std::uint32_t seed = 1; seed < 30; ++seed) {
        Person plain = make_person(seed), asked = make_person(seed, wish);
        EXPECT_EQ(asked[Trait::hair_style], 5);
        EXPECT_EQ(asked[Trait::glasses], 2);
        for (const Trait t : {Trait::hair_style, Trait::glasses}) plain[t] = asked[t];
        ASSERT_EQ(plain.traits, asked.traits);
    }
    EXPECT_EQ(make_person(3, aged(900))[Trait::age], 85);
    EXPECT_EQ(make_person(3, aged(-3))[Trait::age], 5);
}

TEST(MakePerson, PeopleCoverTheHumanRange) {
    int women = 0, dark = 0, fair = 0, spectacled = 0, bearded = 0;
    std::set<int> styles;
    for (std::uint32_t seed = 0; seed < 1000; ++seed) {
        const Person p = make_person(seed);
        women += p[Trait::sex] < 0.5f;
        dark += p[Trait::melanin] > 0.7f;
        fair += p[Trait::melanin] < 0.15f;
        spectacled += p[Trait::glasses] > 0;
        bearded += p[Trait::beard] > 0;
        styles.insert(static_cast<int>(p[Trait::hair_style]));
    }
    EXPECT_NEAR(women, 500, 60);
    EXPECT_GT(dark, 120);
    EXPECT_GT(fair, 200);
    EXPECT_NEAR(spectacled, 180, 50);
    EXPECT_NEAR(bearded, 125, 45);
    EXPECT_EQ(styles.size(), 10u);
}

TEST(HeldOut, IsOneInEight) {
    int held = 0;
    for (std::uint32_t seed = 0; seed < 8000; ++seed) held += is_held_out(seed);
    EXPECT_NEAR(held, 1000, 120);
}

TEST(Actions, RowsAreInOrderAndRestIsWithinThem) {
    const auto rows = action_rows();
    ASSERT_EQ(rows.size(), action_count);
    const Expression rest;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(rows[i].action), i);
        EXPECT_EQ(rest.actions[i], rows[i].rest) << rows[i].name;
        EXPECT_GE(rows[i].rest, rows[i].low);
        EXPECT_LE(rows[i].rest, rows[i].high);
    }
}

TEST(Actions, EveryDragActionMovesTheFaceOnItsSide) {
    for (std::size_t k = 0; k < action_count; ++k) {
        float left = 0, right = 0;
        for (int x = -60; x <= 60; x += 4)
            for (int y = -110; y <= 40; y += 3) {
                const Vec3 d = action_displacement(static_cast<Action>(k), {static_cast<float>(x), static_cast<float>(y), 88}, static_cast<float>(y) > -68.5f);
                (x > 0 ? left : right) = most(x > 0 ? left : right, length(d));
            }
        const std::string name(action_rows()[k].name);
        if (k >= drag_action_count) EXPECT_EQ(left + right, 0) << name;
        else if (name.ends_with("_left") && name != "mouth_left") EXPECT_TRUE(left > 1 && right < left / 2) << name;
        else if (name.ends_with("_right")) EXPECT_TRUE(right > 1 && left < right / 2) << name;
        else EXPECT_TRUE(left > 0.5f && right > 0.5f) << name;
    }
}

TEST(Visemes, AreMouthActionsWithinRange) {
    std::set<std::string_view> names;
    for (std::size_t v = 0; v < static_cast<std::size_t>(Viseme::count_); ++v) {
        const auto viseme = static_cast<Viseme>(v);
        const Expression mouth = viseme_expression(viseme);
        names.insert(name_of(viseme));
        EXPECT_EQ(mouth[Action::blink_left] + mouth[Action::brow_down] + mouth[Action::gaze_x], 0);
        for (const ActionRow& row : action_rows()) EXPECT_TRUE(mouth[row.action] >= row.low && mouth[row.action] <= row.high) << name_of(viseme) << " " << row.name;
    }
    EXPECT_EQ(names.size(), 15u);
    EXPECT_GT(viseme_expression(Viseme::aa)[Action::jaw], viseme_expression(Viseme::ih)[Action::jaw]);
    EXPECT_EQ(viseme_expression(Viseme::PP)[Action::jaw], 0);
}

TEST(Visemes, SumsAreClampedAndRestCountsOnce) {
    Expression a, b;
    a[Action::jaw] = 0.8f;
    b[Action::jaw] = 0.7f;
    b[Action::pupil] = 1.2f;
    a[Action::gaze_x] = -0.4f;
    b[Action::gaze_x] = 0.1f;
    const Expression both = sum(a, b);
    EXPECT_EQ(both[Action::jaw], 1);
    EXPECT_FLOAT_EQ(both[Action::pupil], 1.2f);
    EXPECT_FLOAT_EQ(both[Action::gaze_x], -0.3f);
}

}  // namespace
}  // namespace mien::synth
