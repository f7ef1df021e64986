/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/station_name.c -- the name of a weather station, as one would say it.
 *
 * A name has parts, "Hot Springs / Ingalls"; a part has words. Words that can't be spoken are
 * dropped first, so that a state or a distance is then at the end of its part. */
#include "intents/speech/station_name.h"

#include <stdbool.h>
#include <string.h>

#include "intents/speech/letter.h"
#include "intents/speech/typography.h"
#include "server/base/memo.h"

enum {
    NAME_MAX_BYTES = 256,
    WORDS_MAX = 24, /* of a part */
};

static const struct abbreviation {
    struct str written;
    bool capitals; /* only in capitals */
    const char *spoken;
} abbreviations[] = {
#define SAY(written, spoken) { STR(written), false, spoken },
#define CAPITALS(written, spoken) { STR(written), true, spoken },
#include "intents/speech/station_name.def"
};

static const struct str states[] = {
#define WORD(written, kind, spoken) WORD_##kind(written)
#define WORD_STATE(written) STR(written),
#define WORD_ANY(written)
#define WORD_EXACT(written)
#define WORD_UNIT(written)
#include "intents/speech/normalize.def"
};

static const struct {
    struct str written;
    const char *spoken;
} directions[] = {
    { STR("N"), "north" },      { STR("NNE"), "north northeast" },
    { STR("NE"), "northeast" }, { STR("ENE"), "east northeast" },
    { STR("E"), "east" },       { STR("ESE"), "east southeast" },
    { STR("SE"), "southeast" }, { STR("SSE"), "south southeast" },
    { STR("S"), "south" },      { STR("SSW"), "south southwest" },
    { STR("SW"), "southwest" }, { STR("WSW"), "west southwest" },
    { STR("W"), "west" },       { STR("WNW"), "west northwest" },
    { STR("NW"), "northwest" }, { STR("NNW"), "north northwest" },
};

/* A part of a name, as words. */
struct part {
    struct str words[WORDS_MAX];
    size_t count;
    bool shouted; /* the whole name is in capitals */
};

/* ---- words ---- */

static const char *find_direction(struct str word)
{
    if (word.n > 1 && word.p[word.n - 1] == '.')
        word.n--;
    for (size_t i = 0; i < sizeof directions / sizeof directions[0]; i++)
        if (str_eq(directions[i].written, word))
            return directions[i].spoken;
    return NULL;
}

/* The words for an abbreviation; NULL for any other word. */
static const char *find_abbreviation_words(struct str word)
{
    if (word.n > 1 && word.p[word.n - 1] == '.')
        word.n--;
    for (size_t i = 0; i < sizeof abbreviations / sizeof abbreviations[0]; i++) {
        const struct abbreviation *a = &abbreviations[i];
        if (a->written.n != word.n || ((a->written.p[0] ^ word.p[0]) & ~('a' - 'A')) != 0)
            continue; /* most differ in the first letter, in either case */
        if (a->capitals ? str_eq(a->written, word) : str_ieq(a->written, word))
            return a->spoken;
    }
    return NULL;
}

static bool is_state(struct str word)
{
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (str_eq(states[i], word))
            return true;
    return false;
}

static bool is_number_word(struct str word)
{
    double number;

    return str_to_double(word, &number);
}

/* "AR123", but not "I-70" or "4th". */
static bool is_code(struct str word)
{
    size_t letters = 0, digits = 0;

    for (size_t i = 0; i < word.n; i++) {
        letters += letter_is(word.p[i]);
        digits += letter_is_digit(word.p[i]);
        if (word.p[i] == '-')
            return false;
    }
    if (letters == 2 && digits > 0 && letter_is_lower(word.p[word.n - 1]))
        return false;
    return letters > 0 && digits > 0;
}

static bool is_connector(struct str word)
{
    static const struct str connectors[] = {
        STR("&"), STR("@"), STR("and"), STR("at"), STR("near"), STR("of"), STR("-"),
    };

    for (size_t i = 0; i < sizeof connectors / sizeof connectors[0]; i++)
        if (connectors[i].n == word.n && str_ieq(word, connectors[i]))
            return true;
    return false;
}

/* "SEATTLE-TACOMA" becomes "Seattle-Tacoma". */
static void put_capitalized(struct buf *out, struct str word)
{
    for (size_t i = 0; i < word.n; i++) {
        bool begins = i == 0 || !(letter_is(word.p[i - 1]) || word.p[i - 1] == '\'');
        bool lower = !begins && letter_is_upper(word.p[i]);
        buf_putc(out, lower ? letter_lowered(word.p[i]) : word.p[i]);
    }
}

static bool in_capitals(struct str word)
{
    for (size_t i = 0; i < word.n; i++)
        if (letter_is_lower(word.p[i]))
            return false;
    return true;
}

static void put_name_word(struct buf *out, struct str word, bool shouted)
{
    enum { INITIALS_MAX = 5 }; /* in a name that has small letters: "NCAR" */
    const char *spoken = find_direction(word);
    size_t start = out->n;

    if (spoken) {
        buf_putz(out, spoken);
        out->p[start] -= 'a' - 'A';
        return;
    }
    spoken = find_abbreviation_words(word);
    if (spoken)
        buf_putz(out, spoken);
    else if (in_capitals(word) && (shouted || word.n > INITIALS_MAX))
        put_capitalized(out, word);
    else
        buf_put(out, word);
}

/* ---- parts ---- */

static void drop_word(struct part *p, size_t at)
{
    memmove(&p->words[at], &p->words[at + 1], (p->count - at - 1) * sizeof p->words[0]);
    p->count--;
}

/* Is there a distance from `at` on, "14 W"? */
static bool is_distance(const struct part *p, size_t at)
{
    if (at == 0 || at + 1 >= p->count)
        return false;
    return is_number_word(p->words[at]) && find_direction(p->words[at + 1]) &&
           (at + 2 == p->count || is_connector(p->words[at + 2]));
}

static bool is_left_out(struct str word)
{
    const char *spoken = find_abbreviation_words(word);

    return is_code(word) || (spoken && !*spoken);
}

/* Leaves out codes, networks, and a state at the end or before "US". */
static void drop_unspeakable(struct part *p)
{
    for (size_t i = p->count; i-- > 0;) {
        bool country = str_eqz(p->words[i], "US") || str_eqz(p->words[i], "USA");
        if (!is_left_out(p->words[i]))
            continue;
        drop_word(p, i);
        if (country && i > 1 && is_state(p->words[i - 1]) && !is_distance(p, i - 2))
            drop_word(p, --i);
    }
    while (p->count > 0 && is_connector(p->words[0]))
        drop_word(p, 0);
    while (p->count > 0) {
        struct str last = p->words[p->count - 1];
        bool state = p->count > 1 && is_state(last) && !is_distance(p, p->count - 2);
        if (!state && !is_connector(last))
            return;
        p->count--;
    }
}

/* Appends the words; "BOULDER 14 W" becomes "a station 14 miles west of Boulder". */
static void put_part(struct buf *out, const struct part *p)
{
    size_t distance = 0;

    while (distance < p->count && !is_distance(p, distance))
        distance++;
    if (distance < p->count) {
        buf_putz(out, "a station ");
        buf_put(out, p->words[distance]);
        buf_putz(out, str_eqz(p->words[distance], "1") ? " mile " : " miles ");
        buf_printf(out, "%s of ", find_direction(p->words[distance + 1]));
    }
    for (size_t i = 0; i < p->count; i++) {
        if (i == distance || i == distance + 1)
            continue;
        buf_putz(out, i > 0 ? " " : "");
        put_name_word(out, p->words[i], p->shouted);
    }
}

static struct part split_words(struct str text, bool shouted)
{
    struct part p = { .shouted = shouted };
    struct str word;

    while (p.count < WORDS_MAX && str_word(&text, &word)) {
        while (word.n > 0 && strchr(":;*\"", word.p[word.n - 1]))
            word.n--;
        if (word.n > 0)
            p.words[p.count++] = word;
    }
    drop_unspeakable(&p);
    return p;
}

/* ---- names ---- */

/* Appends the name without what is in brackets, with a slash between its parts. */
static void put_without_brackets(struct buf *out, struct str name)
{
    size_t depth = 0;

    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool dash =
            c == '-' && i > 0 && name.p[i - 1] == ' ' && i + 1 < name.n && name.p[i + 1] == ' ';
        if (c == '(' || c == '[' || c == '{')
            depth++;
        else if (c == ')' || c == ']' || c == '}')
            depth -= depth > 0;
        else if (depth == 0)
            buf_putc(out, dash || c == ',' || c == '\n' ? '/' : c);
    }
}

static void put_spoken(struct buf *out, struct str name)
{
    struct buf plain = BUF_INIT(4 * NAME_MAX_BYTES), bare = BUF_INIT(4 * NAME_MAX_BYTES);
    size_t start = out->n;
    struct str rest, text;
    bool shouted;

    typography_put_plain(&plain, str_sub(name, 0, NAME_MAX_BYTES));
    put_without_brackets(&bare, buf_str(&plain));
    rest = buf_str(&bare);
    shouted = in_capitals(rest);
    while (str_split(&rest, '/', &text)) {
        struct part p = split_words(text, shouted);
        if (p.count == 0 || (p.count == 1 && out->n > start && is_state(p.words[0])))
            continue;
        buf_putz(out, out->n > start ? ", " : "");
        put_part(out, &p);
    }
    if (out->n == start)
        buf_putz(out, "a nearby station");
    out->failed = out->failed || plain.failed || bare.failed;
    buf_free(&bare);
    buf_free(&plain);
}

void station_name_put(struct buf *out, struct str name)
{
    static _Thread_local struct memo memo;
    size_t start = out->n;
    struct str spoken;

    if (memo_find(&memo, name, &spoken)) {
        buf_put(out, spoken);
        return;
    }
    put_spoken(out, name);
    if (!out->failed)
        memo_put(&memo, name, str_sub(buf_str(out), start, out->n));
}
