/* SPDX-License-Identifier: Apache-2.0 */
/* tests/failing/daemon.c -- the n-th call of malloc, open, read, write, connect, fsync, poll fails
 * in the real daemon, while it answers a request over TLS.
 *
 *     daemon BACKEND MOST [WORD]     BACKEND as in backend.h; WORD selects: "rate kept, malloc"
 *
 * The calls are those of all its threads, from the request to its response. Tries at most MOST
 * values of n for each request and call, evenly spread. What must hold:
 *   - the daemon keeps running, and serves the next request on a new connection
 *   - the answer is the right one, an apology or a refusal, or the connection is closed
 *   - what was said to be changed is, and what was not said to be is as before or as asked
 *   - nothing is said not to exist that the next answer has
 *
 * The daemon may end only within a TLS handshake, in a library that GnuTLS uses
 * (server/README.md); that is counted, and it is started again. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "intents/weather/gazetteer.h"
#include "server/base/clock.h"
#include "tests/e2e/harness/client.h"
#include "tests/e2e/harness/envelope.h"
#include "tests/failing/backend.h"
#include "tests/failing/fault.h"
#include "tests/test.h"

enum { ANSWER_MS_MAX = 8000, FINDINGS_SHOWN = 10, COUNTINGS = 3, FIRST_ZIP = 10001 };

/* ---- what is asked ---- */

enum form { SET_RATE, SAVED_WEATHER, NEW_PLACE, DISABLED, FORMS };

static const struct {
    const char *name;
    const char *right; /* how the right answer begins */
} forms[FORMS] = {
    [SET_RATE] = { "rate", "The rate is now 120 percent." },
    [SAVED_WEATHER] = { "weather", "The temperature is " },
    [NEW_PLACE] = { "new place", "" },
    [DISABLED] = { "disabled", "" },
};

struct question {
    enum form form;
    bool fresh; /* on a new connection */
    char user[40], zip[6];
};

enum outcome { RIGHT, APOLOGY, REFUSED, CLOSED, OUTCOMES };

static struct {
    long tries, findings, ended; /* of one request and call */
    long outcomes[OUTCOMES];
} count;

static long calls[FAULT_CALLS]; /* of one request, at most */

static struct fault_plan *plan;
static char plan_path[300];

static void finding(const char *what, const char *detail)
{
    if (count.findings++ < FINDINGS_SHOWN)
        printf("     %s: \"%.600s\"\n", what, detail);
}

static json_t *question_json(const struct question *q)
{
    switch (q->form) {
    case SET_RATE:
        return envelope_intent(q->user, "SetRateIntent", "percent", "120", NULL);
    case SAVED_WEATHER:
        return envelope_intent(q->user, "MetricIntent", "metric", "temperature", "location",
                               "boulder colorado", NULL);
    case NEW_PLACE:
        return envelope_intent(q->user, "MetricIntent", "metric", "temperature", "zipcode", q->zip,
                               NULL);
    case DISABLED:
    case FORMS:
    default:
        return envelope_of_type(q->user, "AlexaSkillEvent.SkillDisabled");
    }
}

static struct client_response send_question(const struct question *q, bool fresh)
{
    const struct client_options how = { .fresh_connection = fresh, .timeout_ms = ANSWER_MS_MAX };
    json_t *envelope = question_json(q);
    struct client_response a = client_post(&world, envelope, &how);

    json_decref(envelope);
    return a;
}

/* A ZIP code that no earlier question was about. */
static void next_zip(char zip[6])
{
    static unsigned number = FIRST_ZIP;
    struct gazetteer_hit hit;

    do
        (void)snprintf(zip, 6, "%05u", number++ % 100000U);
    while (!gazetteer_zip(str_of(zip), &hit) || hit.near);
}

static struct question make_question(enum form form, bool fresh)
{
    static long number;
    struct question q = { .form = form, .fresh = fresh };

    (void)snprintf(q.user, sizeof q.user, "amzn1.ask.account.FAILING%ld", number++);
    next_zip(q.zip);
    return q;
}

/* ---- the daemon's life ---- */

/* AddressSanitizer's own allocator is called by fault.so, which must therefore come first. */
static void preload(const struct world *w)
{
    const char *build = getenv("TEST_BUILD"), *sanitizer = getenv("ASAN_OPTIONS");
    char path[400], options[400];

    (void)w;
    (void)snprintf(options, sizeof options, "%s:verify_asan_link_order=0",
                   sanitizer ? sanitizer : "");
    (void)setenv("ASAN_OPTIONS", options, 1);
    (void)snprintf(path, sizeof path, "%s/failing/fault.so", build ? build : "build");
    (void)setenv("LD_PRELOAD", path, 1);
    (void)setenv(FAULT_PLAN_VARIABLE, plan_path, 1);
    (void)setenv("CLIMACAST_FAULT_TRACE", "1", 1);
}

/* Was the last call that failed one of a library that a handshake uses? */
static bool fault_was_in_handshake(void)
{
    static const char *const libraries[] = { "libgnutls", "libtasn1", "libgmp", "libhogweed",
                                             "libnettle" };
    char *log = world_log(&world), *last = NULL;
    bool found = false;

    for (char *at = log; (at = strstr(at, FAULT_TRACE_TITLE)); at++)
        last = at;
    for (size_t i = 0; last && i < sizeof libraries / sizeof libraries[0]; i++)
        found = found || strstr(last, libraries[i]);
    free(log);
    return found;
}

/* Starts the daemon again if it has ended, which is a finding unless it did so in a handshake. */
static void revive(enum fault_call call)
{
    int status = 0;
    char how[60];

    if (waitpid(world.daemon, &status, WNOHANG) != world.daemon)
        return;
    (void)snprintf(how, sizeof how, "signal %d, status %d", WTERMSIG(status), WEXITSTATUS(status));
    if (call == FAULT_MALLOC && fault_was_in_handshake())
        count.ended++;
    else
        finding("the daemon ended", how);
    world.daemon = 0;
    world.port = world.admin_port = 0;
    world_start_daemon(&world);
}

/* ---- one try ---- */

static bool begins(const struct client_response *a, const char *with)
{
    return strncmp(a->speech, with, strlen(with)) == 0;
}

static bool is_apology(const struct client_response *a)
{
    return begins(a, "Sorry, ") || begins(a, "I can't look up your settings right now.");
}

static bool is_absence(const char *speech)
{
    static const char *const absences[] = {
        "No weather station", "No forecast",   "couldn't find",
        "don't know the zip", "doesn't cover", "There are no "
    };

    for (size_t i = 0; i < sizeof absences / sizeof absences[0]; i++)
        if (strstr(speech, absences[i]))
            return true;
    return false;
}

static enum outcome judge(const struct question *q, const struct client_response *a)
{
    if (a->status == 0)
        return CLOSED;
    if (a->status == 400 || a->status == 408 || a->status == 503)
        return REFUSED;
    if (a->status == 200 && is_apology(a))
        return APOLOGY;
    if (a->status != 200 || !begins(a, forms[q->form].right))
        finding("wrong answer", a->body);
    return RIGHT;
}

/* The store may be away for a moment after a fault, so this is asked until it answers. */
static struct client_response ask_settled(const struct question *q, json_t *(*make)(const char *))
{
    int64_t deadline = clock_mono_ms() + ANSWER_MS_MAX;

    for (;;) {
        const struct client_options how = { .fresh_connection = true };
        json_t *envelope = make ? make(q->user) : question_json(q);
        struct client_response a = client_post(&world, envelope, &how);
        json_decref(envelope);
        if ((a.status == 200 && !is_apology(&a)) || clock_left_ms(deadline) == 0)
            return a;
        client_response_done(&a);
        clock_sleep_ms(50);
    }
}

static json_t *ask_rate(const char *user)
{
    return envelope_intent(user, "GetSettingIntent", "setting", "rate", NULL);
}

static void check_rate(const struct question *q, enum outcome outcome, const char *said)
{
    struct client_response a = ask_settled(q, ask_rate);
    bool changed = begins(&a, q->form == SET_RATE ? "The rate is 120 " : "The rate is 100 ");
    bool old = begins(&a, q->form == SET_RATE ? "The rate is 100 " : "The rate is 120 ");

    if (!changed && !old)
        finding("the next request is not answered", *a.speech ? a.speech : a.error);
    else if (outcome == RIGHT && !changed)
        finding("said to be changed, but is not", a.speech);
    else if (strstr(said, "nothing has changed") && changed)
        finding("said to be as before, but is not", a.speech);
    client_response_done(&a);
}

static void check_weather(const struct question *q, const char *said)
{
    struct client_response a = ask_settled(q, NULL);

    if (a.status != 200 || is_apology(&a))
        finding("the next request is not answered", *a.speech ? a.speech : a.error);
    else if (is_absence(said) && !is_absence(a.speech))
        finding("a false absence", said);
    client_response_done(&a);
}

/* What must be there before the fault: a user with a rate, an open connection, known weather. */
static void prepare(const struct question *q)
{
    struct question before = *q;
    struct client_response a;

    before.form = q->form == DISABLED ? SET_RATE : SAVED_WEATHER;
    a = ask_settled(&before, NULL);
    CHECK_INT(a.status, 200);
    client_response_done(&a);
    before.form = SAVED_WEATHER;
    if (!q->fresh) {
        a = send_question(&before, false);
        client_response_done(&a);
    }
}

/* nth 0: without a fault, to count the calls. */
static void try_once(enum form form, bool fresh, enum fault_call call, long nth)
{
    struct question q = make_question(form, fresh);
    struct client_response a;
    enum outcome outcome;
    bool happened;

    prepare(&q);
    fault_arm(plan, call, nth);
    a = send_question(&q, fresh);
    happened = fault_disarm(plan);
    for (int i = 0; nth == 0 && i < FAULT_CALLS; i++)
        if (atomic_load(&plan->seen[i]) > calls[i])
            calls[i] = atomic_load(&plan->seen[i]);
    revive(call);
    outcome = judge(&q, &a);
    if (nth > 0 && happened) {
        count.tries++;
        count.outcomes[outcome]++;
    }
    if (form == SET_RATE || form == DISABLED)
        check_rate(&q, outcome, a.speech);
    else
        check_weather(&q, a.speech);
    client_response_done(&a);
}

/* Returns how much was wrong without a fault. */
static long count_calls(enum form form, bool fresh)
{
    memset(&count, 0, sizeof count);
    memset(calls, 0, sizeof calls);
    for (int i = 0; i < COUNTINGS; i++)
        try_once(form, fresh, FAULT_MALLOC, 0);
    return count.findings;
}

static void try_call(const char *backend, enum form form, bool fresh, enum fault_call call,
                     long most)
{
    const long *o = count.outcomes;
    long step = calls[call] <= most ? 1 : calls[call] / most + 1;

    memset(&count, 0, sizeof count);
    for (long nth = 1; nth <= calls[call]; nth += step)
        try_once(form, fresh, call, nth);
    if (count.findings || count.tries)
        printf("%s %s daemon %s %s, %s: %ld calls, %ld failed, %ld findings: %ld right, "
               "%ld apologies, %ld refused, %ld closed, %ld ended in a handshake\n",
               count.findings ? "FAIL" : "ok  ", backend, forms[form].name, fresh ? "new" : "kept",
               fault_call_name(call), calls[call], count.tries, count.findings, o[RIGHT],
               o[APOLOGY], o[REFUSED], o[CLOSED], count.ended);
    (void)fflush(stdout);
}

/* Also adds to the numbers of what passed and failed. */
static void try_all(char **argv, enum form form, bool fresh, long *passed, long *failed)
{
    const char *backend = argv[1], *word = argv[3];
    bool counted = false;
    char name[100];

    for (int call = 0; call < FAULT_CALLS; call++) {
        (void)snprintf(name, sizeof name, "%s %s, %s", forms[form].name, fresh ? "new" : "kept",
                       fault_call_name((enum fault_call)call));
        if (word && !strstr(name, word))
            continue;
        if (!counted)
            *failed += count_calls(form, fresh);
        counted = true;
        try_call(backend, form, fresh, (enum fault_call)call, strtol(argv[2], NULL, 10));
        *passed += count.tries - count.findings;
        *failed += count.findings;
    }
}

/* ---- the world ---- */

static void map_plan(void)
{
    int fd;

    (void)snprintf(plan_path, sizeof plan_path, "%s/plan", world.dir);
    fd = open(plan_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && ftruncate(fd, sizeof *plan) == 0);
    plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    CHECK(plan != MAP_FAILED);
    (void)close(fd);
    (void)fault_disarm(plan);
}

int main(int argc, char **argv)
{
    struct backend_sets sets = { .count = 0 };
    long passed = 0, failed = 0;

    if (argc < 3) {
        fprintf(stderr, "usage: daemon BACKEND MOST [WORD]\n");
        return 2;
    }
    world_start_sim(&world);
    map_plan();
    backend_start(argv[1], &sets);
    for (size_t i = 0; i < sets.count; i++)
        world.sets[i] = sets.list[i];
    world.before_exec = preload;
    world_start_daemon(&world);
    for (int form = 0; form < FORMS; form++)
        for (int fresh = 0; fresh <= 1; fresh++)
            try_all(argv, (enum form)form, fresh, &passed, &failed);
    CHECK_INT(world_stop_daemon(&world), 0);
    backend_stop(&sets);
    world_stop(&world);
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed > 0;
}
