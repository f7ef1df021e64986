/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer_table.c -- reads the table of places that is compiled into the program.
 *
 * The table is gazetteer/places.bin, built by gazetteer/build.py. Numbers are little-endian and
 * unaligned. Degrees are signed 24-bit integers in units of 1/10,000 degree.
 *
 *   head      "CCPLACE3"; u32 each: number of names, rows, ZIP codes, stations; 64 state codes
 *   prefixes  1001 times u16: index of the first ZIP code at or after that three-digit prefix
 *   names     u24 start of its text, u24 its first row; one extra at the end as a sentinel
 *   rows      latitude, longitude, u8 state index, u24 population, u8 kind (enum gazetteer_kind);
 *             or an alias, with 255 as the state: the first field is the row it stands for, and the
 *             population is what the alias counts for.
 *             A place abroad has the state code "--".
 *   zips      u8 last two digits, u24 row, latitude, longitude
 *   stations  four letters of the id, latitude, longitude
 *   text      the names in UTF-8, concatenated
 *
 * Names are sorted by their place_name_key(), which is recomputed in every comparison: that is
 * cheaper than loading the pages of a second copy of every name. Only the beginnings of some keys
 * are kept, to find where the search is worth the recomputing. Spellings with the same key ("De
 * Kalb" and "DeKalb") are adjacent; the rows of a name are consecutive. */
#include "intents/weather/gazetteer_table.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "intents/weather/place_name.h"
#include "intents/weather/place_score.h"

/* clang-format off */
__asm__(".pushsection .rodata\n"
        ".balign 8\n"
        ".global gazetteer_table\n"
        ".hidden gazetteer_table\n"
        "gazetteer_table:\n"
        ".incbin \"intents/weather/gazetteer/places.bin\"\n"
        ".byte 0\n"
        ".popsection\n");
/* clang-format on */
extern const unsigned char gazetteer_table[] __attribute__((visibility("hidden")));

enum {
    HEAD_BYTES = 8 + 4 * 4 + 128,
    STATES_AT = 8 + 4 * 4,
    PREFIXES = 1000,
    NAME_BYTES = 6,
    ROW_BYTES = 11,
    ZIP_BYTES = 10,
    STATION_BYTES = 10,
    STATION_LETTERS = GAZETTEER_STATION_MAX - 1,
    ALIAS = 255,
    NAMES_MAX = 100000,
    NAMES_PER_SIGN = 16,
    SIGNS_MAX = NAMES_MAX / NAMES_PER_SIGN + 1,
};

/* The first bytes of every NAMES_PER_SIGN-th key, as numbers that compare as the keys do. */
static uint64_t signs[SIGNS_MAX];
static uint32_t sign_count;

static uint32_t u16_at(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8;
}

static uint32_t u24_at(const unsigned char *p)
{
    return u16_at(p) | (uint32_t)p[2] << 16;
}

static double degrees_at(const unsigned char *p)
{
    int32_t value = (int32_t)u24_at(p);

    if (value >= 0x800000)
        value -= 0x1000000;
    return value / 10000.0;
}

static uint32_t head_number(int i)
{
    const unsigned char *p = gazetteer_table + 8 + 4 * i;

    return u16_at(p) | u16_at(p + 2) << 16;
}

static const unsigned char *prefix_at(uint32_t prefix)
{
    return gazetteer_table + HEAD_BYTES + (size_t)2 * prefix;
}

static const unsigned char *name_at(uint32_t i)
{
    return prefix_at(PREFIXES + 1) + (size_t)NAME_BYTES * i;
}

static const unsigned char *row_at(uint32_t i)
{
    return name_at(head_number(0) + 1) + (size_t)ROW_BYTES * i;
}

static const unsigned char *zip_at(uint32_t i)
{
    return row_at(head_number(1)) + (size_t)ZIP_BYTES * i;
}

static const unsigned char *station_at(uint32_t i)
{
    return zip_at(head_number(2)) + (size_t)STATION_BYTES * i;
}

static uint32_t first_row(uint32_t name)
{
    return u24_at(name_at(name) + 3);
}

size_t gazetteer_name_count(void)
{
    return head_number(0);
}

struct str gazetteer_name(size_t i)
{
    assert(i < head_number(0));
    const char *text = (const char *)station_at(head_number(3));
    uint32_t from = u24_at(name_at((uint32_t)i)), to = u24_at(name_at((uint32_t)i + 1));
    return (struct str){ text + from, to - from };
}

/* The name a row belongs to: the last one whose first row is not after it. */
static uint32_t name_of_row(uint32_t row)
{
    uint32_t low = 0, high = head_number(0);

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (first_row(middle) <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static struct gazetteer_hit hit_of(uint32_t name, uint32_t row)
{
    const unsigned char *p = row_at(row);
    struct gazetteer_hit hit = { .population = u24_at(p + 7), .alias = p[6] == ALIAS };

    if (hit.alias) {
        row = u24_at(p);
        name = name_of_row(row);
        p = row_at(row);
    }
    hit.city = gazetteer_name(name);
    memcpy(hit.state, gazetteer_table + STATES_AT + (size_t)2 * p[6], 2);
    hit.lat = degrees_at(p);
    hit.lon = degrees_at(p + 3);
    hit.kind = p[10] <= GAZETTEER_COUNTRY ? (enum gazetteer_kind)p[10] : GAZETTEER_TOWN;
    return hit;
}

/* ---- ZIP codes ---- */

static uint32_t distance(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

bool gazetteer_zip(struct str zip, struct gazetteer_hit *ret_hit)
{
    uint32_t code = 0;

    for (size_t i = 0; i < zip.n; i++) {
        if (zip.p[i] < '0' || zip.p[i] > '9')
            return false;
        code = code * 10 + (uint32_t)(zip.p[i] - '0');
    }
    if (zip.n != 5)
        return false;
    /* Around Guam (96910-96932) and Saipan (96950-96952) are codes of foreign states. */
    if (code > 96932 && code < 97000 && (code < 96950 || code > 96952))
        return false;

    uint32_t end = u16_at(prefix_at(code / 100 + 1)), last_two = code % 100, best = end;
    for (uint32_t i = u16_at(prefix_at(code / 100)); i < end; i++) {
        if (best == end || distance(zip_at(i)[0], last_two) < distance(zip_at(best)[0], last_two))
            best = i;
    }
    if (best == end)
        return false;
    const unsigned char *p = zip_at(best);
    uint32_t row = u24_at(p + 1);
    struct gazetteer_hit hit = hit_of(name_of_row(row), row);
    hit.lat = degrees_at(p + 4);
    hit.lon = degrees_at(p + 7);
    hit.near = p[0] != last_two;
    *ret_hit = hit;
    return true;
}

/* ---- coordinates ---- */

/* Of the nearest point so far. */
struct near {
    double lat, lon, scale; /* scale: of degrees of longitude there, in degrees of latitude */
    double square;          /* of the distance, in degrees of latitude */
    double at_lat, at_lon;
};

static bool is_nearer(struct near *n, double lat, double lon)
{
    double north = lat - n->lat, east = fabs(lon - n->lon);

    east = (east > 180 ? 360 - east : east) * n->scale;
    if (north * north + east * east >= n->square)
        return false;
    n->square = north * north + east * east;
    n->at_lat = lat;
    n->at_lon = lon;
    return true;
}

/* Farther away it is another country, or there is nothing there; in Alaska ZIP codes are far
 * apart. */
static double limit_km(double lat, double lon)
{
    return lat > 51 && (lon < -141 || lon > 170) ? 300 : 50;
}

double gazetteer_zip_near(double lat, double lon, char ret_zip[6])
{
    struct near n = { lat, lon, cos(lat * 3.14159265358979323846 / 180), 1e9, 0, 0 };
    double km;

    for (uint32_t prefix = 0, i = 0; prefix < PREFIXES; prefix++)
        for (; i < u16_at(prefix_at(prefix + 1)); i++) {
            const unsigned char *p = zip_at(i);
            if (is_nearer(&n, degrees_at(p + 4), degrees_at(p + 7)))
                (void)snprintf(ret_zip, 6, "%03u%02u", prefix % PREFIXES, p[0] % 100U);
        }
    km = place_score_distance_km(lat, lon, n.at_lat, n.at_lon);
    return km > limit_km(lat, lon) ? -1 : km;
}

bool gazetteer_station_near(double lat, double lon, char ret_id[GAZETTEER_STATION_MAX])
{
    static const double far_km = 60;
    double best_km = far_km;

    for (uint32_t i = 0; i < head_number(3); i++) {
        const unsigned char *p = station_at(i);
        double km = place_score_distance_km(lat, lon, degrees_at(p + STATION_LETTERS),
                                            degrees_at(p + STATION_LETTERS + 3));
        if (km >= best_km)
            continue;
        best_km = km;
        memcpy(ret_id, p, STATION_LETTERS);
        ret_id[STATION_LETTERS] = '\0';
    }
    return best_km < far_km;
}

/* ---- names ---- */

static uint64_t sign_of_key(const char *key)
{
    uint64_t sign = 0;

    for (int i = 0; i < 8; i++)
        sign = sign << 8 | (*key ? (unsigned char)*key++ : 0);
    return sign;
}

static void read_signs(void)
{
    char key[PLACE_NAME_MAX + 1];

    assert(head_number(0) <= NAMES_MAX);
    for (uint32_t name = 0; name < head_number(0); name += NAMES_PER_SIGN) {
        place_name_key(gazetteer_name(name), key);
        signs[sign_count++] = sign_of_key(key);
    }
}

/* How many of the signs are less than this one, or with `or_equal` at most this one. */
static uint32_t count_signs(uint64_t sign, bool or_equal)
{
    uint32_t low = 0, high = sign_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (signs[middle] < sign || (or_equal && signs[middle] == sign))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Narrows the names down to [*low, *high], where the first one that is not before `key` must be. */
static void narrow_by_signs(const char *key, uint32_t *low, uint32_t *high)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    uint64_t sign = sign_of_key(key);

    pthread_once(&once, read_signs);
    uint32_t before = count_signs(sign, false), after = count_signs(sign, true) * NAMES_PER_SIGN;
    *low = before > 0 ? (before - 1) * NAMES_PER_SIGN + 1 : 0;
    *high = after < *high ? after : *high;
}

static int compare_name(uint32_t name, const char *key)
{
    char name_key[PLACE_NAME_MAX + 1];

    place_name_key(gazetteer_name(name), name_key);
    return strcmp(name_key, key);
}

/* Moves to the first row of the next name that has the key, if there is one. */
static void next_name(struct gazetteer_rows *rows)
{
    rows->row = rows->end = 0;
    if (rows->name < head_number(0) && compare_name(rows->name, rows->key) == 0) {
        rows->row = first_row(rows->name);
        rows->end = first_row(rows->name + 1);
    }
}

void gazetteer_rows_find(struct str name, struct gazetteer_rows *ret_rows)
{
    uint32_t low = 0, high = head_number(0);

    *ret_rows = (struct gazetteer_rows){ .row = 0 };
    if (place_name_key(name, ret_rows->key) == 0)
        return;
    narrow_by_signs(ret_rows->key, &low, &high);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_name(middle, ret_rows->key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    ret_rows->name = low;
    next_name(ret_rows);
}

bool gazetteer_rows_next(struct gazetteer_rows *rows, struct gazetteer_hit *ret_hit)
{
    if (rows->row == rows->end)
        return false;
    *ret_hit = hit_of(rows->name, rows->row++);
    if (rows->row == rows->end) {
        rows->name++;
        next_name(rows);
    }
    return true;
}
