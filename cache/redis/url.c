/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/url.c -- parsing a Redis URL. */
#include "cache/redis/url.h"

#include <stdio.h>
#include <string.h>

#include "server/base/percent_encoding.h"

enum { PORT_DEFAULT = 6379, DB_MAX = 65535 };

static enum status invalid_url(struct err *err, const char *what)
{
    return err_set(err, ST_INVALID, "redis.url: %s", what);
}

/* Returns false if `s` does not fit or contains a NUL. */
static bool copy_text(char *out, size_t size, struct str s)
{
    if (s.n >= size || (s.n > 0 && memchr(s.p, '\0', s.n)))
        return false;
    if (s.n > 0)
        memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return true;
}

static bool decode_text(char *out, size_t size, struct str s)
{
    struct buf b = BUF_INIT(size);
    bool ok = percent_decode(&b, s, false) && !b.failed && copy_text(out, size, buf_str(&b));

    buf_free(&b);
    return ok;
}

/* Parse and remove a leading "user:password@". */
static enum status parse_login(struct str *rest, struct redis_address *a, struct err *err)
{
    size_t slash = str_index(*rest, '/'), at = 0, colon;
    struct str login;

    for (size_t i = 0; i < slash; i++) /* the last @: a password may contain others */
        if (rest->p[i] == '@')
            at = i + 1;
    if (at == 0)
        return ST_OK;
    login = str_sub(*rest, 0, at - 1);
    colon = str_index(login, ':');
    *rest = str_sub(*rest, at, rest->n);
    if (colon == login.n)
        return invalid_url(err, "use user:password or :password before the @");
    if (!decode_text(a->user, sizeof a->user, str_sub(login, 0, colon)) ||
        !decode_text(a->password, sizeof a->password, str_sub(login, colon + 1, login.n)))
        return invalid_url(err, "the user or password is too long, or has an invalid % escape");
    if (!a->password[0])
        return invalid_url(err, "the password is empty");
    return ST_OK;
}

static enum status parse_db(struct str text, struct redis_address *a, struct err *err)
{
    int64_t db = 0;

    if (text.n > 0 && (!str_to_i64(text, &db) || db < 0 || db > DB_MAX))
        return invalid_url(err, "the database must be a number");
    a->db = (int)db;
    return ST_OK;
}

static bool host_valid(const char *host)
{
    for (const char *p = host; *p; p++)
        if (!strchr(".-_:%", *p) && !(*p >= '0' && *p <= '9') &&
            !((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'))
            return false;
    return *host != '\0';
}

static enum status parse_tcp(struct str rest, struct redis_address *a, struct err *err)
{
    struct str host, port = STR_NONE;
    size_t slash, end;
    int64_t number = PORT_DEFAULT;
    enum status st = parse_login(&rest, a, err);

    if (st != ST_OK)
        return st;
    slash = str_index(rest, '/');
    host = str_sub(rest, 0, slash);
    if (host.n > 0 && host.p[0] == '[') {
        end = str_index(host, ']');
        port = str_sub(host, end + 1, host.n);
        host = end < host.n ? str_sub(host, 1, end) : STR_NONE;
    } else {
        end = str_index(host, ':');
        port = str_sub(host, end, host.n);
        host = str_sub(host, 0, end);
    }
    if (!copy_text(a->host, sizeof a->host, host) || !host_valid(a->host))
        return invalid_url(err, "the host is missing or invalid");
    if (port.n > 0 && (port.p[0] != ':' || !str_to_i64(str_sub(port, 1, port.n), &number) ||
                       number < 1 || number > 65535))
        return invalid_url(err, "the port must be a number from 1 to 65535");
    a->port = (uint16_t)number;
    return parse_db(str_sub(rest, slash + 1, rest.n), a, err);
}

static enum status parse_unix(struct str rest, struct redis_address *a, struct err *err)
{
    enum status st = ST_OK;
    size_t mark;

    if (str_starts(rest, STR("//"))) {
        rest = str_sub(rest, 2, rest.n);
        st = parse_login(&rest, a, err);
    }
    if (st != ST_OK)
        return st;
    mark = str_find(rest, STR("?db="));
    if (!copy_text(a->path, sizeof a->path, str_sub(rest, 0, mark)) || a->path[0] != '/')
        return invalid_url(err, "the path of a Unix socket must be absolute and at most 107 bytes");
    return parse_db(str_sub(rest, mark + 4, rest.n), a, err);
}

enum status redis_url_parse(struct str url, struct redis_address *ret_address, struct err *err)
{
    static const struct str tcp = { "redis://", 8 }, local = { "unix:", 5 };
    struct redis_address a = { .port = 0 };
    enum status st;

    if (str_starts(url, STR("rediss://")))
        return invalid_url(err, "rediss:// (TLS) is not built in: use a Unix socket, a loopback "
                                "address or a tunnel");
    if (str_starts(url, tcp))
        st = parse_tcp(str_sub(url, tcp.n, url.n), &a, err);
    else if (str_starts(url, local))
        st = parse_unix(str_sub(url, local.n, url.n), &a, err);
    else
        st = invalid_url(err, "must begin with redis:// or unix:");
    if (st == ST_OK)
        *ret_address = a;
    return st;
}
