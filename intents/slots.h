/* SPDX-License-Identifier: Apache-2.0 */
/* intents/slots.h -- the slots of a question as a list that can be changed, for follow-ups and for
 * questions that are asked again.  Pure. */
#ifndef CLIMACAST_INTENTS_SLOTS_H
#define CLIMACAST_INTENTS_SLOTS_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/alexa/envelope.h"
#include "server/base/str.h"

enum { SLOTS_MAX = 32 }; /* more than any intent has */

/* Names and values are borrowed; every value has text. */
struct slots {
    struct envelope_slot at[SLOTS_MAX];
    size_t count;
};

/* Ends in NULL: location, zip_conn, zipcode, favorite. */
extern const char *const slots_of_place[];
/* Ends in NULL: when_abs, when_any, when_pos, day, month, quarter. */
extern const char *const slots_of_when[];

/* STR_NONE when absent. */
struct str slots_get(const struct slots *s, const char *name);
/* Does it have any of the names? The list ends in NULL. */
bool slots_have_any(const struct slots *s, const char *const *names);
/* Replaces the value, or adds the slot; an empty value removes it. `name` must live as long. A slot
 * beyond SLOTS_MAX is dropped. */
void slots_set(struct slots *s, const char *name, struct str value);
void slots_remove(struct slots *s, const char *const *names);
/* Copies to `s` all of `names` that `from` has, without removing what it lacks. */
void slots_copy(struct slots *s, const struct slots *from, const char *const *names);

#endif
