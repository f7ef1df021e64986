/* SPDX-License-Identifier: Apache-2.0 */
/* intents/program.c -- runs an intent for a program. */
#include "intents/program.h"

#include "intents/alexa/markup.h"
#include "intents/apology.h"
#include "intents/brief.h"
#include "intents/dispatch.h"
#include "intents/paging.h"
#include "intents/reply.h"
#include "intents/topic.h"

void program_answer_done(struct program_answer *a)
{
    buf_free(&a->speech);
}

/* "Which day would you like?", at the end of an apology: nobody could answer. */
static void drop_question(struct buf *speech)
{
    struct str rest = buf_str(speech);
    size_t start = 0, end;

    if (!str_ends(rest, STR("?")))
        return;
    while ((end = brief_sentence_end(rest)) > 0 && end < rest.n) {
        start += end;
        rest = str_sub(rest, end, rest.n);
    }
    if (start > 0)
        buf_truncate(speech, start);
}

/* The apology, with the question that offers places. */
static void apologize(struct turn *turn, struct reply *reply, const struct err *err)
{
    buf_reset(&reply->speech);
    bool asks = apology_put(&reply->speech, err, turn->subject);

    drop_question(&reply->speech);
    if (turn->question.n > 0)
        buf_printf(&reply->speech, " %.*s", STR_ARG(turn->question));
    turn->log->outcome = asks ? "hint" : "apology";
    turn->log->err = *err;
}

/* A program gets words, not tags. */
static void drop_markup(struct reply *reply)
{
    struct buf plain = BUF_INIT(REPLY_SPEECH_MAX);

    if (!reply->markup)
        return;
    markup_put_plain(&plain, buf_str(&reply->speech));
    buf_reset(&reply->speech);
    buf_put(&reply->speech, str_trim(buf_str(&plain)));
    reply->speech.failed = reply->speech.failed || plain.failed;
    reply->markup = false;
    buf_free(&plain);
}

/* Spoken, a new line is a pause. */
static void join_lines(struct buf *speech)
{
    for (size_t i = 0; i < speech->n; i++)
        if (speech->p[i] == '\n')
            speech->p[i] = ' ';
}

enum status program_ask(const struct skill *skill, const struct intent *intent,
                        const struct envelope *envelope, struct str home, const struct call *call,
                        struct program_answer *ret_answer, struct turn_log *ret_log,
                        struct err *err)
{
    const struct topic topic = { .intent = NULL };
    const struct asked asked = { .kind = ASK_NOTHING };
    struct turn turn = { .skill = skill,
                         .envelope = envelope,
                         .intent = intent,
                         .find_intent = dispatch_find,
                         .call = *call,
                         .settings_known = true,
                         .topic = &topic,
                         .asked = &asked,
                         .log = ret_log };
    struct reply reply = { .speech = BUF_INIT(REPLY_SPEECH_MAX), .page_limit = PAGING_LIMIT };
    enum status st;

    *ret_answer = (struct program_answer){ .units = UNITS_US };
    *ret_log = (struct turn_log){ .intent = intent->name, .outcome = "answered" };
    settings_default(&turn.settings);
    turn.settings.location = home;
    st = turn_answer(&turn, intent, &reply, err);
    if (call_was_turned_away(call))
        st = ST_WOULD_WAIT;
    if (st == ST_OK) {
        drop_markup(&reply);
        paging_keep_first(&reply);
        join_lines(&reply.speech);
    } else if (st != ST_WOULD_WAIT) {
        if (err->status == ST_OK)
            err_set(err, st == ST_MISS ? ST_NOT_FOUND : st, "%s", err_status_name(st));
        apologize(&turn, &reply, err);
    }
    json_decref(reply.more);
    *ret_answer = (struct program_answer){ .speech = reply.speech,
                                           .place = turn.place,
                                           .units = turn.units,
                                           .source = reply.source,
                                           .figures = reply.figures };
    if (st == ST_WOULD_WAIT)
        program_answer_done(ret_answer);
    return st;
}
