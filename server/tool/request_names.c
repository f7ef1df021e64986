/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/request_names.c -- names from the skill's own table of intents. */
#include "server/tool/request_names.h"

#include <stdio.h>
#include <string.h>

#include "intents/dispatch.h"
#include "server/base/nearest.h"
#include "server/utterance/envelope_build.h"

/* Request types that are not in the skill's table: it acknowledges them. */
static const char *const other_types[] = {
    "AlexaSkillEvent.SkillEnabled",
    "AlexaSkillEvent.SkillPermissionAccepted",
    "AlexaSkillEvent.SkillPermissionChanged",
    "AlexaSkillEvent.SkillAccountLinked",
};
enum { OTHER_TYPES = sizeof other_types / sizeof other_types[0] };

/* The intent or request type in the skill's table; NULL when there is none. */
static const struct intent *find_name(const char *name)
{
    const struct intent *intent;

    for (size_t i = 0; (intent = dispatch_intent_at(i)); i++)
        if (strcmp(intent->name, name) == 0)
            return intent;
    return NULL;
}

static struct nearest nearest_request(const char *word)
{
    struct nearest near = nearest_to(str_of(word));
    const struct intent *intent;

    for (size_t i = 0; (intent = dispatch_intent_at(i)); i++)
        nearest_offer(&near, str_of(intent->name));
    for (size_t i = 0; i < OTHER_TYPES; i++)
        nearest_offer(&near, str_of(other_types[i]));
    return near;
}

static enum status check_name(const char *name, struct err *err)
{
    struct nearest near;

    for (size_t i = 0; i < OTHER_TYPES; i++)
        if (strcmp(other_types[i], name) == 0)
            return ST_OK;
    if (find_name(name))
        return ST_OK;
    near = nearest_request(name);
    if (envelope_is_request_type(name) && near.name.n == 0)
        return ST_OK;
    return err_set(err, ST_INVALID, "unknown %s %s%s",
                   envelope_is_request_type(name) ? "request type" : "intent", name,
                   nearest_hint(&near));
}

/* "metric, location, zipcode", cut where it does not fit. */
static void list_slots(const struct intent *intent, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (const char *const *slot = intent->slots; slot && *slot && used < size; slot++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", *slot);
}

static enum status check_slot(const struct intent *intent, struct str slot, struct err *err)
{
    struct nearest near = nearest_to(slot);
    char all[200];

    for (const char *const *name = intent->slots; name && *name; name++) {
        if (str_eqz(slot, *name))
            return ST_OK;
        nearest_offer(&near, str_of(*name));
    }
    if (!intent->slots)
        return err_set(err, ST_INVALID, "%s has no slots", intent->name);
    if (near.name.n > 0)
        return err_set(err, ST_INVALID, "%s has no slot %.*s%s", intent->name, STR_ARG(slot),
                       nearest_hint(&near));
    list_slots(intent, all, sizeof all);
    return err_set(err, ST_INVALID, "%s has no slot %.*s (it has %s)", intent->name, STR_ARG(slot),
                   all);
}

enum status request_names_check(const struct args *args, struct err *err)
{
    const struct intent *intent = find_name(args->words[0]);
    enum status st = check_name(args->words[0], err);

    for (size_t i = 1; i < args->count && st == ST_OK && intent && !intent->is_request; i++) {
        const char *word = args->words[i];
        st = check_slot(intent, (struct str){ word, strcspn(word, "=") }, err);
    }
    return st;
}

void request_names_print(void)
{
    const struct intent *intent;

    for (size_t i = 0; (intent = dispatch_intent_at(i)); i++)
        printf("%s\n", intent->name);
    for (size_t i = 0; i < OTHER_TYPES; i++)
        printf("%s\n", other_types[i]);
}

enum status request_names_print_slots(const char *name, struct err *err)
{
    const struct intent *intent = find_name(name);

    if (!intent)
        return check_name(name, err);
    for (const char *const *slot = intent->slots; slot && *slot; slot++)
        printf("%s\n", *slot);
    return ST_OK;
}
