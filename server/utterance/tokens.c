/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/tokens.c -- normalizes the text, then splits it. */
#include "server/utterance/tokens.h"

#include <string.h>

#include "server/base/fnv.h"

static const struct str possessive = STR("'s");
static const struct str percent = STR(" percent");

/* A period counts only when no letter follows: "d.c." is one word. */
static bool is_punctuation(struct str text, size_t i)
{
    char c = text.p[i];

    if (c == '.')
        return i + 1 == text.n || strchr(" .,;:?!\t\r\n", text.p[i + 1]);
    return c != '\0' && strchr(",;:?!\"()\t\r\n", c);
}

/* Many people type "whats" for "what's": is the "s" at text[i] one of these? `before` is the
 * normalized text before it. */
static bool lacks_apostrophe(struct str text, size_t i, struct str before)
{
    static const struct str words[] = { STR("what"), STR("how") };

    if ((text.p[i] != 's' && text.p[i] != 'S') || (i + 1 < text.n && text.p[i + 1] != ' '))
        return false;
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
        if (str_ends(before, words[w]) &&
            (before.n == words[w].n || before.p[before.n - words[w].n - 1] == ' '))
            return true;
    return false;
}

/* Write the normalized text to `out`, of TOKENS_TEXT_MAX bytes. Returns false when it does not
 * fit. */
static bool normalize_text(struct str text, char *out, struct str *ret_plain)
{
    static const struct str curly = STR("\xE2\x80\x99");
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        struct str put = { &c, 1 };
        if (str_starts(str_sub(text, i, text.n), curly)) {
            c = '\'';
            i += curly.n - 1;
        } else if (c == '%') {
            put = percent;
        } else if (lacks_apostrophe(text, i, (struct str){ out, n })) {
            put = possessive;
        } else if (is_punctuation(text, i)) {
            c = ' ';
        } else if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        if (c == ' ' && put.n == 1 && (n == 0 || out[n - 1] == ' '))
            continue;
        if (n + put.n > TOKENS_TEXT_MAX)
            return false;
        memcpy(out + n, put.p, put.n);
        n += put.n;
    }
    *ret_plain = (struct str){ out, n };
    return true;
}

/* A hyphen before a digit at the start of a word is a minus sign; any other separates words. */
static bool is_separator(struct str text, size_t i, size_t word_start)
{
    bool sign = i == word_start && i + 1 < text.n && text.p[i + 1] >= '0' && text.p[i + 1] <= '9' &&
                (i == 0 || text.p[i - 1] == ' ');

    return text.p[i] == ' ' || (text.p[i] == '-' && !sign);
}

static bool add_word(struct str *list, size_t *count, struct str word)
{
    if (word.n == 0)
        return true;
    if (*count == TOKENS_MAX)
        return false;
    list[(*count)++] = word;
    return true;
}

/* Add what is between two separators: a possessive ending as a word of its own, other leading and
 * trailing apostrophes dropped. */
static bool add_run(struct str *list, size_t *count, struct str run)
{
    while (run.n > 0 && run.p[0] == '\'' && !str_eq(run, possessive))
        run = str_sub(run, 1, run.n);
    while (run.n > 0 && run.p[run.n - 1] == '\'')
        run = str_sub(run, 0, run.n - 1);
    if (run.n > possessive.n && str_ends(run, possessive))
        return add_word(list, count, str_sub(run, 0, run.n - possessive.n)) &&
               add_word(list, count, str_sub(run, run.n - possessive.n, run.n));
    return add_word(list, count, run);
}

bool tokens_parse(struct arena *arena, struct str text, struct tokens *ret_tokens)
{
    char buffer[TOKENS_TEXT_MAX];
    struct str plain, list[TOKENS_MAX], *kept;
    size_t count = 0, start = 0;

    if (!str_is_utf8(text) || !normalize_text(text, buffer, &plain))
        return false;
    plain = arena_str(arena, plain);
    for (size_t i = 0; i <= plain.n; i++) {
        if (i < plain.n && !is_separator(plain, i, start))
            continue;
        if (!add_run(list, &count, str_sub(plain, start, i)))
            return false;
        start = i + 1;
    }
    kept = arena_alloc(arena, (count + 1) * sizeof *kept);
    if (!kept || arena_failed(arena))
        return false;
    memcpy(kept, list, count * sizeof *kept);
    *ret_tokens = (struct tokens){ kept, count };
    return true;
}

struct str tokens_span(const struct tokens *tokens, size_t from, size_t to)
{
    if (from >= to)
        return STR_NONE;
    const struct str *first = &tokens->word[from], *last = &tokens->word[to - 1];
    return (struct str){ first->p, (size_t)(last->p + last->n - first->p) };
}

bool tokens_match(const struct tokens *tokens, size_t from, const struct tokens *other)
{
    if (other->count > tokens->count - from)
        return false;
    for (size_t i = 0; i < other->count; i++)
        if (!str_eq(tokens->word[from + i], other->word[i]))
            return false;
    return true;
}

uint64_t tokens_bit(struct str word)
{
    return (uint64_t)1 << (fnv1a_64(FNV1A_64, word) >> 58);
}
