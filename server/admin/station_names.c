/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/station_names.c -- a small table of names; when it is full, the oldest makes
 * room. */
#include "server/admin/station_names.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/place.h"
#include "server/base/arena.h"
#include "server/base/clock.h"

enum { NAMES_MAX = 64, ID_BYTES = 16, ARENA_MAX = 1024 * 1024, RETRY_MS = 10 * 60 * 1000 };

struct known {
    char id[ID_BYTES], name[STATION_NAMES_BYTES]; /* name: "" when it was unavailable */
    int64_t asked_at;                             /* monotonic milliseconds */
};

struct station_names {
    struct nws *nws;
    pthread_mutex_t lock;
    struct known known[NAMES_MAX];
    size_t next; /* to be replaced */
};

struct station_names *station_names_create(struct nws *nws)
{
    struct station_names *s = calloc(1, sizeof *s);

    if (s && pthread_mutex_init(&s->lock, NULL) != 0) {
        free(s);
        return NULL;
    }
    if (s)
        s->nws = nws;
    return s;
}

void station_names_free(struct station_names *s)
{
    if (!s)
        return;
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

/* Under the lock. NULL when it is not in the table. */
static struct known *find_known(struct station_names *s, const char *id)
{
    for (size_t i = 0; i < NAMES_MAX; i++)
        if (strcmp(s->known[i].id, id) == 0)
            return &s->known[i];
    return NULL;
}

/* Returns false when the name must be asked for. */
static bool recall_name(struct station_names *s, const char *id, char ret_name[STATION_NAMES_BYTES])
{
    const struct known *k;
    bool found;

    (void)pthread_mutex_lock(&s->lock);
    k = find_known(s, id);
    found = k && (k->name[0] || clock_mono_ms() - k->asked_at < RETRY_MS);
    if (found)
        memcpy(ret_name, k->name, STATION_NAMES_BYTES);
    (void)pthread_mutex_unlock(&s->lock);
    return found;
}

static void remember_name(struct station_names *s, const char *id, const char *name)
{
    struct known *k;

    (void)pthread_mutex_lock(&s->lock);
    k = find_known(s, id);
    if (!k)
        k = &s->known[s->next++ % NAMES_MAX];
    k->asked_at = clock_mono_ms();
    (void)snprintf(k->id, sizeof k->id, "%s", id);
    (void)snprintf(k->name, sizeof k->name, "%s", name);
    (void)pthread_mutex_unlock(&s->lock);
}

void station_names_get(struct station_names *s, const char *id, int64_t deadline,
                       char ret_name[STATION_NAMES_BYTES])
{
    struct call call = { .deadline = deadline, .now = clock_wall_s() };
    struct str name;

    ret_name[0] = '\0';
    if (strlen(id) >= ID_BYTES || recall_name(s, id, ret_name) || clock_left_ms(deadline) == 0)
        return;
    call.arena = arena_create(ARENA_MAX);
    if (!call.arena)
        return;
    name = place_station_name(s->nws, str_of(id), &call);
    if (!str_eqz(name, id)) /* the id stands for a name that is unknown */
        (void)snprintf(ret_name, STATION_NAMES_BYTES, "%.*s", STR_ARG(name));
    remember_name(s, id, ret_name);
    arena_free(call.arena);
}
