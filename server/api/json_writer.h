/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/json_writer.h -- writes JSON member by member, with the commas where they belong.
 *
 * A name of NULL is for elements of arrays and for the outermost value. Not thread-safe. */
#ifndef CLIMACAST_SERVER_API_JSON_WRITER_H
#define CLIMACAST_SERVER_API_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"
#include "server/base/zone.h"

struct json_writer {
    struct buf *out;
    bool comma; /* private: something precedes in the same object or array */
};

void json_writer_open(struct json_writer *w, const char *name, char bracket); /* '{' or '[' */
void json_writer_close(struct json_writer *w, char bracket);
void json_writer_text(struct json_writer *w, const char *name, struct str value);
void json_writer_truth(struct json_writer *w, const char *name, bool value);
void json_writer_int(struct json_writer *w, const char *name, int64_t value);
/* With at most this many decimals. */
void json_writer_number(struct json_writer *w, const char *name, double value, int decimals);
/* {"value": 56, "unit": "degF"} */
void json_writer_figure(struct json_writer *w, const char *name, double value, int decimals,
                        const char *unit);
/* "2026-11-30T09:00:00-07:00"; of no zone, UTC. */
void json_writer_time(struct json_writer *w, const char *name, const struct zone *zone, int64_t t);
/* "2026-11-30" */
void json_writer_date(struct json_writer *w, const char *name, const struct zone *zone, int64_t t);
/* JSON that is finished already. */
void json_writer_raw(struct json_writer *w, const char *name, struct str json);

#endif
