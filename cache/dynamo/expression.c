/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/expression.c -- expressions: text made of placeholders only. */
#include "cache/dynamo/expression.h"

#include <stdio.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"

enum {
    PLACE_MAX = 16,
    PATH_TEXT_MAX = 1024,
    CONDITION_SHORT = 3000, /* past so much text a value is compared whole */
};

void dynamo_expression_init(struct dynamo_expression *e)
{
    struct buf text = BUF_INIT(DYNAMO_EXPRESSION_TEXT_MAX);

    e->set = e->remove = e->add = e->condition = e->projection = text;
    e->names = json_object();
    e->places = json_object();
    e->values = json_object();
    e->failed = !e->names || !e->places || !e->values;
}

void dynamo_expression_done(struct dynamo_expression *e)
{
    buf_free(&e->set);
    buf_free(&e->remove);
    buf_free(&e->add);
    buf_free(&e->condition);
    buf_free(&e->projection);
    json_decref(e->names);
    json_decref(e->places);
    json_decref(e->values);
}

/* ---- placeholders ---- */

static void put_name(struct dynamo_expression *e, struct buf *to, const char *name)
{
    const char *known = json_string_value(json_object_get(e->places, name));
    char place[PLACE_MAX];

    if (!known) {
        (void)snprintf(place, sizeof place, "#%zu", json_object_size(e->names));
        if (json_object_set_new(e->names, place, json_string(name)) != 0 ||
            json_object_set_new(e->places, name, json_string(place)) != 0)
            e->failed = true;
    }
    buf_putz(to, known ? known : place);
}

static void put_path(struct dynamo_expression *e, struct buf *to, const char *const *path)
{
    for (size_t i = 0; path[i]; i++) {
        if (i > 0)
            buf_putc(to, '.');
        put_name(e, to, path[i]);
    }
}

/* `value` is borrowed. */
static void put_value(struct dynamo_expression *e, struct buf *to, json_t *value)
{
    char place[PLACE_MAX];

    (void)snprintf(place, sizeof place, ":%zu", json_object_size(e->values));
    if (!value || json_object_set(e->values, place, value) != 0)
        e->failed = true;
    buf_putz(to, place);
}

static void put_number(struct dynamo_expression *e, struct buf *to, int64_t number)
{
    json_t *value = attribute_value_make_integer(number);

    put_value(e, to, value);
    json_decref(value);
}

static void next(struct buf *list, const char *separator)
{
    if (list->n > 0)
        buf_putz(list, separator);
}

/* ---- what to do ---- */

void dynamo_expression_project(struct dynamo_expression *e, const char *const *path)
{
    next(&e->projection, ",");
    put_path(e, &e->projection, path);
}

void dynamo_expression_set(struct dynamo_expression *e, const char *const *path, json_t *value)
{
    next(&e->set, ",");
    put_path(e, &e->set, path);
    buf_putc(&e->set, '=');
    put_value(e, &e->set, value);
}

void dynamo_expression_increase(struct dynamo_expression *e, const char *const *path, int64_t by)
{
    next(&e->set, ",");
    put_path(e, &e->set, path);
    buf_putc(&e->set, '=');
    put_path(e, &e->set, path);
    buf_putc(&e->set, '+');
    put_number(e, &e->set, by);
}

void dynamo_expression_remove(struct dynamo_expression *e, const char *const *path)
{
    next(&e->remove, ",");
    put_path(e, &e->remove, path);
}

void dynamo_expression_add(struct dynamo_expression *e, const char *name, int64_t by)
{
    next(&e->add, ",");
    put_name(e, &e->add, name);
    buf_putc(&e->add, ' ');
    put_number(e, &e->add, by);
}

bool dynamo_expression_has_update(const struct dynamo_expression *e)
{
    return e->set.n + e->remove.n + e->add.n > 0;
}

/* ---- on what condition ---- */

static void also(struct dynamo_expression *e)
{
    next(&e->condition, " AND ");
}

static void put_call(struct dynamo_expression *e, const char *function, const char *const *path)
{
    buf_putz(&e->condition, function);
    buf_putc(&e->condition, '(');
    put_path(e, &e->condition, path);
    buf_putc(&e->condition, ')');
}

void dynamo_expression_if_absent(struct dynamo_expression *e, const char *const *path)
{
    also(e);
    put_call(e, "attribute_not_exists", path);
}

void dynamo_expression_if_present(struct dynamo_expression *e, const char *const *path)
{
    also(e);
    put_call(e, "attribute_exists", path);
}

void dynamo_expression_if_number(struct dynamo_expression *e, const char *const *path,
                                 const char *order, int64_t number)
{
    also(e);
    put_path(e, &e->condition, path);
    buf_putz(&e->condition, order);
    put_number(e, &e->condition, number);
}

void dynamo_expression_if_size_matches(struct dynamo_expression *e, const char *const *path,
                                       const char *const *count)
{
    also(e);
    put_call(e, "size", path);
    buf_putc(&e->condition, '=');
    put_path(e, &e->condition, count);
}

void dynamo_expression_if_size(struct dynamo_expression *e, const char *const *path, int64_t number)
{
    also(e);
    put_call(e, "size", path);
    buf_putc(&e->condition, '=');
    put_number(e, &e->condition, number);
}

void dynamo_expression_if_absent_or_below(struct dynamo_expression *e, const char *name,
                                          int64_t number)
{
    const char *const path[] = { name, NULL };

    also(e);
    buf_putc(&e->condition, '(');
    put_call(e, "attribute_not_exists", path);
    buf_putz(&e->condition, " OR ");
    put_path(e, &e->condition, path);
    buf_putc(&e->condition, '<');
    put_number(e, &e->condition, number);
    buf_putc(&e->condition, ')');
}

/* How much text would it take to compare this value, whose path has `path_n` bytes? */
static size_t text_of(json_t *value, size_t path_n)
{
    enum { AROUND = 50, STEP = 6 }; /* what stands around a path; what a member adds to one */
    json_t *members = attribute_value_members(value), *list = json_object_get(value, "L"), *member;
    size_t bytes = path_n + AROUND, i;
    const char *name;

    json_object_foreach (members, name, member)
        bytes += text_of(member, path_n + STEP);
    json_array_foreach (list, i, member)
        bytes += text_of(member, path_n + STEP);
    return bytes;
}

static void same(struct dynamo_expression *e, struct buf *path, json_t *value);

/* Placeholder of a type's name: needed where there is no member to tell. */
static void put_type(struct dynamo_expression *e, const struct buf *path, const char *type)
{
    json_t *value = attribute_value_make_string(str_of(type));

    buf_printf(&e->condition, "attribute_type(%s,", buf_z(path));
    put_value(e, &e->condition, value);
    buf_putz(&e->condition, ") AND ");
    json_decref(value);
}

static void same_members(struct dynamo_expression *e, struct buf *path, json_t *members,
                         json_t *list)
{
    size_t count = members ? json_object_size(members) : json_array_size(list), here = path->n, i;
    const char *name;
    json_t *member;

    if (count == 0)
        put_type(e, path, members ? "M" : "L");
    buf_printf(&e->condition, "size(%s)=", buf_z(path));
    put_number(e, &e->condition, (int64_t)count);
    json_object_foreach (members, name, member) {
        buf_putc(path, '.');
        put_name(e, path, name);
        same(e, path, member);
        buf_truncate(path, here);
    }
    json_array_foreach (list, i, member) {
        buf_printf(path, "[%zu]", i);
        same(e, path, member);
        buf_truncate(path, here);
    }
}

static void same(struct dynamo_expression *e, struct buf *path, json_t *value)
{
    json_t *members = attribute_value_members(value), *list = json_object_get(value, "L");

    also(e);
    if (members || json_is_array(list)) {
        same_members(e, path, members, list);
    } else {
        buf_printf(&e->condition, "%s=", buf_z(path));
        put_value(e, &e->condition, value);
    }
}

void dynamo_expression_if_equal(struct dynamo_expression *e, const char *const *path, json_t *value)
{
    struct buf text = BUF_INIT(PATH_TEXT_MAX);

    put_path(e, &text, path);
    if (e->condition.n + text_of(value, text.n) <= CONDITION_SHORT) {
        same(e, &text, value);
        e->failed |= text.failed;
    } else {
        also(e);
        buf_put(&e->condition, buf_str(&text));
        buf_putc(&e->condition, '=');
        put_value(e, &e->condition, value);
    }
    buf_free(&text);
}

/* ---- the request ---- */

static void section(struct buf *to, const char *word, const struct buf *list)
{
    if (list->n == 0)
        return;
    next(to, " ");
    buf_putz(to, word);
    buf_putc(to, ' ');
    buf_put(to, buf_str(list));
}

static bool put_text(json_t *request, const char *name, const struct buf *text)
{
    return text->n == 0 || json_object_set_new(request, name, json_string(buf_z(text))) == 0;
}

enum status dynamo_expression_finish(struct dynamo_expression *e, json_t *request, struct err *err)
{
    struct buf update = BUF_INIT(DYNAMO_EXPRESSION_TEXT_MAX);
    bool fits, kept;

    section(&update, "SET", &e->set);
    section(&update, "REMOVE", &e->remove);
    section(&update, "ADD", &e->add);
    fits = !update.failed && !e->set.failed && !e->remove.failed && !e->add.failed &&
           !e->condition.failed && !e->projection.failed;
    kept = !e->failed && put_text(request, "UpdateExpression", &update) &&
           put_text(request, "ConditionExpression", &e->condition) &&
           put_text(request, "ProjectionExpression", &e->projection);
    if (json_object_size(e->names) > 0)
        kept = kept && json_object_set(request, "ExpressionAttributeNames", e->names) == 0;
    if (json_object_size(e->values) > 0)
        kept = kept && json_object_set(request, "ExpressionAttributeValues", e->values) == 0;
    buf_free(&update);
    if (!fits)
        return err_set(err, ST_TOO_LARGE, "a change of more than DynamoDB takes at once");
    return kept ? ST_OK : err_no_memory(err);
}
