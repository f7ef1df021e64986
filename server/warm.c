/* SPDX-License-Identifier: Apache-2.0 */
/* server/warm.c -- one place made warm, and lists of places.
 *
 * The store knows when an entry expires; the tiers above it only hand it out. So that is looked up
 * there, and an instance that comes second finds that the first has been there. */
#include "server/warm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intents/weather/place.h"
#include "intents/weather/place_words.h"
#include "server/base/arena.h"
#include "server/base/clock.h"

enum {
    ARENA_MAX = 4 * 1024 * 1024,
    DAY_S = 86400,
    MARGIN_MOST_S = 3 * DAY_S, /* so long before it expires a place is asked for anew */
    MARGIN_PART = 7,           /* or this part of its lifetime, if that is less */
    NAMED_STATIONS = 2,
};

const char *const warm_outcome_names[WARM_OUTCOMES] = { "fresh", "renewed", "unknown", "failed" };

static int64_t margin_s(const struct warm_settings *s)
{
    int64_t part = (int64_t)s->ttl_days * DAY_S / MARGIN_PART;

    return part < MARGIN_MOST_S ? part : MARGIN_MOST_S;
}

static enum warm_outcome outcome_of(enum status st)
{
    return st == ST_OK                              ? WARM_FRESH
           : st == ST_NOT_FOUND || st == ST_INVALID ? WARM_UNKNOWN
                                                    : WARM_FAILED;
}

/* A place that has been resolved: does what is kept of it last? */
static enum warm_outcome keep_warm(const struct warm_settings *s, const struct call *call,
                                   struct place *place, int64_t *ret_again_at, struct err *err)
{
    struct entry_name name = { "LocationCache", place->key };
    int64_t now = clock_wall_s(), ttl = 0;
    json_t *entry = NULL;
    enum status st = store_get_entry(s->store, name, now, call->deadline, &entry, &ttl, err);

    json_decref(entry);
    if (st != ST_OK && st != ST_MISS)
        return WARM_FAILED;
    if (st == ST_OK && (ttl == 0 || ttl - now > margin_s(s))) {
        *ret_again_at = ttl == 0 ? now + DAY_S : ttl - margin_s(s);
        return WARM_FRESH;
    }
    st = place_renew(s->nws, call, place, err);
    if (st != ST_OK)
        return outcome_of(st);
    *ret_again_at =
        s->ttl_days == 0 ? now + DAY_S : now + (int64_t)s->ttl_days * DAY_S - margin_s(s);
    return WARM_RENEWED;
}

enum warm_outcome warm_place(const struct warm_settings *s, struct str words, int64_t deadline,
                             int64_t *ret_again_at, struct err *err)
{
    struct call call = { .arena = arena_create(ARENA_MAX),
                         .deadline = deadline,
                         .now = s->now(s->data) };
    struct gazetteer_query query;
    struct place place;
    enum warm_outcome outcome;
    enum status st;

    *ret_again_at = 0;
    if (!call.arena) {
        err_no_memory(err);
        return WARM_FAILED;
    }
    st = place_words_parse(call.arena, words, STR_NONE, &query, err);
    if (st == ST_MISS)
        st = err_set(err, ST_INVALID, "names no place");
    if (st == ST_OK)
        st = place_resolve(s->nws, &query, "", &call, &place, err);
    if (st == ST_OK)
        outcome = keep_warm(s, &call, &place, ret_again_at, err);
    else
        outcome = outcome_of(st);
    for (size_t i = 0; st == ST_OK && i < place.station_count && i < NAMED_STATIONS; i++)
        (void)place_station_name(s->nws, place.stations[i], &call);
    arena_free(call.arena);
    return outcome;
}

/* ---- lists ---- */

void warm_list_free(struct warm_list *l)
{
    free(l->words);
    *l = (struct warm_list){ .words = NULL };
}

static bool holds(const struct warm_list *l, struct str words)
{
    for (size_t i = 0; i < l->count; i++)
        if (str_ieqz(words, l->words[i]))
            return true;
    return false;
}

enum status warm_list_add(struct warm_list *l, struct str words, struct err *err)
{
    words = str_trim(words);
    if (words.n == 0 || holds(l, words))
        return ST_OK;
    if (words.n > WARM_WORDS_MAX)
        return err_set(err, ST_INVALID, "a place of more than %d bytes", WARM_WORDS_MAX);
    if (l->count == WARM_PLACES_MAX + WARM_ASKED)
        return err_set(err, ST_INVALID, "more than %d places", WARM_PLACES_MAX);
    if (l->count % 64 == 0) {
        void *more = realloc(l->words, (l->count + 64) * sizeof *l->words);
        if (!more)
            return err_no_memory(err);
        l->words = more;
    }
    (void)snprintf(l->words[l->count++], sizeof *l->words, "%.*s", STR_ARG(words));
    return ST_OK;
}

/* Lines up to the end of the file, or the first fault. */
static enum status read_lines(struct warm_list *l, FILE *f, const char *path, struct err *err)
{
    char line[WARM_WORDS_MAX + 100];
    enum status st = ST_OK;

    for (int number = 1; st == ST_OK && fgets(line, sizeof line, f); number++) {
        struct str words = { line, strcspn(line, "#\r\n") };
        if (strlen(line) + 1 == sizeof line)
            st = err_set(err, ST_INVALID, "the line is too long");
        else
            st = warm_list_add(l, words, err);
        if (st != ST_OK)
            err_context(err, "%s:%d", path, number);
    }
    if (st == ST_OK && ferror(f))
        st = err_set(err, ST_INVALID, "%s: cannot be read: %s", path, strerror(errno));
    return st;
}

enum status warm_list_read(struct warm_list *l, const char *path, struct err *err)
{
    size_t before = l->count;
    FILE *f = fopen(path, "re");
    enum status st;

    if (!f)
        return err_set(err, ST_INVALID, "cache.warm_file: %s: cannot be read: %s", path,
                       strerror(errno));
    st = read_lines(l, f, path, err);
    (void)fclose(f);
    if (st != ST_OK)
        l->count = before;
    return st;
}

/* A place's key has underscores for spaces. */
enum status warm_list_add_popular(struct warm_list *l, const struct topk_name *names, size_t count,
                                  struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < count && i < WARM_ASKED && st == ST_OK; i++) {
        char words[TOPK_NAME_MAX + 1];
        (void)snprintf(words, sizeof words, "%s", names[i].name);
        for (char *p = words; *p; p++)
            if (*p == '_')
                *p = ' ';
        st = warm_list_add(l, str_of(words), err);
    }
    return st;
}
