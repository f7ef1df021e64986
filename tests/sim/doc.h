/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc.h -- requests to the weather service, responses, and what documents consist of.
 *
 * Independent of HTTP servers: a document is a function from `struct doc_request` to `struct
 * doc_response`. Functions that return json_t return a new reference, or NULL when there is not
 * enough memory; then a member is missing in the document, which is good enough for a simulator. */
#ifndef CLIMACAST_TESTS_SIM_DOC_H
#define CLIMACAST_TESTS_SIM_DOC_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/place.h"
#include "tests/sim/weather.h"

enum { DOC_PARTS_MAX = 8, DOC_PARAMS_MAX = 16 };

struct doc_request {
    uint64_t seed;
    int64_t now;
    const char *parts[DOC_PARTS_MAX]; /* percent-decoded path segments; NULL after the last */
    int part_count;
    struct {
        const char *name, *value;
    } params[DOC_PARAMS_MAX]; /* percent-decoded query parameters */
    int param_count;
};

struct doc_response { /* initially all zero */
    int status;
    json_t *json;          /* owned; a string is the body itself */
    const char *type;      /* content type; NULL: application/geo+json */
    int period_s;          /* how long the CDN caches it; max-age counts down within it */
    int64_t last_modified; /* 0: no header */
    char location[128];    /* "": no header */
};

typedef void doc_fn(const struct doc_request *request, struct doc_response *response);
/* The documents; route.c maps paths to them. */
doc_fn doc_point, doc_grid, doc_forecast, doc_hourly, doc_cell_stations, doc_station,
    doc_observations, doc_latest, doc_zone, doc_alerts, doc_zone_alerts, doc_geocode, doc_product,
    doc_radio;

/* NULL when the query has no such parameter. */
const char *doc_param(const struct doc_request *request, const char *name);
/* Allow only these parameters (comma-separated); otherwise responds with 400 and returns false. */
bool doc_allow_params(const struct doc_request *request, const char *names,
                      struct doc_response *response);
/* The grid cell of /gridpoints/{grid}/{x},{y}; if there is none, responds with 404 and returns
 * false. */
bool doc_find_cell(const struct doc_request *request, struct place_cell *ret_cell,
                   struct doc_response *response);
/* Parse "a,b" as two numbers. */
bool doc_parse_pair(const char *text, double *ret_a, double *ret_b);

void doc_respond(struct doc_response *response, json_t *json, int period_s, int64_t last_modified);
/* Respond with application/problem+json; `kind` is like "InvalidPoint". */
void doc_respond_problem(struct doc_response *response, int status, const char *kind,
                         const char *title, const char *detail);
void doc_respond_not_found(struct doc_response *response);

struct weather_site doc_site(const struct doc_request *request, const struct place_cell *cell);
/* When the current grid was issued by the office, and when it was rendered. */
int64_t doc_issued_at(const struct doc_request *request, const struct place_cell *cell);
int64_t doc_rendered_at(const struct doc_request *request);
/* The first hour of the grid, and the number of hours. */
void doc_grid_span(const struct doc_request *request, const struct place_cell *cell,
                   int64_t *ret_start, int *ret_hours);

/* ---- JSON ---- */
enum { DOC_CONTEXT_POINT, DOC_CONTEXT_GRID, DOC_CONTEXT_FORECAST, DOC_CONTEXT_ALERT };
json_t *doc_context(int which);
json_t *doc_url(const char *format, ...) __attribute__((format(printf, 1, 2)));
json_t *doc_number(double value); /* an integer if possible */
json_t *doc_quantity(const char *unit, json_t *value);
json_t *doc_coordinate(double degrees); /* at most 4 decimals */
json_t *doc_point_geometry(double lat, double lon);
json_t *doc_cell_geometry(const struct place_cell *cell);
json_t *doc_utc_time(int64_t t); /* "...T12:00:00+00:00" */
json_t *doc_local_time(const char *time_zone, int64_t t);
/* "2026-07-15T12:00:00+00:00/P7DT13H" */
json_t *doc_interval(int64_t start, int64_t seconds);
/* Offset of the place's standard time from UTC, in seconds. */
int doc_standard_offset_s(const char *time_zone, int64_t t);
void doc_set(json_t *object, const char *name, json_t *value); /* steals value */

#endif
