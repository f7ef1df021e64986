/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/verify.c -- the whole judgement, from headers and bytes to time, skill id and
 * replay. */
#include "certs/verify.h"

#include "server/base/civil.h"
#include "tests/test.h"
#include "tests/unit/certs/host.h"

#define SKILL "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"
#define URL "https://s3.amazonaws.com/echo.api/chain.pem"

static const struct str body = { "{\"request\":{}}", 14 };

static struct {
    struct pki_folder folder;
    X509 *root, *middle, *leaf;
    struct host host;
    struct http *http;
    struct metrics *metrics;
    struct buf signature; /* good, over body */
    char anchors[300];
} world;

static int world_make(void **state)
{
    struct buf pem = BUF_INIT(1 << 16);

    (void)state;
    world.folder = pki_folder_make();
    world.root = pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT, .basic = PKI_CA });
    world.middle = pki_issue((struct pki_spec){ .name = "Middle",
                                                .key = PKI_MIDDLE,
                                                .issuer = world.root,
                                                .signer = PKI_ROOT,
                                                .basic = PKI_CA });
    world.leaf = pki_issue((struct pki_spec){ .name = "leaf",
                                              .key = PKI_LEAF,
                                              .issuer = world.middle,
                                              .signer = PKI_MIDDLE,
                                              .san = PKI_ALEXA });
    X509 *server = pki_issue((struct pki_spec){ .name = "host",
                                                .key = PKI_SERVER,
                                                .issuer = world.root,
                                                .signer = PKI_ROOT,
                                                .san = "DNS:s3.amazonaws.com" });
    host_start(&world.host, server, PKI_SERVER);
    X509_free(server);
    world.http = host_client(&world.folder, world.root);
    world.metrics = metrics_create();
    pki_path(&world.folder, "tls-root.pem", world.anchors);
    pki_put(&pem, world.leaf, world.middle, NULL);
    host_put(&world.host, "/echo.api/chain.pem", 200, buf_str(&pem), 0);
    buf_free(&pem);
    world.signature = BUF_INIT(4096);
    pki_sign(PKI_LEAF, "SHA256", body, &world.signature);
    return 0;
}

static int world_unmake(void **state)
{
    static const char *const names[] = { "tls-root.pem", NULL };

    (void)state;
    http_free(world.http);
    host_stop(&world.host);
    metrics_free(world.metrics);
    buf_free(&world.signature);
    X509_free(world.root);
    X509_free(world.middle);
    X509_free(world.leaf);
    pki_folder_remove(&world.folder, names);
    return 0;
}

static struct verify_settings usual(void)
{
    static const char *const skills[] = { "amzn1.ask.skill.other", SKILL, NULL };

    return (struct verify_settings){ .on = true,
                                     .skill_ids = skills,
                                     .tolerance_s = 150,
                                     .trust_anchors = world.anchors,
                                     .connect_to = world.host.address,
                                     .reject_replays = true };
}

static struct verify *make(struct verify_settings settings)
{
    struct verify *v = NULL;
    struct err err = ERR_NONE;

    if (verify_create(&settings, world.http, world.metrics, &v, &err) != ST_OK)
        fail_msg("%s", err.text);
    return v;
}

static struct verify_headers good_headers(void)
{
    return (struct verify_headers){ .cert_url = STR(URL),
                                    .signature256 = buf_str(&world.signature) };
}

static enum status bytes(struct verify *v, const struct verify_headers *h, struct str what,
                         struct err *err)
{
    *err = ERR_NONE;
    return verify_bytes(v, h, what, true, clock_mono_ms() + 10000, err);
}

TEST(a_body_signed_by_alexas_key_is_taken)
{
    struct verify *v = make(usual());
    struct verify_headers h = good_headers();
    struct err err = ERR_NONE;

    CHECK_INT(verify_headers_check(v, &h, &err), ST_OK);
    CHECK_INT(verify_bytes(v, &h, body, false, 0, &err), ST_WOULD_WAIT);
    CHECK_INT(err.status, ST_OK);
    CHECK_INT(bytes(v, &h, body, &err), ST_OK);
    CHECK_INT(verify_bytes(v, &h, body, false, 0, &err), ST_OK);
    /* both signatures, as Alexa sends them */
    h.signature = STR("AAAA");
    CHECK_INT(bytes(v, &h, body, &err), ST_OK);
    verify_free(v);
}

TEST(headers_are_judged_before_any_network)
{
    static const struct str good_url = { URL, sizeof URL - 1 };
    const struct str good = buf_str(&world.signature);

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
    struct verify_settings settings = usual();
    settings.connect_to = "127.0.0.1:1";
    struct verify *v = make(settings);
    int asked = host_asked(&world.host, "/echo.api/chain.pem");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = ERR_NONE;
        CHECK_ROW(i, verify_headers_check(v, &cases[i].headers, &err) == ST_DENIED);
        CHECK_STR(err.reason, cases[i].want);
        CHECK_ROW(i, bytes(v, &cases[i].headers, body, &err) == ST_DENIED);
        CHECK_STR(err.reason, cases[i].want);
        CHECK_ROW(i, verify_bytes(v, &cases[i].headers, body, false, 0, NULL) == ST_DENIED);
    }
    CHECK_INT(host_asked(&world.host, "/echo.api/chain.pem"), asked);
    verify_free(v);
}

TEST(a_signature_of_other_bytes_is_refused_and_costs_no_fetch)
{
    struct verify *v = make(usual());
    struct verify_headers h = good_headers();
    struct err err;

    CHECK_INT(bytes(v, &h, body, &err), ST_OK);
    int asked = host_asked(&world.host, "/echo.api/chain.pem");
    for (int i = 0; i < 5; i++) {
        CHECK_INT(bytes(v, &h, STR("{\"request\":{} }"), &err), ST_UNTRUSTED);
        CHECK_STR(err.reason, "signature_invalid");
    }
    CHECK_INT(verify_bytes(v, &h, body, false, 0, NULL), ST_OK);
    CHECK_INT(host_asked(&world.host, "/echo.api/chain.pem"), asked);
    verify_free(v);
}

TEST(the_url_is_fetched_as_it_was_judged)
{
    struct verify *v = make(usual());
    struct verify_headers h = good_headers();
    struct err err;
    int asked = host_asked(&world.host, "/echo.api/chain.pem");

    h.cert_url = STR("HTTPS://S3.AMAZONAWS.COM:443//x/../echo.api/./chain.pem");
    CHECK_INT(bytes(v, &h, body, &err), ST_OK);
    h.cert_url = STR(URL);
    CHECK_INT(verify_bytes(v, &h, body, false, 0, NULL), ST_OK); /* one chain, one key */
    CHECK_INT(host_asked(&world.host, "/echo.api/chain.pem"), asked + 1);
    verify_free(v);
}

TEST(a_chain_that_cannot_be_fetched_or_believed_is_refused_by_its_word)
{
    struct verify *v = make(usual());
    struct verify_headers h = good_headers();
    struct err err;

    h.cert_url = STR("https://s3.amazonaws.com/echo.api/absent.pem");
    CHECK_INT(bytes(v, &h, body, &err), ST_UNAVAILABLE);
    CHECK_STR(err.reason, "certificate_unavailable");
    host_put(&world.host, "/echo.api/garbage.pem", 200, STR("x"), 0);
    h.cert_url = STR("https://s3.amazonaws.com/echo.api/garbage.pem");
    CHECK_INT(bytes(v, &h, body, &err), ST_UNTRUSTED);
    CHECK_STR(err.reason, "certificate_untrusted");
    verify_free(v);
}

/* ---- the envelope ---- */

static struct verify_facts facts_at(int64_t offset_s, const char *id, const char *type)
{
    static char text[32];

    time_format_rfc3339(clock_wall_s() + offset_s, text);
    return (struct verify_facts){ .timestamp = str_of(text),
                                  .application_id = STR(SKILL),
                                  .request_id = str_of(id),
                                  .request_type = str_of(type) };
}

/* "new", "repeated", or the reason of the refusal. */
static const char *outcome_of(struct verify *v, struct verify_facts facts)
{
    static struct err err;
    enum verify_outcome outcome;

    err = ERR_NONE;
    if (verify_envelope(v, &facts, &outcome, &err) != ST_OK)
        return err.reason;
    return outcome == VERIFY_NEW ? "new" : "repeated";
}

static const char *outcome_at(struct verify *v, int64_t offset_s, const char *id, const char *type)
{
    return outcome_of(v, facts_at(offset_s, id, type));
}

TEST(a_request_is_taken_within_the_tolerance_in_both_directions)
{
    static const struct {
        int64_t offset_s;
        const char *type, *want;
    } cases[] = {
        { 0, "IntentRequest", "new" },
        { -140, "IntentRequest", "new" },
        { 140, "IntentRequest", "new" },
        { -151, "IntentRequest", "timestamp_stale" },
        { 160, "IntentRequest", "timestamp_stale" },
        { -3590, "IntentRequest", "timestamp_stale" },
        { -3590, "AlexaSkillEvent.SkillEnabled", "new" },
        { -3590, "AlexaSkillEvent.SkillDisabled", "new" },
        { -3590, "AlexaSkillEvent.SkillPermissionChanged", "new" },
        { -3590, "AlexaSkillEvent.SkillPermissionAccepted", "new" },
        { -3590, "AlexaSkillEvent.SkillAccountLinked", "new" },
        { -3601, "AlexaSkillEvent.SkillEnabled", "timestamp_stale" },
        { 160, "AlexaSkillEvent.SkillEnabled", "timestamp_stale" },
        { -200, "AlexaSkillEvent.SomethingElse", "timestamp_stale" },
        { -200, "AlexaSkillEvent.SkillEnabledX", "timestamp_stale" },
        { -200, "alexaskillevent.skillenabled", "timestamp_stale" },
        { -200, "AlexaSkillEvent.", "timestamp_stale" },
    };
    struct verify *v = make(usual());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char id[20];
        snprintf(id, sizeof id, "t%zu", i);
        if (strcmp(outcome_at(v, cases[i].offset_s, id, cases[i].type), cases[i].want) != 0)
            fail_msg("row %zu: %s at %lld is not %s", i, cases[i].type,
                     (long long)cases[i].offset_s, cases[i].want);
    }
    verify_free(v);

    struct verify_settings settings = usual();
    settings.tolerance_s = 10;
    v = make(settings);
    CHECK_STR(outcome_at(v, -5, "a", "LaunchRequest"), "new");
    CHECK_STR(outcome_at(v, -20, "b", "LaunchRequest"), "timestamp_stale");
    verify_free(v);
}

TEST(a_timestamp_that_cannot_be_read_is_stale)
{
    static const char *const cases[] = { "",           "now",
                                         "1700000000", "2026-13-40T00:00:00Z",
                                         "2026-01-01", "0000-00-00T00:00:00Z" };
    struct verify *v = make(usual());

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct verify_facts facts = facts_at(0, "x", "LaunchRequest");
        facts.timestamp = str_of(cases[i]);
        CHECK_STR(outcome_of(v, facts), "timestamp_stale");
    }
    struct verify_facts facts = facts_at(0, "x", "LaunchRequest");
    facts.timestamp = STR_NONE;
    CHECK_STR(outcome_of(v, facts), "timestamp_stale");

    /* fractions and offsets are good */
    char local[64];
    struct civil c = civil_of(zone_utc(), clock_wall_s() - 5 * 3600);
    snprintf(local, sizeof local, "%04d-%02d-%02dT%02d:%02d:%02d.123456-05:00", c.year, c.month,
             c.day, c.hour, c.minute, c.second);
    facts.timestamp = str_of(local);
    CHECK_STR(outcome_of(v, facts), "new");
    verify_free(v);
}

TEST(only_the_skills_named_may_call)
{
    static const char *const cases[] = { "", "amzn1.ask.skill.foreign", SKILL "x",
                                         "AMZN1.ASK.SKILL.OTHER", "amzn1.ask.skill" };
    struct verify *v = make(usual());
    struct verify_facts facts = facts_at(0, "x", "LaunchRequest");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        facts.application_id = str_of(cases[i]);
        CHECK_STR(outcome_of(v, facts), "skill_id_unknown");
    }
    facts.application_id = STR("amzn1.ask.skill.other");
    CHECK_STR(outcome_of(v, facts), "new");
    verify_free(v);

    static const char *const with_empty[] = { "", NULL };
    struct verify_settings settings = usual();
    settings.skill_ids = with_empty;
    v = make(settings);
    facts.application_id = STR("");
    CHECK_STR(outcome_of(v, facts), "skill_id_unknown");
    verify_free(v);
}

TEST(a_served_request_is_not_served_again_but_a_refused_one_burns_no_id)
{
    struct verify *v = make(usual());
    struct verify_facts facts = facts_at(0, "r1", "IntentRequest");

    facts.application_id = STR("amzn1.ask.skill.foreign");
    CHECK_STR(outcome_of(v, facts), "skill_id_unknown");
    CHECK_STR(outcome_at(v, -1000, "r1", "IntentRequest"), "timestamp_stale");

    CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "new");
    CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "replayed"); /* while it is being served */
    verify_dropped(v, STR("r1"));
    CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "new");
    verify_served(v, STR("r1"));
    CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "replayed");
    CHECK_STR(outcome_at(v, -140, "r1", "IntentRequest"), "replayed"); /* under another time */
    CHECK_STR(outcome_at(v, 0, "R1", "IntentRequest"), "new");
    CHECK_STR(outcome_at(v, 0, "", "IntentRequest"), "envelope_invalid");
    verify_free(v);
}

TEST(a_served_event_delivered_again_is_quietly_known)
{
    struct verify *v = make(usual());

    CHECK_STR(outcome_at(v, -3000, "e1", "AlexaSkillEvent.SkillDisabled"), "new");
    /* not yet done: come again */
    CHECK_STR(outcome_at(v, -3000, "e1", "AlexaSkillEvent.SkillDisabled"), "overloaded");
    verify_served(v, STR("e1"));
    CHECK_STR(outcome_at(v, -3000, "e1", "AlexaSkillEvent.SkillDisabled"), "repeated");
    CHECK_STR(outcome_at(v, -3000, "e1", "AlexaSkillEvent.SkillDisabled"), "repeated");
    CHECK_STR(outcome_at(v, -3601, "e1", "AlexaSkillEvent.SkillDisabled"), "timestamp_stale");
    verify_free(v);
}

TEST(replays_are_let_through_only_where_the_owner_said_so)
{
    struct verify_settings settings = usual();

    settings.reject_replays = false;
    struct verify *v = make(settings);
    for (int i = 0; i < 3; i++) {
        CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "new");
        verify_served(v, STR("r1"));
    }
    CHECK_STR(outcome_at(v, -151, "r1", "IntentRequest"), "timestamp_stale");
    verify_free(v);
}

TEST(switched_off_everything_passes)
{
    struct verify_settings settings = usual();

    settings.on = false;
    settings.trust_anchors = "/nowhere/at/all.pem";
    struct verify *v = make(settings);
    struct verify_headers h = { .repeated = true };
    struct verify_facts facts = { .request_id = STR("x") };
    CHECK_INT(verify_headers_check(v, &h, NULL), ST_OK);
    CHECK_INT(verify_bytes(v, &h, body, false, 0, NULL), ST_OK);
    for (int i = 0; i < 2; i++) {
        CHECK_STR(outcome_of(v, facts), "new");
        verify_served(v, STR("x"));
    }
    verify_refresh(v, 0);
    verify_free(v);
}

TEST(settings_that_cannot_work_are_refused_at_the_start)
{
    struct verify_settings settings = usual();
    struct verify *v = NULL;
    struct err err = ERR_NONE;

    settings.trust_anchors = "/nowhere/at/all.pem";
    CHECK_INT(verify_create(&settings, world.http, world.metrics, &v, &err), ST_INVALID);
    CHECK(strstr(err.text, "/nowhere/at/all.pem"));
    settings = usual();
    settings.tolerance_s = 151;
    CHECK_INT(verify_create(&settings, world.http, world.metrics, &v, NULL), ST_INVALID);
    settings.tolerance_s = 0;
    CHECK_INT(verify_create(&settings, world.http, world.metrics, &v, NULL), ST_INVALID);
    CHECK(!v);
}

TEST(refusals_fetches_and_ids_are_counted)
{
    struct metrics *saved = world.metrics;
    struct buf text = BUF_INIT(1 << 20);
    struct err err;

    world.metrics = metrics_create();
    struct verify *v = make(usual());
    struct verify_headers h = good_headers();
    CHECK_INT(bytes(v, &h, body, &err), ST_OK);
    CHECK_INT(bytes(v, &h, STR("x"), &err), ST_UNTRUSTED);
    CHECK_STR(outcome_at(v, 0, "c1", "LaunchRequest"), "new");
    CHECK_STR(outcome_at(v, 0, "c1", "LaunchRequest"), "replayed");
    CHECK_STR(outcome_at(v, 0, "c2", "LaunchRequest"), "new");
    verify_refresh(v, clock_mono_ms() + 1000);
    metrics_write(world.metrics, &text);
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
    metrics_free(world.metrics);
    world.metrics = saved;
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
        struct verify_facts facts = { .application_id = STR(SKILL) };
        enum verify_outcome outcome;
        time_format_rfc3339(clock_wall_s(), text);
        snprintf(id, sizeof id, "%d.%d", me->number, i);
        facts.timestamp = str_of(text);
        facts.request_id = str_of(id);
        me->ok = verify_bytes(me->verify, &h, body, true, clock_mono_ms() + 10000, NULL) == ST_OK &&
                 verify_bytes(me->verify, &h, STR("x"), true, clock_mono_ms() + 10000, NULL) ==
                     ST_UNTRUSTED &&
                 verify_envelope(me->verify, &facts, &outcome, NULL) == ST_OK &&
                 outcome == VERIFY_NEW;
        if (i % 2 == 0)
            verify_served(me->verify, facts.request_id);
        else
            verify_dropped(me->verify, facts.request_id);
    }
    return NULL;
}

TEST(many_threads_may_verify_at_once)
{
    struct verify *v = make(usual());
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

TESTS_WITH(world_make, world_unmake, a_body_signed_by_alexas_key_is_taken,
           headers_are_judged_before_any_network,
           a_signature_of_other_bytes_is_refused_and_costs_no_fetch,
           the_url_is_fetched_as_it_was_judged,
           a_chain_that_cannot_be_fetched_or_believed_is_refused_by_its_word,
           a_request_is_taken_within_the_tolerance_in_both_directions,
           a_timestamp_that_cannot_be_read_is_stale, only_the_skills_named_may_call,
           a_served_request_is_not_served_again_but_a_refused_one_burns_no_id,
           a_served_event_delivered_again_is_quietly_known,
           replays_are_let_through_only_where_the_owner_said_so, switched_off_everything_passes,
           settings_that_cannot_work_are_refused_at_the_start, refusals_fetches_and_ids_are_counted,
           many_threads_may_verify_at_once)
