/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/alert_log_json.c -- a log of alerts as it is stored. */
#include "cache/alerts/alert_log_json.h"

#include <stdlib.h>
#include <string.h>

#include "cache/alerts/item_change.h"
#include "cache/alerts/subscription_json.h"
#include "server/base/json.h"

static const char *const outcome_names[ALERT_OUTCOMES] = { "planned", "sent", "held", "dropped" };

const char *alert_outcome_name(enum alert_outcome outcome)
{
    return outcome_names[outcome];
}

/* ---- reading ---- */

static bool find_outcome(struct str name, enum alert_outcome *ret)
{
    for (size_t i = 0; i < ALERT_OUTCOMES; i++) {
        if (str_eqz(name, alert_outcome_name((enum alert_outcome)i))) {
            *ret = (enum alert_outcome)i;
            return true;
        }
    }
    return false;
}

static void read_places(const json_t *object, struct alert_record *r)
{
    const json_t *place;
    size_t i;

    json_array_foreach (json_object_get(object, "places"), i, place) {
        struct alert_record_place *p = &r->places[r->place_count];
        if (!json_is_object(place) || r->place_count == SUBSCRIPTION_PLACES_MAX)
            continue;
        subscription_copy_text(p->name, sizeof p->name, json_str(place, "name"));
        subscription_copy_text(p->point, sizeof p->point, json_str(place, "at"));
        r->place_count++;
    }
}

static bool read_record(struct str id, const json_t *object, struct alert_record *r)
{
    *r = (struct alert_record){ .told = json_bool(object, "told", false) };
    subscription_copy_text(r->id, sizeof r->id, id);
    subscription_copy_text(r->key, sizeof r->key, json_str(object, "key"));
    subscription_copy_text(r->event, sizeof r->event, json_str(object, "event"));
    subscription_copy_text(r->kind, sizeof r->kind, json_str(object, "kind"));
    subscription_copy_text(r->reason, sizeof r->reason, json_str(object, "reason"));
    (void)json_int(object, "planned", &r->planned_ms);
    (void)json_int(object, "expires", &r->expires_s);
    (void)json_int(object, "until", &r->until);
    read_places(object, r);
    return find_outcome(json_str(object, "outcome"), &r->outcome) &&
           json_int(object, "at", &r->at_ms) && r->key[0];
}

static int newest_first(const void *a, const void *b)
{
    const struct alert_record *x = a, *y = b;

    if (x->at_ms != y->at_ms)
        return x->at_ms > y->at_ms ? -1 : 1;
    return strcmp(x->id, y->id);
}

bool alert_log_decode(const json_t *attributes, struct alert_log *ret)
{
    json_t *records = json_object_get(attributes, "records"), *text, *object = NULL;
    struct alert_log l = { .records = NULL };
    size_t max = json_object_size(records), n;
    const char *id;
    bool ok = true;

    if (max > 0) {
        l.records = calloc(max, sizeof *l.records);
        if (!l.records)
            return false;
    }
    (void)json_int(attributes, "asked", &l.asked_ms);
    json_object_keylen_foreach (records, id, n, text) {
        ok = ok && item_text_parse(text, &object);
        if (ok && n < ALERT_REFERENCE_SIZE &&
            read_record((struct str){ id, n }, object, &l.records[l.count]))
            l.count++;
        json_decref(object);
        object = NULL;
    }
    if (!ok) {
        free(l.records);
        return false;
    }
    if (l.count > 1)
        qsort(l.records, l.count, sizeof *l.records, newest_first);
    *ret = l;
    return true;
}

/* ---- writing ---- */

static json_t *places_json(const struct alert_record *r)
{
    json_t *list = json_array();
    int failed = !list;

    for (size_t i = 0; i < r->place_count && !failed; i++)
        failed = json_array_append_new(
            list, json_pack("{s:s, s:s}", "name", r->places[i].name, "at", r->places[i].point));
    if (!failed)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *record_json(const struct alert_record *r)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:o}", "key", r->key,
                     "event", r->event, "kind", r->kind, "outcome", alert_outcome_name(r->outcome),
                     "reason", r->reason, "at", (json_int_t)r->at_ms, "planned",
                     (json_int_t)r->planned_ms, "expires", (json_int_t)r->expires_s, "until",
                     (json_int_t)r->until, "told", r->told, "places", places_json(r));
}

bool alert_log_encode(const struct alert_log *l, json_t *attributes)
{
    json_t *records = json_object();
    int failed = !records;

    for (size_t i = 0; i < l->count && !failed; i++)
        failed = json_object_set_new(records, l->records[i].id,
                                     item_text_take(record_json(&l->records[i])));
    if (json_object_set_new(attributes, "records", records) != 0)
        failed = 1;
    if (l->asked_ms > 0 &&
        json_object_set_new(attributes, "asked", json_integer((json_int_t)l->asked_ms)) != 0)
        failed = 1;
    return !failed;
}
