/* SPDX-License-Identifier: Apache-2.0 */
/* cache/api_tokens.c -- reads and changes the item of the tokens, and compares hashes. */
#include "cache/api_tokens.h"

#include <string.h>

#include "server/base/hex.h"
#include "server/base/json.h"
#include "server/base/random.h"
#include "server/base/secret.h"

enum { TRIES_MAX = 4, HASH_DIGITS = 2 * SHA256_BYTES };

static const char tokens_member[] = "tokens";

bool api_token_name_is_valid(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
            return false;
    }
    return name.n > 0 && name.n <= API_TOKEN_NAME_MAX;
}

/* ---- reading ---- */

static bool read_hash(struct str digits, uint8_t out[SHA256_BYTES])
{
    if (digits.n != HASH_DIGITS)
        return false;
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        int high = hex_value(digits.p[2 * i]), low = hex_value(digits.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool read_token(const char *name, const json_t *value, struct api_token *ret)
{
    struct str n = str_of(name);

    *ret = (struct api_token){ .created = 0 };
    if (!api_token_name_is_valid(n) || !read_hash(json_str(value, "hash"), ret->hash))
        return false;
    memcpy(ret->name, n.p, n.n);
    if (!json_int(value, "created", &ret->created))
        ret->created = 0;
    if (!json_int(value, "used", &ret->used))
        ret->used = 0;
    return true;
}

static void read_all(json_t *item, struct api_tokens *ret_tokens)
{
    const char *name;
    json_t *value;

    ret_tokens->count = 0;
    json_object_foreach (json_object_get(item, tokens_member), name, value) {
        if (ret_tokens->count < API_TOKENS_MAX &&
            read_token(name, value, &ret_tokens->at[ret_tokens->count]))
            ret_tokens->count++;
    }
}

enum status api_tokens_read(struct store *store, int64_t deadline, struct api_tokens *ret_tokens,
                            struct err *err)
{
    json_t *item = NULL;
    enum status st = store_get(store, STR(STORE_TOKENS_ID), deadline, &item, NULL, err);

    if (st != ST_OK && st != ST_MISS)
        return st;
    read_all(item, ret_tokens);
    json_decref(item);
    return ST_OK;
}

/* ---- changing ---- */

/* 256 random bits, six of them a character. */
static void draw_text(char out[API_TOKEN_TEXT_LENGTH + 1])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t random[API_TOKEN_TEXT_LENGTH];

    random_bytes(random, sizeof random);
    for (size_t i = 0; i < API_TOKEN_TEXT_LENGTH; i++)
        out[i] = letters[random[i] & 63];
    out[API_TOKEN_TEXT_LENGTH] = '\0';
    secret_wipe(random, sizeof random);
}

static json_t *token_json(struct str text, int64_t now)
{
    char hash[HASH_DIGITS + 1];

    if (!digest_sha256_hex(text, hash))
        return NULL;
    return json_pack("{s:s, s:I}", "hash", hash, "created", (json_int_t)now);
}

static enum status add_token(json_t *item, const char *name, struct str text, int64_t now,
                             struct err *err)
{
    json_t *tokens = json_object_get(item, tokens_member);

    if (!json_is_object(tokens)) {
        if (json_object_set_new(item, tokens_member, json_object()) != 0)
            return err_no_memory(err);
        tokens = json_object_get(item, tokens_member);
    }
    if (json_str(json_object_get(tokens, name), "hash").n > 0)
        return err_set(err, ST_CONFLICT,
                       "there is a token named %s already: revoke it first, or "
                       "choose another name",
                       name);
    if (json_object_size(tokens) >= API_TOKENS_MAX)
        return err_set(err, ST_TOO_LARGE, "there are %d tokens already", (int)API_TOKENS_MAX);
    if (json_object_set_new(tokens, name, token_json(text, now)) != 0)
        return err_no_memory(err);
    return ST_OK;
}

/* *ret_again: another writer got there first. */
static enum status try_create(struct store *store, const char *name, struct str text, int64_t now,
                              int64_t deadline, bool *ret_again, struct err *err)
{
    json_t *item = NULL;
    uint64_t version = 0;
    enum status st = store_get(store, STR(STORE_TOKENS_ID), deadline, &item, &version, err);

    *ret_again = false;
    if (st == ST_MISS) {
        item = json_object();
        st = item ? ST_OK : err_no_memory(err);
    }
    if (st == ST_OK)
        st = add_token(item, name, text, now, err);
    if (st == ST_OK) {
        st = store_put(store, STR(STORE_TOKENS_ID), item, version, deadline, err);
        *ret_again = st == ST_CONFLICT;
    }
    json_decref(item);
    return st;
}

enum status api_tokens_create(struct store *store, struct str name, int64_t now, int64_t deadline,
                              char ret_text[API_TOKEN_TEXT_LENGTH + 1], struct err *err)
{
    char name_z[API_TOKEN_NAME_MAX + 1] = "";
    enum status st = ST_CONFLICT;
    bool again = true;

    if (!api_token_name_is_valid(name))
        return err_set(err, ST_INVALID,
                       "a token's name has 1 to %d letters, digits and the characters - _ .",
                       (int)API_TOKEN_NAME_MAX);
    memcpy(name_z, name.p, name.n);
    draw_text(ret_text);
    for (int i = 0; again && i < TRIES_MAX; i++) {
        err_clear(err);
        st = try_create(store, name_z, str_of(ret_text), now, deadline, &again, err);
    }
    return st;
}

enum status api_tokens_revoke(struct store *store, struct str name, int64_t deadline,
                              struct err *err)
{
    char name_z[API_TOKEN_NAME_MAX + 1] = "";
    const char *const path[] = { tokens_member, name_z, NULL };
    const struct store_change change = { path, NULL };
    json_t *item = NULL, *found;
    enum status st = store_get(store, STR(STORE_TOKENS_ID), deadline, &item, NULL, err);

    if (st != ST_OK && st != ST_MISS)
        return st;
    if (api_token_name_is_valid(name))
        memcpy(name_z, name.p, name.n);
    found = *name_z ? json_object_get(json_object_get(item, tokens_member), name_z) : NULL;
    json_decref(item);
    if (!found)
        return err_set(err, ST_NOT_FOUND, "there is no token named %.*s", STR_ARG(name));
    return store_update(store, STR(STORE_TOKENS_ID), &change, 1, deadline, err);
}

enum status api_tokens_note_used(struct store *store, const struct api_token *token, int64_t now,
                                 int64_t deadline, struct err *err)
{
    const char *const path[] = { tokens_member, token->name, "used", NULL };
    struct store_change change = { path, json_integer((json_int_t)now) };
    enum status st;

    if (!change.value)
        return err_no_memory(err);
    st = store_update(store, STR(STORE_TOKENS_ID), &change, 1, deadline, err);
    json_decref(change.value);
    return st;
}

/* ---- comparing ---- */

static bool is_same_hash(const uint8_t a[SHA256_BYTES], const uint8_t b[SHA256_BYTES])
{
    unsigned char differs = 0;

    for (size_t i = 0; i < SHA256_BYTES; i++)
        differs |= (unsigned char)(a[i] ^ b[i]);
    return differs == 0;
}

const struct api_token *api_tokens_find(const struct api_tokens *tokens, struct str text)
{
    const struct api_token *found = NULL;
    uint8_t hash[SHA256_BYTES];

    if (text.n == 0 || text.n > API_TOKEN_GIVEN_MAX || !digest_sha256(text, hash))
        return NULL;
    for (size_t i = 0; i < tokens->count; i++)
        if (is_same_hash(hash, tokens->at[i].hash))
            found = &tokens->at[i];
    return found;
}
