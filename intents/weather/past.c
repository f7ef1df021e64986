/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/past.c -- fetches and decodes what a station has reported in a time of the past.
 *
 * The decoder is that of the current conditions; of its reports only the values that can be
 * compared are kept. */
#include "intents/weather/past.h"

#include <stdlib.h>
#include <string.h>

#include "intents/weather/nws_internal.h"
#include "intents/weather/observation_internal.h"
#include "intents/weather/point.h"
#include "server/base/time_text.h"

enum {
    LIMIT = 500,       /* reports of one document, the most that NWS gives */
    FRESH_S_MIN = 300, /* late reports still arrive */
    FRESH_S_MAX = 3600,
    HOUR = 3600,
};

struct past_report past_report_of(const struct observation *o)
{
    struct past_report r = { .time = o->time,
                             .temperature = o->temperature,
                             .felt = o->temperature,
                             .dewpoint = o->dewpoint,
                             .humidity = o->humidity,
                             .wind = o->wind_speed,
                             .gust = o->wind_gust };

    if (o->wind_chill.has)
        r.felt = o->wind_chill;
    else if (o->heat_index.has)
        r.felt = o->heat_index;
    if (!r.gust.has && !r.gust.doubtful) /* null: the wind is not gusting */
        r.gust = r.wind;
    return r;
}

enum status past_decode(struct str body, struct nws *n, struct object **ret_object, struct err *err)
{
    struct object *whole = NULL;
    const struct observation_list *list;
    struct past *past;
    size_t bytes;
    enum status st = observation_decode_list(body, n, LIMIT, &whole, err);

    if (st != ST_OK)
        return st;
    list = whole->data;
    bytes = sizeof *past + list->count * sizeof past->at[0];
    past = malloc(bytes);
    if (past) {
        past->count = list->count;
        past->unread = list->unread;
        for (size_t i = 0; i < list->count; i++)
            past->at[i] = past_report_of(&list->at[i]);
    }
    object_release(whole);
    if (!past)
        return err_no_memory(err);
    *ret_object = object_create(past, bytes, free);
    return *ret_object ? ST_OK : err_no_memory(err);
}

static enum status decode(struct str body, void *data, struct object **ret_object, struct err *err)
{
    return past_decode(body, data, ret_object, err);
}

/* A station that has sent nothing answers with an empty list, or as one without observations. */
static bool is_silent(const struct document *d)
{
    return d->status == ST_NOT_FOUND && strcmp(d->problem, "NotFound") == 0;
}

enum status past_get(struct nws *n, const struct call *call, struct str station, int64_t from,
                     int64_t to, const struct past **ret_past, struct err *err)
{
    static const struct past none = { .count = 0 };
    char start[TIME_TEXT_BYTES], end[TIME_TEXT_BYTES];
    struct document_request request = { .label = "observations",
                                        .decode = decode,
                                        .data = n,
                                        .min_fresh_s = FRESH_S_MIN,
                                        .max_fresh_s = FRESH_S_MAX };
    struct document document;

    if (!point_id_valid(station)) /* it goes into the URL */
        return err_reason(err, ST_UNAVAILABLE, "weather_unavailable", "an invalid station id");
    time_format_rfc3339(from - from % HOUR, start);
    time_format_rfc3339(to + (HOUR - to % HOUR) % HOUR, end);
    request.url =
        arena_printf(call->arena, "%s/stations/%.*s/observations?start=%s&end=%s&limit=%d",
                     nws_base(n), STR_ARG(station), start, end, LIMIT)
            .p;
    if (arena_failed(call->arena) || nws_fetch(n, call, &request, 1, &document) == ST_SYSTEM)
        return err_no_memory(err);
    if (document.status == ST_OK)
        *ret_past = document.object->data;
    else if (is_silent(&document))
        *ret_past = &none;
    else
        return document.status == ST_NOT_FOUND
                   ? err_reason(err, ST_UNAVAILABLE, "weather_unavailable", "no past observations")
                   : nws_document_error(&document, "past observations", err);
    return ST_OK;
}
