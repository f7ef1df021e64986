/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert_internal.h -- a decoded list of alerts: made by alert_decode.c, compared
 * by alert_text.c, merged by alert_merge.c.
 *
 * A list keeps every alert of its document, active or not: a cancelled alert may be the one that
 * replaces another, and which ones are active depends on the time of the request. */
#ifndef CLIMACAST_INTENTS_WEATHER_ALERT_INTERNAL_H
#define CLIMACAST_INTENTS_WEATHER_ALERT_INTERNAL_H

#include "intents/weather/alert.h"
#include "intents/weather/polygon.h"

/* Whether an alert may be in force, by its status, type, response and texts; its times are checked
 * when lists are merged. */
enum alert_standing {
    ALERT_IN_FORCE,
    ALERT_NOT_IN_FORCE, /* a test, a cancellation, ... */
    ALERT_UNREADABLE,   /* its status is missing or unknown: neither can be said */
};

struct listed_alert {
    struct alert alert;
    enum alert_standing standing;
    bool replaces;                           /* its references count: it is not a test */
    uint64_t text_hash;                      /* alert_text_hash() */
    size_t first_reference, reference_count; /* within alert_list.references */
    size_t first_point, point_count;         /* within alert_list.points; 0: no polygon is known */

    /* Only of alert_decode_many(). */
    bool immediate;          /* its urgency */
    size_t oldest_reference; /* within alert_list.references; of none: undefined */
    int64_t first_sent;      /* of the alert and its references */
    const char *affected;    /* ids of `affectedZones`, like alert.zones */
    size_t affected_count;
    const char *vtec; /* P-VTEC lines, each ended by a NUL */
    size_t vtec_count;
};

struct alert_list {
    size_t count;
    bool complete;                 /* every entry was decoded; if not, absence proves nothing */
    const char *next;              /* URL of the next page, as sent; "" on the last one */
    const char *const *references; /* ids */
    const struct polygon_point *points;
    struct listed_alert at[];
};

/* Decodes a list like alert_decode(), but for a program that watches the whole country: more
 * alerts, without descriptions and instructions, and with the members that identify the event of an
 * alert. */
enum status alert_decode_many(struct str body, struct object **ret_object, struct err *err);

/* Do two alerts have the same event, area, description and instruction? If so, their hashes are
 * equal. */
bool alert_same_text(const struct alert *a, const struct alert *b);
uint64_t alert_text_hash(const struct alert *a);

/* When and where alerts are asked for. */
struct alert_scope {
    int64_t now;
    double lat, lon;
    double radius_km; /* how far the place extends */
};

/* Merges lists into the distinct alerts that are active at scope->now and, if they have a polygon,
 * reach the place: the most severe first, then the latest sent. Of alerts with the same event, area
 * and texts only the latest is kept. Sets `count`, `at` and `unreadable` of *ret_alerts, in the
 * arena. ST_OK or ST_SYSTEM. */
enum status alert_merge(struct arena *arena, const struct alert_list *const *lists, size_t count,
                        const struct alert_scope *scope, struct alerts *ret_alerts,
                        struct err *err);

#endif
