/* SPDX-License-Identifier: Apache-2.0 */
/* cache/user_id.c -- which texts can be the id of a user. */
#include "cache/user_id.h"

#include "cache/layout.h"
#include "cache/store.h"

/* The ids of shared and internal items are rejected, whatever a request says. */
bool user_id_is_valid(struct str user_id)
{
    return user_id.n > 0 && user_id.n <= STORE_ID_MAX && str_is_utf8(user_id) &&
           !str_starts(user_id, STR(STORE_SHARED_ID)) && !layout_is_internal(user_id);
}
