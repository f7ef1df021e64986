/* SPDX-License-Identifier: Apache-2.0 */
/* server/warm_schedule.c -- when each place is warmed next.
 *
 * Each place has a due time; the most overdue place comes first. A place that failed is retried
 * with exponential back-off. The file and the most requested places are read again every minute; a
 * place that is in neither any more is dropped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "server/base/clock.h"
#include "server/warm.h"

enum {
    RELOAD_MS = 60 * 1000,
    AGAIN_MIN_S = 60, /* before a place that was warmed is due again */
    RETRY_MIN_S = 5 * 60,
    RETRY_MAX_S = 6 * 3600,
};

struct schedule {
    int64_t due;     /* epoch seconds; 0: now */
    int64_t made_at; /* when `due` was decided; a clock that is before it has been set back */
    int64_t retry_s; /* back-off; 0 after a success */
    bool reported;   /* its error has been passed to report() */
};

struct warm {
    struct warm_settings settings;
    const char *file;
    struct analytics *analytics;
    void (*report)(void *data, const struct err *err);
    void *report_data;
    struct metric *outcomes[WARM_OUTCOMES], *places;
    struct warm_list list;
    struct schedule *schedules; /* one for each place of the list */
    int64_t reload_at;          /* monotonic milliseconds */
    bool file_reported;
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
                            "Places checked in the background, by outcome.");
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
    free(w->schedules);
    free(w);
}

/* ---- the list ---- */

static enum status collect_places(struct warm *w, struct warm_list *list, struct err *err)
{
    struct topk_name popular[WARM_POPULAR_MAX];
    size_t count;
    enum status st = *w->file ? warm_list_read(list, w->file, err) : ST_OK;

    if (st != ST_OK && !w->file_reported && w->report)
        w->report(w->report_data, err);
    w->file_reported = st != ST_OK;
    err_clear(err);
    if (!w->analytics)
        return ST_OK;
    count = analytics_top(w->analytics, ANALYTICS_PLACES, popular, WARM_POPULAR_MAX);
    return warm_list_add_popular(list, popular, count, err);
}

/* Places that are also in the old list keep their schedule. */
static void copy_schedules(const struct warm *w, const struct warm_list *list,
                           struct schedule *schedules)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < w->list.count; k++)
            if (strcmp(list->places[i], w->list.places[k]) == 0)
                schedules[i] = w->schedules[k];
}

static void reload_places(struct warm *w)
{
    struct warm_list list = { .places = NULL };
    struct err err = ERR_NONE;
    struct schedule *schedules = NULL;

    w->reload_at = clock_mono_ms() + RELOAD_MS;
    if (collect_places(w, &list, &err) == ST_OK)
        schedules = calloc(list.count ? list.count : 1, sizeof *schedules);
    if (!schedules) {
        warm_list_free(&list);
        return;
    }
    copy_schedules(w, &list, schedules);
    warm_list_free(&w->list);
    free(w->schedules);
    w->list = list;
    w->schedules = schedules;
    metric_set(w->places, (double)list.count);
}

/* ---- schedule ---- */

/* While the clock was ahead, everything was put off until a time that is far away now. */
static int64_t due_at(const struct schedule *s, int64_t now)
{
    return now < s->made_at ? 0 : s->due;
}

/* The index of the most overdue place; w->list.count when none is due. */
static size_t next_due(const struct warm *w, int64_t now)
{
    size_t best = w->list.count;

    for (size_t i = 0; i < w->list.count; i++)
        if (due_at(&w->schedules[i], now) <= now &&
            (best == w->list.count ||
             due_at(&w->schedules[i], now) < due_at(&w->schedules[best], now)))
            best = i;
    return best;
}

static void schedule_retry(struct schedule *s, int64_t now)
{
    s->retry_s = s->retry_s == 0 ? RETRY_MIN_S : 2 * s->retry_s;
    if (s->retry_s > RETRY_MAX_S)
        s->retry_s = RETRY_MAX_S;
    s->due = now + s->retry_s;
    s->made_at = now;
}

void warm_step(struct warm *w, int64_t deadline)
{
    int64_t now = clock_wall_s(), again_at = 0;
    struct err err = ERR_NONE;
    enum warm_outcome outcome;
    struct schedule *s;
    size_t i;

    if (clock_mono_ms() >= w->reload_at)
        reload_places(w);
    i = next_due(w, now);
    if (i == w->list.count)
        return;
    s = &w->schedules[i];
    outcome = warm_place(&w->settings, str_of(w->list.places[i]), deadline, &again_at, &err);
    metric_add(w->outcomes[outcome], 1);
    if (outcome == WARM_FRESH || outcome == WARM_RENEWED) {
        *s = (struct schedule){ .due = again_at > now + AGAIN_MIN_S ? again_at : now + AGAIN_MIN_S,
                                .made_at = now };
        return;
    }
    schedule_retry(s, now);
    if (!s->reported && w->report) {
        err_context(&err, "%s", w->list.places[i]);
        w->report(w->report_data, &err);
    }
    s->reported = true;
}
