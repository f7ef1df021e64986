/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/embedded/sqlite_memo.c -- items come from memory only while no process has
 * written to the file. */
#define _XOPEN_SOURCE 700
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/store.h"
#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/cache/folder.h"

enum { PATIENCE_MS = 20000, CHANGES = 200 };

static const struct str user = STR("amzn1.ask.account.A");
static const char *const path_of_n[] = { "n", NULL };

static int64_t soon(void)
{
    return clock_mono_ms() + PATIENCE_MS;
}

static struct store *open_on(const char *path)
{
    struct store *s = NULL;
    struct err err = ERR_NONE;

    if (store_sqlite_open(path, STORE_LAYOUT_ENTRIES, true, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

static enum status set_number(struct store *s, struct str id, int n)
{
    struct store_change change = { path_of_n, json_integer(n) };
    enum status st = store_update(s, id, &change, 1, soon(), NULL);

    json_decref(change.value);
    return st;
}

/* The number in an item; -1 when there is none. */
static json_int_t read_number(struct store *s, struct str id, struct object **ret_item)
{
    struct object *item = NULL;
    enum status st = store_acquire(s, id, NO_WAIT, &item, NULL);
    json_int_t n = -1;

    CHECK(st == ST_OK || st == ST_MISS);
    if (st == ST_OK)
        n = json_integer_value(json_object_get(item->data, "n"));
    if (ret_item)
        *ret_item = item;
    else
        object_release(item);
    return n;
}

TEST(an_item_is_read_once_until_something_is_written)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE];
    struct object *first, *second, *third;

    folder_make(folder);
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    struct store *s = open_on(path);
    CHECK_INT(read_number(s, user, NULL), -1);
    CHECK_INT(set_number(s, user, 1), ST_OK);
    CHECK_INT(read_number(s, user, &first), 1);
    CHECK_INT(read_number(s, user, &second), 1);
    CHECK(first == second);
    CHECK_INT(set_number(s, STR("somebody else"), 5), ST_OK);
    CHECK_INT(read_number(s, user, &third), 1);
    CHECK(third != first);
    object_release(first);
    object_release(second);
    object_release(third);
    CHECK_INT(store_delete(s, user, soon(), NULL), ST_OK);
    CHECK_INT(read_number(s, user, NULL), -1);
    CHECK_INT(read_number(s, user, NULL), -1);
    store_free(s);
    folder_remove(folder);
}

TEST(a_large_item_is_read_each_time)
{
    enum { TEXT = 600 * 1024 };
    static char text[TEXT + 1];
    static const char *const path_of_text[] = { "text", NULL };
    char folder[FOLDER_SIZE], path[FILE_SIZE];

    memset(text, 'x', TEXT);
    folder_make(folder);
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    struct store *s = open_on(path);
    struct store_change change = { path_of_text, json_string(text) };
    CHECK_INT(store_update(s, user, &change, 1, soon(), NULL), ST_OK);
    json_decref(change.value);
    CHECK_INT(set_number(s, user, 7), ST_OK);
    for (int i = 0; i < 3; i++)
        CHECK_INT(read_number(s, user, NULL), 7);
    store_free(s);
    folder_remove(folder);
}

/* Writes 1, 2, 3 ... and tells each number after its commit has returned, and before the next. */
static void write_numbers(const char *path, int told, int go_on)
{
    struct store *s = open_on(path);
    char byte = 0;

    for (int n = 1; n <= CHANGES; n++)
        if (set_number(s, user, n) != ST_OK || write(told, &n, sizeof n) != sizeof n ||
            read(go_on, &byte, 1) != 1)
            _exit(1);
    store_free(s);
    _exit(0);
}

TEST(a_change_of_another_process_is_seen_as_soon_as_it_is_confirmed)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE];
    int told[2], go_on[2], n, status;

    folder_make(folder);
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    store_free(open_on(path)); /* the file exists before both use it */
    CHECK(pipe(told) == 0 && pipe(go_on) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        write_numbers(path, told[1], go_on[0]);
    struct store *s = open_on(path);
    for (int i = 1; i <= CHANGES; i++) {
        CHECK(read(told[0], &n, sizeof n) == sizeof n);
        CHECK_INT(read_number(s, user, NULL), n);
        CHECK_INT(read_number(s, user, NULL), n);
        CHECK(write(go_on[1], "", 1) == 1);
        if (i % 50 == 0) { /* the log is emptied, and begins anew */
            CHECK_INT(store_delete(s, STR("nobody"), soon(), NULL), ST_OK);
            CHECK(read_number(s, user, NULL) >= n);
        }
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    store_free(s);
    folder_remove(folder);
    for (int i = 0; i < 2; i++) {
        (void)close(told[i]);
        (void)close(go_on[i]);
    }
}

TEST(a_store_that_is_opened_again_knows_nothing_of_before)
{
    char folder[FOLDER_SIZE], path[FILE_SIZE];

    folder_make(folder);
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    for (int i = 0; i < 5; i++) {
        struct store *s = open_on(path);
        CHECK_INT(read_number(s, user, NULL), i > 0 ? i - 1 : -1);
        CHECK_INT(set_number(s, user, i), ST_OK);
        CHECK_INT(read_number(s, user, NULL), i);
        store_free(s);
        CHECK(access(path, F_OK) == 0);
    }
    (void)snprintf(path, sizeof path, "%s/store.db-wal", folder);
    CHECK(access(path, F_OK) != 0); /* the last one to close moves everything into the file */
    folder_remove(folder);
}

TESTS(an_item_is_read_once_until_something_is_written, a_large_item_is_read_each_time,
      a_change_of_another_process_is_seen_as_soon_as_it_is_confirmed,
      a_store_that_is_opened_again_knows_nothing_of_before)
