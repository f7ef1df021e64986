/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/line_editor.h -- reads lines from a terminal with editing and history, by libedit.
 *
 * libedit is loaded at run time, since only a conversation on a terminal needs it; the package
 * recommends it. It is preferred to GNU readline, which has the same functions, because programs
 * that use readline come under the GPL; libedit's license is BSD. Debian 12 and 13 have it under
 * the same file name. One editor per process: libedit keeps the terminal's state itself. */
#ifndef CLIMACAST_SERVER_TOOL_LINE_EDITOR_H
#define CLIMACAST_SERVER_TOOL_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

struct line_editor;

/* NULL when libedit is not installed. */
struct line_editor *line_editor_open(void);
void line_editor_close(struct line_editor *e); /* NULL is allowed */

/* Reads the next line into `out`, without its end, and remembers it for the arrow keys; false at
 * the end of input. A longer line is cut. */
bool line_editor_read(struct line_editor *e, const char *prompt, char *out, size_t size);

#endif
