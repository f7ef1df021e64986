/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/sigv4.c -- AWS Signature Version 4.
 *
 * Both sides must derive the same canonical request, byte for byte. The rules that are easy to get
 * wrong:
 *   - the path is encoded once more, as sent (only S3 does not do so), after dot segments and empty
 *     segments have been removed
 *   - query parameters are sorted after encoding, by name and then by value
 *   - the values of repeated headers are joined by commas in the order sent, not sorted
 *   - runs of white space in a header value become one space */
#include "cache/dynamo/sigv4.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/digest.h"
#include "server/base/hex.h"
#include "server/base/percent_encoding.h"
#include "server/base/secret.h"
#include "server/base/time_text.h"

enum { SEGMENTS_MAX = 128, SECRET_MAX = 256 };

static const char algorithm[] = "AWS4-HMAC-SHA256";

void sigv4_stamp(int64_t time_s, char out[SIGV4_STAMP_SIZE])
{
    char text[32];
    size_t n = 0;

    time_format_rfc3339(time_s, text);
    for (const char *p = text; *p && n + 1 < SIGV4_STAMP_SIZE; p++)
        if (*p != '-' && *p != ':')
            out[n++] = *p;
    out[n] = '\0';
}

/* ---- stage 1: the canonical request ---- */

/* Writes the path without dot segments and empty segments, each segment encoded. */
static bool put_canonical_path(struct buf *out, struct str path)
{
    struct str segments[SEGMENTS_MAX], rest = path, segment = STR_NONE;
    size_t count = 0;
    bool folder = true; /* the path ends in a slash */

    while (str_split(&rest, '/', &segment)) {
        folder = segment.n == 0;
        if (str_eqz(segment, "..")) {
            count -= count > 0;
        } else if (!folder && !str_eqz(segment, ".")) {
            if (count == SEGMENTS_MAX)
                return false;
            segments[count++] = segment;
        }
    }
    for (size_t i = 0; i < count; i++) {
        buf_putc(out, '/');
        percent_encode(out, segments[i], false);
    }
    if (folder || count == 0)
        buf_putc(out, '/');
    return true;
}

/* A query parameter or a header. */
struct pair {
    struct str name, value;
    size_t position; /* in the order sent */
};

static int by_name_and_value(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int order = str_cmp(x->name, y->name);

    return order ? order : str_cmp(x->value, y->value);
}

static int by_name_and_position(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int order = str_cmp(x->name, y->name);

    return order ? order : (x->position > y->position) - (x->position < y->position);
}

/* Decodes `s` and encodes it again, so that all spellings become the same. The result is appended
 * to `text`, at *ret_from up to *ret_to. */
static bool put_normalized(struct buf *text, struct str s, size_t *ret_from, size_t *ret_to)
{
    struct buf plain = BUF_INIT(SIGV4_TEXT_MAX);
    bool valid = percent_decode(&plain, s, false);

    *ret_from = text->n;
    percent_encode(text, buf_str(&plain), false);
    *ret_to = text->n;
    valid = valid && !plain.failed && !text->failed;
    buf_free(&plain);
    return valid;
}

static bool put_canonical_query(struct buf *out, struct str query)
{
    struct pair pairs[SIGV4_HEADERS_MAX];

    struct {
        size_t name, name_end, value, value_end;
    } at[SIGV4_HEADERS_MAX];
    struct buf text = BUF_INIT(SIGV4_TEXT_MAX);
    struct str rest = query, word;
    size_t count = 0;
    bool valid = true;

    while (valid && query.n > 0 && str_split(&rest, '&', &word)) {
        size_t equals = str_index(word, '=');
        if (word.n == 0)
            continue;
        valid =
            count < SIGV4_HEADERS_MAX &&
            put_normalized(&text, str_sub(word, 0, equals), &at[count].name, &at[count].name_end) &&
            put_normalized(&text, str_sub(word, equals + 1, word.n), &at[count].value,
                           &at[count].value_end);
        count++;
    }
    for (size_t i = 0; valid && i < count; i++) {
        pairs[i].name = str_sub(buf_str(&text), at[i].name, at[i].name_end);
        pairs[i].value = str_sub(buf_str(&text), at[i].value, at[i].value_end);
    }
    if (valid && count > 0)
        qsort(pairs, count, sizeof pairs[0], by_name_and_value);
    for (size_t i = 0; valid && i < count; i++) {
        if (i > 0)
            buf_putc(out, '&');
        buf_put(out, pairs[i].name);
        buf_putc(out, '=');
        buf_put(out, pairs[i].value);
    }
    buf_free(&text);
    return valid;
}

static void put_header_value(struct buf *out, struct str value)
{
    struct str word;
    bool first = true;

    while (str_word(&value, &word)) {
        if (!first)
            buf_putc(out, ' ');
        buf_put(out, word);
        first = false;
    }
}

/* Sorts the headers into `pairs`, with their lower-case names in `text`. */
static bool sort_headers(const struct sigv4_request *request, struct buf *text, struct pair *pairs)
{
    size_t at = 0;

    for (size_t i = 0; i < request->header_count; i++)
        for (size_t k = 0; k < request->headers[i].name.n; k++) {
            char c = request->headers[i].name.p[k];
            buf_putc(text, c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c);
        }
    if (text->failed)
        return false;
    for (size_t i = 0; i < request->header_count; i++) {
        size_t n = request->headers[i].name.n;
        pairs[i] = (struct pair){ { text->p + at, n }, request->headers[i].value, i };
        at += n;
    }
    qsort(pairs, request->header_count, sizeof pairs[0], by_name_and_position);
    return true;
}

static bool put_canonical_headers(struct buf *out, struct buf *names,
                                  const struct sigv4_request *request)
{
    struct pair pairs[SIGV4_HEADERS_MAX];
    struct buf text = BUF_INIT(SIGV4_TEXT_MAX);
    bool valid = request->header_count > 0 && sort_headers(request, &text, pairs);

    for (size_t i = 0; valid && i < request->header_count; i++) {
        bool again = i > 0 && str_eq(pairs[i].name, pairs[i - 1].name);
        if (again) {
            buf_truncate(out, out->n - 1); /* continue the previous line */
            buf_putc(out, ',');
        } else {
            if (i > 0)
                buf_putc(names, ';');
            buf_put(names, pairs[i].name);
            buf_put(out, pairs[i].name);
            buf_putc(out, ':');
        }
        put_header_value(out, pairs[i].value);
        buf_putc(out, '\n');
        valid = !out->failed && !names->failed;
    }
    buf_free(&text);
    return valid;
}

enum status sigv4_canonical(const struct sigv4_request *request, struct buf *out, struct buf *names,
                            struct err *err)
{
    char digest[SIGV4_HEX_SIZE];
    bool valid = request->header_count <= SIGV4_HEADERS_MAX;

    buf_put(out, request->method);
    buf_putc(out, '\n');
    valid = valid && put_canonical_path(out, request->path);
    buf_putc(out, '\n');
    valid = valid && put_canonical_query(out, request->query);
    buf_putc(out, '\n');
    valid = valid && put_canonical_headers(out, names, request);
    if (!digest_sha256_hex(request->body, digest))
        return err_no_memory(err);
    buf_putc(out, '\n');
    buf_put(out, buf_str(names));
    buf_putc(out, '\n');
    buf_putz(out, digest);
    if (!valid || out->failed || names->failed)
        return err_set(err, ST_INVALID, "the request cannot be signed");
    return ST_OK;
}

/* ---- stages 2 and 3 ---- */

static void put_scope(struct buf *out, const struct sigv4_scope *scope, const char *stamp)
{
    buf_printf(out, "%.8s/%.*s/%.*s/aws4_request", stamp, STR_ARG(scope->region),
               STR_ARG(scope->service));
}

bool sigv4_string_to_sign(const struct sigv4_scope *scope, struct str canonical, struct buf *out)
{
    char stamp[SIGV4_STAMP_SIZE], digest[SIGV4_HEX_SIZE];

    sigv4_stamp(scope->time_s, stamp);
    if (!digest_sha256_hex(canonical, digest))
        return false;
    buf_printf(out, "%s\n%s\n", algorithm, stamp);
    put_scope(out, scope, stamp);
    buf_printf(out, "\n%s", digest);
    return !out->failed;
}

static struct str key_bytes(const uint8_t key[SHA256_BYTES])
{
    return (struct str){ (const char *)key, SHA256_BYTES };
}

bool sigv4_signature(const struct sigv4_scope *scope, struct str secret, struct str string_to_sign,
                     char out[SIGV4_HEX_SIZE])
{
    char stamp[SIGV4_STAMP_SIZE], first[4 + SECRET_MAX] = "AWS4";
    uint8_t key[2][SHA256_BYTES];
    bool signed_all;
    size_t n = secret.n < SECRET_MAX ? secret.n : SECRET_MAX;

    sigv4_stamp(scope->time_s, stamp);
    if (n > 0)
        memcpy(first + 4, secret.p, n);
    signed_all =
        digest_hmac_sha256((struct str){ first, 4 + n }, (struct str){ stamp, 8 }, key[0]) &&
        digest_hmac_sha256(key_bytes(key[0]), scope->region, key[1]) &&
        digest_hmac_sha256(key_bytes(key[1]), scope->service, key[0]) &&
        digest_hmac_sha256(key_bytes(key[0]), STR("aws4_request"), key[1]) &&
        digest_hmac_sha256(key_bytes(key[1]), string_to_sign, key[0]);
    if (signed_all)
        hex_format(key[0], SHA256_BYTES, out);
    secret_wipe(first, sizeof first);
    secret_wipe(key, sizeof key);
    return signed_all;
}

enum status sigv4_authorization(const struct sigv4_request *request,
                                const struct sigv4_scope *scope, const struct sigv4_key *key,
                                struct buf *out, struct err *err)
{
    struct buf canonical = BUF_INIT(SIGV4_TEXT_MAX), names = BUF_INIT(4096),
               to_sign = BUF_INIT(1024);
    char stamp[SIGV4_STAMP_SIZE], signature[SIGV4_HEX_SIZE];
    enum status st = sigv4_canonical(request, &canonical, &names, err);

    if (st != ST_OK)
        goto out;
    if (!sigv4_string_to_sign(scope, buf_str(&canonical), &to_sign) ||
        !sigv4_signature(scope, key->secret, buf_str(&to_sign), signature)) {
        st = err_no_memory(err);
        goto out;
    }
    sigv4_stamp(scope->time_s, stamp);
    buf_printf(out, "%s Credential=%.*s/", algorithm, STR_ARG(key->id));
    put_scope(out, scope, stamp);
    buf_printf(out, ", SignedHeaders=%s, Signature=%s", buf_z(&names), signature);
    if (out->failed)
        st = err_set(err, ST_INVALID, "the request cannot be signed");
out:
    secret_wipe(canonical.p, canonical.n); /* may hold a session token */
    buf_free(&canonical);
    buf_free(&names);
    buf_free(&to_sign);
    return st;
}
