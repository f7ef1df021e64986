/* SPDX-License-Identifier: Apache-2.0 */
/* intents/forecast_short.c -- one metric of a forecast in one breath: a sentence that begins with
 * its figure. */
#include "intents/answer_phrase.h"
#include "intents/figures/feels.h"
#include "intents/forecast_words.h"
#include "intents/speech/phrase.h"
#include "server/base/date_names.h"

#include <math.h>
#include <string.h>

/* ---- when and where ---- */

/* Does the name of a period take "on": "Monday night", "March 3rd", "the night of March 3rd"? */
static bool takes_on(struct str name)
{
    struct str word = STR_NONE, rest = name;

    (void)str_word(&rest, &word);
    return is_weekday_or_month(word) || str_eqz(word, "the");
}

/* " tomorrow in Boulder, Colorado", " on Monday night". */
static void say_forecast_when_and_where(struct buf *out, const struct forecast_told *t)
{
    buf_putz(out, takes_on(t->when->name) ? " on " : " ");
    buf_put(out, t->when->name);
    if (!t->names_place)
        return;
    buf_putc(out, ' ');
    answer_phrase_at_place(out, t->place);
}

/* "Tomorrow in Boulder, Colorado: ". */
void forecast_put_heading(struct buf *out, const struct forecast_told *t)
{
    size_t start = out->n;

    buf_put(out, t->when->name);
    phrase_capitalize(out, start);
    if (t->names_place) {
        buf_putc(out, ' ');
        answer_phrase_at_place(out, t->place);
    }
    buf_putz(out, ": ");
}

/* ---- one metric ---- */

bool forecast_feels_colder(const struct forecast_told *t)
{
    const struct outlook_figures *f = t->figures;

    return f->wind_chill.has && feels_apart(f->wind_chill_apart_c) && feels_cold(f->wind_chill.low);
}

bool forecast_feels_hotter(const struct forecast_told *t)
{
    return t->figures->heat_index.has && feels_apart(t->figures->heat_index_apart_c);
}

/* ", with a wind chill from 20 to 25 degrees". */
static void say_forecast_feels_like(struct buf *out, const struct forecast_told *t)
{
    const struct outlook_figures *f = t->figures;

    if (forecast_feels_colder(t))
        forecast_put_range(out, t, &f->wind_chill, "wind chill");
    else if (forecast_feels_hotter(t))
        forecast_put_range(out, t, &f->heat_index, "heat index");
}

static bool say_forecast_temperature(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_temperature)
        return false;
    buf_printf(out, "A %s of ", t->when->daytime ? "high" : "low");
    units_put_degrees(out, units_degrees(t->figures->temperature_c, t->units));
    say_forecast_when_and_where(out, t);
    say_forecast_feels_like(out, t);
    buf_putc(out, '.');
    return true;
}

/* "What's the heat index tomorrow?" */
struct index {
    const char *name;
    const struct outlook_range *range;
    bool none; /* as far as all hours are known */
};

static bool say_forecast_index(struct buf *out, const struct forecast_told *t,
                               const struct index *index)
{
    int low = units_degrees(index->range->low, t->units);
    int high = units_degrees(index->range->high, t->units);

    if (!t->figures->has_temperature)
        return false;
    if (index->range->has) {
        buf_printf(out, "A %s ", index->name);
        if (low == high)
            buf_putz(out, "of ");
        else
            buf_printf(out, "from %d to ", low);
        units_put_degrees(out, high);
    } else if (index->none) {
        buf_printf(out, "No %s to speak of", index->name);
    } else {
        buf_printf(out, "The forecast doesn't give the %s", index->name);
    }
    say_forecast_when_and_where(out, t);
    buf_printf(out, ", with a %s of ", t->when->daytime ? "high" : "low");
    units_put_degrees(out, units_degrees(t->figures->temperature_c, t->units));
    buf_putc(out, '.');
    return true;
}

static bool say_forecast_skys(struct buf *out, const struct forecast_told *t)
{
    size_t start = out->n;

    forecast_put_heading(out, t);
    if (!forecast_put_sky(out, t)) {
        buf_truncate(out, start);
        return false;
    }
    buf_putc(out, '.');
    return true;
}

static bool say_forecast_summary(struct buf *out, const struct forecast_told *t)
{
    size_t start = out->n;

    forecast_put_heading(out, t);
    if (!forecast_put_conditions(out, t, 0) && !forecast_put_sky(out, t)) {
        buf_truncate(out, start);
        return false;
    }
    buf_putc(out, '.');
    return true;
}

static bool say_forecast_precipitation(struct buf *out, const struct forecast_told *t)
{
    const struct precipitation *p = &t->figures->precipitation;

    if (!p->has_chance)
        return false;
    buf_printf(out, "The chance of precipitation is %d percent", units_round(p->chance));
    say_forecast_when_and_where(out, t);
    if (p->chance > 0.0)
        forecast_put_amounts(out, t, false);
    buf_putc(out, '.');
    forecast_put_open_kind(out, t);
    if (!p->whole)
        buf_putz(out, " The forecast covers only part of that time.");
    return true;
}

static bool say_forecast_wind(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_wind)
        return false;
    if (forecast_wind_high(t) == 0) {
        buf_putz(out, "The wind will be calm");
        buf_putz(out, t->figures->wind_covered ? "" : " for part of the time");
    } else {
        buf_putz(out, "Wind ");
        forecast_put_wind(out, t);
    }
    say_forecast_when_and_where(out, t);
    units_put_gusts(out, forecast_wind_gust(t), t->units);
    buf_putc(out, '.');
    return true;
}

static bool say_forecast_pressure(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_pressure)
        return false;
    buf_putz(out, "The barometric pressure will be ");
    (void)forecast_put_pressure(out, t);
    buf_putc(out, ',');
    say_forecast_when_and_where(out, t);
    buf_putc(out, '.');
    return true;
}

static bool say_forecast_humidity(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_humidity)
        return false;
    buf_printf(out, "The relative humidity will be as high as %d percent",
               units_round(t->figures->humidity));
    say_forecast_when_and_where(out, t);
    buf_putc(out, '.');
    return true;
}

static bool say_forecast_dewpoint(struct buf *out, const struct forecast_told *t)
{
    if (!t->figures->has_dewpoint)
        return false;
    buf_putz(out, "The dewpoint will be as high as ");
    units_put_degrees(out, units_degrees(t->figures->dewpoint_c, t->units));
    say_forecast_when_and_where(out, t);
    buf_putc(out, '.');
    return true;
}

bool forecast_put_short(struct buf *out, const struct question *q, const struct forecast_told *t)
{
    static bool (*const sentences[METRIC_DEFAULTS])(struct buf *, const struct forecast_told *) = {
        [METRIC_SUMMARY] = say_forecast_summary,
        [METRIC_TEMPERATURE] = say_forecast_temperature,
        [METRIC_SKYS] = say_forecast_skys,
        [METRIC_PRECIPITATION] = say_forecast_precipitation,
        [METRIC_WIND] = say_forecast_wind,
        [METRIC_PRESSURE] = say_forecast_pressure,
        [METRIC_HUMIDITY] = say_forecast_humidity,
        [METRIC_DEWPOINT] = say_forecast_dewpoint,
    };
    const struct outlook_figures *f = t->figures;

    const struct index chill = { "wind chill", &f->wind_chill, f->no_wind_chill };
    const struct index heat = { "heat index", &f->heat_index, f->no_heat_index };

    if (strcmp(q->words.about, "wind chill") == 0)
        return say_forecast_index(out, t, &chill);
    if (strcmp(q->words.about, "heat index") == 0)
        return say_forecast_index(out, t, &heat);
    return sentences[q->metrics[0]](out, t);
}
