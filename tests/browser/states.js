// SPDX-License-Identifier: Apache-2.0
// tests/browser/states.js -- the dashboard in all its states: well, without the weather service, without the store, while
// Alexa complains, without any request, on a phone, in dark mode.  Each has a daemon that is really in that state, and
// leaves a screenshot of that name.
'use strict';
const assert = require('assert');
const fs = require('fs');
const { overflow, unreadable, faint, unnamed } = require('./checks.js');

const PHONE = { width: 360, height: 740 };
const same = assert.deepStrictEqual;
const hostile = '"><b onmouseover=alert(1)>\u001b[31m\u202e';

// `kit` has what the other tests use: test(), world, openAt(daemon, where, screen), close(page), shoot(page, name), text(page, selector).
module.exports = kit => {
    const { test, world } = kit;
    const place = name => ['MetricIntent', 'metric=temperature', 'location=' + name];
    const ask = (daemon, ...requests) => requests.map(request => world.ask(daemon, ...request));

    async function inspect(daemon, name, screen = 'light') {
        const page = await kit.openAt(daemon, '/', screen);
        await kit.shoot(page, name);
        same(await overflow(page), { by: 0, culprits: [] });
        same(await unreadable(page), []);
        same(await faint(page, 4.5), []);
        same(await unnamed(page), []);
        return page;
    }

    // The same state in dark mode and on a phone.
    async function elsewhere(daemon, name) {
        for (const screen of ['dark', 'phone']) await kit.close(await inspect(daemon, `${name}-${screen}`, screen));
    }

    const verdict = page => page.locator('#verdict').getAttribute('class').then(words => words.split(' ')[1]);

    let well;

    test('a new daemon is ready, and says that there were no requests', async () => {
        const daemon = await world.startDaemon('empty', {});
        const page = await inspect(daemon, 'empty');
        assert.strictEqual(await verdict(page), 'well');
        assert.match(await kit.text(page, '#verdict'), /no requests in the last 5 minutes/);
        assert.match(await kit.text(page, '.tiles'), /no requests/);
        await kit.close(page);
        await elsewhere(daemon, 'empty');
        await world.stop(daemon.child);
    });

    test('a daemon that answers is well, in light and dark', async () => {
        well = await world.startDaemon('well', { 'admin.simulator': 'yes', 'admin.time_zone': 'America/Denver' });
        const towns = ['boulder colorado', 'seattle washington', 'miami florida', 'chicago illinois', 'denver colorado'];
        for (let i = 0; i < 25; i++) ask(well, place(towns[i % (i < 10 ? 5 : 2)]));
        ask(well, ['LaunchRequest'], ['AMAZON.HelpIntent'], ['AMAZON.FallbackIntent'], place('qwxyzville'),
            ['MetricIntent', 'metric=forecast', 'when_abs=tomorrow', 'location=boulder colorado'], ['--unsigned', 'LaunchRequest']);
        const page = await inspect(well, 'well');
        assert.strictEqual(await verdict(page), 'well');
        assert.match(await kit.text(page, '.tiles'), /With weather\s+26\s+of 30 requests[^]*Not understood\s+1\s+3\.3%[^]*Rejected\s+1\s/);
        assert.match(await kit.text(page, '#failures'), /Asked back\s+place not found\s+Qwxyzville[^]*Not understood\s+no intent matched\s+FallbackIntent/);
        assert.match(await kit.text(page, '#stations'), /KBDU, Boulder/);
        assert.match(await kit.text(page, '#users'), /1 today/);
        assert.match(await kit.text(page, '#verdict'), /times are in America\/Denver \(UTC−[67]\)/);
        const updated = page.locator('#verdict time');
        const [utc, local] = [await updated.getAttribute('title'), await updated.innerText()];
        assert.match(utc, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
        assert.notStrictEqual(utc.slice(0, 16), local.slice(0, 16));
        await kit.close(page);
        await kit.close(await inspect(well, 'dark', 'dark'));
    });

    test('the dashboard fits in three screens of a phone, and a card opens when it is touched', async () => {
        const page = await inspect(well, 'phone', 'phone');
        const tall = await page.evaluate(() => document.documentElement.scrollHeight);
        assert(tall <= 3 * PHONE.height, `${tall} pixels are more than three screens`);
        assert(await page.locator('#store .sum').isVisible() && !await page.locator('#store .body').isVisible());
        await page.click('#store h2 a.unfold');
        assert(await page.locator('#store .body').isVisible());
        assert(!await page.locator('#upstream .body').isVisible());
        assert.strictEqual(await page.locator('meta[http-equiv=refresh]').count(), 0); // it would fold the card
        await kit.shoot(page, 'phone-open');
        await page.click('#store h2 a.fold');
        assert(!await page.locator('#store .body').isVisible());
        assert.strictEqual(await page.locator('meta[http-equiv=refresh]').getAttribute('content'), '30;url=/?range=hour');
        await kit.close(page);
    });

    test('one peak is clipped and marked, and leaves the rest of the chart readable', async () => {
        const page = await kit.openAt(well, '/?range=day', 'light');
        assert.match(await page.locator('#requests .ticks').innerHTML(), />\d\d:00</);
        await kit.close(page);
    });

    test('without the weather service the page is red, and names it', async () => {
        await world.fault({ match: '/', kind: 'status', status: 503 });
        try {
            ask(well, place('portland oregon'), place('phoenix arizona'), place('dallas texas'), place('boston massachusetts'));
        } finally {
            await world.fault();
        }
        const page = await inspect(well, 'upstream-down');
        assert.strictEqual(await verdict(page), 'bad');
        assert.match(await kit.text(page, '#verdict'), /4 of 34 requests got an apology[^]*calls to the weather service failed/);
        assert.match(await kit.text(page, '#failures'), /Apology\s+weather unavailable\s+Boston Massachusetts\s+MetricIntent/);
        await kit.close(page);
        await elsewhere(well, 'upstream-down');
        await world.stop(well.child);
    });

    test('without the store the page is red, and says why', async () => {
        const file = world.file('broken.db');
        const daemon = await world.startDaemon('broken', { 'sqlite.path': file });
        ask(daemon, place('boulder colorado'));
        for (const part of [file, file + '-wal', file + '-shm'])
            if (fs.existsSync(part)) fs.writeFileSync(part, Buffer.alloc(fs.statSync(part).size, 'garbage '));
        ask(daemon, ['MetricIntent', 'metric=temperature'], place('miami florida'), ['SetLocationIntent', 'location=boulder colorado']);
        const page = await inspect(daemon, 'store-down');
        assert.strictEqual(await verdict(page), 'bad');
        assert.match(await kit.text(page, '#verdict'), /Store: /);
        assert.match(await kit.text(page, '#store'), /Unavailable/);
        await kit.close(page);
        await elsewhere(daemon, 'store-down');
        await world.stop(daemon.child);
    });

    test("when Alexa complains the page is red, and hostile words in it are text", async () => {
        const daemon = await world.startDaemon('complaining', {});
        ask(daemon, place('boulder colorado'), place('seattle washington'), place(hostile));
        const complain = type => world.post(daemon, { type: 'SessionEndedRequest', reason: 'ERROR', error: { type, message: hostile } });
        for (const type of ['INVALID_RESPONSE', 'INVALID_RESPONSE', 'ENDPOINT_TIMEOUT', hostile])
            assert.strictEqual(await complain(type), 200);
        const page = await inspect(daemon, 'amazon-complaining');
        assert.strictEqual(await verdict(page), 'bad');
        assert.match(await kit.text(page, '#verdict'), /Alexa could not use 4 responses/);
        assert.match(await kit.text(page, '#alexa-errors'), /INVALID_RESPONSE\s+2[^]*ENDPOINT_TIMEOUT\s+1[^]*other\s+1[^]*Alexa rejected a response/);
        assert.match(await kit.text(page, '#failures'), /Alexa error ×2\s+INVALID_RESPONSE/);
        assert.strictEqual(await page.locator('#failures b[onmouseover]').count(), 0);
        await kit.close(page);
        await elsewhere(daemon, 'amazon-complaining');
        await world.stop(daemon.child);
    });
};
