/* SPDX-License-Identifier: Apache-2.0 */
/* intents/custom_forecast.c -- the list of metrics that "weather" and "forecast" report: read out,
 * added to, removed from, reset. */
#include "intents/custom_forecast.h"

#include "intents/intent.h"
#include "intents/speech/phrase.h"

#include <string.h>

static const char *const metric_slots[] = { "metric", NULL };

void custom_forecast_put_metrics(struct buf *out, const struct settings *s)
{
    for (size_t i = 0; i < s->metric_count; i++) {
        phrase_put_separator(out, i, s->metric_count);
        buf_putz(out, metric_spoken_name(s->metrics[i]));
    }
}

static size_t list_position(const struct settings *s, enum metric_id id)
{
    size_t i = 0;

    while (i < s->metric_count && s->metrics[i] != id)
        i++;
    return i;
}

/* NULL when out of memory. */
static json_t *list_json(const struct settings *s)
{
    json_t *list = json_array();
    bool good = list;

    for (size_t i = 0; good && i < s->metric_count; i++)
        good = json_array_append_new(list, json_string(metric_name(s->metrics[i]))) == 0;
    if (good)
        return list;
    json_decref(list);
    return NULL;
}

/* Saves the list of `s` and confirms it. */
static enum status save_list(struct turn *turn, struct reply *reply, const struct settings *s,
                             struct err *err)
{
    enum status st = turn_save(turn, "metrics", list_json(s), err);

    if (st != ST_OK)
        return st;
    reply->settings = *s;
    buf_putz(&reply->speech, " Your forecast now includes ");
    custom_forecast_put_metrics(&reply->speech, s);
    buf_putc(&reply->speech, '.');
    return ST_OK;
}

/* Reads the slot as a metric that the list accepts. */
static enum status read_listed_metric(struct turn *turn, enum metric_id *ret_id, struct err *err)
{
    enum { SUBJECT_MAX = 40 };
    struct str slot = turn_slot(turn, "metric");
    struct metric_words words;
    enum status st = turn_settings_needed(turn, err);

    if (st != ST_OK)
        return st;
    turn->subject = slot.n <= SUBJECT_MAX ? slot : STR_NONE;
    if (!metric_find(slot, &words) || !words.listable)
        return err_reason(err, ST_INVALID, "metric_unlistable", "no metric for the list");
    *ret_id = words.id;
    return ST_OK;
}

static enum status get_custom_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    enum status st = turn_settings_needed(turn, err);

    if (st != ST_OK)
        return st;
    buf_putz(&reply->speech, "Your forecast includes ");
    custom_forecast_put_metrics(&reply->speech, &turn->settings);
    buf_putc(&reply->speech, '.');
    return ST_OK;
}

static enum status add_custom_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct settings s = turn->settings;
    enum metric_id id;
    enum status st = read_listed_metric(turn, &id, err);

    if (st != ST_OK)
        return st;
    if (list_position(&s, id) < s.metric_count) {
        buf_printf(&reply->speech, "Your forecast already includes %s.", metric_spoken_name(id));
        return ST_OK;
    }
    s.metrics[s.metric_count++] = id;
    buf_printf(&reply->speech, "I've added %s.", metric_spoken_name(id));
    return save_list(turn, reply, &s, err);
}

static enum status rem_custom_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct settings s = turn->settings;
    enum metric_id id;
    enum status st = read_listed_metric(turn, &id, err);
    size_t at;

    if (st != ST_OK)
        return st;
    at = list_position(&s, id);
    if (at == s.metric_count) {
        buf_printf(&reply->speech, "Your forecast doesn't include %s.", metric_spoken_name(id));
        return ST_OK;
    }
    if (s.metric_count == 1) {
        buf_printf(&reply->speech,
                   "I can't remove %s, because your forecast includes nothing else. Add something "
                   "else first.",
                   metric_spoken_name(id));
        return ST_OK;
    }
    s.metric_count--;
    memmove(&s.metrics[at], &s.metrics[at + 1], (s.metric_count - at) * sizeof s.metrics[0]);
    buf_printf(&reply->speech, "I've removed %s.", metric_spoken_name(id));
    return save_list(turn, reply, &s, err);
}

static enum status rst_custom_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct settings s = turn->settings, defaults;

    settings_default(&defaults);
    memcpy(s.metrics, defaults.metrics, sizeof s.metrics);
    s.metric_count = defaults.metric_count;
    buf_putz(&reply->speech, "Your forecast is back to the default.");
    return save_list(turn, reply, &s, err);
}

const struct intent intent_get_custom = {
    .name = "GetCustomIntent",
    .answer = get_custom_answer,
};
const struct intent intent_add_custom = {
    .name = "AddCustomIntent",
    .slots = metric_slots,
    .answer = add_custom_answer,
};
const struct intent intent_rem_custom = {
    .name = "RemCustomIntent",
    .slots = metric_slots,
    .answer = rem_custom_answer,
};
const struct intent intent_rst_custom = {
    .name = "RstCustomIntent",
    .answer = rst_custom_answer,
};
