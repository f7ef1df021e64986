/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/places.c -- where a user's alerts are for. */
#include "server/alerts/places.h"

#include <string.h>

#include "intents/weather/place.h"
#include "server/base/json.h"

enum { ARENA_MAX = 4 * 1024 * 1024 };

struct resolving {
    struct nws *nws;
    struct call call;
    places_renew_fn *renew;
    void *renew_data;
    struct subscription_place *places;
    size_t count;
};

static void copy_bounded(char *out, size_t size, struct str text)
{
    size_t n = text.n < size ? text.n : size - 1;

    if (n > 0)
        memcpy(out, text.p, n);
    out[n] = '\0';
}

static bool is_known(const struct resolving *r, double lat, double lon)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->places[i].lat == lat && r->places[i].lon == lon)
            return true;
    return false;
}

static bool needs_renewal(const struct resolving *r, const struct subscription_place *p)
{
    return r->renew && ((p->county[0] && r->renew(r->renew_data, p->county)) ||
                        (p->zone[0] && r->renew(r->renew_data, p->zone)));
}

static struct subscription_place describe(struct str name, const struct place *place)
{
    struct subscription_place p = { .lat = place->lat, .lon = place->lon };

    copy_bounded(p.name, sizeof p.name, name);
    copy_bounded(p.county, sizeof p.county, place->county_zone_id);
    copy_bounded(p.zone, sizeof p.zone, place->forecast_zone_id);
    copy_bounded(p.time_zone, sizeof p.time_zone, str_of(zone_name(place->zone)));
    return p;
}

/* ST_OK also for text that names no place. */
static enum status add_place(struct resolving *r, struct str name, struct str text, struct err *err)
{
    struct gazetteer_query query;
    struct subscription_place found;
    struct place place;
    enum status st;

    if (text.n == 0 || r->count == SUBSCRIPTION_PLACES_MAX)
        return ST_OK;
    st = place_words_parse(r->call.arena, text, STR_NONE, &query, NULL);
    if (st == ST_OK)
        st = place_resolve(r->nws, &query, NULL, &r->call, &place, err);
    if (st == ST_MISS || st == ST_INVALID || st == ST_NOT_FOUND) {
        err_clear(err);
        return ST_OK;
    }
    if (st != ST_OK)
        return st;
    found = describe(name, &place);
    if (needs_renewal(r, &found) && place_renew(r->nws, &r->call, &place, NULL) == ST_OK)
        found = describe(name, &place);
    if (!is_known(r, found.lat, found.lon))
        r->places[r->count++] = found;
    return ST_OK;
}

static enum status add_favorites(struct resolving *r, const json_t *settings, struct err *err)
{
    json_t *favorites = json_at(settings, "places"), *text;
    const char *name;
    size_t n;
    enum status st = ST_OK;

    json_object_keylen_foreach (favorites, name, n, text) {
        st = add_place(r, (struct str){ name, n }, json_str(text, ""), err);
        if (st != ST_OK)
            break;
    }
    return st;
}

/* The account's own default comes first: its time is that of the quiet hours. */
static enum status add_all(struct resolving *r, struct str user, json_t *attributes,
                           struct err *err)
{
    json_t *all = json_at(attributes, "UserCache"), *settings;
    const char *owner;
    size_t n;
    enum status st = ST_OK;

    json_object_keylen_foreach (all, owner, n, settings)
        if (st == ST_OK && str_eq(user, (struct str){ owner, n }))
            st = add_place(r, STR_NONE, json_str(settings, "location"), err);
    json_object_keylen_foreach (all, owner, n, settings) {
        if (st == ST_OK)
            st = add_place(r, STR_NONE, json_str(settings, "location"), err);
        if (st == ST_OK)
            st = add_favorites(r, settings, err);
    }
    return st;
}

enum status places_resolve(struct store *store, struct nws *nws, struct str user,
                           places_renew_fn *renew, void *renew_data, int64_t now, int64_t deadline,
                           struct subscription_place places[SUBSCRIPTION_PLACES_MAX],
                           size_t *ret_count, struct err *err)
{
    struct resolving r = {
        .nws = nws,
        .call = { .arena = arena_create(ARENA_MAX), .deadline = deadline, .now = now },
        .renew = renew,
        .renew_data = renew_data,
        .places = places
    };
    json_t *attributes = NULL;
    enum status st = r.call.arena ? ST_OK : err_no_memory(err);

    if (st == ST_OK)
        st = store_get(store, user, deadline, &attributes, NULL, err);
    if (st == ST_OK)
        st = add_all(&r, user, attributes, err);
    json_decref(attributes);
    arena_free(r.call.arena);
    if (st != ST_OK && st != ST_MISS)
        return st;
    *ret_count = r.count;
    return ST_OK;
}
