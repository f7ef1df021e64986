/* SPDX-License-Identifier: Apache-2.0 */
/* server/config.c -- from text to judged values.
 *
 * A key is a row of config.def; a kind is a judge with the words for what it allows.  The INI
 * reader is inih, which cuts lines at 199 bytes without a word: our line source refuses such lines,
 * and counts, so that every value can name the line it came from.  A list may go on in an indented
 * line. */
#include "server/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/civil.h"

enum kind {
    K_TEXT,
    K_SECRET,
    K_PATH,
    K_URL,
    K_INT,
    K_BOOL,
    K_CHOICE,
    K_LIST,
    K_LISTEN,
    K_HTTP_PATH,
    K_HOST_PORT,
    K_INSTANT
};

struct key {
    const char *section, *name;
    enum kind kind;
    const char *value;
    int64_t least, most;
    const char *choices;
    bool later;
    const char *help;
};

static const struct key keys[CONFIG_KEYS] = {
#define KEY(id, section, name, kind, value, least, most, choices, later, help) \
    { section, name, K_##kind, value, least, most, choices, later, help },
#include "server/config.def"
#undef KEY
};

enum { LIST_MAX = 32, VALUE_MAX = 4000 };

struct value {
    char *text;
    char *origin; /* "default", "/etc/x.conf:12", "environment X", "--set" */
    int64_t number;
    bool flag;
    char **list; /* NULL at the end */
};

struct config {
    struct value values[CONFIG_KEYS];
    char ignored[200]; /* a variable of ours by its prefix, of no section we know */
};

/* ---- what a kind allows, in words ---------------------------------------------------------- */

static void allowed(const struct key *k, char *out, size_t n)
{
    switch (k->kind) {
    case K_INT:
        snprintf(out, n, "a whole number from %lld to %lld", (long long)k->least,
                 (long long)k->most);
        break;
    case K_BOOL:
        snprintf(out, n, "yes or no");
        break;
    case K_CHOICE:
        snprintf(out, n, "one of: %s", k->choices);
        break;
    case K_LIST:
        if (*k->choices)
            snprintf(out, n, "a comma list of: %s", k->choices);
        else
            snprintf(out, n, "a comma list of at most %lld words", (long long)k->most);
        break;
    case K_LISTEN:
        snprintf(out, n, "%s addr:port or [v6]:port with a numeric address%s",
                 k->most > 1 ? "a comma list of" : "one", k->least ? "" : ", or nothing");
        break;
    case K_URL:
        snprintf(out, n, "an http:// or https:// URL without query, fragment or slash at the end%s",
                 k->least ? "" : ", or nothing");
        break;
    case K_HTTP_PATH:
        snprintf(out, n, "a path that begins with / and has letters, digits, / . _ - only");
        break;
    case K_HOST_PORT:
        snprintf(out, n, "host:port, or nothing");
        break;
    case K_INSTANT:
        snprintf(out, n, "an ISO-8601 instant such as 2026-11-22T11:00:00Z, or nothing");
        break;
    case K_TEXT:
    case K_SECRET:
    case K_PATH:
        snprintf(out, n, "%lld to %lld printable characters", (long long)k->least,
                 (long long)k->most);
        break;
    }
}

/* ---- judging one value ----------------------------------------------------------------------- */

static bool printable(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return false;
    return true;
}

bool config_split_address(const char *text, char host[256], uint16_t *ret_port)
{
    const char *colon = strrchr(text, ':');
    int64_t port;
    if (!colon || !str_to_i64(str_of(colon + 1), &port) || port < 0 || port > 65535)
        return false;
    size_t n = (size_t)(colon - text);
    if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
        text++;
        n -= 2;
    } else if (memchr(text, ':', n))
        return false; /* v6 without brackets */
    if (n == 0 || n > 255)
        return false;
    memcpy(host, text, n);
    host[n] = '\0';
    *ret_port = (uint16_t)port;
    return true;
}

bool config_is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127;
    if (inet_pton(AF_INET6, host, &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6);
    return strcmp(host, "localhost") == 0;
}

static bool judge_listen(const char *text)
{
    char host[256];
    uint16_t port;
    unsigned char raw[sizeof(struct in6_addr)];
    return config_split_address(text, host, &port) &&
           (inet_pton(AF_INET, host, raw) == 1 || inet_pton(AF_INET6, host, raw) == 1);
}

static bool judge_host_port(const char *text)
{
    char host[256];
    uint16_t port;
    return config_split_address(text, host, &port) && port > 0 && !strpbrk(host, " /@?#\\");
}

static bool judge_url(const char *text)
{
    const char *rest = strncmp(text, "https://", 8) == 0  ? text + 8
                       : strncmp(text, "http://", 7) == 0 ? text + 7
                                                          : NULL;
    return rest && *rest && *rest != '/' && !strpbrk(rest, " ?#@\\\"<>") &&
           rest[strlen(rest) - 1] != '/';
}

static bool judge_http_path(const char *text)
{
    if (text[0] != '/' || strstr(text, "//") || strstr(text, "/."))
        return false;
    for (; *text; text++)
        if (!strchr("/._-", *text) && !(*text >= '0' && *text <= '9') &&
            !((*text | 0x20) >= 'a' && (*text | 0x20) <= 'z'))
            return false;
    return true;
}

static bool in_words(const char *words, const char *word)
{
    struct str rest = str_of(words), w;
    while (str_word(&rest, &w))
        if (str_eqz(w, word))
            return true;
    return false;
}

static bool judge_bool(const char *text, bool *ret)
{
    *ret = in_words("yes true on 1", text);
    return *ret || in_words("no false off 0", text);
}

static void list_free(char **list)
{
    if (!list)
        return;
    for (size_t i = 0; list[i]; i++)
        free(list[i]);
    free(list);
}

static char *copy(struct str s)
{
    char *z = malloc(s.n + 1);
    if (z) {
        memcpy(z, s.n ? s.p : "", s.n);
        z[s.n] = '\0';
    }
    return z;
}

/* Take a comma list apart; false when a word is empty, too many or not one of the choices. */
static bool judge_list(const struct key *k, const char *text, char ***ret_list)
{
    char **list = calloc(LIST_MAX + 1, sizeof *list);
    struct str rest = str_trim(str_of(text)), word;
    size_t n = 0;
    bool good = list != NULL;
    while (good && rest.n > 0 && str_split(&rest, ',', &word)) {
        word = str_trim(word);
        good = word.n > 0 && n < LIST_MAX && n < (size_t)k->most && (list[n] = copy(word)) != NULL;
        if (good && *k->choices)
            good = in_words(k->choices, list[n]);
        if (good && k->kind == K_LISTEN)
            good = judge_listen(list[n]);
        n += good;
    }
    if (good && n >= (size_t)k->least) {
        *ret_list = list;
        return true;
    }
    list_free(list);
    return false;
}

/* Judge `text` by its kind and fill what was read from it. */
static bool judge(const struct key *k, const char *text, struct value *v)
{
    int64_t length = (int64_t)strlen(text), t;
    if (!printable(text) || length > VALUE_MAX)
        return false;
    switch (k->kind) {
    case K_INT:
        return str_to_i64(str_of(text), &v->number) && v->number >= k->least &&
               v->number <= k->most;
    case K_BOOL:
        return judge_bool(text, &v->flag);
    case K_CHOICE:
        return in_words(k->choices, text);
    case K_LIST:
    case K_LISTEN:
        return judge_list(k, text, &v->list);
    case K_URL:
        return (length == 0 && k->least == 0) || (length <= k->most && judge_url(text));
    case K_HTTP_PATH:
        return length <= k->most && judge_http_path(text);
    case K_HOST_PORT:
        return length == 0 || (length <= k->most && judge_host_port(text));
    case K_INSTANT:
        if (length > 0 && !time_parse_rfc3339(str_of(text), &t))
            return false;
        v->number = length > 0 ? t : 0;
        return true;
    case K_TEXT:
    case K_SECRET:
    case K_PATH:
        return length >= k->least && length <= k->most;
    }
    return false;
}

static void value_clear(struct value *v)
{
    free(v->text);
    free(v->origin);
    list_free(v->list);
    *v = (struct value){ 0 };
}

static enum status set(struct config *c, size_t i, const char *text, const char *origin,
                       struct err *err)
{
    const struct key *k = &keys[i];
    struct value v = { 0 };
    bool good = judge(k, text, &v);
    if (!good || (k->later && strcmp(text, k->value) != 0)) {
        char words[200];
        if (good)
            snprintf(words, sizeof words, "left out: its feature is not in this version");
        else
            allowed(k, words, sizeof words);
        list_free(v.list);
        return err_set(err, ST_INVALID, "%s: %s.%s = \"%.200s\": must be %s", origin, k->section,
                       k->name, k->kind == K_SECRET ? "********" : text, words);
    }
    v.text = copy(str_of(text));
    v.origin = copy(str_of(origin));
    if (!v.text || !v.origin) {
        value_clear(&v);
        return err_set(err, ST_SYSTEM, "out of memory");
    }
    value_clear(&c->values[i]);
    c->values[i] = v;
    return ST_OK;
}

/* ---- finding the key ----------------------------------------------------------------------------
 */

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
    if (!section_known(section))
        return err_set(err, ST_INVALID, "%s: unknown section [%.*s]", origin, STR_ARG(section));
    return err_set(err, ST_INVALID, "%s: unknown key %.*s.%.*s", origin, STR_ARG(section),
                   STR_ARG(name));
}

/* ---- the four sources
 * ----------------------------------------------------------------------------- */

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

/* inih's line source. */
static char *file_line(char *out, int room, void *data)
{
    struct file_source *f = data;
    char line[VALUE_MAX];
    if (f->st != ST_OK || !fgets(line, sizeof line, f->stream))
        return NULL;
    f->line++;
    f->indented = line[0] == ' ' || line[0] == '\t';
    bool whole = strlen(line) + 1 < sizeof line;
    cut_comment(line);
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
    char origin[1200], joined[VALUE_MAX + 1];
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
        return err_set(err, ST_INVALID, "%s: cannot be read: %s", path, strerror(errno));
    int bad_line = ini_parse_stream(file_line, &f, file_value, &f);
    if (f.st == ST_OK && ferror(f.stream))
        f.st = err_set(err, ST_INVALID, "%s: cannot be read: %s", path, strerror(errno));
    if (f.st == ST_OK && bad_line != 0)
        f.st =
            err_set(err, ST_INVALID, "%s:%d: neither a [section] nor key = value", path, bad_line);
    fclose(f.stream);
    return f.st;
}

/* CLIMACAST_SERVER_MAX_CONNECTIONS: the section is what stands before the first underscore.  The
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
    enum status st = c ? ST_OK : err_set(err, ST_SYSTEM, "out of memory");
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
        value_clear(&c->values[i]);
    free(c);
}

/* ---- rules between keys
 * ------------------------------------------------------------------------------ */

static bool all_loopback(const struct config *c, enum config_key key)
{
    char host[256];
    uint16_t port;
    for (const char *const *at = config_list(c, key); *at; at++)
        if (!config_split_address(*at, host, &port) || !config_is_loopback(host))
            return false;
    return true;
}

static enum status fault(const struct config *c, enum config_key key, struct err *err,
                         const char *what)
{
    return err_set(err, ST_INVALID, "%s: %s.%s = \"%.200s\": %s", c->values[key].origin,
                   keys[key].section, keys[key].name, c->values[key].text, what);
}

enum status config_judge(const struct config *c, struct err *err)
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

/* ---- reading
 * ------------------------------------------------------------------------------------------- */

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

const char *config_ignored(const struct config *c)
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

/* ---- printing
 * --------------------------------------------------------------------------------------------- */

void config_print(const struct config *c, FILE *out)
{
    const char *section = "";
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        const struct key *k = &keys[i];
        const struct value *v = &c->values[i];
        if (k->later)
            continue;
        if (strcmp(section, k->section) != 0)
            fprintf(out, "%s[%s]\n", *section ? "\n" : "", k->section);
        section = k->section;
        fprintf(out, "%s = %s  # %s\n", k->name,
                k->kind == K_SECRET && *v->text ? "********" : v->text, v->origin);
    }
}

void config_print_table(FILE *out)
{
    fprintf(out, "| key | default | allowed | meaning |\n|---|---|---|---|\n");
    for (size_t i = 0; i < CONFIG_KEYS; i++) {
        const struct key *k = &keys[i];
        char words[200];
        if (k->later)
            continue;
        allowed(k, words, sizeof words);
        fprintf(out, "| `%s.%s` | %s%s%s | %s | %s |\n", k->section, k->name, *k->value ? "`" : "",
                k->value, *k->value ? "`" : "", words, k->help);
    }
}
