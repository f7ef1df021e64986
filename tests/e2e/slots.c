/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/slots.c -- malformed slots and a full disk lead to a hint or an apology, never to a
 * crash or a half-written setting. */
#define _GNU_SOURCE /* prlimit */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "tests/e2e/harness.h"
#include "tests/e2e/harness/towns.h"
#include "tests/test.h"

enum { ANSWER_MS = 7000 };

static int setup(void **state)
{
    signal(SIGXFSZ, SIG_IGN); /* the daemon inherits this: a full file is an error, not a signal */
    return world_setup(state);
}

static bool contains(const struct client_response *a, const char *words)
{
    return strstr(a->speech, words);
}

/* ---- slots ---- */

static void ask_with_slot(const char *name, json_t *value)
{
    json_t *e = envelope_intent("user-hostile", "MetricIntent", "metric", "temperature", "when_any",
                                "tomorrow", "location", "boulder colorado", NULL);
    char path[100];

    snprintf(path, sizeof path, "request.intent.slots.%s", name);
    envelope_set(e, path, value);
    struct client_response a = client_post(&world, e, NULL);
    if (a.ms > ANSWER_MS)
        fail_msg("%s: %.0f ms", name, a.ms);
    speech_check_valid(&a);
    speech_check_omits(&a, "something went wrong");
    CHECK(*a.speech);
    client_response_done(&a);
    json_decref(e);
}

static json_t *slot(const char *name, json_t *value)
{
    return json_pack("{s:s, s:o}", "name", name, "value", value);
}

TEST(malformed_slots_are_answered)
{
    static const char *const names[] = { "metric", "when_any", "location", "zipcode",
                                         "day",    "month",    "leadin" };
    static const char *const texts[] = {
        "",   " ",    "?",   "<&>\"'", "\x01\x02\x1f", "]]>", "&#0;", "\xEF\xBF\xBE",
        "-0", "0x10", "1e9", "\n\n",   "\xE2\x80\xAE"
    };
    char *long_text = malloc(10241);

    memset(long_text, 'a', 10240);
    long_text[10240] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            ask_with_slot(names[i], slot(names[i], json_string(texts[k])));
        ask_with_slot(names[i], slot(names[i], json_string(long_text)));
        ask_with_slot(names[i], slot(names[i], json_integer(80301)));
        ask_with_slot(names[i], slot(names[i], json_real(1e300)));
        ask_with_slot(names[i], slot(names[i], json_null()));
        ask_with_slot(names[i], slot(names[i], json_pack("[s,s]", "boulder", "colorado")));
        ask_with_slot(names[i], slot(names[i], json_object()));
        ask_with_slot(names[i], json_array());
        ask_with_slot(names[i], json_string("boulder"));
        ask_with_slot(names[i], json_null());
    }
    free(long_text);
}

/* ---- the disk ---- */

/* Sets locations until saving fails. Returns how often it succeeded; `a` is the failed response. */
static int save_until_it_fails(struct world *w, struct client_response *a)
{
    for (int i = 0; i < 200; i++) {
        char user[40];
        snprintf(user, sizeof user, "user-disk-%d", i);
        *a = client_ask(w, user, "SetLocationIntent", "location", towns_name((size_t)i), NULL);
        speech_check_valid(a);
        if (!contains(a, "Your location is now"))
            return i;
        client_response_done(a);
    }
    fail_msg("the full disk was not noticed");
    return 0;
}

TEST(a_full_disk_leads_to_an_apology_and_the_daemon_survives)
{
    struct world w = { .sim = 0 };
    struct rlimit before, small;
    struct client_response a;

    world_start(&w);
    CHECK_INT(prlimit(w.daemon, RLIMIT_FSIZE, NULL, &before), 0);
    small = before;
    small.rlim_cur = 200 * 1000;
    CHECK_INT(prlimit(w.daemon, RLIMIT_FSIZE, &small, NULL), 0);
    CHECK(save_until_it_fails(&w, &a) > 0);
    speech_check_says(&a, "couldn't save");
    client_response_done(&a);
    /* Weather does not need the disk. */
    a = client_ask(&w, "user-hostile", "MetricIntent", "metric", "temperature", "when_any",
                   "tomorrow", "location", "boulder colorado", NULL);
    speech_check_valid(&a);
    speech_check_says(&a, "degrees");
    client_response_done(&a);
    /* Earlier settings are intact, and saving works again once there is space. */
    a = client_ask(&w, "user-disk-0", "MetricIntent", "metric", "temperature", NULL);
    speech_check_says(&a, "Boulder, Colorado");
    client_response_done(&a);
    CHECK_INT(prlimit(w.daemon, RLIMIT_FSIZE, &before, NULL), 0);
    a = client_ask(&w, "user-disk-0", "SetLocationIntent", "location", "miami florida", NULL);
    speech_check_says(&a, "Your location is now Miami");
    client_response_done(&a);
    world_stop(&w);
}

TESTS_WITH(setup, world_teardown, malformed_slots_are_answered,
           a_full_disk_leads_to_an_apology_and_the_daemon_survives)
