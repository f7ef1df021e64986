/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/preload/machine.h -- faults of the machine that a preloaded library simulates. */
#ifndef CLIMACAST_TESTS_E2E_PRELOAD_MACHINE_H
#define CLIMACAST_TESTS_E2E_PRELOAD_MACHINE_H

#include <stdint.h>

/* The environment names a file that holds a struct machine_faults. */
#define MACHINE_FAULTS_VARIABLE "CLIMACAST_MACHINE_FAULTS"

struct machine_faults {
    _Atomic int64_t clock_offset_s; /* of the wall clock */
    _Atomic int write_errno;        /* of writes to regular files; 0: they succeed */
    _Atomic int read_errno;         /* of reads at a position, as SQLite makes them */
};

#endif
