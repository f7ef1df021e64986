/* SPDX-License-Identifier: Apache-2.0 */
/* tests/failing/fault.h -- makes the n-th call of malloc, open, read, write, connect, fsync or poll
 * fail.
 *
 * fault.c defines these functions (and their relatives: calloc, socket, pwrite, send, fdatasync)
 * in front of the C library's, for the program and for all its libraries. Linked into a program, or
 * preloaded into another (LD_PRELOAD), it does nothing until a fault is armed. Calls are counted in
 * all threads. */
#ifndef CLIMACAST_TESTS_FAILING_FAULT_H
#define CLIMACAST_TESTS_FAILING_FAULT_H

#include <stdatomic.h>
#include <stdbool.h>

enum fault_call {
    FAULT_MALLOC,
    FAULT_OPEN,
    FAULT_READ,
    FAULT_WRITE,
    FAULT_CONNECT,
    FAULT_FSYNC,
    FAULT_POLL,
    FAULT_CALLS
};

/* What is to fail, and what has been. It may lie in memory that two processes share. */
struct fault_plan {
    atomic_int call;               /* enum fault_call; FAULT_CALLS: none */
    atomic_long countdown;         /* to the call that fails; below 1: none will */
    atomic_long seen[FAULT_CALLS]; /* calls since it was armed */
};

/* The environment variable that names a file with the plan, for a preloaded fault.so. */
#define FAULT_PLAN_VARIABLE "CLIMACAST_FAULT_PLAN"

/* With CLIMACAST_FAULT_TRACE in the environment, the stack of each fault is written to stderr,
 * after this line. */
#define FAULT_TRACE_TITLE "fault injected in:"

/* "malloc", "open", ... */
const char *fault_call_name(enum fault_call call);

/* Make the n-th call from now on fail, once: an allocation returns NULL, everything else -1 with
 * one of the errors that the call really has, in turn. 0: none fails; they are only counted. */
void fault_arm(struct fault_plan *plan, enum fault_call call, long nth);
/* Stop counting. Returns whether the fault has happened. */
bool fault_disarm(struct fault_plan *plan);
/* The plan of this process. */
struct fault_plan *fault_plan_own(void);

#endif
