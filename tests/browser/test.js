// SPDX-License-Identifier: Apache-2.0
// tests/browser/test.js -- tests the dashboard and the test console in headless Chromium: content, layout on several
// screens, accessibility, security.  Leaves screenshots in $BUILD/browser/screenshots and ends with "N passed, M failed".
'use strict';
const assert = require('assert');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const path = require('path');
const { spawnSync } = require('child_process');
const { chromium } = require('playwright-core');
const { World } = require('./world.js');
const { watched, overflow, unreadable, faint, unnamed } = require('./checks.js');

const build = path.resolve(process.env.BUILD || 'build');
const shots = path.join(build, 'browser/screenshots');
const hostile = '"><img src=x onerror="alert(1)"><script>alert(2)</script>';
const panels = ['requests', 'latency', 'failures', 'unresolved', 'slowest', 'outcomes', 'rejections', 'intents', 'alexa-errors', 'users', 'hit-rates',
    'sizes', 'upstream', 'places', 'stations', 'warm', 'certificate', 'store', 'redis', 'breakers'];
const screens = {
    light: { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    dark: { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
    phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true },
};

const world = new World(build);
let browser, daemon;
const tests = [];
const test = (name, run) => tests.push({ name, run });

const shoot = (page, name) => page.screenshot({ path: path.join(shots, name + '.png'), fullPage: true });
const text = (page, selector) => page.locator(selector).innerText();
const same = assert.deepStrictEqual;

const open = (where, screen, before) => openAt(daemon, where, screen, before);

async function openAt(daemon, where, screen = 'light', before) {
    const page = await watched(browser, screens[screen], before);
    const response = await page.goto(daemon.admin + where);
    assert.strictEqual(response.status(), 200);
    return page;
}

async function close(page) {
    same(page.complaints, []);
    assert.strictEqual(page.dialogs, 0);
    await page.context().close();
}

// ---- the dashboard without data

test('a new daemon shows empty panels', async () => {
    const page = await open('/');
    for (const panel of panels) assert(await page.locator('#' + panel).isVisible(), panel);
    assert.match(await text(page, '#requests'), /No requests yet/);
    assert.match(await text(page, '#latency'), /No requests yet/);
    assert.match(await text(page, '#rejections'), /No requests have been rejected/);
    assert.match(await text(page, '#upstream'), /No upstream requests yet/);
    assert.match(await text(page, '#verdict'), /All is well[^]*no requests/);
    same(await unnamed(page), []);
    await shoot(page, 'dashboard-new');
    await close(page);
});

// ---- the dashboard with data

test('every panel shows its data', async () => {
    for (const place of ['boulder colorado', 'seattle washington', 'miami florida', 'boulder colorado'])
        assert.match(world.ask(daemon, 'MetricIntent', 'metric=temperature', 'location=' + place), /degrees/);
    world.ask(daemon, 'MetricIntent', 'metric=forecast', 'when_abs=tomorrow', 'location=boulder colorado');
    world.ask(daemon, 'LaunchRequest');
    world.ask(daemon, 'AMAZON.HelpIntent');
    assert.match(world.ask(daemon, '--unsigned', 'LaunchRequest'), /signature_missing/);
    assert.match(world.ask(daemon, '--timestamp', '-200', 'LaunchRequest'), /timestamp_stale/);
    const page = await open('/');
    const expected = {
        '.tiles': /With weather\s+5\s+of 7 requests[^]*Rejected\s+2\s/, '#requests': /Weather\s+Other answers\s+Not understood\s+Apology/,
        '#latency': /ms[^]*p50\s+p95/, '#outcomes': /Answered\s+\d/, '#rejections': /signature_missing\s+1[^]*timestamp_stale\s+1/,
        '#intents': /MetricIntent\s+5[^]*LaunchRequest\s+1/, '#hit-rates': /Process memory\s+\d+\.\d%\s+\d+ of \d+/,
        '#sizes': /KiB of 64\.0 MiB[^]*LocationCache\s+3 entries/, '#upstream': /observation\s+\d+\s+\d\s+0\s+[\d.]+ ms/,
        '#places': /Boulder Colorado\s+3/, '#stations': /KBDU, Boulder[^]*\d/, '#warm': /Cache warming/,
        '#certificate': /\d+ days left[^]*localhost/, '#store': /Available[^]*sqlite/, '#redis': /Not configured/, '#breakers': /all closed/,
    };
    for (const [where, what] of Object.entries(expected)) assert.match(await text(page, where), what, where);
    for (const chart of ['#requests', '#latency']) assert.match(await page.locator(chart + ' .chart').innerHTML(), /<path class="[a-z ]+" d="M\d/);
    await page.click('#requests summary');
    assert.match(await text(page, '#requests details'), /\d\d:\d\d\s+5\s+2\s+0\s+0\s+2/);
    await close(page);
});

for (const screen of Object.keys(screens))
    test(`the dashboard fits the screen and is readable: ${screen}`, async () => {
        const page = await open('/', screen);
        same(await overflow(page), { by: 0, culprits: [] });
        same(await unreadable(page), []);
        same(await faint(page, 4.5), []);
        same(await unnamed(page), []);
        await shoot(page, 'dashboard-' + screen);
        await close(page);
    });

test('both pages fit a screen 320 pixels wide', async () => {
    for (const where of ['/', '/console']) {
        const page = await open(where);
        await page.setViewportSize({ width: 320, height: 600 });
        same(await overflow(page), { by: 0, culprits: [] });
        await close(page);
    }
});

test('the time span can be changed and auto-refresh paused', async () => {
    const page = await open('/');
    await page.click('text=Last 24 hours');
    assert.match(await text(page, '#requests'), /Per 15 minutes/);
    assert.strictEqual(await page.locator('meta[http-equiv=refresh]').count(), 1);
    await page.click('text=Pause auto-refresh');
    assert.strictEqual(await page.locator('meta[http-equiv=refresh]').count(), 0);
    assert.match(await text(page, '#requests'), /Per 15 minutes/);
    await page.click('text=Resume auto-refresh');
    assert.strictEqual(await page.locator('meta[http-equiv=refresh]').count(), 1);
    await close(page);
});

for (const screen of Object.keys(screens))
    test(`a busy day is readable: ${screen}`, async () => {
        const file = world.file('day.html');
        const made = spawnSync(path.join(build, 'unit/server/admin/dashboard'), { env: { ...process.env, DASHBOARD_PAGE: file } });
        assert.strictEqual(made.status, 0);
        const page = await watched(browser, screens[screen]);
        await page.goto('file://' + file);
        await shoot(page, 'day-' + screen);
        same(await overflow(page), { by: 0, culprits: [] });
        same(await unreadable(page), []);
        same(await faint(page, 4.5), []);
        same(await unnamed(page), []);
        if (screen === 'phone') assert(await page.evaluate(() => document.documentElement.scrollHeight <= 3 * innerHeight));
        await close(page);
    });

test('hostile names in the store are shown as text', async () => {
    const asked = { places: { [hostile.slice(0, 60)]: 12 }, stations: { '<b>KXSS</b>': 7 } };
    const growth = { '2026-06-15': { LocationCache: 10 }, '"><b>16': { LocationCache: 12 } };
    const lines = [{ climacast_backup: 1, by: '0.1.0', made: '2026-06-16T00:00:00Z', backend: 'sqlite', layout: 'item' },
        { id: 'SHARED_CACHE_STATS', attributes: { asked, growth } }].map(line => JSON.stringify(line) + '\n').join('');
    const sum = crypto.createHash('sha256').update(lines).digest('hex');
    fs.writeFileSync(world.file('hostile.json'), lines + JSON.stringify({ end: true, items: 1, sha256: sum }) + '\n');
    const restored = spawnSync(path.join(build, 'climacast'), ['--set', 'persistence.backend=sqlite', '--set',
        'sqlite.path=' + world.file('hostile.db'), 'restore', world.file('hostile.json')], { encoding: 'utf8' });
    assert.strictEqual(restored.status, 0, restored.stderr);
    const other = await world.startDaemon('hostile', { 'sqlite.path': world.file('hostile.db') });
    const page = await watched(browser, screens.light);
    for (let i = 0; i < 50; i++) { // a background thread reads the counts
        await page.goto(other.admin + '/');
        if (/onerror/i.test(await text(page, '#places'))) break;
        await page.waitForTimeout(100);
    }
    assert.match(await text(page, '#places'), /"><img src=x onerror="alert\(1\)">/i);
    assert.match(await text(page, '#stations'), /<b>KXSS<\/b>/);
    assert.strictEqual(await page.locator('img, script').count(), 0);
    await close(page);
    await world.stop(other.child);
});

// ---- the dashboard in all its states

require('./states.js')({ test, world, openAt, close, shoot, text });

// ---- the test console

const speechSpy = () => {
    window.said = [];
    Object.defineProperty(window, 'speechSynthesis', { value: {
        speak: words => window.said.push({ text: words.text, rate: words.rate, pitch: words.pitch, lang: words.lang }),
        cancel: () => window.said.push('cancel'),
    } });
};

async function say(page, phrase) {
    await page.fill('#phrase', phrase);
    await page.press('#phrase', 'Enter');
    await page.waitForLoadState('load');
}

test('a typed phrase is matched, answered and shown in full', async () => {
    const page = await open('/console');
    same(await unnamed(page), []);
    await say(page, "what's the weather in boulder colorado");
    assert.match(await text(page, '#match'), /MetricIntent[^]*metric\s+weather[^]*location\s+boulder colorado/);
    assert.match(await text(page, '#speech'), /^It's \d+ degrees.* in Boulder, Colorado\./);
    assert.match(await text(page, '#card'), /^Boulder, CO\s+In Boulder/);
    assert.strictEqual(JSON.parse(await text(page, '#request')).request.intent.name, 'MetricIntent');
    assert.match(JSON.parse(await text(page, '#response')).response.outputSpeech.ssml, /^<speak>/);
    assert.strictEqual(await page.inputValue('#slot-location'), 'boulder colorado');
    same(await overflow(page), { by: 0, culprits: [] });
    same(await faint(page, 4.5), []);
    same(await unnamed(page), []);
    await shoot(page, 'console');
    await close(page);
});

test('the conversation, its topic and the sample are shown, until it is started over', async () => {
    const page = await open('/console');
    await say(page, 'open clima cast');
    await say(page, "what's the wind in boulder colorado");
    assert.match(await text(page, '#sample'), /\{metric\}/);
    assert.match(await text(page, '#topic'), /MetricIntent[^]*metric\s+wind/);
    await say(page, 'and in denver colorado');
    assert.match(await text(page, '#talk'), /open clima cast[^]*Welcome[^]*what's the wind[^]*Boulder[^]*and in denver[^]*Denver/);
    assert.match(await text(page, '#topic'), /location\s+Denver/);
    same(await overflow(page), { by: 0, culprits: [] });
    await page.click('#reset');
    await page.waitForLoadState('load');
    assert(!await page.locator('#talk').count());
    await close(page);
});

require('./screens.js')({ test, world, open, close, shoot, text, say, running: () => ({ daemon, browser }) });

test('an intent shows only its own slots and is sent with them', async () => {
    const page = await open('/console', 'phone');
    assert(await page.locator('#noslots').isVisible());
    await page.selectOption('#intent', 'SetRateIntent');
    assert(await page.locator('#slot-percent').isVisible());
    assert(!await page.locator('#slot-metric').isVisible());
    await page.selectOption('#intent', 'MetricIntent');
    await page.fill('#slot-metric', 'wind');
    await page.fill('#slot-location', 'seattle washington');
    await page.click('text=Send');
    assert.match(await text(page, '#speech'), /wind.* in Seattle, Washington/);
    assert.match(await text(page, '#match'), /metric\s+wind\s+location\s+seattle washington$/);
    same(await overflow(page), { by: 0, culprits: [] });
    await shoot(page, 'console-phone');
    await close(page);
});

test('the console is readable in dark mode', async () => {
    const page = await open('/console', 'dark');
    await say(page, 'will it rain tomorrow in seattle washington');
    same(await faint(page, 4.5), []);
    await shoot(page, 'console-dark');
    await close(page);
});

test('the browser speaks the response at the rate the user has set', async () => {
    const page = await open('/console', 'light', speechSpy);
    await say(page, 'set rate to one hundred twenty percent');
    await say(page, 'help');
    const words = await text(page, '#speech');
    await page.click('#speak');
    await page.click('#hush');
    const said = await page.evaluate(() => window.said);
    same(said.map(one => one.text || one), ['cancel', words, 'cancel']);
    same([said[1].rate.toFixed(2), said[1].pitch, said[1].lang], ['1.20', 1, 'en-US']);
    await say(page, 'set rate to one hundred percent');
    await close(page);
});

test('an open session continues', async () => {
    const page = await open('/console');
    await say(page, 'open clima cast');
    assert.match(await text(page, '#answer'), /stays open/);
    await page.selectOption('#intent', 'AMAZON.HelpIntent');
    await page.click('text=Send');
    assert.strictEqual(JSON.parse(await text(page, '#request')).session.new, false);
    await close(page);
});

const alertOf = properties => JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: {
    id: 'urn:oid:browser', areaDesc: 'Spokane Area', status: 'Actual', messageType: 'Alert', severity: 'Severe',
    event: 'High Wind Warning', sent: '2026-06-17T15:00:00Z', effective: '2026-06-17T15:00:00Z',
    expires: '2026-06-18T15:00:00Z', ...properties } }] });
const putAlert = properties => fetch(`http://127.0.0.1:${world.simPort}/_sim/doc?path=/alerts/active/zone/WAZ036`,
    { method: 'PUT', body: alertOf(properties) });

test('a long answer continues page by page', async () => {
    await putAlert({ description: Array.from({ length: 300 }, (_, i) => `Sentence ${i + 1} is about the wind.`).join(' ') });
    const page = await open('/console');
    await say(page, 'are there any alerts in spokane washington');
    let heard = '';
    for (let i = 0; i < 10 && await page.isVisible('[name=open]'); i++) {
        heard += await text(page, '#speech');
        await page.selectOption('#intent', 'AMAZON.YesIntent');
        await page.click('text=Send');
        await page.waitForLoadState('load');
    }
    heard += await text(page, '#speech');
    for (const i of [1, 2, 100, 200, 299, 300]) assert.match(heard, new RegExp(`Sentence ${i} is`));
    await close(page);
});

for (const screen of Object.keys(screens))
    test(`alerts are told in a sentence, and in full on yes: ${screen}`, async () => {
        await putAlert({ id: 'urn:oid:' + screen, description: '* WHAT...West winds 35 mph.', instruction: 'Stay home.' });
        const page = await open('/console', screen);
        const look = async name => {
            await shoot(page, `console-${name}-${screen}`);
            same(await overflow(page), { by: 0, culprits: [] });
            same(await unreadable(page), []);
            same(await faint(page, 4.5), []);
            same(await unnamed(page), []);
        };
        await look('empty');
        await say(page, 'open clima cast'); // in a conversation, short details are not read at once
        await say(page, 'are there any alerts in spokane washington');
        assert.strictEqual(await text(page, '#speech'),
            'There is 1 alert for Spokane, Washington. High Wind Warning until 8 A.M. tomorrow. Do you want the details?');
        assert.match(await text(page, '#card'), /until 8 A\.M\. tomorrow\. What: West winds 35 miles per hour\. Stay home\.$/);
        assert.match(await text(page, '#answer'), /stays open/);
        await look('alerts');
        await say(page, 'yes');
        assert.strictEqual(await text(page, '#match code'), 'AMAZON.YesIntent');
        assert.match(await text(page, '#speech'), /^What: West winds 35 miles per hour\. Stay home\.( |$)/);
        assert.strictEqual(JSON.parse(await text(page, '#request')).session.new, false);
        await look('details');
        await close(page);
    });

test('hostile text from the user or the weather service is shown as text', async () => {
    const page = await open('/console');
    await say(page, hostile);
    assert(await text(page, '#match').then(words => words.includes(hostile)));
    assert.strictEqual(await page.inputValue('#phrase'), hostile);
    await page.selectOption('#intent', 'MetricIntent');
    await page.fill('#slot-metric', 'wind');
    await page.fill('#slot-location', hostile);
    await page.click('text=Send');
    assert((await text(page, '#match')).includes(hostile));
    await putAlert({ id: 'urn:oid:hostile', headline: 'Wind ' + hostile, description: 'Gusts ' + hostile + ' are expected.' });
    await say(page, 'are there any alerts in spokane washington');
    assert.match(await text(page, '#card'), /high wind warning[^]*alert\(2\)/i);
    await say(page, 'yes');
    assert.match(await text(page, '#speech'), /alert\(2\)/i);
    assert.strictEqual(await page.locator('img').count(), 0);
    await close(page);
});

test('the pages work without JavaScript, and then show every slot', async () => {
    const page = await watched(browser, { ...screens.light, javaScriptEnabled: false });
    await page.goto(daemon.admin + '/console');
    assert(await page.locator('#slot-percent').isVisible() && await page.locator('#slot-metric').isVisible());
    await say(page, 'how windy is it in miami florida');
    assert.match(await text(page, '#speech'), /wind is .* in Miami, Florida\./);
    assert(!await page.locator('#speak').isVisible());
    await page.goto(daemon.admin + '/');
    assert.match(await text(page, '#places'), /Miami Florida/);
    await close(page);
});

// ---- security

test('injected scripts and styles are blocked', async () => {
    for (const where of ['/', '/console']) {
        const page = await open(where);
        const ran = await page.evaluate(() => {
            const script = document.createElement('script');
            script.textContent = 'window.ran = true';
            document.body.append(script);
            document.body.insertAdjacentHTML('beforeend', '<i id="odd" style="color:red">x</i><img src="http://127.0.0.1:1/x">');
            return [window.ran === true, getComputedStyle(document.getElementById('odd')).color === 'rgb(255, 0, 0)'];
        });
        same(ran, [false, false]);
        await page.waitForFunction(() => true);
        assert(page.complaints.length >= 3 && page.complaints.every(one => /Content Security Policy|failed: /.test(one)), page.complaints.join('\n'));
        await page.context().close();
    }
});

async function status(where, options) {
    const answer = await fetch(daemon.admin + where, options);
    return [answer.status, await answer.text()];
}

test('a form without the token or with a foreign Origin is rejected', async () => {
    const token = /name="token" value="([0-9a-f]{32})"/.exec((await status('/console'))[1])[1];
    const form = fields => ({ method: 'POST', body: new URLSearchParams({ kind: 'intent', intent: 'LaunchRequest', ...fields }) });
    const from = (origin, fields) => ({ ...form(fields), headers: { origin } });
    assert.strictEqual((await status('/console', from(daemon.admin, {})))[0], 403);
    assert.strictEqual((await status('/console', from(daemon.admin, { token: token.replace(/./g, '0') })))[0], 403);
    assert.strictEqual((await status('/console', from('http://evil.example', { token })))[0], 403);
    assert.strictEqual((await status('/console', form({ token })))[0], 403);
    assert.strictEqual((await status('/console', from(daemon.admin, { token })))[0], 200);
});

test('another site can neither post to, nor read, nor frame the console', async () => {
    const evil = http.createServer((request, response) => {
        response.setHeader('content-type', 'text/html');
        response.end(`<form id=f method=post action="${daemon.admin}/console"><input name=kind value=intent>
            <input name=intent value=LaunchRequest></form><iframe id=frame src="${daemon.admin}/"></iframe>`);
    });
    await new Promise(done => evil.listen(0, '127.0.0.1', done));
    const page = await watched(browser, screens.light);
    await page.goto(`http://127.0.0.1:${evil.address().port}/`);
    const read = await page.evaluate(url => fetch(url).then(() => 'read', () => 'refused'), daemon.admin + '/console');
    assert.strictEqual(read, 'refused');
    assert(page.complaints.some(one => /frame-ancestors|Refused to display|Framing/.test(one)), page.complaints.join('\n'));
    const [answer] = await Promise.all([page.waitForNavigation(), page.evaluate(() => document.getElementById('f').submit())]);
    assert.strictEqual(answer.status(), 403);
    evil.close();
    await page.context().close();
});

test('a rebound domain name gets no page', async () => {
    const page = await watched(browser, screens.light);
    for (const where of ['/', '/console']) {
        const answer = await page.goto(`http://rebound.test:${daemon.port}${where}`);
        assert.strictEqual(answer.status(), 403);
        assert.doesNotMatch(await page.content(), /token|Dashboard/);
    }
    await page.context().close();
});

test('the console is off by default', async () => {
    const other = await world.startDaemon('plain', {});
    const page = await watched(browser, screens.light);
    assert.strictEqual((await page.goto(other.admin + '/console')).status(), 404);
    await page.goto(other.admin + '/');
    assert.strictEqual(await page.locator('text=Test console').count(), 0);
    await page.context().close();
    await world.stop(other.child);
});

test('the daemon exits cleanly', async () => {
    await world.stop(daemon.child);
    assert.strictEqual(daemon.child.exitCode, 0);
    assert.doesNotMatch(world.read('daemon.log'), /CLIMACASTCONSOLE/);
});

// ---- run all tests in order

async function main() {
    let passed = 0, failed = 0;
    fs.rmSync(shots, { recursive: true, force: true });
    fs.mkdirSync(shots, { recursive: true });
    try {
        await world.startSimulator();
        daemon = await world.startDaemon('daemon', { 'admin.simulator': 'yes' });
        browser = await chromium.launch({
            executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
            args: ['--host-resolver-rules=MAP rebound.test 127.0.0.1', '--no-proxy-server',
                '--disable-gpu', ...(process.getuid() === 0 ? ['--no-sandbox'] : [])],
        });
        for (const { name, run } of tests) {
            const started = Date.now();
            try {
                await run();
                passed++;
                console.log(`ok   ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
            } catch (error) {
                failed++;
                console.log(`FAIL ${name}\n     ${String(error.stack).split('\n').slice(0, 12).join('\n     ')}`);
            }
        }
    } catch (error) {
        failed++;
        console.log('FAIL ' + error.stack);
    } finally {
        if (browser) await browser.close();
        await world.end();
    }
    console.log(`\nscreenshots: ${fs.readdirSync(shots).map(name => path.join(shots, name)).join(' ')}`);
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, async () => {
        await world.end();
        process.exit(1);
    });
main();
