/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/feed.c -- reads the alerts in force for many zones. */
#include "server/alerts/feed.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/alert_internal.h"
#include "server/base/clock.h"
#include "server/base/json.h"

enum {
    BODY_MAX = 32 * 1024 * 1024, /* the whole country has 1 to 2 MB */
    BASE_MAX = 1000,
    TIMEOUT_MS = 15000,
};

struct stale_zone {
    char name[8];
    int64_t until_mono_ms;
};

struct feed {
    struct http *http;
    char *base_url;
    feed_stale_fn *on_stale;
    void *data;
    struct stale_zone stale[FEED_STALE_MAX];
    size_t stale_count;
    char *url; /* of the last list */
    char etag[256];
    struct object *list;
};

struct feed *feed_create(struct http *http, const char *base_url, feed_stale_fn *stale, void *data)
{
    struct feed *f = calloc(1, sizeof *f);

    if (!f)
        return NULL;
    *f = (struct feed){ .http = http, .on_stale = stale, .data = data };
    f->base_url = strdup(base_url && *base_url ? base_url : "https://api.weather.gov");
    if (f->base_url)
        return f;
    feed_free(f);
    return NULL;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    object_release(f->list);
    free(f->base_url);
    free(f->url);
    free(f);
}

/* ---- pure parts ---- */

void feed_url(struct buf *out, const char *base_url, const char *const *zones, size_t count)
{
    size_t start = out->n, plain;

    buf_printf(out, "%s/alerts/active?status=actual", base_url);
    plain = out->n;
    for (size_t i = 0; i < count && out->n - start <= FEED_URL_MAX; i++)
        buf_printf(out, "%s%s", i == 0 ? "&zone=" : ",", zones[i]);
    if (out->n - start > FEED_URL_MAX)
        buf_truncate(out, plain);
}

/* The number in "query.zone[3]" or "query.zone.3". */
static bool zone_number(struct str parameter, int64_t *ret)
{
    struct str rest;

    if (!str_starts(parameter, STR("query.zone")) || parameter.n < 12)
        return false;
    rest = str_sub(parameter, 11, parameter.n);
    if (str_ends(rest, STR("]")))
        rest.n--;
    return str_to_i64(rest, ret);
}

size_t feed_named_zone(struct str problem, const char *const *zones, size_t count)
{
    json_t *root = NULL, *entry;
    size_t found = count, i;
    int64_t number;

    if (json_parse(problem, false, &root, NULL) != ST_OK)
        return count;
    json_array_foreach (json_at(root, "parameterErrors"), i, entry) {
        struct str message = json_str(entry, "message");
        for (size_t k = 0; k < count && found == count; k++)
            if (str_find(message, str_of(zones[k])) < message.n)
                found = k;
        if (found == count && zone_number(json_str(entry, "parameter"), &number) && number >= 0 &&
            number < (int64_t)count)
            found = (size_t)number;
    }
    json_decref(root);
    return found;
}

/* ---- zones that NWS does not know ---- */

/* Is the zone left out at present? */
static bool is_left_out(const struct feed *f, const char *zone)
{
    for (size_t i = 0; i < f->stale_count; i++)
        if (strcmp(f->stale[i].name, zone) == 0 && clock_mono_ms() < f->stale[i].until_mono_ms)
            return true;
    return false;
}

static void leave_out(struct feed *f, const char *zone)
{
    struct stale_zone *s;
    size_t kept = 0;

    for (size_t i = 0; i < f->stale_count; i++)
        if (clock_mono_ms() < f->stale[i].until_mono_ms)
            f->stale[kept++] = f->stale[i];
    if (kept == FEED_STALE_MAX) /* the oldest one is tried again */
        memmove(&f->stale[0], &f->stale[1], --kept * sizeof f->stale[0]);
    s = &f->stale[kept++];
    f->stale_count = kept;
    *s = (struct stale_zone){ .until_mono_ms = clock_mono_ms() + FEED_STALE_MS };
    (void)strncpy(s->name, zone, sizeof s->name - 1);
    f->on_stale(f->data, zone);
}

/* ---- asking ---- */

struct answer {
    struct http_response response;
    bool unchanged, refused; /* a 304; a 400 */
};

static enum status ask(struct feed *f, const char *url, int64_t deadline, struct answer *a,
                       struct err *err)
{
    bool known = f->list && f->url && strcmp(f->url, url) == 0 && f->etag[0];
    const struct http_header headers[] = { { STR("Accept"), STR("application/geo+json") },
                                           { STR("If-None-Match"), str_of(f->etag) } };
    const struct http_request request = { .url = url,
                                          .headers = headers,
                                          .header_count = known ? 2 : 1,
                                          .max_bytes = BODY_MAX,
                                          .deadline = deadline,
                                          .timeout_ms = TIMEOUT_MS,
                                          .redirects = HTTP_REDIRECTS_MAX,
                                          .compressed = true };
    enum status st = http_call(f->http, &request, &a->response, err);

    if (st != ST_OK)
        return st;
    a->unchanged = known && a->response.status == 304;
    a->refused = a->response.status == 400;
    if (a->response.status == 200 || a->unchanged || a->refused)
        return ST_OK;
    return err_set(err, ST_UNAVAILABLE, "alerts: HTTP status %ld", a->response.status);
}

static enum status keep_answer(struct feed *f, const char *url, const struct answer *a,
                               struct err *err)
{
    struct object *list = NULL;
    char *copy;
    enum status st;

    if (a->unchanged)
        return ST_OK;
    st = alert_decode_many(buf_str(&a->response.body), &list, err);
    if (st != ST_OK)
        return st == ST_SYSTEM ? st : ST_UNAVAILABLE;
    copy = strdup(url);
    object_release(f->list);
    f->list = list;
    free(f->url);
    f->url = copy;
    memcpy(f->etag, a->response.etag, sizeof f->etag);
    return ST_OK;
}

/* Is this part of the zones refused? */
static enum status probe(struct feed *f, const char *const *zones, size_t count, int64_t deadline,
                         bool *ret_refused, size_t *ret_named, struct err *err)
{
    struct buf url = BUF_INIT(BASE_MAX + FEED_URL_MAX);
    struct answer a = { .refused = false };
    enum status st;

    feed_url(&url, f->base_url, zones, count);
    st = url.failed ? err_no_memory(err) : ask(f, buf_z(&url), deadline, &a, err);
    *ret_refused = a.refused;
    *ret_named = a.refused ? feed_named_zone(buf_str(&a.response.body), zones, count) : count;
    http_response_done(&a.response);
    buf_free(&url);
    return st;
}

/* Finds one zone that makes NWS refuse the list, and leaves it out. */
static enum status find_stale(struct feed *f, const char *const *zones, size_t count,
                              int64_t deadline, struct err *err)
{
    enum status st = ST_OK;
    bool refused;
    size_t named = count;

    while (count > 1 && st == ST_OK) {
        size_t half = count / 2;
        st = probe(f, zones, half, deadline, &refused, &named, err);
        if (st == ST_OK && refused && named < half) {
            zones += named;
            count = 1;
        } else if (refused) {
            count = half;
        } else {
            zones += half;
            count -= half;
        }
    }
    if (st == ST_OK)
        leave_out(f, zones[0]);
    return st;
}

static enum status try_read(struct feed *f, const char *const *zones, size_t count,
                            int64_t deadline, bool *ret_again, struct err *err)
{
    struct buf url = BUF_INIT(BASE_MAX + FEED_URL_MAX);
    struct answer a = { .refused = false };
    enum status st;
    size_t named;

    *ret_again = false;
    feed_url(&url, f->base_url, zones, count);
    st = url.failed ? err_no_memory(err) : ask(f, buf_z(&url), deadline, &a, err);
    if (st == ST_OK && a.refused && strstr(buf_z(&url), "&zone=")) {
        named = feed_named_zone(buf_str(&a.response.body), zones, count);
        if (named < count)
            leave_out(f, zones[named]);
        else
            st = find_stale(f, zones, count, deadline, err);
        *ret_again = st == ST_OK;
    } else if (st == ST_OK && a.refused) {
        st = err_set(err, ST_UNAVAILABLE, "alerts: HTTP status 400");
    } else if (st == ST_OK) {
        st = keep_answer(f, buf_z(&url), &a, err);
    }
    http_response_done(&a.response);
    buf_free(&url);
    return st;
}

enum status feed_read(struct feed *f, const char *const *zones, size_t count, int64_t deadline,
                      struct object **ret_list, struct err *err)
{
    const char **left = calloc(count + 1, sizeof *left);
    enum status st = left ? ST_OK : err_no_memory(err);
    bool again = st == ST_OK;

    while (st == ST_OK && again) {
        size_t n = 0;
        for (size_t i = 0; i < count; i++)
            if (!is_left_out(f, zones[i]))
                left[n++] = zones[i];
        st = try_read(f, left, n, deadline, &again, err);
    }
    free(left);
    if (st == ST_OK)
        *ret_list = object_retain(f->list);
    return st;
}
