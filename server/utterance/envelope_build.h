/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/envelope_build.h -- builds a request envelope like Alexa's from a short
 * description. Thread-safe. */
#ifndef CLIMACAST_SERVER_UTTERANCE_ENVELOPE_BUILD_H
#define CLIMACAST_SERVER_UTTERANCE_ENVELOPE_BUILD_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/err.h"
#include "server/base/str.h"
#include "server/config/config.h"

/* A request; all borrowed. NULL or "" selects the default in brackets. */
struct request_spec {
    const char *say;  /* a sentence instead of name and words; the caller fills in those with
                         utterance_match() */
    const char *name; /* an intent, or a request type such as LaunchRequest */
    const char *const *words; /* "slot=value"; for a request type "member=value" */
    size_t word_count;
    const char *user;       /* [always the same made-up id] */
    const char *locale;     /* [en-US] */
    const char *skill_id;   /* [the first of alexa.skill_ids] */
    const char *session;    /* "new" or "open", one that is under way [new] */
    const char *attributes; /* session.attributes as JSON [{}] */
    const char *timestamp;  /* sent as it is, or seconds from now such as -200 [now] */
    const char *request_id; /* [a new one] */
    const char *device;     /* a name of devices.def, or "clock" [one without a screen] */
    const char *api_token;  /* apiAccessToken, with which the daemon may ask Amazon's services about
                               the device [none] */
    bool unchecked;         /* names and times that make no sense are sent, too */
};

/* Is it the name of a request type, not of an intent? */
bool envelope_is_request_type(const char *name);

/* Append the envelope's JSON to `out`. ST_INVALID: a value is not UTF-8, the attributes are not a
 * JSON object, the session is neither word, or the device is unknown; err names the command-line
 * option. */
enum status envelope_build(const struct request_spec *spec, const struct config *config,
                           struct buf *out, struct err *err);

#endif
