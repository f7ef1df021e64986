/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/grid_case.h -- short notation for grid documents in tests. */
#ifndef CLIMACAST_TESTS_GRID_CASE_H
#define CLIMACAST_TESTS_GRID_CASE_H

#include "intents/weather/grid.h"
#include "intents/weather/grid_internal.h"
#include "tests/test.h"
#include "tests/unit/intents/weather/nws_case.h"

/* Documents here begin at 2026-06-01T00:00Z; H(n) is n hours later. */
#define T0 INT64_C(1780272000)
#define H(n) (T0 + (int64_t)(n)*3600)

static inline struct object *decode_text(const char *text, struct nws *n)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;
    enum status st = grid_decode(str_of(text), n, &object, &err);

    if (st != ST_OK)
        fail_msg("not decoded: %s", err.text);
    return object;
}

/* A document with these layers, whose quotes are written as '. */
static inline struct object *grid_with(const char *layers, struct nws *n)
{
    struct buf b = BUF_INIT(1 << 20);
    struct object *object;
    char *text;

    buf_printf(&b,
               "{'properties':{'updateTime':'2026-05-31T23:10:00+00:00',"
               "'validTimes':'2026-06-01T00:00:00+00:00/P7D',%s}}",
               layers);
    text = case_quoted(buf_z(&b));
    object = decode_text(text, n);
    free(text);
    buf_free(&b);
    return object;
}

/* A layer of hourly values from H(0) on; 999 is a gap. */
static inline struct object *hourly(const char *layer, const char *uom, const double *values,
                                    size_t count)
{
    struct buf b = BUF_INIT(1 << 20);
    struct object *object;

    buf_printf(&b, "'%s':{'uom':'%s','values':[", layer, uom);
    for (size_t i = 0; i < count; i++) {
        buf_printf(&b, "%s{'validTime':'2026-06-%02dT%02d:00:00+00:00/PT1H','value':", i ? "," : "",
                   (int)(1 + i / 24), (int)(i % 24));
        if (values[i] == 999.0)
            buf_putz(&b, "null}");
        else
            buf_printf(&b, "%.6f}", values[i]);
    }
    buf_putz(&b, "]}");
    object = grid_with(buf_z(&b), NULL);
    buf_free(&b);
    return object;
}

/* Are the runs sorted and disjoint? */
static inline void check_invariant(const struct grid *g)
{
    for (size_t l = 0; l < GRID_LAYERS; l++) {
        const struct grid_run *runs = g->runs + g->layers[l].first;
        for (size_t i = 0; i < g->layers[l].count; i++) {
            CHECK(runs[i].start < runs[i].end);
            CHECK(i == 0 || runs[i - 1].end <= runs[i].start);
        }
    }
    for (size_t i = 1; i < g->condition_count; i++)
        CHECK(g->conditions[i - 1].start <= g->conditions[i].start);
}

#endif
