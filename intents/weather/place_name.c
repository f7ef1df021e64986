/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_name.c -- folds the letters of a name and spells out its abbreviations.
 *
 * Only the letters that occur in US place names matter: Latin-1 and Latin Extended-A become their
 * base letter, combining accents are dropped, and everything else separates words, malformed UTF-8
 * included. */
#include "intents/weather/place_name.h"

#include <string.h>

enum { WORD_MAX = 63, WRITTEN_MAX = 6 /* the longest of spelled_out */ };

/* Base letters of U+00C0..U+017F; '.' is not a letter. */
static const char base_letters[] = "aaaaaaaceeeeiiii"
                                   "dnooooo.ouuuuyts"
                                   "aaaaaaaceeeeiiii"
                                   "dnooooo.ouuuuyty"
                                   "aaaaaaccccccccdd"
                                   "ddeeeeeeeeeegggg"
                                   "gggghhhhiiiiiiii"
                                   "iiiijjkkklllllll"
                                   "lllnnnnnnnnnoooo"
                                   "oooorrrrrrssssss"
                                   "ssttttttuuuuuuuu"
                                   "uuuuwwyyyzzzzzzs";

static const struct {
    const char *written, *full;
    bool first_only; /* "N" is north in "N. Little Rock", but not in "Avenue N" */
} spelled_out[] = {
    { "st", "saint", false },
    { "ste", "saint", false },
    { "sainte", "saint", false },
    { "ft", "fort", false },
    { "mt", "mount", false },
    { "mtn", "mountain", false },
    { "pt", "point", false },
    { "hts", "heights", false },
    { "spgs", "springs", false },
    { "jct", "junction", false },
    { "twp", "township", false },
    { "ctr", "center", false },
    { "centre", "center", false },
    { "n", "north", true },
    { "s", "south", true },
    { "e", "east", true },
    { "w", "west", true },
    { "the", "", true },
    { "intl", "international", false },
    { "afb", "air force base", false },
};

struct fold {
    char *out;
    size_t n;
    char word[WORD_MAX + 1];
    size_t word_n;
    bool too_long;
    bool spelled; /* the name begins with letters: none is a direction */
};

/* Returns the code point at *i and advances *i; 0 for a malformed byte. */
static uint32_t next_point(struct str s, size_t *i)
{
    unsigned char lead = (unsigned char)s.p[(*i)++];

    if (lead < 0x80)
        return lead;
    size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    uint32_t point = lead & (0x3FU >> more);
    if (lead < 0xC2 || lead > 0xF4 || s.n - *i < more)
        return 0;
    for (size_t k = 0; k < more; k++) {
        unsigned char c = (unsigned char)s.p[*i + k];
        if ((c & 0xC0) != 0x80)
            return 0;
        point = point << 6 | (c & 0x3FU);
    }
    *i += more;
    return point;
}

static void put_folded(struct fold *f, const char *text, size_t n)
{
    size_t space = f->n > 0 ? 1 : 0;

    if (f->n + space + n > PLACE_NAME_MAX) {
        f->too_long = true;
        return;
    }
    if (space)
        f->out[f->n++] = ' ';
    memcpy(f->out + f->n, text, n);
    f->n += n;
}

static void end_word(struct fold *f, bool last)
{
    if (f->word_n == 0)
        return;
    const char *text = f->word;
    f->word[f->word_n] = '\0';
    bool may_be_short = f->word_n <= WRITTEN_MAX;
    for (size_t i = 0; may_be_short && i < sizeof spelled_out / sizeof spelled_out[0]; i++) {
        if (spelled_out[i].written[0] == f->word[0] &&
            strcmp(f->word, spelled_out[i].written) == 0 &&
            (!spelled_out[i].first_only || (f->n == 0 && !last && !f->spelled)))
            text = spelled_out[i].full;
    }
    if (*text != '\0')
        put_folded(f, text, strlen(text));
    f->word_n = 0;
}

/* "nellis a. f. b." */
static void spell_out_base(struct fold *f)
{
    static const char letters[] = " a f b";
    const size_t n = sizeof letters - 1;

    if (f->n <= n || memcmp(f->out + f->n - n, letters, n) != 0)
        return;
    f->n -= n;
    put_folded(f, "air force base", 14);
}

static void add_letter(struct fold *f, char c)
{
    if (f->word_n < WORD_MAX)
        f->word[f->word_n++] = c;
    else
        f->too_long = true;
}

/* Punctuation that is dropped without separating words: O'Fallon, Coeur d’Alene, ʻEwa, St. */
static bool is_silent(uint32_t point)
{
    return point == '\'' || point == '.' || point == '`' || point == 0xB4 || point == 0x2018 ||
           point == 0x2019 || point == 0x2BB || point == 0x2BC || (point >= 0x300 && point < 0x370);
}

static char letter_of(uint32_t point)
{
    if (point >= 'A' && point <= 'Z')
        return (char)(point - 'A' + 'a');
    if ((point >= 'a' && point <= 'z') || (point >= '0' && point <= '9'))
        return (char)point;
    if (point >= 0xC0 && point <= 0x17F)
        return base_letters[point - 0xC0];
    return '.';
}

/* "n. y. c.", "s f", "s. l. c. airport": where the first two words have one letter each, they are
 * letters, not directions. */
static bool is_spelled(struct str name)
{
    size_t in_word = 0, words = 0;

    for (size_t i = 0; i < name.n && words < 2;) {
        uint32_t point = next_point(name, &i);
        if (letter_of(point) != '.') {
            if (++in_word > 1)
                return false;
        } else if (!is_silent(point)) {
            words += in_word;
            in_word = 0;
        }
    }
    return words + in_word > 1;
}

size_t place_name_fold(struct str name, char out[PLACE_NAME_MAX + 1])
{
    struct fold f = { .out = out, .spelled = is_spelled(name) };

    for (size_t i = 0; i < name.n;) {
        uint32_t point = next_point(name, &i);
        char c = letter_of(point);
        if (c != '.') {
            add_letter(&f, c);
        } else if (!is_silent(point)) {
            end_word(&f, false);
            if (point == '&')
                put_folded(&f, "and", 3);
        }
    }
    end_word(&f, true);
    spell_out_base(&f);
    if (f.too_long)
        f.n = 0;
    out[f.n] = '\0';
    return f.n;
}

size_t place_name_key(struct str name, char out[PLACE_NAME_MAX + 1])
{
    size_t n = place_name_fold(name, out), length = 0;

    for (size_t i = 0; i < n; i++) {
        if (out[i] != ' ')
            out[length++] = out[i];
    }
    out[length] = '\0';
    return length;
}
