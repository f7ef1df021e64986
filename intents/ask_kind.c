/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask_kind.c -- what the skill asks, by table. */
#include "intents/ask_kind.h"

static const struct {
    const char *name, *slot, *question;
} kinds[ASK_KINDS] = {
    [ASK_NOTHING] = { "", NULL, "" },
#define ASK(kind, name, slot, question) [ASK_##kind] = { name, slot, question },
#include "intents/ask_kinds.def"
#undef ASK
};

static const struct {
    const char *reason;
    enum ask_kind kind;
} asked[] = {
#define ASKED(reason, kind) { reason, ASK_##kind },
#include "intents/asked.def"
#undef ASKED
};

enum ask_kind ask_kind_of_reason(const char *reason)
{
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        if (strcmp(asked[i].reason, reason) == 0)
            return asked[i].kind;
    return ASK_NOTHING;
}

enum ask_kind ask_kind_find(struct str name)
{
    for (int i = ASK_NOTHING + 1; i < ASK_KINDS; i++)
        if (str_eqz(name, kinds[i].name))
            return (enum ask_kind)i;
    return ASK_NOTHING;
}

const char *ask_kind_name(enum ask_kind kind)
{
    return kinds[kind].name;
}

const char *ask_kind_question(enum ask_kind kind)
{
    return kinds[kind].question;
}

const char *ask_kind_slot(enum ask_kind kind)
{
    return kinds[kind].slot;
}
