# SPDX-License-Identifier: Apache-2.0
"""What the daemon should say: a second implementation, from the documents to the figures in the answer.

later() and now() return the figures that an answer must have, spoken_later() and spoken_now() those that it has, as flat
dictionaries of what is spoken: whole degrees, worded amounts, sky names.  Shares nothing with the daemon but the
documents; the figures of a grid come from forecast.py.
"""
import datetime
import math
import re
import zoneinfo

import forecast

UTC = datetime.timezone.utc
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December"]
COMPASS = ["north", "north northeast", "northeast", "east northeast", "east", "east southeast", "southeast",
           "south southeast", "south", "south southwest", "southwest", "west southwest", "west", "west northwest",
           "northwest", "north northwest"]
FROZEN = {"snow", "snow_showers", "sleet", "ice_crystals", "blowing_snow"}
ICY = {"freezing_rain", "freezing_drizzle"}
LIQUID = {"rain", "rain_showers", "drizzle", "freezing_rain", "freezing_drizzle", "thunderstorms"}
MPH = 3600 / 1609.344
FRESH, OLD, FUTURE, STATIONS = 7200, 21600, 600, 12
# part: hours of the date, daytime, after the name of a day, the name when it begins today, before a date
PARTS = {"day": (6, 18, True, "", "today", ""), "night": (18, 30, False, " night", "tonight", "the night of "),
         "morning": (6, 12, True, " morning", "this morning", "the morning of "),
         "afternoon": (12, 18, True, " afternoon", "this afternoon", "the afternoon of "),
         "evening": (18, 24, False, " evening", "this evening", "the evening of "),
         "overnight": (24, 30, False, " overnight", "overnight", "overnight on ")}


# ---- spoken figures -------------------------------------------------------------------------------------------

def whole(value):
    """Rounds half away from zero, ignoring binary noise."""
    value = round(value * 1e6) / 1e6
    return int(math.floor(abs(value) + 0.5)) * (1 if value >= 0 else -1)


def fahrenheit(c):
    return whole(c * 9 / 5 + 32)


def point_of(degrees):
    return COMPASS[whole(degrees / 22.5) % 16]


def sky(percent, daytime):
    steps = [(25, "sunny"), (50, "mostly sunny"), (69, "partly sunny"), (87, "mostly cloudy")] if daytime else \
        [(5, "clear"), (25, "mostly clear"), (50, "partly cloudy"), (87, "mostly cloudy")]
    return next((name for most, name in steps if percent <= most), "cloudy")


def amount(mm):
    """A depth in words: the nearest one that has words; the greater of two equally near."""
    said = [(0.05, "less than a tenth of an inch"), (0.1, "a tenth of an inch"), (0.25, "a quarter of an inch"),
            (0.5, "half an inch"), (0.75, "three quarters of an inch"), (1.0, "an inch")]
    quarters = ["", " and a quarter", " and a half", " and three quarters"]
    inches = mm / 25.4
    for n in range(5, 200):  # quarters to three inches, halves to ten, then whole inches
        if n < 12 or (n <= 40 and n % 2 == 0) or n % 4 == 0:
            unit = "an inch" if n // 4 == 1 else "%d%s inches" % (n // 4, quarters[n % 4])
            said.append((n / 4, "an inch" + quarters[n % 4] if n // 4 == 1 else unit))
    return min(reversed(said), key=lambda s: round(abs(s[0] - inches), 9))[1]


# ---- when ------------------------------------------------------------------------------------------------------

class When:
    """The period that the words mean at an instant in a zone; `day` is "", "today", "tomorrow", a weekday or a date."""

    def __init__(self, day, part, now, zone):
        local = datetime.datetime.fromtimestamp(now, zone)
        self.zone, self.now = zone, now
        self.date = local.date()
        self.part = part or "day"
        if day in ("", "today"):
            self._today(local, part)
        elif day == "tomorrow":
            self.date += datetime.timedelta(days=1)
        elif isinstance(day, datetime.date):
            self.date = day
            if self.part == "day" and self._end() <= now:
                self.part = "night"
        else:
            self.date += datetime.timedelta(days=(WEEKDAYS.index(day) - local.weekday()) % 7)
            if self._end() <= now:
                self.date += datetime.timedelta(days=7)
        self.days = (self.date - local.date()).days
        self.start, self.end = self._instant(PARTS[self.part][0]), self._end()
        self.begin = max(self.start, now - now % 3600)
        self.daytime = PARTS[self.part][2]
        self.name = self._name(day)

    def _today(self, local, part):
        if part in ("night", "overnight") and local.hour < 6:
            self.date -= datetime.timedelta(days=1)
        elif self._end() <= self.now:
            if self.part == "day":
                self.part = "night"
            else:
                self.date += datetime.timedelta(days=1)

    def _instant(self, hour):
        at = datetime.datetime(self.date.year, self.date.month, self.date.day) + datetime.timedelta(hours=hour)
        return int(at.replace(tzinfo=self.zone).astimezone(UTC).timestamp())

    def _end(self):
        return self._instant(PARTS[self.part][1])

    def _name(self, day):
        after, today, before = PARTS[self.part][3:]
        if isinstance(day, datetime.date):
            n = self.date.day
            ending = "th" if n // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
            return "%s%s %d%s" % (before, MONTHS[self.date.month - 1], n, ending)
        if day in WEEKDAYS:
            return ("next " if self.days >= 7 else "") + day + after
        return "tomorrow" + after if self.days == 1 else today


# ---- a forecast ------------------------------------------------------------------------------------------------

def put(out, name, value):
    if value is not None:
        out[name] = value


def feels(grid, w, layer):
    """Over the hours to which it applies: heat index from 80 degrees, wind chill up to 50."""
    temperatures = {t: v * 9 / 5 + 32 for t, v in grid.hours("temperature", w.begin, w.end)}
    meant = {t for t, f in temperatures.items() if (f >= 80 if layer == "heatIndex" else f <= 50)}
    values = {t: v for t, v in grid.hours(layer, w.begin, w.end) if t in meant}
    if not any(fahrenheit(v) != whole(temperatures[t]) for t, v in values.items()):
        return None
    return "%d to %d" % (fahrenheit(min(values.values())), fahrenheit(max(values.values())))


def temperature(grid, w, out):
    figures, c = {}, None
    if w.part in ("day", "night"):
        name = "maxTemperature" if w.daytime else "minTemperature"
        forecast.layer_figures(grid, name, w.start, w.end, figures)
        c = figures.get(name + ".longest")
    if c is None:
        forecast.layer_figures(grid, "temperature", w.start, w.end, figures)
        c = figures.get("temperature." + ("highest" if w.daytime else "lowest"))
    if c is not None:
        out["high" if w.daytime else "low"] = fahrenheit(c)
        put(out, "wind chill", feels(grid, w, "windChill"))
        put(out, "heat index", feels(grid, w, "heatIndex"))


def skys(grid, w, out):
    values = [v for _, v in grid.hours("skyCover", w.begin, w.end)]
    if values:
        first, last = sky(values[0], w.daytime), sky(values[-1], w.daytime)
        out["sky"] = first if first == last else first + ", becoming " + last


def conditions(grid, w):
    return [kind.split("/") for kind in forecast.weather(grid, w.begin, w.end)]


def weather_words(grid, text):
    """The words of the grid's weather that a text has, in order; attributes may be among them ("heavy rain")."""
    kinds = {k.split("/")[1].replace("_", " ") for _, _, kinds in grid.weather_runs() for k in kinds}
    words = "|".join(sorted(kinds, key=len, reverse=True))
    return ", ".join(re.findall(r"(?<![a-z])(?:%s)(?![a-z])" % words, text.lower().replace("_", " "))) if kinds else ""


def summary(grid, w, out):
    kinds = conditions(grid, w)
    if kinds:
        out["weather"] = weather_words(grid, ", ".join(" ".join(kind[1:2] + kind[3:]) for kind in kinds))
    else:
        skys(grid, w, out)


def precipitation(grid, w, out):
    chances = [v for _, v in grid.hours("probabilityOfPrecipitation", w.begin, w.end)]
    if not chances:
        return
    out["chance"] = whole(max(chances))
    if max(chances) <= 0:
        return
    totals = {}
    for name in ("quantitativePrecipitation", "snowfallAmount", "iceAccumulation"):
        forecast.amount_figures(grid, name, w.begin, w.end, totals)
    water, snow, ice = (totals.get(name + ".total", 0)
                        for name in ("quantitativePrecipitation", "snowfallAmount", "iceAccumulation"))
    if snow > 0:
        out["snow"] = amount(snow)
    if ice > 0:
        out["ice"] = amount(ice)
    if water > 0:
        out["water"] = amount(water)
        put(out, "water told as", water_told_as(grid, w, snow))


def water_told_as(grid, w, snow):
    """Rain, if it is too warm for anything else; a liquid equivalent, if only frozen kinds fall; otherwise either is right."""
    temperatures = [v for _, v in grid.hours("temperature", w.begin, w.end)]
    falling = {kind[1] for kind in conditions(grid, w)}
    if len(temperatures) == (w.end - w.begin) // 3600 and min(temperatures) > 12 and not falling & (FROZEN | ICY):
        return "rain"
    return "liquid equivalent" if snow > 0 and falling & FROZEN and not falling & LIQUID else None


def wind(grid, w, out):
    figures = {}
    forecast.wind_figures(grid, w.begin, w.end, figures)
    if "wind.low" not in figures:
        return
    low, high = whole(figures["wind.low"] * MPH), whole(figures["wind.high"] * MPH)
    out["wind"] = "calm" if high == 0 else "%d to %d" % (low, high)
    if high > 0 and "wind.direction" in figures:
        out["direction"] = figures["wind.direction"]  # an angle: see same()
    if whole(figures.get("wind.gust", 0) * MPH) > high:
        out["gust"] = whole(figures["wind.gust"] * MPH)


def highest(grid, w, layer):
    values = [v for _, v in grid.hours(layer, w.begin, w.end)]
    return max(values) if values else None


def humidity(grid, w, out):
    percent = highest(grid, w, "relativeHumidity")
    if percent is not None:
        out["humidity"] = whole(percent)


def dewpoint(grid, w, out):
    c = highest(grid, w, "dewpoint")
    if c is not None:
        out["dewpoint"] = fahrenheit(c)


LATER = {"summary": summary, "temperature": temperature, "precipitation": precipitation, "skys": skys, "wind": wind,
         "relative humidity": humidity, "dewpoint": dewpoint}


def later(grid, metric, w):
    if w.start > w.now + 7 * 86400:
        return {"too far": w.name}
    out = {}
    for name, figures in LATER.items():
        if metric in (name, "forecast"):
            figures(grid, w, out)
    return dict(out, **{"period": w.name}) if out else {"nothing": w.name}


# ---- an observation --------------------------------------------------------------------------------------------

def reading(properties, name, factor=1.0):
    """A measurement in our units; None when missing or rejected."""
    member = properties.get(name) or {}
    if member.get("value") is None or member.get("qualityControl", "").split(":")[-1] in ("X", "B"):
        return None
    unit = member.get("unitCode", "").split(":")[-1]
    return member["value"] * {"km_h-1": 1 / 3.6}.get(unit, 1.0) * factor


NEEDED = {"temperature": "temperature", "wind": "windSpeed", "relative humidity": "relativeHumidity",
          "dewpoint": "dewpoint", "barometric pressure": "barometricPressure"}


def chill_or_heat(p, c):
    """Wind chill and heat index in degrees F, as sent, else by the NWS formulas."""
    f, rh, v = c * 9 / 5 + 32, reading(p, "relativeHumidity"), reading(p, "windSpeed", MPH)
    if f <= 50 and v is not None and v > 3:
        sent = reading(p, "windChill")
        power = v ** 0.16
        return "wind chill", whole(sent * 9 / 5 + 32 if sent is not None else
                                   35.74 + 0.6215 * f - 35.75 * power + 0.4275 * f * power)
    if f >= 80 and (rh is not None or reading(p, "heatIndex") is not None):
        sent = reading(p, "heatIndex")
        return "heat index", whole(sent * 9 / 5 + 32 if sent is not None else heat_index(f, rh))
    return None, None


def heat_index(f, rh):
    simple = (0.5 * (f + 61 + (f - 68) * 1.2 + rh * 0.094) + f) / 2
    if simple < 80:
        return simple
    full = (-42.379 + 2.04901523 * f + 10.14333127 * rh - 0.22475541 * f * rh - 6.83783e-3 * f * f
            - 5.481717e-2 * rh * rh + 1.22874e-3 * f * f * rh + 8.5282e-4 * f * rh * rh - 1.99e-6 * f * f * rh * rh)
    if rh < 13 and f <= 112:
        full -= (13 - rh) / 4 * math.sqrt((17 - abs(f - 95)) / 17)
    elif rh > 85 and f <= 87:
        full += (rh - 85) / 10 * (87 - f) / 5
    return full


def choose(newest, metric, now):
    """The observation to report, of the newest ones with the nearest station first, and whether it is fresh."""
    old = None
    for p in newest:
        if p is None or reading(p, NEEDED[metric]) is None:
            continue
        age = now - forecast.seconds(p["timestamp"])
        if -FUTURE <= age < FRESH:
            return p, True
        if FRESH <= age <= OLD and old is None:
            old = p
    return old, False


def now(newest, metric, instant):
    p, fresh = choose(newest, metric, instant)
    if p is None:
        return {"none": True}
    out, value = {}, reading(p, NEEDED[metric])
    if metric == "temperature":
        out["temperature"] = fahrenheit(value)
        name, feels_f = chill_or_heat(p, value)
        if name and feels_f != out["temperature"]:
            out[name] = feels_f
    elif metric == "wind":
        speed, gust = whole(value * MPH), reading(p, "windGust", MPH)
        direction = reading(p, "windDirection")
        out["wind"] = "calm" if speed == 0 else str(speed)
        if speed and direction is not None:
            out["direction"] = direction
        if gust is not None and whole(gust) > speed:
            out["gust"] = whole(gust)
    elif metric == "barometric pressure":
        out["pressure"] = "%.2f" % (math.floor(value / 3386.389 * 100 + 0.5) / 100)
    else:
        out[metric.split()[-1]] = whole(value) if metric == "relative humidity" else fahrenheit(value)
    if not fresh:
        minutes = (instant - forecast.seconds(p["timestamp"])) // 60
        out["age"] = minutes
    return out


# ---- what was said ---------------------------------------------------------------------------------------------

def number(pattern, text, out, name, kind=int):
    match = re.search(pattern, text)
    if match:
        out[name] = kind(match[1])


def spoken_feels(text, out):
    for name in ("wind chill", "heat index"):
        match = re.search(r"with a %s (?:of (-?\d+)|from (-?\d+) to (-?\d+)) degree" % name, text)
        if match:
            out[name] = "%s to %s" % ((match[1], match[1]) if match[1] else (match[2], match[3]))


QUARTERS = "(?: and (?:a quarter|a half|three quarters))?"
DEPTH = r"((?:less than )?a tenth of an inch|(?:a quarter|three quarters) of an inch|half an inch|an inch%s|\d+%s inches)" % (
    QUARTERS, QUARTERS)


def spoken_amounts(text, out):
    for depth, what in re.findall(DEPTH + " of (rain|freezing|sleet|snow|ice)", text):
        if what in ("snow", "ice"):
            out[what] = depth
        else:
            out["water"], out["water told as"] = depth, what
    match = re.search("liquid equivalent of " + DEPTH, text)
    if match:
        out["water"], out["water told as"] = match[1], "liquid equivalent"


def spoken_wind(sentence, out):
    number(r"gusts up to (\d+) miles? per hour", sentence, out, "gust")
    match = re.search(r"(?:from the ([a-z ]+) )?at (?:(\d+) to )?(\d+) miles? per hour", sentence)
    if "calm" in sentence:
        out["wind"] = "calm"
    elif match:
        out["wind"] = "%s to %s" % (match[2] or match[3], match[3])
        if match[1]:
            out["direction"] = match[1]


def spoken_sentence(sentence, grid, out):
    if re.match(r"A (high|low) of ", sentence):
        number(r"A (?:high|low) of (-?\d+) degree", sentence, out, sentence.split()[1])
        spoken_feels(sentence, out)
    elif sentence.startswith("Skies will be "):
        out["sky"] = sentence[len("Skies will be "):]
    elif sentence.startswith("The chance of precipitation is "):
        number(r"is (\d+) percent", sentence, out, "chance")
        spoken_amounts(sentence, out)
    elif sentence.startswith(("Wind ", "The wind ")):
        spoken_wind(sentence, out)
    elif sentence.startswith("The relative humidity will be as high as "):
        number(r"as high as (\d+) percent", sentence, out, "humidity")
    elif sentence.startswith("The dewpoint will be as high as "):
        number(r"as high as (-?\d+) degree", sentence, out, "dewpoint")
    elif sentence.startswith(("The forecast doesn't name the kind", "The forecast doesn't say what kind",
                              "The forecast covers only part of that time")):
        pass  # what the forecast leaves open
    elif re.fullmatch(r"(?:%s)(?:, becoming [a-z ]+)?" % SKIES, sentence.lower()):
        out["sky"] = sentence.lower()
    else:  # the weather layer in words: which of its kinds, in order
        out["weather"] = weather_words(grid, sentence)


SKIES = "sunny|mostly sunny|partly sunny|mostly cloudy|cloudy|clear|mostly clear|partly cloudy"


def spoken_later(speech, place, grid):
    """The figures in an answer about a forecast; `grid` only gives the words for its weather."""
    match = re.fullmatch(r"The forecast only goes out .*anything for (.*) yet\..*", speech)
    if match:
        return {"too far": match[1]}
    match = re.fullmatch(r"(?:No .* forecast is available|I have no .* forecast that I can read) for %s, (.*)\."
                         % re.escape(place), speech)
    if match:
        return {"nothing": match[1]}
    match = re.fullmatch(r"(?:In|Near) %s, ([A-Za-z0-9 ]+): (.*)\." % re.escape(place), speech)
    if not match:
        return {"speech": speech}
    out = {"period": match[1]}
    for sentence in match[2].split(". "):
        spoken_sentence(sentence, grid, out)
    return out


def spoken_now(speech):
    if speech.startswith("No weather station nearby has a recent report"):
        return {"none": True}
    out = {}
    number(r"temperature is (-?\d+) degree", speech, out, "temperature")
    number(r"wind chill of (-?\d+) degree", speech, out, "wind chill")
    number(r"heat index of (-?\d+) degree", speech, out, "heat index")
    number(r"humidity is (\d+) percent", speech, out, "humidity")
    number(r"dewpoint is (-?\d+) degree", speech, out, "dewpoint")
    number(r"pressure is (\d+\.\d\d) inches", speech, out, "pressure", str)
    number(r"gusts up to (\d+) mile", speech, out, "gust")
    number(r"wind is (?:from the [a-z ]+ at |variable at )?(\d+) mile", speech, out, "wind", str)
    number(r"wind is from the ([a-z ]+) at", speech, out, "direction", str)
    if "wind is calm" in speech:
        out["wind"] = "calm"
    match = re.search(r"That report is (?:(\d+) hours?)?(?: and )?(?:(\d+) minutes?)? old", speech)
    if match:
        out["age"] = int(match[1] or 0) * 60 + int(match[2] or 0)
    return out if out else {"speech": speech}


def same(name, reference, spoken):
    if name == "direction" and isinstance(reference, float) and spoken in COMPASS:
        # on the edge between two points, binary arithmetic may round either way
        return spoken in {point_of((reference + off) % 360) for off in (-1e-6, 1e-6)}
    return reference == spoken or (name == "water told as" and reference is None)


def differing(reference, spoken):
    return [n for n in sorted(set(reference) | set(spoken)) if not same(n, reference.get(n), spoken.get(n))]


def zone_of(name):
    return zoneinfo.ZoneInfo(name)
