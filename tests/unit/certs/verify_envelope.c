/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/verify_envelope.c -- timestamp, skill id and replay. */
#include "server/base/civil.h"
#include "server/base/zone.h"
#include "tests/unit/certs/verify_case.h"

TEST(timestamps_within_the_tolerance_are_accepted_in_both_directions)
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
    struct verify *v = create_verifier(default_settings());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char id[20];
        snprintf(id, sizeof id, "t%zu", i);
        if (strcmp(outcome_at(v, cases[i].offset_s, id, cases[i].type), cases[i].want) != 0)
            fail_msg("row %zu: %s at %lld is not %s", i, cases[i].type,
                     (long long)cases[i].offset_s, cases[i].want);
    }
    verify_free(v);

    struct verify_settings settings = default_settings();
    settings.tolerance_s = 10;
    v = create_verifier(settings);
    CHECK_STR(outcome_at(v, -5, "a", "LaunchRequest"), "new");
    CHECK_STR(outcome_at(v, -20, "b", "LaunchRequest"), "timestamp_stale");
    verify_free(v);
}

TEST(malformed_timestamps_are_stale)
{
    static const char *const cases[] = { "",           "now",
                                         "1700000000", "2026-13-40T00:00:00Z",
                                         "2026-01-01", "0000-00-00T00:00:00Z" };
    struct verify *v = create_verifier(default_settings());

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct verify_claims claims = claims_at(0, "x", "LaunchRequest");
        claims.timestamp = str_of(cases[i]);
        CHECK_STR(outcome_of(v, claims), "timestamp_stale");
    }
    struct verify_claims claims = claims_at(0, "x", "LaunchRequest");
    claims.timestamp = STR_NONE;
    CHECK_STR(outcome_of(v, claims), "timestamp_stale");

    /* fractions and offsets are allowed */
    char local[64];
    struct civil c = civil_of(zone_utc(), clock_wall_s() - 5 * 3600);
    snprintf(local, sizeof local, "%04d-%02d-%02dT%02d:%02d:%02d.123456-05:00", c.year, c.month,
             c.day, c.hour, c.minute, c.second);
    claims.timestamp = str_of(local);
    CHECK_STR(outcome_of(v, claims), "new");
    verify_free(v);
}

TEST(only_configured_skill_ids_are_accepted)
{
    static const char *const cases[] = { "", "amzn1.ask.skill.foreign", SKILL "x",
                                         "AMZN1.ASK.SKILL.OTHER", "amzn1.ask.skill" };
    struct verify *v = create_verifier(default_settings());
    struct verify_claims claims = claims_at(0, "x", "LaunchRequest");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        claims.application_id = str_of(cases[i]);
        CHECK_STR(outcome_of(v, claims), "skill_id_unknown");
    }
    claims.application_id = STR("amzn1.ask.skill.other");
    CHECK_STR(outcome_of(v, claims), "new");
    verify_free(v);

    static const char *const with_empty[] = { "", NULL };
    struct verify_settings settings = default_settings();
    settings.skill_ids = with_empty;
    v = create_verifier(settings);
    claims.application_id = STR("");
    CHECK_STR(outcome_of(v, claims), "skill_id_unknown");
    verify_free(v);
}

TEST(served_ids_are_rejected_and_refused_requests_claim_none)
{
    struct verify *v = create_verifier(default_settings());
    struct verify_claims claims = claims_at(0, "r1", "IntentRequest");

    claims.application_id = STR("amzn1.ask.skill.foreign");
    CHECK_STR(outcome_of(v, claims), "skill_id_unknown");
    CHECK_STR(outcome_at(v, -1000, "r1", "IntentRequest"), "timestamp_stale");

    CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "new");
    CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "replayed"); /* still in flight */
    release_id(v, "r1");
    CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "new");
    commit_id(v, "r1");
    CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "replayed");
    CHECK_STR(outcome_at(v, -140, "r1", "IntentRequest"), "replayed"); /* with another timestamp */
    CHECK_STR(outcome_at(v, 0, "R1", "IntentRequest"), "new");
    CHECK_STR(outcome_at(v, 0, "", "IntentRequest"), "envelope_invalid");
    verify_free(v);
}

TEST(a_redelivered_event_that_was_served_is_reported_as_repeated)
{
    struct verify *v = create_verifier(default_settings());

    CHECK_STR(outcome_at(v, -3000, "e1", "AlexaSkillEvent.SkillDisabled"), "new");
    /* still in flight */
    CHECK_STR(outcome_at(v, -3000, "e1", "AlexaSkillEvent.SkillDisabled"), "overloaded");
    commit_id(v, "e1");
    CHECK_STR(outcome_at(v, -3000, "e1", "AlexaSkillEvent.SkillDisabled"), "repeated");
    CHECK_STR(outcome_at(v, -3000, "e1", "AlexaSkillEvent.SkillDisabled"), "repeated");
    CHECK_STR(outcome_at(v, -3601, "e1", "AlexaSkillEvent.SkillDisabled"), "timestamp_stale");
    verify_free(v);
}

TEST(replays_pass_when_replay_rejection_is_disabled)
{
    struct verify_settings settings = default_settings();

    settings.reject_replays = false;
    struct verify *v = create_verifier(settings);
    for (int i = 0; i < 3; i++) {
        CHECK_STR(outcome_at(v, 0, "r1", "IntentRequest"), "new");
        commit_id(v, "r1");
    }
    CHECK_STR(outcome_at(v, -151, "r1", "IntentRequest"), "timestamp_stale");
    verify_free(v);
}

TESTS_WITH(verify_case_set_up, verify_case_tear_down,
           timestamps_within_the_tolerance_are_accepted_in_both_directions,
           malformed_timestamps_are_stale, only_configured_skill_ids_are_accepted,
           served_ids_are_rejected_and_refused_requests_claim_none,
           a_redelivered_event_that_was_served_is_reported_as_repeated,
           replays_pass_when_replay_rejection_is_disabled)
