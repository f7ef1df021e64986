/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/expression.c -- builds the expressions of one DynamoDB request from placeholders. */
#include "cache/dynamo/expression.h"

#include <stdio.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"

enum {
    PLACEHOLDER_SIZE = 16,
    PATH_TEXT_MAX = 1024,
    BY_SCALAR_MAX = 3000, /* bytes of condition up to which values are compared by scalar */
};

void dynamo_expression_init(struct dynamo_expression *e)
{
    struct buf text = BUF_INIT(DYNAMO_EXPRESSION_TEXT_MAX);

    e->set = e->remove = e->add = e->condition = e->projection = text;
    e->names = json_object();
    e->placeholders = json_object();
    e->values = json_object();
    e->failed = !e->names || !e->placeholders || !e->values;
}

void dynamo_expression_done(struct dynamo_expression *e)
{
    buf_free(&e->set);
    buf_free(&e->remove);
    buf_free(&e->add);
    buf_free(&e->condition);
    buf_free(&e->projection);
    json_decref(e->names);
    json_decref(e->placeholders);
    json_decref(e->values);
}

/* ---- placeholders ---- */

static void put_name(struct dynamo_expression *e, struct buf *to, const char *name)
{
    const char *known = json_string_value(json_object_get(e->placeholders, name));
    char placeholder[PLACEHOLDER_SIZE];

    if (!known) {
        (void)snprintf(placeholder, sizeof placeholder, "#%zu", json_object_size(e->names));
        if (json_object_set_new(e->names, placeholder, json_string(name)) != 0 ||
            json_object_set_new(e->placeholders, name, json_string(placeholder)) != 0)
            e->failed = true;
    }
    buf_putz(to, known ? known : placeholder);
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
    char placeholder[PLACEHOLDER_SIZE];

    (void)snprintf(placeholder, sizeof placeholder, ":%zu", json_object_size(e->values));
    if (!value || json_object_set(e->values, placeholder, value) != 0)
        e->failed = true;
    buf_putz(to, placeholder);
}

static void put_number(struct dynamo_expression *e, struct buf *to, int64_t number)
{
    json_t *value = attribute_value_make_integer(number);

    put_value(e, to, value);
    json_decref(value);
}

static void separate(struct buf *list, const char *separator)
{
    if (list->n > 0)
        buf_putz(list, separator);
}

/* ---- updates and projections ---- */

void dynamo_expression_project(struct dynamo_expression *e, const char *const *path)
{
    separate(&e->projection, ",");
    put_path(e, &e->projection, path);
}

void dynamo_expression_set(struct dynamo_expression *e, const char *const *path, json_t *value)
{
    separate(&e->set, ",");
    put_path(e, &e->set, path);
    buf_putc(&e->set, '=');
    put_value(e, &e->set, value);
}

void dynamo_expression_increase(struct dynamo_expression *e, const char *const *path, int64_t by)
{
    separate(&e->set, ",");
    put_path(e, &e->set, path);
    buf_putc(&e->set, '=');
    put_path(e, &e->set, path);
    buf_putc(&e->set, '+');
    put_number(e, &e->set, by);
}

void dynamo_expression_remove(struct dynamo_expression *e, const char *const *path)
{
    separate(&e->remove, ",");
    put_path(e, &e->remove, path);
}

void dynamo_expression_add(struct dynamo_expression *e, const char *name, int64_t by)
{
    separate(&e->add, ",");
    put_name(e, &e->add, name);
    buf_putc(&e->add, ' ');
    put_number(e, &e->add, by);
}

/* What there was no memory for counts too: dynamo_expression_finish() reports it. */
static bool is_given(const struct buf *text)
{
    return text->n > 0 || text->failed;
}

bool dynamo_expression_has_update(const struct dynamo_expression *e)
{
    return is_given(&e->set) || is_given(&e->remove) || is_given(&e->add);
}

/* ---- conditions ---- */

static void put_and(struct dynamo_expression *e)
{
    separate(&e->condition, " AND ");
}

static void put_function(struct dynamo_expression *e, const char *function, const char *const *path)
{
    buf_putz(&e->condition, function);
    buf_putc(&e->condition, '(');
    put_path(e, &e->condition, path);
    buf_putc(&e->condition, ')');
}

void dynamo_expression_if_absent(struct dynamo_expression *e, const char *const *path)
{
    put_and(e);
    put_function(e, "attribute_not_exists", path);
}

void dynamo_expression_if_present(struct dynamo_expression *e, const char *const *path)
{
    put_and(e);
    put_function(e, "attribute_exists", path);
}

void dynamo_expression_if_number(struct dynamo_expression *e, const char *const *path,
                                 const char *order, int64_t number)
{
    put_and(e);
    put_path(e, &e->condition, path);
    buf_putz(&e->condition, order);
    put_number(e, &e->condition, number);
}

void dynamo_expression_if_size_matches(struct dynamo_expression *e, const char *const *path,
                                       const char *const *count)
{
    put_and(e);
    put_function(e, "size", path);
    buf_putc(&e->condition, '=');
    put_path(e, &e->condition, count);
}

void dynamo_expression_if_size(struct dynamo_expression *e, const char *const *path, int64_t number)
{
    put_and(e);
    put_function(e, "size", path);
    buf_putc(&e->condition, '=');
    put_number(e, &e->condition, number);
}

void dynamo_expression_if_absent_or_below(struct dynamo_expression *e, const char *name,
                                          int64_t number)
{
    put_and(e);
    buf_putc(&e->condition, '(');
    put_function(e, "attribute_not_exists", DYNAMO_PATH(name));
    buf_putz(&e->condition, " OR ");
    put_name(e, &e->condition, name);
    buf_putc(&e->condition, '<');
    put_number(e, &e->condition, number);
    buf_putc(&e->condition, ')');
}

/* An estimate of the text needed to compare this value by scalar, at a path of `path_n` bytes. */
static size_t comparison_length(json_t *value, size_t path_n)
{
    enum { AROUND = 50, STEP = 6 }; /* text around a path; what a member adds to its path */
    json_t *members = attribute_value_members(value), *list = json_object_get(value, "L"), *member;
    size_t bytes = path_n + AROUND, i;
    const char *name;

    json_object_foreach (members, name, member)
        bytes += comparison_length(member, path_n + STEP);
    json_array_foreach (list, i, member)
        bytes += comparison_length(member, path_n + STEP);
    return bytes;
}

static void put_comparison(struct dynamo_expression *e, struct buf *path, json_t *value);

/* A check of the type, for maps and lists without members: size() does not tell them apart. */
static void put_type(struct dynamo_expression *e, const struct buf *path, const char *type)
{
    json_t *value = attribute_value_make_string(str_of(type));

    buf_printf(&e->condition, "attribute_type(%s,", buf_z(path));
    put_value(e, &e->condition, value);
    buf_putz(&e->condition, ") AND ");
    json_decref(value);
}

static void compare_members(struct dynamo_expression *e, struct buf *path, json_t *members,
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
        put_comparison(e, path, member);
        buf_truncate(path, here);
    }
    json_array_foreach (list, i, member) {
        buf_printf(path, "[%zu]", i);
        put_comparison(e, path, member);
        buf_truncate(path, here);
    }
}

static void put_comparison(struct dynamo_expression *e, struct buf *path, json_t *value)
{
    json_t *members = attribute_value_members(value), *list = json_object_get(value, "L");

    put_and(e);
    if (members || json_is_array(list)) {
        compare_members(e, path, members, list);
    } else {
        buf_printf(&e->condition, "%s=", buf_z(path));
        put_value(e, &e->condition, value);
    }
}

void dynamo_expression_if_equal(struct dynamo_expression *e, const char *const *path, json_t *value)
{
    struct buf text = BUF_INIT(PATH_TEXT_MAX);

    put_path(e, &text, path);
    if (e->condition.n + comparison_length(value, text.n) <= BY_SCALAR_MAX) {
        put_comparison(e, &text, value);
    } else {
        put_and(e);
        buf_put(&e->condition, buf_str(&text));
        buf_putc(&e->condition, '=');
        put_value(e, &e->condition, value);
    }
    e->failed |= text.failed;
    buf_free(&text);
}

/* ---- the request ---- */

static void put_clause(struct buf *to, const char *word, const struct buf *list)
{
    if (list->n == 0)
        return;
    separate(to, " ");
    buf_putz(to, word);
    buf_putc(to, ' ');
    buf_put(to, buf_str(list));
}

static bool set_expression(json_t *request, const char *name, const struct buf *text)
{
    return text->n == 0 || json_object_set_new(request, name, json_string(buf_z(text))) == 0;
}

enum status dynamo_expression_finish(struct dynamo_expression *e, json_t *request, struct err *err)
{
    struct buf update = BUF_INIT(DYNAMO_EXPRESSION_TEXT_MAX);
    bool full, ok;

    put_clause(&update, "SET", &e->set);
    put_clause(&update, "REMOVE", &e->remove);
    put_clause(&update, "ADD", &e->add);
    full = update.full || e->set.full || e->remove.full || e->add.full || e->condition.full ||
           e->projection.full;
    ok = !e->failed && !update.failed && !e->set.failed && !e->remove.failed && !e->add.failed &&
         !e->condition.failed && !e->projection.failed &&
         set_expression(request, "UpdateExpression", &update) &&
         set_expression(request, "ConditionExpression", &e->condition) &&
         set_expression(request, "ProjectionExpression", &e->projection);
    if (json_object_size(e->names) > 0)
        ok = ok && json_object_set(request, "ExpressionAttributeNames", e->names) == 0;
    if (json_object_size(e->values) > 0)
        ok = ok && json_object_set(request, "ExpressionAttributeValues", e->values) == 0;
    buf_free(&update);
    if (full)
        return err_set(err, ST_TOO_LARGE, "an update larger than DynamoDB accepts in one request");
    return ok ? ST_OK : err_no_memory(err);
}
