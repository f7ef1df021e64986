/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc.h -- a question to the weather service, its answer, and the pieces documents are
 * made of.
 *
 * Knows nothing of HTTP servers: a document is a function from `struct ask` to `struct answer`.
 * Every function that gives a json_t gives a new reference; NULL (no memory) is passed on and shows
 * as a missing member, which a simulator may afford. */
#ifndef CLIMACAST_TESTS_SIM_DOC_H
#define CLIMACAST_TESTS_SIM_DOC_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/air.h"
#include "tests/sim/place.h"

enum { ASK_PARTS_MAX = 8, ASK_PARAMS_MAX = 16 };

struct ask {
    uint64_t seed;
    int64_t now;
    const char *parts[ASK_PARTS_MAX]; /* the path's segments, percent-decoded; NULL past the last */
    int part_count;
    struct {
        const char *name, *value;
    } params[ASK_PARAMS_MAX]; /* the query, percent-decoded */
    int param_count;
};

struct answer { /* starts as zeros */
    int status;
    json_t *json;          /* owned */
    const char *type;      /* content type; NULL: application/geo+json */
    int period_s;          /* how long the CDN keeps it; max-age counts down within it */
    int64_t last_modified; /* 0: the header is not sent */
    char location[128];    /* "": none */
};

typedef void document_fn(const struct ask *ask, struct answer *answer);
/* The documents; each is told apart by its path in route.c. */
document_fn doc_point, doc_grid, doc_forecast, doc_hourly, doc_cell_stations, doc_station,
    doc_observations, doc_latest, doc_zone, doc_alerts, doc_zone_alerts, doc_geocode;

/* NULL when the query has no such parameter. */
const char *ask_param(const struct ask *ask, const char *name);
/* Only these parameters (a comma list) may be given; else answers 400 and gives false. */
bool ask_allows(const struct ask *ask, const char *names, struct answer *answer);
/* The square that /gridpoints/{grid}/{x},{y} names; else answers 404 and gives false. */
bool ask_cell(const struct ask *ask, struct cell *ret_cell, struct answer *answer);
/* "a,b" as two numbers, the whole text. */
bool pair_parse(const char *text, double *ret_a, double *ret_b);

void answer_json(struct answer *answer, json_t *json, int period_s, int64_t last_modified);
/* An application/problem+json body: kind such as "InvalidPoint". */
void answer_problem(struct answer *answer, int status, const char *kind, const char *title,
                    const char *detail);
void answer_not_found(struct answer *answer);

struct site site_of(const struct ask *ask, const struct cell *cell);
/* When the office issued the grid that is current at `now`, and when it was rendered. */
int64_t issued_at(const struct ask *ask, const struct cell *cell);
int64_t rendered_at(const struct ask *ask);
/* Where the grid's hours begin and how many there are. */
void grid_span(const struct ask *ask, const struct cell *cell, int64_t *ret_start, int *ret_hours);

/* ---- pieces ---- */
enum { API_CONTEXT_POINT, API_CONTEXT_GRID, API_CONTEXT_FORECAST, API_CONTEXT_ALERT };
json_t *api_context(int which);
json_t *api_url(const char *format, ...) __attribute__((format(printf, 1, 2)));
json_t *number(double value); /* an integer when it is whole */
json_t *quantity(const char *unit, json_t *value);
json_t *coordinate(double degrees); /* at most 4 decimals */
json_t *point_geometry(double lat, double lon);
json_t *cell_geometry(const struct cell *cell);
json_t *utc_text(int64_t t); /* "...T12:00:00+00:00" */
json_t *local_text(const char *time_zone, int64_t t);
/* "2026-07-15T12:00:00+00:00/P7DT13H" */
json_t *interval_text(int64_t start, int64_t seconds);
/* Seconds that the place's standard time is ahead of UTC. */
int standard_offset_s(const char *time_zone, int64_t t);
void set(json_t *object, const char *name, json_t *value); /* takes value */

#endif
