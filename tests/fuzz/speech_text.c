/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/speech_text.c -- any bytes as Weather Service text: the result is one line of UTF-8,
 * not much longer, with no digit that was not in the input, and in the same order.
 *
 * Input: the text of an alert or forecast, or a station's description or name. */
#include <string.h>

#include "intents/speech/columns.h"
#include "intents/speech/normalize.h"
#include "intents/speech/phrase.h"
#include "intents/speech/station_name.h"
#include "intents/speech/typography.h"
#include "tests/fuzz/laws.h"

enum { GROWTH_MAX = 25, SLACK = 100 }; /* of "5%", two bytes, become ten, and of a fraction more */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The position of the next character that `wanted` accepts, or text.n. */
static size_t next_of(struct str text, size_t at, bool (*wanted)(char))
{
    while (at < text.n && !wanted(text.p[at]))
        at++;
    return at;
}

/* Are the digits of `part` among those of `whole`, in the same order? */
static bool digits_are_from(struct str part, struct str whole)
{
    size_t k = 0;

    for (size_t i = next_of(part, 0, is_digit); i < part.n; i = next_of(part, i + 1, is_digit)) {
        k = next_of(whole, k, is_digit);
        while (k < whole.n && whole.p[k] != part.p[i])
            k = next_of(whole, k + 1, is_digit);
        if (k == whole.n)
            return false;
        k++;
    }
    return true;
}

static bool is_word_character(char c)
{
    return is_letter(c) || is_digit(c) || (unsigned char)c >= 0x80;
}

/* Have both the same letters and digits, whatever stands between them? */
static bool same_words(struct str a, struct str b)
{
    size_t i = 0, k = 0;

    for (;;) {
        i = next_of(a, i, is_word_character);
        k = next_of(b, k, is_word_character);
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (folded(a.p[i++]) != folded(b.p[k++]))
            return false;
    }
}

/* Plain characters stay as they are, and columns only change what stands between the names. */
static void check_passes(struct str text)
{
    struct buf plain = BUF_INIT(4 << 20), again = BUF_INIT(4 << 20), lists = BUF_INIT(4 << 20);

    typography_put_plain(&plain, text);
    LAW(!plain.failed && plain.n <= GROWTH_MAX * text.n);
    LAW(digits_are_from(text, buf_str(&plain)) && digits_are_from(buf_str(&plain), text));
    typography_put_plain(&again, buf_str(&plain));
    LAW(str_eq(buf_str(&plain), buf_str(&again)));
    columns_put_lists(&lists, buf_str(&plain));
    LAW(!lists.failed && lists.n <= 2 * plain.n + SLACK);
    LAW(same_words(buf_str(&plain), buf_str(&lists)));
    buf_free(&plain);
    buf_free(&again);
    buf_free(&lists);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct buf out = BUF_INIT(4 << 20);

    normalize_text(&out, text);
    LAW(!out.failed && out.n <= GROWTH_MAX * size + SLACK);
    if (str_is_utf8(text)) {
        law_speakable(buf_str(&out));
        check_passes(text);
    }
    LAW(digits_are_from(buf_str(&out), text));
    buf_reset(&out);
    phrase_put_description(&out, text);
    station_name_put(&out, text);
    phrase_end_sentence(&out);
    phrase_capitalize(&out, 0);
    LAW(!out.failed);
    buf_free(&out);
    return 0;
}
