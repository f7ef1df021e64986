/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of the test console's page: well-formed, and text stays text, whatever was typed,
 * understood or answered, and whatever the interaction model holds. */
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

static struct model *some_model(void)
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
    check_markup(buf_str(&out));
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

TEST(a_slot_that_several_intents_have_is_one_field)
{
    struct model *model = some_model();
    struct console_view v = { .model = model, .token = "0123", .fits = true };
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

TEST(an_answer_is_shown_and_its_session_carried_on)
{
    struct model *model = some_model();
    struct console_view v = { .model = model,
                              .token = "0123",
                              .fits = true,
                              .answered = true,
                              .said = { .name = STR("MetricIntent"), .slot_count = 1 },
                              .answer = { .status = 200,
                                          .ssml = STR("<speak>Sunny.</speak>"),
                                          .speech = STR("Sunny."),
                                          .reprompt = STR("What else?"),
                                          .card_title = STR("Boulder, CO"),
                                          .attributes = STR("{\"a\": 1}"),
                                          .session_open = true } };
    char *page;

    v.said.slots[0] = (struct utterance_slot){ STR("metric"), STR("wind") };
    page = page_of(&v);
    CHECK(strstr(page, "data-ssml=\"&lt;speak&gt;Sunny.&lt;/speak&gt;\">Sunny.</p>"));
    CHECK(strstr(page, "name=\"attributes\" value=\"{&quot;a&quot;: 1}\""));
    CHECK(strstr(page, "data-slots=\"metric location\" selected>"));
    CHECK(strstr(page, "list=\"list-metric\" value=\"wind\""));
    CHECK(strstr(page, "the session stays open"));
    free(page);
    model_free(model);
}

TEST(what_comes_from_outside_is_never_markup)
{
    static const struct str hostile = { HOSTILE, sizeof HOSTILE - 1 };
    struct model *model = some_model();
    struct console_view v = { .model = model,
                              .token = "0123",
                              .phrase = hostile,
                              .from_phrase = true,
                              .answered = true,
                              .problem = HOSTILE,
                              .said = { .name = hostile, .slot_count = 2, .unknown_place = true },
                              .answer = { .request = hostile,
                                          .response = hostile,
                                          .ssml = hostile,
                                          .speech = hostile,
                                          .reprompt = hostile,
                                          .card_title = hostile,
                                          .card_text = hostile,
                                          .attributes = hostile,
                                          .session_open = true } };
    char *page;

    v.said.slots[0] = (struct utterance_slot){ hostile, hostile };
    v.said.slots[1] = (struct utterance_slot){ STR("metric"), hostile };
    page = page_of(&v);
    CHECK_INT(count_of(page, "<script"), 1); /* our own */
    CHECK(!strstr(page, "<b a=") && !strstr(page, "\xe2\x80\xae") && !strchr(page, '\x01'));
    CHECK(count_of(page, "&quot;&gt;&lt;script&gt;alert(1)") >= 12);
    free(page);
    model_free(model);
}

TESTS(a_slot_that_several_intents_have_is_one_field, an_answer_is_shown_and_its_session_carried_on,
      what_comes_from_outside_is_never_markup)
