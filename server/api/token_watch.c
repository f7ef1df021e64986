/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/token_watch.c -- keeps a copy of the list of tokens. */
#include "server/api/token_watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/deadline.h"

enum {
    USE_NOTED_S = 300, /* how exactly the last use of a token is known */
    STORE_MS = 2000,
};

struct token_watch {
    struct store *store;
    pthread_mutex_t lock;    /* of the list and the times */
    pthread_mutex_t reading; /* one thread reads the store at a time; taken before `lock` */
    struct api_tokens tokens;
    bool known;
    int64_t asked_ms; /* when the store was asked last, monotonic; 0: never */
};

struct token_watch *token_watch_create(struct store *store)
{
    struct token_watch *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->store = store;
    pthread_mutex_init(&w->lock, NULL);
    pthread_mutex_init(&w->reading, NULL);
    return w;
}

void token_watch_free(struct token_watch *w)
{
    if (!w)
        return;
    pthread_mutex_destroy(&w->reading);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static bool is_fresh(struct token_watch *w)
{
    pthread_mutex_lock(&w->lock);
    bool fresh = w->asked_ms > 0 && clock_mono_ms() - w->asked_ms < TOKEN_WATCH_MS;
    pthread_mutex_unlock(&w->lock);
    return fresh;
}

static int64_t store_deadline(int64_t deadline)
{
    int64_t latest = clock_mono_ms() + STORE_MS;

    return latest < deadline ? latest : deadline;
}

/* Reads the list if nobody else has just done so. */
static enum status refresh(struct token_watch *w, int64_t deadline, struct err *err)
{
    struct api_tokens *fresh = malloc(sizeof *fresh);
    enum status st = ST_OK;

    if (!fresh)
        return err_no_memory(err);
    pthread_mutex_lock(&w->reading);
    if (!is_fresh(w)) {
        int64_t asked = clock_mono_ms();
        st = api_tokens_read(w->store, store_deadline(deadline), fresh, err);
        pthread_mutex_lock(&w->lock);
        w->asked_ms = asked;
        if (st == ST_OK)
            w->tokens = *fresh;
        w->known = w->known || st == ST_OK;
        pthread_mutex_unlock(&w->lock);
    }
    pthread_mutex_unlock(&w->reading);
    free(fresh);
    return st;
}

/* Notes the use in the copy. Returns whether the store should know of it, too. */
static bool note_use(struct token_watch *w, const struct api_token *token, int64_t now)
{
    for (size_t i = 0; i < w->tokens.count; i++) {
        struct api_token *t = &w->tokens.at[i];
        if (t != token || now - t->used < USE_NOTED_S)
            continue;
        t->used = now;
        return true;
    }
    return false;
}

/* *ret_note: the use of *ret_token is to be noted in the store, which takes a thread that may
 * wait. */
static enum status look_up(struct token_watch *w, struct str text, bool may_wait,
                           struct api_token *ret_token, bool *ret_note)
{
    int64_t now = clock_wall_s();
    enum status st = ST_DENIED;

    pthread_mutex_lock(&w->lock);
    const struct api_token *found = api_tokens_find(&w->tokens, text);
    if (found && !may_wait && now - found->used >= USE_NOTED_S) {
        st = ST_WOULD_WAIT;
    } else if (found) {
        *ret_token = *found;
        *ret_note = note_use(w, found, now);
        st = ST_OK;
    } else if (!w->known) {
        st = ST_UNAVAILABLE;
    }
    pthread_mutex_unlock(&w->lock);
    return st;
}

enum status token_watch_check(struct token_watch *w, struct str text, int64_t deadline,
                              char ret_name[API_TOKEN_NAME_MAX + 1], struct err *err)
{
    struct api_token token;
    struct err why = ERR_NONE, ignored = ERR_NONE;
    bool note = false, may_wait = deadline_may_wait(deadline);
    enum status st;

    if (!is_fresh(w)) {
        if (!may_wait)
            return ST_WOULD_WAIT;
        (void)refresh(w, deadline, &why);
    }
    st = look_up(w, text, may_wait, &token, &note);
    if (st == ST_UNAVAILABLE)
        return err_set(err, st, "the list of tokens cannot be read: %s", why.text);
    if (st != ST_OK)
        return st;
    memcpy(ret_name, token.name, sizeof token.name);
    if (note)
        (void)api_tokens_note_used(w->store, &token, clock_wall_s(), store_deadline(deadline),
                                   &ignored);
    return ST_OK;
}
