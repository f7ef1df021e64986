/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/envelope.c -- any bytes as a request body: rejected with a reason, or a valid
 * envelope. */
#include <stdlib.h>
#include <string.h>

#include "intents/alexa/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static void check(const struct envelope *e)
{
    static const char *const slots[] = { "metric", "location", "zipcode", "when_any", "day" };
    struct arena *arena = arena_create(1 << 16);

    must(e->request_type.n > 0 && e->request_id.n > 0 && e->timestamp.n > 0);
    must(e->application_id.n > 0);
    must(!str_eqz(e->request_type, "IntentRequest") || e->intent_name.n > 0);
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        struct str slot = envelope_slot(e, arena, slots[i]);
        must(slot.n <= ENVELOPE_SLOT_MAX && str_is_utf8(slot));
        must(str_trim(slot).n == slot.n);
    }
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = { (const char *)data, size };
    struct envelope e;
    struct err err = ERR_NONE;
    struct arena *arena = arena_create(4 << 20);
    enum status st = envelope_parse(body, arena, &e, &err);

    if (st == ST_OK) {
        check(&e);
    } else {
        must(st == ST_INVALID);
        must(!strcmp(err.reason, "body_not_json") || !strcmp(err.reason, "envelope_invalid"));
    }
    arena_free(arena);
    return 0;
}
