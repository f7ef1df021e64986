/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/user.c -- the settings of one user. */
#include "cache/user.h"

#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/test.h"

static int64_t soon(void)
{
    return clock_mono_ms() + 20000;
}

static void check_json(json_t *got, const char *want)
{
    json_t *wanted = json_loads(want, 0, NULL);
    char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);

    CHECK(wanted);
    if (!json_equal(got, wanted))
        fail_msg("got %s, want %s", text, want);
    free(text);
    json_decref(wanted);
}

static void check_item(struct store *s, const char *id, const char *want)
{
    json_t *got = NULL;

    CHECK_INT(store_get(s, str_of(id), soon(), &got, NULL, NULL), ST_OK);
    check_json(got, want);
    json_decref(got);
}

static void put_item(struct store *s, const char *id, const char *attributes)
{
    json_t *value = json_loads(attributes, 0, NULL);
    uint64_t version = 0;
    json_t *old = NULL;

    CHECK(value);
    (void)store_get(s, str_of(id), soon(), &old, &version, NULL);
    CHECK_INT(store_put(s, str_of(id), value, version, soon(), NULL), ST_OK);
    json_decref(value);
    json_decref(old);
}

static enum status set_setting(struct store *s, const char *id, const char *setting, json_t *value)
{
    enum status st = user_set(s, str_of(id), setting, value, soon(), NULL);

    json_decref(value);
    return st;
}

TEST(a_setting_creates_the_item_and_the_userid)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
    static const char id[] = "amzn1.ask.account.A\"B";
    json_t *got = NULL;

    CHECK_INT(user_get(s, str_of(id), soon(), &got, NULL), ST_MISS);
    CHECK_INT(set_setting(s, id, "rate", json_integer(110)), ST_OK);
    CHECK_INT(set_setting(s, id, "location", json_null()), ST_OK);
    check_item(s, id,
               "{\"UserCache\":{\"amzn1.ask.account.A\\\"B\":{\"userid\":\"amzn1.ask.account."
               "A\\\"B\",\"rate\":110,\"location\":null}}}");
    CHECK_INT(user_get(s, str_of(id), soon(), &got, NULL), ST_OK);
    check_json(got, "{\"userid\":\"amzn1.ask.account.A\\\"B\",\"rate\":110,\"location\":null}");
    json_decref(got);
    CHECK_INT(set_setting(s, id, "rate", NULL), ST_OK);
    CHECK_INT(user_get(s, str_of(id), soon(), &got, NULL), ST_OK);
    check_json(got, "{\"userid\":\"amzn1.ask.account.A\\\"B\",\"location\":null}");
    json_decref(got);
    CHECK_INT(user_delete(s, str_of(id), soon(), NULL), ST_OK);
    CHECK_INT(user_get(s, str_of(id), soon(), &got, NULL), ST_MISS);
    store_free(s);
}

TEST(a_malformed_item_is_repaired_only_on_the_path_of_the_setting)
{
    static const struct {
        const char *before, *after;
        bool readable;
    } cases[] = {
        { "{}", "{\"UserCache\":{\"u\":{\"userid\":\"u\",\"rate\":90}}}", false },
        { "{\"UserCache\":null,\"x\":[1]}",
          "{\"UserCache\":{\"u\":{\"userid\":\"u\",\"rate\":90}},\"x\":[1]}", false },
        { "{\"UserCache\":\"text\"}", "{\"UserCache\":{\"u\":{\"userid\":\"u\",\"rate\":90}}}",
          false },
        { "{\"UserCache\":{\"other\":{\"rate\":1},\"u\":[]}}",
          "{\"UserCache\":{\"other\":{\"rate\":1},\"u\":{\"userid\":\"u\",\"rate\":90}}}", false },
        { "{\"UserCache\":{\"u\":{\"rate\":\"fast\",\"pitch\":null,\"new\":{\"a\":1}}}}",
          "{\"UserCache\":{\"u\":{\"userid\":\"u\",\"rate\":90,\"pitch\":null,\"new\":{\"a\":1}}}}",
          true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
        json_t *got = NULL;
        put_item(s, "u", cases[i].before);
        CHECK_ROW(i, user_get(s, STR("u"), soon(), &got, NULL) ==
                         (cases[i].readable ? ST_OK : ST_MISS));
        json_decref(got);
        CHECK_INT(set_setting(s, "u", "rate", json_integer(90)), ST_OK);
        check_item(s, "u", cases[i].after);
        store_free(s);
    }
}

TEST(invalid_user_ids_are_rejected)
{
    static const struct str ids[] = {
        STR("SHARED_CACHE"),
        STR("SHARED_CACHE#StationCache#KBDU"),
        STR(""),
        STR("\xc3"),
    };
    struct store *s = store_memory_create(STORE_LAYOUT_ENTRIES);

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        json_t *got = NULL, *value = json_integer(1);
        CHECK_ROW(i, user_get(s, ids[i], soon(), &got, NULL) == ST_INVALID);
        CHECK_ROW(i, user_set(s, ids[i], "rate", value, soon(), NULL) == ST_INVALID);
        CHECK_ROW(i, user_delete(s, ids[i], soon(), NULL) == ST_INVALID);
        json_decref(value);
    }
    store_free(s);
}

TESTS(a_setting_creates_the_item_and_the_userid,
      a_malformed_item_is_repaired_only_on_the_path_of_the_setting, invalid_user_ids_are_rejected)
