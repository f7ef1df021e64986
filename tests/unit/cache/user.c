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
    enum status st = user_set(s, USER_ACCOUNT(str_of(id)), setting, value, soon(), NULL);

    json_decref(value);
    return st;
}

TEST(a_setting_creates_the_item_and_the_userid)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
    static const char id[] = "amzn1.ask.account.A\"B";
    json_t *got = NULL;

    CHECK_INT(user_get(s, USER_ACCOUNT(str_of(id)), soon(), &got, NULL), ST_MISS);
    CHECK_INT(set_setting(s, id, "rate", json_integer(110)), ST_OK);
    CHECK_INT(set_setting(s, id, "location", json_null()), ST_OK);
    check_item(s, id,
               "{\"UserCache\":{\"amzn1.ask.account.A\\\"B\":{\"userid\":\"amzn1.ask.account."
               "A\\\"B\",\"rate\":110,\"location\":null}}}");
    CHECK_INT(user_get(s, USER_ACCOUNT(str_of(id)), soon(), &got, NULL), ST_OK);
    check_json(got, "{\"userid\":\"amzn1.ask.account.A\\\"B\",\"rate\":110,\"location\":null}");
    json_decref(got);
    CHECK_INT(set_setting(s, id, "rate", NULL), ST_OK);
    CHECK_INT(user_get(s, USER_ACCOUNT(str_of(id)), soon(), &got, NULL), ST_OK);
    check_json(got, "{\"userid\":\"amzn1.ask.account.A\\\"B\",\"location\":null}");
    json_decref(got);
    CHECK_INT(user_delete(s, str_of(id), soon(), NULL), ST_OK);
    CHECK_INT(user_get(s, USER_ACCOUNT(str_of(id)), soon(), &got, NULL), ST_MISS);
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
        CHECK_ROW(i, user_get(s, USER_ACCOUNT(STR("u")), soon(), &got, NULL) ==
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
        CHECK_ROW(i, user_get(s, USER_ACCOUNT(ids[i]), soon(), &got, NULL) == ST_INVALID);
        CHECK_ROW(i, user_set(s, USER_ACCOUNT(ids[i]), "rate", value, soon(), NULL) == ST_INVALID);
        CHECK_ROW(i, user_delete(s, ids[i], soon(), NULL) == ST_INVALID);
        json_decref(value);
    }
    store_free(s);
}

static enum status set_for(struct store *s, const char *person, const char *setting, int value)
{
    json_t *number = json_integer(value);
    enum status st =
        user_set(s, user_key_of(STR("u"), str_of(person)), setting, number, soon(), NULL);

    json_decref(number);
    return st;
}

static void check_settings(struct store *s, const char *person, const char *want)
{
    json_t *got = NULL;

    CHECK_INT(user_get(s, user_key_of(STR("u"), str_of(person)), soon(), &got, NULL), ST_OK);
    check_json(got, want);
    json_decref(got);
}

TEST(a_person_has_the_settings_of_the_account_until_the_first_change)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
    json_t *got = NULL;

    CHECK_INT(user_get(s, user_key_of(STR("u"), STR("p1")), soon(), &got, NULL), ST_MISS);
    put_item(s, "u",
             "{\"UserCache\":{\"u\":{\"userid\":\"u\",\"rate\":80,\"new\":{\"a\":1}}},\"x\":[1]}");
    check_settings(s, "p1", "{\"userid\":\"u\",\"rate\":80,\"new\":{\"a\":1}}");
    CHECK_INT(set_for(s, "p1", "pitch", 90), ST_OK);
    CHECK_INT(set_for(s, "", "rate", 120), ST_OK); /* not the person's any more */
    CHECK_INT(set_for(s, "p1", "volume", 5), ST_OK);
    check_settings(s, "p1",
                   "{\"userid\":\"u\",\"rate\":80,\"new\":{\"a\":1},\"pitch\":90,\"volume\":5}");
    check_settings(s, "p2", "{\"userid\":\"u\",\"rate\":120,\"new\":{\"a\":1}}");
    check_item(s, "u",
               "{\"UserCache\":{\"u\":{\"userid\":\"u\",\"rate\":120,\"new\":{\"a\":1}},\"p1\":{"
               "\"userid\":"
               "\"u\",\"rate\":80,\"new\":{\"a\":1},\"pitch\":90,\"volume\":5}},\"x\":[1]}");
    CHECK_INT(user_delete(s, STR("u"), soon(), NULL), ST_OK);
    CHECK_INT(user_get(s, user_key_of(STR("u"), STR("p1")), soon(), &got, NULL), ST_MISS);
    store_free(s);
}

TEST(a_person_without_an_account_s_settings_gets_own_ones)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
    json_t *got = NULL;

    CHECK_INT(set_for(s, "p1", "rate", 90), ST_OK);
    check_item(s, "u", "{\"UserCache\":{\"p1\":{\"userid\":\"u\",\"rate\":90}}}");
    CHECK_INT(user_get(s, USER_ACCOUNT(STR("u")), soon(), &got, NULL), ST_MISS);
    put_item(s, "u", "{\"UserCache\":\"text\"}");
    CHECK_INT(set_for(s, "p1", "rate", 95), ST_OK);
    check_item(s, "u", "{\"UserCache\":{\"p1\":{\"userid\":\"u\",\"rate\":95}}}");
    store_free(s);
}

static enum status set_location(struct store *s, const char *person, const char *place,
                                bool from_address)
{
    json_t *text = json_string(place);
    enum status st = user_set_location(s, user_key_of(STR("u"), str_of(person)), text, from_address,
                                       soon(), NULL);

    json_decref(text);
    return st;
}

/* Also one of the same name. */
TEST(a_location_that_was_named_is_not_forgotten_with_the_address)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);

    CHECK_INT(set_location(s, "", "Boulder Colorado", true), ST_OK);
    CHECK_INT(set_location(s, "p1", "Moab Utah", true), ST_OK);
    check_settings(s, "",
                   "{\"userid\":\"u\",\"location\":\"Boulder Colorado\",\"address_location\":"
                   "\"Boulder Colorado\"}");
    CHECK_INT(set_location(s, "", "Boulder Colorado", false), ST_OK);
    check_settings(s, "", "{\"userid\":\"u\",\"location\":\"Boulder Colorado\"}");
    CHECK_INT(user_forget_address(s, STR("u"), soon(), NULL), ST_OK);
    check_settings(s, "", "{\"userid\":\"u\",\"location\":\"Boulder Colorado\"}");
    check_settings(s, "p1", "{\"userid\":\"u\"}");
    store_free(s);
}

static enum status note_for(struct store *s, const char *person)
{
    json_t *yes = json_true();
    enum status st =
        user_note(s, user_key_of(STR("u"), str_of(person)), "address_offered", yes, soon(), NULL);

    json_decref(yes);
    return st;
}

TEST(what_is_noted_is_not_a_first_change)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);

    CHECK_INT(note_for(s, "p1"), ST_OK);
    check_item(s, "u", "{\"UserCache\":{\"u\":{\"userid\":\"u\",\"address_offered\":true}}}");
    put_item(s, "u", "{\"UserCache\":{\"p1\":{\"rate\":80}}}");
    CHECK_INT(note_for(s, "p1"), ST_OK); /* p1 now has settings: those are read */
    check_item(s, "u",
               "{\"UserCache\":{\"p1\":{\"userid\":\"u\",\"rate\":80,\"address_offered\":true}}}");
    store_free(s);
}

TEST(unusable_person_ids_mean_the_account)
{
    char longest[513];
    const struct str ids[] = {
        STR_NONE,    STR("u"),    { longest, sizeof longest }, STR("p\n"), STR("p q"), STR("p\x7f"),
        STR("\xc3"), STR("p\0q"),
    };

    memset(longest, 'p', sizeof longest);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        CHECK_ROW(i, user_key_of(STR("u"), ids[i]).person.n == 0);
    CHECK_INT(user_key_of(STR("u"), str_sub(ids[2], 0, 512)).person.n, 512);
}

TESTS(a_person_has_the_settings_of_the_account_until_the_first_change,
      a_person_without_an_account_s_settings_gets_own_ones,
      a_location_that_was_named_is_not_forgotten_with_the_address,
      what_is_noted_is_not_a_first_change, unusable_person_ids_mean_the_account,
      a_setting_creates_the_item_and_the_userid,
      a_malformed_item_is_repaired_only_on_the_path_of_the_setting, invalid_user_ids_are_rejected)
