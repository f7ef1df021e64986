/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/aws_credentials.c -- every place credentials may come from, what goes
 * wrong there, and when they are fetched anew. The clock and the environment are the test's own. */
#define _XOPEN_SOURCE 700 /* mkdtemp, nftw */
#include "cache/dynamo/aws_credentials.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cache/dynamo/aws_credentials_internal.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "tests/test.h"
#include "tests/unit/cache/folder.h"
#include "tests/unit/cache/upstream.h"

/* ---- a world of one's own ---- */

enum { VARIABLES = 12, START_S = 1800000000 };

static struct {
    struct {
        const char *name;
        char value[512];
    } variables[VARIABLES];
    size_t count;
    atomic_int_least64_t now_s;
    char folder[FOLDER_SIZE], base[64];
    struct http *http;
    struct aws_credentials_provider *credentials;
} world;

static const char *variable(void *data, const char *name)
{
    (void)data;
    for (size_t i = 0; i < world.count; i++)
        if (strcmp(world.variables[i].name, name) == 0)
            return world.variables[i].value;
    return NULL;
}

static int64_t now(void *data)
{
    (void)data;
    return world.now_s;
}

static void set(const char *name, const char *head, const char *tail)
{
    size_t i = 0;

    while (i < world.count && strcmp(world.variables[i].name, name) != 0)
        i++;
    CHECK(i < VARIABLES);
    world.variables[i].name = name;
    (void)snprintf(world.variables[i].value, sizeof world.variables[i].value, "%s%s", head, tail);
    world.count += i == world.count;
}

static void begin(void)
{
    const struct http_settings http = { .user_agent = "test", .system_roots = true };
    const struct aws_credentials_settings settings = { variable, now, world.base, NULL };

    world.count = 0;
    world.now_s = START_S;
    folder_make(world.folder);
    upstream_start();
    (void)snprintf(world.base, sizeof world.base, "http://127.0.0.1:%d", upstream.port);
    set("HOME", world.folder, "");
    set("AWS_EC2_METADATA_DISABLED", "true", "");
    world.http = http_create(&http, NULL);
    world.credentials = aws_credentials_provider_create(&settings, world.http);
    CHECK(world.http && world.credentials);
}

static void end(void)
{
    aws_credentials_provider_free(world.credentials);
    http_free(world.http);
    upstream_stop();
    folder_remove(world.folder);
}

static void write_file(const char *name, const char *text)
{
    char path[FILE_SIZE];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", world.folder, name);
    file = fopen(path, "w");
    CHECK(file);
    CHECK(fputs(text, file) >= 0);
    CHECK(fclose(file) == 0);
}

static enum status get(struct aws_credentials *keys, struct err *err)
{
    return aws_credentials_provider_get(world.credentials, clock_mono_ms() + 10000, keys, err);
}

static void check_keys(const char *id, const char *secret, const char *token)
{
    struct aws_credentials keys;
    struct err err = ERR_NONE;

    if (get(&keys, &err) != ST_OK)
        fail_msg("no keys: %s", err.text);
    CHECK_STR(keys.id, id);
    CHECK_STR(keys.secret, secret);
    CHECK_STR(keys.token, token);
}

static void check_none(enum status want, const char *reason, const char *word)
{
    struct aws_credentials keys;
    struct err err = ERR_NONE;

    CHECK_INT(get(&keys, &err), want);
    CHECK_STR(err.reason, reason);
    if (!strstr(err.text, word))
        fail_msg("\"%s\" does not mention %s", err.text, word);
    CHECK(!strstr(err.text, "hidden"));
}

/* An endpoint's answer, good for `seconds` from now on; lasts until the next call. */
static const char *answer(const char *id, int seconds)
{
    static char room[4][512];
    static int at;
    char until[32], *text = room[at++ % 4];

    time_format_rfc3339(world.now_s + seconds, until);
    (void)snprintf(text, sizeof room[0],
                   "{\"Code\":\"Success\",\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"hidden\","
                   "\"Token\":\"tok\",\"Expiration\":\"%s\"}",
                   id, until);
    return text;
}

/* ---- environment and files ---- */

TEST(the_environment_takes_precedence)
{
    begin();
    set("AWS_ACCESS_KEY_ID", "AKENV", "");
    set("AWS_SECRET_ACCESS_KEY", "hidden", "");
    set("AWS_SHARED_CREDENTIALS_FILE", world.folder, "/c");
    write_file("c", "[default]\naws_access_key_id=AKFILE\naws_secret_access_key=s\n");
    check_keys("AKENV", "hidden", "");
    end();
    begin();
    set("AWS_ACCESS_KEY_ID", "AKENV", "");
    set("AWS_SECRET_ACCESS_KEY", "hidden", "");
    set("AWS_SESSION_TOKEN", "token", "");
    check_keys("AKENV", "hidden", "token");
    end();
}

TEST(incomplete_environment_variables_are_an_error)
{
    begin();
    set("AWS_ACCESS_KEY_ID", "AKENV", "");
    check_none(ST_DENIED, "no_credentials", "AWS_SECRET_ACCESS_KEY is not");
    end();
    begin();
    set("AWS_ACCESS_KEY_ID", "AKENV", "");
    set("AWS_SECRET_ACCESS_KEY", "hidden key", "");
    check_none(ST_DENIED, "no_credentials", "not a valid key");
    end();
}

TEST(profiles_are_parsed_as_aws_tools_write_them)
{
    static const char text[] =
        "# comment\n"
        "[other]\naws_access_key_id = AKOTHER\naws_secret_access_key = other\n\n"
        "[ default ]\r\n"
        "aws_access_key_id=AKDEFAULT  # mine\r\n"
        "AWS_SECRET_ACCESS_KEY = a/b+c=#d\r\n"
        "; another\n"
        "region = us-east-1\n"
        "s3 =\n"
        "  aws_access_key_id = nested\n"
        "[temp]\naws_access_key_id = AKTEMP\naws_secret_access_key = t\naws_session_token = "
        "x==\n"
        "[role]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = default\n"
        "[half]\naws_access_key_id = AKHALF\n"
        "[profile named]\naws_access_key_id = AKNAMED\naws_secret_access_key = n\n";

    static const struct {
        const char *profile;
        bool config;
        enum status want;
        const char *id, *secret, *token;
    } cases[] = {
        { "default", false, ST_OK, "AKDEFAULT", "a/b+c=#d", "" },
        { "other", false, ST_OK, "AKOTHER", "other", "" },
        { "temp", false, ST_OK, "AKTEMP", "t", "x==" },
        { "role", false, ST_DENIED, NULL, NULL, NULL },
        { "half", false, ST_DENIED, NULL, NULL, NULL },
        { "none", false, ST_MISS, NULL, NULL, NULL },
        { "named", false, ST_MISS, NULL, NULL, NULL },
        { "named", true, ST_OK, "AKNAMED", "n", "" },
        { "default", true, ST_OK, "AKDEFAULT", "a/b+c=#d", "" },
        { "other", true, ST_MISS, NULL, NULL, NULL }, /* not called [profile other] */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aws_credentials keys;
        struct err err = ERR_NONE;
        CHECK_ROW(i, aws_credentials_parse_profile(str_of(text), cases[i].config, cases[i].profile,
                                                   &keys, &err) == cases[i].want);
        CHECK_ROW(i, (err.status == ST_OK) == (cases[i].want != ST_DENIED));
        if (cases[i].want == ST_OK) {
            CHECK_STR(keys.id, cases[i].id);
            CHECK_STR(keys.secret, cases[i].secret);
            CHECK_STR(keys.token, cases[i].token);
        }
    }
}

TEST(files_are_found_by_variable_by_home_and_by_profile)
{
    begin();
    set("AWS_SHARED_CREDENTIALS_FILE", world.folder, "/c");
    write_file("c", "[default]\naws_access_key_id=AKFILE\naws_secret_access_key=s\n"
                    "[p]\naws_access_key_id=AKP\naws_secret_access_key=p\n");
    check_keys("AKFILE", "s", "");
    end();
    begin();
    set("AWS_SHARED_CREDENTIALS_FILE", world.folder, "/c");
    set("AWS_CONFIG_FILE", world.folder, "/config");
    set("AWS_PROFILE", "q", "");
    write_file("config", "[profile q]\naws_access_key_id=AKQ\naws_secret_access_key=q\n");
    check_keys("AKQ", "q", "");
    end();
    begin();
    set("AWS_PROFILE", "missing", "");
    check_none(ST_DENIED, "no_credentials", "\"missing\"");
    end();
    begin();
    {
        char aws[FILE_SIZE];
        (void)snprintf(aws, sizeof aws, "%s/.aws", world.folder);
        CHECK(mkdir(aws, 0700) == 0);
    }
    write_file(".aws/credentials", "[default]\naws_access_key_id=AKH\naws_secret_access_key=h\n");
    check_keys("AKH", "h", "");
    end();
}

TEST(a_changed_file_is_read_again)
{
    begin();
    set("AWS_SHARED_CREDENTIALS_FILE", world.folder, "/c");
    write_file("c", "[default]\naws_access_key_id=AK1\naws_secret_access_key=s\n");
    check_keys("AK1", "s", "");
    write_file("c", "[default]\naws_access_key_id=AK2\naws_secret_access_key=s\n");
    check_keys("AK1", "s", "");
    world.now_s += 400;
    check_keys("AK2", "s", "");
    write_file("c", "[default]\naws_access_key_id=AK3\naws_secret_access_key=s\n");
    {
        struct aws_credentials keys;
        CHECK_INT(get(&keys, NULL), ST_OK);
        world.now_s += 5;
        aws_credentials_provider_reject(world.credentials,
                                        &keys); /* sooner, when AWS does not take them */
    }
    check_keys("AK3", "s", "");
    end();
}

TEST(without_any_source_the_error_lists_all_of_them)
{
    begin();
    check_none(ST_DENIED, "no_credentials", "AWS_ACCESS_KEY_ID");
    check_none(ST_DENIED, "no_credentials", "~/.aws/credentials"); /* remembered */
    set("AWS_ACCESS_KEY_ID", "AK", "");
    set("AWS_SECRET_ACCESS_KEY", "s", "");
    world.now_s += 4;
    check_keys("AK", "s", "");
    end();
}

/* ---- containers ---- */

TEST(container_credentials_come_from_a_relative_uri)
{
    begin();
    set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/abc", "");
    upstream_then("/v2/credentials/abc", (struct answer){ 200, NULL, answer("AKC", 3600), 0 });
    check_keys("AKC", "hidden", "tok");
    CHECK_INT(upstream_request_count("/v2/credentials/abc"), 1);
    end();
}

TEST(container_credentials_come_from_a_full_uri_with_a_token)
{
    begin();
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", world.folder, "/token");
    write_file("token", "Bearer one\n");
    upstream_then("/creds", (struct answer){ 200, NULL, answer("AKC", 3600), 0 });
    check_keys("AKC", "hidden", "tok");
    CHECK(upstream_received("/creds", "Authorization: Bearer one\r\n"));
    write_file("token", "Bearer two\n"); /* it is rotated */
    world.now_s += 3500;
    check_keys("AKC", "hidden", "tok");
    CHECK(upstream_received("/creds", "Authorization: Bearer two\r\n"));
    end();
    begin();
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "plain", "");
    upstream_then("/creds", (struct answer){ 200, NULL, answer("AKC", 3600), 0 });
    check_keys("AKC", "hidden", "tok");
    CHECK(upstream_received("/creds", "Authorization: plain\r\n"));
    end();
}

TEST(container_requests_bypass_the_proxy)
{
    begin();
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 200, NULL, answer("AKC", 3600), 0 });
    CHECK(setenv("http_proxy", "http://127.0.0.1:1", 1) == 0);
    check_keys("AKC", "hidden", "tok");
    CHECK(unsetenv("http_proxy") == 0);
    end();
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
        begin();
        set("AWS_CONTAINER_CREDENTIALS_FULL_URI", urls[i], "");
        check_none(ST_DENIED, "no_credentials", "must be https");
        end();
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
        begin();
        set("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
        upstream_then("/creds", cases[i].answer);
        check_none(cases[i].want, "", cases[i].word);
        end();
    }
}

/* ---- EC2 ---- */

#define TOKEN_PATH "/latest/api/token"
#define ROLES_PATH "/latest/meta-data/iam/security-credentials/"

static void begin_ec2(void)
{
    begin();
    set("AWS_EC2_METADATA_DISABLED", "false", "");
    set("AWS_EC2_METADATA_SERVICE_ENDPOINT", world.base, "");
}

TEST(ec2_metadata_uses_version_2)
{
    begin_ec2();
    upstream_then(TOKEN_PATH, (struct answer){ 200, NULL, "session-token", 0 });
    upstream_then(ROLES_PATH, (struct answer){ 200, NULL, "web-role\n", 0 });
    upstream_then(ROLES_PATH "web-role", (struct answer){ 200, NULL, answer("AKE", 3600), 0 });
    check_keys("AKE", "hidden", "tok");
    CHECK(upstream_received(TOKEN_PATH, "PUT " TOKEN_PATH));
    CHECK(upstream_received(TOKEN_PATH, "X-aws-ec2-metadata-token-ttl-seconds: 21600\r\n"));
    CHECK(upstream_received(ROLES_PATH, "X-aws-ec2-metadata-token: session-token\r\n"));
    CHECK(upstream_received(ROLES_PATH "web-role", "X-aws-ec2-metadata-token: session-token\r\n"));
    end();
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
        end();
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
    end();
    begin_ec2();
    upstream_then(TOKEN_PATH, (struct answer){ 200, NULL, "t", 0 });
    upstream_then(ROLES_PATH, (struct answer){ 200, NULL, "../../evil role", 0 });
    check_none(ST_DENIED, "no_credentials", "no role");
    end();
    begin_ec2();
    upstream_then(TOKEN_PATH, (struct answer){ 0, NULL, NULL, 0 }); /* hangs up: nobody there */
    check_none(ST_DENIED, "no_credentials", "hop limit");
    end();
}

/* ---- when ---- */

TEST(credentials_are_renewed_early_while_the_old_ones_are_used)
{
    begin();
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 200, NULL, answer("AK1", 3600), 0 });
    upstream_then("/creds", (struct answer){ 500, NULL, "", 0 });
    upstream_then("/creds", (struct answer){ 200, NULL, answer("AK2", 7200), 0 });
    check_keys("AK1", "hidden", "tok");
    world.now_s += 3200;
    check_keys("AK1", "hidden", "tok");
    CHECK_INT(upstream_request_count("/creds"), 1); /* not yet */
    world.now_s += 150;
    check_keys("AK1", "hidden", "tok"); /* fetched anew, in vain */
    CHECK_INT(upstream_request_count("/creds"), 2);
    check_keys("AK1", "hidden", "tok");
    CHECK_INT(upstream_request_count("/creds"), 2); /* not at every call */
    world.now_s += 25;
    check_keys("AK2", "hidden", "tok");
    CHECK_INT(upstream_request_count("/creds"), 3);
    end();
}

TEST(expired_credentials_are_never_used)
{
    begin();
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 200, NULL, answer("AK1", 600), 0 });
    upstream_then("/creds", (struct answer){ 500, NULL, "", 0 });
    upstream_then("/creds", (struct answer){ 200, NULL, answer("AKOLD", -1), 0 });
    check_keys("AK1", "hidden", "tok");
    world.now_s += 601;
    check_none(ST_UNAVAILABLE, "", "status 500");
    world.now_s += 4;
    check_none(ST_UNAVAILABLE, "credentials_expired", "expired");
    end();
}

enum { THREADS = 16 };

static void *get_one(void *data)
{
    struct aws_credentials keys;
    atomic_int *good = data;

    if (get(&keys, NULL) == ST_OK && strcmp(keys.id, "AKC") == 0)
        (*good)++;
    return NULL;
}

TEST(many_threads_share_one_fetch)
{
    pthread_t threads[THREADS];
    atomic_int good = 0;

    begin();
    set("AWS_CONTAINER_CREDENTIALS_FULL_URI", world.base, "/creds");
    upstream_then("/creds", (struct answer){ 200, NULL, answer("AKC", 3600), 300 });
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, get_one, &good) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK_INT(good, THREADS);
    CHECK_INT(upstream_request_count("/creds"), 1);
    world.now_s += 3400; /* due: one fetches, nobody waits for it */
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, get_one, &good) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK_INT(good, 2 * THREADS);
    CHECK(upstream_request_count("/creds") >= 2 && upstream_request_count("/creds") < THREADS);
    end();
}

TESTS(the_environment_takes_precedence, incomplete_environment_variables_are_an_error,
      profiles_are_parsed_as_aws_tools_write_them,
      files_are_found_by_variable_by_home_and_by_profile, a_changed_file_is_read_again,
      without_any_source_the_error_lists_all_of_them,
      container_credentials_come_from_a_relative_uri,
      container_credentials_come_from_a_full_uri_with_a_token, container_requests_bypass_the_proxy,
      a_remote_full_uri_must_use_tls, a_failing_container_endpoint_is_an_error,
      ec2_metadata_uses_version_2, ec2_metadata_never_falls_back_to_version_1,
      a_missing_role_and_missing_metadata_are_distinguished,
      credentials_are_renewed_early_while_the_old_ones_are_used, expired_credentials_are_never_used,
      many_threads_share_one_fetch)
