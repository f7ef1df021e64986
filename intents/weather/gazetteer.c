/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer.c -- searches the table of places that is compiled into the program.
 *
 * The table is gazetteer/places.bin, built by gazetteer/build.py. Numbers are little-endian and
 * unaligned. Degrees are signed 24-bit integers in units of 1/10,000 degree.
 *
 *   head      "CCPLACE1"; u32 each: number of names, rows, ZIP codes, bytes of text; 64 state codes
 *   prefixes  1001 times u16: index of the first ZIP code at or after that three-digit prefix
 *   names     u24 start of its text, u16 its first row; one extra at the end as a sentinel
 *   rows      latitude, longitude, u8 state index, u24 population;
 *             or an alias, with 255 as the state: the first field is the row it stands for
 *   zips      u8 last two digits, u16 row, latitude, longitude
 *   text      the names in UTF-8, concatenated
 *
 * Names are sorted by their place_name_key(), which is recomputed in every comparison: that is
 * cheaper than loading the pages of a second copy of every name. Spellings with the same key ("De
 * Kalb" and "DeKalb") are adjacent; the rows of a name are consecutive. */
#include "intents/weather/gazetteer.h"

#include <assert.h>
#include <string.h>

#include "intents/weather/place_name.h"

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
    NAME_BYTES = 5,
    ROW_BYTES = 10,
    ZIP_BYTES = 9,
    ALIAS = 255,
};

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

static uint32_t first_row(uint32_t name)
{
    return u16_at(name_at(name) + 3);
}

size_t gazetteer_name_count(void)
{
    return head_number(0);
}

struct str gazetteer_name(size_t i)
{
    assert(i < head_number(0));
    const char *text = (const char *)zip_at(head_number(2));
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

    if (p[6] == ALIAS) {
        row = u24_at(p);
        name = name_of_row(row);
        p = row_at(row);
    }
    struct gazetteer_hit hit = { .city = gazetteer_name(name) };
    memcpy(hit.state, gazetteer_table + STATES_AT + (size_t)2 * p[6], 2);
    hit.lat = degrees_at(p);
    hit.lon = degrees_at(p + 3);
    hit.population = u24_at(p + 7);
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
    uint32_t row = u16_at(p + 1);
    struct gazetteer_hit hit = hit_of(name_of_row(row), row);
    hit.lat = degrees_at(p + 3);
    hit.lon = degrees_at(p + 6);
    hit.near = p[0] != last_two;
    *ret_hit = hit;
    return true;
}

/* ---- names ---- */

static int compare_name(uint32_t name, const char *key)
{
    char name_key[PLACE_NAME_MAX + 1];

    place_name_key(gazetteer_name(name), name_key);
    return strcmp(name_key, key);
}

struct hits {
    struct gazetteer_hit *items;
    size_t n, max;
};

/* Inserts a hit by population, keeping the most populous. A place may be found by two of its
 * names. */
static void add_hit(struct hits *hits, struct gazetteer_hit hit)
{
    for (size_t i = 0; i < hits->n; i++) {
        const struct gazetteer_hit *seen = &hits->items[i];
        if (seen->city.p == hit.city.p && strcmp(seen->state, hit.state) == 0 &&
            seen->lat == hit.lat && seen->lon == hit.lon)
            return;
    }
    size_t at = hits->n;
    while (at > 0 && hits->items[at - 1].population < hit.population)
        at--;
    if (at == hits->max)
        return;
    size_t moved = (hits->n < hits->max ? hits->n : hits->max - 1) - at;
    memmove(hits->items + at + 1, hits->items + at, moved * sizeof hit);
    hits->items[at] = hit;
    hits->n += hits->n < hits->max;
}

static void add_named(struct str city, const char *state, struct hits *hits)
{
    char key[PLACE_NAME_MAX + 1];

    if (place_name_key(city, key) == 0)
        return;
    uint32_t low = 0, high = head_number(0);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_name(middle, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < head_number(0) && compare_name(low, key) == 0; low++) {
        for (uint32_t row = first_row(low); row < first_row(low + 1); row++) {
            struct gazetteer_hit hit = hit_of(low, row);
            if (!state || *state == '\0' || strcmp(hit.state, state) == 0)
                add_hit(hits, hit);
        }
    }
}

/* Words that people put around a town's name. */
static const char *const name_prefixes[] = { "city of ", "town of ", "village of ", "downtown ",
                                             "greater " };
static const char *const name_suffixes[] = { " city",    " town",     " township", " village",
                                             " borough", " downtown", " area" };

/* Adds the places whose name is `city` without a prefix or suffix: the first that gives any. */
static void add_stripped(struct str city, const char *state, struct hits *hits)
{
    char folded[PLACE_NAME_MAX + 1];
    struct str words = { folded, place_name_fold(city, folded) };

    for (size_t i = 0; hits->n == 0 && i < sizeof name_prefixes / sizeof name_prefixes[0]; i++) {
        struct str extra = str_of(name_prefixes[i]);
        if (str_starts(words, extra))
            add_named(str_sub(words, extra.n, words.n), state, hits);
    }
    for (size_t i = 0; hits->n == 0 && i < sizeof name_suffixes / sizeof name_suffixes[0]; i++) {
        struct str extra = str_of(name_suffixes[i]);
        if (str_ends(words, extra))
            add_named(str_sub(words, 0, words.n - extra.n), state, hits);
    }
}

size_t gazetteer_city(struct str city, const char *state, struct gazetteer_hit *hits, size_t max)
{
    struct hits found = { hits, 0, max };

    add_named(city, state, &found);
    if (found.n == 0)
        add_stripped(city, state, &found);
    return found.n;
}

bool gazetteer_best(const struct gazetteer_query *query, const char *home_state,
                    struct gazetteer_hit *ret_hit)
{
    struct hits found = { ret_hit, 0, 1 };

    if (query->zip[0] != '\0')
        return gazetteer_zip(str_of(query->zip), ret_hit);
    if (query->state[0] != '\0')
        return gazetteer_city(query->city, query->state, ret_hit, 1) > 0;
    /* Try the full name everywhere before stripping it: at home in Louisiana, which has a town of
     * Iowa, "Iowa City" is still the one in Iowa. */
    bool at_home = home_state && *home_state != '\0';
    if (at_home)
        add_named(query->city, home_state, &found);
    if (found.n == 0)
        add_named(query->city, NULL, &found);
    if (found.n == 0 && at_home)
        add_stripped(query->city, home_state, &found);
    if (found.n == 0)
        add_stripped(query->city, NULL, &found);
    return found.n > 0;
}
