/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/world.h -- a complete test environment: development certificates, the weather
 * simulator, and the real daemon.
 *
 * Everything listens on loopback, on ports chosen by the system; every process is started by the
 * test and stopped by its pid. Needs TEST_BUILD (the build folder) and TEST_TOP (the source folder)
 * in the environment; tests/run.sh sets both. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_WORLD_H
#define CLIMACAST_TESTS_E2E_HARNESS_WORLD_H

#include <stdbool.h>
#include <sys/types.h>

#define SKILL_ID "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"
/* The simulated present, unless a test sets another one: a Wednesday, noon in New York. */
#define WORLD_NOW "2026-06-17T16:00:00Z"

enum { WORLD_SETS_MAX = 24 };

struct world {
    char dir[200];   /* scratch folder */
    char certs[300]; /* development certificates */
    char log[300];   /* the daemon's stderr */
    pid_t sim, daemon;
    int sim_port, s3_port, amazon_port, port, admin_port;
    int api_port; /* 0 unless `sets` has api.listen */
    /* Set these before world_start(). */
    const char *sets[WORLD_SETS_MAX]; /* further --set arguments for the daemon, NULL at the end */
    const char *now;                  /* NULL: WORLD_NOW; "": the real time */
    const char *recordings;           /* recorded weather for the simulator to serve, or NULL */
    bool no_verify;                   /* turn signature verification off */
    bool plain;                       /* plain HTTP: server.tls = no */
    /* Runs in the child process before it executes the daemon: sets environment, descriptors. */
    void (*before_exec)(const struct world *w);
};

/* Start the simulator and the daemon and wait until both are ready. Fails the test if they do not
 * start. */
void world_start(struct world *w);
/* Start only the simulator, or only the daemon. */
void world_start_sim(struct world *w);
void world_start_daemon(struct world *w);
/* Send SIGTERM and wait. Returns the daemon's exit status (128 + signal if it was killed). */
int world_stop_daemon(struct world *w);
/* Send SIGKILL and wait. */
void world_kill_daemon(struct world *w);
/* Stop the daemon, which must exit with status 0, and start it again on a new port. */
void world_restart_daemon(struct world *w);
/* Stop everything and remove the scratch folder. Fails the test if the daemon exited with an error,
 * or a sanitizer reported one. */
void world_stop(struct world *w);
/* The daemon's log so far. The caller frees it. */
char *world_log(const struct world *w);
/* The daemon's memory. Sanitizers take some of their own. */
long world_resident_kb(const struct world *w);
bool world_is_sanitized(void);
/* The path of a bundle of recorded weather: tests/cases/bundles/NAME. Valid until 4 more have been
 * requested. */
const char *world_bundle(const char *name);

/* The environment of a test file that needs just one, and its fixture, for TESTS_WITH(). */
extern struct world world;
int world_setup(void **state);
int world_teardown(void **state);

#endif
