/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alexa/response.c -- writes the response JSON straight into the buffer, without a tree.
 *
 * The session attributes go first, because they can't be cut. Speech, reprompt and card share the
 * remaining bytes in this order, each cut at the end of a sentence where possible. */
#include "intents/alexa/response.h"

#include "intents/alexa/markup.h"
#include "intents/alexa/ssml.h"
#include "server/base/json.h"
#include "server/base/plain_text.h"

enum {
    FRAME_BYTES = 512,     /* upper bound for member names, braces and markup */
    BESIDE_BYTES = 4096,   /* that most responses take without their directives */
    REPROMPT_BYTES = 1024, /* reserved for the reprompt while speech is cut */
    CARD_TITLE_CHARS = 100,
    CARD_TEXT_CHARS = 7800, /* Alexa allows 8,000 for title and text together */
    ATTRIBUTES_BYTES_MAX = 9 * 1024,
    PAGE_BYTES = 14 * 1024, /* of speech: fits even beside the largest attributes */
    REOPENED_CHARS = 1000,  /* tags that a page of markup may have to open again */
};

/* The longest prefix that fits both in characters of SSML and in bytes of JSON. */
static struct str fit_prefix(struct str text, size_t chars, size_t bytes)
{
    enum { WIDEST = 6 }; /* "&quot;" */
    struct str prefix;

    if (text.n <= chars / WIDEST && text.n <= bytes / WIDEST)
        return str_trim(text); /* the usual case: it fits however it is escaped */
    prefix = str_sub(text, 0, ssml_fit(text, chars));
    /* Characters may fit while bytes do not, but only in text with many non-ASCII letters. */
    while (prefix.n > 0) {
        size_t extra = 0; /* bytes added by escaping */
        for (size_t i = 0; i < prefix.n; i++) {
            char c = prefix.p[i];
            extra += c == '"' ? 5 : c == '&' ? 4 : c == '<' || c == '>' ? 3 : c == '\\';
        }
        if (prefix.n + extra <= bytes)
            break;
        chars = chars < ssml_escaped_length(prefix) ? chars : ssml_escaped_length(prefix);
        chars -= chars / 8 + 1;
        prefix = str_sub(text, 0, ssml_fit(text, chars));
    }
    return prefix;
}

size_t response_fit(struct str text, size_t reserve)
{
    return fit_prefix(text, RESPONSE_SPEECH_MAX - SSML_WRAP_MAX - reserve, PAGE_BYTES - reserve).n;
}

size_t response_fit_markup(struct str markup, size_t reserve, size_t words)
{
    return markup_fit(markup, RESPONSE_SPEECH_MAX - SSML_WRAP_MAX - REOPENED_CHARS - reserve,
                      words);
}

/* Empties what holds one text at a time. A text that did not fit spoils the whole response. */
static void start_text(struct buf *scratch, struct buf *out)
{
    out->failed = out->failed || scratch->failed;
    buf_reset(scratch);
}

static void put_speech(struct buf *out, struct str text, bool markup,
                       struct response_prosody prosody, struct buf *ssml)
{
    start_text(ssml, out);
    if (markup)
        ssml_speak_markup(ssml, text, prosody.rate, prosody.pitch);
    else
        ssml_speak(ssml, text, prosody.rate, prosody.pitch);
    buf_put(out, STR("{\"type\":\"SSML\",\"ssml\":"));
    json_put_string(out, buf_str(ssml));
    buf_putc(out, '}');
}

/* A card is plain text: line ends are kept; control characters and invalid UTF-8 become spaces. */
static void put_card_text(struct buf *out, struct str text, struct buf *clean)
{
    start_text(clean, out);
    buf_put(clean, text);
    for (size_t i = 0; i < clean->n;) {
        unsigned char c;
        size_t step = 1;
        i = (size_t)(plain_text_end(clean->p + i, clean->p + clean->n) - clean->p);
        if (i == clean->n)
            break;
        c = (unsigned char)clean->p[i];
        if (c >= 0x80)
            step = str_utf8_step(str_sub(buf_str(clean), i, clean->n));
        if (step == 0 || (c < 0x20 && c != '\n') || c == 0x7F)
            clean->p[i] = ' ';
        i += step ? step : 1;
    }
    json_put_string(out, buf_str(clean));
}

static size_t bytes_left(const struct buf *out)
{
    size_t taken = out->n + FRAME_BYTES;

    return taken < RESPONSE_BYTES_MAX ? RESPONSE_BYTES_MAX - taken : 0;
}

static void put_content(const struct response *r, struct buf *out, struct buf *scratch)
{
    const char *comma = "";
    size_t reserve = r->reprompt.n ? REPROMPT_BYTES : 0;
    size_t speech_max = bytes_left(out) > reserve ? bytes_left(out) - reserve : 0;

    if (r->speech.n) {
        struct str text =
            r->markup ? r->speech
                      : fit_prefix(r->speech, RESPONSE_SPEECH_MAX - SSML_WRAP_MAX, speech_max);
        buf_put(out, STR("\"outputSpeech\":"));
        put_speech(out, text, r->markup, r->prosody, scratch);
        comma = ",";
    }
    if (r->reprompt.n) {
        struct str text =
            fit_prefix(r->reprompt, RESPONSE_SPEECH_MAX - SSML_WRAP_MAX, bytes_left(out));
        buf_printf(out, "%s\"reprompt\":{\"outputSpeech\":", comma);
        put_speech(out, text, false, r->prosody, scratch);
        buf_putc(out, '}');
        comma = ",";
    }
    if (r->permission) {
        buf_printf(out,
                   "%s\"card\":{\"type\":\"AskForPermissionsConsent\",\"permissions\":[\"%s\"]}",
                   comma, r->permission);
        comma = ",";
    } else if (r->card_title.n || r->card_text.n) {
        struct str title = fit_prefix(r->card_title, CARD_TITLE_CHARS, bytes_left(out));
        buf_putz(out, comma);
        buf_put(out, STR("\"card\":{\"type\":\"Simple\",\"title\":"));
        put_card_text(out, title, scratch);
        buf_put(out, STR(",\"content\":"));
        put_card_text(out, fit_prefix(r->card_text, CARD_TEXT_CHARS, bytes_left(out)), scratch);
        buf_putc(out, '}');
        comma = ",";
    }
    buf_putz(out, comma);
    buf_putz(out, r->end_session ? "\"shouldEndSession\":true" : "\"shouldEndSession\":false");
    if (r->directives.n) {
        buf_put(out, STR(",\"directives\":["));
        buf_put(out, r->directives);
        buf_putc(out, ']');
    }
}

enum status response_write(const struct response *r, struct buf *out, struct err *err)
{
    struct buf scratch = BUF_INIT(RESPONSE_BYTES_MAX);
    size_t start = out->n;
    enum status st = ST_OK;

    buf_put(out, STR("{\"version\":\"1.0\""));
    if (!r->empty) {
        buf_put(out, STR(",\"sessionAttributes\":"));
        buf_put(out, r->attributes.n ? r->attributes : STR("{}"));
    }
    if (!out->failed && out->n - start > ATTRIBUTES_BYTES_MAX) {
        st = err_set(err, ST_TOO_LARGE, "session attributes take %zu bytes", out->n - start);
        goto out;
    }
    buf_put(out, STR(",\"response\":{"));
    if (r->directives.n) /* they are most of it */
        (void)buf_reserve(out, r->directives.n + BESIDE_BYTES);
    if (!r->empty)
        put_content(r, out, &scratch);
    buf_put(out, STR("}}"));
    if (out->failed || scratch.failed)
        st = err_no_memory(err);
out:
    buf_free(&scratch);
    return st;
}
