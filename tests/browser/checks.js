// SPDX-License-Identifier: Apache-2.0
// tests/browser/checks.js -- a page in the browser, watched: what it complains about, and what a reader would.
'use strict';

// A page that tells of every violation of its policy, fault of its script and line of its console.
async function watched(browser, options, before) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.complaints = [];
    page.dialogs = 0;
    page.on('console', message => page.complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', error => page.complaints.push(`fault: ${error.message}`));
    page.on('dialog', dialog => { page.dialogs++; dialog.dismiss(); });
    page.on('requestfailed', request => page.complaints.push(`failed: ${request.url()}`));
    if (before) await page.addInitScript(before);
    return page;
}

// How far the page can be scrolled sideways, and what is to blame.
const overflow = page => page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const reach = [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, .hide, pre, svg, datalist') &&
        e.getBoundingClientRect().right > wide + 0.5);
    return { by: document.documentElement.scrollWidth - wide, blame: reach.map(e => e.outerHTML.slice(0, 80)) };
});

// Contrast of text against what it stands on, as WCAG 2 reckons it; the elements below `least`.
const faint = (page, least) => page.evaluate(least => {
    const numbers = colour => (colour.match(/[\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = e => {
        for (; e; e = e.parentElement) {
            const colour = numbers(getComputedStyle(e).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const bad = [];
    for (const e of document.querySelectorAll('body *')) {
        const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!own || e.closest('svg, script, option, .hide') || e.hidden || !e.getClientRects().length) continue;
        const [a, b] = [light(numbers(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < least) bad.push(`${ratio.toFixed(2)} ${e.outerHTML.slice(0, 60)}`);
    }
    return bad;
}, least);

// What somebody who does not see the page would miss.
const unnamed = page => page.evaluate(() => {
    const missing = [];
    if (document.querySelectorAll('h1').length !== 1) missing.push('there must be one h1');
    if (document.documentElement.lang !== 'en') missing.push('no language');
    let last = 1;
    for (const h of document.querySelectorAll('h1, h2, h3')) {
        const level = Number(h.tagName[1]);
        if (level > last + 1) missing.push(`a level is left out before ${h.textContent}`);
        last = level;
    }
    for (const svg of document.querySelectorAll('svg')) {
        const named = svg.querySelector('title') && svg.querySelector('desc');
        if (svg.getAttribute('role') === 'img' ? !named : svg.getAttribute('aria-hidden') !== 'true')
            missing.push('a picture without words: ' + svg.outerHTML.slice(0, 80));
    }
    for (const field of document.querySelectorAll('input:not([type=hidden]), select'))
        if (!field.labels.length) missing.push('a field without a label: ' + field.name);
    for (const id of [...document.querySelectorAll('[id]')].map(e => e.id))
        if (document.querySelectorAll(`[id="${CSS.escape(id)}"]`).length > 1) missing.push('twice: ' + id);
    for (const table of document.querySelectorAll('table'))
        if (!table.querySelector('th[scope=col]')) missing.push('a table without heads');
    return missing;
});

module.exports = { watched, overflow, faint, unnamed };
