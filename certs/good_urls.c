/* SPDX-License-Identifier: Apache-2.0 */
/* certs/good_urls.c -- a short list, searched from front to back. */
#include "certs/good_urls.h"

#include <stdlib.h>
#include <string.h>

void good_urls_done(struct good_urls *g)
{
    for (size_t i = 0; i < g->count; i++)
        free(g->list[i].text);
    *g = (struct good_urls){ .count = 0 };
}

static struct good_url *good_url_find(struct good_urls *g, const char *url)
{
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->list[i].text, url) == 0)
            return &g->list[i];
    return NULL;
}

bool good_urls_has(const struct good_urls *g, const char *url)
{
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->list[i].text, url) == 0)
            return true;
    return false;
}

/* A free place, if need be that of the oldest URL, when that is older than `good_s`; else NULL. */
static struct good_url *good_url_place(struct good_urls *g, int64_t good_s)
{
    struct good_url *oldest = &g->list[0];

    if (g->count < GOOD_URLS_MAX)
        return &g->list[g->count];
    for (size_t i = 1; i < g->count; i++)
        if (g->list[i].good_s < oldest->good_s)
            oldest = &g->list[i];
    return oldest->good_s < good_s ? oldest : NULL;
}

bool good_urls_note(struct good_urls *g, const char *url, int64_t good_s)
{
    struct good_url *known = good_url_find(g, url), *place;
    char *copy;

    if (known && good_s - known->good_s < GOOD_URLS_GRAIN_S)
        return false;
    if (known) {
        known->good_s = good_s;
        return true;
    }
    place = good_url_place(g, good_s);
    copy = place ? strdup(url) : NULL;
    if (!copy)
        return false;
    if (place == &g->list[g->count])
        g->count++;
    else
        free(place->text);
    *place = (struct good_url){ copy, good_s };
    return true;
}

bool good_urls_merge(struct good_urls *g, const struct good_urls *from)
{
    bool changed = false;

    for (size_t i = 0; i < from->count; i++)
        if (good_urls_note(g, from->list[i].text, from->list[i].good_s))
            changed = true;
    return changed;
}
