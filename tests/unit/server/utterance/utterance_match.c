/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/utterance/utterance_match.c: which sample a sentence matches, with a small
 * model that is ambiguous on purpose. */
#include "server/utterance/utterance_match.h"

#include "tests/test.h"

enum { ARENA = 32 * 1024 * 1024, NOW_HOUR = 16 };

static const char model_text[] =
    "{\"interactionModel\":{\"languageModel\":{\"invocationName\":\"clima cast\","
    "\"intents\":["
    "{\"name\":\"AskIntent\",\"slots\":["
    "{\"name\":\"metric\",\"type\":\"METRIC\"},{\"name\":\"when\",\"type\":\"WHEN\"},"
    "{\"name\":\"location\",\"type\":\"AMAZON.US_CITY\"},"
    "{\"name\":\"zipcode\",\"type\":\"AMAZON.NUMBER\"},"
    "{\"name\":\"state\",\"type\":\"AMAZON.US_STATE\"},"
    "{\"name\":\"year\",\"type\":\"AMAZON.FOUR_DIGIT_NUMBER\"}],\"samples\":["
    "\"{metric}\",\"{metric} {when}\",\"{metric} {location}\",\"{metric} in {location}\","
    "\"{metric} in {location} {when}\",\"{metric} in {location} {zipcode}\","
    "\"{metric} in {zipcode}\",\"{location}'s {metric}\",\"{metric} on {when}\","
    "\"{metric} across {state}\",\"{metric} of {year}\",\"{location}\",\"to {location}\"]},"
    "{\"name\":\"WindIntent\",\"samples\":[\"wind in town\",\"for wind\"]},"
    "{\"name\":\"NoteIntent\",\"slots\":[{\"name\":\"text\",\"type\":\"AMAZON.SearchQuery\"}],"
    "\"samples\":[\"note {text}\",\"note {text} now\"]},"
    "{\"name\":\"AMAZON.HelpIntent\",\"samples\":[\"what now\"]},"
    "{\"name\":\"AMAZON.YesIntent\",\"samples\":[]}],"
    "\"types\":["
    "{\"name\":\"METRIC\",\"values\":[{\"name\":{\"value\":\"temperature\",\"synonyms\":[\"temp\","
    "\"heat\"]}},{\"name\":{\"value\":\"wind\"}},{\"name\":{\"value\":\"wind chill\"}}]},"
    "{\"name\":\"WHEN\",\"values\":[{\"name\":{\"value\":\"friday\",\"synonyms\":[\"fridays\"]}},"
    "{\"name\":{\"value\":\"friday night\"}},{\"name\":{\"value\":\"night\"}}]},"
    "{\"name\":\"AMAZON.US_CITY\",\"values\":[{\"name\":{\"value\":\"new amsterdam\","
    "\"synonyms\":[\"the big one\"]}}]}]}}}";

/* Write the match in one line, with "?" behind an unknown place. */
static void write_match(const struct model *m, const char *text, struct buf *got)
{
    struct arena *arena = arena_create(ARENA);
    struct err err = ERR_NONE;
    struct utterance_match match;
    enum status st = utterance_match(m, str_of(text), NOW_HOUR, arena, &match, &err);

    buf_reset(got);
    if (st != ST_OK)
        buf_putz(got, err_status_name(st));
    else
        buf_put(got, match.name);
    for (size_t i = 0; st == ST_OK && i < match.slot_count; i++)
        buf_printf(got, " %.*s=%.*s", STR_ARG(match.slots[i].name), STR_ARG(match.slots[i].value));
    if (st == ST_OK && match.unknown_place)
        buf_putc(got, '?');
    arena_free(arena);
}

struct row {
    const char *text, *want;
};

static void expect(const struct row *rows, size_t count)
{
    struct buf got = BUF_INIT(4000);
    struct model *m;

    CHECK_INT(model_parse(str_of(model_text), &m, NULL), ST_OK);
    for (size_t i = 0; i < count; i++) {
        write_match(m, rows[i].text, &got);
        if (strcmp(buf_z(&got), rows[i].want) != 0)
            fail_msg("\"%s\": got \"%s\", want \"%s\"", rows[i].text, buf_z(&got), rows[i].want);
    }
    model_free(m);
    buf_free(&got);
}
#define EXPECT(rows) expect(rows, sizeof rows / sizeof rows[0])

TEST(slots_take_values_and_synonyms)
{
    static const struct row rows[] = {
        { "temperature", "AskIntent metric=temperature" },
        { "Temp!", "AskIntent metric=temperature" },
        { "heat on fridays", "AskIntent metric=temperature when=friday" },
        { "wind chill friday", "AskIntent metric=wind chill when=friday" },
    };

    EXPECT(rows);
}

TEST(places_of_the_gazetteer_and_the_model_match)
{
    static const struct row rows[] = {
        { "wind in boulder", "AskIntent metric=wind location=boulder" },
        { "wind in Kansas City, Missouri", "AskIntent metric=wind location=kansas city missouri" },
        { "wind in portland main", "AskIntent metric=wind location=portland main" },
        { "wind in winston-salem", "AskIntent metric=wind location=winston-salem" },
        { "wind in colorado", "AskIntent metric=wind location=colorado" },
        { "wind in the big one", "AskIntent metric=wind location=new amsterdam" },
        { "seattle's wind", "AskIntent metric=wind location=seattle" },
        { "wind across new mexico", "AskIntent metric=wind state=new mexico" },
        { "wind across boulder", "miss" },
    };

    EXPECT(rows);
}

TEST(number_words_become_digits)
{
    static const struct row rows[] = {
        { "wind in 80301", "AskIntent metric=wind zipcode=80301" },
        { "wind in eight oh three oh one", "AskIntent metric=wind zipcode=80301" },
        { "wind in boulder 80301", "AskIntent metric=wind location=boulder zipcode=80301" },
        { "wind of nineteen ninety eight", "AskIntent metric=wind year=1998" },
        { "wind of 98", "miss" },
    };

    EXPECT(rows);
}

TEST(most_own_words_win_then_fewest_open_words_then_fewest_slots)
{
    static const struct row rows[] = {
        { "wind in town", "WindIntent" },
        /* one value of two words, not two slots; a known value, not a place */
        { "wind friday night", "AskIntent metric=wind when=friday night" },
        { "wind in boulder friday night",
          "AskIntent metric=wind when=friday night location=boulder" },
        { "wind night", "AskIntent metric=wind when=night" },
        /* "in" belongs to the sample, not to the place */
        { "wind in denver", "AskIntent metric=wind location=denver" },
    };

    EXPECT(rows);
}

TEST(other_amazon_types_take_any_words)
{
    static const struct row rows[] = {
        { "note buy an umbrella", "NoteIntent text=buy an umbrella" },
        { "note buy it now", "NoteIntent text=buy it" },
        { "note", "miss" },
    };

    EXPECT(rows);
}

TEST(an_unknown_place_matches_when_nothing_else_does)
{
    static const struct row rows[] = {
        { "wind in xyzzy", "AskIntent metric=wind location=xyzzy?" },
        { "wind in far off shire", "AskIntent metric=wind location=far off shire?" },
        /* but not with so few other words */
        { "xyzzy", "miss" },
        { "to xyzzy", "miss" },
        { "wind is awful", "miss" },
        { "wind in the shire", "miss" },
        { "wind in what is by far too long a name", "miss" },
    };

    EXPECT(rows);
}

TEST(the_invocation_name_is_recognized)
{
    static const struct row rows[] = {
        { "open clima cast", "LaunchRequest" },
        { "Alexa, open Clima Cast.", "LaunchRequest" },
        { "clima cast", "LaunchRequest" },
        { "alexa ask clima cast temp", "AskIntent metric=temperature" },
        { "ask clima cast for temp on friday", "AskIntent metric=temperature when=friday" },
        { "ask clima cast for wind", "WindIntent" }, /* with "for", which is tried first */
        { "tell clima cast to note it", "NoteIntent text=it" },
        { "for temp", "miss" }, /* "for" is dropped only behind the name */
        { "open clima castle", "miss" },
        { "ask clima cast", "miss" },
    };

    EXPECT(rows);
}

TEST(builtin_phrases_need_no_sample)
{
    static const struct row rows[] = {
        { "help", "AMAZON.HelpIntent" },
        { "Help me!", "AMAZON.HelpIntent" },
        { "what now", "AMAZON.HelpIntent" },
        { "yes please", "AMAZON.YesIntent" },
        { "alexa, yes", "AMAZON.YesIntent" },
        { "ask clima cast to help me", "AMAZON.HelpIntent" },
        { "stop", "miss" }, /* this model has no such intent */
    };

    EXPECT(rows);
}

TEST(text_without_words_is_invalid)
{
    static char long_text[TOKENS_TEXT_MAX + 2];
    struct row rows[] = { { "", "invalid" },        { "  ?", "invalid" }, { "\xFF", "invalid" },
                          { long_text, "invalid" }, { "alexa", "miss" },  { "'s", "miss" },
                          { "{metric}", "miss" },   { "wind\\", "miss" } };

    memset(long_text, 'x', sizeof long_text - 1);
    EXPECT(rows);
}

TEST(a_full_arena_is_an_error)
{
    struct model *m;
    struct utterance_match match;

    CHECK_INT(model_parse(str_of(model_text), &m, NULL), ST_OK);
    for (size_t max = 0; max < 40000; max += 1000) {
        struct arena *arena = arena_create(max);
        enum status st =
            utterance_match(m, STR("wind in boulder friday"), NOW_HOUR, arena, &match, NULL);
        CHECK(st == ST_OK || st == ST_SYSTEM || st == ST_INVALID);
        arena_free(arena);
    }
    model_free(m);
}

TEST(the_longest_sentence_is_matched)
{
    struct buf text = BUF_INIT(TOKENS_TEXT_MAX), got = BUF_INIT(4000);
    struct model *m;

    CHECK_INT(model_parse(str_of(model_text), &m, NULL), ST_OK);
    for (int i = 0; i < TOKENS_MAX; i++)
        buf_printf(&text, "%s ", i == 0 ? "note" : "wind");
    write_match(m, buf_z(&text), &got);
    CHECK(str_starts(buf_str(&got), STR("NoteIntent text=wind wind")));
    model_free(m);
    buf_free(&text);
    buf_free(&got);
}

TESTS(slots_take_values_and_synonyms, places_of_the_gazetteer_and_the_model_match,
      number_words_become_digits, most_own_words_win_then_fewest_open_words_then_fewest_slots,
      other_amazon_types_take_any_words, an_unknown_place_matches_when_nothing_else_does,
      the_invocation_name_is_recognized, builtin_phrases_need_no_sample,
      text_without_words_is_invalid, a_full_arena_is_an_error, the_longest_sentence_is_matched)
