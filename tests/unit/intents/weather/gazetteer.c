/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/gazetteer.c -- finding the right town or ZIP code. */
#include "intents/weather/gazetteer.h"

#include "intents/weather/place_name.h"
#include "intents/weather/us_state.h"
#include "tests/test.h"

enum { HITS_MAX = 64 };

struct want {
    const char *asked, *state, *city, *in;
    double lat, lon;
};

static void check_best(const struct want *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct gazetteer_query query = { .city = str_of(cases[i].asked) };
        struct gazetteer_hit hit;
        memcpy(query.state, cases[i].state, strlen(cases[i].state) + 1);
        if (!gazetteer_best(&query, NULL, &hit))
            fail_msg("\"%s\" is not known", cases[i].asked);
        if (!str_eqz(hit.city, cases[i].city) || strcmp(hit.state, cases[i].in) != 0)
            fail_msg("\"%s\" gave %.*s, %s", cases[i].asked, STR_ARG(hit.city), hit.state);
        if (hit.lat < cases[i].lat - 0.15 || hit.lat > cases[i].lat + 0.15 ||
            hit.lon < cases[i].lon - 0.15 || hit.lon > cases[i].lon + 0.15)
            fail_msg("\"%s\" lies at %.3f, %.3f", cases[i].asked, hit.lat, hit.lon);
    }
}
#define CHECK_BEST(cases) check_best((cases), sizeof(cases) / sizeof(cases)[0])

TEST(every_state_capital_is_found)
{
    static const struct want cases[] = {
        { "montgomery", "AL", "Montgomery", "AL", 32.36, -86.28 },
        { "juneau", "AK", "Juneau", "AK", 58.30, -134.42 },
        { "phoenix", "AZ", "Phoenix", "AZ", 33.57, -112.09 },
        { "little rock", "AR", "Little Rock", "AR", 34.73, -92.35 },
        { "sacramento", "CA", "Sacramento", "CA", 38.57, -121.47 },
        { "denver", "CO", "Denver", "CO", 39.76, -104.88 },
        { "hartford", "CT", "Hartford", "CT", 41.77, -72.68 },
        { "dover", "DE", "Dover", "DE", 39.16, -75.52 },
        { "tallahassee", "FL", "Tallahassee", "FL", 30.46, -84.25 },
        { "atlanta", "GA", "Atlanta", "GA", 33.76, -84.42 },
        { "honolulu", "HI", "Honolulu", "HI", 21.32, -157.85 },
        { "boise", "ID", "Boise", "ID", 43.60, -116.23 },
        { "springfield", "IL", "Springfield", "IL", 39.79, -89.64 },
        { "indianapolis", "IN", "Indianapolis", "IN", 39.78, -86.15 },
        { "des moines", "IA", "Des Moines", "IA", 41.57, -93.61 },
        { "topeka", "KS", "Topeka", "KS", 39.03, -95.69 },
        { "frankfort", "KY", "Frankfort", "KY", 38.20, -84.86 },
        { "baton rouge", "LA", "Baton Rouge", "LA", 30.44, -91.13 },
        { "augusta", "ME", "Augusta", "ME", 44.33, -69.73 },
        { "annapolis", "MD", "Annapolis", "MD", 38.97, -76.50 },
        { "boston", "MA", "Boston", "MA", 42.34, -71.02 },
        { "lansing", "MI", "Lansing", "MI", 42.71, -84.56 },
        { "saint paul", "MN", "St. Paul", "MN", 44.95, -93.10 },
        { "jackson", "MS", "Jackson", "MS", 32.31, -90.21 },
        { "jefferson city", "MO", "Jefferson City", "MO", 38.57, -92.19 },
        { "helena", "MT", "Helena", "MT", 46.60, -112.02 },
        { "lincoln", "NE", "Lincoln", "NE", 40.81, -96.68 },
        { "carson city", "NV", "Carson City", "NV", 39.15, -119.74 },
        { "concord", "NH", "Concord", "NH", 43.23, -71.56 },
        { "trenton", "NJ", "Trenton", "NJ", 40.22, -74.76 },
        { "santa fe", "NM", "Santa Fe", "NM", 35.66, -105.98 },
        { "albany", "NY", "Albany", "NY", 42.67, -73.80 },
        { "raleigh", "NC", "Raleigh", "NC", 35.83, -78.64 },
        { "bismarck", "ND", "Bismarck", "ND", 46.81, -100.77 },
        { "columbus", "OH", "Columbus", "OH", 39.99, -82.99 },
        { "oklahoma city", "OK", "Oklahoma City", "OK", 35.47, -97.51 },
        { "salem", "OR", "Salem", "OR", 44.92, -123.02 },
        { "harrisburg", "PA", "Harrisburg", "PA", 40.28, -76.88 },
        { "providence", "RI", "Providence", "RI", 41.82, -71.42 },
        { "columbia", "SC", "Columbia", "SC", 34.03, -80.90 },
        { "pierre", "SD", "Pierre", "SD", 44.37, -100.32 },
        { "nashville", "TN", "Nashville", "TN", 36.17, -86.78 },
        { "austin", "TX", "Austin", "TX", 30.30, -97.75 },
        { "salt lake city", "UT", "Salt Lake City", "UT", 40.78, -111.93 },
        { "montpelier", "VT", "Montpelier", "VT", 44.27, -72.57 },
        { "richmond", "VA", "Richmond", "VA", 37.53, -77.48 },
        { "olympia", "WA", "Olympia", "WA", 47.04, -122.90 },
        { "charleston", "WV", "Charleston", "WV", 38.35, -81.63 },
        { "madison", "WI", "Madison", "WI", 43.08, -89.39 },
        { "cheyenne", "WY", "Cheyenne", "WY", 41.15, -104.79 },
    };

    CHECK_BEST(cases);
}

TEST(the_district_and_the_territories_are_found)
{
    static const struct want cases[] = {
        { "washington", "DC", "Washington", "DC", 38.90, -77.02 },
        { "District of Columbia", "DC", "Washington", "DC", 38.90, -77.02 },
        { "San Juan", "PR", "San Juan", "PR", 18.41, -66.06 },
        { "mayaguez", "PR", "Mayagüez", "PR", 18.20, -67.14 },
        { "Mayagüez", "PR", "Mayagüez", "PR", 18.20, -67.14 },
        { "ponce", "PR", "Ponce", "PR", 18.01, -66.61 },
        { "Añasco", "PR", "Añasco", "PR", 18.28, -67.14 },
        { "vieques", "PR", "Vieques", "PR", 18.15, -65.44 },
        { "hagatna", "GU", "Hagåtña", "GU", 13.48, 144.75 },
        { "agana", "GU", "Hagåtña", "GU", 13.48, 144.75 },
        { "dededo", "GU", "Dededo", "GU", 13.52, 144.84 },
        { "tamuning", "", "Tamuning", "GU", 13.49, 144.78 },
        { "ordot", "GU", "Ordot", "GU", 13.45, 144.76 },
        { "chalan pago ordot", "GU", "Ordot", "GU", 13.45, 144.76 },
        { "saipan", "MP", "Saipan", "MP", 15.21, 145.75 },
        { "tinian", "", "Tinian", "MP", 14.97, 145.62 },
        { "rota", "MP", "Rota", "MP", 14.14, 145.14 },
        { "pago pago", "AS", "Pago Pago", "AS", -14.28, -170.70 },
        { "tafuna", "AS", "Tāfuna", "AS", -14.34, -170.72 },
        { "charlotte amalie", "VI", "Charlotte Amalie", "VI", 18.34, -64.93 },
        { "christiansted", "VI", "Christiansted", "VI", 17.75, -64.70 },
        { "saint croix", "VI", "St. Croix", "VI", 17.73, -64.75 },
        { "st thomas", "VI", "St. Thomas", "VI", 18.34, -64.93 },
        { "st. john", "VI", "St. John", "VI", 18.33, -64.74 },
    };

    CHECK_BEST(cases);
}

TEST(a_name_without_a_state_means_the_most_populous_place)
{
    static const struct want cases[] = {
        { "new york", "", "New York", "NY", 40.78, -73.97 },
        { "los angeles", "", "Los Angeles", "CA", 34.05, -118.24 },
        { "chicago", "", "Chicago", "IL", 41.84, -87.68 },
        { "houston", "", "Houston", "TX", 29.78, -95.39 },
        { "phoenix", "", "Phoenix", "AZ", 33.57, -112.09 },
        { "philadelphia", "", "Philadelphia", "PA", 40.01, -75.13 },
        { "san antonio", "", "San Antonio", "TX", 29.47, -98.52 },
        { "san diego", "", "San Diego", "CA", 32.81, -117.13 },
        { "dallas", "", "Dallas", "TX", 32.79, -96.77 },
        { "jacksonville", "", "Jacksonville", "FL", 30.33, -81.66 },
        { "austin", "", "Austin", "TX", 30.30, -97.75 },
        { "fort worth", "", "Fort Worth", "TX", 32.78, -97.35 },
        { "san jose", "", "San Jose", "CA", 37.30, -121.82 },
        { "columbus", "", "Columbus", "OH", 39.99, -82.99 },
        { "charlotte", "", "Charlotte", "NC", 35.21, -80.83 },
        { "indianapolis", "", "Indianapolis", "IN", 39.78, -86.15 },
        { "san francisco", "", "San Francisco", "CA", 37.77, -122.42 },
        { "seattle", "", "Seattle", "WA", 47.62, -122.35 },
        { "denver", "", "Denver", "CO", 39.76, -104.88 },
        { "oklahoma city", "", "Oklahoma City", "OK", 35.47, -97.51 },
        { "springfield", "", "Springfield", "MO", 37.19, -93.29 },
        { "portland", "", "Portland", "OR", 45.54, -122.65 },
        { "glendale", "", "Glendale", "AZ", 33.53, -112.19 },
        { "aurora", "", "Aurora", "CO", 39.70, -104.72 },
        { "arlington", "", "Arlington", "TX", 32.70, -97.12 },
        { "pasadena", "", "Pasadena", "TX", 29.66, -95.15 },
        { "kansas city", "", "Kansas City", "MO", 39.12, -94.55 },
        { "washington", "", "Washington", "DC", 38.90, -77.02 },
        { "birmingham", "", "Birmingham", "AL", 33.53, -86.80 },
        { "west hollywood", "", "West Hollywood", "CA", 34.09, -118.37 },
        { "alhambra", "", "Alhambra", "CA", 34.08, -118.13 },
        { "harris county", "", "Harris County", "TX", 29.86, -95.39 },
    };

    CHECK_BEST(cases);
}

TEST(many_spellings_find_the_same_place)
{
    static const struct want cases[] = {
        { "boise city", "ID", "Boise", "ID", 43.60, -116.23 },
        { "boise city", "OK", "Boise City", "OK", 36.73, -102.51 },
        { "louisville", "", "Louisville", "KY", 38.22, -85.74 },
        { "lexington", "KY", "Lexington", "KY", 38.04, -84.46 },
        { "athens", "GA", "Athens", "GA", 33.95, -83.37 },
        { "augusta", "GA", "Augusta", "GA", 33.37, -82.07 },
        { "macon", "GA", "Macon", "GA", 32.81, -83.69 },
        { "butte", "MT", "Butte", "MT", 45.90, -112.66 },
        { "anchorage", "", "Anchorage", "AK", 61.22, -149.90 },
        { "sitka", "", "Sitka", "AK", 57.19, -135.36 },
        { "st louis", "", "St. Louis", "MO", 38.64, -90.24 },
        { "St. Louis", "", "St. Louis", "MO", 38.64, -90.24 },
        { "saint louis", "", "St. Louis", "MO", 38.64, -90.24 },
        { "saint petersburg", "FL", "St. Petersburg", "FL", 27.76, -82.64 },
        { "ft lauderdale", "", "Fort Lauderdale", "FL", 26.14, -80.15 },
        { "fort collins", "", "Fort Collins", "CO", 40.55, -105.07 },
        { "mt vernon", "NY", "Mount Vernon", "NY", 40.91, -73.83 },
        { "mount pleasant", "SC", "Mount Pleasant", "SC", 32.82, -79.86 },
        { "sault saint marie", "MI", "Sault Ste. Marie", "MI", 46.48, -84.37 },
        { "canon city", "CO", "Cañon City", "CO", 38.44, -105.22 },
        { "Cañon City", "", "Cañon City", "CO", 38.44, -105.22 },
        { "espanola", "NM", "Española", "NM", 36.00, -106.07 },
        { "la canada flintridge", "CA", "La Cañada Flintridge", "CA", 34.21, -118.20 },
        { "coeur d'alene", "", "Coeur d'Alene", "ID", 47.70, -116.79 },
        { "coeur d alene", "", "Coeur d'Alene", "ID", 47.70, -116.79 },
        { "Coeur d\xE2\x80\x99"
          "Alene",
          "", "Coeur d'Alene", "ID", 47.70, -116.79 },
        { "o fallon", "MO", "O'Fallon", "MO", 38.78, -90.72 },
        { "ofallon", "MO", "O'Fallon", "MO", 38.78, -90.72 },
        { "winston salem", "", "Winston-Salem", "NC", 36.10, -80.26 },
        { "winston-salem", "", "Winston-Salem", "NC", 36.10, -80.26 },
        { "wilkes barre", "", "Wilkes-Barre", "PA", 41.25, -75.88 },
        { "mc allen", "TX", "McAllen", "TX", 26.23, -98.25 },
        { "de kalb", "IL", "DeKalb", "IL", 41.93, -88.75 },
        { "n little rock", "AR", "North Little Rock", "AR", 34.81, -92.25 },
        { "city of boulder", "CO", "Boulder", "CO", 40.02, -105.25 },
        { "denver city", "CO", "Denver", "CO", 39.76, -104.88 },
        { "downtown seattle", "", "Seattle", "WA", 47.62, -122.35 },
        { "new york city", "", "New York", "NY", 40.78, -73.97 },
        { "nyc", "", "New York", "NY", 40.78, -73.97 },
        { "the bronx", "", "Bronx", "NY", 40.85, -73.87 },
        { "brooklyn", "", "Brooklyn", "NY", 40.65, -73.95 },
        { "manhattan", "KS", "Manhattan", "KS", 39.19, -96.60 },
        { "ventura", "CA", "Ventura", "CA", 34.27, -119.25 },
        { "san buenaventura", "CA", "Ventura", "CA", 34.27, -119.25 },
        { "paso robles", "CA", "Paso Robles", "CA", 35.63, -120.66 },
        { "barrow", "AK", "Utqiaġvik", "AK", 71.27, -156.8 },
        { "utqiagvik", "AK", "Utqiaġvik", "AK", 71.27, -156.8 },
        { "berkeley springs", "WV", "Berkeley Springs", "WV", 39.63, -78.23 },
        { "princeton", "NJ", "Princeton", "NJ", 40.36, -74.67 },
        { "brookline", "MA", "Brookline", "MA", 42.32, -71.14 },
        { "greenwich", "CT", "Greenwich", "CT", 41.04, -73.62 },
        { "cherry hill", "NJ", "Cherry Hill", "NJ", 39.90, -75.00 },
        { "the villages", "FL", "The Villages", "FL", 28.91, -81.98 },
        { "twenty nine palms", "CA", "Twentynine Palms", "CA", 34.15, -116.07 },
        { "29 palms", "CA", "Twentynine Palms", "CA", 34.15, -116.07 },
        { "truth or consequences", "NM", "Truth or Consequences", "NM", 33.19, -107.25 },
        { "king of prussia", "PA", "King of Prussia", "PA", 40.10, -75.38 },
        { "orange county", "CA", "Orange County", "CA", 33.68, -117.78 },
        { "land o' lakes", "FL", "Land O' Lakes", "FL", 28.21, -82.45 },
        { "maui", "HI", "Maui", "HI", 20.89, -156.47 },
        { "l.a.", "", "Los Angeles", "CA", 34.05, -118.24 },
    };

    CHECK_BEST(cases);
}

static const struct gazetteer_home san_antonio = { "TX", true, 29.46, -98.52 };
static const struct gazetteer_home pittsburgh = { "PA", true, 40.44, -79.98 };
static const struct gazetteer_home bangor = { "ME", true, 44.83, -68.79 };
static const struct gazetteer_home cincinnati = { "OH", true, 39.14, -84.51 };
static const struct gazetteer_home georgian = { "GA", false, 0, 0 };
static const struct gazetteer_home louisianan = { "LA", false, 0, 0 };

TEST(the_users_own_state_comes_first_among_places_of_like_size)
{
    static const struct {
        const char *said;
        const struct gazetteer_home *home;
        const char *state;
    } cases[] = {
        { "portland", &bangor, "ME" },         { "portland", NULL, "OR" },
        { "los angeles", &san_antonio, "CA" }, { "boston", &pittsburgh, "MA" },
        { "lancaster", &pittsburgh, "PA" },    { "columbus", &georgian, "GA" },
        { "florence", &cincinnati, "KY" },  /* across the river */
        { "iowa city", &louisianan, "IA" }, /* Louisiana has a town named Iowa */
        { "houston", &pittsburgh, "TX" },      { "springfield", &cincinnati, "OH" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gazetteer_query query = { .city = str_of(cases[i].said) };
        struct gazetteer_hit hit;

        CHECK_ROW(i, gazetteer_best(&query, cases[i].home, &hit));
        CHECK_STR(hit.state, cases[i].state);
    }
}

TEST(hits_are_sorted_by_population_and_limited)
{
    struct gazetteer_hit hits[HITS_MAX], few[3];
    size_t n = gazetteer_city(STR("springfield"), NULL, hits, HITS_MAX);

    CHECK(n > 10 && n < HITS_MAX);
    for (size_t i = 1; i < n; i++)
        CHECK_ROW(i, hits[i - 1].population >= hits[i].population);
    CHECK_INT(gazetteer_city(STR("springfield"), NULL, few, 3), 3);
    for (size_t i = 0; i < 3; i++)
        CHECK_STR(few[i].state, hits[i].state);
    CHECK_INT(gazetteer_city(STR("springfield"), NULL, NULL, 0), 0);
    CHECK_INT(gazetteer_city(STR("springfield"), "OR", few, 3), 1);
    CHECK_SLICE(few[0].city, "Springfield");
}

/* Equal populations would be settled by the order of the table, that is by the alphabet. */
TEST(no_two_namesakes_have_the_same_population)
{
    for (size_t i = 0; i < gazetteer_name_count(); i++) {
        struct gazetteer_hit hits[HITS_MAX];
        size_t n = gazetteer_city(gazetteer_name(i), NULL, hits, HITS_MAX);
        for (size_t k = 0; k < n; k++) {
            CHECK_ROW(i, hits[k].population > 0);
            CHECK_ROW(i, k == 0 || hits[k - 1].population > hits[k].population);
        }
    }
}

TEST(unknown_places_are_not_found)
{
    static const char *const cases[] = { "", " ", "-", "xyzzy", "zzzzzzzz", "a", "\xFF\xFE", "0" };
    struct gazetteer_hit hit = { .population = 7 };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_ROW(i, gazetteer_city(str_of(cases[i]), NULL, &hit, 1) == 0);
    CHECK_INT(gazetteer_city(STR("boulder"), "DC", &hit, 1), 0);
    CHECK_INT(gazetteer_city(STR("boulder"), "XX", &hit, 1), 0);
    CHECK_INT(hit.population, 7);
}

TEST(a_zip_code_gives_its_center_and_its_town)
{
    static const struct {
        const char *zip, *city, *state;
        double lat, lon;
        bool near;
    } cases[] = {
        { "80301", "Boulder", "CO", 40.05, -105.20, false },
        { "58102", "Fargo", "ND", 46.93, -96.83, false },
        { "98101", "Seattle", "WA", 47.61, -122.34, false },
        { "10001", "New York", "NY", 40.75, -74.00, false },
        { "02134", "Allston", "MA", 42.36, -71.13, false },
        { "60601", "Chicago", "IL", 41.89, -87.62, false },
        { "99501", "Anchorage", "AK", 61.22, -149.86, false },
        { "96813", "Honolulu", "HI", 21.32, -157.85, false },
        { "63101", "St. Louis", "MO", 38.63, -90.19, false },
        { "20001", "Washington", "DC", 38.91, -77.02, false },
        { "00907", "San Juan", "PR", 18.45, -66.09, false },
        { "00680", "Mayagüez", "PR", 18.21, -67.12, false },
        { "00802", "Charlotte Amalie", "VI", 18.34, -64.93, false },
        { "00820", "Christiansted", "VI", 17.73, -64.70, false },
        { "96910", "Hagåtña", "GU", 13.45, 144.75, false },
        { "96929", "Yigo", "GU", 13.55, 144.88, false },
        { "96950", "Saipan", "MP", 15.19, 145.75, false },
        { "96952", "Tinian", "MP", 14.97, 145.63, false },
        { "96799", "Pago Pago", "AS", -14.30, -170.72, false },
        { "80306", "Boulder", "CO", 40.02, -105.25, false }, /* post-office boxes */
        { "33601", "Tampa", "FL", 27.97, -82.48, false },
        { "80399", "Boulder", "CO", 40.02, -105.25,
          true }, /* no such code, but there are neighbors */
        { "96914", "Barrigada", "GU", 13.47, 144.80, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gazetteer_hit hit;
        CHECK_ROW(i, gazetteer_zip(str_of(cases[i].zip), &hit));
        CHECK_SLICE(hit.city, cases[i].city);
        CHECK_STR(hit.state, cases[i].state);
        CHECK_NEAR(hit.lat, cases[i].lat, 0.1);
        CHECK_NEAR(hit.lon, cases[i].lon, 0.1);
        CHECK_ROW(i, hit.near == cases[i].near);
    }
}

TEST(numbers_that_are_not_us_zip_codes_are_rejected)
{
    static const char *const cases[] = { "",      "8030",  "803011", "8030a", "-8030", " 8030",
                                         "00000", "09012", "34002",  "96201", "96601", "96940",
                                         "96960", "96970", "96999",  "00401" };
    struct gazetteer_hit hit = { .population = 7 };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_ROW(i, !gazetteer_zip(str_of(cases[i]), &hit));
    CHECK_INT(hit.population, 7);
}

TEST(the_table_is_sorted_and_every_name_is_found)
{
    char before[PLACE_NAME_MAX + 1] = "", key[PLACE_NAME_MAX + 1];

    CHECK(gazetteer_name_count() > 25000);
    for (size_t i = 0; i < gazetteer_name_count(); i++) {
        struct gazetteer_hit hits[HITS_MAX];
        struct str name = gazetteer_name(i);
        CHECK_ROW(i, str_is_utf8(name) && place_name_key(name, key) > 0);
        CHECK_ROW(i, strcmp(before, key) <= 0);
        memcpy(before, key, sizeof key);
        struct gazetteer_query query = { .city = name };
        size_t n = gazetteer_city(name, NULL, hits, HITS_MAX);
        CHECK_ROW(i, n > 0 || gazetteer_is_abroad(&query, NULL));
        for (size_t k = 0; k < n; k++) {
            CHECK_ROW(i, us_state_name(hits[k].state));
            CHECK_ROW(i, hits[k].lat > -15 && hits[k].lat < 72);
            CHECK_ROW(i, hits[k].lon > 144 || (hits[k].lon > -180 && hits[k].lon < -64));
        }
    }
}

TEST(every_zip_code_is_in_a_state_and_near_its_town)
{
    int known = 0;

    for (int code = 0; code < 100000; code++) {
        char zip[12];
        struct gazetteer_hit hit, town[HITS_MAX];
        snprintf(zip, sizeof zip, "%05d", code);
        if (!gazetteer_zip(str_of(zip), &hit) || hit.near)
            continue;
        known++;
        CHECK_ROW(code, us_state_name(hit.state));
        size_t n = gazetteer_city(hit.city, hit.state, town, HITS_MAX), close = 0;
        for (size_t i = 0; i < n; i++) {
            double north = town[i].lat - hit.lat, east = town[i].lon - hit.lon;
            close += north * north + east * east < 2.0;
        }
        CHECK_ROW(code, close > 0);
    }
    CHECK(known > 41000);
}

TEST(the_nearest_weather_station_is_found)
{
    static const struct {
        double lat, lon;
        const char *id; /* the first in the list of NWS */
    } rows[] = {
        { 38.8816, -77.0910, "KDCA" },  { 41.9779, -91.6656, "KCID" },
        { 39.7392, -104.9847, "KBKF" }, { 35.1983, -111.6513, "KFLG" },
        { 66.5647, -145.2739, "PFYU" }, { 13.4443, 144.7937, "PGUM" },
        { 21.3069, -157.8583, "PHNL" }, { 39.9651, -74.8046, "KVAY" },
        { 41.9668, -71.1870, "KTAN" },  { 33.2098, -87.5692, "KTCL" },
        { 40.0150, -105.2705, "KBDU" },
    };
    char id[GAZETTEER_STATION_MAX];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK(gazetteer_station_near(rows[i].lat, rows[i].lon, id));
        CHECK_STR(id, rows[i].id);
    }
    CHECK(!gazetteer_station_near(30.0, -40.0, id)); /* in the Atlantic */
}

TEST(the_nearest_zip_code_names_where_somebody_is)
{
    static const struct {
        double lat, lon;
        const char *city; /* NULL: no place is near */
    } cases[] = {
        { 40.015, -105.27, "Boulder" },  { 47.61, -122.33, "Seattle" },
        { 18.466, -66.105, "San Juan" }, { 32.553, -117.045, "San Ysidro" },
        { 42.33, -83.05, "Detroit" },    { 45.42, -75.7, NULL },
        { 43.65, -79.38, NULL },         { 61.0, -156.0, "Nondalton" },
        { 51.5, -0.12, NULL },           { 0.0, 0.0, NULL },
        { 90.0, 180.0, NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct gazetteer_hit hit;
        char zip[6];
        bool found = gazetteer_zip_near(cases[i].lat, cases[i].lon, zip) >= 0;
        CHECK_ROW(i, found == !!cases[i].city);
        if (!found)
            continue;
        CHECK_ROW(i, gazetteer_zip(str_of(zip), &hit) && !hit.near);
        CHECK_SLICE(hit.city, cases[i].city);
    }
}

TEST(the_same_name_means_another_place_to_another_user_each_time)
{
    static const struct {
        const struct gazetteer_home *home;
        const char *state;
    } rows[] = { { NULL, "MO" }, { &cincinnati, "OH" }, { NULL, "MO" }, { &cincinnati, "OH" } };
    struct gazetteer_query query = { .city = STR("springfield") };
    struct gazetteer_hit hit;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CHECK_ROW(i, gazetteer_best(&query, rows[i].home, &hit));
        CHECK_STR(hit.state, rows[i].state);
    }
    memcpy(query.state, "IL", 3);
    CHECK(gazetteer_best(&query, NULL, &hit));
    CHECK_STR(hit.state, "IL");
}

TESTS(the_same_name_means_another_place_to_another_user_each_time, every_state_capital_is_found,
      the_district_and_the_territories_are_found,
      a_name_without_a_state_means_the_most_populous_place, many_spellings_find_the_same_place,
      the_users_own_state_comes_first_among_places_of_like_size,
      hits_are_sorted_by_population_and_limited, no_two_namesakes_have_the_same_population,
      unknown_places_are_not_found, a_zip_code_gives_its_center_and_its_town,
      numbers_that_are_not_us_zip_codes_are_rejected, the_table_is_sorted_and_every_name_is_found,
      every_zip_code_is_in_a_state_and_near_its_town, the_nearest_zip_code_names_where_somebody_is,
      the_nearest_weather_station_is_found)
