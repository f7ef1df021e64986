/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/alexa/response.c -- the response JSON: its members, and its size limits. */
#include "intents/alexa/response.h"

#include "intents/alexa/ssml.h"
#include "server/base/json.h"
#include "tests/test.h"

#include <stdlib.h>

static json_t *written(const struct response *r, size_t *ret_bytes)
{
    struct buf out = BUF_INIT(1 << 20);
    struct err err = ERR_NONE;
    json_t *root = NULL;

    CHECK_INT(response_write(r, &out, &err), ST_OK);
    CHECK_INT(json_parse(buf_str(&out), true, &root, &err), ST_OK);
    if (ret_bytes)
        *ret_bytes = out.n;
    buf_free(&out);
    return root;
}

TEST(an_answer_has_speech_and_a_card_and_ends_the_session)
{
    const struct response r = { .speech = STR("Rain & wind."),
                                .card_title = STR("Boulder, CO"),
                                .card_text = STR("Rain & wind.\x01"),
                                .prosody = { 120, 79 },
                                .end_session = true };
    json_t *root = written(&r, NULL);

    CHECK_SLICE(json_str(root, "version"), "1.0");
    CHECK_SLICE(json_str(root, "response.outputSpeech.type"), "SSML");
    CHECK_SLICE(json_str(root, "response.outputSpeech.ssml"),
                "<speak><prosody rate=\"120%\" pitch=\"-21%\">Rain &amp; wind.</prosody></speak>");
    CHECK_SLICE(json_str(root, "response.card.type"), "Simple");
    CHECK_SLICE(json_str(root, "response.card.title"), "Boulder, CO");
    CHECK_SLICE(json_str(root, "response.card.content"), "Rain & wind. ");
    CHECK(json_bool(root, "response.shouldEndSession", false));
    CHECK(!json_at(root, "response.reprompt"));
    CHECK_INT(json_object_size(json_at(root, "sessionAttributes")), 0);
    json_decref(root);
}

TEST(a_question_has_a_reprompt_and_carries_attributes)
{
    const struct response r = { .speech = STR("Where?"),
                                .reprompt = STR("Where is it?"),
                                .prosody = { 100, 100 },
                                .attributes = STR("{\"settings\":{\"rate\":90}}") };
    json_t *root = written(&r, NULL);
    int64_t rate = 0;

    CHECK_SLICE(json_str(root, "response.reprompt.outputSpeech.ssml"),
                "<speak>Where is it?</speak>");
    CHECK(!json_bool(root, "response.shouldEndSession", true));
    CHECK(json_int(root, "sessionAttributes.settings.rate", &rate) && rate == 90);
    CHECK(!json_at(root, "response.card"));
    json_decref(root);
}

TEST(an_empty_response_has_no_members)
{
    const struct response r = { .empty = true, .speech = STR("unsaid") };
    json_t *root = written(&r, NULL);

    CHECK_INT(json_object_size(json_at(root, "response")), 0);
    json_decref(root);
}

TEST(without_speech_only_should_end_session_is_sent)
{
    const struct response r = { .prosody = { 100, 100 }, .end_session = true };
    json_t *root = written(&r, NULL);

    CHECK_INT(json_object_size(json_at(root, "response")), 1);
    CHECK(json_bool(root, "response.shouldEndSession", false));
    json_decref(root);
}

static struct str repeated(const char *piece, size_t times)
{
    struct buf b = BUF_INIT(1 << 20);
    struct str s;

    for (size_t i = 0; i < times; i++)
        buf_putz(&b, piece);
    s.p = buf_take(&b, &s.n);
    return s;
}

TEST(no_text_exceeds_the_limits)
{
    static const char *const pieces[] = {
        "A sentence of words. ",
        "&",
        "\"",
        "\\",
        "<>",
        "\xF0\x9F\x8C\xA7",
        "\xC3\xB1 ",
        "\x01",
        "\xFF",
        "a.b",
        "\n",
        "word ",
    };

    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct str text = repeated(pieces[i], 40000);
        const struct response r = { .speech = text,
                                    .reprompt = text,
                                    .card_title = text,
                                    .card_text = text,
                                    .prosody = { 150, 130 } };
        size_t bytes;
        json_t *root = written(&r, &bytes);
        struct str speech = json_str(root, "response.outputSpeech.ssml");
        struct str reprompt = json_str(root, "response.reprompt.outputSpeech.ssml");
        CHECK_ROW(i, bytes <= RESPONSE_BYTES_MAX);
        CHECK_ROW(i, str_utf8_length(speech) <= RESPONSE_SPEECH_MAX);
        CHECK_ROW(i, str_utf8_length(reprompt) <= RESPONSE_SPEECH_MAX);
        CHECK_ROW(i, str_ends(speech, STR("</prosody></speak>")));
        json_decref(root);
        free((void *)(uintptr_t)text.p);
    }
}

TEST(attributes_that_are_too_large_are_rejected)
{
    struct str text = repeated("[1,2,3],", 4000);
    const struct response r = { .speech = STR("Hi."), .attributes = text };
    struct buf out = BUF_INIT(1 << 20);
    struct err err = ERR_NONE;

    CHECK_INT(response_write(&r, &out, &err), ST_TOO_LARGE);
    buf_free(&out);
    free((void *)(uintptr_t)text.p);
}

TESTS(an_answer_has_speech_and_a_card_and_ends_the_session,
      a_question_has_a_reprompt_and_carries_attributes, an_empty_response_has_no_members,
      without_speech_only_should_end_session_is_sent, no_text_exceeds_the_limits,
      attributes_that_are_too_large_are_rejected)
