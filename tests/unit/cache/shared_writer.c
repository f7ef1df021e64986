/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/shared_writer.c -- entries reach the store in the background: in order, the
 * newest of each key, also after the store was away; what is dropped is reported. */
#include <pthread.h>

#include "tests/unit/cache/noting_store.h"

static int setup(void **state)
{
    (void)state;
    return set_up_with(false);
}

TEST(entries_are_written_in_order)
{
    char key[10];

    for (int i = 0; i < 100; i++) {
        (void)snprintf(key, sizeof key, "K%d", i);
        CHECK(put(key, "x"));
    }
    CHECK(shared_writer_flush(writer, soon()));
    CHECK(put("K5", NULL));
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(backend.count, 101);
    check_write(0, "K0=x");
    check_write(99, "K99=x");
    check_write(100, "K5-");
    CHECK_INT(outcome_count("written"), 101);
    CHECK_INT(waiting_count(), 0);
    CHECK_INT(reports, 0);
}

TEST(nobody_waits_for_a_write)
{
    int64_t began = clock_mono_ms();

    backend.hold = true;
    for (int i = 0; i < 10; i++)
        CHECK(put("A", "x"));
    CHECK(!shared_writer_flush(writer, clock_mono_ms() + 20));
    CHECK(!shared_writer_flush(writer, NO_WAIT));
    CHECK(clock_mono_ms() - began < 5000);
    backend.hold = false;
    CHECK(shared_writer_flush(writer, soon()));
}

TEST(the_newest_of_those_that_wait_is_written_once)
{
    backend.hold = true;
    CHECK(put("FIRST", "x"));
    await_attempts(1); /* the thread is busy with it */
    CHECK(put("A", "old"));
    CHECK(put("B", "x"));
    CHECK(put("A", "new"));
    CHECK(put("B", NULL));
    CHECK_INT(waiting_count(), 3);
    backend.hold = false;
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(backend.count, 3);
    check_write(0, "FIRST=x");
    check_write(1, "A=new");
    check_write(2, "B-");
    CHECK_INT(outcome_count("replaced"), 2);
}

TEST(an_entry_that_is_replaced_while_it_is_written_is_written_again)
{
    backend.hold = true;
    CHECK(put("A", "old"));
    await_attempts(1);
    CHECK(put("A", "new"));
    backend.hold = false;
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(backend.count, 2);
    check_write(0, "A=old");
    check_write(1, "A=new");
}

TEST(entries_wait_while_the_store_is_away)
{
    static const enum status away[] = { ST_TIMEOUT, ST_UNAVAILABLE };

    for (size_t i = 0; i < 2; i++) {
        backend.count = 0;
        backend.attempts = 0;
        backend.fail_with = away[i];
        CHECK(put("A", "x"));
        CHECK(put("B", "x"));
        await_attempts(2);
        CHECK(!shared_writer_flush(writer, clock_mono_ms() + 50));
        CHECK_INT(backend.count, 0);
        backend.fail_with = ST_OK;
        CHECK(shared_writer_flush(writer, soon()));
        CHECK_INT(backend.count, 2);
    }
    CHECK(outcome_count("retried") >= 2);
    CHECK_INT(reports, 0);
}

TEST(an_entry_that_cannot_be_written_now_does_not_hold_up_the_others)
{
    int64_t end = soon();

    (void)snprintf(backend.bad_key, sizeof backend.bad_key, "BAD");
    CHECK(put("BAD", "x"));
    for (int i = 0; i < 5; i++) {
        char key[10];
        (void)snprintf(key, sizeof key, "K%d", i);
        CHECK(put(key, "x"));
    }
    while (outcome_count("written") < 5 && clock_left_ms(end) > 0)
        clock_sleep_ms(5);
    CHECK_INT(outcome_count("written"), 5);
    CHECK_INT(waiting_count(), 1);
}

TEST(an_entry_that_the_store_rejects_is_dropped_and_reported)
{
    static const enum status rejections[] = { ST_TOO_LARGE, ST_INVALID, ST_DENIED, ST_CONFLICT };

    enum { COUNT = sizeof rejections / sizeof rejections[0] };

    for (int i = 0; i < COUNT; i++) {
        backend.fail_with = rejections[i];
        CHECK(put("A", "x"));
        CHECK(shared_writer_flush(writer, soon()));
        CHECK_INT(last_report.status, rejections[i]);
    }
    CHECK_INT(reports, COUNT);
    CHECK_INT(outcome_count("dropped"), COUNT);
    backend.fail_with = ST_OK;
    CHECK(put("A", "x"));
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(backend.count, 1);
}

TEST(when_too_many_wait_new_ones_are_dropped_and_reported)
{
    char key[10];
    int added = 0;

    backend.hold = true;
    for (int i = 0; i < SHARED_WRITER_MAX + 10; i++) {
        (void)snprintf(key, sizeof key, "K%d", i);
        added += put(key, "x");
    }
    CHECK_INT(added, SHARED_WRITER_MAX);
    CHECK_INT(reports, 10);
    CHECK(strstr(last_report.text, "too many"));
    CHECK(put("K900", "newer")); /* it has its place */
    backend.hold = false;
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(backend.count, SHARED_WRITER_MAX);
}

TEST(what_has_not_been_written_at_the_end_is_counted)
{
    backend.fail_with = ST_UNAVAILABLE;
    CHECK(put("A", "x"));
    CHECK(put("B", "x"));
    CHECK(put("C", NULL));
    shared_writer_free(writer);
    writer = NULL;
    CHECK_INT(outcome_count("dropped"), 3);
    CHECK_INT(reports, 1);
    CHECK(strstr(last_report.text, "3 entries"));
}

static void *put_many(void *data)
{
    char key[20];

    for (int i = 0; i < 500; i++) {
        (void)snprintf(key, sizeof key, "%c%d", *(char *)data, i % 50);
        (void)put(key, i < 450 ? "old" : "last");
    }
    return NULL;
}

TEST(threads_may_put_at_the_same_time)
{
    static char names[4] = { 'A', 'B', 'C', 'D' };
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, put_many, &names[i]) == 0);
    for (int i = 0; i < 4; i++)
        (void)pthread_join(threads[i], NULL);
    CHECK(shared_writer_flush(writer, soon()));
    CHECK(backend.count >= 200);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 50; k++) {
            char prefix[20];
            const char *last = "";
            (void)snprintf(prefix, sizeof prefix, "%c%d=", names[i], k);
            for (int w = 0; w < backend.count; w++)
                if (strncmp(backend.writes[w], prefix, strlen(prefix)) == 0)
                    last = backend.writes[w];
            CHECK(strstr(last, "=last"));
        }
}

TESTS_EACH_WITH(setup, tear_down, entries_are_written_in_order, nobody_waits_for_a_write,
                the_newest_of_those_that_wait_is_written_once,
                an_entry_that_is_replaced_while_it_is_written_is_written_again,
                entries_wait_while_the_store_is_away,
                an_entry_that_cannot_be_written_now_does_not_hold_up_the_others,
                an_entry_that_the_store_rejects_is_dropped_and_reported,
                when_too_many_wait_new_ones_are_dropped_and_reported,
                what_has_not_been_written_at_the_end_is_counted, threads_may_put_at_the_same_time)
