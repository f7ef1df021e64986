/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/place_lists.c -- more than 6,000 spoken places with where they are.
 *
 * The lists are tests/cases/places/NAME.tsv; make.py there tells where they come from. A row is
 * right when what was said leads to within 50 km of the place (15 km in Puerto Rico, where barrios
 * have the names of municipios), and the answer names it as the last column says; a row "abroad"
 * when it is taken for a place outside the United States. 99 % of all rows, and 90 % of each list,
 * must be right. Also prints how long a look-up takes. */
#include <stdio.h>
#include <stdlib.h>

#include "intents/weather/place.h"
#include "intents/weather/place_score.h"
#include "intents/weather/us_state.h"
#include "server/base/clock.h"
#include "tests/test.h"

enum {
    ARENA_MAX = 1 << 16,
    RIGHT_KM = 50,
    MUNICIPIO_KM = 15,
    ROUNDS = 20,
    LINES_MAX = 4000,
    CELL_MAX = 100
};

static const char *const lists[] = {
    "cities-with-state", "big-city-or-hamlet",
    "airports",          "airport-names",
    "airport-codes",     "landmarks",
    "nicknames",         "metros-and-regions",
    "military",          "abroad",
    "counties",          "puerto-rico",
    "small-towns",       "zips-without-zeros",
    "universities",      "stadiums",
    "tribal-lands",      "namesakes",
    "counties-by-name",
};

struct row {
    char said[CELL_MAX], home[CELL_MAX], lat[CELL_MAX], lon[CELL_MAX], named[CELL_MAX];
    bool zip;
    int right_km;
};

static int read_rows(const char *list, struct row *rows)
{
    char path[500], line[400];
    const char *top = getenv("TEST_TOP");
    int n = 0;

    snprintf(path, sizeof path, "%s/tests/cases/places/%s.tsv", top ? top : ".", list);
    FILE *file = fopen(path, "r");
    if (!file)
        fail_msg("cannot open %s", path);
    while (n < LINES_MAX && fgets(line, sizeof line, file)) {
        struct row *row = &rows[n++];
        char *cells[] = { row->said, row->home, row->lat, row->lon, row->named };
        struct str rest = { line, strcspn(line, "\n") }, cell;
        for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
            bool any = str_split(&rest, '\t', &cell);
            snprintf(cells[i], CELL_MAX, "%.*s", any ? (int)cell.n : 0, any ? cell.p : "");
        }
        row->zip = strncmp(list, "zips", 4) == 0;
        row->right_km = strcmp(list, "puerto-rico") == 0 ? MUNICIPIO_KM : RIGHT_KM;
    }
    fclose(file);
    return n;
}

/* What turn.c does with the slots. */
static bool find(struct arena *arena, const struct row *row, bool *ret_abroad,
                 struct gazetteer_hit *ret_hit)
{
    struct gazetteer_query query;
    struct gazetteer_home home;
    struct str said = str_of(row->said);

    *ret_abroad = false;
    place_home(arena, str_of(row->home), &home);
    if (place_words_parse(arena, row->zip ? STR_NONE : said, row->zip ? said : STR_NONE, &query,
                          NULL) != ST_OK)
        return false;
    *ret_abroad = gazetteer_is_abroad(&query, &home);
    return gazetteer_best(&query, &home, ret_hit);
}

static bool is_right(struct arena *arena, const struct row *row, char why[200])
{
    struct gazetteer_hit hit;
    bool abroad, found = find(arena, row, &abroad, &hit), wanted = strcmp(row->lat, "abroad") == 0;
    char answer[200];

    if (abroad || wanted) {
        snprintf(why, 200, "%s", abroad ? "abroad" : found ? "here" : "unknown");
        return abroad == wanted;
    }
    if (!found) {
        snprintf(why, 200, "unknown");
        return false;
    }
    double km = place_score_distance_km(hit.lat, hit.lon, atof(row->lat), atof(row->lon));
    snprintf(answer, sizeof answer, "%.*s, %s", STR_ARG(hit.city), us_state_name(hit.state));
    snprintf(why, 200, "%.100s, %.0f km away", answer, km);
    return km <= row->right_km && strstr(answer, row->named);
}

TEST(spoken_places_are_found_where_they_are)
{
    struct arena *arena = arena_create(ARENA_MAX);
    struct row *rows = calloc(LINES_MAX, sizeof *rows);
    int all = 0, all_right = 0;
    char why[200];
    bool each = true;

    CHECK(arena && rows);
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        int n = read_rows(lists[l], rows), right = 0;
        for (int i = 0; i < n; i++) {
            arena_reset(arena);
            if (is_right(arena, &rows[i], why))
                right++;
            else
                print_message("%s: \"%s\" from \"%s\": %s\n", lists[l], rows[i].said, rows[i].home,
                              why);
        }
        print_message("%-20s %4d right, %d wrong\n", lists[l], right, n - right);
        each = each && n > 0 && right * 100 >= n * 90;
        all += n;
        all_right += right;
    }
    print_message("%-20s %4d right, %d wrong\n", "all", all_right, all - all_right);
    CHECK(all >= 1500 && all_right * 100 >= all * 99);
    CHECK(each);
    free(rows);
    arena_free(arena);
}

/* Generous: sanitizers and a busy machine. README tells what it is. */
TEST(a_look_up_by_name_takes_microseconds)
{
    enum { GENEROUS_US = 500 };
    struct row *rows = calloc(LINES_MAX, sizeof *rows);
    int n, found = 0;

    CHECK(rows);
    n = read_rows("cities-with-state", rows);
    double best_us = GENEROUS_US; /* of the rounds: others may be disturbed */
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = clock_mono_us();
        for (int i = 0; i < n; i++) {
            struct gazetteer_query query = { .city = str_of(rows[i].named) };
            struct gazetteer_hit hit;
            query.city.n = str_index(query.city, ',');
            found += gazetteer_best(&query, NULL, &hit);
        }
        double us = (double)(clock_mono_us() - start) / n;
        best_us = us < best_us ? us : best_us;
    }
    print_message("a look-up by name takes %.1f us\n", best_us);
    CHECK_INT(found, ROUNDS * n);
    CHECK(best_us < GENEROUS_US);
    free(rows);
}

TESTS(spoken_places_are_found_where_they_are, a_look_up_by_name_takes_microseconds)
