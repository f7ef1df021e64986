// SPDX-License-Identifier: Apache-2.0
// tests/browser/screens.js -- what devices show: the test console draws it for a chosen device and answers touches, and each
// template is drawn for a wide, a tall, a small and a round screen (screenshots screen-TEMPLATE-DEVICE.png).
'use strict';
const assert = require('assert');
const fs = require('fs');
const http = require('http');
const path = require('path');
const { promisify } = require('util');
const zlib = require('zlib');
const { execFile } = require('child_process');
const { overflow, faint, unnamed } = require('./checks.js');

const execute = promisify(execFile);
const now = '2026-06-17T16:00:00Z';
const top = path.resolve(__dirname, '../..');
const translator = fs.readFileSync(path.join(top, 'server/admin/apl_svg.js'), 'utf8');
const devices = [...fs.readFileSync(path.join(top, 'server/utterance/devices.def'), 'utf8')
    .matchAll(/^DEVICE\("([^"]+)", "[^"]+", "(\w+)", "\w+", (\d+), (\d+), (\d+)\)/gm)]
    .map(([, name, shape, w, h, dpi]) => ({ name, round: shape === 'ROUND', width: Math.floor(w * 160 / dpi), height: Math.floor(h * 160 / dpi) }))
    .filter(({ name }) => ['show10', 'show15-upright', 'show5', 'spot'].includes(name));
const templates = {
    conditions: ['MetricIntent', 'metric=weather'],
    hours: ['HoursIntent'],
    week: ['MetricIntent', 'metric=extended forecast'],
    alert: ['MetricIntent', 'metric=alerts', 'location=spokane washington'],
    text: ['MetricIntent', 'metric=forecast', 'when_abs=tomorrow'],
};
const alert = { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {
    id: 'urn:oid:screens', areaDesc: 'Spokane Area', status: 'Actual', messageType: 'Alert', severity: 'Severe',
    event: 'High Wind Warning', sent: '2026-06-17T15:00:00Z', effective: '2026-06-17T15:00:00Z', expires: '2026-06-18T15:00:00Z',
    description: '* WHAT...West winds 35 mph with gusts up to 70 mph.\n\n* WHERE...Spokane Area.',
    instruction: 'Stay away from trees.' } }] };

// The checksum of a part of a PNG; zlib.crc32() is too new.
function crc32(bytes) {
    let crc = 0xffffffff;
    for (const byte of bytes) {
        crc ^= byte;
        for (let i = 0; i < 8; i++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
}

// A picture as NOAA's map service sends it: bands of rain of every strength.
function radarPicture() {
    const side = 96, colors = [[4, 233, 231], [2, 253, 2], [253, 248, 2], [253, 149, 0], [253, 0, 0], [248, 0, 253]];
    const rows = Buffer.alloc(side * (1 + 4 * side));
    for (let y = 0; y < side; y++)
        for (let x = 0; x < side; x++) {
            const strength = Math.floor(7 - Math.hypot(x - 66 + 14 * Math.sin(y / 15), (y - 40) / 2) / 3);
            if (strength > 0) rows.set([...colors[Math.min(strength, colors.length) - 1], 255], y * (1 + 4 * side) + 1 + 4 * x);
        }
    const chunk = (type, data) => {
        const body = Buffer.concat([Buffer.from(type), data]), all = Buffer.alloc(body.length + 8);
        all.writeUInt32BE(data.length);
        body.copy(all, 4);
        all.writeUInt32BE(crc32(body), body.length + 4);
        return all;
    };
    const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 6, 0, 0, 0]);
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', zlib.deflateSync(rows)),
        chunk('IEND', Buffer.alloc(0))]);
}

// Draws a directive on a page that has nothing else.
async function draw(page, directive, screen) {
    await page.setViewportSize({ width: screen.width, height: screen.height });
    await page.setContent('<body style="margin:0;background:#000">');
    await page.addScriptTag({ content: translator + ';window.draw = (d, s) => { document.body.innerHTML = aplSvg(d, s); aplStyle(document.body); };' });
    await page.evaluate(([d, s]) => window.draw(d, s), [directive, screen]);
}

// Texts that cannot be read as they are: labels of a drawing over one another or outside of the screen, and single lines that
// are cut off.
const illegible = page => page.evaluate(() => {
    const found = [], screen = document.querySelector('svg').getBoundingClientRect();
    const labels = [...document.querySelectorAll('svg text')].map(e => ({ text: e.textContent, box: e.getBoundingClientRect() }));
    labels.forEach((a, i) => {
        if (a.box.left < screen.left || a.box.right > screen.right) found.push('outside: ' + a.text);
        for (const b of labels.slice(i + 1))
            if (a.box.left < b.box.right - 1 && b.box.left < a.box.right - 1 && a.box.top < b.box.bottom - 6 && b.box.top < a.box.bottom - 6)
                found.push(`overlap: ${a.text} and ${b.text}`);
    });
    for (const e of document.querySelectorAll('foreignObject > div > div'))
        if (e.style.webkitLineClamp === '1' && e.scrollHeight > e.clientHeight * 1.5) found.push('cut off: ' + e.textContent);
    return found;
});

module.exports = ({ test, world, open, close, shoot, text, say, running }) => {
    const directivesOf = (daemon, device, words) => {
        const place = words.some(word => word.startsWith('location=')) ? [] : ['location=boulder colorado'];
        return JSON.parse(world.ask(daemon, '--json', '--device', device, ...words, ...place)).response.directives;
    };

    test('the console shows the screen of the chosen device, and answers touches', async () => {
        const page = await open('/console');
        await page.selectOption('#device-phrase', 'show8');
        await say(page, "what's the weather in boulder colorado");
        const degrees = /(-?\d+) degrees/.exec(await text(page, '#speech'))[1];
        assert((await page.locator('#screen svg').innerHTML()).includes(`>${degrees}°<`));
        assert.deepStrictEqual([await overflow(page), await faint(page, 4.5), await unnamed(page)], [{ by: 0, culprits: [] }, [], []]);
        await shoot(page, 'console-screen');
        await page.locator('#screen .touch[aria-label^="ShowIntent view week"]').click();
        await page.waitForLoadState('load');
        assert.match(await text(page, '#match'), /UserEvent[^]*"week"/);
        assert.match(await page.locator('#screen svg').innerHTML(), /The days ahead/);
        assert.strictEqual(await page.inputValue('#device-phrase'), 'show8');
        await page.selectOption('#device-phrase', 'clock');
        await say(page, "what's the weather in boulder colorado");
        assert.match(await page.locator('#screen svg text').first().textContent(), /^(-?\d+|ALRT)$/);
        await say(page, 'when is sunset in boulder colorado');
        assert(await page.isVisible('#noscreen'));
        await close(page);
    });

    for (const device of devices)
        test(`every template is legible on ${device.name}`, async () => {
            const { daemon, browser } = running(), found = {};
            const page = await (await browser.newContext()).newPage();
            await fetch(`http://127.0.0.1:${world.simPort}/_sim/doc?path=/alerts/active/zone/WAZ036`, { method: 'PUT', body: JSON.stringify(alert) });
            for (const [template, words] of Object.entries(templates)) {
                const [directive] = directivesOf(daemon, device.name, words);
                assert.strictEqual(directive.token, template);
                for (const theme of ['dark', 'light']) {
                    await draw(page, directive, { ...device, theme });
                    const name = `screen-${template}-${device.name}${theme === 'light' ? '-light' : ''}`;
                    const odd = await illegible(page);
                    if (odd.length) found[name] = odd;
                    if (theme === 'dark' || device.name === 'show10') await shoot(page, name);
                }
            }
            assert.deepStrictEqual(found, {});
            await page.context().close();
        });

    test('the radar is drawn on every device', async () => {
        const page = await (await running().browser.newContext()).newPage(), asked = [];
        const noaa = http.createServer((request, response) => {
            asked.push(request.url);
            response.setHeader('content-type', 'image/png');
            response.end(radarPicture());
        });
        await new Promise(done => noaa.listen(0, '127.0.0.1', done));
        for (const device of devices) {
            const settings = { 'persistence.backend': 'memory', 'weather.base_url': 'http://127.0.0.1:' + world.simPort, 'weather.now': now,
                'screens.radar': 'yes', 'screens.radar_base_url': `http://127.0.0.1:${noaa.address().port}` };
            const { stdout } = await execute(path.join(world.build, 'climacast'), [...Object.entries(settings).flatMap(([key, value]) =>
                ['--set', `${key}=${value}`]), 'ask', '--direct', '--json', '--device', device.name, 'ShowIntent', 'view=radar', 'location=boulder colorado']);
            const [directive] = JSON.parse(stdout).response.directives;
            assert.strictEqual(directive.token, 'radar');
            assert(!stdout.includes('http'));
            await draw(page, directive, { ...device, theme: 'dark' });
            assert.deepStrictEqual(await illegible(page), []);
            await shoot(page, 'screen-radar-' + device.name);
        }
        assert.strictEqual(asked.length, devices.length);
        assert.match(asked[0], /^\/conus\/conus_bref_qcd\/ows\?service=WMS&.*bbox=-\d+,\d+,-\d+,\d+&/);
        noaa.close();
        await page.context().close();
    });
};
