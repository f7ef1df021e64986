/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/good_urls_item.c -- the URLs of good chains in the store, on every backend. */
#define _XOPEN_SOURCE 700
#include "server/good_urls_item.h"

#include "tests/unit/cache/every_store.h"

#define URL(n) "https://s3.amazonaws.com/echo.api/echo-api-cert-" #n ".pem"

static enum status sync_urls(struct store *s, struct good_urls *g)
{
    struct good_urls_storage storage = good_urls_item_storage(s);

    return storage.sync(storage.data, g, soon(), NULL);
}

static void check_sync(struct store *s, enum store_layout layout)
{
    struct good_urls one = { .count = 0 }, two = { .count = 0 };
    uint64_t version = 0, later = 0;
    json_t *item = NULL;

    (void)layout;
    CHECK_INT(sync_urls(s, &one), ST_OK); /* nothing to save, nothing kept */
    check_item(s, GOOD_URLS_ITEM_ID, NULL);
    CHECK(good_urls_note(&one, URL(1), 1000));
    CHECK_INT(sync_urls(s, &one), ST_OK);
    CHECK(good_urls_note(&two, URL(2), 2000));
    CHECK_INT(sync_urls(s, &two), ST_OK);
    CHECK(good_urls_has(&two, URL(1)));
    check_item(s, GOOD_URLS_ITEM_ID, "{\"urls\": {\"" URL(1) "\": 1000, \"" URL(2) "\": 2000}}");

    CHECK_INT(store_get(s, STR(GOOD_URLS_ITEM_ID), soon(), &item, &version, NULL), ST_OK);
    json_decref(item);
    CHECK_INT(sync_urls(s, &one), ST_OK); /* reads without writing */
    CHECK(good_urls_has(&one, URL(2)));
    CHECK_INT(store_get(s, STR(GOOD_URLS_ITEM_ID), soon(), &item, &later, NULL), ST_OK);
    json_decref(item);
    CHECK(version == later);
    CHECK_INT(count_of(s, "LocationCache"), 0);
    good_urls_done(&one);
    good_urls_done(&two);
}

TEST(daemons_share_what_they_have_learned)
{
    on_every_store(check_sync);
}

static void check_bounds(struct store *s, enum store_layout layout)
{
    struct good_urls g = { .count = 0 };
    char url[100];
    json_t *item = NULL;

    (void)layout;
    CHECK_INT(put_item(s, GOOD_URLS_ITEM_ID, "{\"urls\": {\"x\": \"text\"}, \"other\": [1]}", 0),
              ST_OK);
    for (int n = 0; n < 3 * GOOD_URLS_MAX; n++) {
        snprintf(url, sizeof url, URL(% d), n);
        CHECK(good_urls_note(&g, url, 1000 + n));
        if (n % GOOD_URLS_MAX == GOOD_URLS_MAX - 1)
            CHECK_INT(sync_urls(s, &g), ST_OK);
    }
    CHECK_INT(store_get(s, STR(GOOD_URLS_ITEM_ID), soon(), &item, NULL, NULL), ST_OK);
    CHECK_INT(json_object_size(json_object_get(item, "urls")), GOOD_URLS_MAX);
    CHECK(json_object_get(json_object_get(item, "urls"), url));
    CHECK(json_object_get(item, "other")); /* what it does not know, it leaves alone */
    json_decref(item);
    good_urls_done(&g);
}

TEST(the_item_is_bounded_and_keeps_the_newest)
{
    on_every_store(check_bounds);
}

TEST(a_malformed_item_counts_as_empty)
{
    static const char *const cases[] = { "{}", "{\"urls\": null}", "{\"urls\": [1]}",
                                         "{\"urls\": {\"" URL(1) "\": \"now\"}}" };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
        struct good_urls g = { .count = 0 };
        CHECK_INT(put_item(s, GOOD_URLS_ITEM_ID, cases[i], 0), ST_OK);
        CHECK_ROW(i, sync_urls(s, &g) == ST_OK && g.count == 0);
        CHECK(good_urls_note(&g, URL(1), 1000));
        CHECK_INT(sync_urls(s, &g), ST_OK);
        check_item(s, GOOD_URLS_ITEM_ID, "{\"urls\": {\"" URL(1) "\": 1000}}");
        good_urls_done(&g);
        store_free(s);
    }
}

TESTS(daemons_share_what_they_have_learned, the_item_is_bounded_and_keeps_the_newest,
      a_malformed_item_counts_as_empty)
