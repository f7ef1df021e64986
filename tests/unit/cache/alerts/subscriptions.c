/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/alerts/subscriptions.c -- who is told about alerts, on every backend. */
#define _XOPEN_SOURCE 700
#include "cache/alerts/subscriptions.h"

#include "cache/alerts/alert_log.h"
#include "cache/layout.h"
#include "cache/user.h"
#include "tests/unit/cache/every_store.h"

#define USER STR("amzn1.ask.account.TEST")
#define HOST_EU STR("api.eu.amazonalexa.com")

static struct subscription get(struct store *s)
{
    struct subscription got = { .asked = false };
    size_t places;

    CHECK_INT(subscription_get(s, USER, soon(), &got, NULL), ST_OK);
    places = got.place_count;
    subscription_done(&got);
    got.place_count = places; /* only their number */
    return got;
}

static void check_none(struct store *s)
{
    struct subscription got;

    CHECK_INT(subscription_get(s, USER, soon(), &got, NULL), ST_MISS);
}

static bool rings(struct store *s)
{
    struct subscription got = get(s);

    return subscription_is_active(&got);
}

static void say(struct store *s, bool on, int64_t at_ms)
{
    CHECK_INT(subscription_wish(s, USER, on, NULL, STR_NONE, at_ms, soon(), NULL), ST_OK);
}

static void permit(struct store *s, bool granted, int64_t at_ms)
{
    CHECK_INT(subscription_permit(s, USER, granted, STR_NONE, at_ms, soon(), NULL), ST_OK);
}

static void check_life(struct store *s, enum store_layout layout)
{
    const enum alert_level level = ALERT_WATCHES;
    struct subscription got;

    (void)layout;
    check_none(s);
    CHECK_INT(subscription_quiet(s, USER, 0, 60, soon(), NULL), ST_MISS);
    say(s, false, 1000); /* is kept: an older permission may come later */
    got = get(s);
    CHECK(got.asked && !got.wished && !subscription_is_active(&got));
    CHECK_INT(subscription_wish(s, USER, true, &level, HOST_EU, 2000, soon(), NULL), ST_OK);
    got = get(s);
    CHECK(got.asked && got.wished && !got.granted && !subscription_is_active(&got));
    CHECK(got.places_stale && got.place_count == 0);
    CHECK_INT(got.level, ALERT_WATCHES);
    CHECK_INT(got.quiet_from, 22 * 60);
    CHECK_INT(got.quiet_to, 7 * 60);
    CHECK_STR(got.host, "api.eu.amazonalexa.com");
    permit(s, true, 3000);
    CHECK(rings(s));
    CHECK_INT(subscription_quiet(s, USER, 1380, 300, soon(), NULL), ST_OK);
    CHECK_INT(subscription_quiet(s, USER, 1440, 300, soon(), NULL), ST_INVALID);
    say(s, false, 4000);
    got = get(s);
    CHECK(!subscription_is_active(&got) && got.quiet_from == 1380 && got.quiet_to == 300);
    CHECK_INT(got.level, ALERT_WATCHES); /* is kept */
    CHECK_INT(subscription_remove(s, USER, soon(), NULL), ST_OK);
    check_none(s);
    CHECK_INT(subscription_remove(s, USER, soon(), NULL), ST_OK);
}

TEST(a_subscription_has_a_wish_a_permission_and_quiet_hours)
{
    on_every_store(check_life);
}

TEST(the_newest_of_each_counts_whatever_the_order)
{
    static const struct {
        const char *steps; /* + and - the voice, G and D the event, each with its second */
        bool rings;
    } cases[] = {
        { "G1", true },                                                      /* in the app only */
        { "+1", false },                                                     /* the voice only */
        { "+1 G2", true },        { "G1 -2", false },    { "-2 G1", false }, /* it came later */
        { "-2 G3", true },        { "G1 -2 G3", true },  { "G1 -2 G2", false }, /* equally old */
        { "G3 D2", true },        { "D3 G2", false },    { "G1 D2 G3 D4", false },
        { "G1 D4 G3", false },    { "G1 -2 +3", true },  { "G1 +3 -2", true },
        { "+1 G2 -3 -3", false }, { "G1 +2 -2", false }, { "D2 +3 G1", false },
        { "D2 +3 G4", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
        struct subscription got = { .asked = false };
        struct str rest = str_of(cases[i].steps), word;
        int64_t base = clock_wall_ms() - 60000;
        while (str_split(&rest, ' ', &word)) {
            int64_t at_ms = base + (word.p[1] - '0') * 1000;
            if (word.p[0] == '+' || word.p[0] == '-')
                say(s, word.p[0] == '+', at_ms);
            else
                permit(s, word.p[0] == 'G', at_ms);
        }
        (void)subscription_get(s, USER, soon(), &got, NULL);
        CHECK_ROW(i, subscription_is_active(&got) == cases[i].rings);
        subscription_done(&got);
        store_free(s);
    }
}

TEST(a_time_too_far_ahead_counts_as_now)
{
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);
    int64_t now = clock_wall_ms();

    permit(s, true, now + 3600 * 1000);
    CHECK(get(s).granted_ms <= clock_wall_ms());
    permit(s, false, now + 100 * 1000); /* within the tolerance */
    CHECK_INT(get(s).granted_ms, now + 100 * 1000);
    CHECK(!rings(s));
    store_free(s);
}

TEST(only_amazons_hosts_are_kept)
{
    static const char *const bad[] = { "api.amazonalexa.com.evil.example", "API.amazonalexa.com",
                                       "", "evil.example" };
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);

    permit(s, true, 1000);
    CHECK_STR(get(s).host, "api.amazonalexa.com");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_INT(subscription_note_host(s, USER, str_of(bad[i]), soon(), NULL), ST_OK);
        CHECK_STR(get(s).host, "api.amazonalexa.com");
    }
    CHECK_INT(subscription_note_host(s, USER, HOST_EU, soon(), NULL), ST_OK);
    CHECK_STR(get(s).host, "api.eu.amazonalexa.com");
    store_free(s);
}

static void check_places(struct store *s, enum store_layout layout)
{
    const struct subscription_place places[2] = {
        { "", "COC013", "COZ039", "America/Denver", 40.015, -105.2705 },
        { "cabin", "UTC019", "", "America/Denver", 38.5733, -109.5498 },
    };
    struct subscription before, got = { .asked = false };

    (void)layout;
    CHECK_INT(subscription_resolved(s, USER, "t", places, 2, soon(), NULL), ST_MISS);
    check_none(s);
    permit(s, true, 1000);
    before = get(s);
    CHECK_INT(subscription_resolved(s, USER, before.places_token, places, 2, soon(), NULL), ST_OK);
    CHECK_INT(subscription_get(s, USER, soon(), &got, NULL), ST_OK);
    CHECK(!got.places_stale && got.place_count == 2);
    CHECK_STR(got.places[1].name, "cabin");
    CHECK_STR(got.places[1].county, "UTC019");
    CHECK_STR(got.places[0].time_zone, "America/Denver");
    CHECK(got.places[1].lat == 38.5733 && got.places[1].lon == -109.5498);
    subscription_done(&got);
    CHECK_INT(subscription_places_changed(s, USER, STR_NONE, soon(), NULL), ST_OK);
    CHECK(get(s).places_stale);
    /* A state of the settings that is over. */
    CHECK_INT(subscription_resolved(s, USER, before.places_token, places, 1, soon(), NULL), ST_OK);
    CHECK(get(s).places_stale && get(s).place_count == 1);
}

TEST(places_stay_stale_until_their_newest_state_is_resolved)
{
    on_every_store(check_places);
}

/* ---- the index ---- */

struct seen {
    unsigned shards, users;
    char names[400];
};

static void begin_shard(void *data, unsigned shard)
{
    struct seen *seen = data;

    CHECK(shard < SUBSCRIPTION_SHARDS);
    seen->shards++;
}

static enum status note_user(void *data, unsigned shard, struct str user, struct subscription *s,
                             struct err *err)
{
    struct seen *seen = data;

    (void)shard;
    (void)s;
    (void)err;
    seen->users++;
    (void)snprintf(seen->names + strlen(seen->names), sizeof seen->names - strlen(seen->names),
                   "%.*s ", STR_ARG(user));
    return ST_OK;
}

static struct seen poll_index(struct store *s, struct subscription_index *index)
{
    struct seen seen = { .names = "" };

    CHECK_INT(subscriptions_changed(s, index, begin_shard, note_user, &seen, soon(), NULL), ST_OK);
    return seen;
}

static void check_index(struct store *s, enum store_layout layout)
{
    struct subscription_index index = { .tokens = { "" } };
    struct seen seen = poll_index(s, &index);

    (void)layout;
    CHECK(seen.shards == 0 && seen.users == 0);
    permit(s, true, 1000);
    for (int i = 0; i < 9; i++) {
        char user[20];
        (void)snprintf(user, sizeof user, "user %d", i);
        CHECK_INT(subscription_wish(s, str_of(user), true, NULL, STR_NONE, 1, soon(), NULL), ST_OK);
    }
    seen = poll_index(s, &index);
    CHECK(seen.users == 10 && seen.shards > 1 && strstr(seen.names, "amzn1.ask.account.TEST "));
    seen = poll_index(s, &index);
    CHECK(seen.shards == 0);
    CHECK_INT(subscription_quiet(s, USER, 0, 0, soon(), NULL), ST_OK);
    seen = poll_index(s, &index);
    CHECK(seen.shards == 1 && strstr(seen.names, "amzn1.ask.account.TEST "));
    CHECK_INT(subscription_quiet(s, USER, 0, 0, soon(), NULL), ST_OK); /* no change */
    CHECK_INT(poll_index(s, &index).shards, 0);
    CHECK_INT(user_delete(s, USER, soon(), NULL), ST_OK);
    seen = poll_index(s, &index);
    CHECK(seen.shards == 1 && !strstr(seen.names, "TEST"));
}

TEST(a_poll_reads_the_shards_that_have_changed)
{
    on_every_store(check_index);
}

static enum status look_for_user(void *data, struct str id, json_t *attributes, struct err *err)
{
    char *text = json_dumps(attributes, 0);
    bool *internal_only = data;

    (void)err;
    CHECK(!strstr(text, "amzn1.ask.account.TEST"));
    CHECK(str_find(id, USER) == id.n);
    *internal_only &= layout_is_internal(id);
    free(text);
    return ST_OK;
}

static enum status add_record(void *data, struct alert_log *l, struct err *err)
{
    (void)err;
    *alert_log_add(l) = (struct alert_record){
        .id = "r1", .key = "k", .event = "Tornado Warning", .at_ms = *(int64_t *)data
    };
    return ST_OK;
}

static void check_traces(struct store *s, enum store_layout layout)
{
    char *cursor = NULL;
    int64_t now = 1000;
    bool internal_only = true;

    (void)layout;
    CHECK_INT(user_set(s, USER_ACCOUNT(USER), "location", NULL, soon(), NULL), ST_OK);
    say(s, true, 1000);
    permit(s, true, 2000);
    CHECK_INT(alert_log_change(s, USER, add_record, NULL, &now, now, soon(), NULL, NULL), ST_OK);
    CHECK_INT(user_delete(s, USER, soon(), NULL), ST_OK);
    do
        CHECK_INT(store_scan(s, 100, &cursor, look_for_user, &internal_only, soon(), NULL), ST_OK);
    while (cursor);
    CHECK(internal_only);
    permit(s, true, 2000); /* the event again */
    check_none(s);
}

TEST(a_deleted_user_leaves_no_trace_of_the_id)
{
    on_every_store(check_traces);
}

TEST(malformed_items_count_as_no_subscription)
{
    static const char *const users[] = { "1", "{}", "{\"amzn1.ask.account.TEST\": []}",
                                         "{\"amzn1.ask.account.TEST\": null}" };
    struct store *s = store_memory_create(STORE_LAYOUT_ITEM);

    permit(s, true, 1000);
    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
        struct subscription_index index = { .tokens = { "" } };
        for (unsigned shard = 0; shard < SUBSCRIPTION_SHARDS; shard++) {
            char id[40];
            (void)snprintf(id, sizeof id, "%s_%02x", SUBSCRIPTION_INDEX_ID, shard);
            CHECK_INT(set_member(s, id, "users", NULL, NULL, users[i]), ST_OK);
        }
        CHECK_INT(poll_index(s, &index).users, 0);
        check_none(s);
    }
    permit(s, true, 3000);
    CHECK(rings(s));
    CHECK_INT(subscription_permit(s, STR("SHARED_CACHE"), true, STR_NONE, 1, soon(), NULL),
              ST_INVALID);
    CHECK_INT(subscription_permit(s, STR("ALERT_LEASE"), true, STR_NONE, 1, soon(), NULL),
              ST_INVALID);
    store_free(s);
}

TESTS(a_subscription_has_a_wish_a_permission_and_quiet_hours,
      the_newest_of_each_counts_whatever_the_order, a_time_too_far_ahead_counts_as_now,
      only_amazons_hosts_are_kept, places_stay_stale_until_their_newest_state_is_resolved,
      a_poll_reads_the_shards_that_have_changed, a_deleted_user_leaves_no_trace_of_the_id,
      malformed_items_count_as_no_subscription)
