/* SPDX-License-Identifier: Apache-2.0 */
/* server/config/config.c -- reads the sources in order and validates each value.
 *
 * A key is a row of config.def, its kind has the parser (config_kind.c).  The INI parser is inih,
 * which silently cuts lines at 199 bytes.  Its line source here rejects longer lines, and counts
 * lines so that every value can name the one it came from. A list may continue on indented
 * lines. */
#include "server/config/config.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/file.h"
#include "server/base/nearest.h"
#include "server/base/secret.h"
#include "server/config/config_kind.h"

enum { ORIGIN_NAME_MAX = 150, LINE_PRINTED = 150 };

static const struct str prefix = STR("CLIMACAST_"); /* of environment variables */

static const struct config_row keys[CONFIG_KEYS] = {
#define KEY(id, section, name, kind, value, min, max, choices, help) \
    { section, name, CONFIG_KIND_##kind, value, min, max, choices, help },
#include "server/config/config.def"
#undef KEY
};

struct config {
    struct config_value values[CONFIG_KEYS];
    char ignored[200]; /* an environment variable with our prefix and an unknown section */
};

static enum status set_value(struct config *c, size_t i, const char *text, const char *origin,
                             struct err *err)
{
    const struct config_row *k = &keys[i];
    struct config_value v = { 0 };

    if (!config_kind_parse(k, text, &v)) {
        char words[200];
        config_kind_describe(k, words, sizeof words);
        config_kind_clear(&v);
        return err_set(err, ST_INVALID, "%s: %s.%s = \"%.200s\": must be %s", origin, k->section,
                       k->name, config_kind_is_secret(k->kind) ? "********" : text, words);
    }
    v.text = config_kind_copy(str_of(text));
    v.origin = config_kind_copy(str_of(origin));
    if (!v.text || !v.origin) {
        config_kind_clear(&v);
        return err_no_memory(err);
    }
    config_kind_clear(&c->values[i]);
    c->values[i] = v;
    return ST_OK;
}

/* ---- keys ---- */

static bool is_section(struct str section)
{
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        if (str_eqz(section, keys[i].section))
            return true;
    return false;
}

static enum status unknown_section(struct str section, const char *origin, struct err *err)
{
    struct nearest near = nearest_to(section);

    for (size_t i = 0; i < CONFIG_KEYS; i++)
        nearest_offer(&near, str_of(keys[i].section));
    return err_set(err, ST_INVALID, "%s: unknown section [%.*s]%s", origin, STR_ARG(section),
                   nearest_hint(&near));
}

/* A key of another section is near when it has the same name. */
static enum status unknown_key(struct str section, struct str name, const char *origin,
                               struct err *err)
{
    struct nearest near = nearest_to(name);
    const char *in = "";

    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        struct str before = near.name;
        if (!str_eqz(section, keys[i].section) && !str_eqz(name, keys[i].name))
            continue;
        nearest_offer(&near, str_of(keys[i].name));
        if (near.name.p != before.p)
            in = keys[i].section;
    }
    return near.name.n == 0
               ? err_set(err, ST_INVALID, "%s: unknown key %.*s.%.*s", origin, STR_ARG(section),
                         STR_ARG(name))
               : err_set(err, ST_INVALID, "%s: unknown key %.*s.%.*s; did you mean %s.%.*s?",
                         origin, STR_ARG(section), STR_ARG(name), in, STR_ARG(near.name));
}

static enum status find_key(struct str section, struct str name, const char *origin,
                            size_t *ret_index, struct err *err)
{
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        if (str_eqz(section, keys[i].section) && str_eqz(name, keys[i].name)) {
            *ret_index = i;
            return ST_OK;
        }
    if (section.n == 0)
        return err_set(err, ST_INVALID, "%s: %.*s is outside any [section]", origin, STR_ARG(name));
    if (!is_section(section))
        return unknown_section(section, origin, err);
    return unknown_key(section, name, origin, err);
}

/* ---- the file ---- */

struct file_source {
    struct config *config;
    const char *path;
    FILE *stream;
    int line;
    bool indented;          /* the current line starts with a blank */
    bool seen[CONFIG_KEYS]; /* keys that this file has set */
    int last;               /* index of the key set last, or -1 */
    struct err *err;
    enum status st;
};

static enum status file_error(struct file_source *f, const char *what)
{
    f->st = err_set(f->err, ST_INVALID, "%s:%d: %s", f->path, f->line, what);
    return f->st;
}

/* A comment starts with # at the beginning of the line or after a blank. */
static void cut_comment(char *line)
{
    for (size_t i = 0; line[i]; i++)
        if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
            line[i] = '\0';
            return;
        }
}

/* Like fgets(), but also returns the number of bytes, so that NULs in the line can be found. */
static bool read_line(FILE *stream, char line[CONFIG_KIND_VALUE_MAX], size_t *ret_n)
{
    size_t n = 0;
    int c = EOF;

    while (n + 1 < CONFIG_KIND_VALUE_MAX && c != '\n' && (c = getc(stream)) != EOF)
        line[n++] = (char)c;
    line[n] = '\0';
    *ret_n = n;
    return n > 0;
}

/* inih's line source; `size` is that of out. */
static char *file_line(char *out, int size, void *data)
{
    struct file_source *f = data;
    char line[CONFIG_KIND_VALUE_MAX];
    size_t n;

    if (f->st != ST_OK || !read_line(f->stream, line, &n))
        return NULL;
    f->line++;
    f->indented = line[0] == ' ' || line[0] == '\t';
    bool complete = n + 1 < sizeof line;
    if (memchr(line, '\0', n)) {
        file_error(f, "contains a NUL byte: not a text file");
        return NULL;
    }
    cut_comment(line);
    if (line[strspn(line, " \t")] == '[' && !strchr(line, ']')) {
        file_error(f, "a [section] has no closing ]");
        return NULL;
    }
    if (!complete || strlen(line) >= (size_t)size) {
        file_error(f, "the line is too long (a list may continue on indented lines)");
        return NULL;
    }
    memcpy(out, line, strlen(line) + 1);
    return out;
}

static enum status file_set(struct file_source *f, const char *section, const char *name,
                            const char *text)
{
    char origin[1200], joined[CONFIG_KIND_VALUE_MAX + 1];
    size_t i;

    snprintf(origin, sizeof origin, "%.1000s:%d", f->path, f->line);
    enum status st = find_key(str_of(section), str_of(name), origin, &i, f->err);
    if (st != ST_OK)
        return st;
    if (f->indented && f->last == (int)i) {
        if (!config_kind_is_list(keys[i].kind))
            return file_error(f, "only a list may continue on an indented line");
        snprintf(joined, sizeof joined, "%.2000s%s%.1900s", f->config->values[i].text,
                 f->config->values[i].text[0] ? "," : "", text);
        return set_value(f->config, i, joined, origin, f->err);
    }
    if (f->seen[i])
        return err_set(f->err, ST_INVALID, "%s: %s.%s is set twice", origin, section, name);
    f->seen[i] = true;
    f->last = (int)i;
    /* A trailing comma announces an indented line. */
    size_t n = strlen(text);
    if (keys[i].kind == CONFIG_KIND_LIST && n > 0 && text[n - 1] == ',') {
        snprintf(joined, sizeof joined, "%.*s", (int)(n - 1), text);
        text = joined;
    }
    return set_value(f->config, i, text, origin, f->err);
}

static int file_pair(void *data, const char *section, const char *name, const char *text)
{
    struct file_source *f = data;

    if (f->st == ST_OK)
        f->st = file_set(f, section, name, text);
    return f->st == ST_OK;
}

static enum status load_file(struct config *c, const char *path, struct err *err)
{
    struct file_source f = { .config = c, .path = path, .last = -1, .err = err, .st = ST_OK };

    f.stream = fopen(path, "re");
    if (!f.stream)
        return err_reason(err, ST_INVALID, errno == EACCES ? "configuration_unreadable" : "",
                          "%s: cannot be read: %s", path, strerror(errno));
    int bad_line = ini_parse_stream(file_line, &f, file_pair, &f);
    if (f.st == ST_OK && ferror(f.stream))
        f.st = err_set(err, ST_INVALID, "%s: cannot be read: %s", path, strerror(errno));
    if (bad_line > 0 && (f.st == ST_OK || bad_line < f.line)) { /* report the first error */
        err_clear(err);
        f.st =
            err_set(err, ST_INVALID, "%s:%d: neither a [section] nor key = value", path, bad_line);
    }
    fclose(f.stream);
    return f.st;
}

/* ---- the environment and --set ---- */

/* Does this name a key with _FILE appended (and no key as it is)? Removes the suffix. */
static bool is_file_variable(struct str section, struct str *name)
{
    static const struct str suffix = STR("_file");
    size_t index;

    if (!str_ends(*name, suffix) || find_key(section, *name, "", &index, NULL) == ST_OK)
        return false;
    name->n -= suffix.n;
    return true;
}

/* As Docker and systemd pass secrets: the variable names a file that holds the value. */
static enum status set_from_file(struct config *c, size_t index, const char *path,
                                 const char *origin, struct err *err)
{
    struct buf content = BUF_INIT(CONFIG_KIND_VALUE_MAX - 1);
    struct err why = ERR_NONE;
    enum status st = file_read_regular(path, &content, &why);
    struct str value = str_trim(buf_str(&content));
    char text[CONFIG_KIND_VALUE_MAX];

    if (st != ST_OK)
        st = err_set(err, ST_INVALID, "%s: %s", origin, why.text);
    else if (value.n == 0)
        st = err_set(err, ST_INVALID, "%s: %s is empty", origin, path);
    else if (memchr(value.p, '\0', value.n))
        st = err_set(err, ST_INVALID, "%s: %s contains a NUL byte: not a text file", origin, path);
    if (st == ST_OK) {
        snprintf(text, sizeof text, "%.*s", STR_ARG(value));
        st = set_value(c, index, text, origin, err);
        secret_wipe(text, sizeof text);
    }
    secret_wipe(content.p, content.n);
    buf_free(&content);
    return st;
}

/* CLIMACAST_SERVER_MAX_CONNECTIONS is server.max_connections: the section ends at the first
 * underscore. Others may use our prefix, too: a variable of an unknown section is only
 * remembered. */
static enum status load_variable(struct config *c, struct str variable, struct err *err)
{
    size_t equals = str_index(variable, '='), index;
    int name_length = (int)(equals < ORIGIN_NAME_MAX ? equals : ORIGIN_NAME_MAX);
    char origin[ORIGIN_NAME_MAX + 20], lower[100] = "";

    snprintf(origin, sizeof origin, "environment %.*s", name_length, variable.p);
    for (size_t i = prefix.n; i < equals && i - prefix.n + 1 < sizeof lower; i++)
        lower[i - prefix.n] =
            (char)(variable.p[i] >= 'A' && variable.p[i] <= 'Z' ? variable.p[i] + 32
                                                                : variable.p[i]);
    struct str name = str_of(lower), section;
    str_split(&name, '_', &section);
    if (!is_section(section)) {
        snprintf(c->ignored, sizeof c->ignored, "%.*s", name_length, variable.p);
        return ST_OK;
    }
    const char *text = equals < variable.n ? variable.p + equals + 1 : "";
    bool from_file = is_file_variable(section, &name);
    enum status st = find_key(section, name, origin, &index, err);
    if (st != ST_OK)
        return st;
    if (str_starts(str_of(c->values[index].origin), STR("environment ")))
        return err_set(err, ST_INVALID, "%s: %s.%s is set by another variable, too", origin,
                       keys[index].section, keys[index].name);
    return from_file ? set_from_file(c, index, text, origin, err)
                     : set_value(c, index, text, origin, err);
}

static enum status load_environment(struct config *c, const char *const *environment,
                                    struct err *err)
{
    enum status st = ST_OK;

    for (; st == ST_OK && environment && *environment; environment++)
        if (str_starts(str_of(*environment), prefix))
            st = load_variable(c, str_of(*environment), err);
    return st;
}

static enum status load_set(struct config *c, const char *text, struct err *err)
{
    struct str s = str_of(text);
    size_t equals = str_index(s, '='), dot = str_index(s, '.'), index;

    if (equals == s.n || dot > equals)
        return err_set(err, ST_INVALID, "--set %s: must be section.key=value", text);
    enum status st =
        find_key(str_sub(s, 0, dot), str_sub(s, dot + 1, equals), "--set", &index, err);
    return st == ST_OK ? set_value(c, index, text + equals + 1, "--set", err) : st;
}

enum status config_load(const struct config_sources *sources, struct config **ret_config,
                        struct err *err)
{
    struct config *c = calloc(1, sizeof *c);
    enum status st = c ? ST_OK : err_no_memory(err);

    for (size_t i = 0; st == ST_OK && i < CONFIG_KEYS; i++)
        st = set_value(c, i, keys[i].value, "default", err);
    if (st == ST_OK && sources->file)
        st = load_file(c, sources->file, err);
    if (st == ST_OK)
        st = load_environment(c, sources->environment, err);
    for (size_t i = 0; st == ST_OK && i < sources->set_count; i++)
        st = load_set(c, sources->sets[i], err);
    if (st == ST_OK)
        *ret_config = c;
    else
        config_free(c);
    return st;
}

void config_free(struct config *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        config_kind_clear(&c->values[i]);
    free(c);
}

/* ---- values ---- */

const char *config_text(const struct config *c, enum config_key key)
{
    return c->values[key].text;
}

int64_t config_int(const struct config *c, enum config_key key)
{
    return c->values[key].number;
}

bool config_bool(const struct config *c, enum config_key key)
{
    return c->values[key].flag;
}

const char *const *config_list(const struct config *c, enum config_key key)
{
    return (const char *const *)c->values[key].list;
}

enum status config_value_error(const struct config *c, enum config_key key, struct err *err,
                               const char *what)
{
    return err_set(err, ST_INVALID, "%s: %s.%s = \"%.200s\": %s", c->values[key].origin,
                   keys[key].section, keys[key].name, c->values[key].text, what);
}

const char *config_ignored_variable(const struct config *c)
{
    return c->ignored;
}

bool config_is(const struct config *c, enum config_key key, const char *choice)
{
    return strcmp(c->values[key].text, choice) == 0;
}

bool config_instant(const struct config *c, enum config_key key, int64_t *ret_t)
{
    if (!*c->values[key].text)
        return false;
    *ret_t = c->values[key].number;
    return true;
}

int64_t config_weather_now(const struct config *c)
{
    int64_t t;

    return config_instant(c, CONFIG_WEATHER_NOW, &t) ? t : clock_wall_s();
}

/* ---- printing ---- */

/* Can a line of a file begin with this word, or would it be a comment or a section there? */
static bool may_begin_line(const char *word)
{
    return *word != '#' && *word != ';' && *word != '[';
}

/* A list that is too long for a line of a file, over several: all but the first are indented. */
static void print_long_list(const struct config_row *k, const struct config_value *v, FILE *out)
{
    int column = fprintf(out, "%s = %s", k->name, v->list[0]);
    bool first = true;

    for (size_t i = 1; v->list[i]; i++) {
        const char *word = v->list[i];
        if (column + (int)strlen(word) < LINE_PRINTED || !may_begin_line(word)) {
            column += fprintf(out, ",%s", word);
            continue;
        }
        if (first)
            fprintf(out, "  # %s", v->origin);
        first = false;
        column = fprintf(out, "\n    %s", word) - 1;
    }
    if (first)
        fprintf(out, "  # %s", v->origin);
    fputc('\n', out);
}

void config_print(const struct config *c, FILE *out)
{
    const char *section = "";

    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        const struct config_row *k = &keys[i];
        const struct config_value *v = &c->values[i];
        if (strcmp(section, k->section) != 0)
            fprintf(out, "%s[%s]\n", *section ? "\n" : "", k->section);
        section = k->section;
        if (v->list && v->list[0] && strlen(k->name) + strlen(v->text) > LINE_PRINTED)
            print_long_list(k, v, out);
        else
            fprintf(out, "%s = %s  # %s\n", k->name,
                    config_kind_is_secret(k->kind) && *v->text ? "********" : v->text, v->origin);
    }
}

void config_print_table(FILE *out)
{
    fprintf(out, "| key | default | allowed | meaning |\n|---|---|---|---|\n");
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        const struct config_row *k = &keys[i];
        char words[200];
        config_kind_describe(k, words, sizeof words);
        fprintf(out, "| `%s.%s` | %s%s%s | %s | %s |\n", k->section, k->name, *k->value ? "`" : "",
                k->value, *k->value ? "`" : "", words, k->help);
    }
}
