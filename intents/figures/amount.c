/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/amount.c -- sums of amount layers. */
#include "intents/figures/amount.h"

#include "intents/figures/hour.h"

enum { HOUR = 3600, STORM_GAP_S = 12 * HOUR, AHEAD_MAX_S = 12 * 24 * HOUR };

/* A piece of a layer within a period: a run, or the part of it that overlaps; or an hour without
 * one. */
struct piece {
    int64_t from, to;
    bool has;
    double mm; /* the share of the piece */
};

/* The piece that begins at `t`. */
static struct piece piece_at(const struct grid *g, enum grid_layer layer, int64_t t, int64_t end)
{
    struct piece p = { t, t + HOUR, false, 0.0 };
    int64_t start, stop;
    double mm;

    if (grid_run_at(g, layer, t, &start, &stop, &mm)) {
        p.has = true;
        p.to = stop < end ? stop : end;
        p.mm = mm * (double)(p.to - p.from) / (double)(stop - start);
    } else if (p.to > end) {
        p.to = end;
    }
    return p;
}

struct amount amount_of_period(const struct grid *g, enum grid_layer layer, struct span period)
{
    struct amount a = { .span = period, .known_until = period.from };
    int64_t end = period.to < period.from + AHEAD_MAX_S ? period.to : period.from + AHEAD_MAX_S;

    for (int64_t t = period.from; t < end;) {
        struct piece p = piece_at(g, layer, t, end);
        if (p.has && a.known_until == t)
            a.known_until = p.to;
        a.has = a.has || p.has;
        a.at_least = a.at_least || !p.has;
        a.mm += p.mm;
        t = p.to;
    }
    return a;
}

/* Where the last of the layer may be. */
static int64_t layer_end(const struct grid *g, int64_t running)
{
    int64_t end = grid_end(g) + 24 * (int64_t)HOUR;

    return end < running + AHEAD_MAX_S ? end : running + AHEAD_MAX_S;
}

struct amount amount_of_storm(const struct grid *g, enum grid_layer layer, int64_t now)
{
    int64_t running = hour_of(now), end = layer_end(g, running);
    struct amount a = { .span = { running, running }, .known_until = running };
    bool storm = false, gap = false; /* a gap of the layer since the last rain */

    for (int64_t t = running; t < end;) {
        struct piece p = piece_at(g, layer, t, end);
        if (storm && t - a.span.to >= STORM_GAP_S)
            break;
        if (p.has && a.known_until == t)
            a.known_until = p.to;
        a.has = a.has || p.has;
        gap = gap || !p.has;
        if (p.mm > 0.0) {
            a.at_least = a.at_least || (storm && gap);
            a.span.from = storm ? a.span.from : p.from;
            a.span.to = p.to;
            a.mm += p.mm;
            storm = true;
            gap = false;
        }
        t = p.to;
    }
    if (!storm)
        a.span = (struct span){ running, running };
    a.at_least = a.at_least || (storm && gap);
    return a;
}
