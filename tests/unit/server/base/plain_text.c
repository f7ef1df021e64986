/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/plain_text.c -- the first byte that needs attention, wherever it is. */
#include "server/base/plain_text.h"

#include "tests/test.h"

enum { LENGTH = 70 };

TEST(each_byte_that_is_not_plain_is_found_at_each_position)
{
    char text[LENGTH];

    for (int byte = 0; byte < 256; byte++) {
        bool plain = byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
        for (size_t at = 0; at < LENGTH; at++) {
            memset(text, 'a', LENGTH);
            text[at] = (char)byte;
            CHECK_ROW(byte, plain_text_has(text[at]) == plain);
            CHECK_ROW(byte, plain_text_end(text, text + LENGTH) == text + (plain ? LENGTH : at));
            /* What follows does not count. */
            CHECK_ROW(byte, plain_text_end(text, text + at) == text + at);
        }
    }
}

TEST(of_two_bytes_the_first_is_found)
{
    static const char bytes[] = { 0, 0x1f, '"', '\\', 0x7f, '\x80', '\xff', 0x20, '!', '#', '[' };
    char text[LENGTH];

    for (size_t a = 0; a < sizeof bytes; a++)
        for (size_t b = 0; b < sizeof bytes; b++)
            for (size_t at = 0; at + 1 < LENGTH; at++) {
                const char *want = text + LENGTH;
                memset(text, '~', LENGTH);
                text[at] = bytes[a];
                text[at + 1] = bytes[b];
                if (!plain_text_has(bytes[a]) || !plain_text_has(bytes[b]))
                    want = text + at + plain_text_has(bytes[a]);
                CHECK_ROW(at, plain_text_end(text, text + LENGTH) == want);
            }
}

TESTS(each_byte_that_is_not_plain_is_found_at_each_position, of_two_bytes_the_first_is_found)
