/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/reading.c -- when the alerts of the weather service were read. */
#include <string.h>

#include "cache/alerts/item_change.h"
#include "cache/alerts/lease.h"
#include "cache/alerts/reading_json.h"
#include "cache/layout.h"
#include "server/base/json.h"

void alert_reading_note(struct alert_reading *r, int64_t now_ms)
{
    if (r->last_ms == 0)
        r->first_ms = now_ms;
    if (r->last_ms > 0 && now_ms - r->last_ms >= READING_GAP_MS) {
        if (r->gap_count == READING_GAPS_MAX)
            memmove(&r->gaps[0], &r->gaps[1], --r->gap_count * sizeof r->gaps[0]);
        r->gaps[r->gap_count].from_ms = r->last_ms;
        r->gaps[r->gap_count++].to_ms = now_ms;
    }
    r->last_ms = now_ms;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void add_gap(struct alert_unread *u, bool *complete, int64_t from_ms, int64_t to_ms)
{
    if (*complete)
        u->from_ms = from_ms;
    u->often = !*complete;
    u->to_ms = to_ms;
    *complete = false;
}

bool alert_reading_is_complete(const struct alert_reading *r, int64_t since_ms, int64_t now_ms,
                               struct alert_unread *ret_unread)
{
    bool complete = true;

    *ret_unread = (struct alert_unread){ .from_ms = since_ms };
    if (r->last_ms == 0)
        return false;
    if (r->first_ms > since_ms + READING_GAP_MS)
        add_gap(ret_unread, &complete, since_ms, r->first_ms);
    for (size_t i = 0; i < r->gap_count; i++)
        if (r->gaps[i].to_ms > since_ms && r->gaps[i].from_ms < now_ms)
            add_gap(ret_unread, &complete, later(r->gaps[i].from_ms, since_ms), r->gaps[i].to_ms);
    if (now_ms - r->last_ms >= READING_GAP_MS)
        add_gap(ret_unread, &complete, later(r->last_ms, since_ms), 0);
    return complete;
}

void alert_reading_decode(const json_t *object, struct alert_reading *ret)
{
    struct alert_reading r = { .first_ms = 0 };
    const json_t *gap;
    size_t i;

    (void)json_int(object, "first", &r.first_ms);
    (void)json_int(object, "last", &r.last_ms);
    json_array_foreach (json_object_get(object, "gaps"), i, gap) {
        if (r.gap_count < READING_GAPS_MAX && json_int(gap, "0", &r.gaps[r.gap_count].from_ms) &&
            json_int(gap, "1", &r.gaps[r.gap_count].to_ms))
            r.gap_count++;
    }
    *ret = r;
}

json_t *alert_reading_encode(const struct alert_reading *r)
{
    json_t *gaps = json_array();
    int failed = !gaps;

    for (size_t i = 0; i < r->gap_count && !failed; i++)
        failed = json_array_append_new(gaps, json_pack("[I, I]", (json_int_t)r->gaps[i].from_ms,
                                                       (json_int_t)r->gaps[i].to_ms));
    if (failed) {
        json_decref(gaps);
        return NULL;
    }
    return json_pack("{s:I, s:I, s:o}", "first", (json_int_t)r->first_ms, "last",
                     (json_int_t)r->last_ms, "gaps", gaps);
}

enum status alert_reading_get(struct store *store, int64_t deadline, struct alert_reading *ret,
                              struct err *err)
{
    json_t *attributes = NULL, *reading = NULL;
    enum status st = store_get(store, STR(LAYOUT_LEASE_ID), deadline, &attributes, NULL, err);

    if (st != ST_OK && st != ST_MISS)
        return st;
    st = item_text_parse(json_object_get(attributes, "reading"), &reading) ? ST_OK
                                                                           : err_no_memory(err);
    if (st == ST_OK)
        alert_reading_decode(reading, ret);
    json_decref(reading);
    json_decref(attributes);
    return st;
}
