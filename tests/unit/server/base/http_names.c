/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/http_names.c -- a name server that does not respond must not block a call.
 *
 * This program defines its own getaddrinfo(), which libcurl's lookup thread then calls; it sleeps
 * far longer than the deadline. */
#include "tests/test.h"

#include <netdb.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "server/base/http.h"

enum { LOOKUP_MS = 3000, DEADLINE_MS = 150 };
static atomic_int lookups;

int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
    (void)node, (void)service, (void)hints, (void)result;
    atomic_fetch_add(&lookups, 1);
    clock_sleep_ms(LOOKUP_MS);
    return EAI_NONAME;
}

TEST(a_name_lookup_that_hangs_ends_at_the_deadline)
{
    struct http_settings settings = { .system_roots = true };
    struct http *h = http_create(&settings, NULL);
    int64_t begin = clock_mono_ms();
    struct http_job jobs[2];

    memset(jobs, 0, sizeof jobs);
    for (size_t i = 0; i < 2; i++)
        jobs[i].request =
            (struct http_request){ .url = i ? "http://one.example/" : "http://two.example/",
                                   .max_bytes = 100,
                                   .deadline = begin + DEADLINE_MS };
    http_call_all(h, jobs, 2);
    CHECK(clock_mono_ms() - begin < LOOKUP_MS / 2);
    for (size_t i = 0; i < 2; i++) {
        CHECK_INT(jobs[i].status, ST_TIMEOUT);
        http_response_done(&jobs[i].response);
    }
    CHECK(lookups > 0); /* otherwise nothing was tested */
    http_free(h);
    CHECK(clock_mono_ms() - begin < LOOKUP_MS / 2);
    clock_sleep_ms(LOOKUP_MS + 200); /* let the lookups end before the process */
}

static int ignore_proxies(void **state)
{
    (void)state;
    (void)unsetenv("http_proxy");
    (void)unsetenv("all_proxy");
    (void)unsetenv("ALL_PROXY");
    return 0;
}

TESTS_WITH(ignore_proxies, NULL, a_name_lookup_that_hangs_ends_at_the_deadline)
