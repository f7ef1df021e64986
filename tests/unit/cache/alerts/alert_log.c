/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/alerts/alert_log.c -- what was sent and held back, on every backend. */
#define _XOPEN_SOURCE 700
#include "cache/alerts/alert_log.h"

#include "tests/unit/cache/every_store.h"

#define USER STR("amzn1.ask.account.TEST")
enum { HOUR_MS = 60 * 60 * 1000 };

struct entry {
    const char *id;
    enum alert_outcome outcome;
    int64_t at_ms;
};

static enum status put(void *data, struct alert_log *l, struct err *err)
{
    const struct entry *e = data;
    struct alert_record *r = NULL;

    (void)err;
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->records[i].id, e->id) == 0)
            r = &l->records[i];
    if (!r)
        r = alert_log_add(l);
    *r = (struct alert_record){ .kind = "TORNADO",
                                .outcome = e->outcome,
                                .reason = "quiet",
                                .at_ms = e->at_ms,
                                .planned_ms = 5,
                                .expires_s = 6,
                                .until = 7,
                                .places = { { "cabin", "38.5733,-109.5498" } },
                                .place_count = 1 };
    (void)snprintf(r->id, sizeof r->id, "%s", e->id);
    (void)snprintf(r->key, sizeof r->key, "key of %s", e->id);
    (void)snprintf(r->event, sizeof r->event, "Tornado Warning");
    return ST_OK;
}

static bool never_active(void *data, const struct alert_record *r)
{
    (void)data;
    (void)r;
    return false;
}

static void record(struct store *s, const char *id, enum alert_outcome outcome, int64_t at_ms)
{
    struct entry e = { id, outcome, at_ms };

    CHECK_INT(alert_log_change(s, USER, put, never_active, &e, at_ms, soon(), NULL, NULL), ST_OK);
}

/* What is told, as ids; marks it if `mark` is set. */
static void check_told(struct store *s, enum alerts_for purpose, int64_t now_ms, bool mark,
                       const char *want)
{
    const struct alert_record *told[ALERT_LOG_TOLD_MAX];
    struct alert_log l = { .records = NULL };
    char got[200] = "";
    size_t n;

    CHECK_INT(alert_log_get(s, USER, soon(), &l, NULL), ST_OK);
    n = alert_log_told(&l, purpose, now_ms, told);
    for (size_t i = 0; i < n; i++)
        (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? " " : "",
                       told[i]->id);
    CHECK_STR(got, want);
    if (mark)
        CHECK_INT(alert_log_mark_told(s, USER, &l, purpose, now_ms, soon(), NULL), ST_OK);
    alert_log_done(&l);
}

static void check_log(struct store *s, enum store_layout layout)
{
    struct alert_log l = { .records = NULL };

    (void)layout;
    check_told(s, ALERTS_FOR_LAUNCH, 1000, true, "");
    CHECK_INT(alert_log_get(s, USER, soon(), &l, NULL), ST_OK);
    CHECK(l.count == 0 && l.asked_ms == 0);
    record(s, "a", ALERT_HELD, 1000);
    record(s, "b", ALERT_SENT, 2000);
    record(s, "c", ALERT_DROPPED, 3000);
    record(s, "d", ALERT_PLANNED, 4000);
    check_told(s, ALERTS_FOR_LISTING, 5000, false, "d c b a");
    check_told(s, ALERTS_FOR_MISSED, 5000, false, "c b a");
    check_told(s, ALERTS_FOR_LAUNCH, 5000, true, "c a");
    check_told(s, ALERTS_FOR_LAUNCH, 5000, true, "");
    check_told(s, ALERTS_FOR_MISSED, 5000, true, "b");
    check_told(s, ALERTS_FOR_MISSED, 6000, true, "");
    CHECK_INT(alert_log_get(s, USER, soon(), &l, NULL), ST_OK);
    CHECK_INT(l.asked_ms, 6000);
    CHECK_STR(l.records[0].kind, "TORNADO");
    CHECK_STR(l.records[0].reason, "quiet");
    CHECK_STR(l.records[0].key, "key of d");
    CHECK_STR(l.records[0].places[0].point, "38.5733,-109.5498");
    CHECK_STR(l.records[0].places[0].name, "cabin");
    CHECK(l.records[0].planned_ms == 5 && l.records[0].expires_s == 6 && l.records[0].until == 7);
    alert_log_done(&l);
    record(s, "a", ALERT_SENT, 7000); /* sent when the quiet hours were over */
    check_told(s, ALERTS_FOR_LAUNCH, 8000, false, "");
    check_told(s, ALERTS_FOR_MISSED, 8000, false, "a");
}

TEST(each_is_told_once_and_a_ring_again)
{
    on_every_store(check_log);
}

TEST(records_are_told_for_three_days_and_at_most_twenty)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
    struct alert_log l = { .records = NULL };
    const struct alert_record *told[ALERT_LOG_TOLD_MAX];

    record(s, "old", ALERT_SENT, 1 * HOUR_MS);
    record(s, "new", ALERT_SENT, 72 * HOUR_MS);
    check_told(s, ALERTS_FOR_LISTING, (int64_t)73 * HOUR_MS - 1, false, "new old");
    check_told(s, ALERTS_FOR_LISTING, (int64_t)73 * HOUR_MS, false, "new");
    for (int i = 0; i < 30; i++) {
        char id[20];
        (void)snprintf(id, sizeof id, "n%d", i);
        record(s, id, ALERT_SENT, (int64_t)80 * HOUR_MS + i);
    }
    CHECK_INT(alert_log_get(s, USER, soon(), &l, NULL), ST_OK);
    CHECK_INT(l.count, 20);
    CHECK_INT(alert_log_told(&l, ALERTS_FOR_LISTING, (int64_t)81 * HOUR_MS, told), 20);
    CHECK_STR(told[0]->id, "n29");
    alert_log_done(&l);
    store_free(s);
}

/* The clock may step back (weather.now after a restart): what was sent stays sent. */
TEST(a_record_from_the_future_is_kept)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);

    record(s, "later", ALERT_SENT, (int64_t)100 * HOUR_MS);
    record(s, "now", ALERT_SENT, HOUR_MS);
    check_told(s, ALERTS_FOR_LISTING, HOUR_MS, false, "later now");
    store_free(s);
}

static bool always_active(void *data, const struct alert_record *r)
{
    (void)data;
    return r->id[0] == 'n';
}

TEST(records_of_running_alerts_outlive_the_others)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
    struct alert_log l = { .records = NULL };

    for (int i = 0; i < 150; i++) {
        char id[20];
        struct entry e = { id, ALERT_SENT, i };
        (void)snprintf(id, sizeof id, "%s%d", i < 40 ? "n" : "o", i);
        CHECK_INT(alert_log_change(s, USER, put, always_active, &e, i, soon(), NULL, NULL), ST_OK);
    }
    CHECK_INT(alert_log_get(s, USER, soon(), &l, NULL), ST_OK);
    CHECK_INT(l.count, 60); /* the newest 20, and 40 that run */
    alert_log_done(&l);
    store_free(s);
}

TESTS(each_is_told_once_and_a_ring_again, records_are_told_for_three_days_and_at_most_twenty,
      a_record_from_the_future_is_kept, records_of_running_alerts_outlive_the_others)
