/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/grid.c -- queries on the layers of a grid point.
 *
 * NWS sends a layer as runs: a start, a duration, a value. Runs differ in length, and there may be
 * gaps. Queries search the runs instead of an hourly table, because gaps must not be lost ("no
 * forecast" is not "zero"), and because prorating an amount needs the true ends of its run. */
#include "intents/weather/grid.h"

#include <math.h>
#include <string.h>

#include "intents/weather/grid_internal.h"
#include "intents/weather/gridpoint.h"

#define PI 3.14159265358979323846

int64_t grid_start(const struct grid *g)
{
    return g->start;
}

int64_t grid_end(const struct grid *g)
{
    return g->end;
}

int64_t grid_issued(const struct grid *g)
{
    return g->issued;
}

static enum status decode_grid(struct str body, void *data, struct object **ret_object,
                               struct err *err)
{
    return grid_decode(body, data, ret_object, err);
}

static struct str grid_url(const struct place *place)
{
    return place->grid_url;
}

static const struct gridpoint_kind grid_kind = { "grid", "the raw forecast", grid_url,
                                                 decode_grid };

size_t grid_foresee(struct nws *n, const struct call *call, const struct place *place,
                    struct document_request ret_requests[FORESIGHT_MAX])
{
    return gridpoint_foresee(n, call, place, &grid_kind, ret_requests);
}

enum status grid_get(struct nws *n, const struct call *call, struct place *place,
                     struct grid_answer *ret_answer, struct err *err)
{
    struct document document;
    enum status st = gridpoint_fetch(n, call, place, &grid_kind, &document, err);

    if (st == ST_OK)
        *ret_answer = (struct grid_answer){ .grid = document.object->data,
                                            .stale = document.stale,
                                            .age_s = document.age_s };
    return st;
}

/* ---- iterating over the runs of a layer that overlap a period ---- */

struct run_iter {
    const struct grid_run *at, *end;
    int64_t from, to; /* seconds from grid.base */
};

/* Binary search for the first run that ends after `t`. */
static const struct grid_run *first_after(const struct grid_run *runs, size_t count, int64_t t)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runs[middle].end > t)
            high = middle;
        else
            low = middle + 1;
    }
    return runs + low;
}

static struct run_iter run_iter_begin(const struct grid *g, enum grid_layer layer, int64_t from,
                                      int64_t to)
{
    const struct grid_layer_runs *l = &g->layers[layer];
    const struct grid_run *runs = g->runs + l->first;
    struct run_iter w = { .from = from - g->base, .to = to - g->base };

    w.at = first_after(runs, l->count, w.from);
    w.end = runs + l->count;
    return w;
}

/* The next run that overlaps the period; NULL when there is none left. */
static const struct grid_run *run_iter_next(struct run_iter *w)
{
    if (w->at == w->end || w->at->start >= w->to || w->from >= w->to)
        return NULL;
    return w->at++;
}

/* How long a run overlaps the period. */
static int64_t overlap_s(const struct run_iter *w, const struct grid_run *r)
{
    int64_t from = r->start > w->from ? r->start : w->from;
    int64_t to = r->end < w->to ? r->end : w->to;

    return to - from;
}

/* ---- values ---- */

bool grid_at(const struct grid *g, enum grid_layer layer, int64_t t, double *ret_value)
{
    struct run_iter w = run_iter_begin(g, layer, t, t + 1);
    const struct grid_run *r = run_iter_next(&w);

    if (!r)
        return false;
    *ret_value = r->value;
    return true;
}

bool grid_run_at(const struct grid *g, enum grid_layer layer, int64_t t, int64_t *ret_start,
                 int64_t *ret_end, double *ret_value)
{
    struct run_iter w = run_iter_begin(g, layer, t, t + 1);
    const struct grid_run *r = run_iter_next(&w);

    if (!r)
        return false;
    *ret_start = g->base + r->start;
    *ret_end = g->base + r->end;
    *ret_value = r->value;
    return true;
}

static bool find_extremes(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                          double *ret_low, double *ret_high)
{
    struct run_iter w = run_iter_begin(g, layer, from, to);
    const struct grid_run *r = run_iter_next(&w);
    double low, high;

    if (!r)
        return false;
    low = high = r->value;
    while ((r = run_iter_next(&w))) {
        low = fmin(low, r->value);
        high = fmax(high, r->value);
    }
    *ret_low = low;
    *ret_high = high;
    return true;
}

bool grid_highest(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                  double *ret_value)
{
    double low;

    return find_extremes(g, layer, from, to, &low, ret_value);
}

bool grid_lowest(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                 double *ret_value)
{
    double high;

    return find_extremes(g, layer, from, to, ret_value, &high);
}

bool grid_longest(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                  double *ret_value)
{
    struct run_iter w = run_iter_begin(g, layer, from, to);
    const struct grid_run *r, *best = NULL;
    int64_t longest = 0;

    while ((r = run_iter_next(&w)))
        if (overlap_s(&w, r) > longest) { /* on a tie the earlier run wins */
            longest = overlap_s(&w, r);
            best = r;
        }
    if (!best)
        return false;
    *ret_value = best->value;
    return true;
}

bool grid_total(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
                double *ret_mm)
{
    struct run_iter w = run_iter_begin(g, layer, from, to);
    const struct grid_run *r;
    int64_t covered = 0;
    double total = 0.0;

    while ((r = run_iter_next(&w))) {
        int64_t overlap = overlap_s(&w, r);
        covered += overlap;
        total += r->value * (double)overlap / (double)(r->end - r->start);
    }
    if (to <= from || covered < to - from)
        return false;
    *ret_mm = total;
    return true;
}

int64_t grid_covered_s(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to)
{
    struct run_iter w = run_iter_begin(g, layer, from, to);
    const struct grid_run *r;
    int64_t covered = 0;

    while ((r = run_iter_next(&w)))
        covered += overlap_s(&w, r);
    return covered;
}

bool grid_covers(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to)
{
    return from < to && grid_covered_s(g, layer, from, to) == to - from;
}

bool grid_unread(const struct grid *g, enum grid_layer layer)
{
    return g->layers[layer].unread;
}

bool grid_ends(const struct grid *g, enum grid_layer layer, int64_t from, int64_t to,
               double *ret_first, double *ret_last)
{
    struct run_iter w = run_iter_begin(g, layer, from, to);
    const struct grid_run *first = run_iter_next(&w), *last = first, *r;

    if (!first)
        return false;
    while ((r = run_iter_next(&w)))
        last = r;
    *ret_first = first->value;
    *ret_last = last->value;
    return true;
}

/* ---- wind ---- */

/* The direction of the mean wind vector, each run weighted by its duration. False when the wind is
 * calm or its vectors cancel out. */
static bool prevailing_direction(const struct grid *g, int64_t from, int64_t to,
                                 double *ret_degrees)
{
    struct run_iter speeds = run_iter_begin(g, GRID_WIND_SPEED, from, to);
    const struct grid_run *speed;
    double north = 0.0, east = 0.0, sum = 0.0, degrees;

    while ((speed = run_iter_next(&speeds))) {
        int64_t start = speed->start > speeds.from ? speed->start : speeds.from;
        int64_t end = speed->end < speeds.to ? speed->end : speeds.to;
        struct run_iter directions =
            run_iter_begin(g, GRID_WIND_DIRECTION, g->base + start, g->base + end);
        const struct grid_run *direction;

        while ((direction = run_iter_next(&directions))) {
            double weight = speed->value * (double)overlap_s(&directions, direction);
            north += weight * cos(direction->value * PI / 180.0);
            east += weight * sin(direction->value * PI / 180.0);
            sum += weight;
        }
    }
    if (hypot(north, east) <= 1e-6 * sum)
        return false;
    degrees = atan2(east, north) * 180.0 / PI;
    if (degrees < 0.0)
        degrees += 360.0;
    *ret_degrees = degrees < 360.0 ? degrees : 0.0; /* -1e-20 + 360 is 360 */
    return true;
}

bool grid_wind(const struct grid *g, int64_t from, int64_t to, struct grid_wind *ret_wind)
{
    struct grid_wind wind = { 0 };

    if (!find_extremes(g, GRID_WIND_SPEED, from, to, &wind.low, &wind.high))
        return false;
    wind.has_direction = prevailing_direction(g, from, to, &wind.direction);
    wind.has_gust = grid_highest(g, GRID_WIND_GUST, from, to, &wind.gust) && wind.gust > wind.high;
    *ret_wind = wind;
    return true;
}

/* ---- the weather layer ---- */

/* Do both have the same coverage, weather, intensity and attributes? */
static bool is_same_condition(const struct grid_condition *a, const struct grid_condition *b)
{
    if (strcmp(a->coverage, b->coverage) != 0 || strcmp(a->weather, b->weather) != 0 ||
        strcmp(a->intensity, b->intensity) != 0)
        return false;
    for (size_t i = 0; i < sizeof a->attributes / sizeof a->attributes[0]; i++) {
        const char *in_a = a->attributes[i], *in_b = b->attributes[i];
        if (!in_a || !in_b)
            return in_a == in_b;
        if (strcmp(in_a, in_b) != 0)
            return false;
    }
    return true;
}

/* When the last of these ends. */
static int64_t last_end(const struct grid_condition *conditions, size_t count)
{
    int64_t end = INT64_MIN;

    for (size_t i = 0; i < count; i++)
        end = conditions[i].end > end ? conditions[i].end : end;
    return end;
}

/* A condition of the same kind that lasted at least until `until`. */
static struct grid_condition *find_ongoing(struct grid_condition *conditions, size_t count,
                                           const struct grid_condition *like, int64_t until)
{
    for (size_t i = 0; i < count; i++)
        if (conditions[i].end >= until && is_same_condition(&conditions[i], like))
            return &conditions[i];
    return NULL;
}

size_t grid_weather(const struct grid *g, int64_t from, int64_t to, struct grid_condition *ret,
                    size_t max, bool *ret_covered)
{
    int64_t start = INT64_MIN, last_wet = INT64_MIN; /* the end of those before `start` */
    size_t count = 0;

    *ret_covered = false;
    for (size_t i = 0; i < g->condition_count && g->conditions[i].start < to && from < to; i++) {
        const struct grid_condition *c = &g->conditions[i];
        struct grid_condition *before;

        if (c->end <= from)
            continue;
        *ret_covered = *ret_covered || !c->unread;
        if (c->weather[0] == '\0')
            continue;
        if (c->start != start) {
            start = c->start;
            last_wet = last_end(ret, count);
        }
        /* Continued, or resumed after a dry spell: extend it instead of adding another. */
        before = find_ongoing(ret, count, c, last_wet < start ? last_wet : start);
        if (before)
            before->end = c->end > before->end ? c->end : before->end;
        else if (count < max)
            ret[count++] = *c;
    }
    return count;
}

size_t grid_weather_at(const struct grid *g, int64_t t, struct grid_condition *ret, size_t max,
                       bool *ret_covered)
{
    bool unread = false;
    size_t count = 0;

    *ret_covered = false;
    for (size_t i = 0; i < g->condition_count && g->conditions[i].start <= t; i++) {
        const struct grid_condition *c = &g->conditions[i];

        if (c->end <= t)
            continue;
        *ret_covered = true;
        unread = unread || c->unread;
        if (c->weather[0] != '\0' && count < max)
            ret[count++] = *c;
    }
    *ret_covered = *ret_covered && !unread;
    return count;
}
