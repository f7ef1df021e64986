/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/station_names.h -- names of weather stations by their ids, remembered for the
 * dashboard, which is loaded again and again. Thread-safe. */
#ifndef CLIMACAST_SERVER_ADMIN_STATION_NAMES_H
#define CLIMACAST_SERVER_ADMIN_STATION_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "intents/weather/nws.h"

enum { STATION_NAMES_BYTES = 64 };

struct station_names;

/* `nws` is borrowed. NULL: out of memory. */
struct station_names *station_names_create(struct nws *nws);
void station_names_free(struct station_names *s); /* NULL is allowed */

/* The station's name ("Boulder Municipal Airport"), or "" when it is not known by the monotonic
 * deadline: the shared cache is asked, then the weather service, at most once in ten minutes. */
void station_names_get(struct station_names *s, const char *id, int64_t deadline,
                       char ret_name[STATION_NAMES_BYTES]);

#endif
