/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/columns.c -- turns names that are set in columns into lists. */
#include "intents/speech/columns.h"

#include <stdbool.h>
#include <string.h>

#include "intents/speech/letter.h"

enum {
    GAP = 3,         /* blanks between two columns */
    NARROW_GAP = 2,  /* enough in a paragraph that has columns */
    NAME_CHARS = 40, /* a longer line is not a single name */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* ---- columns ---- */

/* Is there a gap between columns from `at` to `end`? Blanks after a bullet or a sentence, or before
 * a lower-case word, don't count. */
static bool is_gap(struct str line, size_t at, size_t end, size_t width)
{
    bool wide = end - at >= width || (end > at && memchr(line.p + at, '\t', end - at));

    return wide && at > 1 && end < line.n && !letter_is_lower(line.p[end]) &&
           !strchr(".!?:;,", line.p[at - 1]);
}

/* The next gap inside the line, of at least `width` blanks or with a tab; line.n when there is
 * none. */
static size_t find_gap(struct str line, size_t width, size_t *ret_end)
{
    for (size_t i = 0; i < line.n; i++) {
        size_t end = i;
        while (end < line.n && is_blank(line.p[end]))
            end++;
        if (is_gap(line, i, end, width)) {
            *ret_end = end;
            return i;
        }
        i = end > i ? end - 1 : i;
    }
    return line.n;
}

static bool has_columns(struct str line)
{
    size_t end;

    return find_gap(line, GAP, &end) < line.n;
}

static bool any_line_has_columns(struct str text)
{
    struct str line;

    while (str_split(&text, '\n', &line))
        if (has_columns(line))
            return true;
    return false;
}

/* Is the word at `at` the last one, and as long as a state's postal code? */
static bool is_state_code(struct str name, size_t at)
{
    return at > 0 && name.n - at == 2;
}

/* A name in capitals keeps only the initial ones: "KIT CARSON" becomes "Kit Carson". */
static void put_name(struct buf *out, struct str name)
{
    bool state = false;

    for (size_t i = 0; i < name.n; i++)
        if (!letter_is_upper(name.p[i]) && !strchr(" .'-&", name.p[i])) {
            buf_put(out, name);
            return;
        }
    for (size_t i = 0; i < name.n; i++) {
        bool begins = i == 0 || name.p[i - 1] == ' ' || name.p[i - 1] == '-';
        state = state || (begins && is_state_code(name, i));
        if (begins || state || !letter_is_upper(name.p[i]))
            buf_putc(out, name.p[i]);
        else
            buf_putc(out, letter_lowered(name.p[i]));
    }
}

static void put_row(struct buf *out, struct str line, bool *first)
{
    while (line.n > 0) {
        size_t end = line.n, at = find_gap(line, NARROW_GAP, &end);
        buf_putz(out, *first ? "" : ", ");
        put_name(out, str_trim(str_sub(line, 0, at)));
        *first = false;
        line = str_sub(line, end, line.n);
    }
}

/* ---- paragraphs ---- */

/* The text is read paragraph by paragraph. */
struct paragraph {
    struct str text; /* without the blank lines after it */
    struct str end;  /* those blank lines */
    bool columns;    /* it has columns */
    bool heading;    /* "IN NORTHEAST COLORADO" */
};

static bool is_blank_line(struct str line)
{
    return str_trim(line).n == 0;
}

static bool has_any(struct str s, const char *characters)
{
    for (size_t i = 0; i < s.n; i++)
        if (strchr(characters, s.p[i]) && s.p[i] != '\0')
            return true;
    return false;
}

static bool is_heading(struct str text)
{
    return text.n > 3 && str_ieq(str_sub(text, 0, 3), STR("IN ")) &&
           !has_any(text, "\n.!?:;,0123456789");
}

/* One line with nothing but a name, in capitals. */
static bool is_name(struct str text)
{
    if (text.n == 0 || text.n > NAME_CHARS || has_any(text, "\n!?:;,0123456789*"))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (letter_is_lower(text.p[i]))
            return false;
    return true;
}

/* Takes the next paragraph and the blank lines after it from the front of *rest. */
static struct paragraph next_paragraph(struct str *rest)
{
    struct str all = *rest, line;
    struct paragraph p = { 0 };
    size_t end = 0;

    while (end < all.n) {
        size_t length = str_index(str_sub(all, end, all.n), '\n');
        line = str_sub(all, end, end + length);
        if (is_blank_line(line))
            break;
        p.columns = p.columns || has_columns(line);
        end += length + (end + length < all.n);
    }
    p.text = str_sub(all, 0, end);
    while (end < all.n) {
        size_t length = str_index(str_sub(all, end, all.n), '\n');
        if (!is_blank_line(str_sub(all, end, end + length)))
            break;
        end += length + (end + length < all.n);
    }
    p.end = str_sub(all, p.text.n, end);
    p.heading = is_heading(str_trim(p.text));
    *rest = str_sub(all, end, all.n);
    return p;
}

/* Ends the heading above a list with a colon. */
static void end_heading(struct buf *out, size_t start)
{
    size_t n = out->n;

    while (n > start && strchr(" \t\n", out->p[n - 1]))
        n--;
    if (n == start || strchr(".!?:;,", out->p[n - 1]))
        return;
    buf_truncate(out, n);
    buf_putz(out, ": ");
}

/* Lines above the first row with columns are a heading. */
static void put_list(struct buf *out, size_t start, struct str text)
{
    bool first = true, rows = false;
    struct str line;

    while (str_split(&text, '\n', &line)) {
        line = str_trim(line);
        if (line.n == 0)
            continue;
        if (!rows && !has_columns(line) && any_line_has_columns(text)) {
            buf_put(out, line);
            buf_putc(out, ' ');
            continue;
        }
        if (!rows)
            end_heading(out, start);
        rows = true;
        put_row(out, line, &first);
    }
    if (out->n > start && !strchr(".!?", out->p[out->n - 1]))
        buf_putc(out, '.');
}

void columns_put_lists(struct buf *out, struct str text)
{
    size_t start = out->n;
    bool after_heading = false;

    while (text.n > 0) {
        struct paragraph p = next_paragraph(&text);
        bool list = p.columns || (after_heading && is_name(str_trim(p.text)));
        if (list)
            put_list(out, start, p.text);
        else
            buf_put(out, p.text);
        buf_put(out, list ? STR("\n\n") : p.end);
        after_heading = p.heading;
    }
}
