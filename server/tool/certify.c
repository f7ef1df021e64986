/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/certify.c -- `climacast certify`: sends the requests of Amazon's certification, and
 * attacks beyond them, to a running daemon, and prints a line for each.
 *
 * The requests are data (certify.def). Their chains, good and bad, come from certs/dev/make.sh
 * --bad; the daemon must trust that root and fetch the chains from a host that serves them, as with
 * `make run`. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certs/signer.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/config/options.h"
#include "server/tool/alexa_client.h"
#include "server/tool/args.h"
#include "server/tool/tool.h"
#include "server/utterance/envelope_build.h"

/* Changes to the two signature headers. */
enum headers {
    NO_URL = 1,
    NO_SIGNATURE = 2,
    OLD_SIGNATURE = 4,
    SIGNATURE_TWICE = 8,
    URL_TWICE = 16,
    OTHER_BYTES = 32, /* the signature is of another body */
};

/* What a 200 response must do. */
enum answer {
    SPEAKS = 1,
    SILENT = 2,     /* have no speech */
    STAYS_OPEN = 4, /* keep the session open, with a reprompt */
    ENDS = 8,
};

/* One request and its expected response. NULL and 0 take the default. */
struct probe_case {
    const char *name;
    const char *request;     /* default: LaunchRequest */
    const char *slot;        /* "name=value"; default: no slots */
    const char *session;     /* default: "new" */
    const char *method;      /* default: POST */
    const char *body;        /* replaces the envelope */
    const char *cert_url;    /* replaces the SignatureCertChainUrl */
    const char *signature;   /* replaces the Signature-256 */
    const char *chain;       /* another chain of the development folder, with its key */
    const char *signing_key; /* another key of the development folder */
    const char *timestamp, *skill_id;
    unsigned headers;   /* enum headers */
    unsigned answer;    /* enum answer; checked when `status` is 200 */
    bool twice;         /* send it twice and check the second response */
    bool early;         /* must be refused before anything is fetched */
    long status;        /* default: 200 */
    const char *reason; /* default: any */
};

static const struct probe_case probes[] = {
#define PROBE(what, ...) { .name = (what), __VA_ARGS__ },
#include "server/tool/certify.def"
#undef PROBE
};
enum {
    PROBES = sizeof probes / sizeof probes[0],
    ALEXA_TIMEOUT_MS = 8000,
    RESPONSE_MAX = 24 * 1024
};

static const char certify_user[] = "amzn1.ask.account.CLIMACASTCERTIFY";

struct certify {
    const struct tool *tool;
    struct alexa_client *client;
    int passed, failed;
};

/* ---- sending ---- */

static enum status build_body(const struct certify *c, const struct probe_case *p, struct buf *body,
                              struct err *err)
{
    struct request_spec spec = { .name = p->request ? p->request : "LaunchRequest",
                                 .words = &p->slot,
                                 .word_count = !!p->slot,
                                 .user = certify_user,
                                 .session = p->session,
                                 .skill_id = p->skill_id,
                                 .timestamp = p->timestamp };

    if (!p->body)
        return envelope_build(&spec, c->tool->config, body, err);
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
    if (!name || access(path, R_OK) != 0) /* a chain around the good leaf uses its key */
        return alexa_client_sign(c->client, body, out, err);
    st = signer_open(path, &signer, err);
    if (st == ST_OK)
        st = signer_sign(signer, body, out, err);
    signer_free(signer);
    return st;
}

static enum status build_signature(const struct certify *c, const struct probe_case *p,
                                   struct str body, struct buf *out, struct err *err)
{
    const char *name = p->signing_key ? p->signing_key : p->chain;

    if (p->headers & OTHER_BYTES)
        body = STR("other bytes");
    if (p->signature)
        buf_putz(out, p->signature);
    else if (alexa_client_signs(c->client))
        return sign_with(c, name, body, out, err);
    else
        buf_putz(out, "AAAA"); /* `early` probes are refused before it is checked */
    return ST_OK;
}

static size_t build_headers(const struct certify *c, const struct probe_case *p,
                            struct str signature, char url[ALEXA_CLIENT_PATH_MAX],
                            struct http_header *headers)
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

static enum status send_probe(const struct certify *c, const struct probe_case *p, struct str body,
                              struct http_response *ret_response, struct err *err)
{
    struct buf signature = BUF_INIT(4096);
    struct http_header headers[ALEXA_CLIENT_HEADERS_MAX];
    char url[ALEXA_CLIENT_PATH_MAX];
    enum status st = build_signature(c, p, body, &signature, err);
    struct alexa_client_call call = { .method = p->method, .headers = headers, .body = body };

    *ret_response = (struct http_response){ .status = 0 };
    if (st == ST_OK) {
        call.header_count = build_headers(c, p, buf_str(&signature), url, headers);
        st = alexa_client_send(c->client, &call, ret_response, err);
    }
    buf_free(&signature);
    return st;
}

/* ---- checking ---- */

/* What is wrong with a 200 response, or NULL. */
static const char *check_answer(const struct probe_case *p, const struct http_response *r,
                                const json_t *root)
{
    struct str ssml = json_str(root, "response.outputSpeech.ssml");
    bool ends = json_bool(root, "response.shouldEndSession", false);
    bool says = ssml.n > 0;

    if (!str_eqz(json_str(root, "version"), "1.0") || !json_is_object(json_at(root, "response")))
        return "not a valid response";
    if (!str_starts(str_of(r->content_type), STR("application/json")))
        return "Content-Type is not application/json";
    if (r->body.n > RESPONSE_MAX)
        return "response is larger than 24 KB";
    if (says && (!str_starts(ssml, STR("<speak>")) || !str_ends(ssml, STR("</speak>"))))
        return "speech is not SSML";
    if ((p->answer & SPEAKS) && !says)
        return "no speech";
    if ((p->answer & SILENT) && says)
        return "unexpected speech";
    if ((p->answer & ENDS) && !ends)
        return "session did not end";
    if ((p->answer & STAYS_OPEN) &&
        (ends || json_str(root, "response.reprompt.outputSpeech.ssml").n == 0))
        return "session did not stay open with a reprompt";
    return NULL;
}

static void print_result(struct certify *c, const struct probe_case *p, const char *fault,
                         long status, struct str reason)
{
    c->passed += !fault;
    c->failed += !!fault;
    printf("%s %s ->", fault ? "FAIL" : "ok  ", p->name);
    if (status)
        printf(" %ld", status);
    if (reason.n)
        printf(" %.*s", STR_ARG(reason));
    if (fault && *fault)
        printf(": %s", fault);
    if (fault && (status != (p->status ? p->status : 200) || p->reason))
        printf(" (expected %ld%s%s)", p->status ? p->status : 200, p->reason ? " " : "",
               p->reason ? p->reason : "");
    printf("\n");
    (void)fflush(stdout);
}

static void check_response(struct certify *c, const struct probe_case *p,
                           const struct http_response *r, double ms)
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
        fault = check_answer(p, r, root);
    else if (reason.n == 0)
        fault = "no error reason";
    if (!fault && ms > ALEXA_TIMEOUT_MS)
        fault = "slower than Alexa's timeout";
    print_result(c, p, fault, r->status, reason);
    json_decref(root);
}

/* ST_OK for any response. */
static enum status run_probe(struct certify *c, const struct probe_case *p, struct err *err)
{
    struct buf body = BUF_INIT(0);
    struct http_response response = { .status = 0 };
    enum status st = build_body(c, p, &body, err);

    if (st == ST_OK && p->twice) {
        st = send_probe(c, p, buf_str(&body), &response, err);
        http_response_done(&response);
    }
    int64_t started = clock_mono_ms();
    if (st == ST_OK)
        st = send_probe(c, p, buf_str(&body), &response, err);
    if (st == ST_OK)
        check_response(c, p, &response, (double)(clock_mono_ms() - started));
    else
        print_result(c, p, err->text, 0, STR_NONE);
    http_response_done(&response);
    buf_free(&body);
    return st;
}

/* ---- the command ---- */

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
                       "no development chain to sign with; pass --dev DIR, or --refusals-only for "
                       "the requests that need none");
    for (size_t i = 0; i < PROBES; i++)
        if (probes[i].chain && !has_chain(c, probes[i].chain))
            return err_set(err, ST_INVALID,
                           "%s/chains/%s.pem is missing; create it with certs/dev/make.sh --bad %s",
                           alexa_client_dev(c->client), probes[i].chain,
                           alexa_client_dev(c->client));
    return ST_OK;
}

static int run_probes(struct certify *c, bool early_only)
{
    for (size_t i = 0; i < PROBES; i++) {
        struct err err = ERR_NONE;
        if (early_only && !probes[i].early)
            continue;
        if (run_probe(c, &probes[i], &err) != ST_OK && c->passed == 0)
            return tool_fail(c->tool, EXIT_REFUSED, &err); /* the daemon does not answer */
    }
    printf("%d passed, %d failed\n", c->passed, c->failed);
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
    enum status st = args_parse(options, sizeof options / sizeof options[0], tool->argc - 1,
                                tool->argv + 1, &args, &err);

    if (st == ST_OK && args.count > 1)
        st = err_set(&err, ST_INVALID, "expected at most one URL");
    if (st == ST_OK && args.count == 1)
        where.url = args.words[0];
    if (st == ST_OK)
        st = alexa_client_create(&where, tool->config, &c.client, &err);
    if (st == ST_OK && !early_only)
        st = check_chains(&c, &err);
    int status = st == ST_OK ? run_probes(&c, early_only) : tool_fail(tool, EXIT_USAGE, &err);
    alexa_client_free(c.client);
    return status;
}

const struct command command_certify = {
    .name = "certify",
    .summary = "replay Amazon's certification tests, and attacks, against a daemon",
    .usage = "[options] [URL]\n"
             "\n"
             "Prints a line for each request, then a summary.\n"
             "  --refusals-only     send only what must be refused before any certificate is\n"
             "                      fetched; works on an endpoint that trusts only "
             "Amazon\n" ALEXA_CLIENT_USAGE
             "\nExit status: 0 all passed, 1 some failed, 2 usage error.\n",
    .run = certify_run,
};
