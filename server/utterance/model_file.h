/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/model_file.h -- finds the interaction model that comes with this program.
 * Thread-safe. */
#ifndef CLIMACAST_SERVER_UTTERANCE_MODEL_FILE_H
#define CLIMACAST_SERVER_UTTERANCE_MODEL_FILE_H

#include <stdbool.h>

enum { MODEL_PATH_BYTES = 4096 };

/* Write the path of the model in the source tree where the program was built, or below the prefix
 * where it is installed. Returns false when there is none. */
bool model_file_find(char out[MODEL_PATH_BYTES]);

#endif
