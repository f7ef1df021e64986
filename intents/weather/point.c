/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/point.c -- /points, stations and zones, reduced to what we use.
 *
 * The objects are plain structs of bounded text: a text that does not fit its field, or holds
 * control characters, counts as absent, for half an URL or half an id is worse than none. Ids are
 * checked here once, because later they stand in paths and in keys of the store. */
#include "intents/weather/point.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/json.h"

/* Copy a member's text into a field of `room` bytes; "" when it is no text, too long or not
 * clean. */
static void take_text(char *field, size_t room, const json_t *root, const char *path)
{
    struct str s = str_trim(json_str(root, path));

    field[0] = '\0';
    if (s.n == 0 || s.n >= room)
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

static void take_id(char field[POINT_ID_MAX], struct str id)
{
    field[0] = '\0';
    if (!point_id_valid(id))
        return;
    memcpy(field, id.p, id.n);
    field[id.n] = '\0';
}

/* ".../zones/county/COC013" -> "COC013" */
static struct str last_segment(const char *url)
{
    struct str s = str_of(url);
    size_t from = s.n;

    while (from > 0 && s.p[from - 1] != '/')
        from--;
    return from > 0 ? str_sub(s, from, s.n) : STR_NONE;
}

/* The members of a document: under `properties`, or at the top of JSON-LD. */
static const json_t *members_of(const json_t *root)
{
    const json_t *properties = json_object_get(root, "properties");

    return json_is_object(properties) ? properties : root;
}

static enum status parse_object(struct str body, json_t **ret_root, struct err *err)
{
    enum status st = json_parse(body, false, ret_root, err);

    if (st != ST_OK)
        return st;
    if (json_is_object(*ret_root))
        return ST_OK;
    json_decref(*ret_root);
    return err_set(err, ST_INVALID, "not a JSON object");
}

/* Hand a copy of `facts` over as an object. */
static enum status wrap(const void *facts, size_t size, struct object **ret_object, struct err *err)
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

/* "AER/125,236" from the URL of the raw grid, which is right where the single members are old,
 * missing or name another office; from those members when there is no URL. */
static void take_grid_point(struct point *p, const json_t *members)
{
    struct str url = str_of(p->grid_url), found = STR_NONE;
    size_t at = str_find(url, STR("/gridpoints/"));
    char office[POINT_ID_MAX], built[sizeof p->grid_point];
    int64_t x, y;
    int n;

    if (at < url.n)
        found = str_sub(url, at + strlen("/gridpoints/"), url.n);
    if (!point_grid_valid(found)) {
        take_text(office, sizeof office, members, "gridId");
        if (!office[0])
            memcpy(office, p->cwa, sizeof office);
        if (!office[0] || !json_int(members, "gridX", &x) || !json_int(members, "gridY", &y))
            return;
        n = snprintf(built, sizeof built, "%s/%lld,%lld", office, (long long)x, (long long)y);
        if (n < 0 || (size_t)n >= sizeof built)
            return;
        found = str_of(built);
    }
    if (!point_grid_valid(found) || found.n >= sizeof p->grid_point)
        return;
    memcpy(p->grid_point, found.p, found.n);
    p->grid_point[found.n] = '\0';
}

static void take_zone_id(char field[POINT_ID_MAX], const char *url)
{
    bool is_zone = str_find(str_of(url), STR("/zones/")) < strlen(url);

    take_id(field, is_zone ? last_segment(url) : STR_NONE);
}

enum status point_decode(struct str body, void *unused, struct object **ret_object, struct err *err)
{
    struct point p = { .cwa = "" };
    const json_t *members;
    json_t *root = NULL;
    char cwa[POINT_ID_MAX];
    enum status st = parse_object(body, &root, err);

    (void)unused;
    if (st != ST_OK)
        return st;
    members = members_of(root);
    /* One of these is there, be it null, in every answer since the API began. */
    if (!json_object_get(members, "cwa") && !json_object_get(members, "forecastGridData")) {
        st = err_set(err, ST_INVALID, "not a point");
        goto out;
    }
    take_text(cwa, sizeof cwa, members, "cwa");
    take_id(p.cwa, str_of(cwa));
    take_text(p.grid_url, sizeof p.grid_url, members, "forecastGridData");
    take_text(p.forecast_url, sizeof p.forecast_url, members, "forecast");
    take_text(p.stations_url, sizeof p.stations_url, members, "observationStations");
    take_text(p.forecast_zone_url, sizeof p.forecast_zone_url, members, "forecastZone");
    take_text(p.county_zone_url, sizeof p.county_zone_url, members, "county");
    take_text(p.time_zone, sizeof p.time_zone, members, "timeZone");
    take_zone_id(p.forecast_zone_id, p.forecast_zone_url);
    take_zone_id(p.county_zone_id, p.county_zone_url);
    take_grid_point(&p, members);
    st = wrap(&p, sizeof p, ret_object, err);
out:
    json_decref(root);
    return st;
}

/* ---- stations ---- */

static bool station_take(struct point_station *station, const json_t *feature)
{
    const json_t *members = members_of(feature);
    char url[POINT_URL_MAX], id[POINT_ID_MAX];

    take_text(id, sizeof id, members, "stationIdentifier");
    take_id(station->id, str_of(id));
    if (!station->id[0]) {
        take_text(url, sizeof url, feature, feature == members ? "@id" : "id");
        take_id(station->id, last_segment(url));
    }
    take_text(station->name, sizeof station->name, members, "name");
    return station->id[0] != '\0';
}

static bool list_has(const struct point_station_list *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i].id, id) == 0)
            return true;
    return false;
}

static void list_add(struct point_station_list *list, const json_t *feature)
{
    struct point_station *next = &list->at[list->count];

    if (list->count < POINT_STATIONS_MAX && station_take(next, feature) &&
        !list_has(list, next->id))
        list->count++;
}

/* The bare list of URLs that goes with the features. */
static void list_add_url(struct point_station_list *list, const json_t *url)
{
    struct point_station *next = &list->at[list->count];

    if (list->count == POINT_STATIONS_MAX || !json_is_string(url))
        return;
    take_id(next->id, last_segment(json_string_value(url)));
    next->name[0] = '\0';
    if (next->id[0] && !list_has(list, next->id))
        list->count++;
}

enum status point_decode_stations(struct str body, void *unused, struct object **ret_object,
                                  struct err *err)
{
    struct point_station_list list = { .count = 0 };
    const json_t *features, *urls, *each;
    json_t *root = NULL;
    size_t i;
    enum status st = parse_object(body, &root, err);

    (void)unused;
    if (st != ST_OK)
        return st;
    features = json_object_get(root, "features");
    if (!json_is_array(features))
        features = json_object_get(root, "@graph");
    urls = json_object_get(root, "observationStations");
    if (json_is_array(features) || json_is_array(urls)) {
        json_array_foreach (features, i, each) {
            list_add(&list, each);
        }
        json_array_foreach (urls, i, each) {
            list_add_url(&list, each);
        }
    } else if (json_object_get(members_of(root), "stationIdentifier")) {
        list_add(&list, root);
    } else {
        st = err_set(err, ST_INVALID, "not a list of stations");
        goto out;
    }
    memset(&list.at[list.count], 0, (POINT_STATIONS_MAX - list.count) * sizeof list.at[0]);
    st = wrap(&list, sizeof list, ret_object, err);
out:
    json_decref(root);
    return st;
}

/* ---- zones ---- */

enum status point_decode_zone(struct str body, void *unused, struct object **ret_object,
                              struct err *err)
{
    struct point_zone facts = { .id = "" };
    const json_t *members;
    json_t *root = NULL;
    char id[POINT_ID_MAX];
    enum status st = parse_object(body, &root, err);

    (void)unused;
    if (st != ST_OK)
        return st;
    members = members_of(root);
    take_text(id, sizeof id, members, "id");
    take_id(facts.id, str_of(id));
    take_text(facts.name, sizeof facts.name, members, "name");
    if (!facts.id[0])
        st = err_set(err, ST_INVALID, "not a zone");
    else
        st = wrap(&facts, sizeof facts, ret_object, err);
    json_decref(root);
    return st;
}
