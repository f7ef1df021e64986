/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/ssml.c -- escapes text for SSML, and finds where long text may be cut.
 *
 * Text is processed by code points. Those that XML 1.0 (section 2.2) forbids or discourages become
 * spaces, so that no upstream text can make the speech unparsable for Alexa. */
#include "intents/alexa/ssml.h"

#include <stdbool.h>

/* One code point of the input, and its form in XML. */
struct piece {
    size_t from;     /* bytes of input, at least 1 */
    struct str to;   /* the output */
    size_t to_chars; /* its length in code points */
};

/* Bytes that don't stand for themselves. */
static const bool special[256] = { [0 ... 0x1F] = true, ['"'] = true, ['&'] = true,
                                   ['<'] = true,        ['>'] = true, [0x7F ... 0xFF] = true };

static bool is_plain(unsigned char c)
{
    return !special[c];
}

/* U+0080 to U+009F, U+FFFE and U+FFFF: well-formed UTF-8, but not text. */
static bool is_noncharacter(const unsigned char *p, size_t n)
{
    if (n == 2)
        return p[0] == 0xC2 && p[1] < 0xA0;
    return n == 3 && p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE;
}

static struct piece next_piece(struct str s)
{
    unsigned char c = (unsigned char)s.p[0];
    size_t step;

    switch (c) {
    case '&':
        return (struct piece){ 1, STR("&amp;"), 5 };
    case '<':
        return (struct piece){ 1, STR("&lt;"), 4 };
    case '>':
        return (struct piece){ 1, STR("&gt;"), 4 };
    case '"':
        return (struct piece){ 1, STR("&quot;"), 6 };
    default:
        break;
    }
    if (is_plain(c))
        return (struct piece){ 1, str_sub(s, 0, 1), 1 };
    step = c < 0x80 ? 0 : str_utf8_step(s);
    if (step == 0)
        return (struct piece){ 1, STR(" "), 1 };
    if (is_noncharacter((const unsigned char *)s.p, step))
        return (struct piece){ step, STR(" "), 1 };
    return (struct piece){ step, str_sub(s, 0, step), 1 };
}

void ssml_escape(struct buf *out, struct str text)
{
    size_t i = 0;

    while (i < text.n) {
        size_t run = i;
        while (run < text.n && !special[(unsigned char)text.p[run]])
            run++;
        if (run > i)
            buf_put(out, str_sub(text, i, run));
        i = run;
        if (i < text.n) {
            struct piece piece = next_piece(str_sub(text, i, text.n));
            buf_put(out, piece.to);
            i += piece.from;
        }
    }
}

size_t ssml_escaped_length(struct str text)
{
    size_t length = 0;

    for (size_t i = 0; i < text.n;) {
        struct piece piece = next_piece(str_sub(text, i, text.n));
        length += piece.to_chars;
        i += piece.from;
    }
    return length;
}

static void open_speak(struct buf *out, int rate, int pitch)
{
    buf_put(out, STR("<speak>"));
    if (rate == 100 && pitch == 100)
        return;
    buf_put(out, STR("<prosody"));
    if (rate != 100)
        buf_printf(out, " rate=\"%d%%\"", rate);
    if (pitch != 100)
        buf_printf(out, " pitch=\"%+d%%\"", pitch - 100);
    buf_putc(out, '>');
}

static void close_speak(struct buf *out, int rate, int pitch)
{
    if (rate != 100 || pitch != 100)
        buf_put(out, STR("</prosody>"));
    buf_put(out, STR("</speak>"));
}

void ssml_speak(struct buf *out, struct str text, int rate, int pitch)
{
    open_speak(out, rate, pitch);
    ssml_escape(out, text);
    close_speak(out, rate, pitch);
}

void ssml_speak_markup(struct buf *out, struct str markup, int rate, int pitch)
{
    open_speak(out, rate, pitch);
    buf_put(out, markup);
    close_speak(out, rate, pitch);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Is the period at `at` part of an abbreviation of single capitals, such as "P.M." or "U.S."? */
static bool ends_initials(struct str text, size_t at)
{
    if (at == 0 || !is_capital(text.p[at - 1]))
        return false;
    return at == 1 || text.p[at - 2] == '.' || is_blank(text.p[at - 2]);
}

/* Does a sentence end after the byte at `at`? */
static bool ends_sentence(struct str text, size_t at)
{
    char c = text.p[at];

    if (c == '\n')
        return true;
    if (c != '.' && c != '!' && c != '?')
        return false;
    if (at + 1 < text.n && !is_blank(text.p[at + 1]))
        return false; /* "29.92" */
    return c != '.' || !ends_initials(text, at);
}

/* May the text be cut at `at`? Only at a space, and not between "3:30" and "P.M.". */
static bool is_word_break(struct str text, size_t at)
{
    struct str rest;

    if (!is_blank(text.p[at]))
        return false;
    rest = str_trim(str_sub(text, at, text.n));
    return !(at > 0 && text.p[at - 1] >= '0' && text.p[at - 1] <= '9' &&
             (str_starts(rest, STR("P.M.")) || str_starts(rest, STR("A.M."))));
}

static size_t trim_end(struct str text, size_t end)
{
    while (end > 0 && is_blank(text.p[end - 1]))
        end--;
    return end;
}

/* Bytes of the longest prefix, in whole code points, that escapes to at most `max` characters. */
static size_t max_prefix(struct str text, size_t max)
{
    size_t used = 0, i = 0;

    while (i < text.n && used < max) {
        struct piece piece;
        if (is_plain((unsigned char)text.p[i])) {
            used++;
            i++;
            continue;
        }
        piece = next_piece(str_sub(text, i, text.n));
        if (used + piece.to_chars > max)
            break;
        used += piece.to_chars;
        i += piece.from;
    }
    return i;
}

/* The longest prefix of whole sentences within `limit` bytes; 0 when there is none. */
static size_t fit_sentences(struct str text, size_t limit)
{
    for (size_t i = limit; i > 0; i--) {
        size_t end = ends_sentence(text, i - 1) ? trim_end(text, i) : 0;
        if (end > 0)
            return end;
    }
    return 0;
}

/* The longest prefix of whole words. */
static size_t fit_words(struct str text, size_t limit)
{
    /* Start one byte beyond the limit: a space there means that the last word just fits. */
    for (size_t i = limit + 1; i > 0; i--) {
        size_t end = is_word_break(text, i - 1) ? trim_end(text, i - 1) : 0;
        if (end > 0)
            return end;
    }
    return trim_end(text, limit);
}

size_t ssml_fit(struct str text, size_t max)
{
    size_t limit = max_prefix(text, max), end;

    if (limit == text.n)
        return trim_end(text, limit);
    end = fit_sentences(text, limit);
    return end > 0 ? end : fit_words(text, limit);
}

/* Bytes of the first `max` words; of all when there are fewer. */
static size_t words_prefix(struct str text, size_t max)
{
    size_t words = 0;

    for (size_t i = 0; i < text.n; i++)
        if (!is_blank(text.p[i]) && (i == 0 || is_blank(text.p[i - 1])) && words++ == max)
            return trim_end(text, i);
    return trim_end(text, text.n);
}

size_t ssml_fit_words(struct str text, size_t max)
{
    size_t limit = words_prefix(text, max), half = words_prefix(text, max / 2), end;

    if (limit == trim_end(text, text.n))
        return limit;
    for (size_t i = limit; i > half; i--)
        if (text.p[i] == '\n')
            return trim_end(text, i);
    end = fit_sentences(text, limit);
    return end > 0 ? end : fit_words(text, limit);
}
