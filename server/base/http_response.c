/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http_response.c -- the response headers that callers use.
 *
 * Each known header is a row of the table; all others are ignored. Of a repeated header the first
 * counts, except for Cache-Control, whose lines form one list. */
#include "server/base/http_response.h"

#include <stddef.h>
#include <string.h>

struct field {
    const char *name;
    size_t offset, size;
    bool is_list;
};

#define FIELD(header, member, list)                           \
    {                                                         \
        header, offsetof(struct http_response, member),       \
            sizeof(((struct http_response *)0)->member), list \
    }

static const struct field fields[] = {
    FIELD("ETag", etag, false),
    FIELD("Last-Modified", last_modified, false),
    FIELD("Expires", expires, false),
    FIELD("Date", date, false),
    FIELD("Cache-Control", cache_control, true),
    FIELD("Content-Type", content_type, false),
    FIELD("Location", location, false),
    FIELD("Retry-After", retry_after, false),
    FIELD("x-amz-crc32", crc32, false),
};

void http_response_begin(struct http_response *r, size_t max_bytes)
{
    memset(r, 0, sizeof *r);
    r->body = BUF_INIT(max_bytes);
}

void http_response_restart(struct http_response *r)
{
    struct buf body = r->body;

    buf_reset(&body);
    memset(r, 0, sizeof *r);
    r->body = body;
}

void http_response_done(struct http_response *r)
{
    buf_free(&r->body);
}

static bool is_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7F)
            return false;
    return true;
}

/* Store the value in its field; false when it was dropped. */
static bool store_field(struct http_response *r, const struct field *f, struct str value)
{
    char *to = (char *)r + f->offset;
    size_t used = strlen(to);

    if (used > 0 && !f->is_list)
        return true;
    if (!is_text(value) || used + (used ? 2 : 0) + value.n >= f->size)
        return false;
    if (used > 0) {
        memcpy(to + used, ", ", 2);
        used += 2;
    }
    if (value.n)
        memcpy(to + used, value.p, value.n);
    to[used + value.n] = '\0';
    return true;
}

static void store_age(struct http_response *r, struct str value)
{
    const int64_t year = INT64_C(31536000);
    int64_t age;

    if (r->age_s == 0 && str_to_i64(value, &age) && age > 0)
        r->age_s = age < year ? age : year;
}

bool http_response_line(struct http_response *r, struct str line)
{
    size_t colon = str_index(line, ':');
    struct str name = str_sub(line, 0, colon), value = str_trim(str_sub(line, colon + 1, line.n));

    if (colon == line.n)
        return true;
    if (str_ieqz(name, "Age")) {
        store_age(r, value);
        return true;
    }
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (str_ieqz(name, fields[i].name))
            return store_field(r, &fields[i], value) || !str_ieqz(name, "Location");
    return true;
}
