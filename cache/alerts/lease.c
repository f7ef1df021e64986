/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/lease.c -- which of several daemons polls for alerts. */
#include "cache/alerts/lease.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/alerts/item_change.h"
#include "cache/alerts/reading_json.h"
#include "cache/layout.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/random.h"

void lease_init(struct lease *l, struct store *store)
{
    *l = (struct lease){ .store = store };
    (void)snprintf(l->holder, sizeof l->holder, "%016llx", (unsigned long long)random_u64());
}

void lease_done(struct lease *l)
{
    free(l->notes);
    l->notes = NULL;
}

/* ---- somebody else's ---- */

/* Is the holder of the item alive, as far as this daemon has seen? */
static bool another_lives(struct lease *l, struct str holder, int64_t beat)
{
    int64_t now = clock_mono_ms();

    if (holder.n == 0 || holder.n >= LEASE_HOLDER_SIZE)
        return false; /* it was given back */
    if (!str_eqz(holder, l->seen) || beat != l->seen_beat) {
        memcpy(l->seen, holder.p, holder.n);
        l->seen[holder.n] = '\0';
        l->seen_beat = beat;
        l->seen_mono_ms = now;
    }
    return now - l->seen_mono_ms < LEASE_DEAD_MS;
}

/* ---- beats ---- */

static enum status take_over(struct lease *l, const json_t *attributes)
{
    json_t *reading = NULL;
    struct str notes = json_str(attributes, "notes");

    if (!item_text_parse(json_object_get(attributes, "reading"), &reading))
        return ST_SYSTEM;
    alert_reading_decode(reading, &l->reading);
    json_decref(reading);
    free(l->notes);
    l->notes = notes.n > 0 && notes.n <= LEASE_NOTES_MAX ? strndup(notes.p, notes.n) : NULL;
    return ST_OK;
}

static enum status write_beat(const struct lease *l, json_t *attributes, int64_t beat)
{
    int failed = json_object_set_new(attributes, "holder", json_string(l->holder));

    failed |= json_object_set_new(attributes, "beat", json_integer((json_int_t)beat));
    failed |= json_object_set_new(attributes, "reading",
                                  item_text_take(alert_reading_encode(&l->reading)));
    if (l->notes)
        failed |= json_object_set_new(attributes, "notes", json_string(l->notes));
    return failed ? ST_SYSTEM : ST_OK;
}

/* ST_DENIED when another daemon holds it, because the caller would retry on ST_CONFLICT. */
static enum status beat(void *data, json_t *attributes, struct err *err)
{
    struct lease *l = data;
    struct str holder = json_str(attributes, "holder");
    int64_t count = 0;
    enum status st = ST_OK;

    (void)json_int(attributes, "beat", &count);
    if (!str_eqz(holder, l->holder)) {
        if (another_lives(l, holder, count))
            return ST_DENIED;
        st = take_over(l, attributes);
    } else if (!l->held) {
        st = take_over(l, attributes); /* the answer to an earlier beat was lost */
    }
    if (st == ST_OK)
        st = write_beat(l, attributes, count < INT64_MAX ? count + 1 : 0);
    return st == ST_OK ? st : err_no_memory(err);
}

enum status lease_keep(struct lease *l, int64_t deadline, struct err *err)
{
    int64_t began = clock_mono_ms();
    enum status st = item_change(l->store, STR(LAYOUT_LEASE_ID), beat, l, deadline, NULL, err);

    if (st == ST_OK) {
        l->held = true;
        l->beat_mono_ms = began;
    } else if (st == ST_DENIED && !(err && err->status != ST_OK)) {
        l->held = false;
        return ST_OK;
    }
    return st;
}

bool lease_beat_is_fresh(int64_t beat_mono_ms, int64_t mono_ms)
{
    return mono_ms - beat_mono_ms < LEASE_TRUST_MS;
}

static enum status give_back(void *data, json_t *attributes, struct err *err)
{
    const struct lease *l = data;

    if (!str_eqz(json_str(attributes, "holder"), l->holder))
        return ST_MISS;
    if (write_beat(l, attributes, 0) != ST_OK ||
        json_object_set_new(attributes, "holder", json_string("")) != 0)
        return err_no_memory(err);
    return ST_OK;
}

void lease_release(struct lease *l, int64_t deadline)
{
    if (l->held)
        (void)item_change(l->store, STR(LAYOUT_LEASE_ID), give_back, l, deadline, NULL, NULL);
    l->held = false;
}
