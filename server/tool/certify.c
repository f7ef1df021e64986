/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/certify.c -- `climacast certify`: plays what Amazon's certification sends, and worse,
 * against a running daemon, a line for each.
 *
 * What is played is data (certify.def). The chains, good and bad, are those of certs/dev/make.sh
 * --bad; the daemon must trust their root and fetch them from a host that serves them, as `make
 * run` arranges. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certs/signer.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/options.h"
#include "server/tool/alexa_client.h"
#include "server/tool/args.h"
#include "server/tool/tool.h"
#include "server/utterance/envelope_build.h"

enum headers { /* what is done to the two headers */
               AS_USUAL = 0,
               NO_URL = 1,
               NO_SIGNATURE = 2,
               OLD_SIGNATURE = 4,
               SIGNATURE_TWICE = 8,
               URL_TWICE = 16,
               OTHER_BYTES = 32, /* the signature is not the body's */
};

enum answer { /* what a 200 must be */
              SPEAKS = 1,
              SILENT = 2, /* nothing is said */
              STAYS = 4,  /* the session stays open, with a reprompt */
              ENDS = 8,
};

struct play {
    const char *name;
    const char *request;   /* LaunchRequest */
    const char *slot;      /* "name=value"; none */
    const char *session;   /* new */
    const char *method;    /* POST */
    const char *body;      /* instead of an envelope */
    const char *cert_url;  /* the header as it is */
    const char *signature; /* the header as it is */
    const char *chain;     /* another chain of the development folder, with its key */
    const char *signing_key;
    const char *timestamp, *skill_id;
    unsigned headers;
    unsigned answer;
    bool twice; /* the same once before, which is answered */
    bool early;
    long status;        /* 200 */
    const char *reason; /* any */
};

static const struct play plays[] = {
#define PLAY(what, ...) { .name = (what), __VA_ARGS__ },
#include "server/tool/certify.def"
#undef PLAY
};
enum { PLAYS = sizeof plays / sizeof plays[0], ALEXA_WAITS_MS = 8000, RESPONSE_MAX = 24 * 1024 };

static const char certify_user[] = "amzn1.ask.account.CLIMACASTCERTIFY";

struct certify {
    const struct tool *tool;
    struct alexa_client *client;
    int ok, failed;
};

/* ---- sending ---- */

static enum status make_body(const struct certify *c, const struct play *p, struct buf *body,
                             struct err *err)
{
    struct request_spec wish = { .name = p->request ? p->request : "LaunchRequest",
                                 .words = &p->slot,
                                 .word_count = !!p->slot,
                                 .user = certify_user,
                                 .session = p->session,
                                 .skill_id = p->skill_id,
                                 .timestamp = p->timestamp };

    if (!p->body)
        return envelope_build(&wish, c->tool->config, body, err);
    body->max = 1000;
    buf_putz(body, p->body);
    return ST_OK;
}

static enum status sign_with(const struct certify *c, const char *name, struct str body,
                             struct buf *out, struct err *err)
{
    struct signer *signer = NULL;
    char path[ALEXA_CLIENT_PATH_MAX];
    enum status st;

    (void)snprintf(path, sizeof path, "%s/keys/%s.key", alexa_client_dev(c->client),
                   name ? name : "");
    if (!name || access(path, R_OK) != 0) /* chains around the good leaf have its key */
        return alexa_client_sign(c->client, body, out, err);
    st = signer_open(path, &signer, err);
    if (st == ST_OK)
        st = signer_sign(signer, body, out, err);
    signer_free(signer);
    return st;
}

static enum status make_signature(const struct certify *c, const struct play *p, struct str body,
                                  struct buf *out, struct err *err)
{
    const char *name = p->signing_key ? p->signing_key : p->chain;

    if (p->headers & OTHER_BYTES)
        body = STR("other bytes");
    if (p->signature)
        buf_putz(out, p->signature);
    else if (alexa_client_signs(c->client))
        return sign_with(c, name, body, out, err);
    else
        buf_putz(out, "AAAA"); /* refused before it is looked at: only `early` gets here */
    return ST_OK;
}

static size_t make_headers(const struct certify *c, const struct play *p, struct str signature,
                           char url[ALEXA_CLIENT_PATH_MAX], struct http_header *headers)
{
    struct http_header signed256 = { STR("Signature-256"), signature }, where;
    size_t n = 0;

    (void)snprintf(url, ALEXA_CLIENT_PATH_MAX, ALEXA_CLIENT_CHAIN_HOST "%s.pem",
                   p->chain ? p->chain : "");
    where.name = STR("SignatureCertChainUrl");
    where.value = str_of(p->cert_url ? p->cert_url
                         : p->chain  ? url
                                     : alexa_client_chain_url(c->client));
    for (int i = 0; i < (p->headers & URL_TWICE ? 2 : 1); i++)
        if (!(p->headers & NO_URL))
            headers[n++] = where;
    for (int i = 0; i < (p->headers & SIGNATURE_TWICE ? 2 : 1); i++)
        if (!(p->headers & NO_SIGNATURE))
            headers[n++] = signed256;
    if (p->headers & OLD_SIGNATURE)
        headers[n++] = (struct http_header){ STR("Signature"), STR("AAAA") };
    return n;
}

static enum status send(const struct certify *c, const struct play *p, struct str body,
                        struct http_response *ret_response, struct err *err)
{
    struct buf signature = BUF_INIT(4096);
    struct http_header headers[ALEXA_CLIENT_HEADERS_MAX];
    char url[ALEXA_CLIENT_PATH_MAX];
    enum status st = make_signature(c, p, body, &signature, err);
    struct alexa_client_call call = { .method = p->method, .headers = headers, .body = body };

    *ret_response = (struct http_response){ .status = 0 };
    if (st == ST_OK) {
        call.header_count = make_headers(c, p, buf_str(&signature), url, headers);
        st = alexa_client_send(c->client, &call, ret_response, err);
    }
    buf_free(&signature);
    return st;
}

/* ---- judging ---- */

/* What is wrong with a 200, or NULL. */
static const char *judge_answer(const struct play *p, const struct http_response *r,
                                const json_t *root)
{
    struct str ssml = json_str(root, "response.outputSpeech.ssml");
    bool ends = json_bool(root, "response.shouldEndSession", false);
    bool says = ssml.n > 0;

    if (!str_eqz(json_str(root, "version"), "1.0") || !json_is_object(json_at(root, "response")))
        return "it is no response";
    if (!str_starts(str_of(r->content_type), STR("application/json")))
        return "its Content-Type is not application/json";
    if (r->body.n > RESPONSE_MAX)
        return "it is over 24 KB";
    if (says && (!str_starts(ssml, STR("<speak>")) || !str_ends(ssml, STR("</speak>"))))
        return "its speech is no SSML";
    if ((p->answer & SPEAKS) && !says)
        return "nothing is said";
    if ((p->answer & SILENT) && says)
        return "something is said";
    if ((p->answer & ENDS) && !ends)
        return "the session stays open";
    if ((p->answer & STAYS) &&
        (ends || json_str(root, "response.reprompt.outputSpeech.ssml").n == 0))
        return "the session does not stay open with a reprompt";
    return NULL;
}

static void report(struct certify *c, const struct play *p, const char *fault, long status,
                   struct str reason)
{
    c->ok += !fault;
    c->failed += !!fault;
    printf("%s %s ->", fault ? "FAIL" : "ok  ", p->name);
    if (status)
        printf(" %ld", status);
    if (reason.n)
        printf(" %.*s", STR_ARG(reason));
    if (fault && *fault)
        printf(": %s", fault);
    if (fault && (status != (p->status ? p->status : 200) || p->reason))
        printf(" (want %ld%s%s)", p->status ? p->status : 200, p->reason ? " " : "",
               p->reason ? p->reason : "");
    printf("\n");
    (void)fflush(stdout);
}

static void judge(struct certify *c, const struct play *p, const struct http_response *r, double ms)
{
    struct err err = ERR_NONE;
    json_t *root = NULL;
    const char *fault = NULL;
    struct str reason;

    if (json_parse(buf_str(&r->body), true, &root, &err) != ST_OK)
        root = NULL;
    reason = json_str(root, "error");
    if (r->status != (p->status ? p->status : 200) || (p->reason && !str_eqz(reason, p->reason)))
        fault = "";
    else if (r->status == 200)
        fault = judge_answer(p, r, root);
    else if (reason.n == 0)
        fault = "it gives no reason";
    if (!fault && ms > ALEXA_WAITS_MS)
        fault = "it came too late for Alexa";
    report(c, p, fault, r->status, reason);
    json_decref(root);
}

/* ST_OK when an answer came, whatever it was. */
static enum status play(struct certify *c, const struct play *p, struct err *err)
{
    struct buf body = BUF_INIT(0);
    struct http_response response = { .status = 0 };
    enum status st = make_body(c, p, &body, err);

    if (st == ST_OK && p->twice) {
        st = send(c, p, buf_str(&body), &response, err);
        http_response_done(&response);
    }
    int64_t started = clock_mono_ms();
    if (st == ST_OK)
        st = send(c, p, buf_str(&body), &response, err);
    if (st == ST_OK)
        judge(c, p, &response, (double)(clock_mono_ms() - started));
    else
        report(c, p, err->text, 0, STR_NONE);
    http_response_done(&response);
    buf_free(&body);
    return st;
}

/* ---- the command ---- */

/* Is the chain of this play there to be served? */
static bool has_chain(const struct certify *c, const char *name)
{
    char path[ALEXA_CLIENT_PATH_MAX];

    (void)snprintf(path, sizeof path, "%s/chains/%s.pem", alexa_client_dev(c->client), name);
    return access(path, R_OK) == 0;
}

static enum status check_chains(const struct certify *c, struct err *err)
{
    if (!alexa_client_signs(c->client) || !*alexa_client_dev(c->client))
        return err_set(err, ST_INVALID,
                       "there is no development chain to sign with: give --dev DIR, or play only "
                       "what needs none (--refusals-only)");
    for (size_t i = 0; i < PLAYS; i++)
        if (plays[i].chain && !has_chain(c, plays[i].chain))
            return err_set(err, ST_INVALID,
                           "%s/chains has no %s.pem: make it with certs/dev/make.sh "
                           "--bad %s",
                           alexa_client_dev(c->client), plays[i].chain,
                           alexa_client_dev(c->client));
    return ST_OK;
}

static int play_all(struct certify *c, bool early_only)
{
    for (size_t i = 0; i < PLAYS; i++) {
        struct err err = ERR_NONE;
        if (early_only && !plays[i].early)
            continue;
        if (play(c, &plays[i], &err) != ST_OK && c->ok == 0)
            return tool_fail(c->tool, EXIT_REFUSED, &err); /* nobody there */
    }
    printf("%d ok, %d failed\n", c->ok, c->failed);
    return c->failed == 0 ? EXIT_SUCCESS : EXIT_REFUSED;
}

static int certify_run(struct tool *tool)
{
    struct certify c = { .tool = tool };
    struct alexa_client_settings where = { .url = NULL };
    bool early_only = false;
    const struct arg_option options[] = { { "--refusals-only", NULL, &early_only },
                                          ALEXA_CLIENT_OPTIONS(where) };
    struct args args;
    struct err err = ERR_NONE;
    enum status st = args_take(options, sizeof options / sizeof options[0], tool->argc - 1,
                               tool->argv + 1, &args, &err);

    if (st == ST_OK && args.count > 1)
        st = err_set(&err, ST_INVALID, "one URL at most");
    if (st == ST_OK && args.count == 1)
        where.url = args.words[0];
    if (st == ST_OK)
        st = alexa_client_create(&where, tool->config, &c.client, &err);
    if (st == ST_OK && !early_only)
        st = check_chains(&c, &err);
    int status = st == ST_OK ? play_all(&c, early_only) : tool_fail(tool, EXIT_USAGE, &err);
    alexa_client_free(c.client);
    return status;
}

const struct command command_certify = {
    .name = "certify",
    .summary = "play the requests of Amazon's certification against a daemon",
    .usage =
        "[options] [URL]\n"
        "\n"
        "A line for each request, then a count; exit 0 when all went as they must, else 1.\n"
        "  --refusals-only     only what must be refused before any certificate is fetched:\n"
        "                      fit for an endpoint that trusts Amazon alone\n" ALEXA_CLIENT_USAGE,
    .run = certify_run,
};
