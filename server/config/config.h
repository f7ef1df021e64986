/* SPDX-License-Identifier: Apache-2.0 */
/* server/config/config.h -- the effective configuration: one table of keys, values from four
 * sources.
 *
 * Built-in default < configuration file < environment CLIMACAST_<SECTION>_<KEY> < --set. Every
 * value is validated when it is read; the first error names origin, key, value and what is allowed.
 * Immutable once loaded, so reading is thread-safe. */
#ifndef CLIMACAST_SERVER_CONFIG_CONFIG_H
#define CLIMACAST_SERVER_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum config_key {
#define KEY(id, section, name, kind, value, min, max, choices, help) CONFIG_##id,
#include "server/config/config.def"
#undef KEY
    CONFIG_KEYS
};

struct config;

/* Where to read from; all borrowed. */
struct config_sources {
    const char *file;        /* --config; NULL for none */
    const char *const *sets; /* each "section.key=value" */
    size_t set_count;
    const char *const *environment; /* "NAME=value", NULL at the end; NULL to ignore it */
};

/* Read and validate every value on its own. ST_INVALID: `err` says which is wrong, and where. */
enum status config_load(const struct config_sources *sources, struct config **ret_config,
                        struct err *err);
void config_free(struct config *c); /* NULL is allowed */

/* Check the rules between keys that a daemon must keep: skill ids are set, alexa.verify = no only
 * on loopback addresses and unix sockets, admin.listen on loopback unless allowed, certificate and
 * key are set or server.tls = no is allowed, HERE has an API key. config_load() does not check
 * them: the tool works without a certificate. */
enum status config_validate(const struct config *c, struct err *err);

/* Sets ST_INVALID and the text "origin: section.key = "value": what". Returns ST_INVALID. */
enum status config_value_error(const struct config *c, enum config_key key, struct err *err,
                               const char *what);

/* An environment variable that has our prefix but names no section, and so has no effect; "" when
 * there is none. */
const char *config_ignored_variable(const struct config *c);

const char *config_text(const struct config *c, enum config_key key); /* as written; never NULL */
int64_t config_int(const struct config *c, enum config_key key);
bool config_bool(const struct config *c, enum config_key key);
/* The words of a list, NULL at the end; never NULL. */
const char *const *config_list(const struct config *c, enum config_key key);
/* Is that word of a CHOICE chosen? */
bool config_is(const struct config *c, enum config_key key, const char *choice);
/* The epoch seconds of an INSTANT; false when it is empty. */
bool config_instant(const struct config *c, enum config_key key, int64_t *ret_t);

/* The time for weather questions: weather.now when it is set, else the present. Epoch seconds. */
int64_t config_weather_now(const struct config *c);

/* Print all keys as an INI file: the value, and its origin as a comment. Secrets are masked. */
void config_print(const struct config *c, FILE *out);
/* Print all keys as a Markdown table: | key | default | allowed | meaning |. */
void config_print_table(FILE *out);

#endif
