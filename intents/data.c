/* SPDX-License-Identifier: Apache-2.0 */
/* intents/data.c -- StoreDataIntent saves the user's settings; GetDataIntent counts cache entries.
 *
 * Every change is durable before it is confirmed, so nothing is ever left to save.  The settings in
 * the session are not written back, because another device may have stored newer ones.  A user
 * without a stored item gets one. */
#include "cache/shared_caches.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"

/* ST_OK: the user has an item; ST_MISS: none. */
static enum status find_user(struct turn *turn, struct err *err)
{
    json_t *stored = NULL;
    enum status st =
        user_get(turn->skill->store, turn_user(turn), turn->call.deadline, &stored, err);

    json_decref(stored);
    return st;
}

static enum status store_data_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = find_user(turn, &why);

    if (st == ST_MISS)
        st = turn_save(turn, "rate", json_integer(turn->settings.rate), err);
    if (st == ST_WOULD_WAIT)
        return st;
    if (st != ST_OK)
        return err_reason(err, st, "settings_unsaved", "%s", why.text);
    buf_putz(&reply->speech, "Your settings are saved.");
    return ST_OK;
}

static enum status get_data_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    int64_t count;
    enum status st;

    for (size_t i = 0; i < SHARED_CACHES; i++) {
        st = shared_count(turn->skill->shared, shared_caches[i], turn->call.deadline, &count, err);
        if (st == ST_WOULD_WAIT)
            return st;
        if (st != ST_OK)
            return err_reason(err, st, "data_away", "the entries cannot be counted");
        phrase_put_separator(&reply->speech, i, SHARED_CACHES + 1);
        buf_printf(&reply->speech, "%s has %lld %s", shared_caches[i], (long long)count,
                   count == 1 ? "entry" : "entries");
    }
    st = find_user(turn, err);
    if (st == ST_WOULD_WAIT)
        return st;
    if (st != ST_OK && st != ST_MISS)
        return err_reason(err, st, "data_away", "the entries cannot be counted");
    buf_printf(&reply->speech, " and UserCache has %s.", st == ST_OK ? "1 entry" : "0 entries");
    return ST_OK;
}

const struct intent intent_store_data = {
    .name = "StoreDataIntent",
    .answer = store_data_answer,
};
const struct intent intent_get_data = {
    .name = "GetDataIntent",
    .answer = get_data_answer,
};
