/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/pushed.h -- alerts at the simulated weather service, and notifications at the
 * simulated Amazon. One world at a time. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_PUSHED_H
#define CLIMACAST_TESTS_E2E_HARNESS_PUSHED_H

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/e2e/harness/world.h"

#define PUSHED_NOON "2026-06-17T18:00:00Z" /* in Denver */
#define PUSHED_MIDNIGHT "2026-06-17T06:00:00Z"
#define PUSHED_COUNTY "COC013" /* Boulder's */
#define PUSHED_AMAZON "{\"clientId\":\"the-client\",\"clientSecret\":\"the-secret\"}"

enum { PUSHED_PATIENCE_MS = 30000, PUSHED_HOUR = 3600 };

/* Start the simulator, and prepare the world for a daemon that pushes alerts and polls every
 * second. `now` is weather.now. */
void pushed_start_sim(struct world *w, const char *now);
int64_t pushed_soon(void); /* a deadline */
void pushed_write_secret(const char *path, const char *text, mode_t mode);

/* A feature; it ends that many seconds after weather.now. `references` is the id of the alert that
 * it updates, or NULL. */
json_t *pushed_alert(const char *id, const char *event, const char *vtec, const char *severity,
                     int ends, const char *references);
/* From now on these are the alerts; either may be NULL. Steals them. */
void pushed_put_alerts(struct world *w, json_t *first, json_t *second);
void pushed_await_polls(struct world *w, int n);

/* The calls for events with all these words in their body and that status (0: any). */
int pushed_calls(struct world *w, const char *user, const char *type, int status);
/* How often the user was notified; `type` may be "". */
int pushed_notifications(struct world *w, const char *user, const char *type);
/* Waits until the user has been notified so often; more fails the test. */
void pushed_await_notifications(struct world *w, const char *user, const char *type, int n);

#endif
