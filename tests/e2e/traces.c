/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/traces.c -- after "delete my data" and after SkillDisabled the user's ids are nowhere:
 * not in the database or its write-ahead log, not in Redis, not in the daemon's log, not in its
 * memory, and no answer knows them. TRACES_VERBOSE prints what is found. */
#define _GNU_SOURCE 1 /* for memmem() */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/pushed.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"

/* These words are in the user's id, the person's id and the name of a place. */
#define MARK_USER "TRACEDUSER7Q"
#define MARK_PERSON "TRACEDPERSON7Q"
#define MARK_PLACE "tracedplace"
#define USER "amzn1.ask.account." MARK_USER
#define PERSON "amzn1.ask.person." MARK_PERSON

static const char *const marks[] = { MARK_USER, MARK_PERSON, MARK_PLACE };
enum { MARKS = sizeof marks / sizeof marks[0] };

static struct redis_server redis;

/* ---- a household that says what it likes ---- */

static struct client_response send_as(json_t *e, bool person)
{
    struct client_response a;

    if (person)
        envelope_set(e, "context.System.person.personId", json_string(PERSON));
    a = client_post(&world, e, NULL);
    json_decref(e);
    CHECK_INT(a.status, 200);
    return a;
}

static void ask(json_t *e, bool person, const char *want)
{
    struct client_response a = send_as(e, person);

    speech_check_says(&a, want);
    client_response_done(&a);
}

static void leave_traces(void)
{
    ask(envelope_intent(USER, "SetLocationIntent", "location", "boulder colorado", NULL), false,
        "Your location is now");
    ask(envelope_intent(USER, "SavePlaceIntent", "favorite", MARK_PLACE, "location", "moab utah",
                        NULL),
        false, "I've saved");
    ask(envelope_intent(USER, "SetRateIntent", "percent", "110", NULL), true, "110");
    ask(envelope_intent(USER, "SavePlaceIntent", "favorite", MARK_PLACE " two", "location",
                        "denver colorado", NULL),
        true, "I've saved");
    ask(envelope_intent(USER, "MetricIntent", "metric", "temperature", "favorite", MARK_PLACE,
                        NULL),
        true, "Moab");
    ask(envelope_intent(USER, "SetAlertsIntent", "level", "all", NULL), false,
        "once you allow notifications");
    ask(envelope_intent(USER, "QuietHoursIntent", "time", "23:00", NULL), false, "11 P.M.");
    ask(envelope_intent(USER, "MyDataIntent", NULL), true, MARK_PLACE);
    ask(envelope_intent(USER, "MyDataIntent", NULL), true, "all alerts");
}

static void delete_by_voice(void)
{
    struct client_response a = send_as(envelope_intent(USER, "DeleteDataIntent", NULL), true);
    json_t *yes = envelope_intent(USER, "AMAZON.YesIntent", NULL);

    speech_check_says(&a, "Do you want to delete all of it?");
    envelope_continue_session(yes, a.json);
    client_response_done(&a);
    ask(yes, true, "I've deleted everything");
}

/* ---- where traces may be ---- */

static bool is_verbose(void)
{
    return getenv("TRACES_VERBOSE");
}

static void show(const char *where, const char *at, const char *begin, const char *end)
{
    const char *from = at - begin > 60 ? at - 60 : begin, *to = end - at > 80 ? at + 80 : end;

    print_message("    %.60s: ", where);
    for (; from < to; from++)
        print_message("%c", *from >= ' ' && *from <= '~' ? *from : '.');
    print_message("\n");
}

static int count_in_buffer(const char *buffer, size_t n, const char *where)
{
    int found = 0;

    for (size_t i = 0; i < MARKS; i++) {
        const char *at = buffer, *end = buffer + n;
        while ((at = memmem(at, (size_t)(end - at), marks[i], strlen(marks[i])))) {
            if (is_verbose())
                show(where, at, buffer, end);
            found++;
            at++;
        }
    }
    return found;
}

/* Counts the places between two offsets that hold a mark; those on a seam may count twice. */
static int count_in_part(FILE *f, long begin, long end, const char *where)
{
    enum { OVERLAP = 64 };
    static char buffer[1 << 20];
    size_t kept = 0, n = 1;
    int found = 0;

    if (fseek(f, begin, SEEK_SET) != 0)
        return 0;
    while (begin < end && n > 0) {
        size_t want = sizeof buffer - kept, have;
        if ((long)want > end - begin)
            want = (size_t)(end - begin);
        n = fread(buffer + kept, 1, want, f);
        have = kept + n;
        found += count_in_buffer(buffer, have, where);
        begin += (long)n;
        kept = have > OVERLAP ? OVERLAP : have;
        memmove(buffer, buffer + have - kept, kept);
    }
    return found;
}

static int count_in_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    int found;

    if (!f)
        return 0;
    found = count_in_part(f, 0, LONG_MAX, path);
    (void)fclose(f);
    return found;
}

/* All of the world's files but what the test itself wrote: the database, its log, the daemon's
 * log. */
static int count_in_files(void)
{
    static const char *const names[] = { "climacast.db", "climacast.db-wal", "climacast.db-shm" };
    char path[400];
    int found = count_in_file(world.log);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", world.dir, names[i]);
        found += count_in_file(path);
    }
    return found;
}

/* In what the process may write: its heaps, its stacks, its data. */
static int count_in_memory(void)
{
    char path[60], line[300];
    FILE *maps, *memory;
    unsigned long begin, end;
    int found = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)world.daemon);
    maps = fopen(path, "r");
    (void)snprintf(path, sizeof path, "/proc/%d/mem", (int)world.daemon);
    memory = fopen(path, "rb");
    CHECK(maps && memory);
    (void)setvbuf(memory, NULL, _IONBF, 0); /* reads nothing beyond a part's end */
    while (fgets(line, sizeof line, maps)) {
        char rights[5] = "";
        if (sscanf(line, "%lx-%lx %4s", &begin, &end, rights) != 3 || rights[1] != 'w' ||
            strstr(line, "[vvar"))
            continue;
        found += count_in_part(memory, (long)begin, (long)end, line);
    }
    (void)fclose(maps);
    (void)fclose(memory);
    return found;
}

static int count_in_redis(void)
{
    char out[200], path[FOLDER_SIZE + 20];

    (void)REDIS_RUN(redis.unix_url, out, "CONFIG", "SET", "rdbcompression", "no");
    (void)REDIS_RUN(redis.unix_url, out, "SAVE");
    (void)snprintf(path, sizeof path, "%s/dump.rdb", redis.folder);
    CHECK(access(path, R_OK) == 0);
    return count_in_file(path);
}

/* A sanitizer keeps what is freed, and has terabytes of memory. */
static bool can_search_memory(void)
{
    const char *mode = getenv("MODE");

    return !mode || (strcmp(mode, "asan") != 0 && strcmp(mode, "tsan") != 0);
}

/* TLS keeps the last answers of a connection until that ends, which the daemon sees later. */
static void check_memory(void)
{
    int64_t deadline = clock_mono_ms() + 10000;
    int found;

    client_thread_done();
    while ((found = count_in_memory()) > 0 && clock_left_ms(deadline) > 0)
        clock_sleep_ms(100);
    CHECK_INT(found, 0);
}

static void check_no_traces(void)
{
    CHECK_INT(count_in_files(), 0);
    CHECK_INT(count_in_redis(), 0);
    if (can_search_memory())
        check_memory();
}

/* ---- tests ---- */

TEST(deleting_by_voice_leaves_no_trace)
{
    leave_traces();
    CHECK(count_in_files() > 0); /* so the search finds them */
    CHECK(!can_search_memory() || count_in_memory() > 0);
    delete_by_voice();
    check_no_traces();
}

TEST(disabling_the_skill_leaves_no_trace)
{
    struct client_response a;

    leave_traces();
    CHECK(count_in_files() > 0);
    a = send_as(envelope_of_type(USER, "AlexaSkillEvent.SkillDisabled"), false);
    client_response_done(&a);
    check_no_traces();
}

TEST(a_restarted_daemon_remembers_nothing)
{
    leave_traces();
    delete_by_voice();
    world_restart_daemon(&world);
    ask(envelope_intent(USER, "MyDataIntent", NULL), true, "I don't keep anything about you");
    ask(envelope_intent(USER, "GetSettingIntent", "setting", "rate", NULL), true, "100 percent");
    check_no_traces();
}

static int set_up(void **state)
{
    static char url[400], secret[600], path[400];

    redis_server_start(&redis, NULL);
    (void)snprintf(path, sizeof path, "%s/secret", redis.folder);
    pushed_write_secret(path, "secret\n", 0600);
    (void)snprintf(url, sizeof url, "redis.url=%s", redis.unix_url);
    (void)snprintf(secret, sizeof secret, "alerts.client_secret_file=%s", path);
    world.sets[0] = url;
    world.sets[1] = "alerts.enabled=yes";
    world.sets[2] = "alerts.client_id=client";
    world.sets[3] = secret;
    return world_setup(state);
}

static int tear_down(void **state)
{
    int failed = world_teardown(state);

    redis_server_stop(&redis);
    return failed;
}

TESTS_WITH(set_up, tear_down, deleting_by_voice_leaves_no_trace,
           disabling_the_skill_leaves_no_trace, a_restarted_daemon_remembers_nothing)
