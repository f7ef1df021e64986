/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/aws_credentials_http.c -- AWS credentials over HTTP: from a container's agent, or
 * from the metadata service of an EC2 instance.
 *
 * Both run on the same machine, so one second must be enough. Only version 2 of the metadata
 * service is used: version 1 gives its secrets to anyone who can make this process fetch a URL. */
#include <stdio.h>
#include <string.h>

#include "cache/dynamo/aws_credentials_internal.h"
#include "server/base/file.h"
#include "server/base/json.h"
#include "server/base/secret.h"
#include "server/base/time_text.h"

enum { CALL_TIMEOUT_MS = 1000, ANSWER_MAX = 64 * 1024, URL_BYTES_MAX = 2048, WORD_MAX = 4096 };

static const char container_base[] = "http://169.254.170.2";
static const char ec2_base[] = "http://169.254.169.254", ec2_base_v6[] = "http://[fd00:ec2::254]";

enum status aws_credentials_parse_json(struct str body, const char *who,
                                       struct aws_credentials *ret_credentials, struct err *err)
{
    json_t *answer = NULL;
    struct str code, until;
    enum status st = json_parse(body, false, &answer, NULL);

    if (st != ST_OK)
        return err_set(err, ST_UNAVAILABLE, "%s: the response is not JSON", who);
    code = json_str(answer, "Code");
    until = json_str(answer, "Expiration");
    if (code.n > 0 && !str_eqz(code, "Success"))
        st = err_set(err, ST_UNAVAILABLE, "%s: %.*s", who, STR_ARG(str_sub(code, 0, 60)));
    else if (!aws_credentials_fill(ret_credentials, json_str(answer, "AccessKeyId"),
                                   json_str(answer, "SecretAccessKey"), json_str(answer, "Token")))
        st = err_set(err, ST_UNAVAILABLE, "%s: the response has no keys", who);
    else if (until.n > 0 && !time_parse_rfc3339(until, &ret_credentials->expires_s))
        st = err_set(err, ST_UNAVAILABLE, "%s: the expiration is not a time", who);
    json_decref(answer);
    return st;
}

/* Calls a service on this machine. */
static enum status call_local(const struct aws_credentials_search *s, const char *method,
                              const char *url, struct http_header header,
                              struct http_response *response, struct err *err)
{
    struct http_request request = {
        .method = method,
        .url = url,
        .headers = &header,
        .header_count = header.name.n > 0,
        .max_bytes = ANSWER_MAX,
        .deadline = s->deadline,
        .timeout_ms = CALL_TIMEOUT_MS,
        .direct = str_starts(str_of(url), STR("http://")), /* no proxy for secrets in plain text */
    };

    return http_call(s->http, &request, response, err);
}

static void response_wipe(struct http_response *response)
{
    secret_wipe(response->body.p, response->body.n);
    http_response_done(response);
}

/* ---- containers ---- */

/* May this host be called without TLS? */
static bool is_local_host(struct str url)
{
    static const char *const hosts[] = { "127.0.0.1",     "localhost",      "[::1]",
                                         "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]" };
    struct str rest = str_sub(url, sizeof "http://" - 1, url.n);

    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        size_t n = strlen(hosts[i]);
        if (str_starts(rest, str_of(hosts[i])) &&
            (rest.n == n || rest.p[n] == ':' || rest.p[n] == '/'))
            return true;
    }
    return false;
}

/* Writes the value of the Authorization header to `out`. It is rotated, so it is read each time. */
static enum status container_token(const struct aws_credentials_search *s, struct buf *out,
                                   struct err *err)
{
    const char *path = aws_credentials_variable(s, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");

    if (!*path) {
        buf_putz(out, aws_credentials_variable(s, "AWS_CONTAINER_AUTHORIZATION_TOKEN"));
        return ST_OK;
    }
    if (file_read(path, out, NULL) == ST_OK)
        return ST_OK;
    return err_reason(err, ST_DENIED, "no_credentials",
                      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names a file that cannot be read");
}

static enum status container_get(const struct aws_credentials_search *s, const char *url,
                                 struct aws_credentials *ret_credentials, struct err *err)
{
    static const char who[] = "container credentials";
    struct buf token = BUF_INIT(WORD_MAX);
    struct http_response response;
    enum status st = container_token(s, &token, err);

    if (st == ST_OK) {
        struct str value = str_trim(buf_str(&token));
        struct http_header header = { value.n ? STR("Authorization") : STR_NONE, value };
        st = call_local(s, "GET", url, header, &response, err);
        if (st == ST_OK && response.status != 200)
            st = err_set(err, ST_UNAVAILABLE, "%s: HTTP status %ld", who, response.status);
        else if (st == ST_OK)
            st = aws_credentials_parse_json(buf_str(&response.body), who, ret_credentials, err);
        else
            (void)err_context(err, "%s", who);
        response_wipe(&response);
    }
    secret_wipe(token.p, token.n);
    buf_free(&token);
    return st;
}

enum status aws_credentials_from_container(const struct aws_credentials_search *s,
                                           struct aws_credentials *ret_credentials, struct err *err)
{
    const char *relative = aws_credentials_variable(s, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *full = aws_credentials_variable(s, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    const char *base = s->settings->container_base;
    char url[URL_BYTES_MAX];
    int n;

    if (!*relative && !*full)
        return ST_MISS;
    if (*relative)
        n = snprintf(url, sizeof url, "%s%s%s", base ? base : container_base,
                     *relative == '/' ? "" : "/", relative);
    else
        n = snprintf(url, sizeof url, "%s", full);
    if (n >= (int)sizeof url ||
        (!*relative && !str_starts(str_of(url), STR("https://")) &&
         !(str_starts(str_of(url), STR("http://")) && is_local_host(str_of(url)))))
        return err_reason(err, ST_DENIED, "no_credentials",
                          "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to an address "
                          "of this machine");
    return container_get(s, url, ret_credentials, err);
}

/* ---- EC2 ---- */

static const char *ec2_endpoint(const struct aws_credentials_search *s)
{
    const char *base = aws_credentials_variable(s, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    bool v6 = str_ieqz(
        str_of(aws_credentials_variable(s, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")), "ipv6");

    return *base ? base : v6 ? ec2_base_v6 : ec2_base;
}

/* Requests a session token. ST_MISS: there is no metadata service. */
static enum status ec2_token(const struct aws_credentials_search *s, const char *base,
                             struct buf *token, struct err *err)
{
    const struct http_header lifetime = { STR("X-aws-ec2-metadata-token-ttl-seconds"),
                                          STR("21600") };
    struct http_response response;
    char url[URL_BYTES_MAX];
    enum status st = ST_MISS;

    (void)snprintf(url, sizeof url, "%s/latest/api/token", base);
    for (int attempt = 0; attempt < 2 && st == ST_MISS; attempt++) {
        st = call_local(s, "PUT", url, lifetime, &response, NULL);
        if (st == ST_OK && response.status == 200)
            buf_put(token, str_trim(buf_str(&response.body)));
        else if (st == ST_OK && response.status >= 500)
            st = ST_MISS; /* it fails occasionally */
        else if (st == ST_OK)
            st = err_reason(
                err, ST_DENIED, "no_credentials",
                "EC2 metadata: HTTP status %ld for a session token; version 1 is not used",
                response.status);
        else
            st = ST_MISS;
        response_wipe(&response);
    }
    return st;
}

/* Reads one page of the credentials; `name` is a role, or "" for the list of roles. */
static enum status ec2_get(const struct aws_credentials_search *s, const char *base,
                           struct str token, struct str name, struct buf *page, struct err *err)
{
    const struct http_header header = { STR("X-aws-ec2-metadata-token"), token };
    struct http_response response;
    char url[URL_BYTES_MAX];
    enum status st;

    (void)snprintf(url, sizeof url, "%s/latest/meta-data/iam/security-credentials/%.*s", base,
                   STR_ARG(name));
    st = call_local(s, "GET", url, header, &response, err);
    if (st != ST_OK)
        (void)err_context(err, "EC2 metadata");
    else if (response.status == 404)
        st = err_reason(err, ST_DENIED, "no_credentials", "this EC2 instance has no role");
    else if (response.status != 200)
        st = err_set(err, ST_UNAVAILABLE, "EC2 metadata: HTTP status %ld", response.status);
    else
        buf_put(page, buf_str(&response.body));
    response_wipe(&response);
    return st;
}

/* The first role of the list, if it is safe to be part of a URL; else "". */
static struct str parse_role(struct str page)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+=,.@_-";
    struct str role = str_trim(str_sub(page, 0, str_index(page, '\n')));

    for (size_t i = 0; i < role.n; i++)
        if (!memchr(allowed, role.p[i], sizeof allowed - 1))
            return STR_NONE;
    return role;
}

enum status aws_credentials_from_ec2(const struct aws_credentials_search *s,
                                     struct aws_credentials *ret_credentials, struct err *err)
{
    const char *base = ec2_endpoint(s);
    struct buf token = BUF_INIT(WORD_MAX), roles = BUF_INIT(WORD_MAX), page = BUF_INIT(ANSWER_MAX);
    struct str role;
    enum status st = ST_MISS;

    if (str_ieqz(str_of(aws_credentials_variable(s, "AWS_EC2_METADATA_DISABLED")), "true"))
        return ST_MISS;
    if (strlen(base) < URL_BYTES_MAX / 2)
        st = ec2_token(s, base, &token, err);
    if (st == ST_OK)
        st = ec2_get(s, base, buf_str(&token), STR_NONE, &roles, err);
    role = parse_role(buf_str(&roles));
    if (st == ST_OK && (role.n == 0 || role.n > 256))
        st = err_reason(err, ST_DENIED, "no_credentials", "this EC2 instance has no role");
    if (st == ST_OK)
        st = ec2_get(s, base, buf_str(&token), role, &page, err);
    if (st == ST_OK)
        st = aws_credentials_parse_json(buf_str(&page), "EC2 metadata", ret_credentials, err);
    secret_wipe(token.p, token.n);
    secret_wipe(page.p, page.n);
    buf_free(&token);
    buf_free(&roles);
    buf_free(&page);
    return st;
}
