/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert.c -- queries the alerts of a place, page by page.
 *
 * The three queries overlap, but none is complete: polygons match the point, some products name
 * only the county, some only the forecast zone. "There are no alerts" is a claim about safety, so
 * it needs a fresh, completely decoded list with all its pages from every query. A stale list
 * contributes its alerts but counts as unanswered. */
#include "intents/weather/alert.h"

#include <math.h>

#include "intents/weather/alert_internal.h"
#include "intents/weather/gazetteer.h"
#include "intents/weather/nws_internal.h"
#include "intents/weather/place_entry.h"
#include "intents/weather/place_point.h"
#include "intents/weather/point.h"

enum {
    QUERIES_MAX = 3,
    PAGES_MAX = 5, /* of one query; a place has few alerts */
    FRESH_S_MAX =
        60, /* NWS allows 30; however long it allows, no list counts as fresh after this */
};

/* A query, whose list may have several pages. */
struct query {
    struct str next; /* URL of the page to fetch; "" when there is none */
    bool failed;     /* a page could not be fetched */
    bool complete;   /* so far, all of it is fresh and readable */
};

/* What has been fetched. */
struct fetched {
    struct query queries[QUERIES_MAX];
    size_t query_count;
    const struct alert_list *lists[QUERIES_MAX * PAGES_MAX];
    size_t list_count;
    struct document failure; /* the first page that failed, if any */
    bool stale;
    int64_t age_s;
};

static enum status decode_alerts(struct str body, void *data, struct object **ret_object,
                                 struct err *err)
{
    (void)data;
    return alert_decode(body, ret_object, err);
}

/* The number of queries for a complete answer: the point, the zones that are known, and one that
 * may be missing. */
static size_t count_queries(const struct place *place)
{
    return 1u + (place->county_zone_id.n > 0) + (place->forecast_zone_id.n > 0) +
           place->zones_unread;
}

static void add_query(struct fetched *f, struct str url)
{
    f->queries[f->query_count++] = (struct query){ .next = url, .complete = true };
}

/* Makes each query that is possible: zones with an invalid id are left out. */
static void add_queries(struct nws *n, const struct call *call, const struct place *place,
                        struct fetched *f)
{
    const struct str zones[] = { place->county_zone_id, place->forecast_zone_id };
    char coords[PLACE_ENTRY_COORDS_MAX];

    add_query(f, arena_printf(call->arena, "%s/alerts/active?point=%.*s", nws_base(n),
                              STR_ARG(place_entry_coords(place->lat, place->lon, coords))));
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
        if (point_id_valid(zones[i]))
            add_query(f, arena_printf(call->arena, "%s/alerts/active/zone/%.*s", nws_base(n),
                                      STR_ARG(zones[i])));
}

static void take_page(struct nws *n, const struct call *call, struct fetched *f, struct query *q,
                      const struct document *d, bool first)
{
    const struct alert_list *list;

    q->next = STR_NONE;
    if (d->status != ST_OK) {
        q->failed = true;
        q->complete = false;
        if (f->failure.status == ST_OK)
            f->failure = *d;
        return;
    }
    list = d->object->data;
    f->lists[f->list_count++] = list;
    f->stale = f->stale || d->stale;
    f->age_s = d->age_s > f->age_s ? d->age_s : f->age_s;
    q->complete = q->complete && !d->stale && list->complete;
    if (list->next[0] == '\0' || (!first && list->count == 0))
        return; /* an empty page is the last one, whatever it says */
    q->next = nws_page_url(n, call->arena, str_of(list->next));
    if (q->next.n == 0)
        q->complete = false;
}

static struct document_request page_request(const struct call *call, const struct query *q)
{
    return (struct document_request){ .url = q->next.p,
                                      .label = "alerts",
                                      .decode = decode_alerts,
                                      .max_fresh_s = FRESH_S_MAX,
                                      .must_be_fresh = true,
                                      .since_us = call->began_us };
}

size_t alert_foresee(struct nws *n, const struct call *call, const struct place *place,
                     struct document_request ret_requests[FORESIGHT_MAX])
{
    struct fetched f = { .query_count = 0 };

    add_queries(n, call, place, &f);
    if (arena_failed(call->arena))
        return 0;
    for (size_t i = 0; i < f.query_count; i++)
        ret_requests[i] = page_request(call, &f.queries[i]);
    return f.query_count;
}

/* Fetches the next page of each query that has one. */
static enum status fetch_pages(struct nws *n, const struct call *call, struct fetched *f,
                               bool first)
{
    struct document_request requests[QUERIES_MAX];
    struct document documents[QUERIES_MAX];
    struct query *of[QUERIES_MAX];
    size_t count = 0;
    enum status st;

    for (size_t i = 0; i < f->query_count; i++) {
        if (f->queries[i].next.n == 0)
            continue;
        requests[count] = page_request(call, &f->queries[i]);
        of[count++] = &f->queries[i];
    }
    st = count > 0 ? nws_fetch(n, call, requests, count, documents) : ST_OK;
    for (size_t i = 0; st == ST_OK && i < count; i++)
        take_page(n, call, f, of[i], &documents[i], first);
    return st;
}

/* What the lists prove, once they are merged. */
static void set_reading(const struct fetched *f, const struct place *place, struct alerts *a)
{
    a->asked = count_queries(place);
    a->failed = a->asked - f->query_count;
    a->stale = f->stale;
    a->age_s = f->age_s;
    for (size_t i = 0; i < f->query_count; i++) {
        const struct query *q = &f->queries[i];
        a->failed += q->failed;
        a->answered += q->complete && q->next.n == 0;
    }
    a->reading = a->answered == a->asked && a->unreadable == 0 ? ALERTS_READ : ALERTS_READ_IN_PART;
}

/* A place is not a point: a warning for the edge of a town is for the town. Its size is estimated
 * from its people, at the density of American suburbs; a county, a park or a lake may be large. */
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

/* Asks again for zones that could not be read. ST_OK, also when that fails, or ST_WOULD_WAIT. */
static enum status find_zones(struct nws *n, const struct call *call, const struct place *place,
                              struct place *ret_whole)
{
    struct err ignored = ERR_NONE;
    bool complete;
    enum status st = ST_OK;

    *ret_whole = *place;
    if (place->zones_unread)
        st = place_point_fetch(n, call, ret_whole, &complete, &ignored);
    if (st != ST_OK)
        *ret_whole = *place;
    return st == ST_WOULD_WAIT ? st : ST_OK;
}

enum status alert_get_active(struct nws *n, const struct call *call, const struct place *place,
                             struct alerts *ret_alerts, struct err *err)
{
    const struct alert_scope scope = {
        .now = call->now, .lat = place->lat, .lon = place->lon, .radius_km = place_radius_km(place)
    };
    struct fetched f = { .query_count = 0 };
    struct alerts a = { .reading = ALERTS_NOT_READ };
    struct place whole;
    enum status st = find_zones(n, call, place, &whole);

    if (st != ST_OK)
        return st;
    place = &whole;
    add_queries(n, call, place, &f);
    for (int page = 0; st == ST_OK && page < PAGES_MAX && !arena_failed(call->arena); page++)
        st = fetch_pages(n, call, &f, page == 0);
    if (st == ST_SYSTEM || arena_failed(call->arena))
        return err_no_memory(err);
    if (st != ST_OK)
        return st;
    if (f.list_count == 0) {
        /* A missing service does not mean that there are no alerts. */
        if (f.failure.status == ST_NOT_FOUND)
            f.failure.status = ST_UNAVAILABLE;
        return nws_document_error(&f.failure, "alerts", err);
    }
    st = alert_merge(call->arena, f.lists, f.list_count, &scope, &a, err);
    if (st != ST_OK)
        return st;
    set_reading(&f, place, &a);
    *ret_alerts = a;
    return ST_OK;
}

bool alert_all_clear(const struct alerts *a)
{
    return a->reading == ALERTS_READ && a->count == 0;
}
