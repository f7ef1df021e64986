/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/console_page.c: the page is well-formed, and no text from the user,
 * the response or the interaction model becomes markup. */
#include "server/admin/console_page.h"

#include "tests/unit/server/admin/markup.h"

#define HOSTILE "\"><script>alert(1)</script><b a='&\xe2\x80\xae\x01"

static const char model_text[] =
    "{\"interactionModel\":{\"languageModel\":{\"invocationName\":\"clima cast\",\"intents\":["
    "{\"name\":\"MetricIntent\",\"slots\":[{\"name\":\"metric\",\"type\":\"METRIC\"},"
    "{\"name\":\"location\",\"type\":\"AMAZON.US_CITY\"}],\"samples\":[\"{metric} in "
    "{location}\"]},"
    "{\"name\":\"AddCustomIntent\",\"slots\":[{\"name\":\"metric\",\"type\":\"METRIC\"}],"
    "\"samples\":[\"add {metric}\"]},"
    "{\"name\":\"AMAZON.HelpIntent\",\"samples\":[]}],"
    "\"types\":[{\"name\":\"METRIC\",\"values\":[{\"name\":{\"value\":\"temperature\",\"synonyms\":"
    "[\"temp\"]}},{\"name\":{\"value\":\"wind\"}}]}]}}}";

static struct model *load_test_model(void)
{
    struct model *model = NULL;
    struct err err = ERR_NONE;

    if (model_parse(str_of(model_text), &model, &err) != ST_OK)
        fail_msg("%s", err.text);
    return model;
}

static char *page_of(const struct console_view *v)
{
    struct buf out = BUF_INIT(256 * 1024);

    console_page_write(v, &out);
    CHECK(!out.failed && str_is_utf8(buf_str(&out)));
    markup_check(buf_str(&out));
    CHECK(!strstr(buf_z(&out), " style=") && !strstr(buf_z(&out), " onclick="));
    return buf_take(&out, NULL);
}

static size_t count_of(const char *page, const char *part)
{
    size_t n = 0;

    for (; (page = strstr(page, part)); page++)
        n++;
    return n;
}

TEST(a_slot_shared_by_several_intents_gets_one_field)
{
    struct model *model = load_test_model();
    struct console_view v = { .model = model, .token = "0123", .matched = true };
    char *page = page_of(&v);

    CHECK_INT(count_of(page, "name=\"slot-metric\""), 1);
    CHECK_INT(count_of(page, "name=\"slot-location\""), 1);
    CHECK_INT(count_of(page, "name=\"token\" value=\"0123\""), 2);
    CHECK(strstr(page, "value=\"MetricIntent\" data-slots=\"metric location\""));
    CHECK(strstr(page, "value=\"LaunchRequest\" data-slots=\"\""));
    CHECK_INT(count_of(page, "<option value=\"temperature\">"), 1);
    CHECK(strstr(page, "Nothing has been asked yet."));
    CHECK(!strstr(page, "id=\"speech\""));
    free(page);
    model_free(model);
}

TEST(a_response_is_shown_and_its_open_session_can_continue)
{
    struct model *model = load_test_model();
    struct console_view v = { .model = model,
                              .token = "0123",
                              .matched = true,
                              .answered = true,
                              .match = { .name = STR("MetricIntent"), .slot_count = 1 },
                              .answer = { .status = 200,
                                          .ssml = STR("<speak>Sunny.</speak>"),
                                          .speech = STR("Sunny."),
                                          .reprompt = STR("What else?"),
                                          .card_title = STR("Boulder, CO"),
                                          .attributes = STR("{\"a\": 1}"),
                                          .session_open = true } };
    char *page;

    v.match.slots[0] = (struct utterance_slot){ STR("metric"), STR("wind") };
    page = page_of(&v);
    CHECK(strstr(page, "data-ssml=\"&lt;speak&gt;Sunny.&lt;/speak&gt;\">Sunny.</p>"));
    CHECK(strstr(page, "name=\"attributes\" value=\"{&quot;a&quot;: 1}\""));
    CHECK(strstr(page, "data-slots=\"metric location\" selected>"));
    CHECK(strstr(page, "list=\"list-metric\" value=\"wind\""));
    CHECK(strstr(page, "the session stays open"));
    free(page);
    model_free(model);
}

TEST(text_from_outside_never_becomes_markup)
{
    static const struct str hostile = { HOSTILE, sizeof HOSTILE - 1 };
    struct model *model = load_test_model();
    const struct model_sample sample = { .text = hostile };
    struct console_view v = {
        .model = model,
        .token = "0123",
        .talk = STR(HOSTILE "\n" HOSTILE),
        .phrase = hostile,
        .from_phrase = true,
        .answered = true,
        .problem = HOSTILE,
        .match = { .name = hostile, .slot_count = 2, .sample = &sample, .unknown_place = true },
        .answer = { .request = hostile,
                    .response = hostile,
                    .ssml = hostile,
                    .speech = hostile,
                    .reprompt = hostile,
                    .card_title = hostile,
                    .card_text = hostile,
                    .attributes = hostile,
                    .topic = hostile,
                    .topic_slots = { { hostile, hostile } },
                    .topic_slot_count = 1,
                    .asked = hostile,
                    .session_open = true }
    };
    char *page;

    v.match.slots[0] = (struct utterance_slot){ hostile, hostile };
    v.match.slots[1] = (struct utterance_slot){ STR("metric"), hostile };
    page = page_of(&v);
    CHECK_INT(count_of(page, "<script"), 1); /* the page's own */
    CHECK(!strstr(page, "<b a=") && !strstr(page, "\xe2\x80\xae") && !strchr(page, '\x01'));
    CHECK(count_of(page, "&quot;&gt;&lt;script&gt;alert(1)") >= 19);
    free(page);
    model_free(model);
}

TEST(the_conversation_the_topic_and_the_sample_are_shown)
{
    struct model *model = load_test_model();
    struct console_view v = {
        .model = model,
        .token = "0123",
        .talk = STR("the wind in miami\nCalm in Miami, Florida.\nand tampa\nDry."),
        .from_phrase = true,
        .matched = true,
        .answered = true,
        .match = { .name = STR("MetricIntent"), .sample = &model->intents[0].samples[0] },
        .answer = { .topic = STR("MetricIntent"),
                    .topic_slots = { { STR("location"), STR("Tampa FL") } },
                    .topic_slot_count = 1,
                    .asked = STR("day"),
                    .session_open = true }
    };
    char *page = page_of(&v);

    CHECK(strstr(page, "Matched the sample <code id=\"sample\">{metric} in {location}</code>"));
    CHECK(strstr(page, "<dt>You</dt><dd class=\"soft\">the wind in miami</dd><dt>Clima Cast</dt>"
                       "<dd>Calm in Miami, Florida.</dd><dt>You</dt>"));
    CHECK(strstr(page, "<dt>location</dt><dd>Tampa FL</dd>"));
    CHECK(strstr(page, "taken as: <code>day</code>"));
    CHECK(strstr(page, "name=\"talk\" value=\"the wind in miami\nCalm"));
    CHECK(strstr(page, "<a href=\"/console\" id=\"reset\">Start over</a>"));
    free(page);
    v.answer = (struct console_answer){ .session_open = false };
    page = page_of(&v);
    CHECK(strstr(page, "None yet.") && strstr(page, "The session has ended. Start over"));
    free(page);
    model_free(model);
}

TESTS(the_conversation_the_topic_and_the_sample_are_shown,
      a_slot_shared_by_several_intents_gets_one_field,
      a_response_is_shown_and_its_open_session_can_continue, text_from_outside_never_becomes_markup)
