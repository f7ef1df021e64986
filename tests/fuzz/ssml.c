/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/ssml.c -- any bytes as text: the markup is well-formed, and cuts fit the limit.
 *
 * Input: one byte for the limit, then the text. */
#include <stdlib.h>
#include <string.h>

#include "intents/alexa/ssml.h"
#include "intents/speech/normalize.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

/* No markup, no control characters, and every & begins one of the four entities. */
static void check_escaped(struct str text)
{
    static const struct str entities[] = { STR("&amp;"), STR("&lt;"), STR("&gt;"), STR("&quot;") };

    must(str_is_utf8(text));
    for (size_t i = 0; i < text.n; i++) {
        bool known = text.p[i] != '&';
        must((unsigned char)text.p[i] >= 0x20 && text.p[i] != '<' && text.p[i] != '>');
        for (size_t k = 0; k < sizeof entities / sizeof entities[0]; k++)
            known = known || str_starts(str_sub(text, i, text.n), entities[k]);
        must(known);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data + 1, size - 1 };
    struct buf out = BUF_INIT(16 << 20);
    size_t n;

    if (size == 0)
        return 0;
    ssml_escape(&out, text);
    check_escaped(buf_str(&out));
    must(ssml_escaped_length(text) == str_utf8_length(buf_str(&out)));
    n = ssml_fit(text, data[0]);
    must(n <= text.n && ssml_escaped_length(str_sub(text, 0, n)) <= data[0]);
    buf_reset(&out);
    normalize_text(&out, text);
    must(!out.failed);
    buf_free(&out);
    return 0;
}
