/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/err.h -- how a call ended, and the story of the first fault.
 *
 * A function that can fail returns `enum status` and takes a `struct err *` last. The finder of a
 * fault fills it with err_set(); those above may put their context in front with err_context(). The
 * first fault wins: err_set() on a filled err changes nothing but returns the status asked for.
 * `err` may be NULL everywhere: then only the status travels. */
#ifndef CLIMACAST_SERVER_BASE_ERR_H
#define CLIMACAST_SERVER_BASE_ERR_H

#include <stdbool.h>

enum status {
    ST_OK = 0,
    ST_MISS,        /* not there: no fault, err untouched */
    ST_WOULD_WAIT,  /* would have to wait and may not: no fault, err untouched */
    ST_TIMEOUT,     /* the deadline passed */
    ST_UNAVAILABLE, /* the other side refused, broke off or is unwell */
    ST_INVALID,     /* what came in is malformed or out of range */
    ST_TOO_LARGE,   /* over a bound */
    ST_UNTRUSTED,   /* certificate or signature does not convince */
    ST_DENIED,      /* understood and refused: credentials, rights, unknown skill id, replay */
    ST_CONFLICT,    /* a condition did not hold: somebody else wrote first */
    ST_NOT_FOUND,   /* the other side says there is no such thing (HTTP 404) */
    ST_SYSTEM,      /* the operating system said no: memory, files, sockets */
};

struct err {
    enum status status; /* ST_OK while nothing went wrong */
    /* A short stable word for machines, such as "signature_invalid"; "" when there is none. */
    char reason[40];
    char text[320]; /* one line for people, no secret in it */
};

#define ERR_NONE ((struct err){ ST_OK, "", "" })

const char *err_status_name(enum status st); /* "ok", "miss", "would_wait", ... */
/* Record the fault and return st, so that a caller can `return err_set(...)`. */
enum status err_set(struct err *err, enum status st, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same with the stable word for machines. */
enum status err_reason(struct err *err, enum status st, const char *reason, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same as err_set(err, ST_SYSTEM, "out of memory"). */
enum status err_no_memory(struct err *err);
/* Put "context: " in front of the text; returns err's status. */
enum status err_context(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void err_clear(struct err *err);

#endif
