/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/console_script.c -- the JavaScript of the test console: shows only the slots of the
 * selected intent, and speaks the response. The page works without it. */
#include "server/admin/console_page.h"

/* clang-format off */
const char console_script[] =
    "'use strict';\n"
    "const intent = document.getElementById('intent');\n"
    "const showSlots = () => {\n"
    "  const slots = intent.selectedOptions[0].dataset.slots.split(' ');\n"
    "  for (const box of document.querySelectorAll('[data-slot]'))\n"
    "    box.hidden = !slots.includes(box.dataset.slot);\n"
    "  document.getElementById('noslots').hidden = slots[0] !== '';\n"
    "};\n"
    "intent.addEventListener('change', showSlots);\n"
    "showSlots();\n"
    "const speech = document.getElementById('speech');\n"
    "if (speech && 'speechSynthesis' in window) {\n"
    "  const percent = (name, otherwise) => {\n"
    "    const found = new RegExp(name + '=\"([+-]?[0-9]+)%\"').exec(speech.dataset.ssml);\n"
    "    return found ? Number(found[1]) : otherwise;\n"
    "  };\n"
    "  const speak = document.getElementById('speak'), hush = document.getElementById('hush');\n"
    "  speak.hidden = hush.hidden = false;\n"
    "  speak.addEventListener('click', () => {\n"
    "    const words = new SpeechSynthesisUtterance(speech.textContent);\n"
    "    words.lang = 'en-US';\n"
    "    words.rate = percent('rate', 100) / 100;\n"
    "    words.pitch = 1 + percent('pitch', 0) / 100;\n"
    "    speechSynthesis.cancel();\n"
    "    speechSynthesis.speak(words);\n"
    "  });\n"
    "  hush.addEventListener('click', () => speechSynthesis.cancel());\n"
    "}\n";
/* clang-format on */
