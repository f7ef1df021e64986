/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/speech.c -- checks of what a response says. */
#include "tests/e2e/harness/speech.h"

#include <ctype.h>
#include <stdlib.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "tests/test.h"

static void to_lower(char *s)
{
    for (; *s; s++)
        *s = (char)tolower((unsigned char)*s);
}

static bool contains(const char *spoken, const char *words)
{
    char *text = strdup(spoken), *wanted = strdup(words);

    to_lower(text);
    to_lower(wanted);
    bool found = strstr(text, wanted);
    free(text);
    free(wanted);
    return found;
}

static bool speech_contains(const struct client_response *a, const char *words)
{
    return contains(a->speech, words);
}

void speech_check_says(const struct client_response *a, const char *words)
{
    if (!speech_contains(a, words))
        fail_msg("status %d %s: \"%s\" does not say \"%s\" (%.300s)", a->status, a->error,
                 a->speech, words, a->body);
}

void speech_check_tells(const struct client_response *a, const char *words)
{
    const char *card = json_string_value(json_at(a->json, "response.card.content"));

    if (!speech_contains(a, words) && !(card && contains(card, words)))
        fail_msg("\"%s\" and its card \"%s\" lack \"%s\"", a->speech, card ? card : "", words);
}

void speech_check_omits(const struct client_response *a, const char *words)
{
    if (speech_contains(a, words))
        fail_msg("\"%s\" says \"%s\"", a->speech, words);
}

static size_t entity_length(const char *s)
{
    static const char *const known[] = { "&amp;",  "&lt;",  "&gt;", "&quot;",
                                         "&apos;", "&#39;", "&#34;" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strncmp(s, known[i], strlen(known[i])) == 0)
            return strlen(known[i]);
    return 0;
}

struct open_tags {
    char open[10][20];
    int depth;
};

/* Reads the tag at the start of `s`. Returns what follows it, or NULL if it is not well-formed. */
static const char *read_tag(struct open_tags *t, const char *s)
{
    const char *end = strchr(s, '>');

    if (!end)
        return NULL;
    if (s[1] == '/') {
        size_t n = (size_t)(end - s - 2);
        if (t->depth == 0 || strlen(t->open[t->depth - 1]) != n ||
            strncmp(t->open[t->depth - 1], s + 2, n) != 0)
            return NULL;
        t->depth--;
    } else if (end[-1] != '/') {
        size_t n = strcspn(s + 1, " >");
        if (t->depth == 10 || n >= sizeof t->open[0])
            return NULL;
        memcpy(t->open[t->depth], s + 1, n);
        t->open[t->depth++][n] = '\0';
    }
    return end + 1;
}

/* Tags are closed in order, entities are known, and there are no control characters. */
static bool is_well_formed(const char *s)
{
    struct open_tags tags = { .depth = 0 };

    if (strncmp(s, "<speak>", 7) != 0)
        return false;
    do {
        if (*s == '&') {
            size_t n = entity_length(s);
            if (n == 0)
                return false;
            s += n;
        } else if (*s == '<') {
            s = read_tag(&tags, s);
            if (!s)
                return false;
        } else if ((unsigned char)*s < 0x20 && *s != '\n' && *s != '\t')
            return false;
        else
            s++;
    } while (tags.depth > 0);
    return *s == '\0';
}

void speech_check_valid(const struct client_response *a)
{
    static const char *const leftovers[] = { "null", "(null)", " nan ", " inf ", " .",
                                             " ,",   "  ",     "%s",    "%d",    "()" };

    if (a->status != 200 || !a->json)
        fail_msg("status %d %s %.300s", a->status, a->error, a->body);
    if (a->size > 24 * 1024)
        fail_msg("%zu bytes", a->size);
    if (!*a->ssml)
        return;
    if (!is_well_formed(a->ssml) || (*a->reprompt && !is_well_formed(a->reprompt)))
        fail_msg("not well-formed: %s", a->ssml);
    if (str_utf8_length(str_of(a->ssml)) > 8000 || str_utf8_length(str_of(a->reprompt)) > 8000)
        fail_msg("too long");
    for (size_t i = 0; i < sizeof leftovers / sizeof leftovers[0]; i++)
        if (speech_contains(a, leftovers[i]))
            fail_msg("\"%s\" in \"%s\"", leftovers[i], a->speech);
}
