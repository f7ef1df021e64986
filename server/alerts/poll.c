/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/poll.c -- one look at the subscriptions and at the alerts. */
#include "server/alerts/bulletin.h"
#include "server/alerts/poller_internal.h"
#include "server/base/clock.h"

enum { STORE_MS = 10 * 1000, FEED_MS = 25 * 1000, NOT_LEADING_MS = 100 };

static void count_poll(struct poller *a, const char *result)
{
    metric_add(metric_get(a->polls, result, NULL, NULL), 1);
}

static enum status make_bulletin(struct poller *a, struct object *list, struct err *err)
{
    json_t *roots = leader_roots(a->leader);
    struct object *bulletin = NULL;
    enum status st = roots ? ST_OK : err_no_memory(err);

    if (st == ST_OK)
        st = bulletin_create(list, roots, poller_now_ms(a) / 1000, &bulletin, err);
    if (st == ST_OK) {
        leader_set_roots(a->leader, roots);
        watch_set_bulletin(a->watch, bulletin);
    }
    json_decref(roots);
    return st;
}

static enum status read_alerts(struct poller *a, struct err *err)
{
    struct watch_zones zones;
    struct object *list = NULL;
    enum status st;

    if (!watch_get_zones(a->watch, &zones))
        return err_no_memory(err);
    if (zones.count == 0) { /* nobody has a place yet */
        watch_zones_done(&zones);
        return ST_MISS;
    }
    st = feed_read(a->feed, zones.at, zones.count, clock_mono_ms() + FEED_MS, &list, err);
    watch_zones_done(&zones);
    if (st == ST_OK)
        st = make_bulletin(a, list, err);
    object_release(list);
    if (st == ST_OK)
        leader_note_reading(a->leader, poller_now_ms(a));
    return st;
}

static void enqueue(void *data, struct str user)
{
    struct poller *a = data;

    rounds_add(a->rounds, user);
}

static void look(struct poller *a)
{
    struct err err = ERR_NONE;
    enum status st = watch_read(a->watch, a->settings.store, clock_mono_ms() + STORE_MS, &err);

    if (st != ST_OK) {
        (void)err_context(&err, "subscriptions");
        a->settings.report(a->settings.report_data, POLLER_FAILED, "", "", &err);
        err_clear(&err);
    }
    metric_set(a->subscriptions, (double)watch_count(a->watch));
    st = read_alerts(a, &err);
    if (st == ST_MISS) {
        count_poll(a, "idle");
    } else {
        count_poll(a, st == ST_OK ? "ok" : "failed");
        if (st != ST_OK)
            a->settings.report(a->settings.report_data, POLLER_FAILED, "", "", &err);
    }
    watch_find_due(a->watch, poller_now_ms(a), enqueue, a);
}

int64_t poller_look(void *data)
{
    struct poller *a = data;
    int64_t began = clock_mono_ms();

    if (atomic_exchange(&a->took_over, false))
        watch_clear(a->watch);
    if (!leader_leads(a->leader)) {
        rounds_clear(a->rounds);
        return began + NOT_LEADING_MS;
    }
    if (!leader_is_trusted(a->leader))
        return began + 100; /* the leader's thread looks first */
    look(a);
    return began + a->settings.poll_ms;
}
