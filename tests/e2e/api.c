/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/api.c -- the JSON API over real sockets: its answers, who may ask, and its errors. */
#include <stdlib.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

#define BOULDER "place=Boulder%2C%20CO"

enum { TOKEN_SIZE = 44, KNOWN_MS = 5000 };

static struct world open_world; /* programs of this machine need no token */

static int start(void **state)
{
    (void)state;
    open_world.sets[0] = "api.listen=127.0.0.1:0";
    open_world.sets[1] = "api.open=yes";
    open_world.sets[2] = "api.rate_per_minute=0";
    world_start(&open_world);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    world_stop(&open_world);
    return 0;
}

static struct client_response get(struct world *w, const char *path)
{
    return client_api_send(w, "GET", path, NULL, NULL);
}

static void check_error(struct client_response *a, int status, const char *word)
{
    if (a->status != status || !str_eqz(json_str(a->json, "error"), word))
        fail_msg("HTTP %d (want %d), want \"%s\" in: %s", a->status, status, word, a->body);
    CHECK(json_str(a->json, "message").n > 0);
    client_response_done(a);
}

TEST(now_tells_the_weather_in_words_and_figures)
{
    struct client_response said = client_ask(&open_world, "user-api", "MetricIntent", "metric",
                                             "weather", "location", "boulder colorado", NULL);
    struct client_response a = get(&open_world, "/v1/now?" BOULDER);
    double value;

    CHECK_INT(a.status, 200);
    CHECK(strstr(a.headers, "Content-Type: application/json\r\n"));
    CHECK(!strstr(a.headers, "Access-Control"));
    CHECK_SLICE(json_str(a.json, "speech"), said.speech);
    CHECK_SLICE(json_str(a.json, "place.city"), "Boulder");
    CHECK_SLICE(json_str(a.json, "place.state"), "CO");
    CHECK_SLICE(json_str(a.json, "place.timeZone"), "America/Denver");
    CHECK(json_num(a.json, "place.latitude", &value));
    CHECK(json_num(a.json, "values.temperature.value", &value));
    CHECK_SLICE(json_str(a.json, "values.temperature.unit"), "degF");
    CHECK(json_str(a.json, "source.name").n > 0);
    CHECK(json_str(a.json, "source.observed").n > 0);
    CHECK(json_num(a.json, "source.ageSeconds", &value));
    client_response_done(&a);
    client_response_done(&said);
}

TEST(the_units_are_the_callers_choice)
{
    struct client_response a = get(&open_world, "/v1/now?units=metric&" BOULDER);

    CHECK_INT(a.status, 200);
    CHECK_SLICE(json_str(a.json, "values.temperature.unit"), "degC");
    CHECK_SLICE(json_str(a.json, "values.windSpeed.unit"), "km/h");
    CHECK_SLICE(json_str(a.json, "values.pressure.unit"), "hPa");
    client_response_done(&a);
}

/* The response of an endpoint, which must be a success. */
static struct client_response get_answer(const char *path)
{
    struct client_response a = get(&open_world, path);

    if (a.status != 200 || json_str(a.json, "speech").n == 0 || !json_at(a.json, "values") ||
        !json_at(a.json, "source") || json_str(a.json, "place.city").n == 0)
        fail_msg("%s: HTTP %d, %s", path, a.status, a.body);
    return a;
}

static double figure(const struct client_response *a, const char *path)
{
    double value;

    if (!json_num(a->json, path, &value))
        fail_msg("no %s in %s", path, a->body);
    return value;
}

TEST(hours_begin_with_the_running_one)
{
    struct client_response a = get_answer("/v1/hours?" BOULDER);

    CHECK_INT(json_array_size(json_at(a.json, "values.hours")), 12);
    CHECK_SLICE(json_str(a.json, "values.hours.0.time"), "2026-06-17T10:00:00-06:00");
    CHECK_SLICE(json_str(a.json, "values.hours.0.temperature.unit"), "degF");
    CHECK(json_str(a.json, "values.hours.0.sky").n > 0);
    CHECK(json_str(a.json, "source.issued").n > 0);
    client_response_done(&a);
    a = get_answer("/v1/hours?hours=168&" BOULDER);
    CHECK(json_array_size(json_at(a.json, "values.hours")) > 150);
    client_response_done(&a);
}

TEST(days_have_a_high_and_the_low_of_the_night_that_follows)
{
    struct client_response a = get_answer("/v1/days?" BOULDER);
    struct client_response day = get_answer("/v1/say?q=forecast%20for%20tomorrow&" BOULDER);
    struct client_response night =
        get_answer("/v1/say?q=forecast%20for%20tomorrow%20night&" BOULDER);

    CHECK(json_array_size(json_at(a.json, "values.days")) >= 7);
    CHECK_SLICE(json_str(a.json, "values.days.1.date"), "2026-06-18");
    CHECK_NEAR(figure(&a, "values.days.1.high.value"), figure(&day, "values.periods.0.high.value"),
               0);
    CHECK_NEAR(figure(&a, "values.days.1.low.value"), figure(&night, "values.periods.0.low.value"),
               0);
    CHECK_NEAR(figure(&a, "values.days.1.precipitationChance.value"),
               figure(&day, "values.periods.0.precipitationChance.value"), 0);
    client_response_done(&night);
    client_response_done(&day);
    client_response_done(&a);
}

TEST(advice_is_given_for_its_figures)
{
    struct client_response a = get_answer("/v1/say?q=do%20i%20need%20a%20jacket&" BOULDER);
    struct client_response metric =
        get_answer("/v1/say?q=do%20i%20need%20a%20jacket&units=metric&" BOULDER);

    CHECK_SLICE(json_str(a.json, "values.advice"), "yes");
    CHECK_SLICE(json_str(a.json, "values.garment"), "jacket");
    CHECK(json_str(a.json, "values.start").n > 0 && json_str(a.json, "values.end").n > 0);
    CHECK_NEAR(figure(&a, "values.feelsLikeLow.value"), 53, 0);
    CHECK_SLICE(json_str(metric.json, "values.feelsLikeLow.unit"), "degC");
    client_response_done(&metric);
    client_response_done(&a);
}

TEST(the_extended_forecast_is_in_the_callers_units)
{
    static const char path[] = "/v1/say?q=what%20is%20the%20extended%20forecast&units=metric&";
    char whole[200];
    struct client_response a;

    snprintf(whole, sizeof whole, "%s%s", path, BOULDER);
    a = get_answer(whole);
    CHECK_SLICE(json_str(a.json, "values.periods.0.high.unit"), "degC");
    CHECK(strstr(a.body, " kilometers per hour"));
    CHECK(!strstr(a.body, " miles per hour"));
    client_response_done(&a);
}

TEST(alerts_are_listed_or_denied)
{
    struct client_response a = get_answer("/v1/alerts?" BOULDER);

    CHECK(json_is_array(json_at(a.json, "values.alerts")));
    CHECK_INT(json_array_size(json_at(a.json, "values.alerts")), 0);
    CHECK_SLICE(json_str(a.json, "source.name"), "National Weather Service");
    CHECK_SLICE(json_str(a.json, "source.issued"), "2026-06-17T10:00:00-06:00");
    CHECK_NEAR(figure(&a, "source.ageSeconds"), 0, 1);
    client_response_done(&a);
    sim_add_fault(&open_world, "{\"match\":\"/alerts\",\"kind\":\"status\",\"status\":500}");
    a = get(&open_world, "/v1/alerts?place=Ely,%20NV");
    check_error(&a, 503, "weather_unavailable");
    sim_clear_faults(&open_world);
}

TEST(the_sun_of_a_date_is_computed)
{
    struct client_response a = get_answer("/v1/sun?date=2026-12-21&" BOULDER);

    CHECK_SLICE(json_str(a.json, "values.date"), "2026-12-21");
    CHECK_SLICE(json_str(a.json, "values.sunrise"), "2026-12-21T07:20:00-07:00");
    CHECK_SLICE(json_str(a.json, "values.dayLength.unit"), "min");
    CHECK(json_str(a.json, "values.moonPhase").n > 0);
    CHECK(!json_at(a.json, "source.issued"));
    CHECK_NEAR(figure(&a, "source.ageSeconds"), 0, 0);
    client_response_done(&a);
}

TEST(say_answers_questions_that_need_no_user)
{
    static const struct {
        const char *query;
        int status;
        const char *word;
    } cases[] = {
        { "q=will%20it%20rain%20tomorrow&" BOULDER, 200, NULL },
        { "q=is%20it%20windy%20in%20denver%20colorado", 200, NULL },
        { "q=is%20it%20raining%20near%20me&" BOULDER, 200, NULL },
        { "q=is%20it%20warmer%20in%20miami&" BOULDER, 200, NULL },
        { "q=is%20it%20warmer%20in%20miami", 400, "place_missing" },
        { "q=show%20the%20week&" BOULDER, 200, NULL },
        { "q=show%20me%20the%20radar&" BOULDER, 400, "not_a_question" },
        { "q=will%20it%20rain", 400, "place_missing" },
        { "q=set%20my%20rate%20to%20120%20percent&" BOULDER, 400, "not_a_question" },
        { "q=delete%20my%20data", 400, NULL },
        { "q=help", 400, "not_a_question" },
        { "q=repeat%20that", 400, "not_a_question" },
        { "q=purple%20elephants%20sing&" BOULDER, 400, "not_understood" },
        { BOULDER, 400, "parameter_invalid" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[300];
        snprintf(path, sizeof path, "/v1/say?%s", cases[i].query);
        struct client_response a = get(&open_world, path);
        if (cases[i].word) {
            check_error(&a, cases[i].status, cases[i].word);
            continue;
        }
        CHECK_ROW(i, a.status == cases[i].status);
        client_response_done(&a);
    }
}

TEST(what_is_said_has_its_figures_and_its_source)
{
    static const struct {
        const char *q, *figure, *unit;
    } cases[] = {
        { "do%20i%20need%20an%20umbrella", "values.rainChance", "percent" },
        { "should%20i%20wear%20a%20jacket%20tonight", "values.feelsLikeLow", "degF" },
        { "will%20it%20be%20dry%20by%20six", "values.nextPrecipitationChance", "percent" },
        { "is%20it%20safe%20to%20drive%20tomorrow", "values.windGust", "mph" },
        { "what%27s%20the%20extended%20forecast", "values.periods.0.high", "degF" },
        { "what%27s%20the%20extended%20forecast", "values.periods.1.precipitationChance",
          "percent" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[300], member[100];
        snprintf(path, sizeof path, "/v1/say?q=%s&%s", cases[i].q, BOULDER);
        struct client_response a = get_answer(path);
        snprintf(member, sizeof member, "%s.unit", cases[i].figure);
        if (!str_eqz(json_str(a.json, member), cases[i].unit))
            fail_msg("no %s in %s", cases[i].figure, a.body);
        CHECK(json_str(a.json, "source.issued").n > 0);
        CHECK(figure(&a, "source.ageSeconds") > 0);
        client_response_done(&a);
    }
}

TEST(errors_have_a_word_and_a_sentence)
{
    static const struct {
        const char *path;
        int status;
        const char *word;
    } cases[] = {
        { "/v1/now", 400, "place_missing" },
        { "/v1/now?place=", 400, "place_missing" },
        { "/v1/now?place=home", 400, "place_missing" },
        { "/v1/now?place=Boulder,%20CO&colour=red", 400, "parameter_unknown" },
        { "/v1/now?place=Boulder,%20CO&place=Denver", 400, "parameter_invalid" },
        { "/v1/now?place=Boulder,%20CO&units=kelvin", 400, "parameter_invalid" },
        { "/v1/now?place=%zz", 400, "parameter_invalid" },
        { "/v1/now?place=%ff", 400, "parameter_invalid" },
        { "/v1/now?place=a%00b", 400, "parameter_invalid" },
        { "/v1/now?place=Qwertyville,%20CO", 404, "place_unknown" },
        { "/v1/now?place=Paris", 404, "place_unknown" },
        { "/v1/now?place=00000", 404, "place_unknown" },
        { "/v1/hours?hours=0&" BOULDER, 400, "parameter_invalid" },
        { "/v1/hours?hours=169&" BOULDER, 400, "parameter_invalid" },
        { "/v1/hours?hours=%2B3&" BOULDER, 400, "parameter_invalid" },
        { "/v1/hours?hours=many&" BOULDER, 400, "parameter_invalid" },
        { "/v1/hours?hours=&" BOULDER, 400, "parameter_invalid" },
        { "/v1/now?units=&" BOULDER, 400, "parameter_invalid" },
        { "/v1/now?hours=3&" BOULDER, 400, "parameter_unknown" },
        { "/v1/sun?date=2026-02-30&" BOULDER, 400, "parameter_invalid" },
        { "/v1/sun?date=2036-02-20&" BOULDER, 400, "parameter_invalid" },
        { "/v1/sun?date=2026-%2B6-17&" BOULDER, 400, "parameter_invalid" },
        { "/v1/sun?date=&" BOULDER, 400, "parameter_invalid" },
        { "/v1/weather", 404, "not_found" },
        { "/", 404, "not_found" },
        { "/v1/now/", 404, "not_found" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client_response a = get(&open_world, cases[i].path);
        check_error(&a, cases[i].status, cases[i].word);
    }
}

TEST(other_methods_are_told_what_is_allowed)
{
    static const char *const methods[] = { "POST", "PUT", "DELETE", "OPTIONS" };

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        struct client_response a = client_api_send(&open_world, methods[i], "/v1/now?" BOULDER,
                                                   NULL, i == 0 ? "{}" : NULL);
        CHECK(strstr(a.headers, "Allow: GET, HEAD\r\n"));
        check_error(&a, 405, "method_not_allowed");
    }
    struct client_response a = client_api_send(&open_world, "HEAD", "/v1/now?" BOULDER, NULL, NULL);
    CHECK_INT(a.status, 200);
    client_response_done(&a);
}

TEST(weather_that_cannot_be_read_is_unavailable)
{
    sim_add_fault(&open_world, "{\"match\":\"/stations\",\"kind\":\"status\",\"status\":500}");
    sim_add_fault(&open_world, "{\"match\":\"/observations\",\"kind\":\"status\",\"status\":500}");
    struct client_response a = get(&open_world, "/v1/now?place=Nome,%20AK");
    check_error(&a, 503, "weather_unavailable");
    sim_clear_faults(&open_world);
}

TEST(long_urls_and_large_bodies_are_refused)
{
    enum { HEADER_BYTES = 40000 }; /* more than libmicrohttpd reads */
    size_t n = 10 * 1024 * 1024;
    char *body = malloc(n + 1), url[10000];
    const char *const headers[] = { body, NULL };
    struct client_response a;

    CHECK(body);
    memset(body, 'a', n);
    body[n] = '\0';
    a = client_api_send(&open_world, "POST", "/v1/now", NULL, body);
    check_error(&a, 413, "too_large");
    body[HEADER_BYTES] = '\0';
    memcpy(body, "/v1/", 4);
    a = get(&open_world, body);
    check_error(&a, 414, "too_long");
    memcpy(body, "X-A:", 4);
    a = client_api_send(&open_world, "GET", "/v1/now?" BOULDER, headers, NULL);
    check_error(&a, 414, "too_long");
    free(body);
    memset(url, 'a', sizeof url - 1);
    url[sizeof url - 1] = '\0';
    memcpy(url, "/v1/now?place=", 14);
    a = get(&open_world, url);
    check_error(&a, 414, "too_long");
}

TEST(web_pages_of_other_sites_are_refused)
{
    static const struct {
        const char *header;
        int status;
    } cases[] = {
        { "Host: evil.example.com", 403 },
        { "Host: evil.example.com:9181", 403 },
        { "Host: 192.0.2.1", 403 },
        { "Host: localhost", 200 },
        { "Host: LOCALHOST:80", 200 },
        { "Host: 127.0.0.2:1", 200 },
        { "Host: [::1]", 200 },
        { "Host: localhost.evil.example", 403 },
        { "Host: localhost:x", 403 },
        { "Origin: https://evil.example.com", 403 },
        { "Origin: null", 403 },
        { "Origin: http://localhost:3000", 200 },
        { "Origin: http://127.0.0.1", 200 },
        { "Origin: http://localhost@evil.example", 403 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *const headers[] = { cases[i].header, NULL };
        struct client_response a =
            client_api_send(&open_world, "GET", "/v1/now?" BOULDER, headers, NULL);
        if (a.status != cases[i].status)
            fail_msg("%s: HTTP %d, want %d", cases[i].header, a.status, cases[i].status);
        client_response_done(&a);
    }
}

/* ---- tokens ---- */

static void create_token(struct world *w, struct scratch *s, const char *name, char out[TOKEN_SIZE])
{
    char arguments[600];

    snprintf(arguments, sizeof arguments,
             "--set persistence.backend=sqlite --set 'sqlite.path=%s/climacast.db' token create %s",
             w->dir, name);
    tool_run(s, arguments);
    tool_expect(s, 0, NULL, NULL);
    CHECK_INT((int)strcspn(s->out, "\n"), TOKEN_SIZE - 1);
    snprintf(out, TOKEN_SIZE, "%s", s->out);
}

static struct client_response get_with(struct world *w, const char *token)
{
    char header[300];
    const char *const headers[] = { header, NULL };

    snprintf(header, sizeof header, "Authorization: Bearer %s", token);
    return client_api_send(w, "GET", "/v1/now?" BOULDER, headers, NULL);
}

/* Within the time that a daemon may take to know of a change. */
static bool becomes(struct world *w, const char *token, int status)
{
    int64_t deadline = clock_mono_ms() + KNOWN_MS;
    bool same = false;

    while (!same && clock_left_ms(deadline) > 0) {
        struct client_response a = get_with(w, token);
        same = a.status == status;
        client_response_done(&a);
        if (!same)
            clock_sleep_ms(100);
    }
    return same;
}

TEST(a_token_opens_the_door_until_it_is_revoked)
{
    struct world w = { .sets = { "api.listen=127.0.0.1:0", "api.rate_per_minute=0" } };
    struct scratch s;
    char token[TOKEN_SIZE], arguments[600];

    scratch_create(&s);
    world_start(&w);
    struct client_response a = get(&w, "/v1/now?" BOULDER);
    CHECK(strstr(a.headers, "WWW-Authenticate: Bearer\r\n"));
    check_error(&a, 401, "token_missing");
    a = get_with(&w, "wrong");
    CHECK(strstr(a.headers, "WWW-Authenticate: Bearer\r\n"));
    check_error(&a, 401, "token_invalid");
    create_token(&w, &s, "home-assistant", token);
    CHECK(becomes(&w, token, 200));
    snprintf(arguments, sizeof arguments,
             "--set persistence.backend=sqlite --set 'sqlite.path=%s/climacast.db' token list",
             w.dir);
    tool_run(&s, arguments);
    tool_expect(&s, 0, "home-assistant", NULL);
    CHECK(!strstr(s.out, token) && !strstr(s.out, "never"));
    snprintf(arguments, sizeof arguments,
             "--set persistence.backend=sqlite --set 'sqlite.path=%s/climacast.db' token revoke "
             "home-assistant",
             w.dir);
    tool_run(&s, arguments);
    tool_expect(&s, 0, NULL, NULL);
    CHECK(becomes(&w, token, 401));
    char *log = world_log(&w);
    CHECK(!strstr(log, token));
    free(log);
    world_stop(&w);
    scratch_remove(&s);
}

TEST(requests_are_counted_and_limited_per_token)
{
    struct world w = { .sets = { "api.listen=127.0.0.1:0", "api.open=yes",
                                 "api.rate_per_minute=5" } };

    world_start(&w);
    for (int i = 0; i < 5; i++) {
        struct client_response a = get(&w, "/v1/now?" BOULDER);
        CHECK_INT(a.status, 200);
        client_response_done(&a);
    }
    struct client_response a = get(&w, "/v1/now?" BOULDER);
    CHECK(strstr(a.headers, "Retry-After: 1"));
    check_error(&a, 429, "rate_limited");
    /* Wrong tokens are limited by themselves. */
    for (int i = 0; i < 5; i++) {
        a = get_with(&w, "wrong");
        check_error(&a, 401, "token_invalid");
    }
    a = get_with(&w, "wrong");
    check_error(&a, 429, "rate_limited");
    CHECK_NEAR(client_metric(&w, "climacast_api_requests_total{endpoint=\"now\",result=\"ok\"}"), 5,
               0);
    CHECK_NEAR(
        client_metric(&w, "climacast_api_requests_total{endpoint=\"now\",result=\"rate_limited\"}"),
        2, 0);
    world_stop(&w);
}

TESTS_WITH(start, stop, now_tells_the_weather_in_words_and_figures,
           the_units_are_the_callers_choice, hours_begin_with_the_running_one,
           days_have_a_high_and_the_low_of_the_night_that_follows, advice_is_given_for_its_figures,
           the_extended_forecast_is_in_the_callers_units, alerts_are_listed_or_denied,
           the_sun_of_a_date_is_computed, say_answers_questions_that_need_no_user,
           what_is_said_has_its_figures_and_its_source, errors_have_a_word_and_a_sentence,
           other_methods_are_told_what_is_allowed, weather_that_cannot_be_read_is_unavailable,
           long_urls_and_large_bodies_are_refused, web_pages_of_other_sites_are_refused,
           a_token_opens_the_door_until_it_is_revoked, requests_are_counted_and_limited_per_token)
