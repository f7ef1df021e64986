/* SPDX-License-Identifier: Apache-2.0 */
/* cache/api_tokens.h -- the bearer tokens of the JSON API and the MCP server, in one item.
 *
 *     id API_TOKENS
 *     attributes {"tokens": {"<name>": {"hash": "<64 hex digits>", "created": 1780000000,
 *                                       "used": 1780000000}}}
 *
 * Only the SHA-256 of a token is stored, so the token itself is shown only once, to whoever creates
 * it. Times are epoch seconds; "used" is absent until the token is first used. Thread-safe. */
#ifndef CLIMACAST_CACHE_API_TOKENS_H
#define CLIMACAST_CACHE_API_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/digest.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum {
    API_TOKENS_MAX = 100,       /* in the item; further ones are refused */
    API_TOKEN_NAME_MAX = 60,    /* bytes: letters, digits and -_. */
    API_TOKEN_TEXT_LENGTH = 43, /* characters of a token: 256 random bits */
    API_TOKEN_GIVEN_MAX = 200,  /* bytes of what a caller may present as one */
};

struct api_token {
    char name[API_TOKEN_NAME_MAX + 1];
    uint8_t hash[SHA256_BYTES];
    int64_t created, used; /* 0: unknown; not used yet */
};

struct api_tokens {
    struct api_token at[API_TOKENS_MAX];
    size_t count;
};

bool api_token_name_is_valid(struct str name);

/* Reads the item; entries that are not as above are left out. No item: ST_OK and none. */
enum status api_tokens_read(struct store *store, int64_t deadline, struct api_tokens *ret_tokens,
                            struct err *err);
/* Creates a token and writes its text.
 *   ST_OK
 *   ST_INVALID    the name is malformed
 *   ST_CONFLICT   there is one of that name already
 *   ST_TOO_LARGE  there are API_TOKENS_MAX already
 *   anything else as the store's calls */
enum status api_tokens_create(struct store *store, struct str name, int64_t now, int64_t deadline,
                              char ret_text[API_TOKEN_TEXT_LENGTH + 1], struct err *err);
/* Removes a token. ST_NOT_FOUND: there is none of that name. */
enum status api_tokens_revoke(struct store *store, struct str name, int64_t deadline,
                              struct err *err);
/* Notes when a token was used. */
enum status api_tokens_note_used(struct store *store, const struct api_token *token, int64_t now,
                                 int64_t deadline, struct err *err);

/* The token whose hash is that of `text`; NULL when there is none. Takes as long for a wrong token
 * as for any of the right ones. */
const struct api_token *api_tokens_find(const struct api_tokens *tokens, struct str text);

#endif
