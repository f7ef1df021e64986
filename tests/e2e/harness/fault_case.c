/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/fault_case.c -- runs one case of the fault matrix. */
#include "tests/e2e/harness/fault_case.h"

#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness/towns.h"
#include "tests/test.h"

enum {
    NEEDED_MS = 7000,     /* Alexa waits 8 seconds */
    NOT_NEEDED_MS = 1000, /* a tenth of it on an idle machine; the table has the real times */
    RECOVERY_MS = 60000,
    WARM_TOWN = 1,
    FIRST_NEW_TOWN = 10,
    OTHERS = 3, /* how often what does not need the dependency is asked */
};

size_t fault_case_number;
static size_t next_town = FIRST_NEW_TOWN;

bool fault_case_all(void)
{
    const char *which = getenv("FAULT_MATRIX");

    return which && strcmp(which, "all") == 0;
}

/* ---- requests ---- */

static struct client_response ask_town(const char *town)
{
    return client_ask(&world, "user-matrix", "MetricIntent", "metric", "temperature", "when_any",
                      "tomorrow", "location", town, NULL);
}

struct client_response fault_case_ask_new_town(void)
{
    return ask_town(towns_name(next_town++));
}

void fault_case_reset_towns(void)
{
    next_town = FIRST_NEW_TOWN;
}

struct client_response fault_case_ask_warm_town(void)
{
    return ask_town(towns_name(WARM_TOWN));
}

static const char *case_user(void)
{
    static char user[40];

    snprintf(user, sizeof user, "user-matrix-%zu", fault_case_number);
    return user;
}

struct client_response fault_case_set_rate(void)
{
    return client_ask(&world, case_user(), "SetRateIntent", "percent", "120", NULL);
}

static struct client_response ask_rate(void)
{
    return client_ask(&world, case_user(), "GetSettingIntent", "setting", "rate", NULL);
}

void fault_case_check_rate(const struct client_response *said)
{
    int64_t deadline = clock_mono_ms() + RECOVERY_MS;
    struct client_response is = ask_rate();

    while (!strstr(is.speech, "percent") && clock_left_ms(deadline) > 0) {
        client_response_done(&is);
        clock_sleep_ms(100);
        is = ask_rate();
    }
    bool is_set = strstr(is.speech, "120 percent");
    if ((strstr(said->speech, "now 120") && !is_set) ||
        (strstr(said->speech, "nothing has changed") && is_set))
        fail_msg("said: %s; afterwards: %s", said->speech, is.speech);
    client_response_done(&is);
}

/* ---- checks ---- */

static bool is_right(const struct client_response *r, const struct fault_case *c)
{
    return r->status == 200 && strstr(r->speech, c->right) && !strstr(r->speech, "orry");
}

static bool is_apology(const struct client_response *r)
{
    return strstr(r->speech, "orry") || strstr(r->speech, "can't") || strstr(r->speech, "couldn't");
}

static void check_needed(const struct client_response *r, const struct fault_case *c)
{
    bool refused = c->refusal && r->status == 400 && strstr(r->body, c->refusal);
    double bound = c->needed_ms > 0 ? c->needed_ms : NEEDED_MS;

    if (r->ms > bound || (r->status != 200 && !refused))
        fail_msg("%s, %s: status %d after %.0f ms: %s %s", c->dependency, c->fault, r->status,
                 r->ms, r->body, r->error);
    if (refused)
        return;
    speech_check_valid(r);
    if (is_right(r, c) && !c->is_never_right)
        return;
    if (is_right(r, c) || !is_apology(r) || c->must_be_right)
        fail_msg("%s, %s: \"%s\" must not be heard", c->dependency, c->fault, r->speech);
    speech_check_omits(r, c->not_heard);
}

static void check_other(const struct client_response *r, const struct fault_case *c)
{
    if (r->status != 200 || r->ms > NOT_NEEDED_MS ||
        !strstr(r->speech, c->other ? c->other : "degrees"))
        fail_msg("%s, %s: what does not need it is answered with %d after %.0f ms: %s",
                 c->dependency, c->fault, r->status, r->ms, r->speech);
}

/* ---- a case ---- */

/* The number of circuit breakers that are not closed. */
static int open_breakers(void)
{
    struct client_response r = client_admin_get(&world, "/metrics");
    static const char name[] = "\nclimacast_breaker_state{";
    int open = 0;

    for (const char *at = r.body; (at = strstr(at, name)); at += sizeof name) {
        const char *value = strstr(at, "} ");
        open += value && value[2] != '0';
    }
    client_response_done(&r);
    return open;
}

double fault_case_recover(const struct fault_case *c)
{
    int64_t began = clock_mono_ms();

    for (;;) {
        struct client_response r = c->needs();
        bool right = is_right(&r, c) && open_breakers() == 0;
        if (!right && clock_mono_ms() - began > RECOVERY_MS)
            fail_msg("%s, %s: not recovered: %d %s", c->dependency, c->fault ? c->fault : "",
                     r.status, r.status == 200 ? r.speech : r.body);
        client_response_done(&r);
        if (right)
            return (double)(clock_mono_ms() - began);
        clock_sleep_ms(100);
    }
}

void fault_case_print_head(void)
{
    print_message("| dependency            | fault      | needs it, ms | does not, ms | "
                  "recovered, ms | heard |\n|---|---|---|---|---|---|\n");
}

void fault_case_run(const struct fault_case *c)
{
    double other_ms = 0;

    fault_case_number++;
    c->begin(c);
    struct client_response needed = c->needs();
    check_needed(&needed, c);
    for (int i = 0; i < OTHERS && c->does_not_need; i++) {
        struct client_response other = c->does_not_need();
        check_other(&other, c);
        other_ms = other.ms > other_ms ? other.ms : other_ms;
        client_response_done(&other);
    }
    c->end(c);
    if (c->after)
        c->after(&needed);
    double recovered_ms = fault_case_recover(c);
    print_message("| %-19s | %-10s | %6.0f | %6.0f | %6.0f | %.75s |\n", c->dependency, c->fault,
                  needed.ms, other_ms, recovered_ms,
                  needed.status == 200 ? needed.speech : needed.body);
    client_response_done(&needed);
}
