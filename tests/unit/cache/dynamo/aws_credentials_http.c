/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/aws_credentials_http.c -- AWS credentials from containers and from EC2
 * metadata. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include "tests/unit/cache/dynamo/aws_credentials_world.h"

/* ---- containers ---- */

TEST(container_credentials_come_from_a_relative_uri)
{
    world_start();
    set_variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/abc", "");
    upstream_then("/v2/credentials/abc",
                  (struct answer){ 200, NULL, endpoint_answer("AKC", 3600), 0 });
    check_keys("AKC", "hidden", "tok");
    CHECK_INT(upstream_request_count("/v2/credentials/abc"), 1);
    world_stop();
}

TEST(container_credentials_come_from_a_full_uri_with_a_token)
{
    world_start();
    set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    set_variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", world.folder, "/token");
    write_file("token", "Bearer one\n");
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AKC", 3600), 0 });
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AKD", 7200), 0 });
    check_keys("AKC", "hidden", "tok");
    CHECK(upstream_received("/creds", "Authorization: Bearer one\r\n"));
    write_file("token", "Bearer two\n"); /* it is rotated */
    world.now_s += 3500;
    await_keys("AKD");
    CHECK(upstream_received("/creds", "Authorization: Bearer two\r\n"));
    world_stop();
    world_start();
    set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    set_variable("AWS_CONTAINER_AUTHORIZATION_TOKEN", "plain", "");
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AKC", 3600), 0 });
    check_keys("AKC", "hidden", "tok");
    CHECK(upstream_received("/creds", "Authorization: plain\r\n"));
    world_stop();
}

TEST(container_requests_bypass_the_proxy)
{
    world_start();
    set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 200, NULL, endpoint_answer("AKC", 3600), 0 });
    CHECK(setenv("http_proxy", "http://127.0.0.1:1", 1) == 0);
    check_keys("AKC", "hidden", "tok");
    CHECK(unsetenv("http_proxy") == 0);
    world_stop();
}

TEST(a_remote_full_uri_must_use_tls)
{
    static const char *const urls[] = { "http://example.com/creds",
                                        "http://127.0.0.1.example.com/",
                                        "ftp://127.0.0.1/",
                                        "http://169.254.170.20/",
                                        "creds",
                                        "http://localhost.evil/" };

    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        world_start();
        set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", urls[i], "");
        check_none(ST_DENIED, "no_credentials", "must be https");
        world_stop();
    }
}

TEST(a_failing_container_endpoint_is_an_error)
{
    static const struct {
        struct answer answer;
        enum status want;
        const char *word;
    } cases[] = {
        { { 500, NULL, "no", 0 }, ST_UNAVAILABLE, "status 500" },
        { { 200, NULL, "<html>", 0 }, ST_UNAVAILABLE, "not JSON" },
        { { 200, NULL, "{}", 0 }, ST_UNAVAILABLE, "no keys" },
        { { 200, NULL, "{\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\",\"Expiration\":\"soon\"}",
            0 },
          ST_UNAVAILABLE,
          "not a time" },
        { { 200, NULL, "{\"Code\":\"Failed\"}", 0 }, ST_UNAVAILABLE, "Failed" },
        { { 0, NULL, NULL, 0 }, ST_UNAVAILABLE, "container" },
        { { 200, NULL, "{}", 1500 }, ST_TIMEOUT, "container" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world_start();
        set_variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
        upstream_then("/creds", cases[i].answer);
        check_none(cases[i].want, "", cases[i].word);
        world_stop();
    }
}

/* ---- EC2 ---- */

#define TOKEN_PATH "/latest/api/token"
#define ROLES_PATH "/latest/meta-data/iam/security-credentials/"

static void begin_ec2(void)
{
    world_start();
    set_variable("AWS_EC2_METADATA_DISABLED", "false", "");
    set_variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", world.base, "");
}

TEST(ec2_metadata_uses_version_2)
{
    begin_ec2();
    upstream_then(TOKEN_PATH, (struct answer){ 200, NULL, "session-token", 0 });
    upstream_then(ROLES_PATH, (struct answer){ 200, NULL, "web-role\n", 0 });
    upstream_then(ROLES_PATH "web-role",
                  (struct answer){ 200, NULL, endpoint_answer("AKE", 3600), 0 });
    check_keys("AKE", "hidden", "tok");
    CHECK(upstream_received(TOKEN_PATH, "PUT " TOKEN_PATH));
    CHECK(upstream_received(TOKEN_PATH, "X-aws-ec2-metadata-token-ttl-seconds: 21600\r\n"));
    CHECK(upstream_received(ROLES_PATH, "X-aws-ec2-metadata-token: session-token\r\n"));
    CHECK(upstream_received(ROLES_PATH "web-role", "X-aws-ec2-metadata-token: session-token\r\n"));
    world_stop();
}

TEST(ec2_metadata_never_falls_back_to_version_1)
{
    static const int refusals[] = { 403, 404, 405 };

    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        begin_ec2();
        upstream_then(TOKEN_PATH, (struct answer){ refusals[i], NULL, "", 0 });
        upstream_then(ROLES_PATH, (struct answer){ 200, NULL, "web-role", 0 });
        check_none(ST_DENIED, "no_credentials", "version 1");
        CHECK_INT(upstream_request_count(ROLES_PATH), 0);
        world_stop();
    }
}

TEST(a_missing_role_and_missing_metadata_are_distinguished)
{
    begin_ec2();
    upstream_then(TOKEN_PATH, (struct answer){ 503, NULL, "", 0 });
    upstream_then(TOKEN_PATH, (struct answer){ 200, NULL, "t", 0 }); /* once more */
    upstream_then(ROLES_PATH, (struct answer){ 404, NULL, "", 0 });
    check_none(ST_DENIED, "no_credentials", "no role");
    CHECK_INT(upstream_request_count(TOKEN_PATH), 2);
    world_stop();
    begin_ec2();
    upstream_then(TOKEN_PATH, (struct answer){ 200, NULL, "t", 0 });
    upstream_then(ROLES_PATH, (struct answer){ 200, NULL, "../../evil role", 0 });
    check_none(ST_DENIED, "no_credentials", "no role");
    world_stop();
    begin_ec2();
    upstream_then(TOKEN_PATH,
                  (struct answer){ 0, NULL, NULL, 0 }); /* hangs up: there is no service */
    check_none(ST_DENIED, "no_credentials", "hop limit");
    world_stop();
}

TESTS(container_credentials_come_from_a_relative_uri,
      container_credentials_come_from_a_full_uri_with_a_token, container_requests_bypass_the_proxy,
      a_remote_full_uri_must_use_tls, a_failing_container_endpoint_is_an_error,
      ec2_metadata_uses_version_2, ec2_metadata_never_falls_back_to_version_1,
      a_missing_role_and_missing_metadata_are_distinguished)
