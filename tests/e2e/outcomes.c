/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/outcomes.c -- how a request went, as told by the log and the metrics: answered with
 * weather, not understood, a hint, an apology, and errors that Alexa reports about an earlier
 * response. */
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

/* The last line of the log that contains `mark`, which may take a moment to be written; the caller
 * frees it. */
static char *last_line(const char *mark)
{
    int64_t deadline = clock_mono_ms() + 5000;
    char *log = world_log(&world), *line;

    while (!strstr(log, mark) && clock_left_ms(deadline) > 0) {
        free(log);
        clock_sleep_ms(10);
        log = world_log(&world);
    }
    const char *found = NULL;
    for (const char *at = log; (at = strstr(at, mark)); at++)
        found = at;
    if (!found)
        fail_msg("no \"%s\" in:\n%s", mark, log);
    while (found > log && found[-1] != '\n')
        found--;
    line = strndup(found, strcspn(found, "\n"));
    free(log);
    return line;
}

static void check_line(const char *mark, const char *start)
{
    char *line = last_line(mark);
    const char *level = strchr(line, ' ');

    if (!level || strncmp(level + 1, start, strlen(start)) != 0)
        fail_msg("want \"%s\", got: %s", start, line);
    CHECK(strstr(line, " ms=") && !strstr(line, " us="));
    free(line);
}

static const char weather_answers[] = "climacast_weather_questions_total{outcome=\"answered\"}";

static double count(const char *intent, const char *outcome)
{
    char series[200];

    (void)snprintf(series, sizeof series, "climacast_requests_total{intent=\"%s\",outcome=\"%s\"}",
                   intent, outcome);
    return client_metric(&world, series);
}

static void ask(const char *intent, const char *location)
{
    struct client_response a = location ? client_ask(&world, "user-outcomes", intent, "metric",
                                                     "temperature", "location", location, NULL)
                                        : client_ask(&world, "user-outcomes", intent, NULL);

    CHECK_INT(a.status, 200);
    client_response_done(&a);
}

TEST(a_request_line_leads_with_its_outcome_in_milliseconds)
{
    ask("MetricIntent", "boulder colorado");
    check_line("intent=MetricIntent", "info request outcome=answered ms=");
    CHECK_INT(count("MetricIntent", "answered"), 1);
    CHECK_INT(client_metric(&world, weather_answers), 1);
    ask("AMAZON.HelpIntent", NULL);
    CHECK_INT(client_metric(&world, weather_answers), 1);
}

TEST(what_was_not_understood_is_not_an_answer)
{
    static const char *const intents[] = { "AMAZON.FallbackIntent", "AMAZON.YesIntent",
                                           "AMAZON.NoIntent" };

    for (size_t i = 0; i < sizeof intents / sizeof intents[0]; i++) {
        ask(intents[i], NULL);
        check_line(intents[i], "info request outcome=not_understood ms=");
        CHECK_INT(count(intents[i], "not_understood"), 1);
        CHECK(count(intents[i], "answered") <= 0);
    }
    ask("NewIntent", NULL);
    CHECK_INT(count("unknown", "not_understood"), 1);
}

TEST(a_question_back_and_an_apology_are_told_apart)
{
    ask("MetricIntent", "qwxyzville");
    check_line("place_unknown", "info request outcome=hint ms=");
    sim_add_fault(&world, "{\"match\":\"/\",\"kind\":\"status\",\"status\":503}");
    ask("MetricIntent", "miami florida");
    check_line("outcome=apology", "warning request outcome=apology ms=");
    sim_clear_faults(&world);
    CHECK_INT(count("MetricIntent", "hint"), 1);
    CHECK_INT(count("MetricIntent", "apology"), 1);
    CHECK_INT(client_metric(&world, weather_answers), 1);
    CHECK_INT(client_metric(&world, "climacast_weather_questions_total{outcome=\"failed\"}"), 1);
    CHECK_INT(client_metric(&world, "climacast_weather_questions_total{outcome=\"other\"}"), 1);
}

static void complain(const char *type, const char *reason, const char *error)
{
    json_t *e = envelope_of_type("user-outcomes", type);
    struct client_response a;

    if (reason)
        envelope_set(e, "request.reason", json_string(reason));
    if (error)
        envelope_set(e, "request.error",
                     json_pack("{s:s,s:s}", "type", error, "message", "An \x1b[31modd\nmessage"));
    a = client_post(&world, e, NULL);
    CHECK_INT(a.status, 200);
    client_response_done(&a);
    json_decref(e);
}

TEST(complaints_of_alexa_are_warnings_and_counted_by_type)
{
    complain("SessionEndedRequest", "USER_INITIATED", NULL);
    check_line("SessionEndedRequest", "info request outcome=empty ms=");
    CHECK_INT(client_metric(&world, "climacast_alexa_errors_total{type=\"INVALID_RESPONSE\"}"), 0);
    complain("SessionEndedRequest", "ERROR", "INVALID_RESPONSE");
    check_line("INVALID_RESPONSE", "warning request outcome=alexa_error ms=");
    complain("SessionEndedRequest", "ERROR", "ENDPOINT_TIMEOUT");
    complain("System.ExceptionEncountered", NULL, "INVALID_RESPONSE");
    check_line("type=System.ExceptionEncountered", "warning request outcome=alexa_error ms=");
    complain("SessionEndedRequest", "ERROR", NULL);
    complain("SessionEndedRequest", "ERROR", "SOMETHING_NEW\"} 1\nforged{x=\"");
    CHECK_INT(client_metric(&world, "climacast_alexa_errors_total{type=\"INVALID_RESPONSE\"}"), 2);
    CHECK_INT(client_metric(&world, "climacast_alexa_errors_total{type=\"ENDPOINT_TIMEOUT\"}"), 1);
    CHECK_INT(client_metric(&world, "climacast_alexa_errors_total{type=\"other\"}"), 2);
    CHECK_INT(count("SessionEndedRequest", "alexa_error"), 4);
    CHECK_INT(count("SessionEndedRequest", "empty"), 1);
}

TEST(a_rejected_request_leads_with_its_reason)
{
    static const struct client_options unsigned_request = { .no_signature = true };
    json_t *e = envelope_launch("user-outcomes");
    struct client_response a = client_post(&world, e, &unsigned_request);
    char *line;

    CHECK_INT(a.status, 400);
    line = last_line(" refused ");
    CHECK(strstr(line, "info refused reason=signature_missing status=400 ms="));
    free(line);
    client_response_done(&a);
    json_decref(e);
}

TESTS_WITH(world_setup, world_teardown, a_request_line_leads_with_its_outcome_in_milliseconds,
           what_was_not_understood_is_not_an_answer, a_question_back_and_an_apology_are_told_apart,
           complaints_of_alexa_are_warnings_and_counted_by_type,
           a_rejected_request_leads_with_its_reason)
