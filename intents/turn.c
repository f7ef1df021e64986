/* SPDX-License-Identifier: Apache-2.0 */
/* intents/turn.c -- what an intent reads of its turn, and the place that it is about. */
#include "intents/turn.h"

#include "intents/amazon/device_units.h"
#include "intents/brief.h"
#include "intents/intent.h"
#include "intents/subscriber.h"
#include "intents/weather/place_other.h"
#include "intents/weather/place_spelling.h"
#include "intents/weather/place_zone.h"
#include "intents/weather/same_names.h"
#include "intents/weather/us_state.h"
#include "server/base/time_text.h"

#include <string.h>

enum { SUBJECT_MAX = 60 }; /* bytes; a longer one is not read back */

struct user_key turn_user(const struct turn *turn)
{
    return user_key_of(turn->envelope->user_id, turn->envelope->person_id);
}

struct str turn_slot(const struct turn *turn, const char *name)
{
    return envelope_slot(turn->envelope, turn->call.arena, name);
}

void turn_add_slots(const struct turn *turn, const char *const *names, struct slots *slots)
{
    for (const char *const *name = names; name && *name; name++)
        slots_set(slots, *name, turn_slot(turn, *name));
}

struct when_words turn_when_words(const struct turn *turn)
{
    return (struct when_words){ .when_abs = turn_slot(turn, "when_abs"),
                                .when_any = turn_slot(turn, "when_any"),
                                .when_pos = turn_slot(turn, "when_pos"),
                                .day = turn_slot(turn, "day"),
                                .month = turn_slot(turn, "month"),
                                .quarter = turn_slot(turn, "quarter") };
}

static enum units_system device_units(const struct turn *turn)
{
    const struct envelope *e = turn->envelope;
    struct amazon_device device = { e->api_endpoint, e->api_token, e->device_id };

    if (!turn->skill->device_units)
        return UNITS_US;
    return device_units_get(turn->skill->device_units, &device, e->user_id) == DEVICE_UNITS_CELSIUS
               ? UNITS_METRIC
               : UNITS_US;
}

/* How the answer is told: its units and its length. */
static void choose_manner(struct turn *turn)
{
    turn->units = turn->settings.units_chosen ? turn->settings.units : device_units(turn);
    (void)units_find(turn_slot(turn, "units"), &turn->units);
    if (!turn->length_given)
        turn->length = turn->settings.length;
}

static void set_subject(struct turn *turn, struct str words)
{
    turn->subject = words.n <= SUBJECT_MAX ? words : STR_NONE;
}

/* "paris" means the one in France, but there is one here: offer it. Countries are not offered. */
static enum status offer_namesake(struct turn *turn, const struct gazetteer_query *query,
                                  const struct gazetteer_home *home, struct err *err)
{
    struct gazetteer_hit hit;

    if (!gazetteer_is_abroad(query, home) || gazetteer_is_country(query, home) ||
        !gazetteer_best(query, home, &hit))
        return ST_NOT_FOUND;
    struct str state = str_of(us_state_name(hit.state));
    set_subject(turn,
                arena_printf(turn->call.arena, "%.*s, %.*s", STR_ARG(hit.city), STR_ARG(state)));
    turn->offer = arena_printf(turn->call.arena, "%.*s %.*s", STR_ARG(hit.city), STR_ARG(state));
    *err = ERR_NONE;
    return err_reason(err, ST_NOT_FOUND, "place_abroad", "abroad, but a US place has that name");
}

static struct str place_in_state(struct arena *arena, const struct gazetteer_hit *hit)
{
    return arena_printf(arena, "%.*s, %s", STR_ARG(hit->city), us_state_name(hit->state));
}

/* "bolder" is not a place: offers Boulder, and other names that are spelled like it. Comparing
 * names takes milliseconds, which threads that must not wait do not have. */
static enum status offer_spellings(struct turn *turn, const struct gazetteer_query *query,
                                   struct err *err)
{
    enum { OFFERS_MAX = 2 };
    struct gazetteer_hit hits[OFFERS_MAX];
    struct arena *arena = turn->call.arena;

    if (!deadline_may_wait(turn->call.deadline))
        return ST_WOULD_WAIT;
    size_t n = place_spelling_find(query, hits, OFFERS_MAX);
    if (n == 0)
        return ST_NOT_FOUND;
    turn->offer =
        arena_printf(arena, "%.*s %s", STR_ARG(hits[0].city), us_state_name(hits[0].state));
    turn->question = arena_printf(arena, "Do you mean %.*s%s%.*s?",
                                  STR_ARG(place_in_state(arena, &hits[0])), n > 1 ? ", or " : "",
                                  STR_ARG(n > 1 ? place_in_state(arena, &hits[1]) : STR_NONE));
    err_clear(err);
    return err_reason(err, ST_NOT_FOUND, "place_misspelled", "no such place, but similar names");
}

static enum status resolve_query(struct turn *turn, const struct gazetteer_query *query,
                                 struct err *err)
{
    struct gazetteer_home home = { .located = false };
    enum status st;

    if (query->state[0] == '\0' && query->zip[0] == '\0')
        place_home(turn->call.arena, turn->settings.location, &home);
    st = place_resolve(turn->skill->nws, query, &home, &turn->call, &turn->place, err);
    if (st == ST_NOT_FOUND && gazetteer_is_abroad(query, &home))
        st = offer_namesake(turn, query, &home, err);
    else if (st == ST_NOT_FOUND && strcmp(err->reason, "place_unknown") == 0)
        st = offer_spellings(turn, query, err);
    if (st == ST_OK)
        str_to_z(turn->place.key, turn->log->place, sizeof turn->log->place);
    return st;
}

/* Several towns of that name are about the same size: asks which, unless the user has chosen
 * before. */
static enum status check_same_names(struct turn *turn, struct gazetteer_query *query, bool ask,
                                    struct err *err)
{
    struct str chosen = place_list_find(&turn->settings.choices, query->city);
    struct gazetteer_hit hits[SAME_NAMES_MAX];
    struct gazetteer_home home;
    struct arena *arena = turn->call.arena;

    if (query->state[0] || query->zip[0])
        return ST_OK;
    if (chosen.n > 0)
        return place_words_parse(arena, chosen, STR_NONE, query, err);
    place_home(arena, turn->settings.location, &home);
    size_t n = ask ? same_names_find(query, &home, hits) : 0;
    if (n == 0)
        return ST_OK;
    turn->subject = arena_str(arena, hits[0].city);
    for (size_t i = 0; i < n; i++) {
        turn->subject = arena_printf(arena, "%.*s, %s%s", STR_ARG(turn->subject),
                                     i + 1 == n ? "or " : "", us_state_name(hits[i].state));
        turn->states = arena_printf(arena, "%.*s%s%s", STR_ARG(turn->states), i == 0 ? "" : " ",
                                    hits[i].state);
    }
    return err_reason(err, ST_INVALID, "place_ambiguous", "several towns share the name");
}

static enum status place_by_words(struct turn *turn, struct str location, struct str zipcode,
                                  bool ask, struct err *err)
{
    struct gazetteer_query query;
    enum status st;

    st = place_words_parse(turn->call.arena, location, zipcode, &query, err);
    if (st == ST_MISS)
        turn->hazard = place_other_hazard(location);
    if (st == ST_OK) {
        set_subject(turn, query.zip[0] ? arena_str(turn->call.arena, str_of(query.zip)) : location);
        st = check_same_names(turn, &query, ask, err);
        return st == ST_OK ? resolve_query(turn, &query, err) : st;
    }
    if (st == ST_INVALID && query.state[0] != '\0')
        set_subject(turn, str_of(us_state_name(query.state)));
    return st;
}

enum status turn_place_asked(struct turn *turn, struct str location, struct str zipcode,
                             struct err *err)
{
    return place_by_words(turn, location, zipcode, true, err);
}

/* The place that the user has saved under that name; "" when there is none. */
static struct str saved_place(const struct turn *turn, struct str said)
{
    return place_list_find(&turn->settings.places, place_list_name(said));
}

enum status turn_place_words(struct turn *turn, struct str location, struct str zipcode,
                             struct err *err)
{
    struct str saved = zipcode.n == 0 ? saved_place(turn, location) : STR_NONE;

    return place_by_words(turn, saved.n > 0 ? saved : location, zipcode, false, err);
}

/* Reported at most a minute before or after the request, and accurate to 10 km. */
static bool is_position_usable(const struct envelope *e)
{
    enum { OLD_S = 60, VAGUE_M = 10 * 1000 };
    int64_t reported, requested;

    return e->geolocation.known && e->geolocation.accuracy_m <= VAGUE_M &&
           time_parse_rfc3339(e->geolocation.timestamp, &reported) &&
           time_parse_rfc3339(e->timestamp, &requested) && requested - reported <= OLD_S &&
           reported - requested <= OLD_S;
}

enum status turn_place_here(struct turn *turn, struct err *err)
{
    const struct envelope_geolocation *at = &turn->envelope->geolocation;
    char zip[6];
    enum status st;

    if (!is_position_usable(turn->envelope))
        return ST_MISS;
    if (gazetteer_zip_near(at->lat, at->lon, zip) < 0)
        return err_reason(err, ST_NOT_FOUND, "here_outside", "no place is near");
    st = turn_place_words(turn, STR_NONE, arena_str(turn->call.arena, str_of(zip)), err);
    turn->log->place[0] = '\0';
    return st;
}

/* "the cabin", but "mom's house", "work" and "home". */
static struct str with_article(const struct turn *turn, struct str favorite)
{
    static const char *const names[] = { "home", "work", "school", NULL };
    bool named = str_is_one_of(favorite, names) || str_find(favorite, STR("'s ")) < favorite.n ||
                 str_starts(favorite, STR("the ")) || str_starts(favorite, STR("my "));

    return named ? favorite : arena_printf(turn->call.arena, "the %.*s", STR_ARG(favorite));
}

enum status turn_place_named(struct turn *turn, struct err *err)
{
    struct str location = turn_slot(turn, "location"), zipcode = turn_slot(turn, "zipcode");
    struct str favorite = turn_slot(turn, "favorite");
    struct str saved = saved_place(turn, favorite.n > 0 ? favorite : location);

    if (saved.n > 0 && zipcode.n == 0)
        return place_by_words(turn, saved, STR_NONE, false, err);
    if (zipcode.n == 0 && place_other_find(location) == PLACE_OTHER_HERE) {
        enum status st = turn_place_here(turn, err);
        if (st != ST_MISS)
            return st;
    }
    if (favorite.n == 0 || location.n > 0 || zipcode.n > 0)
        return place_by_words(turn, location, zipcode, true, err);
    if (place_other_find(favorite) == PLACE_OTHER_HOME ||
        place_other_find(favorite) == PLACE_OTHER_HERE)
        return ST_MISS;
    if (!turn->settings_known)
        return turn_settings_needed(turn, err);
    set_subject(turn, with_article(turn, favorite));
    return err_reason(err, ST_INVALID, "favorite_unknown", "no place is saved under that name");
}

enum status turn_place_default(struct turn *turn, struct err *err)
{
    struct gazetteer_query query;
    enum status st;

    if (turn->settings.location.n == 0)
        return ST_MISS;
    set_subject(turn, turn->settings.location);
    st = place_words_parse(turn->call.arena, turn->settings.location, STR_NONE, &query, err);
    return st == ST_OK ? resolve_query(turn, &query, err) : st;
}

const struct zone *turn_listener_zone(const struct turn *turn)
{
    struct gazetteer_home home;

    if (turn->own_place)
        return turn->place.zone;
    place_home(turn->call.arena, turn->settings.location, &home);
    return home.located ? place_zone_guess(home.state, home.lat, home.lon) : NULL;
}

static enum status resolve_place(struct turn *turn, struct err *err)
{
    enum status st = turn_place_named(turn, err);

    if (st != ST_MISS)
        return st;
    st = turn_place_default(turn, err);
    turn->own_place = st == ST_OK;
    if (st != ST_MISS)
        return st;
    if (!turn->settings_known)
        return err_reason(err, ST_UNAVAILABLE, "settings_unreadable",
                          "no place named, and the settings cannot be read");
    return err_reason(err, ST_NOT_FOUND, "no_location", "no place named, and no default set");
}

/* An answer, or a reason why there is none. A turn that ran out of memory may have missed what
 * would have changed either: a slot, a setting, a URL. */
static bool is_conclusion(enum status st)
{
    return st == ST_OK || st == ST_MISS || st == ST_NOT_FOUND || st == ST_INVALID;
}

static foresight_fn *choose_foresight(void *data)
{
    struct turn *turn = data;

    return turn->intent->foresee ? turn->intent->foresee(turn) : turn->intent->foresees;
}

static foresight_fn *choose_guess(void *data)
{
    struct turn *turn = data;

    return turn->intent->guess ? turn->intent->guess(turn) : NULL;
}

enum status turn_answer(struct turn *turn, const struct intent *intent, struct reply *reply,
                        struct err *err)
{
    const struct foresight foresight = { choose_foresight, choose_guess, turn };
    enum status st = ST_OK;

    turn->intent = intent;
    turn->call.foresight = &foresight;
    if (!intent->needs_nothing)
        choose_manner(turn);
    if (intent->needs_place)
        turn->log->weather = true;
    if (intent->needs_place)
        st = resolve_place(turn, err);
    if (st == ST_OK)
        st = intent->answer(turn, reply, err);
    if (st == ST_OK && intent->keeps_topic && turn->length == LENGTH_BRIEF)
        brief_cut(turn, reply);
    turn->call.foresight = NULL;
    if (is_conclusion(st) && (arena_failed(turn->call.arena) || reply->speech.failed)) {
        turn->offer = STR_NONE;
        turn->question = STR_NONE;
        err_clear(err);
        st = err_set(err, ST_SYSTEM, "the turn ran out of memory");
    }
    return st;
}

enum status turn_set_slots(struct turn *turn, const struct slots *slots, struct err *err)
{
    struct envelope *question = arena_alloc(turn->call.arena, sizeof *question);
    struct slots *copy = arena_alloc(turn->call.arena, sizeof *copy);

    if (!question || !copy)
        return err_no_memory(err);
    *copy = *slots;
    *question = *turn->envelope;
    question->slots = copy->at;
    question->slot_count = copy->count;
    turn->envelope = question;
    return ST_OK;
}

enum status turn_answer_with(struct turn *turn, const struct intent *intent,
                             const struct slots *slots, struct reply *reply, struct err *err)
{
    enum status st = turn_set_slots(turn, slots, err);

    return st == ST_OK ? turn_answer(turn, intent, reply, err) : st;
}

bool turn_intent_reads(const struct intent *intent, const char *slot)
{
    for (const char *const *name = intent->slots; name && *name; name++)
        if (strcmp(*name, slot) == 0)
            return true;
    return false;
}

/* May something be written for this user? */
static enum status check_user(const struct turn *turn, struct err *why)
{
    if (arena_failed(turn->call.arena)) /* out of memory, it is unknown what was asked */
        return err_no_memory(why);
    if (turn->envelope->user_id.n == 0)
        return err_set(why, ST_INVALID, "the request names no user");
    return ST_OK;
}

/* The outcome of a write. */
static enum status note_saved(struct turn *turn, const char *setting, enum status st,
                              const struct err *why, struct err *err)
{
    if (st == ST_OK)
        subscriber_note_saved(turn, setting);
    if (st == ST_OK || st == ST_WOULD_WAIT)
        return st;
    if (!why->outcome_unknown)
        return err_reason(err, st, "settings_unsaved", "%s not saved: %s", setting, why->text);
    turn->settings_known = false; /* so that the next turn reads them */
    return err_reason(err, st, "settings_doubtful", "%s perhaps not saved: %s", setting, why->text);
}

/* `member` may be NULL: the whole setting. */
static enum status save(struct turn *turn, const char *setting, const char *member, json_t *value,
                        struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = check_user(turn, &why);

    if (st == ST_OK)
        st = user_set_member(turn->skill->store, turn_user(turn), setting, member, value,
                             turn->call.deadline, &why);
    json_decref(value);
    return note_saved(turn, setting, st, &why, err);
}

enum status turn_note(struct turn *turn, const char *setting, json_t *value, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = value ? check_user(turn, &why) : err_no_memory(&why);

    if (st == ST_OK)
        st = user_note(turn->skill->store, turn_user(turn), setting, value, turn->call.deadline,
                       &why);
    json_decref(value);
    return note_saved(turn, setting, st, &why, err);
}

enum status turn_save_location(struct turn *turn, struct str location, bool from_address,
                               struct err *err)
{
    struct err why = ERR_NONE;
    json_t *value = json_stringn(location.p, location.n);
    enum status st = value ? check_user(turn, &why) : err_no_memory(&why);

    if (st == ST_OK)
        st = user_set_location(turn->skill->store, turn_user(turn), value, from_address,
                               turn->call.deadline, &why);
    json_decref(value);
    return note_saved(turn, "location", st, &why, err);
}

enum status turn_save(struct turn *turn, const char *setting, json_t *value, struct err *err)
{
    if (!value)
        return err_reason(err, ST_SYSTEM, "settings_unsaved", "%s: no memory", setting);
    return save(turn, setting, NULL, value, err);
}

enum status turn_save_member(struct turn *turn, const char *setting, struct str member,
                             struct str value, struct err *err)
{
    const char *name = arena_strz(turn->call.arena, member); /* without memory, save() fails */
    json_t *text = value.n > 0 ? json_stringn(value.p, value.n) : NULL;

    if (value.n > 0 && !text)
        return err_reason(err, ST_SYSTEM, "settings_unsaved", "%s: no memory", setting);
    return save(turn, setting, name, text, err);
}

enum status turn_settings_needed(const struct turn *turn, struct err *err)
{
    if (turn->settings_known)
        return ST_OK;
    return err_reason(err, ST_UNAVAILABLE, "settings_away", "the settings cannot be read");
}
