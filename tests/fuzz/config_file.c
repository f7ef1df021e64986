/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/config_file.c -- any bytes as configuration: an error that says where, or values that
 * their rows allow; and what is printed loads as the same again.
 *
 * Input: lines "--set WORD" and "CLIMACAST_..." go to those two sources, all others to the file. */
#include <errno.h>

#include "server/config/config.h"
#include "server/config/config_kind.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"

enum { SETS_MAX = 8, PRINTED_MAX = 1 << 20, LINE_MAX_BYTES = 198 };

static const struct config_row rows[CONFIG_KEYS] = {
#define KEY(id, section, name, kind, value, min, max, choices, help) \
    { section, name, CONFIG_KIND_##kind, value, min, max, choices, help },
#include "server/config/config.def"
#undef KEY
};

/* The input, sorted into its sources. */
struct sources {
    struct buf file, words; /* the words end in NUL */
    size_t set_at[SETS_MAX], variable_at[SETS_MAX];
    size_t sets, variables;
};

static void put_word(struct sources *s, struct str word, size_t *at, size_t *count)
{
    if (*count == SETS_MAX || memchr(word.p, '\0', word.n))
        return;
    at[(*count)++] = s->words.n;
    buf_put(&s->words, word);
    buf_putc(&s->words, '\0');
}

static void sort_input(struct sources *s, struct str input)
{
    struct str line;

    while (str_split(&input, '\n', &line)) {
        if (str_starts(line, STR("--set "))) {
            put_word(s, str_sub(line, 6, line.n), s->set_at, &s->sets);
        } else if (str_starts(line, STR("CLIMACAST_"))) {
            put_word(s, line, s->variable_at, &s->variables);
        } else {
            buf_put(&s->file, line);
            buf_putc(&s->file, '\n');
        }
    }
}

static enum status load(const struct sources *s, struct config **ret_config, struct err *err)
{
    const char *sets[SETS_MAX], *variables[SETS_MAX + 1] = { NULL };
    struct config_sources from = { .file = input_file(0, buf_str(&s->file)),
                                   .sets = sets,
                                   .set_count = s->sets,
                                   .environment = variables };

    for (size_t i = 0; i < s->sets; i++)
        sets[i] = s->words.p + s->set_at[i];
    for (size_t i = 0; i < s->variables; i++)
        variables[i] = s->words.p + s->variable_at[i];
    return config_load(&from, ret_config, err);
}

static bool is_choice(const char *choices, const char *word)
{
    struct str rest = str_of(choices), choice;

    while (str_word(&rest, &choice))
        if (str_eqz(choice, word))
            return true;
    return false;
}

static void check_list(const struct config *c, enum config_key key)
{
    const struct config_row *row = &rows[key];
    size_t count = 0;

    for (const char *const *at = config_list(c, key); *at; at++, count++)
        LAW(**at && (!*row->choices || is_choice(row->choices, *at)));
    LAW(count >= (size_t)row->min && count <= (size_t)row->max);
}

static void check_value(const struct config *c, enum config_key key)
{
    const struct config_row *row = &rows[key];
    const char *text = config_text(c, key);
    int64_t length = (int64_t)strlen(text);

    for (const char *p = text; *p; p++)
        LAW((unsigned char)*p >= ' ' && *p != 0x7f);
    if (row->kind == CONFIG_KIND_INT)
        LAW(config_int(c, key) >= row->min && config_int(c, key) <= row->max);
    else if (row->kind == CONFIG_KIND_BOOL)
        LAW(is_choice(config_bool(c, key) ? "yes true on 1" : "no false off 0", text));
    else if (row->kind == CONFIG_KIND_CHOICE)
        LAW(is_choice(row->choices, text));
    else if (config_kind_is_list(row->kind))
        check_list(c, key);
    else if (row->kind == CONFIG_KIND_TEXT || row->kind == CONFIG_KIND_SECRET ||
             row->kind == CONFIG_KIND_PATH)
        LAW(length >= row->min && length <= row->max);
    else if (row->max > 0)
        LAW(length <= row->max);
}

static bool is_masked(struct str line)
{
    struct str name = str_sub(line, 0, str_find(line, STR(" = ********  #")));

    for (size_t i = 0; i < CONFIG_KEYS; i++)
        if (config_kind_is_secret(rows[i].kind) && str_eqz(name, rows[i].name))
            return true;
    return false;
}

/* Can a line of a file give this value? --set, the environment and indented lines can give others:
 * blanks at an end, and what begins a comment. */
static bool fits_in_file(struct str line)
{
    struct str value;

    line = str_sub(line, 0, str_find(line, STR("  # ")));
    value = str_sub(line, str_index(line, '=') + 2, line.n);
    if (line.n >= LINE_MAX_BYTES || str_trim(value).n != value.n)
        return false;
    for (size_t i = 1; i < value.n; i++)
        if ((value.p[i] == '#' || value.p[i] == ';') && value.p[i - 1] == ' ')
            return false;
    return value.n == 0 || (value.p[0] != '#' && value.p[0] != ';');
}

/* The printed form without the lines whose value is masked. False: a file cannot hold it. */
static bool print_config(const struct config *c, struct buf *out)
{
    char *text = NULL;
    size_t n;
    FILE *to = open_memstream(&text, &n);
    struct str rest, line;
    bool fits = true;

    LAW(to);
    config_print(c, to);
    LAW(fclose(to) == 0);
    rest = (struct str){ text, n };
    while (str_split(&rest, '\n', &line)) {
        if (is_masked(line))
            continue;
        fits = fits && fits_in_file(line);
        buf_put(out, line);
        buf_putc(out, '\n');
    }
    free(text);
    return fits;
}

static void check_same(const struct config *a, const struct config *b, enum config_key key)
{
    const char *const *x = config_list(a, key), *const *y = config_list(b, key);

    if (config_kind_is_secret(rows[key].kind))
        return;
    if (!x)
        LAW(strcmp(config_text(a, key), config_text(b, key)) == 0);
    for (; x && *x; x++, y++)
        LAW(*y && strcmp(*x, *y) == 0);
    LAW(!x || !*y);
}

/* What is printed, but for the secrets, loads as the same again. */
static void check_printed(const struct config *c)
{
    struct sources again = { .file = BUF_INIT(PRINTED_MAX), .words = BUF_INIT(1) };
    struct config *copy = NULL;
    struct err err = ERR_NONE;

    if (print_config(c, &again.file)) {
        if (load(&again, &copy, &err) != ST_OK)
            fprintf(stderr, "%s\n%s", err.text, buf_z(&again.file));
        LAW(copy);
        for (size_t i = 0; i < CONFIG_KEYS; i++)
            check_same(c, copy, (enum config_key)i);
        config_free(copy);
    }
    buf_free(&again.file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sources s = { .file = BUF_INIT(1 << 20), .words = BUF_INIT(1 << 20) };
    struct config *c = NULL;
    struct err err = ERR_NONE;

    sort_input(&s, (struct str){ (const char *)data, size });
    if (load(&s, &c, &err) == ST_OK) {
        for (size_t i = 0; i < CONFIG_KEYS; i++)
            check_value(c, (enum config_key)i);
        (void)config_validate(c, &err);
        check_printed(c);
        config_free(c);
    } else {
        LAW(!c && err.status == ST_INVALID && err.text[0]);
        LAW(strstr(err.text, input_folder()) == err.text || strstr(err.text, "environment ") ||
            strstr(err.text, "--set"));
    }
    buf_free(&s.file);
    buf_free(&s.words);
    return 0;
}
