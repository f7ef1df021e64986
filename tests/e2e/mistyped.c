/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/mistyped.c -- what is mistyped on the command line is refused, with the nearest name
 * that exists, and shown without what could act on a terminal. */
#include <stdlib.h>

#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

/* Fails the test unless the tool exits with 2, prints nothing, and says this in one line. */
static void expect_refusal(const char *arguments, const char *says)
{
    tool_run(&scratch, arguments);
    if (scratch.status != 2 || *scratch.out || !strstr(scratch.err, says) ||
        tool_count_lines(scratch.err) != 1)
        fail_msg("%s: exit %d, out: %.300s, err: %.300s; want: %s", arguments, scratch.status,
                 scratch.out, scratch.err, says);
}

TEST(commands_and_options_are_refused_with_the_nearest_name)
{
    static const struct {
        const char *arguments, *says;
    } cases[] = {
        { "docter", "unknown command docter; did you mean doctor?" },
        { "stat", "unknown command stat; did you mean stats?" },
        { "conf --check", "unknown command conf; did you mean config?" },
        { "xyzzy", "unknown command xyzzy (see --help)" },
        { "--confg x stats", "unknown option --confg; did you mean --config?" },
        { "doctor --jsn", "unknown option --jsn; did you mean --json?" },
        { "doctor --confg=x", "unknown option --confg=x; did you mean --config?" },
        { "ask --tim LaunchRequest", "unknown option --tim; did you mean --time?" },
        { "user dele ID", "unknown command user dele; did you mean delete?" },
        { "user shwo ID", "unknown command user shwo; did you mean show?" },
        { "table creat", "unknown command table creat; did you mean create?" },
        { "table drop", "unknown command table drop (see --help)" },
        { "--list", "--list: expected intents, or slots INTENT" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_refusal(cases[i].arguments, cases[i].says);
    tool_shell(&scratch, "\"${climacast}d\" --confg=x");
    tool_expect(&scratch, 2, "", "unknown argument --confg=x; did you mean --config?");
}

TEST(intents_and_slots_are_refused_with_the_nearest_name)
{
    static const struct {
        const char *arguments, *says;
    } cases[] = {
        { "MetricIntnet", "unknown intent MetricIntnet; did you mean MetricIntent?" },
        { "metricintent", "unknown intent metricintent; did you mean MetricIntent?" },
        { "HelpIntent", "unknown intent HelpIntent; did you mean AMAZON.HelpIntent?" },
        { "Weather", "unknown intent Weather" },
        { "LaunchReqest", "unknown intent LaunchReqest; did you mean LaunchRequest?" },
        { "LanchRequest", "unknown request type LanchRequest; did you mean LaunchRequest?" },
        { "AlexaSkillEvent.SkilDisabled", "did you mean AlexaSkillEvent.SkillDisabled?" },
        { "MetricIntent locaton=x", "MetricIntent has no slot locaton; did you mean location?" },
        { "MetricIntent city=x", "MetricIntent has no slot city (it has metric, " },
        { "MetricIntent metric=wind zipcod=98101", "did you mean zipcode?" },
        { "AMAZON.HelpIntent metric=wind", "AMAZON.HelpIntent has no slots" },
    };
    static const char *const commands[] = { "request", "ask --direct" };
    char line[200];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t k = 0; k < 2; k++) {
            (void)snprintf(line, sizeof line, "%s %s", commands[k], cases[i].arguments);
            expect_refusal(line, cases[i].says);
        }
    /* Alexa has request types that the skill does not know. */
    tool_run(&scratch, "request Display.ElementSelected token=x");
    tool_expect(&scratch, 0, "\"type\":\"Display.ElementSelected\"", "");
    tool_run(&scratch, "request --unchecked MetricIntnet locaton=x");
    tool_expect(&scratch, 0, "\"MetricIntnet\"", "");
    tool_run(&scratch, "request SessionEndedRequest reason=ERROR");
    tool_expect(&scratch, 0, "\"reason\":\"ERROR\"", "");
}

TEST(keys_are_refused_with_the_nearest_name)
{
    static const struct {
        const char *set, *says;
    } cases[] = {
        { "server.listn=x", "unknown key server.listn; did you mean server.listen?" },
        { "sever.listen=x", "unknown section [sever]; did you mean server?" },
        { "server.skill_ids=x", "unknown key server.skill_ids; did you mean alexa.skill_ids?" },
        { "server.color=x", "unknown key server.color" },
        { "color.server=x", "unknown section [color]" },
    };
    char line[200];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(line, sizeof line, "--set %s config", cases[i].set);
        expect_refusal(line, cases[i].says);
        CHECK_ROW(i, strstr(cases[i].says, "did you mean") || !strstr(scratch.err, "did you mean"));
    }
    scratch_write(&scratch, "it", "[server]\nworker = 4\n");
    expect_refusal("--config it config",
                   "it:2: unknown key server.worker; did you mean server.workers?");
}

TEST(a_timestamp_is_a_time_or_seconds_from_now)
{
    static const char *const bad[] = { "yesterday",  "''", "12:00", "2026-13-01T00:00:00Z",
                                       "2026-06-17", "1h", "--",    "999999999999" };
    static const char *const good[] = { "-200", "+30", "0", "2026-06-17T16:00:00Z",
                                        "2026-06-17T12:00:00.5-04:00" };
    char line[200];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)snprintf(line, sizeof line, "request --timestamp %s LaunchRequest", bad[i]);
        expect_refusal(line, "expected seconds from now such as -200, or a time such as");
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        (void)snprintf(line, sizeof line, "request --timestamp %s LaunchRequest", good[i]);
        tool_run(&scratch, line);
        tool_expect(&scratch, 0, "\"timestamp\":\"20", "");
    }
}

TEST(what_was_typed_cannot_act_on_the_terminal)
{
    static const char *const arguments[] = {
        "\"$(printf 'do\\033[31mctor')\"",
        "request \"$(printf 'Metric\\302\\2331mIntent')\"",
        "request MetricIntent \"$(printf 'lo\\ncation=x')\"",
        "doctor \"$(printf -- '--js\\007on')\"",
        "user \"$(printf 'sh\\033ow')\" x",
        "request \"$(head -c 10000 /dev/zero | tr '\\0' x)\"",
    };

    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++) {
        expect_refusal(arguments[i], "climacast");
        CHECK_ROW(i, !strpbrk(scratch.err, "\033\007") && !strstr(scratch.err, "\302\233"));
        CHECK_ROW(i, strlen(scratch.err) < 600);
    }
}

TEST(intents_and_slots_are_listed_for_completion)
{
    char line[200];

    tool_run(&scratch, "--list intents");
    tool_expect(&scratch, 0, "MetricIntent\n", "");
    tool_expect(&scratch, 0, "LaunchRequest\n", "");
    char *all = strdup(scratch.out), *rest = all;
    for (char *name; (name = strtok_r(rest, "\n", &rest));) {
        (void)snprintf(line, sizeof line, "--list slots %s", name);
        tool_run(&scratch, line);
        tool_expect(&scratch, 0, NULL, "");
        (void)snprintf(line, sizeof line, "request %s", name);
        tool_run(&scratch, line);
        tool_expect(&scratch, 0, name, "");
    }
    free(all);
    tool_run(&scratch, "--list slots MetricIntent");
    tool_expect(&scratch, 0, "location\n", "");
    expect_refusal("--list slots MetricIntnet", "did you mean MetricIntent?");
    tool_run(&scratch, "--help");
    CHECK(!strstr(scratch.out, "--list"));
}

TESTS_EACH_WITH(scratch_setup, scratch_teardown,
                commands_and_options_are_refused_with_the_nearest_name,
                intents_and_slots_are_refused_with_the_nearest_name,
                keys_are_refused_with_the_nearest_name, a_timestamp_is_a_time_or_seconds_from_now,
                what_was_typed_cannot_act_on_the_terminal,
                intents_and_slots_are_listed_for_completion)
