/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/absences.c -- what could not be read is never told as an absence.
 *
 * Each document fails in each way, and every kind of question that needs it is asked, about another
 * town each time. None may be answered with a sentence that denies something: "No.", "no alerts",
 * "no weather station", "calm". A last test checks that such sentences are heard when the documents
 * say so. */
#include <stdlib.h>

#include "tests/e2e/harness.h"
#include "tests/e2e/harness/towns.h"
#include "tests/test.h"

enum { ANSWER_MS = 7000 };

static size_t next_town;

/* ---- questions ---- */

/* The documents that a question needs, as bits. */
enum { POINT = 1, STATIONS = 2, REPORTS = 4, GRID = 8, PERIODS = 16, ALERTS = 32 };
#define NOW (POINT | STATIONS | REPORTS)

static const struct question {
    const char *leadin, *metric, *when;
    unsigned needs;
} questions[] = {
    { "what's the", "weather", "", NOW },
    { "what's the", "temperature", "", NOW },
    { "is it", "raining", "", NOW },
    { "is it", "snowing", "", NOW },
    { "is it", "windy", "", NOW },
    { "is it", "cloudy", "", NOW },
    { "what's the", "forecast", "tomorrow", POINT | GRID },
    { "what's the", "wind", "tomorrow", POINT | GRID },
    { "will it", "rain", "tomorrow", POINT | GRID },
    { "will it", "snow", "tonight", POINT | GRID },
    { "will it be", "windy", "friday", POINT | GRID },
    { "will it be", "sunny", "tomorrow morning", POINT | GRID },
    { "what's the", "chance of snow", "weekend", POINT | GRID },
    { "will it", "rain", "this week", POINT | GRID },
    { "what's the", "extended forecast", "", POINT | PERIODS },
    { "are there any", "alerts", "", POINT | ALERTS },
    { "are there any", "tornado warnings", "", POINT | ALERTS },
};

static struct client_response ask_next_town(const struct question *q)
{
    return client_ask(&world, "user-absences", "MetricIntent", "leadin", q->leadin, "metric",
                      q->metric, "when_any", q->when, "location", towns_name(next_town++), NULL);
}

/* ---- absences ---- */

/* Sentences that deny something. They begin a speech or follow a blank. */
static const char *const absences[] = {
    "No. ",
    "Probably not",
    "No weather station",
    "No precipitation",
    "No forecast",
    "No sky",
    "No wind",
    "No temperature",
    "is available for",
    "no alerts",
    "There are no",
    "There is no",
    "there's no",
    "calm",
    "0 percent",
    "doesn't cover",
    "couldn't find",
    "don't know the zip",
    "has no forecast",
    "Nothing",
};

static void check_denies_nothing(const struct client_response *a, const char *what,
                                 const struct question *q)
{
    if (a->status != 200 || a->ms > ANSWER_MS)
        fail_msg("%s, %s %s: status %d after %.0f ms", what, q->metric, q->when, a->status, a->ms);
    speech_check_valid(a);
    for (size_t i = 0; i < sizeof absences / sizeof absences[0]; i++)
        if (strstr(a->speech, absences[i]))
            fail_msg("%s, %s %s %s: \"%s\" has an absence: %s", what, q->leadin, q->metric, q->when,
                     a->speech, absences[i]);
}

/* ---- failures ---- */

static const struct {
    const char *match;
    unsigned document;
} documents[] = {
    { "/points/", POINT },
    { "/stations", STATIONS | REPORTS },
    { "/observations", REPORTS },
    { "/observations/latest", REPORTS },
    { "/gridpoints/", GRID | PERIODS | STATIONS },
    { "/forecast", PERIODS },
    { "/alerts/active?", ALERTS },
    { "/alerts/active/zone/", ALERTS },
};

static const char *const failures[] = {
    "\"kind\":\"status\",\"status\":404",
    "\"kind\":\"status\",\"status\":500",
    "\"kind\":\"status\",\"status\":503",
    "\"kind\":\"status\",\"status\":403",
    "\"kind\":\"html\"",
    "\"kind\":\"html\",\"status\":404",
    "\"kind\":\"null\"",
    "\"kind\":\"empty\"",
    "\"kind\":\"garbage\"",
    "\"kind\":\"truncate\"",
    "\"kind\":\"odd\"",
    "\"kind\":\"object\"",
    "\"kind\":\"deep\"",
    "\"kind\":\"reset\"",
    "\"kind\":\"hang\"",
};

static void ask_all(const char *what, unsigned document)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        if (!(questions[i].needs & document))
            continue;
        struct client_response a = ask_next_town(&questions[i]);
        check_denies_nothing(&a, what, &questions[i]);
        client_response_done(&a);
    }
}

static void fail_in_one_way(const char *failure)
{
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        char fault[200];
        snprintf(fault, sizeof fault, "{\"match\":\"%s\",%s}", documents[i].match, failure);
        sim_add_fault(&world, fault);
        ask_all(fault, documents[i].document);
        sim_clear_faults(&world);
    }
}

TEST(a_document_that_fails_is_not_an_absence)
{
    world = (struct world){ .sets = { "weather.timeout_ms=400", "persistence.backend=memory" } };
    world_start(&world);
    for (size_t k = 0; k < sizeof failures / sizeof failures[0]; k++) {
        fail_in_one_way(failures[k]);
        world_restart_daemon(&world); /* nothing is cached any more, and no breaker is open */
    }
    world_stop(&world);
}

TEST(a_service_that_refuses_connections_is_not_an_absence)
{
    world = (struct world){ .sets = { "weather.base_url=http://127.0.0.1:1",
                                      "persistence.backend=memory" } };
    world_start(&world);
    ask_all("refused", ~0U);
    world_stop(&world);
}

/* ---- what was read ---- */

/* Asks about towns until one answers with these words. */
static void check_is_heard(const struct question *q, const char *words)
{
    enum { TOWNS_MAX = 60 };

    for (int i = 0; i < TOWNS_MAX; i++) {
        struct client_response a = ask_next_town(q);
        bool heard = strstr(a.speech, words);
        client_response_done(&a);
        if (heard)
            return;
    }
    fail_msg("%s is never answered with \"%s\"", q->metric, words);
}

TEST(an_absence_that_was_read_is_said)
{
    static const struct question raining = { "is it", "raining", "", NOW };
    static const struct question snow = { "will it", "snow", "tomorrow", GRID };
    static const struct question alerts = { "are there any", "alerts", "", ALERTS };

    world = (struct world){ .sets = { "persistence.backend=memory" } };
    world_start(&world);
    check_is_heard(&alerts, "There are no alerts for ");
    check_is_heard(&raining, "No. No precipitation is reported");
    check_is_heard(&snow, "No. The chance of ");
    world_stop(&world);
}

TESTS(a_document_that_fails_is_not_an_absence, a_service_that_refuses_connections_is_not_an_absence,
      an_absence_that_was_read_is_said)
