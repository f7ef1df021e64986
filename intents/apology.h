/* SPDX-License-Identifier: Apache-2.0 */
/* intents/apology.h -- a fault made words: what is said when a turn cannot be answered. Pure. */
#ifndef CLIMACAST_INTENTS_APOLOGY_H
#define CLIMACAST_INTENTS_APOLOGY_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/str.h"

/* Put the sentence that fits err's reason, else its status. Returns whether it asks: the user can
 * mend it at once. */
bool apology_put(struct buf *out, const struct err *err, struct str subject);

#endif
