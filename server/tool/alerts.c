/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/alerts.c -- `climacast alerts`: who has subscribed to alerts, what was sent, and what
 * was held back.
 *
 * Users are named by a hash, as in the log. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "cache/alerts/alert_log.h"
#include "cache/alerts/subscriptions.h"
#include "server/base/digest.h"
#include "server/base/time_text.h"
#include "server/base/visible.h"
#include "server/config/options.h"
#include "server/log/log_ids.h"
#include "server/tool/args.h"
#include "server/tool/store_session.h"
#include "server/tool/tool.h"

enum { HASH_SIZE = 13 };

struct listing {
    struct store *store;
    json_t *subscriptions, *sent, *held; /* arrays of objects, as --json prints them */
    json_t *users;                       /* ids, whose logs are still to be read */
};

/* ---- subscriptions ---- */

static json_t *clock_text(int minute)
{
    return json_sprintf("%02d:%02d", minute / 60, minute % 60);
}

static json_t *quiet_of(const struct subscription *s)
{
    if (s->quiet_from == s->quiet_to)
        return json_null();
    return json_pack("{s:o,s:o}", "from", clock_text(s->quiet_from), "to", clock_text(s->quiet_to));
}

static json_t *places_of(const struct subscription *s)
{
    json_t *places = json_array();

    for (size_t i = 0; i < s->place_count; i++)
        (void)json_array_append_new(places,
                                    json_pack("{s:s,s:s,s:s}", "name", s->places[i].name, "county",
                                              s->places[i].county, "zone", s->places[i].zone));
    return places;
}

static enum status add_subscription(void *data, unsigned shard, struct str user_id,
                                    struct subscription *s, struct err *err)
{
    struct listing *l = data;
    char hash[HASH_SIZE];
    json_t *row;

    (void)shard;
    digest_log_id(user_id, hash);
    row = json_pack("{s:s,s:b,s:b,s:b,s:s,s:o,s:s,s:o}", "user", hash, "rings",
                    subscription_is_active(s), "wished", s->asked && s->wished, "granted",
                    s->granted, "level", alert_level_name(s->level), "quiet", quiet_of(s), "host",
                    s->host, "places", places_of(s));
    if (!row || json_array_append_new(l->subscriptions, row) < 0 ||
        json_array_append_new(l->users, json_stringn(user_id.p, user_id.n)) < 0)
        return err_no_memory(err);
    return ST_OK;
}

/* ---- alerts ---- */

static json_t *record_row(const struct alert_record *r, const char *hash)
{
    char at[TIME_TEXT_BYTES], until[TIME_TEXT_BYTES];
    json_t *places = json_array();

    time_format_rfc3339(r->at_ms / 1000, at);
    time_format_rfc3339(r->until, until);
    for (size_t i = 0; i < r->place_count; i++)
        (void)json_array_append_new(places, json_string(r->places[i].name));
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s*,s:o,s:s}", "time", at, "event", r->event, "user",
                     hash, "outcome", alert_outcome_name(r->outcome), "reason", r->reason, "until",
                     r->until ? until : NULL, "places", places, "kind", r->kind);
}

static enum status add_log(struct listing *l, struct str user_id, struct err *err)
{
    struct alert_log log = { .count = 0 };
    char hash[HASH_SIZE];
    enum status st = alert_log_get(l->store, user_id, store_session_deadline(), &log, err);

    digest_log_id(user_id, hash);
    for (size_t i = 0; st == ST_OK && i < log.count; i++) {
        const struct alert_record *r = &log.records[i];
        bool sent = r->outcome == ALERT_SENT || r->outcome == ALERT_PLANNED;
        json_t *row = record_row(r, hash);
        if (!row || json_array_append_new(sent ? l->sent : l->held, row) < 0)
            st = err_no_memory(err);
    }
    alert_log_done(&log);
    return st;
}

static enum status read_all(struct listing *l, struct err *err)
{
    static const struct subscription_index nothing_seen;
    struct subscription_index seen = nothing_seen;
    json_t *user;
    size_t i;
    enum status st = subscriptions_changed(l->store, &seen, NULL, add_subscription, l,
                                           store_session_deadline(), err);

    json_array_foreach (l->users, i, user)
        if (st == ST_OK)
            st = add_log(l, (struct str){ json_string_value(user), json_string_length(user) }, err);
    return st;
}

/* ---- printing ---- */

static const char *text_at(const json_t *row, const char *name)
{
    const char *text = json_string_value(json_object_get(row, name));

    return text ? text : "";
}

/* "home, cabin": the default location has no name. */
static void print_places(const json_t *places)
{
    const json_t *place;
    size_t i;

    json_array_foreach (places, i, place) {
        const char *name =
            json_is_string(place) ? json_string_value(place) : text_at(place, "name");
        printf("%s%s", i ? ", " : "  ", *name ? name : "location");
    }
    printf("\n");
}

static void print_subscription(const json_t *row)
{
    const json_t *quiet = json_object_get(row, "quiet");
    const char *state = json_is_true(json_object_get(row, "rings"))    ? "on"
                        : json_is_true(json_object_get(row, "wished")) ? "not allowed yet"
                                                                       : "off";

    printf("%s  %-15s  %-8s  ", text_at(row, "user"), state, text_at(row, "level"));
    if (json_is_object(quiet))
        printf("quiet %s-%s", text_at(quiet, "from"), text_at(quiet, "to"));
    else
        printf("never quiet");
    print_places(json_object_get(row, "places"));
}

static void print_records(const char *heading, const json_t *records)
{
    json_t *row;
    size_t i;

    printf("\n%s: %zu\n", heading, json_array_size(records));
    json_array_foreach (records, i, row) {
        char event[100], reason[20];
        (void)snprintf(event, sizeof event, "%s", text_at(row, "event"));
        (void)snprintf(reason, sizeof reason, "%s", text_at(row, "reason"));
        visible_clean(event);
        visible_clean(reason);
        printf("%s  %s  %s  %s%s%s\n", text_at(row, "time"), event, text_at(row, "user"),
               text_at(row, "outcome"), *reason ? " " : "", reason);
    }
}

static void print_listing(const struct listing *l)
{
    json_t *row;
    size_t i;

    printf("subscriptions: %zu\n", json_array_size(l->subscriptions));
    json_array_foreach (l->subscriptions, i, row) {
        print_subscription(row);
    }
    print_records("sent", l->sent);
    print_records("held back", l->held);
}

/* ---- the command ---- */

static int show(struct listing *l, bool json)
{
    if (json)
        return tool_print_json(json_pack("{s:O,s:O,s:O}", "subscriptions", l->subscriptions, "sent",
                                         l->sent, "held", l->held));
    print_listing(l);
    return EXIT_SUCCESS;
}

static void listing_free(struct listing *l)
{
    json_decref(l->subscriptions);
    json_decref(l->sent);
    json_decref(l->held);
    json_decref(l->users);
}

static int alerts_run(struct tool *tool)
{
    bool json = false;
    const struct arg_option options[] = { { "--json", NULL, &json } };
    struct listing l = { NULL, json_array(), json_array(), json_array(), json_array() };
    struct store_session session = { .store = NULL };
    struct args args;
    struct err err = ERR_NONE;
    int status = EXIT_REFUSED;
    enum status st = args_parse(options, 1, tool->argc - 1, tool->argv + 1, &args, &err);

    if (st == ST_OK && args.count > 0)
        st = err_set(&err, ST_INVALID, "unexpected %s (see --help)", args.words[0]);
    if (st != ST_OK) {
        listing_free(&l);
        return tool_fail(tool, EXIT_USAGE, &err);
    }
    log_ids_choose_key(tool->config);
    st = l.subscriptions && l.sent && l.held && l.users ? ST_OK : err_no_memory(&err);
    if (st == ST_OK)
        st = store_session_open(tool->config, false, &session, &err);
    l.store = session.store;
    if (st == ST_OK)
        st = read_all(&l, &err);
    status = st == ST_OK ? show(&l, json) : tool_fail(tool, EXIT_REFUSED, &err);
    store_session_close(&session);
    listing_free(&l);
    return status;
}

const struct command command_alerts = {
    .name = "alerts",
    .summary = "list subscriptions to alerts, what was sent and what was held back",
    .usage =
        "[--json]\n"
        "\n"
        "Prints a line for each subscription: the user as a hash, whether alerts are on, their\n"
        "level, the quiet hours, and the places. Then recent alerts: those that were sent, and\n"
        "those that were held back, with the reason: `kind` (Amazon has no such kind of alert),\n"
        "`quiet` (quiet hours), or what Amazon replied.\n"
        "  --json    an object with the lists `subscriptions`, `sent` and `held`\n"
        "\nExit status: 0 success, 1 failed, 2 usage error.\n",
    .run = alerts_run,
};
