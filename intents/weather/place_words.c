/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_words.c -- parses the words that name a place.
 *
 * The text is first simplified to lower-case words with single spaces. Then a ZIP code is cut off
 * its end, words such as "near" off its front, and the rest is a city with or without a state.
 * Where it can be read in two ways, the one that gives a known place wins. */
#include "intents/weather/place_words.h"

#include <string.h>

#include "intents/weather/place_name.h"
#include "intents/weather/place_other.h"
#include "intents/weather/place_words_memo.h"
#include "intents/weather/us_state.h"
#include "server/base/number_words.h"

enum { ZIP_DIGITS = 5, DIGITS_MAX = 12, PLACE_TURNED_MAX = PLACE_WORDS_MAX + 40 };

/* ---- simplifying ---- */

static bool is_separator(char c)
{
    return c != '\0' && strchr(" ,;:?!\"()", c);
}

/* Control characters of ASCII and Latin-1 (U+0080 to U+009F, in UTF-8 0xC2 and 0x80 to 0x9F). */
static bool has_controls(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7F || (c == 0xC2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xA0))
            return true;
    }
    return false;
}

/* Writes the simplified text to `out`. False when it is too long or invalid. */
static bool simplify(struct str text, char out[PLACE_WORDS_MAX], struct str *ret_words)
{
    text = str_trim(text);
    if (text.n > PLACE_WORDS_MAX || !str_is_utf8(text) || has_controls(text))
        return false;
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (!is_separator(c))
            out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        else if (n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    *ret_words = (struct str){ out, n };
    return true;
}

static struct str last_word(struct str text)
{
    size_t from = text.n;

    while (from > 0 && text.p[from - 1] != ' ')
        from--;
    return str_sub(text, from, text.n);
}

static struct str drop_last_word(struct str text)
{
    return str_trim(str_sub(text, 0, text.n - last_word(text).n));
}

/* ---- ZIP codes ---- */

/* The digit that a word means, or '\0'. */
static char digit_of(struct str word)
{
    struct number_word number;

    if (str_eqz(word, "oh") || str_eqz(word, "o"))
        return '0';
    if (!number_words_find(word, &number) || number.ordinal || number.value > 9)
        return '\0';
    return (char)('0' + number.value);
}

static bool is_numeral(struct str word)
{
    size_t i = 0;

    while (i < word.n && word.p[i] >= '0' && word.p[i] <= '9')
        i++;
    return word.n > 0 && i == word.n;
}

/* Five digits, six with a misheard "to" in front, or nine: ZIP+4. */
static bool parse_zip(struct str digits, char zip[ZIP_DIGITS + 1])
{
    if (digits.n == ZIP_DIGITS + 1 && digits.p[0] == '2')
        digits = str_sub(digits, 1, digits.n);
    if (digits.n != ZIP_DIGITS && digits.n != ZIP_DIGITS + 4)
        return false;
    memcpy(zip, digits.p, ZIP_DIGITS);
    zip[ZIP_DIGITS] = '\0';
    return true;
}

static bool parse_zip_plus_4(struct str word, char zip[ZIP_DIGITS + 1])
{
    return word.n == ZIP_DIGITS + 1 + 4 && word.p[ZIP_DIGITS] == '-' &&
           is_numeral(str_sub(word, ZIP_DIGITS + 1, word.n)) &&
           is_numeral(str_sub(word, 0, ZIP_DIGITS)) && parse_zip(str_sub(word, 0, ZIP_DIGITS), zip);
}

/* Drops words such as "zip code" and "in" from between a town and its ZIP code. */
static struct str drop_zip_words(struct str text)
{
    static const char *const words[] = { "zip", "code", "zipcode", "postal", "the",  "in", "at",
                                         "for", "to",   "near",    "of",     "with", NULL };

    while (text.n > 0 && str_is_one_of(last_word(text), words))
        text = drop_last_word(text);
    return text;
}

/* A number has no leading zeros: 2139 is 02139, 501 is 00501. Only where such a ZIP code exists. */
static bool parse_zip_without_zeros(struct str numeral, char zip[ZIP_DIGITS + 1])
{
    char padded[ZIP_DIGITS + 1] = "00000";
    struct gazetteer_hit hit;

    if (numeral.n != ZIP_DIGITS - 1 && numeral.n != ZIP_DIGITS - 2)
        return false;
    memcpy(padded + ZIP_DIGITS - numeral.n, numeral.p, numeral.n);
    if (!gazetteer_zip((struct str){ padded, ZIP_DIGITS }, &hit) || hit.near)
        return false;
    memcpy(zip, padded, sizeof padded);
    return true;
}

/* The digits are preceded by nothing, or by "zip code". */
static bool is_zip_announced(struct str before)
{
    static const char *const words[] = { "zip", "code", "zipcode", NULL };

    return before.n == 0 ||
           (str_is_one_of(last_word(before), words) && drop_zip_words(before).n == 0);
}

enum zip_result { ZIP_NONE, ZIP_FOUND, ZIP_BAD };

/* Cuts a ZIP code off the end of *text. Digit words that aren't a ZIP code are left there, since
 * they may be a name ("eighty four"); a numeral that isn't one is ZIP_BAD. */
static enum zip_result cut_zip(struct str *text, char zip[ZIP_DIGITS + 1])
{
    struct str last = last_word(*text);

    if ((is_numeral(last) && parse_zip(last, zip)) || parse_zip_plus_4(last, zip)) {
        *text = drop_last_word(*text);
        return ZIP_FOUND;
    }
    char digits[DIGITS_MAX];
    size_t at = DIGITS_MAX, words = 0;
    bool numerals = false;
    struct str rest = *text;
    while (rest.n > 0) {
        struct str word = last_word(rest);
        char digit = digit_of(word);
        if (digit == '\0' && !is_numeral(word))
            break;
        numerals = numerals || digit == '\0';
        struct str more = digit == '\0' ? word : (struct str){ &digit, 1 };
        if (more.n > at)
            return ZIP_BAD;
        at -= more.n;
        memcpy(digits + at, more.p, more.n);
        words++;
        rest = drop_last_word(rest);
    }
    if (parse_zip((struct str){ digits + at, DIGITS_MAX - at }, zip)) {
        *text = rest;
        return ZIP_FOUND;
    }
    /* Not after other words: "the 757" is an area code. */
    if (words == 1 && is_zip_announced(rest) && parse_zip_without_zeros(last, zip)) {
        *text = rest;
        return ZIP_FOUND;
    }
    return numerals || (rest.n == 0 && words > 2) ? ZIP_BAD : ZIP_NONE;
}

/* ---- city and state ---- */

/* Drops a leading "in", "near" and the like. */
static struct str drop_lead(struct str text)
{
    static const char *const leads[] = { "in",     "at",   "near", "for", "on",
                                         "around", "over", "to",   NULL };
    size_t space = str_index(text, ' ');

    if (space < text.n && str_is_one_of(str_sub(text, 0, space), leads))
        return str_sub(text, space + 1, text.n);
    return text;
}

static struct str drop_country(struct str text)
{
    static const char *const countries[] = { " usa", " u.s.a.", " u s a", " united states",
                                             " united states of america" };

    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++) {
        struct str country = str_of(countries[i]);
        if (str_ends(text, country))
            return str_trim(str_sub(text, 0, text.n - country.n));
    }
    return text;
}

static bool is_known(struct str city, const char *state)
{
    struct gazetteer_hit hit;

    return gazetteer_city(city, state, &hit, 1) > 0;
}

/* Drops "area" and the like after a state: "denver colorado metro area", "burlington vermont
 * airport". */
static struct str drop_area(struct str text)
{
    static const char *const areas[] = { "area",          "metro",    "metropolitan",
                                         "region",        "suburbs",  "airport",
                                         "international", "regional", NULL };
    struct str shorter = text;

    while (str_is_one_of(last_word(shorter), areas))
        shorter = drop_last_word(shorter);
    struct str city;
    const char *code;
    return shorter.n < text.n && us_state_split(shorter, &city, &code) && city.n > 0 &&
                   !is_known(text, NULL)
               ? shorter
               : text;
}

/* "west texas" is a region, and West, Texas a town: is the whole text known as something that far
 * more people ask for than for the city in the state? */
static bool is_better_whole(struct str text, struct str city, const char *state)
{
    enum { FAR_MORE = 10 };
    struct gazetteer_hit whole, split;

    return gazetteer_city(text, NULL, &whole, 1) > 0 &&
           gazetteer_city(city, state, &split, 1) > 0 &&
           whole.population / FAR_MORE > split.population;
}

/* Letters said one by one. */
static bool has_single_letters(struct str words)
{
    struct str word;

    while (str_word(&words, &word)) {
        if (word.n > 2 || (word.n == 2 && word.p[1] != '.'))
            return false;
    }
    return true;
}

/* "central louisiana": a part of a state, whatever town is called Central. */
static bool is_direction(struct str word)
{
    static const char *const directions[] = { "central",   "north",     "south",     "east",
                                              "west",      "northern",  "southern",  "eastern",
                                              "western",   "upper",     "northeast", "northwest",
                                              "southeast", "southwest", "lower",     "middle",
                                              "mid",       NULL };

    return str_is_one_of(word, directions);
}

/* The words are a state, with nothing before it. */
static enum status read_lone_state(struct str words, const char *code, struct str *ret_city,
                                   const char **ret_state, struct err *err)
{
    const char *city_in = us_state_of_namesake_city(words);

    *ret_state = code;
    if (city_in) {
        *ret_city = words;
        *ret_state = city_in;
        return ST_OK;
    }
    char key[PLACE_NAME_MAX + 1];
    /* "la", "L.A.", "ny"; "i. n. d.", the code of an airport */
    if ((place_name_key(words, key) == 2 || has_single_letters(words)) && is_known(words, NULL)) {
        *ret_city = words;
        *ret_state = "";
        return ST_OK;
    }
    return err_reason(err, ST_INVALID, "city_missing", "a state was named without a city");
}

/* "coast of maine" is also called "maine coast". Returns STR_NONE when nothing is. */
static struct str put_state_first(struct str city, const char *code, char out[PLACE_TURNED_MAX])
{
    struct str state = str_of(us_state_name(code));

    if (state.n + 1 + city.n > PLACE_TURNED_MAX)
        return STR_NONE;
    memcpy(out, state.p, state.n);
    out[state.n] = ' ';
    memcpy(out + state.n + 1, city.p, city.n);
    struct str turned = { out, state.n + 1 + city.n };
    return is_known(turned, code) ? turned : STR_NONE;
}

/* `written`: a comma preceded the state, so it is one. `turned` may be used for *ret_city. */
static enum status read_city(struct str text, bool written, char turned[PLACE_TURNED_MAX],
                             struct str *ret_city, const char **ret_state, struct err *err)
{
    char folded[PLACE_NAME_MAX + 1];

    if (place_name_fold(text, folded) == 0)
        return err_reason(err, ST_INVALID, "place_unclear", "the place has no words");
    *ret_city = text;
    *ret_state = "";

    struct str city;
    const char *code;
    if (!us_state_split(text, &city, &code))
        return ST_OK;
    if (city.n == 0)
        return read_lone_state(text, code, ret_city, ret_state, err);
    if (place_name_fold(city, folded) == 0)
        return err_reason(err, ST_INVALID, "place_unclear", "the city has no words");
    bool of_state = str_eqz(last_word(city), "of") || str_eqz(last_word(city), "in");
    bool is_part = of_state || is_direction(city); /* "university of florida", "west texas" */
    if (!written && (is_part ? is_known(text, NULL) : is_better_whole(text, city, code)))
        return ST_OK;
    if (of_state && drop_last_word(city).n > 0) /* "the flint hills of kansas" */
        city = drop_last_word(city);
    if (!is_known(city, code)) {
        struct gazetteer_query whole = { .city = text };
        if (is_known(text, NULL) || gazetteer_is_country(&whole, NULL)) /* "baja california" */
            return ST_OK;
        /* "kings park west virginia" is Kings Park West, Virginia. */
        struct str shorter = drop_last_word(text);
        const char *other = us_state_find(last_word(text));
        struct str first = put_state_first(city, code, turned);
        if (other && is_known(shorter, other)) {
            city = shorter;
            code = other;
        } else if (first.n > 0) {
            city = first;
        }
    }
    *ret_city = city;
    *ret_state = code;
    return ST_OK;
}

/* Does it have letters, or is it a known name without any ("96")? */
static bool could_be_name(struct str city)
{
    for (size_t i = 0; i < city.n; i++) {
        unsigned char c = (unsigned char)city.p[i];
        if ((c >= 'a' && c <= 'z') || c >= 0x80)
            return true;
    }
    return is_known(city, NULL);
}

/* ---- the two slots together ---- */

static enum status read_zip_slot(struct str slot, bool has_location, char zip[ZIP_DIGITS + 1],
                                 struct err *err)
{
    char buffer[PLACE_WORDS_MAX];
    struct str words;

    if (str_trim(slot).n == 0)
        return ST_OK;
    bool valid = simplify(slot, buffer, &words);
    if (valid && words.n == 0 && has_location)
        return ST_OK; /* "?" is what Alexa sends for a number that it did not understand */
    if (!valid || cut_zip(&words, zip) != ZIP_FOUND || drop_zip_words(words).n > 0) {
        zip[0] = '\0';
        return err_reason(err, ST_INVALID, "zip_invalid", "the ZIP code is not five digits");
    }
    return ST_OK;
}

/* "West, Texas": the words after the last comma are a state. */
static bool has_written_state(struct str location)
{
    size_t comma = location.n;

    while (comma > 0 && location.p[comma - 1] != ',')
        comma--;
    return comma > 0 && us_state_find(str_trim(str_sub(location, comma, location.n)));
}

/* Words that do not name a place. The user's own place and a hazard leave the query as it is. */
static enum status read_other(enum place_other other, struct err *err)
{
    if (other == PLACE_OTHER_TIME)
        return err_reason(err, ST_INVALID, "when_unclear", "a time instead of a place");
    if (other == PLACE_OTHER_KIND || other == PLACE_OTHER_SKILL)
        return err_reason(err, ST_INVALID, "place_unclear", "the words name no certain place");
    return ST_OK;
}

static enum status read_location(struct arena *arena, struct str location,
                                 struct gazetteer_query *query, struct err *err)
{
    char buffer[PLACE_WORDS_MAX], turned[PLACE_TURNED_MAX], zip[ZIP_DIGITS + 1] = "";
    struct str text, city;
    const char *state = "";

    if (str_trim(location).n == 0)
        return ST_OK;
    if (!simplify(location, buffer, &text))
        return err_reason(err, ST_INVALID, "place_unclear",
                          "the place is too long or not valid text");
    enum zip_result result = cut_zip(&text, zip);
    if (result == ZIP_BAD && !is_known(text, NULL)) /* "area 51", "the 305" */
        return err_reason(err, ST_INVALID, "zip_invalid", "the number is not a ZIP code");
    if (result == ZIP_FOUND) {
        text = drop_zip_words(text);
        if (query->zip[0] == '\0')
            memcpy(query->zip, zip, sizeof zip);
        if (text.n == 0)
            return ST_OK;
    }
    text = drop_area(drop_country(text));
    enum place_other other = place_other_find(text);
    if (other == PLACE_OTHER_NONE)
        other = place_other_find(drop_lead(text));
    if (other != PLACE_OTHER_NONE)
        return read_other(other, err);
    bool written = has_written_state(location);
    enum status st = read_city(text, written, turned, &city, &state, err);
    struct str rest = drop_lead(text);
    if (st == ST_OK && rest.n < text.n && !is_known(city, state)) /* "near north side" is a name */
        st = read_city(rest, written, turned, &city, &state, err);
    memcpy(query->state, state, strlen(state) + 1);
    if (st != ST_OK)
        return st;
    if (!could_be_name(city))
        return err_reason(err, ST_INVALID, "zip_invalid", "the number is not a ZIP code");
    query->city = arena_str(arena, city);
    if (query->city.n == 0)
        return err_no_memory(err);
    return ST_OK;
}

static enum status parse(struct arena *arena, struct str location, struct str zipcode,
                         struct gazetteer_query *ret_query, struct err *err)
{
    struct gazetteer_query query = { .city = STR_NONE };
    struct err fault = ERR_NONE;
    enum status st = read_zip_slot(zipcode, str_trim(location).n > 0, query.zip, &fault);

    if (st == ST_OK)
        st = read_location(arena, location, &query, &fault);
    /* With a ZIP code, an invalid location does not matter. */
    if (st == ST_INVALID && query.zip[0] != '\0') {
        query.city = STR_NONE;
        query.state[0] = '\0';
        st = ST_OK;
    }
    if (st != ST_OK) {
        bool state_only = strcmp(fault.reason, "city_missing") == 0;
        *ret_query = (struct gazetteer_query){ .city = STR_NONE };
        if (state_only)
            memcpy(ret_query->state, query.state, sizeof query.state);
        return err_reason(err, st, fault.reason, "%s", fault.text);
    }
    *ret_query = query;
    return query.city.n > 0 || query.zip[0] != '\0' ? ST_OK : ST_MISS;
}

enum status place_words_parse(struct arena *arena, struct str location, struct str zipcode,
                              struct gazetteer_query *ret_query, struct err *err)
{
    enum status st;

    if (zipcode.n > 0)
        return parse(arena, location, zipcode, ret_query, err);
    if (place_words_memo_find(location, ret_query)) {
        struct str city = ret_query->city;
        ret_query->city = city.n > 0 ? arena_str(arena, city) : STR_NONE;
        if (ret_query->city.n == city.n)
            return ST_OK;
        *ret_query = (struct gazetteer_query){ .city = STR_NONE };
        return err_no_memory(err);
    }
    st = parse(arena, location, zipcode, ret_query, err);
    if (st == ST_OK)
        place_words_memo_put(location, ret_query);
    return st;
}
