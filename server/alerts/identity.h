/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/identity.h -- which alerts are about the same event, so that an update is not
 * sent again, and an upgrade is. Pure.
 *
 * P-VTEC (NWS Directive 10-1703): /k.aaa.cccc.pp.s.####.yymmddThhnnZB-yymmddThhnnZE/ with the
 * action aaa, the office cccc, the phenomenon pp, its significance s (W, A, Y, S, ...) and the
 * event's number, which is unique within a year. */
#ifndef CLIMACAST_SERVER_ALERTS_IDENTITY_H
#define CLIMACAST_SERVER_ALERTS_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

enum { IDENTITY_SIZE = 160 };

enum identity_kind {
    IDENTITY_NONE,    /* no VTEC line */
    IDENTITY_VTEC,    /* *out names the event */
    IDENTITY_IS_OVER, /* every line cancels, expires or upgrades the event: never sent */
};

/* From the lines of P-VTEC, of which the first counts that is not CAN, EXP or UPG: "KBOU.TO.W.0012"
 * and the year of the first message about it, by `first_sent` (epoch seconds). Malformed lines do
 * not count. */
enum identity_kind identity_of_vtec(const char *const *lines, size_t count, int64_t first_sent,
                                    char out[IDENTITY_SIZE]);

/* Of an alert without VTEC: a digest of the id of the first alert of its chain, and the name of the
 * event. False: out of memory. */
bool identity_of_root(const char *root_id, const char *event, char out[IDENTITY_SIZE]);

/* Amazon's alert type of an event, or NULL (kinds.def). */
const char *identity_alert_type(const char *event);

#endif
