#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""build.py -- rebuilds places.bin; run by hand, from the top of the repository.

    apt-get install weather-util-data
    python3 intents/weather/gazetteer/build.py

Reads Debian's weather-util-data (Census places, county subdivisions, counties and ZIP areas with
their centers, and weather stations) and the files in this folder.  Names are compared by the same
C code that looks them up later (place_name.c, built as a shared object).  The layout of places.bin
is described in gazetteer_table.c.  The same input gives the same bytes.
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
SAME_KM = 20  # an alias is the place of that name when closer than this
NEAR_KM = 60  # rows with the same name and state are the same place when closer than this

# The population of a place that is in no Census list counts for no more than this.
DISTRICT_PEOPLE = 999
PEOPLE_MAX = (1 << 24) - 1

# What a place counts for whose population nobody has, all below the smallest that GeoNames lists.  Where more
# people live around it, more is added (see estimate_people).
UNKNOWN_TOWN, UNKNOWN_TOWNSHIP, UNKNOWN_VILLAGE, UNKNOWN_POST_OFFICE, UNKNOWN_DISTRICT = 250, 450, 120, 30, 450
AROUND_MAX = 500

# What a region or a nickname counts for, at least.
REGION_PEOPLE = 60000

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
        self.unknown = UNKNOWN_VILLAGE  # what it counts for if nobody knows the population
        self.aliases = {}  # name -> what it counts for at least

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

    def add_alias(self, place, alias, people=0):
        if key(alias) and key(alias) != key(place.name):
            place.aliases[alias] = max(people, place.aliases.get(alias, 0))
            if place not in self.by_key[key(alias), place.state]:
                self.by_key[key(alias), place.state].append(place)

    def add_new_alias(self, place, alias, people=0):
        """Unless there is a place of that name at the same place: then that one counts for as much."""
        same = [p for p in self.by_key.get((key(alias), place.state), [])
                if p is not place and key(p.name) == key(alias)]
        near = [p for p in same if distance_km(p.at, place.at) <= SAME_KM]
        for other in near:
            other.people = max(other.people, place.people, people)
        if not near:
            self.add_alias(place, alias, people)

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


def degrees_of(radians):
    return tuple(round(math.degrees(float(x)), 4) for x in radians.strip('()').split(', '))


def center(fields):
    return degrees_of(fields['centroid'])


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


def state_names():
    """{postal code: name} of us_state.def."""
    text = (HERE.parent / 'us_state.def').read_text()
    return dict(re.findall(r'^STATE\("(..)", "([^"]*)"', text, re.M))


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
        if not full.endswith((' CDP', ' comunidad')):
            place.unknown = UNKNOWN_TOWN
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
            places.add(Place(name, state, at)).unknown = UNKNOWN_TOWNSHIP


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
        district = not town and people >= DISTRICT_PEOPLE
        people = 0 if district else people
        if place:
            place.update(at, people)
        else:
            place = places.add(Place(name, state, at, people))
        if district:
            place.unknown = UNKNOWN_DISTRICT


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
        place = places.find(office, state, at)
        if not place:
            place = places.add(Place(office, state, at))
            place.unknown = UNKNOWN_POST_OFFICE
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


def municipios(places, counties):
    """In Puerto Rico a name means the municipio, not a barrio of that name elsewhere."""
    for _, full, state, at in counties:
        if state != 'PR':
            continue
        place = places.find(full.replace(' Municipio', ''), state, at, 90)
        if not place:
            sys.exit(f'no seat of {full}')
        place.people = max(place.people, 20000)
        places.add_alias(place, full)


def set_positions(places, manual):
    for name, state, lat, lon in (r[:4] for r in manual['at']):
        places.find(name, state).at = (float(lat), float(lon))


def set_people(places, manual):
    for name, state, people in (r[:3] for r in manual['people']):
        places.find(name, state).people = int(people)


class Grid:
    """Finds places near a point."""
    def __init__(self, places, step=0.5):
        self.step, self.cells = step, defaultdict(list)
        for place in places:
            self.cells[self.cell(place.at)].append(place)

    def cell(self, at):
        return math.floor(at[0] / self.step), math.floor(at[1] / self.step)

    def around(self, at, reach=1):
        y, x = self.cell(at)
        for dy in range(-reach, reach + 1):
            for dx in range(-reach, reach + 1):
                yield from self.cells.get((y + dy, x + dx), ())

    def nearest(self, at):
        """The place whose edge is nearest; large towns reach far from their centers."""
        def edge_km(place):
            return distance_km(place.at, at) - min(10, math.sqrt(place.people / 5000))
        for reach in (1, 3, 10, 40):
            near = min(self.around(at, reach), key=edge_km, default=None)
            if near:
                return near


def around(grid, at):
    """How many people live around a point, nearer ones counting for more."""
    return sum(p.people / (3 + distance_km(p.at, at)) ** 2 for p in grid.around(at))


def estimate_people(places):
    """Give every place a population, so that namesakes have an order that means something."""
    grid = Grid([p for p in places.all if p.people > 1000 and p.kind == TOWN])
    for place in places.all:
        if place.people == 0 and place.kind in (TOWN, COUNTY):
            place.people = place.unknown + min(AROUND_MAX, round(60 * math.log10(1 + around(grid, place.at))))


def tell_apart(places):
    """Namesakes with equal populations: the one with more people around it gets more."""
    grid = Grid([p for p in places.all if p.people > 1000 and p.kind == TOWN])
    by_name = defaultdict(list)
    for place in places.all:
        by_name[key(place.name)].append((place, None))
        for alias in sorted(place.aliases):
            by_name[key(alias)].append((place, alias))

    def people(row):
        place, alias = row
        return max(place.people, place.aliases[alias]) if alias else place.people

    equal = True
    while equal:
        equal = False
        for same in by_name.values():
            taken = {}
            for row in sorted(same, key=lambda r: (-people(r), -around(grid, r[0].at), r[0].at)) if len(same) > 1 else []:
                place, alias = row
                while taken.get(people(row), place) is not place:
                    equal = True
                    if alias and place.aliases[alias] > place.people:
                        place.aliases[alias] -= 1
                    elif place.people > 1:
                        place.people -= 1
                    else:
                        place.people += 7
                taken[people(row)] = place


# ---- what is not a town ----

def hand_rows(file):
    lines = (HERE / file).read_text(encoding='utf-8').splitlines()
    return [line.split('\t') for line in lines if line and not line.startswith('#')]


def landmark_variants(name):
    """"Lake Mead" is also Mead Lake, "Borah Peak" also Mount Borah."""
    for pattern, forms in ((r'Lake (\w+)$', ('{} Lake',)), (r'(.+) Lake$', ('Lake {}', '{} Reservoir')),
                           (r'(.+) Reservoir$', ('Lake {}', '{} Lake')), (r'Mount (\w+)$', ('{} Mountain', '{} Peak')),
                           (r'(\w+) Mountain$', ('Mount {}',)), (r'(\w+) Peak$', ('Mount {}', '{} Mountain')),
                           (r'(.+) Mountains$', ('{} Mountain',)), (r'(.+ Pass)$', ('{} Summit',)),
                           (r'(.+) (?:National|State) (?:Forest|Monument|Seashore|Lakeshore)$', ('{} National Park',))):
        match = re.match(pattern, name)
        if match:
            yield from (form.format(match.group(1)) for form in forms)


def add_landmarks(places):
    variants = []
    for name, states, lat, lon, people, *others in hand_rows('landmarks.tsv'):
        at, people = (float(lat), float(lon)), int(people) * 1000
        for i, state in enumerate(states.split(',')):
            place = places.find(name, state, at)
            if not place:
                place = places.add(Place(name, state, at, 0, LANDMARK))
            elif place.people == 0 or place.unknown == UNKNOWN_POST_OFFICE:
                place.kind, place.at = LANDMARK, at
            place.people = max(place.people, people if i == 0 else people // 10)
            if i == 0 and place.kind == LANDMARK:
                variants += [(place, other) for other in landmark_variants(name)]
            for other in semicolons(others[0]) if others else []:
                places.add_new_alias(place, other)
    for place, other in variants:
        if not places.by_key.get((key(other), place.state)):
            places.add_alias(place, other)


def add_regions(places):
    """Each region is another name of the town that stands for it."""
    missing = []
    for town, state, others in hand_rows('regions.tsv'):
        place = places.find(town, state)
        if not place:
            missing.append(f'{town}, {state}')
            continue
        for other in semicolons(others):
            places.add_new_alias(place, other, REGION_PEOPLE)
            if other.endswith(' Reservation'):
                places.add_new_alias(place, other.replace(' Reservation', ' Indian Reservation'), REGION_PEOPLE)
    if missing:
        sys.exit(f'regions.tsv: no {"; ".join(missing)}')


DIRECTIONS = {  # where the region lies in its state: north-south and west-east, from -1 to 1
    'north': (1, 0), 'south': (-1, 0), 'east': (0, 1), 'west': (0, -1), 'central': (0, 0),
    'northeast': (1, 1), 'northwest': (1, -1), 'southeast': (-1, 1), 'southwest': (-1, -1),
    'north central': (1, 0), 'south central': (-1, 0), 'east central': (0, 1), 'west central': (0, -1)}


def add_directions(places, names):
    """"northern ohio", "west kansas": the largest town in that part of the state's extent."""
    by_state = defaultdict(list)
    for place in places.all:
        if place.kind == TOWN and place.people > 2000:
            by_state[place.state].append(place)
    known = {key(name) for name in names.values()}
    for state, towns in sorted(by_state.items()):
        if state not in names or state in ('DC', 'GU', 'AS', 'MP', 'VI'):
            continue
        spans = []
        for axis in (0, 1):
            values = sorted(p.at[axis] for p in towns)
            spans.append((values[len(values) // 50], values[-1 - len(values) // 50]))
        for word, signs in DIRECTIONS.items():
            def inside(place):
                for axis in (0, 1):
                    low, high = spans[axis]
                    where = 2 * (place.at[axis] - low) / ((high - low) or 1) - 1
                    if signs[axis] and where * signs[axis] < 0.25:
                        return False
                    if not signs[axis] and 'central' in word and abs(where) > 0.45:
                        return False
                return True
            town = max(filter(inside, towns), key=lambda p: p.people, default=None)
            for form in (word, word + 'ern') if town and 'central' not in word else (word,):
                name = f'{form.title()} {names[state]}'
                if town and key(name) not in known and not any(
                        places.by_key.get((key(name), s)) for s in names):
                    places.add_alias(town, name)


# Codes that are words people say.
NO_CODES = set('MON TUE WED THU FRI FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC HOT ICE FOG DRY DAY '
               'NOW RAW WET SKY AIR THE AND FOR ARE WAS HIS HER YOU ALL ANY HOW WHY WHO OUT ONE TWO SIX TEN MAX LOW '
               'TOP BAD BAY FUN RUN BIG OLD NEW RED CAR CAT DOG HIM SHE NOT BUT OUR YES ITS HAS HAD CAN GET LET '
               'SET ASK SAY TRY USE WAY END FEW MAN OFF OWN PUT SAW TOO ANN ART BOB BEN DAN JIM JOE KEN SAM TOM'.split())
AIRPORT_PEOPLE = {'large': 60000, 'medium': 8000, 'small': 800}
# The airport that a city's name with "airport" means, where there are several.
MAIN_AIRPORTS = set('JFK ORD LAX SFO IAH DFW DCA MIA MCO DTW CLE CMH MCI PHX STL SEA TPA MSP ANC BOS PHL'.split())


NO_PASSENGERS = re.compile(r'Air Force|AFB|Army|Naval|NAS |Marine|Guard|Heliport|Suburban|Executive|Downtown')


def airport_variants(name):
    """"Denver International Airport" without its kind, and without "Airport"."""
    yield name
    short = re.sub(r' (International|Intl\.?|Regional|Municipal|Metropolitan|Memorial|County|Executive)( Airport)$', r'\2', name)
    yield short
    if name.endswith((' International Airport', ' Regional Airport', ' Municipal Airport', ' Field Airport')):
        yield name[:-len(' Airport')]
    if re.search(r'^[^/]*-[^/]* ', short) and short.endswith(' Airport'):
        yield re.sub(r'^[^-]*-\S+ (?=\S+ Airport)', '', short)


def without_town(name, towns):
    """"Phoenix-Deer Valley Airport" without the name of its town, if more than the kind is left."""
    for town in towns:
        match = re.match(re.escape(town) + r'[ -](.+)', name)
        if match and not re.match(r'(International|Intl|Regional|Municipal|Metropolitan|Memorial|County|Executive|Air|Airport|Field|'
                                  r'City|National|Naval|Army|Area|Downtown|Heliport|World|Seaplane)\b', match.group(1)):
            yield match.group(1)


def add_airports(places):
    called = defaultdict(list)
    for code, others in hand_rows('airport-names.tsv'):
        called[code] += semicolons(others)
    grid = Grid([p for p in places.all if p.kind == TOWN])
    towns = Grid([p for p in places.all if p.kind == TOWN and p.people > 2000])
    serves, found = defaultdict(list), []
    for iata, icao, name, size, scheduled, lat, lon in tsv('airports.tsv.gz'):
        at = (float(lat), float(lon))
        if name.isupper() or (size == 'small' and not iata and not re.fullmatch(r'K[A-Z]{3}', icao)):
            continue
        if not re.search(r'Air|Field|Base|Port|Jetport|Terminal|Sunport|AFB|Heliport', name):
            name += ' Airport'
        place = Place(name, grid.nearest(at).state, at, AIRPORT_PEOPLE[size], LANDMARK)
        reach = 45 if size == 'large' else 25
        town = max((p for p in towns.around(at) if distance_km(p.at, at) < reach),
                   key=lambda p: p.people, default=None)
        if town and (size == 'large' or scheduled):
            place.people += town.people // 20
        if town and (size == 'large' or (size == 'medium' and scheduled)) and not NO_PASSENGERS.search(name):
            rank = (f'{town.name} Airport' not in called.get(iata, ()), iata not in MAIN_AIRPORTS,
                    size != 'large', town.name not in name, distance_km(town.at, at))
            serves[town].append((rank, iata, place))
        around_it = {p.name for p in towns.around(at) if distance_km(p.at, at) < reach}
        found.append((place, iata, icao, size, list(without_town(name, sorted(around_it)))))
    main = defaultdict(list)
    for town, airports in serves.items():
        place = min(airports, key=lambda a: a[:2])[2]
        for kind in ('Airport', 'International Airport', 'Regional Airport'):
            main[place].append(f'{town.name} {kind}')
    named = []
    for place, iata, icao, size, short in found:
        same = places.find(place.name, place.state, place.at, 30)
        named.append((same or places.add(place), main[place], iata, icao, size, short))
    for place, cities, iata, icao, size, short in named:
        codes = [c for c in (icao, iata, icao[1:] if icao.startswith('K') else '') if re.fullmatch(r'[A-Z]{3,4}', c) and c not in NO_CODES]
        codes += [f'{c} Airport' for c in codes if size != 'small']
        variants = [v for form in [place.name] + short for v in airport_variants(form)]
        for alias in codes + variants + called.pop(iata, []) + cities:
            places.add_new_alias(place, alias)
    if called:
        sys.exit(f'airport-names.tsv: unknown codes {sorted(called)}')


def add_abroad(places):
    """Foreign places have no position; the largest of a name is enough."""
    people, kinds = {}, {}
    def put(name, count, kind):
        if key(name) and count > people.get(key(name), (0, ''))[0]:
            people[key(name)] = (count, unicodedata.normalize('NFC', name))
        kinds[key(name)] = max(kind, kinds.get(key(name), ABROAD))
    for name, country, count in tsv('geonames-abroad.tsv.gz'):
        put(name, int(count), ABROAD)
    for kind, name, count in hand_rows('abroad.tsv'):
        put(name, max(1, int(count) * 1000), COUNTRY if kind == 'country' else ABROAD)
    for k, (count, name) in sorted(people.items()):
        places.all.append(Place(name, '--', (0, 0), min(count, PEOPLE_MAX), kinds[k]))


# ---- the table ----

def u24(value):
    return struct.pack('<i', value)[:3]


def degrees(value):
    return u24(round(value * 10000))


def weather_stations(names):
    """(id, (latitude, longitude)) of the stations of the states, most of which are at airports."""
    for code, fields in sections('stations.gz'):
        state = re.fullmatch(r'.*, (\w\w), (?:United States|US)', fields.get('description', ''))
        if (state and state.group(1) in names and re.fullmatch(r'[a-z0-9]{4}', code) and
                fields.get('location', 'None') != 'None'):
            yield code.upper(), degrees_of(fields['location'])


def pack(places, codes, stations):
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
        def people(row):
            return max(row[0].people, row[0].aliases[name]) if row[1] else row[0].people
        for place, is_alias in sorted(rows[name], key=lambda r: (-people(r), r[0].state, r[0].at)):
            if not is_alias:
                number[place] = len(order)
            order.append((place, is_alias, people((place, is_alias))))
    first.append(len(order))
    assert len(order) < 1 << 24 and len(states) < 64

    text, out_names = b'', b''
    for i, name in enumerate(names):
        out_names += u24(len(text)) + u24(first[i])
        text += name.encode()
    out_names += u24(len(text)) + u24(first[-1])
    out_rows = b''
    for place, is_alias, people in order:
        if is_alias:
            out_rows += u24(number[place]) + bytes(3) + b'\xff' + u24(people) + bytes(1)
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
    out_stations = b''.join(code.encode() + degrees(at[0]) + degrees(at[1]) for code, at in stations)
    head = b'CCPLACE3' + struct.pack('<4I', len(names), len(order), len(ordered), len(stations))
    head += ''.join(states).encode().ljust(128, b'\0')
    return (head + struct.pack('<1001H', *prefixes) + out_names + out_rows + out_zips + out_stations + text,
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
    set_positions(places, manual)
    codes, nameless = zip_codes(places, manual, seats)
    add_counties(places, counties, people_of_counties(places, divisions))
    add_aliases(places, manual, True)
    municipios(places, counties)
    set_people(places, manual)
    add_landmarks(places)
    add_regions(places)
    add_directions(places, state_names())
    add_airports(places)
    estimate_people(places)
    tell_apart(places)
    add_abroad(places)
    stations = sorted(weather_stations(state_names()))
    table, names, rows, zips = pack(places, codes, stations)
    (HERE / 'places.bin').write_bytes(table)
    print(f'{names} names, {rows} rows, {zips} ZIP codes, {len(stations)} stations, {len(table)} bytes; '
          f'ZIP areas without a name: {" ".join(nameless)}')


main()
