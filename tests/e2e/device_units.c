/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/device_units.c -- the units of a device: asked for in the background, once, and used
 * for users who have not chosen any. */
#include <jansson.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/sim.h"
#include "tests/e2e/harness/speech.h"
#include "tests/test.h"

static int set_up(void **state)
{
    (void)state;
    world.sets[0] = "alexa.device_settings=yes";
    world_start(&world);
    return 0;
}

/* The pressure in Boulder, in the units of this answer. */
static struct client_response ask_pressure(const char *user, const char *units)
{
    json_t *e = envelope_intent(user, "MetricIntent", "metric", "barometric pressure", "location",
                                "boulder colorado", units ? "units" : NULL, units, NULL);
    struct client_response r;

    envelope_set(e, "context.System.device.deviceId", json_string(user));
    r = client_post(&world, e, NULL);
    json_decref(e);
    CHECK_INT(r.status, 200);
    speech_check_valid(&r);
    return r;
}

static void expect(struct client_response r, const char *words)
{
    speech_check_says(&r, words);
    client_response_done(&r);
}

/* Waits until Amazon has been asked so often, and a moment for the answer to be read. */
static void await_calls(int n)
{
    int64_t deadline = clock_mono_ms() + 10 * 1000;

    while (sim_amazon_count(&world, "settings") < n && clock_left_ms(deadline) > 0)
        clock_sleep_ms(10);
    CHECK_INT(sim_amazon_count(&world, "settings"), n);
    clock_sleep_ms(100);
}

TEST(a_device_in_celsius_is_told_so_from_the_second_question_on)
{
    sim_amazon_reset(&world);
    sim_amazon_rule(&world, "{\"service\":\"settings\",\"body\":\"\\\"CELSIUS\\\"\"}");
    expect(ask_pressure("celsius", NULL), "inches");
    await_calls(1);
    for (int i = 0; i < 3; i++)
        expect(ask_pressure("celsius", NULL), "hectopascals");
    CHECK_INT(sim_amazon_count(&world, "settings"), 1);
    json_t *calls = sim_amazon_calls(&world), *call = json_array_get(calls, 0);
    CHECK_STR(json_string_value(json_object_get(call, "target")),
              "/v2/devices/celsius/settings/System.temperatureUnit");
    CHECK_STR(json_string_value(json_object_get(json_object_get(call, "headers"), "authorization")),
              "Bearer token");
    json_decref(calls);
}

TEST(the_question_and_the_setting_come_before_the_device)
{
    sim_amazon_reset(&world);
    sim_amazon_rule(&world, "{\"service\":\"settings\",\"body\":\"\\\"CELSIUS\\\"\"}");
    expect(ask_pressure("chooser", "fahrenheit"), "inches");
    await_calls(1);
    expect(ask_pressure("chooser", "fahrenheit"), "inches");
    expect(ask_pressure("chooser", NULL), "hectopascals");
    expect(client_ask(&world, "chooser", "SetUnitsIntent", "units", "us", NULL), "Fahrenheit");
    expect(ask_pressure("chooser", NULL), "inches");
    expect(ask_pressure("chooser", "celsius"), "hectopascals");
}

TEST(a_device_that_does_not_tell_has_us_units_and_is_not_asked_again)
{
    static const char *const rules[] = {
        "{\"status\":204}",
        "{\"status\":401}",
        "{\"status\":403}",
        "{\"status\":429}",
        "{\"body\":\"\\\"KELVIN\\\"\"}",
        "{\"body\":{}}",
        "{\"body\":\"not JSON\"}",
        "{\"status\":404}",
    };

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        char user[40];
        snprintf(user, sizeof user, "silent %zu", i);
        sim_amazon_reset(&world);
        sim_amazon_rule(&world, rules[i]);
        expect(ask_pressure(user, NULL), "inches");
        await_calls(1);
        expect(ask_pressure(user, NULL), "inches");
        CHECK_ROW(i, sim_amazon_count(&world, "settings") == 1);
    }
}

TEST(a_service_that_hangs_delays_no_answer)
{
    sim_amazon_reset(&world);
    expect(ask_pressure("quick", NULL), "inches"); /* the weather is cached */
    sim_add_fault(&world, "{\"match\":\"amazon:\",\"kind\":\"hang\",\"ms\":5000}");
    int64_t began = clock_mono_ms();
    expect(ask_pressure("hanging", NULL), "inches");
    CHECK(clock_mono_ms() - began < 2000);
    sim_clear_faults(&world);
}

TEST(a_user_who_disables_the_skill_is_forgotten)
{
    sim_amazon_reset(&world);
    sim_amazon_rule(&world, "{\"service\":\"settings\",\"body\":\"\\\"CELSIUS\\\"\"}");
    expect(ask_pressure("leaving", NULL), "inches");
    await_calls(1);
    json_t *e = envelope_of_type("leaving", "AlexaSkillEvent.SkillDisabled");
    struct client_response r = client_post(&world, e, NULL);
    CHECK_INT(r.status, 200);
    client_response_done(&r);
    json_decref(e);
    expect(ask_pressure("leaving", NULL), "inches");
    await_calls(2);
}

TESTS_WITH(set_up, world_teardown, a_device_in_celsius_is_told_so_from_the_second_question_on,
           the_question_and_the_setting_come_before_the_device,
           a_device_that_does_not_tell_has_us_units_and_is_not_asked_again,
           a_user_who_disables_the_skill_is_forgotten, a_service_that_hangs_delays_no_answer)
