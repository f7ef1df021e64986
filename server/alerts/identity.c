/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/identity.c -- which alerts are about the same event. */
#include "server/alerts/identity.h"

#include <stdio.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/base/digest.h"
#include "server/base/zone.h"

enum { VTEC_FIELDS = 6, ROOT_DIGITS = 24, EVENT_BYTES = 100 };

struct vtec {
    struct str action, office, phenomenon, significance, number;
};

static bool is_made_of(struct str s, size_t n, const char *allowed)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr(allowed, s.p[i]))
            return false;
    return s.n == n;
}

static bool read_vtec(struct str line, struct vtec *v)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", digits[] = "0123456789";
    struct str field[VTEC_FIELDS], rest = str_trim(line);
    size_t n = 0;

    if (!str_starts(rest, STR("/")))
        return false;
    rest = str_sub(rest, 1, rest.n);
    while (n < VTEC_FIELDS && str_split(&rest, '.', &field[n]))
        n++;
    if (n < VTEC_FIELDS)
        return false;
    *v = (struct vtec){ field[1], field[2], field[3], field[4], field[5] };
    return is_made_of(v->action, 3, letters) && is_made_of(v->office, 4, letters) &&
           is_made_of(v->phenomenon, 2, letters) && is_made_of(v->significance, 1, letters) &&
           is_made_of(v->number, 4, digits);
}

static bool is_end(struct str action)
{
    static const char *const ends[] = { "CAN", "EXP", "UPG", NULL };

    return str_is_one_of(action, ends);
}

enum identity_kind identity_of_vtec(const char *const *lines, size_t count, int64_t first_sent,
                                    char out[IDENTITY_SIZE])
{
    enum identity_kind kind = IDENTITY_NONE;
    struct vtec v;

    for (size_t i = 0; i < count; i++) {
        if (!read_vtec(str_of(lines[i]), &v))
            continue;
        kind = IDENTITY_IS_OVER;
        if (is_end(v.action))
            continue;
        (void)snprintf(out, IDENTITY_SIZE, "%.*s.%.*s.%.*s.%.*s.%d", STR_ARG(v.office),
                       STR_ARG(v.phenomenon), STR_ARG(v.significance), STR_ARG(v.number),
                       civil_of(zone_utc(), first_sent).year);
        return IDENTITY_VTEC;
    }
    return kind;
}

bool identity_of_root(const char *root_id, const char *event, char out[IDENTITY_SIZE])
{
    char hex[65];

    if (!digest_sha256_hex(str_of(root_id), hex))
        return false;
    (void)snprintf(out, IDENTITY_SIZE, "%.*s.%.*s", ROOT_DIGITS, hex, EVENT_BYTES, event);
    return true;
}

const char *identity_alert_type(const char *event)
{
    static const struct {
        const char *words, *type;
    } kinds[] = {
#define KIND(words, type) { words, type },
#include "server/alerts/kinds.def"
#undef KIND
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strstr(event, kinds[i].words))
            return kinds[i].type;
    return NULL;
}
