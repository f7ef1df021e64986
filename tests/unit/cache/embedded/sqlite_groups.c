/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/embedded/sqlite_groups.c -- entries that are written together to a SQLite file:
 * one commit, faults, and what other writers wait for. */
#define _XOPEN_SOURCE 700
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/embedded/sqlite_pool.h"
#include "cache/shared_writer.h"
#include "cache/store.h"
#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/cache/folder.h"

enum { PATIENCE_MS = 20000, GROUP = 20, MIDDLE = 10 };

static int64_t soon(void)
{
    return clock_mono_ms() + PATIENCE_MS;
}

/* ---- commits ---- */

static atomic_int commits;

static int count_commit(void *data)
{
    (void)data;
    commits++;
    return 0;
}

/* SQLite calls it for each new connection. */
static int watch_connection(sqlite3 *db, char **error, const void *routines)
{
    (void)error, (void)routines;
    (void)sqlite3_commit_hook(db, count_commit, NULL);
    return SQLITE_OK;
}

/* ---- the store ---- */

static char folder[FOLDER_SIZE], path[FILE_SIZE];
static struct store *store;

static int setup(void **state)
{
    struct err err = ERR_NONE;

    (void)state;
    folder_make(folder);
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    CHECK(sqlite3_auto_extension((void (*)(void))watch_connection) == SQLITE_OK);
    if (store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &store, &err) != ST_OK)
        fail_msg("%s", err.text);
    commits = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    store_free(store);
    sqlite3_reset_auto_extension();
    folder_remove(folder);
    return 0;
}

/* Write a group whose middle entry has `bytes` of text. */
static void write_group(struct store_write writes[GROUP], size_t bytes, int64_t deadline)
{
    static char keys[GROUP][8];

    for (int i = 0; i < GROUP; i++) {
        char *text = malloc(bytes + 1);
        size_t n = i == MIDDLE ? bytes : 1;
        CHECK(text);
        memset(text, 'x', n);
        text[n] = '\0';
        (void)snprintf(keys[i], sizeof keys[i], "K%d", i);
        writes[i] = (struct store_write){ .name = { "StationCache", str_of(keys[i]) },
                                          .entry = json_pack("{s:s}", "text", text) };
        free(text);
    }
    store_write_entries(store, writes, GROUP, deadline);
    for (int i = 0; i < GROUP; i++)
        json_decref(writes[i].entry);
}

static int64_t count_entries(void)
{
    int64_t count = -1;

    CHECK_INT(store_count_entries(store, "StationCache", soon(), &count, NULL), ST_OK);
    return count;
}

static enum status set_rate(int64_t value, struct err *err)
{
    static const char *const member[] = { "rate", NULL };
    struct store_change change = { member, json_integer(value) };
    enum status st = store_update(store, STR("u"), &change, 1, soon(), err);

    json_decref(change.value);
    return st;
}

TEST(a_group_is_one_commit)
{
    struct store_write writes[GROUP];

    write_group(writes, 1, soon());
    for (int i = 0; i < GROUP; i++)
        CHECK_ROW(i, writes[i].status == ST_OK);
    CHECK_INT(commits, 1);
    CHECK_INT(count_entries(), GROUP);
}

TEST(one_that_is_too_large_is_rejected_alone)
{
    struct store_write writes[GROUP];

    write_group(writes, 2 << 20, soon());
    for (int i = 0; i < GROUP; i++)
        CHECK_ROW(i, writes[i].status == (i == MIDDLE ? ST_TOO_LARGE : ST_OK));
    CHECK(strstr(writes[MIDDLE].err.text, "larger than"));
    CHECK_INT(count_entries(), GROUP - 1);
}

TEST(a_lock_costs_a_group_no_more_than_the_deadline)
{
    struct store_write writes[GROUP];
    sqlite3 *other = NULL;
    int64_t began = clock_mono_ms();

    CHECK_INT(sqlite3_open(path, &other), SQLITE_OK);
    CHECK_INT(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    write_group(writes, 1, began + 200);
    CHECK(clock_mono_ms() - began < 5000);
    for (int i = 0; i < GROUP; i++)
        CHECK_ROW(i, writes[i].status == ST_TIMEOUT && !strcmp(writes[i].err.reason, "busy"));
    CHECK_INT(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_close(other), SQLITE_OK);
    CHECK_INT(count_entries(), 0);
    write_group(writes, 1, soon());
    CHECK_INT(count_entries(), GROUP);
}

/* The middle one does not fit on the disk, and then all do. In a child process, since a limit of
 * the size of files cannot be restored. */
static int fill_the_disk(void)
{
    const struct rlimit small = { 300000, RLIM_INFINITY }, large = { RLIM_INFINITY, RLIM_INFINITY };
    struct store_write writes[GROUP];
    int64_t count;

    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &small) != 0)
        return 1;
    write_group(writes, 500000, soon());
    if (writes[0].status != ST_OK || writes[MIDDLE - 1].status != ST_OK)
        return 2;
    if (writes[MIDDLE].status != ST_UNAVAILABLE ||
        strcmp(writes[MIDDLE].err.reason, "disk_full") != 0)
        return 3;
    if (writes[MIDDLE + 1].status != ST_WOULD_WAIT)
        return 4;
    if (store_count_entries(store, "StationCache", soon(), &count, NULL) != ST_OK ||
        count != MIDDLE)
        return 5;
    if (set_rate(90, NULL) != ST_OK || setrlimit(RLIMIT_FSIZE, &large) != 0)
        return 6;
    write_group(writes, 500000, soon());
    if (store_count_entries(store, "StationCache", soon(), &count, NULL) != ST_OK || count != GROUP)
        return 7;
    store_free(store);
    return 0;
}

TEST(what_fits_on_a_full_disk_is_written)
{
    int status = 0;
    pid_t child;

    store_free(store); /* SQLite's handles must not be taken into another process */
    store = NULL;
    child = fork();
    if (child == 0)
        _exit(store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &store, NULL) == ST_OK
                  ? fill_the_disk()
                  : 10);
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK_INT(WEXITSTATUS(status), 0);
    CHECK_INT(store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &store, NULL), ST_OK);
}

/* ---- other writers ---- */

struct turn {
    struct sqlite_pool *pool;
    atomic_bool had;
};

static void *take_turn(void *data)
{
    struct turn *turn = data;
    struct sqlite_connection *c = NULL;

    if (sqlite_pool_acquire(turn->pool, true, soon(), &c, NULL) == ST_OK) {
        turn->had = true;
        sqlite_pool_release(turn->pool, c);
    }
    return NULL;
}

static bool has_writers_waiting(struct sqlite_pool *pool)
{
    bool waiting;

    (void)pthread_mutex_lock(&pool->lock);
    waiting = pool->writers_waiting > 0;
    (void)pthread_mutex_unlock(&pool->lock);
    return waiting;
}

TEST(who_writes_again_gives_way_to_those_that_wait)
{
    struct sqlite_pool pool;
    struct sqlite_connection *c = NULL;

    CHECK_INT(sqlite_pool_open(&pool, path, true, NULL), ST_OK);
    for (int round = 0; round < 20; round++) {
        struct turn turn = { .pool = &pool };
        pthread_t thread;
        int64_t end = soon();
        CHECK_INT(sqlite_pool_acquire(&pool, true, soon(), &c, NULL), ST_OK);
        CHECK(pthread_create(&thread, NULL, take_turn, &turn) == 0);
        while (!has_writers_waiting(&pool) && clock_left_ms(end) > 0)
            clock_sleep_ms(1);
        sqlite_pool_release(&pool, c);
        CHECK_INT(sqlite_pool_acquire(&pool, true, soon(), &c, NULL), ST_OK);
        CHECK_ROW(round, turn.had);
        sqlite_pool_release(&pool, c);
        CHECK(pthread_join(thread, NULL) == 0);
    }
    sqlite_pool_close(&pool);
}

TEST(settings_are_saved_while_many_entries_wait)
{
    struct metrics *metrics = metrics_create();
    struct shared_writer *writer = shared_writer_create(store, NULL, NULL, metrics);
    char key[12];

    CHECK(metrics && writer);
    for (int i = 0; i < SHARED_WRITER_MAX; i++) {
        (void)snprintf(key, sizeof key, "K%d", i);
        CHECK_INT(shared_writer_put(writer, (struct entry_name){ "StationCache", str_of(key) },
                                    json_pack("{s:i}", "n", i), 0, NULL),
                  ST_OK);
        if (i % 100 == 0)
            CHECK_INT(set_rate(i, NULL), ST_OK);
    }
    CHECK_INT(set_rate(70, NULL), ST_OK);
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(count_entries(), SHARED_WRITER_MAX);
    CHECK(commits < SHARED_WRITER_MAX / 4);
    shared_writer_free(writer);
    metrics_free(metrics);
}

TESTS_EACH_WITH(setup, teardown, a_group_is_one_commit, one_that_is_too_large_is_rejected_alone,
                a_lock_costs_a_group_no_more_than_the_deadline, what_fits_on_a_full_disk_is_written,
                who_writes_again_gives_way_to_those_that_wait,
                settings_are_saved_while_many_entries_wait)
