/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/embedded/store_sqlite.c -- faults of the SQLite file, and what survives them. */
#define _XOPEN_SOURCE 700
#include "cache/store.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/file.h"
#include "tests/test.h"
#include "tests/unit/cache/folder.h"

enum { PATIENCE_MS = 20000, NOBODY = 65534 };

static int64_t soon(void)
{
    return clock_mono_ms() + PATIENCE_MS;
}

static void file_in(const char *folder, const char *name, char out[FILE_SIZE])
{
    (void)snprintf(out, FILE_SIZE, "%s/%s", folder, name);
}

static struct store *open_store(const char *path)
{
    struct store *s = NULL;
    struct err err = ERR_NONE;

    if (store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static void check_open_fails(const char *path, bool create, enum status want, const char *reason)
{
    struct store *s = NULL;
    struct err err = ERR_NONE;
    enum status st = store_sqlite_open(path, STORE_LAYOUT_ITEM, create, &s, &err);

    CHECK(!s);
    CHECK_STR(err.reason, reason);
    CHECK_INT(st, want);
    CHECK_INT(err.status, want);
    CHECK(strstr(err.text, path));
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;

    CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_close(db), SQLITE_OK);
}

static int count_ok(void *data, int columns, char **values, char **names)
{
    (void)columns, (void)names;
    *(int *)data += strcmp(values[0], "ok") == 0 ? 1 : 100;
    return 0;
}

static void check_integrity(const char *path)
{
    sqlite3 *db = NULL;
    int ok_count = 0;

    CHECK_INT(sqlite3_open(path, &db), SQLITE_OK);
    CHECK_INT(sqlite3_exec(db, "PRAGMA integrity_check", count_ok, &ok_count, NULL), SQLITE_OK);
    CHECK_INT(ok_count, 1);
    CHECK_INT(sqlite3_close(db), SQLITE_OK);
}

static enum status set_setting(struct store *s, const char *member, int64_t value, int64_t deadline,
                               struct err *err)
{
    const char *const path[] = { "UserCache", "u", member, NULL };
    struct store_change change = { path, json_integer(value) };
    enum status st = store_update(s, STR("u"), &change, 1, deadline, err);

    json_decref(change.value);
    return st;
}

static int64_t get_setting(struct store *s, const char *member)
{
    json_t *got = NULL;
    int64_t value;
    enum status st = store_get(s, STR("u"), soon(), &got, NULL, NULL);

    CHECK(st == ST_OK || st == ST_MISS);
    value = json_integer_value(
        json_object_get(json_object_get(json_object_get(got, "UserCache"), "u"), member));
    json_decref(got);
    return value;
}

TEST(an_unusable_file_is_reported_with_a_reason)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE];

    folder_make(folder);
    file_in(folder, "absent.db", path);
    check_open_fails(path, false, ST_UNAVAILABLE, "file_missing");
    file_in(folder, "no/such/folder.db", path);
    check_open_fails(path, true, ST_UNAVAILABLE, "folder_missing");
    check_open_fails(folder, true, ST_INVALID, "not_a_database");
    file_in(folder, "text.db", path);
    write_file(path, "This is certainly not a database, but long enough for a file "
                     "header, which is a hundred bytes long.");
    check_open_fails(path, true, ST_INVALID, "not_a_database");
    file_in(folder, "text.db/below.db", path);
    check_open_fails(path, true, ST_UNAVAILABLE, "folder_missing");
    file_in(folder, "empty.db", path);
    write_file(path, "");
    check_open_fails(path, false, ST_UNAVAILABLE, "file_missing");
    file_in(folder, "foreign.db", path);
    run_sql(path, "CREATE TABLE theirs (x)");
    check_open_fails(path, true, ST_INVALID, "foreign_database");
    file_in(folder, "newer.db", path);
    store_free(open_store(path));
    run_sql(path, "PRAGMA user_version = 2");
    check_open_fails(path, true, ST_INVALID, "newer_schema");
    folder_remove(folder);
}

TEST(a_path_that_is_not_a_file_is_rejected)
{
    static const char *const paths[] = { "", ":memory:", "file:x.db" };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct store *s = NULL;
        CHECK_ROW(i, store_sqlite_open(paths[i], STORE_LAYOUT_ITEM, true, &s, NULL) == ST_INVALID);
    }
}

TEST(the_file_is_readable_by_its_owner_only_and_is_durable)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE];
    struct stat facts;
    struct store *s;

    folder_make(folder);
    file_in(folder, "store.db", path);
    s = open_store(path);
    CHECK_INT(set_setting(s, "rate", 90, soon(), NULL), ST_OK);
    store_free(s);
    CHECK(stat(path, &facts) == 0 && (facts.st_mode & 077) == 0);
    CHECK(store_sqlite_open(path, STORE_LAYOUT_ENTRIES, false, &s, NULL) == ST_OK);
    CHECK_INT(get_setting(s, "rate"), 90);
    store_free(s);
    folder_remove(folder);
}

/* ---- in a child process, since privileges and limits cannot be restored ---- */

static int run_in_child(int (*work)(const char *folder), const char *folder)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        _exit(work(folder));
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

/* Open it without privileges; returns 0 if the error is "read_only". */
static int open_as_nobody(const char *folder)
{
    char path[FILE_SIZE];
    struct store *s = NULL;
    struct err err = ERR_NONE;
    enum status st;

    if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        return 1;
    file_in(folder, "store.db", path);
    st = store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &s, &err);
    return st == ST_DENIED && strcmp(err.reason, "read_only") == 0 && !s ? 0 : 2;
}

TEST(a_read_only_folder_or_file_is_reported)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE];

    folder_make(folder);
    file_in(folder, "store.db", path);
    CHECK(chmod(folder, 0555) == 0); /* the file cannot be created */
    CHECK_INT(run_in_child(open_as_nobody, folder), 0);
    CHECK(chmod(folder, 0755) == 0);
    store_free(open_store(path));
    CHECK(chmod(path, 0444) == 0 && chmod(folder, 0777) == 0); /* the file cannot be written */
    CHECK_INT(run_in_child(open_as_nobody, folder), 0);
    CHECK(chmod(path, 0666) == 0 &&
          chmod(folder, 0555) == 0); /* no file can be created beside it */
    CHECK_INT(run_in_child(open_as_nobody, folder), 0);
    CHECK(chmod(folder, 0755) == 0);
    folder_remove(folder);
}

/* Write until the file size limit of this process, as on a full disk; returns 0 on success. */
static int fill_the_disk(const char *folder)
{
    const struct rlimit small = { 300000, RLIM_INFINITY }, large = { RLIM_INFINITY, RLIM_INFINITY };
    char path[FILE_SIZE], text[3000];
    struct err err = ERR_NONE;
    struct store *s;
    int64_t last = 0;

    file_in(folder, "store.db", path);
    s = open_store(path);
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || set_setting(s, "rate", 70, soon(), NULL) != ST_OK ||
        setrlimit(RLIMIT_FSIZE, &small) != 0)
        return 1;
    for (int i = 1; i < 1000 && err.status == ST_OK; i++) {
        static const char *const note[] = { "note", NULL };
        static const char *const number[] = { "number", NULL };
        char id[32];
        struct store_change changes[] = { { note, json_string(text) },
                                          { number, json_integer(i) } };
        (void)snprintf(id, sizeof id, "filler%d", i);
        if (store_update(s, str_of(id), changes, 2, soon(), &err) == ST_OK)
            last = i;
        json_decref(changes[0].value);
        json_decref(changes[1].value);
    }
    if (err.status != ST_UNAVAILABLE || strcmp(err.reason, "disk_full") != 0 || last == 0)
        return 2;
    if (set_setting(s, "rate", 130, soon(), NULL) == ST_OK && get_setting(s, "rate") != 130)
        return 3;
    err_clear(&err);
    if (setrlimit(RLIMIT_FSIZE, &large) != 0 || set_setting(s, "pitch", 90, soon(), &err) != ST_OK)
        return 4; /* it works again when there is space */
    if (get_setting(s, "pitch") != 90)
        return 5;
    store_free(s);
    return 0;
}

TEST(a_full_disk_is_an_error_and_does_no_damage)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE];

    folder_make(folder);
    CHECK_INT(run_in_child(fill_the_disk, folder), 0);
    file_in(folder, "store.db", path);
    check_integrity(path);
    folder_remove(folder);
}

/* Change settings forever and report each that is confirmed. */
static void write_until_killed(const char *path, int report)
{
    struct store *s = open_store(path);

    for (int64_t i = get_setting(s, "rate") + 1;; i++) {
        if (set_setting(s, "rate", i, soon(), NULL) != ST_OK ||
            set_setting(s, "pitch", i, soon(), NULL) != ST_OK ||
            write(report, &i, sizeof i) != sizeof i)
            _exit(1);
    }
}

TEST(confirmed_writes_survive_a_kill)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE];

    folder_make(folder);
    file_in(folder, "store.db", path);
    for (int round = 0; round < 10; round++) {
        int ends[2], status = 0;
        int64_t confirmed = 0, value;
        struct store *s;
        pid_t child;
        CHECK(pipe(ends) == 0);
        child = fork();
        if (child == 0)
            write_until_killed(path, ends[1]);
        CHECK(child > 0 && close(ends[1]) == 0);
        for (int i = 0; i < 5 + round * 3; i++)
            CHECK(read(ends[0], &confirmed, sizeof confirmed) == sizeof confirmed);
        CHECK(kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
        CHECK(WIFSIGNALED(status));
        while (read(ends[0], &value, sizeof value) == sizeof value)
            confirmed = value;
        CHECK(close(ends[0]) == 0);
        s = open_store(path);
        CHECK(get_setting(s, "rate") >= confirmed);
        CHECK(get_setting(s, "pitch") >= confirmed);
        CHECK(get_setting(s, "rate") - get_setting(s, "pitch") <= 1);
        store_free(s);
    }
    folder_remove(folder);
}

/* ---- concurrent use ---- */

TEST(a_lock_of_another_process_costs_at_most_the_deadline)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE];
    struct err err = ERR_NONE, quiet = ERR_NONE;
    json_t *got = NULL;
    sqlite3 *other = NULL;
    struct store *s;
    int64_t began;

    folder_make(folder);
    file_in(folder, "store.db", path);
    s = open_store(path);
    CHECK_INT(set_setting(s, "rate", 90, soon(), NULL), ST_OK);
    CHECK_INT(sqlite3_open(path, &other), SQLITE_OK);
    CHECK_INT(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    began = clock_mono_ms();
    CHECK_INT(set_setting(s, "rate", 91, began + 300, &err), ST_TIMEOUT);
    CHECK(clock_mono_ms() - began < 5000);
    CHECK_STR(err.reason, "busy");
    CHECK_INT(get_setting(s, "rate"), 90); /* reads still work */
    CHECK_INT(store_get(s, STR("u"), NO_WAIT, &got, NULL, &quiet), ST_OK);
    json_decref(got);
    CHECK_INT(store_delete(s, STR("u"), NO_WAIT, &quiet), ST_WOULD_WAIT);
    CHECK_INT(quiet.status, ST_OK);
    CHECK_INT(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_close(other), SQLITE_OK);
    CHECK_INT(set_setting(s, "rate", 92, soon(), NULL), ST_OK);
    CHECK_INT(get_setting(s, "rate"), 92);
    store_free(s);
    folder_remove(folder);
}

struct user_thread {
    struct store *store;
    const char *member;
    int failures;
};

static void *use_store(void *data)
{
    struct user_thread *v = data;

    for (int i = 1; i <= 60; i++) {
        json_t *got = NULL;
        v->failures += set_setting(v->store, v->member, i, soon(), NULL) != ST_OK;
        v->failures += store_get(v->store, STR("u"), soon(), &got, NULL, NULL) != ST_OK;
        json_decref(got);
    }
    return NULL;
}

TEST(two_stores_on_one_file_lose_no_write)
{
    static const char *const members[] = { "a", "b", "c", "d", "e", "f" };
    char folder[FOLDER_SIZE], path[FILE_SIZE];
    struct user_thread users[6];
    pthread_t threads[6];
    struct store *stores[2];

    folder_make(folder);
    file_in(folder, "store.db", path);
    stores[0] = open_store(path);
    stores[1] = open_store(path);
    for (int i = 0; i < 6; i++) {
        users[i] = (struct user_thread){ stores[i % 2], members[i], 0 };
        CHECK(pthread_create(&threads[i], NULL, use_store, &users[i]) == 0);
    }
    for (int i = 0; i < 6; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK_INT(users[i].failures, 0);
    }
    for (int i = 0; i < 6; i++)
        CHECK_INT(get_setting(stores[i % 2], members[i]), 60);
    store_free(stores[0]);
    store_free(stores[1]);
    folder_remove(folder);
}

TEST(an_item_too_large_for_a_row_is_rejected_and_the_old_one_stays)
{
    static char text[(1 << 20) + 1];
    char folder[FOLDER_SIZE], path[FILE_SIZE];
    static const char *const note[] = { "note", NULL };
    struct store_change change;
    struct store *s;

    folder_make(folder);
    file_in(folder, "store.db", path);
    s = open_store(path);
    CHECK_INT(set_setting(s, "rate", 90, soon(), NULL), ST_OK);
    memset(text, 'x', sizeof text - 1);
    change = (struct store_change){ note, json_string(text) };
    CHECK_INT(store_update(s, STR("u"), &change, 1, soon(), NULL), ST_TOO_LARGE);
    json_decref(change.value);
    CHECK_INT(get_setting(s, "rate"), 90);
    CHECK_INT(set_setting(s, "rate", 91, soon(), NULL), ST_OK);
    store_free(s);
    folder_remove(folder);
}

TEST(writes_remove_expired_entries)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE], key[16];
    const int64_t long_ago = clock_wall_s() - 30 * 86400;
    json_t *entry = json_object();
    struct store *s;
    int64_t count = 0;

    folder_make(folder);
    file_in(folder, "store.db", path);
    s = open_store(path);
    for (int i = 0; i < 40; i++) {
        struct entry_name name = { "ZoneCache", { key, 0 } };
        name.key.n = (size_t)snprintf(key, sizeof key, "Z%d", i);
        CHECK_INT(store_put_entry(s, name, entry, i < 20 ? long_ago : 0, soon(), NULL), ST_OK);
    }
    CHECK_INT(store_count_entries(s, "ZoneCache", soon(), &count, NULL), ST_OK);
    CHECK_INT(count, 20);
    json_decref(entry);
    store_free(s);
    folder_remove(folder);
}

/* Does the file exist and have the text in it? */
static bool file_has(const char *path, const char *suffix, const char *text)
{
    char name[FILE_SIZE + 10];
    struct buf content = BUF_INIT(64 << 20);
    bool has;

    (void)snprintf(name, sizeof name, "%s%s", path, suffix);
    (void)file_read(name, &content, NULL);
    has = str_find(buf_str(&content), str_of(text)) < content.n;
    buf_free(&content);
    return has;
}

TEST(a_deleted_item_is_in_no_file_any_more)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE], id[40];
    json_t *item = json_pack("{s:s}", "name", "amzn1.ask.account.GONE");
    struct store *s;

    folder_make(folder);
    file_in(folder, "store.db", path);
    s = open_store(path);
    for (int i = 0; i < 50; i++) {
        (void)snprintf(id, sizeof id, "amzn1.ask.account.GONE%d", i);
        CHECK_INT(store_put(s, str_of(id), item, 0, soon(), NULL), ST_OK);
    }
    CHECK(file_has(path, "", "account.GONE") || file_has(path, "-wal", "account.GONE"));
    for (int i = 0; i < 50; i++) {
        (void)snprintf(id, sizeof id, "amzn1.ask.account.GONE%d", i);
        CHECK_INT(store_delete(s, str_of(id), soon(), NULL), ST_OK);
    }
    CHECK(!file_has(path, "", "account.GONE") && !file_has(path, "-wal", "account.GONE"));
    store_free(s);
    CHECK(!file_has(path, "", "account.GONE"));
    json_decref(item);
    folder_remove(folder);
}

TESTS(an_unusable_file_is_reported_with_a_reason, a_path_that_is_not_a_file_is_rejected,
      the_file_is_readable_by_its_owner_only_and_is_durable, a_read_only_folder_or_file_is_reported,
      a_full_disk_is_an_error_and_does_no_damage, confirmed_writes_survive_a_kill,
      a_lock_of_another_process_costs_at_most_the_deadline, two_stores_on_one_file_lose_no_write,
      an_item_too_large_for_a_row_is_rejected_and_the_old_one_stays, writes_remove_expired_entries,
      a_deleted_item_is_in_no_file_any_more)
