/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/alerts/lease.c -- one holder at a time, on every backend; what it has read. */
#define _XOPEN_SOURCE 700
#include "cache/alerts/lease.h"

#include "tests/unit/cache/every_store.h"

#define MINUTE_MS INT64_C(60000)

static bool keep(struct lease *l)
{
    CHECK_INT(lease_keep(l, soon(), NULL), ST_OK);
    return l->held;
}

static void check_holders(struct store *s, enum store_layout layout)
{
    struct lease a, b;
    struct alert_reading reading;

    (void)layout;
    lease_init(&a, s);
    lease_init(&b, s);
    CHECK(strcmp(a.holder, b.holder) != 0);
    CHECK(keep(&a));
    CHECK(!keep(&b));
    alert_reading_note(&a.reading, 5 * MINUTE_MS);
    a.notes = strdup("{\"root\":1}");
    CHECK(keep(&a));
    CHECK_INT(alert_reading_get(s, soon(), &reading, NULL), ST_OK);
    CHECK_INT(reading.last_ms, 5 * MINUTE_MS);

    CHECK(!keep(&b));
    b.seen_mono_ms -= LEASE_DEAD_MS; /* as if it had seen no beat for so long */
    CHECK(keep(&b));
    CHECK_STR(b.notes, "{\"root\":1}");
    CHECK_INT(b.reading.last_ms, 5 * MINUTE_MS);
    CHECK(!keep(&a));          /* the other one wakes up */
    lease_release(&a, soon()); /* is not its own */
    CHECK(keep(&b));
    lease_release(&b, soon());
    CHECK(!b.held);
    CHECK(keep(&a));
    CHECK_STR(a.notes, "{\"root\":1}");
    lease_done(&a);
    lease_done(&b);
}

TEST(a_dead_holder_is_replaced_and_one_that_wakes_sees_it)
{
    on_every_store(check_holders);
}

TEST(a_malformed_lease_is_free)
{
    static const char *const items[] = { "{}", "{\"holder\": 1}",
                                         "{\"holder\": null, \"beat\": {}}",
                                         "{\"holder\": \"a name that is far too long\"}",
                                         "{\"reading\": \"[\", \"notes\": 7}" };

    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
        struct lease l;
        struct alert_reading reading;
        CHECK_INT(put_item(s, "ALERT_LEASE", items[i], 0), ST_OK);
        CHECK_INT(alert_reading_get(s, soon(), &reading, NULL), ST_OK);
        CHECK_ROW(i, reading.last_ms == 0 && reading.gap_count == 0);
        lease_init(&l, s);
        CHECK_ROW(i, keep(&l));
        lease_done(&l);
        store_free(s);
    }
}

/* Minutes; `to` 0: they still are not read. */
static void check_unread(const struct alert_reading *r, int since, int now, int from, int to,
                         bool often)
{
    struct alert_unread u;

    CHECK(!alert_reading_is_complete(r, since * MINUTE_MS, now * MINUTE_MS, &u));
    CHECK_INT(u.from_ms, from * MINUTE_MS);
    CHECK_INT(u.to_ms, to * MINUTE_MS);
    CHECK(u.often == often);
}

static bool is_complete(const struct alert_reading *r, int since, int now)
{
    struct alert_unread u;

    return alert_reading_is_complete(r, since * MINUTE_MS, now * MINUTE_MS, &u);
}

TEST(a_reading_is_complete_only_without_a_gap)
{
    struct alert_reading r = { .first_ms = 0 };

    check_unread(&r, 60, 90, 60, 0, false);
    for (int minute = 60; minute <= 90; minute++)
        alert_reading_note(&r, minute * MINUTE_MS);
    CHECK_INT(r.gap_count, 0);
    CHECK(is_complete(&r, 61, 91));
    CHECK(is_complete(&r, 95, 96));
    check_unread(&r, 40, 91, 40, 60, false);
    check_unread(&r, 61, 100, 90, 0, false); /* it stopped */
    check_unread(&r, 95, 106, 95, 0, false);
    check_unread(&r, 40, 100, 40, 0, true);
    alert_reading_note(&r, 99 * MINUTE_MS);
    CHECK_INT(r.gap_count, 0);
    alert_reading_note(&r, 120 * MINUTE_MS);
    CHECK_INT(r.gap_count, 1);
    check_unread(&r, 61, 121, 99, 120, false);
    check_unread(&r, 105, 121, 105, 120, false);
    CHECK(is_complete(&r, 120, 121));
    alert_reading_note(&r, 140 * MINUTE_MS);
    check_unread(&r, 61, 141, 99, 140, true);
    check_unread(&r, 130, 151, 130, 0, true);
    alert_reading_note(&r, 100 * MINUTE_MS); /* the clock steps back */
    CHECK_INT(r.gap_count, 2);
    for (int i = 0; i < 3 * READING_GAPS_MAX; i++)
        alert_reading_note(&r, r.last_ms + 11 * MINUTE_MS);
    CHECK_INT(r.gap_count, READING_GAPS_MAX);
    CHECK(r.gaps[READING_GAPS_MAX - 1].to_ms == r.last_ms);
}

TEST(a_holder_is_no_longer_trusted_before_another_may_take_the_lease)
{
    CHECK(lease_beat_is_fresh(1000, 1000 + LEASE_TRUST_MS - 1));
    CHECK(!lease_beat_is_fresh(1000, 1000 + LEASE_TRUST_MS));
    CHECK(LEASE_TRUST_MS < LEASE_DEAD_MS);
}

TESTS(a_dead_holder_is_replaced_and_one_that_wakes_sees_it, a_malformed_lease_is_free,
      a_holder_is_no_longer_trusted_before_another_may_take_the_lease,
      a_reading_is_complete_only_without_a_gap)
