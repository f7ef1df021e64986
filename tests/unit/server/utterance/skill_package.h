/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/utterance/skill_package.h -- loads the interaction model of
 * deploy/skill-package. */
#ifndef CLIMACAST_TESTS_SKILL_PACKAGE_H
#define CLIMACAST_TESTS_SKILL_PACKAGE_H

#include <jansson.h>
#include <stdlib.h>

#include "server/base/json.h"
#include "server/utterance/model.h"
#include "tests/test.h"

#define PACKAGE "deploy/skill-package/"
#define PACKAGE_MODEL "interactionModels/custom/en-US.json"

static struct model *model;

static const char *in_package(const char *name)
{
    static char path[600];
    const char *top = getenv("TEST_TOP");

    snprintf(path, sizeof path, "%s/" PACKAGE "%s", top ? top : ".", name);
    return path;
}

static int load_model(void)
{
    struct err err = ERR_NONE;

    if (model_load(in_package(PACKAGE_MODEL), &model, &err) == ST_OK)
        return 0;
    fprintf(stderr, "%s\n", err.text);
    return 1;
}

static const struct model_intent *find_intent(const char *name)
{
    for (size_t i = 0; i < model->intent_count; i++)
        if (str_eqz(model->intents[i].name, name))
            return &model->intents[i];
    return NULL;
}

static inline bool has_slot(const struct model_intent *intent, const char *name)
{
    for (size_t i = 0; i < intent->slot_count; i++)
        if (str_eqz(intent->slots[i].name, name))
            return true;
    return false;
}

#endif
