/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/chain_cache_case.h -- a certificate host over real TLS, chains good and bad, and
 * caches that fetch from it.
 *
 * The clock that ages chains moves only when a test moves it; the network runs on the system's. */
#ifndef CLIMACAST_TESTS_CHAIN_CACHE_CASE_H
#define CLIMACAST_TESTS_CHAIN_CACHE_CASE_H

#include "certs/chain_cache.h"

#include "tests/test.h"
#include "tests/unit/certs/host.h"

#define FOLDER "/echo.api/"
#define ORIGIN "https://s3.amazonaws.com"

static _Atomic int64_t clock_offset_ms, wall_offset_s;

static inline int64_t wall_s(void)
{
    return clock_wall_s() + atomic_load(&clock_offset_ms) / 1000 + atomic_load(&wall_offset_s);
}

static inline int64_t mono_ms(void)
{
    return 1000000 + atomic_load(&clock_offset_ms);
}

static const struct chain_clock test_clock = { wall_s, mono_ms };

/* One root signs both Alexa's chain and the host's TLS certificate. */
static struct {
    struct pki_folder folder;
    X509 *root, *middle, *leaf;
    struct host host;
    struct http *http;
    struct anchors *anchors;
    struct buf good, expired, untrusted;
    int reports;
    char reported[40];
} fixture;

static inline void on_report(void *data, const struct err *err)
{
    (void)data;
    fixture.reports++;
    snprintf(fixture.reported, sizeof fixture.reported, "%s", err->reason);
}

static inline X509 *leaf_until(int to_s)
{
    return pki_issue((struct pki_spec){ .name = "leaf",
                                        .key = PKI_LEAF,
                                        .issuer = fixture.middle,
                                        .signer = PKI_MIDDLE,
                                        .san = PKI_ALEXA,
                                        .from_s = -10 * PKI_DAY,
                                        .to_s = to_s });
}

static inline int chain_cache_set_up(void **state)
{
    (void)state;
    fixture.folder = pki_folder_make();
    fixture.root = pki_root();
    fixture.middle = pki_middle(fixture.root);
    fixture.leaf = leaf_until(90 * PKI_DAY);
    fixture.good = fixture.expired = fixture.untrusted = BUF_INIT(1 << 20);
    pki_put(&fixture.good, fixture.leaf, fixture.middle, NULL);
    X509 *old = leaf_until(-PKI_DAY);
    pki_put(&fixture.expired, old, fixture.middle, NULL);
    pki_put(&fixture.untrusted, fixture.leaf, NULL);
    X509_free(old);

    host_start_s3(&fixture.host, fixture.root);
    fixture.http = host_client(&fixture.folder, fixture.root);
    struct buf pem = BUF_INIT(1 << 16);
    pki_put(&pem, fixture.root, NULL);
    CHECK_INT(anchors_parse(buf_str(&pem), "test", &fixture.anchors, NULL), ST_OK);
    buf_free(&pem);
    return 0;
}

static inline int chain_cache_tear_down(void **state)
{
    static const char *const names[] = { "tls-root.pem", NULL };

    (void)state;
    http_free(fixture.http);
    host_stop(&fixture.host);
    anchors_free(fixture.anchors);
    buf_free(&fixture.good);
    buf_free(&fixture.expired);
    buf_free(&fixture.untrusted);
    X509_free(fixture.root);
    X509_free(fixture.middle);
    X509_free(fixture.leaf);
    pki_folder_remove(&fixture.folder, names);
    return 0;
}

static inline struct chain_cache *create_cache_with(const char *connect_to,
                                                    struct good_urls_storage storage)
{
    struct chain_cache_settings settings = {
        .http = fixture.http,
        .anchors = fixture.anchors,
        .connect_to = connect_to,
        .report = on_report,
        .storage = storage,
        .clock = &test_clock,
    };
    struct chain_cache *c = chain_cache_create(&settings);

    CHECK(c);
    fixture.reports = 0;
    return c;
}

static inline struct chain_cache *create_cache_at(const char *connect_to)
{
    return create_cache_with(connect_to, (struct good_urls_storage){ .data = NULL });
}

static inline struct chain_cache *create_cache(void)
{
    return create_cache_at(fixture.host.address);
}

static inline enum status get_for(struct chain_cache *c, const char *path, uint64_t client,
                                  int64_t deadline, struct err *err)
{
    struct cert_url url;
    struct chain *chain = NULL;

    snprintf(url.text, sizeof url.text, ORIGIN "%s", path);
    enum status st = chain_cache_get(c, &url, client, deadline, &chain, err);
    CHECK((st == ST_OK) == !!chain);
    chain_unref(chain);
    return st;
}

static inline enum status get_within(struct chain_cache *c, const char *path, bool may_wait,
                                     int64_t ms, struct err *err)
{
    return get_for(c, path, 0, may_wait ? clock_mono_ms() + ms : NO_WAIT, err);
}

static inline enum status get(struct chain_cache *c, const char *path)
{
    return get_within(c, path, true, 10000, NULL);
}

static inline const char *reason(struct chain_cache *c, const char *path)
{
    static struct err err;

    err = ERR_NONE;
    (void)get_within(c, path, true, 10000, &err);
    return err.reason;
}

static inline void refresh(struct chain_cache *c)
{
    chain_cache_refresh(c, clock_mono_ms() + 10000);
}

static inline void advance(int64_t ms)
{
    atomic_fetch_add(&clock_offset_ms, ms);
}

static inline void serve(const char *path, struct buf *pem)
{
    host_put(&fixture.host, path, 200, buf_str(pem), 0);
}

#endif
