/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/household/my_data.c -- what is kept about an account is told, and deleted
 * after a question. */
#include "tests/unit/intents/skill_world.h"

static void put_item(struct skill_world *s, const char *attributes)
{
    json_t *value = json_loads(attributes, 0, NULL);

    CHECK(value);
    CHECK_INT(store_put(s->w.store, STR("user-1"), value, 0, clock_mono_ms() + 1000, NULL), ST_OK);
    json_decref(value);
}

static bool is_stored(struct skill_world *s)
{
    json_t *item = NULL;
    enum status st =
        store_get(s->w.store, STR("user-1"), clock_mono_ms() + 1000, &item, NULL, NULL);

    json_decref(item);
    CHECK(st == ST_OK || st == ST_MISS);
    return st == ST_OK;
}

/* The card of the last answer, which must be JSON; the caller releases it. */
static json_t *card_of(const struct skill_world *s)
{
    struct str text = json_str(s->answer, "response.card.content");
    json_t *card = json_loadb(text.p ? text.p : "", text.n, 0, NULL);

    if (!card)
        fail_msg("the card is not JSON: %.*s", STR_ARG(text));
    return card;
}

/* ---- a store that fails ---- */

static enum status failing_get(void *self, struct str id, int64_t deadline, json_t **ret,
                               uint64_t *ret_version, struct err *err)
{
    (void)self, (void)id, (void)deadline, (void)ret, (void)ret_version;
    return err_set(err, ST_UNAVAILABLE, "the store is down");
}

static enum status failing_remove(void *self, struct str id, int64_t deadline, struct err *err)
{
    (void)self, (void)id, (void)deadline;
    return err_set(err, ST_UNAVAILABLE, "the disk is full");
}

static void failing_free(void *self)
{
    (void)self;
}

static const struct store_ops failing_ops = {
    .name = "failing",
    .get = failing_get,
    .remove = failing_remove,
    .free = failing_free,
};

static void let_store_fail(struct skill_world *s)
{
    static char self;

    s->skill.store = store_wrap(&failing_ops, &self);
    CHECK(s->skill.store);
}

/* ---- what is kept ---- */

static const char rich[] =
    "{\"UserCache\":{\"user-1\":{\"userid\":\"user-1\",\"location\":\"Boulder Colorado\","
    "\"rate\":80,\"pitch\":110,\"metrics\":[\"wind\",\"dewpoint\"],\"units\":\"metric\",\"length\":"
    "\"brief\",\"places\":{\"cabin\":\"Moab Utah\"},\"choices\":{\"springfield\":\"Springfield "
    "Illinois\"}},\"ann\":{\"userid\":\"user-1\",\"rate\":120}}}";

TEST(everything_that_is_kept_is_told)
{
    static const char *const facts[] = {
        "id that Alexa gives your account",
        "location is Boulder Colorado",
        "rate is 80 percent",
        "pitch is 110 percent",
        "forecast includes wind and dewpoint",
        "Celsius",
        "answers are brief",
        "cabin, Moab Utah",
        "springfield means Springfield Illinois",
        "another voice",
        "rate is 120 percent",
        "delete my data",
    };
    struct skill_world s;
    json_t *card;

    skill_start(&s);
    put_item(&s, rich);
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        skill_says(&s, "MyDataIntent", "", facts[i]);
    skill_never_says(&s, "other entries");
    card = card_of(&s);
    CHECK_SLICE(json_str(card, "id"), "user-1");
    CHECK_SLICE(json_str(card, "attributes.UserCache.user-1.places.cabin"), "Moab Utah");
    json_decref(card);
    s.person = json_string("ann");
    skill_says(&s, "MyDataIntent", "", "separate settings for your voice");
    skill_stop(&s);
}

TEST(what_other_programs_have_added_is_on_the_card)
{
    struct skill_world s;
    json_t *card;

    skill_start(&s);
    put_item(&s, "{\"UserCache\":{\"user-1\":{\"hat\":{\"size\":7}}}}");
    skill_says(&s, "MyDataIntent", "", "There are other entries");
    card = card_of(&s);
    CHECK(json_at(card, "attributes.UserCache.user-1.hat"));
    json_decref(card);
    skill_stop(&s);
}

TEST(nothing_is_told_only_when_it_was_read)
{
    struct skill_world s;

    skill_start(&s);
    skill_says(&s, "MyDataIntent", "", "I don't keep anything about you.");
    let_store_fail(&s);
    skill_says(&s, "MyDataIntent", "", "Sorry, I can't look up your settings");
    store_free(s.skill.store);
    skill_stop(&s);
}

TEST(only_a_yes_that_directly_follows_deletes)
{
    static const struct {
        const char *intent, *slots, *want;
    } others[] = {
        { "AMAZON.NoIntent", "", "I haven't deleted anything" },
        { "GetSettingIntent", "setting=rate", "80" },
        { "AMAZON.HelpIntent", "", "" },
        { "AMAZON.NextIntent", "", "" },
        { "AMAZON.RepeatIntent", "", "" },
    };
    struct skill_world s;

    skill_start(&s);
    put_item(&s, rich);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        s.session_new = true;
        skill_says(&s, "DeleteDataIntent", "", "Do you want to delete all of it?");
        CHECK(!skill_ended(&s));
        s.session_new = false;
        skill_says(&s, others[i].intent, others[i].slots, others[i].want);
        (void)skill_ask(&s, "AMAZON.YesIntent", "");
        CHECK_ROW(i, is_stored(&s));
    }
    (void)skill_ask(&s, "DeleteDataIntent", "");
    s.session_new = true; /* another session */
    (void)skill_ask(&s, "AMAZON.YesIntent", "");
    CHECK(is_stored(&s));
    s.session_new = false;
    (void)skill_ask(&s, "DeleteDataIntent", "");
    skill_says(&s, "AMAZON.YesIntent", "", "I've deleted everything I kept about you.");
    CHECK(skill_ended(&s));
    CHECK(!is_stored(&s));
    CHECK(!json_at(s.answer, "sessionAttributes.settings"));
    skill_stop(&s);
}

TEST(what_is_not_understood_asks_again)
{
    struct skill_world s;

    skill_start(&s);
    put_item(&s, rich);
    (void)skill_ask(&s, "DeleteDataIntent", "");
    s.session_new = false;
    skill_says(&s, "AMAZON.FallbackIntent", "", "Please say yes or no. Do you want to delete");
    skill_says(&s, "AMAZON.YesIntent", "", "I've deleted everything");
    CHECK(!is_stored(&s));
    skill_stop(&s);
}

TEST(a_failure_is_told_as_one)
{
    struct skill_world s;

    skill_start(&s);
    (void)skill_ask(&s, "DeleteDataIntent", "");
    s.session_new = false;
    let_store_fail(&s);
    skill_says(&s, "AMAZON.YesIntent", "", "Sorry, I couldn't delete everything");
    skill_never_says(&s, "I've deleted");
    store_free(s.skill.store);
    skill_stop(&s);
}

TESTS(everything_that_is_kept_is_told, what_other_programs_have_added_is_on_the_card,
      nothing_is_told_only_when_it_was_read, only_a_yes_that_directly_follows_deletes,
      what_is_not_understood_asks_again, a_failure_is_told_as_one)
