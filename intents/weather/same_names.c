/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/same_names.c -- compares the towns of one name by their people. */
#include "intents/weather/same_names.h"

#include <string.h>

#include "intents/weather/gazetteer_table.h"

/* More than a third of the first one's people. */
enum { NEARLY_AS_MANY = 3 };

/* Keeps the most populous town of each state in order of people, at most SAME_NAMES_MAX. */
static size_t add_town(struct gazetteer_hit hits[SAME_NAMES_MAX], size_t n,
                       const struct gazetteer_hit *hit)
{
    size_t at = 0, from = n;

    for (size_t i = 0; i < n; i++)
        if (strcmp(hits[i].state, hit->state) == 0)
            from = i;
    if (from < n && hits[from].population >= hit->population)
        return n;
    while (at < n && hits[at].population >= hit->population)
        at++;
    if (at == SAME_NAMES_MAX)
        return n;
    if (from == n) /* a new state: the last one makes room */
        from = n < SAME_NAMES_MAX ? n++ : SAME_NAMES_MAX - 1;
    memmove(&hits[at + 1], &hits[at], (from - at) * sizeof hits[0]);
    hits[at] = *hit;
    return n;
}

size_t same_names_find(const struct gazetteer_query *query, const struct gazetteer_home *home,
                       struct gazetteer_hit hits[SAME_NAMES_MAX])
{
    struct gazetteer_rows rows;
    struct gazetteer_hit hit, best;
    size_t n = 0, alike = 1;

    if (query->zip[0] || query->state[0] || gazetteer_is_abroad(query, home) ||
        !gazetteer_best(query, NULL, &best) || best.kind != GAZETTEER_TOWN || best.alias)
        return 0;
    gazetteer_rows_find(query->city, &rows);
    while (gazetteer_rows_next(&rows, &hit)) {
        if (hit.kind != GAZETTEER_TOWN || hit.alias)
            continue;
        if (home && strcmp(hit.state, home->state) == 0)
            return 0;
        n = add_town(hits, n, &hit);
    }
    while (alike < n && hits[alike].population > hits[0].population / NEARLY_AS_MANY)
        alike++;
    return n > 1 && alike > 1 ? alike : 0;
}
