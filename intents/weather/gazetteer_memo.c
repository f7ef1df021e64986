/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer_memo.c -- choices by query and home, as bytes in a memo. */
#include "intents/weather/gazetteer_memo.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "server/base/memo.h"

enum { CITY_MAX = 40 };

struct key {
    double home_lat, home_lon; /* 0 unless `located` */
    bool located;
    char home_state[3], state[3];
    char city[CITY_MAX]; /* last: a key ends where the city does */
};
_Static_assert(sizeof(struct key) <= MEMO_KEY_MAX, "a memo must have room for the key");

static _Thread_local struct memo memo;

/* Returns the key, in *room; an empty one when the city cannot be remembered. */
static struct str make_key(const struct gazetteer_query *query, const struct gazetteer_home *home,
                           struct key *room)
{
    struct str city = query->city;

    if (city.n == 0 || city.n > sizeof room->city)
        return STR_NONE;
    memset(room, 0, sizeof *room); /* the padding, too */
    if (home) {
        str_to_z(str_of(home->state), room->home_state, sizeof room->home_state);
        room->located = home->located;
        room->home_lat = home->located ? home->lat : 0;
        room->home_lon = home->located ? home->lon : 0;
    }
    str_to_z(str_of(query->state), room->state, sizeof room->state);
    memcpy(room->city, city.p, city.n);
    return (struct str){ (const char *)room, offsetof(struct key, city) + city.n };
}

bool gazetteer_memo_find(const struct gazetteer_query *query, const struct gazetteer_home *home,
                         void *ret_choice, size_t size)
{
    struct key room;
    struct str choice;

    if (!memo_find(&memo, make_key(query, home, &room), &choice))
        return false;
    assert(choice.n == size);
    memcpy(ret_choice, choice.p, size);
    return true;
}

void gazetteer_memo_put(const struct gazetteer_query *query, const struct gazetteer_home *home,
                        const void *choice, size_t size)
{
    struct key room;

    assert(size <= MEMO_VALUE_MAX);
    memo_put(&memo, make_key(query, home, &room), (struct str){ choice, size });
}
