/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/store_guard.c -- a protected store: no call takes longer than its budget, a
 * store that does not respond is left alone, and it is found again without a caller. */
#include "cache/store_guard.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "cache/store.h"
#include "server/base/clock.h"
#include "tests/test.h"

enum { RECOVERY_MS = 20000, TURN_MS = 6500, CALLS_MAX = 20, AT_ONCE_MS = 50 };

/* A store that forwards to one in memory, unless it hangs or fails. */
static struct {
    struct store *real;
    atomic_bool reads_hang, writes_hang;
    atomic_int fail_with, reads, writes;
    _Atomic int64_t slowest_ms; /* of the deadlines that calls came with */
} backend;

static struct metrics *metrics;
static struct store *store;
static const struct entry_name kbdu = { "StationCache", { "KBDU", 4 } };

static enum status pass_or_fail(bool hangs, int64_t deadline, struct err *err)
{
    int64_t left = clock_left_ms(deadline);

    if (left > backend.slowest_ms)
        backend.slowest_ms = left;
    if (hangs) {
        clock_sleep_ms(left);
        return err_reason(err, ST_TIMEOUT, "timeout", "it hangs");
    }
    if (backend.fail_with != ST_OK)
        return err_reason(err, (enum status)backend.fail_with, "injected", "it fails");
    return ST_OK;
}

static enum status backend_get(void *self, struct str id, int64_t deadline, json_t **ret,
                               uint64_t *ret_version, struct err *err)
{
    enum status st = pass_or_fail(backend.reads_hang, deadline, err);

    (void)self;
    backend.reads++;
    return st == ST_OK ? store_get(backend.real, id, deadline, ret, ret_version, err) : st;
}

static enum status backend_update(void *self, struct str id, const struct store_change *changes,
                                  size_t count, int64_t deadline, struct err *err)
{
    enum status st = pass_or_fail(backend.writes_hang, deadline, err);

    (void)self;
    backend.writes++;
    return st == ST_OK ? store_update(backend.real, id, changes, count, deadline, err) : st;
}

static enum status backend_remove(void *self, struct str id, int64_t deadline, struct err *err)
{
    enum status st = pass_or_fail(backend.writes_hang, deadline, err);

    (void)self;
    return st == ST_OK ? store_delete(backend.real, id, deadline, err) : st;
}

static enum status backend_get_entry(void *self, struct entry_name name, int64_t now,
                                     int64_t deadline, json_t **ret_entry, int64_t *ret_ttl,
                                     struct err *err)
{
    enum status st = pass_or_fail(backend.reads_hang, deadline, err);

    (void)self;
    backend.reads++;
    return st == ST_OK ? store_get_entry(backend.real, name, now, deadline, ret_entry, ret_ttl, err)
                       : st;
}

static enum status backend_put_entry(void *self, struct entry_name name, json_t *entry, int64_t ttl,
                                     int64_t deadline, struct err *err)
{
    enum status st = pass_or_fail(backend.writes_hang, deadline, err);

    (void)self;
    backend.writes++;
    return st == ST_OK ? store_put_entry(backend.real, name, entry, ttl, deadline, err) : st;
}

static void backend_free(void *self)
{
    (void)self;
    store_free(backend.real);
}

static const struct store_ops ops = {
    .name = "hanging",
    .reads_wait = true,
    .writes_wait = true,
    .get = backend_get,
    .update = backend_update,
    .remove = backend_remove,
    .get_entry = backend_get_entry,
    .put_entry = backend_put_entry,
    .free = backend_free,
};

static int setup(void **state)
{
    (void)state;
    backend.real = store_memory_create(STORE_LAYOUT_ITEM);
    backend.reads_hang = backend.writes_hang = false;
    backend.fail_with = backend.reads = backend.writes = 0;
    backend.slowest_ms = 0;
    metrics = metrics_create();
    store = store_wrap(&ops, NULL);
    CHECK(backend.real && metrics && store);
    CHECK_INT(store_protect(store, (struct circuit_report){ NULL, NULL }, metrics, NULL), ST_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    backend.reads_hang = backend.writes_hang = false;
    store_free(store);
    metrics_free(metrics);
    return 0;
}

static int64_t turn_end(void)
{
    return clock_mono_ms() + TURN_MS;
}

static enum status read_user(struct err *err)
{
    json_t *attributes = NULL;
    enum status st = store_get(store, STR("user"), turn_end(), &attributes, NULL, err);

    json_decref(attributes);
    return st;
}

static enum status save_user(struct err *err)
{
    static const char *const path[] = { "rate", NULL };
    json_t *value = json_integer(100);
    const struct store_change change = { path, value };
    enum status st = store_update(store, STR("user"), &change, 1, turn_end(), err);

    json_decref(value);
    return st;
}

static enum status write_entry(struct err *err)
{
    json_t *entry = json_object();
    enum status st = store_put_entry(store, kbdu, entry, 0, turn_end(), err);

    json_decref(entry);
    return st;
}

static double breaker_state(const char *name)
{
    return metric_value(
        metric_get(metrics_family(metrics, METRIC_GAUGE, "climacast_breaker_state", "", ""), name,
                   NULL, NULL));
}

static void await_recovery(const char *name)
{
    int64_t end = clock_mono_ms() + RECOVERY_MS;

    while (breaker_state(name) > 0 && clock_left_ms(end) > 0)
        clock_sleep_ms(5);
    CHECK(breaker_state(name) == 0);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

typedef enum status call_fn(struct err *err);

/* Makes `times` calls and checks what most of them took at most, in milliseconds: a busy machine
 * makes one or the other take longer. None may have taken less than `min`. */
static void check_takes(call_fn *call, enum status want, int times, int64_t min, int64_t max)
{
    int64_t took[CALLS_MAX];

    for (int i = 0; i < times; i++) {
        int64_t began = clock_mono_ms();
        CHECK_INT(call(NULL), want);
        took[i] = clock_mono_ms() - began;
    }
    qsort(took, (size_t)times, sizeof took[0], by_size);
    if (took[0] < min || took[(times - 1) / 2] > max)
        fail_msg("%d calls took %lld to %lld ms, half of them up to %lld", times,
                 (long long)took[0], (long long)took[times - 1], (long long)took[(times - 1) / 2]);
}

TEST(a_store_that_responds_is_used_as_usual)
{
    json_t *entry = NULL;
    int64_t ttl;

    CHECK_INT(read_user(NULL), ST_MISS);
    CHECK_INT(save_user(NULL), ST_OK);
    CHECK_INT(read_user(NULL), ST_OK);
    CHECK_INT(write_entry(NULL), ST_OK);
    CHECK_INT(store_get_entry(store, kbdu, 0, turn_end(), &entry, &ttl, NULL), ST_OK);
    json_decref(entry);
    CHECK(backend.slowest_ms > 1000 && backend.slowest_ms <= 3000);
}

TEST(a_read_takes_a_second_then_less_then_nothing)
{
    backend.reads_hang = true;
    check_takes(read_user, ST_TIMEOUT, 1, 900, TURN_MS / 2);
    check_takes(read_user, ST_TIMEOUT, 2, 60, 800);
    check_takes(read_user, ST_UNAVAILABLE, CALLS_MAX, 0, AT_ONCE_MS);
    CHECK(breaker_state("store_reads") > 0);
    CHECK(breaker_state("store_writes") == 0);
    CHECK_INT(save_user(NULL), ST_OK); /* writes work: perhaps only a lock is held */
    backend.reads_hang = false;
    await_recovery("store_reads");
    CHECK_INT(read_user(NULL), ST_OK);
}

/* A confirmed save is what a user asks for: it is tried, but not for long. */
TEST(a_save_is_always_tried)
{
    int writes;

    backend.writes_hang = true;
    check_takes(save_user, ST_TIMEOUT, 1, 2900, TURN_MS - 1000);
    check_takes(save_user, ST_TIMEOUT, 2, 400, 1500);
    CHECK(breaker_state("store_writes") > 0);
    writes = backend.writes;
    check_takes(save_user, ST_TIMEOUT, 3, 200, 1000);
    CHECK(backend.writes >= writes + 3);
    check_takes(write_entry, ST_UNAVAILABLE, 3, 0, AT_ONCE_MS); /* this can be written later */
    backend.writes_hang = false;
    CHECK_INT(save_user(NULL), ST_OK); /* even before the breaker is closed */
    CHECK_INT(read_user(NULL), ST_OK);
    await_recovery("store_writes");
    CHECK_INT(write_entry(NULL), ST_OK);
}

TEST(a_probe_leaves_nothing_behind)
{
    json_t *attributes = NULL;

    backend.writes_hang = true;
    for (int i = 0; i < 3; i++)
        CHECK_INT(write_entry(NULL), ST_TIMEOUT);
    backend.writes_hang = false;
    await_recovery("store_writes");
    CHECK_INT(
        store_get(backend.real, STR(STORE_SHARED_ID "_PROBE"), turn_end(), &attributes, NULL, NULL),
        ST_MISS);
}

TEST(errors_that_come_at_once_need_no_breaker)
{
    static const enum status errors[] = { ST_UNAVAILABLE, ST_DENIED, ST_SYSTEM, ST_INVALID,
                                          ST_TOO_LARGE };

    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        backend.fail_with = errors[i];
        for (int k = 0; k < 10; k++) {
            CHECK_INT(read_user(NULL), errors[i]);
            CHECK_INT(save_user(NULL), errors[i]);
        }
        CHECK_ROW(i, breaker_state("store_reads") == 0 && breaker_state("store_writes") == 0);
    }
}

TEST(a_turn_that_has_no_time_left_says_nothing_about_the_store)
{
    json_t *attributes = NULL;

    backend.reads_hang = true;
    for (int i = 0; i < 5; i++) {
        CHECK_INT(store_get(store, STR("user"), clock_mono_ms() + 20, &attributes, NULL, NULL),
                  ST_TIMEOUT);
        CHECK_INT(store_get(store, STR("user"), NO_WAIT, &attributes, NULL, NULL), ST_WOULD_WAIT);
    }
    CHECK(breaker_state("store_reads") == 0);
}

static void *read_hanging(void *data)
{
    (void)data;
    (void)read_user(NULL);
    return NULL;
}

TEST(readers_that_hang_together_open_the_breaker_after_one_budget)
{
    pthread_t threads[8];
    int64_t began = clock_mono_ms();

    backend.reads_hang = true;
    for (int i = 0; i < 8; i++)
        CHECK(pthread_create(&threads[i], NULL, read_hanging, NULL) == 0);
    for (int i = 0; i < 8; i++)
        (void)pthread_join(threads[i], NULL);
    CHECK(clock_mono_ms() - began < TURN_MS / 2);
    check_takes(read_user, ST_UNAVAILABLE, 3, 0, AT_ONCE_MS);
}

TESTS_EACH_WITH(setup, teardown, a_store_that_responds_is_used_as_usual,
                a_read_takes_a_second_then_less_then_nothing, a_save_is_always_tried,
                a_probe_leaves_nothing_behind, errors_that_come_at_once_need_no_breaker,
                a_turn_that_has_no_time_left_says_nothing_about_the_store,
                readers_that_hang_together_open_the_breaker_after_one_budget)
