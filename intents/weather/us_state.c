/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/us_state.c -- looks up states by code, name and spoken form. */
#include "intents/weather/us_state.h"

#include <string.h>
#include <strings.h>

#include "intents/weather/place_name.h"

enum { STATE_WORDS_MAX = 4 }; /* "united states virgin islands" */

static const struct {
    const char *code, *words, *city_in;
} forms[] = {
#define STATE(code, name, city_in) { code, name, city_in },
#define SPOKEN(code, words, city_in) { code, words, city_in },
#include "intents/weather/us_state.def"
#undef STATE
#undef SPOKEN
};
static const struct {
    const char *code, *name;
} states[] = {
#define STATE(code, name, city_in) { code, name },
#define SPOKEN(code, words, city_in)
#include "intents/weather/us_state.def"
#undef STATE
#undef SPOKEN
};
#define FORMS (sizeof forms / sizeof forms[0])
#define STATES (sizeof states / sizeof states[0])

const char *us_state_name(const char *code)
{
    for (size_t i = 0; i < STATES; i++) {
        if (((states[i].code[0] ^ code[0]) & ~0x20) == 0 && strcasecmp(states[i].code, code) == 0)
            return states[i].name;
    }
    return NULL;
}

/* Is `key` the place_name_key() of these words? The words of us_state.def are plain ASCII, so
 * comparing the letters is enough. */
static bool is_key_of(const char *key, const char *words)
{
    for (; *words != '\0'; words++) {
        bool upper = *words >= 'A' && *words <= 'Z', lower = *words >= 'a' && *words <= 'z';
        if ((upper || lower) && *key++ != (upper ? *words - 'A' + 'a' : *words))
            return false;
    }
    return *key == '\0';
}

/* An index into forms[], or FORMS. */
static size_t find_form(struct str words)
{
    char key[PLACE_NAME_MAX + 1];

    if (place_name_key(words, key) == 0)
        return FORMS;
    size_t i = 0;
    while (i < FORMS && !is_key_of(key, forms[i].words))
        i++;
    return i;
}

/* "ny", "N.Y.", "n y": two letters, with periods or spaces at most. */
static const char *find_postal(struct str words)
{
    char code[3] = "";
    size_t n = 0;

    for (size_t i = 0; i < words.n; i++) {
        char c = words.p[i];
        if (c == '.' || c == ' ')
            continue;
        if (n == 2)
            return NULL;
        code[n++] = c;
    }
    const char *name = n == 2 ? us_state_name(code) : NULL;
    for (size_t i = 0; name && i < STATES; i++) {
        if (states[i].name == name)
            return states[i].code;
    }
    return NULL;
}

const char *us_state_find(struct str words)
{
    size_t i = find_form(words);

    return i < FORMS ? forms[i].code : find_postal(str_trim(words));
}

const char *us_state_of_namesake_city(struct str words)
{
    size_t i = find_form(words);

    return i < FORMS && forms[i].city_in[0] != '\0' ? forms[i].city_in : NULL;
}

static bool separates_words(char c)
{
    return c == ' ' || c == '\t' || c == ',' || c == ';';
}

bool us_state_split(struct str location, struct str *ret_city, const char **ret_code)
{
    size_t end = location.n;

    while (end > 0 && (separates_words(location.p[end - 1]) || location.p[end - 1] == '.'))
        end--;
    const char *found = NULL;
    size_t found_at = 0, from = end;
    for (int words = 0; words < STATE_WORDS_MAX && from > 0; words++) {
        while (from > 0 && separates_words(location.p[from - 1]))
            from--;
        while (from > 0 && !separates_words(location.p[from - 1]))
            from--;
        const char *code = us_state_find(str_sub(location, from, end));
        if (code) {
            found = code;
            found_at = from;
        }
    }
    if (!found)
        return false;
    while (found_at > 0 && separates_words(location.p[found_at - 1]))
        found_at--;
    *ret_city = str_sub(location, 0, found_at);
    *ret_code = found;
    return true;
}
