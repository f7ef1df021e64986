// SPDX-License-Identifier: Apache-2.0
// tests/browser/checks.js -- checks of a page in the browser: errors, layout, contrast, accessibility.
'use strict';

// A page that records console messages, script errors, failed requests and dialogs; policy violations appear as
// console messages.
async function watched(browser, options, before) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.complaints = [];
    page.dialogs = 0;
    page.on('console', message => page.complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', error => page.complaints.push(`script error: ${error.message}`));
    page.on('dialog', dialog => { page.dialogs++; dialog.dismiss(); });
    page.on('requestfailed', request => page.complaints.push(`failed: ${request.url()}`));
    if (before) await page.addInitScript(before);
    return page;
}

// How many pixels the page scrolls sideways, and the elements that stick out.
const overflow = page => page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const culprits = [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, .hide, pre, svg, datalist') &&
        e.getBoundingClientRect().right > wide + 0.5);
    return { by: document.documentElement.scrollWidth - wide, culprits: culprits.map(e => e.outerHTML.slice(0, 80)) };
});

// Texts that cannot be read as a whole: cut off by their element, or over another text of the same chart.
const unreadable = page => page.evaluate(() => {
    const cut = [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, .hide, pre, svg, datalist, select') &&
        getComputedStyle(e).overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1).map(e => 'cut off: ' + e.textContent.slice(0, 80));
    for (const e of document.querySelectorAll('input[type=text]')) { // a placeholder that is too wide
        const shown = document.createElement('canvas').getContext('2d');
        shown.font = getComputedStyle(e).font;
        const room = e.clientWidth - 2 * parseFloat(getComputedStyle(e).paddingLeft);
        if (e.getClientRects().length && shown.measureText(e.placeholder).width > room) cut.push('cut off: ' + e.placeholder);
    }
    for (const plot of document.querySelectorAll('.plot')) {
        const boxes = [...plot.querySelectorAll('text, .y span')].map(e => ({ e, box: e.getBoundingClientRect() }));
        boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
            if (a.box.width && b.box.width && a.box.left < b.box.right + 2 && b.box.left < a.box.right + 2 &&
                a.box.top < b.box.bottom && b.box.top < a.box.bottom)
                cut.push(`overlap: ${a.e.textContent} and ${b.e.textContent}`);
        }));
    }
    return cut;
});

// Elements whose text has a WCAG 2 contrast ratio below `min`.
const faint = (page, min) => page.evaluate(min => {
    const numbers = color => (color.match(/[\d.]+/g) || []).map(Number);
    const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const background = e => {
        for (; e; e = e.parentElement) {
            const color = numbers(getComputedStyle(e).backgroundColor);
            if (color.length === 3 || color[3] === 1) return color;
        }
        return [255, 255, 255];
    };
    const bad = [];
    for (const e of document.querySelectorAll('body *')) {
        const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!own || e.closest('svg, script, option, .hide') || e.hidden || !e.getClientRects().length) continue;
        const [a, b] = [luminance(numbers(getComputedStyle(e).color)), luminance(background(e))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < min) bad.push(`${ratio.toFixed(2)} ${e.outerHTML.slice(0, 60)}`);
    }
    return bad;
}, min);

// Problems for users of screen readers.
const unnamed = page => page.evaluate(() => {
    const missing = [];
    if (document.querySelectorAll('h1').length !== 1) missing.push('there must be exactly one h1');
    if (document.documentElement.lang !== 'en') missing.push('no lang attribute');
    let last = 1;
    for (const h of document.querySelectorAll('h1, h2, h3')) {
        const level = Number(h.tagName[1]);
        if (level > last + 1) missing.push(`skipped heading level before ${h.textContent}`);
        last = level;
    }
    for (const svg of document.querySelectorAll('svg')) {
        const named = svg.querySelector('title') && svg.querySelector('desc');
        if (['img', 'group'].includes(svg.getAttribute('role')) ? !named : svg.getAttribute('aria-hidden') !== 'true')
            missing.push('image without a text alternative: ' + svg.outerHTML.slice(0, 80));
    }
    for (const field of document.querySelectorAll('input:not([type=hidden]), select'))
        if (!field.labels.length) missing.push('field without a label: ' + field.name);
    for (const id of [...document.querySelectorAll('[id]')].map(e => e.id))
        if (document.querySelectorAll(`[id="${CSS.escape(id)}"]`).length > 1) missing.push('duplicate id: ' + id);
    for (const table of document.querySelectorAll('table'))
        if (!table.querySelector('th[scope=col]')) missing.push('table without column headings');
    return missing;
});

module.exports = { watched, overflow, unreadable, faint, unnamed };
