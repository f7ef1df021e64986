/* SPDX-License-Identifier: Apache-2.0 */
/* intents/closing.c -- one of a few questions, chosen by the answer. */
#include "intents/closing.h"

#include "server/base/digest.h"

const char *closing_question(struct str answer)
{
    static const char *const questions[] = {
        "Anything else?",
        "What else?",
        "Anything else you'd like to know?",
        "What else would you like to know?",
    };

    return questions[digest_crc32(answer) % (sizeof questions / sizeof questions[0])];
}
