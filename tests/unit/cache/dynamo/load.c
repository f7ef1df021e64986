/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/load.c -- several processes on one table, and processes that are killed.
 *
 * DYNAMO_SCALE=100 runs at full scale: 3 writers of 2,000 entries each in both layouts, 2 times
 * 5,000 changes of one user's settings, 50 kills. */
#include <signal.h>
#include <sys/wait.h>

#include "cache/store.h"
#include "tests/unit/cache/dynamo/dynamo.h"

enum { WRITERS = 3, ENTRIES = 2000, CHANGES = 5000, KILLS_MIN = 6 };

static const enum store_layout layouts[] = { STORE_LAYOUT_ITEM, STORE_LAYOUT_ENTRIES };

static int64_t long_deadline(void)
{
    return clock_mono_ms() + 30000;
}

/* Runs `work` in a new process, which exits with its result. */
static pid_t start_process(int (*work)(const char *table, enum store_layout layout, int number,
                                       int to),
                           const char *table, enum store_layout layout, int number, int to)
{
    pid_t pid = fork();

    CHECK(pid >= 0);
    if (pid == 0) {
        dynamo_http_of_all = NULL;
        _exit(work(table, layout, number, to));
    }
    return pid;
}

static void check_success(pid_t pid)
{
    int status = -1;

    CHECK(waitpid(pid, &status, 0) == pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("a writer ended with status %d", status);
}

/* ---- entries ---- */

static struct entry_name entry_name(char key[24], int number, int i)
{
    static const char *const caches[] = { "LocationCache", "StationCache", "ZoneCache" };
    struct entry_name name = { caches[i % 3], { key, 0 } };

    name.key.n = (size_t)snprintf(key, 24, "W%d_%d", number, i);
    return name;
}

static int write_entries(const char *table, enum store_layout layout, int number, int to)
{
    struct store *s = dynamo_open(table, layout);
    int failures = 0;
    char key[24];

    (void)to;

    for (int i = 0; i < dynamo_scaled(ENTRIES); i++) {
        json_t *entry = json_pack("{s:i}", "n", i);
        struct err err = ERR_NONE;
        if (store_put_entry(s, entry_name(key, number, i), entry, 4000000000 + i, long_deadline(),
                            &err) != ST_OK) {
            failures++;
            (void)fprintf(stderr, "%s: %s\n", key, err.text);
        }
        json_decref(entry);
    }
    store_free(s);
    return failures > 0;
}

static void check_entries(struct store *s)
{
    const int each = dynamo_scaled(ENTRIES);
    char key[24];
    int64_t ttl, count, sum = 0;
    json_t *got;

    for (int w = 0; w < WRITERS; w++)
        for (int i = 0; i < each; i++) {
            struct entry_name name = entry_name(key, w, i);
            got = NULL;
            if (store_get_entry(s, name, 0, long_deadline(), &got, &ttl, NULL) != ST_OK)
                fail_msg("%s is lost", key);
            CHECK_INT(json_integer_value(json_object_get(got, "n")), i);
            CHECK_INT(ttl, 4000000000 + i);
            json_decref(got);
        }
    for (int i = 0; i < 3; i++) {
        CHECK_INT(
            store_count_entries(s, entry_name(key, 0, i).cache, long_deadline(), &count, NULL),
            ST_OK);
        sum += count;
    }
    CHECK_INT(sum, WRITERS * each);
}

TEST(processes_that_write_different_entries_lose_none)
{
    for (size_t l = 0; l < 2; l++) {
        char table[DYNAMO_TABLE_SIZE];
        struct store *s = dynamo_create_store(table, layouts[l]);
        pid_t pids[WRITERS];
        for (int w = 0; w < WRITERS; w++)
            pids[w] = start_process(write_entries, table, layouts[l], w, -1);
        for (int w = 0; w < WRITERS; w++)
            check_success(pids[w]);
        check_entries(s);
        store_free(s);
    }
}

/* ---- settings ---- */

static enum status set(struct store *s, const char *setting, int value, int64_t deadline)
{
    const char *const path[] = { "UserCache", "u", setting, NULL };
    struct store_change change = { path, json_integer(value) };
    enum status st = store_update(s, STR("u"), &change, 1, deadline, NULL);

    json_decref(change.value);
    return st;
}

static int get(struct store *s, const char *setting)
{
    json_t *got = NULL;
    int64_t value = -1;
    char path[64];

    (void)snprintf(path, sizeof path, "UserCache.u.%s", setting);
    if (store_get(s, STR("u"), long_deadline(), &got, NULL, NULL) == ST_OK)
        (void)json_int(got, path, &value);
    json_decref(got);
    return (int)value;
}

static int change_setting(const char *table, enum store_layout layout, int number, int to)
{
    struct store *s = dynamo_open(table, layout);
    const char *setting = number ? "pitch" : "rate";
    int failures = 0;

    (void)to;

    for (int i = 1; i <= dynamo_scaled(CHANGES); i++) {
        failures += set(s, setting, i, long_deadline()) != ST_OK;
        if (i % 10 == 0)
            failures += get(s, setting) != i;
    }
    store_free(s);
    return failures > 0;
}

TEST(two_devices_of_one_user_lose_no_setting)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);
    pid_t one = start_process(change_setting, table, STORE_LAYOUT_ITEM, 0, -1);
    pid_t two = start_process(change_setting, table, STORE_LAYOUT_ITEM, 1, -1);

    check_success(one);
    check_success(two);
    CHECK_INT(get(s, "rate"), dynamo_scaled(CHANGES));
    CHECK_INT(get(s, "pitch"), dynamo_scaled(CHANGES));
    store_free(s);
}

/* ---- kill ---- */

/* Changes a setting and writes entries until killed; reports each number to `to` once confirmed. */
static int confirm_until_killed(const char *table, enum store_layout layout, int number, int to)
{
    struct store *s = dynamo_open(table, layout);
    char key[24];

    for (int i = 1;; i++) {
        json_t *entry = json_pack("{s:i}", "n", i);
        bool saved = set(s, "rate", i, long_deadline()) == ST_OK &&
                     store_put_entry(s, entry_name(key, number, i), entry, 0, long_deadline(),
                                     NULL) == ST_OK;
        json_decref(entry);
        if (!saved || write(to, &i, sizeof i) != sizeof i)
            return 1;
    }
}

/* Kills the child; returns the last number that it reported. */
static int kill_after(pid_t pid, int from, int ms)
{
    int last = 0, next;

    clock_sleep_ms(ms);
    CHECK(kill(pid, SIGKILL) == 0);
    while (read(from, &next, sizeof next) == sizeof next)
        last = next;
    CHECK(waitpid(pid, NULL, 0) == pid);
    return last;
}

TEST(confirmed_writes_survive_a_kill)
{
    const int kills = dynamo_scaled(5000) / 100 > KILLS_MIN ? dynamo_scaled(5000) / 100 : KILLS_MIN;

    for (size_t l = 0; l < 2; l++) {
        char table[DYNAMO_TABLE_SIZE];
        struct store *s = dynamo_create_store(table, layouts[l]);
        for (int k = 0; k < kills; k++) {
            int ends[2], last, rate;
            char key[24];
            pid_t pid;
            CHECK(pipe(ends) == 0);
            pid = start_process(confirm_until_killed, table, layouts[l], k, ends[1]);
            CHECK(close(ends[1]) == 0);
            last = kill_after(pid, ends[0], 100 + (int)(random_u64() % 400));
            CHECK(close(ends[0]) == 0);
            rate = get(s, "rate");
            if (last > 0 && rate != last && rate != last + 1)
                fail_msg("confirmed %d, found %d", last, rate);
            for (int i = 1; i <= last; i++) {
                json_t *got = NULL;
                int64_t ttl;
                CHECK_INT(
                    store_get_entry(s, entry_name(key, k, i), 0, long_deadline(), &got, &ttl, NULL),
                    ST_OK);
                json_decref(got);
            }
        }
        store_free(s);
    }
}

TESTS(processes_that_write_different_entries_lose_none, two_devices_of_one_user_lose_no_setting,
      confirmed_writes_survive_a_kill)
