# SPDX-License-Identifier: Apache-2.0
"""What the daemon should say about hours, wet spells and amounts: a second implementation.

Each function walks the hours of a scene (superlatives.Scene) one by one and returns what is spoken as a flat
dictionary; the heard functions have that of an answer.  Shares nothing with the daemon but the documents.
"""
import datetime
import re

import answers
import forecast

HOUR, DAY = 3600, 86400
KINDS = {"rain": {"rain", "rain_showers", "drizzle", "thunderstorms", "freezing_rain", "freezing_drizzle"},
         "snow": {"snow", "snow_showers"}, "ice": {"freezing_rain", "freezing_drizzle", "sleet"},
         "thunderstorms": {"thunderstorms"}}
AMOUNTS = {"rain": "quantitativePrecipitation", "snow": "snowfallAmount", "ice": "iceAccumulation"}
LIMIT = 30
TOO_FAR = "forecast only goes out"
NAMES = "rain|snow|ice|thunderstorms|precipitation"


# ---- times in words ----------------------------------------------------------------------------------------------

def local(scene, t):
    return datetime.datetime.fromtimestamp(t, scene.zone)


def clock(moment):
    if moment.minute == 0 and moment.hour in (0, 12):
        return "noon" if moment.hour else "midnight"
    minutes = ":%02d" % moment.minute if moment.minute else ""
    return "%d%s %s" % ((moment.hour - 1) % 12 + 1, minutes, "P.M." if moment.hour >= 12 else "A.M.")


def ordinal_date(day):
    n = day.day
    return "%s %d%s" % (answers.MONTHS[day.month - 1], n,
                        "th" if n // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th"))


def day_name(scene, day):
    ahead = (day - scene.today).days
    if ahead in (-1, 0, 1):
        return ["yesterday", "today", "tomorrow"][ahead + 1]
    return answers.WEEKDAYS[day.weekday()] if 1 < ahead < 7 else ordinal_date(day)


def night_name(scene, day):
    ahead = (day - scene.today).days
    if ahead in (-1, 0):
        return ["last night", "tonight"][ahead + 1]
    return day_name(scene, day) + " night" if 0 < ahead < 7 else "the night of " + ordinal_date(day)


def day_of_time(scene, t):
    """The day that is said after a time."""
    at = local(scene, t)
    if at.hour == 0 and at.minute == 0:
        return night_name(scene, at.date() - datetime.timedelta(days=1))
    if at.date() == scene.today and at.hour >= 18:
        return "tonight"
    return day_name(scene, at.date())


def time_and_day(scene, t):
    return clock(local(scene, t)) + " " + day_of_time(scene, t)


def part_name(scene, t):
    """The day or the night that an hour belongs to."""
    at = local(scene, t)
    if 6 <= at.hour < 18:
        return day_name(scene, at.date())
    day = at.date() - datetime.timedelta(days=1 if at.hour < 6 else 0)
    if day < scene.today:
        return "tonight" if local(scene, scene.now).hour < 6 else "this morning"
    return night_name(scene, day)


def through(scene, until):
    """The last day whose noon comes before an instant."""
    last = max((a for a in range(-1, 14) if scene.instant(a, 12) < until), default=-1)
    if last < 0:
        return "until " + time_and_day(scene, until)
    day = scene.today + datetime.timedelta(days=last)
    name = day_name(scene, day)
    return "through " + (answers.WEEKDAYS[day.weekday()] + ", " + name if last >= 7 else name)


# ---- spells --------------------------------------------------------------------------------------------------------

def named_at(scene, t):
    """The kinds that the weather layer names at an instant; None where it says nothing at all."""
    if not hasattr(scene, "named"):
        scene.named = [forecast.interval(v["validTime"]) + ({c["weather"] for c in v["value"] if c["weather"]},)
                       for v in scene.grid.properties.get("weather", {}).get("values", [])]
    sets = [kinds for start, end, kinds in scene.named if start <= t < end]
    return set().union(*sets) if sets else None


def counts(scene, event, t):
    return event == "precipitation" or bool((named_at(scene, t) or set()) & KINDS[event])


def wet(scene, event, t):
    chance = scene.at("probabilityOfPrecipitation", t)
    return chance is not None and chance >= LIMIT and counts(scene, event, t)


def all_hours(scene):
    begin = max(scene.grid.start - scene.grid.start % HOUR, scene.running - 3 * DAY)
    return range(begin, scene.grid.end + DAY, HOUR)


def spells(scene, event):
    found = []
    for t in all_hours(scene):
        if not wet(scene, event, t):
            continue
        if found and t - found[-1][1] < 3 * HOUR:
            found[-1][1] = t + HOUR
        else:
            found.append([t, t + HOUR])
    return [tuple(x) for x in found if x[1] > scene.now]


def is_open(scene, event, end):
    chance = scene.at("probabilityOfPrecipitation", end)
    return chance is None or (event != "precipitation" and chance >= LIMIT and named_at(scene, end) is None)


def known_until(scene, layer="probabilityOfPrecipitation", begin=None):
    t = scene.running if begin is None else begin
    while scene.at(layer, t) is not None:
        t += HOUR
    return t


def told_spell(scene, event, spell):
    start, end = spell
    inside = [t for t in range(max(start, scene.running), end, HOUR) if wet(scene, event, t)]
    out = {"what": event, "from": time_and_day(scene, start), "until": time_and_day(scene, end),
           "chance": answers.whole(max(scene.at("probabilityOfPrecipitation", t) for t in inside))}
    if is_open(scene, event, end):
        out["at least"] = True
    return out


def told_none(scene, event, hours, name):
    chances = [(scene.at("probabilityOfPrecipitation", t), t) for t in hours]
    chances = [(c, t) for c, t in chances if c is not None and (c >= 0.5 or event == "precipitation")
               and counts(scene, event, t)]
    out = {"none": event, "when": name or through(scene, known_until(scene))}
    if chances and answers.whole(max(chances)[0]) > 0:
        best = max(c for c, _ in chances)
        at = min(t for c, t in chances if c == best)
        out["highest"] = answers.whole(best)
        out["highest at"] = "around " + clock(local(scene, at)) if name else part_name(scene, at)
    return out


def timing(scene, event, edge, when):
    """`when`: None, or the name of a period and its hours."""
    name, hours = when if when else (None, range(scene.running, scene.grid.end + DAY, HOUR))
    hours = scene.left(hours)
    if not [t for t in hours if scene.at("probabilityOfPrecipitation", t) is not None]:
        return {"nothing": True}
    ahead = [s for s in spells(scene, event) if not when or (s[0] < when[1][-1] + HOUR and s[1] > when[1][0])]
    if not ahead:
        return told_none(scene, event, hours, name)
    out = told_spell(scene, event, ahead[0])
    about_now = not when or scene.now in range(when[1][0], when[1][-1] + HOUR)
    if edge != "start" and ahead[0][0] <= scene.now and about_now:
        del out["from"]
    return out


def timing_at(scene, event, edge, t):
    """Whether an hour is within a spell."""
    hour = t - t % HOUR
    if hour >= scene.grid.end or scene.at("probabilityOfPrecipitation", hour) is None:
        return {"nothing": True}
    dry = edge == "stop" or event == "precipitation"
    return {"yes": any(s[0] <= hour < s[1] for s in spells(scene, event)) != dry}


def heard_timing(speech):
    if "forecast is available for" in speech or "that I can read" in speech or TOO_FAR in speech:
        return {"nothing": True}
    speech = re.sub(r"^(?:It's|There's|No ice is|No precipitation is|Freezing|Precipitation is|Unknown precipitation is)[^.]* now in .*?"
                    r"(?:despite a dry forecast|though not forecast)?\. (?=[A-Z])", "", speech)
    out, place = {}, r"(?: in [^,;.]+(?:, [A-Z][A-Za-z ]+?)?)?"
    match = re.search(r"(?:^|[.:;] )(?:The next |Next )?(%s)(?: (?:is|are) (?:possible|likely)|: [a-z0-9 ]*)?, "
                      r"up to (\d+) percent,%s,?(?: for (?:about|at least) [a-z0-9 ]*,)?(?: from around "
                      r"(.*?))? (until about|at least until) (.*?)(?:, when it turns to \w+|, turning to \w+ around "
                      r".*?)?(?:(?<=M\.)|\.)(?:$| None)" % (NAMES, place), speech, re.I)
    if match:
        out = {"what": match[1].lower(), "until": re.sub(r"([AP]\.M)$", r"\1.", match[5]), "chance": int(match[2])}
        if match[3]:
            out["from"] = match[3]
            clocked = re.fullmatch(r"\S+(?: [AP]\.M\.?)?", match[5])  # the day is that of the beginning
            if clocked:
                out["until"] += " " + re.sub(r"^\S+(?: [AP]\.M\.)? ", "", match[3])
        if match[4] == "at least until":
            out["at least"] = True
        return out
    match = re.search(r"(?:^|[.:] )No (%s)(?: of 30 percent or more)?(?: (?:is|are) forecast)? (.*?)%s(?:; (?:the "
                      r"highest chance is|at most) (\d+) percent, (.*?))?[.]?(?:$|(?<=[.]) P|[.] P)"
                      % (NAMES, place), speech, re.I)
    if not match:
        return {"speech": speech}
    out = {"none": match[1].lower(), "when": match[2]}
    if match[3]:
        out.update({"highest": int(match[3]), "highest at": re.sub(r"([AP]\.M)$", r"\1.", match[4])})
    return out


def heard_yes(speech):
    if "forecast is available for" in speech or "that I can read" in speech or TOO_FAR in speech:
        return {"nothing": True}
    return {"yes": speech.startswith("Yes")} if re.match("Yes|No", speech) else {"speech": speech}


# ---- amounts -------------------------------------------------------------------------------------------------------

def depth(mm, kind, metric):
    if metric:
        n, unit = answers.whole(mm / 10 if kind == "snow" else mm), "centimeter" if kind == "snow" else "millimeter"
        return "less than a " + unit if n < 1 else "%d %s%s" % (n, unit, "" if n == 1 else "s")
    inches = round(mm / 25.4 * 1e6) / 1e6
    if inches < (0.5 if kind == "snow" else 0.1):
        return "less than half an inch" if kind == "snow" else "less than a tenth of an inch"
    if kind == "snow":
        tenths = answers.whole(inches * 2) * 5 if inches < 3 else answers.whole(inches) * 10
    else:
        tenths = answers.whole(inches * 10)
    words = {1: "a tenth of an inch", 5: "half an inch", 10: "1 inch"}
    return words.get(tenths) or ("%d inches" % (tenths // 10) if tenths % 10 == 0 else "%.1f inches" % (tenths / 10))


def shares(scene, kind, begin, end):
    """The sum of a layer over a period, and the hours that it covers."""
    total, covered = 0, set()
    for start, stop, mm in scene.grid.runs(AMOUNTS[kind]):
        first, last = max(start, begin), min(stop, end)
        if first < last:
            total += mm * (last - first) / (stop - start)
            covered.update(range(first - first % HOUR, last, HOUR))
    return total, covered


def storm(scene, kind):
    rain = []
    for start, stop, mm in sorted(scene.grid.runs(AMOUNTS[kind])):
        if mm <= 0 or stop <= scene.running:
            continue
        if rain and start - rain[1] >= 12 * HOUR:
            break
        rain = [rain[0] if rain else max(start, scene.running), stop]
    return rain


def amount(scene, kind, metric, when):
    layer = AMOUNTS[kind]
    if when:
        begin, end = max(when[1][0], scene.running), when[1][-1] + HOUR
        total, covered = shares(scene, kind, begin, end)
        if not covered:
            return {"nothing": True}
        whole = len(covered) == (end - begin) // HOUR
        if total <= 0:
            return {"none": kind} if whole else {"none": kind, "known": False}
        return {"amount": depth(total, kind, metric), "at least": not whole}
    if not any(stop > scene.running for _, stop, _ in scene.grid.runs(layer)):
        return {"nothing": True}
    rain = storm(scene, kind)
    if not rain:
        return {"none": kind, "when": through(scene, known_until(scene, layer))}
    total, covered = shares(scene, kind, *rain)
    quiet = len(shares(scene, kind, rain[0], rain[1] + 12 * HOUR)[1]) == (rain[1] + 12 * HOUR - rain[0]) // HOUR
    return {"amount": depth(total, kind, metric), "at least": not quiet, "until": time_and_day(scene, rain[1]),
            "from": "now" if rain[0] <= scene.now else "around " + time_and_day(scene, rain[0])}


def heard_amount(speech):
    if "forecast is available for" in speech or "that I can read" in speech:
        return {"nothing": True}
    match = re.match(r"(About |At least |)(.*?) of (?:rain|snow|ice|precipitation)(?: and melted snow)?\b(.*)", speech)
    if match and not speech.startswith("No "):
        words = match[2] if match[1] else match[2][0].lower() + match[2][1:]
        out = {"amount": words, "at least": "at least" in speech.lower()}
        times = re.search(r", from (now|around .*?) (?:until about|at least until) (.*?)(?:\.$|(?<=\.)$|\.? More)", match[3])
        if times:
            out["from"], out["until"] = times[1], re.sub(r"([AP]\.M)$", r"\1.", times[2])
            if re.fullmatch(r"\S+(?: [AP]\.M\.)?", out["until"]) and times[1] != "now":
                out["until"] += " " + re.sub(r"^around \S+(?: [AP]\.M\.)? ", "", times[1])
        return out
    match = re.match(r"No (rain|snow|ice)(?:, but .*)?(?: is expected (.*?) in [A-Z].*)?", speech)
    if not match:
        return {"speech": speech}
    out = {"none": match[1]}
    if "amounts after that are not forecast yet" in speech:
        out["known"] = False
    elif match[2] and match[2].startswith(("through", "until")):
        out["when"] = match[2]
    return out


# ---- one hour ------------------------------------------------------------------------------------------------------

def run_of(scene, layer, t):
    return next(((s, e, v) for s, e, v in scene.grid.runs(layer) if s <= t < e), None)


def feels(scene, t, degrees):
    c = scene.at("apparentTemperature", t)
    if c is None and degrees >= 80:
        c = scene.at("heatIndex", t)
    elif c is None and degrees <= 50:
        c = scene.at("windChill", t)
    return c


def hour(scene, metric, t, metric_units):
    at = t - t % HOUR
    if at >= scene.grid.end:
        return {"nothing": True}
    if metric == "temperature":
        c = scene.at("temperature", at)
        if c is None:
            return {"nothing": True}
        out = {"figure": answers.whole(c) if metric_units else answers.fahrenheit(c)}
        like = feels(scene, at, answers.fahrenheit(c))
        if like is not None and abs(answers.fahrenheit(like) - answers.fahrenheit(c)) >= 3:
            out["feels"] = answers.whole(like) if metric_units else answers.fahrenheit(like)
    elif metric == "precipitation":
        run = run_of(scene, "probabilityOfPrecipitation", at)
        if run is None:
            return {"nothing": True}
        out = {"figure": answers.whole(run[2])}
        if run[1] - run[0] > HOUR:
            out["between"] = (clock(local(scene, run[0])), clock(local(scene, run[1])))
    else:
        speed, gust = scene.at("windSpeed", at), scene.at("windGust", at)
        if speed is None:
            return {"nothing": True}
        factor = 3.6 if metric_units else answers.MPH
        out = {"figure": answers.whole(speed * factor)}
        if gust is not None and gust > speed and answers.whole(gust * factor) > out["figure"]:
            out["gust"] = answers.whole(gust * factor)
    moment = local(scene, t)
    if moment.hour == 0 and moment.minute == 0:
        out["at"] = night_name(scene, moment.date() - datetime.timedelta(days=1)) + " at midnight"
    else:
        week = (moment.date() - scene.today).days == 7
        out["at"] = day_name(scene, moment.date()) + " at " + clock(moment)
        if week:
            out["at"] = answers.WEEKDAYS[moment.weekday()] + ", " + out["at"]
    return out


def heard_hour(speech):
    if "forecast is available for" in speech or "that I can read" in speech or TOO_FAR in speech:
        return {"nothing": True}
    match = re.match(r"(?:(-?\d+) degrees?|The chance of \w+ is (\d+) percent|Wind (?:from the [a-z ]+ )?at (\d+) \w+ "
                     r"per hour|(Calm)) (.*? at (?:noon|midnight|[0-9:]+ [AP]\.M\.)) in ", speech)
    if not match:
        return {"speech": speech}
    out = {"figure": int(next((x for x in match.groups()[:3] if x is not None), 0)), "at": match[5]}
    answers.number(r", feeling like (-?\d+)", speech, out, "feels")
    answers.number(r"with gusts up to (\d+)", speech, out, "gust")
    times = re.search(r", between (noon|midnight|[0-9:]+ [AP]\.M\.).*? and (noon|midnight|[0-9:]+ [AP]\.M\.)", speech)
    if times:
        out["between"] = (times[1], times[2])
    return out
