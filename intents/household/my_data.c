/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/my_data.c -- "what do you know about me": all that is kept about the account,
 * in sentences, and as it is stored on a card.
 *
 * It reads what is stored, not what the session carries: the question is what is kept. */
#include <string.h>

#include "cache/alerts/alerts_export.h"
#include "intents/custom_forecast.h"
#include "intents/household/alert_settings.h"
#include "intents/intent.h"
#include "server/base/json.h"

enum { CARD_MAX = 6 * 1024 }; /* bytes of JSON */

/* ---- the settings of the account, or of a person ---- */

static void put_places(struct buf *out, const struct place_list *places)
{
    if (places->count == 0)
        return;
    buf_putz(out, places->count == 1 ? " The saved place is " : " The saved places are ");
    for (size_t i = 0; i < places->count; i++)
        buf_printf(out, "%s%.*s, %.*s", i == 0 ? "" : "; ", STR_ARG(places->at[i].name),
                   STR_ARG(places->at[i].text));
    buf_putc(out, '.');
}

static void put_choices(struct buf *out, const struct place_list *choices)
{
    for (size_t i = 0; i < choices->count; i++)
        buf_printf(out, "%s%.*s means %.*s", i == 0 ? " When several towns share a name, " : "; ",
                   STR_ARG(choices->at[i].name), STR_ARG(choices->at[i].text));
    if (choices->count > 0)
        buf_putc(out, '.');
}

static void put_voice(struct buf *out, const json_t *stored, const struct settings *s)
{
    if (json_object_get(stored, "rate"))
        buf_printf(out, " The rate is %d percent.", s->rate);
    if (json_object_get(stored, "pitch"))
        buf_printf(out, " The pitch is %d percent.", s->pitch);
}

static void put_settings(struct buf *out, const json_t *stored, struct arena *arena)
{
    struct settings s;

    settings_from_json(stored, arena, &s);
    if (s.location.n > 0)
        buf_printf(out, " The location is %.*s%s.", STR_ARG(s.location),
                   str_eq(s.location, json_str(stored, "address_location"))
                       ? ", from the address of your device"
                       : "");
    put_voice(out, stored, &s);
    if (json_object_get(stored, "metrics")) {
        buf_putz(out, " The forecast includes ");
        custom_forecast_put_metrics(out, &s);
        buf_putc(out, '.');
    }
    if (s.units_chosen)
        buf_printf(out, " The units are %s.", settings_units_spoken(s.units));
    if (s.length != LENGTH_NORMAL)
        buf_printf(out, " The answers are %s.", settings_length_name(s.length));
    if (s.address_offered)
        buf_putz(out, " I've offered to use the address of your device.");
    put_places(out, &s.places);
    put_choices(out, &s.choices);
}

/* Are there members that put_settings() does not tell? */
static bool has_more(const json_t *stored)
{
    static const char *const told[] = {
        "userid",          "location", "rate",   "pitch",   "metrics",
        "units",           "length",   "places", "choices", "address_location",
        "address_offered", NULL
    };
    json_t *from = (json_t *)(uintptr_t)stored, *value; /* jansson's macro takes no const tree */
    const char *name;
    size_t n;

    json_object_keylen_foreach (from, name, n, value)
        if (!str_is_one_of((struct str){ name, n }, told))
            return true;
    return false;
}

/* ---- the item ---- */

static bool is_account(const struct turn *turn, struct str name)
{
    return str_eq(name, turn->envelope->user_id);
}

/* The account first, then each person: "I keep separate settings for your voice. ..." */
static void put_persons(struct turn *turn, struct buf *out, const json_t *cache)
{
    json_t *from = (json_t *)(uintptr_t)cache, *stored;
    struct str speaker = turn_user(turn).person;
    const char *name;
    size_t n;

    json_object_keylen_foreach (from, name, n, stored) {
        struct str who = { name, n };
        if (is_account(turn, who) || !json_is_object(stored))
            continue;
        buf_putz(out, speaker.n > 0 && str_eq(who, speaker)
                          ? " I keep separate settings for your voice."
                          : " I keep separate settings for another voice.");
        put_settings(out, stored, turn->call.arena);
    }
}

static bool tells_everything(const json_t *attributes)
{
    json_t *cache = json_object_get(attributes, "UserCache"), *stored;
    const char *name;

    if (json_object_size(attributes) != 1 || !json_is_object(cache))
        return false;
    json_object_foreach (cache, name, stored)
        if (!json_is_object(stored) || has_more(stored))
            return false;
    return true;
}

static void tell_item(struct turn *turn, struct buf *out, const json_t *attributes)
{
    const json_t *cache = json_object_get(attributes, "UserCache");

    put_settings(out, json_object_getn(cache, turn->envelope->user_id.p, turn->envelope->user_id.n),
                 turn->call.arena);
    put_persons(turn, out, cache);
    if (!tells_everything(attributes))
        buf_putz(out, " There are other entries, too, which the card shows.");
}

/* ---- alerts ---- */

static const char *subscription_state(const struct subscription *s)
{
    if (subscription_is_active(s))
        return "are on";
    return subscription_waits(s) ? "come once you allow notifications" : "are off";
}

static void put_subscription(struct buf *out, const struct subscription *s)
{
    buf_printf(out, " Alerts %s; their level is %s, ", subscription_state(s),
               alert_settings_level(s->level));
    alert_settings_put_quiet(out, s);
    buf_putc(out, '.');
    if (s->place_count > 0)
        buf_printf(out, " To look for them, I keep the county of %zu place%s.", s->place_count,
                   s->place_count == 1 ? "" : "s");
}

/* ST_OK, also when there are none. */
static enum status tell_alerts(struct turn *turn, struct buf *out, const json_t *alerts,
                               struct err *err)
{
    size_t count = json_object_size(json_at(alerts, "log.records"));
    struct subscription s = { .granted = false };
    enum status st =
        subscription_get(turn->skill->store, turn->envelope->user_id, turn->call.deadline, &s, err);

    if (st == ST_OK)
        put_subscription(out, &s);
    subscription_done(&s);
    if (count > 0)
        buf_printf(out, " I remember %zu alert%s from the last few days.", count,
                   count == 1 ? "" : "s");
    return st == ST_MISS ? ST_OK : st;
}

/* ---- the intent ---- */

/* The card has all of it as stored. */
static enum status put_card(struct turn *turn, struct reply *reply, const json_t *data,
                            struct err *err)
{
    struct buf text = BUF_INIT(CARD_MAX);

    json_put_sorted(&text, data);
    if (text.failed && !text.full) {
        buf_free(&text);
        return err_no_memory(err);
    }
    reply->card_title = STR("Your data");
    reply->card_text = text.full ? STR("This is too much for a card. Ask whoever runs this skill "
                                       "for the output of: climacast user export")
                                 : arena_str(turn->call.arena, buf_str(&text));
    buf_putz(&reply->speech, text.full ? " It is too much for a card."
                                       : " You'll find it on a card in the Alexa app.");
    buf_putz(&reply->speech, " To have it deleted, say, delete my data.");
    buf_free(&text);
    return ST_OK;
}

/* What is stored: the item's attributes and the alerts; NULL where there is nothing. */
struct data {
    json_t *attributes, *alerts;
};

static enum status read_data(const struct turn *turn, struct data *ret, struct err *err)
{
    struct store *store = turn->skill->store;
    struct str user = turn->envelope->user_id;
    int64_t deadline = turn->call.deadline;
    enum status st;

    if (!user_id_is_valid(user)) /* nothing is stored under it */
        return ST_OK;
    st = store_get(store, user, deadline, &ret->attributes, NULL, err);
    if (st == ST_OK || st == ST_MISS)
        st = alerts_export(store, user, deadline, &ret->alerts, err);
    return st == ST_MISS ? ST_OK : st;
}

static enum status tell_data(struct turn *turn, const struct data *d, struct reply *reply,
                             struct err *err)
{
    struct str user = turn->envelope->user_id;
    enum status st = ST_OK;
    json_t *card;

    buf_putz(&reply->speech, "I keep the id that Alexa gives your account.");
    if (d->attributes)
        tell_item(turn, &reply->speech, d->attributes);
    if (d->alerts)
        st = tell_alerts(turn, &reply->speech, d->alerts, err);
    if (st != ST_OK)
        return st;
    card = json_pack("{s:s%,s:O*,s:O*}", "id", user.p, user.n, "attributes", d->attributes,
                     "alerts", d->alerts);
    st = card ? put_card(turn, reply, card, err) : err_no_memory(err);
    json_decref(card);
    return st;
}

static enum status my_data_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct err why = ERR_NONE;
    struct data d = { NULL, NULL };
    enum status st = read_data(turn, &d, &why);

    if (st == ST_OK && (d.attributes || d.alerts))
        st = tell_data(turn, &d, reply, &why);
    else if (st == ST_OK)
        buf_putz(&reply->speech, "I don't keep anything about you.");
    json_decref(d.attributes);
    json_decref(d.alerts);
    if (st == ST_OK || st == ST_WOULD_WAIT)
        return st;
    return err_reason(err, st, "settings_away", "the user's data: %s", why.text);
}

const struct intent intent_my_data = {
    .name = "MyDataIntent",
    .answer = my_data_answer,
};
