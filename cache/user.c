/* SPDX-License-Identifier: Apache-2.0 */
/* cache/user.c -- the settings of one user. */
#include "cache/user.h"

#include <string.h>

#include "cache/alerts/subscriptions.h"
#include "server/base/secret.h"

static const char user_cache[] = "UserCache";

/* The id as a member name. */
static enum status member_name(struct str user_id, char out[STORE_ID_MAX + 1], struct err *err)
{
    if (!user_id_is_valid(user_id))
        return err_set(err, ST_INVALID, "invalid user id");
    memcpy(out, user_id.p, user_id.n);
    out[user_id.n] = '\0';
    return ST_OK;
}

/* Alexa's ids of persons are printable and much shorter. */
static bool person_is_valid(struct str person, struct str user)
{
    enum { PERSON_MAX = 512 };

    for (size_t i = 0; i < person.n; i++)
        if ((unsigned char)person.p[i] <= ' ' || person.p[i] == 0x7f)
            return false;
    return person.n <= PERSON_MAX && str_is_utf8(person) && !str_eq(person, user);
}

struct user_key user_key_of(struct str user_id, struct str person_id)
{
    struct user_key key = { user_id, person_id };

    if (!person_is_valid(person_id, user_id))
        key.person = STR_NONE;
    return key;
}

/* The names of both members below UserCache; `person` is "" for the account. Wiped after use: the
 * stack is not cleared otherwise. */
struct names {
    char account[STORE_ID_MAX + 1], person[STORE_ID_MAX + 1];
};

static const char *owner_of(const struct names *names)
{
    return names->person[0] ? names->person : names->account;
}

static enum status read_names(struct user_key key, struct names *names, struct err *err)
{
    names->person[0] = '\0';
    if (key.person.n > 0 && !person_is_valid(key.person, key.user))
        return err_set(err, ST_INVALID, "invalid person id");
    if (key.person.n > 0) {
        memcpy(names->person, key.person.p, key.person.n);
        names->person[key.person.n] = '\0';
    }
    return member_name(key.user, names->account, err);
}

static json_t *settings_at(json_t *attributes, const char *name)
{
    json_t *settings = json_object_get(json_object_get(attributes, user_cache), name);

    return *name && json_is_object(settings) ? settings : NULL;
}

enum status user_acquire(struct store *store, struct user_key key, int64_t deadline,
                         struct object **ret_item, const json_t **ret_settings, struct err *err)
{
    struct names names;
    struct object *item = NULL;
    const json_t *settings = NULL;
    enum status st = read_names(key, &names, err);

    if (st == ST_OK)
        st = store_acquire(store, key.user, deadline, &item, err);
    if (st == ST_OK) {
        settings = settings_at(item->data, names.person);
        if (!settings)
            settings = settings_at(item->data, names.account);
    }
    secret_wipe(&names, sizeof names);
    if (st == ST_OK && !settings)
        st = ST_MISS;
    if (st != ST_OK) {
        object_release(item);
        return st;
    }
    *ret_item = item;
    *ret_settings = settings;
    return ST_OK;
}

enum status user_get(struct store *store, struct user_key key, int64_t deadline,
                     json_t **ret_settings, struct err *err)
{
    struct object *item = NULL;
    const json_t *settings;
    json_t *copy;
    enum status st = user_acquire(store, key, deadline, &item, &settings, err);

    if (st != ST_OK)
        return st;
    copy = json_deep_copy(settings);
    object_release(item);
    if (!copy)
        return err_no_memory(err);
    *ret_settings = copy;
    return ST_OK;
}

/* ---- a person's first change ---- */

/* Gives the person a copy of the account's settings. Not member by member: if two devices did so at
 * the same moment, the second would undo what the first has changed. */
static enum status put_copy(struct store *store, const struct names *names, json_t *attributes,
                            uint64_t version, int64_t deadline, struct err *err)
{
    struct str user = str_of(names->account);
    json_t *account = settings_at(attributes, names->account);
    json_t *copy = account ? json_deep_copy(account) : json_object();
    json_t *after = attributes ? json_deep_copy(attributes) : json_object();
    json_t *cache = json_object_get(after, user_cache);
    enum status st = ST_OK;

    if (after && !json_is_object(cache)) {
        cache = json_object();
        if (json_object_set_new(after, user_cache, cache) < 0)
            cache = NULL;
    }
    if (!copy || !cache || json_object_set(cache, names->person, copy) < 0)
        st = err_no_memory(err);
    if (st == ST_OK)
        st = store_put(store, user, after, version, deadline, err);
    json_decref(copy);
    json_decref(after);
    return st;
}

/* The person has settings, or ones just copied. */
static enum status ensure_person(struct store *store, const struct names *names, int64_t deadline,
                                 struct err *err)
{
    enum { TRIES = 5 };
    enum status st = ST_CONFLICT;

    for (int i = 0; i < TRIES && st == ST_CONFLICT; i++) {
        json_t *attributes = NULL;
        uint64_t version = 0;
        st = store_get(store, str_of(names->account), deadline, &attributes, &version, err);
        if (st == ST_MISS || (st == ST_OK && !settings_at(attributes, names->person)))
            st = put_copy(store, names, attributes, version, deadline, err);
        json_decref(attributes);
    }
    return st;
}

/* ---- changes ---- */

enum status user_set(struct store *store, struct user_key key, const char *setting, json_t *value,
                     int64_t deadline, struct err *err)
{
    return user_set_member(store, key, setting, NULL, value, deadline, err);
}

/* Makes the changes, the first of which is left to this function: it is the user's id. */
static enum status write_changes(struct store *store, struct user_key key,
                                 const struct names *names, struct store_change *changes,
                                 size_t count, int64_t deadline, struct err *err)
{
    const char *const id_path[] = { user_cache, owner_of(names), "userid", NULL };
    json_t *id;
    enum status st = ST_OK;

    if (names->person[0])
        st = ensure_person(store, names, deadline, err);
    if (st != ST_OK)
        return st;
    id = json_stringn(key.user.p, key.user.n);
    if (!id)
        return err_no_memory(err);
    changes[0] = (struct store_change){ id_path, id };
    st = store_update(store, key.user, changes, count, deadline, err);
    json_decref(id);
    return st;
}

enum status user_set_member(struct store *store, struct user_key key, const char *setting,
                            const char *member, json_t *value, int64_t deadline, struct err *err)
{
    struct names names;
    enum status st = read_names(key, &names, err);
    const char *const path[] = { user_cache, owner_of(&names), setting, member, NULL };
    struct store_change changes[2] = { { NULL, NULL }, { path, value } };

    if (st == ST_OK)
        st = write_changes(store, key, &names, changes, 2, deadline, err);
    secret_wipe(&names, sizeof names);
    return st;
}

static enum status has_settings(struct store *store, const struct names *names, int64_t deadline,
                                bool *ret_has, struct err *err)
{
    json_t *attributes = NULL;
    enum status st = store_get(store, str_of(names->account), deadline, &attributes, NULL, err);

    *ret_has = st == ST_OK && settings_at(attributes, names->person);
    json_decref(attributes);
    return st == ST_MISS ? ST_OK : st;
}

enum status user_note(struct store *store, struct user_key key, const char *setting, json_t *value,
                      int64_t deadline, struct err *err)
{
    struct names names;
    bool has = false;
    enum status st = read_names(key, &names, err);

    if (st == ST_OK && key.person.n > 0)
        st = has_settings(store, &names, deadline, &has, err);
    secret_wipe(&names, sizeof names);
    if (!has)
        key.person = STR_NONE;
    return st == ST_OK ? user_set(store, key, setting, value, deadline, err) : st;
}

enum status user_set_location(struct store *store, struct user_key key, json_t *location,
                              bool from_address, int64_t deadline, struct err *err)
{
    struct names names;
    enum status st = read_names(key, &names, err);
    const char *owner = owner_of(&names);
    const char *const path[] = { user_cache, owner, "location", NULL };
    const char *const source_path[] = { user_cache, owner, "address_location", NULL };
    struct store_change changes[3] = { { NULL, NULL },
                                       { path, location },
                                       { source_path, from_address ? location : NULL } };

    if (st == ST_OK)
        st = write_changes(store, key, &names, changes, 3, deadline, err);
    secret_wipe(&names, sizeof names);
    return st;
}

/* ---- what came from an address ---- */

/* Returns whether anything has changed. */
static bool forget_address_of(json_t *settings)
{
    json_t *from_address = json_object_get(settings, "address_location");

    if (!from_address)
        return false;
    if (json_equal(from_address, json_object_get(settings, "location")))
        (void)json_object_del(settings, "location");
    (void)json_object_del(settings, "address_location");
    return true;
}

static enum status forget_address_once(struct store *store, struct str user_id, int64_t deadline,
                                       bool *ret_changed, struct err *err)
{
    json_t *attributes = NULL, *settings, *after = NULL;
    const char *name;
    uint64_t version = 0;
    bool changed = false;
    enum status st = store_get(store, user_id, deadline, &attributes, &version, err);

    if (st != ST_OK)
        return st == ST_MISS ? ST_OK : st;
    after = json_deep_copy(attributes);
    json_object_foreach (json_object_get(after, user_cache), name, settings)
        changed |= forget_address_of(settings);
    if (!after)
        st = err_no_memory(err);
    else if (changed)
        st = store_put(store, user_id, after, version, deadline, err);
    *ret_changed = changed;
    json_decref(after);
    json_decref(attributes);
    return st;
}

enum status user_forget_address(struct store *store, struct str user_id, int64_t deadline,
                                struct err *err)
{
    enum { TRIES = 5 };
    bool changed = false;
    enum status st = ST_CONFLICT;

    if (!user_id_is_valid(user_id))
        return err_set(err, ST_INVALID, "invalid user id");
    for (int i = 0; i < TRIES && st == ST_CONFLICT; i++)
        st = forget_address_once(store, user_id, deadline, &changed, err);
    if (st != ST_OK)
        return st;
    /* Also when nothing was left to forget: an earlier call may have failed at this point. */
    return changed ? subscription_drop_places(store, user_id, deadline, err)
                   : subscription_places_changed(store, user_id, STR_NONE, deadline, err);
}

enum status user_delete(struct store *store, struct str user_id, int64_t deadline, struct err *err)
{
    enum status st;

    if (!user_id_is_valid(user_id))
        return err_set(err, ST_INVALID, "invalid user id");
    st = subscription_remove(store, user_id, deadline, err);
    return st == ST_OK ? store_delete(store, user_id, deadline, err) : st;
}
