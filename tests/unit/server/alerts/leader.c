/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/alerts/leader.c -- what the holder of the lease has read is soon known. */
#include "server/alerts/leader.h"

#include "server/base/clock.h"
#include "tests/test.h"

enum { STORE_MS = 1000, POLL_MS = 20 };

static void ignore_change(void *data, bool leads, const struct err *err)
{
    (void)data;
    (void)leads;
    (void)err;
}

static int64_t last_reading(struct store *s)
{
    struct alert_reading reading;

    CHECK_INT(alert_reading_get(s, clock_mono_ms() + STORE_MS, &reading, NULL), ST_OK);
    return reading.last_ms;
}

TEST(the_first_reading_does_not_wait_for_the_next_beat)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
    struct leader *l = leader_create(s, ignore_change, NULL);
    int64_t beat = clock_mono_ms() + LEASE_BEAT_MS;
    const int64_t read_ms = 7 * READING_GAP_MS;

    CHECK(l);
    while (!leader_leads(l) && clock_left_ms(beat) > 0)
        clock_sleep_ms(POLL_MS);
    CHECK(leader_leads(l) && leader_is_trusted(l));
    CHECK_INT(last_reading(s), 0);
    leader_note_reading(l, read_ms);
    while (last_reading(s) == 0 && clock_left_ms(beat) > 0)
        clock_sleep_ms(POLL_MS);
    CHECK(clock_left_ms(beat) > LEASE_BEAT_MS / 4);
    CHECK_INT(last_reading(s), read_ms);
    leader_free(l);
    store_free(s);
}

TESTS(the_first_reading_does_not_wait_for_the_next_beat)
