/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/frozen_thread.h -- stops a single thread of the daemon, as a deadlock would, by
 * ptrace(2). */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_FROZEN_THREAD_H
#define CLIMACAST_TESTS_E2E_HARNESS_FROZEN_THREAD_H

#include <sys/types.h>

/* Stop the thread number `index` (in the order of creation) of those with this name. Returns its
 * id. Fails the test when there is none, or it cannot be traced. */
pid_t frozen_thread_stop(pid_t process, const char *name, int index);
/* Let it go on. */
void frozen_thread_continue(pid_t thread);

#endif
