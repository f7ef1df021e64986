/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/route.c -- the paths of the weather service and of the geocoder, as a table. */
#include "tests/sim/route.h"

#include <string.h>

#include "server/base/percent_encoding.h"

static const struct {
    const char *pattern; /* '*' is any one segment */
    document_fn *document;
} routes[] = {
    { "points/*", doc_point },
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

static bool fits(const char *pattern, const struct ask *ask)
{
    struct str rest = str_of(pattern), word;
    int i = 0;

    while (str_split(&rest, '/', &word)) {
        if (i >= ask->part_count)
            return false;
        if (!str_eqz(word, "*") && !str_eqz(word, ask->parts[i]))
            return false;
        i++;
        if (rest.n == 0)
            break;
    }
    return i == ask->part_count;
}

void route(const struct ask *ask, struct answer *answer)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++) {
        if (fits(routes[i].pattern, ask)) {
            routes[i].document(ask, answer);
            return;
        }
    }
    answer_not_found(answer);
}

/* Append the decoded text and a NUL to question->text; NULL when malformed or full. */
static const char *keep(struct question *question, size_t *used, struct str raw, bool plus)
{
    struct buf b = BUF_INIT(TARGET_MAX);
    const char *kept = NULL;

    if (percent_decode(&b, raw, plus) && !b.failed && *used + b.n + 1 <= sizeof question->text &&
        !memchr(buf_z(&b), '\0', b.n)) {
        memcpy(question->text + *used, buf_z(&b), b.n + 1);
        kept = question->text + *used;
        *used += b.n + 1;
    }
    buf_free(&b);
    return kept;
}

static bool parse_path(struct question *question, struct str path, size_t *used)
{
    struct str word;
    struct ask *ask = &question->ask;

    path = str_sub(path, 1, path.n);
    while (path.n > 0 && str_split(&path, '/', &word)) {
        if (ask->part_count == ASK_PARTS_MAX)
            return false;
        ask->parts[ask->part_count] = keep(question, used, word, false);
        if (!ask->parts[ask->part_count++])
            return false;
    }
    return true;
}

static bool parse_query(struct question *question, struct str query, size_t *used)
{
    struct str word;
    struct ask *ask = &question->ask;

    while (query.n > 0 && str_split(&query, '&', &word)) {
        size_t equals = str_index(word, '=');
        if (word.n == 0)
            continue;
        if (ask->param_count == ASK_PARAMS_MAX)
            return false;
        const char *name = keep(question, used, str_sub(word, 0, equals), true);
        const char *value = keep(question, used, str_sub(word, equals + 1, word.n), true);
        if (!name || !value)
            return false;
        ask->params[ask->param_count].name = name;
        ask->params[ask->param_count++].value = value;
    }
    return true;
}

bool question_parse(struct question *question, const char *raw)
{
    size_t used = 0;
    struct str target = str_of(raw);
    struct buf whole = BUF_INIT(TARGET_MAX);

    question->ask = (struct ask){ 0 };
    bool good = target.n <= TARGET_MAX && str_starts(target, STR("/")) &&
                percent_decode(&whole, target, false) && !whole.failed;
    if (good)
        memcpy(question->target, buf_z(&whole), whole.n + 1);
    buf_free(&whole);
    size_t mark = str_index(target, '?');
    return good && parse_path(question, str_sub(target, 0, mark), &used) &&
           parse_query(question, str_sub(target, mark + 1, target.n), &used);
}
