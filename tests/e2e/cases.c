/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/cases.c -- conversations that stand in folders: tests/cases/skill/<case>/talk.
 *
 * A talk is read line by line; the weather it is about comes from a folder of upstream documents,
 * laid out as tests/recordings/INDEX.md says. # begins a comment, which is where the reasons for
 * the numbers stand.
 *
 *   bundle NAME        the documents: tests/NAME; without it the case's own folder upstream/;
 *                      "simulated" for the simulator's made-up weather
 *   now INSTANT        the daemon's weather clock; may change within a talk
 *   alone              with a daemon of its own, that has heard nothing yet; first of all
 *   user NAME          who asks from here on (the case's name at first)
 *   ask WORDS          a question of its own: intent or request type, then slot=value; values with
 *                      blanks in quotes, and "-" for a slot without a value
 *   then WORDS         the same, within the session of the answer before
 *   says TEXT          ... the answer holds TEXT, capitals aside
 *   never TEXT         ... it does not
 *   exactly TEXT       ... it is TEXT
 *   ssml TEXT          ... its markup holds TEXT
 *   reprompts TEXT     ... the reprompt holds TEXT
 *   open, closed       ... the session stays open, or ends
 *   silent             ... nothing is said
 *
 * Talks with the same bundle and clock share a daemon, each with its own users. Every answer must
 * be sound besides: well-formed, within its limits, without empty places. */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/e2e/harness.h"
#include "tests/test.h"

enum { CASES_MAX = 400, LINE_MAX_BYTES = 4000, WORDS_MAX = 20, NAME_MAX_BYTES = 100 };

struct talk {
    char name[NAME_MAX_BYTES], folder[600], bundle[600], now[40], user[NAME_MAX_BYTES];
    bool simulated; /* no bundle */
    struct client_response answer;
    char question[LINE_MAX_BYTES];
    int line, asked, faults;
};

/* The daemon and simulator that stand, and what for: bundle and clock. */
static char standing[700];

static void fault(struct talk *t, const char *what, const char *text)
{
    print_message("%s:%d: %s%s%s\n    asked: %s\n    heard: %s\n", t->name, t->line, what,
                  *text ? " " : "", text, t->question,
                  t->answer.speech ? t->answer.speech : t->answer.error);
    t->faults++;
}

/* ---- asking ---- */

/* The next word of a line, which is changed; quotes hold blanks together, also behind "slot=". */
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

static json_t *slots_of(char **rest)
{
    json_t *slots = json_object();

    for (char *word; (word = next_word(rest));) {
        char *equals = strchr(word, '=');
        if (!equals)
            fail_msg("no slot=value: %s", word);
        *equals = '\0';
        json_t *slot = json_pack("{s:s, s:s}", "name", word, "confirmationStatus", "NONE");
        if (strcmp(equals + 1, "-") != 0)
            json_object_set_new(slot, "value", json_string(equals + 1));
        json_object_set_new(slots, word, slot);
    }
    return slots;
}

static json_t *envelope_of(struct talk *t, const char *line)
{
    char words[LINE_MAX_BYTES], *rest = words, user[NAME_MAX_BYTES + 20];

    snprintf(words, sizeof words, "%s", line);
    const char *name = next_word(&rest);
    if (!name)
        fail_msg("%s:%d: ask what?", t->name, t->line);
    bool type = is_request_type(name);
    snprintf(user, sizeof user, "user-%s", t->user);
    json_t *e = envelope_of_type(user, type ? name : "IntentRequest");
    json_t *slots = slots_of(&rest);
    if (type)
        json_decref(slots);
    else
        envelope_set(e, "request.intent",
                     json_pack("{s:s, s:s, s:o}", "name", name, "confirmationStatus", "NONE",
                               "slots", slots));
    return e;
}

static void stop(void)
{
    if (standing[0])
        world_stop(&world);
    standing[0] = '\0';
}

/* Have a world stand as the talk wants it. */
static void start(const struct talk *t)
{
    char wanted[700];

    snprintf(wanted, sizeof wanted, "%.600s %s", t->simulated ? "" : t->bundle, t->now);
    if (strcmp(standing, wanted) == 0)
        return;
    stop();
    world = (struct world){ .now = t->now, .recordings = t->simulated ? NULL : t->bundle };
    world_start(&world);
    memcpy(standing, wanted, sizeof standing);
}

static void put_question(struct talk *t, const char *line, bool within)
{
    snprintf(t->question, sizeof t->question, "%s", line);
    start(t);
    json_t *e = envelope_of(t, line);
    if (within)
        envelope_continue_session(e, t->answer.json);
    client_response_done(&t->answer);
    t->answer = client_post(&world, e, NULL);
    json_decref(e);
    speech_check_valid(&t->answer);
    t->asked++;
}

/* ---- judging ---- */

static bool holds(const char *text, const char *part)
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

static bool is_open(const struct talk *t)
{
    const json_t *end =
        json_object_get(json_object_get(t->answer.json, "response"), "shouldEndSession");

    return json_is_false(end);
}

static bool judge(struct talk *t, const char *word, const char *rest)
{
    const struct client_response *a = &t->answer;
    const char *speech = a->speech ? a->speech : "";
    bool right;

    if (strcmp(word, "says") == 0)
        right = *rest && holds(speech, rest);
    else if (strcmp(word, "never") == 0)
        right = *rest && !holds(speech, rest);
    else if (strcmp(word, "exactly") == 0)
        right = strcmp(speech, rest) == 0;
    else if (strcmp(word, "ssml") == 0)
        right = *rest && holds(a->ssml, rest);
    else if (strcmp(word, "reprompts") == 0)
        right = *rest && holds(a->reprompt, rest);
    else if (strcmp(word, "open") == 0)
        right = is_open(t) && *a->reprompt;
    else if (strcmp(word, "closed") == 0)
        right = !is_open(t) && !*a->reprompt;
    else if (strcmp(word, "silent") == 0)
        right = !*speech;
    else
        return false;
    if (!right)
        fault(t, word, rest);
    return true;
}

/* ---- reading ---- */

static void set_bundle(struct talk *t, const char *name)
{
    const char *top = getenv("TEST_TOP");

    t->simulated = strcmp(name, "simulated") == 0;
    snprintf(t->bundle, sizeof t->bundle, "%.300s/tests/%.200s", top ? top : ".", name);
}

static void read_line(struct talk *t, char *line)
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
        stop();
    else if (strcmp(word, "user") == 0)
        snprintf(t->user, sizeof t->user, "%.50s-%.40s", t->name, rest);
    else if (strcmp(word, "ask") == 0 || strcmp(word, "then") == 0)
        put_question(t, rest, *word == 't');
    else if (!judge(t, word, rest))
        fail_msg("%s:%d: what is \"%s\"?", t->name, t->line, word);
}

static int hold_talk(const char *root, const char *name)
{
    static struct talk t;
    char path[700], line[LINE_MAX_BYTES];

    t = (struct talk){ .line = 0 };
    snprintf(t.name, sizeof t.name, "%.90s", name);
    snprintf(t.user, sizeof t.user, "%.90s", name);
    snprintf(t.folder, sizeof t.folder, "%.400s/%.90s", root, name);
    snprintf(t.bundle, sizeof t.bundle, "%.500s/upstream", t.folder);
    snprintf(path, sizeof path, "%s/talk", t.folder);
    FILE *f = fopen(path, "re");
    if (!f)
        fail_msg("no %s", path);
    while (fgets(line, sizeof line, f)) {
        t.line++;
        read_line(&t, line);
    }
    fclose(f);
    client_response_done(&t.answer);
    if (t.asked == 0)
        fail_msg("%s asks nothing", path);
    print_message("%s: %d asked, %d faults\n", t.name, t.asked, t.faults);
    return t.faults;
}

/* A talk and what world it begins in. */
struct entry {
    char name[NAME_MAX_BYTES], world[200];
};

/* The first lines that say which bundle and when; they are the order in which talks are held. */
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

TEST(every_conversation_goes_as_written)
{
    static struct entry entries[CASES_MAX];
    char root[400];
    const char *top = getenv("TEST_TOP"), *only = getenv("CASE");
    size_t n = 0;
    int faults = 0;

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
        faults += hold_talk(root, entries[i].name);
    stop();
    if (faults > 0)
        fail_msg("%d faults", faults);
}

TESTS(every_conversation_goes_as_written)
