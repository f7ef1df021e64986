/* SPDX-License-Identifier: Apache-2.0 */
/* intents/closing.h -- the short question at the end of an answer in an open session.  Pure. */
#ifndef CLIMACAST_INTENTS_CLOSING_H
#define CLIMACAST_INTENTS_CLOSING_H

#include "server/base/str.h"

/* "Anything else?", in one of several ways; always the same after the same answer. */
const char *closing_question(struct str answer);

#endif
