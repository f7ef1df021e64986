/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/request/recent.c: the last failures, and the slowest questions of a day. */
#include "server/request/recent.h"

#include <pthread.h>

#include "tests/test.h"

enum { START = 1795000000 / 3600 * 3600, HOUR = 3600, MS = 1000 };

static struct recent_request question(const char *place, int64_t at, int64_t ms)
{
    struct recent_request q = { .at = at, .us = ms * MS };

    (void)snprintf(q.intent, sizeof q.intent, "MetricIntent");
    (void)snprintf(q.outcome, sizeof q.outcome, "apology");
    (void)snprintf(q.place, sizeof q.place, "%s", place);
    (void)snprintf(q.cause, sizeof q.cause, "timeout");
    return q;
}

static void fail_at(struct recent *r, const char *place, int64_t at)
{
    struct recent_request q = question(place, at, 10);

    recent_add_failure(r, &q);
}

TEST(the_last_twenty_failures_are_kept_newest_first)
{
    struct recent *r = recent_create();
    struct recent_request found[RECENT_FAILURES];
    char place[20];

    CHECK_INT(recent_failures(r, found), 0);
    for (int i = 0; i < 50; i++) {
        (void)snprintf(place, sizeof place, "place %d", i);
        fail_at(r, place, START + i);
    }
    CHECK_INT(recent_failures(r, found), RECENT_FAILURES);
    CHECK_STR(found[0].place, "place 49");
    CHECK_STR(found[RECENT_FAILURES - 1].place, "place 30");
    recent_free(r);
}

static void misheard(struct recent *r, const char *slot, const char *words, int64_t at)
{
    struct recent_words w = { .at = at };

    (void)snprintf(w.intent, sizeof w.intent, "MetricIntent");
    (void)snprintf(w.slot, sizeof w.slot, "%s", slot);
    (void)snprintf(w.words, sizeof w.words, "%s", words);
    recent_add_unresolved(r, &w);
}

TEST(words_that_resolved_to_nothing_are_counted_and_bounded)
{
    struct recent *r = recent_create();
    struct recent_words found[RECENT_UNRESOLVED];
    char words[20];

    CHECK_INT(recent_unresolved(r, found), 0);
    for (int i = 0; i < 200; i++) {
        (void)snprintf(words, sizeof words, "place %d", i);
        misheard(r, "location", words, START + i);
        misheard(r, "location", "atlantis", START + i);
    }
    CHECK_INT(recent_unresolved(r, found), RECENT_UNRESOLVED);
    CHECK_STR(found[0].words, "atlantis");
    CHECK_INT(found[0].count, 200);
    CHECK_INT(found[0].at, START + 199);
    CHECK_STR(found[1].words, "place 199");
    CHECK_INT(found[1].count, 1);
    misheard(r, "metric", "atlantis", START);
    CHECK_INT(recent_unresolved(r, found), RECENT_UNRESOLVED);
    CHECK_STR(found[0].slot, "metric");
    CHECK_INT(found[1].count, 200);
    recent_add_unresolved(NULL, &found[0]);
    CHECK_INT(recent_unresolved(NULL, found), 0);
    recent_free(r);
}

TEST(the_same_failure_is_listed_once_with_its_count)
{
    struct recent *r = recent_create();
    struct recent_request found[RECENT_FAILURES];

    fail_at(r, "atlantis", START);
    for (int i = 1; i < 100; i++) {
        fail_at(r, "boulder", START + 2 * i);
        fail_at(r, "atlantis", START + 2 * i + 1);
    }
    CHECK_INT(recent_failures(r, found), 2);
    CHECK_STR(found[0].place, "atlantis");
    CHECK_INT(found[0].count, 100);
    CHECK_INT(found[0].at, START + 199);
    CHECK_INT(found[1].count, 99);
    recent_free(r);
}

static void ask(struct recent *r, const char *place, int64_t at, int64_t ms)
{
    struct recent_request q = question(place, at, ms);

    recent_add_slow(r, &q);
}

TEST(the_slowest_questions_of_the_last_day_are_kept_slowest_first)
{
    struct recent *r = recent_create();
    struct recent_request found[RECENT_SLOWEST];
    char place[20];

    CHECK_INT(recent_slowest(r, START, found), 0);
    for (int i = 0; i < 200; i++) {
        (void)snprintf(place, sizeof place, "place %d", i * 37 % 200);
        ask(r, place, START + i, i * 37 % 200);
    }
    CHECK_INT(recent_slowest(r, START + 200, found), RECENT_SLOWEST);
    for (int i = 0; i < RECENT_SLOWEST; i++)
        CHECK_INT(found[i].us, (199 - i) * MS);
    CHECK(!recent_is_slow(r, 195 * MS, START + 300));
    CHECK(recent_is_slow(r, 196 * MS, START + 300));
    CHECK(recent_is_slow(r, 1, START + HOUR)); /* each hour starts anew */
    recent_free(r);
}

TEST(slow_questions_are_forgotten_after_a_day_and_faster_ones_appear)
{
    struct recent *r = recent_create();
    struct recent_request found[RECENT_SLOWEST];
    char place[20];

    for (int i = 0; i < 10; i++) {
        (void)snprintf(place, sizeof place, "slow %d", i);
        ask(r, place, START, 5000 + i);
        ask(r, "fast", START + 5 * HOUR, 1 + i);
    }
    CHECK_INT(recent_slowest(r, START + 23 * HOUR, found), RECENT_SLOWEST);
    CHECK_STR(found[0].place, "slow 9");
    CHECK_INT(recent_slowest(r, START + 24 * HOUR, found), 1);
    CHECK_STR(found[0].place, "fast");
    CHECK_INT(found[0].us, 10 * MS); /* the longest of ten */
    CHECK_INT(recent_slowest(r, START + 29 * HOUR, found), 0);
    recent_free(r);
}

TEST(strange_clocks_do_no_harm)
{
    struct recent *r = recent_create();
    struct recent_request found[RECENT_SLOWEST];

    ask(r, "a", -5, 10);
    ask(r, "b", 0, 10);
    ask(r, "c", START + HOUR, 10);
    ask(r, "d", START, 10);
    CHECK_INT(recent_slowest(r, START + HOUR, found), 2);
    CHECK_INT(recent_slowest(r, START, found), 1);
    recent_free(r);
    recent_add_failure(NULL, &found[0]);
    recent_add_slow(NULL, &found[0]);
    CHECK(!recent_is_slow(NULL, 1, START));
    CHECK_INT(recent_slowest(NULL, START, found), 0);
    recent_free(NULL);
}

static void *fail_often(void *data)
{
    struct recent *r = data;
    struct recent_request found[RECENT_FAILURES];
    char place[20];

    for (int i = 0; i < 2000; i++) {
        (void)snprintf(place, sizeof place, "place %d", i % 30);
        fail_at(r, place, START + i);
        ask(r, place, START + i, i);
        (void)recent_failures(r, found);
        (void)recent_slowest(r, START + i, found);
    }
    return NULL;
}

TEST(threads_may_record_at_once)
{
    struct recent *r = recent_create();
    struct recent_request found[RECENT_FAILURES];
    pthread_t threads[4];

    for (int i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, fail_often, r), 0);
    for (int i = 0; i < 4; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    CHECK_INT(recent_failures(r, found), RECENT_FAILURES);
    CHECK_INT(recent_slowest(r, START + 2000, found), RECENT_SLOWEST);
    CHECK_INT(found[0].us, 1999 * MS);
    recent_free(r);
}

TESTS(words_that_resolved_to_nothing_are_counted_and_bounded,
      the_last_twenty_failures_are_kept_newest_first,
      the_same_failure_is_listed_once_with_its_count,
      the_slowest_questions_of_the_last_day_are_kept_slowest_first,
      slow_questions_are_forgotten_after_a_day_and_faster_ones_appear, strange_clocks_do_no_harm,
      threads_may_record_at_once)
