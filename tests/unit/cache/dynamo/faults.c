/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/faults.c -- a faulty DynamoDB: confirmed writes are never lost, nothing
 * happens twice, and every call returns in time with a truthful result.
 *
 * tests/dynamo/serve.js injects the faults; each test has a table of its own. */
#include <pthread.h>
#include <stdatomic.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/store.h"
#include "tests/unit/cache/dynamo/dynamo.h"

/* A turn has 6.5 s; tests that wait for the deadline use less. */
enum { TURN_MS = 6500, SHORT_TURN_MS = 1500, BOUND_MS = 7000 };

/* All faults that can hit a single request. */
static const char *const faults[] = {
    "throttle",   "throttling", "server_error",       "unavailable",
    "garbage",    "reset",      "reset_after",        "truncate",
    "cut",        "bad_crc",    "server_error_after", "hang",
    "hang_after",
};
enum { FAULTS = sizeof faults / sizeof faults[0] };

static const enum store_layout layouts[] = { STORE_LAYOUT_ITEM, STORE_LAYOUT_ENTRIES };

/* A store with a short timeout per attempt, so that hanging requests cost less time. */
static struct store *open_impatient(char table[DYNAMO_TABLE_SIZE], enum store_layout layout)
{
    store_free(dynamo_create_store(table, layout));
    return dynamo_open_with(table, layout, 350000, 300);
}

static int64_t turn_deadline(void)
{
    return clock_mono_ms() + TURN_MS;
}

/* Injects the fault into the next `times` requests of an operation; "": any operation. */
static void inject_fault(const char *table, const char *kind, const char *operation, int times)
{
    char settings[200];

    (void)snprintf(settings, sizeof settings, "\"faults\":[{\"kind\":\"%s\",\"times\":%d%s%s%s}]",
                   kind, times, *operation ? ",\"operation\":\"" : "", operation,
                   *operation ? "\"" : "");
    dynamo_configure(table, settings);
}

static enum status set_rate_until(struct store *s, int rate, int64_t deadline, struct err *err)
{
    static const char *const path[] = { "UserCache", "u", "rate", NULL };
    struct store_change change = { path, json_integer(rate) };
    enum status st = store_update(s, STR("u"), &change, 1, deadline, err);

    json_decref(change.value);
    return st;
}

static enum status set_rate(struct store *s, int rate, struct err *err)
{
    return set_rate_until(s, rate, turn_deadline(), err);
}

static int get_rate(struct store *s)
{
    json_t *got = NULL;
    int64_t rate = -1;

    CHECK_INT(store_get(s, STR("u"), dynamo_deadline(), &got, NULL, NULL), ST_OK);
    (void)json_int(got, "UserCache.u.rate", &rate);
    json_decref(got);
    return (int)rate;
}

static enum status put_entry(struct store *s, const char *key, int number, struct err *err)
{
    json_t *entry = json_pack("{s:i}", "n", number);
    enum status st = store_put_entry(s, (struct entry_name){ "StationCache", str_of(key) }, entry,
                                     clock_wall_s() + 864000, turn_deadline(), err);

    json_decref(entry);
    return st;
}

/* The number in an entry; -1: there is no entry. */
static int get_entry(struct store *s, const char *key)
{
    json_t *entry = NULL;
    int64_t ttl, number = -1;
    enum status st = store_get_entry(s, (struct entry_name){ "StationCache", str_of(key) },
                                     clock_wall_s(), dynamo_deadline(), &entry, &ttl, NULL);

    CHECK(st == ST_OK || st == ST_MISS);
    (void)json_int(entry, "n", &number);
    json_decref(entry);
    return (int)number;
}

static int64_t count_of(struct store *s)
{
    int64_t count = -1;

    CHECK_INT(store_count_entries(s, "StationCache", dynamo_deadline(), &count, NULL), ST_OK);
    return count;
}

/* ---- one fault at a time ---- */

TEST(a_setting_is_saved_despite_any_single_fault)
{
    static const char *const operations[] = { "GetItem", "UpdateItem" };
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = open_impatient(table, STORE_LAYOUT_ITEM);
    int rate = 50;

    for (size_t f = 0; f < FAULTS; f++)
        for (size_t o = 0; o < 2; o++) {
            struct err err = ERR_NONE;
            inject_fault(table, faults[f], operations[o], 1);
            if (set_rate(s, ++rate, &err) != ST_OK)
                fail_msg("%s at %s: %s", faults[f], operations[o], err.text);
            CHECK_INT(get_rate(s), rate);
        }
    store_free(s);
}

TEST(an_entry_is_written_and_counted_once_despite_any_single_fault)
{
    for (size_t l = 0; l < 2; l++) {
        char table[DYNAMO_TABLE_SIZE], key[16];
        struct store *s = open_impatient(table, layouts[l]);
        int entries = 0;
        for (size_t f = 0; f < FAULTS; f++) {
            struct err err = ERR_NONE;
            (void)snprintf(key, sizeof key, "K%d", entries++);
            inject_fault(table, faults[f], "UpdateItem", 1);
            if (put_entry(s, key, 1, &err) != ST_OK)
                fail_msg("%s: %s", faults[f], err.text);
            CHECK_INT(get_entry(s, key), 1);
            CHECK_INT(count_of(s), entries);
            inject_fault(table, faults[f], "UpdateItem", 1);
            CHECK_INT(put_entry(s, key, 2, &err), ST_OK); /* replaces the first */
            CHECK_INT(get_entry(s, key), 2);
            CHECK_INT(count_of(s), entries);
        }
        store_free(s);
    }
}

TEST(an_entry_is_removed_despite_any_single_fault)
{
    for (size_t l = 0; l < 2; l++) {
        char table[DYNAMO_TABLE_SIZE];
        struct store *s = open_impatient(table, layouts[l]);
        for (size_t f = 0; f < FAULTS; f++) {
            struct entry_name name = { "StationCache", STR("K") };
            CHECK_INT(put_entry(s, "K", 1, NULL), ST_OK);
            inject_fault(table, faults[f],
                         layouts[l] == STORE_LAYOUT_ITEM ? "UpdateItem" : "DeleteItem", 1);
            CHECK_INT(store_remove_entry(s, name, turn_deadline(), NULL), ST_OK);
            CHECK_INT(get_entry(s, "K"), -1);
            if (layouts[l] == STORE_LAYOUT_ITEM)
                CHECK_INT(count_of(s), 0);
        }
        store_free(s);
    }
}

/* Increments a counter by reading the item and writing it on condition. A version names the item's
 * content, so two writers of the same count could not be told apart: each adds a random number. */
static enum status count_up(struct store *s, int64_t *ret_was)
{
    json_t *got = NULL, *next;
    uint64_t version = 0;
    struct err err = ERR_NONE;
    enum status st = store_get(s, STR("c"), turn_deadline(), &got, &version, &err);

    if (st != ST_OK && st != ST_MISS)
        return ST_TIMEOUT; /* nothing was written */
    *ret_was = json_integer_value(json_object_get(got, "n"));
    next = json_pack("{s:I, s:I}", "n", (json_int_t)*ret_was + 1, "by",
                     (json_int_t)(random_u64() >> 12));
    st = store_put(s, STR("c"), next, version, turn_deadline(), &err);
    json_decref(next);
    json_decref(got);
    return st;
}

TEST(a_conditional_write_happens_once_or_reports_an_unknown_outcome)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = open_impatient(table, STORE_LAYOUT_ITEM);
    int64_t was, n = 0;

    for (size_t f = 0; f < FAULTS; f++) {
        inject_fault(table, faults[f], "UpdateItem", 1);
        CHECK_INT(count_up(s, &was), ST_OK);
        CHECK_INT(was, n);
        n++;
    }
    store_free(s);
}

/* The network delivers a request long after its sender has given up, retried, and been followed by
 * a newer write. */
TEST(a_delayed_request_changes_nothing)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = open_impatient(table, STORE_LAYOUT_ITEM);

    CHECK_INT(set_rate(s, 100, NULL), ST_OK);
    CHECK_INT(put_entry(s, "K", 1, NULL), ST_OK);
    dynamo_configure(table, "\"faults\":[{\"kind\":\"late\",\"ms\":900,\"times\":1,\"operation\":"
                            "\"UpdateItem\"}]");
    CHECK_INT(set_rate(s, 110, NULL), ST_OK);
    CHECK_INT(set_rate(s, 120, NULL), ST_OK);
    dynamo_configure(table, "\"faults\":[{\"kind\":\"late\",\"ms\":900,\"times\":1,\"operation\":"
                            "\"UpdateItem\"}]");
    CHECK_INT(put_entry(s, "K", 2, NULL), ST_OK);
    CHECK_INT(put_entry(s, "K", 3, NULL), ST_OK);
    clock_sleep_ms(1000);
    CHECK_INT(get_rate(s), 120);
    CHECK_INT(get_entry(s, "K"), 3);
    CHECK_INT(count_of(s), 1);
    store_free(s);
}

/* ---- faults that last ---- */

TEST(throttling_half_of_all_calls_only_slows_them_down)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = open_impatient(table, STORE_LAYOUT_ENTRIES);
    const int count = dynamo_scaled(500);

    dynamo_configure(table, "\"faults\":[{\"kind\":\"throttle\",\"chance\":0.5}]");
    for (int i = 1; i <= count; i++) {
        int64_t start = clock_mono_ms();
        CHECK_INT(set_rate(s, i, NULL), ST_OK);
        CHECK(clock_mono_ms() - start <= BOUND_MS);
    }
    dynamo_configure(table, "\"faults\":[]");
    CHECK_INT(get_rate(s), count);
    store_free(s);
}

TEST(a_failing_server_is_retried_until_the_deadline)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = open_impatient(table, STORE_LAYOUT_ITEM);
    struct err err = ERR_NONE;
    int64_t start;

    dynamo_configure(table, "\"faults\":[{\"kind\":\"server_error\",\"for_ms\":800}]");
    CHECK_INT(set_rate(s, 100, NULL), ST_OK);
    dynamo_configure(table, "\"faults\":[{\"kind\":\"server_error\",\"for_ms\":10000}]");
    start = clock_mono_ms();
    CHECK_INT(set_rate_until(s, 110, start + SHORT_TURN_MS, &err), ST_UNAVAILABLE);
    CHECK_STR(err.reason, "server_fault");
    CHECK(clock_mono_ms() - start <= BOUND_MS);
    dynamo_configure(table, "\"faults\":[]");
    CHECK_INT(get_rate(s), 100);
    store_free(s);
}

TEST(a_hanging_server_is_abandoned_at_the_deadline)
{
    static const char *const kinds[] = { "hang", "hang_after" };

    for (size_t i = 0; i < 2; i++) {
        char table[DYNAMO_TABLE_SIZE];
        struct store *s = open_impatient(table, STORE_LAYOUT_ITEM);
        struct err err = ERR_NONE;
        int64_t start = clock_mono_ms();
        inject_fault(table, kinds[i], "UpdateItem", 100);
        CHECK(set_rate_until(s, 110, start + SHORT_TURN_MS, &err) != ST_OK || i == 1);
        CHECK(clock_mono_ms() - start <= BOUND_MS);
        store_free(s);
    }
}

/* ---- all faults at once ---- */

enum { WRITERS = 3 };

static const char random_faults[] =
    "\"faults\":[{\"kind\":\"throttle\",\"chance\":0.15},{\"kind\":\"server_error_after\","
    "\"chance\":0.05},{\"kind\":\"reset_after\",\"chance\":0.05},{\"kind\":\"reset\",\"chance\":"
    "0.05},{\"kind\":\"truncate\",\"chance\":0.05},{\"kind\":\"bad_crc\",\"chance\":0.05},{"
    "\"kind\":\"cut\",\"chance\":0.05},{\"kind\":\"unavailable\",\"chance\":0.05}]";

struct writer {
    struct store *store;
    int number, rounds;
    int confirmed, unknown; /* increments of the counter */
    int rate;               /* the last confirmed setting; -1: unknown */
    bool put[1000];
};

static void *writer_run(void *data)
{
    struct writer *w = data;
    char key[16], name[16];

    for (int i = 0; i < w->rounds; i++) {
        const char *const path[] = { "UserCache", "u", name, NULL };
        struct store_change change = { path, json_integer(i) };
        struct err err = ERR_NONE;
        enum status st;
        int64_t was;
        (void)snprintf(name, sizeof name, "s%d", w->number);
        w->rate =
            store_update(w->store, STR("u"), &change, 1, turn_deadline(), NULL) == ST_OK ? i : -1;
        json_decref(change.value);
        (void)snprintf(key, sizeof key, "K%d_%d", w->number, i);
        w->put[i] = put_entry(w->store, key, i, &err) == ST_OK;
        st = count_up(w->store, &was);
        w->confirmed += st == ST_OK;
        w->unknown += st == ST_UNAVAILABLE;
    }
    return NULL;
}

TEST(writers_under_injected_faults_lose_nothing_and_repeat_nothing)
{
    for (size_t l = 0; l < 2; l++) {
        char table[DYNAMO_TABLE_SIZE], key[32];
        struct store *first = dynamo_create_store(table, layouts[l]);
        static struct writer writers[WRITERS];
        pthread_t threads[WRITERS];
        int confirmed = 0, unknown = 0, entries = 0;
        int64_t was = 0;
        json_t *got = NULL;
        memset(writers, 0, sizeof writers);
        dynamo_configure(table, random_faults);
        for (int i = 0; i < WRITERS; i++) {
            writers[i].store = dynamo_open(table, layouts[l]);
            writers[i].number = i;
            writers[i].rounds = dynamo_scaled(1000) / 4;
            CHECK(pthread_create(&threads[i], NULL, writer_run, &writers[i]) == 0);
        }
        for (int i = 0; i < WRITERS; i++)
            CHECK(pthread_join(threads[i], NULL) == 0);
        dynamo_configure(table, "\"faults\":[]");
        CHECK_INT(store_get(first, STR("u"), dynamo_deadline(), &got, NULL, NULL), ST_OK);
        for (int i = 0; i < WRITERS; i++) {
            int64_t rate = -1;
            (void)snprintf(key, sizeof key, "UserCache.u.s%d", i);
            CHECK(json_int(got, key, &rate));
            CHECK(writers[i].rate < 0 || writers[i].rate == rate);
            confirmed += writers[i].confirmed;
            unknown += writers[i].unknown;
            for (int k = 0; k < writers[i].rounds; k++) {
                (void)snprintf(key, sizeof key, "K%d_%d", i, k);
                if (writers[i].put[k])
                    CHECK_INT(get_entry(first, key), k);
                entries += get_entry(first, key) >= 0;
            }
        }
        json_decref(got);
        CHECK(count_up(first, &was) == ST_OK);
        if (was < confirmed || was > confirmed + unknown)
            fail_msg("counted %d, confirmed %d, unknown %d", (int)was, confirmed, unknown);
        for (int i = 0; i < WRITERS; i++) /* writes counts that are still pending */
            CHECK_INT(put_entry(writers[i].store, "last", i, NULL), ST_OK);
        CHECK(get_entry(first, "last") >= 0);
        CHECK_INT(count_of(first), entries + 1);
        for (int i = 0; i < WRITERS; i++)
            store_free(writers[i].store);
        store_free(first);
    }
}

TESTS(a_setting_is_saved_despite_any_single_fault,
      an_entry_is_written_and_counted_once_despite_any_single_fault,
      an_entry_is_removed_despite_any_single_fault,
      a_conditional_write_happens_once_or_reports_an_unknown_outcome,
      a_delayed_request_changes_nothing, throttling_half_of_all_calls_only_slows_them_down,
      a_failing_server_is_retried_until_the_deadline, a_hanging_server_is_abandoned_at_the_deadline,
      writers_under_injected_faults_lose_nothing_and_repeat_nothing)
