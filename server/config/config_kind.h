/* SPDX-License-Identifier: Apache-2.0 */
/* server/config/config_kind.h -- the kinds of configuration values: what each allows, and its
 * parser.
 *
 * Private to config.c. */
#ifndef CLIMACAST_SERVER_CONFIG_CONFIG_KIND_H
#define CLIMACAST_SERVER_CONFIG_CONFIG_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

enum config_kind {
    CONFIG_KIND_TEXT,
    CONFIG_KIND_SECRET,
    CONFIG_KIND_REDIS, /* a URL that may contain a password, so also a secret */
    CONFIG_KIND_PATH,
    CONFIG_KIND_URL,
    CONFIG_KIND_INT,
    CONFIG_KIND_BOOL,
    CONFIG_KIND_CHOICE,
    CONFIG_KIND_LIST,
    CONFIG_KIND_LISTEN,  /* a list of addr:port */
    CONFIG_KIND_SOCKETS, /* a list of addr:port and unix:/path */
    CONFIG_KIND_RANGES,  /* a list of IP addresses and ranges of them */
    CONFIG_KIND_HTTP_PATH,
    CONFIG_KIND_HOST_PORT,
    CONFIG_KIND_INSTANT,
    CONFIG_KIND_ZONE
};

enum { CONFIG_KIND_VALUE_MAX = 4000 };

/* A row of config.def. */
struct config_row {
    const char *section, *name;
    enum config_kind kind;
    const char *value; /* the default */
    int64_t min, max;
    const char *choices;
    const char *help;
};

/* A value as written, and what was parsed from it. Owns its strings. */
struct config_value {
    char *text;
    char *origin;   /* "default", "/etc/x.conf:12", "environment X", "--set" */
    int64_t number; /* INT; INSTANT as epoch seconds, 0 when empty */
    bool flag;      /* BOOL */
    char **list;    /* LIST, LISTEN, SOCKETS, RANGES: NULL at the end */
};

bool config_kind_is_secret(enum config_kind kind);
/* Is the value a list, which may be continued on further lines? */
bool config_kind_is_list(enum config_kind kind);
/* Write what the row allows, as words that follow "must be". */
void config_kind_describe(const struct config_row *row, char *out, size_t size);
/* Parse `text` into number, flag or list of *ret_value. Returns false when the row does not allow
 * it, or when there is no memory; *ret_value then owns nothing new. */
bool config_kind_parse(const struct config_row *row, const char *text,
                       struct config_value *ret_value);
/* Free what the value owns, and zero it. */
void config_kind_clear(struct config_value *value);
/* A copy to free(); NULL when there is no memory. */
char *config_kind_copy(struct str s);

#endif
