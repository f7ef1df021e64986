/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/tool.c -- `climacast` ask, request, certify and config, against the real daemon and
 * without one. */
#include <stdlib.h>

#include "tests/e2e/harness.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

/* Run the tool with the configuration of the daemon. */
static void tool(const char *arguments)
{
    struct buf all = BUF_INIT(8000);

    buf_printf(&all, "--config tool.conf %s", arguments);
    tool_run(&scratch, buf_z(&all));
    buf_free(&all);
}

static int setup(void **state)
{
    char text[3000];

    (void)state;
    scratch_create(&scratch);
    world_start(&world);
    snprintf(
        text, sizeof text,
        "[server]\nlisten = 127.0.0.1:%d\n[alexa]\nskill_ids = %s\ntrust_anchors = %s/root.pem\n"
        "[weather]\nbase_url = http://127.0.0.1:%d\nnow = %s\n[persistence]\nbackend = memory\n",
        world.port, SKILL_ID, world.certs, world.sim_port, WORLD_NOW);
    scratch_write(&scratch, "tool.conf", text);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_stop(&world);
    scratch_remove(&scratch);
    return 0;
}

TEST(responses_are_printed_as_text)
{
    tool("ask MetricIntent metric=temperature location='Seattle, Washington'");
    tool_expect(&scratch, 0, "in Seattle, Washington", NULL);
    CHECK_INT(tool_count_lines(scratch.out), 1);
    CHECK(!strchr(scratch.out, '<'));
    CHECK_STR(scratch.err, "");
    tool("ask --time LaunchRequest");
    tool_expect(&scratch, 0, " ms)\n", NULL);
}

TEST(json_prints_the_whole_response)
{
    tool("ask --json AMAZON.HelpIntent");
    tool_expect(&scratch, 0, NULL, NULL);
    json_t *root = json_loads(scratch.out, 0, NULL);
    CHECK_STR(json_string_value(json_object_get(root, "version")), "1.0");
    json_decref(root);
}

TEST(a_response_without_speech_says_so)
{
    tool("ask SessionEndedRequest reason=ERROR");
    tool_expect(&scratch, 0, "(no speech)\n", NULL);
}

TEST(direct_gives_the_same_answer_as_the_daemon)
{
    static const char question[] = "MetricIntent metric=forecast when_abs=tomorrow zipcode=80301";
    char line[300];

    snprintf(line, sizeof line, "ask %s", question);
    tool(line);
    tool_expect(&scratch, 0, "Tomorrow", NULL);
    char *daemon = strdup(scratch.out);
    snprintf(line, sizeof line, "ask --direct %s", question);
    tool(line);
    tool_expect(&scratch, 0, daemon, NULL);
    free(daemon);
}

TEST(a_rejected_request_exits_1_with_the_reason)
{
    tool("ask --unsigned LaunchRequest");
    tool_expect(&scratch, 1, NULL, "daemon returned HTTP 400: {\"error\":\"signature_missing\"}");
    tool("ask --timestamp -200 LaunchRequest");
    tool_expect(&scratch, 1, NULL, "timestamp_stale");
    tool("ask --timestamp yesterday --unchecked LaunchRequest");
    tool_expect(&scratch, 1, NULL, "timestamp_stale");
    tool("ask --skill-id amzn1.ask.skill.another LaunchRequest");
    tool_expect(&scratch, 1, NULL, "skill_id_unknown");
    tool("ask --chain-url https://example.com/x.pem LaunchRequest");
    tool_expect(&scratch, 1, NULL, "certificate_url_invalid");
}

TEST(an_unreachable_daemon_exits_1)
{
    tool("ask --url https://127.0.0.1:1/alexa LaunchRequest");
    tool_expect(&scratch, 1, NULL, "climacast ask: https://127.0.0.1:1: ");
    tool_expect(&scratch, 1, NULL, "\n  fix: start the daemon");
    CHECK_INT(tool_count_lines(scratch.err), 2);
    tool("certify https://127.0.0.1:1/alexa");
    tool_expect(&scratch, 1, NULL, "climacast certify: https://127.0.0.1:1: ");
}

TEST(a_plain_http_url_of_a_tls_port_is_explained)
{
    char line[200];

    snprintf(line, sizeof line, "ask --url http://127.0.0.1:%d/alexa LaunchRequest", world.port);
    tool(line);
    tool_expect(&scratch, 1, "", "/alexa: this port speaks TLS\n  fix: use https:// in the URL\n");
    snprintf(line, sizeof line, "certify http://localhost:%d/alexa", world.port);
    tool(line);
    tool_expect(&scratch, 1, "", ": this port speaks TLS\n  fix: use https:// in the URL\n");
    tool("ask --url http://127.0.0.1:1/alexa LaunchRequest"); /* nothing listens there */
    tool_expect(&scratch, 1, "", "\n  fix: start the daemon");
}

TEST(an_https_url_of_a_plain_http_port_is_explained)
{
    char line[200];

    snprintf(line, sizeof line, "ask --url https://127.0.0.1:%d/alexa LaunchRequest",
             world.sim_port);
    tool(line);
    tool_expect(&scratch, 1, "",
                "/alexa: this port does not speak TLS\n  fix: use http:// in the URL\n");
}

TEST(nothing_is_sent_to_an_untrusted_daemon)
{
    char line[400];

    scratch_write(&scratch, "other.pem", "");
    tool("ask --ca other.pem LaunchRequest");
    CHECK(scratch.status != 0);
    CHECK_STR(scratch.out, "");
    snprintf(line, sizeof line, "ask --ca '%s/chains/self-signed.pem' LaunchRequest", world.certs);
    tool(line);
    tool_expect(&scratch, 1, "", "\n  fix: pass the root of its certificate with --ca");
}

TEST(file_sends_one_request_per_line)
{
    scratch_write(&scratch, "cases.txt",
                  "# a comment\n"
                  "\n"
                  "SetLocationIntent location='boulder colorado' --user file-user  # here\n"
                  "MetricIntent \"metric=barometric pressure\" --user=file-user\n"
                  "AMAZON.StopIntent\n");
    tool("ask --file cases.txt");
    tool_expect(&scratch, 0,
                "> SetLocationIntent location='boulder colorado' --user file-user  # here\n", NULL);
    tool_expect(&scratch, 0, "Your location is now Boulder, Colorado.\n", NULL);
    tool_expect(&scratch, 0, "in Boulder, Colorado", NULL);
    tool_expect(&scratch, 0, "inches", NULL);
    tool_expect(&scratch, 0, "Goodbye.\n", NULL);
    tool("ask --json --file - < cases.txt");
}

TEST(a_rejected_line_fails_the_run_but_the_rest_is_sent)
{
    scratch_write(&scratch, "cases.txt", "LaunchRequest --timestamp -300\nAMAZON.StopIntent\n");
    tool("ask --file cases.txt");
    tool_expect(&scratch, 1, "Goodbye.\n", "timestamp_stale");
}

TEST(errors_in_a_file_name_the_line)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "LaunchRequest\nMetricIntent 'metric=temp\n", "cases.txt:2: unterminated quote" },
        { "MetricIntent metric\n", "cases.txt:1: metric: expected slot=value" },
        { "\n--user\n", "cases.txt:2: --user requires a value" },
        { "LaunchRequest --url x\n", "cases.txt:1: unknown option --url" },
        { "metric=temp\n", "cases.txt:1: expected an intent or request type first" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scratch_write(&scratch, "cases.txt", cases[i].text);
        tool("ask --file cases.txt");
        tool_expect(&scratch, 2, NULL, cases[i].want);
    }
}

TEST(an_open_session_keeps_its_attributes)
{
    scratch_write(&scratch, "cases.txt",
                  "SetLocationIntent zipcode=98101 --session open\n"
                  "MetricIntent metric=wind --session open\n");
    tool("ask --direct --json --user '' --file cases.txt");
    tool_expect(&scratch, 0, "Seattle", NULL);
    CHECK_INT(tool_count_lines(scratch.out), 2);
    CHECK(strstr(strchr(scratch.out, '\n'), "in Seattle, Washington"));
}

TEST(say_prints_the_parsed_phrase_and_the_answer)
{
    tool("ask --say \"what's the temperature in Seattle, Washington?\"");
    tool_expect(&scratch, 0,
                "MetricIntent metric=temperature leadin=\"what's the\" "
                "location=\"seattle washington\"\nThe temperature is ",
                NULL);
    CHECK_INT(tool_count_lines(scratch.out), 2);
    tool("ask --say 'Alexa, open Clima Cast'");
    tool_expect(&scratch, 0, "LaunchRequest\nWelcome to Clima Cast", NULL);
    tool("ask --say 'make me a sandwich'");
    tool_expect(
        &scratch, 0,
        "AMAZON.FallbackIntent  # no sample utterance matches\nSorry, I didn't understand that.",
        NULL);
}

TEST(the_parsed_phrase_is_not_mixed_into_json)
{
    tool("ask --json --say 'is it windy in boulder colorado'");
    tool_expect(&scratch, 0, NULL,
                "MetricIntent metric=windy leadin=\"is it\" location=\"boulder colorado\"\n");
    json_t *root = json_loads(scratch.out, 0, NULL);
    assert_non_null(root);
    json_decref(root);
    tool_run(&scratch, "request --say 'set rate to one twenty percent'");
    tool_expect(&scratch, 0, "\"SetRateIntent\"", NULL);
    tool_expect(&scratch, 0, "\"value\":\"120\"", NULL);
    CHECK_INT(tool_count_lines(scratch.out), 1);
}

TEST(a_conversation_can_be_read_from_a_file)
{
    scratch_write(&scratch, "cases.txt",
                  "--say 'set location to 98101' --session open\n"
                  "--say 'will it rain tomorrow' --session open\n"
                  "--say \"what's my location\" --session open\n");
    tool("ask --direct --file cases.txt --user talker");
    tool_expect(&scratch, 0, "SetLocationIntent zipcode=98101\nYour location is now", NULL);
    tool_expect(&scratch, 0, "MetricIntent metric=rain leadin=\"will it\" when_abs=tomorrow\n",
                NULL);
    tool_expect(&scratch, 0, "tomorrow in Seattle, Washington", NULL);
    tool_expect(&scratch, 0, "GetSettingIntent setting=location\nYour location is", NULL);
}

TEST(say_can_use_another_model)
{
    scratch_write(&scratch, "model.json",
                  "{\"interactionModel\":{\"languageModel\":{\"invocationName\":\"my "
                  "sky\",\"intents\":[{\"name\":\"MetricIntent\",\"slots\":[{\"name\":"
                  "\"location\",\"type\":\"AMAZON.SearchQuery\"}],\"samples\":[\"look at "
                  "the sky over {location}\"]}]}}}");
    tool("ask --model model.json --say 'ask my sky to look at the sky over boulder colorado'");
    tool_expect(&scratch, 0, "MetricIntent location=\"boulder colorado\"\nIt's ", NULL);
    tool("ask --model model.json --say 'help'");
    tool_expect(&scratch, 0, "AMAZON.FallbackIntent  # no sample utterance matches\n", NULL);
}

TEST(request_prints_an_alexa_envelope)
{
    tool_run(&scratch,
             "request MetricIntent metric=temp location= \"leadin=what's the\" --locale en-CA "
             "--attributes '{\"a\":[1]}' --session open");
    tool_expect(&scratch, 0, NULL, NULL);
    json_t *root = json_loads(scratch.out, JSON_REJECT_DUPLICATES, NULL);
    json_t *session = json_object_get(root, "session"), *request = json_object_get(root, "request");
    json_t *slots = json_object_get(json_object_get(request, "intent"), "slots");
    CHECK(json_is_false(json_object_get(session, "new")));
    CHECK(json_is_array(json_object_get(json_object_get(session, "attributes"), "a")));
    CHECK_STR(json_string_value(json_object_get(request, "type")), "IntentRequest");
    CHECK_STR(json_string_value(json_object_get(request, "locale")), "en-CA");
    CHECK_STR(json_string_value(json_object_get(json_object_get(slots, "leadin"), "value")),
              "what's the");
    assert_non_null(json_object_get(slots, "location"));
    assert_null(json_object_get(json_object_get(slots, "location"), "value"));
    json_decref(root);
    tool_run(&scratch, "request AlexaSkillEvent.SkillEnabled");
    tool_expect(&scratch, 0, "\"type\":\"AlexaSkillEvent.SkillEnabled\"", NULL);
    CHECK(!strstr(scratch.out, "\"session\""));
}

TEST(usage_errors_are_one_line_and_exit_2)
{
    static const char *const bad[] = {
        "",
        "nothing",
        "ask",
        "ask metric=temp",
        "ask MetricIntent metric",
        "ask MetricIntent =x",
        "ask --nothing LaunchRequest",
        "ask LaunchRequest --user",
        "ask --json=yes LaunchRequest",
        "ask --session maybe LaunchRequest",
        "ask --attributes '[]' LaunchRequest",
        "ask --attributes '{' LaunchRequest",
        "ask --file cases.txt LaunchRequest",
        "ask --file nowhere.txt",
        "ask --say",
        "ask --say '' --direct",
        "ask --say '?' --unsigned",
        "ask --say weather MetricIntent",
        "ask --say weather --file cases.txt",
        "ask --say weather --model nowhere.json",
        "ask --say weather --model tool.conf",
        "request --say \"$(printf 'x\\377')\"",
        "request --say weather --model nowhere.json",
        "ask --dev . LaunchRequest",
        "ask --key tool.conf LaunchRequest",
        "request",
        "request \"$(printf 'x\\377Intent')\"",
        "request LaunchRequest --user \"$(printf 'x\\377')\"",
        "request MetricIntent \"$(printf 'metric=\\377')\"",
        "certify one two",
        "certify localhost:8443",
        "config word",
        "config --check --keys",
        "config --set server.workers=0",
        "config --config nowhere.conf",
        "--set config",
        "--config",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        tool_run(&scratch, bad[i]);
        if (scratch.status != 2 || tool_count_lines(scratch.err) != 1 || *scratch.out)
            fail_msg("climacast %s: exit %d, out %s, err %s", bad[i], scratch.status, scratch.out,
                     scratch.err);
    }
}

TEST(every_command_has_help)
{
    static const char *const commands[] = { "ask", "request", "certify", "config" };

    tool_run(&scratch, "--version");
    tool_expect(&scratch, 0, "climacast ", NULL);
    tool_run(&scratch, "--help");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        tool_expect(&scratch, 0, commands[i], NULL);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        char line[100], want[100];
        snprintf(line, sizeof line, "%s --help", commands[i]);
        snprintf(want, sizeof want, "usage: climacast %s", commands[i]);
        tool_run(&scratch, line);
        tool_expect(&scratch, 0, want, NULL);
    }
}

TEST(config_shows_the_source_of_values_and_checks_them)
{
    tool("config");
    tool_expect(&scratch, 0, "backend = memory  # ", NULL);
    tool_expect(&scratch, 0, "tool.conf:8", NULL);
    tool_expect(&scratch, 0, "path = /alexa  # default\n", NULL);
    tool("--set server.path=/skill config");
    tool_expect(&scratch, 0, "path = /skill  # --set\n", NULL);
    tool("config --check");
    tool_expect(&scratch, 2, NULL, "server.certificate");
    tool("config --check --set server.certificate=a --set server.private_key=b");
    tool_expect(&scratch, 0, NULL, NULL);
    tool_run(&scratch, "config --keys");
    tool_expect(&scratch, 0, "| `server.listen` | `127.0.0.1:8443` |", NULL);
}

TEST(certify_passes_against_the_daemon)
{
    tool("certify");
    tool_expect(&scratch, 0, " passed, 0 failed\n", NULL);
    CHECK(!strstr(scratch.out, "FAIL"));
    tool_expect(&scratch, 0, "ok   replay -> 400 replayed\n", NULL);
    tool("certify --refusals-only");
    tool_expect(&scratch, 0, " passed, 0 failed\n", NULL);
    tool_run(&scratch, "certify --refusals-only --dev /nonexistent");
    tool_expect(&scratch, 2, NULL, "--dev /nonexistent");
}

TEST(certify_fails_when_signatures_are_not_verified)
{
    world_stop_daemon(&world);
    world.no_verify = true;
    world_start_daemon(&world);
    tool("certify");
    tool_expect(&scratch, 1, "FAIL no signature headers -> 200 (expected 400 signature_missing)\n",
                NULL);
    tool_expect(&scratch, 1, "ok   launch -> 200\n", NULL);
    tool("ask --unsigned AMAZON.StopIntent");
    tool_expect(&scratch, 0, "Goodbye.\n", NULL);
}

TESTS_WITH(setup, teardown, responses_are_printed_as_text, json_prints_the_whole_response,
           a_response_without_speech_says_so, direct_gives_the_same_answer_as_the_daemon,
           a_rejected_request_exits_1_with_the_reason, an_unreachable_daemon_exits_1,
           a_plain_http_url_of_a_tls_port_is_explained,
           an_https_url_of_a_plain_http_port_is_explained, nothing_is_sent_to_an_untrusted_daemon,
           file_sends_one_request_per_line, a_rejected_line_fails_the_run_but_the_rest_is_sent,
           errors_in_a_file_name_the_line, an_open_session_keeps_its_attributes,
           say_prints_the_parsed_phrase_and_the_answer, the_parsed_phrase_is_not_mixed_into_json,
           a_conversation_can_be_read_from_a_file, say_can_use_another_model,
           request_prints_an_alexa_envelope, usage_errors_are_one_line_and_exit_2,
           every_command_has_help, config_shows_the_source_of_values_and_checks_them,
           certify_passes_against_the_daemon, certify_fails_when_signatures_are_not_verified)
