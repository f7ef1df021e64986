/* SPDX-License-Identifier: Apache-2.0 */
/* certs/verify.h -- is this call Alexa's, and meant for us, and new? SPEC section 3.1.
 *
 * Two steps, because the first needs nothing but the bytes and the second needs them read:
 * verify_bytes() judges certificate URL, chain and signature over the raw body; verify_envelope()
 * judges time, skill id and replay with what the caller read from that body. Every refusal is an
 * err with one of the stable reason words of SPEC section 3. Thread-safe. */
#ifndef CLIMACAST_CERTS_VERIFY_H
#define CLIMACAST_CERTS_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"
#include "server/base/str.h"

struct verify;

struct verify_settings {
    bool on; /* alexa.verify; off: everything is waved through, replays too (local curl) */
    const char *const *skill_ids; /* NULL at the end */
    int tolerance_s;              /* 1-150 */
    const char *trust_anchors;    /* "system" or a PEM file */
    const char *connect_to;       /* "host:port" in place of s3.amazonaws.com:443, or "" */
    bool reject_replays;
    /* What happened with no caller to tell: a background refresh that failed. May be NULL. */
    void (*report)(void *data, const struct err *err);
    void *report_data;
};

/* `http` outlives the verifier; its own trust (system roots and http.ca_bundle) judges the TLS
 * connection to the certificate host. ST_INVALID: the anchors cannot be read. */
enum status verify_create(const struct verify_settings *settings, struct http *http,
                          struct metrics *metrics, struct verify **ret_verify, struct err *err);
void verify_free(struct verify *v);

struct verify_headers {
    struct str cert_url;     /* SignatureCertChainUrl, STR_NONE when absent */
    struct str signature256; /* Signature-256 */
    struct str signature;    /* the older Signature: never enough, told apart in the error */
    bool repeated;           /* one of the first two came more than once */
};

/* What can be refused without the body, any wait or any lock worth the name: missing or repeated
 * headers, a bad certificate URL, a signature that is no base64. ST_OK or ST_DENIED with a
 * reason. */
enum status verify_headers_check(const struct verify *v, const struct verify_headers *headers,
                                 struct err *err);

/* Steps 1 to 3 over the raw body.
 *   ST_OK          the signature is Alexa's
 *   ST_WOULD_WAIT  the chain must be fetched and `may_wait` is false; nothing has changed
 *   ST_DENIED, ST_UNTRUSTED, ST_INVALID   refused: err->reason says which
 *   ST_UNAVAILABLE, ST_TIMEOUT            reason certificate_unavailable (400), or overloaded when
 *                                         memory is out (503) */
enum status verify_bytes(struct verify *v, const struct verify_headers *headers, struct str body,
                         bool may_wait, int64_t deadline, struct err *err);

struct verify_facts {
    struct str timestamp; /* request.timestamp as sent */
    struct str application_id;
    struct str request_id;
    struct str request_type;
};

enum verify_outcome {
    VERIFY_NEW,      /* go on; verify_served() or verify_dropped() must follow, once */
    VERIFY_REPEATED, /* a served skill event delivered again: answer a quiet 200, nothing follows */
};

/* Steps 4 to 6. Never waits. On ST_OK with VERIFY_NEW the request id is claimed. ST_UNAVAILABLE
 * with reason "overloaded" (503): the memory of ids is full of live ones, or this skill event is
 * being served at this moment and Alexa shall deliver it again. A refused request burns no id. */
enum status verify_envelope(struct verify *v, const struct verify_facts *facts,
                            enum verify_outcome *ret_outcome, struct err *err);
/* The claimed request was answered 200 (its id is spent) / was not (its id is free again). */
void verify_served(struct verify *v, struct str request_id);
void verify_dropped(struct verify *v, struct str request_id);

/* To be called now and then (about every minute) by a thread that may wait: fetches anew the chains
 * that are over six hours old and in use. */
void verify_refresh(struct verify *v, int64_t deadline);

#endif
