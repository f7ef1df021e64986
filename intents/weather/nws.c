/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/nws.c -- the client of the National Weather Service: URLs, settings, reports and
 * fetching.
 *
 * NWS documents are full of absolute URLs, and a document may be wrong or forged. nws_url()
 * therefore takes only the path, if it is a plain one, and appends it to the configured base URL.
 * No document can redirect requests to another host, and a simulator or proxy at the base sees
 * every request.
 *
 * Reported anomalies are remembered by their hash, up to a fixed number: an upstream that is wrong
 * in a new way every time can fill the table, but not the log. */
#include "intents/weather/nws.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/nws_internal.h"
#include "server/base/fnv.h"

enum {
    KINDS_MAX = 64,        /* distinct anomalies reported in the life of the process */
    GEOCODERS_MAX = 4,     /* names of geocoders */
    BASE_URL_MAX = 512,    /* bytes of a base URL */
    FOUND_PATH_MAX = 256,  /* bytes of a path in a document; real ones are under 100 */
    FOUND_QUERY_MAX = 1500 /* bytes of a query; a cursor has more than 1,000 */
};

#define PUBLIC_HOST STR("api.weather.gov")
#define BASE_URL_DEFAULT "https://api.weather.gov"
#define HERE_URL_DEFAULT "https://geocode.search.hereapi.com/v1"

struct nws {
    struct documents *documents;
    struct shared *shared;
    struct nws_settings settings; /* its strings are in `owned` */
    const char *geocoders[GEOCODERS_MAX + 1];
    char *owned[4 + GEOCODERS_MAX];
    size_t owned_count;
    struct str base_host, base_path; /* of settings.base_url; the path is "" or "/something" */

    pthread_mutex_t lock; /* guards the following */
    uint64_t kinds[KINDS_MAX];
    size_t kind_count;
};

/* ---- URLs ---- */

/* Splits "https://host:port/path?query" into host and path. User info is rejected: it is a way to
 * disguise the host. */
static bool url_split(struct str url, struct str *ret_host, struct str *ret_path)
{
    struct str rest, authority;
    size_t end = 0;

    if (url.n >= 8 && str_ieq(str_sub(url, 0, 8), STR("https://")))
        rest = str_sub(url, 8, url.n);
    else if (url.n >= 7 && str_ieq(str_sub(url, 0, 7), STR("http://")))
        rest = str_sub(url, 7, url.n);
    else
        return false;
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' && rest.p[end] != '#')
        end++;
    authority = str_sub(rest, 0, end);
    if (str_index(authority, '@') < authority.n || str_index(authority, '\\') < authority.n)
        return false;
    if (authority.n > 0 && authority.p[0] == '[')
        *ret_host = str_sub(authority, 0, str_index(authority, ']') + 1);
    else
        *ret_host = str_sub(authority, 0, str_index(authority, ':'));
    *ret_path = str_sub(rest, end, rest.n);
    return ret_host->n > 0;
}

static struct str strip_query(struct str path)
{
    path = str_sub(path, 0, str_index(path, '?'));
    return str_sub(path, 0, str_index(path, '#'));
}

/* A path that is unambiguous: no encoded characters, no "..". */
static bool path_is_plain(struct str path)
{
    if (path.n < 2 || path.n > FOUND_PATH_MAX || path.p[0] != '/' || path.p[1] == '/')
        return false;
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] <= ' ' || path.p[i] > '~' || path.p[i] == '%' || path.p[i] == '\\')
            return false;
    return str_find(path, STR("..")) == path.n;
}

/* A query that can be sent as it is. */
static bool query_is_plain(struct str query)
{
    for (size_t i = 0; i < query.n; i++)
        if (query.p[i] <= ' ' || query.p[i] > '~' || query.p[i] == '\\')
            return false;
    return query.n <= FOUND_QUERY_MAX;
}

/* The path and query of a URL that leads to the base. Returns false for a foreign host. */
static bool find_path(const struct nws *n, struct str found, struct str *ret_path)
{
    struct str host, path = found;

    if (found.n == 0)
        return false;
    if (found.p[0] != '/') {
        if (!url_split(found, &host, &path))
            return false;
        if (str_ieq(host, n->base_host)) {
            /* A proxy that rewrites documents puts its own prefix into them. */
            if (str_starts(path, n->base_path) && str_sub(path, n->base_path.n, path.n).n > 0 &&
                path.p[n->base_path.n] == '/')
                path = str_sub(path, n->base_path.n, path.n);
        } else if (!str_ieq(host, PUBLIC_HOST)) {
            return false;
        }
    }
    *ret_path = path;
    return true;
}

struct str nws_url(const struct nws *n, struct arena *arena, struct str found)
{
    struct str path;

    if (!find_path(n, found, &path))
        return STR_NONE;
    path = strip_query(path);
    if (!path_is_plain(path))
        return STR_NONE;
    return arena_join(arena, (struct str[]){ str_of(n->settings.base_url), path }, 2);
}

struct str nws_page_url(const struct nws *n, struct arena *arena, struct str found)
{
    struct str path, query;

    if (!find_path(n, found, &path))
        return STR_NONE;
    path = str_sub(path, 0, str_index(path, '#'));
    query = str_sub(path, str_index(path, '?'), path.n);
    if (!path_is_plain(strip_query(path)) || !query_is_plain(query))
        return STR_NONE;
    return arena_join(arena, (struct str[]){ str_of(n->settings.base_url), path }, 2);
}

/* ---- the client ---- */

/* Makes a copy that nws_free() frees; NULL when out of memory. */
static const char *own_text(struct nws *n, struct str text)
{
    char *copy = malloc(text.n + 1);

    if (!copy)
        return NULL;
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    n->owned[n->owned_count++] = copy;
    return copy;
}

/* The same for a base URL, validated and without trailing slashes. */
static enum status own_url(struct nws *n, const char *url, const char *fallback,
                           const char **ret_copy, struct err *err)
{
    struct str host, path, whole = str_of(url && *url ? url : fallback);
    bool printable = true;

    for (size_t i = 0; i < whole.n; i++)
        printable = printable && whole.p[i] > ' ' && whole.p[i] <= '~';
    while (whole.n > 0 && whole.p[whole.n - 1] == '/')
        whole.n--;
    if (!printable || whole.n > BASE_URL_MAX || !url_split(whole, &host, &path) ||
        strip_query(path).n != path.n)
        return err_set(err, ST_INVALID, "not a base URL: \"%.200s\"", url ? url : "");
    *ret_copy = own_text(n, whole);
    return *ret_copy ? ST_OK : err_no_memory(err);
}

static enum status copy_settings(struct nws *n, const struct nws_settings *s, struct err *err)
{
    size_t count = 0;
    enum status st;

    n->settings = *s;
    st = own_url(n, s->base_url, BASE_URL_DEFAULT, &n->settings.base_url, err);
    if (st == ST_OK)
        st =
            own_url(n, s->geocoder_here_url, HERE_URL_DEFAULT, &n->settings.geocoder_here_url, err);
    n->settings.radar_url = NULL;
    if (st == ST_OK && s->radar_url && *s->radar_url)
        st = own_url(n, s->radar_url, "", &n->settings.radar_url, err);
    if (st != ST_OK)
        return st;
    url_split(str_of(n->settings.base_url), &n->base_host, &n->base_path);
    n->settings.geocoder_here_key = own_text(n, str_of(s->geocoder_here_key));
    if (!n->settings.geocoder_here_key)
        return err_no_memory(err);
    while (count < GEOCODERS_MAX && s->geocoders && s->geocoders[count]) {
        n->geocoders[count] = own_text(n, str_of(s->geocoders[count]));
        if (!n->geocoders[count++])
            return err_no_memory(err);
    }
    if (count == 0)
        n->geocoders[0] = "gazetteer";
    n->settings.geocoders = n->geocoders;
    return ST_OK;
}

struct nws *nws_create(const struct nws_settings *settings, struct documents *documents,
                       struct shared *shared, struct err *err)
{
    struct nws *n = calloc(1, sizeof *n);

    if (!n) {
        err_no_memory(err);
        return NULL;
    }
    pthread_mutex_init(&n->lock, NULL);
    n->documents = documents;
    n->shared = shared;
    if (copy_settings(n, settings, err) != ST_OK) {
        nws_free(n);
        return NULL;
    }
    return n;
}

void nws_free(struct nws *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < n->owned_count; i++)
        free(n->owned[i]);
    pthread_mutex_destroy(&n->lock);
    free(n);
}

struct documents *nws_documents(const struct nws *n)
{
    return n->documents;
}

struct shared *nws_shared(const struct nws *n)
{
    return n->shared;
}

const char *nws_base(const struct nws *n)
{
    return n->settings.base_url;
}

const struct nws_settings *nws_settings(const struct nws *n)
{
    return &n->settings;
}

/* ---- reports ---- */

/* A collision costs no more than one log line. */
static uint64_t kind_hash(const struct err *err)
{
    uint64_t reason = fnv1a_64(FNV1A_64, str_of(err->reason));

    return fnv1a_64(fnv1a_64_byte(reason, '\n'), str_of(err->text));
}

/* True the first time, until the table is full. */
static bool kind_is_new(struct nws *n, uint64_t kind)
{
    bool is_new;
    size_t i = 0;

    pthread_mutex_lock(&n->lock);
    while (i < n->kind_count && n->kinds[i] != kind)
        i++;
    is_new = i == n->kind_count && i < KINDS_MAX;
    if (is_new)
        n->kinds[n->kind_count++] = kind;
    pthread_mutex_unlock(&n->lock);
    return is_new;
}

void nws_report(struct nws *n, const struct err *err)
{
    if (n && n->settings.report && kind_is_new(n, kind_hash(err)))
        n->settings.report(n->settings.report_data, err);
}

/* ---- fetching ---- */

static void release_object(void *object)
{
    object_release(object);
}

enum status nws_fetch(struct nws *n, const struct call *call,
                      const struct document_request *requests, size_t count,
                      struct document *ret_documents)
{
    return nws_fetch_until(n, call, requests, count, NULL, NULL, ret_documents);
}

enum status nws_fetch_until(struct nws *n, const struct call *call,
                            const struct document_request *requests, size_t count,
                            nws_until_fn *until, void *until_data, struct document *ret_documents)
{
    const struct documents_wait wait = {
        .deadline = call->deadline, .pass = call->pass, .until = until, .until_data = until_data
    };
    enum status st = ST_OK;

    documents_get_waiting(n->documents, requests, count, &wait, ret_documents);
    for (size_t i = 0; i < count; i++) {
        struct document *d = &ret_documents[i];

        if (d->status == ST_WOULD_WAIT && st == ST_OK)
            st = ST_WOULD_WAIT;
        if (!d->object)
            continue;
        if (!arena_on_free(call->arena, release_object, d->object)) {
            d->object = NULL; /* already released by arena_on_free() */
            d->status = ST_SYSTEM;
            err_no_memory(&d->err);
            st = ST_SYSTEM;
        }
    }
    return st;
}

/* The reason, which decides what the apology blames. */
static const char *failure_reason(const struct document *document)
{
    if (strcmp(document->err.reason, "crowded") == 0)
        return "weather_crowded";
    if (document->err.reason[0])
        return document->err.reason;
    if (document->status == ST_SYSTEM)
        return "";
    return document->status == ST_TIMEOUT ? "weather_slow" : "weather_unavailable";
}

enum status nws_document_error(const struct document *document, const char *what, struct err *err)
{
    const char *why =
        document->err.text[0] ? document->err.text : err_status_name(document->status);
    enum status st = document->status;

    if (st == ST_OK || st == ST_WOULD_WAIT)
        return st;
    if (st != ST_NOT_FOUND && st != ST_TIMEOUT && st != ST_SYSTEM)
        st = ST_UNAVAILABLE;
    return err_reason(err, st, failure_reason(document), "%s: %s", what, why);
}
