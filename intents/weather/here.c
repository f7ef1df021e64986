/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/here.c -- geocodes a place with HERE, and filters its results.
 *
 * HERE always returns something, however little it resembles the query. A result is accepted only
 * when it is in the US or a territory that NWS serves, in the requested state, and when its city or
 * ZIP code was matched, not just the surrounding region. */
#include "intents/weather/here.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/nws_internal.h"
#include "intents/weather/us_state.h"
#include "server/base/json.h"
#include "server/base/percent_encoding.h"

enum {
    ITEMS_MAX = 5,
    URL_MAX = 1024,
    FRESH_S = 3600, /* avoids repeated queries for places that never get into LocationCache */
};

/* HERE's score for how well a field matches, 0 to 1; anything lower is a different name. */
static const double SCORE_MIN = 0.7;

#define COUNTRIES "USA,PRI,VIR,GUM,ASM,MNP"
static const struct {
    const char *country, *state;
} territories[] = {
    { "PRI", "PR" }, { "VIR", "VI" }, { "GUM", "GU" }, { "ASM", "AS" }, { "MNP", "MP" },
};

struct here_item {
    char city[128];
    char state[3];
    char zip[6];
    double lat, lon, city_score;
};
struct here_items {
    size_t count;
    struct here_item at[ITEMS_MAX];
};

/* ---- decoding ---- */

/* The postal code of an item's state or territory; NULL outside the area that NWS serves. */
static const char *state_of(const json_t *item)
{
    struct str country = json_str(item, "address.countryCode");
    struct str code = json_str(item, "address.stateCode");

    for (size_t i = 0; i < sizeof territories / sizeof territories[0]; i++)
        if (str_eqz(country, territories[i].country))
            return territories[i].state;
    if (!str_eqz(country, "USA") || code.n != 2)
        return NULL;
    return us_state_find(code);
}

/* Rejects streets and shops with the name of a town. */
static bool is_town(const json_t *item)
{
    struct str type = json_str(item, "resultType");

    return type.n == 0 || str_eqz(type, "locality") || str_eqz(type, "administrativeArea");
}

static bool read_item(struct here_item *item, const json_t *from)
{
    struct str city = str_trim(json_str(from, "address.city"));
    struct str zip = json_str(from, "address.postalCode");
    const char *state = state_of(from);

    *item = (struct here_item){ .city_score = 1.0 };
    if (!state || !is_town(from) || city.n == 0 || city.n >= sizeof item->city ||
        !json_num(from, "position.lat", &item->lat) ||
        !json_num(from, "position.lng", &item->lon) || fabs(item->lat) > 90.0 ||
        fabs(item->lon) > 180.0)
        return false;
    for (size_t i = 0; i < city.n; i++)
        if ((unsigned char)city.p[i] < ' ' || city.p[i] == 0x7f)
            return false;
    memcpy(item->city, city.p, city.n);
    memcpy(item->state, state, 2);
    if (zip.n >= 5)
        memcpy(item->zip, zip.p, 5);
    json_num(from, "scoring.fieldScore.city", &item->city_score);
    return true;
}

enum status here_decode(struct str body, void *unused, struct object **ret_object, struct err *err)
{
    struct here_items *found = NULL;
    const json_t *items, *each;
    json_t *root = NULL;
    size_t i;
    enum status st = json_parse(body, false, &root, err);

    (void)unused;
    if (st != ST_OK)
        return st;
    items = json_object_get(root, "items");
    if (!json_is_array(items)) {
        st = err_set(err, ST_INVALID, "HERE: the response has no list of items");
        goto out;
    }
    found = calloc(1, sizeof *found);
    if (!found) {
        st = err_no_memory(err);
        goto out;
    }
    json_array_foreach (items, i, each) {
        if (found->count < ITEMS_MAX && read_item(&found->at[found->count], each))
            found->count++;
    }
    *ret_object = object_create(found, sizeof *found, free);
    if (!*ret_object)
        st = err_no_memory(err);
out:
    json_decref(root);
    return st;
}

/* ---- querying ---- */

bool here_has_key(const struct nws *n)
{
    return nws_settings(n)->geocoder_here_key[0] != '\0';
}

static struct str geocode_url(const struct nws *n, const struct gazetteer_query *query,
                              const char *state, struct arena *arena)
{
    struct buf words = BUF_INIT(URL_MAX / 4), url = BUF_INIT(URL_MAX);
    const char *name = us_state_name(state);
    struct str result = STR_NONE;

    if (query->zip[0]) {
        buf_putz(&words, query->zip);
    } else {
        buf_put(&words, query->city);
        if (name)
            buf_printf(&words, ", %s", name);
    }
    buf_printf(&url, "%s/geocode?q=", nws_settings(n)->geocoder_here_url);
    percent_encode(&url, buf_str(&words), false);
    buf_printf(&url, "&in=countryCode%%3A");
    percent_encode(&url, STR(COUNTRIES), false);
    buf_printf(&url, "&lang=en-US&limit=%d&apiKey=", (int)ITEMS_MAX);
    percent_encode(&url, str_of(nws_settings(n)->geocoder_here_key), false);
    if (!words.failed && !url.failed)
        result = arena_str(arena, buf_str(&url));
    buf_free(&words);
    buf_free(&url);
    return result;
}

static bool item_matches(const struct here_item *item, const struct gazetteer_query *query,
                         const char *state)
{
    if (query->zip[0])
        return strcmp(item->zip, query->zip) == 0;
    return item->city_score >= SCORE_MIN && (!*state || strcmp(item->state, state) == 0);
}

static const char *fault_name(const struct document *document)
{
    if (document->not_asked)
        return "not_asked";
    if (document->http_status >= 300)
        return document->http_status < 400 ? "3xx" : document->http_status < 500 ? "4xx" : "5xx";
    if (document->status == ST_TIMEOUT)
        return "timeout";
    return document->status == ST_INVALID ? "unreadable" : "no_response";
}

static enum status here_error(struct nws *n, const struct document *document, struct err *err)
{
    const struct nws_settings *settings = nws_settings(n);
    struct err fault = ERR_NONE;
    enum status st = document->status == ST_TIMEOUT ? ST_TIMEOUT : ST_UNAVAILABLE;

    if (document->not_asked)
        err_reason(&fault, st, "geocoder_unavailable", "HERE is not called at the moment");
    else if (document->http_status >= 300)
        err_reason(&fault, st, "geocoder_unavailable", "HERE: HTTP status %ld",
                   document->http_status);
    else
        err_reason(&fault, st, "geocoder_unavailable", "HERE: %s",
                   err_status_name(document->status));
    if (settings->report_here)
        settings->report_here(settings->report_data, fault_name(document), &fault);
    return err_reason(err, st, fault.reason, "%s", fault.text);
}

/* Searches in one state, or anywhere when it is "". */
static enum status find_in_state(struct nws *n, const struct gazetteer_query *query,
                                 const char *state, const struct call *call,
                                 struct gazetteer_hit *ret_hit, struct err *err)
{
    struct str url = geocode_url(n, query, state, call->arena);
    struct document_request request = {
        .url = url.p,
        .label = "geocode",
        .decode = here_decode,
        .min_fresh_s = FRESH_S,
        .max_fresh_s = FRESH_S,
        .memory_only = true, /* the URL contains the API key */
    };
    struct document document;
    const struct here_items *found;

    if (url.n == 0)
        return arena_failed(call->arena) ? err_no_memory(err) : ST_MISS;
    if (nws_fetch(n, call, &request, 1, &document) == ST_WOULD_WAIT)
        return ST_WOULD_WAIT;
    if (document.status != ST_OK)
        return here_error(n, &document, err);
    found = document.object->data;
    for (size_t i = 0; i < found->count; i++) {
        const struct here_item *item = &found->at[i];

        if (!item_matches(item, query, state))
            continue;
        *ret_hit = (struct gazetteer_hit){
            .city = str_of(item->city), /* the document is valid as long as the arena */
            .lat = item->lat,
            .lon = item->lon,
        };
        memcpy(ret_hit->state, item->state, sizeof ret_hit->state);
        return ST_OK;
    }
    return ST_MISS;
}

enum status here_find(struct nws *n, const struct gazetteer_query *query, const char *home_state,
                      const struct call *call, struct gazetteer_hit *ret_hit, struct err *err)
{
    enum status st = ST_MISS;

    if (!here_has_key(n))
        return ST_MISS;
    if (!query->zip[0] && !query->state[0] && home_state && *home_state)
        st = find_in_state(n, query, home_state, call, ret_hit, err);
    if (st == ST_MISS)
        st = find_in_state(n, query, query->state, call, ret_hit, err);
    return st;
}
