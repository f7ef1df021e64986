/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/screen/screen.c -- which devices get a document, and what a touch asks. */
#include "intents/screen/screen.h"
#include "tests/test.h"
#include "tests/unit/intents/skill_world.h"

#define SCREEN "{\"Alexa.Presentation.APL\":{\"runtime\":{\"maxVersion\":\"2024.3\"}}}"
#define CLOCK "{\"Alexa.Presentation.APLT\":{\"runtime\":{\"maxVersion\":\"1.0\"}}}"
#define OLD "{\"Alexa.Presentation.APL\":{\"runtime\":{\"maxVersion\":\"1.3\"}}}"

static struct skill_world world;

/* Answers a request of a device with these interfaces; the whole response, in `out`. */
static void answer(json_t *root, const char *interfaces, struct buf *out)
{
    struct call call = world_call(&world.w);
    struct buf text = BUF_INIT(1 << 20);
    struct arena *arena = arena_create(1 << 20);
    json_t *device = json_loads(interfaces, 0, NULL);
    struct envelope e;
    struct turn_log log;
    struct err err = ERR_NONE;

    CHECK(device);
    json_object_set_new(json_at(root, "context.System"), "device",
                        json_pack("{s:o}", "supportedInterfaces", device));
    json_put(&text, root);
    CHECK_INT(envelope_parse(buf_str(&text), arena, &e, &err), ST_OK);
    call.now = world.now;
    buf_reset(out);
    CHECK_INT(dispatch(&world.skill, &e, &call, out, &log), ST_OK);
    arena_free(arena);
    arena_reset(world.w.arena);
    buf_free(&text);
    json_decref(root);
}

static void ask(const char *name, const char *slots, const char *interfaces, struct buf *out)
{
    answer(skill_envelope(&world, name, slots), interfaces, out);
}

static void touch(const char *arguments, struct buf *out)
{
    json_t *root = skill_envelope(&world, "LaunchRequest", "");
    json_t *list = json_loads(arguments, JSON_DECODE_ANY, NULL);

    CHECK(list);
    json_object_set_new(json_at(root, "request"), "type",
                        json_string("Alexa.Presentation.APL.UserEvent"));
    json_object_set_new(json_at(root, "request"), "arguments", list);
    answer(root, SCREEN, out);
}

static bool has(const struct buf *out, const char *text)
{
    return strstr(buf_z(out), text);
}

TEST(a_device_that_shows_nothing_gets_the_same_bytes)
{
    struct buf without = BUF_INIT(1 << 20), old = BUF_INIT(1 << 20), with = BUF_INIT(1 << 20);

    skill_start(&world);
    ask("AMAZON.HelpIntent", "", "{}", &without);
    ask("AMAZON.HelpIntent", "", OLD, &old);
    ask("AMAZON.HelpIntent", "", SCREEN, &with);
    CHECK(str_eq(buf_str(&without), buf_str(&old)));
    CHECK(!has(&without, "directives"));
    CHECK(has(&with, "\"directives\":[{\"type\":\"Alexa.Presentation.APL.RenderDocument\""));
    CHECK(strncmp(buf_z(&with), buf_z(&without), without.n - 2) == 0);
    buf_free(&without);
    buf_free(&old);
    buf_free(&with);
    skill_stop(&world);
}

TEST(what_leaves_no_topic_has_no_screen)
{
    struct buf out = BUF_INIT(1 << 20);

    skill_start(&world);
    ask("AMAZON.StopIntent", "", SCREEN, &out);
    CHECK(!has(&out, "directives"));
    ask("AMAZON.FallbackIntent", "", SCREEN, &out);
    CHECK(!has(&out, "directives"));
    ask("SetRateIntent", "percent=110", SCREEN, &out);
    CHECK(!has(&out, "directives"));
    ask("SunIntent", "sun=sunset;location=boulder colorado", CLOCK, &out);
    CHECK(!has(&out, "directives"));
    buf_free(&out);
    skill_stop(&world);
}

TEST(a_touch_is_answered_like_what_it_stands_for)
{
    struct buf out = BUF_INIT(1 << 20);

    skill_start(&world);
    touch("[\"SunIntent\",\"sun\",\"sunset\",\"location\",\"Boulder Colorado\"]", &out);
    CHECK(has(&out, "Sunset") || has(&out, "sunset"));
    CHECK(has(&out, "\"intent\":\"SunIntent\""));
    CHECK(has(&out, "RenderDocument"));
    touch("[\"ShowIntent\",\"view\",\"radar\"]", &out);
    CHECK(has(&out, "isn't built in"));
    buf_free(&out);
    skill_stop(&world);
}

TEST(hostile_arguments_are_not_understood)
{
    static const char *const hostile[] = {
        "null",
        "{}",
        "\"SunIntent\"",
        "[]",
        "[7]",
        "[[\"SunIntent\"]]",
        "[\"NoIntent\"]",
        "[\"SunIntent\",\"sun\"]",
        "[\"SunIntent\",\"sun\",7]",
        "[\"SunIntent\",\"sun\",\"\"]",
        "[\"SunIntent\",\"noslot\",\"sunset\"]",
        "[\"DeleteDataIntent\"]",
        "[\"SetLocationIntent\",\"location\",\"boulder colorado\"]",
        "[\"AMAZON.StopIntent\"]",
        "[\"LaunchRequest\"]",
        "[\"Alexa.Presentation.APL.UserEvent\"]",
        ("[\"SunIntent\",\"sun\",\"sunset\",\"day\",\"1\",\"month\",\"2\",\"day\",\"3\",\"day\","
         "\"4\",\"day\"]"),
    };
    struct buf out = BUF_INIT(1 << 20);

    skill_start(&world);
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        touch(hostile[i], &out);
        CHECK_ROW(i, has(&out, "I didn't understand that") && !has(&out, "directives"));
    }
    buf_free(&out);
    skill_stop(&world);
}

/* Sets one of the settings of the user. */
static void set(const char *setting, const char *value)
{
    json_t *json = json_string(value);

    CHECK_INT(user_set(world.w.store, USER_ACCOUNT(STR("user-1")), setting, json,
                       clock_mono_ms() + 1000, NULL),
              ST_OK);
    json_decref(json);
}

static const char sunny[] =
    "{\"properties\":{\"timestamp\":\"2026-11-22T16:40:00Z\",\"textDescription\":\"Sunny\","
    "\"temperature\":{\"value\":11,\"unitCode\":\"wmoUnit:degC\"}}}";
static const char mild[] =
    "{\"properties\":{\"updateTime\":\"2026-11-22T16:00:00Z\","
    "\"validTimes\":\"2026-11-22T16:00:00+00:00/P7D\",\"temperature\":{\"uom\":"
    "\"wmoUnit:degC\",\"values\":[{\"validTime\":\"2026-11-22T16:00:00+00:00/P7D\","
    "\"value\":9}]},\"maxTemperature\":{\"uom\":\"wmoUnit:degC\",\"values\":[{"
    "\"validTime\":\"2026-11-23T14:00:00+00:00/PT13H\",\"value\":12}]},\"minTemperature\":{"
    "\"uom\":\"wmoUnit:degC\",\"values\":[{\"validTime\":\"2026-11-24T01:00:00+00:00/PT14H\","
    "\"value\":1}]}}}";

TEST(without_a_screen_the_figure_is_told_in_brief_too)
{
    struct buf out = BUF_INIT(1 << 20);

    skill_start(&world);
    set("length", "brief");
    fake_set(&world.w.upstream, SKILL_LATEST, 200, sunny);
    ask("ShowIntent", "view=conditions;location=boulder colorado", "{}", &out);
    CHECK(has(&out, "no screen") && has(&out, "52 degrees"));
    buf_free(&out);
    skill_stop(&world);
}

TEST(a_launch_is_shown_even_without_weather)
{
    struct buf out = BUF_INIT(1 << 20);

    skill_start(&world);
    set("location", "Boulder Colorado");
    ask("LaunchRequest", "", SCREEN, &out);
    CHECK(has(&out, "I can't get the current conditions") && has(&out, "\"token\":\"text\""));
    buf_free(&out);
    skill_stop(&world);
}

TEST(markup_is_for_the_voice_only)
{
    struct buf out = BUF_INIT(1 << 20);
    char path[160];

    skill_start(&world);
    (void)snprintf(path, sizeof path, "%s/radio", skill_at_boulder("/points/"));
    fake_set(&world.w.upstream, path, 200,
             "<speak><p><s>Sunny &amp; dry.</s><break time='1s'/></p></speak>");
    ask("ForecasterIntent", "product=radio;location=boulder colorado", SCREEN, &out);
    CHECK(has(&out, "<break time"));
    CHECK(has(&out, "RenderDocument") && !has(&out, "&lt;"));
    buf_free(&out);
    skill_stop(&world);
}

TEST(an_answer_that_is_too_large_to_draw_is_shown_as_words)
{
    enum { COUNT = 7 };
    static char long_text[12000];
    const struct alert alert = { .event = "Flood Watch", .area = "", .severity = SEVERITY_SEVERE };
    const struct alert all[COUNT] = { alert, alert, alert, alert, alert, alert, alert };
    struct str texts[COUNT];
    const struct alerts alerts = { .count = COUNT, .at = all };
    const struct answer_figures figures = { .view = VIEW_ALERTS,
                                            .alerts = &alerts,
                                            .alert_texts = texts };
    const struct viewport viewport = { .has_screen = true, .width = 960, .height = 480 };
    const struct place place = { .city = STR("Boulder"), .zone = zone_local() };
    const struct screen_view view = { .viewport = &viewport,
                                      .figures = &figures,
                                      .place = &place,
                                      .words = STR("There are seven.") };
    struct buf out = BUF_INIT(1 << 20);

    memset(long_text, 'a', sizeof long_text);
    for (size_t i = 0; i < COUNT; i++)
        texts[i] = (struct str){ long_text, sizeof long_text };
    screen_put(&view, &out);
    CHECK(has(&out, "\"token\":\"text\"") && has(&out, "There are seven."));
    buf_free(&out);
}

/* Fails when a length in the document is larger than the screen, except for what scrolls. */
static void check_lengths(size_t row, const json_t *item, int width, int height)
{
    json_t *members = (json_t *)(uintptr_t)item, *member; /* jansson's macros take no const tree */
    const char *name;
    size_t i;

    if (str_eqz(json_str(item, "type"), "ScrollView"))
        return;
    json_array_foreach (members, i, member)
        check_lengths(row, member, width, height);
    json_object_foreach (members, name, member) {
        if (json_is_number(member) && strcmp(name, "width") == 0)
            CHECK_ROW(row, json_number_value(member) <= width + 0.05);
        if (json_is_number(member) && strcmp(name, "height") == 0)
            CHECK_ROW(row, json_number_value(member) <= height + 0.05);
        check_lengths(row, member, width, height);
    }
}

TEST(nothing_is_larger_than_the_screen_whatever_its_size)
{
    static const struct {
        int width, height;
        const char *shape;
    } sizes[] = { { 100, 100, "RECTANGLE" },  { 100, 5000, "RECTANGLE" },
                  { 5000, 100, "RECTANGLE" }, { 5000, 5000, "RECTANGLE" },
                  { 100, 100, "ROUND" },      { 5000, 100, "ROUND" } };
    static const char *const questions[][3] = {
        { "conditions", "MetricIntent", "metric=weather;" },
        { "hours", "HoursIntent", "" },
        { "week", "ExtremeIntent", "extreme=coldest;unit=night;" },
        { "text", "SunIntent", "sun=sunset;" },
    };
    enum { QUESTIONS = sizeof questions / sizeof questions[0] };
    struct buf out = BUF_INIT(1 << 20);

    skill_start(&world);
    fake_set(&world.w.upstream, SKILL_LATEST, 200, sunny);
    fake_set(&world.w.upstream, SKILL_GRID, 200, mild);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] * QUESTIONS; i++) {
        const char *const *question = questions[i % QUESTIONS];
        int width = sizes[i / QUESTIONS].width, height = sizes[i / QUESTIONS].height;
        char slots[100];
        json_t *root, *response = NULL;
        (void)snprintf(slots, sizeof slots, "%slocation=boulder colorado", question[2]);
        root = skill_envelope(&world, question[1], slots);
        json_object_set_new(json_object_get(root, "context"), "Viewport",
                            json_pack("{s:s,s:i,s:i,s:i}", "shape", sizes[i / QUESTIONS].shape,
                                      "dpi", 160, "pixelWidth", width, "pixelHeight", height));
        answer(root, SCREEN, &out);
        CHECK_INT(json_parse(buf_str(&out), true, &response, NULL), ST_OK);
        root = json_array_get(json_at(response, "response.directives"), 0);
        CHECK_STR(json_str(root, "token").p, question[0]);
        check_lengths(i, json_at(root, "document"), width, height);
        json_decref(response);
    }
    buf_free(&out);
    skill_stop(&world);
}

TESTS(a_device_that_shows_nothing_gets_the_same_bytes, what_leaves_no_topic_has_no_screen,
      a_touch_is_answered_like_what_it_stands_for, hostile_arguments_are_not_understood,
      without_a_screen_the_figure_is_told_in_brief_too, a_launch_is_shown_even_without_weather,
      markup_is_for_the_voice_only, an_answer_that_is_too_large_to_draw_is_shown_as_words,
      nothing_is_larger_than_the_screen_whatever_its_size)
