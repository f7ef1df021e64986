# SPDX-License-Identifier: Apache-2.0
"""What the daemon should say about freezes, extremes, thresholds, comparisons and advice: a second implementation.

Each function walks the hours of a forecast.Grid one by one and returns the figures as they are spoken, as a flat
dictionary; heard() has those of an answer.  Shares nothing with the daemon but the documents.
"""
import datetime
import re

import answers
import forecast

HOUR, DAY = 3600, 86400
RAIN = {"rain", "rain_showers", "drizzle", "thunderstorms", "freezing_rain", "freezing_drizzle"}
SNOW, ICE = {"snow", "snow_showers"}, {"freezing_rain", "freezing_drizzle", "sleet"}
SUPERLATIVES = ["coldest", "warmest", "windiest", "gustiest", "wettest", "driest", "sunniest", "most humid", "best"]
LAYERS = {"coldest": "temperature", "warmest": "temperature", "windiest": "windSpeed", "gustiest": "windGust",
          "wettest": "probabilityOfPrecipitation", "driest": "probabilityOfPrecipitation", "sunniest": "skyCover",
          "most humid": "relativeHumidity", "best": "probabilityOfPrecipitation"}
MEASURES = {"temperature": "temperature", "wind": "windSpeed", "humidity": "relativeHumidity", "dewpoint": "dewpoint"}


class Scene:
    """A grid, an instant, a zone: values by the hour, and spans of hours by date."""

    def __init__(self, grid, now, zone, warnings=(), bad_air=False):
        self.grid, self.now, self.zone, self.warnings, self.bad_air = grid, now, zone, warnings, bad_air
        self.today = datetime.datetime.fromtimestamp(now, zone).date()
        self.running = now - now % HOUR
        self.cache = {}

    def at(self, layer, t):
        if layer not in self.cache:
            by_hour = {}
            for start, end, value in self.grid.runs(layer):
                for hour in range(start - start % HOUR, end, HOUR):
                    if hour >= start:
                        by_hour[hour] = value
            self.cache[layer] = by_hour
        return self.cache[layer].get(t)

    def instant(self, ahead, hour):
        at = datetime.datetime(self.today.year, self.today.month, self.today.day) + datetime.timedelta(days=ahead, hours=hour)
        return int(at.replace(tzinfo=self.zone).astimezone(answers.UTC).timestamp())

    def hours(self, ahead, first, last):
        return range(self.instant(ahead, first), self.instant(ahead, last), HOUR)

    def left(self, hours):
        return [t for t in hours if t >= self.running]

    def values(self, layer, hours):
        return [v for v in (self.at(layer, t) for t in hours) if v is not None]

    def longest(self, layer, hours):
        begin, end = hours[0], hours[-1] + HOUR
        shares = [(min(e, end) - max(s, begin), -s, v) for s, e, v in self.grid.runs(layer) if s < end and e > begin]
        return max(shares)[2] if shares else None

    def kinds(self, t):
        return {kind.split("/")[1] for kind in self.grid.conditions(t)}

    def felt(self, t):
        c = self.at("apparentTemperature", t)
        if c is not None:
            return c
        c = self.at("temperature", t)
        if c is None:
            return None
        f = answers.fahrenheit(c)
        other = self.at("heatIndex", t) if f >= 80 else self.at("windChill", t) if f <= 50 else None
        return c if other is None else other

    # ---- words for instants ----

    def local(self, t):
        return datetime.datetime.fromtimestamp(t, self.zone)

    def ahead(self, t):
        return (self.local(t).date() - self.today).days

    def day(self, t):
        return self.day_of(self.ahead(t))

    def day_of(self, ahead):
        date = self.today + datetime.timedelta(days=ahead)
        if ahead in (-1, 0, 1):
            return {-1: "yesterday", 0: "today", 1: "tomorrow"}[ahead]
        if 1 < ahead < 7:
            return answers.WEEKDAYS[date.weekday()]
        ending = "th" if date.day // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(date.day % 10, "th")
        return "%s %d%s" % (answers.MONTHS[date.month - 1], date.day, ending)

    def night_of(self, ahead):
        """The night that begins on that date."""
        if ahead < 0:
            return "tonight" if self.local(self.now).hour < 6 else "this morning"
        return "tonight" if ahead == 0 else self.day_of(ahead) + " night"

    def hour(self, t):
        local = self.local(t)
        if local.hour == 0:
            before = self.ahead(t) - 1
            return ("last night" if before == -1 else self.night_of(before)) + " at midnight"
        said = "noon" if local.hour == 12 else "%d %s" % ((local.hour - 1) % 12 + 1, "P.M." if local.hour > 11 else "A.M.")
        week = answers.WEEKDAYS[local.weekday()] + ", " if self.ahead(t) == 7 else ""
        return week + self.day(t) + " at " + said

    def through(self, layer, not_on=lambda t: False):
        """The last day whose noon is covered; the one before if it has such an hour, after seven days."""
        last = max([a for a in range(8) if self.at(layer, self.instant(a, 12)) is not None], default=None)
        if last is None:
            return None
        last -= any(not_on(t) for t in range(self.running + 7 * DAY, self.instant(last, 24), HOUR))
        date = self.today + datetime.timedelta(days=last)
        return (answers.WEEKDAYS[date.weekday()] + ", " if last >= 7 else "") + self.day_of(last)


def mph(value):
    return answers.whole(value * answers.MPH)


# ---- freeze ----------------------------------------------------------------------------------------------------

def freeze_kind(scene, t):
    f = answers.fahrenheit(scene.at("temperature", t))
    if f <= 32:
        return 3 if f <= 28 else 2
    around = [(scene.at("windSpeed", h), scene.at("skyCover", h)) for h in (t - HOUR, t, t + HOUR)]
    light = all(w is not None and s is not None and mph(w) <= 7 and answers.whole(s) <= 50 for w, s in around)
    return 1 if f <= 36 and light else 0


def nights(scene, ahead=None):
    """(date, hours left) of the nights that are meant."""
    for a in range(-1, 8) if ahead is None else [ahead]:
        hours = scene.left(scene.hours(a, 18, 33))
        if hours:
            yield a, hours


def freeze(scene, asked, ahead=None):
    least = {"frost": 1, "freeze": 2, "hard freeze": 3}[asked]
    best = None
    for a, hours in nights(scene, ahead):
        told = [t for t in hours if scene.at("temperature", t) is not None]
        if not told:
            continue
        low = min(told, key=lambda t: (scene.at("temperature", t), t))
        found = (scene.at("temperature", low), low, freeze_kind(scene, low), a)
        if found[2] >= least:
            return {"low": answers.fahrenheit(found[0]), "hour": scene.hour(low), "night": scene.night_of(a),
                    "kind": ["", "frost", "freeze", "hard freeze"][found[2]]}
        if best is None or found[0] < best[0]:
            best = found
    if best is None:
        return {"nothing": True}
    out = {"kind": "none", "low": answers.fahrenheit(best[0]), "hour": scene.hour(best[1])}
    return out if ahead is not None else dict(out, through=scene.through("temperature"))


# ---- extremes --------------------------------------------------------------------------------------------------

def score(scene, ahead):
    outside = scene.left(scene.hours(ahead, 6, 21))
    felt = [scene.felt(t) for t in scene.left(scene.hours(ahead, 9, 18))]
    felt = [c * 9 / 5 + 32 for c in felt if c is not None]
    chances = scene.values("probabilityOfPrecipitation", outside)
    winds = scene.values("windGust", outside) or scene.values("windSpeed", outside)
    if not felt or not chances or not winds:
        return None
    mean = sum(felt) / len(felt)
    off = max(60 - mean, mean - 80, 0)
    whole = scene.hours(ahead, 6, 21)
    warned = any(s < whole[-1] + HOUR and e > whole[0] for s, e in scene.warnings)
    return (100 - max(chances) - 1.5 * off - max(max(winds) * answers.MPH - 20, 0) - (50 if warned else 0),
            answers.whole(max(chances)), mph(max(winds)))


def hour_score(scene, t):
    """The same of an hour: with its chance, and its gust or wind."""
    chance, felt, wind = scene.at("probabilityOfPrecipitation", t), scene.felt(t), scene.at("windGust", t)
    wind = scene.at("windSpeed", t) if wind is None else wind
    if chance is None or felt is None or wind is None:
        return None
    f = felt * 9 / 5 + 32
    warned = any(s < t + HOUR and e > t for s, e in scene.warnings)
    return (100 - chance - 1.5 * max(60 - f, f - 80, 0) - max(wind * answers.MPH - 20, 0) - (50 if warned else 0),
            answers.whole(chance), mph(wind))


def total(scene, hours):
    out = {}
    if hours:
        forecast.amount_figures(scene.grid, "quantitativePrecipitation", hours[0], hours[-1] + HOUR, out)
    return out.get("quantitativePrecipitation.total")


def item_value(scene, name, unit, ahead, hours):
    """(the value as spoken, the amount in hundredths of an inch or None) of a day, a night or an hour."""
    left = scene.left(hours)
    if name in ("coldest", "warmest"):
        values, layer = scene.values("temperature", hours), "maxTemperature" if unit == "day" else "minTemperature"
        by_range = None if unit == "hour" else scene.longest(layer, hours)
        if by_range is None and not values:
            return None
        return answers.fahrenheit(by_range if by_range is not None else max(values) if unit == "day" else min(values)), None
    if name == "best":
        got = hour_score(scene, ahead) if unit == "hour" else score(scene, ahead)
        return got and (answers.whole(got[0]), None)
    values = scene.values(LAYERS[name], left)
    if not values:
        return None
    if name == "sunniest":
        return answers.whole(sum(values) / len(values)), None
    if name in ("windiest", "gustiest"):
        return mph(max(values)), None
    amount = total(scene, left) if name in ("wettest", "driest") else None
    return answers.whole(max(values)), None if amount is None else answers.whole(amount / 0.254)


def item_counts(scene, name, unit, hours):
    left = scene.left(hours)
    covered = len(scene.values(LAYERS[name], left))
    if name in ("coldest", "warmest") and unit != "hour" and left:
        layer = "maxTemperature" if unit == "day" else "minTemperature"
        runs = scene.grid.runs(layer)
        covered = max(covered, sum(max(0, min(e, left[-1] + HOUR) - max(s, left[0])) for s, e, _ in runs) / HOUR)
    return 2 * covered >= len(hours)


def items(scene, name, unit, period, any_counts):
    """(where, spoken value, amount) in order of time; `period` is None or a date with the hours that are meant."""
    if unit == "hour":
        hours = scene.hours(*period) if period else range(scene.running, scene.running + 7 * DAY, HOUR)
        last = {"sunniest": 18, "best": 24 if any_counts else 21}.get(name, 24)
        first = 6 if last < 24 else 0
        spans = [(t, [t]) for t in scene.left(hours) if first <= scene.local(t).hour < last]
    else:
        first, last = (6, 18) if unit == "day" else (18, 30)
        dates = [period[0]] if period else range(-1 if unit == "night" else 0, 7)
        spans = [(a, list(scene.hours(a, first, last))) for a in dates]
    for where, hours in spans:
        if any_counts or item_counts(scene, name, unit, hours):
            got = item_value(scene, name, unit, where, hours)
            if got is not None:
                yield where, got[0], got[1]


def rank(name, value, amount):
    """Less is better."""
    sign = 1 if name in ("coldest", "driest", "sunniest") else -1
    key = [sign * value]
    if name in ("wettest", "driest") and value != 0:
        key += [amount is None, sign * (amount or 0)]
    return key


def extreme(scene, name, unit, period=None):
    found = list(items(scene, name, unit, period, False)) or list(items(scene, name, unit, period, True))
    if not found:
        return {"nothing": True}
    best = min(rank(name, v, a) for _, v, a in found)
    where = [w for w, v, a in found if rank(name, v, a) == best]
    value = next(v for _, v, a in found if rank(name, v, a) == best)
    say = {"hour": scene.hour, "day": scene.day_of, "night": scene.night_of}[unit]
    out = {"where": say(where[0])}
    if name == "best":
        out["chance"], out["gust"] = (hour_score if unit == "hour" else score)(scene, where[0])[1:]
    else:
        out["value"] = value
    if unit != "hour" and len(where) > 1:
        out["and"] = say(where[1])
    return out


# ---- thresholds ------------------------------------------------------------------------------------------------

def threshold(scene, measure, direction, number, period=None):
    spoken = {"temperature": answers.fahrenheit, "dewpoint": answers.fahrenheit, "wind": mph, "humidity": answers.whole}[measure]
    hours = scene.left(scene.hours(*period)) if period else range(scene.running, scene.running + 7 * DAY, HOUR)
    told = [(t, spoken(v), v) for t in hours for v in [scene.at(MEASURES[measure], t)] if v is not None]
    if not told:
        return {"nothing": True}
    up = direction == "above" or (direction == "reach" and told[0][1] <= number)
    there = [(t, v) for t, v, _ in told if (v >= number if up else v <= number)]
    if there:
        t, v = there[0]
        if t == hours[0] and t <= scene.now:
            return {"already": v}
        return {"at": scene.hour(t), "value": v}
    t, v, _ = (max if up else min)(told, key=lambda x: (x[2], -x[0] if up else x[0]))
    out = {"never": v, "at": scene.hour(t)}
    if not period:
        def reached(h):
            value = scene.at(MEASURES[measure], h)
            return value is not None and (spoken(value) >= number if up else spoken(value) <= number)
        out["through"] = scene.through(MEASURES[measure], reached)
    return out


# ---- two days --------------------------------------------------------------------------------------------------

def two_days(scene, first, second):
    """Highs of two dates."""
    highs = []
    for ahead in (first, second):
        hours = list(scene.hours(ahead, 6, 18))
        high = scene.longest("maxTemperature", hours)
        values = scene.values("temperature", hours)
        if high is None and not values:
            return {"nothing": True}
        highs.append(answers.fahrenheit(max(values) if high is None else high))
    apart = highs[0] - highs[1]
    return {"a": highs[0], "b": highs[1], "apart": 0 if abs(apart) <= 1 else apart}


# ---- advice ----------------------------------------------------------------------------------------------------

def advice_hours(scene, period):
    if period:
        return scene.left(scene.hours(*period))
    if scene.local(scene.now).hour >= 20:
        return list(scene.hours(1, 6, 21))
    return scene.left(scene.hours(0, 0, 21))


def verdict(yes, maybe=False):
    return "yes" if yes else "maybe" if maybe else "no"


def umbrella(scene, hours):
    chances = [(scene.at("probabilityOfPrecipitation", t), scene.kinds(t)) for t in hours]
    chances = [(c, k) for c, k in chances if c is not None]
    if not chances:
        return {"nothing": True}
    chance = answers.whole(max([c for c, k in chances if k & RAIN or not k & (RAIN | SNOW | ICE)], default=0))
    return {"verdict": verdict(chance >= 50, chance >= 25), "percent": chance}


def jacket(scene, hours):
    felt = [c for c in (scene.felt(t) for t in hours if scene.at("temperature", t) is not None) if c is not None]
    if not felt:
        return {"nothing": True}
    f = answers.fahrenheit(min(felt))
    names = [(32, "winter coat"), (50, "coat"), (60, "jacket"), (68, "light jacket")]
    return {"verdict": verdict(f < 60, f < 68), "degrees": f, "garment": next((n for most, n in names if f < most), "jacket")}


def windows(scene, hours):
    temperatures = [answers.fahrenheit(v) for v in scene.values("temperature", hours)]
    dewpoints = [answers.fahrenheit(v) for v in scene.values("dewpoint", hours)]
    chances = [answers.whole(v) for v in scene.values("probabilityOfPrecipitation", hours)]
    bad = [bool(temperatures) and min(temperatures) < 55, bool(temperatures) and max(temperatures) > 72,
           bool(dewpoints) and max(dewpoints) >= 60, bool(chances) and max(chances) >= 25]
    if not any(bad) and not (temperatures and dewpoints and chances):
        return {"nothing": True}
    return {"verdict": verdict(not any(bad))}


def likely(scene, hours, kinds):
    return any((scene.at("probabilityOfPrecipitation", t) or 0) >= 29.5 and scene.kinds(t) & kinds for t in hours)


def drive(scene, hours):
    gusts = [mph(v) for v in scene.values("windGust", hours)]
    chances = scene.values("probabilityOfPrecipitation", hours)
    cold = [t for t in hours if (scene.at("temperature", t) if scene.at("temperature", t) is not None else 99) <= 2]
    unknown = any((scene.at("probabilityOfPrecipitation", t) or 0) >= 29.5 and not scene.kinds(t) & (RAIN | SNOW | ICE) for t in cold)
    bad = likely(scene, hours, SNOW | ICE) or unknown or any(g > 45 for g in gusts) or bool(scene.warnings)
    if not bad and not (gusts and chances):
        return {"nothing": True}
    return {"verdict": verdict(not bad)}


def shovel(scene, hours):
    runs = scene.grid.runs("snowfallAmount")
    shares = [v * HOUR / (e - s) for t in hours for s, e, v in runs if s <= t < e]
    if not shares:
        cool = scene.values("temperature", hours)
        return {"verdict": "no"} if cool and min(cool) >= 5 else {"nothing": True}
    return {"verdict": verdict(sum(shares) + 1e-6 >= 25.4, sum(shares) > 0)}


def feels_as(scene, hours, layer):
    """The heat index in hours of 80 degrees and more, or the wind chill in those of 50 and less."""
    for t in hours:
        c = scene.at("temperature", t)
        if c is not None and (answers.fahrenheit(c) >= 80 if layer == "heatIndex" else answers.fahrenheit(c) <= 50):
            told = scene.at(layer, t)
            yield answers.fahrenheit(scene.felt(t) if told is None else told)


def heat_risk(scene, hours):
    values = scene.grid.properties.get("heatRisk", {}).get("values", [])
    runs = [forecast.interval(v["validTime"]) + (v["value"],) for v in values if v["value"] is not None]
    return max([v for t in hours for s, e, v in runs if s <= t < e], default=0)


def outing(scene, hours):
    chances = scene.values("probabilityOfPrecipitation", hours)
    bad = (max(feels_as(scene, hours, "heatIndex"), default=0) >= 90 or heat_risk(scene, hours) >= 2
           or min(feels_as(scene, hours, "windChill"), default=99) < 20 or likely(scene, hours, {"thunderstorms"})
           or answers.whole(max(chances, default=0)) >= 50 or scene.bad_air)
    if not bad and not (chances and scene.values("temperature", hours)):
        return {"nothing": True}
    return {"verdict": verdict(not bad)}


def swim(scene, hours):
    told, temperatures = outing(scene, hours), scene.values("temperature", hours)
    if told.get("verdict") != "yes" or not temperatures:
        return told
    f = answers.fahrenheit(max(temperatures))
    return {"verdict": verdict(f >= 80, f >= 70)}


def water(scene, hours):
    """Where rain is likely, there is no need to."""
    told = umbrella(scene, hours)
    return told if "nothing" in told else dict(told, verdict=verdict(told["percent"] < 25, told["percent"] < 50))


def laundry(scene, hours):
    chances = scene.values("probabilityOfPrecipitation", hours)
    if not chances:
        return {"nothing": True}
    chance = answers.whole(max(chances))
    return {"verdict": verdict(chance < 25), "percent": chance}


def shorts(scene, hours):
    temperatures = scene.values("temperature", hours)
    if not temperatures:
        return {"nothing": True}
    f = answers.fahrenheit(max(temperatures))
    return {"verdict": verdict(f >= 72, f >= 65)}


def boots(scene, hours):
    chances = scene.values("probabilityOfPrecipitation", hours)
    if not chances:
        return {"nothing": True}
    chance = answers.whole(max(chances))
    return {"verdict": verdict(chance >= 50, chance >= 25)}


def pipes(scene, _hours):
    """Of the coming night."""
    night = -1 if scene.local(scene.now).hour < 6 else 0
    temperatures = scene.values("temperature", scene.left(scene.hours(night, 18, 30)))
    if not temperatures:
        return {"nothing": True}
    f = answers.fahrenheit(min(temperatures))
    return {"verdict": verdict(f <= 20, f <= 28), "low": f}


def plants(scene, _hours):
    """Of the coming night."""
    night = freeze(scene, "frost", -1 if scene.local(scene.now).hour < 6 else 0)
    return night if "nothing" in night else {"verdict": verdict(night["kind"] != "none"), "low": night["low"]}


ADVICE = {"swim in the ocean": outing, "umbrella": umbrella, "shorts": shorts, "boots": boots, "pipes": pipes, "swim": swim, "jacket": jacket, "windows": windows, "drive": drive, "shovel": shovel, "run": outing,
          "bike": outing, "plants": plants, "outside": outing, "water": water, "laundry": laundry, "roads": drive}


# ---- what was said ---------------------------------------------------------------------------------------------

def number(pattern, speech, out, name):
    match = re.search(pattern, speech)
    if match:
        out[name] = int(match[1])


def clock(text):
    """Without the period that ends the sentence."""
    return text if text.endswith("M.") else text.rstrip(".")


def heard_freeze(speech):
    match = re.search(r"Frost is possible (.*?) (?:in|near) .*, with a low of (-?\d+) degrees?, (.*?)$", speech)
    if match:
        return {"kind": "frost", "night": match[1], "low": int(match[2]), "hour": clock(match[3])}
    match = re.search(r"(?:Yes, a|The first) (hard freeze|freeze) (?:is )?(.*?) (?:in|near) .*: (-?\d+) degrees?, (.*?)$", speech)
    if match:
        return {"kind": match[1], "night": match[2], "low": int(match[3]), "hour": clock(match[4])}
    match = re.search(r"[Nn]o (?:frost|freeze|hard freeze) .*; the lowest is (-?\d+) degrees?, (.*?)(?:, when .*)?$", speech)
    if not match:
        return {"speech": speech}
    out = {"kind": "none", "low": int(match[1]), "hour": clock(match[2])}
    match = re.search(r"through (.*?) (?:in|near) ", speech)
    return dict(out, through=match[1]) if match else out


WHERE = r"(?:[A-Z][a-z]+day, [A-Z][a-z]+ \d+[a-z]+|today|tonight|tomorrow|this morning|last night|[A-Z][a-z]+day)(?: night)?(?: at (?:noon|midnight|\d+ [AP]\.M\.))?"


def heard_extreme(speech):
    match = re.search(r"The .*? (?:day|night|hour)s? (?:through .*? )?(?:in|near) .*? (?:is|are) (%s)(?:(?:,| and) (%s))?" % (WHERE, WHERE), speech)
    if not match:
        return {"speech": speech}
    out = {"where": match[1]}
    if match[2] and not re.search(r" at (?:noon|midnight|\d)", match[1]):
        out["and"] = match[2]
    if speech.startswith("The best"):
        number(r"(\d+) percent chance", speech, out, "chance")
        number(r"up to (\d+) mile", speech, out, "gust")
    else:
        number(r"(?:low of|high of|at|up to|an?|covering|with) (-?\d+) (?:degree|mile|percent)", speech[match.end():], out, "value")
    return out


def heard_threshold(speech):
    out = {}
    number(r"is already (-?\d+)", speech.replace("is already calm", "is already 0"), out, "already")
    number(r"the (?:highest|lowest) is (-?\d+)", speech, out, "never")
    match = re.search(r"(?:reaches|drops to) (-?\d+) (?:degrees?|percent|miles? per hour)(?: or (?:more|less))? (%s)" % WHERE, speech)
    if match:
        out["at"], out["value"] = match[2], int(match[1])
        number(r": (-?\d+) (?:degree|percent|mile)", speech[match.end():], out, "value")
    if "never" in out:
        match = re.search(r"the (?:highest|lowest) is [^,]*, (%s)" % WHERE, speech)
        if match:
            out["at"] = match[1]
        match = re.search(r": through (.*?), (?:in the forecast so far, )?the (?:highest|lowest)", speech) or \
            re.search(r"^Not through (.*?) (?:in|near) .*: (?:in the forecast so far, )?the (?:highest|lowest)", speech)
        if match:
            out["through"] = match[1]
    return out or {"speech": speech}


def heard_two_days(speech):
    match = re.search(r"a high of (-?\d+) degrees? .*?, (-?\d+) degrees? ", speech)
    if not match:
        return {"speech": speech}
    out = {"a": int(match[1]), "b": int(match[2]), "apart": 0}
    apart = re.search(r"(\d+) degrees? (warmer|colder) than", speech)
    if apart:
        out["apart"] = int(apart[1]) * (1 if apart[2] == "warmer" else -1)
    return out


def heard_advice(speech):
    for start, verdict_word in (("I have no road reports, but the weather", "Yes,"), ("I have no road reports, but drive", "No,"),
                                ("I have no reports on waves or currents, but", "Yes,"), ("I have no reports on waves or currents, and", "No,")):
        speech = speech.replace(start, verdict_word)
    match = re.search(r"(?:^|[.] )(Yes|Maybe|No|Probably no)\b", speech)
    if not match:
        return {"speech": speech}
    out = {"verdict": {"Probably no": "maybe"}.get(match[1], match[1].lower())}
    number(r"(\d+) percent chance of rain" if "stay dry" not in speech and "get wet" not in speech else r"(\d+) percent chance", speech, out, "percent")
    number(r"it will feel like (-?\d+) degree", speech, out, "degrees")
    number(r"a low of (-?\d+) degree", speech, out, "low")
    match = re.search(r"(?:wear a|Maybe a|need a) (.*?jacket|winter coat|coat)", speech)
    if match and "umbrella" not in speech:
        out["garment"] = match[1]
    return out


NOTHING = re.compile(r"(?:No .* forecast is available|I have no .* forecast that I can read) for "
                     r"|The forecast only goes out about seven days")


def heard(reader, speech):
    return {"nothing": True} if NOTHING.search(speech) else reader(speech.replace(" I couldn't check for warnings.", ""))
