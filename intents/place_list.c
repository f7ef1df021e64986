/* SPDX-License-Identifier: Apache-2.0 */
/* intents/place_list.c -- a short list of names and places, searched from its beginning. */
#include "intents/place_list.h"

#include "server/base/json.h"

static bool is_sane_text(struct str text, size_t max)
{
    if (text.n == 0 || text.n > max || !str_is_utf8(text))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7F)
            return false;
    return true;
}

void place_list_from_json(const json_t *object, struct arena *arena, struct place_list *ret_list)
{
    json_t *from = (json_t *)(uintptr_t)object, *value; /* jansson's macro takes no const tree */
    const char *name;
    size_t n;

    ret_list->count = 0;
    if (!json_is_object(object))
        return;
    json_object_keylen_foreach (from, name, n, value) {
        struct str key = { name, n };
        struct str text = { json_string_value(value), json_string_length(value) };
        if (!is_sane_text(key, PLACE_LIST_NAME_MAX) || !is_sane_text(text, PLACE_LIST_TEXT_MAX))
            continue;
        key = arena_str(arena, key);
        text = arena_str(arena, text);
        if (key.n > 0 && text.n > 0)
            (void)place_list_set(ret_list, key, text);
    }
}

void place_list_put(struct buf *out, const struct place_list *list)
{
    buf_putc(out, '{');
    for (size_t i = 0; i < list->count; i++) {
        buf_putz(out, i > 0 ? "," : "");
        json_put_string(out, list->at[i].name);
        buf_putc(out, ':');
        json_put_string(out, list->at[i].text);
    }
    buf_putc(out, '}');
}

static size_t position_of(const struct place_list *list, struct str name)
{
    size_t i = 0;

    while (i < list->count && !str_eq(list->at[i].name, name))
        i++;
    return i;
}

struct str place_list_find(const struct place_list *list, struct str name)
{
    size_t i = position_of(list, name);

    return name.n > 0 && i < list->count ? list->at[i].text : STR_NONE;
}

bool place_list_set(struct place_list *list, struct str name, struct str text)
{
    size_t i = position_of(list, name);

    if (i == PLACE_LIST_MAX || !is_sane_text(name, PLACE_LIST_NAME_MAX) ||
        !is_sane_text(text, PLACE_LIST_TEXT_MAX))
        return false;
    list->at[i].name = name;
    list->at[i].text = text;
    list->count += i == list->count;
    return true;
}

void place_list_remove(struct place_list *list, struct str name)
{
    size_t i = position_of(list, name);

    if (i == list->count)
        return;
    list->count--;
    for (; i < list->count; i++)
        list->at[i] = list->at[i + 1];
}

struct str place_list_name(struct str said)
{
    static const struct str articles[] = { STR("the "), STR("my "), STR("our ") };

    said = str_trim(said);
    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++)
        if (str_starts(said, articles[i]))
            return str_trim(str_sub(said, articles[i].n, said.n));
    return said;
}
