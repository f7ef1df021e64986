/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/aws_profile.c -- AWS's shared files, and the responses of container and EC2 endpoints:
 * whatever is accepted as a key is printable, NUL-terminated, and part of the input. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/aws_credentials_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(const char *text, size_t size)
{
    assert(memchr(text, '\0', size));
    for (; *text; text++)
        assert(*text > ' ' && *text <= '~');
}

static void check_keys(enum status st, const struct aws_credentials *keys, const struct err *err)
{
    if (st == ST_OK) {
        assert(keys->id[0] && keys->secret[0]);
        check_printable(keys->id, sizeof keys->id);
        check_printable(keys->secret, sizeof keys->secret);
        check_printable(keys->token, sizeof keys->token);
    } else if (st == ST_MISS) {
        assert(err->status == ST_OK);
    } else {
        assert(err->status == st && err->text[0]);
    }
}

/* Does the text contain `part`? */
static bool contains(struct str text, const char *part)
{
    size_t n = strlen(part);

    for (size_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.p + i, part, n) == 0)
            return true;
    return n == 0;
}

static void check_profile(struct str text, bool config, const char *name)
{
    static struct aws_credentials keys;
    struct err err = ERR_NONE;
    enum status st;

    memset(&keys, 0, sizeof keys);
    st = aws_credentials_parse_profile(text, config, name, &keys, &err);
    check_keys(st, &keys, &err);
    assert(st == ST_OK || st == ST_MISS || st == ST_DENIED);
    if (st == ST_OK)
        assert(keys.expires_s == 0 && contains(text, keys.id) && contains(text, keys.secret) &&
               contains(text, keys.token));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct aws_credentials keys;
    struct err err = ERR_NONE;
    char *copy = malloc(size ? size : 1); /* so that an overrun is detected */
    struct str text = { copy, size };

    if (!copy)
        return 0;
    if (size > 0)
        memcpy(copy, data, size);
    check_profile(text, false, "default");
    check_profile(text, false, "dev");
    check_profile(text, true, "default");
    check_profile(text, true, "dev");
    memset(&keys, 0, sizeof keys);
    check_keys(aws_credentials_parse_json(text, "EC2 metadata", &keys, &err), &keys, &err);
    free(copy);
    return 0;
}
