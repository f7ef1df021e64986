/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/first_change.c -- a person's first change copies the account's settings: two
 * devices may make it at the same moment, while a third one changes the account, on every
 * backend. */
#define _XOPEN_SOURCE 700
#include <pthread.h>
#include <stdio.h>

#include "cache/user.h"
#include "tests/unit/cache/every_store.h"

enum { USERS = 3, PERSONS = 4, DEVICES = 3 };

struct device {
    struct store *store;
    struct str user;
    const char *setting;
    bool of_account;
    pthread_barrier_t *begin;
    int failed;
};

static struct user_key person(struct str user, int i, char name[20])
{
    (void)snprintf(name, 20, "person-%d", i);
    return user_key_of(user, str_of(name));
}

static void *run_device(void *data)
{
    struct device *d = data;
    char name[20];

    for (int i = 0; i < PERSONS; i++) {
        json_t *value = json_integer(i);
        struct user_key key = d->of_account ? USER_ACCOUNT(d->user) : person(d->user, i, name);
        (void)pthread_barrier_wait(d->begin);
        d->failed += user_set(d->store, key, d->setting, value, soon(), NULL) != ST_OK;
        json_decref(value);
    }
    return NULL;
}

static void check_number(const json_t *settings, const char *name, int want)
{
    const json_t *got = json_object_get(settings, name);

    CHECK(json_is_integer(got));
    CHECK_INT(json_integer_value(got), want);
}

static void check_persons(struct store *s, struct str user)
{
    json_t *settings = NULL;
    char name[20];

    for (int i = 0; i < PERSONS; i++) {
        CHECK_INT(user_get(s, person(user, i, name), soon(), &settings, NULL), ST_OK);
        check_number(settings, "rate", i);
        check_number(settings, "pitch", i);
        CHECK_STR(json_string_value(json_object_get(settings, "location")), "hilo hawaii");
        json_decref(settings);
    }
    CHECK_INT(user_get(s, USER_ACCOUNT(user), soon(), &settings, NULL), ST_OK);
    check_number(settings, "volume", PERSONS - 1);
    CHECK(!json_object_get(settings, "rate"));
    json_decref(settings);
}

static void check_household(struct store *s, struct str user)
{
    pthread_barrier_t begin;
    struct device devices[DEVICES] = { { s, user, "rate", false, &begin, 0 },
                                       { s, user, "pitch", false, &begin, 0 },
                                       { s, user, "volume", true, &begin, 0 } };
    pthread_t threads[DEVICES];
    json_t *place = json_string("hilo hawaii");

    CHECK_INT(user_set(s, USER_ACCOUNT(user), "location", place, soon(), NULL), ST_OK);
    json_decref(place);
    CHECK(pthread_barrier_init(&begin, NULL, DEVICES) == 0);
    for (int i = 0; i < DEVICES; i++)
        CHECK(pthread_create(&threads[i], NULL, run_device, &devices[i]) == 0);
    for (int i = 0; i < DEVICES; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK_INT(devices[i].failed, 0);
    }
    (void)pthread_barrier_destroy(&begin);
    check_persons(s, user);
}

static void check_first_changes(struct store *s, enum store_layout layout)
{
    char user[40];

    (void)layout;
    for (int i = 0; i < USERS; i++) {
        (void)snprintf(user, sizeof user, "amzn1.ask.account.%d", i);
        check_household(s, str_of(user));
    }
}

TEST(no_first_change_is_lost_when_two_devices_make_it_at_once)
{
    on_every_store(check_first_changes);
}

TESTS(no_first_change_is_lost_when_two_devices_make_it_at_once)
