/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/http_idle.c -- connections that only a peak of calls needed. */
#include <dirent.h>

#include "tests/test.h"

#include "server/base/clock.h"
#include "server/base/http.h"
#include "tests/unit/server/base/http_server.h"

static void *call_slowly(void *h)
{
    struct http_response r;
    char url[60];

    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/slow", server.port);
    struct http_request q = {
        .url = url, .max_bytes = 1000, .deadline = clock_mono_ms() + 10000, .direct = true
    };

    CHECK_INT(http_call(h, &q, &r, NULL), ST_OK);
    http_response_done(&r);
    return NULL;
}

static size_t count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t n = 0;

    CHECK(folder);
    while (readdir(folder))
        n++;
    (void)closedir(folder);
    return n;
}

TEST(connections_that_only_a_peak_needed_are_closed)
{
    enum { THREADS = 8, IDLE_MS = 300 };
    struct http_settings settings = { .system_roots = true, .idle_ms = IDLE_MS };
    struct http *h = http_create(&settings, NULL);
    pthread_t threads[THREADS];
    size_t before, peak;

    CHECK(h);
    (void)call_slowly(h);
    before = count_descriptors();
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, call_slowly, h), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_join(threads[i], NULL), 0);
    peak = count_descriptors();
    CHECK(peak >= before + THREADS / 2);
    clock_sleep_ms(IDLE_MS + 1);
    (void)call_slowly(h); /* on the lane used last, which stays */
    (void)call_slowly(h);
    for (int tries = 0; tries < 100 && count_descriptors() > before; tries++)
        clock_sleep_ms(20); /* until the server has closed its ends */
    CHECK(count_descriptors() <= before);
    http_free(h);
}

TESTS_WITH(server_start, server_stop, connections_that_only_a_peak_needed_are_closed)
