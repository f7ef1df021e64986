/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/connection.h -- one connection to Redis: opened, used and given up by deadlines.
 *
 * A link that failed once is of no use any more: a reply that came late would be taken for that of
 * the next command. Not thread-safe: one user at a time. */
#ifndef CLIMACAST_CACHE_REDIS_CONNECTION_H
#define CLIMACAST_CACHE_REDIS_CONNECTION_H

#include <stddef.h>
#include <stdint.h>

#include "cache/redis/url.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum {
    REDIS_ARGS_MAX = 8,
    REDIS_REPLY_MAX = 32 * 1024 * 1024, /* bytes of the replies to one exchange */
};

enum redis_reply_kind {
    REDIS_NOTHING, /* nil, or no reply came */
    REDIS_TEXT,    /* a string, or a status such as OK */
    REDIS_NUMBER,
    REDIS_REFUSAL, /* an error: the text begins with its word, such as OOM */
    REDIS_OTHER,   /* what no command of ours is answered with */
};

struct redis_command {
    struct str args[REDIS_ARGS_MAX];
    size_t arg_count;
    enum redis_reply_kind kind;
    int64_t number;
    struct buf text; /* the caller makes it empty with the most it may hold, and frees it */
};

struct redis_link;

/* Connect, log in, choose the database and hear a first PONG.
 *   ST_DENIED       user or password is not believed
 *   ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM
 * May wait for a name server beyond the deadline, when the host is a name. */
enum status redis_link_open(const struct redis_address *address, int64_t timeout_ms,
                            struct redis_link **ret_link, struct err *err);
/* Send all commands, then take all replies. ST_OK: each has its reply, refusals included. A text
 * over its bound is REDIS_OTHER. */
enum status redis_link_exchange(struct redis_link *l, struct redis_command *commands, size_t count,
                                int64_t deadline, struct err *err);
void redis_link_close(struct redis_link *l); /* NULL allowed */

#endif
