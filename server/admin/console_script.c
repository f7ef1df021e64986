/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/console_script.c -- the script of the test console: the files apl_svg.js and
 * console.js, one after the other. */
#include "server/admin/console_page.h"

/* clang-format off */
__asm__(".pushsection .rodata\n"
        ".global console_script\n"
        ".hidden console_script\n"
        "console_script:\n"
        ".incbin \"server/admin/apl_svg.js\"\n"
        ".incbin \"server/admin/console.js\"\n"
        ".byte 0\n"
        ".popsection\n");
/* clang-format on */
