#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make.py -- remakes the lists of spoken places that come from public data; run by hand.

    apt-get install weather-util-data
    python3 tests/cases/places/make.py

The truth is independent of this project's table and code.  From Debian's weather-util-data (public domain data):
    airport-names, airport-codes, small-towns   stations.gz: the list of stations of the National Weather Service,
                                                with the airport, its town and state, and its position
    counties, puerto-rico                       places.gz: centers of counties from the US Census Bureau
    zips-without-zeros                          zctas.gz: centers of ZIP Code Tabulation Areas of the Census Bureau
cities.txt was typed from an atlas: the largest cities with their positions in hundredths of a degree.  From it come
    cities-with-state, and big-city-or-hamlet: every big city asked for from homes in the states that have a namesake of
    it, which the Census Bureau or GeoNames lists, unless GeoNames has it with a like population
The other lists in this folder (nicknames, metros-and-regions, landmarks, military, universities, stadiums,
tribal-lands, namesakes, counties-by-name, abroad) are typed by hand.

Every row: what is said, the user's own place or "", latitude and longitude or "abroad", and what the answer must name.
"""
import gzip
import math
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
DEBIAN = Path('/usr/share/weather-util')
NAMES = dict(re.findall(r'^STATE\("(..)", "([^"]*)"', (HERE.parents[2] / 'intents/weather/us_state.def').read_text(),
                        re.M))
SHORT = {'MA': 'mass', 'PA': 'penn', 'FL': 'fla', 'WA': 'wash', 'MN': 'minn', 'CA': 'calif', 'TX': 'tex', 'MI': 'mich',
         'TN': 'tenn', 'OK': 'okla', 'CO': 'colo', 'WI': 'wis', 'AL': 'ala', 'AZ': 'ariz', 'CT': 'conn', 'IL': 'ill'}
HOMES = {'TX': 'San Antonio Texas', 'PA': 'Pittsburgh Pennsylvania', 'OH': 'Cleveland Ohio', 'GA': 'Atlanta Georgia',
         'IN': 'Indianapolis Indiana', 'MO': 'St. Louis Missouri', 'KY': 'Louisville Kentucky',
         'TN': 'Nashville Tennessee', 'NC': 'Charlotte North Carolina', 'IL': 'Chicago Illinois',
         'NY': 'Buffalo New York', 'ME': 'Bangor Maine', 'OR': 'Portland Oregon', 'WA': 'Seattle Washington',
         'MN': 'Minneapolis Minnesota', 'WI': 'Madison Wisconsin', 'VA': 'Richmond Virginia', 'AL': 'Birmingham Alabama',
         'AR': 'Little Rock Arkansas', 'IA': 'Des Moines Iowa', 'KS': 'Wichita Kansas', 'CA': 'Fresno California',
         'MI': 'Detroit Michigan', 'MS': 'Jackson Mississippi', 'OK': 'Tulsa Oklahoma', 'LA': 'Shreveport Louisiana'}
# A namesake in the home state with at least this share of the city's people might be meant: not asked.
LIKE_SIZE = 1 / 60


def stations(file='stations.gz'):
    name, fields = None, {}
    with gzip.open(DEBIAN / file, 'rt', encoding='utf-8') as lines:
        for line in list(lines) + ['\n']:
            line = line.rstrip('\n')
            if line.startswith('['):
                name, fields = line[1:-1], {}
            elif not line and name:
                yield name, fields
                name = None
            elif name and ' = ' in line:
                field, value = line.split(' = ', 1)
                fields[field] = value


def degrees(text):
    return tuple(round(math.degrees(float(x)), 2) for x in text.strip('()').split(', '))


def write(file, rows):
    seen, unique = set(), []
    for row in rows:
        if row[0] not in seen or row[1]:
            unique.append(row)
        seen.add(row[0])
    text = ''.join('\t'.join(str(x) for x in row) + '\n' for row in unique)
    (HERE / f'{file}.tsv').write_text(text, encoding='utf-8')
    print(f'{file}: {len(unique)}')


def spoken(text):
    return re.sub(r'\s+', ' ', re.sub(r'[/,()-]', ' ', text)).strip().lower()


def nws_airports():
    """(code, town, airport, state, position) of stations at an airport that a town's name precedes."""
    for code, fields in stations():
        match = re.fullmatch(r'([^,]+), ([^,]*(?:Airport|Field|Airfield)), (\w\w), United States',
                             fields.get('description', ''))
        if match and fields.get('location', 'None') != 'None' and match.group(3) in NAMES:
            yield (code, match.group(1).strip(), match.group(2).strip(), match.group(3), degrees(fields['location']))


def namesakes():
    """The (town, state) of the Census Bureau, and the populations that GeoNames has."""
    towns, people = set(), {}
    for code, fields in stations('places.gz'):
        name, _, state = fields['description'].rpartition(', ')
        towns.add((re.sub(r' (city|town|village|CDP|borough|township|CCD)$', '', name), state))
    with gzip.open(HERE.parents[2] / 'intents/weather/gazetteer/geonames-places.tsv.gz', 'rt', encoding='utf-8') as lines:
        for line in lines:
            name, state, _, count, _, _ = line.split('\t')
            people[name, state] = max(int(count), people.get((name, state), 0))
            towns.add((name, state))
    return towns, people


def main():
    cities = [line.split('|') for line in (HERE / 'cities.txt').read_text().splitlines()]
    rows = []
    for i, (city, state, lat, lon) in enumerate(cities):
        forms = [NAMES[state].lower(), state.lower(), SHORT.get(state, '')]
        for form in filter(None, forms):
            rows.append((f'{spoken(city)} {form}', '', lat, lon, f'{city}, {NAMES[state]}'))
    write('cities-with-state', rows)

    towns, people = namesakes()
    rows = []
    for city, state, lat, lon in cities[:90]:
        for home, setting in HOMES.items():
            like_size = people.get((city, home), 0) >= LIKE_SIZE * people.get((city, state), 1e6)
            if home != state and (city, home) in towns and not like_size:
                rows.append((spoken(city), setting, lat, lon, f'{city}, {NAMES[state]}'))
    write('big-city-or-hamlet', rows)

    airports = list(nws_airports())
    known = [a for a in airports if re.search(r'International Airport|Regional Airport', a[2]) and
             not re.search(r'Air Force|Naval|Army', a[2])]
    write('airport-names', [(f'{spoken(name)} {NAMES[state].lower()}', '', *at, NAMES[state])
                            for _, _, name, state, at in known])
    write('airport-codes', [(' '.join(code[1:]) if i % 2 else code, '', *at, NAMES[state])
                            for i, (code, _, name, state, at) in enumerate(known)
                            if code.startswith('k') and code[1:].isalpha()])
    municipal = [a for a in airports if a[2].endswith('Municipal Airport') and '/' not in a[1] and ' ' not in a[1]]
    write('small-towns', [(f'{spoken(town)} {NAMES[state].lower()}', '', *at, NAMES[state])
                          for _, town, _, state, at in municipal])

    counties, municipios = [], []
    for code, fields in stations('places.gz'):
        if len(code) != len('fips') + 5:
            continue
        name, _, state = fields['description'].rpartition(', ')
        at = degrees(fields['centroid'])
        if name.startswith('Mayag'):
            continue  # its center lies at sea, drawn there by the island of Mona
        if state == 'PR':
            municipios.append((spoken(name.replace(' Municipio', '')) + ' puerto rico', '', *at, 'Puerto Rico'))
        elif state in NAMES and re.search(r' (County|Parish|Borough)$', name) and state != 'AK':
            counties.append((f'{spoken(name)} {NAMES[state].lower()}', '', *at, NAMES[state]))
    write('counties', counties[::20])
    write('puerto-rico', municipios)

    zips = [(code, degrees(fields['centroid'])) for code, fields in stations('zctas.gz') if code[0] == '0']
    write('zips-without-zeros', [(code.lstrip('0'), '', *at, '') for code, at in zips][::16])


main()
