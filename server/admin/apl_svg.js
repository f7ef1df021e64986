// SPDX-License-Identifier: Apache-2.0
// server/admin/apl_svg.js -- draws a RenderDocument directive as SVG: the part of APL, APLT and AVG that Clima Cast writes.
// The test console draws with it, and so do the tests.
//
// aplSvg(directive, {width, height, round, theme}) returns the text of an <svg>.  What it does not know is an error, so that no
// part of a document goes undrawn.  Styles are in data-style, because pages with a strict Content-Security-Policy ignore style
// attributes; aplStyle(element) applies them once the text is in a page.
'use strict';

const aplStyle = root => {
    for (const element of root.querySelectorAll('[data-style]')) element.style.cssText = element.dataset.style;
};

const aplSvg = (() => {
    const escape = text => String(text).replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[c]));
    const known = (object, names, what) => {
        for (const name of Object.keys(object)) if (!names.includes(name)) throw new Error(`${what}: unknown member ${name}`);
    };

    class Drawing {
        constructor(directive, screen) {
            this.document = directive.document;
            this.data = directive.datasources || {};
            this.screen = screen;
            this.colors = {};
            for (const block of this.document.resources || []) {
                if (block.when && block.when !== "${viewport.theme == 'light'}") throw new Error('when: ' + block.when);
                if (!block.when || screen.theme === 'light') Object.assign(this.colors, block.colors);
            }
        }

        // A resource, a parameter, an expression of the data source, or the value itself.
        value(text, parameters = {}) {
            if (typeof text !== 'string') return text;
            if (text.startsWith('@')) return this.look(this.colors, text.slice(1), text);
            const bound = /^\$\{([\w.]+)\}$/.exec(text);
            if (!bound) {
                if (text.includes('${')) throw new Error('expression: ' + text);
                return text;
            }
            const path = bound[1].split('.');
            if (path[0] !== 'payload') return this.look(parameters, path[0], text);
            return path.slice(1).reduce((at, name) => this.look(at, name, text), this.data);
        }

        look(table, name, what) {
            if (!table || !(name in table)) throw new Error('undefined: ' + what);
            return table[name];
        }

        length(value, whole) {
            if (typeof value === 'number') return value;
            const part = /^([\d.]+)(%|vw|vh)$/.exec(value);
            if (!part) throw new Error('length: ' + value);
            return part[1] / 100 * (part[2] === 'vw' ? this.screen.width : part[2] === 'vh' ? this.screen.height : whole);
        }

        box(item, outer) {
            return { x: outer.x + (item.left || 0), y: outer.y + (item.top || 0),
                w: item.width === undefined ? outer.w : this.length(item.width, outer.w),
                h: item.height === undefined ? outer.h : this.length(item.height, outer.h) };
        }

        // The markup that a Text component may have here: line breaks, and the letters that markup is made of.
        words(text) {
            const plain = text.replace(/<br>/g, '\n').replace(/&(amp|lt|gt);/g, (all, name) => ({ amp: '&', lt: '<', gt: '>' }[name]));
            return escape(plain).replace(/\n/g, '<br/>');
        }

        // The text as HTML, in a box of its own; one that scrolls has no height.
        html(item, flowing) {
            known(item, ['type', 'position', 'left', 'top', 'width', 'height', 'text', 'fontSize', 'fontWeight', 'color', 'textAlign',
                'textAlignVertical', 'maxLines', 'paddingTop'], 'Text');
            const clamp = item.maxLines
                ? `display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:${item.maxLines};overflow:hidden;` : '';
            const align = item.textAlignVertical === 'center' ? 'center' : 'flex-start';
            return `<div xmlns="http://www.w3.org/1999/xhtml" data-style="${flowing ? '' : 'height:100%;'}display:flex;align-items:${align}">` +
                `<div data-style="${clamp}width:100%;font:${item.fontWeight || 400} ${item.fontSize}px/1.25 ${font};` +
                `overflow-wrap:break-word;padding-top:${item.paddingTop || 0}px;color:${this.value(item.color)};` +
                `text-align:${item.textAlign || 'left'}">${this.words(this.value(item.text))}</div></div>`;
        }

        component(item, outer) {
            const b = this.box(item, outer), at = `x="${b.x}" y="${b.y}" width="${b.w}" height="${b.h}"`;
            const common = ['type', 'position', 'left', 'top', 'width', 'height'];
            switch (item.type) {
            case 'Container':
                known(item, [...common, 'items'], item.type);
                return item.items.map(inner => this.component(inner, b)).join('');
            case 'Frame':
                known(item, [...common, 'backgroundColor', 'borderRadius', 'item'], item.type);
                return (item.backgroundColor ? `<rect ${at} rx="${item.borderRadius || 0}" fill="${this.value(item.backgroundColor)}"/>` : '') +
                    (item.item ? this.component(item.item, b) : '');
            case 'Text':
                return `<foreignObject ${at}>${this.html(item)}</foreignObject>`;
            case 'ScrollView':
                known(item, [...common, 'item'], item.type);
                return `<foreignObject ${at}><div xmlns="http://www.w3.org/1999/xhtml" data-style="height:100%;overflow-y:auto" tabindex="0">` +
                    item.item.items.map(inner => this.html(inner, true)).join('') + '</div></foreignObject>';
            case 'TouchWrapper':
                known(item, [...common, 'onPress', 'item'], item.type);
                return `<g class="touch" role="button" tabindex="0" aria-label="${escape(item.onPress[0].arguments.join(' '))}" ` +
                    `data-arguments="${escape(JSON.stringify(item.onPress[0].arguments))}">` +
                    `<rect ${at} fill="transparent" pointer-events="all"/>${this.component(item.item, b)}</g>`;
            case 'VectorGraphic':
                return this.graphic(item, b);
            default:
                throw new Error('component: ' + item.type);
            }
        }

        graphic(item, b) {
            const avg = this.look(this.document.graphics, item.source, 'graphic ' + item.source), parameters = {};
            known(avg, ['type', 'version', 'parameters', 'width', 'height', 'items'], 'AVG');
            for (const name of avg.parameters) parameters[name] = this.value(item[name]);
            const scale = Math.min(b.w / avg.width, b.h / avg.height);
            const x = b.x + (b.w - avg.width * scale) / 2, y = b.y + (b.h - avg.height * scale) / 2;
            return `<g transform="translate(${x} ${y}) scale(${scale})">${avg.items.map(part => this.part(part, parameters)).join('')}</g>`;
        }

        part(part, parameters) {
            const color = value => this.value(value, parameters);
            if (part.type === 'text') {
                known(part, ['type', 'text', 'x', 'y', 'fontSize', 'fontWeight', 'textAnchor', 'fill'], part.type);
                return `<text x="${part.x}" y="${part.y}" font-size="${part.fontSize}" font-weight="${part.fontWeight || 400}" ` +
                    `font-family="${font}" text-anchor="${part.textAnchor}" fill="${color(part.fill)}">${escape(part.text)}</text>`;
            }
            if (part.type !== 'path') throw new Error('part: ' + part.type);
            known(part, ['type', 'pathData', 'fill', 'fillOpacity', 'stroke', 'strokeWidth', 'strokeLineCap', 'strokeLineJoin'], part.type);
            return `<path d="${escape(part.pathData)}" fill="${part.fill ? color(part.fill) : 'none'}" fill-opacity="${part.fillOpacity || 1}" ` +
                (part.stroke ? `stroke="${color(part.stroke)}" stroke-width="${part.strokeWidth}" stroke-linecap="${part.strokeLineCap}" ` +
                `stroke-linejoin="${part.strokeLineJoin}"` : '') + '/>';
        }
    }

    const font = "'Amazon Ember', 'Noto Sans', 'DejaVu Sans Condensed', sans-serif";

    const begin = (width, height, words) => `<svg xmlns="http://www.w3.org/2000/svg" role="group" viewBox="0 0 ${width} ${height}" ` +
        `width="${width}" height="${height}"><title>Screen</title><desc>${escape(words)}</desc>`;

    // The four characters beside a clock, one page after the other.
    const characters = template => {
        const pages = template.items.flatMap(item => (item.type === 'Pager' ? item.items : [item]));
        for (const page of pages) known(page, ['type', 'text'], 'page of characters');
        return begin(pages.length * 320, 120, pages.map(page => page.text).join(', ')) + pages.map(({ text }, i) =>
            `<rect x="${i * 320 + 8}" y="8" width="304" height="104" rx="16" fill="#111"/><text x="${i * 320 + 160}" y="88" ` +
            `font-family="monospace" font-size="88" font-weight="700" text-anchor="middle" fill="#9be7ff">${escape(text)}</text>`).join('') +
            '</svg>';
    };

    return (directive, screen) => {
        const template = directive.document.mainTemplate;
        if (directive.document.type === 'APLT') return characters(template);
        const { width, height } = screen, whole = { x: 0, y: 0, w: width, h: height };
        const drawing = new Drawing(directive, screen), side = Math.min(width, height) / 2;
        const shape = screen.round ? `<circle cx="${width / 2}" cy="${height / 2}" r="${side}"/>` : `<rect width="${width}" height="${height}"/>`;
        return begin(width, height, directive.token) + `<clipPath id="shape">${shape}</clipPath><g clip-path="url(#shape)">` +
            template.items.map(item => drawing.component(item, whole)).join('') + '</g></svg>';
    };
})();

if (typeof module !== 'undefined') module.exports = { aplSvg, aplStyle };
