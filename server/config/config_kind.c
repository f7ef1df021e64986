/* SPDX-License-Identifier: Apache-2.0 */
/* server/config/config_kind.c -- for each kind, a parser and a description of what it allows. */
#include "server/config/config_kind.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/redis/url.h"
#include "server/base/host_port.h"
#include "server/base/ip.h"
#include "server/base/time_text.h"
#include "server/base/zone.h"

enum { LIST_MAX = 32 };

bool config_kind_is_secret(enum config_kind kind)
{
    return kind == CONFIG_KIND_SECRET || kind == CONFIG_KIND_REDIS;
}

bool config_kind_is_list(enum config_kind kind)
{
    return kind == CONFIG_KIND_LIST || kind == CONFIG_KIND_LISTEN || kind == CONFIG_KIND_SOCKETS ||
           kind == CONFIG_KIND_RANGES;
}

/* ---- descriptions ---- */

void config_kind_describe(const struct config_row *k, char *out, size_t size)
{
    switch (k->kind) {
    case CONFIG_KIND_INT:
        snprintf(out, size, "a whole number from %lld to %lld", (long long)k->min,
                 (long long)k->max);
        break;
    case CONFIG_KIND_BOOL:
        snprintf(out, size, "yes or no");
        break;
    case CONFIG_KIND_CHOICE:
        snprintf(out, size, "one of: %s", k->choices);
        break;
    case CONFIG_KIND_LIST:
        if (*k->choices)
            snprintf(out, size, "a comma-separated list of: %s", k->choices);
        else
            snprintf(out, size, "a comma-separated list of at most %lld words", (long long)k->max);
        break;
    case CONFIG_KIND_LISTEN:
        snprintf(out, size, "%saddr:port or [v6]:port, the address numeric%s",
                 k->max > 1 ? "a comma-separated list of " : "", k->min ? "" : ", or empty");
        break;
    case CONFIG_KIND_SOCKETS:
        snprintf(out, size,
                 "a comma-separated list of addr:port, [v6]:port (the address numeric) or "
                 "unix:/path");
        break;
    case CONFIG_KIND_RANGES:
        snprintf(out, size,
                 "a comma-separated list of at most %lld addresses and networks such as "
                 "192.0.2.1, 10.0.0.0/8 or fd00::/8",
                 (long long)k->max);
        break;
    case CONFIG_KIND_URL:
        snprintf(out, size,
                 "an http:// or https:// URL without query, fragment or trailing slash%s",
                 k->min ? "" : ", or empty");
        break;
    case CONFIG_KIND_REDIS:
        snprintf(out, size,
                 "redis://[user:password@]host[:port][/db] or unix:/path (rediss:// is not "
                 "supported), or empty");
        break;
    case CONFIG_KIND_HTTP_PATH:
        snprintf(out, size, "a path that starts with / and has only letters, digits and / . _ -");
        break;
    case CONFIG_KIND_HOST_PORT:
        snprintf(out, size, "host:port, or empty");
        break;
    case CONFIG_KIND_INSTANT:
        snprintf(out, size, "an ISO-8601 time such as 2026-11-22T11:00:00Z, or empty");
        break;
    case CONFIG_KIND_ZONE:
        snprintf(out, size, "a time zone such as America/Denver, or empty");
        break;
    case CONFIG_KIND_TEXT:
    case CONFIG_KIND_SECRET:
    case CONFIG_KIND_PATH:
        snprintf(out, size, "%lld to %lld printable characters", (long long)k->min,
                 (long long)k->max);
        break;
    }
}

/* ---- parsers ---- */

static bool is_printable(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return false;
    return true;
}

static bool is_listen_address(const char *text)
{
    char host[HOST_PORT_HOST_SIZE];
    uint16_t port;
    unsigned char raw[sizeof(struct in6_addr)];

    return host_port_split(text, host, &port) &&
           (inet_pton(AF_INET, host, raw) == 1 || inet_pton(AF_INET6, host, raw) == 1);
}

static bool is_socket(const char *text)
{
    const char *path = host_port_unix_path(text);

    return path ? path[0] == '/' && strlen(path) <= HOST_PORT_UNIX_PATH_MAX
                : is_listen_address(text);
}

static bool is_host_port(const char *text)
{
    char host[HOST_PORT_HOST_SIZE];
    uint16_t port;

    return host_port_split(text, host, &port) && port > 0 && !strpbrk(host, " /@?#\\");
}

static bool is_base_url(const char *text)
{
    const char *rest = strncmp(text, "https://", 8) == 0  ? text + 8
                       : strncmp(text, "http://", 7) == 0 ? text + 7
                                                          : NULL;

    return rest && *rest && *rest != '/' && !strpbrk(rest, " ?#@\\\"<>") &&
           rest[strlen(rest) - 1] != '/';
}

static bool is_http_path(const char *text)
{
    if (text[0] != '/' || strstr(text, "//") || strstr(text, "/."))
        return false;
    for (; *text; text++)
        if (!strchr("/._-", *text) && !(*text >= '0' && *text <= '9') &&
            !((*text | 0x20) >= 'a' && (*text | 0x20) <= 'z'))
            return false;
    return true;
}

static bool in_words(const char *words, const char *word)
{
    struct str rest = str_of(words), w;

    while (str_word(&rest, &w))
        if (str_eqz(w, word))
            return true;
    return false;
}

static bool parse_bool(const char *text, bool *ret_flag)
{
    *ret_flag = in_words("yes true on 1", text);
    return *ret_flag || in_words("no false off 0", text);
}

static void list_free(char **list)
{
    if (!list)
        return;
    for (size_t i = 0; list[i]; i++)
        free(list[i]);
    free(list);
}

char *config_kind_copy(struct str s)
{
    char *z = malloc(s.n + 1);

    if (z) {
        memcpy(z, s.n ? s.p : "", s.n);
        z[s.n] = '\0';
    }
    return z;
}

static bool is_word_of_kind(enum config_kind kind, const char *word)
{
    struct ip_range range;

    return (kind != CONFIG_KIND_LISTEN || is_listen_address(word)) &&
           (kind != CONFIG_KIND_SOCKETS || is_socket(word)) &&
           (kind != CONFIG_KIND_RANGES || ip_range_parse(str_of(word), &range));
}

/* Returns false when a word is empty or not allowed, or there are too few or too many. */
static bool parse_list(const struct config_row *k, const char *text, char ***ret_list)
{
    char **list = calloc(LIST_MAX + 1, sizeof *list);
    struct str rest = str_trim(str_of(text)), word;
    size_t n = 0;
    bool good = list;

    while (good && rest.n > 0 && str_split(&rest, ',', &word)) {
        word = str_trim(word);
        good =
            word.n > 0 && n < LIST_MAX && n < (size_t)k->max && (list[n] = config_kind_copy(word));
        if (good && *k->choices)
            good = in_words(k->choices, list[n]);
        if (good)
            good = is_word_of_kind(k->kind, list[n]);
        n += good;
    }
    if (good && n >= (size_t)k->min) {
        *ret_list = list;
        return true;
    }
    list_free(list);
    return false;
}

bool config_kind_parse(const struct config_row *k, const char *text, struct config_value *v)
{
    int64_t length = (int64_t)strlen(text), t;

    if (!is_printable(text) || length > CONFIG_KIND_VALUE_MAX)
        return false;
    switch (k->kind) {
    case CONFIG_KIND_INT:
        return str_to_i64(str_of(text), &v->number) && v->number >= k->min && v->number <= k->max;
    case CONFIG_KIND_BOOL:
        return parse_bool(text, &v->flag);
    case CONFIG_KIND_CHOICE:
        return in_words(k->choices, text);
    case CONFIG_KIND_LIST:
    case CONFIG_KIND_LISTEN:
    case CONFIG_KIND_SOCKETS:
    case CONFIG_KIND_RANGES:
        return parse_list(k, text, &v->list);
    case CONFIG_KIND_URL:
        return (length == 0 && k->min == 0) || (length <= k->max && is_base_url(text));
    case CONFIG_KIND_REDIS:
        return length == 0 ||
               (length <= k->max &&
                redis_url_parse(str_of(text), &(struct redis_address){ 0 }, NULL) == ST_OK);
    case CONFIG_KIND_HTTP_PATH:
        return length <= k->max && is_http_path(text);
    case CONFIG_KIND_HOST_PORT:
        return length == 0 || (length <= k->max && is_host_port(text));
    case CONFIG_KIND_INSTANT:
        if (length > 0 && !time_parse_rfc3339(str_of(text), &t))
            return false;
        v->number = length > 0 ? t : 0;
        return true;
    case CONFIG_KIND_ZONE:
        return length == 0 || zone_get(str_of(text));
    case CONFIG_KIND_TEXT:
    case CONFIG_KIND_SECRET:
    case CONFIG_KIND_PATH:
        return length >= k->min && length <= k->max;
    }
    return false;
}

void config_kind_clear(struct config_value *v)
{
    free(v->text);
    free(v->origin);
    list_free(v->list);
    *v = (struct config_value){ 0 };
}
