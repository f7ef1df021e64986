/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/here.c -- HERE as a geocoder: when it is used, which results it
 * accepts, and that its key stays secret. */
#include "intents/weather/here.h"

#include "intents/weather/place.h"
#include "intents/weather/place_entry.h"
#include "tests/unit/intents/weather/weather_world.h"

#define KEY "sEcReT"
#define AFTER "&in=countryCode%3AUSA%2CPRI%2CVIR%2CGUM%2CASM%2CMNP&lang=en-US&limit=5&apiKey=" KEY

#define ITEM(country, state, city, zip, score)                                                   \
    "{\"address\":{\"countryCode\":\"" country "\",\"stateCode\":\"" state "\",\"city\":\"" city \
    "\",\"postalCode\":\"" zip "\"},\"position\":{\"lat\":40.01574,\"lng\":-105.27924},"         \
    "\"scoring\":{\"queryScore\":1.0,\"fieldScore\":{\"city\":" score "}}}"

#define FAR_OFF                                                                         \
    "{\"address\":{\"countryCode\":\"USA\",\"stateCode\":\"CO\",\"city\":\"Boulder\"}," \
    "\"position\":{\"lat\":400,\"lng\":5}}"

#define STREET                                                                              \
    "{\"resultType\":\"street\",\"address\":{\"countryCode\":\"USA\",\"stateCode\":\"CO\"," \
    "\"city\":\"Denver\",\"street\":\"Boulder St\"},\"position\":{\"lat\":39.7,\"lng\":-105}}"

static const char *const here_only[] = { "here", NULL };
static const char *const here_first[] = { "here", "gazetteer", NULL };
static const char *const here_last[] = { "gazetteer", "here", NULL };

static void start(struct world *w, const char *const *geocoders, const char *key)
{
    world_start(w);
    w->settings.geocoders = geocoders;
    w->settings.geocoder_here_key = key;
    w->settings.geocoder_here_url = w->upstream.base;
    world_restart(w);
}

static struct gazetteer_query asked(const char *city, const char *state, const char *zip)
{
    struct gazetteer_query query = { .city = str_of(city) };

    memcpy(query.state, state, strlen(state) + 1);
    memcpy(query.zip, zip, strlen(zip) + 1);
    return query;
}

static enum status find(struct world *w, struct gazetteer_query query, const char *home,
                        struct gazetteer_hit *ret_hit, struct err *err)
{
    struct call call = world_call(w);

    return here_find(w->nws, &query, home, &call, ret_hit, err);
}

TEST(a_town_and_a_zip_code_are_found)
{
    struct world w;
    struct gazetteer_hit hit;

    start(&w, here_only, KEY);
    fake_set(&w.upstream, "/geocode?q=boulder%2C%20Colorado" AFTER, 200,
             "{\"items\":[" ITEM("USA", "CO", "Boulder", "80302-1234", "1.0") "]}");
    fake_set(&w.upstream, "/geocode?q=80302" AFTER, 200,
             "{\"items\":[" ITEM("USA", "CO", "Boulder", "80302", "1.0") "]}");
    CHECK_INT(find(&w, asked("boulder", "CO", ""), "", &hit, NULL), ST_OK);
    CHECK_SLICE(hit.city, "Boulder");
    CHECK_STR(hit.state, "CO");
    CHECK_NEAR(hit.lat, 40.01574, 1e-9);
    CHECK_NEAR(hit.lon, -105.27924, 1e-9);
    CHECK_INT(find(&w, asked("", "", "80302"), "", &hit, NULL), ST_OK);
    CHECK_SLICE(hit.city, "Boulder");
    CHECK_INT(find(&w, asked("boulder", "CO", ""), "", &hit, NULL), ST_OK);
    CHECK_INT(fake_asked(&w.upstream, NULL), 2);
    world_stop(&w);
}

TEST(the_home_state_is_searched_first)
{
    struct world w;
    struct gazetteer_hit hit;

    start(&w, here_only, KEY);
    fake_set(&w.upstream, "/geocode?q=springfield%2C%20Oregon" AFTER, 200,
             "{\"items\":[" ITEM("USA", "OR", "Springfield", "97477", "1.0") "]}");
    fake_set(&w.upstream, "/geocode?q=springfield%2C%20Maine" AFTER, 200,
             "{\"items\":[" ITEM("USA", "ME", "Springvale", "04083", "0.6") "]}");
    fake_set(&w.upstream, "/geocode?q=springfield" AFTER, 200,
             "{\"items\":[" ITEM("USA", "MO", "Springfield", "65806", "1.0") "]}");
    CHECK_INT(find(&w, asked("springfield", "", ""), "OR", &hit, NULL), ST_OK);
    CHECK_STR(hit.state, "OR");
    CHECK_INT(find(&w, asked("springfield", "", ""), "ME", &hit, NULL), ST_OK);
    CHECK_STR(hit.state, "MO");
    CHECK_INT(find(&w, asked("springfield", "", ""), "", &hit, NULL), ST_OK);
    CHECK_STR(hit.state, "MO");
    world_stop(&w);
}

TEST(results_that_do_not_match_are_rejected)
{
    static const char *const bodies[] = {
        "{\"items\":[]}",
        "{\"items\":[" ITEM("CAN", "CO", "Boulder", "80302", "1.0") "]}",
        "{\"items\":[" ITEM("USA", "NV", "Boulder", "80302", "1.0") "]}",
        "{\"items\":[" ITEM("USA", "ZZ", "Boulder", "80302", "1.0") "]}",
        "{\"items\":[" ITEM("USA", "CO", "Bold", "80302", "0.4") "]}",
        "{\"items\":[" ITEM("USA", "CO", "", "80302", "1.0") "]}",
        "{\"items\":[" ITEM("USA", "CO", "Boul\\u0007der", "80302", "1.0") "]}",
        "{\"items\":[null,7,[],{\"address\":null,\"position\":{\"lat\":1}}]}",
        "{\"items\":[" FAR_OFF "," STREET "]}",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        struct world w;
        struct gazetteer_hit hit;
        struct err err = ERR_NONE;

        start(&w, here_only, KEY);
        fake_set(&w.upstream, "/geocode?q=boulder%2C%20Colorado" AFTER, 200, bodies[i]);
        CHECK_ROW(i, find(&w, asked("boulder", "CO", ""), "", &hit, &err) == ST_MISS);
        CHECK_STR(err.text, "");
        world_stop(&w);
    }
}

TEST(a_territory_is_a_country_for_here)
{
    struct world w;
    struct gazetteer_hit hit;

    start(&w, here_only, KEY);
    fake_set(&w.upstream, "/geocode?q=ponce" AFTER, 200,
             "{\"items\":[" ITEM("PRI", "", "Ponce", "00730", "1.0") "]}");
    CHECK_INT(find(&w, asked("ponce", "", ""), "", &hit, NULL), ST_OK);
    CHECK_STR(hit.state, "PR");
    world_stop(&w);
}

TEST(a_failure_is_reported_without_the_key)
{
    static const struct {
        int status;
        const char *body, *fault;
    } cases[] = {
        { 401, "{\"error\":\"Unauthorized\",\"error_description\":\"apiKey " KEY " invalid\"}",
          "4xx" },
        { 500, "oops", "5xx" },
        { 200, "<html>", "unreadable" },
        { 200, "{\"items\":7}", "unreadable" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct world w;
        struct gazetteer_hit hit;
        struct err err = ERR_NONE;

        start(&w, here_only, KEY);
        fake_set(&w.upstream, "/geocode?q=boulder" AFTER, cases[i].status, cases[i].body);
        CHECK_ROW(i, find(&w, asked("boulder", "", ""), "", &hit, &err) == ST_UNAVAILABLE);
        CHECK_STR(err.reason, "geocoder_unavailable");
        CHECK_ROW(i, !strstr(err.text, KEY) && w.reports == 1);
        CHECK_ROW(i, !strstr(w.last_report.text, KEY));
        CHECK_STR(w.here_fault, cases[i].fault);
        CHECK_ROW(i, find(&w, asked("boulder", "", ""), "", &hit, &err) == ST_UNAVAILABLE);
        CHECK_ROW(i, w.reports == 2); /* each time */
        world_stop(&w);
    }
}

TEST(without_a_key_no_request_is_sent)
{
    struct world w;
    struct gazetteer_hit hit;

    start(&w, here_only, "");
    CHECK(!here_has_key(w.nws));
    CHECK_INT(find(&w, asked("boulder", "CO", ""), "", &hit, NULL), ST_MISS);
    CHECK_INT(fake_asked(&w.upstream, NULL), 0);
    world_stop(&w);
}

/* ---- together with the gazetteer ---- */

static const char bare_point[] = "{\"properties\":{\"cwa\":\"BOU\",\"forecastGridData\":"
                                 "\"https://api.weather.gov/gridpoints/BOU/54,74\"}}";

static enum status resolve(struct world *w, struct gazetteer_query query, struct place *ret_place,
                           struct err *err)
{
    struct call call = world_call(w);

    return place_resolve(w->nws, &query, NULL, &call, ret_place, err);
}

TEST(the_first_geocoder_wins_and_the_next_is_the_fallback)
{
    struct world w;
    struct place place;
    struct gazetteer_query boulder = asked("boulder", "CO", "");
    struct gazetteer_hit hit;
    char path[64], coords[PLACE_ENTRY_COORDS_MAX];

    CHECK(gazetteer_best(&boulder, NULL, &hit));
    snprintf(path, sizeof path, "/points/%.*s",
             STR_ARG(place_entry_coords(hit.lat, hit.lon, coords)));

    start(&w, here_first, KEY);
    fake_set(&w.upstream, path, 200, bare_point);
    CHECK_INT(resolve(&w, boulder, &place, NULL), ST_OK); /* HERE answers 404 */
    CHECK_NEAR(place.lat, hit.lat, 1e-9);
    fake_set(&w.upstream, "/geocode?q=boulder%2C%20Colorado" AFTER, 200,
             "{\"items\":[" ITEM("USA", "CO", "Boulder", "80302", "1.0") "]}");
    fake_set(&w.upstream, "/points/40.0157,-105.2792", 200, bare_point);
    world_restart(&w);
    CHECK_INT(resolve(&w, boulder, &place, NULL), ST_OK);
    CHECK_NEAR(place.lat, 40.01574, 1e-9);
    world_stop(&w);

    start(&w, here_last, KEY);
    fake_set(&w.upstream, path, 200, bare_point);
    CHECK_INT(resolve(&w, boulder, &place, NULL), ST_OK);
    CHECK_INT(fake_asked(&w.upstream, NULL), 1); /* the gazetteer had it */
    fake_set(&w.upstream, "/geocode?q=xyzzyville%2C%20Colorado" AFTER, 200,
             "{\"items\":[" ITEM("USA", "CO", "Xyzzyville", "80302", "0.9") "]}");
    fake_set(&w.upstream, "/points/40.0157,-105.2792", 200, bare_point);
    CHECK_INT(resolve(&w, asked("xyzzyville", "CO", ""), &place, NULL), ST_OK);
    CHECK_SLICE(place.city, "Xyzzyville");
    world_stop(&w);
}

TEST(a_failing_geocoder_is_reported_when_no_other_finds_the_place)
{
    struct world w;
    struct place place;
    struct err err = ERR_NONE;

    start(&w, here_last, KEY);
    fake_set(&w.upstream, "/geocode?q=xyzzyville%2C%20Colorado" AFTER, 500, "{}");
    CHECK_INT(resolve(&w, asked("xyzzyville", "CO", ""), &place, &err), ST_UNAVAILABLE);
    CHECK_STR(err.reason, "geocoder_unavailable");
    world_stop(&w);
}

/* Its connections are accepted by the system and never answered. */
static int hanging_port(int *ret_socket)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, 16) == 0);
    CHECK(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    *ret_socket = fd;
    return ntohs(address.sin_port);
}

/* The turn has 6.5 s; a fifth of it is for HERE, until its circuit breaker opens. */
TEST(a_hanging_geocoder_costs_one_second_a_few_times_and_then_nothing)
{
    static const char *const towns[] = { "boulder", "denver", "pueblo", "greeley", "aurora" };
    const size_t open_after = 3;
    int64_t quickest = INT64_MAX; /* of those for which HERE is not asked */
    struct world w;
    struct place place;
    char url[64];
    int fd, port = hanging_port(&fd);

    start(&w, here_first, KEY);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    w.settings.geocoder_here_url = url;
    world_restart(&w);
    for (size_t i = 0; i < sizeof towns / sizeof towns[0]; i++) {
        struct gazetteer_query query = asked(towns[i], "CO", "");
        struct gazetteer_hit hit;
        char path[64], coords[PLACE_ENTRY_COORDS_MAX];
        CHECK(gazetteer_best(&query, NULL, &hit));
        snprintf(path, sizeof path, "/points/%.*s",
                 STR_ARG(place_entry_coords(hit.lat, hit.lon, coords)));
        fake_set(&w.upstream, path, 200, bare_point);
        int64_t began = clock_mono_ms();
        CHECK_INT(resolve(&w, query, &place, NULL), ST_OK);
        int64_t took = clock_mono_ms() - began;
        CHECK_NEAR(place.lat, hit.lat, 1e-9);
        CHECK_ROW(i, took < 3000);
        CHECK_STR(w.here_fault, i < open_after ? "timeout" : "not_asked");
        if (i >= open_after && took < quickest)
            quickest = took;
    }
    CHECK(quickest < 700);
    world_stop(&w);
    (void)close(fd);
}

TESTS(a_town_and_a_zip_code_are_found, the_home_state_is_searched_first,
      results_that_do_not_match_are_rejected, a_territory_is_a_country_for_here,
      a_failure_is_reported_without_the_key, without_a_key_no_request_is_sent,
      the_first_geocoder_wins_and_the_next_is_the_fallback,
      a_failing_geocoder_is_reported_when_no_other_finds_the_place,
      a_hanging_geocoder_costs_one_second_a_few_times_and_then_nothing)
