/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/ask.c -- `climacast ask`: sends requests to the daemon, or answers them in process,
 * and prints the speech. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/visible.h"
#include "server/config/options.h"
#include "server/tool/alexa_client.h"
#include "server/tool/in_process.h"
#include "server/tool/phrase_parser.h"
#include "server/tool/request_args.h"
#include "server/tool/tool.h"
#include "server/utterance/speech_text.h"

enum { OUT_MAX = 1024 * 1024, REFUSAL_MAX = 1000 };

struct ask {
    struct tool *tool;
    struct alexa_client *client; /* exactly one of the two */
    struct in_process *in_process;
    const char *model;            /* for --say; NULL: the installed one */
    struct phrase_parser *parser; /* created at the first --say */
    bool json, timed;
    char *attributes; /* session attributes of the last response, or NULL */
};

/* ---- one request ---- */

static int print_refusal(const struct ask *a, long status, struct str body)
{
    char shown[REFUSAL_MAX];

    (void)snprintf(shown, sizeof shown, "%.*s", STR_ARG(body));
    visible_clean(shown);
    fprintf(stderr, "climacast ask: daemon returned HTTP %ld: %s\n", status, shown);
    if (a->client && !alexa_client_signs(a->client))
        fprintf(stderr, "climacast ask: the request was not signed (see --dev)\n");
    return EXIT_REFUSED;
}

static const char *fix_for_no_response(const struct err *err)
{
    if (strstr(err->text, "certificate"))
        return "pass the root of its certificate with --ca, or the development folder with --dev";
    return err->status == ST_UNAVAILABLE ? "start the daemon (climacast doctor finds what prevents "
                                           "it), or pass --direct to answer without one"
                                         : "";
}

/* Alexa sends the attributes of the last response with the next request of a session. */
static void save_attributes(struct ask *a, const json_t *root)
{
    json_t *attributes = json_at(root, "sessionAttributes");

    if (!attributes)
        return;
    free(a->attributes);
    a->attributes = json_dumps(attributes, JSON_COMPACT);
}

static int print_answer(struct ask *a, struct str body, double ms)
{
    struct buf text = BUF_INIT(OUT_MAX);
    struct err err = ERR_NONE;
    json_t *root;

    if (json_parse(body, true, &root, &err) != ST_OK) {
        err_context(&err, "cannot parse the response");
        return tool_fail(a->tool, EXIT_REFUSED, &err);
    }
    save_attributes(a, root);
    speech_text(&text, json_str(root, "response.outputSpeech.ssml"));
    if (text.p)
        visible_clean(text.p);
    if (a->json)
        printf("%.*s\n", STR_ARG(body));
    else
        printf("%s\n", text.n ? buf_z(&text) : "(no speech)");
    if (a->timed)
        printf("(%.1f ms)\n", ms);
    buf_free(&text);
    json_decref(root);
    return EXIT_SUCCESS;
}

static int ask_in_process(struct ask *a, struct str body)
{
    struct buf out = BUF_INIT(OUT_MAX);
    struct err err = ERR_NONE;
    int64_t started = clock_mono_us();
    int status = in_process_answer(a->in_process, body, &out, &err) == ST_OK
                     ? print_answer(a, buf_str(&out), (double)(clock_mono_us() - started) / 1000)
                     : tool_fail(a->tool, EXIT_REFUSED, &err);

    buf_free(&out);
    return status;
}

static int ask_daemon(struct ask *a, struct str body)
{
    struct http_response response;
    struct err err = ERR_NONE;
    int64_t started = clock_mono_us();
    int status;

    if (alexa_client_post(a->client, body, &response, &err) != ST_OK)
        status = err.reason[0]
                     ? tool_fail(a->tool, EXIT_REFUSED, &err)
                     : tool_fail_fix(a->tool, EXIT_REFUSED, &err, fix_for_no_response(&err));
    else if (response.status != 200)
        status = print_refusal(a, response.status, buf_str(&response.body));
    else
        status =
            print_answer(a, buf_str(&response.body), (double)(clock_mono_us() - started) / 1000);
    http_response_done(&response);
    return status;
}

/* Parse the --say phrase into the request, and print it as arguments: on stderr when stdout is for
 * JSON. */
static enum status parse_phrase(struct ask *a, struct request_spec *spec, struct err *err)
{
    struct buf line = BUF_INIT(OUT_MAX);
    enum status st =
        a->parser ? ST_OK : phrase_parser_create(a->model, a->tool->config, &a->parser, err);

    if (st == ST_OK)
        st = phrase_parser_parse(a->parser, spec, &line, err);
    if (st == ST_OK)
        fprintf(a->json ? stderr : stdout, "%s\n", buf_z(&line));
    buf_free(&line);
    return st;
}

static int ask_one(struct ask *a, const struct request_spec *spec)
{
    struct request_spec with = *spec;
    struct buf body = BUF_INIT(0);
    struct err err = ERR_NONE;
    bool open = spec->session && strcmp(spec->session, "open") == 0;
    int status;

    if (open && !spec->attributes)
        with.attributes = a->attributes;
    if ((with.say && parse_phrase(a, &with, &err) != ST_OK) ||
        envelope_build(&with, a->tool->config, &body, &err) != ST_OK)
        status = tool_fail(a->tool, EXIT_USAGE, &err);
    else
        status = a->in_process ? ask_in_process(a, buf_str(&body)) : ask_daemon(a, buf_str(&body));
    buf_free(&body);
    return status;
}

/* ---- a file of requests ---- */

/* One line; its options override those of the command line. */
static int ask_line(struct ask *a, const struct request_spec *usual, char *line, struct err *err)
{
    char *argv[ARGS_MAX + 16];
    size_t argc;
    struct request_spec spec = *usual;
    const struct arg_option options[] = { REQUEST_ARGS_OPTIONS(spec) };
    struct args args;
    char shown[ARGS_LINE_MAX];

    (void)snprintf(shown, sizeof shown, "%.*s", (int)strcspn(line, "\r\n"), line);
    if (args_split(line, argv, sizeof argv / sizeof argv[0], &argc, err) != ST_OK)
        return EXIT_USAGE;
    if (argc == 0)
        return EXIT_SUCCESS;
    if (args_parse(options, sizeof options / sizeof options[0], (int)argc, argv, &args, err) !=
            ST_OK ||
        request_args_parse(&spec, &args, err) != ST_OK)
        return EXIT_USAGE;
    if (!a->json)
        printf("> %s\n", shown);
    (void)fflush(stdout);
    int status = ask_one(a, &spec);
    if (!a->json)
        printf("\n");
    return status;
}

static int ask_file(struct ask *a, const struct request_spec *usual, const char *path)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *f = standard ? stdin : fopen(path, "re");
    struct err err = ERR_NONE;
    char line[ARGS_LINE_MAX];
    int status = EXIT_SUCCESS;

    if (!f) {
        err_set(&err, ST_INVALID, "cannot read %s: %s", path, strerror(errno));
        return tool_fail(a->tool, EXIT_USAGE, &err);
    }
    for (int number = 1; status != EXIT_USAGE && fgets(line, sizeof line, f); number++) {
        int now = strlen(line) + 1 < sizeof line
                      ? ask_line(a, usual, line, &err)
                      : (err_set(&err, ST_INVALID, "line too long"), EXIT_USAGE);
        if (err.status != ST_OK) {
            err_context(&err, "%s:%d", path, number);
            (void)tool_fail(a->tool, EXIT_USAGE, &err);
        }
        status = now != EXIT_SUCCESS ? now : status;
    }
    if (!standard)
        (void)fclose(f);
    return status;
}

/* ---- the command ---- */

static int ask_run(struct tool *tool)
{
    struct ask a = { .tool = tool };
    struct alexa_client_settings where = { .url = NULL };
    struct request_spec spec = { .name = NULL };
    const char *file = NULL;
    bool direct = false;
    const struct arg_option options[] = {
        { "--json", NULL, &a.json }, { "--time", NULL, &a.timed },  { "--direct", NULL, &direct },
        { "--file", &file, NULL },   { "--model", &a.model, NULL }, REQUEST_ARGS_OPTIONS(spec),
        ALEXA_CLIENT_OPTIONS(where)
    };
    struct args args;
    struct err err = ERR_NONE;
    int status;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (file && (args.count > 0 || spec.say))
        err_set(&err, ST_INVALID, "--file and a request exclude each other");
    if (err.status != ST_OK || (!file && request_args_parse(&spec, &args, &err) != ST_OK) ||
        (direct ? in_process_create(tool->config, &a.in_process, &err)
                : alexa_client_create(&where, tool->config, &a.client, &err)) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    status = file ? ask_file(&a, &spec, file) : ask_one(&a, &spec);
    free(a.attributes);
    phrase_parser_free(a.parser);
    in_process_free(a.in_process);
    alexa_client_free(a.client);
    return status;
}

const struct command command_ask = {
    .name = "ask",
    .summary = "send a request to the daemon and print the speech",
    .usage =
        "[options] INTENT|REQUESTTYPE [slot=value]...\n"
        "       climacast ask [options] --say TEXT\n"
        "       climacast ask [options] --file FILE\n"
        "\n"
        "  climacast ask LaunchRequest\n"
        "  climacast ask MetricIntent metric=temperature location=\"Seattle, Washington\"\n"
        "  climacast ask --say \"what's the weather in boulder colorado\"\n"
        "\n"
        "  --file FILE         read requests from FILE, one per line, with shell quoting and #\n"
        "                      comments; a line may set --user, --session, ...; - reads stdin\n"
        "  --model FILE        interaction model for --say (default: the installed one)\n"
        "  --json              print the whole response as JSON\n"
        "  --time              print the response time, too\n"
        "  --direct            answer in this process, without a daemon\n" REQUEST_ARGS_USAGE
            ALEXA_CLIENT_USAGE
        "\nIn a file, a request with --session open continues with the session attributes of the\n"
        "previous response.\n"
        "\nExit status: 0 success, 1 refused or unreachable, 2 usage error.\n",
    .run = ask_run,
};
