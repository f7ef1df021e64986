/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/nws_point.c -- any bytes as points, station lists, zones, geocoder results and cached
 * places.
 *
 * Each decoder rejects the bytes or gives an object with clean texts; a decoded place survives
 * being cached as an entry. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/here.h"
#include "intents/weather/nws.h"
#include "intents/weather/place_entry.h"
#include "intents/weather/point.h"
#include "server/base/arena.h"
#include "server/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct nws *client(void)
{
    static const struct nws_settings settings = { .base_url = "http://127.0.0.1:1/base" };
    static struct nws *n;

    if (!n)
        n = nws_create(&settings, NULL, NULL, NULL);
    return n;
}

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool is_clean(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < ' ')
            return false;
    return true;
}

static void try_point(struct str body, struct arena *arena)
{
    struct object *object = NULL;
    const struct point *p;
    struct str url;

    if (point_decode(body, NULL, &object, NULL) != ST_OK)
        return;
    p = object->data;
    must(is_clean(p->grid_url) && is_clean(p->time_zone) && is_clean(p->forecast_url));
    must(!p->grid_point[0] || point_grid_valid(str_of(p->grid_point)));
    must(!p->county_zone_id[0] || point_id_valid(str_of(p->county_zone_id)));
    url = nws_url(client(), arena, str_of(p->grid_url));
    must(url.n == 0 || str_starts(url, STR("http://127.0.0.1:1/base/")));
    object_release(object);
}

static void try_lists(struct str body)
{
    struct object *object = NULL;

    if (point_decode_stations(body, NULL, &object, NULL) == ST_OK) {
        const struct point_station_list *list = object->data;

        must(list->count <= POINT_STATIONS_MAX);
        for (size_t i = 0; i < list->count; i++)
            must(point_id_valid(str_of(list->at[i].id)) && is_clean(list->at[i].name));
        object_release(object);
    }
    if (point_decode_zone(body, NULL, &object, NULL) == ST_OK) {
        must(point_id_valid(str_of(((const struct point_zone *)object->data)->id)));
        object_release(object);
    }
    if (here_decode(body, NULL, &object, NULL) == ST_OK)
        object_release(object);
}

static void try_entry(struct str body, struct arena *arena)
{
    struct place place = { .zone = NULL }, again = { .zone = NULL };
    json_t *entry = NULL, *copy;

    if (json_parse(body, false, &entry, NULL) != ST_OK)
        return;
    if (place_entry_read(client(), entry, arena, &place)) {
        must(place.zone && place.city.n > 0 && place.state_name.n > 0);
        copy = place_entry_make(client(), &place);
        must(copy && place_entry_read(client(), copy, arena, &again));
        must(str_eq(place.grid_url, again.grid_url) && place.zone == again.zone);
        must(str_eq(place.city, again.city) && place.station_count == again.station_count);
        json_decref(copy);
    }
    json_decref(entry);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = { (const char *)data, size };
    struct arena *arena = arena_create(256 * 1024);

    if (size == 0)
        body.p = "";
    try_point(body, arena);
    try_lists(body);
    try_entry(body, arena);
    arena_free(arena);
    return 0;
}
