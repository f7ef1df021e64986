/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/tool.c -- `climacast` as a person uses it, against the real daemon and without one. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/e2e/harness.h"
#include "tests/test.h"

static char conf[300]; /* the daemon's configuration, for the tool */

/* What a call of the tool gave. */
static struct {
    int status;
    char *out, *err;
} said;

static char *read_file(const char *path)
{
    struct buf b = BUF_INIT(4 * 1024 * 1024);
    FILE *f = fopen(path, "re");
    int c;

    while (f && (c = fgetc(f)) != EOF)
        buf_putc(&b, (char)c);
    if (f)
        fclose(f);
    char *text = strdup(buf_z(&b));
    buf_free(&b);
    return text;
}

static void write_file(const char *name, const char *text)
{
    char path[300];

    snprintf(path, sizeof path, "%s/%s", world.dir, name);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* Run the tool in the world's folder with these arguments, as a shell reads them. */
static void tool(const char *arguments)
{
    const char *build = getenv("TEST_BUILD");
    struct buf command = BUF_INIT(8000);
    char path[300];

    free(said.out);
    free(said.err);
    buf_printf(&command, "cd '%s' && '%s/climacast' %s >out 2>err </dev/null", world.dir,
               build ? build : "build", arguments);
    int status = system(buf_z(&command));
    buf_free(&command);
    CHECK(WIFEXITED(status));
    said.status = WEXITSTATUS(status);
    snprintf(path, sizeof path, "%s/out", world.dir);
    said.out = read_file(path);
    snprintf(path, sizeof path, "%s/err", world.dir);
    said.err = read_file(path);
}

/* The same with the daemon's configuration. */
static void tool_here(const char *arguments)
{
    struct buf all = BUF_INIT(8000);

    buf_printf(&all, "--config '%s' %s", conf, arguments);
    tool(buf_z(&all));
    buf_free(&all);
}

static void expect(int status, const char *out, const char *err)
{
    if (said.status != status || (out && !strstr(said.out, out)) || (err && !strstr(said.err, err)))
        fail_msg("exit %d, out: %.1500s, err: %.1500s", said.status, said.out, said.err);
}

static size_t lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static int start(void **state)
{
    char text[3000];

    (void)state;
    world_start(&world);
    snprintf(conf, sizeof conf, "%s/tool.conf", world.dir);
    snprintf(
        text, sizeof text,
        "[server]\nlisten = 127.0.0.1:%d\n[alexa]\nskill_ids = %s\ntrust_anchors = %s/root.pem\n"
        "[weather]\nbase_url = http://127.0.0.1:%d\nnow = %s\n[persistence]\nbackend = memory\n",
        world.port, SKILL_ID, world.certs, world.sim_port, WORLD_NOW);
    write_file("tool.conf", text);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    free(said.out);
    free(said.err);
    world_stop(&world);
    return 0;
}

TEST(an_answer_is_printed_as_text)
{
    tool_here("ask MetricIntent metric=temperature location='Seattle, Washington'");
    expect(0, "In Seattle, Washington", NULL);
    CHECK_INT(lines(said.out), 1);
    CHECK(!strchr(said.out, '<'));
    CHECK_STR(said.err, "");
    tool_here("ask --time LaunchRequest");
    expect(0, " ms)\n", NULL);
}

TEST(an_answer_is_printed_whole_when_wanted)
{
    tool_here("ask --json AMAZON.HelpIntent");
    expect(0, NULL, NULL);
    json_t *root = json_loads(said.out, 0, NULL);
    CHECK_STR(json_string_value(json_object_get(root, "version")), "1.0");
    json_decref(root);
}

TEST(an_empty_answer_is_told)
{
    tool_here("ask SessionEndedRequest reason=ERROR");
    expect(0, "(no speech)\n", NULL);
}

TEST(the_skill_answers_in_process_as_the_daemon_does)
{
    static const char question[] = "MetricIntent metric=forecast when_abs=tomorrow zipcode=80301";
    char line[300];

    snprintf(line, sizeof line, "ask %s", question);
    tool_here(line);
    expect(0, "tomorrow", NULL);
    char *daemon = strdup(said.out);
    snprintf(line, sizeof line, "ask --direct %s", question);
    tool_here(line);
    expect(0, daemon, NULL);
    free(daemon);
}

TEST(a_refusal_is_exit_1_with_the_daemons_word)
{
    tool_here("ask --unsigned LaunchRequest");
    expect(1, NULL, "daemon returned HTTP 400: {\"error\":\"signature_missing\"}");
    tool_here("ask --timestamp -200 LaunchRequest");
    expect(1, NULL, "timestamp_stale");
    tool_here("ask --timestamp yesterday LaunchRequest");
    expect(1, NULL, "timestamp_stale");
    tool_here("ask --skill-id amzn1.ask.skill.another LaunchRequest");
    expect(1, NULL, "skill_id_unknown");
    tool_here("ask --chain-url https://example.com/x.pem LaunchRequest");
    expect(1, NULL, "certificate_url_invalid");
}

TEST(nobody_there_is_exit_1)
{
    tool_here("ask --url https://127.0.0.1:1/alexa LaunchRequest");
    expect(1, NULL, "climacast ask: https://127.0.0.1:1: ");
    expect(1, NULL, "\n  fix: start the daemon");
    CHECK_INT(lines(said.err), 2);
    tool_here("certify https://127.0.0.1:1/alexa");
    expect(1, NULL, "climacast certify: https://127.0.0.1:1: ");
}

TEST(a_daemon_that_is_not_trusted_is_not_asked)
{
    char line[400];

    write_file("other.pem", "");
    tool_here("ask --ca other.pem LaunchRequest");
    CHECK(said.status != 0);
    CHECK_STR(said.out, "");
    snprintf(line, sizeof line, "ask --ca '%s/chains/self-signed.pem' LaunchRequest", world.certs);
    tool_here(line);
    expect(1, "", "\n  fix: pass the root of its certificate with --ca");
}

TEST(a_file_of_requests_is_asked_line_by_line)
{
    write_file("cases.txt",
               "# a comment\n"
               "\n"
               "SetLocationIntent location='boulder colorado' --user file-user  # here\n"
               "MetricIntent \"metric=barometric pressure\" --user=file-user\n"
               "AMAZON.StopIntent\n");
    tool_here("ask --file cases.txt");
    expect(0, "> SetLocationIntent location='boulder colorado' --user file-user  # here\n", NULL);
    expect(0, "Your location is now Boulder, Colorado.\n", NULL);
    expect(0, "In Boulder, Colorado", NULL);
    expect(0, "inches", NULL);
    expect(0, "Goodbye.\n", NULL);
    tool_here("ask --json --file - < cases.txt");
}

TEST(one_refused_line_makes_the_file_fail_but_all_are_asked)
{
    write_file("cases.txt", "LaunchRequest --timestamp -300\nAMAZON.StopIntent\n");
    tool_here("ask --file cases.txt");
    expect(1, "Goodbye.\n", "timestamp_stale");
}

TEST(a_line_that_cannot_be_read_is_told_with_its_number)
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
        write_file("cases.txt", cases[i].text);
        tool_here("ask --file cases.txt");
        expect(2, NULL, cases[i].want);
    }
}

TEST(an_open_session_takes_its_attributes_along)
{
    write_file("cases.txt", "SetLocationIntent zipcode=98101 --session open\n"
                            "MetricIntent metric=wind --session open\n");
    tool_here("ask --direct --json --user '' --file cases.txt");
    expect(0, "Seattle", NULL);
    CHECK_INT(lines(said.out), 2);
    CHECK(strstr(strchr(said.out, '\n'), "In Seattle, Washington"));
}

TEST(a_sentence_is_understood_told_and_answered)
{
    tool_here("ask --say \"what's the temperature in Seattle, Washington?\"");
    expect(0,
           "MetricIntent metric=temperature leadin=\"what's the\" "
           "location=\"seattle washington\"\nIn Seattle, Washington",
           NULL);
    CHECK_INT(lines(said.out), 2);
    tool_here("ask --say 'Alexa, open Clima Cast'");
    expect(0, "LaunchRequest\nWelcome to Clima Cast", NULL);
    tool_here("ask --say 'make me a sandwich'");
    expect(0,
           "AMAZON.FallbackIntent  # no sample utterance matches\nSorry, I didn't understand that.",
           NULL);
}

TEST(what_was_understood_stays_out_of_the_json)
{
    tool_here("ask --json --say 'is it windy in boulder colorado'");
    expect(0, NULL, "MetricIntent metric=windy leadin=\"is it\" location=\"boulder colorado\"\n");
    json_t *root = json_loads(said.out, 0, NULL);
    assert_non_null(root);
    json_decref(root);
    tool("request --say 'set rate to one twenty percent'");
    expect(0, "\"SetRateIntent\"", NULL);
    expect(0, "\"value\":\"120\"", NULL);
    CHECK_INT(lines(said.out), 1);
}

TEST(a_conversation_can_be_typed)
{
    write_file("cases.txt", "--say 'set location to 98101' --session open\n"
                            "--say 'will it rain tomorrow' --session open\n"
                            "--say \"what's my location\" --session open\n");
    tool_here("ask --direct --file cases.txt --user talker");
    expect(0, "SetLocationIntent zipcode=98101\nYour location is now", NULL);
    expect(0, "MetricIntent metric=rain leadin=\"will it\" when_abs=tomorrow\n", NULL);
    expect(0, "In Seattle, Washington, tomorrow: ", NULL);
    expect(0, "GetSettingIntent setting=location\nYour location is", NULL);
}

TEST(another_model_can_be_named)
{
    write_file("model.json",
               "{\"interactionModel\":{\"languageModel\":{\"invocationName\":\"my "
               "sky\",\"intents\":[{\"name\":\"MetricIntent\",\"slots\":[{\"name\":"
               "\"location\",\"type\":\"AMAZON.SearchQuery\"}],\"samples\":[\"look at "
               "the sky over {location}\"]}]}}}");
    tool_here("ask --model model.json --say 'ask my sky to look at the sky over boulder colorado'");
    expect(0, "MetricIntent location=\"boulder colorado\"\nIn Boulder, Colorado", NULL);
    tool_here("ask --model model.json --say 'help'");
    expect(0, "AMAZON.FallbackIntent  # no sample utterance matches\n", NULL);
}

TEST(a_request_is_printed_in_alexas_shape)
{
    tool("request MetricIntent metric=temp location= \"leadin=what's the\" --locale en-CA "
         "--attributes '{\"a\":[1]}' --session open");
    expect(0, NULL, NULL);
    json_t *root = json_loads(said.out, JSON_REJECT_DUPLICATES, NULL);
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
    tool("request AlexaSkillEvent.SkillEnabled");
    expect(0, "\"type\":\"AlexaSkillEvent.SkillEnabled\"", NULL);
    CHECK(!strstr(said.out, "\"session\""));
}

TEST(wrong_use_is_one_line_and_exit_2)
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
        tool(bad[i]);
        if (said.status != 2 || lines(said.err) != 1 || *said.out)
            fail_msg("climacast %s: exit %d, out %s, err %s", bad[i], said.status, said.out,
                     said.err);
    }
}

TEST(each_command_explains_itself)
{
    static const char *const commands[] = { "ask", "request", "certify", "config" };

    tool("--version");
    expect(0, "climacast ", NULL);
    tool("--help");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        expect(0, commands[i], NULL);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        char line[100], want[100];
        snprintf(line, sizeof line, "%s --help", commands[i]);
        snprintf(want, sizeof want, "usage: climacast %s", commands[i]);
        tool(line);
        expect(0, want, NULL);
    }
}

TEST(the_configuration_is_shown_with_origins_and_judged)
{
    tool_here("config");
    expect(0, "backend = memory  # ", NULL);
    expect(0, "tool.conf:8", NULL);
    expect(0, "path = /alexa  # default\n", NULL);
    tool_here("--set server.path=/skill config");
    expect(0, "path = /skill  # --set\n", NULL);
    tool_here("config --check");
    expect(2, NULL, "server.certificate");
    tool_here("config --check --set server.certificate=a --set server.private_key=b");
    expect(0, NULL, NULL);
    tool("config --keys");
    expect(0, "| `server.listen` | `127.0.0.1:8443` |", NULL);
}

TEST(certification_is_passed)
{
    tool_here("certify");
    expect(0, " passed, 0 failed\n", NULL);
    CHECK(!strstr(said.out, "FAIL"));
    expect(0, "ok   replay -> 400 replayed\n", NULL);
    tool_here("certify --refusals-only");
    expect(0, " passed, 0 failed\n", NULL);
    tool("certify --refusals-only --dev /nonexistent");
    expect(2, NULL, "--dev /nonexistent");
}

TEST(certification_fails_where_nothing_is_verified)
{
    world_stop_daemon(&world);
    world.no_verify = true;
    world_start_daemon(&world);
    tool_here("certify");
    expect(1, "FAIL no signature headers -> 200 (expected 400 signature_missing)\n", NULL);
    expect(1, "ok   launch -> 200\n", NULL);
    tool_here("ask --unsigned AMAZON.StopIntent");
    expect(0, "Goodbye.\n", NULL);
}

TESTS_WITH(start, stop, an_answer_is_printed_as_text, an_answer_is_printed_whole_when_wanted,
           an_empty_answer_is_told, the_skill_answers_in_process_as_the_daemon_does,
           a_refusal_is_exit_1_with_the_daemons_word, nobody_there_is_exit_1,
           a_daemon_that_is_not_trusted_is_not_asked, a_file_of_requests_is_asked_line_by_line,
           one_refused_line_makes_the_file_fail_but_all_are_asked,
           a_line_that_cannot_be_read_is_told_with_its_number,
           an_open_session_takes_its_attributes_along, a_sentence_is_understood_told_and_answered,
           what_was_understood_stays_out_of_the_json, a_conversation_can_be_typed,
           another_model_can_be_named, a_request_is_printed_in_alexas_shape,
           wrong_use_is_one_line_and_exit_2, each_command_explains_itself,
           the_configuration_is_shown_with_origins_and_judged, certification_is_passed,
           certification_fails_where_nothing_is_verified)
