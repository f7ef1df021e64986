/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/chat.c -- `climacast chat`: type what you would say, read or hear the answer. The
 * session is kept, as between Alexa and the skill.
 *
 * On a terminal, lines are edited and recalled by libedit when it is installed, else edited as
 * the terminal does it. When input is not a terminal, each line is printed with its answer, as in a
 * script of a play. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/json.h"
#include "server/base/visible.h"
#include "server/config/options.h"
#include "server/tool/alexa_client.h"
#include "server/tool/args.h"
#include "server/tool/in_process.h"
#include "server/tool/line_editor.h"
#include "server/tool/phrase_parser.h"
#include "server/tool/tool.h"
#include "server/utterance/envelope_build.h"
#include "server/utterance/speech_text.h"

enum { RESPONSE_MAX = 1024 * 1024, SENTENCE_MAX = 500 };

extern char **environ;

struct chat {
    struct tool *tool;
    struct alexa_client *client; /* exactly one of the two */
    struct in_process *in_process;
    struct phrase_parser *parser;
    const char *user, *device, *api_token;
    const char *speaker;        /* the program that speaks, or NULL */
    bool terminal;              /* input and output are one */
    struct line_editor *editor; /* of the terminal, or NULL */
    char *attributes;           /* of the open session, or NULL */
};

/* ---- speaking ---- */

/* The first of the known speech programs that is installed, as a path in `out`. */
static const char *find_speaker(char *out, size_t max)
{
    static const char *const names[] = { "espeak-ng", "spd-say" };
    const char *path = getenv("PATH");

    for (size_t i = 0; path && i < sizeof names / sizeof names[0]; i++) {
        struct str rest = str_of(path), dir;
        while (str_split(&rest, ':', &dir)) {
            int n = snprintf(out, max, "%.*s/%s", STR_ARG(dir), names[i]);
            if (dir.n > 0 && n > 0 && (size_t)n < max && access(out, X_OK) == 0)
                return out;
        }
    }
    return NULL;
}

/* Speaks, and waits until it is said. A failure to speak does not matter: the text was printed. */
static void speak(const struct chat *c, char *text)
{
    char program[SENTENCE_MAX], wait[] = "--wait", end[] = "--";
    bool waits = str_ends(str_of(c->speaker), STR("spd-say"));
    char *const patient[] = { program, wait, end, text, NULL };
    char *const plain[] = { program, end, text, NULL };
    pid_t pid;

    (void)snprintf(program, sizeof program, "%s", c->speaker);
    if (posix_spawn(&pid, c->speaker, NULL, NULL, waits ? patient : plain, environ) == 0)
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            continue;
}

/* ---- one sentence ---- */

static enum status send_body(struct chat *c, struct str body, struct buf *out, struct err *err)
{
    struct http_response response;
    enum status st;

    if (c->in_process)
        return in_process_answer(c->in_process, body, out, err);
    st = alexa_client_post(c->client, body, &response, err);
    if (st == ST_OK && response.status != 200)
        st = err_set(err, ST_UNAVAILABLE, "daemon returned HTTP %ld: %.*s", response.status,
                     STR_ARG(buf_str(&response.body)));
    if (st == ST_OK)
        buf_put(out, buf_str(&response.body));
    http_response_done(&response);
    return st;
}

/* The session goes on with the attributes of the answer, or is over. */
static void keep_session(struct chat *c, const json_t *root)
{
    const json_t *attributes = json_at(root, "sessionAttributes");

    free(c->attributes);
    c->attributes = NULL;
    if (!json_bool(root, "response.shouldEndSession", true))
        c->attributes = attributes ? json_dumps(attributes, JSON_COMPACT) : strdup("{}");
}

static void print_reply(struct chat *c, const json_t *root)
{
    struct buf text = BUF_INIT(RESPONSE_MAX);

    speech_text(&text, json_str(root, "response.outputSpeech.ssml"));
    if (text.p)
        visible_clean(text.p);
    printf("Clima Cast: %s\n", text.n ? buf_z(&text) : "(no speech)");
    if (!c->attributes)
        printf("%s(end of the session)%s\n", c->terminal ? "\033[2m" : "",
               c->terminal ? "\033[0m" : "");
    (void)fflush(stdout);
    if (c->speaker && text.n > 0)
        speak(c, text.p);
    buf_free(&text);
}

static enum status say(struct chat *c, const char *sentence, struct err *err)
{
    struct request_spec spec = {
        .say = sentence, .user = c->user, .device = c->device, .api_token = c->api_token
    };
    struct buf line = BUF_INIT(RESPONSE_MAX), body = BUF_INIT(RESPONSE_MAX),
               out = BUF_INIT(RESPONSE_MAX);
    json_t *root = NULL;
    enum status st = phrase_parser_parse(c->parser, &spec, &line, err);

    if (st == ST_OK && c->terminal)
        printf("\033[2m%s\033[0m\n", buf_z(&line));
    spec.session = c->attributes ? "open" : "new";
    spec.attributes = c->attributes;
    if (st == ST_OK)
        st = envelope_build(&spec, c->tool->config, &body, err);
    if (st == ST_OK)
        st = send_body(c, buf_str(&body), &out, err);
    if (st == ST_OK)
        st = json_parse(buf_str(&out), true, &root, err);
    if (st == ST_OK) {
        keep_session(c, root);
        print_reply(c, root);
    }
    json_decref(root);
    buf_free(&line);
    buf_free(&body);
    buf_free(&out);
    return st;
}

/* ---- the conversation ---- */

/* The next line in `out`, without its end; false at the end of input. A longer line is cut. */
static bool read_sentence(const struct chat *c, char out[SENTENCE_MAX])
{
    int dropped = 0;
    size_t n;

    if (c->editor)
        return line_editor_read(c->editor, "You: ", out, SENTENCE_MAX);
    if (c->terminal) {
        printf("You: ");
        (void)fflush(stdout);
    }
    if (!fgets(out, SENTENCE_MAX, stdin))
        return false;
    n = strcspn(out, "\r\n");
    while (out[n] == '\0' && dropped != EOF && dropped != '\n')
        dropped = getchar();
    out[n] = '\0';
    return true;
}

static int converse(struct chat *c)
{
    char sentence[SENTENCE_MAX];
    int status = EXIT_SUCCESS;

    while (read_sentence(c, sentence)) {
        struct err err = ERR_NONE;
        if (str_trim(str_of(sentence)).n == 0 || sentence[0] == '#')
            continue;
        if (!c->terminal) {
            char shown[SENTENCE_MAX];
            (void)snprintf(shown, sizeof shown, "%s", sentence);
            visible_clean(shown);
            printf("You: %s\n", shown);
        }
        if (say(c, sentence, &err) != ST_OK)
            status = tool_fail(c->tool, EXIT_REFUSED, &err);
        (void)fflush(stdout);
    }
    if (c->terminal)
        printf("\n");
    return status;
}

static int chat_run(struct tool *tool)
{
    struct chat c = { .tool = tool };
    struct alexa_client_settings where = { .url = NULL };
    const char *model = NULL;
    char speaker[SENTENCE_MAX];
    bool direct = false, speaks = false;
    const struct arg_option options[] = {
        { "--direct", NULL, &direct },   { "--speak", NULL, &speaks },
        { "--model", &model, NULL },     { "--user", &c.user, NULL },
        { "--device", &c.device, NULL }, { "--api-token", &c.api_token, NULL },
        ALEXA_CLIENT_OPTIONS(where)
    };
    struct args args;
    struct err err = ERR_NONE;
    int status = EXIT_USAGE;

    if (args_parse(options, sizeof options / sizeof options[0], tool->argc - 1, tool->argv + 1,
                   &args, &err) != ST_OK)
        return tool_fail(tool, EXIT_USAGE, &err);
    if (args.count > 0)
        err_set(&err, ST_INVALID, "unexpected argument: %s", args.words[0]);
    if (speaks && !(c.speaker = find_speaker(speaker, sizeof speaker)))
        err_set(&err, ST_INVALID, "--speak needs espeak-ng or spd-say, and neither is installed");
    c.terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (err.status == ST_OK && c.terminal)
        c.editor = line_editor_open();
    if (err.status == ST_OK &&
        phrase_parser_create(model, tool->config, &c.parser, &err) == ST_OK &&
        (direct ? in_process_create(tool->config, &c.in_process, &err)
                : alexa_client_create(&where, tool->config, &c.client, &err)) == ST_OK)
        status = converse(&c);
    else
        (void)tool_fail(tool, EXIT_USAGE, &err);
    line_editor_close(c.editor);
    free(c.attributes);
    phrase_parser_free(c.parser);
    in_process_free(c.in_process);
    alexa_client_free(c.client);
    return status;
}

const struct command command_chat = {
    .name = "chat",
    .summary = "talk with the daemon: type what you would say, read the answer",
    .usage =
        "[options]\n"
        "\n"
        "  climacast chat\n"
        "  You: open clima cast\n"
        "  You: will it rain tomorrow in boulder colorado\n"
        "  You: and in denver\n"
        "\n"
        "Keeps the session between the lines. On a terminal, what was understood is shown dim, "
        "and\n"
        "with libedit (package libedit2) lines are edited and recalled with the arrow keys.\n"
        "When input is not a terminal, the whole conversation is printed.\n"
        "\n"
        "  --speak             speak the answers, too, with espeak-ng or spd-say\n"
        "  --direct            answer in this process, without a daemon\n"
        "  --model FILE        interaction model (default: the installed one)\n"
        "  --user ID           user id (default: a fixed test user)\n"
        "  --device NAME       a device with a screen or a clock; climacast ask --help names them\n"
        "  --api-token TOKEN   apiAccessToken: the daemon may ask for the address and units with "
        "it\n" ALEXA_CLIENT_USAGE
        "\nExit status: 0 success, 1 refused or unreachable, 2 usage error.\n",
    .run = chat_run,
};
