/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/connection.h -- one connection to Redis, with a deadline on every operation.
 *
 * After a failed exchange a connection must be closed: a late reply would be taken for the reply
 * to the next command. Not thread-safe. */
#ifndef CLIMACAST_CACHE_REDIS_CONNECTION_H
#define CLIMACAST_CACHE_REDIS_CONNECTION_H

#include <stddef.h>
#include <stdint.h>

#include "cache/redis/url.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum {
    REDIS_ARGS_MAX = 8,
    REDIS_REPLY_MAX = 32 * 1024 * 1024, /* bytes of all replies to one exchange */
};

enum redis_reply_kind {
    REPLY_NIL,  /* also the initial value */
    REPLY_TEXT, /* a string, or a status such as OK */
    REPLY_INTEGER,
    REPLY_ERROR,      /* `text` begins with the error code, such as OOM */
    REPLY_UNEXPECTED, /* a type that no command here returns, or a text that is too long */
};

struct redis_command {
    struct str args[REDIS_ARGS_MAX];
    size_t arg_count;
    enum redis_reply_kind kind;
    int64_t integer;
    struct buf text; /* the caller initializes it with the longest text it accepts, and frees it */
};

struct redis_connection;

/* Connect, authenticate, select the database and wait for the first PONG.
 *   ST_DENIED       the user or the password is wrong
 *   ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM
 * When the host is a name, the DNS lookup may take longer than `timeout_ms`. */
enum status redis_connection_open(const struct redis_address *address, int64_t timeout_ms,
                                  struct redis_connection **ret_connection, struct err *err);
/* Send all commands, then read all replies. Returns ST_OK when each command has its reply, which
 * may be an error. */
enum status redis_connection_exchange(struct redis_connection *c, struct redis_command *commands,
                                      size_t count, int64_t deadline, struct err *err);
void redis_connection_close(struct redis_connection *c); /* NULL is allowed */

#endif
