/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/request.c -- `climacast request`: prints a request body, or a curl command that sends
 * it signed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/config/options.h"
#include "server/tool/alexa_client.h"
#include "server/tool/phrase_parser.h"
#include "server/tool/request_args.h"
#include "server/tool/tool.h"

/* Print two strings as one single-quoted shell word. */
static void print_quoted(const char *a, const char *b)
{
    putchar('\'');
    for (const char *const parts[] = { a, b }, *const *part = parts; part < parts + 2; part++)
        for (const char *p = *part; *p; p++)
            if (*p == '\'')
                fputs("'\\''", stdout);
            else
                putchar(*p);
    putchar('\'');
}

static enum status print_curl(const struct alexa_client *c, const struct buf *body, struct err *err)
{
    struct buf signature = BUF_INIT(4096);

    if (alexa_client_signs(c) && alexa_client_sign(c, buf_str(body), &signature, err) != ST_OK) {
        buf_free(&signature);
        return err->status;
    }
    printf("curl --silent --show-error%s",
           alexa_client_sends_proxy_header(c) ? " --haproxy-protocol" : "");
    if (*alexa_client_ca(c)) {
        printf(" --cacert ");
        print_quoted(alexa_client_ca(c), "");
    }
    if (*alexa_client_unix_path(c)) {
        printf(" --unix-socket ");
        print_quoted(alexa_client_unix_path(c), "");
    }
    printf(" \\\n  --header 'Content-Type: application/json; charset=utf-8'");
    if (alexa_client_signs(c)) {
        printf(" \\\n  --header ");
        print_quoted("SignatureCertChainUrl: ", alexa_client_chain_url(c));
        printf(" \\\n  --header ");
        print_quoted("Signature-256: ", buf_z(&signature));
    }
    printf(" \\\n  --data-binary ");
    print_quoted(buf_z(body), "");
    printf(" \\\n  ");
    print_quoted(alexa_client_url(c), "");
    printf("\n");
    buf_free(&signature);
    return ST_OK;
}

static int request_run(struct tool *tool)
{
    struct alexa_client_settings where = { .url = NULL };
    struct request_spec spec = { .name = NULL };
    struct alexa_client *client = NULL;
    struct phrase_parser *parser = NULL;
    const char *model = NULL;
    bool curl = false;
    const struct arg_option options[] = { { "--curl", NULL, &curl },
                                          { "--model", &model, NULL },
                                          REQUEST_ARGS_OPTIONS(spec),
                                          ALEXA_CLIENT_OPTIONS(where) };
    struct buf body = BUF_INIT(0), parsed = BUF_INIT(0);
    struct args args;
    struct err err = ERR_NONE;
    enum status st = args_parse(options, sizeof options / sizeof options[0], tool->argc - 1,
                                tool->argv + 1, &args, &err);

    if (st == ST_OK)
        st = request_args_parse(&spec, &args, &err);
    if (st == ST_OK && spec.say)
        st = phrase_parser_create(model, tool->config, &parser, &err);
    if (st == ST_OK && spec.say)
        st = phrase_parser_parse(parser, &spec, &parsed, &err);
    if (st == ST_OK)
        st = envelope_build(&spec, tool->config, &body, &err);
    if (st == ST_OK && curl)
        st = alexa_client_create(&where, tool->config, &client, &err);
    if (st == ST_OK && curl)
        st = print_curl(client, &body, &err);
    else if (st == ST_OK)
        printf("%s\n", buf_z(&body));
    alexa_client_free(client);
    phrase_parser_free(parser);
    buf_free(&body);
    buf_free(&parsed);
    return st == ST_OK ? EXIT_SUCCESS : tool_fail(tool, EXIT_USAGE, &err);
}

const struct command command_request = {
    .name = "request",
    .summary = "print a request body or a signed curl command",
    .usage =
        "[--curl] [options] INTENT|REQUESTTYPE [slot=value]...\n"
        "\n"
        "  --curl              print a signed curl command; the daemon accepts it once, within\n"
        "                      alexa.timestamp_tolerance\n"
        "  --model FILE        interaction model for --say (default: the installed "
        "one)\n" REQUEST_ARGS_USAGE ALEXA_CLIENT_USAGE,
    .run = request_run,
};
