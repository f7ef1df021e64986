/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/two_devices.c -- two users, each with two devices that keep changing different
 * settings: every change succeeds, and none is lost.
 *
 * Each device is a thread with a store of its own on the same file, as two daemons would have. It
 * makes 5,000 changes, alternating between the users; fewer under a sanitizer (see MODE in
 * tests/run.sh). */
#define _XOPEN_SOURCE 700
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cache/user.h"
#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/cache/folder.h"

enum { CHANGES = 5000, CHANGES_SANITIZED = 250, USERS = 2, CHECK_EVERY = 10, PATIENCE_MS = 30000 };

static const char *const users[USERS] = { "amzn1.ask.account.A", "amzn1.ask.account.a" };
static const char *const places[USERS] = { "boulder colorado", "hilo hawaii" };

struct device {
    struct store *store;
    const char *setting;
    int changes;
    int lost, mixed, failed; /* its own change missing; another user's settings; failed calls */
};

static int64_t soon(void)
{
    return clock_mono_ms() + PATIENCE_MS;
}

static enum status change_setting(struct store *s, int user, const char *setting, json_t *value)
{
    enum status st = user_set(s, USER_ACCOUNT(str_of(users[user])), setting, value, soon(), NULL);

    json_decref(value);
    return st;
}

/* Check a user's settings: the change just confirmed, and the location of that user. */
static void check_settings(struct device *d, int user, int confirmed)
{
    json_t *settings = NULL;
    const char *location;

    if (user_get(d->store, USER_ACCOUNT(str_of(users[user])), soon(), &settings, NULL) != ST_OK) {
        d->failed++;
        return;
    }
    location = json_string_value(json_object_get(settings, "location"));
    d->lost += json_integer_value(json_object_get(settings, d->setting)) != confirmed;
    d->mixed += !location || strcmp(location, places[user]) != 0;
    json_decref(settings);
}

static void *run_device(void *data)
{
    struct device *d = data;

    for (int i = 1; i <= d->changes; i++) {
        int user = i % USERS;
        d->failed += change_setting(d->store, user, d->setting, json_integer(i)) != ST_OK;
        if (i % CHECK_EVERY < USERS)
            check_settings(d, user, i);
    }
    return NULL;
}

static struct store *open_on(const char *path)
{
    struct store *s = NULL;
    struct err err = ERR_NONE;

    if (store_sqlite_open(path, STORE_LAYOUT_ITEM, true, &s, &err) != ST_OK)
        fail_msg("%s", err.text);
    return s;
}

/* Check all settings of a user after the last change. */
static void check_final_settings(struct store *s, int user, int last)
{
    json_t *got = NULL, *want = json_pack("{s:s, s:s, s:i, s:i}", "userid", users[user], "location",
                                          places[user], "rate", last, "pitch", last);

    CHECK_INT(user_get(s, USER_ACCOUNT(str_of(users[user])), soon(), &got, NULL), ST_OK);
    CHECK(json_equal(got, want));
    json_decref(got);
    json_decref(want);
}

TEST(no_change_of_two_concurrent_devices_is_lost)
{
    const char *mode = getenv("MODE");
    int changes = mode && *mode && strcmp(mode, "release") != 0 ? CHANGES_SANITIZED : CHANGES;
    struct device devices[] = { { .setting = "rate", .changes = changes },
                                { .setting = "pitch", .changes = changes } };
    char folder[FOLDER_SIZE], path[FILE_SIZE];
    pthread_t threads[2];

    folder_make(folder);
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    for (int i = 0; i < 2; i++)
        devices[i].store = open_on(path);
    for (int user = 0; user < USERS; user++)
        CHECK_INT(change_setting(devices[0].store, user, "location", json_string(places[user])),
                  ST_OK);
    for (int i = 0; i < 2; i++)
        CHECK(pthread_create(&threads[i], NULL, run_device, &devices[i]) == 0);
    for (int i = 0; i < 2; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(devices[i].failed, 0);
        CHECK_INT(devices[i].lost, 0);
        CHECK_INT(devices[i].mixed, 0);
    }
    for (int user = 0; user < USERS; user++)
        check_final_settings(devices[0].store, user,
                             user == changes % USERS ? changes : changes - 1);
    for (int i = 0; i < 2; i++)
        store_free(devices[i].store);
    folder_remove(folder);
}

TESTS(no_change_of_two_concurrent_devices_is_lost)
