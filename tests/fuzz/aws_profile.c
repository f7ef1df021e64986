/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/aws_profile.c -- the files that AWS's tools share, and the answers of containers' and
 * EC2's endpoints: what is taken as a key is printable, ends, and stands in the text. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/aws_credentials_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_printable(const char *text, size_t room)
{
    assert(memchr(text, '\0', room));
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

/* Does it stand in the text, byte for byte? */
static bool is_in(struct str text, const char *part)
{
    size_t n = strlen(part);

    for (size_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.p + i, part, n) == 0)
            return true;
    return n == 0;
}

static void profile(struct str text, bool config, const char *name)
{
    static struct aws_credentials keys;
    struct err err = ERR_NONE;
    enum status st;

    memset(&keys, 0, sizeof keys);
    st = aws_credentials_parse_profile(text, config, name, &keys, &err);
    check_keys(st, &keys, &err);
    assert(st == ST_OK || st == ST_MISS || st == ST_DENIED);
    if (st == ST_OK)
        assert(keys.expires_s == 0 && is_in(text, keys.id) && is_in(text, keys.secret) &&
               is_in(text, keys.token));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct aws_credentials keys;
    struct err err = ERR_NONE;
    char *copy = malloc(size ? size : 1); /* so that a byte too many is seen */
    struct str text = { copy, size };

    if (!copy)
        return 0;
    if (size > 0)
        memcpy(copy, data, size);
    profile(text, false, "default");
    profile(text, false, "dev");
    profile(text, true, "default");
    profile(text, true, "dev");
    memset(&keys, 0, sizeof keys);
    check_keys(aws_credentials_parse_json(text, "EC2 metadata", &keys, &err), &keys, &err);
    free(copy);
    return 0;
}
