/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/shared_writer_groups.c -- entries that wait are written together, if the store
 * can: how many, what one that fails does to the others, and how it ends. */
#include <pthread.h>

#include "tests/unit/cache/noting_store.h"

static int setup(void **state)
{
    (void)state;
    return set_up_with(true);
}

static void put_five(void)
{
    CHECK(put("A", "x"));
    CHECK(put("B", "x"));
    CHECK(put("C", "x"));
    CHECK(put("D", NULL));
    CHECK(put("E", "x"));
}

static void await_written(int count)
{
    int64_t end = soon();

    while (outcome_count("written") < count && clock_left_ms(end) > 0)
        clock_sleep_ms(5);
    CHECK_INT(outcome_count("written"), count);
}

TEST(the_entries_of_a_question_are_one_group)
{
    put_five();
    await_written(5); /* nobody flushes */
    CHECK_INT(backend.groups, 1);
    CHECK_INT(backend.count, 5);
    check_write(3, "D-");
    CHECK_INT(waiting_count(), 0);
}

TEST(a_group_is_bounded_in_number)
{
    char key[10];

    for (int i = 0; i < 300; i++) {
        (void)snprintf(key, sizeof key, "K%d", i);
        CHECK(put(key, "x"));
    }
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(backend.count, 300);
    CHECK(backend.largest <= SHARED_WRITER_GROUP_MAX);
    CHECK(backend.groups <= 300 / 10);
}

TEST(a_group_is_bounded_in_bytes)
{
    enum { TEXT = SHARED_WRITER_GROUP_KB * 1024 / 3, COUNT = 10 };
    static char text[TEXT];
    char key[10];

    memset(text, 'x', sizeof text - 1);
    for (int i = 0; i < COUNT; i++) {
        (void)snprintf(key, sizeof key, "K%d", i);
        CHECK(put(key, text));
    }
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(outcome_count("written"), COUNT);
    CHECK(backend.largest <= 2);
}

TEST(one_that_fails_in_the_middle_of_a_group_loses_no_other)
{
    static const enum status rejections[] = { ST_TOO_LARGE, ST_INVALID, ST_SYSTEM };

    for (int i = 0; i < 3; i++) {
        backend.count = 0;
        backend.bad_status = rejections[i];
        (void)snprintf(backend.bad_key, sizeof backend.bad_key, "C");
        put_five();
        CHECK(shared_writer_flush(writer, soon()));
        CHECK_INT(backend.count, 4);
        check_write(1, "B=x");
        check_write(3, "E=x");
        CHECK_INT(reports, i + 1);
        CHECK_INT(last_report.status, rejections[i]);
    }
    CHECK_INT(outcome_count("written"), 12);
    CHECK_INT(outcome_count("dropped"), 3);
}

TEST(one_of_a_group_that_cannot_be_written_now_is_tried_again)
{
    (void)snprintf(backend.bad_key, sizeof backend.bad_key, "C");
    put_five();
    await_written(4);
    CHECK_INT(waiting_count(), 1);
    CHECK_INT(reports, 0);
    backend.bad_status = ST_OK;
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(backend.count, 5);
    check_write(4, "C=x");
}

TEST(a_group_waits_while_the_store_is_away)
{
    backend.fail_with = ST_TIMEOUT;
    put_five();
    CHECK(!shared_writer_flush(writer, clock_mono_ms() + 100));
    await_attempts(2);
    CHECK_INT(backend.count, 0);
    CHECK(put("B", "new"));
    backend.fail_with = ST_OK;
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(backend.count, 5);
    CHECK(outcome_count("retried") >= 5);
    CHECK_INT(reports, 0);
    for (int i = 0; i < 5; i++)
        CHECK_ROW(i, strcmp(backend.writes[i], "B=x") != 0);
}

TEST(one_that_is_replaced_while_its_group_is_written_is_written_again)
{
    backend.hold = true;
    put_five();
    await_attempts(1);
    CHECK(put("E", "new"));
    CHECK(put("A", NULL));
    backend.hold = false;
    CHECK(shared_writer_flush(writer, soon()));
    CHECK_INT(backend.count, 7);
    check_write(0, "A=x");
    check_write(4, "E=x");
    check_write(5, "A-");
    check_write(6, "E=new");
}

static void *let_go(void *data)
{
    clock_sleep_ms(50);
    backend.hold = false;
    return data;
}

TEST(the_end_waits_for_one_group_only)
{
    pthread_t thread;
    char key[10];

    backend.hold = true;
    for (int i = 0; i < SHARED_WRITER_MAX; i++) {
        (void)snprintf(key, sizeof key, "K%d", i);
        CHECK(put(key, "x"));
    }
    await_attempts(1);
    CHECK(pthread_create(&thread, NULL, let_go, NULL) == 0);
    shared_writer_free(writer);
    writer = NULL;
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_INT(backend.groups, 1);
    CHECK_INT(outcome_count("written"), backend.count);
    CHECK_INT(outcome_count("dropped"), SHARED_WRITER_MAX - backend.count);
    CHECK_INT(reports, 1);
}

TESTS_EACH_WITH(setup, tear_down, the_entries_of_a_question_are_one_group,
                a_group_is_bounded_in_number, a_group_is_bounded_in_bytes,
                one_that_fails_in_the_middle_of_a_group_loses_no_other,
                one_of_a_group_that_cannot_be_written_now_is_tried_again,
                a_group_waits_while_the_store_is_away,
                one_that_is_replaced_while_its_group_is_written_is_written_again,
                the_end_waits_for_one_group_only)
