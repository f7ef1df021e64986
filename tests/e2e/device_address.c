/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/device_address.c -- "use my address" and "weather where I am": what is said in each
 * case, what Amazon is asked, and where a token goes. */
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/sim.h"
#include "tests/e2e/harness/speech.h"
#include "tests/test.h"

#define TOKEN "Atza|IQEBLjAsAhQsecret-of-this-device"
#define USER "amzn1.ask.account.ADDRESS"
#define PERMISSION "read::alexa:device:all:address:country_and_postal_code"

static int set_up(void **state)
{
    (void)state;
    world.sets[0] = "alexa.device_address=yes";
    world_start(&world);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char *log = world_log(&world);
    CHECK(!strstr(log, "secret-of-this-device"));
    free(log);
    world_stop(&world);
    return 0;
}

/* Each test has a user and a device of its own, because a breaker and the settings outlive it. */
static json_t *request(const char *user, const char *endpoint)
{
    json_t *e = envelope_intent(user, "UseAddressIntent", NULL);

    envelope_set(e, "context.System.apiEndpoint", json_string(endpoint));
    envelope_set(e, "context.System.apiAccessToken", json_string(TOKEN));
    envelope_set(e, "context.System.device.deviceId", json_string(user));
    return e;
}

static struct client_response send_it(json_t *envelope)
{
    struct client_response r = client_post(&world, envelope, NULL);

    json_decref(envelope);
    CHECK_INT(r.status, 200);
    speech_check_valid(&r);
    return r;
}

static struct client_response use_address(const char *user)
{
    return send_it(request(user, "https://api.amazonalexa.com"));
}

static void expect(struct client_response r, const char *words)
{
    speech_check_says(&r, words);
    client_response_done(&r);
}

static const char *card_type(const struct client_response *r)
{
    const char *type = json_string_value(
        json_object_get(json_object_get(json_object_get(r->json, "response"), "card"), "type"));

    return type ? type : "";
}

static void begin(void)
{
    sim_amazon_reset(&world);
    sim_clear_faults(&world);
}

/* ---- the address ---- */

TEST(the_weather_at_the_address_is_told_and_the_place_saved)
{
    begin();
    struct client_response r = use_address(USER);
    speech_check_says(&r, "Boulder, Colorado");
    speech_check_says(&r, "degrees");
    speech_check_says(&r, "Your location is now Boulder, Colorado.");
    client_response_done(&r);
    json_t *calls = sim_amazon_calls(&world), *call = json_array_get(calls, 0);
    CHECK_INT(json_array_size(calls), 1);
    CHECK_STR(json_string_value(json_object_get(call, "host")), "api.amazonalexa.com");
    CHECK_STR(json_string_value(json_object_get(call, "sni")), "api.amazonalexa.com");
    CHECK_STR(json_string_value(json_object_get(call, "target")),
              "/v1/devices/" USER "/settings/address/countryAndPostalCode");
    json_t *headers = json_object_get(call, "headers");
    CHECK_STR(json_string_value(json_object_get(headers, "authorization")), "Bearer " TOKEN);
    CHECK_STR(json_string_value(json_object_get(headers, "accept")), "application/json");
    json_decref(calls);
    expect(client_ask(&world, USER, "GetSettingIntent", "setting", "location", NULL), "Boulder");
    /* Now there is a location: another address answers once and changes nothing. */
    sim_amazon_rule(&world, "{\"body\":{\"countryCode\":\"US\",\"postalCode\":\"98101-1234\"}}");
    r = use_address(USER);
    speech_check_says(&r, "Seattle, Washington");
    speech_check_omits(&r, "Your location");
    client_response_done(&r);
    expect(client_ask(&world, USER, "GetSettingIntent", "setting", "location", NULL), "Boulder");
}

TEST(the_region_of_the_user_is_asked)
{
    begin();
    expect(send_it(request("europe", "https://api.eu.amazonalexa.com")), "Boulder, Colorado");
    expect(send_it(request("far east", "https://api.fe.amazonalexa.com/")), "Boulder, Colorado");
    json_t *calls = sim_amazon_calls(&world);
    CHECK_STR(json_string_value(json_object_get(json_array_get(calls, 0), "host")),
              "api.eu.amazonalexa.com");
    CHECK_STR(json_string_value(json_object_get(json_array_get(calls, 1), "sni")),
              "api.fe.amazonalexa.com");
    json_decref(calls);
}

TEST(each_refusal_has_its_sentence)
{
    static const struct {
        const char *rule, *words;
    } cases[] = {
        { "{\"status\":204}", "This device has no address." },
        { "{\"status\":401,\"body\":{}}", "Amazon didn't accept my request" },
        { "{\"status\":429,\"retryAfter\":\"5\"}", "too many requests for addresses" },
        { "{\"status\":500}", "can't get this device's address from Amazon" },
        { "{\"body\":{\"countryCode\":\"US\",\"postalCode\":\"\"}}",
          "This device has no address." },
        { "{\"body\":{\"countryCode\":null,\"postalCode\":null}}", "This device has no address." },
        { "{\"body\":{\"countryCode\":\"DE\",\"postalCode\":\"80331\"}}",
          "outside the United States" },
        { "{\"body\":{\"countryCode\":\"CA\",\"postalCode\":\"M5V 2T6\"}}",
          "outside the United States" },
        { "{\"body\":{\"countryCode\":\"US\",\"postalCode\":\"09012\"}}",
          "where the zip code of this device's address is" },
        { "{\"status\":405}", "can't get this device's address from Amazon" },
        { "{\"status\":302}", "can't get this device's address from Amazon" },
        { "{\"body\":\"not JSON\"}", "can't get this device's address from Amazon" },
        { "{\"body\":[]}", "can't get this device's address from Amazon" },
        { "{\"body\":{}}", "can't get this device's address from Amazon" },
        { "{\"body\":{\"countryCode\":7,\"postalCode\":{}}}",
          "can't get this device's address from Amazon" },
        { "{\"body\":\"{\\\"countryCode\\\":\\\"US\\\",\\\"postalCode\\\":\\\"80301\\\\u0000\\\"}"
          "\"}",
          "can't get this device's address from Amazon" },
        { "{\"body\":{\"countryCode\":\"US\",\"postalCode\":\"8030x\"}}",
          "can't get this device's address from Amazon" },
        { "{\"body\":{\"countryCode\":\"US\",\"postalCode\":\"<b>80301</b>\"}}",
          "can't get this device's address from Amazon" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin();
        sim_amazon_rule(&world, cases[i].rule);
        struct client_response r = use_address("refused");
        speech_check_says(&r, cases[i].words);
        CHECK_STR(card_type(&r), "");
        client_response_done(&r);
        CHECK_ROW(i, sim_amazon_count(&world, "address") == 1);
    }
    begin();
    expect(client_ask(&world, "refused", "GetSettingIntent", "setting", "location", NULL),
           "haven't set");
}

TEST(without_consent_a_card_asks_for_it)
{
    begin();
    sim_amazon_rule(&world, "{\"status\":403,\"body\":{}}");
    struct client_response r = use_address("stranger");
    speech_check_says(&r, "permission");
    CHECK_STR(card_type(&r), "AskForPermissionsConsent");
    json_t *card = json_object_get(json_object_get(r.json, "response"), "card");
    json_t *permissions = json_object_get(card, "permissions");
    CHECK_INT(json_array_size(permissions), 1);
    CHECK_STR(json_string_value(json_array_get(permissions, 0)), PERMISSION);
    CHECK_INT(json_object_size(card), 2);
    client_response_done(&r);
}

TEST(a_territory_is_covered)
{
    begin();
    sim_amazon_rule(&world, "{\"body\":{\"countryCode\":\"PR\",\"postalCode\":\"00901\"}}");
    expect(use_address("islander"), "San Juan, Puerto Rico");
}

/* ---- what is not asked ---- */

static const char *const hostile_endpoints[] = {
    "https://api.amazonalexa.com.evil.example",
    "https://api.amazonalexa.com@127.0.0.1",
    "https://user:password@api.amazonalexa.com",
    "https://api.amazonalexa.com:443",
    "https://api.amazonalexa.com.",
    "https://API.AMAZONALEXA.COM",
    "https://api.amazonalexa.com/../../x",
    "https://api.amazonalexa.com/v1/devices/x",
    "https://api.amazonalexa.com?x=",
    "https://api.amazonalexa.com#",
    "https://api.amazonalexa.com\\.evil.example",
    "https://api.amazonalexa.com\r\nHost: evil.example",
    "https://api.amazonalexa.com\n",
    " https://api.amazonalexa.com",
    "https://api.am\xd0\xb0zonalexa.com",
    "https://api\xe3\x80\x82"
    "amazonalexa\xe3\x80\x82"
    "com",
    "http://api.amazonalexa.com",
    "https://api.amazon.com",
    "https://127.0.0.1",
    "https://[::1]",
    "file:///etc/passwd",
    "//api.amazonalexa.com",
    "https://",
    "",
};

TEST(no_token_reaches_another_host)
{
    begin();
    for (size_t i = 0; i < sizeof hostile_endpoints / sizeof hostile_endpoints[0]; i++)
        expect(send_it(request("hostile", hostile_endpoints[i])), "didn't tell me which device");
    CHECK_INT(sim_amazon_count(&world, NULL), 0);
}

/* Begins with a good endpoint and changes it in places. */
TEST(no_changed_endpoint_gets_a_token)
{
    static const char good[] = "https://api.amazonalexa.com";
    static const char odd[] = "./:@?#%\\-_~ aA0\t";
    uint64_t seed = 1;

    begin();
    for (int i = 0; i < 200; i++) {
        char text[sizeof good + 8];
        size_t n = sizeof good - 1;
        memcpy(text, good, n);
        for (int changes = 0; changes < 1 + i % 3; changes++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            size_t at = (size_t)(seed >> 33) % (n + 1);
            char c = odd[(seed >> 20) % (sizeof odd - 1)];
            if (i % 2 == 0 && at < n) {
                text[at] = c;
            } else {
                memmove(text + at + 1, text + at, n - at);
                text[at] = c;
                n++;
            }
        }
        text[n] = '\0';
        if (strcmp(text, good) == 0 || strcmp(text, "https://api.amazonalexa.com/") == 0)
            continue;
        expect(send_it(request("fuzzed", text)), "didn't tell me which device");
    }
    CHECK_INT(sim_amazon_count(&world, NULL), 0);
}

TEST(a_token_or_id_that_may_not_be_sent_is_not)
{
    char *longest = malloc(8 * 1024 + 2);
    json_t *e;

    begin();
    memset(longest, 'a', 8 * 1024 + 1);
    longest[8 * 1024 + 1] = '\0';
    const char *const bad[] = { longest, "a\r\nHost: evil.example", "a\tb", "a\x7f", "" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        e = request("unsendable", "https://api.amazonalexa.com");
        envelope_set(e, "context.System.apiAccessToken", json_string(bad[i]));
        expect(send_it(e), "didn't tell me which device");
        e = request("unsendable", "https://api.amazonalexa.com");
        envelope_set(e, "context.System.device.deviceId", json_string(bad[i]));
        expect(send_it(e), "didn't tell me which device");
    }
    e = request("unsendable", "https://api.amazonalexa.com");
    envelope_set(e, "context.System.apiAccessToken", NULL);
    expect(send_it(e), "didn't tell me which device");
    e = request("unsendable", "https://api.amazonalexa.com");
    envelope_set(e, "context.System.apiEndpoint", json_integer(7));
    expect(send_it(e), "didn't tell me which device");
    CHECK_INT(sim_amazon_count(&world, NULL), 0);
    free(longest);
}

TEST(a_device_id_is_encoded)
{
    begin();
    json_t *e = request("encoded", "https://api.amazonalexa.com");
    envelope_set(e, "context.System.device.deviceId", json_string("a/../b?c#d%2e \xc3\xa9"));
    expect(send_it(e), "Boulder, Colorado");
    json_t *calls = sim_amazon_calls(&world);
    CHECK_STR(json_string_value(json_object_get(json_array_get(calls, 0), "target")),
              "/v1/devices/a%2F..%2Fb%3Fc%23d%252e%20%C3%A9/settings/address/"
              "countryAndPostalCode");
    json_decref(calls);
}

/* ---- the position ---- */

static json_t *request_from(const char *user, double lat, double lon, double accuracy_m, int age_s)
{
    json_t *e = request(user, "https://api.amazonalexa.com");
    char timestamp[TIME_TEXT_BYTES];

    time_format_rfc3339(clock_wall_s() - age_s, timestamp);
    envelope_set(e, "context.Geolocation",
                 json_pack("{s:s, s:{s:f, s:f, s:f}}", "timestamp", timestamp, "coordinate",
                           "latitudeInDegrees", lat, "longitudeInDegrees", lon, "accuracyInMeters",
                           accuracy_m));
    return e;
}

TEST(a_fresh_position_is_where_i_am_and_is_not_kept)
{
    begin();
    expect(send_it(request_from("walker", 47.61, -122.33, 50, 5)), "Seattle, Washington");
    CHECK_INT(sim_amazon_count(&world, NULL), 0);
    expect(client_ask(&world, "walker", "GetSettingIntent", "setting", "location", NULL),
           "haven't set");
    json_t *e = request_from("walker", 47.61, -122.33, 50, 5);
    envelope_set(e, "request.intent",
                 json_pack("{s:s, s:{s:{s:s}, s:{s:s}}}", "name", "MetricIntent", "slots", "metric",
                           "value", "temperature", "location", "value", "where I am"));
    expect(send_it(e), "Seattle");
    e = request_from("walker", 51.5, -0.12, 50, 5);
    expect(send_it(e), "couldn't find a place in the United States near you");
}

TEST(an_old_or_vague_position_is_not_used)
{
    begin();
    expect(send_it(request_from("driver", 47.61, -122.33, 50, 90)), "Boulder, Colorado");
    expect(send_it(request_from("driver", 47.61, -122.33, 20000, 5)), "Boulder, Colorado");
    expect(send_it(request_from("driver", 147.61, -122.33, 50, 5)), "Boulder, Colorado");
    json_t *e = request_from("driver", 47.61, -122.33, 50, 5);
    envelope_set(e, "context.Geolocation.locationServices",
                 json_pack("{s:s, s:s}", "access", "DISABLED", "status", "STOPPED"));
    expect(send_it(e), "Boulder, Colorado");
    CHECK_INT(sim_amazon_count(&world, "address"), 4);
}

/* ---- permissions ---- */

static void send_event(const char *user, const char *type, const char *body)
{
    json_t *e = envelope_of_type(user, type);

    envelope_set(e, "request.body", json_loads(body, 0, NULL));
    struct client_response r = client_post(&world, e, NULL);
    CHECK_INT(r.status, 200);
    client_response_done(&r);
    json_decref(e);
}

static void expect_location(const char *user, const char *words)
{
    expect(client_ask(&world, user, "GetSettingIntent", "setting", "location", NULL), words);
}

TEST(without_the_permission_the_place_of_the_address_is_forgotten)
{
    begin();
    client_response_done(&(struct client_response[]){ use_address("movable") }[0]);
    expect_location("movable", "Boulder");
    send_event("movable", "AlexaSkillEvent.SkillPermissionChanged",
               "{\"acceptedPermissions\":[{\"scope\":"
               "\"alexa:devices:all:address:country_and_postal_code:read\"}]}");
    expect_location("movable", "Boulder");
    send_event("movable", "AlexaSkillEvent.SkillPermissionChanged",
               "{\"acceptedPermissions\":[{\"scope\":\"alexa::devices:all:geolocation:read\"}]}");
    expect_location("movable", "haven't set");
    /* A location that the user has named since is not from the address. */
    client_response_done(&(struct client_response[]){ use_address("movable") }[0]);
    expect_location("movable", "Boulder");
    expect(client_ask(&world, "movable", "SetLocationIntent", "location", "moab utah", NULL),
           "Moab");
    send_event("movable", "AlexaSkillEvent.SkillPermissionChanged", "{}");
    expect_location("movable", "Moab");
    send_event("nobody", "AlexaSkillEvent.SkillPermissionAccepted", "{}");
}

/* ---- a first launch ---- */

static json_t *launch(const char *user)
{
    json_t *e = envelope_launch(user);

    envelope_set(e, "context.System.apiAccessToken", json_string(TOKEN));
    return e;
}

static json_t *next(const char *user, const char *intent, const struct client_response *before)
{
    json_t *e = request(user, "https://api.amazonalexa.com");

    envelope_set(e, "request.intent.name", json_string(intent));
    envelope_continue_session(e, before->json);
    return e;
}

TEST(a_first_launch_offers_the_address_once)
{
    begin();
    struct client_response first = send_it(launch("newcomer"));
    speech_check_says(&first, "Would you like me to use this device's address?");
    CHECK_INT(sim_amazon_count(&world, NULL), 0);
    struct client_response r = send_it(next("newcomer", "AMAZON.NoIntent", &first));
    speech_check_says(&r, "What would you like to know?");
    client_response_done(&r);
    r = send_it(next("newcomer", "AMAZON.YesIntent", &first));
    speech_check_says(&r, "Your location is now Boulder, Colorado.");
    client_response_done(&r);
    client_response_done(&first);
    r = send_it(launch("newcomer"));
    speech_check_says(&r, "Boulder, Colorado");
    client_response_done(&r);
    /* Nor is it offered again to a user who said no. */
    client_response_done(&(struct client_response[]){ send_it(launch("another")) }[0]);
    r = send_it(launch("another"));
    speech_check_omits(&r, "this device's address");
    speech_check_says(&r, "What would you like to know?");
    client_response_done(&r);
    json_t *e = launch("fourth"); /* to a voice, which does not get settings of its own by it */
    envelope_set(e, "context.System.person.personId", json_string("ann"));
    expect(send_it(e), "this device's address?");
    expect(client_ask(&world, "fourth", "MyDataIntent", NULL), "I've offered to use the address");
    e = launch("third"); /* without a token there is nothing to offer */
    envelope_set(e, "context.System.apiAccessToken", NULL);
    r = send_it(e);
    speech_check_omits(&r, "this device's address");
    client_response_done(&r);
}

TEST(a_slow_service_is_said_to_be_slow)
{
    int64_t began = clock_mono_ms();

    begin();
    sim_add_fault(&world, "{\"match\":\"amazon:\",\"kind\":\"hang\",\"ms\":6000}");
    expect(use_address("waiting"), "taking too long");
    CHECK(clock_mono_ms() - began < 6000);
}

enum { CALLERS = 4 }; /* at once */

struct caller {
    char user[20]; /* and the id of the device */
    bool told;
};

static void *call(void *data)
{
    struct caller *c = data;
    struct client_response r = use_address(c->user);

    c->told = strstr(r.speech, "Boulder, Colorado");
    client_response_done(&r);
    client_thread_done();
    return NULL;
}

TEST(callers_who_ask_for_one_device_at_once_share_a_call)
{
    struct caller callers[CALLERS];
    pthread_t threads[CALLERS];

    begin();
    sim_add_fault(&world, "{\"match\":\"amazon:\",\"kind\":\"delay\",\"ms\":700}");
    for (int i = 0; i < CALLERS; i++) {
        snprintf(callers[i].user, sizeof callers[i].user, "%s",
                 i < CALLERS - 1 ? "shared" : "alone");
        CHECK(pthread_create(&threads[i], NULL, call, &callers[i]) == 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(callers[i].told);
    }
    CHECK_INT(sim_amazon_count(&world, "address"), 2);
}

TESTS_WITH(set_up, tear_down, the_weather_at_the_address_is_told_and_the_place_saved,
           the_region_of_the_user_is_asked, each_refusal_has_its_sentence,
           without_consent_a_card_asks_for_it, a_territory_is_covered,
           no_token_reaches_another_host, no_changed_endpoint_gets_a_token,
           a_token_or_id_that_may_not_be_sent_is_not, a_device_id_is_encoded,
           a_fresh_position_is_where_i_am_and_is_not_kept, an_old_or_vague_position_is_not_used,
           without_the_permission_the_place_of_the_address_is_forgotten,
           a_first_launch_offers_the_address_once,
           callers_who_ask_for_one_device_at_once_share_a_call, a_slow_service_is_said_to_be_slow)
