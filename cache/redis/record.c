/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/record.c -- the format of the values stored in Redis. */
#include "cache/redis/record.h"

enum { FETCHED_DIGITS = 13, LIFETIME_DIGITS = 6 };
static const char record_version = '1';

/* Remove the first line from *rest. */
static bool take_line(struct str *rest, struct str *ret_line)
{
    size_t end = str_index(*rest, '\n');

    if (end == rest->n)
        return false;
    *ret_line = str_sub(*rest, 0, end);
    *rest = str_sub(*rest, end + 1, rest->n);
    return true;
}

static bool take_version(struct str *rest)
{
    if (rest->n == 0 || rest->p[0] != record_version)
        return false;
    *rest = str_sub(*rest, 1, rest->n);
    return true;
}

static bool parse_number(struct str digits, int64_t *ret_value)
{
    for (size_t i = 0; i < digits.n; i++)
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
    return digits.n > 0 && str_to_i64(digits, ret_value);
}

void redis_record_put_entry(struct buf *b, int64_t ttl, struct str json)
{
    buf_printf(b, "%c%lld\n", record_version, (long long)(ttl > 0 ? ttl : 0));
    buf_put(b, json);
}

bool redis_record_parse_entry(struct str s, int64_t *ret_ttl, struct str *ret_json)
{
    struct str line;

    if (!take_version(&s) || !take_line(&s, &line) || !parse_number(line, ret_ttl))
        return false;
    *ret_json = s;
    return true;
}

void redis_record_put_front(struct buf *b, const struct redis_record_document *r)
{
    buf_printf(b, "%c%0*lld %0*lld\n", record_version, FETCHED_DIGITS, (long long)r->fetched_ms,
               LIFETIME_DIGITS, (long long)r->lifetime_s);
}

static void put_line(struct buf *b, struct str line)
{
    if (str_index(line, '\n') == line.n)
        buf_put(b, line);
    buf_putc(b, '\n');
}

void redis_record_put_validators(struct buf *b, const struct redis_record_document *r)
{
    put_line(b, r->etag);
    put_line(b, r->last_modified);
}

void redis_record_put_document(struct buf *b, const struct redis_record_document *r)
{
    redis_record_put_front(b, r);
    redis_record_put_validators(b, r);
    buf_put(b, r->body);
}

bool redis_record_parse_document(struct str s, struct redis_record_document *ret_record)
{
    struct redis_record_document r;
    struct str line;

    if (!take_version(&s) || !take_line(&s, &line) || line.n + 2 != REDIS_RECORD_FRONT_BYTES ||
        line.p[FETCHED_DIGITS] != ' ' ||
        !parse_number(str_sub(line, 0, FETCHED_DIGITS), &r.fetched_ms) ||
        !parse_number(str_sub(line, FETCHED_DIGITS + 1, line.n), &r.lifetime_s) ||
        !take_line(&s, &r.etag) || !take_line(&s, &r.last_modified))
        return false;
    r.body = s;
    *ret_record = r;
    return true;
}
