/* SPDX-License-Identifier: Apache-2.0 */
/* server/config_kind.h -- the kinds of configuration value: what each allows, and the judge of one
 * text.
 *
 * config.c's own ground; nobody else includes it. */
#ifndef CLIMACAST_SERVER_CONFIG_KIND_H
#define CLIMACAST_SERVER_CONFIG_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

enum config_kind {
    K_TEXT,
    K_SECRET,
    K_REDIS, /* a URL that may hold a password: a secret too */
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

enum { CONFIG_VALUE_MAX = 4000 };

/* A row of config.def. */
struct config_row {
    const char *section, *name;
    enum config_kind kind;
    const char *value; /* the default */
    int64_t least, most;
    const char *choices;
    const char *help;
};

struct config_value {
    char *text;
    char *origin; /* "default", "/etc/x.conf:12", "environment X", "--set" */
    int64_t number;
    bool flag;
    char **list; /* NULL at the end */
};

bool config_kind_is_secret(enum config_kind kind);
/* What the row allows, in words that follow "must be". */
void config_kind_words(const struct config_row *row, char *out, size_t room);
/* Judge `text` and fill what was read from it (number, flag, list); false: not allowed, nothing to
 * free. */
bool config_kind_judge(const struct config_row *row, const char *text, struct config_value *ret);
void config_value_clear(struct config_value *v);
char *config_copy(struct str s); /* malloc'd, NULL without memory */

#endif
