/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain_table.c -- two small tables with linear search: a daemon sees one or two URLs. */
#include "certs/chain_table.h"

#include <stdlib.h>
#include <string.h>

void chain_table_remove(struct cached_chain *cc)
{
    free(cc->url);
    chain_unref(cc->chain);
    *cc = (struct cached_chain){ 0 };
}

void chain_table_done(struct chain_table *t)
{
    for (size_t i = 0; i < CHAIN_CACHE_MAX; i++)
        chain_table_remove(&t->chains[i]);
    for (size_t i = 0; i < CHAIN_REFUSALS_MAX; i++)
        free(t->refusals[i].url);
}

/* ---- chains ---- */

struct cached_chain *chain_table_find(struct chain_table *t, const char *url)
{
    for (size_t i = 0; i < CHAIN_CACHE_MAX; i++)
        if (t->chains[i].url && strcmp(t->chains[i].url, url) == 0)
            return &t->chains[i];
    return NULL;
}

/* A free slot, if need be by evicting the least recently used chain. */
static struct cached_chain *cached_chain_slot(struct chain_table *t)
{
    struct cached_chain *least = &t->chains[0];

    for (size_t i = 0; i < CHAIN_CACHE_MAX; i++) {
        if (!t->chains[i].url)
            return &t->chains[i];
        if (t->chains[i].used < least->used)
            least = &t->chains[i];
    }
    chain_table_remove(least);
    return least;
}

struct chain *chain_table_use(struct chain_table *t, struct cached_chain *cc)
{
    cc->used = ++t->tick;
    cc->in_use = true;
    return cc->chain;
}

void chain_table_put(struct chain_table *t, char *url, struct chain *chain, int64_t now_ms)
{
    struct cached_chain *cc = chain_table_find(t, url);
    bool in_use = !cc; /* fetched for a request, not by a refresh */

    if (cc)
        chain_table_remove(cc);
    else
        cc = cached_chain_slot(t);
    *cc = (struct cached_chain){ .url = url,
                                 .chain = chain_ref(chain),
                                 .fetched_ms = now_ms,
                                 .used = ++t->tick,
                                 .in_use = in_use };
}

/* ---- failures ---- */

static struct chain_refusal *refusal_find(struct chain_table *t, const char *url)
{
    for (size_t i = 0; i < CHAIN_REFUSALS_MAX; i++)
        if (t->refusals[i].url && strcmp(t->refusals[i].url, url) == 0)
            return &t->refusals[i];
    return NULL;
}

/* The URL's slot, else a free one, else the one that ends first. */
static struct chain_refusal *refusal_slot(struct chain_table *t, const char *url)
{
    struct chain_refusal *r = refusal_find(t, url);

    if (r)
        return r;
    r = &t->refusals[0];
    for (size_t i = 0; i < CHAIN_REFUSALS_MAX; i++) {
        if (!t->refusals[i].url)
            return &t->refusals[i];
        if (t->refusals[i].until_ms < r->until_ms)
            r = &t->refusals[i];
    }
    return r;
}

const struct err *chain_table_failure(struct chain_table *t, const char *url, int64_t now_ms)
{
    struct chain_refusal *r = refusal_find(t, url);

    return r && now_ms < r->until_ms ? &r->err : NULL;
}

void chain_table_put_failure(struct chain_table *t, char *url, const struct err *err,
                             int64_t until_ms)
{
    struct chain_refusal *r = refusal_slot(t, url);

    free(r->url);
    *r = (struct chain_refusal){ .url = url, .until_ms = until_ms, .err = *err };
}
