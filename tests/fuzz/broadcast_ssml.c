/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/broadcast_ssml.c -- any bytes as a weather radio script: what is kept of it is
 * well-formed, has only what Alexa knows, and can be cut into pages that are well-formed too.
 *
 * Input: a byte for the length of a page, then the script. */
#include <expat.h>
#include <string.h>

#include "intents/alexa/broadcast_ssml.h"
#include "intents/alexa/markup.h"
#include "tests/fuzz/laws.h"

enum { SPEECH_MAX = 1 << 20, ESCAPED_MAX = 6 /* bytes of one: "&quot;" */ };

static void XMLCALL check_element(void *data, const XML_Char *name, const XML_Char **attributes)
{
    static const char *const known[] = { "speak",   "break",   "emphasis", "p",   "s",
                                         "phoneme", "prosody", "say-as",   "sub", "w" };
    bool found = false;

    (void)data;
    (void)attributes;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        found = found || strcmp(known[i], name) == 0;
    LAW(found);
}

static void check_markup(struct str markup)
{
    XML_Parser parser = XML_ParserCreate("UTF-8");
    struct buf whole = BUF_INIT(SPEECH_MAX);

    LAW(parser);
    buf_printf(&whole, "<speak>%.*s</speak>", STR_ARG(markup));
    LAW(!whole.failed);
    XML_SetElementHandler(parser, check_element, NULL);
    LAW(XML_Parse(parser, whole.p, (int)whole.n, XML_TRUE) == XML_STATUS_OK);
    XML_ParserFree(parser);
    buf_free(&whole);
}

/* Page by page, the plain text is heard once. */
static void check_pages(struct str markup, size_t max)
{
    struct buf page = BUF_INIT(SPEECH_MAX), heard = BUF_INIT(SPEECH_MAX),
               all = BUF_INIT(SPEECH_MAX);

    markup_put_plain(&all, markup);
    for (size_t from = 0; from < markup.n;) {
        size_t n = markup_fit(str_sub(markup, from, markup.n), max, 0);
        if (n == 0)
            break; /* not even a word fits beside its tags */
        buf_reset(&page);
        markup_put_part(&page, markup, from, from + n);
        check_markup(buf_str(&page));
        markup_put_plain(&heard, buf_str(&page));
        from += n;
        LAW(heard.n <= all.n + from); /* lines that are ended twice */
    }
    buf_free(&page);
    buf_free(&heard);
    buf_free(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str script = { (const char *)data + 1, size - 1 };
    struct buf out = BUF_INIT(SPEECH_MAX);
    struct err err = ERR_NONE;

    if (size == 0 || size > 32 * 1024)
        return 0;
    if (broadcast_ssml(&out, script, &err) == ST_OK) {
        LAW(out.n <= ESCAPED_MAX * script.n); /* no entity has grown */
        check_markup(buf_str(&out));
        check_pages(buf_str(&out), 20 + data[0] * 4u);
    }
    buf_free(&out);
    return 0;
}
