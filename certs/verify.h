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
#include "certs/good_urls.h"
#include "certs/signature.h"
#include "server/base/deadline.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"
#include "server/base/str.h"

struct verify;

/* Request ids that several daemons share, so that none serves what another one has served. The
 * functions are thread-safe; all but is_up() wait, at most until `deadline`, and are never called
 * with NO_WAIT. While the shared ids are unavailable, each process only checks its own. */
struct verify_shared_ids {
    bool (*is_up)(void *data);
    /* Claim an id for life_s seconds.
     *   ST_OK        it is claimed
     *   ST_CONFLICT  somebody else has claimed it; *ret_served: and has said that it was served
     *   any other    not available */
    enum status (*claim)(void *data, struct str id, int64_t life_s, int64_t deadline,
                         bool *ret_served);
    /* The claimed id was served. Called only for ids that may come again, to tell them from those
     * that are still being served. */
    void (*commit)(void *data, struct str id, int64_t life_s, int64_t deadline);
    void (*release)(void *data, struct str id,
                    int64_t deadline); /* the claimed id was not served */
    void *data;
};

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
    struct good_urls_storage storage;    /* may be zeroed */
    struct verify_shared_ids shared_ids; /* may be zeroed: none */
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
 * `client` is a number that stands for the sender's address (an IPv6 network counts as one), 0:
 * unknown.
 *   ST_OK          it is
 *   ST_WOULD_WAIT  the chain must be fetched and the deadline is NO_WAIT; nothing has changed
 *   ST_UNTRUSTED   refused: the reason says why
 *   ST_DENIED, ST_UNAVAILABLE, ST_TIMEOUT   certificate_unavailable (400), or overloaded (503) when
 *                                           out of memory */
enum status verify_body(struct verify *v, const struct verify_signature *signature, uint64_t client,
                        struct str body, int64_t deadline, struct err *err);

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

/* What verify_commit() and verify_release() need to know. */
struct verify_claim {
    struct str request_id; /* borrowed from the claims */
    bool shared, event;
    int64_t life_s;
};

/* Check timestamp, skill id and request id. On ST_OK with VERIFY_NEW the request id is claimed; a
 * refused request claims none.
 *   ST_WOULD_WAIT   the shared ids must be asked and the deadline is NO_WAIT; nothing has changed
 *   ST_UNAVAILABLE  overloaded (503): the replay table is full of live ids, or this skill event is
 *                   being served right now and Alexa should deliver it again
 *   ST_DENIED, ST_INVALID   refused: the reason says why */
enum status verify_envelope(struct verify *v, const struct verify_claims *claims, int64_t deadline,
                            enum verify_outcome *ret_outcome, struct verify_claim *ret_claim,
                            struct err *err);
/* The claimed request was answered with 200: its id is spent. */
void verify_commit(struct verify *v, const struct verify_claim *claim, int64_t deadline);
/* The claimed request was not answered: its id is free again. */
void verify_release(struct verify *v, const struct verify_claim *claim, int64_t deadline);

/* Refresh the chains in use that are over six hours old, and drop expired request ids. Waits; meant
 * for a background thread, about once a minute. */
void verify_refresh(struct verify *v, int64_t deadline);

#endif
