/* SPDX-License-Identifier: Apache-2.0 */
/* tests/failing/backend.c -- starts what a backend needs, and has its settings. */
#define _GNU_SOURCE /* vasprintf */
#include "tests/failing/backend.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/str.h"
#include "tests/e2e/harness/world.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"

static struct redis_server redis;

void backend_set(struct backend_sets *sets, const char *format, ...)
{
    va_list args;

    CHECK(sets->count < BACKEND_SETS_MAX);
    va_start(args, format);
    CHECK(vasprintf(&sets->list[sets->count++], format, args) > 0);
    va_end(args);
}

void backend_start(const char *name, struct backend_sets *sets)
{
    struct str rest = str_of(name), store;

    CHECK(str_split(&rest, '+', &store));
    backend_set(sets, "persistence.backend=%.*s", STR_ARG(store));
    if (str_eqz(store, "sqlite"))
        backend_set(sets, "sqlite.path=%s/store.db", world.dir);
    if (str_eqz(store, "dynamodb")) {
        CHECK(getenv("DYNAMO_ENDPOINT"));
        backend_set(sets, "dynamodb.endpoint=%s", getenv("DYNAMO_ENDPOINT"));
        backend_set(sets, "dynamodb.region=%s", getenv("DYNAMO_REGION"));
        backend_set(sets, "persistence.create_table=yes");
        backend_set(sets, "persistence.table=failing_%s", world.dir + strlen(world.dir) - 6);
    }
    if (str_eqz(rest, "redis")) {
        redis_server_start(&redis, NULL);
        backend_set(sets, "redis.url=%s", redis.unix_url);
    }
}

void backend_stop(struct backend_sets *sets)
{
    if (redis.pid > 0)
        redis_server_stop(&redis);
    while (sets->count > 0)
        free(sets->list[--sets->count]);
}
