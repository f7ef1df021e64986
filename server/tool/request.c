/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/request.c -- `climacast request`: the body of a request, or the curl command that
 * sends it signed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/options.h"
#include "server/tool/alexa_client.h"
#include "server/tool/request_spec.h"
#include "server/tool/say.h"
#include "server/tool/tool.h"

/* Two texts as one word of a shell, whatever they hold. */
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

static enum status print_curl(const struct caller *c, const struct buf *body, struct err *err)
{
    struct buf signature = BUF_INIT(4096);

    if (caller_signs(c) && caller_sign(c, buf_str(body), &signature, err) != ST_OK) {
        buf_free(&signature);
        return err->status;
    }
    printf("curl --silent --show-error");
    if (*caller_ca(c)) {
        printf(" --cacert ");
        print_quoted(caller_ca(c), "");
    }
    printf(" \\\n  --header 'Content-Type: application/json; charset=utf-8'");
    if (caller_signs(c)) {
        printf(" \\\n  --header ");
        print_quoted("SignatureCertChainUrl: ", caller_chain_url(c));
        printf(" \\\n  --header ");
        print_quoted("Signature-256: ", buf_z(&signature));
    }
    printf(" \\\n  --data-binary ");
    print_quoted(buf_z(body), "");
    printf(" \\\n  ");
    print_quoted(caller_url(c), "");
    printf("\n");
    buf_free(&signature);
    return ST_OK;
}

static int run(struct tool *tool)
{
    struct caller_settings where = { .url = NULL };
    struct wish wish = { .name = NULL };
    struct caller *caller = NULL;
    struct sayer *sayer = NULL;
    const char *model = NULL;
    bool curl = false;
    const struct arg_option options[] = { { "--curl", NULL, &curl },
                                          { "--model", &model, NULL },
                                          WISH_OPTIONS(wish),
                                          CALLER_OPTIONS(where) };
    struct buf body = BUF_INIT(0), understood = BUF_INIT(0);
    struct args args;
    struct err err = ERR_NONE;
    enum status st = args_take(options, sizeof options / sizeof options[0], tool->argc - 1,
                               tool->argv + 1, &args, &err);

    if (st == ST_OK)
        st = wish_words(&wish, &args, &err);
    if (st == ST_OK && wish.say)
        st = sayer_create(model, &sayer, &err);
    if (st == ST_OK && wish.say)
        st = sayer_understand(sayer, &wish, &understood, &err);
    if (st == ST_OK)
        st = envelope_make(&wish, tool->config, &body, &err);
    if (st == ST_OK && curl)
        st = caller_create(&where, tool->config, &caller, &err);
    if (st == ST_OK && curl)
        st = print_curl(caller, &body, &err);
    else if (st == ST_OK)
        printf("%s\n", buf_z(&body));
    caller_free(caller);
    sayer_free(sayer);
    buf_free(&body);
    buf_free(&understood);
    return st == ST_OK ? EXIT_SUCCESS : tool_fail(tool, EXIT_USAGE, &err);
}

const struct command command_request = {
    .name = "request",
    .summary = "print a request's body, or a signed curl command",
    .usage =
        "[--curl] [options] INTENT|REQUESTTYPE [slot=value]...\n"
        "\n"
        "  --curl              a curl command, signed with the development chain; a daemon takes\n"
        "                      it once, and within alexa.timestamp_tolerance of now\n"
        "  --model FILE        the interaction model that --say goes by\n" WISH_USAGE CALLER_USAGE,
    .run = run,
};
