/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer.c -- finds the place that a name means.
 *
 * A name is tried as it is, and only if nothing has it in other readings: without the words around
 * it, as two cities, as a county. Within a state the most populous place of a name is always the
 * one, since places are cached and saved under city and state; places in several states are
 * compared by place_score.h. */
#include "intents/weather/gazetteer.h"

#include <string.h>

#include "intents/weather/gazetteer_memo.h"
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
    " and preserve",
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

/* "rainier" is the mountain, but "rainier washington" the town: with a state a place's own name
 * comes before an alias. */
static bool is_better(const struct gazetteer_hit *a, const struct gazetteer_hit *b, bool has_state)
{
    if (has_state && a->alias != b->alias)
        return b->alias;
    return a->population > b->population;
}

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
        else if (i < n && is_better(&hit, &top[i], *state != '\0'))
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

enum { LANDMARK_NAME_MIN = 4 }; /* not the code of an airport: "tri valley" */

/* What parks and the like have after their names. */
static const char *const landmark_suffixes[] = {
    " national park",
    " national forest",
    " national monument",
    " national seashore",
    " national lakeshore",
    " national recreation area",
    " recreation area",
    " state park",
    " state forest",
    " wilderness",
    " wildlife refuge",
    " ski resort",
    " ski area",
    " resort",
    " lake",
    " reservoir",
    " river",
    " dam",
    " mountain",
    " mountains",
    " peak",
    " volcano",
    " canyon",
    " falls",
    " beach",
    " island",
    " summit",
    " pass",
    " valley",
};

/* "starved rock state park": a landmark of the name without the suffix or, in a state that was
 * said, a town. A town of that name in any state would be far off. */
static void choose_landmark(struct str words, const char *state, const struct gazetteer_home *home,
                            struct choice *ret_choice)
{
    struct choice choice;

    for (size_t i = 0; i < sizeof landmark_suffixes / sizeof landmark_suffixes[0]; i++) {
        struct str suffix = str_of(landmark_suffixes[i]);
        if (words.n < suffix.n + LANDMARK_NAME_MIN || !str_ends(words, suffix))
            continue;
        choose_named(str_sub(words, 0, words.n - suffix.n), state, home, &choice);
        if (choice.here && (choice.best.kind == GAZETTEER_LANDMARK || *state != '\0'))
            *ret_choice = choice;
        return;
    }
}

/* "cherry city" does not mean Cherry, Pennsylvania: a place known by other words than were said
 * must be in the state that was said or in the user's own, not be a small town, or be a landmark.
 * */
static bool is_plausible(const struct gazetteer_hit *hit, const char *state,
                         const struct gazetteer_home *home)
{
    enum { SMALL_TOWN = 5000 };

    return *state != '\0' || hit->population >= SMALL_TOWN || hit->kind == GAZETTEER_LANDMARK ||
           (home && strcmp(hit->state, home->state) == 0);
}

static void choose_stripped(struct str words, const char *state, const struct gazetteer_home *home,
                            struct choice *ret_choice)
{
    while (!ret_choice->here && strip(&words)) {
        choose_named(words, state, home, ret_choice);
        if (ret_choice->here && !is_plausible(&ret_choice->best, state, home))
            ret_choice->here = false;
    }
}

/* The two cities that the words name in turn are near each other. One of them tells which namesake
 * of the other is meant: "springfield chicopee". */
static bool are_neighbors(struct str first, struct str second, const char *state,
                          const struct gazetteer_home *home, struct gazetteer_hit *ret_first)
{
    enum { TOGETHER_KM = 110 };
    struct choice a, b = { .here = false };

    choose_named(first, state, home, &a);
    if (!a.here)
        return false;
    for (int turn = 0; turn < 2; turn++) {
        struct gazetteer_home there = { .located = true };
        const struct gazetteer_hit *known = turn == 0 ? &a.best : &b.best;
        there.lat = known->lat;
        there.lon = known->lon;
        memcpy(there.state, known->state, sizeof there.state);
        choose_named(turn == 0 ? second : first, turn == 0 ? "" : state, &there,
                     turn == 0 ? &b : &a);
        if (!a.here || !b.here)
            return false;
        *ret_first = a.best;
        if (is_plausible(&a.best, state, home) && is_plausible(&b.best, "", &there) &&
            place_score_distance_km(a.best.lat, a.best.lon, b.best.lat, b.best.lon) < TOGETHER_KM)
            return true;
        if (turn == 0)
            choose_named(second, "", home, &b);
    }
    return false;
}

enum { TWIN_PEOPLE = 3000 }; /* at least, in either of two towns that are said as one name */

/* Is one of the second name's towns near this one? */
static bool has_neighbor(const struct gazetteer_hit *town, struct str second, double km)
{
    struct gazetteer_rows rows;
    struct gazetteer_hit hit;

    gazetteer_rows_find(second, &rows);
    while (gazetteer_rows_next(&rows, &hit)) {
        if (hit.kind == GAZETTEER_TOWN && !hit.alias && hit.population >= TWIN_PEOPLE &&
            place_score_distance_km(hit.lat, hit.lon, town->lat, town->lon) < km)
            return true;
    }
    return false;
}

/* The same where both have larger namesakes elsewhere: "lewiston clarkston". */
static bool are_twins(struct str first, struct str second, const char *state,
                      struct gazetteer_hit *ret_first)
{
    static const double close_km = 40;
    struct gazetteer_rows rows;
    struct gazetteer_hit hit;
    bool found = false;

    gazetteer_rows_find(first, &rows);
    while (gazetteer_rows_next(&rows, &hit)) {
        if (hit.kind != GAZETTEER_TOWN || hit.alias || hit.population < TWIN_PEOPLE ||
            (*state != '\0' && strcmp(hit.state, state) != 0) ||
            (found && hit.population <= ret_first->population) ||
            !has_neighbor(&hit, second, close_km))
            continue;
        *ret_first = hit;
        found = true;
    }
    return found;
}

/* Cities near each other, said as one name: the first. */
static void choose_first_of_two(struct str words, const char *state,
                                const struct gazetteer_home *home, struct choice *ret_choice)
{
    for (size_t i = 1; i + 1 < words.n && !ret_choice->here; i++) {
        if (words.p[i] != ' ')
            continue;
        struct str after = str_sub(words, i + 1, words.n);
        if (str_starts(after, STR("and ")))
            after = str_sub(after, 4, after.n);
        /* The second may be followed by more: "johnson city kingsport bristol". */
        for (size_t end = after.n; end > 0 && !ret_choice->here; end--) {
            if (end == after.n || after.p[end] == ' ')
                ret_choice->here = are_neighbors(str_sub(words, 0, i), str_sub(after, 0, end),
                                                 state, home, &ret_choice->best) ||
                                   are_twins(str_sub(words, 0, i), str_sub(after, 0, end), state,
                                             &ret_choice->best);
        }
    }
}

enum { COUNTY_NAME_MIN = 3 }; /* "s" would become "south county" */

static void choose_county(struct str words, const char *state, const struct gazetteer_home *home,
                          struct choice *ret_choice)
{
    char name[PLACE_NAME_MAX + 1];
    static const char suffix[] = " county";

    if (words.n < COUNTY_NAME_MIN || words.n + sizeof suffix > sizeof name)
        return;
    memcpy(name, words.p, words.n);
    memcpy(name + words.n, suffix, sizeof suffix);
    choose_named((struct str){ name, words.n + sizeof suffix - 1 }, state, home, ret_choice);
}

/* "rutland southern vermont regional airport": the town or county that the name of an airport in a
 * known state begins with. */
static void choose_town_of_airport(struct str words, const char *state,
                                   const struct gazetteer_home *home, struct choice *ret_choice)
{
    if (str_find(words, STR(" airport")) == words.n)
        return;
    for (size_t i = str_find(words, STR(" airport")); i > 0 && !ret_choice->here; i--) {
        if (words.p[i] != ' ')
            continue;
        choose_named(str_sub(words, 0, i), state, home, ret_choice);
        if (!ret_choice->here)
            choose_county(str_sub(words, 0, i), state, home, ret_choice);
    }
}

/* "capitol hill seattle", "lincoln park chicago": the large city that the words end with. */
static void choose_last_city(struct str words, const char *state, const struct gazetteer_home *home,
                             struct choice *ret_choice)
{
    enum { LARGE_CITY = 100000 };
    struct choice choice;

    for (size_t i = 1; i < words.n && !ret_choice->here; i++) {
        if (words.p[i - 1] != ' ')
            continue;
        choose_named(str_sub(words, i, words.n), state, home, &choice);
        if (choice.here && choice.best.population >= LARGE_CITY && !choice.best.alias &&
            choice.best.kind == GAZETTEER_TOWN)
            *ret_choice = choice;
    }
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

static void choose_anew(const struct gazetteer_query *query, const struct gazetteer_home *home,
                        struct choice *ret_choice)
{
    const char *state = query->state;
    char folded[PLACE_NAME_MAX + 1];

    choose_named(query->city, state, home, ret_choice);
    if (ret_choice->here || (ret_choice->abroad && *state == '\0'))
        return;
    struct str words = { folded, place_name_fold(query->city, folded) };
    if (*state == '\0' && ends_abroad(words)) {
        ret_choice->abroad = true;
        return;
    }
    choose_stripped(words, state, home, ret_choice);
    if (!ret_choice->here)
        choose_landmark(words, state, home, ret_choice);
    if (!ret_choice->here)
        choose_county(words, state, home, ret_choice);
    if (!ret_choice->here)
        choose_first_of_two(words, state, home, ret_choice);
    if (!ret_choice->here && *state != '\0')
        choose_town_of_airport(words, state, home, ret_choice);
    if (!ret_choice->here)
        choose_last_city(words, state, home, ret_choice);
}

static void choose(const struct gazetteer_query *query, const struct gazetteer_home *home,
                   struct choice *ret_choice)
{
    if (gazetteer_memo_find(query, home, ret_choice, sizeof *ret_choice))
        return;
    choose_anew(query, home, ret_choice);
    gazetteer_memo_put(query, home, ret_choice, sizeof *ret_choice);
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
