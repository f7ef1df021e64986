/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/aws_credentials.c -- when AWS credentials are fetched, renewed and
 * shared. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include <pthread.h>

#include "tests/unit/cache/dynamo/aws_credentials_world.h"

static void await_request(int count)
{
    int64_t deadline = clock_mono_ms() + 10000;

    while (upstream_request_count("/creds") < count && clock_left_ms(deadline) > 0)
        clock_sleep_ms(5);
}

static void await_requests(int count)
{
    await_request(count);
    clock_sleep_ms(100); /* the answer is taken, and nobody asks more often */
    CHECK_INT(upstream_request_count("/creds"), count);
}

TEST(credentials_are_renewed_early_while_the_old_ones_are_used)
{
    world_start();
    set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AK1", 3600), 0 });
    upstream_then("/creds", (struct answer){ 500, NULL, "", 0 });
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AK2", 7200), 0 });
    check_keys("AK1", "hidden", "tok");
    world.now_s += 3200;
    check_keys("AK1", "hidden", "tok");
    CHECK_INT(upstream_request_count("/creds"), 1); /* not yet */
    world.now_s += 150;
    check_keys("AK1", "hidden", "tok"); /* the renewal fails */
    await_requests(2);
    check_keys("AK1", "hidden", "tok");
    await_requests(2); /* it is not retried on every call */
    world.now_s += 25;
    check_keys("AK1", "hidden", "tok");
    await_requests(3);
    check_keys("AK2", "hidden", "tok");
    world_stop();
}

TEST(nobody_waits_for_a_renewal)
{
    world_start();
    set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AK1", 3600), 0 });
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AK2", 7200), 400 });
    check_keys("AK1", "hidden", "tok");
    world.now_s += 3400;
    check_keys("AK1", "hidden", "tok"); /* who waited would get the new ones */
    await_keys("AK2");
    world_stop();
}

TEST(a_clock_that_is_set_back_does_not_keep_a_failure)
{
    world_start();
    set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 500, NULL, "", 0 });
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AK1", 600), 0 });
    world.now_s += 40 * 86400;
    check_none(ST_UNAVAILABLE, "", "status 500");
    world.now_s -= 40 * 86400;
    check_keys("AK1", "hidden", "tok");
    world_stop();
}

TEST(expired_credentials_are_never_used)
{
    world_start();
    set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AK1", 600), 0 });
    upstream_then("/creds", (struct answer){ 500, NULL, "", 0 });
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AKOLD", -1), 0 });
    check_keys("AK1", "hidden", "tok");
    world.now_s += 601;
    check_none(ST_UNAVAILABLE, "", "status 500");
    world.now_s += 4;
    check_none(ST_UNAVAILABLE, "credentials_expired", "expired");
    world_stop();
}

enum { THREADS = 16 };

static void *get_one(void *data)
{
    struct aws_credentials keys;
    atomic_int *good = data;

    if (get_credentials(&keys, NULL) == ST_OK && strcmp(keys.id, "AKC") == 0)
        (*good)++;
    return NULL;
}

TEST(many_threads_share_one_fetch)
{
    pthread_t threads[THREADS];
    atomic_int good = 0;

    world_start();
    set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AKC", 3600), 300 });
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, get_one, &good) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK_INT(good, THREADS);
    CHECK_INT(upstream_request_count("/creds"), 1);
    world.now_s += 3400; /* renewal time: one thread fetches, none waits */
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, get_one, &good) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK_INT(good, 2 * THREADS);
    await_request(2); /* the renewal runs in the background */
    CHECK(upstream_request_count("/creds") >= 2 && upstream_request_count("/creds") < THREADS);
    world_stop();
}

TESTS(credentials_are_renewed_early_while_the_old_ones_are_used, nobody_waits_for_a_renewal,
      a_clock_that_is_set_back_does_not_keep_a_failure, expired_credentials_are_never_used,
      many_threads_share_one_fetch)
