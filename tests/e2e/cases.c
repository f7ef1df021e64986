/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/cases.c -- runs the scripted conversations in tests/cases/skill/<case>/talk.
 *
 * A script is read line by line. Its weather comes from a folder of upstream documents laid out as
 * described in tests/recordings/INDEX.md. Lines that start with # are comments; they explain the
 * expected numbers.
 *
 *   bundle NAME        take the documents from tests/NAME; by default from the case's own folder
 *                      upstream/; "simulated" means the simulator's generated weather
 *   now INSTANT        set the daemon's weather clock; may change within a script
 *   alone              use a new daemon that has cached nothing yet; first line of a script
 *   user NAME          set the user of the following requests (initially the case's name)
 *   ask WORDS          send a request in a new session: intent or request type, then slot=value;
 *                      values with blanks are quoted, and "-" means a slot without a value
 *   then WORDS         the same, within the session of the previous response
 *   says TEXT          the speech must contain TEXT, ignoring case
 *   never TEXT         the speech must not contain TEXT
 *   exactly TEXT       the speech must be TEXT
 *   shows TEXT         the card, which has all the facts, must contain TEXT, ignoring case
 *   ssml TEXT          the SSML must contain TEXT
 *   reprompts TEXT     the reprompt must contain TEXT
 *   open, closed       the session must stay open, or end
 *   silent             there must be no speech
 *
 * Scripts with the same bundle and clock share a daemon, each with its own users. In addition,
 * every response must pass speech_check_valid(). */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "server/base/json.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

enum { CASES_MAX = 400, LINE_MAX_BYTES = 4000, WORDS_MAX = 20, NAME_MAX_BYTES = 100 };

struct script {
    char name[NAME_MAX_BYTES], folder[600], bundle[600], now[40], user[NAME_MAX_BYTES];
    bool simulated; /* no bundle */
    struct client_response answer;
    char question[LINE_MAX_BYTES];
    int line, requests, failures;
};

/* The bundle and clock of the world that is running; "" when there is none. */
static char running[700];

/* The text of the answer's card; "" without one. */
static const char *card_text(const struct script *t)
{
    const char *text = json_string_value(json_at(t->answer.json, "response.card.content"));

    return text ? text : "";
}

static void report_failure(struct script *t, const char *what, const char *text)
{
    print_message("%s:%d: %s%s%s\n    request: %s\n    speech: %s\n", t->name, t->line, what,
                  *text ? " " : "", text, t->question,
                  t->answer.speech ? t->answer.speech : t->answer.error);
    t->failures++;
}

/* ---- sending requests ---- */

/* The next word of a line, which is modified. Quotes protect blanks, also after "slot=". */
static char *next_word(char **rest)
{
    char *from = *rest + strspn(*rest, " "), *to = from, *at = from;
    bool quoted = false;

    if (!*from)
        return NULL;
    for (; *at && (quoted || *at != ' '); at++) {
        if (*at == '"')
            quoted = !quoted;
        else
            *to++ = *at;
    }
    *rest = *at ? at + 1 : at;
    *to = '\0';
    return from;
}

static bool is_request_type(const char *name)
{
    return strcmp(name, "LaunchRequest") == 0 || strcmp(name, "SessionEndedRequest") == 0 ||
           strncmp(name, "AlexaSkillEvent.", 16) == 0;
}

static json_t *parse_slots(char **rest)
{
    json_t *slots = json_object();

    for (char *word; (word = next_word(rest));) {
        char *equals = strchr(word, '=');
        if (!equals)
            fail_msg("expected slot=value: %s", word);
        *equals = '\0';
        json_t *slot = json_pack("{s:s, s:s}", "name", word, "confirmationStatus", "NONE");
        if (strcmp(equals + 1, "-") != 0)
            json_object_set_new(slot, "value", json_string(equals + 1));
        json_object_set_new(slots, word, slot);
    }
    return slots;
}

static json_t *parse_request(struct script *t, const char *line)
{
    char words[LINE_MAX_BYTES], *rest = words, user[NAME_MAX_BYTES + 20];

    snprintf(words, sizeof words, "%s", line);
    const char *name = next_word(&rest);
    if (!name)
        fail_msg("%s:%d: expected an intent or a request type", t->name, t->line);
    bool type = is_request_type(name);
    snprintf(user, sizeof user, "user-%s", t->user);
    json_t *e = envelope_of_type(user, type ? name : "IntentRequest");
    json_t *slots = parse_slots(&rest);
    if (type)
        json_decref(slots);
    else
        envelope_set(e, "request.intent",
                     json_pack("{s:s, s:s, s:o}", "name", name, "confirmationStatus", "NONE",
                               "slots", slots));
    return e;
}

static void stop_world(void)
{
    if (running[0])
        world_stop(&world);
    running[0] = '\0';
}

/* Start the world that the script needs, unless it is running already. */
static void start_world(const struct script *t)
{
    char wanted[700];

    snprintf(wanted, sizeof wanted, "%.600s %s", t->simulated ? "" : t->bundle, t->now);
    if (strcmp(running, wanted) == 0)
        return;
    stop_world();
    world = (struct world){ .now = t->now, .recordings = t->simulated ? NULL : t->bundle };
    world_start(&world);
    memcpy(running, wanted, sizeof running);
}

static void send_request(struct script *t, const char *line, bool in_session)
{
    snprintf(t->question, sizeof t->question, "%s", line);
    start_world(t);
    json_t *e = parse_request(t, line);
    if (in_session)
        envelope_continue_session(e, t->answer.json);
    client_response_done(&t->answer);
    t->answer = client_post(&world, e, NULL);
    json_decref(e);
    speech_check_valid(&t->answer);
    t->requests++;
}

/* ---- checking responses ---- */

static bool contains_ignoring_case(const char *text, const char *part)
{
    size_t n = strlen(part);

    for (; strlen(text) >= n; text++) {
        size_t i = 0;
        while (i < n && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
            i++;
        if (i == n)
            return true;
    }
    return false;
}

static bool is_open(const struct script *t)
{
    const json_t *end =
        json_object_get(json_object_get(t->answer.json, "response"), "shouldEndSession");

    return json_is_false(end);
}

static bool check_expectation(struct script *t, const char *word, const char *rest)
{
    const struct client_response *a = &t->answer;
    const char *speech = a->speech ? a->speech : "";
    bool passed;

    if (strcmp(word, "says") == 0)
        passed = *rest && contains_ignoring_case(speech, rest);
    else if (strcmp(word, "never") == 0)
        passed = *rest && !contains_ignoring_case(speech, rest);
    else if (strcmp(word, "shows") == 0)
        passed = *rest && contains_ignoring_case(card_text(t), rest);
    else if (strcmp(word, "exactly") == 0)
        passed = strcmp(speech, rest) == 0;
    else if (strcmp(word, "ssml") == 0)
        passed = *rest && contains_ignoring_case(a->ssml, rest);
    else if (strcmp(word, "reprompts") == 0)
        passed = *rest && contains_ignoring_case(a->reprompt, rest);
    else if (strcmp(word, "open") == 0)
        passed = is_open(t) && *a->reprompt;
    else if (strcmp(word, "closed") == 0)
        passed = !is_open(t) && !*a->reprompt;
    else if (strcmp(word, "silent") == 0)
        passed = !*speech;
    else
        return false;
    if (!passed)
        report_failure(t, word, rest);
    return true;
}

/* ---- reading scripts ---- */

static void set_bundle(struct script *t, const char *name)
{
    const char *top = getenv("TEST_TOP");

    t->simulated = strcmp(name, "simulated") == 0;
    snprintf(t->bundle, sizeof t->bundle, "%.300s/tests/%.200s", top ? top : ".", name);
}

static void read_line(struct script *t, char *line)
{
    char *word = line + strspn(line, " \t"), *rest;

    word[strcspn(word, "\r\n")] = '\0';
    if (!*word || *word == '#')
        return;
    rest = word + strcspn(word, " ");
    if (*rest)
        *rest++ = '\0';
    rest += strspn(rest, " ");
    if (strcmp(word, "bundle") == 0)
        set_bundle(t, rest);
    else if (strcmp(word, "now") == 0)
        snprintf(t->now, sizeof t->now, "%.39s", rest);
    else if (strcmp(word, "alone") == 0)
        stop_world();
    else if (strcmp(word, "user") == 0)
        snprintf(t->user, sizeof t->user, "%.50s-%.40s", t->name, rest);
    else if (strcmp(word, "ask") == 0 || strcmp(word, "then") == 0)
        send_request(t, rest, *word == 't');
    else if (!check_expectation(t, word, rest))
        fail_msg("%s:%d: unknown command \"%s\"", t->name, t->line, word);
}

static int run_script(const char *root, const char *name)
{
    static struct script t;
    char path[700], line[LINE_MAX_BYTES];

    t = (struct script){ .line = 0 };
    snprintf(t.name, sizeof t.name, "%.90s", name);
    snprintf(t.user, sizeof t.user, "%.90s", name);
    snprintf(t.folder, sizeof t.folder, "%.400s/%.90s", root, name);
    snprintf(t.bundle, sizeof t.bundle, "%.500s/upstream", t.folder);
    snprintf(path, sizeof path, "%s/talk", t.folder);
    FILE *f = fopen(path, "re");
    if (!f)
        fail_msg("cannot open %s", path);
    while (fgets(line, sizeof line, f)) {
        t.line++;
        read_line(&t, line);
    }
    fclose(f);
    client_response_done(&t.answer);
    if (t.requests == 0)
        fail_msg("%s sends no request", path);
    print_message("%s: %d requests, %d failures\n", t.name, t.requests, t.failures);
    return t.failures;
}

/* A script, and the world it starts with. */
struct entry {
    char name[NAME_MAX_BYTES], world[200];
};

/* Sets e->world from the first lines that name the bundle and the clock. Scripts run in that order,
 * so that as few worlds as possible are started. */
static void find_world(const char *root, struct entry *e)
{
    char path[700], line[LINE_MAX_BYTES], now[60] = "", bundle[100] = "";

    snprintf(path, sizeof path, "%.400s/%.90s/talk", root, e->name);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f)) {
        if (!now[0] && strncmp(line, "now ", 4) == 0)
            snprintf(now, sizeof now, "%.50s", line);
        else if (!bundle[0] && strncmp(line, "bundle ", 7) == 0)
            snprintf(bundle, sizeof bundle, "%.90s", line);
    }
    if (f)
        fclose(f);
    snprintf(e->world, sizeof e->world, "%s%s", bundle[0] ? bundle : e->name, now);
}

static int by_world(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->world, y->world);

    return order ? order : strcmp(x->name, y->name);
}

TEST(every_scripted_conversation_passes)
{
    static struct entry entries[CASES_MAX];
    char root[400];
    const char *top = getenv("TEST_TOP"), *only = getenv("CASE");
    size_t n = 0;
    int failures = 0;

    snprintf(root, sizeof root, "%.300s/tests/cases/skill", top ? top : ".");
    DIR *d = opendir(root);
    for (struct dirent *e; d && n < CASES_MAX && (e = readdir(d));)
        if (e->d_name[0] != '.' && (!only || strstr(e->d_name, only))) {
            snprintf(entries[n].name, sizeof entries[0].name, "%.90s", e->d_name);
            find_world(root, &entries[n++]);
        }
    if (d)
        closedir(d);
    qsort(entries, n, sizeof entries[0], by_world);
    CHECK(n > 0);
    for (size_t i = 0; i < n; i++)
        failures += run_script(root, entries[i].name);
    stop_world();
    if (failures > 0)
        fail_msg("%d failures", failures);
}

TESTS(every_scripted_conversation_passes)
