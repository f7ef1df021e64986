/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/backup.c -- `climacast backup`, `restore` and `user` on a SQLite table. */
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache/store.h"
#include "cache/user.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/json_same.h"
#include "tests/e2e/harness/tool.h"
#include "tests/test.h"

#define HERE "--set persistence.backend=sqlite --set sqlite.path="
#define ITEM HERE "one.db --set persistence.shared_layout=item "
#define ENTRIES HERE "two.db --set persistence.shared_layout=entries "

static int64_t soon(void)
{
    return clock_mono_ms() + 20000;
}

static struct store *open_store(const char *name, enum store_layout layout)
{
    struct store *store = NULL;
    struct err err = ERR_NONE;

    if (store_sqlite_open(scratch_path(&scratch, name), layout, true, &store, &err) != ST_OK)
        fail_msg("%s", err.text);
    return store;
}

static void set(struct store *store, const char *user, const char *setting, json_t *value)
{
    CHECK(user_set(store, USER_ACCOUNT(str_of(user)), setting, value, soon(), NULL) == ST_OK);
    json_decref(value);
}

static void put_entry(struct store *store, const char *cache, const char *key, const char *text,
                      int64_t ttl)
{
    json_t *entry = json_loads(text, 0, NULL);
    struct entry_name name = { cache, str_of(key) };

    CHECK(store_put_entry(store, name, entry, ttl, soon(), NULL) == ST_OK);
    json_decref(entry);
}

static void put_item(struct store *store, const char *id, const char *text)
{
    json_t *attributes = json_loads(text, 0, NULL);

    CHECK(store_put(store, str_of(id), attributes, 0, soon(), NULL) == ST_OK);
    json_decref(attributes);
}

/* A table with every kind of item. */
static void fill(const char *name)
{
    struct store *store = open_store(name, STORE_LAYOUT_ITEM);

    put_item(store, STORE_SHARED_ID, "{\"Unknown\": {\"n\": 1.5}, \"LastSeen\": \"today\"}");
    put_entry(store, "LocationCache", "boulder_colorado",
              "{\"city\": \"Boulder\", \"coords\": \"40.015,-105.2705\", \"elevation\": 1655.25}",
              4102444800);
    put_entry(store, "LocationCache", "80301", "{\"city\": \"Boulder\"}", 0);
    put_entry(store, "StationCache", "KBDU", "{\"name\": \"Boulder Municipal Airport\"}",
              clock_wall_s() - 60); /* expired, but not removed yet */
    set(store, "amzn1.ask.account.A", "location", json_string("Boulder Colorado"));
    set(store, "amzn1.ask.account.A", "rate", json_integer(110));
    set(store, "amzn1.ask.account.B", "location", json_null());
    put_item(
        store, "amzn1.ask.account.C",
        "{\"UserCache\": {\"amzn1.ask.account.C\": {\"note\": \"\", \"\xC3\xA9\": [1, -2.5e-7, "
        "true, null, {\"deep\": [\"\\u0001\\n\"]}]}}, \"other\": 12345678901234567}");
    store_free(store);
}

static enum status gather(void *data, struct str id, json_t *attributes, struct err *err)
{
    (void)err;
    CHECK(json_object_setn(data, id.p, id.n, attributes) == 0);
    return ST_OK;
}

/* All items as one object by id. */
static json_t *contents(const char *name, enum store_layout layout)
{
    struct store *store = open_store(name, layout);
    json_t *all = json_object();
    char *cursor = NULL;

    do
        CHECK(store_scan(store, 100, &cursor, gather, all, soon(), NULL) == ST_OK);
    while (cursor);
    store_free(store);
    return all;
}

/* Compare both tables, read in layout `item`. */
static void check_same(const char *one, const char *two)
{
    json_t *a = contents(one, STORE_LAYOUT_ITEM), *b = contents(two, STORE_LAYOUT_ITEM);

    if (!json_same(a, b)) {
        char *x = json_dumps(a, JSON_SORT_KEYS), *y = json_dumps(b, JSON_SORT_KEYS);
        fail_msg("%s\nis not\n%s", x, y);
    }
    json_decref(a);
    json_decref(b);
}

/* ---- backup and restore ---- */

TEST(a_restored_table_is_identical_in_either_layout)
{
    fill("one.db");
    tool_run(&scratch, ITEM "backup saved");
    tool_expect(&scratch, 0, NULL, "4 items written to saved\n");
    tool_run(&scratch, ENTRIES "restore saved");
    tool_expect(&scratch, 0, "shared entries            3", NULL);
    check_same("one.db", "two.db");
    tool_run(&scratch, ENTRIES "backup again");
    tool_expect(&scratch, 0, NULL,
                "7 items written to again\n"); /* 3 users, 3 entries, the rest of SHARED_CACHE */
    CHECK(unlink(scratch_path(&scratch, "one.db")) == 0);
    tool_run(&scratch, ITEM "restore again");
    tool_expect(&scratch, 0, NULL, NULL);
    check_same("one.db", "two.db");
}

TEST(what_the_skill_keeps_for_itself_prevents_no_restore)
{
    struct store *store;

    fill("one.db");
    store = open_store("one.db", STORE_LAYOUT_ITEM);
    put_item(store, STORE_SHARED_ID "_CHAINS", "{\"urls\": {\"https://one\": 1}}");
    put_item(store, STORE_SHARED_ID "_STATS", "{\"growth\": {}}");
    store_free(store);
    tool_run(&scratch, ITEM "backup saved");
    tool_expect(&scratch, 0, NULL, "6 items written to saved\n");

    store = open_store("two.db", STORE_LAYOUT_ENTRIES);
    put_item(store, STORE_SHARED_ID "_CHAINS", "{\"urls\": {\"https://two\": 2}}");
    store_free(store);
    tool_run(&scratch, ENTRIES "restore saved");
    tool_expect(&scratch, 0, "users                     3          3          0          0", NULL);
    json_t *all = contents("two.db", STORE_LAYOUT_ITEM);
    CHECK(json_object_get(all, STORE_SHARED_ID "_STATS"));
    CHECK(json_object_get(json_object_get(json_object_get(all, STORE_SHARED_ID "_CHAINS"), "urls"),
                          "https://two"));
    json_decref(all);
    tool_run(&scratch, ENTRIES "restore --overwrite --yes saved");
    tool_expect(&scratch, 0, "users                     3          0          3          0", NULL);
    check_same("one.db", "two.db");
    tool_run(&scratch, ITEM "user show " STORE_SHARED_ID "_CHAINS");
    tool_expect(&scratch, 2, "", NULL);
}

TEST(a_backup_is_private_and_leaves_no_temporary_file)
{
    struct stat seen;

    fill("one.db");
    tool_run(&scratch, ITEM "backup saved");
    tool_expect(&scratch, 0, "", NULL);
    CHECK(stat(scratch_path(&scratch, "saved"), &seen) == 0);
    CHECK_INT(seen.st_mode & 0777, 0600);
    tool_shell(&scratch, "ls | grep part");
    tool_expect(&scratch, 1, "", NULL);
}

TEST(only_an_older_backup_is_replaced)
{
    fill("one.db");
    tool_run(&scratch, ITEM "backup saved");
    tool_run(&scratch, ITEM "backup saved");
    tool_expect(&scratch, 0, NULL, NULL);
    tool_run(&scratch, ITEM "backup one.db");
    tool_expect(&scratch, 1, "", "one.db: exists and is not a backup");
    tool_run(&scratch, ITEM "backup .");
    tool_expect(&scratch, 1, "", ".: not a regular file");
    scratch_write(&scratch, "notes", "mine\n");
    tool_run(&scratch, ITEM "backup notes");
    tool_expect(&scratch, 1, "", "--force");
    tool_run(&scratch, ITEM "backup --force notes");
    tool_expect(&scratch, 0, "", NULL);
}

TEST(a_failed_backup_keeps_the_old_one)
{
    fill("one.db");
    tool_run(&scratch, ITEM "backup saved");
    char *before = scratch_read(&scratch, "saved");
    struct store *store = open_store("one.db", STORE_LAYOUT_ITEM);
    char user[40];

    for (int i = 0; i < 800; i++) {
        snprintf(user, sizeof user, "amzn1.ask.account.%d", i);
        set(store, user, "rate", json_integer(i));
    }
    store_free(store);
    tool_run(&scratch, ITEM "backup nowhere/saved");
    tool_expect(&scratch, 1, NULL, "cannot write nowhere/saved: No such file or directory");
    tool_shell(&scratch, "\"$climacast\" " ITEM "backup - >/dev/full");
    tool_expect(&scratch, 1, "", "cannot write standard output: No space left on device");
    /* Files cannot grow beyond 128 blocks of 512 bytes. */
    tool_shell(&scratch, "ulimit -f 128; \"$climacast\" " ITEM "backup saved");
    tool_expect(&scratch, 1, "", "cannot write saved: File too large");
    char *after = scratch_read(&scratch, "saved");
    CHECK_STR(after, before);
    tool_shell(&scratch, "ls | grep part");
    tool_expect(&scratch, 1, "", NULL);
    free(before);
    free(after);
}

TEST(a_missing_table_is_reported_and_not_created)
{
    tool_run(&scratch, ITEM "backup saved");
    tool_expect(&scratch, 1, "", "one.db");
    CHECK(access(scratch_path(&scratch, "one.db"), F_OK) != 0);
    CHECK(access(scratch_path(&scratch, "saved"), F_OK) != 0);
    tool_run(&scratch, "--set persistence.backend=memory backup saved");
    tool_expect(&scratch, 1, "", "exists only inside the daemon");
    tool_run(&scratch, ITEM "backup");
    tool_expect(&scratch, 2, "", "expected one file name");
}

/* ---- while the daemon runs ---- */

static atomic_bool over;

/* Keep changing two settings together. */
static void *change(void *data)
{
    struct store *store = data;

    for (int i = 0; !over; i++) {
        char user[40];
        snprintf(user, sizeof user, "amzn1.ask.account.%d", i % 50);
        const char *const rate[] = { "UserCache", user, "rate", NULL };
        const char *const pitch[] = { "UserCache", user, "pitch", NULL };
        json_t *n = json_integer(i);
        struct store_change both[] = { { rate, n }, { pitch, n } };
        if (store_update(store, str_of(user), both, 2, soon(), NULL) != ST_OK)
            over = true;
        json_decref(n);
    }
    return NULL;
}

TEST(items_are_consistent_while_the_table_changes)
{
    struct store *store = open_store("one.db", STORE_LAYOUT_ITEM);
    pthread_t writer;
    char user[40];

    for (int i = 0; i < 50; i++) {
        snprintf(user, sizeof user, "amzn1.ask.account.%d", i);
        const char *const path[] = { "UserCache", user, "rate", NULL };
        json_t *n = json_integer(0);
        struct store_change one = { path, n };
        CHECK(store_update(store, str_of(user), &one, 1, soon(), NULL) == ST_OK);
        json_decref(n);
    }
    over = false;
    CHECK(pthread_create(&writer, NULL, change, store) == 0);
    for (int round = 0; round < 5; round++) {
        tool_run(&scratch, ITEM "backup saved");
        tool_expect(&scratch, 0, NULL, "50 items");
        char *text = scratch_read(&scratch, "saved"), *rest;
        char *line = strtok_r(text, "\n", &rest); /* the header */
        while ((line = strtok_r(NULL, "\n", &rest)) && strstr(line, "\"id\"")) {
            json_t *item = json_loads(line, 0, NULL);
            json_t *users = json_object_get(json_object_get(item, "attributes"), "UserCache");
            json_t *settings =
                json_object_get(users, json_string_value(json_object_get(item, "id")));
            json_t *pitch = json_object_get(settings, "pitch");
            CHECK(!pitch || json_equal(pitch, json_object_get(settings, "rate")));
            json_decref(item);
        }
        free(text);
    }
    CHECK(!over);
    over = true;
    pthread_join(writer, NULL);
    store_free(store);
}

/* ---- refusals ---- */

TEST(a_damaged_backup_is_refused_before_any_write)
{
    static const struct {
        const char *command; /* makes `bad` from `saved` */
        const char *want;
    } cases[] = {
        { ": >bad", "bad: not a Clima Cast backup" },
        { "head -c 20 saved >bad", "bad: not a Clima Cast backup" },
        { "echo '{\"id\":\"x\"}' >bad", "bad: not a Clima Cast backup" },
        { "cp \"$climacast\" bad", "bad: not a Clima Cast backup" },
        { "mkdir bad", "bad: not a regular file" },
        { ": nothing", "cannot read bad: No such file" },
        { "head -n 3 saved >bad", "bad:3: damaged backup: missing end" },
        { "head -c -30 saved >bad", "bad:6: damaged backup: truncated line" },
        { "sed 3d saved >bad", "item count mismatch" },
        { "sed 3p saved >bad", "item count mismatch" },
        { "sed 's/Boulder/Bolder/' saved >bad", "checksum mismatch" },
        { "sed '2s/}//' saved >bad", "bad:2: " },
        { "sed 's/\"attributes\"/\"things\"/' saved >bad",
          "bad:2: damaged backup: invalid attributes" },
        { "(cat saved; echo more) >bad", "data after the end" },
        { "sed '2s/account/acc\\x00unt/' saved >bad", "bad:2: " },
        { "sed 's/climacast_backup\":1/climacast_backup\":3/' saved >bad",
          "written by a newer version" },
        { "sed 's/climacast_backup\":1/climacast_backup\":0/' saved >bad",
          "bad: not a Clima Cast backup" },
    };
    char command[400];

    fill("one.db");
    tool_run(&scratch, ITEM "backup saved");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(command, sizeof command, "rm -rf bad two.db*; %s", cases[i].command);
        tool_shell(&scratch, command);
        tool_expect(&scratch, 0, NULL, NULL);
        tool_run(&scratch, ENTRIES "restore bad");
        tool_expect(&scratch, 1, "", cases[i].want);
        CHECK_ROW(i, access(scratch_path(&scratch, "two.db"), F_OK) != 0);
    }
}

TEST(restore_overwrites_only_on_request)
{
    fill("one.db");
    tool_run(&scratch, ITEM "backup saved");
    tool_run(&scratch, ITEM "restore saved"); /* everything is identical: no conflict */
    tool_expect(&scratch, 0, "users                     3          0          3          0", NULL);

    struct store *store = open_store("one.db", STORE_LAYOUT_ITEM);
    set(store, "amzn1.ask.account.A", "rate", json_integer(90));
    put_entry(store, "LocationCache", "80301", "{\"city\": \"Elsewhere\"}", 0);
    CHECK(store_delete(store, STR("amzn1.ask.account.B"), soon(), NULL) == ST_OK);
    store_free(store);
    json_t *before = contents("one.db", STORE_LAYOUT_ITEM);
    tool_run(&scratch, ITEM "restore saved");
    tool_expect(&scratch, 1, "", "nothing was written: 1 users' items and 1 shared entries");
    json_t *after = contents("one.db", STORE_LAYOUT_ITEM);
    CHECK(json_same(before, after));
    json_decref(before);
    json_decref(after);

    tool_run(&scratch, ITEM "restore --missing-only saved");
    tool_expect(&scratch, 0, "users                     3          1          1          1", NULL);
    tool_run(&scratch, ITEM "user show --json amzn1.ask.account.A");
    tool_expect(&scratch, 0, "\"rate\":90", NULL);
    tool_run(&scratch, ENTRIES "restore saved");
    tool_run(&scratch, ITEM "restore --overwrite --yes saved");
    tool_expect(&scratch, 0, "users                     3          1          2          0", NULL);
    check_same("one.db", "two.db");
    tool_run(&scratch, ITEM "restore --overwrite --missing-only saved");
    tool_expect(&scratch, 2, "", "at most one option");
}

TEST(a_killed_restore_can_be_run_again)
{
    struct store *store = open_store("one.db", STORE_LAYOUT_ITEM);
    char user[40];

    for (int i = 0; i < 400; i++) {
        snprintf(user, sizeof user, "amzn1.ask.account.%d", i);
        set(store, user, "rate", json_integer(i));
    }
    store_free(store);
    tool_run(&scratch, ITEM "backup saved");
    for (int i = 0; i < 6; i++) {
        pid_t pid = tool_start(&scratch, ENTRIES "restore saved");
        clock_sleep_ms(15 + 20 * i);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    tool_run(&scratch, ENTRIES "restore saved");
    tool_expect(&scratch, 0, "users                   400", NULL);
    check_same("one.db", "two.db");
}

/* ---- one user ---- */

TEST(user_shows_and_deletes_all_persons)
{
    struct store *store = open_store("one.db", STORE_LAYOUT_ITEM);
    json_t *rate = json_integer(80);

    CHECK_INT(user_set(store, USER_ACCOUNT(STR("amzn1.ask.account.P")), "rate", rate, soon(), NULL),
              ST_OK);
    CHECK_INT(user_set(store, user_key_of(STR("amzn1.ask.account.P"), STR("amzn1.ask.person.Q")),
                       "pitch", rate, soon(), NULL),
              ST_OK);
    json_decref(rate);
    store_free(store);
    tool_run(&scratch, ITEM "user show amzn1.ask.account.P");
    tool_expect(&scratch, 0, "rate       80\n", NULL);
    tool_expect(&scratch, 0, "\nperson     amzn1.ask.person.Q\n", NULL);
    tool_expect(&scratch, 0, "pitch      80\n", NULL);
    tool_run(&scratch, ITEM "user show --json amzn1.ask.account.P");
    tool_expect(&scratch, 0, "\"amzn1.ask.person.Q\"", NULL);
    tool_run(&scratch, ITEM "user delete --yes amzn1.ask.account.P");
    tool_expect(&scratch, 0, "deleted\n", NULL);
    tool_run(&scratch, ITEM "user show amzn1.ask.account.P");
    tool_expect(&scratch, 1, "", "no data about this user");
}

TEST(user_shows_exports_and_deletes)
{
    fill("one.db");
    tool_run(&scratch, ITEM "user show amzn1.ask.account.A");
    tool_expect(&scratch, 0, "location   Boulder Colorado\n", NULL);
    tool_expect(&scratch, 0, "rate       110\n", NULL);
    tool_run(&scratch, ITEM "user show amzn1.ask.account.C");
    tool_expect(&scratch, 0, "[\"\\u0001\\n\"]", NULL);
    tool_run(&scratch, ITEM "user export amzn1.ask.account.A");
    json_t *item = json_loads(scratch.out, 0, NULL);
    CHECK_STR(json_string_value(json_object_get(item, "id")), "amzn1.ask.account.A");
    CHECK_SLICE(json_str(json_at(item, "attributes.UserCache"), "amzn1"), "");
    json_decref(item);
    tool_run(&scratch, ITEM "user delete --yes amzn1.ask.account.A");
    tool_expect(&scratch, 0, "deleted\n", NULL);
    static const char *const gone[] = { "show", "export", "delete --yes" };
    for (size_t i = 0; i < 3; i++) {
        char line[200];
        snprintf(line, sizeof line, ITEM "user %s amzn1.ask.account.A", gone[i]);
        tool_run(&scratch, line);
        tool_expect(&scratch, 1, "", "no data about this user");
    }
    tool_run(&scratch, ITEM "user show amzn1.ask.account.B");
    tool_expect(&scratch, 0, "location   (none)\n", NULL);
}

TEST(the_shared_item_is_not_a_user)
{
    static const char *const words[] = { "user delete SHARED_CACHE", "user show ''", "user",
                                         "user shout amzn1.x", "user show a b" };
    char line[300];

    fill("one.db");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        snprintf(line, sizeof line, ITEM "%s", words[i]);
        tool_run(&scratch, line);
        tool_expect(&scratch, 2, "", "climacast user: ");
    }
}

TESTS_EACH_WITH(scratch_setup, scratch_teardown, a_restored_table_is_identical_in_either_layout,
                what_the_skill_keeps_for_itself_prevents_no_restore,
                a_backup_is_private_and_leaves_no_temporary_file, only_an_older_backup_is_replaced,
                a_failed_backup_keeps_the_old_one, a_missing_table_is_reported_and_not_created,
                items_are_consistent_while_the_table_changes,
                a_damaged_backup_is_refused_before_any_write, restore_overwrites_only_on_request,
                a_killed_restore_can_be_run_again, user_shows_and_deletes_all_persons,
                user_shows_exports_and_deletes, the_shared_item_is_not_a_user)
