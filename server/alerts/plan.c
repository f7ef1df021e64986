/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/plan.c -- what becomes of one user's alerts. */
#include "server/alerts/plan.h"

#include <stdio.h>
#include <string.h>

#include "server/alerts/due.h"
#include "server/base/digest.h"

enum {
    DAY_S = 24 * 3600,
    LEAST_S = 5 * 60, /* Amazon's least time between timestamp and expiry */
    REFERENCE_DIGITS = 48,
};

/* An event, and which of the user's places it concerns. */
struct group {
    const struct bulletin_entry *entry; /* the most severe one */
    struct due_event event;
    uint32_t places; /* bit by bit */
};

/* Coordinates as the log has them. */
static void format_point(const struct subscription_place *place, char out[24])
{
    (void)snprintf(out, 24, "%.4f,%.4f", place->lat, place->lon);
}

/* ---- events and places ---- */

static void note_entry(struct group *g, const struct bulletin_entry *e)
{
    const struct alert *a = &e->listed->alert;

    if (!g->entry || a->severity > g->event.severity) {
        g->entry = e;
        g->event = (struct due_event){ a->event, e->type, a->severity, e->listed->immediate,
                                       g->event.until };
    }
    if (a->until > g->event.until)
        g->event.until = a->until;
}

void plan_init(struct plan *p, const struct bulletin *b, const struct subscription *s,
               int64_t now_ms)
{
    *p = (struct plan){ .bulletin = b, .subscription = s, .now_ms = now_ms };
    for (size_t i = 0; i < b->count && p->hit_count < PLAN_HITS_MAX; i++) {
        uint32_t places = 0;
        for (size_t k = 0; k < s->place_count && k < SUBSCRIPTION_PLACES_MAX; k++)
            if (bulletin_concerns(b, &b->at[i], &s->places[k]))
                places |= UINT32_C(1) << k;
        if (!places)
            continue;
        p->hits[p->hit_count].entry = &b->at[i];
        p->hits[p->hit_count++].places = places;
    }
}

/* The event with this key, as far as it concerns the user. False: it doesn't. */
static bool find_group(const struct plan *p, const char *key, struct group *ret)
{
    *ret = (struct group){ .entry = NULL };
    for (size_t i = 0; i < p->hit_count; i++) {
        if (strcmp(p->hits[i].entry->key, key) != 0)
            continue;
        note_entry(ret, p->hits[i].entry);
        ret->places |= p->hits[i].places;
    }
    return ret->entry;
}

static bool concerns(const struct group *g, size_t place)
{
    return g->places >> place & 1;
}

/* Quiet hours are those of the default place; without one, of the place itself. */
static const struct zone *zone_of(const struct subscription *s, size_t place)
{
    const struct zone *zone;

    if (s->places[0].name[0] == '\0')
        place = 0;
    zone = zone_get(str_of(s->places[place].time_zone));
    return zone ? zone : zone_utc();
}

static bool record_has(const struct alert_record *r, const char *point)
{
    for (size_t i = 0; i < r->place_count; i++)
        if (strcmp(r->places[i].point, point) == 0)
            return true;
    return false;
}

/* The record that tells what has become of an event at a place; NULL: none. */
static struct alert_record *find_record(const struct alert_log *l, const char *key,
                                        const char *point)
{
    struct alert_record *held = NULL;

    for (size_t i = 0; i < l->count; i++) {
        struct alert_record *r = &l->records[i];
        if (strcmp(r->key, key) != 0 || !record_has(r, point))
            continue;
        if (r->outcome != ALERT_HELD)
            return r;
        held = r;
    }
    return held;
}

static enum due_verdict judge(const struct plan *p, const struct group *g, size_t place,
                              const struct alert_record *held)
{
    bool was_quiet = held && strcmp(held->reason, "quiet") == 0;

    return due_judge(&g->event, p->subscription, zone_of(p->subscription, place), was_quiet,
                     p->now_ms / 1000);
}

/* ---- records ---- */

static void add_place(struct alert_record *r, const struct subscription_place *place)
{
    struct alert_record_place *added = &r->places[r->place_count++];

    memcpy(added->name, place->name, sizeof added->name);
    format_point(place, added->point);
}

/* The id of a notification: the same for the same event and places. */
static bool name_record(struct alert_record *r)
{
    struct buf text = BUF_INIT(8192);
    char hex[65];
    bool ok;

    buf_printf(&text, "%s|%s|%d", r->key, r->kind, r->outcome == ALERT_HELD);
    for (size_t i = 0; i < r->place_count; i++)
        buf_printf(&text, "|%s", r->places[i].point);
    ok = !text.failed && digest_sha256_hex(buf_str(&text), hex);
    buf_free(&text);
    if (ok)
        (void)snprintf(r->id, sizeof r->id, "%.*s", REFERENCE_DIGITS, hex);
    return ok;
}

/* When Amazon should forget the notification: at the end of the event, within its bounds. */
static int64_t expiry_of(int64_t now, int64_t until)
{
    if (until == 0 || until > now + DAY_S)
        return now + DAY_S;
    return until < now + LEAST_S ? now + LEAST_S : until;
}

static bool remove_place(struct alert_record *r, const char *point)
{
    for (size_t i = 0; i < r->place_count; i++) {
        if (strcmp(r->places[i].point, point) != 0)
            continue;
        r->places[i] = r->places[--r->place_count];
        return true;
    }
    return false;
}

static void remove_empty(struct alert_log *l)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->count; i++)
        if (l->records[i].place_count > 0)
            l->records[kept++] = l->records[i];
    l->count = kept;
}

/* What is sent is no longer held back. */
static void unhold(struct alert_log *l, const struct alert_record *sent)
{
    for (size_t i = 0; i < l->count; i++) {
        struct alert_record *r = &l->records[i];
        if (r->outcome != ALERT_HELD || strcmp(r->key, sent->key) != 0)
            continue;
        for (size_t k = 0; k < sent->place_count; k++)
            (void)remove_place(r, sent->places[k].point);
    }
    remove_empty(l);
}

static struct alert_record draft(const struct plan *p, const struct group *g,
                                 enum due_verdict verdict)
{
    struct alert_record r = { .outcome = verdict == DUE_NOW ? ALERT_PLANNED : ALERT_HELD,
                              .at_ms = p->now_ms,
                              .until = g->event.until };

    (void)snprintf(r.key, sizeof r.key, "%s", g->entry->key);
    (void)snprintf(r.event, sizeof r.event, "%s", g->event.event);
    (void)snprintf(r.kind, sizeof r.kind, "%s", g->event.type ? g->event.type : "");
    if (verdict == DUE_NOW) {
        r.planned_ms = p->now_ms;
        r.expires_s = expiry_of(p->now_ms / 1000, r.until);
    } else {
        (void)snprintf(r.reason, sizeof r.reason, "%s", verdict == DUE_KIND ? "kind" : "quiet");
    }
    return r;
}

static bool add_record(struct plan *p, struct alert_log *l, struct alert_record *r)
{
    struct alert_record *added;

    if (!name_record(r))
        return false;
    if (r->outcome == ALERT_PLANNED)
        unhold(l, r);
    added = alert_log_add(l);
    if (!added)
        return false;
    *added = *r;
    p->changed = true;
    p->held_kind += r->reason[0] == 'k';
    p->held_quiet += r->reason[0] == 'q';
    return true;
}

/* ---- one event ---- */

/* A notification that was tried before keeps its id and its body. */
static bool resume(struct plan *p, struct alert_record *held)
{
    if (held->planned_ms == 0)
        return false;
    held->outcome = ALERT_PLANNED;
    held->reason[0] = '\0';
    held->at_ms = p->now_ms;
    held->told = false;
    p->changed = true;
    return true;
}

static bool plan_event(struct plan *p, struct alert_log *l, const struct group *g)
{
    const struct subscription *s = p->subscription;
    struct alert_record drafts[DUE_NOW + 1];
    bool ok = true;

    for (int v = DUE_KIND; v <= DUE_NOW; v++)
        drafts[v] = draft(p, g, (enum due_verdict)v);
    for (size_t i = 0; i < s->place_count && i < SUBSCRIPTION_PLACES_MAX; i++) {
        char point[24];
        struct alert_record *r;
        enum due_verdict verdict;
        if (!concerns(g, i))
            continue;
        format_point(&s->places[i], point);
        r = find_record(l, g->entry->key, point);
        if (r && r->outcome != ALERT_HELD)
            continue;
        verdict = judge(p, g, i, r);
        if (verdict == DUE_NEVER || (r && verdict != DUE_NOW) || (r && resume(p, r)) ||
            record_has(&drafts[verdict], point))
            continue;
        add_place(&drafts[verdict], &s->places[i]);
    }
    for (int v = DUE_KIND; v <= DUE_NOW && ok; v++)
        if (drafts[v].place_count > 0)
            ok = add_record(p, l, &drafts[v]);
    return ok;
}

/* ---- what the log says of events that have changed ---- */

static void set_until(struct plan *p, struct alert_record *r, int64_t until)
{
    if (r->until == until)
        return;
    r->until = until;
    p->changed = true;
}

static void note_end(struct plan *p, struct alert_record *r, bool found, const struct group *g)
{
    int64_t now = p->now_ms / 1000;

    if (r->told)
        return;
    if (found)
        set_until(p, r, g->event.until);
    else if (p->bulletin->complete && !bulletin_has(p->bulletin, r->key) &&
             (r->until == 0 || r->until > now))
        set_until(p, r, now);
}

static void give_up(struct plan *p, struct alert_record *r, enum alert_outcome outcome,
                    const char *reason)
{
    r->outcome = outcome;
    (void)snprintf(r->reason, sizeof r->reason, "%s", reason);
    r->at_ms = p->now_ms;
    p->changed = true;
    p->held_quiet += outcome == ALERT_HELD;
    p->ended += outcome == ALERT_DROPPED;
}

static enum due_verdict verdict_of(const struct plan *p, const struct alert_record *r,
                                   const struct group *g)
{
    enum due_verdict best = DUE_NEVER;

    for (size_t i = 0; i < p->subscription->place_count && i < SUBSCRIPTION_PLACES_MAX; i++) {
        char point[24];
        enum due_verdict verdict;
        format_point(&p->subscription->places[i], point);
        if (!concerns(g, i) || !record_has(r, point))
            continue;
        verdict = judge(p, g, i, NULL);
        if (verdict > best)
            best = verdict;
    }
    return best;
}

/* Is a planned notification still due? */
static void check_planned(struct plan *p, struct alert_record *r, bool found, const struct group *g)
{
    enum due_verdict verdict = found ? verdict_of(p, r, g) : DUE_NEVER;

    if (verdict == DUE_QUIET)
        give_up(p, r, ALERT_HELD, "quiet");
    else if (verdict != DUE_NOW && (found || p->bulletin->complete))
        give_up(p, r, ALERT_DROPPED, "ended");
}

bool plan_may_send(const struct plan *p, const struct alert_record *r)
{
    struct group g;

    return r->outcome == ALERT_PLANNED && find_group(p, r->key, &g) &&
           verdict_of(p, r, &g) == DUE_NOW;
}

static bool is_first(const struct plan *p, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(p->hits[k].entry->key, p->hits[i].entry->key) == 0)
            return false;
    return true;
}

bool plan_apply(struct plan *p, struct alert_log *l)
{
    struct group g;

    p->changed = false;
    p->held_kind = p->held_quiet = p->ended = 0;
    for (size_t i = 0; i < l->count; i++) {
        struct alert_record *r = &l->records[i];
        bool found = find_group(p, r->key, &g);
        note_end(p, r, found, &g);
        if (r->outcome == ALERT_PLANNED)
            check_planned(p, r, found, &g);
    }
    for (size_t i = 0; i < p->hit_count; i++)
        if (is_first(p, i) && find_group(p, p->hits[i].entry->key, &g) && !plan_event(p, l, &g))
            return false;
    return true;
}
