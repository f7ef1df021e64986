/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/normalize.c -- plain characters and lists, then pattern rules over the whole text,
 * then a pass over its words.
 *
 * Patterns turn lines into sentences and numbers into their spoken form. Words are looked up in a
 * table, because what most abbreviations mean depends on their neighbors: "NE" is northeast before
 * "wind" and Nebraska after "Omaha". In text that is all capitals, only words that can't be
 * ordinary ones are expanded; the rest is lowered. Where the system forbids PCRE2's just-in-time
 * compiler, matching is slower but gives the same results. */
#include "intents/speech/normalize.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "intents/speech/bulletin_memo.h"
#include "intents/speech/columns.h"
#include "intents/speech/letter.h"
#include "intents/speech/marks.h"
#include "intents/speech/typography.h"
#include "intents/speech/web_address.h"
#include "server/base/date_names.h"

enum word_kind { WORD_ANY, WORD_UNIT, WORD_STATE, WORD_EXACT };

static const struct rule {
    const char *pattern, *replacement;
} rules[] = {
#define RULE(name, pattern, replacement) { pattern, replacement },
#include "intents/speech/normalize.def"
};
enum { RULES = sizeof rules / sizeof rules[0] };

static const struct word {
    struct str written;
    enum word_kind kind;
    const char *spoken;
} words[] = {
#define WORD(written, kind, spoken) { STR(written), WORD_##kind, spoken },
#include "intents/speech/normalize.def"
};
enum { WORDS = sizeof words / sizeof words[0] };

/* ---- first pass: patterns ---- */

static pthread_once_t compiled_once = PTHREAD_ONCE_INIT;
static pcre2_code *compiled[RULES]; /* constant after compile_rules() */
static pcre2_match_context *limits;

static void compile_rules(void)
{
    enum { MATCH_LIMIT = 100 * 1000 }; /* hostile text makes a match fail, not take forever */
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

/* Applies one rule to `from` and writes the result to the `size` bytes at `to`. Returns false, with
 * `to` undefined, when nothing matched or matching failed; *short_of_memory becomes true when that
 * may be why. */
static bool apply_rule(size_t rule, pcre2_match_data *match, struct str from, char *to, size_t size,
                       size_t *ret_n, bool *short_of_memory)
{
    PCRE2_SIZE n = size;
    int count;

    if (!compiled[rule]) {
        *short_of_memory = true;
        return false;
    }
    count = pcre2_substitute(compiled[rule], (PCRE2_SPTR)from.p, from.n, 0, PCRE2_SUBSTITUTE_GLOBAL,
                             match, limits, (PCRE2_SPTR)rules[rule].replacement,
                             PCRE2_ZERO_TERMINATED, (PCRE2_UCHAR *)to, &n);
    *short_of_memory = *short_of_memory || count == PCRE2_ERROR_NOMEMORY;
    if (count <= 0)
        return false;
    *ret_n = n;
    return true;
}

/* Applies all rules. The result is in one of the two halves of `space`, each of `size` bytes. */
static struct str apply_rules(struct str text, char *space, size_t size, bool *short_of_memory)
{
    char *spare = space, *other = space + size;
    pcre2_match_data *match = pcre2_match_data_create(10, NULL);

    *short_of_memory = *short_of_memory || !match;
    for (size_t i = 0; match && i < RULES; i++) {
        size_t n;
        if (apply_rule(i, match, text, spare, size, &n, short_of_memory)) {
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

static struct str word_at(struct str text, size_t at)
{
    size_t end = at;

    while (end < text.n && letter_is(text.p[end]))
        end++;
    return str_sub(text, at, end);
}

/* Everything between two words, up to a slash. */
static struct str separator_at(struct str text, size_t at)
{
    size_t end = at;

    while (end < text.n && !letter_is(text.p[end]) && text.p[end] != '/')
        end++;
    return str_sub(text, at, end);
}

static bool all_capitals(struct str word)
{
    for (size_t i = 0; i < word.n; i++)
        if (!letter_is_upper(word.p[i]))
            return false;
    return word.n > 0;
}

/* The surroundings of a word. */
struct context {
    struct str before, after; /* neighboring words, separated by nothing but spaces and commas */
    bool after_number;        /* "25 kt", "25kt" */
    bool contracted;          /* "DON'T" */
    bool initial;             /* part of "P.M." or "U.S.": a period on either side */
    bool road;                /* "E49": a digit right after it */
};

static struct str word_before(struct str text, size_t at)
{
    size_t end = at, start;

    while (end > 0 && (text.p[end - 1] == ' ' || text.p[end - 1] == ','))
        end--;
    start = end;
    while (start > 0 && letter_is(text.p[start - 1]))
        start--;
    return str_sub(text, start, end);
}

static struct str word_after(struct str text, size_t at)
{
    while (at < text.n && (text.p[at] == ' ' || text.p[at] == ','))
        at++;
    return word_at(text, at);
}

/* "25 mph", "25mph", "60 plus mph" */
static bool after_number(struct str text, size_t at)
{
    struct str before = str_trim(str_sub(text, 0, at));

    if (str_ends(before, STR(" plus")))
        before.n -= strlen(" plus");
    return before.n > 0 && letter_is_digit(before.p[before.n - 1]);
}

static struct context context_of(struct str text, size_t at, struct str word)
{
    size_t end = at + word.n;
    struct context c = { .before = word_before(text, at), .after = word_after(text, end) };

    c.after_number = after_number(text, at);
    c.contracted = word.n > 1 && end < text.n && text.p[end] == '\'';
    c.road = end < text.n && letter_is_digit(text.p[end]);
    c.initial =
        word.n == 1 && ((end < text.n && text.p[end] == '.' && end + 1 < text.n &&
                         letter_is_upper(text.p[end + 1])) ||
                        (at > 1 && text.p[at - 1] == '.' && letter_is_upper(text.p[at - 2])));
    return c;
}

/* "Omaha", but not "OMAHA": in all-capitals text, names can't be recognized. */
static bool looks_like_name(struct str word)
{
    return word.n > 1 && letter_is_upper(word.p[0]) && letter_is_lower(word.p[word.n - 1]);
}

static bool is_state_code(struct str word)
{
    for (size_t i = 0; i < WORDS; i++)
        if (words[i].kind == WORD_STATE && str_eq(words[i].written, word))
            return true;
    return false;
}

static bool word_matches(const struct word *w, struct str word, const struct context *c)
{
    switch (w->kind) {
    case WORD_ANY:
    case WORD_EXACT:
        return str_eq(w->written, word);
    case WORD_UNIT:
        return c->after_number && str_ieq(w->written, word);
    case WORD_STATE:
        return str_eq(w->written, word) &&
               (looks_like_name(c->before) || is_state_code(c->before)) &&
               !str_ieqz(c->after, "wind") && !str_ieqz(c->after, "winds");
    }
    return false;
}

/* Returns the spoken form, or NULL for an ordinary word. States win over everything else: after a
 * name, "NE" is not a direction and "MI" not a unit. */
static const char *find_spoken(struct str word, const struct context *c)
{
    enum { LONGEST = 4 };

    const char *spoken = NULL;

    if (word.n > LONGEST || c->initial || c->road)
        return NULL;
    for (size_t i = 0; i < WORDS; i++) {
        const struct word *w = &words[i];
        if (w->written.n != word.n || ((w->written.p[0] ^ word.p[0]) & ~0x20) != 0 ||
            !word_matches(w, word, c))
            continue;
        if (w->kind == WORD_STATE)
            return w->spoken;
        spoken = spoken ? spoken : w->spoken;
    }
    return spoken;
}

static bool has_vowel(struct str word)
{
    for (size_t i = 0; i < word.n; i++)
        if (strchr("AEIOUY", word.p[i]))
            return true;
    return false;
}

/* Should a word in capitals be lowered? Long ones that can be pronounced always, short ones next to
 * others in capitals. The rest, such as "AQ" and "HRBT", are initialisms. */
static bool is_shouted(struct str word, const struct context *c)
{
    if (!all_capitals(word) || c->initial || c->road)
        return false;
    if (c->contracted || (word.n >= 4 && has_vowel(word)))
        return true;
    return (c->before.n >= 3 && all_capitals(c->before)) ||
           (c->after.n >= 3 && all_capitals(c->after));
}

/* In small letters, but for the first one of the name of a day. */
static void put_lowered(struct buf *out, struct str word)
{
    for (int day = 0; day < 7; day++) {
        if (str_ieqz(word, weekday_name(day))) {
            buf_putz(out, weekday_name(day));
            return;
        }
    }
    for (size_t i = 0; i < word.n; i++)
        buf_putc(out, letter_is_upper(word.p[i]) ? letter_lowered(word.p[i]) : word.p[i]);
}

/* Would the next word in `out`, whose text begins at `start`, begin a sentence? */
static bool begins_sentence(const struct buf *out, size_t start)
{
    size_t n = out->n;

    while (n > start && out->p[n - 1] == ' ')
        n--;
    if (n == start)
        return true;
    if (n == out->n || (out->p[n - 1] != '.' && out->p[n - 1] != '!' && out->p[n - 1] != '?'))
        return false;
    /* After "P.M." the sentence may or may not go on: keep the case of the next word. */
    return n - start < 4 || !letter_is_upper(out->p[n - 2]) || out->p[n - 3] != '.';
}

/* Appends a word in its spoken form. Most words end in a lower-case letter and don't follow a
 * number; they are copied without a lookup. */
static void put_spoken(struct buf *out, struct str text, size_t at, struct str word)
{
    struct context c;
    const char *spoken;

    if (!letter_is_upper(word.p[word.n - 1]) && !after_number(text, at)) {
        buf_put(out, word);
        return;
    }
    c = context_of(text, at, word);
    spoken = find_spoken(word, &c);
    if (spoken && at > 0 && letter_is_digit(text.p[at - 1]))
        buf_putc(out, ' '); /* "25kt" */
    if (spoken)
        buf_putz(out, spoken);
    else if (is_shouted(word, &c))
        put_lowered(out, word);
    else
        buf_put(out, word);
}

/* `paragraph`: the word is the first one of a paragraph. */
static void put_word(struct buf *out, size_t start, struct str text, size_t at, struct str word,
                     bool paragraph)
{
    bool begins = paragraph || begins_sentence(out, start);
    size_t from = out->n;

    put_spoken(out, text, at, word);
    if (begins && out->n > from && letter_is_lower(out->p[from]))
        out->p[from] = (char)(out->p[from] - ('a' - 'A'));
}

/* Are both digits? Then the slash is part of a date or a fraction. */
static bool joins_numbers(char before, char after)
{
    return letter_is_digit(before) && letter_is_digit(after);
}

static void trim_spaces(struct buf *out, size_t start)
{
    while (out->n > start && out->p[out->n - 1] == ' ')
        buf_truncate(out, out->n - 1);
}

/* A slash is kept between numbers, and means "and" between words. In "noon MDT /1 PM CDT/ today",
 * two of them are parentheses, which become commas. */
static void put_slash(struct buf *out, size_t start, struct str text, size_t at)
{
    char before = at > 0 ? text.p[at - 1] : ' ', after = at + 1 < text.n ? text.p[at + 1] : ' ';

    if (joins_numbers(before, after)) {
        buf_putc(out, '/');
    } else if (before != ' ' && out->n > start && (letter_is(after) || letter_is_digit(after))) {
        buf_putz(out, " and ");
    } else if (!strchr(".,;:!?)", after)) {
        trim_spaces(out, start);
        if (out->n > start && !strchr(".,;:!?(", out->p[out->n - 1]))
            buf_putc(out, ',');
        if (out->n > start && after != ' ' && out->p[out->n - 1] != '(')
            buf_putc(out, ' ');
    }
}

/* Appends what separates two words, but no space at the start; true when a paragraph begins in
 * it. */
static bool put_separator(struct buf *out, size_t start, struct str separator)
{
    bool paragraph = false;

    for (size_t i = 0; i < separator.n; i++) {
        if (separator.p[i] == MARK_SENTENCE)
            paragraph = true;
        else if (separator.p[i] != ' ' || out->n > start)
            buf_putc(out, separator.p[i]);
    }
    return paragraph;
}

static void put_words(struct buf *out, struct str text)
{
    size_t start = out->n;
    bool paragraph = false;

    for (size_t i = 0; i < text.n;) {
        struct str word = word_at(text, i), rest = { "/", 1 };
        bool part = i > 0 && (text.p[i - 1] == '\'' || (unsigned char)text.p[i - 1] >= 0x80);
        if (word.n > 0 && !part) {
            put_word(out, start, text, i, word, paragraph);
            paragraph = false;
        } else if (word.n > 0) {
            if (all_capitals(word)) /* "DON'T" */
                put_lowered(out, word);
            else
                buf_put(out, word);
        } else if (text.p[i] == '/') {
            put_slash(out, start, text, i);
        } else {
            rest = separator_at(text, i);
            paragraph = put_separator(out, start, rest);
        }
        i += word.n ? word.n : rest.n;
    }
}

/* Drops trailing commas, colons and the like, which may be what a slash or an address has left. */
static void trim_trailing(struct buf *out, size_t start)
{
    while (out->n > start && strchr(" ,;:", out->p[out->n - 1]) && out->p[out->n - 1] != '\0')
        buf_truncate(out, out->n - 1);
}

/* ---- the whole ---- */

enum {
    PLAIN_MAX = 10 * NORMALIZE_MAX, /* nothing but fractions */
    LISTS_MAX = 2 * PLAIN_MAX,
    GROWTH = 512,
    GROWTH_FACTOR = 2, /* a short text may more than double: "5%" */
    RULED_MAX = 2 * GROWTH_FACTOR * LISTS_MAX
};

/* Appends the text as it is after the first pass. False when memory may have been too short for
 * some of its rules. */
static bool put_ruled(struct buf *out, struct str text)
{
    struct buf plain = BUF_INIT(PLAIN_MAX), lists = BUF_INIT(LISTS_MAX);
    bool short_of_memory = false;
    char *space = NULL;
    size_t size;

    typography_put_plain(&plain, str_sub(text, 0, NORMALIZE_MAX));
    columns_put_lists(&lists, buf_str(&plain));
    size = lists.n * GROWTH_FACTOR + GROWTH;
    space = malloc(size * 2);
    if (!space || plain.failed || lists.failed) {
        out->failed = true;
        goto out;
    }
    text = apply_rules(buf_str(&lists), space, size, &short_of_memory);
    if (str_index(text, MARK_ADDRESS) < text.n)
        web_address_leave_out(out, text);
    else
        buf_put(out, text);
out:
    free(space);
    buf_free(&lists);
    buf_free(&plain);
    return !out->failed && !short_of_memory;
}

static void put_sentences(struct buf *out, struct str ruled)
{
    const size_t start = out->n;

    put_words(out, ruled);
    trim_trailing(out, start);
}

/* The patterns take most of the time, so what they made of a text is remembered. */
static void put_known_ruled(struct buf *out, struct str text)
{
    static struct bulletin_memo memo = BULLETIN_MEMO_INIT;

    if (!bulletin_memo_find(&memo, text, out) && put_ruled(out, text))
        bulletin_memo_add(&memo, text, buf_str(out));
}

void normalize_text_by_clock(struct buf *out, struct str text, const struct clock_text *clock)
{
    struct buf ruled = BUF_INIT(RULED_MAX), timed = BUF_INIT(2 * RULED_MAX);

    pthread_once(&compiled_once, compile_rules);
    put_known_ruled(&ruled, text);
    clock_text_put(&timed, buf_str(&ruled), clock);
    put_sentences(out, buf_str(&timed));
    out->failed = out->failed || ruled.failed || timed.failed;
    buf_free(&timed);
    buf_free(&ruled);
}

void normalize_text(struct buf *out, struct str text)
{
    static struct bulletin_memo memo = BULLETIN_MEMO_INIT;
    const size_t start = out->n;
    struct buf ruled = BUF_INIT(RULED_MAX);
    bool complete;

    if (bulletin_memo_find(&memo, text, out))
        return;
    pthread_once(&compiled_once, compile_rules);
    complete = put_ruled(&ruled, text);
    put_sentences(out, buf_str(&ruled));
    out->failed = out->failed || ruled.failed;
    if (complete && !out->failed)
        bulletin_memo_add(&memo, text, str_sub(buf_str(out), start, out->n));
    buf_free(&ruled);
}
