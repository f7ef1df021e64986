/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/out_of_memory.c -- makes every allocation fail once: an error, and no damage.
 *
 * The allocator is glibc's with a counter in front of it; under a sanitizer, which has its own, the
 * test is skipped. */
#define _XOPEN_SOURCE 700
#include "cache/store.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "cache/memory.h"
#include "cache/shared.h"
#include "cache/topk.h"
#include "cache/user.h"
#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/cache/folder.h"

#ifdef __has_feature
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    HAS_FEATURE(address_sanitizer) || HAS_FEATURE(thread_sanitizer) || !defined(__GLIBC__)
#define CAN_WRAP_MALLOC 0
#else
#define CAN_WRAP_MALLOC 1
#endif

static atomic_long countdown; /* to the allocation that fails; 0: none fails */

#if CAN_WRAP_MALLOC
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);

/* glibc asserts that errno says why a thread cannot be created. */
static bool fails_now(void)
{
    if (countdown <= 0 || atomic_fetch_sub(&countdown, 1) != 1)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return fails_now() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
    return fails_now() ? NULL : __libc_realloc(p, size);
}
#endif

static int64_t soon(void)
{
    return clock_mono_ms() + 20000;
}

static enum status count_items(void *data, struct str id, json_t *attributes, struct err *err)
{
    (void)id, (void)attributes, (void)err;
    ++*(int *)data;
    return ST_OK;
}

static bool is_expected(enum status st)
{
    /* The JSON parser and struct buf do not report that memory was the reason. */
    return st == ST_OK || st == ST_MISS || st == ST_SYSTEM || st == ST_INVALID ||
           st == ST_TOO_LARGE;
}

/* Call a bit of everything. Returns false on a status that running out of memory does not
 * explain. */
static bool use_store(struct store *s, json_t *entry)
{
    struct entry_name name = { "StationCache", STR("KBDU") };
    struct memory *memory = memory_create(1 << 20);
    struct shared_settings settings = { .ttl_days = 35 };
    struct shared *shared = memory ? shared_create(&settings, memory, s, NULL) : NULL;
    json_t *got = NULL;
    struct object *known = NULL;
    char *cursor = NULL;
    bool ok = true;
    int visited = 0;

    ok &= is_expected(user_set(s, USER_ACCOUNT(STR("u")), "metrics", entry, soon(), NULL));
    ok &= is_expected(user_get(s, USER_ACCOUNT(STR("u")), soon(), &got, NULL));
    json_decref(got);
    got = NULL;
    if (shared) {
        ok &= is_expected(shared_put(shared, name, entry, soon(), NULL));
        memory_remove(memory, STR("e:StationCache#KBDU"));
        ok &= is_expected(shared_acquire(shared, name, soon(), &known, NULL));
        object_release(known);
    }
    ok &= is_expected(store_get(s, STR(STORE_SHARED_ID), soon(), &got, NULL, NULL));
    json_decref(got);
    do {
        ok &= is_expected(store_scan(s, 2, &cursor, count_items, &visited, soon(), NULL));
    } while (cursor && visited < 100 && ok && countdown > 0);
    free(cursor);
    ok &= is_expected(store_delete(s, STR(STORE_SHARED_ID), soon(), NULL));
    shared_free(shared);
    memory_free(memory);
    return ok;
}

static struct store *open_store(int which, const char *folder)
{
    char path[FILE_SIZE];
    struct store *s = NULL;

    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    if (which % 2 == 0)
        return store_memory_create(which / 2 ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM);
    CHECK(store_sqlite_open(path, which / 2 ? STORE_LAYOUT_ENTRIES : STORE_LAYOUT_ITEM, true, &s,
                            NULL) == ST_OK);
    return s;
}

TEST(a_failed_allocation_is_an_error_and_does_no_damage)
{
    enum { ALLOCATIONS_MAX = 5000 };
    json_t *entry = json_loads("{\"a\":[1,2.5,\"text\",{\"b\":null}],\"c\":\"d\"}", 0, NULL);

    if (!CAN_WRAP_MALLOC) {
        json_decref(entry);
        skip();
    }
    for (int which = 0; which < 4; which++) {
        char folder[FOLDER_SIZE];
        long nth = 1;
        bool reached = true;
        folder_make(folder);
        for (; reached && nth < ALLOCATIONS_MAX; nth += which % 2 ? 11 : 1) {
            struct store *s = open_store(which, folder);
            json_t *got = NULL;
            bool ok;
            countdown = nth;
            ok = use_store(s, entry);
            reached = countdown <= 0;
            countdown = 0;
            if (!ok)
                fail_msg("store %d, allocation %ld", which, nth);
            CHECK_INT(user_set(s, USER_ACCOUNT(STR("u")), "metrics", entry, soon(), NULL), ST_OK);
            CHECK_INT(user_get(s, USER_ACCOUNT(STR("u")), soon(), &got, NULL), ST_OK);
            CHECK(json_equal(json_object_get(got, "metrics"), entry));
            json_decref(got);
            store_free(s);
        }
        print_message("    store %d: %ld allocations\n", which, nth);
        CHECK(nth > 20 && nth < ALLOCATIONS_MAX);
        folder_remove(folder);
    }
    json_decref(entry);
}

/* Counts places; each allocation fails, or none. */
static void count_places(struct topk *t, int first, int count, bool fails)
{
    char name[30];

    for (int i = first; i < first + count; i++) {
        (void)snprintf(name, sizeof name, "place_%d", i);
        countdown = fails;
        topk_count(t, str_of(name));
        countdown = 0;
    }
}

TEST(a_name_without_memory_is_not_counted_and_others_are)
{
    enum { MANY = 20000 };
    static struct topk_name top[TOPK_SLOTS];
    struct topk *t = topk_create();

    if (!CAN_WRAP_MALLOC) {
        topk_free(t);
        skip();
    }
    count_places(t, 0, 1, true); /* the table is made for the first name */
    CHECK_INT(topk_top(t, top, TOPK_SLOTS), 0);
    CHECK_INT(topk_drain(t, top), 0);
    count_places(t, 0, 1, true);
    count_places(t, 1, 1, false);
    CHECK_INT(topk_top(t, top, TOPK_SLOTS), 1);
    CHECK_STR(top[0].name, "place_1");
    for (int i = 2; i < MANY; i++) { /* it grows at some of them, and names replace others */
        count_places(t, i, 1, true);
        count_places(t, 1, 1, true); /* known */
    }
    CHECK(topk_top(t, top, 1) == 1 && top[0].count == MANY - 1);
    CHECK_STR(top[0].name, "place_1");
    count_places(t, MANY, TOPK_SLOTS * 2, false);
    CHECK_INT(topk_top(t, top, TOPK_SLOTS), TOPK_SLOTS);
    CHECK_INT(topk_drain(t, top), TOPK_SLOTS);
    for (int i = 0; i < TOPK_SLOTS; i++)
        CHECK(top[i].name[0] && top[i].count > 0);
    topk_free(t);
}

TESTS(a_failed_allocation_is_an_error_and_does_no_damage,
      a_name_without_memory_is_not_counted_and_others_are)
