/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/storms.h -- a month of alerts: made-up storms, and the histories of recorded
 * ones (tests/cases/alert_histories.json), which keep their day of the month and their times.
 *
 * An event is a number; its messages follow each other, each in the list of alerts from `from` to
 * `to`. */
#ifndef CLIMACAST_TESTS_E2E_HARNESS_STORMS_H
#define CLIMACAST_TESTS_E2E_HARNESS_STORMS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/alerts/subscriptions.h"

#define STORMS_BEGIN INT64_C(1780272000) /* 2026-06-01T00:00:00Z */

enum { STORMS_DAYS = 30, STORMS_COUNTIES = 60 };

struct message {
    int event;
    int64_t from, to, ends;
    const char *name, *type; /* "Tornado Warning"; Amazon's, NULL: none */
    bool extreme, immediate; /* severity, urgency */
    bool over;               /* the action ends the event: CAN, EXP, UPG */
    json_t *zones;           /* an object, by UGC code */
    json_t *polygon;         /* [[longitude, latitude], ...] or NULL */
    json_t *feature;         /* as in the list */
};

struct storms {
    struct message *messages;
    int count, events, recorded, as_recorded; /* messages, events; events and messages of those */
};

unsigned storms_draw(unsigned n); /* below n, the same each time */
/* Made-up storms in counties COC000 to COC059, and the first `histories` recorded ones. */
void storms_create(struct storms *s, int made_up, int histories);
void storms_free(struct storms *s);

bool message_is_listed(const struct message *m, int64_t now);
bool message_concerns(const struct message *m, const struct subscription_place *place);
/* The answer to /alerts/active. The caller frees it. */
char *storms_list(const struct storms *s, int64_t now);
/* A zone that a history names, and a point inside of a polygon, if there are any. */
const char *storms_draw_zone(const struct storms *s);
bool storms_draw_point(const struct storms *s, double *ret_lat, double *ret_lon);

#endif
