/* SPDX-License-Identifier: Apache-2.0 */
/* server/config.h -- the effective configuration: one table of keys, four places a value may come
 * from.
 *
 * Built-in default < config file < environment CLIMACAST_<SECTION>_<KEY> < --set. Every value is
 * judged where it is read; the first fault is told in one line that names origin, key, value and
 * what is allowed. Unchanging once loaded; reading is thread-safe. */
#ifndef CLIMACAST_SERVER_CONFIG_H
#define CLIMACAST_SERVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum config_key {
#define KEY(id, section, name, kind, value, least, most, choices, help) CONFIG_##id,
#include "server/config.def"
#undef KEY
    CONFIG_KEYS
};

struct config;

/* What the command line says about the configuration; arrays borrowed. */
struct config_sources {
    const char *file;        /* --config, NULL for none */
    const char *const *sets; /* each "section.key=value" */
    size_t set_count;
    const char *const *environment; /* "NAME=value" ..., NULL at the end; NULL: none is looked at */
};

/* Read and judge every value, then the rules between keys (config_validate). On ST_OK *ret_config is
 * the caller's. */
enum status config_load(const struct config_sources *sources, struct config **ret_config,
                        struct err *err);
void config_free(struct config *c);

/* An environment variable that has our prefix and names no section of ours: not used; "" when there
 * is none. */
const char *config_ignored_variable(const struct config *c);

/* Rules between keys that a daemon must keep: an empty alexa.skill_ids, alexa.verify = no on a
 * public address, a remote admin.listen, a missing certificate, HERE without a key. */
enum status config_validate(const struct config *c, struct err *err);

const char *config_text(const struct config *c, enum config_key key); /* never NULL */
int64_t config_int(const struct config *c, enum config_key key);
bool config_bool(const struct config *c, enum config_key key);
/* A list's words, NULL at the end; never NULL. */
const char *const *config_list(const struct config *c, enum config_key key);
bool config_is(const struct config *c, enum config_key key, const char *choice);
/* Instant of an INSTANT key; false when empty. */
bool config_instant(const struct config *c, enum config_key key, int64_t *ret_t);

/* The time for weather questions: weather.now when it is set, else the present. Epoch seconds. */
int64_t config_weather_now(const struct config *c);

/* All keys with value and origin, secrets masked, as INI with comments. */
void config_print(const struct config *c, FILE *out);
/* The table for README: | key | default | allowed | meaning |. */
void config_print_table(FILE *out);

#endif
