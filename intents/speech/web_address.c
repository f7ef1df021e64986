/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/web_address.c -- removes web addresses from a text, with the words around them
 * that make no sense without them.
 *
 * Works sentence by sentence. The words just before an address that lead to it ("or visit the
 * website at") go with it; what is left is kept if it still says something. */
#include "intents/speech/web_address.h"

#include <stdbool.h>
#include <string.h>

#include "intents/speech/marks.h"

enum { TITLE_WORDS_MAX = 3 }; /* "Air North Texas: www..." */

/* Words that lead to an address. */
static const char *const leading[] = {
    "a",       "an",      "and",      "at",    "available", "by",       "for",       "found",
    "from",    "go",      "here",     "http",  "in",        "internet", "is",        "link",
    "on",      "online",  "or",       "our",   "page",      "please",   "refer",     "see",
    "site",    "the",     "this",     "to",    "via",       "visit",    "visiting",  "web",
    "webpage", "website", "websites", "check", "view",      "consult",  "following",
};
/* Those of them that are the verb of the address: what follows it belongs to them too. */
static const char *const verbs[] = { "go",       "refer", "see",  "visit",
                                     "visiting", "check", "view", "consult" };
/* First words of sentences that are about nothing but an address. */
static const char *const openers[] = { "check", "click", "go", "see", "view", "visit" };
/* First words of sentences that are, if nothing follows the address; and words that say so. */
static const char *const pointers[] = {
    "additional", "details", "find", "follow", "for",   "further",
    "latest",     "learn",   "more", "please", "refer",
};
static const char *const subjects[] = { "information", "details", "product",
                                        "available",   "found",   "obtained" };

static bool is_in(struct str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_ieqz(word, list[i]))
            return true;
    return false;
}
#define IS_IN(word, list) is_in(word, list, sizeof(list) / sizeof(list)[0])

/* A word without the punctuation around it. */
static struct str bare(struct str word)
{
    while (word.n > 0 && strchr(".,;:!?()\"", word.p[word.n - 1]))
        word.n--;
    while (word.n > 0 && strchr("(\"", word.p[0]))
        word = str_sub(word, 1, word.n);
    return word;
}

static size_t count_words(struct str text)
{
    struct str word;
    size_t count = 0;

    while (str_word(&text, &word))
        count += bare(word).n > 0;
    return count;
}

static struct str first_word(struct str text)
{
    struct str word = STR_NONE;

    (void)str_word(&text, &word);
    return bare(word);
}

static bool mentions(struct str text, const char *const *list, size_t count)
{
    struct str word;

    while (str_word(&text, &word))
        if (is_in(bare(word), list, count))
            return true;
    return false;
}

/* ---- one sentence ---- */

/* Drops the words at the end that lead to an address; *ret_verb tells whether there is a verb among
 * them. */
static struct str drop_leading(struct str before, bool *ret_verb)
{
    *ret_verb = false;
    for (;;) {
        size_t start;
        struct str word;
        before = str_trim(before);
        start = before.n;
        while (start > 0 && before.p[start - 1] != ' ')
            start--;
        word = bare(str_sub(before, start, before.n));
        if (before.n == 0 || (word.n > 0 && !IS_IN(word, leading)))
            return before;
        *ret_verb = *ret_verb || IS_IN(word, verbs);
        before = str_sub(before, 0, start);
    }
}

/* "or call 602-771-2300" goes on without the address; "to check air quality levels" does not. */
static bool goes_on(struct str after)
{
    struct str word = first_word(after);

    return str_ieqz(word, "or") || str_ieqz(word, "and") || str_ieqz(word, "but");
}

/* Is there nothing left to say? `before` and `after` are the text around the address; it is in
 * brackets or after a colon if `labeled`. */
static bool is_pointer(struct str before, struct str after, bool labeled)
{
    struct str first = first_word(before);

    if (first.n == 0)
        return true;
    if (IS_IN(first, openers))
        return !str_ieqz(first_word(after), "or");
    if (count_words(after) > 0)
        return false;
    return (labeled && count_words(before) <= TITLE_WORDS_MAX) || IS_IN(first, pointers) ||
           mentions(before, subjects, sizeof subjects / sizeof subjects[0]);
}

/* The text after the addresses of a sentence, without the punctuation that set them off. */
static struct str after_addresses(struct str sentence)
{
    struct str after = str_after_last(sentence, MARK_ADDRESS);

    while (after.n > 0 && strchr(",;:) ", after.p[0]))
        after = str_sub(after, 1, after.n);
    return str_trim(after);
}

static void put_sentence(struct buf *out, struct str sentence)
{
    struct str before = str_sub(sentence, 0, str_index(sentence, MARK_ADDRESS));
    struct str after = after_addresses(sentence);
    bool verb, labeled;

    if (before.n == sentence.n) {
        buf_put(out, sentence);
        return;
    }
    before = str_trim(before);
    labeled = before.n > 0 && strchr(":(", before.p[before.n - 1]);
    before = drop_leading(before, &verb);
    while (before.n > 0 && strchr(",;:(- ", before.p[before.n - 1]))
        before.n--;
    if (!goes_on(after) && verb)
        after = STR_NONE;
    if (is_pointer(before, after, labeled))
        return;
    buf_put(out, before);
    if (count_words(after) > 0) {
        buf_putc(out, ' ');
        buf_put(out, after);
    }
    if (!strchr(".!?", out->p[out->n - 1]))
        buf_putc(out, '.');
}

/* ---- the text ---- */

/* The end of the first sentence: past its period, or before the break of a paragraph. The periods
 * of "P.M." end none. */
static size_t sentence_end(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        bool last = i + 1 == text.n || text.p[i + 1] == ' ';
        bool initial = i > 0 && text.p[i - 1] >= 'A' && text.p[i - 1] <= 'Z' &&
                       (i == 1 || text.p[i - 2] == '.' || text.p[i - 2] == ' ');
        if (text.p[i] == MARK_SENTENCE)
            return i;
        if (last && strchr(".!?", text.p[i]) && !initial)
            return i + 1;
    }
    return text.n;
}

/* Appends a space or a break, unless one is there already. */
static void put_gap(struct buf *out, size_t start, char gap)
{
    char last = out->n > start ? out->p[out->n - 1] : MARK_SENTENCE;

    if (last != MARK_SENTENCE && (gap == MARK_SENTENCE || last != ' '))
        buf_putc(out, gap);
}

static bool is_gap(char c)
{
    return c == ' ' || c == MARK_SENTENCE;
}

/* Drops a heading at the end that is left without its text. */
static void drop_last_heading(struct buf *out, size_t start)
{
    size_t n = out->n;

    while (n > start && is_gap(out->p[n - 1]))
        n--;
    if (n == start || out->p[n - 1] != ':')
        return;
    while (n > start && !strchr(".!?\x1F", out->p[n - 1]))
        n--;
    buf_truncate(out, n);
}

void web_address_leave_out(struct buf *out, struct str text)
{
    size_t start = out->n;

    while (text.n > 0) {
        bool gap = is_gap(text.p[0]);
        size_t end = gap ? 1 : sentence_end(text);
        if (gap)
            put_gap(out, start, text.p[0]);
        else
            put_sentence(out, str_sub(text, 0, end));
        text = str_sub(text, end, text.n);
    }
    drop_last_heading(out, start);
}
