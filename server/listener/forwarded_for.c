/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/forwarded_for.c -- reads the entries from right to left. */
#include "server/listener/forwarded_for.h"

#include <stdio.h>

#include "server/base/visible.h"

enum { SHOWN_MAX = 60 };

void forwarded_for_add(struct forwarded_for *f, struct str value)
{
    if (f->count < FORWARDED_FOR_LINES_MAX)
        f->lines[f->count] = value;
    f->count++;
    f->bytes += value.n;
}

/* Take the last entry off the end of *line; false when the line is used up. */
static bool take_last(struct str *line, struct str *ret_entry)
{
    size_t comma = line->n;

    if (!line->p)
        return false;
    while (comma > 0 && line->p[comma - 1] != ',')
        comma--;
    *ret_entry = str_trim(str_sub(*line, comma, line->n));
    *line = comma > 0 ? str_sub(*line, 0, comma - 1) : STR_NONE;
    return true;
}

static bool is_port(struct str text)
{
    int64_t port;

    return str_to_i64(text, &port) && port >= 0 && port <= 65535;
}

/* An address, which some proxies write with a port: "192.0.2.1:52000", "[2001:db8::1]:52000". */
static bool parse_entry(struct str entry, struct ip *ret_ip)
{
    size_t end = str_index(entry, ']'), colon = str_index(entry, ':');

    if (entry.n > 0 && entry.p[0] == '[')
        return end < entry.n && ip_parse(str_sub(entry, 1, end), ret_ip) && ret_ip->kind == IP_V6 &&
               (end + 1 == entry.n ||
                (entry.p[end + 1] == ':' && is_port(str_sub(entry, end + 2, entry.n))));
    if (ip_parse(entry, ret_ip))
        return true;
    return colon < entry.n && is_port(str_sub(entry, colon + 1, entry.n)) &&
           ip_parse(str_sub(entry, 0, colon), ret_ip) && ret_ip->kind == IP_V4;
}

static enum status reject_entry(struct str entry, struct err *err)
{
    char shown[SHOWN_MAX + 1];

    (void)snprintf(shown, sizeof shown, "%.*s", STR_ARG(entry));
    visible_clean(shown);
    return err_reason(err, ST_INVALID, "forwarded_invalid",
                      "X-Forwarded-For of a trusted proxy: not an address: %s", shown);
}

enum status forwarded_for_client(const struct forwarded_for *f,
                                 const struct trusted_proxies *proxies, struct ip *ret_client,
                                 struct err *err)
{
    struct str entry;
    bool found = false;

    if (f->count > FORWARDED_FOR_LINES_MAX || f->bytes > FORWARDED_FOR_BYTES_MAX)
        return err_reason(err, ST_TOO_LARGE, "head_too_large",
                          "X-Forwarded-For: more than %d bytes or %d lines",
                          FORWARDED_FOR_BYTES_MAX, FORWARDED_FOR_LINES_MAX);
    for (size_t i = f->count; i > 0; i--) {
        struct str line = f->lines[i - 1];
        while (take_last(&line, &entry)) {
            if (entry.n == 0)
                continue;
            if (!parse_entry(entry, ret_client))
                return reject_entry(entry, err);
            found = true;
            if (!trusted_proxies_hold(proxies, ret_client))
                return ST_OK;
        }
    }
    return found ? ST_OK : ST_NOT_FOUND;
}
