/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/route.c -- the paths of the weather service and of the geocoder, as a table. */
#include "tests/sim/route.h"

#include <string.h>

#include "server/base/percent_encoding.h"

static const struct {
    const char *pattern; /* '*' matches any one segment */
    doc_fn *document;
} routes[] = {
    { "points/*", doc_point },
    { "points/*/radio", doc_radio },
    { "radio/*/broadcast", doc_radio },
    { "products/types/*/locations/*/latest", doc_product },
    { "gridpoints/*/*", doc_grid },
    { "gridpoints/*/*/forecast", doc_forecast },
    { "gridpoints/*/*/forecast/hourly", doc_hourly },
    { "gridpoints/*/*/stations", doc_cell_stations },
    { "stations/*", doc_station },
    { "stations/*/observations", doc_observations },
    { "stations/*/observations/latest", doc_latest },
    { "zones/*/*", doc_zone },
    { "alerts/active", doc_alerts },
    { "alerts/active/zone/*", doc_zone_alerts },
    { "geocode/v1/geocode", doc_geocode },
};

static bool matches_pattern(const char *pattern, const struct doc_request *request)
{
    struct str rest = str_of(pattern), word;
    int i = 0;

    while (str_split(&rest, '/', &word)) {
        if (i >= request->part_count)
            return false;
        if (!str_eqz(word, "*") && !str_eqz(word, request->parts[i]))
            return false;
        i++;
        if (rest.n == 0)
            break;
    }
    return i == request->part_count;
}

void route_request(const struct doc_request *request, struct doc_response *response)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (matches_pattern(routes[i].pattern, request)) {
            routes[i].document(request, response);
            return;
        }
    }
    doc_respond_not_found(response);
}

/* Append the decoded text to parsed->text. Returns NULL when it is malformed or does not fit. */
static const char *store_decoded(struct route_target *parsed, size_t *used, struct str raw,
                                 bool plus)
{
    struct buf b = BUF_INIT(TARGET_MAX);
    const char *stored = NULL;

    if (percent_decode(&b, raw, plus) && !b.failed && *used + b.n + 1 <= sizeof parsed->text &&
        !memchr(buf_z(&b), '\0', b.n)) {
        memcpy(parsed->text + *used, buf_z(&b), b.n + 1);
        stored = parsed->text + *used;
        *used += b.n + 1;
    }
    buf_free(&b);
    return stored;
}

static bool parse_path(struct route_target *parsed, struct str path, size_t *used)
{
    struct str word;
    struct doc_request *request = &parsed->request;

    path = str_sub(path, 1, path.n);
    while (path.n > 0 && str_split(&path, '/', &word)) {
        if (request->part_count == DOC_PARTS_MAX)
            return false;
        request->parts[request->part_count] = store_decoded(parsed, used, word, false);
        if (!request->parts[request->part_count++])
            return false;
    }
    return true;
}

static bool parse_query(struct route_target *parsed, struct str query, size_t *used)
{
    struct str word;
    struct doc_request *request = &parsed->request;

    while (query.n > 0 && str_split(&query, '&', &word)) {
        size_t equals = str_index(word, '=');
        if (word.n == 0)
            continue;
        if (request->param_count == DOC_PARAMS_MAX)
            return false;
        const char *name = store_decoded(parsed, used, str_sub(word, 0, equals), true);
        const char *value = store_decoded(parsed, used, str_sub(word, equals + 1, word.n), true);
        if (!name || !value)
            return false;
        request->params[request->param_count].name = name;
        request->params[request->param_count++].value = value;
    }
    return true;
}

bool route_parse(struct route_target *parsed, const char *raw)
{
    size_t used = 0;
    struct str target = str_of(raw);
    struct buf whole = BUF_INIT(TARGET_MAX);

    parsed->request = (struct doc_request){ 0 };
    bool good = target.n <= TARGET_MAX && str_starts(target, STR("/")) &&
                percent_decode(&whole, target, false) && !whole.failed;
    if (good)
        memcpy(parsed->target, buf_z(&whole), whole.n + 1);
    buf_free(&whole);
    size_t mark = str_index(target, '?');
    return good && parse_path(parsed, str_sub(target, 0, mark), &used) &&
           parse_query(parsed, str_sub(target, mark + 1, target.n), &used);
}
