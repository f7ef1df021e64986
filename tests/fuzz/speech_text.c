/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/speech_text.c -- any bytes as Weather Service text: the result is one line of UTF-8
 * and contains no digit that was not in the input.
 *
 * Input: the text of an alert or forecast, or a station's description or name. */
#include <stdlib.h>
#include <string.h>

#include "intents/speech/normalize.h"
#include "intents/speech/phrase.h"
#include "intents/speech/station_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static size_t count_of(struct str text, char c)
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == c;
    return n;
}

static void check_spoken(struct str text, struct str spoken)
{
    static const char unspeakable[] = "\n\r\t";

    for (const char *c = unspeakable; *c; c++)
        must(count_of(spoken, *c) == 0);
    for (char c = '0'; c <= '9'; c++)
        must(count_of(spoken, c) <= count_of(text, c));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct buf out = BUF_INIT(4 << 20);

    normalize_text(&out, text);
    must(!out.failed && (!str_is_utf8(text) || str_is_utf8(buf_str(&out))));
    check_spoken(text, buf_str(&out));
    buf_reset(&out);
    phrase_put_description(&out, text);
    station_name_put(&out, text);
    phrase_end_sentence(&out);
    phrase_capitalize(&out, 0);
    must(!out.failed);
    buf_free(&out);
    return 0;
}
