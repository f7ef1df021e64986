#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""build.py -- rebuilds places.bin; run by hand, from the top of the repository.

    apt-get install weather-util-data
    python3 intents/weather/gazetteer/build.py

Reads Debian's weather-util-data (Census places, county subdivisions, counties and ZIP areas with
their centers), the GeoNames rows in this folder, and names.tsv.  Names are compared by the same C
code that looks them up later (place_name.c, built as a shared object).  The layout of places.bin
is described in gazetteer.c.  The same input gives the same bytes.
"""
import ctypes
import gzip
import math
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DEBIAN = Path('/usr/share/weather-util')
NEAR_KM = 60  # rows with the same name and state are the same place when closer than this

# The population of a place that is in no Census list counts for no more than this.
DISTRICT_PEOPLE = 999

# The states in which county subdivisions are what people call their towns.
TOWN_STATES = set('CT ME MA NH RI VT NY NJ PA MI'.split())

# What the Census appends to a name to tell the kind of place, longest first.
KINDS = ('unified government (balance)', 'consolidated government (balance)',
         'metro government (balance)', 'metropolitan government (balance)',
         'consolidated government', 'metropolitan government', 'unified government',
         'city and borough', 'metro township', 'charter township', 'urban county', 'zona urbana',
         'city (balance)', '(balance)', 'city', 'town', 'village', 'borough', 'CDP', 'municipality',
         'comunidad', 'township', 'plantation', 'corporation')


class Str(ctypes.Structure):
    _fields_ = [('p', ctypes.c_char_p), ('n', ctypes.c_size_t)]


def load_key():
    """The C function place_name_key() as a Python function that caches its results."""
    so = tempfile.NamedTemporaryFile(suffix='.so')
    subprocess.run(['cc', '-std=c17', '-O2', '-shared', '-fPIC', '-I', str(ROOT), '-o', so.name,
                    str(ROOT / 'intents/weather/place_name.c')], check=True)
    fold = ctypes.CDLL(so.name).place_name_key
    fold.argtypes = [Str, ctypes.c_char_p]
    fold.restype = ctypes.c_size_t
    known = {}

    def key(name):
        if name not in known:
            out = ctypes.create_string_buffer(256)
            raw = name.encode()
            fold(Str(raw, len(raw)), out)
            known[name] = out.value.decode()
        return known[name]

    key.keep = so
    return key


key = load_key()


def distance_km(a, b):
    x = (b[1] - a[1]) * math.cos(math.radians((a[0] + b[0]) / 2))
    return 111.2 * math.hypot(x, b[0] - a[0])


# The kinds of gazetteer.h.
TOWN, COUNTY, LANDMARK, ABROAD, COUNTRY = range(5)


class Place:
    def __init__(self, name, state, at, people=0, kind=TOWN):
        self.name = unicodedata.normalize('NFC', name)
        self.state, self.at, self.people, self.kind = state, at, people, kind
        self.aliases = set()

    def update(self, at, people):
        """Take over GeoNames' position, which is where people live.  The center of a city's area may be
        open sea (San Francisco, with its distant islands) or ice (Juneau)."""
        if people > self.people:
            self.at, self.people = at, people


class Places:
    def __init__(self):
        self.all = []
        self.by_key = defaultdict(list)  # (key, state) -> places

    def add(self, place):
        self.all.append(place)
        self.by_key[key(place.name), place.state].append(place)
        return place

    def add_alias(self, place, alias):
        if key(alias) and key(alias) != key(place.name):
            place.aliases.add(alias)
            if place not in self.by_key[key(alias), place.state]:
                self.by_key[key(alias), place.state].append(place)

    def find(self, name, state, at=None, km=NEAR_KM):
        """The nearest place with that name or, without `at`, the most populous."""
        found = self.by_key.get((key(name), state), [])
        if at is None:
            return max(found, key=lambda p: p.people, default=None)
        near = [p for p in found if distance_km(p.at, at) <= km]
        return min(near, key=lambda p: distance_km(p.at, at), default=None)


def sections(file):
    """Yield (id, {field: value}) for each section of a file of weather-util-data."""
    name, fields = None, {}
    with gzip.open(DEBIAN / file, 'rt', encoding='utf-8') as lines:
        for line in lines:
            line = line.rstrip('\n')
            if line.startswith('['):
                name, fields = line[1:-1], {}
            elif not line and name:
                yield name, fields
                name = None
            elif name and ' = ' in line:
                field, value = line.split(' = ', 1)
                fields[field] = value
    if name:
        yield name, fields


def center(fields):
    """The centroid in degrees; the file has radians."""
    return tuple(round(math.degrees(float(x)), 4)
                 for x in fields['centroid'].strip('()').split(', '))


def bare(name):
    """The name without its kind of place, and the name in parentheses, or ''."""
    for kind in KINDS:
        if name.endswith(' ' + kind):
            name = name[:-len(kind) - 1]
            break
    other = re.fullmatch(r'(.*) \((.*)\)', name)
    return (other.group(1), other.group(2)) if other else (name, '')


def tsv(file):
    with gzip.open(HERE / file, 'rt', encoding='utf-8') as lines:
        return [line.rstrip('\n').split('\t') for line in lines]


def manual_rows():
    """The rows of names.tsv, grouped by their first column and padded to seven columns."""
    rows = defaultdict(list)
    for line in (HERE / 'names.tsv').read_text(encoding='utf-8').splitlines():
        if line and not line.startswith('#'):
            kind, *rest = line.split('\t')
            rows[kind].append([x.strip() for x in rest] + [''] * (7 - len(rest)))
    return rows


def semicolons(text):
    return [x.strip() for x in text.split(';') if x.strip()]


def add_census(places, manual):
    """Add the Census places.  Returns the county subdivisions, the counties, and the towns of Puerto
    Rico."""
    renames = {(r[0], r[1]): r for r in manual['rename']}
    divisions, counties, seats = [], [], []
    for code, fields in sections('places.gz'):
        full, _, state = fields['description'].rpartition(', ')
        if len(code) == len('fips') + 10:
            divisions.append((code[:9], full, state, center(fields)))
            continue
        if len(code) == len('fips') + 5:
            counties.append((code, full, state, center(fields)))
            continue
        name, other = bare(full)
        rename = renames.pop((name, state), None)
        place = places.add(Place(rename[2] if rename else name, state, center(fields)))
        for alias in semicolons(rename[3]) if rename else []:
            places.add_alias(place, alias)
        if other:
            places.add_alias(place, other)
        if full.endswith(' zona urbana'):
            seats.append(place)
    if renames:
        sys.exit(f'names.tsv renames places that do not exist: {sorted(renames)}')
    return divisions, counties, seats


def towns_of(divisions):
    """The county subdivisions that people call their towns: {(key, state): [(name, center)]}"""
    towns = defaultdict(list)
    for _, full, state, at in divisions:
        name, _ = bare(full)
        if state in TOWN_STATES and name != full:
            towns[key(name), state].append((name, at))
    return towns


def add_towns(places, towns):
    for (_, state), same in towns.items():
        name, at = same[0]
        if not places.by_key.get((key(name), state)):
            places.add(Place(name, state, at))


def people_of_counties(places, divisions):
    """Estimate the population of counties, well enough to rank Harris County, TX above that of GA: each
    place counts for the county whose subdivision is nearest."""
    people, by_state = defaultdict(int), defaultdict(list)
    for county, _, state, at in divisions:
        by_state[state].append((at, county))
    for place in places.all:
        near = by_state.get(place.state)
        if near and place.people > DISTRICT_PEOPLE:
            shrink = math.cos(math.radians(place.at[0]))
            people[min(near, key=lambda d: (d[0][0] - place.at[0]) ** 2 +
                       ((d[0][1] - place.at[1]) * shrink) ** 2)[1]] += place.people
    return people


def add_counties(places, counties, people):
    for code, full, state, at in counties:
        name = full.replace(' Municipio', '').replace(' Census Area', '').replace(' city', '')
        if not places.by_key.get((key(name), state)):
            places.add(Place(name, state, at, people[code], COUNTY))


def plain_geonames(name):
    name = re.sub(r'^City of (.*?)( \(balance\))?$', r'\1', name)
    return re.sub(r', D\.C\.$| \((village|historical)\)$|, KS$', '', name)


def reach_km(state, people):
    """How far a town's position may be from the center of its area: far only where areas are vast."""
    return NEAR_KM if people > 50000 or state == 'AK' else 26.5


def add_geonames(places, towns, manual):
    """Set the populations of known places, and add those that are missing.

    Many of the missing ones are parts of a city and have the city's population, so only towns keep
    theirs, and the others rank behind them."""
    fresh = []
    for name, state, _, people, lat, lon in tsv('geonames-places.tsv.gz'):
        if state in ('GU', 'AS', 'VI', 'MP'):
            continue  # names.tsv has them all, in their local spelling
        name, at, people = plain_geonames(name), (float(lat), float(lon)), int(people)
        km = reach_km(state, people)
        place = (places.find(name, state, at, km) or
                 places.find(re.sub(r' City$', '', name), state, at, 15) or
                 places.find(re.sub(r' (Center|Village|Town|Township)$', '', name), state, at, 5))
        if place:
            place.update(at, people)
        else:
            fresh.append((re.sub(r' Township$', '', re.sub(r'^The (?=Bronx$)', '', name)),
                          state, at, people))
    for name, state, at, people in fresh:
        place = places.find(name, state, at, reach_km(state, people))
        town = any(distance_km(at, center) < 30 for _, center in towns.get((key(name), state), ()))
        people = people if town else min(people, DISTRICT_PEOPLE)
        if place:
            place.update(at, people)
        else:
            places.add(Place(name, state, at, people))
    for name, state, lat, lon in (r[:4] for r in manual['at']):
        places.find(name, state).at = (float(lat), float(lon))


def office_name(name):
    """A post office's name in the usual spelling."""
    name = re.sub(r' Afb$', ' Air Force Base', name).replace('Usaf', 'Air Force')
    return name.replace("'S ", "'s ").replace('Mcc', 'McC')


def nearest(places, at):
    return min(places, key=lambda p: distance_km(p.at, at))


def zip_codes(places, manual, seats):
    """{code: (place, (latitude, longitude))}, and the codes of areas without a town."""
    areas = {code: center(fields) for code, fields in sections('zctas.gz')}
    codes = {}
    for span, state, name in (r[:3] for r in manual['zip']):
        place = places.find(name, state)
        if not place:
            sys.exit(f'names.tsv: no place for ZIP code {span}')
        for number in range(int(span[:5]), int(span[-5:]) + 1):
            code = f'{number:05}'
            codes[code] = (place, areas.get(code, place.at))
    for code, office, state, lat, lon in tsv('geonames-zips.tsv.gz'):
        if code in codes:
            continue
        office = office_name(office)
        at = areas.get(code, (float(lat), float(lon)))
        place = places.find(office, state, at) or places.add(Place(office, state, at))
        codes[code] = (place, areas.get(code, place.at))
    for code, at in areas.items():
        if code not in codes and code[:3] in ('006', '007', '009'):
            codes[code] = (nearest(seats, at), at)
    return codes, sorted(set(areas) - set(codes))


def add_aliases(places, manual, complete):
    for name, state, others, *_ in manual['alias']:
        place = places.find(name, state)
        if not place and complete:
            sys.exit(f'names.tsv: alias for {name}, {state}, which does not exist')
        for alias in semicolons(others) if place else []:
            places.add_alias(place, alias)


def u24(value):
    return struct.pack('<i', value)[:3]


def degrees(value):
    return u24(round(value * 10000))


def pack(places, codes):
    states = sorted({p.state for p in places.all})
    rows = defaultdict(list)  # name -> [(place, whether the name is an alias)]
    for place in places.all:
        rows[place.name].append((place, False))
        for alias in place.aliases:
            rows[alias].append((place, True))
    names = sorted(rows, key=lambda name: (key(name), name))
    names = [name for name in names if key(name)]
    number, first, order = {}, [], []
    for name in names:
        first.append(len(order))
        for place, is_alias in sorted(rows[name], key=lambda r: (-r[0].people, r[0].state, r[0].at)):
            if not is_alias:
                number[place] = len(order)
            order.append((place, is_alias))
    first.append(len(order))
    assert len(order) < 1 << 24 and len(states) < 64

    text, out_names = b'', b''
    for i, name in enumerate(names):
        out_names += u24(len(text)) + u24(first[i])
        text += name.encode()
    out_names += u24(len(text)) + u24(first[-1])
    out_rows = b''
    for place, is_alias in order:
        if is_alias:
            out_rows += u24(number[place]) + bytes(3) + b'\xff' + bytes(4)
        else:
            out_rows += (degrees(place.at[0]) + degrees(place.at[1]) +
                         bytes([states.index(place.state)]) + u24(place.people) +
                         bytes([place.kind]))
    out_zips, prefixes = b'', []
    ordered = sorted(codes)
    for prefix in range(1001):
        prefixes.append(prefixes[-1] if prefixes else 0)
        while prefixes[-1] < len(ordered) and int(ordered[prefixes[-1]][:3]) < prefix:
            prefixes[-1] += 1
    for code in ordered:
        place, at = codes[code]
        out_zips += (bytes([int(code[3:])]) + u24(number[place]) +
                     degrees(at[0]) + degrees(at[1]))
    head = b'CCPLACE2' + struct.pack('<4I', len(names), len(order), len(ordered), len(text))
    head += ''.join(states).encode().ljust(128, b'\0')
    return (head + struct.pack('<1001H', *prefixes) + out_names + out_rows + out_zips + text,
            len(names), len(order), len(ordered))


def main():
    manual = manual_rows()
    places = Places()
    for name, state, lat, lon, people, others, _ in manual['place']:
        place = places.add(Place(name, state, (float(lat), float(lon)), int(people)))
        for alias in semicolons(others):
            places.add_alias(place, alias)
    divisions, counties, seats = add_census(places, manual)
    towns = towns_of(divisions)
    add_aliases(places, manual, False)
    add_geonames(places, towns, manual)
    add_towns(places, towns)
    codes, nameless = zip_codes(places, manual, seats)
    add_counties(places, counties, people_of_counties(places, divisions))
    add_aliases(places, manual, True)
    table, names, rows, zips = pack(places, codes)
    (HERE / 'places.bin').write_bytes(table)
    print(f'{names} names, {rows} rows, {zips} ZIP codes, {len(table)} bytes; '
          f'ZIP areas without a name: {" ".join(nameless)}')


main()
