/* SPDX-License-Identifier: Apache-2.0 */
/* server/fix_hint.h -- what an owner does about a fault, by the reason's word. */
#ifndef CLIMACAST_SERVER_FIX_HINT_H
#define CLIMACAST_SERVER_FIX_HINT_H

#include "server/base/err.h"

/* A phrase such as "make room on the disk of sqlite.path"; "" when the fault has none. */
const char *fix_hint_for(const struct err *err);

#endif
