/* SPDX-License-Identifier: Apache-2.0 */
/* server/config.c -- from text to judged values.
 *
 * A key is a row of config.def; a kind is a judge with the words for what it allows. The INI reader
 * is inih, which cuts lines at 199 bytes without a word: our line source refuses such lines, and
 * counts, so that every value can name the line it came from. A list may go on in an indented
 * line. */
#include "server/config.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/host_port.h"
#include "server/config_kind.h"

static const struct config_row keys[CONFIG_KEYS] = {
#define KEY(id, section, name, kind, value, least, most, choices, help) \
    { section, name, K_##kind, value, least, most, choices, help },
#include "server/config.def"
#undef KEY
};

struct config {
    struct config_value values[CONFIG_KEYS];
    char ignored[200]; /* a variable of ours by its prefix, of no section we know */
};

static enum status set(struct config *c, size_t i, const char *text, const char *origin,
                       struct err *err)
{
    const struct config_row *k = &keys[i];
    struct config_value v = { 0 };
    bool good = config_kind_judge(k, text, &v);

    if (!good) {
        char words[200];
        config_kind_words(k, words, sizeof words);
        config_value_clear(&v);
        return err_set(err, ST_INVALID, "%s: %s.%s = \"%.200s\": must be %s", origin, k->section,
                       k->name, config_kind_is_secret(k->kind) ? "********" : text, words);
    }
    v.text = config_copy(str_of(text));
    v.origin = config_copy(str_of(origin));
    if (!v.text || !v.origin) {
        config_value_clear(&v);
        return err_no_memory(err);
    }
    config_value_clear(&c->values[i]);
    c->values[i] = v;
    return ST_OK;
}

/* ---- finding the key ---- */

static bool section_known(struct str section)
{
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        if (str_eqz(section, keys[i].section))
            return true;
    return false;
}

static enum status find(struct str section, struct str name, const char *origin, size_t *ret_index,
                        struct err *err)
{
    for (size_t i = 0; i < CONFIG_KEYS; i++)
        if (str_eqz(section, keys[i].section) && str_eqz(name, keys[i].name)) {
            *ret_index = i;
            return ST_OK;
        }
    if (section.n == 0)
        return err_set(err, ST_INVALID, "%s: %.*s stands in no [section]", origin, STR_ARG(name));
    if (!section_known(section))
        return err_set(err, ST_INVALID, "%s: unknown section [%.*s]", origin, STR_ARG(section));
    return err_set(err, ST_INVALID, "%s: unknown key %.*s.%.*s", origin, STR_ARG(section),
                   STR_ARG(name));
}

/* ---- the four sources ---- */

struct file_source {
    struct config *config;
    const char *path;
    FILE *stream;
    int line;
    bool indented;          /* the line read last begins with a blank */
    bool seen[CONFIG_KEYS]; /* keys of this file */
    int last;               /* index of the key set last, -1 */
    struct err *err;
    enum status st;
};

static enum status file_fault(struct file_source *f, const char *what)
{
    f->st = err_set(f->err, ST_INVALID, "%s:%d: %s", f->path, f->line, what);
    return f->st;
}

/* A comment begins with # at the start of a line or after a blank. */
static void cut_comment(char *line)
{
    for (size_t i = 0; line[i]; i++)
        if (line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) {
            line[i] = '\0';
            return;
        }
}

/* As fgets(), but what it reads it tells: *ret_n bytes, NULs among them. */
static bool read_line(FILE *stream, char line[CONFIG_VALUE_MAX], size_t *ret_n)
{
    size_t n = 0;
    int c = EOF;

    while (n + 1 < CONFIG_VALUE_MAX && c != '\n' && (c = getc(stream)) != EOF)
        line[n++] = (char)c;
    line[n] = '\0';
    *ret_n = n;
    return n > 0;
}

/* inih's line source. */
static char *file_line(char *out, int room, void *data)
{
    struct file_source *f = data;
    char line[CONFIG_VALUE_MAX];
    size_t n;

    if (f->st != ST_OK || !read_line(f->stream, line, &n))
        return NULL;
    f->line++;
    f->indented = line[0] == ' ' || line[0] == '\t';
    bool whole = n + 1 < sizeof line;
    if (memchr(line, '\0', n)) {
        file_fault(f, "holds a NUL: this is no text file");
        return NULL;
    }
    cut_comment(line);
    if (line[strspn(line, " \t")] == '[' && !strchr(line, ']')) {
        file_fault(f, "a [section] lacks its ]");
        return NULL;
    }
    if (!whole || strlen(line) >= (size_t)room) {
        file_fault(f, "the line is too long (a list may go on in an indented line)");
        return NULL;
    }
    memcpy(out, line, strlen(line) + 1);
    return out;
}

static enum status file_set(struct file_source *f, const char *section, const char *name,
                            const char *text)
{
    char origin[1200], joined[CONFIG_VALUE_MAX + 1];
    size_t i;

    snprintf(origin, sizeof origin, "%.1000s:%d", f->path, f->line);
    enum status st = find(str_of(section), str_of(name), origin, &i, f->err);
    if (st != ST_OK)
        return st;
    if (f->indented && f->last == (int)i) {
        if (keys[i].kind != K_LIST && keys[i].kind != K_LISTEN)
            return file_fault(f, "only a list may go on in an indented line");
        snprintf(joined, sizeof joined, "%.2000s%s%.1900s", f->config->values[i].text,
                 f->config->values[i].text[0] ? "," : "", text);
        return set(f->config, i, joined, origin, f->err);
    }
    if (f->seen[i])
        return err_set(f->err, ST_INVALID, "%s: %s.%s is set twice", origin, section, name);
    f->seen[i] = true;
    f->last = (int)i;
    /* A trailing comma promises another line. */
    size_t n = strlen(text);
    if (keys[i].kind == K_LIST && n > 0 && text[n - 1] == ',') {
        snprintf(joined, sizeof joined, "%.*s", (int)(n - 1), text);
        text = joined;
    }
    return set(f->config, i, text, origin, f->err);
}

static int file_value(void *data, const char *section, const char *name, const char *text)
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
    int bad_line = ini_parse_stream(file_line, &f, file_value, &f);
    if (f.st == ST_OK && ferror(f.stream))
        f.st = err_set(err, ST_INVALID, "%s: cannot be read: %s", path, strerror(errno));
    if (bad_line > 0 && (f.st == ST_OK || bad_line < f.line)) { /* the first fault is told */
        err_clear(err);
        f.st =
            err_set(err, ST_INVALID, "%s:%d: neither a [section] nor key = value", path, bad_line);
    }
    fclose(f.stream);
    return f.st;
}

/* CLIMACAST_SERVER_MAX_CONNECTIONS: the section is what stands before the first underscore. The
 * environment is not ours alone: what names no section of ours is left alone, and told. */
static enum status load_environment(struct config *c, const char *const *environment,
                                    struct err *err)
{
    static const struct str prefix = { "CLIMACAST_", 10 };

    for (; environment && *environment; environment++) {
        struct str entry = str_of(*environment);
        if (!str_starts(entry, prefix))
            continue;
        size_t equals = str_index(entry, '=');
        char origin[200], lower[100] = "";
        snprintf(origin, sizeof origin, "environment %.*s", (int)(equals < 150 ? equals : 150),
                 entry.p);
        for (size_t i = prefix.n; i < equals && i - prefix.n + 1 < sizeof lower; i++)
            lower[i - prefix.n] =
                (char)(entry.p[i] >= 'A' && entry.p[i] <= 'Z' ? entry.p[i] + 32 : entry.p[i]);
        struct str rest = str_of(lower), section;
        size_t index;
        str_split(&rest, '_', &section);
        if (!section_known(section)) {
            snprintf(c->ignored, sizeof c->ignored, "%.*s", (int)(equals < 150 ? equals : 150),
                     entry.p);
            continue;
        }
        enum status st = find(section, rest, origin, &index, err);
        if (st == ST_OK)
            st = set(c, index, equals < entry.n ? entry.p + equals + 1 : "", origin, err);
        if (st != ST_OK)
            return st;
    }
    return ST_OK;
}

static enum status load_set(struct config *c, const char *text, struct err *err)
{
    struct str s = str_of(text);
    size_t equals = str_index(s, '='), dot = str_index(s, '.'), index;

    if (equals == s.n || dot > equals)
        return err_set(err, ST_INVALID, "--set %s: must be section.key=value", text);
    enum status st = find(str_sub(s, 0, dot), str_sub(s, dot + 1, equals), "--set", &index, err);
    return st == ST_OK ? set(c, index, text + equals + 1, "--set", err) : st;
}

enum status config_load(const struct config_sources *sources, struct config **ret_config,
                        struct err *err)
{
    struct config *c = calloc(1, sizeof *c);
    enum status st = c ? ST_OK : err_no_memory(err);

    for (size_t i = 0; st == ST_OK && i < CONFIG_KEYS; i++)
        st = set(c, i, keys[i].value, "default", err);
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
        config_value_clear(&c->values[i]);
    free(c);
}

/* ---- rules between keys ---- */

static bool all_loopback(const struct config *c, enum config_key key)
{
    char host[256];
    uint16_t port;

    for (const char *const *at = config_list(c, key); *at; at++)
        if (!host_port_split(*at, host, &port) || !host_port_is_loopback(host))
            return false;
    return true;
}

static enum status fault(const struct config *c, enum config_key key, struct err *err,
                         const char *what)
{
    return err_set(err, ST_INVALID, "%s: %s.%s = \"%.200s\": %s", c->values[key].origin,
                   keys[key].section, keys[key].name, c->values[key].text, what);
}

enum status config_validate(const struct config *c, struct err *err)
{
    bool verify = config_bool(c, CONFIG_ALEXA_VERIFY);

    if (!verify && !all_loopback(c, CONFIG_SERVER_LISTEN))
        return fault(c, CONFIG_ALEXA_VERIFY, err,
                     "must be yes unless every server.listen address is loopback");
    if (verify && !config_list(c, CONFIG_ALEXA_SKILL_IDS)[0])
        return fault(c, CONFIG_ALEXA_SKILL_IDS, err,
                     "must name the application ids that may call (amzn1.ask.skill...), unless "
                     "alexa.verify = no");
    if (!config_bool(c, CONFIG_ADMIN_ALLOW_REMOTE) && !all_loopback(c, CONFIG_ADMIN_LISTEN))
        return fault(c, CONFIG_ADMIN_LISTEN, err,
                     "must be a loopback address unless admin.allow_remote = yes");
    if (!*config_text(c, CONFIG_SERVER_CERTIFICATE))
        return fault(c, CONFIG_SERVER_CERTIFICATE, err,
                     "must name a PEM file: Alexa calls over TLS only");
    if (!*config_text(c, CONFIG_SERVER_PRIVATE_KEY))
        return fault(c, CONFIG_SERVER_PRIVATE_KEY, err,
                     "must name a PEM file: the certificate's key");
    for (const char *const *p = config_list(c, CONFIG_GEOCODER_PROVIDERS); *p; p++)
        if (strcmp(*p, "here") == 0 && !*config_text(c, CONFIG_GEOCODER_HERE_API_KEY))
            return fault(c, CONFIG_GEOCODER_PROVIDERS, err, "here needs geocoder.here_api_key");
    return ST_OK;
}

/* ---- reading ---- */

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

void config_print(const struct config *c, FILE *out)
{
    const char *section = "";

    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        const struct config_row *k = &keys[i];
        const struct config_value *v = &c->values[i];
        if (strcmp(section, k->section) != 0)
            fprintf(out, "%s[%s]\n", *section ? "\n" : "", k->section);
        section = k->section;
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
        config_kind_words(k, words, sizeof words);
        fprintf(out, "| `%s.%s` | %s%s%s | %s | %s |\n", k->section, k->name, *k->value ? "`" : "",
                k->value, *k->value ? "`" : "", words, k->help);
    }
}
