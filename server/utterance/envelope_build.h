/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/envelope_build.h -- a request envelope as Alexa sends it, made from a few words. */
#ifndef CLIMACAST_SERVER_UTTERANCE_ENVELOPE_BUILD_H
#define CLIMACAST_SERVER_UTTERANCE_ENVELOPE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/err.h"
#include "server/base/str.h"
#include "server/config.h"

/* What is wished for; borrowed. NULL or "" takes what stands behind it. */
struct request_spec {
    const char *
        say; /* a sentence instead of name and words; who asks puts it into those (utterance_match.h) */
    const char *name;         /* an intent, or a request type such as LaunchRequest */
    const char *const *words; /* "slot=value"; for a request type "member=value" */
    size_t word_count;
    const char *user;       /* one and the same made-up id */
    const char *locale;     /* en-US */
    const char *skill_id;   /* the first of alexa.skill_ids */
    const char *session;    /* "new" or "open": one that is already under way; new */
    const char *attributes; /* session.attributes as JSON; {} */
    const char *timestamp;  /* as it is, or seconds from now such as -200; now */
    const char *request_id; /* a new one */
};

/* Append the envelope's JSON. ST_INVALID: a wish that cannot be: no UTF-8, attributes that are no
 * JSON object, another session word. */
enum status envelope_build(const struct request_spec *wish, const struct config *config,
                           struct buf *out, struct err *err);

#endif
