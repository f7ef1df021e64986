/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/radar.c -- asks for the picture, and reads strengths from its colors.
 *
 * A cell is asked for as two by two pixels, of which the strongest counts, so that a small shower
 * isn't lost. Projection: EPSG:3857, spherical Mercator, whose lengths are 1 / cos(latitude)
 * times those on the ground. */
#include "intents/weather/radar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/nws_internal.h"
#include "server/base/picture.h"

enum {
    PIXELS_PER_CELL = 2,
    PIXELS = RADAR_CELLS * PIXELS_PER_CELL,
    FRESH_S_MIN = 240, /* a new picture comes every few minutes */
    FRESH_S_MAX = 300,
    STALE_S_MAX = 1800,
};

static const double pi = 3.14159265358979323846;

bool radar_is_on(const struct nws *n)
{
    return nws_settings(n)->radar_url && nws_settings(n)->radar_url[0];
}

/* ---- strengths ---- */

/* Of a color on the wheel: red 0, green 120, blue 240. */
static double hue_of(int r, int g, int b, int most, int least)
{
    double range = most - least, sixth;

    if (most == r)
        sixth = (g - b) / range;
    else if (most == g)
        sixth = 2 + (b - r) / range;
    else
        sixth = 4 + (r - g) / range;
    return sixth < 0 ? sixth * 60 + 360 : sixth * 60;
}

/* Grays and pale colors are below what rain reflects: insects, dust, the ground. */
static enum radar_strength strength_of(const uint8_t rgba[4])
{
    int r = rgba[0], g = rgba[1], b = rgba[2];
    int most = r > g ? r : g, least = r < g ? r : g;
    double hue;

    most = most > b ? most : b;
    least = least < b ? least : b;
    if (rgba[3] < 128 || most - least < 90)
        return RADAR_NONE;
    hue = hue_of(r, g, b, most, least);
    return hue < 45    ? RADAR_HEAVY
           : hue < 75  ? RADAR_MODERATE
           : hue < 260 ? RADAR_LIGHT
           : hue < 330 ? RADAR_VERY_HEAVY
                       : RADAR_HEAVY;
}

/* The pixels [from, to) that a cell covers; at least one, if the picture is smaller than asked
 * for. */
static void cell_pixels(uint32_t cell, uint32_t pixels, uint32_t *ret_from, uint32_t *ret_to)
{
    *ret_from = cell * pixels / RADAR_CELLS;
    *ret_to = (cell + 1) * pixels / RADAR_CELLS;
    if (*ret_to == *ret_from)
        *ret_to = *ret_from + 1;
}

static uint8_t strongest_in(const struct picture *picture, uint32_t row, uint32_t column)
{
    uint32_t top, bottom, left, right;
    uint8_t strongest = RADAR_NONE;

    cell_pixels(row, picture->height, &top, &bottom);
    cell_pixels(column, picture->width, &left, &right);
    for (uint32_t y = top; y < bottom; y++) {
        for (uint32_t x = left; x < right; x++) {
            uint8_t strength =
                (uint8_t)strength_of(picture->rgba + ((size_t)y * picture->width + x) * 4);
            strongest = strength > strongest ? strength : strongest;
        }
    }
    return strongest;
}

enum status radar_decode(struct str body, void *unused, struct object **ret_object, struct err *err)
{
    struct radar *radar;
    struct picture picture;
    enum status st = picture_decode(body, &picture, err);

    (void)unused;
    if (st != ST_OK)
        return st;
    radar = malloc(sizeof *radar);
    for (uint32_t row = 0; radar && row < RADAR_CELLS; row++)
        for (uint32_t column = 0; column < RADAR_CELLS; column++)
            radar->strength[row][column] = strongest_in(&picture, row, column);
    picture_free(&picture);
    if (!radar)
        return err_no_memory(err);
    *ret_object = object_create(radar, sizeof *radar, free);
    return *ret_object ? ST_OK : err_no_memory(err);
}

/* ---- fetching ---- */

/* Each region has a mosaic of its own; "" where there is none. */
static const char *region_of(const struct place *place)
{
    static const struct {
        const char *state, *region;
    } others[] = { { "AK", "alaska" }, { "HI", "hawaii" }, { "PR", "carib" }, { "VI", "carib" },
                   { "GU", "guam" },   { "MP", "guam" },   { "AS", "" } };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(place->state, others[i].state) == 0)
            return others[i].region;
    return "conus";
}

static const char *url_of(const struct nws *n, const struct call *call, const struct place *place,
                          const char *region)
{
    const double earth_m = 6378137, latitude = place->lat * pi / 180;
    double half = RADAR_KM * 1000.0 / 2 / cos(latitude);
    double x = earth_m * place->lon * pi / 180, y = earth_m * log(tan(pi / 4 + latitude / 2));

    return arena_printf(call->arena,
                        "%s/%s/%s_bref_qcd/ows?service=WMS&version=1.1.1&request=GetMap&layers="
                        "%s_bref_qcd&styles=&srs=EPSG:3857&bbox=%.0f,%.0f,%.0f,%.0f&width=%d&"
                        "height=%d&format=image/png&transparent=true",
                        nws_settings(n)->radar_url, region, region, region, x - half, y - half,
                        x + half, y + half, PIXELS, PIXELS)
        .p;
}

static enum status radar_error(const struct document *document, struct err *err)
{
    enum status st = document->status;

    if (st == ST_OK || st == ST_WOULD_WAIT)
        return st;
    if (st == ST_SYSTEM)
        return err_no_memory(err);
    return err_reason(err, st == ST_TIMEOUT ? st : ST_UNAVAILABLE, "radar_away", "the radar: %s",
                      document->err.text);
}

enum status radar_get(struct nws *n, const struct call *call, const struct place *place,
                      struct radar_answer *ret_answer, struct err *err)
{
    const char *region = region_of(place);
    struct document_request request = { .label = "radar",
                                        .accept = "image/png",
                                        .decode = radar_decode,
                                        .min_fresh_s = FRESH_S_MIN,
                                        .max_fresh_s = FRESH_S_MAX,
                                        .memory_only = true };
    struct document document;
    enum status st;

    if (!region[0])
        return err_reason(err, ST_NOT_FOUND, "radar_none", "no radar covers the place");
    request.url = url_of(n, call, place, region);
    if (!request.url)
        return err_no_memory(err);
    st = nws_fetch(n, call, &request, 1, &document);
    if (st == ST_SYSTEM)
        return err_no_memory(err);
    st = radar_error(&document, err);
    if (st == ST_OK && document.stale && document.age_s > STALE_S_MAX)
        return err_reason(err, ST_UNAVAILABLE, "radar_away", "the radar: the last picture is old");
    if (st == ST_OK)
        *ret_answer =
            (struct radar_answer){ document.object->data, document.stale, document.age_s };
    return st;
}

/* ---- the nearest ---- */

bool radar_nearest(const struct radar *r, enum radar_strength at_least, struct radar_echo *ret_echo)
{
    const double cell_km = (double)RADAR_KM / RADAR_CELLS, center = RADAR_CELLS / 2.0 - 0.5;
    bool found = false;

    for (int row = 0; row < RADAR_CELLS; row++) {
        for (int column = 0; column < RADAR_CELLS; column++) {
            double east = (column - center) * cell_km, north = (center - row) * cell_km;
            double km = hypot(east, north), degrees = atan2(east, north) * 180 / pi;
            if (r->strength[row][column] < at_least || km > RADAR_KM / 2.0 ||
                (found && km >= ret_echo->km))
                continue;
            *ret_echo = (struct radar_echo){ (enum radar_strength)r->strength[row][column], km,
                                             degrees < 0 ? degrees + 360 : degrees };
            found = true;
        }
    }
    return found;
}
