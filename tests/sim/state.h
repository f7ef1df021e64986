/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/state.h -- what tests can change while the simulator runs (time, faults, documents),
 * and the log of requests.
 *
 * Thread-safe, with one lock that is never held for long. Targets are "/path?query",
 * percent-decoded; those of the certificate host are prefixed with "s3:", those of Amazon's
 * services, as sent, with "amazon:HOST". */
#ifndef CLIMACAST_TESTS_SIM_STATE_H
#define CLIMACAST_TESTS_SIM_STATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_STATUS,   /* this status instead of the document */
    FAULT_DELAY,    /* the document, delayed by `ms` */
    FAULT_HANG,     /* no response; the connection is closed after `ms` */
    FAULT_RESET,    /* the connection is reset */
    FAULT_TRUNCATE, /* half of the body, then the connection is closed */
    FAULT_GARBAGE,  /* random bytes */
    FAULT_HTML,     /* a proxy's error page */
    FAULT_DRIP,     /* the document, one byte every `ms` */
    FAULT_NULL,     /* the JSON text null */
    FAULT_HUGE,     /* 50 MB of JSON */
    FAULT_EMPTY,    /* an empty body */
    FAULT_DEEP,     /* 100,000 nested arrays */
    FAULT_ODD,      /* the members of every document, of wrong types */
    FAULT_OBJECT,   /* an object without members */
};

struct fault {
    char match[256]; /* part of the target; "" matches all of the weather service */
    enum fault_kind kind;
    int status, ms;
    long times; /* -1: unlimited */
    double probability;
};

struct state;

struct state *state_create(uint64_t seed); /* NULL: out of memory */
void state_free(struct state *s);

uint64_t state_seed(const struct state *s);
int64_t state_now(struct state *s);
void state_set_now(struct state *s, int64_t t); /* stop the clock */
void state_use_real_time(struct state *s);      /* use the system clock */

void state_stop(struct state *s); /* wakes up sleeping threads */
bool state_stopping(struct state *s);
/* Returns false if the simulator is stopped meanwhile. */
bool state_sleep(struct state *s, int64_t ms);

bool state_parse_fault_kind(const char *name, enum fault_kind *ret_kind);
bool state_fault_add(struct state *s, const struct fault *fault); /* false: too many */
void state_fault_clear(struct state *s);
/* The first matching fault, or FAULT_NONE. Uses up one of its `times`. */
struct fault state_fault_take(struct state *s, const char *target);

void state_log(struct state *s, const char *target);
json_t *state_log_json(struct state *s); /* new reference */
void state_log_clear(struct state *s);

bool state_document_put(struct state *s, const char *target, int status, const char *body,
                        size_t size);
/* A copy of the body, NULL when there is no such document. The caller frees it. */
char *state_document_get(struct state *s, const char *target, int *ret_status, size_t *ret_size);
void state_document_clear(struct state *s);

#endif
