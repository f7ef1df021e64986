// SPDX-License-Identifier: Apache-2.0
// server/admin/console.js -- the script of the test console: shows only the slots of the selected intent, speaks the response,
// and draws the screen, which answers touches.  The page works without it.

const byId = id => document.getElementById(id);

// ---- the slots of the selected intent

const intent = byId('intent');
const showSlots = () => {
    const slots = intent.selectedOptions[0].dataset.slots.split(' ');
    for (const box of document.querySelectorAll('[data-slot]')) box.hidden = !slots.includes(box.dataset.slot);
    byId('noslots').hidden = slots[0] !== '';
};
intent.addEventListener('change', showSlots);
showSlots();

// ---- speech

const speech = byId('speech');
if (speech && 'speechSynthesis' in window) {
    const percent = (name, otherwise) => {
        const found = new RegExp(name + '="([+-]?[0-9]+)%"').exec(speech.dataset.ssml);
        return found ? Number(found[1]) : otherwise;
    };
    const speak = byId('speak'), hush = byId('hush');
    speak.hidden = hush.hidden = false;
    speak.addEventListener('click', () => {
        const words = new SpeechSynthesisUtterance(speech.textContent);
        words.lang = 'en-US';
        words.rate = percent('rate', 100) / 100;
        words.pitch = 1 + percent('pitch', 0) / 100;
        speechSynthesis.cancel();
        speechSynthesis.speak(words);
    });
    hush.addEventListener('click', () => speechSynthesis.cancel());
}

// ---- the screen

const shown = byId('screen');
if (shown) {
    const { width, height, round, directives } = shown.dataset;
    const theme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
    shown.textContent = '';
    for (const directive of JSON.parse(directives)) {
        const picture = document.createElement('div');
        picture.innerHTML = aplSvg(directive, { width: Number(width), height: Number(height), round: round === 'yes', theme });
        aplStyle(picture);
        shown.append(picture);
    }
    const touch = event => {
        const at = event.target.closest('.touch'), form = byId('touch');
        if (!at || (event.type === 'keydown' && event.key !== 'Enter')) return;
        form.elements.arguments.value = at.dataset.arguments;
        form.submit();
    };
    shown.addEventListener('click', touch);
    shown.addEventListener('keydown', touch);
}
