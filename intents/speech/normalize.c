/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/normalize.c -- two passes: pattern rules over the whole text, then word by word.
 *
 * Patterns turn lines into sentences and figures into what is said; words are looked up in a table
 * because most of them mean something only by what stands beside them: "NE" is northeast before
 * "wind" and Nebraska behind "Omaha". A text in capitals tells nothing by them, so there only what
 * cannot be an ordinary word is spelled out, and the rest is lowered. The just-in-time compiler may
 * be refused to us; matching is then slower and just as right. */
#include "intents/speech/normalize.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum word_kind { WORD_ANY, WORD_UNIT, WORD_STATE, WORD_MIXED };

static const struct rule {
    const char *name, *pattern, *replacement;
} rules[] = {
#define RULE(name, pattern, replacement) { name, pattern, replacement },
#include "intents/speech/normalize.def"
};
enum { RULES = sizeof rules / sizeof rules[0] };

static const struct word {
    struct str written;
    enum word_kind kind;
    const char *said;
} words[] = {
#define WORD(written, kind, said) { STR(written), WORD_##kind, said },
#include "intents/speech/normalize.def"
};
enum { WORDS = sizeof words / sizeof words[0] };

/* ---- first pass: patterns ---- */

static pthread_once_t compiled_once = PTHREAD_ONCE_INIT;
static pcre2_code *compiled[RULES]; /* unchanged after compile_all() */
static pcre2_match_context *limits;

static void compile_all(void)
{
    enum { MATCH_LIMIT = 100 * 1000 }; /* a hostile text ends a match, not the turn */
    PCRE2_SIZE at;
    int error;

    limits = pcre2_match_context_create(NULL);
    if (limits)
        pcre2_set_match_limit(limits, MATCH_LIMIT);
    for (size_t i = 0; i < RULES; i++) {
        compiled[i] = pcre2_compile((PCRE2_SPTR)rules[i].pattern, PCRE2_ZERO_TERMINATED,
                                    PCRE2_MULTILINE, &error, &at, NULL);
        if (compiled[i])
            (void)pcre2_jit_compile(compiled[i], PCRE2_JIT_COMPLETE);
    }
}

const char *normalize_rule_name(size_t i)
{
    return i < RULES ? rules[i].name : NULL;
}

/* Apply one rule from `from` to the `room` bytes at `to`. False: nothing matched, or it failed;
 * `to` then holds nothing of use. */
static bool apply(size_t rule, pcre2_match_data *match, struct str from, char *to, size_t room,
                  size_t *ret_n)
{
    PCRE2_SIZE n = room;
    int count;

    if (!compiled[rule])
        return false;
    count = pcre2_substitute(compiled[rule], (PCRE2_SPTR)from.p, from.n, 0, PCRE2_SUBSTITUTE_GLOBAL,
                             match, limits, (PCRE2_SPTR)rules[rule].replacement,
                             PCRE2_ZERO_TERMINATED, (PCRE2_UCHAR *)to, &n);
    if (count <= 0)
        return false;
    *ret_n = n;
    return true;
}

/* All rules; the result lies in one of the two halves of `space`, each of `room` bytes. */
static struct str apply_all(struct str text, char *space, size_t room)
{
    char *spare = space, *other = space + room;
    pcre2_match_data *match = pcre2_match_data_create(10, NULL);

    for (size_t i = 0; match && i < RULES; i++) {
        size_t n;
        if (apply(i, match, text, spare, room, &n)) {
            char *filled = spare;
            spare = other;
            other = filled;
            text = (struct str){ filled, n };
        }
    }
    pcre2_match_data_free(match);
    return text;
}

/* ---- second pass: words ---- */

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_letter(char c)
{
    return is_upper(c) || is_lower(c);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct str word_at(struct str text, size_t at)
{
    size_t end = at;

    while (end < text.n && is_letter(text.p[end]))
        end++;
    return str_sub(text, at, end);
}

/* What stands between words, up to a slash. */
static struct str marks_at(struct str text, size_t at)
{
    size_t end = at;

    while (end < text.n && !is_letter(text.p[end]) && text.p[end] != '/')
        end++;
    return str_sub(text, at, end);
}

static bool all_capitals(struct str word)
{
    for (size_t i = 0; i < word.n; i++)
        if (!is_upper(word.p[i]))
            return false;
    return word.n > 0;
}

/* What stands around a word. */
struct around {
    struct str before, after; /* the words beside it, with nothing but blanks or commas between */
    bool behind_figure;       /* "25 kt", "25kt" */
    bool contracted;          /* "DON'T" */
    bool initial;             /* of "P.M." or "U.S.": a stop touches it on either side */
};

static struct str word_before(struct str text, size_t at)
{
    size_t end = at, start;

    while (end > 0 && (text.p[end - 1] == ' ' || text.p[end - 1] == ','))
        end--;
    start = end;
    while (start > 0 && is_letter(text.p[start - 1]))
        start--;
    return str_sub(text, start, end);
}

static struct str word_after(struct str text, size_t at)
{
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == ','))
        at++;
    return word_at(text, at);
}

static bool behind_figure(struct str text, size_t at)
{
    while (at > 0 && text.p[at - 1] == ' ')
        at--;
    return at > 0 && is_digit(text.p[at - 1]);
}

static struct around look_around(struct str text, size_t at, struct str word)
{
    size_t end = at + word.n;
    struct around a = { .before = word_before(text, at), .after = word_after(text, end) };

    a.behind_figure = behind_figure(text, at);
    a.contracted = word.n > 1 && end < text.n && text.p[end] == '\'';
    a.initial =
        word.n == 1 &&
        ((end < text.n && text.p[end] == '.' && end + 1 < text.n && is_upper(text.p[end + 1])) ||
         (at > 1 && text.p[at - 1] == '.' && is_upper(text.p[at - 2])));
    return a;
}

/* "Omaha", not "OMAHA": by that a name is told from a text in capitals. */
static bool is_name(struct str word)
{
    return word.n > 1 && is_upper(word.p[0]) && is_lower(word.p[word.n - 1]);
}

static bool is_state(struct str word)
{
    for (size_t i = 0; i < WORDS; i++)
        if (words[i].kind == WORD_STATE && str_eq(words[i].written, word))
            return true;
    return false;
}

static bool fits(const struct word *w, struct str word, const struct around *a)
{
    switch (w->kind) {
    case WORD_ANY:
    case WORD_MIXED:
        return str_eq(w->written, word);
    case WORD_UNIT:
        return a->behind_figure && str_ieq(w->written, word);
    case WORD_STATE:
        return str_eq(w->written, word) && (is_name(a->before) || is_state(a->before)) &&
               !str_ieqz(a->after, "wind") && !str_ieqz(a->after, "winds");
    }
    return false;
}

/* States are asked before all else: behind a name "NE" and "MI" are no direction and no mile. */
static const char *said_for(struct str word, const struct around *a)
{
    enum { LONGEST = 4 };

    const char *said = NULL;

    if (word.n > LONGEST || a->initial)
        return NULL;
    for (size_t i = 0; i < WORDS; i++) {
        const struct word *w = &words[i];
        if (w->written.n != word.n || ((w->written.p[0] ^ word.p[0]) & ~0x20) != 0 ||
            !fits(w, word, a))
            continue;
        if (w->kind == WORD_STATE)
            return w->said;
        said = said ? said : w->said;
    }
    return said;
}

/* Is a word in capitals to be lowered? Long ones always, short ones among others in capitals; what
 * is left, such as "AQ", is read letter by letter. */
static bool shouted(struct str word, const struct around *a)
{
    if (!all_capitals(word) || a->initial)
        return false;
    if (word.n >= 4 || a->contracted)
        return true;
    return (a->before.n >= 3 && all_capitals(a->before)) ||
           (a->after.n >= 3 && all_capitals(a->after));
}

static void put_lowered(struct buf *out, struct str word)
{
    for (size_t i = 0; i < word.n; i++)
        buf_putc(out, is_upper(word.p[i]) ? (char)(word.p[i] + ('a' - 'A')) : word.p[i]);
}

/* Does what is in `out` from `start` on stand before the beginning of a sentence? */
static bool sentence_begins(const struct buf *out, size_t start)
{
    size_t n = out->n;

    while (n > start && out->p[n - 1] == ' ')
        n--;
    if (n == start)
        return true;
    if (n == out->n || (out->p[n - 1] != '.' && out->p[n - 1] != '!' && out->p[n - 1] != '?'))
        return false;
    /* "P.M. Winds" stays as it is: we cannot tell. */
    return n - start < 4 || !is_upper(out->p[n - 2]) || out->p[n - 3] != '.';
}

/* Most words end in a small letter and are no unit: they stand as they are. */
static void put_plain_or_said(struct buf *out, struct str text, size_t at, struct str word)
{
    struct around a;
    const char *said;

    if (!is_upper(word.p[word.n - 1]) && !behind_figure(text, at)) {
        buf_put(out, word);
        return;
    }
    a = look_around(text, at, word);
    said = said_for(word, &a);
    if (said && at > 0 && is_digit(text.p[at - 1]))
        buf_putc(out, ' '); /* "25kt" */
    if (said)
        buf_putz(out, said);
    else if (shouted(word, &a))
        put_lowered(out, word);
    else
        buf_put(out, word);
}

static void put_word(struct buf *out, size_t start, struct str text, size_t at, struct str word)
{
    bool begins = sentence_begins(out, start);
    size_t from = out->n;

    put_plain_or_said(out, text, at, word);
    if (begins && out->n > from && is_lower(out->p[from]))
        out->p[from] = (char)(out->p[from] - ('a' - 'A'));
}

/* A slash is read out in an address but at its end, means "and" between words, and stays between
 * figures. */
static void put_slash(struct buf *out, struct str text, size_t at)
{
    size_t start = at;
    bool goes_on = at + 1 < text.n && (is_letter(text.p[at + 1]) || is_digit(text.p[at + 1]));

    while (start > 0 && text.p[start - 1] != ' ')
        start--;
    if (str_index(str_sub(text, start, at), '.') < at - start)
        buf_putz(out, goes_on ? " slash " : "");
    else if (at > 0 && is_letter(text.p[at - 1]) && at + 1 < text.n && is_letter(text.p[at + 1]))
        buf_putz(out, " and ");
    else
        buf_putc(out, '/');
}

static void put_words(struct buf *out, struct str text)
{
    size_t start = out->n;

    for (size_t i = 0; i < text.n;) {
        struct str word = word_at(text, i), rest = { "/", 1 };
        bool part = i > 0 && (text.p[i - 1] == '\'' || (unsigned char)text.p[i - 1] >= 0x80);
        if (word.n > 0 && !part) {
            put_word(out, start, text, i, word);
        } else if (word.n > 0) {
            if (all_capitals(word)) /* "DON'T" */
                put_lowered(out, word);
            else
                buf_put(out, word);
        } else if (text.p[i] == '/') {
            put_slash(out, text, i);
        } else {
            rest = marks_at(text, i);
            buf_put(out, rest);
        }
        i += word.n ? word.n : rest.n;
    }
}

/* Marks that lead on to nothing. */
static struct str without_end(struct str text)
{
    while (text.n > 0 && strchr(" ,;:", text.p[text.n - 1]) && text.p[text.n - 1] != '\0')
        text.n--;
    return text;
}

void normalize_text(struct buf *out, struct str text)
{
    enum { GROWTH = 512 }; /* a short text may grow more than double: "5%" */
    size_t room;
    char *space;

    text = str_sub(text, 0, NORMALIZE_MAX);
    room = text.n * 2 + GROWTH;
    space = malloc(room * 2);
    if (!space) {
        out->failed = true;
        return;
    }
    pthread_once(&compiled_once, compile_all);
    put_words(out, without_end(apply_all(text, space, room)));
    free(space);
}
