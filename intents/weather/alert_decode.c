/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert_decode.c -- decodes a document of alerts.
 *
 * The document is GeoJSON (`features`, each with `properties` and a URL as its id) or JSON-LD
 * (`@graph`). Ids are compared as URNs, without the URL in front. An entry that can't be decoded is
 * left out, and the list is marked incomplete: what can't be read is never an all-clear.
 * A polygon that can't be read, or is one too many, only means that the area is known by its zones
 * alone. */
#include "intents/weather/alert.h"

#include <stdlib.h>
#include <string.h>

#include "intents/weather/alert_internal.h"
#include "intents/weather/text_pool.h"
#include "server/base/json.h"
#include "server/base/time_text.h"

enum {
    ID_MAX = 256, /* bytes, like the following */
    EVENT_MAX = 256,
    AREA_MAX = 4096,
    ZONES_MAX = 500, /* of one alert */
    ZONE_ID_MAX = 16,
    HEADLINE_MAX = 1024,
    TEXT_MAX = 16384,
    NEXT_MAX = 2000, /* a URL with a cursor of more than 1,000 */
    VTEC_MAX = 16,   /* lines of one alert */
    VTEC_LINE_MAX = 100,
};

/* Of one document. */
struct decode_limits {
    size_t alerts;
    size_t references;
    size_t points; /* further polygons are not used */
    bool many;     /* alert_decode_many() */
};
static const struct decode_limits limits_of_place = { 500, 2000, 20000, false };
/* A busy day in the whole nation had 246. */
static const struct decode_limits limits_of_country = { 3000, 20000, 100000, true };

/* An alert while it is being decoded; its texts are borrowed from the JSON tree. */
struct alert_draft {
    struct listed_alert listed;
    struct str id, event, area, headline, description, instruction;
    const json_t *zones; /* a list of ids, or NULL, as are the next two */
    const json_t *affected, *vtec;
};

struct decoder {
    const struct decode_limits *limits;
    struct alert_draft *drafts;
    size_t count;
    struct str *references;
    size_t reference_count;
    struct polygon_point *points;
    size_t point_count;
    struct str next;
    bool complete;
};

/* "https://api.weather.gov/alerts/urn:oid:2.49..." -> "urn:oid:2.49..." */
static struct str urn_of(struct str id)
{
    return str_after_last(id, '/');
}

/* Does the text contain the phrase, with underscores or with the spaces of the monthly tests? */
static bool says_test(struct str text)
{
    static const char phrase[] = "THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY";
    const size_t n = sizeof phrase - 1;

    for (size_t i = 0; i + n <= text.n; i++) {
        size_t k = 0;
        while (k < n && (text.p[i + k] == phrase[k] || (phrase[k] == '_' && text.p[i + k] == ' ')))
            k++;
        if (k == n)
            return true;
    }
    return false;
}

static bool any_parameter_says_test(const json_t *properties)
{
    json_t *parameters = json_at(properties, "parameters"), *values;
    const char *name;

    json_object_foreach (parameters, name, values) {
        if (says_test(json_str(values, "")))
            return true;
        for (size_t i = 0; i < json_array_size(values); i++)
            if (says_test(json_str(json_array_get(values, i), "")))
                return true;
    }
    return false;
}

static bool is_test(const json_t *properties)
{
    static const char *const members[] = { "event",       "headline", "description",
                                           "instruction", "areaDesc", "note" };

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (says_test(json_str(properties, members[i])))
            return true;
    return any_parameter_says_test(properties);
}

const char *alert_severity_name(enum alert_severity severity)
{
    static const char *const names[] = {
        [SEVERITY_UNKNOWN] = "Unknown",   [SEVERITY_MINOR] = "Minor",
        [SEVERITY_MODERATE] = "Moderate", [SEVERITY_SEVERE] = "Severe",
        [SEVERITY_EXTREME] = "Extreme",
    };

    return names[severity];
}

static enum alert_severity read_severity(struct str word)
{
    for (enum alert_severity s = SEVERITY_MINOR; s <= SEVERITY_EXTREME; s++)
        if (str_ieqz(word, alert_severity_name(s)))
            return s;
    return SEVERITY_UNKNOWN;
}

static const char *read_urgency(struct str word)
{
    static const char *const words[] = { "Immediate", "Expected", "Future", "Past" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_ieqz(word, words[i]))
            return words[i];
    return "";
}

static int64_t read_time(const json_t *properties, const char *member)
{
    int64_t t;

    return time_parse_rfc3339(json_str(properties, member), &t) ? t : 0;
}

/* `ends`, or `expires` when there is no `ends`. 0 when it is not known: an end that can't be read,
 * or that precedes the onset, must not end an alert. */
static int64_t read_end(const json_t *properties, int64_t onset)
{
    int64_t end = read_time(properties, "ends");

    if (!json_at(properties, "ends"))
        return read_time(properties, "expires");
    return end < onset ? 0 : end;
}

static bool is_word(const json_t *properties, const char *member, const char *word)
{
    return str_ieqz(str_trim(json_str(properties, member)), word);
}

static bool is_actual(const json_t *properties)
{
    return is_word(properties, "status", "Actual");
}

static enum alert_standing read_standing(const json_t *properties)
{
    static const char *const others[] = { "Exercise", "System", "Test", "Draft" };

    if (is_word(properties, "messageType", "Cancel") ||
        is_word(properties, "response", "AllClear") || is_test(properties))
        return ALERT_NOT_IN_FORCE;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (is_word(properties, "status", others[i]))
            return ALERT_NOT_IN_FORCE;
    return is_actual(properties) ? ALERT_IN_FORCE : ALERT_UNREADABLE;
}

/* The next reference was sent then; 0: unknown. */
static void note_oldest(const struct decoder *d, int64_t sent, struct listed_alert *l)
{
    if (d->reference_count == l->first_reference)
        l->oldest_reference = d->reference_count;
    if (sent != 0 && sent < l->first_sent) {
        l->first_sent = sent;
        l->oldest_reference = d->reference_count;
    }
}

/* Reads the ids of the alerts that this one replaces. */
static void read_references(struct decoder *d, const json_t *properties, struct listed_alert *l)
{
    const json_t *list = json_at(properties, "references");

    l->first_reference = d->reference_count;
    for (size_t i = 0; i < json_array_size(list) && d->reference_count < d->limits->references;
         i++) {
        const json_t *one = json_array_get(list, i);
        struct str id = json_str(one, "identifier");

        if (id.n == 0)
            id = json_str(one, "@id");
        if (id.n == 0)
            id = json_str(one, ""); /* a bare URL */
        if (urn_of(id).n == 0)
            continue;
        note_oldest(d, read_time(one, "sent"), l);
        d->references[d->reference_count++] = urn_of(id);
    }
    l->reference_count = d->reference_count - l->first_reference;
}

/* Reads the area, which is beside the properties. */
static void read_area(struct decoder *d, const json_t *feature, struct listed_alert *l)
{
    size_t space = d->limits->points - d->point_count;

    l->first_point = d->point_count;
    l->point_count = polygon_read(json_at(feature, "geometry"), d->points + d->point_count,
                                  space < POLYGON_POINTS_MAX ? space : POLYGON_POINTS_MAX);
    d->point_count += l->point_count;
}

/* What tells which event it is about, and where. Texts that nobody will hear are left out. */
static void read_identity(const json_t *properties, struct alert_draft *f)
{
    f->description = f->instruction = STR_NONE;
    f->affected = json_at(properties, "affectedZones");
    f->vtec = json_at(properties, "parameters.VTEC");
    f->listed.immediate = is_word(properties, "urgency", "Immediate");
}

static void read_alert(struct decoder *d, const json_t *feature)
{
    const json_t *inner = json_at(feature, "properties"), *properties = inner ? inner : feature;
    struct alert_draft *f = &d->drafts[d->count];
    struct alert *a = &f->listed.alert;

    *f = (struct alert_draft){ .id = urn_of(json_str(properties, "id")),
                               .event = str_trim(json_str(properties, "event")),
                               .area = str_trim(json_str(properties, "areaDesc")),
                               .headline = str_trim(json_str(properties, "headline")),
                               .description = str_trim(json_str(properties, "description")),
                               .instruction = str_trim(json_str(properties, "instruction")),
                               .zones = json_at(properties, "geocode.UGC") };
    if (f->id.n == 0)
        f->id = urn_of(json_str(properties, "@id"));
    if (f->id.n == 0)
        f->id = urn_of(json_str(feature, "id"));
    f->listed.standing = read_standing(properties);
    if (!json_is_object(properties) ||
        (f->listed.standing != ALERT_NOT_IN_FORCE && f->event.n == 0 && f->headline.n == 0)) {
        d->complete = false;
        return;
    }
    f->listed.replaces = is_actual(properties) && !is_test(properties);
    a->severity = read_severity(json_str(properties, "severity"));
    a->urgency = read_urgency(json_str(properties, "urgency"));
    a->sent = read_time(properties, "sent");
    a->onset = read_time(properties, "onset");
    a->until = read_end(properties, a->onset);
    f->listed.first_sent = a->sent;
    if (d->limits->many)
        read_identity(properties, f);
    read_references(d, properties, &f->listed);
    read_area(d, feature, &f->listed);
    d->count++;
}

/* Where the list goes on, if it does. */
static void read_next(struct decoder *d, const json_t *root)
{
    const json_t *pagination = json_at(root, "pagination"), *next = json_at(pagination, "next");

    d->next = json_str(next, "");
    if (d->next.n > NEXT_MAX || (next && d->next.n == 0) ||
        (pagination && !json_is_object(pagination))) {
        d->next = STR_NONE;
        d->complete = false;
    }
}

static void read_list(struct decoder *d, const json_t *list)
{
    size_t size = json_array_size(list);

    for (size_t i = 0; i < size && d->count < d->limits->alerts; i++)
        read_alert(d, json_array_get(list, i));
    if (size > d->limits->alerts || d->reference_count == d->limits->references)
        d->complete = false;
}

/* A list of at most `max` texts within an alert. */
static size_t list_count(const json_t *list, size_t max)
{
    size_t count = json_array_size(list);

    return count < max ? count : max;
}

/* A zone is the last part of its URL: "COC013". */
static struct str list_text(const json_t *list, size_t i, size_t text_max)
{
    struct str text = json_str(json_array_get(list, i), "");

    return text_max == ZONE_ID_MAX ? urn_of(text) : text;
}

static size_t list_size(const json_t *list, size_t max, size_t text_max)
{
    size_t bytes = 0;

    for (size_t i = 0; i < list_count(list, max); i++)
        bytes += text_pool_size(list_text(list, i, text_max), text_max);
    return bytes;
}

static const char *pool_list(struct text_pool *pool, const json_t *list, size_t max,
                             size_t text_max)
{
    const char *first = pool->at;

    for (size_t i = 0; i < list_count(list, max); i++)
        text_pool_add(pool, list_text(list, i, text_max), text_max);
    return first;
}

static size_t texts_size(const struct decoder *d)
{
    size_t bytes = text_pool_size(d->next, NEXT_MAX);

    for (size_t i = 0; i < d->count; i++) {
        const struct alert_draft *f = &d->drafts[i];
        bytes += text_pool_size(f->id, ID_MAX) + text_pool_size(f->event, EVENT_MAX) +
                 text_pool_size(f->area, AREA_MAX) + text_pool_size(f->headline, HEADLINE_MAX) +
                 text_pool_size(f->description, TEXT_MAX) +
                 text_pool_size(f->instruction, TEXT_MAX);
        bytes += list_size(f->zones, ZONES_MAX, ZONE_ID_MAX) +
                 list_size(f->affected, ZONES_MAX, ZONE_ID_MAX) +
                 list_size(f->vtec, VTEC_MAX, VTEC_LINE_MAX);
    }
    for (size_t i = 0; i < d->reference_count; i++)
        bytes += text_pool_size(d->references[i], ID_MAX);
    return bytes;
}

/* Packs the list, the references, the points and the texts into one block. */
static enum status pack_alerts(const struct decoder *d, struct object **ret_object, struct err *err)
{
    size_t lists = sizeof(struct alert_list) + d->count * sizeof(struct listed_alert);
    size_t references = d->reference_count * sizeof(char *);
    size_t points = d->point_count * sizeof *d->points;
    size_t bytes = lists + references + points + texts_size(d);
    char *block = malloc(bytes);
    struct alert_list *list = (void *)block;
    const char **reference;
    struct text_pool pool;

    if (!block)
        return err_no_memory(err);
    reference = (void *)(block + lists);
    *list = (struct alert_list){ .count = d->count,
                                 .complete = d->complete,
                                 .references = reference,
                                 .points = (void *)(block + lists + references) };
    if (points > 0)
        memcpy(block + lists + references, d->points, points);
    pool.at = block + lists + references + points;
    for (size_t i = 0; i < d->count; i++) {
        const struct alert_draft *f = &d->drafts[i];
        struct alert *a = &list->at[i].alert;

        list->at[i] = f->listed;
        a->id = text_pool_add(&pool, f->id, ID_MAX);
        a->event = text_pool_add(&pool, f->event, EVENT_MAX);
        a->area = text_pool_add(&pool, f->area, AREA_MAX);
        a->headline = text_pool_add(&pool, f->headline, HEADLINE_MAX);
        a->description = text_pool_add(&pool, f->description, TEXT_MAX);
        a->instruction = text_pool_add(&pool, f->instruction, TEXT_MAX);
        list->at[i].text_hash = alert_text_hash(a);
        a->zone_count = list_count(f->zones, ZONES_MAX);
        a->zones = pool_list(&pool, f->zones, ZONES_MAX, ZONE_ID_MAX);
        list->at[i].affected_count = list_count(f->affected, ZONES_MAX);
        list->at[i].affected = pool_list(&pool, f->affected, ZONES_MAX, ZONE_ID_MAX);
        list->at[i].vtec_count = list_count(f->vtec, VTEC_MAX);
        list->at[i].vtec = pool_list(&pool, f->vtec, VTEC_MAX, VTEC_LINE_MAX);
    }
    list->next = text_pool_add(&pool, d->next, NEXT_MAX);
    for (size_t i = 0; i < d->reference_count; i++)
        reference[i] = text_pool_add(&pool, d->references[i], ID_MAX);
    *ret_object = object_create(list, bytes, free);
    return *ret_object ? ST_OK : err_no_memory(err);
}

static enum status decode(struct str body, const struct decode_limits *limits,
                          struct object **ret_object, struct err *err)
{
    struct decoder d = { .limits = limits, .complete = true };
    json_t *root = NULL;
    const json_t *list;
    enum status st;

    st = json_parse(body, false, &root, err);
    if (st != ST_OK)
        goto out;
    list = json_at(root, "features");
    if (!json_is_array(list))
        list = json_at(root, "@graph");
    if (!json_is_array(list)) {
        st = err_reason(err, ST_INVALID, "document_odd", "alerts: the document has no list");
        goto out;
    }
    d.drafts = calloc(limits->alerts, sizeof *d.drafts);
    d.references = calloc(limits->references, sizeof *d.references);
    d.points = calloc(limits->points, sizeof *d.points);
    if (!d.drafts || !d.references || !d.points) {
        st = err_no_memory(err);
        goto out;
    }
    read_next(&d, root);
    read_list(&d, list);
    if (list != json_at(root, "@graph") && json_array_size(json_at(root, "@graph")) > 0)
        d.complete = false; /* two lists: which one counts? */
    st = pack_alerts(&d, ret_object, err);
out:
    free(d.points);
    free(d.references);
    free(d.drafts);
    json_decref(root);
    return st;
}

enum status alert_decode(struct str body, struct object **ret_object, struct err *err)
{
    return decode(body, &limits_of_place, ret_object, err);
}

enum status alert_decode_many(struct str body, struct object **ret_object, struct err *err)
{
    return decode(body, &limits_of_country, ret_object, err);
}
