/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/amazon_services.c -- the client of Amazon's services against a stand-in for them over
 * real TLS: tokens and events, with every status, and where a token goes. */
#include <jansson.h>
#include <stdlib.h>

#include "intents/amazon/client.h"
#include "intents/amazon/notify.h"
#include "intents/amazon/token.h"
#include "server/base/clock.h"
#include "tests/e2e/harness/sim.h"
#include "tests/e2e/harness/world.h"
#include "tests/test.h"

static struct {
    struct http *http;
    struct metrics *metrics;
    struct amazon *amazon;
    struct amazon_token *token;
    int64_t ahead_ms; /* of the clock that tokens go by */
} test;

static int64_t mono_ms(void)
{
    return clock_mono_ms() + test.ahead_ms;
}

static int64_t soon(void)
{
    return clock_mono_ms() + 10 * 1000;
}

static int set_up_all(void **state)
{
    (void)state;
    world_start_sim(&world);
    return 0;
}

static int tear_down_all(void **state)
{
    (void)state;
    world_stop(&world);
    return 0;
}

static void begin(void)
{
    char bundle[400], connect_to[40];

    sim_amazon_reset(&world);
    sim_amazon_set(&world,
                   "{\"clientId\":\"id\",\"clientSecret\":\"s&cret=+\",\"tokenSeconds\":3600}");
    sim_clear_faults(&world);
    snprintf(bundle, sizeof bundle, "%s/root.pem", world.certs);
    snprintf(connect_to, sizeof connect_to, "127.0.0.1:%d", world.amazon_port);
    test.http = http_create(&(struct http_settings){ .ca_bundle = bundle }, NULL);
    test.metrics = metrics_create();
    struct amazon_settings settings = { .connect_to = connect_to, .metrics = test.metrics };
    test.amazon = amazon_create(&settings, test.http);
    struct amazon_token_settings token = { .client_id = "id",
                                           .client_secret = "s&cret=+",
                                           .scope = "alexa::proactive_events",
                                           .mono_ms = mono_ms };
    test.token = amazon_token_create(&token, test.amazon);
    test.ahead_ms = 0;
    CHECK(test.http && test.amazon && test.token);
}

static void end(void)
{
    amazon_token_free(test.token);
    amazon_free(test.amazon);
    metrics_free(test.metrics);
    http_free(test.http);
}

static const char *of_call(size_t i, const char *member)
{
    static char text[2000];
    json_t *calls = sim_amazon_calls(&world), *call = json_array_get(calls, i);
    const char *value = json_string_value(json_object_get(call, member));

    if (!value)
        value = json_string_value(json_object_get(json_object_get(call, "headers"), member));
    snprintf(text, sizeof text, "%s", value ? value : "");
    json_decref(calls);
    return text;
}

static enum status get(char *token)
{
    struct err err = ERR_NONE;
    enum status st = amazon_token_get(test.token, soon(), token, &err);

    CHECK(st == ST_OK || (err.status == st && *err.reason));
    CHECK(!strstr(err.text, "s&cret"));
    return st;
}

/* ---- tokens ---- */

TEST(a_token_is_asked_for_once_and_kept)
{
    char first[AMAZON_TOKEN_SIZE], second[AMAZON_TOKEN_SIZE];

    begin();
    CHECK_INT(get(first), ST_OK);
    CHECK_INT(get(second), ST_OK);
    CHECK_STR(first, second);
    CHECK_INT(sim_amazon_count(&world, "token"), 1);
    CHECK_STR(of_call(0, "host"), "api.amazon.com");
    CHECK_STR(of_call(0, "sni"), "api.amazon.com");
    CHECK_STR(of_call(0, "authorization"), "");
    CHECK_STR(of_call(0, "body"), "grant_type=client_credentials&client_id=id&client_secret="
                                  "s%26cret%3D%2B&scope=alexa%3A%3Aproactive_events");
    end();
}

TEST(a_token_is_replaced_shortly_before_it_expires)
{
    char first[AMAZON_TOKEN_SIZE], second[AMAZON_TOKEN_SIZE];

    begin();
    CHECK_INT(get(first), ST_OK);
    test.ahead_ms = (3600 - AMAZON_TOKEN_EARLY_S - 5) * 1000;
    CHECK_INT(get(second), ST_OK);
    CHECK_STR(first, second);
    test.ahead_ms = (3600 - AMAZON_TOKEN_EARLY_S + 1) * 1000;
    CHECK_INT(get(second), ST_OK);
    CHECK(strcmp(first, second) != 0);
    end();
}

TEST(a_refused_secret_is_not_tried_again_for_thirty_seconds)
{
    char token[AMAZON_TOKEN_SIZE];

    begin();
    sim_amazon_set(&world, "{\"clientSecret\":\"another\"}");
    CHECK_INT(get(token), ST_DENIED);
    test.ahead_ms = 29 * 1000;
    CHECK_INT(get(token), ST_DENIED);
    CHECK_INT(sim_amazon_count(&world, "token"), 1);
    test.ahead_ms = 31 * 1000;
    sim_amazon_set(&world, "{\"clientSecret\":\"s&cret=+\"}");
    CHECK_INT(get(token), ST_OK);
    CHECK_INT(sim_amazon_count(&world, "token"), 2);
    end();
}

TEST(an_answer_without_a_usable_token_is_a_failure)
{
    static const char *const rules[] = {
        "{\"service\":\"token\",\"times\":1,\"body\":\"not JSON\"}",
        "{\"service\":\"token\",\"times\":1,\"body\":{}}",
        "{\"service\":\"token\",\"times\":1,\"body\":{\"access_token\":7,\"expires_in\":3600}}",
        "{\"service\":\"token\",\"times\":1,\"body\":{\"access_token\":\"\",\"expires_in\":3600}}",
        "{\"service\":\"token\",\"times\":1,\"body\":{\"access_token\":\"a\\r\\nb\",\"expires_in\":"
        "1}}",
        "{\"service\":\"token\",\"times\":1,\"body\":{\"access_token\":\"a\",\"expires_in\":-1}}",
        "{\"service\":\"token\",\"times\":1,\"body\":{\"access_token\":\"a\",\"expires_in\":\"x\"}"
        "}",
        "{\"service\":\"token\",\"times\":1,\"status\":500}",
        "{\"service\":\"token\",\"times\":1,\"status\":302,\"body\":{}}",
        "{\"service\":\"token\",\"times\":1,\"status\":204}",
    };
    char token[AMAZON_TOKEN_SIZE];

    begin();
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        sim_amazon_rule(&world, rules[i]);
        CHECK_ROW(i, get(token) == ST_UNAVAILABLE);
        test.ahead_ms += AMAZON_TOKEN_FAILED_MS + 1;
    }
    CHECK_INT(get(token), ST_OK);
    end();
}

/* ---- events ---- */

static struct amazon_notify_result notify(const char *user, int64_t ms)
{
    struct amazon_event event = { .host = AMAZON_HOST_EUROPE,
                                  .user = str_of(user),
                                  .reference = STR("A1~b"),
                                  .alert_type = "TORNADO",
                                  .source = STR("the National Weather Service"),
                                  .timestamp = 1781712000,
                                  .expiry = 1781715600 };
    struct amazon_notify_result result;

    amazon_notify(test.amazon, test.token, &event, clock_mono_ms() + ms, &result);
    CHECK(!strstr(result.err.text, user) && !strstr(result.err.text, "Atc"));
    return result;
}

TEST(an_event_is_sent_to_the_users_region)
{
    begin();
    CHECK_INT(notify("amzn1.ask.account.A", 10000).outcome, AMAZON_NOTIFIED_SENT);
    CHECK_STR(of_call(1, "host"), "api.eu.amazonalexa.com");
    CHECK_STR(of_call(1, "sni"), "api.eu.amazonalexa.com");
    CHECK_STR(of_call(1, "target"), "/v1/proactiveEvents/stages/development");
    CHECK(strncmp(of_call(1, "authorization"), "Bearer Atc|simulated-", 20) == 0);
    CHECK_STR(of_call(1, "content-type"), "application/json");
    CHECK_STR(of_call(1, "body"),
              "{\"timestamp\":\"2026-06-17T16:00:00Z\",\"referenceId\":\"A1~b\","
              "\"expiryTime\":\"2026-06-17T17:00:00Z\","
              "\"event\":{\"name\":\"AMAZON.WeatherAlert.Activated\",\"payload\":{\"weatherAlert\":"
              "{\"source\":\"localizedattribute:source\",\"alertType\":\"TORNADO\"}}},"
              "\"localizedAttributes\":[{\"locale\":\"en-US\",\"source\":"
              "\"the National Weather Service\"}],\"relevantAudience\":{\"type\":\"Unicast\","
              "\"payload\":{\"user\":\"amzn1.ask.account.A\"}}}");
    CHECK_INT(notify("amzn1.ask.account.A", 10000).outcome, AMAZON_NOTIFIED_BEFORE);
    CHECK_INT(sim_amazon_count(&world, "token"), 1);
    end();
}

TEST(each_status_has_its_outcome)
{
    static const struct {
        int status;
        enum amazon_notified outcome;
    } cases[] = {
        { 202, AMAZON_NOTIFIED_SENT },    { 400, AMAZON_NOTIFIED_REFUSED },
        { 404, AMAZON_NOTIFIED_REFUSED }, { 409, AMAZON_NOTIFIED_BEFORE },
        { 429, AMAZON_NOTIFIED_LIMITED }, { 432, AMAZON_NOTIFIED_USER_LIMIT },
        { 500, AMAZON_NOTIFIED_FAILED },  { 503, AMAZON_NOTIFIED_FAILED },
        { 301, AMAZON_NOTIFIED_FAILED },
    };

    begin();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char rule[100];
        snprintf(rule, sizeof rule, "{\"service\":\"events\",\"times\":1,\"status\":%d}",
                 cases[i].status);
        sim_amazon_rule(&world, rule);
        struct amazon_notify_result result = notify("amzn1.ask.account.A", 10000);
        CHECK_ROW(i, result.outcome == cases[i].outcome && result.status == cases[i].status);
    }
    CHECK_INT(sim_amazon_count(&world, "events"), (int)(sizeof cases / sizeof cases[0]));
    end();
}

TEST(an_expired_token_is_replaced_once)
{
    char token[AMAZON_TOKEN_SIZE];

    begin();
    CHECK_INT(get(token), ST_OK);
    sim_amazon_set(&world, "{\"expire\":true}");
    CHECK_INT(notify("amzn1.ask.account.A", 10000).outcome, AMAZON_NOTIFIED_SENT);
    CHECK_INT(sim_amazon_count(&world, "token"), 2);
    CHECK_INT(sim_amazon_count(&world, "events"), 2);
    sim_amazon_rule(&world, "{\"service\":\"events\",\"status\":401}");
    CHECK_INT(notify("amzn1.ask.account.B", 10000).outcome, AMAZON_NOTIFIED_DENIED);
    CHECK_INT(sim_amazon_count(&world, "token"), 3);
    CHECK_INT(sim_amazon_count(&world, "events"), 4);
    end();
}

TEST(a_retry_after_is_told)
{
    begin();
    sim_amazon_rule(&world,
                    "{\"service\":\"events\",\"times\":1,\"status\":429,\"retryAfter\":\"7\"}");
    CHECK_INT(notify("amzn1.ask.account.A", 10000).retry_after_ms, 7000);
    CHECK_INT(amazon_retry_after_ms("Sun, 06 Nov 1994 08:49:47 GMT", 784111777), 10000);
    CHECK_INT(amazon_retry_after_ms("Sun, 06 Nov 1994 08:49:37 GMT", 784111777), 0);
    CHECK_INT(amazon_retry_after_ms("999999999", 0), 24 * 3600 * 1000);
    CHECK_INT(amazon_retry_after_ms("-3", 0), 0);
    CHECK_INT(amazon_retry_after_ms("soon", 0), 0);
    CHECK_INT(amazon_retry_after_ms("", 0), 0);
    end();
}

TEST(a_service_that_hangs_or_breaks_off_is_a_failure)
{
    static const char *const kinds[] = { "hang", "reset", "truncate", "drip", "huge" };

    begin();
    char token[AMAZON_TOKEN_SIZE];
    CHECK_INT(get(token), ST_OK);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char fault[200];
        int64_t began = clock_mono_ms();
        snprintf(fault, sizeof fault,
                 "{\"match\":\"amazon:api.eu.amazonalexa.com\",\"kind\":\"%s\",\"ms\":2000}",
                 kinds[i]);
        sim_clear_faults(&world);
        sim_add_fault(&world, fault);
        struct amazon_notify_result result = notify("amzn1.ask.account.A", 1000);
        CHECK_ROW(i, result.outcome == AMAZON_NOTIFIED_FAILED && result.err.status != ST_OK);
        CHECK_ROW(i, clock_mono_ms() - began < 5000);
    }
    sim_clear_faults(&world);
    CHECK_INT(notify("amzn1.ask.account.A", 10000).outcome, AMAZON_NOTIFIED_SENT);
    end();
}

TEST(without_a_token_nothing_is_sent)
{
    begin();
    sim_amazon_rule(&world, "{\"service\":\"token\",\"status\":503}");
    CHECK_INT(notify("amzn1.ask.account.A", 10000).outcome, AMAZON_NOTIFIED_NO_TOKEN);
    CHECK_INT(sim_amazon_count(&world, "events"), 0);
    end();
}

/* ---- the client ---- */

TEST(a_redirect_is_not_followed_and_a_wrong_name_not_believed)
{
    struct amazon_request request = { .service = AMAZON_ADDRESS,
                                      .host = AMAZON_HOST_NORTH_AMERICA,
                                      .path = STR("/v1/devices/a/settings/address/x"),
                                      .token = STR("Atza|secret"),
                                      .deadline = soon() };
    struct http_response response;
    struct err err = ERR_NONE;

    begin();
    sim_amazon_rule(&world, "{\"status\":301}");
    CHECK_INT(amazon_call(test.amazon, &request, &response, NULL), ST_OK);
    CHECK_INT(response.status, 301);
    http_response_done(&response);
    amazon_free(test.amazon);
    char elsewhere[40];
    snprintf(elsewhere, sizeof elsewhere, "127.0.0.1:%d", world.s3_port); /* another certificate */
    test.amazon = amazon_create(&(struct amazon_settings){ .connect_to = elsewhere }, test.http);
    CHECK_INT(amazon_call(test.amazon, &request, &response, &err), ST_UNAVAILABLE);
    CHECK(!strstr(err.text, "secret"));
    http_response_done(&response);
    end();
}

TEST(a_token_that_may_not_be_sent_is_not)
{
    static char longest[AMAZON_CREDENTIAL_MAX + 2];
    struct amazon_request request = { .service = AMAZON_ADDRESS,
                                      .path = STR("/v1/devices/a/settings/address/x"),
                                      .deadline = soon() };
    struct http_response response;
    struct err err = ERR_NONE;

    begin();
    memset(longest, 'a', AMAZON_CREDENTIAL_MAX + 1);
    const struct str tokens[] = { STR("a\r\nX: y"), STR("a\nb"),     { "a\0b", 3 },
                                  STR("a\x7f"),     STR("\xff\xfe"), str_of(longest) };
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        request.token = tokens[i];
        CHECK_ROW(i, amazon_call(test.amazon, &request, &response, &err) == ST_INVALID);
        CHECK_STR(err.reason, "amazon_unsendable");
        http_response_done(&response);
    }
    CHECK_INT(sim_amazon_count(&world, NULL), 0);
    request.token = (struct str){ longest, AMAZON_CREDENTIAL_MAX };
    CHECK_INT(amazon_call(test.amazon, &request, &response, NULL), ST_OK);
    http_response_done(&response);
    end();
}

TESTS_WITH(set_up_all, tear_down_all, a_token_is_asked_for_once_and_kept,
           a_token_is_replaced_shortly_before_it_expires,
           a_refused_secret_is_not_tried_again_for_thirty_seconds,
           an_answer_without_a_usable_token_is_a_failure, an_event_is_sent_to_the_users_region,
           each_status_has_its_outcome, an_expired_token_is_replaced_once, a_retry_after_is_told,
           a_service_that_hangs_or_breaks_off_is_a_failure, without_a_token_nothing_is_sent,
           a_redirect_is_not_followed_and_a_wrong_name_not_believed,
           a_token_that_may_not_be_sent_is_not)
