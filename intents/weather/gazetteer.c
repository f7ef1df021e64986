/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer.c -- finds the place that a name means.
 *
 * A name is tried as it is, and only if nothing has it in other readings: without the words around
 * it, as two cities, as a county. Within a state the most populous place of a name is always the
 * one, since places are cached and saved under city and state; places in several states are
 * compared by place_score.h. */
#include "intents/weather/gazetteer.h"

#include <string.h>

#include "intents/weather/gazetteer_table.h"
#include "intents/weather/place_score.h"

static bool is_foreign(const struct gazetteer_hit *hit)
{
    return hit->kind == GAZETTEER_ABROAD || hit->kind == GAZETTEER_COUNTRY;
}

/* ---- lists of hits ---- */

struct hits {
    struct gazetteer_hit *items;
    size_t n, max;
};

/* Inserts by population, dropping duplicates: a place may have several aliases with one key. */
static void add_hit(struct hits *hits, struct gazetteer_hit hit)
{
    for (size_t i = 0; i < hits->n; i++) {
        const struct gazetteer_hit *seen = &hits->items[i];
        if (str_eq(seen->city, hit.city) && strcmp(seen->state, hit.state) == 0 &&
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
    struct gazetteer_rows rows;
    struct gazetteer_hit hit;

    gazetteer_rows_find(city, &rows);
    while (gazetteer_rows_next(&rows, &hit)) {
        if (!is_foreign(&hit) && (!state || *state == '\0' || strcmp(hit.state, state) == 0))
            add_hit(hits, hit);
    }
}

/* ---- the words around a name ---- */

static const char *const name_prefixes[] = { "city of ",      "town of ",   "village of ",
                                             "downtown ",     "greater ",   "metro ",
                                             "metropolitan ", "county of ", "borough of ",
                                             "outside of ",   "outside ",   "suburban ",
                                             "midtown ",      "uptown ",    "commonwealth of " };
static const char *const name_suffixes[] = {
    " metro area",
    " metropolitan area",
    " metroplex",
    " metro",
    " bay area",
    " urban area",
    " greater area",
    " area",
    " city",
    " town",
    " township",
    " village",
    " borough",
    " downtown",
    " suburbs",
    " region",
    " vicinity",
    " proper",
    " international airport",
    " regional airport",
    " municipal airport",
    " county airport",
    " executive airport",
    " airport",
    " international",
    " airfield",
};

/* Drops the first prefix, else the first suffix, that surrounds a name. */
static bool strip(struct str *words)
{
    for (size_t i = 0; i < sizeof name_prefixes / sizeof name_prefixes[0]; i++) {
        struct str extra = str_of(name_prefixes[i]);
        if (words->n > extra.n && str_starts(*words, extra)) {
            *words = str_sub(*words, extra.n, words->n);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof name_suffixes / sizeof name_suffixes[0]; i++) {
        struct str extra = str_of(name_suffixes[i]);
        if (words->n > extra.n && str_ends(*words, extra)) {
            *words = str_sub(*words, 0, words->n - extra.n);
            return true;
        }
    }
    return false;
}

/* Adds the places whose name is `city` without the words around it, dropping no more than it takes
 * to find any. */
static void add_stripped(struct str city, const char *state, struct hits *hits)
{
    char folded[PLACE_NAME_MAX + 1];
    struct str words = { folded, place_name_fold(city, folded) };

    while (hits->n == 0 && strip(&words))
        add_named(words, state, hits);
}

size_t gazetteer_city(struct str city, const char *state, struct gazetteer_hit *hits, size_t max)
{
    struct hits found = { hits, 0, max };

    add_named(city, state, &found);
    if (found.n == 0)
        add_stripped(city, state, &found);
    return found.n;
}

/* ---- the one that is meant ---- */

enum { STATES_MAX = 64 };

/* The best place here and the best one abroad for a name. */
struct choice {
    bool here, abroad, country; /* country: the best one abroad is a country */
    struct gazetteer_hit best;
    double score, abroad_score;
};

/* Keeps the most populous place of each state, then the best of these by score. */
static void choose_named(struct str city, const char *state, const struct gazetteer_home *home,
                         struct choice *ret_choice)
{
    struct gazetteer_rows rows;
    struct gazetteer_hit hit, top[STATES_MAX];
    size_t n = 0;

    *ret_choice = (struct choice){ .here = false };
    gazetteer_rows_find(city, &rows);
    while (gazetteer_rows_next(&rows, &hit)) {
        if (is_foreign(&hit)) {
            double score = place_score(&hit, home);
            if (ret_choice->abroad && score <= ret_choice->abroad_score)
                continue;
            ret_choice->abroad = true;
            ret_choice->abroad_score = score;
            ret_choice->country = hit.kind == GAZETTEER_COUNTRY;
            continue;
        }
        if (*state != '\0' && strcmp(hit.state, state) != 0)
            continue;
        size_t i = 0;
        while (i < n && strcmp(top[i].state, hit.state) != 0)
            i++;
        if (i == n && n < STATES_MAX)
            top[n++] = hit;
        else if (i < n && hit.population > top[i].population)
            top[i] = hit;
    }
    for (size_t i = 0; i < n; i++) {
        double score = place_score(&top[i], home);
        if (ret_choice->here && score <= ret_choice->score)
            continue;
        ret_choice->here = true;
        ret_choice->best = top[i];
        ret_choice->score = score;
    }
}

static void choose_stripped(struct str words, const char *state, const struct gazetteer_home *home,
                            struct choice *ret_choice)
{
    while (!ret_choice->here && strip(&words))
        choose_named(words, state, home, ret_choice);
}

/* Two cities near each other, said as one name: the first. */
static void choose_first_of_two(struct str words, const char *state,
                                const struct gazetteer_home *home, struct choice *ret_choice)
{
    enum { TOGETHER_KM = 110 };
    struct choice first, second;

    for (size_t i = 1; i + 1 < words.n && !ret_choice->here; i++) {
        if (words.p[i] != ' ')
            continue;
        struct str after = str_sub(words, i + 1, words.n);
        if (str_starts(after, STR("and ")))
            after = str_sub(after, 4, after.n);
        choose_named(str_sub(words, 0, i), state, home, &first);
        if (!first.here)
            continue;
        struct gazetteer_home there = { .located = true,
                                        .lat = first.best.lat,
                                        .lon = first.best.lon };
        memcpy(there.state, first.best.state, sizeof there.state);
        choose_named(after, "", &there, &second);
        if (second.here && place_score_distance_km(first.best.lat, first.best.lon, second.best.lat,
                                                   second.best.lon) < TOGETHER_KM)
            *ret_choice = first;
    }
}

static void choose_county(struct str words, const char *state, const struct gazetteer_home *home,
                          struct choice *ret_choice)
{
    char name[PLACE_NAME_MAX + 1];
    static const char suffix[] = " county";

    if (words.n + sizeof suffix > sizeof name)
        return;
    memcpy(name, words.p, words.n);
    memcpy(name + words.n, suffix, sizeof suffix);
    choose_named((struct str){ name, words.n + sizeof suffix - 1 }, state, home, ret_choice);
}

/* "paris france", "london ontario": do the words end with a country, after a name? */
static bool ends_abroad(struct str words)
{
    for (size_t i = words.n; i > 1; i--) {
        struct gazetteer_rows rows;
        struct gazetteer_hit hit;
        if (words.p[i - 1] != ' ')
            continue;
        gazetteer_rows_find(str_sub(words, i, words.n), &rows);
        while (gazetteer_rows_next(&rows, &hit)) {
            if (hit.kind == GAZETTEER_COUNTRY)
                return true;
        }
    }
    return false;
}

static void choose(const struct gazetteer_query *query, const struct gazetteer_home *home,
                   struct choice *ret_choice)
{
    const char *state = query->state;
    char folded[PLACE_NAME_MAX + 1];
    struct str words = { folded, place_name_fold(query->city, folded) };

    choose_named(query->city, state, home, ret_choice);
    if (ret_choice->here || (ret_choice->abroad && *state == '\0'))
        return;
    if (*state == '\0' && ends_abroad(words)) {
        ret_choice->abroad = true;
        return;
    }
    choose_stripped(words, state, home, ret_choice);
    if (!ret_choice->here)
        choose_county(words, state, home, ret_choice);
    if (!ret_choice->here)
        choose_first_of_two(words, state, home, ret_choice);
}

bool gazetteer_best(const struct gazetteer_query *query, const struct gazetteer_home *home,
                    struct gazetteer_hit *ret_hit)
{
    struct choice choice;

    if (query->zip[0] != '\0')
        return gazetteer_zip(str_of(query->zip), ret_hit);
    choose(query, home, &choice);
    if (choice.here)
        *ret_hit = choice.best;
    return choice.here;
}

static bool choose_abroad(const struct gazetteer_query *query, const struct gazetteer_home *home,
                          struct choice *ret_choice)
{
    if (query->zip[0] != '\0' || query->state[0] != '\0')
        return false;
    choose(query, home, ret_choice);
    return ret_choice->abroad &&
           (!ret_choice->here || ret_choice->abroad_score > ret_choice->score);
}

bool gazetteer_is_abroad(const struct gazetteer_query *query, const struct gazetteer_home *home)
{
    struct choice choice;

    return choose_abroad(query, home, &choice);
}

bool gazetteer_is_country(const struct gazetteer_query *query, const struct gazetteer_home *home)
{
    struct choice choice;

    return choose_abroad(query, home, &choice) && choice.country;
}
