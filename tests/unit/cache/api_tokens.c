/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/api_tokens.c -- tokens in the store: made, found by their hash, revoked. */
#include "cache/api_tokens.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "tests/test.h"

static int64_t soon(void)
{
    return clock_mono_ms() + 2000;
}

static struct api_tokens read_tokens(struct store *store)
{
    struct api_tokens tokens = { .count = 0 };
    struct err err = ERR_NONE;

    CHECK_INT(api_tokens_read(store, soon(), &tokens, &err), ST_OK);
    return tokens;
}

TEST(a_token_is_found_until_it_is_revoked)
{
    struct store *store = store_memory_create(STORE_LAYOUT_ITEM);
    char first[API_TOKEN_TEXT_LENGTH + 1], second[API_TOKEN_TEXT_LENGTH + 1];
    struct err err = ERR_NONE;
    struct api_tokens tokens = read_tokens(store);

    CHECK_INT(tokens.count, 0);
    CHECK_INT(api_tokens_create(store, STR("kitchen"), 1000, soon(), first, &err), ST_OK);
    CHECK_INT(api_tokens_create(store, STR("phone"), 2000, soon(), second, &err), ST_OK);
    CHECK_INT(strlen(first), API_TOKEN_TEXT_LENGTH);
    CHECK_INT(strspn(first, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              API_TOKEN_TEXT_LENGTH);
    CHECK(strcmp(first, second) != 0);
    tokens = read_tokens(store);
    const struct api_token *found = api_tokens_find(&tokens, str_of(first));
    CHECK(found);
    CHECK_STR(found->name, "kitchen");
    CHECK_INT(found->created, 1000);
    CHECK_INT(found->used, 0);
    CHECK(!api_tokens_find(&tokens, STR("")));
    CHECK(!api_tokens_find(&tokens, str_sub(str_of(first), 1, 99)));
    CHECK_INT(api_tokens_note_used(store, found, 3000, soon(), &err), ST_OK);
    CHECK_INT(api_tokens_revoke(store, STR("phone"), soon(), &err), ST_OK);
    tokens = read_tokens(store);
    CHECK_INT(tokens.count, 1);
    CHECK_INT(tokens.at[0].used, 3000);
    CHECK(!api_tokens_find(&tokens, str_of(second)));
    CHECK_INT(api_tokens_revoke(store, STR("phone"), soon(), &err), ST_NOT_FOUND);
    store_free(store);
}

TEST(the_item_has_the_hash_and_not_the_token)
{
    struct store *store = store_memory_create(STORE_LAYOUT_ITEM);
    char text[API_TOKEN_TEXT_LENGTH + 1], hash[65];
    struct buf item = BUF_INIT(10000);
    struct err err = ERR_NONE;
    json_t *attributes = NULL;

    CHECK_INT(api_tokens_create(store, STR("kitchen"), 1000, soon(), text, &err), ST_OK);
    CHECK_INT(store_get(store, STR("API_TOKENS"), soon(), &attributes, NULL, &err), ST_OK);
    json_put(&item, attributes);
    CHECK(digest_sha256_hex(str_of(text), hash));
    CHECK(!strstr(buf_z(&item), text));
    CHECK(strstr(buf_z(&item), hash));
    buf_free(&item);
    json_decref(attributes);
    store_free(store);
}

TEST(names_are_short_plain_and_used_once)
{
    static const char *const bad[] = { "",
                                       "a b",
                                       "a/b",
                                       "\xc3\xa9",
                                       "a\n",
                                       ("1234567890123456789012345678901234567890123456789012345678"
                                        "901") };
    struct store *store = store_memory_create(STORE_LAYOUT_ITEM);
    char text[API_TOKEN_TEXT_LENGTH + 1];
    struct err err = ERR_NONE;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err_clear(&err);
        CHECK_ROW(i, api_tokens_create(store, str_of(bad[i]), 1, soon(), text, &err) == ST_INVALID);
    }
    err_clear(&err);
    CHECK_INT(api_tokens_create(store, STR("a.b-c_9"), 1, soon(), text, &err), ST_OK);
    CHECK_INT(api_tokens_create(store, STR("a.b-c_9"), 1, soon(), text, &err), ST_CONFLICT);
    store_free(store);
}

TEST(what_is_not_a_token_in_the_item_is_left_out)
{
    struct store *store = store_memory_create(STORE_LAYOUT_ITEM);
    struct err err = ERR_NONE;
    json_t *item = json_loads("{\"tokens\":{\"a\":{\"used\":5},\"b\":7,\"c\":{\"hash\":\"xyz\"},"
                              "\"d d\":{}},\"other\":1}",
                              0, NULL);

    CHECK_INT(store_put(store, STR("API_TOKENS"), item, 0, soon(), &err), ST_OK);
    CHECK_INT(read_tokens(store).count, 0);
    json_decref(item);
    store_free(store);
}

TESTS(a_token_is_found_until_it_is_revoked, the_item_has_the_hash_and_not_the_token,
      names_are_short_plain_and_used_once, what_is_not_a_token_in_the_item_is_left_out)
