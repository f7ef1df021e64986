/* SPDX-License-Identifier: Apache-2.0 */
/* cache/freshness.c -- how long an HTTP response may be used without asking again.
 *
 * s-maxage applies to shared caches and is ignored. must-revalidate is ignored where it would
 * forbid serving a stale response while upstream is down: a forecast whose age is announced is
 * better than none, and the caller announces it. Ages come from the Age header, not from Date and
 * the local clock: a clock that is an hour off would make every response stale on arrival, or fresh
 * for an hour too long. */
#include "cache/freshness.h"

#include "server/base/time_text.h"

struct directives {
    bool no_store, no_cache, has_max_age;
    int64_t max_age;
};

static int64_t clamp_lifetime(int64_t seconds)
{
    if (seconds < 0)
        return 0;
    return seconds < FRESHNESS_MAX_S ? seconds : FRESHNESS_MAX_S;
}

/* The value of max-age; 0 if it is not a number. */
static int64_t parse_seconds(struct str value)
{
    int64_t seconds;

    if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
        value = str_sub(value, 1, value.n - 1);
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] < '0' || value.p[i] > '9')
            return 0;
    if (value.n == 0)
        return 0;
    return str_to_i64(value, &seconds) ? seconds : FRESHNESS_MAX_S; /* does not fit in 64 bits */
}

static struct directives parse_directives(struct str header)
{
    struct directives d = { false, false, false, 0 };
    struct str word;

    while (header.n > 0 && str_split(&header, ',', &word)) {
        size_t equals = str_index(word, '=');
        struct str name = str_trim(str_sub(word, 0, equals));
        struct str value = str_trim(str_sub(word, equals + 1, word.n));
        if (str_ieqz(name, "no-store"))
            d.no_store = true;
        else if (str_ieqz(name, "no-cache"))
            d.no_cache = true;
        else if (str_ieqz(name, "max-age")) {
            int64_t seconds = parse_seconds(value);
            if (!d.has_max_age || seconds < d.max_age)
                d.max_age = seconds;
            d.has_max_age = true;
        }
    }
    return d;
}

struct freshness freshness_of(const struct http_response *response, int64_t now)
{
    struct directives d = parse_directives(str_of(response->cache_control));
    int64_t expires, date, lifetime = 0;

    if (d.no_store || d.no_cache)
        return (struct freshness){ 0, d.no_store };
    if (d.has_max_age) {
        lifetime = d.max_age;
    } else if (time_parse_http(str_of(response->expires), &expires)) {
        /* Both times are from the server's clock, so the local one does not matter. */
        if (!time_parse_http(str_of(response->date), &date))
            date = now;
        lifetime = expires - date;
    }
    lifetime = clamp_lifetime(lifetime);
    return (struct freshness){ clamp_lifetime(lifetime - clamp_lifetime(response->age_s)), false };
}
