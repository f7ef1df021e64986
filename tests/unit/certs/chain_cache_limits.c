/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/chain_cache_limits.c -- junk URLs cost little and cannot keep the real one from
 * being fetched. */
#include "certs/fetch_budget.h"
#include "tests/unit/certs/chain_cache_case.h"

enum { BAD_CLIENT = 666, CLEAN_CLIENT = 1 };

/* Request this many junk URLs, none of them twice. Returns how many were fetched. */
static int flood(struct chain_cache *c, uint64_t client, int count)
{
    static int next;
    char path[HOST_PATH_MAX];
    int before = host_requests(&fixture.host, "");

    for (int i = 0; i < count; i++) {
        struct err err = ERR_NONE;
        snprintf(path, sizeof path, FOLDER "junk-%d.pem", next++);
        CHECK(get_for(c, path, client, clock_mono_ms() + 10000, &err) != ST_OK);
        CHECK_STR(err.reason, "certificate_unavailable");
    }
    return host_requests(&fixture.host, "") - before;
}

/* ---- what is kept ---- */

static struct kept {
    struct good_urls urls;
    int syncs;
    bool down;
} kept;

static enum status sync_kept(void *data, struct good_urls *g, int64_t deadline, struct err *err)
{
    struct kept *k = data;

    (void)deadline;
    k->syncs++;
    if (k->down)
        return err_set(err, ST_UNAVAILABLE, "the store is down");
    (void)good_urls_merge(&k->urls, g);
    (void)good_urls_merge(g, &k->urls);
    return ST_OK;
}

static struct chain_cache *create_cache_with_storage(void)
{
    return create_cache_with(fixture.host.address, (struct good_urls_storage){ sync_kept, &kept });
}

static void forget_kept(void)
{
    good_urls_done(&kept.urls);
    kept = (struct kept){ .syncs = 0 };
}

TEST(junk_urls_do_not_evict_a_good_chain)
{
    struct chain_cache *c = create_cache();
    char path[HOST_PATH_MAX];

    serve(FOLDER "cached2.pem", &fixture.good);
    CHECK_INT(get(c, FOLDER "cached2.pem"), ST_OK);
    for (int i = 0; i < CHAIN_REFUSALS_MAX + 20; i++) {
        snprintf(path, sizeof path, FOLDER "junk-%d.pem", i);
        CHECK_STR(reason(c, path), "certificate_unavailable");
        if (i % 8 == 7)
            advance(1000);
    }
    CHECK_INT(get_within(c, FOLDER "cached2.pem", false, 0, NULL), ST_OK);
    CHECK_INT(host_requests(&fixture.host, FOLDER "cached2.pem"), 1);
    chain_cache_free(c);
}

TEST(fetches_of_unknown_urls_are_rate_limited)
{
    struct chain_cache *c = create_cache();

    CHECK_INT(flood(c, 0, 3 * FETCH_BUDGET_BURST), FETCH_BUDGET_BURST);
    advance(1000);
    CHECK_INT(flood(c, 0, 3 * FETCH_BUDGET_PER_S), FETCH_BUDGET_PER_S);
    /* What will be refused is refused without a worker. */
    CHECK_INT(get_within(c, FOLDER "flood.pem", false, 0, NULL), ST_UNAVAILABLE);
    chain_cache_free(c);
}

TEST(the_least_recently_used_chain_is_evicted)
{
    struct chain_cache *c = create_cache();
    char path[HOST_PATH_MAX];

    for (int i = 0; i <= CHAIN_CACHE_MAX; i++) {
        snprintf(path, sizeof path, FOLDER "many-%d.pem", i);
        serve(path, &fixture.good);
        CHECK_INT(get(c, path), ST_OK);
        CHECK_INT(get(c, FOLDER "many-0.pem"), ST_OK);
    }
    CHECK_INT(get_within(c, FOLDER "many-0.pem", false, 0, NULL), ST_OK);
    CHECK_INT(get_within(c, FOLDER "many-1.pem", false, 0, NULL), ST_WOULD_WAIT);
    CHECK_INT(get_within(c, FOLDER "many-2.pem", false, 0, NULL), ST_OK);
    chain_cache_free(c);
}

TEST(a_good_url_is_fetched_during_a_flood)
{
    struct chain_cache *c = create_cache();

    serve(FOLDER "real.pem", &fixture.good);
    CHECK_INT(get(c, FOLDER "real.pem"), ST_OK);
    advance(CHAIN_KEEP_MS);
    CHECK(flood(c, 0, 2 * FETCH_BUDGET_BURST) >= FETCH_BUDGET_BURST);
    CHECK_INT(get_within(c, FOLDER "real.pem", false, 0, NULL), ST_WOULD_WAIT);
    CHECK_INT(get(c, FOLDER "real.pem"), ST_OK);
    chain_cache_free(c);
}

TEST(good_urls_survive_a_restart)
{
    struct chain_cache *c = create_cache_with_storage();

    serve(FOLDER "real.pem", &fixture.good);
    CHECK_INT(get(c, FOLDER "real.pem"), ST_OK);
    CHECK(good_urls_has(&kept.urls, ORIGIN FOLDER "real.pem")); /* at once */
    CHECK_INT(kept.urls.count, 1);
    (void)flood(c, 0, 10);
    chain_cache_free(c);
    CHECK_INT(kept.urls.count, 1);

    c = create_cache_with_storage();
    int syncs = kept.syncs;
    CHECK(flood(c, 0, 2 * FETCH_BUDGET_BURST) >= FETCH_BUDGET_BURST);
    CHECK_INT(get(c, FOLDER "real.pem"), ST_OK);
    CHECK_INT(kept.syncs, syncs + 1); /* read once, and nothing new to save */
    chain_cache_free(c);
    forget_kept();
}

TEST(good_urls_are_read_again_when_the_store_was_down)
{
    struct chain_cache *c;

    (void)good_urls_note(&kept.urls, ORIGIN FOLDER "real.pem", 1000);
    kept.down = true;
    serve(FOLDER "real.pem", &fixture.good);
    c = create_cache_with_storage();
    CHECK(flood(c, 0, 2 * FETCH_BUDGET_BURST) >= FETCH_BUDGET_BURST);
    CHECK_INT(kept.syncs, 1); /* not for each request */
    CHECK_INT(get(c, FOLDER "real.pem"), ST_UNAVAILABLE);
    refresh(c);
    refresh(c);
    CHECK_INT(kept.syncs, 3);
    CHECK_INT(fixture.reports, 1);
    kept.down = false;
    refresh(c);
    CHECK_INT(get(c, FOLDER "real.pem"), ST_OK);
    chain_cache_free(c);
    forget_kept();
}

TEST(a_clean_client_is_served_during_a_flood_from_others)
{
    struct chain_cache *c = create_cache();

    serve(FOLDER "first.pem", &fixture.good);
    CHECK_INT(flood(c, BAD_CLIENT, 3 * FETCH_BUDGET_BURST), 1 + FETCH_BUDGET_BURST);
    CHECK_INT(get_for(c, FOLDER "first.pem", BAD_CLIENT, NO_WAIT, NULL), ST_UNAVAILABLE);
    CHECK_INT(get_for(c, FOLDER "first.pem", CLEAN_CLIENT, NO_WAIT, NULL), ST_WOULD_WAIT);
    CHECK_INT(get_for(c, FOLDER "first.pem", CLEAN_CLIENT, clock_mono_ms() + 10000, NULL), ST_OK);
    chain_cache_free(c);
}

TEST(only_what_the_client_chose_counts_against_it)
{
    static const struct {
        int status;
        bool bad;
    } cases[] = { { 404, true }, { 403, true }, { 200, true }, { 503, false }, { 302, false } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct chain_cache *c = create_cache();
        (void)flood(c, 0, 2 * FETCH_BUDGET_BURST);
        host_put(&fixture.host, FOLDER "asked.pem", cases[i].status, STR("none"), 0);
        CHECK(get_for(c, FOLDER "asked.pem", CLEAN_CLIENT, clock_mono_ms() + 10000, NULL) != ST_OK);
        CHECK_ROW(i, get_for(c, FOLDER "next.pem", CLEAN_CLIENT, NO_WAIT, NULL) ==
                         (cases[i].bad ? ST_UNAVAILABLE : ST_WOULD_WAIT));
        chain_cache_free(c);
    }
    struct chain_cache *c = create_cache();
    (void)flood(c, 0, 2 * FETCH_BUDGET_BURST);
    chain_cache_blame(c, CLEAN_CLIENT);
    CHECK_INT(get_for(c, FOLDER "next.pem", CLEAN_CLIENT, NO_WAIT, NULL), ST_UNAVAILABLE);
    chain_cache_free(c);
}

TESTS_WITH(chain_cache_set_up, chain_cache_tear_down, junk_urls_do_not_evict_a_good_chain,
           fetches_of_unknown_urls_are_rate_limited, the_least_recently_used_chain_is_evicted,
           a_good_url_is_fetched_during_a_flood, good_urls_survive_a_restart,
           good_urls_are_read_again_when_the_store_was_down,
           a_clean_client_is_served_during_a_flood_from_others,
           only_what_the_client_chose_counts_against_it)
