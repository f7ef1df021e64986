/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/growth.c -- measures how the cost of an operation grows with the amount of data.
 *
 *   growth LARGEST http://127.0.0.1:PORT [WORD]      URL of the simulator; only curves with WORD
 *
 * Run by growth.sh under callgrind, which dumps the instructions of each measurement to a file of
 * its own. Prints, in the order of the dumps, "curve, what, size, operations, allocations", with
 * tabs between. Counts are repeatable where times are not: the random choices always are the same.
 * Sizes above LARGEST are left out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include "tests/bench/allocations.h"
#include "tests/bench/growth.h"

enum { SIZES_MAX = 6 };

/* ---- curves ---- */

static const struct curve {
    const char *name, *what;
    size_t operations;
    void (*setup)(struct subject *s), (*operation)(struct subject *s, size_t i),
        (*done)(struct subject *s);
    size_t sizes[SIZES_MAX];
} curves[] = {
    { "answer a question",
      "places",
      50,
      growth_setup_places,
      growth_ask,
      growth_done_skill,
      { 10, 100, 1000, 10000, 100000 } },
    { "answer a question",
      "users",
      50,
      growth_setup_callers,
      growth_ask_as_another,
      growth_done_skill,
      { 1, 10, 100, 1000, 10000 } },
    { "get a document from memory",
      "documents",
      200,
      growth_setup_memory,
      growth_get_memory,
      growth_done_memory,
      { 10, 100, 1000, 10000, 100000 } },
    { "read a place from SQLite",
      "places",
      200,
      growth_setup_entries,
      growth_get_entry,
      growth_done_store,
      { 10, 100, 1000, 10000, 100000 } },
    { "read settings from SQLite",
      "users",
      200,
      growth_setup_users,
      growth_get_user,
      growth_done_store,
      { 1, 10, 100, 1000, 10000 } },
    { "change a setting in SQLite",
      "users",
      50,
      growth_setup_users,
      growth_set_user,
      growth_done_store,
      { 1, 10, 100, 1000, 10000 } },
    { "claim a request id",
      "ids held",
      200,
      growth_setup_ids,
      growth_claim_id,
      growth_done_ids,
      { 10, 100, 1000, 10000, 100000 } },
    { "count a user and a place",
      "users",
      200,
      growth_setup_analytics,
      growth_count_user,
      growth_done_analytics,
      { 1, 10, 100, 1000, 10000 } },
    { "open and close a connection",
      "connections",
      200,
      growth_setup_connections,
      growth_use_connection,
      growth_done_connections,
      { 1, 10, 100, 1000 } },
    { "decode a forecast",
      "KB",
      5,
      growth_setup_grid,
      growth_decode_grid,
      growth_done_body,
      { 10, 100, 1000 } },
    { "parse a request",
      "KB",
      20,
      growth_setup_request,
      growth_parse_request,
      growth_done_body,
      { 10, 100, 250 } },
};

static void measure(const struct curve *c, struct subject *s)
{
    /* What happens only once does not count, and turns find in memory what they need. */
    size_t before_that = c->done == growth_done_skill ? c->operations : 0;

    c->setup(s);
    for (size_t i = 0; i <= before_that; i++)
        c->operation(s, i);
    long long before = allocations_count();
    CALLGRIND_START_INSTRUMENTATION;
    for (size_t i = 1; i <= c->operations; i++)
        c->operation(s, i);
    CALLGRIND_STOP_INSTRUMENTATION;
    long long allocations = allocations_count() - before;
    CALLGRIND_DUMP_STATS;
    printf("%s\t%s\t%zu\t%zu\t%lld\n", c->name, c->what, s->size, c->operations, allocations);
    c->done(s);
}

int main(int argc, char **argv)
{
    static struct subject s;
    size_t largest = argc >= 3 ? strtoul(argv[1], NULL, 10) : 0;
    const char *word = argc > 3 ? argv[3] : "";

    if (largest == 0)
        growth_die("usage: growth LARGEST URL-of-the-simulator [WORD]");
    for (size_t k = 0; k < sizeof curves / sizeof curves[0]; k++)
        for (size_t i = 0; i < SIZES_MAX && curves[k].sizes[i] > 0; i++) {
            if (curves[k].sizes[i] > largest || !strstr(curves[k].name, word))
                continue;
            s = (struct subject){ .size = curves[k].sizes[i], .weather = argv[2] };
            snprintf(s.path, sizeof s.path, "growth.%ld.db", (long)getpid());
            measure(&curves[k], &s);
        }
    return 0;
}
