/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/phrase_parser.c -- finds the model, matches the phrase, and prints the match as
 * arguments of `climacast ask`. */
#include "server/tool/phrase_parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/civil.h"
#include "server/config/config.h"
#include "server/utterance/model_file.h"
#include "server/utterance/utterance_match.h"

enum { PHRASE_ARENA_MAX = 32 * 1024 * 1024 };

struct phrase_parser {
    struct model *model;
    struct arena *arena; /* reset for each phrase */
    int hour;
    const char *words[MODEL_SLOTS_MAX];
};

enum status phrase_parser_create(const char *path, const struct config *config,
                                 struct phrase_parser **ret_parser, struct err *err)
{
    struct phrase_parser *s;
    char found[MODEL_PATH_BYTES];
    enum status st;

    if (!path && !model_file_find(found))
        return err_set(err, ST_INVALID, "cannot find the interaction model; pass it with --model");
    s = calloc(1, sizeof *s);
    if (!s)
        return err_no_memory(err);
    s->hour = civil_of(zone_local(), config_weather_now(config)).hour;
    s->arena = arena_create(PHRASE_ARENA_MAX);
    st = s->arena ? model_load(path ? path : found, &s->model, err) : err_no_memory(err);
    if (st == ST_OK)
        *ret_parser = s;
    else
        phrase_parser_free(s);
    return st;
}

void phrase_parser_free(struct phrase_parser *s)
{
    if (!s)
        return;
    model_free(s->model);
    arena_free(s->arena);
    free(s);
}

/* ---- the match as a request ---- */

static bool is_plain(struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", value.p[i]))
            return false;
    return value.n > 0;
}

/* In double quotes that both a shell and args_split() understand. */
static void put_quoted(struct buf *line, struct str value)
{
    buf_putc(line, '"');
    for (size_t i = 0; i < value.n; i++) {
        if (strchr("\"\\$`", value.p[i]))
            buf_putc(line, '\\');
        buf_putc(line, value.p[i]);
    }
    buf_putc(line, '"');
}

static enum status take_slots(struct phrase_parser *s, const struct utterance_match *said,
                              struct request_spec *spec, struct buf *line, struct err *err)
{
    buf_put(line, said->name);
    for (size_t i = 0; i < said->slot_count; i++) {
        const struct utterance_slot *slot = &said->slots[i];
        struct str word =
            arena_printf(s->arena, "%.*s=%.*s", STR_ARG(slot->name), STR_ARG(slot->value));
        s->words[i] = word.p;
        buf_printf(line, " %.*s=", STR_ARG(slot->name));
        if (is_plain(slot->value))
            buf_put(line, slot->value);
        else
            put_quoted(line, slot->value);
    }
    if (said->unknown_place)
        buf_putz(line, "  # unknown place");
    spec->name = arena_strz(s->arena, said->name);
    spec->words = s->words;
    spec->word_count = said->slot_count;
    return arena_failed(s->arena) ? err_no_memory(err) : ST_OK;
}

enum status phrase_parser_parse(struct phrase_parser *s, struct request_spec *spec,
                                struct buf *line, struct err *err)
{
    struct utterance_match said;
    enum status st;

    arena_reset(s->arena);
    st = utterance_match(s->model, str_of(spec->say), s->hour, s->arena, &said, err);
    if (st == ST_OK)
        return take_slots(s, &said, spec, line, err);
    if (st != ST_MISS)
        return err_context(err, "--say");
    spec->name = "AMAZON.FallbackIntent";
    spec->word_count = 0;
    buf_printf(line, "%s  # no sample utterance matches", spec->name);
    return ST_OK;
}
