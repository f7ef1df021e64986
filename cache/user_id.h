/* SPDX-License-Identifier: Apache-2.0 */
/* cache/user_id.h -- which texts can be the id of a user. Pure. */
#ifndef CLIMACAST_CACHE_USER_ID_H
#define CLIMACAST_CACHE_USER_ID_H

#include <stdbool.h>

#include "server/base/str.h"

/* Could it be the id of a user, and not that of another item? */
bool user_id_is_valid(struct str user_id);

#endif
