/* SPDX-License-Identifier: Apache-2.0 */
/* cache/user.c -- the settings of one user. */
#include "cache/user.h"

#include <string.h>

static const char user_cache[] = "UserCache";

/* The ids of shared items are rejected, whatever a request says. */
bool user_id_is_valid(struct str user_id)
{
    return user_id.n > 0 && user_id.n <= STORE_ID_MAX && str_is_utf8(user_id) &&
           !str_starts(user_id, STR(STORE_SHARED_ID));
}

/* The id as a member name. */
static enum status member_name(struct str user_id, char out[STORE_ID_MAX + 1], struct err *err)
{
    if (!user_id_is_valid(user_id))
        return err_set(err, ST_INVALID, "invalid user id");
    memcpy(out, user_id.p, user_id.n);
    out[user_id.n] = '\0';
    return ST_OK;
}

enum status user_get(struct store *store, struct str user_id, int64_t deadline,
                     json_t **ret_settings, struct err *err)
{
    char name[STORE_ID_MAX + 1];
    json_t *attributes = NULL, *settings;
    enum status st = member_name(user_id, name, err);

    if (st == ST_OK)
        st = store_get(store, user_id, deadline, &attributes, NULL, err);
    if (st != ST_OK)
        return st;
    settings = json_object_get(json_object_get(attributes, user_cache), name);
    if (json_is_object(settings))
        *ret_settings = json_incref(settings);
    else
        st = ST_MISS;
    json_decref(attributes);
    return st;
}

enum status user_set(struct store *store, struct str user_id, const char *setting, json_t *value,
                     int64_t deadline, struct err *err)
{
    return user_set_member(store, user_id, setting, NULL, value, deadline, err);
}

enum status user_set_member(struct store *store, struct str user_id, const char *setting,
                            const char *member, json_t *value, int64_t deadline, struct err *err)
{
    char name[STORE_ID_MAX + 1];
    const char *const id_path[] = { user_cache, name, "userid", NULL };
    const char *const path[] = { user_cache, name, setting, member, NULL };
    struct store_change changes[2] = { { id_path, NULL }, { path, value } };
    enum status st = member_name(user_id, name, err);

    if (st != ST_OK)
        return st;
    changes[0].value = json_stringn(user_id.p, user_id.n);
    if (!changes[0].value)
        return err_no_memory(err);
    st = store_update(store, user_id, changes, 2, deadline, err);
    json_decref(changes[0].value);
    return st;
}

enum status user_delete(struct store *store, struct str user_id, int64_t deadline, struct err *err)
{
    char name[STORE_ID_MAX + 1];
    enum status st = member_name(user_id, name, err);

    return st == ST_OK ? store_delete(store, user_id, deadline, err) : st;
}
