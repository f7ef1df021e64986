/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/periods.c -- decodes the extended forecast.
 *
 * NWS renders the list about once an hour, so its first period may have ended. A name such as
 * "Memorial Day" says nothing about the time: only the times count. Periods are always sorted by
 * start, have a name and a text, and end after they begin. */
#include "intents/weather/periods.h"

#include <stdlib.h>

#include "intents/weather/gridpoint.h"
#include "intents/weather/text_pool.h"
#include "server/base/json.h"
#include "server/base/time_text.h"

enum { PERIODS_MAX = 64, NAME_MAX_BYTES = 64, BRIEF_MAX = 512, TEXT_MAX = 4096 };

struct period_list {
    size_t count;
    bool unread;                 /* some periods of the document are not in it */
    int64_t issued;              /* 0: unknown */
    struct forecast_period at[]; /* their texts follow in memory */
};

/* What the document says of all periods. */
struct list_facts {
    bool unread;
    int64_t issued;
};

/* A period while it is being decoded; its texts are borrowed from the JSON tree. */
struct period_draft {
    struct forecast_period period;
    struct str name, text, brief;
};

/* The figures are for screens and programs: the texts have them too. A quantity, instead of a
 * number with temperatureUnit, is what NWS sends where "forecast_temperature_qv" is on. */
static void read_period_figures(const json_t *element, struct forecast_period *p)
{
    double degrees;
    struct str unit = json_str(element, "temperatureUnit");
    bool plain = json_num(element, "temperature", &degrees);
    bool quantity = !plain && json_num(element, "temperature.value", &degrees);
    bool celsius = quantity || str_eqz(unit, "C");

    p->has_chance = json_num(element, "probabilityOfPrecipitation.value", &p->chance) &&
                    p->chance >= 0 && p->chance <= 100;
    if (quantity && !str_eqz(json_str(element, "temperature.unitCode"), "wmoUnit:degC"))
        return;
    p->has_temperature =
        (plain || quantity) && degrees > -200 && degrees < 200 && (celsius || str_eqz(unit, "F"));
    if (p->has_temperature)
        p->temperature_c = celsius ? degrees : (degrees - 32) / 1.8;
}

static bool read_period(const json_t *element, struct period_draft *f)
{
    *f = (struct period_draft){ .name = str_trim(json_str(element, "name")),
                                .text = str_trim(json_str(element, "detailedForecast")),
                                .brief = str_trim(json_str(element, "shortForecast")) };
    read_period_figures(element, &f->period);
    f->period.daytime = json_bool(element, "isDaytime", false);
    return time_parse_rfc3339(json_str(element, "startTime"), &f->period.start) &&
           time_parse_rfc3339(json_str(element, "endTime"), &f->period.end) &&
           f->period.start < f->period.end && f->name.n > 0 && (f->text.n > 0 || f->brief.n > 0);
}

static int by_start(const void *a, const void *b)
{
    const struct period_draft *x = a, *y = b;

    if (x->period.start != y->period.start)
        return x->period.start < y->period.start ? -1 : 1;
    return x->period.end < y->period.end ? -1 : x->period.end > y->period.end;
}

static enum status pack_periods(const struct period_draft *drafts, size_t count,
                                const struct list_facts *facts, struct object **ret_object,
                                struct err *err)
{
    size_t bytes = sizeof(struct period_list) + count * sizeof(struct forecast_period);
    struct period_list *list;
    struct text_pool pool;

    for (size_t i = 0; i < count; i++)
        bytes += text_pool_size(drafts[i].name, NAME_MAX_BYTES) +
                 text_pool_size(drafts[i].text, TEXT_MAX) +
                 text_pool_size(drafts[i].brief, BRIEF_MAX);
    list = malloc(bytes);
    if (!list)
        return err_no_memory(err);
    list->count = count;
    list->unread = facts->unread;
    list->issued = facts->issued;
    pool.at = (char *)&list->at[count];
    for (size_t i = 0; i < count; i++) {
        list->at[i] = drafts[i].period;
        list->at[i].name = text_pool_add(&pool, drafts[i].name, NAME_MAX_BYTES);
        list->at[i].text = text_pool_add(&pool, drafts[i].text, TEXT_MAX);
        list->at[i].brief = text_pool_add(&pool, drafts[i].brief, BRIEF_MAX);
    }
    *ret_object = object_create(list, bytes, free);
    return *ret_object ? ST_OK : err_no_memory(err);
}

enum status periods_decode(struct str body, struct object **ret_object, struct err *err)
{
    struct period_draft drafts[PERIODS_MAX];
    json_t *root = NULL;
    const json_t *periods;
    struct list_facts facts = { .issued = 0 };
    size_t count = 0;
    enum status st;

    st = json_parse(body, false, &root, err);
    if (st != ST_OK)
        goto out;
    periods = json_at(root, "properties.periods");
    if (!periods)
        periods = json_at(root, "periods"); /* JSON-LD has them at the top level */
    if (!time_parse_rfc3339(json_str(root, "properties.updateTime"), &facts.issued))
        (void)time_parse_rfc3339(json_str(root, "updateTime"), &facts.issued);
    if (!json_is_array(periods)) {
        st = err_reason(err, ST_INVALID, "document_odd", "periods: the document has no list");
        goto out;
    }
    for (size_t i = 0; i < json_array_size(periods) && count < PERIODS_MAX; i++)
        if (read_period(json_array_get(periods, i), &drafts[count]))
            count++;
    qsort(drafts, count, sizeof drafts[0], by_start);
    facts.unread = count < json_array_size(periods);
    st = pack_periods(drafts, count, &facts, ret_object, err);
out:
    json_decref(root);
    return st;
}

static enum status decode_periods(struct str body, void *data, struct object **ret_object,
                                  struct err *err)
{
    (void)data;
    return periods_decode(body, ret_object, err);
}

static struct str periods_url(const struct place *place)
{
    return place->forecast_url;
}

static const struct gridpoint_kind periods_kind = { "periods", "the extended forecast", periods_url,
                                                    decode_periods };

size_t periods_foresee(struct nws *n, const struct call *call, const struct place *place,
                       struct document_request ret_requests[FORESIGHT_MAX])
{
    return gridpoint_foresee(n, call, place, &periods_kind, ret_requests);
}

enum status periods_get(struct nws *n, const struct call *call, struct place *place,
                        struct forecast_periods *ret_periods, struct err *err)
{
    struct document document;
    const struct period_list *list;
    size_t ended = 0;
    enum status st = gridpoint_fetch(n, call, place, &periods_kind, &document, err);

    if (st != ST_OK)
        return st;
    list = document.object->data;
    while (ended < list->count && list->at[ended].end <= call->now)
        ended++;
    *ret_periods = (struct forecast_periods){ .count = list->count - ended,
                                              .at = list->at + ended,
                                              .unread = list->unread,
                                              .ended = ended > 0,
                                              .stale = document.stale,
                                              .age_s = document.age_s,
                                              .issued = list->issued };
    return ST_OK;
}
