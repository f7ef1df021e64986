/* SPDX-License-Identifier: Apache-2.0 */
/* intents/question.c -- reads a question about the weather from the slots. */
#include "intents/question.h"

#include "intents/yes_no.h"

#include <stdio.h>
#include <string.h>

enum { SUBJECT_MAX = 40 }; /* bytes; a longer metric is not read back */

static void choose_metrics(const struct settings *settings, struct question *q)
{
    q->all = q->words.id == METRIC_ALL;
    if (!q->all) {
        q->metrics[0] = q->words.id;
        q->count = 1;
        return;
    }
    memcpy(q->metrics, settings->metrics, sizeof q->metrics);
    q->count = settings->metric_count;
}

enum status question_read(struct turn *turn, struct question *q, struct err *err)
{
    struct str metric = turn_slot(turn, "metric");

    *q = (struct question){ .when = turn_when_words(turn) };
    q->words = (struct metric_words){ .id = METRIC_ALL, .about = "" };
    if (metric.n > 0 && !metric_find(metric, &q->words)) {
        turn->subject = metric.n <= SUBJECT_MAX ? metric : STR_NONE;
        return err_reason(err, ST_INVALID, "metric_unknown", "no such metric");
    }
    if (turn->hazard) /* "any warnings for tornado": no place */
        q->words = (struct metric_words){ .id = METRIC_ALERTS, .about = turn->hazard };
    choose_metrics(&turn->settings, q);
    q->yes_no = yes_no_is_asked(turn_slot(turn, "leadin"));
    (void)snprintf(turn->log->metric, sizeof turn->log->metric, "%s", metric_name(q->words.id));
    return ST_OK;
}
