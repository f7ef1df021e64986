/* SPDX-License-Identifier: Apache-2.0 */
/* tests/failing/skill.c -- the n-th call of malloc, open, read, write, connect, fsync, poll fails,
 * for every n of a request's path.
 *
 *     skill BACKEND MOST [WORD [FIRST]]     BACKEND: memory, sqlite or dynamodb; with "+redis" too
 *
 * Tries at most MOST values of n for each request and call, evenly spread, or each one from FIRST
 * on. WORD selects: "weather, malloc". What must hold:
 *   - the right answer, part of it, an apology, or a refusal; never a wrong answer or a crash
 *   - no answer says that something does not exist when it only could not be read
 *   - what is changed is either as before or as asked, and it is never said to be saved when it is
 *     not, or not saved when it is
 *   - the next request is served
 *   - nothing leaks (under AddressSanitizer), and no answer takes longer than seven seconds
 *
 * Each try has its own services; a process of its own tries until something breaks. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#define _XOPEN_SOURCE 700
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness/world.h"
#include "tests/failing/backend.h"
#include "tests/failing/fault.h"
#include "tests/failing/trial.h"
#include "tests/test.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

enum { ANSWER_MS_MAX = 7000, BREAKS_SHOWN = 40, FIRST_NUMBER = 1000, WARM_UPS = 2 };

/* ---- what is asked ---- */

struct scenario {
    const char *name;
    const char *before; /* a request whose answer does not matter, NULL for none */
    const char *request;
    const char *check;         /* a request that tells what is stored, NULL: nothing changes */
    const char *old, *changed; /* what it answers then */
    const char *like, *also;   /* other right answers begin so, NULL for none */
    bool silent;               /* the right answer has no speech */
};

static const struct scenario scenarios[] = {
    { .name = "set_rate",
      .request = "SetRateIntent percent=120",
      .check = "GetSettingIntent setting=rate",
      .old = "100 percent",
      .changed = "120 percent" },
    { .name = "add_metric",
      .before = "RemCustomIntent metric=wind",
      .request = "AddCustomIntent metric=wind",
      .check = "GetCustomIntent",
      .old = "relative humidity",
      .changed = "wind" },
    { .name = "get_setting",
      .before = "SetPitchIntent percent=90",
      .request = "GetSettingIntent setting=settings" },
    { .name = "set_location",
      .request = "SetLocationIntent location='boulder colorado'",
      .check = "GetSettingIntent setting=location",
      .old = "",
      .changed = "Boulder" },
    { .name = "weather", /* the next station may have a report when the nearest one has none */
      .request = "MetricIntent metric=weather location='boulder colorado'",
      .like = "It's " },
    { .name = "weather_warm",
      .before = "MetricIntent metric=weather location='boulder colorado'",
      .request = "MetricIntent metric=weather location='boulder colorado'",
      .like = "It's " },
    { .name = "metric",
      .before = "SetLocationIntent location='boulder colorado'",
      .request = "MetricIntent metric=humidity",
      .like = "The relative humidity is " },
    { .name = "forecast",
      .request = "MetricIntent metric=forecast when_any=tomorrow location='boulder colorado'" },
    { .name = "alerts", .request = "MetricIntent metric=alerts location='boulder colorado'" },
    { .name = "launch",
      .before = "SetLocationIntent location='boulder colorado'",
      .request = "LaunchRequest",
      .like = "Welcome to Clima Cast. It's ",
      /* Without settings it is still a welcome, which must not say that no location is set. */
      .also =
          "Welcome to Clima Cast. I have the weather for anywhere in the United States. You can "
          "ask, what's the weather in Seattle, Washington, or, what's the forecast for tomorrow "
          "in Boulder, Colorado. What would" },
    { .name = "disabled",
      .before = "SetRateIntent percent=120",
      .request = "AlexaSkillEvent.SkillDisabled",
      .check = "GetSettingIntent setting=rate",
      .old = "120 percent",
      .changed = "100 percent",
      .silent = true },
};
enum { SCENARIOS = sizeof scenarios / sizeof scenarios[0] };

/* ---- how it went ---- */

enum outcome { RIGHT, PART, APOLOGY, REFUSED, OUTCOMES };

/* Of one call. */
struct tally {
    long calls; /* in one request */
    long tries, findings;
    long outcomes[OUTCOMES];
};

/* In memory that the processes share. */
struct progress {
    int call; /* the try that is under way, and its number */
    long nth, number;
    struct tally tallies[FAULT_CALLS];
    char broken[2000]; /* what was wrong, "" while nothing is */
    char right[9000];  /* the answer without faults */
};

static struct progress *progress;

/* Which values of n are tried. */
struct range {
    long most, first; /* first 0: evenly spread */
    bool calls[FAULT_CALLS];
};

static void broken(const char *what, const char *speech)
{
    if (!progress->broken[0])
        (void)snprintf(progress->broken, sizeof progress->broken, "%s: \"%.1500s\"", what, speech);
}

/* Is every sentence of `speech` in `right`? */
static bool is_part(const char *speech, const char *right)
{
    struct str rest = str_of(speech), sentence;

    while (str_split(&rest, '.', &sentence))
        if (str_find(str_of(right), str_trim(sentence)) == strlen(right) && str_trim(sentence).n)
            return false;
    return true;
}

static bool is_apology(const char *speech)
{
    return str_starts(str_of(speech), STR("Sorry, ")) ||
           str_starts(str_of(speech), STR("I can't look up your settings right now."));
}

static bool begins(const char *speech, const char *with)
{
    return with && str_starts(str_of(speech), str_of(with));
}

static enum outcome judge(const struct scenario *s, const struct trial_answer *a)
{
    if (a->ms > ANSWER_MS_MAX)
        broken("slow", a->speech);
    if (a->status == 503 || a->status == 400)
        return REFUSED;
    if (a->status != 200)
        broken("neither an answer nor a refusal", a->speech);
    if (!a->speech[0] && !s->silent)
        broken("an answer without speech", a->speech);
    if (!a->speech[0])
        return RIGHT;
    if (strcmp(a->speech, progress->right) == 0)
        return RIGHT;
    if (is_apology(a->speech))
        return APOLOGY;
    if (!is_part(a->speech, progress->right) && !begins(a->speech, s->like) &&
        !begins(a->speech, s->also))
        broken("wrong answer", a->speech);
    return PART;
}

/* ---- one try ---- */

static void open_trial(struct trial *t)
{
    struct err err = ERR_NONE;

    if (trial_open(t, &err) != ST_OK) {
        fprintf(stderr, "cannot start: %s\n", err.text);
        abort();
    }
}

static void ask(struct trial *t, const char *words, struct trial_answer *a)
{
    struct buf body = BUF_INIT(0);
    struct pipeline_exchange x;

    trial_make_request(t, words, &body);
    trial_send(t, buf_str(&body), &x, &a->ms);
    trial_read_answer(t, &x, a);
    buf_free(&body);
}

/* Asks with the n-th call failing. Returns whether there was an n-th one. */
static bool ask_failing(struct trial *t, const char *words, enum fault_call call, long nth,
                        struct trial_answer *a)
{
    struct fault_plan *plan = fault_plan_own();
    struct buf body = BUF_INIT(0);
    struct pipeline_exchange x;
    bool happened;

    trial_make_request(t, words, &body);
    fault_arm(plan, call, nth);
    trial_send(t, buf_str(&body), &x, &a->ms);
    happened = fault_disarm(plan);
    for (int i = 0; nth == 0 && i < FAULT_CALLS; i++)
        progress->tallies[i].calls = atomic_load(&plan->seen[i]);
    trial_read_answer(t, &x, a);
    buf_free(&body);
    return happened;
}

/* Tells what is stored now, from the store itself if the one in use is away for a moment. */
static void ask_state(struct trial *t, const struct scenario *s, struct trial_answer *a)
{
    ask(t, s->check, a);
    if (is_apology(a->speech)) {
        trial_close(t);
        open_trial(t);
        ask(t, s->check, a);
    }
}

static void check_state(struct trial *t, const struct scenario *s, enum outcome outcome,
                        const char *said)
{
    static struct trial_answer a;
    bool old, changed;

    ask_state(t, s, &a);
    changed = strstr(a.speech, s->changed);
    old = strstr(a.speech, s->old) && !changed;
    if (!old && !changed)
        broken("half-written", a.speech);
    if (outcome == RIGHT && !changed)
        broken("said to be changed, but is not", a.speech);
    if (strstr(said, "nothing has changed") && changed)
        broken("said to be as before, but is not", a.speech);
}

/* The answer to the next request, if it changes nothing, is as good as the first. */
static void check_next(struct trial *t, const struct scenario *s)
{
    static struct trial_answer a;

    ask(t, s->request, &a);
    if (judge(s, &a) == REFUSED)
        broken("the next request is refused", a.speech);
}

static void check_leaks(void)
{
#if defined(__SANITIZE_ADDRESS__)
    if (__lsan_do_recoverable_leak_check())
        broken("leak", "see above");
#endif
}

/* nth 0: without a fault, to learn the right answer. Returns whether the fault has happened. */
static bool try_once(const struct scenario *s, enum fault_call call, const char *const *sets,
                     long nth)
{
    struct trial t = { .sets = sets, .number = progress->number };
    static struct trial_answer a;
    enum outcome outcome;
    bool happened;

    open_trial(&t);
    trial_forget_places(&t);
    if (s->before)
        ask(&t, s->before, &a);
    happened = ask_failing(&t, s->request, call, nth, &a);
    if (nth == 0)
        memcpy(progress->right, a.speech, sizeof progress->right);
    outcome = judge(s, &a);
    if (nth > 0 && happened) {
        progress->tallies[call].tries++;
        progress->tallies[call].outcomes[outcome]++;
    }
    if (s->check)
        check_state(&t, s, outcome, a.speech);
    else if (nth > 0)
        check_next(&t, s);
    trial_close(&t);
    return happened;
}

/* ---- all tries of one request ---- */

/* Of progress->call, from progress->nth on, until something breaks. */
static void try_call(const struct scenario *s, const char *const *sets, const struct range *range)
{
    long end = range->first ? range->first + range->most : LONG_MAX;
    long calls = progress->tallies[progress->call].calls;
    long step = range->first || calls <= range->most ? 1 : calls / range->most + 1;
    bool happened = true;

    while (happened && !progress->broken[0] && progress->nth < end) {
        progress->number++;
        happened = try_once(s, (enum fault_call)progress->call, sets, progress->nth);
        check_leaks();
        if (!progress->broken[0])
            progress->nth += step;
    }
}

static void next_call(const struct range *range)
{
    progress->call++;
    progress->nth = range->first ? range->first : 1;
}

/* In a process of its own: from progress->call and progress->nth on, until something breaks. */
static void run_tries(const struct scenario *s, const char *const *sets, const struct range *range)
{
    for (int i = 0; i < WARM_UPS && !progress->broken[0]; i++) {
        progress->number++;
        (void)try_once(s, FAULT_MALLOC, sets, 0);
    }
    check_leaks();
    while (!progress->broken[0] && progress->call < FAULT_CALLS) {
        if (range->calls[progress->call])
            try_call(s, sets, range);
        if (!progress->broken[0])
            next_call(range);
    }
    _exit(0);
}

static void tell(const char *backend, const struct scenario *s)
{
    for (int call = 0; call < FAULT_CALLS; call++) {
        const struct tally *t = &progress->tallies[call];
        const long *o = t->outcomes;
        if (t->findings || t->tries)
            printf("%s %s %s, %s: %ld calls, %ld failed, %ld findings: %ld right, %ld in part, "
                   "%ld apologies, %ld refused\n",
                   t->findings ? "FAIL" : "ok  ", backend, s->name,
                   fault_call_name((enum fault_call)call), t->calls, t->tries, t->findings,
                   o[RIGHT], o[PART], o[APOLOGY], o[REFUSED]);
    }
    (void)fflush(stdout);
}

static void record_finding(const char *backend, const struct scenario *s, const struct range *range)
{
    printf("     %s %s, %s %ld: %s\n", backend, s->name,
           fault_call_name((enum fault_call)progress->call), progress->nth, progress->broken);
    progress->broken[0] = '\0';
    progress->nth++;
    if (++progress->tallies[progress->call].findings >= BREAKS_SHOWN)
        next_call(range);
}

static void try_all(const char *backend, const struct scenario *s, const char *const *sets,
                    const struct range *range)
{
    long number = progress->number;

    memset(progress, 0, sizeof *progress);
    progress->number = number;
    progress->call = -1;
    next_call(range);
    while (progress->call < FAULT_CALLS) {
        int status = 0;
        pid_t pid = fork();
        if (pid == 0)
            run_tries(s, sets, range);
        (void)waitpid(pid, &status, 0);
        if (WIFSIGNALED(status) || WEXITSTATUS(status) != 0)
            broken("crash", strsignal(WIFSIGNALED(status) ? WTERMSIG(status) : SIGABRT));
        if (progress->broken[0])
            record_finding(backend, s, range);
    }
    tell(backend, s);
}

/* Which calls of a request does the word select? Returns whether any. */
static bool select_calls(const struct scenario *s, const char *word, struct range *range)
{
    bool any = false;
    char name[100];

    for (int call = 0; call < FAULT_CALLS; call++) {
        (void)snprintf(name, sizeof name, "%s, %s", s->name,
                       fault_call_name((enum fault_call)call));
        range->calls[call] = !word || strstr(name, word);
        any = any || range->calls[call];
    }
    return any;
}

int main(int argc, char **argv)
{
    struct backend_sets sets = { .count = 0 };
    long passed = 0, failed = 0;
    struct range range = { .first = argc > 4 ? strtol(argv[4], NULL, 10) : 0 };

    if (argc < 3) {
        fprintf(stderr, "usage: skill BACKEND MOST [WORD [FIRST]]\n");
        return 2;
    }
    range.most = strtol(argv[2], NULL, 10);
    progress =
        mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(progress != MAP_FAILED);
    progress->number = FIRST_NUMBER;
    world_start_sim(&world);
    backend_start(argv[1], &sets);
    backend_set(&sets, "weather.base_url=http://127.0.0.1:%d", world.sim_port);
    backend_set(&sets, "weather.now=%s", WORLD_NOW);
    backend_set(&sets, "alexa.verify=no");
    for (size_t i = 0; i < SCENARIOS; i++) {
        if (!select_calls(&scenarios[i], argc > 3 ? argv[3] : NULL, &range))
            continue;
        try_all(argv[1], &scenarios[i], (const char *const *)sets.list, &range);
        for (int call = 0; call < FAULT_CALLS; call++) {
            passed += progress->tallies[call].tries - progress->tallies[call].findings;
            failed += progress->tallies[call].findings;
        }
    }
    backend_stop(&sets);
    world_stop(&world);
    (void)munmap(progress, sizeof *progress);
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed > 0;
}
