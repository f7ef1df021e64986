/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/point.c -- decodes /points, stations and zones into plain structs.
 *
 * A text that doesn't fit its field or contains control characters counts as missing, since half a
 * URL or half an id is worse than none. Ids are validated here, because they end up in paths and
 * keys. */
#include "intents/weather/point.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json_document.h"

/* Copies a member's text into a field of `size` bytes; "" when it is not text, too long, or
 * contains control characters. */
static void copy_text(char *field, size_t size, const struct json_node *root, const char *path)
{
    struct str s = str_trim(json_node_str(root, path));

    field[0] = '\0';
    if (s.n == 0 || s.n >= size)
        return;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return;
    memcpy(field, s.p, s.n);
    field[s.n] = '\0';
}

bool point_id_valid(struct str id)
{
    if (id.n == 0 || id.n >= POINT_ID_MAX)
        return false;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_'))
            return false;
    }
    return true;
}

static bool is_number(struct str s)
{
    int64_t value;

    return s.n > 0 && s.n <= 5 && s.p[0] >= '0' && s.p[0] <= '9' && str_to_i64(s, &value);
}

bool point_grid_valid(struct str grid_point)
{
    struct str rest = grid_point, office, x;

    return str_split(&rest, '/', &office) && point_id_valid(office) && str_split(&rest, ',', &x) &&
           is_number(x) && is_number(rest);
}

static void copy_id(char field[POINT_ID_MAX], struct str id)
{
    field[0] = '\0';
    if (!point_id_valid(id))
        return;
    memcpy(field, id.p, id.n);
    field[id.n] = '\0';
}

/* ".../zones/county/COC013" -> "COC013" */
static struct str last_segment(struct str url)
{
    struct str last = str_after_last(url, '/');

    return last.n < url.n ? last : STR_NONE;
}

/* The members of a document: under `properties`, or at the top level of JSON-LD. */
static const struct json_node *members_of(const struct json_node *root)
{
    const struct json_node *properties = json_node_at(root, "properties");

    return json_node_is(properties, JSON_KIND_OBJECT) ? properties : root;
}

/* The document must be closed whatever it returns. */
static enum status open_object(struct str body, struct json_document *ret_document, struct err *err)
{
    static const struct json_scan_rules rules = { .nodes_max = UINT32_MAX, .duplicates = true };
    enum status st = json_document_open(body, &rules, ret_document, err);

    if (st == ST_OK && !json_node_is(ret_document->root, JSON_KIND_OBJECT))
        return err_set(err, ST_INVALID, "not a JSON object");
    return st;
}

/* Makes an object with a copy of `facts`. */
static enum status make_object(const void *facts, size_t size, struct object **ret_object,
                               struct err *err)
{
    void *copy = malloc(size);
    struct object *object;

    if (!copy)
        return err_no_memory(err);
    memcpy(copy, facts, size);
    object = object_create(copy, size, free);
    if (!object)
        return err_no_memory(err);
    *ret_object = object;
    return ST_OK;
}

/* ---- points ---- */

/* "AER/125,236" from the URL of the raw grid, which is right even where the single members are
 * outdated, missing or name another office; without a URL, from those members. */
static void set_grid_point(struct point *p, const struct json_node *members)
{
    struct str url = str_of(p->grid_url), found = STR_NONE;
    size_t at = str_find(url, STR("/gridpoints/"));
    char office[POINT_ID_MAX], built[sizeof p->grid_point];
    double x, y;
    int n;

    if (at < url.n)
        found = str_sub(url, at + strlen("/gridpoints/"), url.n);
    if (!point_grid_valid(found)) {
        copy_text(office, sizeof office, members, "gridId");
        if (!office[0])
            memcpy(office, p->cwa, sizeof office);
        if (!office[0] || !json_node_num(members, "gridX", &x) ||
            !json_node_num(members, "gridY", &y))
            return;
        n = snprintf(built, sizeof built, "%s/%.17g,%.17g", office, x, y); /* checked below */
        if (n < 0 || (size_t)n >= sizeof built)
            return;
        found = str_of(built);
    }
    if (!point_grid_valid(found) || found.n >= sizeof p->grid_point)
        return;
    memcpy(p->grid_point, found.p, found.n);
    p->grid_point[found.n] = '\0';
}

static void copy_zone_id(char field[POINT_ID_MAX], const char *url)
{
    bool is_zone = str_find(str_of(url), STR("/zones/")) < strlen(url);

    copy_id(field, is_zone ? last_segment(str_of(url)) : STR_NONE);
}

/* A member that may be null: a point at sea has no county. Anything else that gave no text can't be
 * read. */
static bool member_is_odd(const struct json_node *members, const char *member, const char *text)
{
    return text[0] == '\0' && !json_node_is_null(members, member);
}

static bool zones_are_odd(const struct point *p, const struct json_node *members)
{
    bool none = p->forecast_zone_id[0] == '\0' && p->county_zone_id[0] == '\0';

    return none || member_is_odd(members, "forecastZone", p->forecast_zone_id) ||
           member_is_odd(members, "county", p->county_zone_id);
}

enum status point_decode(struct str body, void *unused, struct object **ret_object, struct err *err)
{
    struct point p = { .cwa = "" };
    struct json_document document;
    const struct json_node *members;
    char cwa[POINT_ID_MAX];
    enum status st = open_object(body, &document, err);

    (void)unused;
    if (st != ST_OK)
        goto out;
    members = members_of(document.root);
    /* Every response since the API began has one of these, even if null. */
    if (!json_node_member(members, STR("cwa")) &&
        !json_node_member(members, STR("forecastGridData"))) {
        st = err_set(err, ST_INVALID, "not a point");
        goto out;
    }
    copy_text(cwa, sizeof cwa, members, "cwa");
    copy_id(p.cwa, str_of(cwa));
    copy_text(p.grid_url, sizeof p.grid_url, members, "forecastGridData");
    copy_text(p.forecast_url, sizeof p.forecast_url, members, "forecast");
    copy_text(p.stations_url, sizeof p.stations_url, members, "observationStations");
    copy_text(p.forecast_zone_url, sizeof p.forecast_zone_url, members, "forecastZone");
    copy_text(p.county_zone_url, sizeof p.county_zone_url, members, "county");
    copy_text(p.radio_url, sizeof p.radio_url, members, "nwr.pointBroadcast");
    copy_text(p.area_radio_url, sizeof p.area_radio_url, members, "nwr.areaBroadcast");
    copy_text(p.time_zone, sizeof p.time_zone, members, "timeZone");
    copy_zone_id(p.forecast_zone_id, p.forecast_zone_url);
    copy_zone_id(p.county_zone_id, p.county_zone_url);
    p.zones_unread = zones_are_odd(&p, members);
    p.urls_unread = member_is_odd(members, "forecastGridData", p.grid_url) ||
                    member_is_odd(members, "forecast", p.forecast_url);
    set_grid_point(&p, members);
    st = make_object(&p, sizeof p, ret_object, err);
out:
    json_document_close(&document);
    return st;
}

/* ---- stations ---- */

static bool read_station(struct point_station *station, const struct json_node *feature)
{
    const struct json_node *members = members_of(feature);
    char url[POINT_URL_MAX], id[POINT_ID_MAX];

    copy_text(id, sizeof id, members, "stationIdentifier");
    copy_id(station->id, str_of(id));
    if (!station->id[0]) {
        copy_text(url, sizeof url, feature, feature == members ? "@id" : "id");
        copy_id(station->id, last_segment(str_of(url)));
    }
    copy_text(station->name, sizeof station->name, members, "name");
    return station->id[0] != '\0';
}

static bool list_has(const struct point_station_list *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].id, id) == 0)
            return true;
    return false;
}

static void list_add(struct point_station_list *list, const struct json_node *feature)
{
    struct point_station *next = &list->at[list->count];

    if (list->count == POINT_STATIONS_MAX)
        return;
    if (!read_station(next, feature))
        list->unread = true;
    else if (!list_has(list, next->id))
        list->count++;
}

/* Adds a station of the plain list of URLs beside the features. */
static void list_add_url(struct point_station_list *list, const struct json_node *url)
{
    struct point_station *next = &list->at[list->count];

    if (list->count == POINT_STATIONS_MAX)
        return;
    copy_id(next->id,
            last_segment(json_node_is(url, JSON_KIND_STRING) ? json_node_text(url) : STR_NONE));
    next->name[0] = '\0';
    if (!next->id[0])
        list->unread = true;
    else if (!list_has(list, next->id))
        list->count++;
}

static void list_add_all(struct point_station_list *list, const struct json_node *array,
                         void (*add)(struct point_station_list *list, const struct json_node *each))
{
    if (!json_node_is(array, JSON_KIND_ARRAY))
        return;
    for (const struct json_node *each = json_node_first(array); each;
         each = json_node_after(array, each))
        add(list, each);
}

enum status point_decode_stations(struct str body, void *unused, struct object **ret_object,
                                  struct err *err)
{
    struct point_station_list list = { .count = 0 };
    const struct json_node *features, *urls;
    struct json_document document;
    enum status st = open_object(body, &document, err);

    (void)unused;
    if (st != ST_OK)
        goto out;
    features = json_node_at(document.root, "features");
    if (!json_node_is(features, JSON_KIND_ARRAY))
        features = json_node_at(document.root, "@graph");
    urls = json_node_at(document.root, "observationStations");
    if (json_node_is(features, JSON_KIND_ARRAY) || json_node_is(urls, JSON_KIND_ARRAY)) {
        list_add_all(&list, features, list_add);
        list_add_all(&list, urls, list_add_url);
    } else if (json_node_member(members_of(document.root), STR("stationIdentifier"))) {
        list_add(&list, document.root);
    } else {
        st = err_set(err, ST_INVALID, "not a list of stations");
        goto out;
    }
    memset(&list.at[list.count], 0, (POINT_STATIONS_MAX - list.count) * sizeof list.at[0]);
    st = make_object(&list, sizeof list, ret_object, err);
out:
    json_document_close(&document);
    return st;
}

/* ---- zones ---- */

enum status point_decode_zone(struct str body, void *unused, struct object **ret_object,
                              struct err *err)
{
    struct point_zone facts = { .id = "" };
    struct json_document document;
    const struct json_node *members;
    char id[POINT_ID_MAX];
    enum status st = open_object(body, &document, err);

    (void)unused;
    if (st != ST_OK)
        goto out;
    members = members_of(document.root);
    copy_text(id, sizeof id, members, "id");
    copy_id(facts.id, str_of(id));
    copy_text(facts.name, sizeof facts.name, members, "name");
    if (!facts.id[0])
        st = err_set(err, ST_INVALID, "not a zone");
    else
        st = make_object(&facts, sizeof facts, ret_object, err);
out:
    json_document_close(&document);
    return st;
}
