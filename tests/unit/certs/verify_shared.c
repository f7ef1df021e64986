/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/verify_shared.c -- two daemons that share their request ids. */
#include "tests/unit/certs/verify_case.h"

#define EVENT "AlexaSkillEvent.SkillDisabled"

/* The shared ids: a table for a handful of them. */
static struct shared {
    struct {
        char id[20];
        bool served;
        int64_t life_s;
    } ids[8];
    bool down, failing; /* failing: it looks up, but calls fail */
    int claims;
} shared;

static bool shared_is_up(void *data)
{
    return !((struct shared *)data)->down;
}

static int find_shared(struct str id)
{
    for (int i = 0; i < 8; i++)
        if (shared.ids[i].id[0] && str_eqz(id, shared.ids[i].id))
            return i;
    return -1;
}

static enum status claim_shared_id(void *data, struct str id, int64_t life_s, int64_t deadline,
                                   bool *ret_served)
{
    int at = find_shared(id);

    (void)data;
    CHECK(deadline_may_wait(deadline));
    shared.claims++;
    if (shared.failing)
        return ST_TIMEOUT;
    if (at >= 0) {
        *ret_served = shared.ids[at].served;
        return ST_CONFLICT;
    }
    for (at = 0; shared.ids[at].id[0]; at++)
        CHECK(at < 7);
    snprintf(shared.ids[at].id, sizeof shared.ids[at].id, "%.*s", STR_ARG(id));
    shared.ids[at].served = false;
    shared.ids[at].life_s = life_s;
    return ST_OK;
}

static void commit_shared_id(void *data, struct str id, int64_t life_s, int64_t deadline)
{
    int at = find_shared(id);

    (void)data;
    CHECK(deadline_may_wait(deadline));
    CHECK(at >= 0);
    shared.ids[at].served = true;
    shared.ids[at].life_s = life_s;
}

static void release_shared_id(void *data, struct str id, int64_t deadline)
{
    int at = find_shared(id);

    (void)data;
    CHECK(deadline_may_wait(deadline));
    CHECK(at >= 0);
    shared.ids[at].id[0] = '\0';
}

static struct verify *create_daemon(void)
{
    struct verify_settings settings = default_settings();

    settings.shared_ids =
        (struct verify_shared_ids){ shared_is_up, claim_shared_id, commit_shared_id,
                                    release_shared_id, &shared };
    return create_verifier(settings);
}

static struct {
    struct verify *a, *b;
} daemons;

static int start(void **state)
{
    CHECK_INT(verify_case_set_up(state), 0);
    shared = (struct shared){ .claims = 0 };
    daemons.a = create_daemon();
    daemons.b = create_daemon();
    return 0;
}

static int tear_down(void **state)
{
    verify_free(daemons.a);
    verify_free(daemons.b);
    return verify_case_tear_down(state);
}

/* On a worker, which may wait. */
static const char *ask(struct verify *v, const char *id, const char *type)
{
    return outcome_by(v, claims_at(0, id, type), clock_mono_ms() + 1000);
}

static void commit(struct verify *v)
{
    verify_commit(v, &last_claim, clock_mono_ms() + 1000);
}

static void release(struct verify *v)
{
    verify_release(v, &last_claim, clock_mono_ms() + 1000);
}

TEST(an_id_served_by_one_daemon_is_refused_by_the_other)
{
    CHECK_STR(ask(daemons.a, "r1", "IntentRequest"), "new");
    CHECK_STR(ask(daemons.b, "r1", "IntentRequest"), "replayed"); /* in flight */
    commit(daemons.a);
    CHECK_STR(ask(daemons.a, "r1", "IntentRequest"), "replayed");
    CHECK_STR(ask(daemons.b, "r1", "IntentRequest"), "replayed");
    CHECK_INT(shared.claims, 2); /* from then on both know by themselves */
    CHECK_STR(ask(daemons.b, "r2", "IntentRequest"), "new");
    CHECK(shared.ids[0].life_s > 150);
}

TEST(a_thread_that_may_not_wait_leaves_new_ids_to_one_that_may)
{
    struct verify_claims claims = claims_at(0, "r1", "IntentRequest");

    CHECK_STR(outcome_by(daemons.a, claims, NO_WAIT), "would wait");
    CHECK_STR(outcome_by(daemons.a, claims, NO_WAIT), "would wait"); /* nothing has changed */
    CHECK_INT(shared.claims, 0);
    CHECK_STR(ask(daemons.a, "r1", "IntentRequest"), "new");
    commit(daemons.a);
    CHECK_STR(outcome_by(daemons.a, claims, NO_WAIT), "replayed"); /* known here */
}

TEST(a_released_id_is_free_for_every_daemon)
{
    CHECK_STR(ask(daemons.a, "r1", "IntentRequest"), "new");
    release(daemons.a);
    CHECK_STR(ask(daemons.b, "r1", "IntentRequest"), "new");
    commit(daemons.b);
    CHECK_STR(ask(daemons.a, "r1", "IntentRequest"), "replayed");
}

TEST(a_redelivered_event_is_repeated_by_any_daemon_once_it_was_served)
{
    CHECK_STR(ask(daemons.a, "e1", EVENT), "new");
    CHECK(shared.ids[0].life_s < 60); /* if this daemon is killed now, another one may serve it */
    struct verify_claim claim = last_claim;
    CHECK_STR(ask(daemons.b, "e1", EVENT), "overloaded");
    verify_commit(daemons.a, &claim, clock_mono_ms() + 1000);
    CHECK(shared.ids[0].life_s > 3600);
    CHECK_STR(ask(daemons.b, "e1", EVENT), "repeated");
    CHECK_STR(outcome_by(daemons.b, claims_at(0, "e1", EVENT), NO_WAIT), "repeated");
    CHECK_STR(ask(daemons.a, "e1", EVENT), "repeated");
}

TEST(without_the_shared_ids_each_daemon_goes_by_its_own)
{
    shared.down = true;
    CHECK_STR(outcome_by(daemons.a, claims_at(0, "r1", "IntentRequest"), NO_WAIT), "new");
    commit(daemons.a);
    CHECK_STR(ask(daemons.a, "r1", "IntentRequest"), "replayed");
    CHECK_STR(ask(daemons.b, "r1", "IntentRequest"), "new");
    CHECK_INT(shared.claims, 0);
    commit(daemons.b);

    shared.down = false;
    shared.failing = true;
    CHECK_STR(ask(daemons.a, "r2", "IntentRequest"), "new");
    commit(daemons.a);
    CHECK_STR(ask(daemons.a, "r2", "IntentRequest"), "replayed");
    CHECK_STR(ask(daemons.a, "r3", "IntentRequest"), "new");
    release(daemons.a);
    CHECK_STR(ask(daemons.a, "r3", "IntentRequest"), "new");
}

TEST(a_request_refused_for_another_reason_claims_nothing)
{
    struct verify_claims claims = claims_at(0, "r1", "IntentRequest");

    claims.application_id = STR("amzn1.ask.skill.foreign");
    CHECK_STR(outcome_by(daemons.a, claims, clock_mono_ms() + 1000), "skill_id_unknown");
    CHECK_INT(shared.claims, 0);
}

TEST(verified_requests_from_a_bad_client_are_served)
{
    struct verify_headers h = good_headers();
    struct verify_signature signature;

    CHECK_INT(verify_headers_check(daemons.a, &h, &signature, NULL), ST_OK);
    for (int i = 0; i < 3; i++) {
        int64_t deadline = clock_mono_ms() + 10000;
        CHECK_INT(verify_body(daemons.a, &signature, 7, signed_body, deadline, NULL), ST_OK);
        CHECK_INT(verify_body(daemons.a, &signature, 7, STR("x"), deadline, NULL), ST_UNTRUSTED);
    }
}

TESTS_EACH_WITH(start, tear_down, an_id_served_by_one_daemon_is_refused_by_the_other,
                a_thread_that_may_not_wait_leaves_new_ids_to_one_that_may,
                a_released_id_is_free_for_every_daemon,
                a_redelivered_event_is_repeated_by_any_daemon_once_it_was_served,
                without_the_shared_ids_each_daemon_goes_by_its_own,
                a_request_refused_for_another_reason_claims_nothing,
                verified_requests_from_a_bad_client_are_served)
