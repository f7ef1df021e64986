/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/verify.c -- headers and body: what is refused, with which reason, at what
 * cost. */
#include "tests/unit/certs/verify_case.h"

TEST(a_body_signed_with_alexas_key_is_accepted)
{
    struct verify *v = create_verifier(default_settings());
    struct verify_headers h = good_headers();
    struct err err = ERR_NONE;

    CHECK_INT(verify_request(v, &h, signed_body, false, &err), ST_WOULD_WAIT);
    CHECK_INT(err.status, ST_OK);
    CHECK_INT(verify_request(v, &h, signed_body, true, &err), ST_OK);
    CHECK_INT(verify_request(v, &h, signed_body, false, &err), ST_OK);
    /* Alexa sends both signatures. */
    h.signature = STR("AAAA");
    CHECK_INT(verify_request(v, &h, signed_body, true, &err), ST_OK);
    verify_free(v);
}

TEST(bad_headers_are_refused_without_a_fetch)
{
    static const struct str good_url = { CHAIN_URL, sizeof CHAIN_URL - 1 };
    const struct str good = buf_str(&fixture.signature);

    const struct {
        struct verify_headers headers;
        const char *want;
    } cases[] = {
        { { STR_NONE, STR_NONE, STR_NONE, false }, "signature_missing" },
        { { good_url, STR_NONE, STR_NONE, false }, "signature_missing" },
        { { good_url, STR(""), STR_NONE, false }, "signature_missing" },
        { { good_url, STR_NONE, good, false }, "signature_missing" },
        { { STR_NONE, good, STR_NONE, false }, "certificate_url_invalid" },
        { { STR(""), good, STR_NONE, false }, "certificate_url_invalid" },
        { { STR("https://s3.amazonaws.com/x"), good, STR_NONE, false }, "certificate_url_invalid" },
        { { good_url, STR("no base64!"), STR_NONE, false }, "signature_invalid" },
        { { good_url, good, STR_NONE, true }, "header_repeated" },
    };
    struct verify_settings settings = default_settings();
    settings.connect_to = "127.0.0.1:1";
    struct verify *v = create_verifier(settings);
    int requests = host_requests(&fixture.host, "/echo.api/chain.pem");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = ERR_NONE;
        CHECK_ROW(i, verify_request(v, &cases[i].headers, signed_body, true, &err) == ST_DENIED);
        CHECK_STR(err.reason, cases[i].want);
        CHECK_ROW(i, verify_request(v, &cases[i].headers, signed_body, false, NULL) == ST_DENIED);
    }
    CHECK_INT(host_requests(&fixture.host, "/echo.api/chain.pem"), requests);
    verify_free(v);
}

TEST(a_wrong_signature_is_refused_without_another_fetch)
{
    struct verify *v = create_verifier(default_settings());
    struct verify_headers h = good_headers();
    struct err err;

    CHECK_INT(verify_request(v, &h, signed_body, true, &err), ST_OK);
    int requests = host_requests(&fixture.host, "/echo.api/chain.pem");
    for (int i = 0; i < 5; i++) {
        CHECK_INT(verify_request(v, &h, STR("{\"request\":{} }"), true, &err), ST_UNTRUSTED);
        CHECK_STR(err.reason, "signature_invalid");
    }
    CHECK_INT(verify_request(v, &h, signed_body, false, NULL), ST_OK);
    CHECK_INT(host_requests(&fixture.host, "/echo.api/chain.pem"), requests);
    verify_free(v);
}

TEST(the_normalized_url_is_fetched_and_cached)
{
    struct verify *v = create_verifier(default_settings());
    struct verify_headers h = good_headers();
    struct err err;
    int requests = host_requests(&fixture.host, "/echo.api/chain.pem");

    h.cert_url = STR("HTTPS://S3.AMAZONAWS.COM:443//x/../echo.api/./chain.pem");
    CHECK_INT(verify_request(v, &h, signed_body, true, &err), ST_OK);
    h.cert_url = STR(CHAIN_URL);
    CHECK_INT(verify_request(v, &h, signed_body, false, NULL), ST_OK); /* served from the cache */
    CHECK_INT(host_requests(&fixture.host, "/echo.api/chain.pem"), requests + 1);
    verify_free(v);
}

TEST(unavailable_and_untrusted_chains_have_different_reasons)
{
    struct verify *v = create_verifier(default_settings());
    struct verify_headers h = good_headers();
    struct err err;

    h.cert_url = STR("https://s3.amazonaws.com/echo.api/absent.pem");
    CHECK_INT(verify_request(v, &h, signed_body, true, &err), ST_DENIED);
    CHECK_STR(err.reason, "certificate_unavailable");
    host_put(&fixture.host, "/echo.api/garbage.pem", 200, STR("x"), 0);
    h.cert_url = STR("https://s3.amazonaws.com/echo.api/garbage.pem");
    CHECK_INT(verify_request(v, &h, signed_body, true, &err), ST_UNTRUSTED);
    CHECK_STR(err.reason, "certificate_untrusted");
    verify_free(v);
}

TEST(everything_passes_when_verification_is_off)
{
    struct verify_settings settings = default_settings();

    settings.on = false;
    settings.trust_anchors = "/nowhere/at/all.pem";
    struct verify *v = create_verifier(settings);
    struct verify_headers h = { .repeated = true };
    struct verify_claims claims = { .request_id = STR("x") };
    CHECK_INT(verify_request(v, &h, signed_body, false, NULL), ST_OK);
    for (int i = 0; i < 2; i++) {
        CHECK_STR(outcome_of(v, claims), "new");
        commit_id(v, "x");
    }
    verify_refresh(v, 0);
    verify_free(v);
}

TEST(bad_settings_fail_at_creation)
{
    struct verify_settings settings = default_settings();
    struct verify *v = NULL;
    struct err err = ERR_NONE;

    settings.trust_anchors = "/nowhere/at/all.pem";
    CHECK_INT(verify_create(&settings, fixture.http, fixture.metrics, &v, &err), ST_INVALID);
    CHECK(strstr(err.text, "/nowhere/at/all.pem"));
    settings = default_settings();
    settings.tolerance_s = 151;
    CHECK_INT(verify_create(&settings, fixture.http, fixture.metrics, &v, NULL), ST_INVALID);
    settings.tolerance_s = 0;
    CHECK_INT(verify_create(&settings, fixture.http, fixture.metrics, &v, NULL), ST_INVALID);
    CHECK(!v);
}

TEST(refusals_fetches_and_ids_are_counted)
{
    struct metrics *saved = fixture.metrics;
    struct buf text = BUF_INIT(1 << 20);
    struct err err;

    fixture.metrics = metrics_create();
    struct verify *v = create_verifier(default_settings());
    struct verify_headers h = good_headers();
    CHECK_INT(verify_request(v, &h, signed_body, true, &err), ST_OK);
    CHECK_INT(verify_request(v, &h, STR("x"), true, &err), ST_UNTRUSTED);
    CHECK_STR(outcome_at(v, 0, "c1", "LaunchRequest"), "new");
    CHECK_STR(outcome_at(v, 0, "c1", "LaunchRequest"), "replayed");
    CHECK_STR(outcome_at(v, 0, "c2", "LaunchRequest"), "new");
    verify_refresh(v, clock_mono_ms() + 1000);
    metrics_write(fixture.metrics, &text);
    static const char *const lines[] = {
        "climacast_verify_refused_total{reason=\"signature_invalid\"} 1\n",
        "climacast_verify_refused_total{reason=\"replayed\"} 1\n",
        "climacast_chain_fetches_total{outcome=\"ok\"} 1\n",
        "climacast_replay_ids 2\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (!strstr(buf_z(&text), lines[i]))
            fail_msg("no \"%s\" in:\n%s", lines[i], buf_z(&text));
    verify_free(v);
    metrics_free(fixture.metrics);
    fixture.metrics = saved;
    buf_free(&text);
}

/* ---- many threads ---- */

enum { THREADS = 4, ROUNDS = 100 };

struct caller {
    struct verify *verify;
    int number;
    bool ok;
};

static void *call(void *data)
{
    struct caller *me = data;
    struct verify_headers h = good_headers();
    char text[32], id[32];

    for (int i = 0; i < ROUNDS && me->ok; i++) {
        struct verify_claims claims = { .application_id = STR(SKILL) };
        enum verify_outcome outcome;
        struct verify_claim claim;
        time_format_rfc3339(clock_wall_s(), text);
        snprintf(id, sizeof id, "%d.%d", me->number, i);
        claims.timestamp = str_of(text);
        claims.request_id = str_of(id);
        me->ok = verify_request(me->verify, &h, signed_body, true, NULL) == ST_OK &&
                 verify_request(me->verify, &h, STR("x"), true, NULL) == ST_UNTRUSTED &&
                 verify_envelope(me->verify, &claims, NO_WAIT, &outcome, &claim, NULL) == ST_OK &&
                 outcome == VERIFY_NEW;
        if (i % 2 == 0)
            verify_commit(me->verify, &claim, NO_WAIT);
        else
            verify_release(me->verify, &claim, NO_WAIT);
    }
    return NULL;
}

TEST(threads_may_verify_concurrently)
{
    struct verify *v = create_verifier(default_settings());
    struct caller callers[THREADS];
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){ v, i, true };
        CHECK_INT(pthread_create(&threads[i], NULL, call, &callers[i]), 0);
    }
    for (int i = 0; i < 10; i++)
        verify_refresh(v, clock_mono_ms() + 100);
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(pthread_join(threads[i], NULL), 0);
        CHECK(callers[i].ok);
    }
    verify_free(v);
}

TESTS_WITH(verify_case_set_up, verify_case_tear_down, a_body_signed_with_alexas_key_is_accepted,
           bad_headers_are_refused_without_a_fetch,
           a_wrong_signature_is_refused_without_another_fetch,
           the_normalized_url_is_fetched_and_cached,
           unavailable_and_untrusted_chains_have_different_reasons,
           everything_passes_when_verification_is_off, bad_settings_fail_at_creation,
           refusals_fetches_and_ids_are_counted, threads_may_verify_concurrently)
