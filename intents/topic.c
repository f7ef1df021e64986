/* SPDX-License-Identifier: Apache-2.0 */
/* intents/topic.c -- the topic in the session's attributes: written, and read back with
 * suspicion. */
#include "intents/topic.h"

#include <string.h>

#include "server/base/json.h"

enum { STATE_NAME_MAX = 40 };

/* ---- reading ---- */

static bool is_sane_value(struct str value)
{
    if (value.n == 0 || value.n > TOPIC_SLOT_BYTES_MAX || !str_is_utf8(value))
        return false;
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < 0x20)
            return false;
    return true;
}

static bool read_slots(const json_t *object, const struct intent *intent, struct slots *slots)
{
    json_t *from = (json_t *)(uintptr_t)object, *value; /* jansson's macro takes no const tree */
    const char *name;

    if (!json_is_object(object) || json_object_size(object) > SLOTS_MAX)
        return false;
    json_object_foreach (from, name, value) {
        struct str text = { json_string_value(value), json_string_length(value) };
        if (!turn_intent_reads(intent, name) || !is_sane_value(text))
            return false;
        slots_set(slots, name, text);
    }
    return true;
}

static const json_t *carried(const struct turn *turn, const char *member)
{
    return turn->envelope->session_new ? NULL : json_at(turn->envelope->attributes, member);
}

static bool read_topic_object(const struct turn *turn, const json_t *object, struct topic *topic)
{
    struct buf text = BUF_INIT(TOPIC_BYTES_MAX);
    int64_t version;
    bool fits;

    *topic = (struct topic){ .intent = NULL };
    if (!json_is_object(object) || !json_int(object, "v", &version) || version != TOPIC_VERSION)
        return false;
    json_put(&text, object);
    fits = !text.failed;
    buf_free(&text);
    topic->intent = turn->find_intent(json_str(object, "intent"));
    if (fits && topic->intent && read_slots(json_at(object, "slots"), topic->intent, &topic->slots))
        return true;
    *topic = (struct topic){ .intent = NULL };
    return false;
}

void topic_read(const struct turn *turn, struct topic *ret_topic)
{
    if (read_topic_object(turn, carried(turn, "topic"), ret_topic) &&
        !ret_topic->intent->keeps_topic)
        *ret_topic = (struct topic){ .intent = NULL };
}

/* A bare answer can only fill a slot that its question has, so that no session can be made to ask
 * anything else. */
void topic_read_asked(const struct turn *turn, struct asked *ret_asked)
{
    const json_t *object = carried(turn, "asked");
    struct str states = json_str(object, "states");
    enum ask_kind kind = ask_kind_find(json_str(object, "kind"));
    const char *slot = ask_kind_slot(kind);
    struct topic about;

    *ret_asked = (struct asked){ .kind = ASK_NOTHING };
    if (kind == ASK_HELP || kind == ASK_DELETE || kind == ASK_SHORTER || kind == ASK_BRIEF ||
        kind == ASK_ADDRESS)
        ret_asked->kind = kind;
    if (kind == ASK_NOTHING || !read_topic_object(turn, object, &about))
        return;
    if (slot ? !turn_intent_reads(about.intent, slot) : !about.intent->keeps_topic)
        return;
    ret_asked->kind = kind;
    ret_asked->about = about;
    if (states.n <= STATE_NAME_MAX && is_sane_value(states))
        ret_asked->states = states;
}

/* ---- writing ---- */

void topic_of_turn(const struct turn *turn, struct topic *ret_topic)
{
    *ret_topic = (struct topic){ .intent = turn->intent };
    turn_add_slots(turn, turn->intent->slots, &ret_topic->slots);
    if (!turn->intent->needs_place || turn->place.city.n == 0)
        return;
    if (turn->hazard && turn_intent_reads(turn->intent, "metric")) /* "any warnings for tornado" */
        slots_set(&ret_topic->slots, "metric", turn_slot(turn, "location"));
    slots_remove(&ret_topic->slots, slots_of_place);
    if (!turn->own_place)
        slots_set(&ret_topic->slots, "location", place_setting(turn->call.arena, &turn->place));
}

static void put_question_members(struct buf *out, const struct topic *topic)
{
    buf_printf(out, "\"v\":%d,\"intent\":\"%s\",\"slots\":{", TOPIC_VERSION,
               topic->intent ? topic->intent->name : "");
    for (size_t i = 0; i < topic->slots.count; i++) {
        buf_putz(out, i > 0 ? "," : "");
        json_put_string(out, topic->slots.at[i].name);
        buf_putc(out, ':');
        json_put_string(out, topic->slots.at[i].value);
    }
    buf_putc(out, '}');
}

/* Adds a member to the attributes, unless it would be too large to be read back. */
static void put_member(struct buf *out, const char *name, struct buf *object)
{
    bool fits = !object->failed;

    if (fits) {
        buf_printf(out, "%s\"%s\":", out->n > 1 ? "," : "", name);
        buf_put(out, buf_str(object));
    }
    buf_free(object);
}

void topic_put(struct buf *out, const struct topic *topic)
{
    struct buf object = BUF_INIT(TOPIC_BYTES_MAX);

    if (!topic->intent)
        return;
    buf_putc(&object, '{');
    put_question_members(&object, topic);
    buf_putc(&object, '}');
    put_member(out, "topic", &object);
}

void topic_put_asked(struct buf *out, const struct asked *asked)
{
    struct buf object = BUF_INIT(TOPIC_BYTES_MAX);

    if (asked->kind == ASK_NOTHING)
        return;
    buf_printf(&object, "{\"kind\":\"%s\",", ask_kind_name(asked->kind));
    if (asked->states.n > 0) {
        buf_putz(&object, "\"states\":");
        json_put_string(&object, asked->states);
        buf_putc(&object, ',');
    }
    put_question_members(&object, &asked->about);
    buf_putc(&object, '}');
    put_member(out, "asked", &object);
}
