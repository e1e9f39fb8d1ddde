// How materials look: skin, eyes, mouth, hair, lashes, cloth, frames (spec "heads" sections 8 and 9). Linear light out.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/light.h"

namespace mien::synth {

/// One place to shade.
struct Shading {
    const Drawing& drawing;
    const ShotRecord& shot;
    const Instance& who;
    const FigureTriangle& face;
    Surface s;
    Vec3 view;        ///< unit, towards the camera
    GridPlace place;  ///< skin: texture coordinates
    float inner = 0;  ///< rows behind a rim: 0 at the rim, growing inwards
    float pixel = 1;  ///< size of a pixel here, mm

    MIEN_HD Vec3 ambient(Vec3 normal) const { return mix(shot.light.ground, shot.light.sky, 0.5f + 0.5f * normal.y); }
    MIEN_HD float key_share(Vec3 at, float radius) const { return lit_share(who.shadow, drawing.stamp, at, radius) * passed_share(drawing, shot, at); }
    /// The sky as smooth surfaces mirror it.
    MIEN_HD Vec3 mirrored() const { return shot.light.sky * 0.95f; }
};
MIEN_HD inline float lightness(Vec3 c) { return 0.2126f * c.x + 0.7152f * c.y + 0.0722f * c.z; }

/// How strongly expression deepens the crease at a template position.
MIEN_HD inline float crease_strength(const Look& look, Vec3 t) {
    const float x = magnitude(t.x);
    if (t.y > 34) return look.forehead;
    if (x < 12 && t.y > 8) return look.frown;
    if (t.y > -30) return look.crow;
    return x < 27 && magnitude(t.y + 68.5f) < 4.5f ? look.lip_line : look.fold;
}

/// Diffuse and glossy light of skin whose colour, relief and openness are known.
MIEN_HD inline Vec3 lit_skin(const Shading& at, Vec3 albedo, Vec3 fine, Vec3 smooth, float open, float gloss, float rough) {
    const Light& light = at.shot.light;
    const Vec3 n = at.s.normal, v = at.view;
    const float texel = at.who.shadow.side > 0 ? 1 / at.who.shadow.scale : 0;
    const float key_cosine = dot(smooth, light.key_direction);
    const float lit = key_cosine > -0.40f ? at.key_share(at.s.at + n * most(2.4f, texel), 4.0f) : 0;
    // Penumbrae and crevices redden: what light is left there has been through skin.
    const float root = square_root(lit), open_root = square_root(open);
    const Vec3 shadow{mix(lit, root, 0.5f), mix(lit, root, 0.1f), lit}, hollow{mix(open, open_root, 0.6f), mix(open, open_root, 0.1f), open};
    Vec3 diffuse = light.key * skin_diffuse(key_cosine) * shadow + light.fill * skin_diffuse(dot(smooth, light.fill_direction)) * open + at.ambient(n) * hollow;
    const float behind = unit_range(dot(smooth, light.rim_direction));
    diffuse += light.rim * (behind * 0.35f * open);
    float key_glint = 0, fill_glint = 0, rim_glint = 0;
    if (lit > 0) key_glint = glint(fine, v, light.key_direction, rough, 0.028f) * 0.62f + glint(fine, v, light.key_direction, rough * 0.66f, 0.028f) * 0.20f;
    fill_glint = glint(fine, v, light.fill_direction, rough * 1.1f, 0.028f);
    if (behind > 0) rim_glint = least(glint(fine, v, light.rim_direction, rough * 1.2f, 0.028f), 1.2f);
    const float grazing = 0.028f + 0.5f * fifth_power(1 - unit_range(dot(n, v)));
    return albedo * diffuse + (light.key * (key_glint * lit) + light.fill * (fill_glint * 0.45f) + light.rim * (rim_glint * 0.15f)) * (gloss * open) +
           at.mirrored() * (grazing * 0.40f * open * gloss);
}

MIEN_HD inline Vec3 shade_skin(const Shading& at) {
    const Look& look = at.who.look;
    const SkinSample skin = skin_at(at.who.skin, at.place.column, at.place.row, at.who.skin_level);
    const float strength = crease_strength(look, at.s.on);
    float open = skin.occlusion * (1 - skin.crease * strength);
    const Vec3 tilt = at.who.head * (skin.bump + Vec3{0, skin.crease_tilt * strength * 1.6f, 0});
    Vec3 albedo = skin.albedo;
    if ((at.face.flags & FigureTriangle::lid_inside) != 0 && at.inner > 0) {  // the moist edge of the lid
        open *= 0.75f;
        albedo = mix(albedo, look.inside, unit_range(at.inner) * 0.75f);
    }
    return lit_skin(at, albedo, unit(at.s.normal + tilt), unit(at.s.normal + tilt * 0.7f), open, skin.gloss, skin.rough);
}

MIEN_HD inline Vec3 shade_ear(const Shading& at) {
    const Vec3 p = at.s.on;
    const Vec3 grain{noise2(p.y * 1.2f, p.z * 1.2f, 1), noise2(p.y * 1.2f, p.z * 1.2f, 2), noise2(p.y * 1.2f, p.z * 1.2f, 3)};
    const Vec3 tilt = at.who.head * (grain * (0.05f * at.who.look.grown));
    const float open = at.s.a <= -0.999f ? 0.7f : mix(0.42f, 1, smooth_step(-7, 3, at.s.a));
    const Vec3 albedo = at.who.look.ear_albedo * (1 + 0.06f * noise2(p.y * 0.25f, p.z * 0.25f, 4));
    const Vec3 normal = unit(at.s.normal + tilt);
    Vec3 lit = lit_skin(at, albedo, normal, normal, open, 0.7f, 0.46f);
    // Thin: light from behind glows through, red.
    const float through = unit_range(-dot(at.s.normal, at.shot.light.rim_direction)) * smooth_step(-4, 2, at.s.a) +
                          unit_range(-dot(at.s.normal, at.shot.light.key_direction) - 0.2f) * 0.6f;
    lit += at.shot.light.rim * albedo * Vec3{0.22f, 0.06f, 0.035f} * through;
    return lit;
}

/// The lining of the mouth: darker the deeper.
MIEN_HD inline Vec3 shade_mouth_wall(const Shading& at, float depth) {
    const Light& light = at.shot.light;
    const Vec3 n = at.s.normal;
    const Vec3 colour = mix(Vec3{0.48f, 0.17f, 0.15f}, Vec3{0.30f, 0.07f, 0.06f}, smooth_step(1, 5, depth)) * (1 - 0.35f * unit_range(at.who.look.melanin));
    const float lit = at.key_share(at.s.at + n * 2.4f, 3), dark = most(0.10f, exponential(-most(0, depth - 1) * 0.42f));
    return colour *
               (light.key * (unit_range(dot(n, light.key_direction)) * lit) + light.fill * (0.5f * magnitude(dot(n, light.fill_direction))) + at.ambient(n)) *
               dark +
           light.key * (glint(n, at.view, light.key_direction, 0.28f, 0.03f) * lit * dark * 0.8f);
}

/// Colour of the ball without light, at a direction in the ball that is `away` radians from its axis.
struct EyeColour {
    Vec3 albedo;
    float iris = 0, pupil = 0, ratio = 0;  ///< shares; ratio: distance from the axis over the iris's
};
MIEN_HD inline EyeColour eye_colour(const Look& look, Vec3 direction, float away) {
    const float iris_edge = 0.5138f;  // the angle whose sine is 5.9 / 12
    const float pupil_edge = arc_sine(limit(2.15f * look.pupil / 12, 0, 0.44f));
    // Around the axis, not by the angle: that would have a seam.
    const float off_axis = most(1e-4f, square_root(square(direction.x) + square(direction.y))), c = direction.x / off_axis, s = direction.y / off_axis;
    EyeColour out;
    Vec3 white = Vec3{0.62f, 0.565f, 0.535f} * (1 - 0.10f * unit_range(look.melanin));
    const float seed = static_cast<float>(look.eye_seed % 1021u);
    if (away > 0.5f) {
        const float web = cloud({c * 2.6f + seed, s * 2.6f, away * 5}, 3),
                    vein = square(unit_range(1 - magnitude(web) * 6)) * unit_range(1 - magnitude(web) * 6) * smooth_step(0.55f, 1.1f, away);
        white = mix(white, {0.70f, 0.34f, 0.30f}, vein * 0.28f + 0.22f * smooth_step(0.75f, 1.25f, away));
    }
    out.ratio = away / iris_edge;
    out.iris = smooth_step(1.06f, 0.95f, out.ratio);
    Vec3 colour = white;
    if (out.iris > 0) {
        const float fibres = 0.5f * noise({c * 9, s * 9, out.ratio * 0.9f + seed}) + 0.5f * noise({c * 22, s * 22, out.ratio * 1.4f});
        Vec3 iris = look.iris * (0.85f + 0.65f * fibres);
        iris = mix(iris, iris * 1.3f + Vec3{0.06f, 0.035f, 0.01f}, 0.6f * bell(out.ratio - 0.5f, 0.10f));
        iris = iris * mix(1.15f, 0.45f, smooth_step(0.72f, 1, out.ratio));
        out.pupil = smooth_step(pupil_edge * 1.12f, pupil_edge * 0.92f, away);
        iris = mix(iris, {0.006f, 0.006f, 0.007f}, out.pupil);
        colour = mix(white, iris, out.iris);
    }
    out.albedo = colour * (1 - 0.35f * bell(out.ratio - 1, 0.09f));
    return out;
}

MIEN_HD inline Vec3 shade_eye(const Shading& at) {
    const Look& look = at.who.look;
    const Light& light = at.shot.light;
    const Vec3 n = at.s.normal;
    const int e = at.face.side > 0 ? 0 : 1;
    const EyeColour colour = eye_colour(look, at.s.on, at.s.u);
    // Distance to the rims of the lids, in the upright head.
    const Vec3 here = at.who.in_head(at.s.at) - look.eye_centre[e];
    const float along = limit((e == 0 ? here.x : -here.x) / look.half_width[e], -1, 1), arch = most(0, 1 - along * along), tilt = look.tilt[e] * along;
    const float upper = look.upper_lid[e] * power(arch, 0.62f) + tilt, lower_rim = look.lower_lid[e] * power(arch, 0.7f) + tilt;
    const float open = mix(0.22f, 1, smooth_step(-0.3f, 5.2f, upper - here.y)) * mix(0.62f, 1, smooth_step(-0.2f, 2.0f, here.y - lower_rim)) *
                       mix(0.45f, 1, 1 - smooth_step(0.50f, 1.0f, magnitude(along)));
    const float lit = mix(at.key_share(at.s.at + n * 2.4f, 2.5f), 1, 0.25f);
    const float cosine_key = unit_range((dot(n, light.key_direction) + 0.25f) / 1.25f);
    const Vec3 from_light = at.who.head.back(light.key_direction);
    // Light that enters the cornea gathers on the far side of the iris.
    const Vec3 side = unit({at.s.on.x, at.s.on.y, 0});
    const float caustic = colour.iris * (1 - colour.pupil) * 0.9f * unit_range(0.5f - 0.8f * (side.x * from_light.x + side.y * from_light.y));
    Vec3 out = colour.albedo *
               (light.key * (cosine_key * lit * 0.82f * (1 + caustic)) + light.fill * unit_range(dot(n, light.fill_direction) + 0.3f) + at.ambient(n)) * open;
    if (along < -0.80f)
        out = mix(out, Vec3{0.62f, 0.27f, 0.23f} * light.key * (1.0f / 1.4f) * ((0.4f + 0.7f * cosine_key) * 0.8f), 0.75f * smooth_step(-0.80f, -0.95f, along));
    // Highlights make the eye alive: never wholly in shadow. The wet ball mirrors the key light as a round window and the fill as a fainter, larger one.
    const Vec3 mirrored = n * (2 * dot(n, at.view)) - at.view;
    const float key_angle = dot(mirrored, light.key_direction), fill_angle = dot(mirrored, light.fill_direction);
    const float on_cornea = mix(0.12f, 1, smooth_step(1.25f, 1.0f, colour.ratio)) * smooth_step(-0.2f, 0.8f, upper - here.y);
    const float spark = smooth_step(0.955f, 0.985f, key_angle) * 1.7f + square(square(unit_range(key_angle))) * 0.03f;
    out += (light.key * (spark * most(lit, 0.35f)) + light.fill * (0.22f * smooth_step(0.86f, 0.97f, fill_angle))) * on_cornea;
    const float grazing = square(square(1 - unit_range(dot(n, at.view))));
    out += at.mirrored() * ((0.03f + 0.4f * grazing) * 0.5f * open);
    // The wet line where ball and lower lid meet.
    const float wet = bell(here.y - lower_rim - 0.35f, 0.22f) * (1 - smooth_step(0.6f, 0.95f, magnitude(along)));
    return out + (at.mirrored() * 0.18f + light.key * (0.10f * lit * cosine_key)) * wet;
}

MIEN_HD inline Vec3 shade_teeth(const Shading& at) {
    const Look& look = at.who.look;
    const Light& light = at.shot.light;
    const Vec3 n = at.s.normal;
    const float arc = magnitude(at.s.u), crown = at.s.v, across = magnitude(2 * at.s.on.z - 1), across2 = across * across, across8 = square(square(across2));
    Vec3 colour = mix(Vec3{0.80f, 0.75f, 0.64f}, Vec3{0.70f, 0.61f, 0.46f}, 0.25f * smooth_step(30, 80, look.age) + 0.18f * unit_range(arc / 16));
    colour = colour * (1 - 0.45f * across8 * across);
    const float gum_line = 0.30f + 0.05f * (across2 - 0.3f);
    if (at.s.a < 6.5f)
        colour = mix(Vec3{0.55f, 0.22f, 0.20f} * (1 - 0.45f * unit_range(look.melanin)), colour, smooth_step(gum_line - 0.015f, gum_line + 0.02f, crown));
    const float open = mix(0.30f, 1, smooth_step(60, 96, 96 - arc * 0.9f)) * look.mouth_light;
    const float lit = at.key_share(at.s.at + n * 2.4f, 3);
    return colour *
               (light.key * (unit_range((dot(n, light.key_direction) + 0.25f) / 1.25f) * (0.25f + 0.75f * lit) * 0.8f) + light.fill * 0.6f + at.ambient(n)) *
               open +
           light.key * (glint(n, at.view, light.key_direction, 0.22f, 0.04f) * lit * open * 0.7f);
}
MIEN_HD inline Vec3 shade_tongue(const Shading& at) {
    const Light& light = at.shot.light;
    const Vec3 n = at.s.normal, colour = Vec3{0.55f, 0.20f, 0.19f} * (0.9f + 0.2f * noise(at.s.on * 0.9f));
    const float lit = at.key_share(at.s.at + n * 2.4f, 3), open = mix(0.25f, 0.85f, smooth_step(50, 88, at.s.on.z)) * mix(0.6f, 1, at.who.look.mouth_light);
    return colour * (light.key * (unit_range((dot(n, light.key_direction) + 0.2f) / 1.2f) * lit * 0.8f) + at.ambient(n) + light.fill * 0.4f) * open +
           light.key * (glint(n, at.view, light.key_direction, 0.35f, 0.03f) * lit * open * 0.6f);
}

/// Strands reflect in cones around their direction: diffuse by the sine, two highlights, one white and one tinted.
MIEN_HD inline Vec3 lit_strand(const Shading& at, Vec3 tangent, Vec3 colour, float open, float lit, float gloss, float broad, float fine) {
    const Light& light = at.shot.light;
    const Vec3 n = at.s.normal;
    const auto across = [tangent](Vec3 l) { return square_root(most(0, 1 - square(dot(tangent, l)))); };
    const float facing = dot(n, light.key_direction);
    const float key = across(light.key_direction) * unit_range((facing + 0.35f) / 1.35f),
                fill = across(light.fill_direction) * unit_range(dot(n, light.fill_direction) + 0.3f);
    const Vec3 half = unit(light.key_direction + at.view);
    const auto lobe = [&](float shift, float exponent) {
        const float along = dot(unit(tangent + n * shift), half);
        return power(square_root(most(0, 1 - along * along)), exponent);
    };
    const float front = unit_range((facing + 0.3f) / 1.3f);
    const float white = lobe(-0.10f + 0.10f * broad, 60) * 0.16f * front, tinted = lobe(0.12f + 0.12f * fine, 22) * 0.45f * front;
    const float rim = unit_range(dot(n, light.rim_direction) * 0.8f + 0.2f);
    return colour * (light.key * (key * lit * 0.8f) + light.fill * fill + at.ambient(n) * 0.9f + light.rim * (rim * 0.5f)) * open +
           (Vec3{1, 1, 1} * (white * gloss * 0.6f) + colour * (tinted * gloss * 2)) * light.key * (lit * open * 0.8f);
}
/// Noise across strands with `per_mm` cells, gone where pixels are too large to show it.
MIEN_HD inline float strand_noise(const Shading& at, float per_mm, float along_per_mm, std::uint32_t seed) {
    const float shown = 1 - smooth_step(0.35f, 0.95f, per_mm * at.pixel);
    return shown > 0 ? shown * noise2(at.s.u * per_mm, at.s.v * along_per_mm, seed) : 0;
}
MIEN_HD inline Vec3 shade_hair(const Shading& at, Vec3 along) {
    const Look& look = at.who.look;
    const bool beard = at.face.material == Material::beard;
    const bool curls = beard || look.style.hair == Hair::buzz || (look.style.curls() && at.face.layer < curtain_layer);
    const Vec3 n = at.s.normal;
    float broad = 0, fine = 0, own_grey = 0;
    // Strands run down; which way texture coordinates happen to grow must not show. Facets of the mesh are smoothed by the direction that the surface falls.
    const Vec3 down{-at.who.head.row0.y, -at.who.head.row1.y, -at.who.head.row2.y};
    if (dot(along, down) < 0) along = along * -1;
    Vec3 tangent = unit(along - n * dot(along, n));
    if (curls) {
        const Vec3 p = at.s.on * 0.55f;
        broad = noise(at.s.on * 0.6f);
        fine = noise(at.s.on * 1.7f) * (1 - 0.7f * smooth_step(0.5f, 1.5f, at.pixel));
        own_grey = fine;
        tangent = unit(tangent + Vec3{noise(p), broad, fine} * 2.2f);
    } else {
        tangent = unit(tangent + (down - n * dot(down, n)) * 1.5f);
        broad = 0.55f * strand_noise(at, 1.9f, 0.012f, look.seed) + 0.5f * strand_noise(at, 0.45f, 0.008f, 9) + 0.35f * strand_noise(at, 0.16f, 0.006f, 11);
        fine = 0.8f * strand_noise(at, 4.3f, 0.02f, 5) + 0.5f * strand_noise(at, 0.9f, 0.008f, 6);
        own_grey = 0.9f * strand_noise(at, 2.1f, 0.004f, look.seed + 3) + 0.4f * strand_noise(at, 0.5f, 0.003f, look.seed + 4);
    }
    tangent = unit(tangent + n * (0.28f * broad) + cross(n, tangent) * (0.20f * fine));
    const int layer = at.face.layer;
    const float height = beard ? static_cast<float>(layer) / (beard_layers - 1)
                               : (layer >= curtain_layer ? mix(0.35f, 1, hair_height(look.style, layer)) : hair_height(look.style, layer));
    const float grey = unit_range(beard ? look.grey * 1.4f : look.grey * (1.15f + 1.0f * own_grey * (1 - 0.7f * look.grey)));
    const Vec3 colour = mix(look.hair * (0.97f + 0.22f * broad + 0.18f * fine), Vec3{0.45f, 0.44f, 0.43f} * (0.95f + 0.15f * broad), grey);
    float open = mix(0.40f, 1, height);
    if (curls) open *= 0.75f + 0.35f * broad;
    if (!beard && layer < knot_layer) open *= mix(0.72f, 1, smooth_step(0, 14, at.s.a));
    const float lit = mix(at.key_share(at.s.at + at.shot.light.key_direction * 7 + n * 2.4f, 7), 1, 0.15f);
    return lit_strand(at, tangent, colour, open, lit, curls ? 0.35f : 1.0f, broad, fine);
}

MIEN_HD inline Vec3 shade_lash(const Shading& at) {
    const Light& light = at.shot.light;
    const Vec3 colour = mix(at.who.look.hair * 0.25f, {0.012f, 0.010f, 0.009f}, 0.7f) + Vec3{0.02f, 0.02f, 0.02f} * smooth_step(55, 70, at.who.look.age);
    return colour * (light.key * 0.35f + light.fill * 0.4f + at.ambient({0, 0, 1})) * 1.1f;
}
MIEN_HD inline Vec3 shade_cloth(const Shading& at) {
    const Look& look = at.who.look;
    const Light& light = at.shot.light;
    const Vec3 p = at.s.on;
    const float weave = 0.10f * noise2(at.s.u * 160, p.y * 1.8f, look.seed), fold = cloud(p * 0.017f + Vec3{static_cast<float>(look.seed % 1021u), 0, 0}, 2);
    const Vec3 n = unit(at.s.normal + Vec3{fold * 0.30f, fold * 0.15f, 0});
    const float open = mix(0.55f, 1, smooth_step(55, 110, square_root(square(p.x) + square(p.z + 20))));
    const Vec3 colour = look.cloth * ((1 + weave) * (at.s.v < 1.6f ? 0.8f : 1.0f));
    const float lit = at.key_share(at.s.at + at.s.normal * 2.4f, 6);
    return colour * (light.key * (unit_range((dot(n, light.key_direction) + 0.15f) / 1.15f) * lit * 0.85f) +
                     light.fill * unit_range(dot(n, light.fill_direction) + 0.2f) + at.ambient(n) * open) +
           light.rim * (0.05f * unit_range(dot(n, light.rim_direction)));
}
MIEN_HD inline Vec3 shade_frame(const Shading& at) {
    const Light& light = at.shot.light;
    const Vec3 n = at.s.normal;
    const bool metal = at.who.look.glasses == 2;
    const Vec3 colour = metal ? Vec3{0.45f, 0.36f, 0.22f} : Vec3{0.022f, 0.018f, 0.020f};
    const float lit = at.key_share(at.s.at + n * 2.4f, 3);
    return colour * (light.key * (unit_range(dot(n, light.key_direction)) * lit) + at.ambient(n) + light.fill * 0.5f) +
           light.key * (glint(n, at.view, light.key_direction, 0.22f, metal ? 0.5f : 0.05f) * lit) + at.mirrored() * 0.08f;
}
/// What a lens adds to what is behind it: the sky and a window, mirrored.
MIEN_HD inline Vec3 lens_shine(Vec3 normal, Vec3 view, const Light& light) {
    const float facing = dot(normal, view), grazing = 0.04f + 0.5f * square(square(1 - unit_range(magnitude(facing))));
    const Vec3 mirrored = normal * (2 * facing) - view;
    const float height = mirrored.y + 0.12f * mirrored.x, window = smooth_step(0.05f, 0.12f, height) * (1 - smooth_step(0.20f, 0.30f, height));
    return light.sky * 2.3f * (grazing * 0.4f + window * 0.10f);
}

}  // namespace mien::synth
