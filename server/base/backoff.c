/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/backoff.c -- exponential backoff with jitter.
 *
 * The two kinds of jitter are those of "Exponential Backoff And Jitter" in the AWS Architecture
 * Blog. */
#include "server/base/backoff.h"

#include "server/base/clock.h"
#include "server/base/random.h"

int64_t backoff_next_ms(struct backoff *b)
{
    int64_t ceiling = b->ceiling_ms > 0 ? b->ceiling_ms : b->first_ms;
    int64_t floor = b->jitter == BACKOFF_EQUAL_JITTER ? ceiling / 2 : 0;

    b->waits++;
    b->ceiling_ms = ceiling < b->max_ms / 2 ? ceiling * 2 : b->max_ms;
    return floor + (int64_t)(random_u64() % (uint64_t)(ceiling - floor + 1));
}

bool backoff_sleep(struct backoff *b, int64_t deadline)
{
    int64_t wait_ms;

    if (b->waits_max > 0 && b->waits >= b->waits_max)
        return false;
    wait_ms = backoff_next_ms(b);
    if (wait_ms >= clock_left_ms(deadline))
        return false;
    clock_sleep_ms(wait_ms);
    return true;
}

void backoff_reset(struct backoff *b)
{
    b->waits = 0;
    b->ceiling_ms = 0;
}
