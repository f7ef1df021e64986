/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/asked_measure.c -- which measure the slot `metric` means, and measures in words. */
#include "intents/ask/asked_measure.h"

#include "intents/metric.h"

/* Words for measures that are not metrics, or that mean a finer one. */
static const struct {
    const char *words;
    enum measure measure;
} finer[] = {
    { "heat index", MEASURE_FELT }, { "wind chill", MEASURE_FELT }, { "windchill", MEASURE_FELT },
    { "feels like", MEASURE_FELT }, { "gust", MEASURE_GUST },       { "gusts", MEASURE_GUST },
    { "wind gust", MEASURE_GUST },  { "wind gusts", MEASURE_GUST }, { "cloud cover", MEASURE_SKY },
    { "clouds", MEASURE_SKY },
};

static bool measure_of(enum metric_id id, enum measure *ret_measure)
{
    static const struct {
        enum metric_id metric;
        enum measure measure;
    } all[] = {
        { METRIC_TEMPERATURE, MEASURE_TEMPERATURE }, { METRIC_ALL, MEASURE_TEMPERATURE },
        { METRIC_SUMMARY, MEASURE_TEMPERATURE },     { METRIC_DEWPOINT, MEASURE_DEWPOINT },
        { METRIC_HUMIDITY, MEASURE_HUMIDITY },       { METRIC_WIND, MEASURE_WIND },
        { METRIC_PRECIPITATION, MEASURE_CHANCE },    { METRIC_SKYS, MEASURE_SKY },
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i].metric == id) {
            *ret_measure = all[i].measure;
            return true;
        }
    }
    return false;
}

enum status asked_measure(struct turn *turn, enum measure *ret_measure, struct err *err)
{
    enum { SUBJECT_MAX = 40 };
    struct str slot = turn_slot(turn, "metric");
    struct metric_words words = { .id = METRIC_TEMPERATURE };

    for (size_t i = 0; i < sizeof finer / sizeof finer[0]; i++) {
        if (str_eqz(slot, finer[i].words)) {
            *ret_measure = finer[i].measure;
            return ST_OK;
        }
    }
    if (metric_unsupported(slot))
        return err_reason(err, ST_INVALID, metric_unsupported(slot), "not published");
    turn->subject = slot.n <= SUBJECT_MAX ? slot : STR_NONE;
    if (slot.n > 0 && !metric_find(slot, &words))
        return err_reason(err, ST_INVALID, "metric_unknown", "no such metric");
    if (!measure_of(words.id, ret_measure))
        return err_reason(err, ST_INVALID, "measure_unknown", "a metric without a single number");
    return ST_OK;
}

void measure_put_name(struct buf *out, enum measure m)
{
    buf_printf(out, "the %s", m == MEASURE_FELT ? "temperature it feels like" : measure_name(m));
}

void measure_put_value(struct buf *out, enum measure m, int spoken, enum units_system system)
{
    switch (measure_unit(m)) {
    case MEASURE_IN_DEGREES:
        units_put_degrees(out, spoken);
        return;
    case MEASURE_IN_SPEED:
        units_put_wind_speed(out, spoken, system);
        return;
    case MEASURE_IN_PLAIN:
        break;
    }
    buf_printf(out, "%d percent", spoken);
}
