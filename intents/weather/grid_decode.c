/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/grid_decode.c -- decodes the document of a grid point.
 *
 * A document has some 57 layers; those of enum grid_layer are picked by name. A layer that is
 * missing or empty has no runs. Implausible data (an unknown unit, a temperature beyond the
 * records, a run of a year) is left out and reported: no number is better than a wrong one.
 * Overlapping runs, which NWS doesn't send, are cut where the next one begins.
 *
 * Times are stored as 32-bit seconds from an anchor, the document's own start. Anything more than a
 * month away from it is ignored. */
#include "intents/weather/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/grid_internal.h"
#include "intents/weather/nws_internal.h"
#include "intents/weather/uom.h"
#include "server/base/json_document.h"
#include "server/base/time_text.h"

enum {
    SPANS_MAX = 2000, /* runs of one layer; eight days by the hour are 192 */
    ENTRIES_MAX = 8,  /* conditions at one time; NWS sends up to three */
    CONDITIONS_MAX = 2000,
    WORDS_MAX = 64,     /* distinct words in one weather layer; NWS has 52 */
    WORD_MAX = 32,      /* bytes, including the NUL */
    ATTRIBUTES_MAX = 4, /* as in struct grid_condition */
    FAR_S = 31 * 86400, /* from the anchor, in either direction */
};

/* The name of a layer, its quantity, and the range of plausible values; for an amount, of the total
 * over the document's week too. */
static const struct layer_facts {
    const char *name;
    enum uom_quantity quantity;
    double min, max;
    bool amount; /* totals: a run that is cut keeps a proportional share */
} layer_facts[GRID_LAYERS] = {
    [GRID_TEMPERATURE] = { "temperature", UOM_TEMPERATURE, -90.0, 60.0, false },
    [GRID_DEWPOINT] = { "dewpoint", UOM_TEMPERATURE, -90.0, 60.0, false },
    [GRID_MAX_TEMPERATURE] = { "maxTemperature", UOM_TEMPERATURE, -90.0, 60.0, false },
    [GRID_MIN_TEMPERATURE] = { "minTemperature", UOM_TEMPERATURE, -90.0, 60.0, false },
    [GRID_HUMIDITY] = { "relativeHumidity", UOM_PERCENT, 0.0, 100.0, false },
    [GRID_HEAT_INDEX] = { "heatIndex", UOM_TEMPERATURE, -90.0, 90.0, false },
    [GRID_WIND_CHILL] = { "windChill", UOM_TEMPERATURE, -120.0, 60.0, false },
    [GRID_SKY_COVER] = { "skyCover", UOM_PERCENT, 0.0, 100.0, false },
    [GRID_WIND_DIRECTION] = { "windDirection", UOM_ANGLE, 0.0, 360.0, false },
    [GRID_WIND_SPEED] = { "windSpeed", UOM_SPEED, 0.0, 120.0, false },
    [GRID_WIND_GUST] = { "windGust", UOM_SPEED, 0.0, 150.0, false },
    [GRID_PRECIPITATION_CHANCE] = { "probabilityOfPrecipitation", UOM_PERCENT, 0.0, 100.0, false },
    [GRID_PRECIPITATION] = { "quantitativePrecipitation", UOM_DEPTH, 0.0, 2000.0, true },
    [GRID_SNOWFALL] = { "snowfallAmount", UOM_DEPTH, 0.0, 5000.0, true },
    [GRID_ICE] = { "iceAccumulation", UOM_DEPTH, 0.0, 1000.0, true },
    [GRID_PRESSURE] = { "pressure", UOM_PRESSURE, 50000.0, 110000.0, false },
    [GRID_APPARENT_TEMPERATURE] = { "apparentTemperature", UOM_TEMPERATURE, -120.0, 90.0, false },
    [GRID_HEAT_RISK] = { "heatRisk", UOM_NONE, 0.0, 4.0, false },
};

/* The time of a run in the document, and the run, an element of `values`. */
struct span {
    int64_t start, end; /* seconds from the anchor, after cutting */
    int64_t full_s;     /* its duration before cutting */
    const struct json_node *run;
};

struct decoder {
    struct nws *nws; /* for reports; may be NULL */
    int64_t anchor;  /* UTC seconds */
    int64_t made_at; /* what "NOW" means in the document */
    struct span spans[SPANS_MAX];
    struct grid_run *runs;
    size_t run_count, run_cap;
    struct grid_layer_runs layers[GRID_LAYERS];
    struct grid_condition conditions[CONDITIONS_MAX]; /* words point into `words` */
    size_t condition_count;
    char words[WORDS_MAX][WORD_MAX]; /* the first is "" */
    size_t word_count;
};

/* ---- runs and their times ---- */

static void report_layer(struct decoder *d, const char *reason, const char *layer, const char *what)
{
    struct err err = ERR_NONE;

    err_reason(&err, ST_INVALID, reason, "grid: layer %s: %s", layer, what);
    nws_report(d->nws, &err);
}

static int span_order(const void *a, const void *b)
{
    const struct span *x = a, *y = b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->run < y->run ? -1 : x->run > y->run;
}

static bool read_span(const struct decoder *d, const struct json_node *run, struct span *ret_span)
{
    const struct json_node *when = json_node_member(run, STR("validTime"));
    int64_t start, end;

    if (!json_node_is(when, JSON_KIND_STRING) ||
        !time_parse_interval(json_node_text(when), d->made_at, &start, &end))
        return false;
    start -= d->anchor;
    end -= d->anchor;
    if (start >= end || start < -FAR_S || end > FAR_S)
        return false;
    *ret_span = (struct span){ start, end, end - start, run };
    return true;
}

/* Reads the spans of a layer into d->spans, sorted and cut. Returns how many. *ret_unread, unless
 * NULL: some are left out. */
static size_t read_spans(struct decoder *d, const char *layer, const struct json_node *values,
                         bool *ret_unread)
{
    const struct json_node *run =
        json_node_is(values, JSON_KIND_ARRAY) ? json_node_first(values) : NULL;
    size_t count = 0, cut_count = 0;
    bool bad = false, sorted = true;

    for (; run && count < SPANS_MAX; run = json_node_after(values, run)) {
        if (!read_span(d, run, &d->spans[count])) {
            bad = true;
            continue;
        }
        sorted = sorted && (count == 0 || d->spans[count - 1].start < d->spans[count].start);
        count++;
    }
    if (!sorted)
        qsort(d->spans, count, sizeof d->spans[0], span_order);
    for (size_t i = 0; i < count; i++) {
        struct span s = d->spans[i];
        if (i + 1 < count && s.end > d->spans[i + 1].start)
            s.end = d->spans[i + 1].start;
        if (s.start < s.end)
            d->spans[cut_count++] = s;
    }
    if (bad)
        report_layer(d, "document_odd", layer, "a run has an invalid time");
    if (run)
        report_layer(d, "document_odd", layer, "too many runs");
    if (ret_unread)
        *ret_unread = bad || run;
    return cut_count;
}

/* ---- numbers ---- */

static bool add_run(struct decoder *d, struct grid_run run)
{
    if (d->run_count == d->run_cap) {
        size_t cap = d->run_cap ? d->run_cap * 2 : 1024;
        struct grid_run *grown = realloc(d->runs, cap * sizeof *grown);
        if (!grown)
            return false;
        d->runs = grown;
        d->run_cap = cap;
    }
    d->runs[d->run_count++] = run;
    return true;
}

/* A layer may be missing or null, or have no values; anything else that isn't a list is odd. */
static bool list_is_odd(const struct json_node *object, const struct json_node *values)
{
    return object && !json_node_is(values, JSON_KIND_ARRAY);
}

/* Reads a layer of numbers. False when out of memory. */
static bool read_layer(struct decoder *d, const struct json_node *properties, enum grid_layer layer)
{
    const struct layer_facts *facts = &layer_facts[layer];
    const struct json_node *object = json_node_at(properties, facts->name);
    const struct json_node *values = json_node_at(object, "values");
    struct grid_layer_runs *l = &d->layers[layer];
    bool unread, implausible = false, unit_needed = false, unit_known;
    size_t count = read_spans(d, facts->name, values, &unread);
    double total = 0.0;
    struct uom uom;

    l->first = (uint32_t)d->run_count;
    unit_known = uom_find(json_node_str(object, "uom"), facts->quantity, &uom);
    for (size_t i = 0; i < count; i++) {
        const struct span *s = &d->spans[i];
        const struct json_node *node = json_node_member(s->run, STR("value"));
        double value;

        if (!json_node_number(node, &value)) { /* null means "not applicable" */
            unread = unread || !json_node_is(node, JSON_KIND_NULL);
            continue;
        }
        if (!unit_known) {
            unit_needed = true;
            break;
        }
        value = uom_apply(uom, value);
        if (!(value >= facts->min && value <= facts->max)) {
            implausible = true;
            continue;
        }
        if (facts->amount)
            value *= (double)(s->end - s->start) / (double)s->full_s;
        if (!add_run(d, (struct grid_run){ (int32_t)s->start, (int32_t)s->end, value }))
            return false;
        total += value;
    }
    if (facts->amount && total > facts->max) {
        implausible = true;
        d->run_count = l->first;
    }
    l->count = (uint32_t)(d->run_count - l->first);
    l->unread = unread || unit_needed || implausible || list_is_odd(object, values);
    if (unit_needed)
        report_layer(d, "unit_unknown", facts->name, "the unit is unknown");
    if (implausible)
        report_layer(d, "value_wild", facts->name, "a value is implausible");
    return true;
}

/* ---- the weather layer ---- */

/* Returns the single copy of a word, "" for null. NULL when it doesn't look like one of NWS's
 * words, or when there are too many. */
static const char *intern_word(struct decoder *d, const struct json_node *value)
{
    struct str word = json_node_text(value);

    if (!value || json_node_is(value, JSON_KIND_NULL))
        return d->words[0];
    if (!json_node_is(value, JSON_KIND_STRING) || word.n >= WORD_MAX)
        return NULL;
    for (size_t i = 0; i < word.n; i++)
        if ((word.p[i] < 'a' || word.p[i] > 'z') && word.p[i] != '_')
            return NULL;
    for (size_t i = 0; i < d->word_count; i++)
        if (str_eqz(word, d->words[i]))
            return d->words[i];
    if (d->word_count == WORDS_MAX)
        return NULL;
    memcpy(d->words[d->word_count], word.p, word.n);
    d->words[d->word_count][word.n] = '\0';
    return d->words[d->word_count++];
}

static bool read_condition(struct decoder *d, const struct json_node *entry,
                           struct grid_condition *ret)
{
    const struct json_node *attributes = json_node_at(entry, "attributes"), *attribute = NULL;
    const struct json_node *weather = json_node_at(entry, "weather");
    size_t count = 0;

    if (!json_node_is(entry, JSON_KIND_OBJECT))
        return false;
    *ret = (struct grid_condition){ .coverage = intern_word(d, json_node_at(entry, "coverage")),
                                    .weather = intern_word(d, weather),
                                    .intensity = intern_word(d, json_node_at(entry, "intensity")) };
    if (!ret->coverage || !ret->weather || !ret->intensity ||
        (!weather && !json_node_is_null(entry, "weather"))) /* null means that there is none */
        return false;
    if (json_node_is(attributes, JSON_KIND_ARRAY))
        attribute = json_node_first(attributes);
    for (; attribute && count < ATTRIBUTES_MAX;
         attribute = json_node_after(attributes, attribute)) {
        const char *word = intern_word(d, attribute);
        if (word && word[0])
            ret->attributes[count++] = word;
    }
    return true;
}

static size_t array_size(const struct json_node *array)
{
    const struct json_node *at =
        json_node_is(array, JSON_KIND_ARRAY) ? json_node_first(array) : NULL;
    size_t n = 0;

    for (; at; at = json_node_after(array, at))
        n++;
    return n;
}

/* Reads the conditions of one run, in its order. False when one was invalid: it is kept as unread,
 * like the last one if there are too many. */
static bool read_conditions(struct decoder *d, const struct json_node *entries,
                            const struct span *span)
{
    size_t size = array_size(entries);
    const struct json_node *entry = size > 0 ? json_node_first(entries) : NULL;
    bool good = true;

    for (size_t i = 0; entry && i < ENTRIES_MAX; i++) {
        struct grid_condition *c = &d->conditions[d->condition_count];
        if (d->condition_count == CONDITIONS_MAX) {
            d->conditions[CONDITIONS_MAX - 1].unread = true;
            return false;
        }
        if ((i + 1 == ENTRIES_MAX && size > ENTRIES_MAX) || !read_condition(d, entry, c)) {
            good = false;
            *c = (struct grid_condition){ .coverage = d->words[0],
                                          .weather = d->words[0],
                                          .intensity = d->words[0],
                                          .unread = true };
        }
        c->start = d->anchor + span->start;
        c->end = d->anchor + span->end;
        d->condition_count++;
        entry = json_node_after(entries, entry);
    }
    return good;
}

static void read_weather(struct decoder *d, const struct json_node *properties)
{
    const struct json_node *values = json_node_at(properties, "weather.values");
    size_t count = read_spans(d, "weather", values, NULL);
    bool good = true;

    for (size_t i = 0; i < count; i++)
        good = read_conditions(d, json_node_at(d->spans[i].run, "value"), &d->spans[i]) && good;
    if (!good)
        report_layer(d, "document_odd", "weather", "a condition has unknown words");
}

/* ---- the document ---- */

/* Reads the anchor, the covered period and the time of issue. */
static bool read_times(struct decoder *d, const struct json_node *properties, struct grid *g)
{
    int64_t start = 0, end = 0;
    bool issued = time_parse_rfc3339(json_node_str(properties, "updateTime"), &g->issued);
    bool made = time_parse_rfc3339(json_node_str(properties, "generatedAt"), &d->made_at);
    bool covered;

    if (!issued)
        g->issued = 0;
    if (!made)
        d->made_at = g->issued;
    covered =
        time_parse_interval(json_node_str(properties, "validTimes"), d->made_at, &start, &end) &&
        start < end && end - start <= FAR_S;
    if (covered) {
        g->start = start;
        g->end = end;
        d->anchor = start;
    } else {
        g->start = g->end = 0; /* find_times() takes it from the layers */
        d->anchor = d->made_at;
    }
    g->base = d->anchor;
    return covered || issued || made;
}

/* Derives the covered period from the layers when the document doesn't state it. */
static void find_times(const struct decoder *d, struct grid *g)
{
    int32_t start = FAR_S, end = -FAR_S;

    if (g->start < g->end)
        return;
    for (size_t i = 0; i < d->run_count; i++) {
        start = d->runs[i].start < start ? d->runs[i].start : start;
        end = d->runs[i].end > end ? d->runs[i].end : end;
    }
    g->start = g->base + (start < end ? start : 0);
    g->end = g->base + (start < end ? end : 0);
}

static const char *relocate(const char *word, const struct decoder *d, const char *words)
{
    return word ? words + (word - d->words[0]) : NULL;
}

/* Packs everything into one block, which the object owns. */
static enum status pack_grid(const struct decoder *d, const struct grid *header,
                             struct object **ret_object, struct err *err)
{
    size_t runs = d->run_count * sizeof(struct grid_run);
    size_t conditions = d->condition_count * sizeof(struct grid_condition);
    size_t bytes = sizeof(struct grid) + runs + conditions + d->word_count * WORD_MAX;
    char *block = malloc(bytes), *words;
    struct grid *g = (void *)block;
    struct grid_run *run_block;
    struct grid_condition *c;

    if (!block)
        return err_no_memory(err);
    *g = *header;
    memcpy(g->layers, d->layers, sizeof g->layers);
    run_block = (void *)(block + sizeof *g);
    if (runs)
        memcpy(run_block, d->runs, runs);
    c = (void *)(block + sizeof *g + runs);
    words = block + sizeof *g + runs + conditions;
    memcpy(words, d->words, d->word_count * WORD_MAX);
    for (size_t i = 0; i < d->condition_count; i++) {
        c[i] = d->conditions[i];
        c[i].coverage = relocate(c[i].coverage, d, words);
        c[i].weather = relocate(c[i].weather, d, words);
        c[i].intensity = relocate(c[i].intensity, d, words);
        for (size_t k = 0; k < ATTRIBUTES_MAX; k++)
            c[i].attributes[k] = relocate(c[i].attributes[k], d, words);
    }
    g->runs = run_block;
    g->conditions = c;
    g->condition_count = d->condition_count;
    *ret_object = object_create(g, bytes, free);
    return *ret_object ? ST_OK : err_no_memory(err);
}

static enum status decode_properties(struct decoder *d, const struct json_node *properties,
                                     struct object **ret_object, struct err *err)
{
    struct grid header = { 0 };
    bool any = json_node_is(json_node_at(properties, "weather"), JSON_KIND_OBJECT);

    for (size_t i = 0; i < GRID_LAYERS; i++)
        any = any || json_node_is(json_node_at(properties, layer_facts[i].name), JSON_KIND_OBJECT);
    if (!any)
        return err_reason(err, ST_INVALID, "document_odd", "grid: the document has no layers");
    if (!read_times(d, properties, &header))
        return err_reason(err, ST_INVALID, "document_odd", "grid: the document has no valid time");
    for (size_t i = 0; i < GRID_LAYERS; i++)
        if (!read_layer(d, properties, (enum grid_layer)i))
            return err_no_memory(err);
    read_weather(d, properties);
    find_times(d, &header);
    return pack_grid(d, &header, ret_object, err);
}

enum status grid_decode(struct str body, struct nws *n, struct object **ret_object, struct err *err)
{
    static const struct json_scan_rules rules = { .nodes_max = UINT32_MAX,
                                                  .duplicates = true,
                                                  .numbers = true };
    struct json_document document;
    const struct json_node *properties;
    struct decoder *d = NULL;
    enum status st = json_document_open(body, &rules, &document, err);

    if (st == ST_OK && !(d = calloc(1, sizeof *d)))
        st = err_no_memory(err);
    if (st == ST_OK) {
        d->nws = n;
        d->word_count = 1;
        properties = json_node_at(document.root, "properties");
        /* JSON-LD has them at the top level. */
        st = decode_properties(d, properties ? properties : document.root, ret_object, err);
        free(d->runs);
    }
    free(d);
    json_document_close(&document);
    return st;
}
