/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/place_spelling.c -- the places that an unknown name may stand for. */
#include "intents/weather/place_spelling.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

enum { HITS = 2 };

/* Writes "Boulder, CO; Holder, FL". */
static void find(const char *city, const char *state, char out[200])
{
    struct gazetteer_query query = { .city = str_of(city) };
    struct gazetteer_hit hits[HITS];
    size_t at = 0;

    snprintf(query.state, sizeof query.state, "%s", state);
    out[0] = '\0';
    for (size_t i = 0, n = place_spelling_find(&query, hits, HITS); i < n; i++)
        at += (size_t)snprintf(out + at, 200 - at, "%s%.*s, %s", i > 0 ? "; " : "",
                               STR_ARG(hits[i].city), hits[i].state);
}

TEST(names_are_compared_by_letters_and_sound)
{
    static const struct {
        const char *city, *state, *found; /* what the answer begins with */
    } cases[] = {
        { "bolder", "", "Boulder, CO; Holder, FL" }, /* one letter, then people */
        { "bouldr", "", "Boulder, CO" },
        { "los angelas", "", "Los Angeles, CA" },
        { "pheonix", "", "Phoenix, AZ" }, /* two letters swapped */
        { "san fransisco", "", "San Francisco, CA" },
        { "sinsinati", "", "Cincinnati, OH" },
        { "filadelfia", "", "Philadelphia, PA" },
        { "albakerky", "", "Albuquerque, NM" },
        { "warchester", "", "Worcester, MA" },
        { "tall hassee", "", "Tallahassee, FL" },
        { "seattle", "TX", "Seattle, WA" }, /* the same name elsewhere */
        { "bolder", "CO", "Boulder, CO" },
        { "pittsberg", "PA", "Pittsburgh, PA" },
        { "qwertyuiop", "", "" },
        { "xq", "", "" },
        { "", "", "" },
        { "\xFF\xFE", "", "" },
    };
    char found[200];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        find(cases[i].city, cases[i].state, found);
        if (strncmp(found, cases[i].found, strlen(cases[i].found)) != 0 ||
            (*cases[i].found == '\0' && *found != '\0'))
            fail_msg("%s: %s, not %s", cases[i].city, found, cases[i].found);
    }
}

TEST(names_of_any_length_are_compared)
{
    char name[300], found[200];

    for (size_t n = 0; n < sizeof name; n++) {
        memset(name, 'b', n);
        name[n] = '\0';
        find(name, "", found);
    }
}

TESTS(names_are_compared_by_letters_and_sound, names_of_any_length_are_compared)
