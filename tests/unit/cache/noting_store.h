/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/noting_store.h -- a writer of shared entries whose store notes what is written,
 * and fails or waits on demand; with transactions, or without. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_NOTING_STORE_H
#define CLIMACAST_TESTS_UNIT_CACHE_NOTING_STORE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "cache/shared_writer.h"
#include "server/base/clock.h"
#include "tests/test.h"

enum { WRITES_MAX = 5000 };

static struct {
    pthread_mutex_t lock;
    char writes[WRITES_MAX][40]; /* "KEY=VALUE", or "KEY-" for a removal */
    atomic_int count, attempts, fail_with;
    atomic_bool hold;      /* writes wait while it is set */
    char bad_key[20];      /* its writes fail, */
    atomic_int bad_status; /* with this, unless it is ST_OK */
    atomic_int groups, largest;
} backend = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct metrics *metrics;
static struct store *store;
static struct shared_writer *writer;
static atomic_int reports;
static struct err last_report;

static inline int64_t soon(void)
{
    return clock_mono_ms() + 20000;
}

static inline enum status note_write(struct entry_name name, json_t *entry, struct err *err)
{
    enum status st;

    backend.attempts++;
    while (backend.hold)
        clock_sleep_ms(1);
    st = (enum status)(int)backend.fail_with;
    if (st == ST_OK && str_eqz(name.key, backend.bad_key))
        st = (enum status)(int)backend.bad_status;
    if (st != ST_OK)
        return err_set(err, st, "injected fault");
    (void)pthread_mutex_lock(&backend.lock);
    CHECK(backend.count < WRITES_MAX);
    (void)snprintf(backend.writes[backend.count++], 40, "%.*s%s%s", STR_ARG(name.key),
                   entry ? "=" : "-",
                   entry ? json_string_value(json_object_get(entry, "value")) : "");
    (void)pthread_mutex_unlock(&backend.lock);
    return ST_OK;
}

static inline enum status backend_put(void *self, struct entry_name name, json_t *entry,
                                      int64_t ttl, int64_t deadline, struct err *err)
{
    (void)self, (void)deadline;
    CHECK_INT(ttl, 77);
    return note_write(name, entry, err);
}

static inline enum status backend_remove(void *self, struct entry_name name, int64_t deadline,
                                         struct err *err)
{
    (void)self, (void)deadline;
    return note_write(name, NULL, err);
}

/* All or none. */
static inline enum status backend_write_group(void *self, const struct store_write *writes,
                                              size_t count, int64_t deadline, struct err *err)
{
    int before = backend.count;
    enum status st = ST_OK;

    backend.groups++;
    if ((int)count > backend.largest)
        backend.largest = (int)count;
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = writes[i].entry
                 ? backend_put(self, writes[i].name, writes[i].entry, writes[i].ttl, deadline, err)
                 : backend_remove(self, writes[i].name, deadline, err);
    if (st != ST_OK) {
        (void)pthread_mutex_lock(&backend.lock);
        backend.count = before;
        (void)pthread_mutex_unlock(&backend.lock);
    }
    return st;
}

static inline void backend_free(void *self)
{
    (void)self;
}

static inline void note_report(void *data, const struct err *why)
{
    CHECK(data == &reports);
    last_report = *why;
    reports++;
}

static inline int set_up_with(bool transactions)
{
    static const struct store_ops one_by_one = {
        .name = "noting",
        .writes_wait = true,
        .put_entry = backend_put,
        .remove_entry = backend_remove,
        .free = backend_free,
    };
    static struct store_ops together;

    together = one_by_one;
    together.write_entries = backend_write_group;
    backend.count = 0;
    backend.attempts = 0;
    backend.groups = 0;
    backend.largest = 0;
    reports = 0;
    backend.fail_with = ST_OK;
    backend.hold = false;
    backend.bad_key[0] = '\0';
    backend.bad_status = ST_UNAVAILABLE;
    metrics = metrics_create();
    store = store_wrap(transactions ? &together : &one_by_one, NULL);
    writer = shared_writer_create(store, note_report, &reports, metrics);
    CHECK(metrics && store && writer);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    shared_writer_free(writer);
    store_free(store);
    metrics_free(metrics);
    return 0;
}

/* Puts a value, or removes the entry if it is NULL. */
static inline bool put(const char *key, const char *value)
{
    return shared_writer_put(writer, (struct entry_name){ "StationCache", str_of(key) },
                             value ? json_pack("{s:s}", "value", value) : NULL, 77, NULL) == ST_OK;
}

static inline void check_write(int at, const char *want)
{
    (void)pthread_mutex_lock(&backend.lock);
    CHECK(at < backend.count);
    CHECK_STR(backend.writes[at], want);
    (void)pthread_mutex_unlock(&backend.lock);
}

static inline double outcome_count(const char *outcome)
{
    return metric_value(
        metric_get(metrics_family(metrics, METRIC_COUNTER, "climacast_shared_writes_total", "", ""),
                   outcome, NULL, NULL));
}

static inline double waiting_count(void)
{
    return metric_value(metrics_gauge(metrics, "climacast_shared_writes_waiting", ""));
}

static inline void await_attempts(int count)
{
    int64_t end = soon();

    while (backend.attempts < count && clock_left_ms(end) > 0)
        clock_sleep_ms(1);
    CHECK(backend.attempts >= count);
}

#endif
