/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/chain_cache.c -- fetching over real TLS, and how long the outcome is cached. */
#include "tests/unit/certs/chain_cache_case.h"

TEST(a_chain_is_fetched_once_and_cached)
{
    struct chain_cache *c = create_cache();

    serve(FOLDER "cached.pem", &fixture.good);
    CHECK_INT(get_within(c, FOLDER "cached.pem", false, 1000, NULL), ST_WOULD_WAIT);
    CHECK_INT(host_requests(&fixture.host, FOLDER "cached.pem"), 0);
    for (int i = 0; i < 20; i++)
        CHECK_INT(get(c, FOLDER "cached.pem"), ST_OK);
    CHECK_INT(get_within(c, FOLDER "cached.pem", false, 0, NULL), ST_OK);
    CHECK_INT(host_requests(&fixture.host, FOLDER "cached.pem"), 1);
    chain_cache_free(c);
}

TEST(a_failed_fetch_is_unavailable)
{
    struct chain_cache *c = create_cache();
    struct buf big = BUF_INIT(1 << 20);

    buf_put(&big, buf_str(&fixture.good));
    while (big.n <= CHAIN_PEM_MAX)
        buf_putc(&big, '\n');
    CHECK_STR(reason(c, FOLDER "absent.pem"), "certificate_unavailable");
    host_put(&fixture.host, FOLDER "moved.pem", 302, STR(""), 0);
    serve(FOLDER "good.pem", &fixture.good);
    CHECK_STR(reason(c, FOLDER "moved.pem"), "certificate_unavailable");
    CHECK_INT(host_requests(&fixture.host, FOLDER "good.pem"),
              0); /* the redirect is not followed */
    host_put(&fixture.host, FOLDER "broken.pem", 500, buf_str(&fixture.good), 0);
    CHECK_STR(reason(c, FOLDER "broken.pem"), "certificate_unavailable");
    host_put(&fixture.host, FOLDER "big.pem", 200, buf_str(&big), 0);
    CHECK_STR(reason(c, FOLDER "big.pem"), "certificate_unavailable");
    buf_free(&big);
    chain_cache_free(c);

    c = create_cache_at("127.0.0.1:1"); /* nothing listens there */
    CHECK_STR(reason(c, FOLDER "cached.pem"), "certificate_unavailable");
    chain_cache_free(c);
}

TEST(an_invalid_chain_is_refused_with_its_reason)
{
    struct chain_cache *c = create_cache();

    serve(FOLDER "expired.pem", &fixture.expired);
    serve(FOLDER "untrusted.pem", &fixture.untrusted);
    host_put(&fixture.host, FOLDER "garbage.pem", 200, STR("<html>no</html>"), 0);
    host_put(&fixture.host, FOLDER "empty.pem", 200, STR(""), 0);
    CHECK_STR(reason(c, FOLDER "expired.pem"), "certificate_expired");
    CHECK_STR(reason(c, FOLDER "untrusted.pem"), "certificate_untrusted");
    CHECK_STR(reason(c, FOLDER "garbage.pem"), "certificate_untrusted");
    CHECK_STR(reason(c, FOLDER "empty.pem"), "certificate_untrusted");
    chain_cache_free(c);
}

TEST(a_failure_is_remembered_briefly_and_then_retried)
{
    struct chain_cache *c = create_cache();

    serve(FOLDER "later.pem", &fixture.untrusted);
    for (int i = 0; i < 20; i++)
        CHECK_STR(reason(c, FOLDER "later.pem"), "certificate_untrusted");
    CHECK_INT(host_requests(&fixture.host, FOLDER "later.pem"), 1);
    CHECK_INT(get_within(c, FOLDER "later.pem", false, 0, NULL),
              ST_UNTRUSTED); /* without waiting */
    serve(FOLDER "later.pem", &fixture.good);
    advance(CHAIN_REFUSAL_MS - 1);
    CHECK_INT(get(c, FOLDER "later.pem"), ST_UNTRUSTED);
    advance(1);
    CHECK_INT(get_within(c, FOLDER "later.pem", false, 0, NULL), ST_WOULD_WAIT);
    CHECK_INT(get(c, FOLDER "later.pem"), ST_OK);
    CHECK_INT(host_requests(&fixture.host, FOLDER "later.pem"), 2);
    chain_cache_free(c);
}

TEST(a_slow_host_times_out)
{
    struct chain_cache *c = create_cache();
    struct err err = ERR_NONE;

    host_put(&fixture.host, FOLDER "slow.pem", 200, buf_str(&fixture.good), 4000);
    int64_t before = clock_mono_ms();
    CHECK_INT(get_within(c, FOLDER "slow.pem", true, 300, &err), ST_TIMEOUT);
    CHECK_STR(err.reason, "certificate_unavailable");
    /* a failure for lack of time is not remembered: the next caller may fetch */
    CHECK_INT(get_within(c, FOLDER "slow.pem", false, 0, NULL), ST_WOULD_WAIT);
    CHECK(clock_mono_ms() - before < CHAIN_FETCH_MS);
    host_put(&fixture.host, FOLDER "drip.pem", 200, buf_str(&fixture.good), 0);
    host_drip(&fixture.host, FOLDER "drip.pem");
    before = clock_mono_ms();
    CHECK_STR(reason(c, FOLDER "drip.pem"), "certificate_unavailable");
    CHECK(clock_mono_ms() - before >= CHAIN_FETCH_MS / 2);
    CHECK(get_within(c, FOLDER "drip.pem", false, 0, NULL) != ST_WOULD_WAIT); /* remembered */
    chain_cache_free(c);
}

TEST(a_host_with_the_wrong_name_or_root_is_not_used)
{
    static const struct {
        const char *san;
        bool other_root;
    } cases[] = { { "DNS:s3.example.com", false }, { "DNS:s3.amazonaws.com", true } };
    X509 *root2 =
        pki_issue((struct pki_spec){ .name = "Root 2", .key = PKI_ROOT2, .basic = PKI_CA });
    for (size_t i = 0; i < 2; i++) {
        static struct host impostor;
        X509 *cert =
            pki_issue((struct pki_spec){ .name = "host",
                                         .key = PKI_SERVER,
                                         .issuer = cases[i].other_root ? root2 : fixture.root,
                                         .signer = cases[i].other_root ? PKI_ROOT2 : PKI_ROOT,
                                         .san = cases[i].san });
        host_start(&impostor, cert, PKI_SERVER);
        host_put(&impostor, FOLDER "cached.pem", 200, buf_str(&fixture.good), 0);
        struct chain_cache *c = create_cache_at(impostor.address);
        CHECK_STR(reason(c, FOLDER "cached.pem"), "certificate_unavailable");
        CHECK_INT(host_requests(&impostor, FOLDER "cached.pem"), 0);
        chain_cache_free(c);
        host_stop(&impostor);
        X509_free(cert);
    }
    X509_free(root2);
}

struct caller {
    struct chain_cache *cache;
    const char *path;
    enum status want;
};

static void *call(void *data)
{
    const struct caller *me = data;
    struct cert_url url;
    struct chain *chain = NULL;

    snprintf(url.text, sizeof url.text, ORIGIN "%s", me->path);
    enum status st = chain_cache_get(me->cache, &url, 0, clock_mono_ms() + 10000, &chain, NULL);
    chain_unref(chain);
    return st == me->want ? data : NULL;
}

TEST(concurrent_misses_make_one_fetch)
{
    enum { CALLERS = 12 };
    const struct {
        const char *path;
        struct buf *pem;
        enum status want;
    } cases[] = { { FOLDER "rush.pem", &fixture.good, ST_OK },
                  { FOLDER "rush-bad.pem", &fixture.untrusted, ST_UNTRUSTED } };
    for (size_t i = 0; i < 2; i++) {
        struct caller caller = { create_cache(), cases[i].path, cases[i].want };
        pthread_t threads[CALLERS];
        host_put(&fixture.host, cases[i].path, 200, buf_str(cases[i].pem), 300);
        for (int t = 0; t < CALLERS; t++)
            CHECK_INT(pthread_create(&threads[t], NULL, call, &caller), 0);
        for (int t = 0; t < CALLERS; t++) {
            void *ok = NULL;
            CHECK_INT(pthread_join(threads[t], &ok), 0);
            CHECK(ok);
        }
        CHECK_INT(host_requests(&fixture.host, cases[i].path), 1);
        chain_cache_free(caller.cache);
    }
}

TEST(an_expired_chain_is_fetched_anew_at_once)
{
    struct chain_cache *c = create_cache();
    struct buf brief = BUF_INIT(1 << 16);
    X509 *leaf = leaf_until((int)(atomic_load(&clock_offset_ms) / 1000) + 3600);

    pki_put(&brief, leaf, fixture.middle, NULL);
    serve(FOLDER "brief.pem", &brief);
    CHECK_INT(get(c, FOLDER "brief.pem"), ST_OK);
    advance(2 * 3600 * 1000);
    CHECK_INT(get_within(c, FOLDER "brief.pem", false, 0, NULL), ST_WOULD_WAIT);
    /* its successor is not there yet: that is remembered briefly */
    for (int i = 0; i < 20; i++)
        CHECK_STR(reason(c, FOLDER "brief.pem"), "certificate_expired");
    CHECK_INT(get_within(c, FOLDER "brief.pem", false, 0, NULL), ST_UNTRUSTED);
    CHECK_INT(host_requests(&fixture.host, FOLDER "brief.pem"), 2);
    serve(FOLDER "brief.pem", &fixture.good);
    advance(CHAIN_REFUSAL_MS);
    CHECK_INT(get(c, FOLDER "brief.pem"), ST_OK);
    CHECK_INT(get_within(c, FOLDER "brief.pem", false, 0, NULL), ST_OK);
    CHECK_INT(host_requests(&fixture.host, FOLDER "brief.pem"), 3);
    X509_free(leaf);
    buf_free(&brief);
    chain_cache_free(c);
}

TEST(an_expired_chain_is_valid_again_when_the_clock_is_set_right)
{
    struct chain_cache *c = create_cache();

    serve(FOLDER "clock.pem", &fixture.good);
    CHECK_INT(get(c, FOLDER "clock.pem"), ST_OK);
    atomic_store(&wall_offset_s, 200 * PKI_DAY);
    CHECK_STR(reason(c, FOLDER "clock.pem"), "certificate_expired");
    atomic_store(&wall_offset_s, 0);
    CHECK_INT(get_within(c, FOLDER "clock.pem", false, 0, NULL), ST_OK);
    chain_cache_free(c);
}

TEST(a_chain_in_use_is_refreshed_after_six_hours)
{
    struct chain_cache *c = create_cache();

    serve(FOLDER "fresh.pem", &fixture.good);
    CHECK_INT(get(c, FOLDER "fresh.pem"), ST_OK);
    advance(CHAIN_FRESH_MS - 1);
    refresh(c);
    CHECK_INT(host_requests(&fixture.host, FOLDER "fresh.pem"), 1);
    advance(1);
    CHECK_INT(get_within(c, FOLDER "fresh.pem", false, 0, NULL), ST_OK); /* without waiting */
    refresh(c);
    refresh(c);
    CHECK_INT(host_requests(&fixture.host, FOLDER "fresh.pem"), 2);
    /* unused since then: not refreshed */
    advance(CHAIN_FRESH_MS);
    refresh(c);
    CHECK_INT(host_requests(&fixture.host, FOLDER "fresh.pem"), 2);
    /* one use is enough to have it refreshed again */
    CHECK_INT(get(c, FOLDER "fresh.pem"), ST_OK);
    refresh(c);
    CHECK_INT(host_requests(&fixture.host, FOLDER "fresh.pem"), 3);
    advance(CHAIN_KEEP_MS);
    refresh(c);
    CHECK_INT(get_within(c, FOLDER "fresh.pem", false, 0, NULL), ST_WOULD_WAIT);
    CHECK_INT(fixture.reports, 0);
    chain_cache_free(c);
}

TEST(a_failing_refresh_leaves_the_old_chain_valid_for_a_day)
{
    struct chain_cache *c = create_cache();
    int64_t age = CHAIN_FRESH_MS;

    serve(FOLDER "failing.pem", &fixture.good);
    CHECK_INT(get(c, FOLDER "failing.pem"), ST_OK);
    CHECK_INT(get(c, FOLDER "failing.pem"), ST_OK);
    advance(age);
    host_put(&fixture.host, FOLDER "failing.pem", 503, STR(""), 0);
    refresh(c);
    CHECK_INT(fixture.reports, 1);
    CHECK_STR(fixture.reported, "certificate_unavailable");
    refresh(c); /* not retried at once */
    CHECK_INT(host_requests(&fixture.host, FOLDER "failing.pem"), 2);
    advance(CHAIN_RETRY_MS - 1);
    refresh(c);
    CHECK_INT(host_requests(&fixture.host, FOLDER "failing.pem"), 2);
    advance(1);
    age += CHAIN_RETRY_MS;
    refresh(c); /* retried, but not reported again */
    CHECK_INT(host_requests(&fixture.host, FOLDER "failing.pem"), 3);
    CHECK_INT(fixture.reports, 1);
    CHECK_INT(get(c, FOLDER "failing.pem"), ST_OK);

    serve(FOLDER "failing.pem", &fixture.untrusted); /* another fault is reported */
    advance(CHAIN_RETRY_MS);
    age += CHAIN_RETRY_MS;
    refresh(c);
    CHECK_INT(fixture.reports, 2);
    CHECK_STR(fixture.reported, "certificate_untrusted");
    CHECK_INT(get(c, FOLDER "failing.pem"), ST_OK);

    advance(CHAIN_KEEP_MS - 1 - age);
    CHECK_INT(get(c, FOLDER "failing.pem"), ST_OK);
    advance(1);
    CHECK_STR(reason(c, FOLDER "failing.pem"), "certificate_untrusted");
    serve(FOLDER "failing.pem", &fixture.good);
    advance(CHAIN_REFUSAL_MS);
    CHECK_INT(get(c, FOLDER "failing.pem"), ST_OK);
    chain_cache_free(c);
}

TESTS_WITH(chain_cache_set_up, chain_cache_tear_down, a_chain_is_fetched_once_and_cached,
           a_failed_fetch_is_unavailable, an_invalid_chain_is_refused_with_its_reason,
           a_failure_is_remembered_briefly_and_then_retried, a_slow_host_times_out,
           a_host_with_the_wrong_name_or_root_is_not_used, concurrent_misses_make_one_fetch,
           an_expired_chain_is_fetched_anew_at_once,
           an_expired_chain_is_valid_again_when_the_clock_is_set_right,
           a_chain_in_use_is_refreshed_after_six_hours,
           a_failing_refresh_leaves_the_old_chain_valid_for_a_day)
