/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/alerts/plan.c -- what becomes of one user's alerts, from the list of the
 * weather service to the log. */
#include "server/alerts/plan.h"

#include "server/base/time_text.h"
#include "tests/test.h"

#define T0 INT64_C(1781719200) /* 2026-06-17T18:00:00Z, noon in Denver */
enum { HOUR = 3600 };

#define TORNADO(action) "/O." action ".KBOU.TO.W.0012.260617T1800Z-260617T1900Z/"
#define SQUALL "/O.NEW.KBOU.SQ.W.0001.260617T1800Z-260617T1900Z/"

static struct subscription_place places[] = {
    { "", "COC013", "COZ039", "America/Denver", 40.015, -105.2705 },
    { "cabin", "COC013", "COZ033", "America/Denver", 40.3, -105.5 },
    { "lake", "UTC019", "UTZ022", "America/Denver", 38.5733, -109.5498 },
};
static struct subscription subscriber = {
    .level = ALERT_WARNINGS, .quiet_from = 1320, .quiet_to = 420, .places = places, .place_count = 2
};

/* An alert, as much of it as matters. */
struct sample {
    const char *id, *event, *vtec, *zone, *references, *more;
    int ends; /* hours after T0 */
};

static void put_sample(struct buf *b, const struct sample *s)
{
    char sent[TIME_TEXT_BYTES], ends[TIME_TEXT_BYTES];

    time_format_rfc3339(T0 - 60, sent);
    time_format_rfc3339(T0 + (int64_t)s->ends * HOUR, ends);
    buf_printf(b,
               "{\"properties\":{\"id\":\"%s\",\"event\":\"%s\",\"status\":\"Actual\","
               "\"messageType\":\"%s\",\"severity\":\"Severe\",\"urgency\":\"Expected\","
               "\"sent\":\"%s\",\"ends\":\"%s\",\"geocode\":{\"UGC\":[\"%s\"]},"
               "\"references\":[%s],\"parameters\":{%s%s%s}%s}}",
               s->id, s->event, s->references ? "Update" : "Alert", sent, ends, s->zone,
               s->references ? s->references : "", s->vtec ? "\"VTEC\":[\"" : "",
               s->vtec ? s->vtec : "", s->vtec ? "\"]" : "", s->more ? s->more : "");
}

static struct object *bulletin_with(const struct sample *samples, size_t count, json_t *roots,
                                    int64_t now)
{
    struct buf b = BUF_INIT(100000);
    struct object *list = NULL, *bulletin = NULL;

    buf_putz(&b, "{\"features\":[");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_putc(&b, ',');
        put_sample(&b, &samples[i]);
    }
    buf_putz(&b, "]}");
    CHECK_INT(alert_decode_many(buf_str(&b), &list, NULL), ST_OK);
    CHECK_INT(bulletin_create(list, roots, now, &bulletin, NULL), ST_OK);
    object_release(list);
    buf_free(&b);
    return bulletin;
}

/* The log afterwards, as "event outcome reason places; ..." in the order of the records. */
static void step(struct alert_log *l, const struct sample *samples, size_t count, int64_t now,
                 const char *want)
{
    struct object *bulletin = bulletin_with(samples, count, NULL, now);
    struct plan p;
    char got[1000] = "";

    plan_init(&p, bulletin->data, &subscriber, now * 1000);
    CHECK(plan_apply(&p, l));
    for (size_t i = 0; i < l->count; i++) {
        const struct alert_record *r = &l->records[i];
        (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s %s%s%s %zu",
                       i ? "; " : "", r->event, alert_outcome_name(r->outcome),
                       r->reason[0] ? " " : "", r->reason, r->place_count);
    }
    CHECK_STR(got, want);
    CHECK(plan_apply(&p, l) && !p.changed); /* once is enough */
    object_release(bulletin);
}

static void mark_sent(struct alert_log *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->records[i].outcome == ALERT_PLANNED)
            l->records[i].outcome = ALERT_SENT;
}

static const struct sample tornado = {
    "u:1", "Tornado Warning", TORNADO("NEW"), "COC013", NULL, NULL, 1
};

TEST(places_that_are_due_together_share_a_notification)
{
    struct alert_log l = { .records = NULL };
    const struct sample spread[] = { tornado,
                                     { "u:2", "Tornado Warning", TORNADO("EXA"), "UTC019",
                                       "{\"identifier\":\"u:0\"}", NULL, 1 } };

    subscriber.place_count = 3;
    step(&l, &tornado, 1, T0, "Tornado Warning planned 2");
    CHECK_STR(l.records[0].kind, "TORNADO");
    CHECK(l.records[0].planned_ms == T0 * 1000 && l.records[0].expires_s == T0 + HOUR);
    mark_sent(&l);
    step(&l, &tornado, 1, T0 + 60, "Tornado Warning sent 2");
    step(&l, spread, 2, T0 + 120, "Tornado Warning planned 1; Tornado Warning sent 2");
    CHECK(strcmp(l.records[0].id, l.records[1].id) != 0);
    subscriber.place_count = 2;
    alert_log_done(&l);
}

TEST(an_update_is_not_sent_again_and_a_cancelled_alert_never)
{
    struct alert_log l = { .records = NULL };
    const struct sample update[] = { tornado,
                                     { "u:2", "Tornado Warning", TORNADO("CON"), "COC013",
                                       "{\"identifier\":\"u:1\"}", NULL, 2 } };
    const struct sample cancelled[] = { { "u:3", "Tornado Warning", TORNADO("CAN"), "COC013",
                                          "{\"identifier\":\"u:2\"}", NULL, 2 } };

    step(&l, cancelled, 1, T0, "");
    step(&l, &update[1], 1, T0, "Tornado Warning planned 2"); /* seen first as an update */
    mark_sent(&l);
    step(&l, update, 2, T0, "Tornado Warning sent 2");
    step(&l, cancelled, 1, T0 + 60, "Tornado Warning sent 2");
    CHECK_INT(l.records[0].until, T0 + 60); /* it is over, for whoever is told of it */
    alert_log_done(&l);
}

TEST(a_planned_notification_is_given_up_when_the_event_is_over)
{
    struct alert_log l = { .records = NULL };

    step(&l, &tornado, 1, T0, "Tornado Warning planned 2");
    step(&l, NULL, 0, T0 + 60, "Tornado Warning dropped ended 2");
    alert_log_done(&l);
    step(&l, &tornado, 1, T0, "Tornado Warning planned 2");
    step(&l, &tornado, 1, T0 + HOUR, "Tornado Warning dropped ended 2");
    alert_log_done(&l);
}

TEST(what_amazon_has_no_type_for_is_kept)
{
    struct alert_log l = { .records = NULL };
    const struct sample flood = { "u:5", "Flash Flood Warning", NULL, "COC013", NULL, NULL, 3 };

    step(&l, &flood, 1, T0, "Flash Flood Warning held kind 2");
    step(&l, &flood, 1, T0 + HOUR, "Flash Flood Warning held kind 2");
    alert_log_done(&l);
}

TEST(quiet_hours_hold_it_until_they_end)
{
    struct alert_log l = { .records = NULL };
    const int64_t night = T0 + 18 * HOUR, morning = T0 + 19 * HOUR; /* 06:00, 07:00 */
    struct sample squall = { "u:6", "Snow Squall Warning", SQUALL, "COC013", NULL, NULL, 20 };

    step(&l, &squall, 1, night, "Snow Squall Warning held quiet 2");
    l.records[0].told = true; /* at a launch in the night: no notification */
    step(&l, &squall, 1, morning - 1, "Snow Squall Warning held quiet 2");
    step(&l, &squall, 1, morning, "Snow Squall Warning planned 2");
    CHECK(!l.records[0].told);
    alert_log_done(&l);
    step(&l, &squall, 1, night, "Snow Squall Warning held quiet 2");
    step(&l, &squall, 1, morning + HOUR - 299, "Snow Squall Warning held quiet 2");
    alert_log_done(&l);
}

TEST(a_notification_that_was_tried_keeps_its_id_and_times_overnight)
{
    struct alert_log l = { .records = NULL };
    const int64_t evening = T0 + 10 * HOUR - 60; /* 21:59 */
    const struct sample squall = { "u:6", "Snow Squall Warning", SQUALL, "COC013", NULL, NULL, 30 };
    char id[ALERT_REFERENCE_SIZE];

    step(&l, &squall, 1, evening, "Snow Squall Warning planned 2");
    memcpy(id, l.records[0].id, sizeof id);
    step(&l, &squall, 1, evening + 60, "Snow Squall Warning held quiet 2");
    step(&l, &squall, 1, T0 + 19 * HOUR, "Snow Squall Warning planned 2");
    CHECK_STR(l.records[0].id, id);
    CHECK_INT(l.records[0].planned_ms, evening * 1000);
    alert_log_done(&l);
}

TEST(a_polygon_concerns_what_lies_inside)
{
    struct alert_log l = { .records = NULL };
    struct object *list = NULL, *bulletin = NULL;
    struct plan p;
    const char *body =
        "{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[-105.4,39.9],"
        "[-105.1,39.9],[-105.1,40.1],[-105.4,40.1],[-105.4,39.9]]]},\"properties\":{\"id\":\"u:1\","
        "\"event\":\"Tornado Warning\",\"status\":\"Actual\",\"messageType\":\"Alert\","
        "\"severity\":\"Severe\",\"geocode\":{\"UGC\":[\"COC013\"]}}}]}";

    CHECK_INT(alert_decode_many(str_of(body), &list, NULL), ST_OK);
    CHECK_INT(bulletin_create(list, NULL, T0, &bulletin, NULL), ST_OK);
    plan_init(&p, bulletin->data, &subscriber, T0 * 1000);
    CHECK(plan_apply(&p, &l) && l.count == 1);
    CHECK_INT(l.records[0].place_count, 1); /* the cabin is in the county, not in the polygon */
    CHECK_STR(l.records[0].places[0].name, "");
    CHECK_INT(l.records[0].expires_s, T0 + 24 * HOUR);
    alert_log_done(&l);
    object_release(bulletin);
    object_release(list);
}

TEST(tests_and_what_is_replaced_or_out_of_the_level_do_not_count)
{
    struct alert_log l = { .records = NULL };
    const struct sample samples[] = {
        { "u:1", "Tornado Warning", NULL, "COC013", NULL, ",\"response\":\"AllClear\"", 1 },
        { "u:2", "Tornado Warning", NULL, "COC013", NULL,
          ",\"description\":\"THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY\"", 1 },
        { "u:3", "Tornado Watch", NULL, "COC013", NULL, NULL, 1 },
        { "u:4", "Tornado Warning", NULL, "UTC019", NULL, NULL, 1 },
        { "u:5", "Blizzard Warning", NULL, "COC013", NULL, NULL, 1 },
        { "u:6", "Wind Advisory", NULL, "COC013", "{\"identifier\":\"u:5\"}", NULL, 1 },
    };

    step(&l, samples, sizeof samples / sizeof samples[0], T0, "");
    alert_log_done(&l);
}

TEST(a_chain_without_vtec_keeps_its_identity_though_references_are_lost)
{
    const struct sample first = { "u:1", "Blizzard Warning", NULL, "COC013", NULL, NULL, 5 };
    const struct sample second = { "u:2",    "Blizzard Warning",         NULL,
                                   "COC013", "{\"identifier\":\"u:1\"}", NULL,
                                   5 };
    const struct sample third = { "u:3",    "Blizzard Warning",         NULL,
                                  "COC013", "{\"identifier\":\"u:2\"}", NULL,
                                  5 };
    const struct sample *const chain[] = { &first, &second, &third };
    json_t *roots = json_object();
    char key[IDENTITY_SIZE] = "";

    for (size_t i = 0; i < 3; i++) {
        struct object *bulletin = bulletin_with(chain[i], 1, roots, T0);
        const struct bulletin *b = bulletin->data;
        CHECK_INT(b->count, 1);
        CHECK_ROW(i, i == 0 || strcmp(b->at[0].key, key) == 0);
        memcpy(key, b->at[0].key, sizeof key);
        object_release(bulletin);
    }
    json_decref(roots);
}

TESTS(places_that_are_due_together_share_a_notification,
      an_update_is_not_sent_again_and_a_cancelled_alert_never,
      a_planned_notification_is_given_up_when_the_event_is_over,
      what_amazon_has_no_type_for_is_kept, quiet_hours_hold_it_until_they_end,
      a_notification_that_was_tried_keeps_its_id_and_times_overnight,
      a_polygon_concerns_what_lies_inside,
      tests_and_what_is_replaced_or_out_of_the_level_do_not_count,
      a_chain_without_vtec_keeps_its_identity_though_references_are_lost)
