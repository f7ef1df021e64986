/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/subscription_json.c -- a subscription as it is stored. */
#include "cache/alerts/subscription_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/alerts/item_change.h"
#include "server/base/json.h"
#include "server/base/random.h"

enum { DAY_MINUTES = 24 * 60 };

static const char *const level_names[ALERT_LEVELS] = { "warnings", "watches", "all", "extreme" };

const char *alert_level_name(enum alert_level level)
{
    return level_names[level];
}

bool alert_level_find(struct str name, enum alert_level *ret_level)
{
    for (size_t i = 0; i < ALERT_LEVELS; i++) {
        if (str_eqz(name, level_names[i])) {
            *ret_level = (enum alert_level)i;
            return true;
        }
    }
    return false;
}

bool subscription_host_is_valid(struct str host)
{
    static const char *const hosts[] = { "api.amazonalexa.com", "api.eu.amazonalexa.com",
                                         "api.fe.amazonalexa.com", NULL };

    return str_is_one_of(host, hosts);
}

void subscription_copy_text(char *out, size_t size, struct str text)
{
    while (text.n >= size) { /* whole characters only */
        size_t n = 0, step;
        while ((step = str_utf8_step(str_sub(text, n, text.n))) > 0 && n + step < size)
            n += step;
        text.n = n;
    }
    if (text.n > 0)
        memcpy(out, text.p, text.n);
    out[text.n] = '\0';
}

void subscription_init(struct subscription *s)
{
    *s = (struct subscription){ .level = ALERT_WARNINGS,
                                .quiet_from = QUIET_FROM_DEFAULT,
                                .quiet_to = QUIET_TO_DEFAULT,
                                .host = SUBSCRIPTION_HOST_DEFAULT };
}

void subscription_want_places(struct subscription *s)
{
    (void)snprintf(s->places_token, sizeof s->places_token, "%016llx",
                   (unsigned long long)random_u64());
    s->places_stale = true;
}

/* ---- reading ---- */

static void read_quiet(const json_t *object, struct subscription *s)
{
    int64_t from, to;

    if (!json_int(object, "quiet.0", &from) || !json_int(object, "quiet.1", &to) || from < 0 ||
        to < 0 || from >= DAY_MINUTES || to >= DAY_MINUTES)
        return;
    s->quiet_from = (int)from;
    s->quiet_to = (int)to;
}

static bool read_place(const json_t *object, struct subscription_place *p)
{
    *p = (struct subscription_place){ .lat = NAN };
    subscription_copy_text(p->name, sizeof p->name, json_str(object, "name"));
    subscription_copy_text(p->county, sizeof p->county, json_str(object, "county"));
    subscription_copy_text(p->zone, sizeof p->zone, json_str(object, "zone"));
    subscription_copy_text(p->time_zone, sizeof p->time_zone, json_str(object, "time_zone"));
    return json_num(object, "at.0", &p->lat) && json_num(object, "at.1", &p->lon) &&
           fabs(p->lat) <= 90 && fabs(p->lon) <= 360;
}

static enum status read_places(const json_t *object, struct subscription *s)
{
    const json_t *list = json_object_get(object, "places"), *place;
    size_t i, max = json_array_size(list);

    if (max > SUBSCRIPTION_PLACES_MAX)
        max = SUBSCRIPTION_PLACES_MAX;
    if (max == 0)
        return ST_OK;
    s->places = calloc(max, sizeof *s->places);
    if (!s->places)
        return ST_SYSTEM;
    json_array_foreach (list, i, place)
        if (s->place_count < max && read_place(place, &s->places[s->place_count]))
            s->place_count++;
    return ST_OK;
}

static enum status decode_object(const json_t *object, struct subscription *ret)
{
    struct subscription s;
    struct str host = json_str(object, "host");
    enum status st;

    if (!json_is_object(object))
        return ST_INVALID;
    subscription_init(&s);
    s.asked = json_int(object, "wish.at", &s.wished_ms);
    s.wished = s.asked && json_bool(object, "wish.on", false);
    if (json_int(object, "permission.at", &s.granted_ms))
        s.granted = json_bool(object, "permission.granted", false);
    (void)alert_level_find(json_str(object, "level"), &s.level);
    read_quiet(object, &s);
    if (subscription_host_is_valid(host))
        subscription_copy_text(s.host, sizeof s.host, host);
    subscription_copy_text(s.places_token, sizeof s.places_token, json_str(object, "wanted"));
    s.places_stale = !str_eqz(json_str(object, "resolved"), s.places_token);
    st = read_places(object, &s);
    if (st == ST_OK)
        *ret = s;
    return st;
}

enum status subscription_decode(const json_t *text, struct subscription *ret)
{
    json_t *object = NULL;
    enum status st;

    if (!item_text_parse(text, &object))
        return ST_SYSTEM;
    st = decode_object(object, ret);
    json_decref(object);
    return st;
}

/* ---- writing ---- */

static json_t *place_json(const struct subscription_place *p)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:[f, f]}", "name", p->name, "county", p->county, "zone",
                     p->zone, "time_zone", p->time_zone, "at", p->lat, p->lon);
}

static json_t *places_json(const struct subscription *s)
{
    json_t *list = json_array();
    int failed = !list;

    for (size_t i = 0; i < s->place_count && !failed; i++)
        failed = json_array_append_new(list, place_json(&s->places[i]));
    if (!failed)
        return list;
    json_decref(list);
    return NULL;
}

static bool encode(const struct subscription *s, json_t *object)
{
    int failed = 0;

    if (s->asked)
        failed |= json_object_set_new(
            object, "wish",
            json_pack("{s:b, s:I}", "on", s->wished, "at", (json_int_t)s->wished_ms));
    if (s->granted_ms > 0)
        failed |= json_object_set_new(
            object, "permission",
            json_pack("{s:b, s:I}", "granted", s->granted, "at", (json_int_t)s->granted_ms));
    failed |= json_object_set_new(object, "level", json_string(alert_level_name(s->level)));
    failed |= json_object_set_new(object, "quiet", json_pack("[i, i]", s->quiet_from, s->quiet_to));
    failed |= json_object_set_new(object, "host", json_string(s->host));
    failed |= json_object_set_new(object, "wanted", json_string(s->places_token));
    failed |= json_object_set_new(object, "resolved",
                                  json_string(s->places_stale ? "" : s->places_token));
    failed |= json_object_set_new(object, "places", places_json(s));
    return failed == 0;
}

json_t *subscription_encode(const struct subscription *s)
{
    json_t *object = json_object();

    if (encode(s, object))
        return item_text_take(object);
    json_decref(object);
    return NULL;
}
