/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/marks.h -- control characters that the passes of normalize.c leave for each other.
 *
 * typography.c removes them from the input, and the last pass from the output. normalize.def writes
 * them as \x1D and \x1F. */
#ifndef CLIMACAST_INTENTS_SPEECH_MARKS_H
#define CLIMACAST_INTENTS_SPEECH_MARKS_H

enum {
    MARK_ADDRESS = 0x1D,  /* stands for a web address */
    MARK_SENTENCE = 0x1F, /* the next word begins a sentence, whatever comes before */
};

#endif
