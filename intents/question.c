/* SPDX-License-Identifier: Apache-2.0 */
/* intents/question.c -- reads a question about the weather from the slots. */
#include "intents/question.h"

#include "intents/yes_no.h"

#include <string.h>

enum { SUBJECT_MAX = 40 }; /* bytes; a longer metric is not read back */

static bool has_metric(const struct question *q, enum metric_id id)
{
    size_t i = 0;

    while (i < q->count && q->metrics[i] != id)
        i++;
    return i < q->count;
}

/* In brief, "weather" is the temperature and the sky; in full, every question is answered with the
 * user's whole list. */
static void choose_metrics(const struct turn *turn, struct question *q)
{
    static const enum metric_id brief[] = { METRIC_TEMPERATURE, METRIC_SKYS };
    const struct settings *settings = &turn->settings;
    enum metric_id id = q->words.id;

    q->all = id == METRIC_ALL || (turn->length == LENGTH_FULL && (int)id < METRIC_DEFAULTS);
    if (!q->all) {
        q->metrics[0] = id;
        q->count = 1;
    } else if (turn->length == LENGTH_BRIEF) {
        memcpy(q->metrics, brief, sizeof brief);
        q->count = sizeof brief / sizeof brief[0];
    } else {
        memcpy(q->metrics, settings->metrics, sizeof q->metrics);
        q->count = settings->metric_count;
        if (id != METRIC_ALL && !has_metric(q, id))
            q->metrics[q->count++] = id; /* a list without it has room */
    }
}

bool question_is_about_event(const struct turn *turn)
{
    struct str metric = turn_slot(turn, "metric");

    return !turn->hazard && (metric_is_event(metric) || metric_is_roads(metric));
}

enum status question_answer_event(struct turn *turn, struct reply *reply, struct err *err)
{
    static const char *const kept[] = { "when_abs", "when_any", "when_pos", "day",
                                        "month",    "quarter",  "location", "favorite",
                                        "zip_conn", "zipcode",  "units" };
    struct slots slots = { .count = 0 };
    bool roads = metric_is_roads(turn_slot(turn, "metric"));
    const struct intent *intent =
        turn->find_intent(roads ? STR("AdviceIntent") : STR("TimingIntent"));

    slots_set(&slots, roads ? "thing" : "event", turn_slot(turn, "metric"));
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        slots_set(&slots, kept[i], turn_slot(turn, kept[i]));
    if (turn_slot(turn, "time_to").n == 0)
        slots_set(&slots, "time", turn_slot(turn, "time"));
    return turn_answer_with(turn, intent, &slots, reply, err);
}

enum status question_read(struct turn *turn, struct question *q, struct err *err)
{
    struct str metric = turn_slot(turn, "metric");

    *q = (struct question){ .when = turn_when_words(turn) };
    q->words = (struct metric_words){ .id = METRIC_ALL, .about = "" };
    if (metric.n == 0 && metric_unsupported(turn_slot(turn, "matter")))
        metric = turn_slot(turn, "matter"); /* "will my flight be delayed" */
    if (metric_unsupported(metric))
        return err_reason(err, ST_INVALID, metric_unsupported(metric), "not published");
    if (metric.n > 0 && !metric_find(metric, &q->words)) {
        turn->subject = metric.n <= SUBJECT_MAX ? metric : STR_NONE;
        return err_reason(err, ST_INVALID, "metric_unknown", "no such metric");
    }
    if (turn->hazard) /* "any warnings for tornado": no place */
        q->words = (struct metric_words){ .id = METRIC_ALERTS, .about = turn->hazard };
    choose_metrics(turn, q);
    q->yes_no = yes_no_is_asked(turn_slot(turn, "leadin")) && turn_slot(turn, "how").n == 0;
    str_to_z(str_of(metric_name(q->words.id)), turn->log->metric, sizeof turn->log->metric);
    return ST_OK;
}
