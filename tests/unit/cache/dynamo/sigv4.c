/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/dynamo/sigv4.c -- the signer against AWS's published test vectors, stage by
 * stage, and against Amazon's own signer on random requests (tests/dynamo/sign_random.js). */
#define _XOPEN_SOURCE 700 /* popen */
#include "cache/dynamo/sigv4.h"

#include <jansson.h>
#include <stdlib.h>

#include "server/base/json.h"
#include "tests/test.h"

enum { REQUESTS = 10000, LINE_MAX_BYTES = 65536 };

struct loaded {
    json_t *tree; /* owns the memory of all else */
    struct http_header headers[SIGV4_HEADERS_MAX];
    struct sigv4_request request;
};

static struct loaded load(json_t *tree)
{
    struct loaded l = { .tree = tree };
    json_t *headers = json_object_get(tree, "headers"), *pair;
    size_t i;

    json_array_foreach (headers, i, pair) {
        CHECK(i < SIGV4_HEADERS_MAX);
        l.headers[i].name = json_str(pair, "0");
        l.headers[i].value = json_str(pair, "1");
    }
    l.request = (struct sigv4_request){
        .method = json_str(tree, "method"),
        .path = json_str(tree, "path"),
        .query = json_str(tree, "query"),
        .header_count = json_array_size(headers),
        .body = json_str(tree, "body"),
    };
    return l;
}

TEST(every_stage_matches_the_published_vectors)
{
    const struct sigv4_scope scope = { 1440938160, STR("us-east-1"), STR("service") };
    const struct sigv4_key key = { STR("AKIDEXAMPLE"),
                                   STR("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY") };
    const char *top = getenv("TEST_TOP");
    char path[1024];
    json_t *all, *one;
    size_t i;

    (void)snprintf(path, sizeof path, "%s/tests/vectors/sigv4.json", top ? top : ".");
    all = json_load_file(path, 0, NULL);
    if (!all)
        fail_msg("cannot read %s", path);
    json_array_foreach (all, i, one) {
        struct buf canonical = BUF_INIT(65536), names = BUF_INIT(4096), to_sign = BUF_INIT(4096),
                   authorization = BUF_INIT(4096);
        char signature[SIGV4_HEX_SIZE];
        struct loaded l = load(one);
        l.request.headers = l.headers;
        CHECK_INT(sigv4_canonical(&l.request, &canonical, &names, NULL), ST_OK);
        CHECK_STR(buf_z(&canonical), json_string_value(json_object_get(one, "canonical")));
        CHECK(sigv4_string_to_sign(&scope, buf_str(&canonical), &to_sign));
        CHECK_STR(buf_z(&to_sign), json_string_value(json_object_get(one, "string_to_sign")));
        CHECK(sigv4_signature(&scope, key.secret, buf_str(&to_sign), signature));
        CHECK_STR(signature, json_string_value(json_object_get(one, "signature")));
        CHECK_INT(sigv4_authorization(&l.request, &scope, &key, &authorization, NULL), ST_OK);
        CHECK(str_ends(buf_str(&authorization), str_of(signature)));
        CHECK(str_starts(buf_str(&authorization),
                         STR("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
                             "aws4_request, SignedHeaders=")));
        buf_free(&canonical);
        buf_free(&names);
        buf_free(&to_sign);
        buf_free(&authorization);
    }
    CHECK(i >= 33);
    json_decref(all);
}

TEST(a_stamp_is_utc_without_punctuation)
{
    static const struct {
        int64_t at;
        const char *want;
    } cases[] = {
        { 0, "19700101T000000Z" },
        { 1440938160, "20150830T123600Z" },
        { 1709164800, "20240229T000000Z" },
        { 4102444799, "20991231T235959Z" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char stamp[SIGV4_STAMP_SIZE];
        sigv4_stamp(cases[i].at, stamp);
        CHECK_STR(stamp, cases[i].want);
    }
}

TEST(unsignable_requests_are_rejected)
{
    const struct sigv4_scope scope = { 0, STR("us-east-1"), STR("service") };
    const struct sigv4_key key = { STR("id"), STR("secret") };
    struct http_header many[SIGV4_HEADERS_MAX + 1], host = { STR("Host"), STR("x") };
    struct sigv4_request cases[] = {
        { STR("GET"), STR("/"), STR(""), NULL, 0, STR_NONE },
        { STR("GET"), STR("/"), STR("a=%zz"), &host, 1, STR_NONE },
        { STR("GET"), STR("/"), STR("a=%2"), &host, 1, STR_NONE },
        { STR("GET"), STR("/"), STR(""), many, SIGV4_HEADERS_MAX + 1, STR_NONE },
    };

    for (size_t i = 0; i < SIGV4_HEADERS_MAX + 1; i++)
        many[i] = host;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out = BUF_INIT(4096);
        struct err err = ERR_NONE;
        CHECK_ROW(i, sigv4_authorization(&cases[i], &scope, &key, &out, &err) == ST_INVALID);
        CHECK_ROW(i, err.status == ST_INVALID);
        buf_free(&out);
    }
}

static void check_line(char *line, int row)
{
    struct buf authorization = BUF_INIT(8192);
    json_t *tree = NULL;
    struct loaded l;
    struct sigv4_scope scope = { 0 };
    struct sigv4_key key;

    CHECK_INT(json_parse(str_trim(str_of(line)), true, &tree, NULL), ST_OK);
    l = load(tree);
    l.request.headers = l.headers;
    CHECK(json_int(tree, "time", &scope.time_s));
    scope.region = json_str(tree, "region");
    scope.service = json_str(tree, "service");
    key = (struct sigv4_key){ json_str(tree, "id"), json_str(tree, "secret") };
    CHECK_INT(sigv4_authorization(&l.request, &scope, &key, &authorization, NULL), ST_OK);
    if (!str_eq(buf_str(&authorization), json_str(tree, "authorization")))
        fail_msg("request %d: got %s for %s", row, buf_z(&authorization), line);
    buf_free(&authorization);
    json_decref(tree);
}

TEST(random_requests_match_amazons_own_signer)
{
    static char line[LINE_MAX_BYTES];
    const char *top = getenv("TEST_TOP"), *seed = getenv("SIGV4_SEED");
    char command[2048];
    FILE *node;
    int count = 0;

    if (!getenv("NODE_PATH"))
        fail_msg("NODE_PATH is not set: run this by `make test`, or see tests/dynamo/start.sh");
    (void)snprintf(command, sizeof command, "node %s/tests/dynamo/sign_random.js %d %s",
                   top ? top : ".", REQUESTS, seed ? seed : "20150830");
    node = popen(command, "r");
    CHECK(node);
    while (fgets(line, sizeof line, node))
        check_line(line, ++count);
    CHECK_INT(pclose(node), 0);
    CHECK_INT(count, REQUESTS);
}

TESTS(every_stage_matches_the_published_vectors, a_stamp_is_utc_without_punctuation,
      unsignable_requests_are_rejected, random_requests_match_amazons_own_signer)
