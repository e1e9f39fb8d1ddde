// libmien_synth.so: rendered people and what is true of them, in batches, through plain C. For training in other languages.
//
// A shot is a plain struct that a caller fills itself or lets mien_synth_sample draw from a seed; mien_synth_render draws any number of shots of one size at
// once, with several threads and device queues in flight, into memory the caller gives. Same shots, same bytes, on the host and on every device.
//
// Every function that returns int gives 0, or 1 after a failure whose sentence mien_synth_error() tells. Lengths are millimetres, angles degrees, picture
// positions pixels with (0, 0) in the centre of the first pixel; left and right of actions are the subject's own.
// SPDX-License-Identifier: Apache-2.0
#ifndef MIEN_SYNTH_C_API_H
#define MIEN_SYNTH_C_API_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows by one whenever a struct below changes. */
#define MIEN_SYNTH_VERSION 3
#define MIEN_SYNTH_ACTIONS 40   /* room for the actions of an expression, in the order of synth/expression.h */
#define MIEN_SYNTH_PERFORMERS 8 /* people in one shot */
#define MIEN_SYNTH_OCCLUDERS 8

/* NOLINTBEGIN(modernize-use-using): this is C */
typedef struct mien_synth_person {
    uint32_t seed;
    float age;          /* years; 0: as the seed says */
    int32_t hair_style; /* -1: as the seed says */
    int32_t glasses;    /* -1: as the seed says */
} mien_synth_person;

typedef struct mien_synth_performer {
    mien_synth_person person;
    mien_synth_person other; /* whose inner face the twin shows; seed 0: nobody, the twin is the same picture */
    float tone;              /* share of the person's own skin tone in the twin's face, 0..1 */
    int32_t detail;          /* 1 full, 2 for faces below about 96 pixels */
    float expression[MIEN_SYNTH_ACTIONS];
    float pitch, yaw, roll;  /* of the head, about the neck */
    float place[3];          /* of the head's origin in the world */
    float turn;              /* of the whole person about the vertical */
} mien_synth_performer;

typedef struct mien_synth_occluder {
    int32_t kind;   /* 0 ellipsoid (from: centre, to: radii), 1 capsule (from, to: ends) */
    int32_t skin;   /* 1: shaded as skin */
    float from[3], to[3], radius, colour[3], gloss;
} mien_synth_occluder;

typedef struct mien_synth_shot {
    int32_t performer_count, occluder_count;
    mien_synth_performer performers[MIEN_SYNTH_PERFORMERS];
    mien_synth_occluder occluders[MIEN_SYNTH_OCCLUDERS];
    /* camera: rows of axes are right, up, backwards */
    float camera_place[3], camera_axes[9], focal, centre[2];
    int32_t width, height;
    /* light, linear RGB */
    float key_direction[3], key[3], fill_direction[3], fill[3], rim_direction[3], rim[3], ground[3], sky[3], exposure;
    int32_t scenery; /* synth/shot.h Scenery */
    uint32_t scenery_seed;
    float tint[3], pan[2];
    float noise, defocus;
    uint32_t noise_seed;
    int32_t samples; /* supersamples per axis */
} mien_synth_shot;

/* What is true of one performer. People of a shot are in the order of its performers. */
typedef struct mien_synth_face {
    uint32_t person, other; /* seeds; 0: there is nobody (the rest is 0 as well) */
    float age, sex;         /* of the person in the picture; sex 0 a woman's shape .. 1 a man's */
    float other_age, other_sex;
    float box[4];           /* left, top, right, bottom around the points; not clipped to the picture */
    float points_5[5][2];   /* image left eye, right eye, nose tip, mouth corners */
    float points_68[68][2];
    float points_3d[68][3]; /* the same on the head, in the camera's axes: right, up, backwards */
    float visible[68];      /* 1: not hidden and inside the picture */
    float pitch, yaw, roll; /* as the camera sees the head */
    float visible_share;    /* of the face's pixels */
} mien_synth_face;

enum mien_synth_kind {
    MIEN_SYNTH_FACE = 0,  /* one person whose head fills the picture */
    MIEN_SYNTH_CROWD = 1, /* nobody to six people of all sizes, the camera rolled by any angle */
    MIEN_SYNTH_KINDS
};

/* Who may play in a sampled shot: the people numbered first .. first + count - 1 of those held out of training, or of the others. */
typedef struct mien_synth_cast {
    uint32_t first, count;
    int32_t held_out;  /* 1: people that never serve in training */
    int32_t looks;     /* kinds of looks (age up to 5 years off, hair, glasses) a person appears in; at least 1, which is the seed's own */
    int32_t partners;  /* fixed others per person and look for twins; 0: no twins */
    int32_t detail;    /* of every figure */
} mien_synth_cast;

/* Where a batch goes: `count` pictures each, packed, in the memory of the device that was opened (host memory for the host). Null: not wanted. */
typedef struct mien_synth_output {
    uint8_t* picture; /* [count][height][width][3] RGB */
    uint8_t* twin;    /* the same shots with every performer's other */
    uint8_t* regions; /* [count][height][width] BiSeNet's 19 classes */
    uint8_t* face;    /* 255: visible inner face */
    uint8_t* alpha;   /* coverage of people */
    mien_synth_face* faces; /* HOST memory, [count][MIEN_SYNTH_PERFORMERS] */
    mien_synth_face* twin_faces; /* the same of the twins: where the other's inner face lies */
} mien_synth_output;

typedef struct mien_synth mien_synth;
/* NOLINTEND(modernize-use-using) */

int mien_synth_version(void);
/* The sentence of this thread's last failure; valid until its next call. */
const char* mien_synth_error(void);

/* Opens a renderer. device: -1 the host, else a CUDA device (libmien_cuda.so beside the program or named by MIEN_CUDA_LIBRARY). threads: how many draw at once, each
 * with a queue of its own. figure_bytes: device memory that finished people may take before the longest unused are dropped. The result belongs to the caller. */
int mien_synth_open(int device, int threads, uint64_t figure_bytes, mien_synth** opened);
/* Null is allowed. No call on it may be running. */
void mien_synth_close(mien_synth*);

/* Seed of the person with a number among those held out (1) or not (0): the same everywhere. */
uint32_t mien_synth_person_seed(uint32_t number, int held_out);

/* How many numbers a person is, and what number i is called (null beyond the last); see synth/person.h for their units. Any thread. */
int mien_synth_trait_count(void);
const char* mien_synth_trait_name(int i);
/* The numbers of `count` people: [count][mien_synth_trait_count()]. Any thread. */
int mien_synth_traits(const mien_synth_person* people, size_t count, float* traits);

/* Draws `count` shots of width x height from their seeds: a function of its arguments alone. numbers: null, or who plays first in each shot (a number of the cast).
 * Any thread. */
int mien_synth_sample(int kind, const uint32_t* seeds, const uint32_t* numbers, size_t count, int width, int height, const mien_synth_cast*, mien_synth_shot* shots);

/* Draws shots of one size; returns when everything is written. One call at a time for one mien_synth. */
int mien_synth_render(mien_synth*, const mien_synth_shot* shots, size_t count, const mien_synth_output*);

/* People built and people found ready since opening, and the device memory they take now. */
int mien_synth_figures(mien_synth*, uint64_t* built, uint64_t* reused, uint64_t* bytes);

#ifdef __cplusplus
}
#endif
#endif
