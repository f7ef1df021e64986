/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/fault_proxy.h -- a loopback port in front of another one, which passes bytes on
 * or fails in a chosen way. It knows almost nothing of the protocol, so it stands before HTTP, TLS
 * and Redis alike. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_FAULT_PROXY_H
#define CLIMACAST_TESTS_E2E_HARNESS_FAULT_PROXY_H

#include <stdbool.h>
#include <stddef.h>

struct fault_proxy;

enum fault {
    FAULT_NONE,
    FAULT_REFUSED,   /* no one listens on the port */
    FAULT_RESET,     /* accepted, then reset */
    FAULT_HANG,      /* accepted, never answered */
    FAULT_DRIP,      /* answered, one byte every tenth of a second */
    FAULT_TRUNCATED, /* answered, closed after 100 bytes */
    FAULT_GARBAGE,   /* answered with random bytes */
    FAULT_WRONG,     /* answered properly, but with something else */
    FAULT_HUGE,      /* answered without end */
    FAULT_FLAPPING,  /* every other connection is reset */
    FAULTS,
};

extern const char *const fault_names[FAULTS];

/* Listens on a port the system chooses and passes connections to 127.0.0.1:port, or to the Unix
 * socket `path` if that is not NULL. Fails the test if it cannot. */
struct fault_proxy *fault_proxy_start(int port, const char *path);
/* The same without a target: `answer` writes the whole response to a request, with its end. */
typedef void fault_proxy_answer_fn(const char *request, char *ret_response, size_t size);
struct fault_proxy *fault_proxy_serve(fault_proxy_answer_fn *answer);
void fault_proxy_stop(struct fault_proxy *p);
int fault_proxy_port(const struct fault_proxy *p);
/* What is sent for FAULT_WRONG, and how an answer begins for FAULT_HUGE. Borrowed. */
void fault_proxy_set_texts(struct fault_proxy *p, const char *wrong, const char *huge);
/* From now on the fault hits only the answers to HTTP requests whose head contains these words;
 * they have been carried out. NULL: all. Not for FAULT_REFUSED, FAULT_WRONG, FAULT_HUGE and
 * FAULT_FLAPPING. */
void fault_proxy_set_match(struct fault_proxy *p, const char *words);
/* For new connections; open ones are closed, so that none escapes the fault. */
void fault_proxy_set(struct fault_proxy *p, enum fault fault);

#endif
