/* SPDX-License-Identifier: Apache-2.0 */
/* certs/verify.h -- verifies that a request comes from Alexa, is meant for this skill, and is new.
 *
 * Three steps, each as early as it can run:
 *
 *     verify_headers_check()  with the headers alone: what needs neither the body nor a lock
 *     verify_body()           with the raw body: certificate chain and signature
 *     verify_envelope()       with the parsed body: timestamp, skill id, replay
 *
 * A refusal is an err whose reason is one of these stable words:
 *
 *     header_repeated, signature_missing, signature_invalid, certificate_url_invalid,
 *     certificate_unavailable, certificate_untrusted, certificate_expired, certificate_name,
 *     timestamp_stale, skill_id_unknown, envelope_invalid, replayed, overloaded
 *
 * Thread-safe. */
#ifndef CLIMACAST_CERTS_VERIFY_H
#define CLIMACAST_CERTS_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/cert_url.h"
#include "certs/signature.h"
#include "server/base/deadline.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"
#include "server/base/str.h"

struct verify;

struct verify_settings {
    bool on;                      /* alexa.verify; false: every request passes, replays included */
    const char *const *skill_ids; /* NULL at the end */
    int tolerance_s;              /* 1-150 */
    const char *trust_anchors;    /* "system" or a PEM file */
    const char *connect_to;       /* "host:port" in place of s3.amazonaws.com:443, or "" */
    bool reject_replays;
    /* Called when a background refresh fails, since no caller gets that error. May be NULL. */
    void (*report)(void *data, const struct err *err);
    void *report_data;
};

/* `http` must outlive the verifier; its own trust (system roots and http.ca_bundle) decides about
 * the TLS connection to the certificate host. ST_INVALID: the anchors cannot be read. */
enum status verify_create(const struct verify_settings *settings, struct http *http,
                          struct metrics *metrics, struct verify **ret_verify, struct err *err);
void verify_free(struct verify *v); /* NULL allowed */

/* The headers as received. */
struct verify_headers {
    struct str cert_url;     /* SignatureCertChainUrl, STR_NONE when absent */
    struct str signature256; /* Signature-256 */
    struct str signature;    /* the older SHA-1 Signature: not accepted, but named in the error */
    bool repeated;           /* one of the first two came more than once */
};

/* What the headers hold, decoded once. */
struct verify_signature {
    struct cert_url cert_url;
    struct signature signature;
};

/* Check the headers and decode them for verify_body(). Refuses missing and repeated headers, a bad
 * certificate URL, and a signature that is not base64. ST_OK, or ST_DENIED with a reason;
 * *ret_signature is then undefined. */
enum status verify_headers_check(const struct verify *v, const struct verify_headers *headers,
                                 struct verify_signature *ret_signature, struct err *err);

/* Verify that `signature`, which came from verify_headers_check(), is Alexa's over the raw body.
 *   ST_OK          it is
 *   ST_WOULD_WAIT  the chain must be fetched and the deadline is NO_WAIT; nothing has changed
 *   ST_UNTRUSTED   refused: the reason says why
 *   ST_UNAVAILABLE, ST_TIMEOUT   certificate_unavailable (400), or overloaded (503) when out of
 *                                memory */
enum status verify_body(struct verify *v, const struct verify_signature *signature, struct str body,
                        int64_t deadline, struct err *err);

/* What the envelope says about itself. */
struct verify_claims {
    struct str timestamp; /* request.timestamp as sent */
    struct str application_id;
    struct str request_id;
    struct str request_type;
};

enum verify_outcome {
    VERIFY_NEW,      /* go on; verify_commit() or verify_release() must follow, once */
    VERIFY_REPEATED, /* a skill event that was already served: answer an empty 200, call neither */
};

/* Check timestamp, skill id and request id. Never waits. On ST_OK with VERIFY_NEW the request id is
 * claimed; a refused request claims none. ST_UNAVAILABLE with overloaded (503): the replay table is
 * full of live ids, or this skill event is being served right now and Alexa should deliver it
 * again. */
enum status verify_envelope(struct verify *v, const struct verify_claims *claims,
                            enum verify_outcome *ret_outcome, struct err *err);
/* The claimed request was answered with 200: its id is spent. */
void verify_commit(struct verify *v, struct str request_id);
/* The claimed request was not answered: its id is free again. */
void verify_release(struct verify *v, struct str request_id);

/* Refresh the chains in use that are over six hours old, and drop expired request ids. Waits; meant
 * for a background thread, about once a minute. */
void verify_refresh(struct verify *v, int64_t deadline);

#endif
