/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/endpoint.c -- the skill's HTTPS endpoint from outside: which requests are answered,
 * which are rejected, and for what reason. */
#include <stdlib.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

static void expect(struct client_response a, int status, const char *reason)
{
    const char *got = json_string_value(json_object_get(a.json, "error"));

    if (a.status != status || (reason && (!got || strcmp(got, reason) != 0)))
        fail_msg("want %d %s, got %d %s %s", status, reason ? reason : "", a.status, a.error,
                 a.body);
    client_response_done(&a);
}

static void expect_send(const struct client_options *how, int status, const char *reason)
{
    json_t *e = envelope_launch("user-endpoint");

    expect(client_post(&world, e, how), status, reason);
    json_decref(e);
}

TEST(a_signed_request_is_answered)
{
    json_t *e = envelope_launch("user-endpoint");
    struct client_response a = client_post(&world, e, NULL);

    speech_check_valid(&a);
    CHECK(strstr(a.headers, "application/json;charset=UTF-8"));
    CHECK_STR(json_string_value(json_object_get(a.json, "version")), "1.0");
    client_response_done(&a);
    json_decref(e);
}

TEST(a_target_in_absolute_form_is_answered)
{
    expect_send(&(struct client_options){ .target = "https://weather.example.com/alexa" }, 200,
                NULL);
    expect_send(&(struct client_options){ .target = "HTTP://localhost:8443/alexa" }, 200, NULL);
    expect_send(&(struct client_options){ .target = "https://localhost" }, 404, "not_found");
    expect_send(&(struct client_options){ .target = "https://localhost/alexa/" }, 404, "not_found");
}

/* Only a few rejections are logged per second, so it may take several. */
TEST(the_log_tells_which_path_was_asked_for)
{
    bool told = false;

    for (int i = 0; i < 20 && !told; i++) {
        expect_send(&(struct client_options){ .path = "//alexa" }, 404, "not_found");
        clock_sleep_ms(300);
        char *log = world_log(&world);
        told = strstr(log, "no such path: //alexa; server.path is /alexa");
        free(log);
    }
    CHECK(told);
}

TEST(other_paths_and_methods_are_rejected)
{
    expect_send(&(struct client_options){ .path = "/" }, 404, "not_found");
    expect_send(&(struct client_options){ .path = "/alexa/" }, 404, "not_found");
    expect_send(&(struct client_options){ .path = "/healthz" }, 404, NULL);
    struct client_response a =
        client_post(&world, NULL, &(struct client_options){ .method = "GET" });
    CHECK_INT(a.status, 405);
    CHECK(strstr(a.headers, "Allow: POST"));
    client_response_done(&a);
    expect_send(&(struct client_options){ .method = "PUT" }, 405, "method_not_allowed");
    expect_send(&(struct client_options){ .method = "DELETE" }, 405, "method_not_allowed");
}

TEST(the_signature_must_be_present_and_valid)
{
    expect_send(&(struct client_options){ .no_signature = true }, 400, "signature_missing");
    expect_send(&(struct client_options){ .sha1_only = true }, 400, "signature_missing");
    expect_send(&(struct client_options){ .signature = "" }, 400, "signature_missing");
    expect_send(&(struct client_options){ .signature = "!!!" }, 400, "signature_invalid");
    expect_send(&(struct client_options){ .signature = "AAAA" }, 400, "signature_invalid");
    expect_send(&(struct client_options){ .chain = "good", .key = "good2" }, 400,
                "signature_invalid");
    expect_send(&(struct client_options){ .signed_text = "other bytes" }, 400, "signature_invalid");
}

TEST(invalid_certificate_urls_are_rejected_without_a_fetch)
{
    static const char *const bad[] = {
        "http://s3.amazonaws.com/echo.api/good.pem",
        "https://notamazon.com/echo.api/good.pem",
        "https://s3.amazonaws.com.example.test/echo.api/good.pem",
        "https://user@s3.amazonaws.com/echo.api/good.pem",
        "https://s3.amazonaws.com@example.test/echo.api/good.pem",
        "https://s3.amazonaws.com/EcHo.aPi/good.pem",
        "https://s3.amazonaws.com/invalid.path/good.pem",
        "https://s3.amazonaws.com:563/echo.api/good.pem",
        "https://s3.amazonaws.com:/echo.api/good.pem",
        "https://s3.amazonaws.com:0443/echo.api/good.pem",
        "https://s3.amazonaws.com:0/echo.api/good.pem",
        "https://s3.amazonaws.com/echo.api/../other/good.pem",
        "https://s3.amazonaws.com/../echo.api/good.pem",
        "https://s3.amazonaws.com/echo.api/good.pem?x=1",
        "https://s3.amazonaws.com/echo.api/good.pem#x",
        "https://s3.amazonaws.com/echo.api/%67ood.pem",
        "https://s3.amazonaws.com/echo.api\\good.pem",
        "good.pem",
    };

    sim_clear_log(&world);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_send(&(struct client_options){ .cert_url = bad[i] }, 400, "certificate_url_invalid");
    expect_send(&(struct client_options){ .no_cert_url = true }, 400, NULL);
    CHECK_INT(sim_count_requests(&world, "good.pem"), 0);
}

TEST(equivalent_certificate_urls_are_accepted)
{
    static const char *const good[] = {
        "https://s3.amazonaws.com:443/echo.api/good.pem",
        "https://s3.amazonaws.com/echo.api/../echo.api/good.pem",
        "https://S3.AmazonAWS.com/echo.api/good.pem",
        "HTTPS://s3.amazonaws.com/./echo.api//good.pem",
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        expect_send(&(struct client_options){ .cert_url = good[i] }, 200, NULL);
}

TEST(duplicate_headers_are_rejected)
{
    static const char *const url[] = {
        "SignatureCertChainUrl: https://s3.amazonaws.com/echo.api/good.pem", NULL
    };
    static const char *const signature[] = { "Signature-256: AAAA", NULL };

    expect_send(&(struct client_options){ .headers = url }, 400, NULL);
    expect_send(&(struct client_options){ .headers = signature }, 400, NULL);
}

TEST(untrusted_certificate_chains_are_rejected)
{
    static const struct {
        const char *chain, *key, *reason;
    } bad[] = {
        { "expired", NULL, "certificate_expired" },
        { "not-yet", NULL, "certificate_expired" },
        { "expired-intermediate", NULL, "certificate_expired" },
        { "wrong-san", NULL, "certificate_name" },
        { "san-wildcard", NULL, "certificate_name" },
        { "san-suffix", NULL, "certificate_name" },
        { "cn-only", NULL, "certificate_name" },
        { "untrusted", NULL, "certificate_untrusted" },
        { "self-signed", NULL, "certificate_untrusted" },
        { "not-a-ca", NULL, "certificate_untrusted" },
        { "sha1", NULL, "certificate_untrusted" },
        { "weak-key", NULL, "certificate_untrusted" },
        { "no-intermediate", "good", "certificate_untrusted" },
        { "garbage", "good", NULL },
        { "empty", "good", NULL },
        { "big", "good", NULL },
        { "missing-there", "good", "certificate_unavailable" },
        { "error", "good", "certificate_unavailable" },
        { "moved", "good", "certificate_unavailable" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_send(&(struct client_options){ .chain = bad[i].chain, .key = bad[i].key }, 400,
                    bad[i].reason);
    expect_send(&(struct client_options){ .chain = "good2" }, 200, NULL);
    expect_send(&(struct client_options){ .chain = "with-root", .key = "good" }, 200, NULL);
    expect_send(&(struct client_options){ .chain = "out-of-order", .key = "good" }, 200, NULL);
}

TEST(the_timestamp_must_be_recent)
{
    static const struct {
        int offset, status;
    } cases[] = { { -140, 200 }, { 140, 200 }, { -200, 400 }, { 200, 400 }, { -3600, 400 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        json_t *e = envelope_launch("user-endpoint");
        envelope_shift_timestamp(e, cases[i].offset);
        expect(client_post(&world, e, NULL), cases[i].status,
               cases[i].status == 200 ? NULL : "timestamp_stale");
        json_decref(e);
    }
    json_t *e = envelope_launch("user-endpoint");
    envelope_set(e, "request.timestamp", json_string("yesterday"));
    expect(client_post(&world, e, NULL), 400, "timestamp_stale");
    json_decref(e);
}

TEST(the_skill_id_must_be_configured)
{
    json_t *e = envelope_launch("user-endpoint");

    envelope_set(e, "context.System.application.applicationId",
                 json_string("amzn1.ask.skill.another"));
    expect(client_post(&world, e, NULL), 400, "skill_id_unknown");
    json_decref(e);
}

TEST(a_replayed_request_is_rejected)
{
    json_t *e = envelope_launch("user-endpoint");

    expect(client_post(&world, e, NULL), 200, NULL);
    expect(client_post(&world, e, NULL), 400, "replayed");
    json_decref(e);
}

TEST(a_rejected_request_does_not_use_up_its_id)
{
    json_t *e = envelope_launch("user-endpoint");

    expect(client_post(&world, e, &(struct client_options){ .signed_text = "x" }), 400,
           "signature_invalid");
    expect(client_post(&world, e, NULL), 200, NULL);
    json_decref(e);
}

TEST(skill_events_are_acknowledged_even_if_repeated)
{
    json_t *e = envelope_of_type("user-event", "AlexaSkillEvent.SkillEnabled");

    json_object_del(e, "session");
    envelope_shift_timestamp(e, -3000);
    for (int i = 0; i < 3; i++) {
        struct client_response a = client_post(&world, e, NULL);
        CHECK_INT(a.status, 200);
        CHECK_STR(a.ssml, "");
        client_response_done(&a);
    }
    envelope_shift_timestamp(e, -4000);
    envelope_set(e, "request.requestId", json_string("amzn1.echo-api.request.old-event"));
    expect(client_post(&world, e, NULL), 400, "timestamp_stale");
    json_decref(e);
}

TEST(bodies_that_are_not_an_envelope_are_rejected)
{
    static const struct {
        const char *text;
        const char *reason;
    } bad[] = {
        { "x", "body_not_json" },
        { "hello", "body_not_json" },
        { "[]", "envelope_invalid" },
        { "null", NULL },
        { "{}", "envelope_invalid" },
        { "{\"version\":\"1.0\",\"version\":\"1.0\"}", "body_not_json" },
        { "{\"version\":1e999}", "body_not_json" },
        { "{\"version\":\"\\ud800\"}", "body_not_json" },
        { "{\"version\":\"a\xff\"}", "body_not_json" },
        { "{\"version\":\"1.0\",\"request\":[]}", "envelope_invalid" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect(client_post(&world, NULL, &(struct client_options){ .text = bad[i].text }), 400,
               bad[i].reason);
    expect(
        client_post(&world, NULL,
                    &(struct client_options){ .text = "\0{}", .text_size = 3, .signed_text = "x" }),
        400, "signature_invalid");
}

TEST(deep_nesting_is_rejected)
{
    enum { DEEP = 20000 };
    char *text = malloc(2 * DEEP + 1);
    memset(text, '[', DEEP);
    memset(text + DEEP, ']', DEEP);
    text[2 * DEEP] = '\0';
    expect(client_post(&world, NULL, &(struct client_options){ .text = text }), 400,
           "body_not_json");
    free(text);
}

TEST(a_body_over_the_limit_is_rejected_with_413)
{
    static const size_t sizes[] = { 262145, 300000, 1000000, 10000000 };

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *text = malloc(sizes[i] + 1);
        memset(text, 'x', sizes[i]);
        text[sizes[i]] = '\0';
        expect(
            client_post(&world, NULL, &(struct client_options){ .text = text, .signed_text = "x" }),
            413, "body_too_large");
        free(text);
    }
}

TEST(a_body_of_exactly_the_limit_is_accepted)
{
    json_t *e = envelope_launch("user-endpoint");
    char *dump = json_dumps(e, JSON_COMPACT);
    size_t n = strlen(dump), limit = 262144;
    char *text = malloc(limit + 1);

    memset(text, ' ', limit);
    memcpy(text, dump, n);
    text[limit] = '\0';
    expect(client_post(&world, NULL, &(struct client_options){ .text = text }), 200, NULL);
    free(text);
    free(dump);
    json_decref(e);
}

TEST(an_unknown_request_type_gets_an_empty_response)
{
    json_t *e = envelope_of_type("user-endpoint", "Display.ElementSelected");
    struct client_response a = client_post(&world, e, NULL);

    CHECK_INT(a.status, 200);
    CHECK_STR(a.ssml, "");
    CHECK(json_is_object(json_object_get(a.json, "response")));
    client_response_done(&a);
    json_decref(e);
}

TEST(the_monitoring_pages_respond)
{
    struct client_response a = client_admin_get(&world, "/healthz");

    CHECK_INT(a.status, 200);
    client_response_done(&a);
    a = client_admin_get(&world, "/readyz");
    CHECK_INT(a.status, 200);
    client_response_done(&a);
    a = client_admin_get(&world, "/metrics");
    CHECK_INT(a.status, 200);
    CHECK(strstr(a.body, "climacast_refusals_total{reason=\"signature_missing\"}"));
    CHECK(strstr(a.body, "# TYPE climacast_request_seconds histogram"));
    client_response_done(&a);
    a = client_admin_get(&world, "/etc/passwd");
    CHECK_INT(a.status, 404);
    client_response_done(&a);
}

TEST(the_log_contains_no_user_id)
{
    char *log = world_log(&world);

    CHECK(!strstr(log, "user-endpoint"));
    CHECK(strstr(log, " id=amzn1.echo-api.request."));
    free(log);
}

TESTS_WITH(world_setup, world_teardown, a_signed_request_is_answered,
           a_target_in_absolute_form_is_answered, the_log_tells_which_path_was_asked_for,
           other_paths_and_methods_are_rejected, the_signature_must_be_present_and_valid,
           invalid_certificate_urls_are_rejected_without_a_fetch,
           equivalent_certificate_urls_are_accepted, duplicate_headers_are_rejected,
           untrusted_certificate_chains_are_rejected, the_timestamp_must_be_recent,
           the_skill_id_must_be_configured, a_replayed_request_is_rejected,
           a_rejected_request_does_not_use_up_its_id,
           skill_events_are_acknowledged_even_if_repeated,
           bodies_that_are_not_an_envelope_are_rejected, deep_nesting_is_rejected,
           a_body_over_the_limit_is_rejected_with_413, a_body_of_exactly_the_limit_is_accepted,
           an_unknown_request_type_gets_an_empty_response, the_monitoring_pages_respond,
           the_log_contains_no_user_id)
