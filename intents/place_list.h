/* SPDX-License-Identifier: Apache-2.0 */
/* intents/place_list.h -- names that a user gave to places ("cabin"), or towns of which the user
 * chose one ("springfield"), each with the text of the place ("Moab Utah").  Pure. */
#ifndef CLIMACAST_INTENTS_PLACE_LIST_H
#define CLIMACAST_INTENTS_PLACE_LIST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/base/arena.h"
#include "server/base/str.h"

enum {
    PLACE_LIST_MAX = 20,
    PLACE_LIST_NAME_MAX = 40, /* bytes */
    PLACE_LIST_TEXT_MAX = 80,
};

struct place_list {
    struct {
        struct str name, text;
    } at[PLACE_LIST_MAX];
    size_t count;
};

/* Reads a JSON object of name and text; anything else is skipped, and so are all after the first
 * PLACE_LIST_MAX. Strings go into the arena. */
void place_list_from_json(const json_t *object, struct arena *arena, struct place_list *ret_list);
void place_list_put(struct buf *out, const struct place_list *list);

/* The text of that name; STR_NONE when there is none. */
struct str place_list_find(const struct place_list *list, struct str name);
/* Adds or replaces; false when the list is full or one of them is too long. Borrows the strings. */
bool place_list_set(struct place_list *list, struct str name, struct str text);
void place_list_remove(struct place_list *list, struct str name);

/* The name that is kept of what was said: without "the", "my" and "our". Borrows from `said`. */
struct str place_list_name(struct str said);

#endif
