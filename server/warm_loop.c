/* SPDX-License-Identifier: Apache-2.0 */
/* server/warm_loop.c -- whose turn it is to be warmed.
 *
 * Each place has a time when it is due; of those that are due the longest overdue comes first. A
 * place that failed waits, longer each time. The file is read again when it changes, and the most
 * asked places are looked up now and then; a place that is on neither list any more is let go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "server/base/clock.h"
#include "server/warm.h"

enum {
    REFILL_MS = 60 * 1000, /* how often file and most asked places are looked at */
    SOON_S = 60,
    RETRY_LEAST_S = 5 * 60,
    RETRY_MOST_S = 6 * 3600,
};

struct turn_of {
    int64_t due; /* epoch seconds; 0: now */
    int64_t retry_s;
    bool told; /* its fault has been reported */
};

struct warm {
    struct warm_settings settings;
    const char *file;
    struct analytics *analytics;
    void (*report)(void *data, const struct err *err);
    void *report_data;
    struct metric *outcomes[WARM_OUTCOMES], *places;
    struct warm_list list;
    struct turn_of *turns; /* as many as the list */
    int64_t refill_ms;     /* monotonic: when to fill the list again */
    bool file_told;
};

struct warm *warm_create(const struct warm_settings *settings, const char *file,
                         struct analytics *analytics, struct metrics *metrics,
                         void (*report)(void *data, const struct err *err), void *report_data)
{
    struct warm *w = calloc(1, sizeof *w);
    struct metric_family *family;

    if (!w)
        return NULL;
    w->settings = *settings;
    w->file = file;
    w->analytics = analytics;
    w->report = report;
    w->report_data = report_data;
    family = metrics_family(metrics, METRIC_COUNTER, "climacast_warmed_total", "outcome",
                            "Places looked at in the background, to keep them warm.");
    for (size_t i = 0; i < WARM_OUTCOMES; i++)
        w->outcomes[i] = metric_get(family, warm_outcome_names[i], NULL, NULL);
    w->places = metrics_gauge(metrics, "climacast_warm_places", "Places that are kept warm.");
    return w;
}

void warm_free(struct warm *w)
{
    if (!w)
        return;
    warm_list_free(&w->list);
    free(w->turns);
    free(w);
}

/* ---- the list ---- */

static enum status gather(struct warm *w, struct warm_list *list, struct err *err)
{
    struct topk_name asked[WARM_ASKED];
    size_t count;
    enum status st = *w->file ? warm_list_read(list, w->file, err) : ST_OK;

    if (st != ST_OK && !w->file_told && w->report)
        w->report(w->report_data, err);
    w->file_told = st != ST_OK;
    err_clear(err);
    if (!w->analytics)
        return ST_OK;
    count = analytics_top(w->analytics, ANALYTICS_PLACES, asked, WARM_ASKED);
    return warm_list_add_popular(list, asked, count, err);
}

/* What is known of a place's turn goes over to the new list. */
static void carry_over(const struct warm *w, const struct warm_list *list, struct turn_of *turns)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < w->list.count; k++)
            if (strcmp(list->words[i], w->list.words[k]) == 0)
                turns[i] = w->turns[k];
}

static void refill(struct warm *w)
{
    struct warm_list list = { .words = NULL };
    struct err err = ERR_NONE;
    struct turn_of *turns = NULL;

    w->refill_ms = clock_mono_ms() + REFILL_MS;
    if (gather(w, &list, &err) == ST_OK)
        turns = calloc(list.count ? list.count : 1, sizeof *turns);
    if (!turns) {
        warm_list_free(&list);
        return;
    }
    carry_over(w, &list, turns);
    warm_list_free(&w->list);
    free(w->turns);
    w->list = list;
    w->turns = turns;
    metric_set(w->places, (double)list.count);
}

/* ---- turns ---- */

/* The longest overdue; w->list.count when none is due. */
static size_t next_due(const struct warm *w, int64_t now)
{
    size_t best = w->list.count;

    for (size_t i = 0; i < w->list.count; i++)
        if (w->turns[i].due <= now &&
            (best == w->list.count || w->turns[i].due < w->turns[best].due))
            best = i;
    return best;
}

static void put_off(struct turn_of *t, int64_t now)
{
    t->retry_s = t->retry_s == 0 ? RETRY_LEAST_S : 2 * t->retry_s;
    if (t->retry_s > RETRY_MOST_S)
        t->retry_s = RETRY_MOST_S;
    t->due = now + t->retry_s;
}

void warm_step(struct warm *w, int64_t deadline)
{
    int64_t now = clock_wall_s(), again_at = 0;
    struct err err = ERR_NONE;
    enum warm_outcome outcome;
    struct turn_of *t;
    size_t i;

    if (clock_mono_ms() >= w->refill_ms)
        refill(w);
    i = next_due(w, now);
    if (i == w->list.count)
        return;
    t = &w->turns[i];
    outcome = warm_place(&w->settings, str_of(w->list.words[i]), deadline, &again_at, &err);
    metric_add(w->outcomes[outcome], 1);
    if (outcome == WARM_FRESH || outcome == WARM_RENEWED) {
        *t = (struct turn_of){ .due = again_at > now + SOON_S ? again_at : now + SOON_S };
        return;
    }
    put_off(t, now);
    if (!t->told && w->report) {
        err_context(&err, "%s", w->list.words[i]);
        w->report(w->report_data, &err);
    }
    t->told = true;
}
