/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/model_file.h -- where the interaction model lies that comes with this program. */
#ifndef CLIMACAST_SERVER_UTTERANCE_MODEL_FILE_H
#define CLIMACAST_SERVER_UTTERANCE_MODEL_FILE_H

#include <stdbool.h>

enum { MODEL_PATH_BYTES = 4096 };

/* In the source tree it was built in, or below the prefix it is installed under; false: in
 * neither. */
bool model_file_find(char out[MODEL_PATH_BYTES]);

#endif
