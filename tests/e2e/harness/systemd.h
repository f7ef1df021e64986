/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/systemd.h -- the test plays systemd: it passes listening sockets to the daemon
 * and receives its notifications. One daemon at a time. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_SYSTEMD_H
#define CLIMACAST_TESTS_E2E_HARNESS_SYSTEMD_H

#include "tests/e2e/harness/world.h"

enum { SYSTEMD_TIMEOUT_MS = 20000, SYSTEMD_NOTIFICATION_SIZE = 200 };

/* Opens a listening socket (port 0: the system chooses) that a daemon started later inherits; at
 * most two. Returns its port. */
int systemd_pass_socket(const char *address);

/* Receives the notifications of a daemon started later. `watchdog_usec` is how often it must feed
 * the watchdog; "": there is none. */
void systemd_receive_notifications(const char *watchdog_usec);

/* world.before_exec: hands the sockets and the environment to the daemon. */
void systemd_before_exec(const struct world *w);

/* Waits for the next notification that starts with `prefix`. */
void systemd_expect_notification(const char *prefix, char out[SYSTEMD_NOTIFICATION_SIZE]);

/* Reads the notifications that have already arrived. Returns how many start with `prefix`. */
int systemd_drain_notifications(const char *prefix);

/* Closes everything; the next daemon inherits nothing. */
void systemd_reset(void);

#endif
