/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/periods.c -- NWS's own words for the coming half-days.
 *
 * The list is a rendering that may be an hour old, so the first period can be over. Names are for
 * people ("Memorial Day"), times decide. Holds always: periods are sorted by start, have a name and
 * a text, and end after they begin. */
#include "intents/weather/periods.h"

#include <stdlib.h>

#include "intents/weather/gridpoint.h"
#include "intents/weather/text_pool.h"
#include "server/base/json.h"
#include "server/base/time_text.h"

enum { PERIODS_MAX = 64, NAME_MAX_BYTES = 64, BRIEF_MAX = 512, TEXT_MAX = 4096 };

struct period_list {
    size_t count;
    struct forecast_period at[]; /* their texts behind the last */
};

/* One period while the document is there: its texts are borrowed from the tree. */
struct found {
    struct forecast_period period;
    struct str name, text, brief;
};

static bool read_period(const json_t *element, struct found *f)
{
    *f = (struct found){ .name = str_trim(json_str(element, "name")),
                         .text = str_trim(json_str(element, "detailedForecast")),
                         .brief = str_trim(json_str(element, "shortForecast")) };
    f->period.daytime = json_bool(element, "isDaytime", false);
    return time_parse_rfc3339(json_str(element, "startTime"), &f->period.start) &&
           time_parse_rfc3339(json_str(element, "endTime"), &f->period.end) &&
           f->period.start < f->period.end && f->name.n > 0 && (f->text.n > 0 || f->brief.n > 0);
}

static int by_start(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    if (x->period.start != y->period.start)
        return x->period.start < y->period.start ? -1 : 1;
    return x->period.end < y->period.end ? -1 : x->period.end > y->period.end;
}

static enum status pack(const struct found *found, size_t count, struct object **ret_object,
                        struct err *err)
{
    size_t bytes = sizeof(struct period_list) + count * sizeof(struct forecast_period);
    struct period_list *list;
    struct text_pool pool;

    for (size_t i = 0; i < count; i++)
        bytes += text_pool_size(found[i].name, NAME_MAX_BYTES) +
                 text_pool_size(found[i].text, TEXT_MAX) +
                 text_pool_size(found[i].brief, BRIEF_MAX);
    list = malloc(bytes);
    if (!list)
        return err_set(err, ST_SYSTEM, "periods: out of memory");
    list->count = count;
    pool.at = (char *)&list->at[count];
    for (size_t i = 0; i < count; i++) {
        list->at[i] = found[i].period;
        list->at[i].name = text_pool_add(&pool, found[i].name, NAME_MAX_BYTES);
        list->at[i].text = text_pool_add(&pool, found[i].text, TEXT_MAX);
        list->at[i].brief = text_pool_add(&pool, found[i].brief, BRIEF_MAX);
    }
    *ret_object = object_create(list, bytes, free);
    return *ret_object ? ST_OK : err_set(err, ST_SYSTEM, "periods: out of memory");
}

enum status periods_decode(struct str body, struct object **ret_object, struct err *err)
{
    struct found found[PERIODS_MAX];
    json_t *root = NULL;
    const json_t *periods;
    size_t count = 0;
    enum status st;

    st = json_parse(body, false, &root, err);
    if (st != ST_OK)
        goto out;
    periods = json_at(root, "properties.periods");
    if (!periods)
        periods = json_at(root, "periods"); /* JSON-LD: at the top */
    if (!json_is_array(periods)) {
        st = err_reason(err, ST_INVALID, "document_odd", "periods: a document without a list");
        goto out;
    }
    for (size_t i = 0; i < json_array_size(periods) && count < PERIODS_MAX; i++)
        if (read_period(json_array_get(periods, i), &found[count]))
            count++;
    qsort(found, count, sizeof found[0], by_start);
    st = pack(found, count, ret_object, err);
out:
    json_decref(root);
    return st;
}

static enum status decode(struct str body, void *data, struct object **ret_object, struct err *err)
{
    (void)data;
    return periods_decode(body, ret_object, err);
}

static struct str url(const struct place *place)
{
    return place->forecast_url;
}

enum status periods_get(struct nws *n, const struct call *call, struct place *place,
                        struct forecast_periods *ret, struct err *err)
{
    static const struct gridpoint_kind kind = { "periods", "the extended forecast", url, decode };
    struct document document;
    const struct period_list *list;
    size_t over = 0;
    enum status st = gridpoint_fetch(n, call, place, &kind, &document, err);

    if (st != ST_OK)
        return st;
    list = document.object->data;
    while (over < list->count && list->at[over].end <= call->now)
        over++;
    *ret = (struct forecast_periods){ .count = list->count - over,
                                      .at = list->at + over,
                                      .stale = document.stale,
                                      .age_s = document.age_s };
    return ST_OK;
}
