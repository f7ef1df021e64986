/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/chain_cache.c -- fetching over real TLS, and what is remembered of it for how
 * long.
 *
 * The clock that ages chains is ours and stands still but when a test moves it; the network runs on
 * the system's. */
#include "certs/chain_cache.h"

#include "tests/test.h"
#include "tests/unit/certs/host.h"

#define FOLDER "/echo.api/"
#define ORIGIN "https://s3.amazonaws.com"

static _Atomic int64_t moved_ms;

static int64_t wall_s(void)
{
    return clock_wall_s() + atomic_load(&moved_ms) / 1000;
}

static int64_t mono_ms(void)
{
    return 1000000 + atomic_load(&moved_ms);
}

static const struct chain_clock still_clock = { wall_s, mono_ms };

/* One world for all tests: a root that signs both Alexa's chain and the host's TLS. */
static struct {
    struct pki_folder folder;
    X509 *root, *middle, *leaf;
    struct host host;
    struct http *http;
    struct anchors *anchors;
    struct buf good, expired, untrusted;
    int reports;
    char reported[40];
} world;

static void on_report(void *data, const struct err *err)
{
    (void)data;
    world.reports++;
    snprintf(world.reported, sizeof world.reported, "%s", err->reason);
}

static X509 *leaf_until(int to_s)
{
    return pki_issue((struct pki_spec){ .name = "leaf",
                                        .key = PKI_LEAF,
                                        .issuer = world.middle,
                                        .signer = PKI_MIDDLE,
                                        .san = PKI_ALEXA,
                                        .from_s = -10 * PKI_DAY,
                                        .to_s = to_s });
}

static int world_make(void **state)
{
    (void)state;
    world.folder = pki_folder_make();
    world.root = pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT, .basic = PKI_CA });
    world.middle = pki_issue((struct pki_spec){ .name = "Middle",
                                                .key = PKI_MIDDLE,
                                                .issuer = world.root,
                                                .signer = PKI_ROOT,
                                                .basic = PKI_CA });
    world.leaf = leaf_until(90 * PKI_DAY);
    world.good = world.expired = world.untrusted = BUF_INIT(1 << 20);
    pki_put(&world.good, world.leaf, world.middle, NULL);
    X509 *old = leaf_until(-PKI_DAY);
    pki_put(&world.expired, old, world.middle, NULL);
    pki_put(&world.untrusted, world.leaf, NULL);
    X509_free(old);

    X509 *server = pki_issue((struct pki_spec){ .name = "host",
                                                .key = PKI_SERVER,
                                                .issuer = world.root,
                                                .signer = PKI_ROOT,
                                                .san = "DNS:s3.amazonaws.com" });
    host_start(&world.host, server, PKI_SERVER);
    X509_free(server);
    world.http = host_client(&world.folder, world.root);
    struct buf pem = BUF_INIT(1 << 16);
    pki_put(&pem, world.root, NULL);
    CHECK_INT(anchors_parse(buf_str(&pem), "test", &world.anchors, NULL), ST_OK);
    buf_free(&pem);
    return 0;
}

static int world_unmake(void **state)
{
    static const char *const names[] = { "tls-root.pem", NULL };

    (void)state;
    http_free(world.http);
    host_stop(&world.host);
    anchors_free(world.anchors);
    buf_free(&world.good);
    buf_free(&world.expired);
    buf_free(&world.untrusted);
    X509_free(world.root);
    X509_free(world.middle);
    X509_free(world.leaf);
    pki_folder_remove(&world.folder, names);
    return 0;
}

static struct chain_cache *cache_make_at(const char *connect_to)
{
    struct chain_cache_settings settings = {
        .http = world.http,
        .anchors = world.anchors,
        .connect_to = connect_to,
        .report = on_report,
        .clock = &still_clock,
    };
    struct chain_cache *c = chain_cache_create(&settings);

    CHECK(c);
    world.reports = 0;
    return c;
}

static struct chain_cache *cache_make(void)
{
    return cache_make_at(world.host.address);
}

static enum status get_within(struct chain_cache *c, const char *path, bool may_wait, int64_t ms,
                              struct err *err)
{
    struct cert_url url;
    struct chain *chain = NULL;

    snprintf(url.text, sizeof url.text, ORIGIN "%s", path);
    enum status st =
        chain_cache_get(c, &url, may_wait ? clock_mono_ms() + ms : NO_WAIT, &chain, err);
    CHECK((st == ST_OK) == !!chain);
    chain_unref(chain);
    return st;
}

static enum status get(struct chain_cache *c, const char *path)
{
    return get_within(c, path, true, 10000, NULL);
}

static const char *reason(struct chain_cache *c, const char *path)
{
    static struct err err;

    err = ERR_NONE;
    (void)get_within(c, path, true, 10000, &err);
    return err.reason;
}

static void refresh(struct chain_cache *c)
{
    chain_cache_refresh(c, clock_mono_ms() + 10000);
}

static void pass(int64_t ms)
{
    atomic_fetch_add(&moved_ms, ms);
}

static void put(const char *path, struct buf *pem)
{
    host_put(&world.host, path, 200, buf_str(pem), 0);
}

TEST(a_chain_is_fetched_once_and_then_kept)
{
    struct chain_cache *c = cache_make();

    put(FOLDER "kept.pem", &world.good);
    CHECK_INT(get_within(c, FOLDER "kept.pem", false, 1000, NULL), ST_WOULD_WAIT);
    CHECK_INT(host_asked(&world.host, FOLDER "kept.pem"), 0);
    for (int i = 0; i < 20; i++)
        CHECK_INT(get(c, FOLDER "kept.pem"), ST_OK);
    CHECK_INT(get_within(c, FOLDER "kept.pem", false, 0, NULL), ST_OK);
    CHECK_INT(host_asked(&world.host, FOLDER "kept.pem"), 1);
    chain_cache_free(c);
}

TEST(what_cannot_be_fetched_is_unavailable)
{
    struct chain_cache *c = cache_make();
    struct buf big = BUF_INIT(1 << 20);

    buf_put(&big, buf_str(&world.good));
    while (big.n <= CHAIN_PEM_MAX)
        buf_putc(&big, '\n');
    CHECK_STR(reason(c, FOLDER "absent.pem"), "certificate_unavailable");
    host_put(&world.host, FOLDER "moved.pem", 302, STR(""), 0);
    put(FOLDER "good.pem", &world.good);
    CHECK_STR(reason(c, FOLDER "moved.pem"), "certificate_unavailable");
    CHECK_INT(host_asked(&world.host, FOLDER "good.pem"), 0); /* not followed */
    host_put(&world.host, FOLDER "broken.pem", 500, buf_str(&world.good), 0);
    CHECK_STR(reason(c, FOLDER "broken.pem"), "certificate_unavailable");
    host_put(&world.host, FOLDER "big.pem", 200, buf_str(&big), 0);
    CHECK_STR(reason(c, FOLDER "big.pem"), "certificate_unavailable");
    buf_free(&big);
    chain_cache_free(c);

    c = cache_make_at("127.0.0.1:1"); /* nobody listens there */
    CHECK_STR(reason(c, FOLDER "kept.pem"), "certificate_unavailable");
    chain_cache_free(c);
}

TEST(what_is_fetched_but_no_good_is_refused_for_what_it_is)
{
    struct chain_cache *c = cache_make();

    put(FOLDER "expired.pem", &world.expired);
    put(FOLDER "untrusted.pem", &world.untrusted);
    host_put(&world.host, FOLDER "garbage.pem", 200, STR("<html>no</html>"), 0);
    host_put(&world.host, FOLDER "empty.pem", 200, STR(""), 0);
    CHECK_STR(reason(c, FOLDER "expired.pem"), "certificate_expired");
    CHECK_STR(reason(c, FOLDER "untrusted.pem"), "certificate_untrusted");
    CHECK_STR(reason(c, FOLDER "garbage.pem"), "certificate_untrusted");
    CHECK_STR(reason(c, FOLDER "empty.pem"), "certificate_untrusted");
    chain_cache_free(c);
}

TEST(a_failure_is_remembered_for_seconds_and_then_tried_again)
{
    struct chain_cache *c = cache_make();

    put(FOLDER "later.pem", &world.untrusted);
    for (int i = 0; i < 20; i++)
        CHECK_STR(reason(c, FOLDER "later.pem"), "certificate_untrusted");
    CHECK_INT(host_asked(&world.host, FOLDER "later.pem"), 1);
    CHECK_INT(get_within(c, FOLDER "later.pem", false, 0, NULL), ST_UNTRUSTED); /* no wait needed */
    put(FOLDER "later.pem", &world.good);
    pass(CHAIN_REFUSAL_MS - 1);
    CHECK_INT(get(c, FOLDER "later.pem"), ST_UNTRUSTED);
    pass(1);
    CHECK_INT(get_within(c, FOLDER "later.pem", false, 0, NULL), ST_WOULD_WAIT);
    CHECK_INT(get(c, FOLDER "later.pem"), ST_OK);
    CHECK_INT(host_asked(&world.host, FOLDER "later.pem"), 2);
    chain_cache_free(c);
}

TEST(a_host_that_is_too_slow_is_given_up)
{
    struct chain_cache *c = cache_make();
    struct err err = ERR_NONE;

    host_put(&world.host, FOLDER "slow.pem", 200, buf_str(&world.good), 4000);
    int64_t before = clock_mono_ms();
    CHECK_INT(get_within(c, FOLDER "slow.pem", true, 300, &err), ST_TIMEOUT);
    CHECK_STR(err.reason, "certificate_unavailable");
    /* who came with little time does not speak for others: they would fetch for themselves */
    CHECK_INT(get_within(c, FOLDER "slow.pem", false, 0, NULL), ST_WOULD_WAIT);
    CHECK(clock_mono_ms() - before < CHAIN_FETCH_MS);
    host_put(&world.host, FOLDER "drip.pem", 200, buf_str(&world.good), 0);
    host_drip(&world.host, FOLDER "drip.pem");
    before = clock_mono_ms();
    CHECK_STR(reason(c, FOLDER "drip.pem"), "certificate_unavailable");
    CHECK(clock_mono_ms() - before >= CHAIN_FETCH_MS / 2);
    CHECK(get_within(c, FOLDER "drip.pem", false, 0, NULL) != ST_WOULD_WAIT); /* remembered */
    chain_cache_free(c);
}

TEST(a_host_of_another_name_or_root_is_not_listened_to)
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
                                         .issuer = cases[i].other_root ? root2 : world.root,
                                         .signer = cases[i].other_root ? PKI_ROOT2 : PKI_ROOT,
                                         .san = cases[i].san });
        host_start(&impostor, cert, PKI_SERVER);
        host_put(&impostor, FOLDER "kept.pem", 200, buf_str(&world.good), 0);
        struct chain_cache *c = cache_make_at(impostor.address);
        CHECK_STR(reason(c, FOLDER "kept.pem"), "certificate_unavailable");
        CHECK_INT(host_asked(&impostor, FOLDER "kept.pem"), 0);
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
    enum status st = chain_cache_get(me->cache, &url, clock_mono_ms() + 10000, &chain, NULL);
    chain_unref(chain);
    return st == me->want ? data : NULL;
}

TEST(many_who_come_first_at_once_make_one_fetch)
{
    enum { CALLERS = 12 };
    const struct {
        const char *path;
        struct buf *pem;
        enum status want;
    } cases[] = { { FOLDER "rush.pem", &world.good, ST_OK },
                  { FOLDER "rush-bad.pem", &world.untrusted, ST_UNTRUSTED } };
    for (size_t i = 0; i < 2; i++) {
        struct caller caller = { cache_make(), cases[i].path, cases[i].want };
        pthread_t threads[CALLERS];
        host_put(&world.host, cases[i].path, 200, buf_str(cases[i].pem), 300);
        for (int t = 0; t < CALLERS; t++)
            CHECK_INT(pthread_create(&threads[t], NULL, call, &caller), 0);
        for (int t = 0; t < CALLERS; t++) {
            void *ok = NULL;
            CHECK_INT(pthread_join(threads[t], &ok), 0);
            CHECK(ok);
        }
        CHECK_INT(host_asked(&world.host, cases[i].path), 1);
        chain_cache_free(caller.cache);
    }
}

TEST(its_dates_are_judged_again_at_each_use)
{
    struct chain_cache *c = cache_make();
    struct buf brief = BUF_INIT(1 << 16);
    X509 *leaf = leaf_until((int)(atomic_load(&moved_ms) / 1000) + 3600);

    pki_put(&brief, leaf, world.middle, NULL);
    put(FOLDER "brief.pem", &brief);
    CHECK_INT(get(c, FOLDER "brief.pem"), ST_OK);
    pass(2 * 3600 * 1000);
    CHECK_STR(reason(c, FOLDER "brief.pem"), "certificate_expired");
    CHECK_INT(get_within(c, FOLDER "brief.pem", false, 0, NULL), ST_UNTRUSTED);
    CHECK_INT(host_asked(&world.host, FOLDER "brief.pem"), 1);
    /* its successor under the same URL is fetched in the background, before the 6 hours are over */
    put(FOLDER "brief.pem", &world.good);
    refresh(c);
    CHECK_INT(get(c, FOLDER "brief.pem"), ST_OK);
    CHECK_INT(host_asked(&world.host, FOLDER "brief.pem"), 2);
    X509_free(leaf);
    buf_free(&brief);
    chain_cache_free(c);
}

TEST(a_chain_in_use_is_fetched_anew_after_six_hours)
{
    struct chain_cache *c = cache_make();

    put(FOLDER "fresh.pem", &world.good);
    CHECK_INT(get(c, FOLDER "fresh.pem"), ST_OK);
    pass(CHAIN_FRESH_MS - 1);
    refresh(c);
    CHECK_INT(host_asked(&world.host, FOLDER "fresh.pem"), 1);
    pass(1);
    CHECK_INT(get_within(c, FOLDER "fresh.pem", false, 0, NULL), ST_OK); /* nobody waits for it */
    refresh(c);
    refresh(c);
    CHECK_INT(host_asked(&world.host, FOLDER "fresh.pem"), 2);
    /* nobody used it since: it is left alone */
    pass(CHAIN_FRESH_MS);
    refresh(c);
    CHECK_INT(host_asked(&world.host, FOLDER "fresh.pem"), 2);
    /* but for one use, which keeps it fresh again */
    CHECK_INT(get(c, FOLDER "fresh.pem"), ST_OK);
    refresh(c);
    CHECK_INT(host_asked(&world.host, FOLDER "fresh.pem"), 3);
    pass(CHAIN_KEEP_MS);
    refresh(c);
    CHECK_INT(get_within(c, FOLDER "fresh.pem", false, 0, NULL), ST_WOULD_WAIT);
    CHECK_INT(world.reports, 0);
    chain_cache_free(c);
}

TEST(when_a_refresh_fails_the_old_chain_serves_for_a_day_and_no_longer)
{
    struct chain_cache *c = cache_make();
    int64_t age = CHAIN_FRESH_MS;

    put(FOLDER "sick.pem", &world.good);
    CHECK_INT(get(c, FOLDER "sick.pem"), ST_OK);
    CHECK_INT(get(c, FOLDER "sick.pem"), ST_OK);
    pass(age);
    host_put(&world.host, FOLDER "sick.pem", 503, STR(""), 0);
    refresh(c);
    CHECK_INT(world.reports, 1);
    CHECK_STR(world.reported, "certificate_unavailable");
    refresh(c); /* not again at once */
    CHECK_INT(host_asked(&world.host, FOLDER "sick.pem"), 2);
    pass(CHAIN_RETRY_MS - 1);
    refresh(c);
    CHECK_INT(host_asked(&world.host, FOLDER "sick.pem"), 2);
    pass(1);
    age += CHAIN_RETRY_MS;
    refresh(c); /* again, but no news */
    CHECK_INT(host_asked(&world.host, FOLDER "sick.pem"), 3);
    CHECK_INT(world.reports, 1);
    CHECK_INT(get(c, FOLDER "sick.pem"), ST_OK);

    put(FOLDER "sick.pem", &world.untrusted); /* another fault is news */
    pass(CHAIN_RETRY_MS);
    age += CHAIN_RETRY_MS;
    refresh(c);
    CHECK_INT(world.reports, 2);
    CHECK_STR(world.reported, "certificate_untrusted");
    CHECK_INT(get(c, FOLDER "sick.pem"), ST_OK);

    pass(CHAIN_KEEP_MS - 1 - age);
    CHECK_INT(get(c, FOLDER "sick.pem"), ST_OK);
    pass(1);
    CHECK_STR(reason(c, FOLDER "sick.pem"), "certificate_untrusted");
    put(FOLDER "sick.pem", &world.good);
    pass(CHAIN_REFUSAL_MS);
    CHECK_INT(get(c, FOLDER "sick.pem"), ST_OK);
    chain_cache_free(c);
}

TEST(junk_urls_do_not_push_a_good_chain_out)
{
    struct chain_cache *c = cache_make();
    char path[HOST_PATH_MAX];

    put(FOLDER "kept2.pem", &world.good);
    CHECK_INT(get(c, FOLDER "kept2.pem"), ST_OK);
    for (int i = 0; i < CHAIN_REFUSALS_MAX + 20; i++) {
        snprintf(path, sizeof path, FOLDER "junk-%d.pem", i);
        CHECK_STR(reason(c, path), "certificate_unavailable");
        if (i % 8 == 7)
            pass(1000);
    }
    CHECK_INT(get_within(c, FOLDER "kept2.pem", false, 0, NULL), ST_OK);
    CHECK_INT(host_asked(&world.host, FOLDER "kept2.pem"), 1);
    chain_cache_free(c);
}

TEST(a_flood_of_unknown_urls_meets_a_budget)
{
    struct chain_cache *c = cache_make();
    char path[HOST_PATH_MAX];
    int before = host_asked(&world.host, "");

    for (int i = 0; i < 3 * CHAIN_FETCH_BURST; i++) {
        snprintf(path, sizeof path, FOLDER "flood-%d.pem", i);
        CHECK_STR(reason(c, path), "certificate_unavailable");
    }
    CHECK_INT(host_asked(&world.host, "") - before, CHAIN_FETCH_BURST);
    pass(1000);
    for (int i = 0; i < 3 * CHAIN_FETCH_PER_S; i++) {
        snprintf(path, sizeof path, FOLDER "flood-again-%d.pem", i);
        CHECK_STR(reason(c, path), "certificate_unavailable");
    }
    CHECK_INT(host_asked(&world.host, "") - before, CHAIN_FETCH_BURST + CHAIN_FETCH_PER_S);
    chain_cache_free(c);
}

TEST(of_more_good_chains_than_fit_the_least_used_goes)
{
    struct chain_cache *c = cache_make();
    char path[HOST_PATH_MAX];

    for (int i = 0; i <= CHAIN_CACHE_MAX; i++) {
        snprintf(path, sizeof path, FOLDER "many-%d.pem", i);
        put(path, &world.good);
        CHECK_INT(get(c, path), ST_OK);
        CHECK_INT(get(c, FOLDER "many-0.pem"), ST_OK);
    }
    CHECK_INT(get_within(c, FOLDER "many-0.pem", false, 0, NULL), ST_OK);
    CHECK_INT(get_within(c, FOLDER "many-1.pem", false, 0, NULL), ST_WOULD_WAIT);
    CHECK_INT(get_within(c, FOLDER "many-2.pem", false, 0, NULL), ST_OK);
    chain_cache_free(c);
}

TESTS_WITH(world_make, world_unmake, a_chain_is_fetched_once_and_then_kept,
           what_cannot_be_fetched_is_unavailable,
           what_is_fetched_but_no_good_is_refused_for_what_it_is,
           a_failure_is_remembered_for_seconds_and_then_tried_again,
           a_host_that_is_too_slow_is_given_up, a_host_of_another_name_or_root_is_not_listened_to,
           many_who_come_first_at_once_make_one_fetch, its_dates_are_judged_again_at_each_use,
           a_chain_in_use_is_fetched_anew_after_six_hours,
           when_a_refresh_fails_the_old_chain_serves_for_a_day_and_no_longer,
           junk_urls_do_not_push_a_good_chain_out, a_flood_of_unknown_urls_meets_a_budget,
           of_more_good_chains_than_fit_the_least_used_goes)
