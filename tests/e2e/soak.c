/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/soak.c -- many requests, users and places while everything around the daemon is
 * disturbed in turn.
 *
 * Every answer is a 200, and is compared with the one given before the load began. While something
 * is being disturbed, and for the seconds that the daemon may take to notice that it is over, an
 * answer may differ, but it must admit what it lacks, and have no number that was not told before
 * but for the age of a document: the simulated weather stands still. Memory, descriptors and
 * threads must not grow after the first fifth. Prints a table of them.
 *
 *   SOAK_REQUESTS=1000000   number of requests (default 12000), by SOAK_CLIENTS=8 clients */
#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/load_client.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"

enum {
    USERS = 2000,
    PLACES = 300,
    KINDS = 8,
    SAMPLES = 10,
    DISTURBED_MS = 800,
    RECOVERY_MS = 30000, /* a breaker that opened may wait this long between probes */
    CALM_MS = 700,
    PAUSE_MS = 5, /* between requests of the short form, which leaves time to other tests */
    /* Growth that is noise: pages the allocator keeps, connections about to be closed. */
    RSS_SLACK_KB = 4096,
    DESCRIPTORS_SLACK = 24,
    THREADS_SLACK = 4,
};

static struct redis_server redis;
static char zips[PLACES][6];
static char *calm[KINDS][PLACES]; /* the speech before the load */

/* An answer to a request sent since then must be as before; INT64_MAX while it need not be. */
static _Atomic int64_t strict_since_ms = INT64_MAX;

static atomic_bool told_difference;
static atomic_long same_answers, excused_answers;

/* ---- requests ---- */

static json_t *request_of(size_t kind, size_t place, const char *user)
{
    switch (kind) {
    case 0:
        return envelope_launch(user);
    case 1:
        return envelope_intent(user, "SetRateIntent", "percent", "110", NULL);
    case 2:
        return envelope_intent(user, "MetricIntent", "metric", "forecast", "when_abs", "tomorrow",
                               "zipcode", zips[place], NULL);
    case 3:
        return envelope_intent(user, "MetricIntent", "metric", "alerts", "zipcode", zips[place],
                               NULL);
    case 4:
        return envelope_intent(user, "MetricIntent", "metric", "rain", "leadin", "will it",
                               "when_abs", "tonight", "zipcode", zips[place], NULL);
    default:
        return envelope_intent(user, "MetricIntent", "metric", "temperature", "zipcode",
                               zips[place], NULL);
    }
}

static json_t *numbered_request(size_t number)
{
    char user[40];

    if (!getenv("SOAK_REQUESTS"))
        clock_sleep_ms(PAUSE_MS);
    snprintf(user, sizeof user, "user-soak-%zu", number % USERS);
    return request_of(number % KINDS, number / KINDS % PLACES, user);
}

static char *speech_of(const char *body)
{
    json_t *root = json_loads(body, 0, NULL);
    const char *ssml = json_string_value(json_object_get(
        json_object_get(json_object_get(root, "response"), "outputSpeech"), "ssml"));
    char *text = client_ssml_to_text(ssml ? ssml : "");

    json_decref(root);
    return text;
}

static bool has_number(const char *text, const char *digits, size_t n)
{
    for (size_t run; *text; text += run ? run : 1) {
        run = strspn(text, "0123456789");
        if (run == n && strncmp(text, digits, n) == 0)
            return true;
    }
    return false;
}

static bool is_age(const char *after_number)
{
    return strncmp(after_number, " minute", 7) == 0 || strncmp(after_number, " hour", 5) == 0;
}

/* But for the age of a document. */
static bool tells_only_known_numbers(const char *speech, const char *before)
{
    for (size_t run; *speech; speech += run ? run : 1) {
        run = strspn(speech, "0123456789");
        if (run > 0 && !is_age(speech + run) && !has_number(before, speech, run))
            return false;
    }
    return true;
}

static bool admits_a_lack(const char *speech)
{
    return strstr(speech, "can't ") || strstr(speech, "couldn't ") ||
           strstr(speech, "don't know") || strstr(speech, "not sure");
}

static bool is_right(size_t number, int64_t sent_ms, const char *body)
{
    char *speech = speech_of(body);
    const char *before = calm[number % KINDS][number / KINDS % PLACES];
    bool same = strcmp(speech, before) == 0;
    bool right = same || (sent_ms <= atomic_load(&strict_since_ms) && admits_a_lack(speech) &&
                          tells_only_known_numbers(speech, before));

    atomic_fetch_add(same ? &same_answers : &excused_answers, 1);
    if (!right && !atomic_exchange(&told_difference, true))
        print_message("request %zu, before: %s\nnow: %s\n", number, before, speech);
    free(speech);
    return right;
}

/* ---- the answers before the load ---- */

static struct client_response ask_once(size_t kind, size_t place)
{
    json_t *envelope = request_of(kind, place, "user-soak-calm");
    struct client_response r = client_post(&world, envelope, NULL);

    json_decref(envelope);
    return r;
}

/* ZIP codes that the skill knows; in the calm, so each answer must be about the weather. */
static void find_places(void)
{
    size_t count = 0;

    for (int zip = 10001; count < PLACES && zip < 99950; zip += 101) {
        snprintf(zips[count], sizeof zips[count], "%05d", zip);
        struct client_response r = ask_once(5, count);
        count += !!strstr(r.speech, " degrees");
        client_response_done(&r);
    }
    CHECK_INT(count, PLACES);
}

static void record_calm_answers(void)
{
    for (size_t kind = 0; kind < KINDS; kind++) {
        for (size_t place = 0; place < PLACES; place++) {
            struct client_response r = ask_once(kind, place);
            CHECK_INT(r.status, 200);
            speech_check_valid(&r);
            calm[kind][place] = strdup(r.speech);
            client_response_done(&r);
        }
    }
}

/* ---- disturbances ---- */

static void reload_configuration(void)
{
    kill(world.daemon, SIGHUP);
}

static void restart_redis(void)
{
    redis_server_kill(&redis);
    clock_sleep_ms(DISTURBED_MS);
    redis_server_run(&redis);
}

static void lock_store(void)
{
    char path[300];
    sqlite3 *db;

    snprintf(path, sizeof path, "%s/climacast.db", world.dir);
    CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    CHECK_INT(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    clock_sleep_ms(DISTURBED_MS);
    CHECK_INT(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void fail_upstream(const char *fault)
{
    sim_add_fault(&world, fault);
    clock_sleep_ms(DISTURBED_MS);
    sim_clear_faults(&world);
}

static void break_upstream(void)
{
    fail_upstream("{\"match\":\"/\",\"kind\":\"status\",\"status\":503}");
}

static void hang_upstream(void)
{
    fail_upstream("{\"match\":\"/\",\"kind\":\"delay\",\"ms\":9000}");
}

static void truncate_upstream(void)
{
    fail_upstream("{\"match\":\"/\",\"kind\":\"truncate\"}");
}

/* The pair is written again, as after a renewal: first the key, then the certificate. */
static void renew_certificate(void)
{
    char command[2000];

    snprintf(command, sizeof command,
             "for f in key pem; do cp '%s'/localhost.$f '%s'/new && mv '%s'/new '%s'/tls.$f; done",
             world.certs, world.dir, world.dir, world.dir);
    CHECK_INT(system(command), 0);
}

/* `settle_ms`: until a failure is no longer remembered, and a circuit breaker has probed. */
static const struct disturbance {
    const char *name;
    void (*disturb)(void);
    int settle_ms;
} disturbances[] = {
    { "reload", reload_configuration, 300 },
    { "Redis restarted", restart_redis, 3000 },
    { "store locked", lock_store, 5000 },
    { "upstream: 503", break_upstream, 11000 },
    { "upstream hangs", hang_upstream, 11000 },
    { "upstream: truncated", truncate_upstream, 11000 },
    { "certificate renewed", renew_certificate, 300 },
};
enum { DISTURBANCES = sizeof disturbances / sizeof disturbances[0] };

static void await_recovery(const char *what)
{
    int64_t deadline = clock_mono_ms() + RECOVERY_MS;

    for (size_t i = 0; i < 2 * KINDS; i++) { /* each kind has its own documents */
        size_t kind = i % KINDS, place = i * 37 % PLACES;
        for (;;) {
            struct client_response r = ask_once(kind, place);
            bool same = r.status == 200 && strcmp(r.speech, calm[kind][place]) == 0;
            if (!same && clock_left_ms(deadline) == 0)
                fail_msg("after \"%s\" it still answers %d \"%s\"", what, r.status, r.speech);
            client_response_done(&r);
            if (same)
                break;
            clock_sleep_ms(50);
        }
    }
}

static void disturb(const struct disturbance *d)
{
    atomic_store(&strict_since_ms, INT64_MAX);
    d->disturb();
    clock_sleep_ms(d->settle_ms);
    await_recovery(d->name);
    atomic_store(&strict_since_ms, clock_mono_ms());
    clock_sleep_ms(CALM_MS);
}

/* ---- what the daemon uses ---- */

struct usage {
    long requests, rss_kb, descriptors, threads;
};

static long status_number(const char *name)
{
    char path[64], line[200];
    long number = -1;

    snprintf(path, sizeof path, "/proc/%d/status", (int)world.daemon);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, name, strlen(name)) == 0)
            number = atol(line + strlen(name));
    if (f)
        fclose(f);
    return number;
}

static struct usage measure(long requests)
{
    struct usage u = { .requests = requests,
                       .rss_kb = status_number("VmRSS:"),
                       .threads = status_number("Threads:") };
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/fd", (int)world.daemon);
    DIR *folder = opendir(path);
    CHECK(folder);
    while (readdir(folder))
        u.descriptors++;
    closedir(folder);
    print_message("| %8ld | %7.1f | %11ld | %7ld |\n", requests, (double)u.rss_kb / 1024,
                  u.descriptors, u.threads);
    return u;
}

static void check_flat(const struct usage *samples)
{
    const char *mode = getenv("MODE");
    bool sanitized = mode && strcmp(mode, "release") != 0; /* memory is the sanitizer's then */
    struct usage start = samples[SAMPLES / 5 - 1];

    for (size_t i = SAMPLES / 5; i < SAMPLES; i++) {
        if (!sanitized)
            CHECK_ROW(i, samples[i].rss_kb <= start.rss_kb + start.rss_kb / 10 + RSS_SLACK_KB);
        CHECK_ROW(i, samples[i].descriptors <= start.descriptors + DESCRIPTORS_SLACK);
        CHECK_ROW(i, samples[i].threads <= start.threads + THREADS_SLACK);
    }
}

static long number_from_environment(const char *name, long otherwise)
{
    const char *value = getenv(name);

    return value && atol(value) > 0 ? atol(value) : otherwise;
}

TEST(answers_stay_right_and_resources_flat_whatever_is_disturbed)
{
    long total = number_from_environment("SOAK_REQUESTS", 12000);
    size_t clients = (size_t)number_from_environment("SOAK_CLIENTS", 8);
    struct usage samples[SAMPLES];
    size_t disturbed = 0;

    find_places();
    record_calm_answers();
    print_message("| requests | RSS MB  | descriptors | threads |\n");
    struct load_client *load =
        load_client_start(&(struct load_client_settings){ .world = &world,
                                                          .persistent = clients - clients / 4,
                                                          .fresh = clients / 4,
                                                          .request = numbered_request,
                                                          .is_right = is_right });
    for (long i = 0; i < SAMPLES; i++) {
        if (disturbed < DISTURBANCES)
            disturb(&disturbances[disturbed++]);
        while (load_client_answered(load) < total / SAMPLES * (i + 1))
            disturb(&disturbances[disturbed++ % DISTURBANCES]);
        samples[i] = measure(load_client_answered(load));
    }
    struct load_client_counts counts = load_client_stop(load);
    if (counts.failed > 0)
        fail_msg("%ld right, %ld wrong: %s", counts.answered, counts.failed, counts.first_failure);
    print_message("%ld answered: %ld as before, %ld admitted a lack; %zu disturbances\n",
                  counts.answered, atomic_load(&same_answers), atomic_load(&excused_answers),
                  disturbed);
    check_flat(samples);
}

/* ---- the fixture ---- */

static int soak_setup(void **state)
{
    static char url[400], certificate[300], key[300];

    (void)state;
    redis_server_start(&redis, NULL);
    snprintf(url, sizeof url, "redis.url=%s", redis.unix_url);
    world = (struct world){ .sets = { url, certificate, key } };
    world_start_sim(&world);
    snprintf(certificate, sizeof certificate, "server.certificate=%.200s/tls.pem", world.dir);
    snprintf(key, sizeof key, "server.private_key=%.200s/tls.key", world.dir);
    renew_certificate();
    world_start_daemon(&world);
    return 0;
}

static int soak_teardown(void **state)
{
    (void)state;
    world_stop(&world);
    redis_server_stop(&redis);
    for (size_t i = 0; i < KINDS * PLACES; i++)
        free(calm[i / PLACES][i % PLACES]);
    return 0;
}

TESTS_WITH(soak_setup, soak_teardown, answers_stay_right_and_resources_flat_whatever_is_disturbed)
