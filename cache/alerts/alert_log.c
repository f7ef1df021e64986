/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/alert_log.c -- which alerts a user has been sent, and which were held back. */
#include "cache/alerts/alert_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/alerts/alert_log_json.h"
#include "cache/alerts/item_change.h"
#include "cache/user_id.h"
#include "server/base/digest.h"

#define ID_PREFIX STORE_SHARED_ID "_ALERT_LOG_"

enum { DIGEST_DIGITS = 32, ID_SIZE = sizeof ID_PREFIX + DIGEST_DIGITS };

void alert_log_done(struct alert_log *l)
{
    free(l->records);
    *l = (struct alert_log){ .records = NULL };
}

static enum status log_id(struct str user_id, char out[ID_SIZE], struct err *err)
{
    char hex[65];

    if (!user_id_is_valid(user_id))
        return err_set(err, ST_INVALID, "invalid user id");
    if (!digest_sha256_hex(user_id, hex))
        return err_no_memory(err);
    (void)snprintf(out, ID_SIZE, "%s%.*s", ID_PREFIX, DIGEST_DIGITS, hex);
    return ST_OK;
}

enum status alert_log_get(struct store *store, struct str user_id, int64_t deadline,
                          struct alert_log *ret, struct err *err)
{
    json_t *attributes = NULL;
    char id[ID_SIZE];
    enum status st = log_id(user_id, id, err);

    if (st == ST_OK)
        st = store_get(store, str_of(id), deadline, &attributes, NULL, err);
    if (st != ST_OK && st != ST_MISS)
        return st;
    st = alert_log_decode(attributes, ret) ? ST_OK : err_no_memory(err);
    json_decref(attributes);
    return st;
}

/* ---- what is told ---- */

static bool is_recent(const struct alert_record *r, int64_t now_ms)
{
    return r->at_ms > now_ms - ALERT_LOG_KEPT_MS;
}

static bool is_to_be_told(const struct alert_record *r, enum alerts_for purpose)
{
    switch (purpose) {
    case ALERTS_FOR_LAUNCH:
        return !r->told && (r->outcome == ALERT_HELD || r->outcome == ALERT_DROPPED);
    case ALERTS_FOR_MISSED:
        return !r->told && r->outcome != ALERT_PLANNED;
    case ALERTS_FOR_LISTING:
    default:
        return true;
    }
}

size_t alert_log_told(const struct alert_log *l, enum alerts_for purpose, int64_t now_ms,
                      const struct alert_record *ret[ALERT_LOG_TOLD_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < l->count && i < ALERT_LOG_TOLD_MAX; i++)
        if (is_recent(&l->records[i], now_ms) && is_to_be_told(&l->records[i], purpose))
            ret[count++] = &l->records[i];
    return count;
}

/* ---- changes ---- */

struct log_change {
    alert_log_change_fn *change;
    alert_log_active_fn *is_active;
    void *data;
    int64_t now_ms;
    struct alert_log after;
};

/* Keeps what may be told, and what prevents a second notification. */
static void drop_unneeded(struct alert_log *l, const struct log_change *c)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->count; i++) {
        const struct alert_record *r = &l->records[i];
        bool told = i < ALERT_LOG_TOLD_MAX && is_recent(r, c->now_ms);
        bool runs = c->is_active ? c->is_active(c->data, r) : true;
        if ((told || runs) && kept < ALERT_LOG_RECORDS_MAX)
            l->records[kept++] = *r;
    }
    l->count = kept;
}

static enum status change_item(void *data, json_t *attributes, struct err *err)
{
    struct log_change *c = data;
    enum status st = ST_OK;

    alert_log_done(&c->after);
    if (!alert_log_decode(attributes, &c->after))
        return err_no_memory(err);
    if (c->change)
        st = c->change(c->data, &c->after, err);
    if (st != ST_OK ||
        (c->after.count == 0 && c->after.asked_ms == 0 && json_object_size(attributes) == 0))
        return st;
    drop_unneeded(&c->after, c);
    return alert_log_encode(&c->after, attributes) ? ST_OK : err_no_memory(err);
}

enum status alert_log_change(struct store *store, struct str user_id, alert_log_change_fn *change,
                             alert_log_active_fn *is_active, void *data, int64_t now_ms,
                             int64_t deadline, struct alert_log *ret, struct err *err)
{
    struct log_change c = { change, is_active, data, now_ms, { .records = NULL } };
    char id[ID_SIZE];
    enum status st = log_id(user_id, id, err);

    if (st == ST_OK)
        st = item_change(store, str_of(id), change_item, &c, deadline, NULL, err);
    if (st == ST_OK && ret)
        *ret = c.after;
    else
        alert_log_done(&c.after);
    return st;
}

struct alert_record *alert_log_add(struct alert_log *l)
{
    struct alert_record *grown = realloc(l->records, (l->count + 1) * sizeof *grown);

    if (!grown)
        return NULL;
    l->records = grown;
    memmove(grown + 1, grown, l->count * sizeof *grown);
    grown[0] = (struct alert_record){ .at_ms = 0 };
    l->count++;
    return grown;
}

/* ---- marking ---- */

struct marking {
    const struct alert_record *told[ALERT_LOG_TOLD_MAX];
    size_t count;
    int64_t asked_ms; /* 0: not by MissedAlertsIntent */
};

static bool was_told(const struct marking *m, const struct alert_record *r)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->told[i]->id, r->id) == 0 && m->told[i]->outcome == r->outcome)
            return true;
    return false;
}

static enum status mark(void *data, struct alert_log *l, struct err *err)
{
    const struct marking *m = data;

    (void)err;
    for (size_t i = 0; i < l->count; i++)
        if (was_told(m, &l->records[i]))
            l->records[i].told = true;
    if (m->asked_ms > 0)
        l->asked_ms = m->asked_ms;
    return ST_OK;
}

enum status alert_log_mark_told(struct store *store, struct str user_id, const struct alert_log *l,
                                enum alerts_for purpose, int64_t now_ms, int64_t deadline,
                                struct err *err)
{
    struct marking m = { .asked_ms = purpose == ALERTS_FOR_MISSED ? now_ms : 0 };

    m.count = alert_log_told(l, purpose, now_ms, m.told);
    if (m.count == 0 && m.asked_ms == 0)
        return ST_OK;
    return alert_log_change(store, user_id, mark, NULL, &m, now_ms, deadline, NULL, err);
}

enum status alert_log_remove(struct store *store, struct str user_id, int64_t deadline,
                             struct err *err)
{
    char id[ID_SIZE];
    enum status st = log_id(user_id, id, err);

    return st == ST_OK ? store_delete(store, str_of(id), deadline, err) : st;
}
