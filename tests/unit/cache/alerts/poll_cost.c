/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/alerts/poll_cost.c -- what the poller costs at DynamoDB, for few users and for
 * many.
 *
 * Prints a table, which the benchmark shows. The units are what the emulator reports by AWS's
 * rules. */
#define _XOPEN_SOURCE 700
#include "cache/alerts/alert_log.h"
#include "cache/alerts/lease.h"
#include "cache/alerts/subscriptions.h"
#include "tests/unit/cache/every_store.h"

struct units {
    double calls, read, write;
};

static struct units take_units(const char *table)
{
    struct units sum = { 0 };
    const char *operation;
    json_t *stats = dynamo_control(table, "\"reset_stats\":true"), *one;

    json_object_foreach (stats, operation, one) {
        double units = json_number_value(json_object_get(one, "units"));
        sum.calls += json_number_value(json_object_get(one, "calls"));
        *(strstr(operation, "Get") ? &sum.read : &sum.write) += units;
    }
    json_decref(stats);
    return sum;
}

static struct units show(const char *table, int users, const char *what)
{
    struct units u = take_units(table);

    print_message("| %5d | %-34s | %5.0f | %10.1f | %11.1f |\n", users, what, u.calls, u.read,
                  u.write);
    return u;
}

static enum status ignore(void *data, unsigned shard, struct str user, struct subscription *s,
                          struct err *err)
{
    (void)data;
    (void)shard;
    (void)user;
    (void)s;
    (void)err;
    return ST_OK;
}

static void add_user(struct store *s, int number)
{
    static const struct subscription_place places[3] = {
        { "", "COC013", "COZ039", "America/Denver", 40.015, -105.2705 },
        { "cabin", "UTC019", "UTZ022", "America/Denver", 38.5733, -109.5498 },
        { "mom's house", "NEC109", "NEZ066", "America/Chicago", 40.8, -96.67 },
    };
    struct subscription got = { .asked = false };
    char user[250]; /* as long as Amazon's */

    (void)snprintf(user, sizeof user, "amzn1.ask.account.%0200d", number);
    CHECK_INT(subscription_permit(s, str_of(user), true, STR_NONE, 1, soon(), NULL), ST_OK);
    CHECK_INT(subscription_get(s, str_of(user), soon(), &got, NULL), ST_OK);
    CHECK_INT(subscription_resolved(s, str_of(user), got.places_token, places, 3, soon(), NULL),
              ST_OK);
    subscription_done(&got);
}

static void read_index(struct store *s, struct subscription_index *seen)
{
    CHECK_INT(subscriptions_changed(s, seen, NULL, ignore, NULL, soon(), NULL), ST_OK);
}

/* A notification is written before it is sent and when it has been sent. */
static enum status note(void *data, struct alert_log *l, struct err *err)
{
    enum alert_outcome *outcome = data;

    (void)err;
    if (*outcome == ALERT_PLANNED)
        *alert_log_add(l) = (struct alert_record){ .id = "3a1f5b",
                                                   .key = "KBOU.TO.W.0012.2026",
                                                   .event = "Tornado Warning",
                                                   .kind = "TORNADO",
                                                   .at_ms = 1,
                                                   .place_count = 1 };
    l->records[0].outcome = *outcome;
    return ST_OK;
}

static void record_notification(struct store *s, struct str user)
{
    enum alert_outcome outcome = ALERT_PLANNED;

    CHECK_INT(alert_log_change(s, user, note, NULL, &outcome, 1, soon(), NULL, NULL), ST_OK);
    outcome = ALERT_SENT;
    CHECK_INT(alert_log_change(s, user, note, NULL, &outcome, 2, soon(), NULL, NULL), ST_OK);
}

static void measure(int users)
{
    char table[DYNAMO_TABLE_SIZE];
    struct store *s = dynamo_create_store(table, STORE_LAYOUT_ITEM);
    struct subscription_index seen = { .tokens = { "" } };
    struct units u;
    struct lease lease;

    lease_init(&lease, s);
    for (int i = 0; i < users; i++)
        add_user(s, i);
    CHECK_INT(lease_keep(&lease, soon(), NULL), ST_OK);
    (void)take_units(table);
    read_index(s, &seen);
    (void)show(table, users, "first poll of a holder");
    read_index(s, &seen);
    u = show(table, users, "poll, nothing has changed");
    CHECK(u.calls == 1 && u.read <= 1 && u.write == 0);
    add_user(s, users);
    (void)show(table, users, "a user subscribes, and is resolved");
    read_index(s, &seen);
    (void)show(table, users, "poll after that");
    CHECK_INT(lease_keep(&lease, soon(), NULL), ST_OK);
    u = show(table, users, "beat of the lease, every 4 s");
    CHECK(u.read <= 2 && u.write <= 1);
    record_notification(s, STR("user"));
    (void)show(table, users, "a notification");
    lease_done(&lease);
    store_free(s);
}

TEST(a_poll_reads_one_item_when_nothing_has_changed)
{
    print_message("| users | what | calls | read units | write units |\n| --- | --- | --- | --- | "
                  "--- |\n");
    measure(10);
    measure(60);
}

TESTS(a_poll_reads_one_item_when_nothing_has_changed)
