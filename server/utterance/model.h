/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/model.h -- an Alexa interaction model in memory: intents, slots, sample
 * utterances, slot types.
 *
 * Amazon's limits apply: a larger file or a longer list is rejected. Strings live as long as the
 * model. Immutable once loaded, so reading is thread-safe. */
#ifndef CLIMACAST_SERVER_UTTERANCE_MODEL_H
#define CLIMACAST_SERVER_UTTERANCE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"
#include "server/utterance/tokens.h"

enum {
    MODEL_BYTES_MAX = 1536 * 1024,
    MODEL_INTENTS_MAX = 250,
    MODEL_SLOTS_MAX = 32,     /* of an intent */
    MODEL_SAMPLES_MAX = 5000, /* of an intent */
    MODEL_TYPES_MAX = 100,
    MODEL_VALUES_MAX = 50000, /* of a type, synonyms counted */
    MODEL_PARTS_MAX = 40,     /* words and slots of a sample */
};

/* What a slot type matches. */
enum model_kind {
    MODEL_KIND_CUSTOM,      /* its values */
    MODEL_KIND_NUMBER,      /* AMAZON.NUMBER, AMAZON.Ordinal */
    MODEL_KIND_FOUR_DIGITS, /* AMAZON.FOUR_DIGIT_NUMBER */
    MODEL_KIND_CITY,        /* AMAZON.US_CITY, AMAZON.City: a place, with or without its state */
    MODEL_KIND_STATE,       /* AMAZON.US_STATE */
    MODEL_KIND_TIME,        /* AMAZON.TIME */
    MODEL_KIND_DURATION,    /* AMAZON.DURATION */
    MODEL_KIND_PHRASE,      /* any other Amazon type: arbitrary words */
};

struct model_value {
    struct str meaning;  /* the value */
    struct tokens words; /* how it is said: the value itself or a synonym */
};

struct model_type {
    struct str name;
    enum model_kind kind;
    const struct model_value *values; /* of an Amazon type: those the model adds */
    size_t value_count;
};

struct model_slot {
    struct str name;
    size_t type; /* index into model.types */
};

/* One part of a sample: a word or a slot. */
struct model_part {
    struct str word;
    int slot; /* index into model_intent.slots; -1: a word */
};

struct model_sample {
    struct str text;
    const struct model_part *parts;
    size_t part_count;
    uint64_t word_bits; /* tokens_bit() of its words */
    size_t own_words;   /* how many; the possessive ending does not count */
};

struct model_intent {
    struct str name;
    const struct model_slot *slots;
    size_t slot_count;
    const struct model_sample *samples;
    size_t sample_count;
};

struct model {
    struct str invocation; /* "clima cast" */
    struct tokens invocation_words;
    const struct model_intent *intents;
    size_t intent_count;
    const struct model_type *types;
    size_t type_count;
    struct arena *arena; /* holds all of the above, and this struct */
};

/* ST_INVALID: the file cannot be read, is not JSON, not a model, or exceeds a limit; err says
 * where. */
enum status model_parse(struct str json, struct model **ret_model, struct err *err);
enum status model_load(const char *path, struct model **ret_model, struct err *err);
void model_free(struct model *model); /* NULL is allowed */

#endif
