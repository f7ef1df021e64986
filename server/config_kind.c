/* SPDX-License-Identifier: Apache-2.0 */
/* server/config_kind.c -- a kind is a judge, with the words for what it allows. */
#include "server/config_kind.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/redis/url.h"
#include "server/base/host_port.h"
#include "server/base/time_text.h"

enum { LIST_MAX = 32 };

bool config_kind_is_secret(enum config_kind kind)
{
    return kind == K_SECRET || kind == K_REDIS;
}

/* ---- what a kind allows, in words ---- */

void config_kind_words(const struct config_row *k, char *out, size_t n)
{
    switch (k->kind) {
    case K_INT:
        snprintf(out, n, "a whole number from %lld to %lld", (long long)k->least,
                 (long long)k->most);
        break;
    case K_BOOL:
        snprintf(out, n, "yes or no");
        break;
    case K_CHOICE:
        snprintf(out, n, "one of: %s", k->choices);
        break;
    case K_LIST:
        if (*k->choices)
            snprintf(out, n, "a comma list of: %s", k->choices);
        else
            snprintf(out, n, "a comma list of at most %lld words", (long long)k->most);
        break;
    case K_LISTEN:
        snprintf(out, n, "%s addr:port or [v6]:port with a numeric address%s",
                 k->most > 1 ? "a comma list of" : "one", k->least ? "" : ", or nothing");
        break;
    case K_URL:
        snprintf(out, n, "an http:// or https:// URL without query, fragment or slash at the end%s",
                 k->least ? "" : ", or nothing");
        break;
    case K_REDIS:
        snprintf(
            out, n,
            "redis://[user:password@]host[:port][/db], unix:/path (rediss:// is not built in), "
            "or nothing");
        break;
    case K_HTTP_PATH:
        snprintf(out, n, "a path that begins with / and has letters, digits, / . _ - only");
        break;
    case K_HOST_PORT:
        snprintf(out, n, "host:port, or nothing");
        break;
    case K_INSTANT:
        snprintf(out, n, "an ISO-8601 instant such as 2026-11-22T11:00:00Z, or nothing");
        break;
    case K_TEXT:
    case K_SECRET:
    case K_PATH:
        snprintf(out, n, "%lld to %lld printable characters", (long long)k->least,
                 (long long)k->most);
        break;
    }
}

/* ---- judging one value ---- */

static bool printable(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return false;
    return true;
}

static bool judge_listen(const char *text)
{
    char host[256];
    uint16_t port;
    unsigned char raw[sizeof(struct in6_addr)];

    return host_port_split(text, host, &port) &&
           (inet_pton(AF_INET, host, raw) == 1 || inet_pton(AF_INET6, host, raw) == 1);
}

static bool judge_host_port(const char *text)
{
    char host[256];
    uint16_t port;

    return host_port_split(text, host, &port) && port > 0 && !strpbrk(host, " /@?#\\");
}

static bool judge_url(const char *text)
{
    const char *rest = strncmp(text, "https://", 8) == 0  ? text + 8
                       : strncmp(text, "http://", 7) == 0 ? text + 7
                                                          : NULL;

    return rest && *rest && *rest != '/' && !strpbrk(rest, " ?#@\\\"<>") &&
           rest[strlen(rest) - 1] != '/';
}

static bool judge_http_path(const char *text)
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

static bool judge_bool(const char *text, bool *ret)
{
    *ret = in_words("yes true on 1", text);
    return *ret || in_words("no false off 0", text);
}

static void list_free(char **list)
{
    if (!list)
        return;
    for (size_t i = 0; list[i]; i++)
        free(list[i]);
    free(list);
}

char *config_copy(struct str s)
{
    char *z = malloc(s.n + 1);

    if (z) {
        memcpy(z, s.n ? s.p : "", s.n);
        z[s.n] = '\0';
    }
    return z;
}

/* Take a comma list apart; false when a word is empty, too many or not one of the choices. */
static bool judge_list(const struct config_row *k, const char *text, char ***ret_list)
{
    char **list = calloc(LIST_MAX + 1, sizeof *list);
    struct str rest = str_trim(str_of(text)), word;
    size_t n = 0;
    bool good = list;

    while (good && rest.n > 0 && str_split(&rest, ',', &word)) {
        word = str_trim(word);
        good = word.n > 0 && n < LIST_MAX && n < (size_t)k->most && (list[n] = config_copy(word));
        if (good && *k->choices)
            good = in_words(k->choices, list[n]);
        if (good && k->kind == K_LISTEN)
            good = judge_listen(list[n]);
        n += good;
    }
    if (good && n >= (size_t)k->least) {
        *ret_list = list;
        return true;
    }
    list_free(list);
    return false;
}

/* Judge `text` by its kind and fill what was read from it. */
bool config_kind_judge(const struct config_row *k, const char *text, struct config_value *v)
{
    int64_t length = (int64_t)strlen(text), t;

    if (!printable(text) || length > CONFIG_VALUE_MAX)
        return false;
    switch (k->kind) {
    case K_INT:
        return str_to_i64(str_of(text), &v->number) && v->number >= k->least &&
               v->number <= k->most;
    case K_BOOL:
        return judge_bool(text, &v->flag);
    case K_CHOICE:
        return in_words(k->choices, text);
    case K_LIST:
    case K_LISTEN:
        return judge_list(k, text, &v->list);
    case K_URL:
        return (length == 0 && k->least == 0) || (length <= k->most && judge_url(text));
    case K_REDIS:
        return length == 0 ||
               (length <= k->most &&
                redis_url_parse(str_of(text), &(struct redis_address){ 0 }, NULL) == ST_OK);
    case K_HTTP_PATH:
        return length <= k->most && judge_http_path(text);
    case K_HOST_PORT:
        return length == 0 || (length <= k->most && judge_host_port(text));
    case K_INSTANT:
        if (length > 0 && !time_parse_rfc3339(str_of(text), &t))
            return false;
        v->number = length > 0 ? t : 0;
        return true;
    case K_TEXT:
    case K_SECRET:
    case K_PATH:
        return length >= k->least && length <= k->most;
    }
    return false;
}

void config_value_clear(struct config_value *v)
{
    free(v->text);
    free(v->origin);
    list_free(v->list);
    *v = (struct config_value){ 0 };
}
