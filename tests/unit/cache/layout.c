/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/layout.c -- where shared entries are stored. */
#include "cache/layout.h"

#include "tests/test.h"

TEST(an_entry_id_is_parsed_and_written)
{
    static const struct {
        const char *id, *cache, *key; /* cache NULL: not the id of an entry */
    } cases[] = {
        { "SHARED_CACHE#StationCache#KBDU", "StationCache", "KBDU" },
        { "SHARED_CACHE#LocationCache#a#b", "LocationCache", "a#b" },
        { "SHARED_CACHE#Z#\xc3\xbc", "Z", "\xc3\xbc" },
        { "SHARED_CACHE", NULL, NULL },
        { "SHARED_CACHE#", NULL, NULL },
        { "SHARED_CACHE#StationCache", NULL, NULL },
        { "SHARED_CACHE#StationCache#", NULL, NULL },
        { "SHARED_CACHE##KBDU", NULL, NULL },
        { "SHARED_CACHE#Station Cache#KBDU", NULL, NULL },
        { "SHARED_CACHE#Z#\xc3", NULL, NULL },
        { "XSHARED_CACHE#Z#K", NULL, NULL },
        { "amzn1.ask.account.A", NULL, NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char cache[STORE_CACHE_MAX + 1], id[LAYOUT_ENTRY_ID_MAX + 1];
        struct entry_name name;
        bool is = layout_entry_id_parse(str_of(cases[i].id), cache, &name);
        CHECK_ROW(i, is == !!cases[i].cache);
        if (!is)
            continue;
        CHECK_STR(name.cache, cases[i].cache);
        CHECK_SLICE(name.key, cases[i].key);
        CHECK_SLICE(layout_entry_id(name, id), cases[i].id);
    }
}

TEST(a_ttl_is_epoch_seconds_or_never)
{
    static const struct {
        const char *entry;
        int64_t want;
    } cases[] = {
        { "{\"ttl\":1700000000}", 1700000000 },
        { "{\"ttl\":1700000000.9}", 1700000000 },
        { "{\"ttl\":0}", 0 },
        { "{\"ttl\":-5}", 0 },
        { "{\"ttl\":\"1700000000\"}", 0 },
        { "{\"ttl\":null}", 0 },
        { "{\"ttl\":1e300}", 0 },
        { "{}", 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *entry = json_loads(cases[i].entry, 0, NULL);
        CHECK_ROW(i, layout_ttl(entry) == cases[i].want);
        json_decref(entry);
    }
    CHECK(layout_expired(5, 5) && layout_expired(5, 6) && !layout_expired(5, 4));
    CHECK(!layout_expired(0, 5));
}

/* "cache/key " for an entry, "(cache/key) " for anything else. */
static enum status list_member(void *data, const struct layout_member *m, struct err *err)
{
    struct buf *list = data;

    (void)err;
    buf_printf(list, m->is_entry ? "%s/%s " : "(%s/%s) ", m->cache, m->key.p ? m->key.p : "");
    return str_eqz(m->key, "stop") ? ST_CONFLICT : ST_OK;
}

TEST(the_members_of_an_item_of_shared_entries_are_visited_in_either_layout)
{
    static const struct {
        const char *id, *attributes, *want;
        enum status status;
    } cases[] = {
        { "SHARED_CACHE", "{\"A\":{\"x\":{},\"y\":1},\"B\":{\"z\":{}}}", "A/x (A/y) B/z ", ST_OK },
        { "SHARED_CACHE", "{\"A\":{},\"B\":7,\"C-\":{\"x\":{}}}", "(A/) (B/) (C-/x) ", ST_OK },
        { "SHARED_CACHE", "{\"A\":{\"stop\":{},\"y\":{}},\"B\":{}}", "A/stop ", ST_CONFLICT },
        { "SHARED_CACHE", "{}", "", ST_OK },
        { "SHARED_CACHE#A#x#y", "{\"id\":1}", "A/x#y ", ST_OK },
        { "a user", "{\"UserCache\":{\"a user\":{}}}", "", ST_OK },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *attributes = json_loads(cases[i].attributes, 0, NULL);
        struct buf list = BUF_INIT(200);
        struct str id = str_of(cases[i].id);
        CHECK_ROW(i,
                  layout_each_member(id, attributes, list_member, &list, NULL) == cases[i].status);
        CHECK_SLICE(buf_str(&list), cases[i].want);
        CHECK_ROW(i, layout_is_shared(id) == (i < 5));
        buf_free(&list);
        json_decref(attributes);
    }
}

TEST(internal_items_are_neither_shared_entries_nor_users)
{
    static const struct {
        const char *id;
        bool internal;
    } cases[] = {
        { "SHARED_CACHE_STATS", true }, { "SHARED_CACHE_CHAINS", true },  { "SHARED_CACHE", false },
        { "SHARED_CACHE#A#x", false },  { "amzn1.ask.account.A", false }, { "", false },
        { "API_TOKENS", true },         { "API_TOKENS_2", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_ROW(i, layout_is_internal(str_of(cases[i].id)) == cases[i].internal);
}

TESTS(an_entry_id_is_parsed_and_written, a_ttl_is_epoch_seconds_or_never,
      the_members_of_an_item_of_shared_entries_are_visited_in_either_layout,
      internal_items_are_neither_shared_entries_nor_users)
