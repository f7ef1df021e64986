/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert.c -- queries the alerts of a place and merges the lists.
 *
 * The three queries overlap, but none is complete: polygons match the point, some products name
 * only the county, some only the forecast zone. "There are no alerts" is a claim about safety, so
 * it needs a fresh, completely decoded list from every query. A stale list contributes its alerts
 * but counts as unanswered.
 *
 * A query by zone also gives alerts for another part of it: those with a polygon are left out
 * unless the polygon reaches the place. */
#include "intents/weather/alert.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/alert_internal.h"
#include "intents/weather/gazetteer.h"
#include "intents/weather/nws_internal.h"
#include "intents/weather/place_entry.h"
#include "intents/weather/point.h"

enum {
    QUERIES_MAX = 3,
    FRESH_S_MAX =
        60, /* NWS allows 30; however long it allows, no list counts as fresh after this */
};

/* ---- merging ---- */

/* "This alert replaces that one." */
struct reference {
    const char *replaced;
    const struct alert *by;
};

struct merge {
    struct reference *references; /* sorted by what is replaced */
    size_t reference_count;
    struct alert *alerts;
    const struct listed_alert **listed; /* where each of them comes from */
    size_t count;
};

static int by_replaced(const void *a, const void *b)
{
    const struct reference *x = a, *y = b;

    return strcmp(x->replaced, y->replaced);
}

static int by_rank(const void *a, const void *b)
{
    const struct alert *x = a, *y = b;

    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->sent != y->sent)
        return x->sent > y->sent ? -1 : 1;
    return strcmp(x->id, y->id);
}

static bool same_alert(const struct listed_alert *a, const struct listed_alert *b)
{
    if (a->alert.id[0] != '\0' && strcmp(a->alert.id, b->alert.id) == 0)
        return true;
    return a->text_hash == b->text_hash && alert_same_text(&a->alert, &b->alert);
}

/* Does another alert replace `a`? An alert can't replace one that was sent after it. */
static bool is_replaced(const struct merge *m, const struct alert *a)
{
    const struct reference key = { a->id, NULL };
    const struct reference *end = m->references + m->reference_count, *r;

    if (m->reference_count == 0 || a->id[0] == '\0')
        return false;
    r = bsearch(&key, m->references, m->reference_count, sizeof key, by_replaced);
    if (!r)
        return false;
    while (r > m->references && strcmp(r[-1].replaced, a->id) == 0)
        r--;
    for (; r < end && strcmp(r->replaced, a->id) == 0; r++)
        if (strcmp(r->by->id, a->id) != 0 && r->by->sent >= a->sent)
            return true;
    return false;
}

/* Adds an alert, or keeps the later one of it and its duplicate. */
static void add_alert(struct merge *m, const struct listed_alert *l)
{
    size_t i = 0;

    while (i < m->count && !same_alert(m->listed[i], l))
        i++;
    if (i < m->count && m->alerts[i].sent >= l->alert.sent)
        return;
    m->alerts[i] = l->alert;
    m->listed[i] = l;
    if (i == m->count)
        m->count++;
}

static void gather_references(struct merge *m, const struct alert_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct listed_alert *l = &list->at[i];
        for (size_t k = 0; k < l->reference_count; k++)
            m->references[m->reference_count++] =
                (struct reference){ list->references[l->first_reference + k], &l->alert };
    }
}

/* An alert without a polygon is for its zones, and those were asked for. */
static bool reaches_place(const struct alert_list *list, const struct listed_alert *l,
                          const struct alert_scope *scope)
{
    return l->point_count == 0 || polygon_reaches(list->points + l->first_point, l->point_count,
                                                  scope->lat, scope->lon, scope->radius_km);
}

static void gather_active(struct merge *m, const struct alert_list *list,
                          const struct alert_scope *scope)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct listed_alert *l = &list->at[i];
        bool expired = l->alert.until != 0 && l->alert.until <= scope->now;

        if (l->may_be_active && !expired && !is_replaced(m, &l->alert) &&
            reaches_place(list, l, scope))
            add_alert(m, l);
    }
}

enum status alert_merge(struct arena *arena, const struct alert_list *const *lists, size_t count,
                        const struct alert_scope *scope, struct alerts *ret_alerts, struct err *err)
{
    size_t alerts = 0, references = 0;
    struct merge m = { 0 };

    for (size_t i = 0; i < count; i++) {
        alerts += lists[i]->count;
        for (size_t k = 0; k < lists[i]->count; k++)
            references += lists[i]->at[k].reference_count;
    }
    m.references = arena_alloc(arena, (references + 1) * sizeof *m.references);
    m.alerts = arena_alloc(arena, (alerts + 1) * sizeof *m.alerts);
    m.listed = arena_alloc(arena, (alerts + 1) * sizeof *m.listed);
    if (!m.references || !m.alerts || !m.listed)
        return err_no_memory(err);
    for (size_t i = 0; i < count; i++)
        gather_references(&m, lists[i]);
    qsort(m.references, m.reference_count, sizeof m.references[0], by_replaced);
    for (size_t i = 0; i < count; i++)
        gather_active(&m, lists[i], scope);
    qsort(m.alerts, m.count, sizeof m.alerts[0], by_rank);
    ret_alerts->count = m.count;
    ret_alerts->at = m.alerts;
    return ST_OK;
}

bool alert_all_clear(const struct alerts *a)
{
    return a->asked > 0 && a->answered == a->asked && a->count == 0;
}

/* ---- querying ---- */

static enum status decode_alerts(struct str body, void *data, struct object **ret_object,
                                 struct err *err)
{
    (void)data;
    return alert_decode(body, ret_object, err);
}

/* The number of queries for a complete answer: the point, and the zones that are known. */
static size_t count_queries(const struct place *place)
{
    return 1u + (place->county_zone_id.n > 0) + (place->forecast_zone_id.n > 0);
}

/* Makes a request for each query that is possible: zones with an invalid id are left out. Returns 0
 * when the arena is full. */
static size_t make_requests(struct nws *n, const struct call *call, const struct place *place,
                            struct document_request requests[QUERIES_MAX])
{
    const struct str zones[] = { place->county_zone_id, place->forecast_zone_id };
    char coords[PLACE_ENTRY_COORDS_MAX];
    struct str urls[QUERIES_MAX];
    size_t count = 0;

    urls[count++] = arena_printf(call->arena, "%s/alerts/active?point=%.*s", nws_base(n),
                                 STR_ARG(place_entry_coords(place->lat, place->lon, coords)));
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
        if (point_id_valid(zones[i]))
            urls[count++] = arena_printf(call->arena, "%s/alerts/active/zone/%.*s", nws_base(n),
                                         STR_ARG(zones[i]));
    for (size_t i = 0; i < count; i++)
        requests[i] = (struct document_request){ .url = urls[i].p,
                                                 .label = "alerts",
                                                 .decode = decode_alerts,
                                                 .max_fresh_s = FRESH_S_MAX,
                                                 .must_be_fresh = true };
    return arena_failed(call->arena) ? 0 : count;
}

/* A place is not a point: a warning for the edge of a town is for the town. Its size is estimated from
 * its people, at the density of American suburbs; a county, a park or a lake may be large. */
static double place_radius_km(const struct place *place)
{
    const double people_per_km2 = 1000.0, pi = 3.14159265358979;
    const double min_km = 3.0, max_km = 20.0;
    struct gazetteer_hit hit;

    if (place->zip[0] || gazetteer_city(place->city, place->state, &hit, 1) == 0)
        return min_km;
    if (hit.kind != GAZETTEER_TOWN)
        return max_km;
    return fmin(max_km, fmax(min_km, sqrt((double)hit.population / people_per_km2 / pi)));
}

enum status alert_get_active(struct nws *n, const struct call *call, const struct place *place,
                             struct alerts *ret_alerts, struct err *err)
{
    struct document_request requests[QUERIES_MAX];
    struct document documents[QUERIES_MAX];
    const struct alert_list *lists[QUERIES_MAX];
    const struct alert_scope scope = {
        .now = call->now, .lat = place->lat, .lon = place->lon, .radius_km = place_radius_km(place)
    };
    struct alerts a = { .asked = count_queries(place) };
    size_t requested = make_requests(n, call, place, requests), count = 0;
    enum status st;

    if (requested == 0)
        return err_no_memory(err);
    st = nws_fetch(n, call, requests, requested, documents);
    if (st == ST_SYSTEM)
        return err_no_memory(err);
    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < requested; i++) {
        const struct document *d = &documents[i];
        if (d->status != ST_OK)
            continue;
        lists[count++] = d->object->data;
        a.answered += !d->stale && lists[count - 1]->complete;
        a.stale = a.stale || d->stale;
        a.age_s = d->age_s > a.age_s ? d->age_s : a.age_s;
    }
    if (count == 0) {
        /* A missing service does not mean that there are no alerts. */
        if (documents[0].status == ST_NOT_FOUND)
            documents[0].status = ST_UNAVAILABLE;
        return nws_document_error(&documents[0], "alerts", err);
    }
    st = alert_merge(call->arena, lists, count, &scope, &a, err);
    if (st == ST_OK)
        *ret_alerts = a;
    return st;
}
