/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/api_query.c -- any query string, Host and Origin at the API: values are UTF-8 without
 * control characters, and no web site passes for this machine.
 *
 * Input: the query, a line feed, the Host. */
#include <stdlib.h>

#include "server/api/host_check.h"
#include "server/api/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static void check_text(struct str s)
{
    must(str_is_utf8(s));
    for (size_t i = 0; i < s.n; i++)
        must((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f);
}

/* What passes has no letters but those of "localhost" and of IPv6 addresses. */
static void check_host(struct str host)
{
    static const struct ip nowhere = { .kind = IP_NONE };
    char origin[400] = "http://";

    if (host.n > 300)
        return;
    bool own = host_is_own(host, &nowhere);
    memcpy(origin + 7, host.p ? host.p : "", host.n);
    must(host_origin_is_own((struct str){ origin, host.n + 7 }, &nowhere) == own);
    must(!host_origin_is_own(host, &nowhere) || str_find(host, STR("://")) < host.n);
    for (size_t i = 0; own && i < host.n; i++)
        must(strchr("localhstLOCALHST0123456789abcdefABCDEF.:[]", host.p[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "place", "units", NULL };
    struct arena *arena = arena_create(1 << 18);
    struct str host = { (const char *)data, size }, text = STR_NONE;
    struct query q;

    str_split(&host, '\n', &text);
    if (arena && query_parse(text, arena, &q)) {
        must(q.count <= QUERY_MAX);
        for (size_t i = 0; i < q.count; i++) {
            check_text(q.at[i].name);
            check_text(q.at[i].value);
        }
        (void)query_get(&q, "place");
        (void)query_unknown(&q, names);
        (void)query_repeated(&q);
    }
    check_host(host);
    arena_free(arena);
    return 0;
}
