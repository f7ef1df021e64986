/* SPDX-License-Identifier: Apache-2.0 */
/* intents/apology.h -- what is said when a turn cannot be answered.  Pure. */
#ifndef CLIMACAST_INTENTS_APOLOGY_H
#define CLIMACAST_INTENTS_APOLOGY_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/str.h"

/* Puts the text for err->reason, else for err->status.  `subject` is what it names, or "".  Returns
 * whether the text asks the user for something, so that the session stays open. */
bool apology_put(struct buf *out, const struct err *err, struct str subject);
/* Was it said because something was not understood? Not when a question only leaves something open,
 * such as "Which city in Ohio do you mean?". */
bool apology_is_miss(const char *reason);

#endif
