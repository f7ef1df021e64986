/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/out_of_memory.c -- every allocation made to fail once: an error, and no damage.
 *
 * The allocator is glibc's with a counter in front; under a sanitizer, which brings its own, there
 * is nothing to do. */
#define _XOPEN_SOURCE 700
#include "cache/store.h"

#include <stdlib.h>

#include "cache/memory.h"
#include "cache/shared.h"
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
#define ALLOCATOR_IS_OURS 0
#else
#define ALLOCATOR_IS_OURS 1
#endif

static long countdown; /* to the allocation that fails; 0: none will */

#if ALLOCATOR_IS_OURS
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);

static bool fails(void)
{
    return countdown > 0 && --countdown == 0;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size)
{
    return fails() ? NULL : __libc_realloc(p, size);
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

static bool expected(enum status st)
{
    /* The JSON parser and a buffer cannot say that it was memory. */
    return st == ST_OK || st == ST_MISS || st == ST_SYSTEM || st == ST_INVALID ||
           st == ST_TOO_LARGE;
}

/* A little of everything. False: a status that a lack of memory does not explain. */
static bool use(struct store *s, json_t *entry)
{
    struct entry_name name = { "StationCache", STR("KBDU") };
    struct memory *memory = memory_create(1 << 20);
    struct shared_settings settings = { .ttl_days = 35 };
    struct shared *shared = memory ? shared_create(&settings, memory, s, NULL) : NULL;
    json_t *got = NULL;
    char *cursor = NULL;
    bool ok = true;
    int met = 0;

    ok &= expected(user_set(s, STR("u"), "metrics", entry, soon(), NULL));
    ok &= expected(user_get(s, STR("u"), soon(), &got, NULL));
    json_decref(got);
    got = NULL;
    if (shared) {
        ok &= expected(shared_put(shared, name, entry, soon(), NULL));
        memory_remove(memory, STR("e:StationCache#KBDU"));
        ok &= expected(shared_get(shared, name, soon(), &got, NULL));
        json_decref(got);
        got = NULL;
    }
    ok &= expected(store_get(s, STR(STORE_SHARED_ID), soon(), &got, NULL, NULL));
    json_decref(got);
    do {
        ok &= expected(store_scan(s, 2, &cursor, count_items, &met, soon(), NULL));
    } while (cursor && met < 100 && ok && countdown > 0);
    free(cursor);
    ok &= expected(store_delete(s, STR(STORE_SHARED_ID), soon(), NULL));
    shared_free(shared);
    memory_free(memory);
    return ok;
}

static struct store *open_either(int which, const char *folder)
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

TEST(an_allocation_that_fails_is_an_error_and_no_damage)
{
    enum { MOST = 5000 };
    json_t *entry = json_loads("{\"a\":[1,2.5,\"text\",{\"b\":null}],\"c\":\"d\"}", 0, NULL);

    if (!ALLOCATOR_IS_OURS) {
        json_decref(entry);
        skip();
    }
    for (int which = 0; which < 4; which++) {
        char folder[FOLDER_SIZE];
        long nth = 1;
        bool spent = true;
        folder_make(folder);
        for (; spent && nth < MOST; nth += which % 2 ? 11 : 1) {
            struct store *s = open_either(which, folder);
            json_t *got = NULL;
            bool ok;
            countdown = nth;
            ok = use(s, entry);
            spent = countdown == 0;
            countdown = 0;
            if (!ok)
                fail_msg("store %d, allocation %ld", which, nth);
            CHECK_INT(user_set(s, STR("u"), "metrics", entry, soon(), NULL), ST_OK);
            CHECK_INT(user_get(s, STR("u"), soon(), &got, NULL), ST_OK);
            CHECK(json_equal(json_object_get(got, "metrics"), entry));
            json_decref(got);
            store_free(s);
        }
        print_message("    store %d: %ld allocations\n", which, nth);
        CHECK(nth > 20 && nth < MOST);
        folder_remove(folder);
    }
    json_decref(entry);
}

TESTS(an_allocation_that_fails_is_an_error_and_no_damage)
