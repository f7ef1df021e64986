/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/api_access.c -- any Host, Origin and Authorization at the API: only the token gives
 * access, or none on this machine if the owner allows that.
 *
 * Input: a byte of flags, then Host, Origin and Authorization, a line each; a $ in the latter is
 * the token. */
#include <strings.h>

#include "cache/api_tokens.h"
#include "server/api/access.h"
#include "server/api/host_check.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "tests/fuzz/laws.h"

enum { OPEN = 1, REMOTE = 2, STRICT = 4, TWICE = 8, V6 = 16, DEADLINE_MS = 60000, TEXT_MAX = 500 };

struct access_case {
    struct access *access[2]; /* closed, open */
    char token[API_TOKEN_TEXT_LENGTH + 1];
};

static struct access_case *the_case(void)
{
    static struct access_case d;

    if (!d.access[0]) {
        struct store *store = store_memory_create(STORE_LAYOUT_ITEM);
        struct err err = ERR_NONE;
        LAW(store);
        LAW(api_tokens_create(store, STR("fuzz"), 1, clock_mono_ms() + DEADLINE_MS, d.token,
                              &err) == ST_OK);
        for (int open = 0; open < 2; open++) {
            d.access[open] =
                access_create(&(struct access_settings){ .store = store, .open = open });
            LAW(d.access[open]);
        }
    }
    return &d;
}

/* The header with the token in it. */
static struct str put_token(struct buf *out, struct str header, const char *token)
{
    for (size_t i = 0; i < header.n; i++)
        if (header.p[i] == '$')
            buf_putz(out, token);
        else
            buf_putc(out, header.p[i]);
    return buf_str(out);
}

/* "Bearer", in any letters, then spaces and nothing but the token. */
static bool has_token(struct str header, const char *token)
{
    static const char scheme[] = "Bearer";
    size_t at = sizeof scheme - 1, end = header.n;

    if (header.n < at || strncasecmp(header.p, scheme, at) != 0)
        return false;
    while (at < end && (header.p[at] == ' ' || header.p[at] == '\t'))
        at++;
    while (end > at && (header.p[end - 1] == ' ' || header.p[end - 1] == '\t'))
        end--;
    return at > sizeof scheme - 1 && end - at == strlen(token) &&
           memcmp(header.p + at, token, end - at) == 0;
}

static void check_refusal(const struct api_reply *reply)
{
    json_t *body = NULL;

    LAW(reply->status == 401 || reply->status == 403);
    LAW(json_parse(buf_str(&reply->body), true, &body, NULL) == ST_OK);
    LAW(json_str(body, "error").n > 0 && json_str(body, "message").n > 0);
    json_decref(body);
}

static void check(const struct access_request *q, int flags)
{
    const struct access_case *d = the_case();
    struct api_reply reply = API_REPLY_INIT;
    bool host = q->host.n == 0 || host_is_own(q->host, &q->own);
    bool origin = q->origin.n == 0 || host_origin_is_own(q->origin, &q->own);
    bool silent = q->authorization.n == 0;
    enum status st =
        access_check(d->access[!!(flags & OPEN)], q, clock_mono_ms() + DEADLINE_MS, &reply);

    LAW(st == ST_OK || st == ST_DENIED);
    if (st == ST_DENIED)
        check_refusal(&reply);
    LAW(st == ST_DENIED || !q->repeated);
    LAW(st == ST_DENIED || origin || !(flags & STRICT));
    if (silent)
        LAW(st == ST_DENIED || ((flags & OPEN) && !(flags & REMOTE) && host && origin));
    else
        LAW(st == ST_DENIED || has_token(q->authorization, d->token));
    api_reply_done(&reply);
}

/* libmicrohttpd lets no other bytes through. */
static bool is_header(struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < ' ' && value.p[i] != '\t')
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = { (const char *)data + 1, size - 1 }, host = STR_NONE, origin = STR_NONE;
    struct buf authorization = BUF_INIT(TEXT_MAX * (API_TOKEN_TEXT_LENGTH + 1));
    struct access_request q = { .host = STR_NONE };

    if (size == 0 || size > TEXT_MAX)
        return 0;
    str_split(&rest, '\n', &host);
    str_split(&rest, '\n', &origin);
    (void)ip_parse(data[0] & V6 ? STR("::1") : STR("127.0.0.1"), &q.own);
    (void)ip_parse(data[0] & REMOTE ? STR("192.0.2.7")
                   : data[0] & V6   ? STR("::1")
                                    : STR("127.0.0.9"),
                   &q.peer);
    q.host = str_trim(host);
    q.origin = str_trim(origin);
    q.authorization = str_trim(put_token(&authorization, rest, the_case()->token));
    q.repeated = data[0] & TWICE;
    q.strict_origin = data[0] & STRICT;
    if (is_header(q.host) && is_header(q.origin) && is_header(q.authorization))
        check(&q, data[0]);
    buf_free(&authorization);
    return 0;
}
