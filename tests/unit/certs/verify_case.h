/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/verify_case.h -- a certificate host, a good chain, a signed body, and verifiers
 * that trust them. */
#ifndef CLIMACAST_TESTS_VERIFY_CASE_H
#define CLIMACAST_TESTS_VERIFY_CASE_H

#include "certs/verify.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "tests/test.h"
#include "tests/unit/certs/host.h"

#define SKILL "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"
#define CHAIN_URL "https://s3.amazonaws.com/echo.api/chain.pem"

static const struct str signed_body = { "{\"request\":{}}", 14 };

static struct {
    struct pki_folder folder;
    X509 *root, *middle, *leaf;
    struct host host;
    struct http *http;
    struct metrics *metrics;
    struct buf signature; /* valid, over signed_body */
    char anchors[300];
} fixture;

static inline int verify_case_set_up(void **state)
{
    struct buf pem = BUF_INIT(1 << 16);

    (void)state;
    fixture.folder = pki_folder_make();
    fixture.root = pki_root();
    fixture.middle = pki_middle(fixture.root);
    fixture.leaf = pki_issue((struct pki_spec){ .name = "leaf",
                                                .key = PKI_LEAF,
                                                .issuer = fixture.middle,
                                                .signer = PKI_MIDDLE,
                                                .san = PKI_ALEXA });
    host_start_s3(&fixture.host, fixture.root);
    fixture.http = host_client(&fixture.folder, fixture.root);
    fixture.metrics = metrics_create();
    pki_path(&fixture.folder, "tls-root.pem", fixture.anchors);
    pki_put(&pem, fixture.leaf, fixture.middle, NULL);
    host_put(&fixture.host, "/echo.api/chain.pem", 200, buf_str(&pem), 0);
    buf_free(&pem);
    fixture.signature = BUF_INIT(4096);
    pki_sign(PKI_LEAF, "SHA256", signed_body, &fixture.signature);
    return 0;
}

static inline int verify_case_tear_down(void **state)
{
    static const char *const names[] = { "tls-root.pem", NULL };

    (void)state;
    http_free(fixture.http);
    host_stop(&fixture.host);
    metrics_free(fixture.metrics);
    buf_free(&fixture.signature);
    X509_free(fixture.root);
    X509_free(fixture.middle);
    X509_free(fixture.leaf);
    pki_folder_remove(&fixture.folder, names);
    return 0;
}

static inline struct verify_settings default_settings(void)
{
    static const char *const skills[] = { "amzn1.ask.skill.other", SKILL, NULL };

    return (struct verify_settings){ .on = true,
                                     .skill_ids = skills,
                                     .tolerance_s = 150,
                                     .trust_anchors = fixture.anchors,
                                     .connect_to = fixture.host.address,
                                     .reject_replays = true };
}

static inline struct verify *create_verifier(struct verify_settings settings)
{
    struct verify *v = NULL;
    struct err err = ERR_NONE;

    if (verify_create(&settings, fixture.http, fixture.metrics, &v, &err) != ST_OK)
        fail_msg("%s", err.text);
    return v;
}

static inline struct verify_headers good_headers(void)
{
    return (struct verify_headers){ .cert_url = STR(CHAIN_URL),
                                    .signature256 = buf_str(&fixture.signature) };
}

/* Check headers and body as the daemon does. */
static inline enum status verify_request(struct verify *v, const struct verify_headers *h,
                                         struct str body, bool may_wait, struct err *err)
{
    struct verify_signature signature;
    enum status st;

    err_clear(err);
    st = verify_headers_check(v, h, &signature, err);
    if (st != ST_OK)
        return st;
    return verify_body(v, &signature, 0, body, may_wait ? clock_mono_ms() + 10000 : NO_WAIT, err);
}

static inline struct verify_claims claims_at(int64_t offset_s, const char *id, const char *type)
{
    static char text[32];

    time_format_rfc3339(clock_wall_s() + offset_s, text);
    return (struct verify_claims){ .timestamp = str_of(text),
                                   .application_id = STR(SKILL),
                                   .request_id = str_of(id),
                                   .request_type = str_of(type) };
}

static struct verify_claim last_claim; /* of outcome_by() */

/* "new", "repeated", "would wait", or the reason of the refusal. */
static inline const char *outcome_by(struct verify *v, struct verify_claims claims,
                                     int64_t deadline)
{
    static struct err err;
    enum verify_outcome outcome;

    err = ERR_NONE;
    enum status st = verify_envelope(v, &claims, deadline, &outcome, &last_claim, &err);
    if (st != ST_OK)
        return st == ST_WOULD_WAIT ? "would wait" : err.reason;
    return outcome == VERIFY_NEW ? "new" : "repeated";
}

static inline const char *outcome_of(struct verify *v, struct verify_claims claims)
{
    return outcome_by(v, claims, NO_WAIT);
}

static inline const char *outcome_at(struct verify *v, int64_t offset_s, const char *id,
                                     const char *type)
{
    return outcome_of(v, claims_at(offset_s, id, type));
}

static inline void commit_id(struct verify *v, const char *id)
{
    struct verify_claim claim = { .request_id = str_of(id) };

    verify_commit(v, &claim, NO_WAIT);
}

static inline void release_id(struct verify *v, const char *id)
{
    struct verify_claim claim = { .request_id = str_of(id) };

    verify_release(v, &claim, NO_WAIT);
}

#endif
