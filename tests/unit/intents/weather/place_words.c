/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/place_words.c -- what people say for a place, a state or a ZIP
 * code. */
#include "intents/weather/place_words.h"

#include "intents/weather/place_cache.h"
#include "intents/weather/place_name.h"
#include "intents/weather/us_state.h"
#include "tests/test.h"

enum { ARENA_MAX = 1 << 20 };

struct words {
    const char *location, *zipcode; /* the slots */
    const char *city, *state, *zip; /* the result */
};

/* Each twice: the second time, the words are remembered. */
static void check_words(const struct words *cases, size_t count)
{
    struct arena *arena = arena_create(ARENA_MAX);

    for (size_t round = 0; round < 2 * count; round++) {
        size_t i = round / 2;
        struct gazetteer_query query;
        struct err err = ERR_NONE;
        enum status st = place_words_parse(arena, str_of(cases[i].location),
                                           str_of(cases[i].zipcode), &query, &err);
        if (st != ST_OK)
            fail_msg("\"%s\", \"%s\": %s %s", cases[i].location, cases[i].zipcode, err.reason,
                     err.text);
        if (!str_eqz(query.city, cases[i].city) || strcmp(query.state, cases[i].state) != 0 ||
            strcmp(query.zip, cases[i].zip) != 0)
            fail_msg("\"%s\", \"%s\": city \"%.*s\" state \"%s\" zip \"%s\"", cases[i].location,
                     cases[i].zipcode, STR_ARG(query.city), query.state, query.zip);
    }
    arena_free(arena);
}
#define CHECK_WORDS(cases) check_words((cases), sizeof(cases) / sizeof(cases)[0])

TEST(a_city_may_come_with_or_without_its_state)
{
    static const struct words cases[] = {
        { "boulder colorado", "", "boulder", "CO", "" },
        { "Boulder, Colorado", "", "boulder", "CO", "" },
        { "Boulder,Colorado", "", "boulder", "CO", "" },
        { "boulder co", "", "boulder", "CO", "" },
        { "boulder c o", "", "boulder", "CO", "" },
        { "  boulder  ,  CO  ", "", "boulder", "CO", "" },
        { "seattle", "", "seattle", "", "" },
        { "seattle, wa.", "", "seattle", "WA", "" },
        { "Seattle, Washington", "", "seattle", "WA", "" },
        { "portland main", "", "portland", "ME", "" },
        { "portland or", "", "portland", "OR", "" },
        { "kansas city", "", "kansas city", "", "" },
        { "kansas city missouri", "", "kansas city", "MO", "" },
        { "kansas city kansas", "", "kansas city", "KS", "" },
        { "arkansas city kansas", "", "arkansas city", "KS", "" },
        { "new york", "", "new york", "NY", "" },
        { "new york new york", "", "new york", "NY", "" },
        { "new york city", "", "new york city", "", "" },
        { "santa fe new mexico", "", "santa fe", "NM", "" },
        { "Manchester, New Hampshire", "", "manchester", "NH", "" },
        { "raleigh n. carolina", "", "raleigh", "NC", "" },
        { "charleston west virginia", "", "charleston", "WV", "" },
        { "charleston w v", "", "charleston", "WV", "" },
        { "virginia beach", "", "virginia beach", "", "" },
        { "virginia minnesota", "", "virginia", "MN", "" },
        { "delaware ohio", "", "delaware", "OH", "" },
        { "indiana pennsylvania", "", "indiana", "PA", "" },
        { "nevada missouri", "", "nevada", "MO", "" },
        { "washington", "", "washington", "DC", "" },
        { "washington dc", "", "washington", "DC", "" },
        { "washington d.c.", "", "washington", "DC", "" },
        { "Washington, D. C.", "", "washington", "DC", "" },
        { "washington district of columbia", "", "washington", "DC", "" },
        { "washington pennsylvania", "", "washington", "PA", "" },
        { "district of columbia", "", "district of columbia", "DC", "" },
        { "port washington", "", "port washington", "", "" },
        { "fort washington maryland", "", "fort washington", "MD", "" },
        { "kings park west virginia", "", "kings park west", "VA", "" },
        { "san juan puerto rico", "", "san juan", "PR", "" },
        { "hagatna guam", "", "hagatna", "GU", "" },
        { "guam", "", "guam", "GU", "" },
        { "pago pago american samoa", "", "pago pago", "AS", "" },
        { "saipan northern mariana islands", "", "saipan", "MP", "" },
        { "charlotte amalie u.s. virgin islands", "", "charlotte amalie", "VI", "" },
        { "christiansted united states virgin islands", "", "christiansted", "VI", "" },
        { "st croix virgin islands", "", "st croix", "VI", "" },
        { "virgin islands", "", "virgin islands", "VI", "" },
        { "la", "", "la", "", "" },
        { "in denver", "", "denver", "", "" },
        { "near austin texas", "", "austin", "TX", "" },
        { "near north side illinois", "", "near north side", "IL", "" },
        { "dallas texas usa", "", "dallas", "TX", "" },
        { "dallas united states of america", "", "dallas", "", "" },
        { "Ca\xC3\xB1on City, CO", "", "ca\xC3\xB1on city", "CO", "" },
        { "eighty four pennsylvania", "", "eighty four", "PA", "" },
        { "eighty four", "", "eighty four", "", "" },
        { "ninety six", "", "ninety six", "", "" },
        { "29 palms california", "", "29 palms", "CA", "" },
        { "boulder", "?", "boulder", "", "" },
        { "boston mass", "", "boston", "MA", "" },
        { "philadelphia penn", "", "philadelphia", "PA", "" },
        { "minneapolis, minn.", "", "minneapolis", "MN", "" },
        { "denver colorado metro area", "", "denver", "CO", "" },
        { "home washington", "", "home", "WA", "" },
        { "west texas", "", "west texas", "", "" }, /* the region */
        { "West, Texas", "", "west", "TX", "" },    /* the town */
        { "tornado west virginia", "", "tornado", "WV", "" },
        { "christmas florida", "", "christmas", "FL", "" },
        { "xyzzy", "", "xyzzy", "", "" },
        { "xyzzy colorado", "", "xyzzy", "CO", "" },
    };

    CHECK_WORDS(cases);
}

TEST(a_zip_code_may_be_spoken_in_many_ways)
{
    static const struct words cases[] = {
        { "", "80301", "", "", "80301" },
        { "", " 8 0 3 0 1 ", "", "", "80301" },
        { "", "803 01", "", "", "80301" },
        { "", "eight oh three oh one", "", "", "80301" },
        { "", "Eight Zero Three O One", "", "", "80301" },
        { "", "zip code 80301", "", "", "80301" },
        { "", "258102", "", "", "58102" }, /* "to 58102", misheard */
        { "", "2 5 8 1 0 2", "", "", "58102" },
        { "", "two five eight one oh two", "", "", "58102" },
        { "", "to 58102", "", "", "58102" },
        { "", "20001", "", "", "20001" },
        { "", "80301-1234", "", "", "80301" },
        { "", "803011234", "", "", "80301" },
        { "", "00907", "", "", "00907" },
        { "80301", "", "", "", "80301" },
        { "258102", "", "", "", "58102" },
        { "zip code 80301", "", "", "", "80301" },
        { "eight oh three oh one", "", "", "", "80301" },
        { "boulder 80301", "", "boulder", "", "80301" },
        { "boulder colorado 80301", "", "boulder", "CO", "80301" },
        { "Boulder, CO 80301-1234", "", "boulder", "CO", "80301" },
        { "boulder colorado 8 0 3 0 1", "", "boulder", "CO", "80301" },
        { "boulder zip code 280301", "", "boulder", "", "80301" },
        { "boulder colorado", "80301", "boulder", "CO", "80301" },
        { "colorado", "80301", "", "", "80301" },
        { "boulder 99999", "80301", "boulder", "", "80301" },
        { "", "2139", "", "", "02139" }, /* a number has no leading zeros */
        { "", "501", "", "", "00501" },
        { "", "601", "", "", "00601" },
        { "zip code 7030", "", "", "", "07030" },
        { "2139", "", "", "", "02139" },
    };

    CHECK_WORDS(cases);
}

TEST(words_that_are_not_a_place_have_a_reason)
{
    static const struct {
        const char *location, *zipcode, *reason, *state;
    } cases[] = {
        { "", "9999", "zip_invalid", "" },
        { "", "12", "zip_invalid", "" },
        { "", "380301", "zip_invalid", "" }, /* six digits, but no misheard "to" */
        { "", "8030111", "zip_invalid", "" },
        { "", "80301-12", "zip_invalid", "" },
        { "", "?", "zip_invalid", "" },
        { "", "boulder", "zip_invalid", "" },
        { "", "boulder 80301", "zip_invalid", "" },
        { "", "-80301", "zip_invalid", "" },
        { "", "8.0301e4", "zip_invalid", "" },
        { "", "99999999999999999999999999999999", "zip_invalid", "" },
        { "boulder", "1234", "zip_invalid", "" },
        { "1234", "", "zip_invalid", "" },
        { "boulder 123", "", "zip_invalid", "" },
        { "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6", "", "zip_invalid", "" },
        { "eight oh three", "", "zip_invalid", "" },
        { "12 colorado", "", "zip_invalid", "" },
        { "colorado", "", "city_missing", "CO" },
        { "west virginia", "", "city_missing", "WV" },
        { "Washington State", "", "city_missing", "WA" },
        { "new york state", "", "city_missing", "NY" },
        { "co", "", "city_missing", "CO" },
        { "puerto rico", "", "city_missing", "PR" },
        { "the beach", "", "place_unclear", "" },
        { "at the lake", "", "place_unclear", "" },
        { "airport", "", "place_unclear", "" },
        { "okay", "", "place_unclear", "" },
        { "shorter", "", "place_unclear", "" },
        { "midnight", "", "when_unclear", "" },
        { "for christmas", "", "when_unclear", "" },
        { "New Year's Eve", "", "when_unclear", "" },
        { "?", "", "place_unclear", "" },
        { "--- ...", "", "place_unclear", "" },
        { "' , colorado", "", "city_missing", "CO" },
        { "- - - - - colorado", "", "place_unclear", "" },
        { "boul\x01"
          "der",
          "", "place_unclear", "" },
        { "boulder\xC2\x85", "", "place_unclear", "" },
        { "boulder \xFF", "", "place_unclear", "" },
        { "\xF0\x9F\x8C\xA7", "", "place_unclear", "" },
    };
    struct arena *arena = arena_create(ARENA_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gazetteer_query query;
        struct err err = ERR_NONE;
        CHECK_ROW(i, place_words_parse(arena, str_of(cases[i].location), str_of(cases[i].zipcode),
                                       &query, &err) == ST_INVALID);
        CHECK_STR(err.reason, cases[i].reason);
        CHECK_STR(query.state, cases[i].state);
        CHECK_ROW(i, query.city.n == 0 && query.zip[0] == '\0' && err.text[0] != '\0');
    }
    arena_free(arena);
}

TEST(naming_nothing_is_a_miss_not_an_error)
{
    struct gazetteer_query query;
    struct err err = ERR_NONE;
    struct arena *arena = arena_create(ARENA_MAX);

    CHECK_INT(place_words_parse(arena, STR_NONE, STR_NONE, &query, &err), ST_MISS);
    CHECK_INT(place_words_parse(arena, STR("  "), STR(" "), &query, &err), ST_MISS);
    CHECK_INT(place_words_parse(arena, STR("home"), STR_NONE, &query, &err), ST_MISS);
    CHECK_INT(place_words_parse(arena, STR("near me"), STR_NONE, &query, &err), ST_MISS);
    CHECK_INT(place_words_parse(arena, STR("at my house"), STR_NONE, &query, &err), ST_MISS);
    CHECK_INT(place_words_parse(arena, STR("winter storm"), STR_NONE, &query, &err), ST_MISS);
    CHECK_STR(err.reason, "");
    CHECK_INT(err.status, ST_OK);
    arena_free(arena);
}

TEST(a_slot_is_limited_to_200_bytes)
{
    char text[PLACE_WORDS_MAX + 2];
    struct gazetteer_query query;
    struct arena *arena = arena_create(ARENA_MAX);

    memset(text, 'a', sizeof text);
    for (size_t i = 20; i < sizeof text; i += 20)
        text[i] = ' ';
    struct str fits = { text, PLACE_WORDS_MAX }, over = { text, PLACE_WORDS_MAX + 1 };
    text[PLACE_WORDS_MAX] = 'a'; /* the end is not trimmed */
    text[PLACE_WORDS_MAX - 1] = 'a';
    CHECK_INT(place_words_parse(arena, fits, STR_NONE, &query, NULL), ST_OK);
    CHECK_INT(place_words_parse(arena, over, STR_NONE, &query, NULL), ST_INVALID);
    CHECK_INT(place_words_parse(arena, STR_NONE, over, &query, NULL), ST_INVALID);
    arena_free(arena);
}

TEST(a_place_has_one_key)
{
    static const struct {
        const char *city, *state, *want;
    } cases[] = {
        { "Boulder", "CO", "boulder_colorado" },
        { "boulder", "co", "boulder_colorado" },
        { "St. Louis", "MO", "saint_louis_missouri" },
        { "saint louis", "MO", "saint_louis_missouri" },
        { "Winston-Salem", "NC", "winston_salem_north_carolina" },
        { "Ca\xC3\xB1on City", "CO", "canon_city_colorado" },
        { "Washington", "DC", "washington_district_of_columbia" },
        { "Charlotte Amalie", "VI", "charlotte_amalie_us_virgin_islands" },
        { "springfield", "", "springfield" },
        { "80301", "", "80301" },
        { "--", "CO", "" },
    };
    struct arena *arena = arena_create(ARENA_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_SLICE(place_cache_key(arena, str_of(cases[i].city), cases[i].state), cases[i].want);
    arena_free(arena);
}

static const char *const state_codes[] = {
#define STATE(code, name, city_in) code,
#define SPOKEN(code, words, city_in)
#include "intents/weather/us_state.def"
#undef STATE
#undef SPOKEN
};
enum { STATE_CODES = sizeof state_codes / sizeof state_codes[0] };

TEST(states_are_found_by_code_and_by_name)
{
    CHECK_INT(STATE_CODES, 56);
    for (size_t i = 0; i < STATE_CODES; i++) {
        const char *code = state_codes[i];
        CHECK_STR(us_state_find(str_of(code)), code);
        CHECK_STR(us_state_find(str_of(us_state_name(code))), code);
    }
    CHECK_STR(us_state_find(STR("N.Y.")), "NY");
    CHECK_STR(us_state_find(STR("n y")), "NY");
    CHECK_STR(us_state_find(STR("new  YORK")), "NY");
    CHECK_STR(us_state_find(STR("main")), "ME");
    CHECK(!us_state_find(STR("york")));
    CHECK(!us_state_find(STR("")));
    CHECK(!us_state_find(STR("xx")));
    CHECK(!us_state_name("XX"));
    CHECK(!us_state_name(""));
}

/* Settings store a place as "City State" or "City, State", which must lead back to it. */
TEST(every_place_is_understood_with_its_state)
{
    struct arena *arena = arena_create(ARENA_MAX);

    for (size_t i = 0; i < gazetteer_name_count(); i++) {
        struct gazetteer_hit hits[64], back;
        size_t n = gazetteer_city(gazetteer_name(i), NULL, hits, 64);
        for (size_t k = 0; k < n; k++) {
            struct gazetteer_query query;
            char want[PLACE_NAME_MAX + 1], got[PLACE_NAME_MAX + 1];
            arena_reset(arena);
            struct str said = arena_printf(arena, "%.*s, %s", STR_ARG(hits[k].city),
                                           us_state_name(hits[k].state));
            if (place_words_parse(arena, said, STR_NONE, &query, NULL) != ST_OK ||
                !gazetteer_best(&query, NULL, &back))
                fail_msg("\"%.*s\" is not understood", STR_ARG(said));
            place_name_key(hits[k].city, want);
            place_name_key(back.city, got);
            if (strcmp(want, got) != 0 || strcmp(hits[k].state, back.state) != 0)
                fail_msg("\"%.*s\" gave %.*s, %s", STR_ARG(said), STR_ARG(back.city), back.state);
        }
    }
    arena_free(arena);
}

TESTS(a_city_may_come_with_or_without_its_state, a_zip_code_may_be_spoken_in_many_ways,
      words_that_are_not_a_place_have_a_reason, naming_nothing_is_a_miss_not_an_error,
      a_slot_is_limited_to_200_bytes, a_place_has_one_key, states_are_found_by_code_and_by_name,
      every_place_is_understood_with_its_state)
