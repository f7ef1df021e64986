# SPDX-License-Identifier: Apache-2.0
"""What must be heard in answer to a question that is written as an intent with slots: a list of facts.

A fact is text that the answer contains; "^Yes" begins it, "!snow" is not in it.  The figures come from the second
implementation in this folder, read from the weather service's documents; facts() knows no answer of the skill's.
"""
import datetime
import re

import answers
import spells
import superlatives

HOUR, DAY = 3600, 86400
DAYS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
        "twentieth"] + ["twenty " + x for x in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh",
                                                "eighth", "ninth")] + ["thirtieth", "thirty first"]
METRICS = {"rain": "precipitation", "rainy": "precipitation", "raining": "precipitation", "snow": "precipitation",
           "snowy": "precipitation", "snowing": "precipitation", "rain or snow": "precipitation",
           "chance of rain": "precipitation", "chance of snow": "precipitation",
           "chance of precipitation": "precipitation", "windy": "wind", "cloudy": "skys", "overcast": "skys",
           "clear": "skys", "sunny": "skys", "wind chill": "temperature", "heat index": "temperature", "feels like": "temperature",
           "weather": "forecast", "conditions": "forecast", "extended forecast": "forecast"}
RAIN_KINDS, SNOW_KINDS = spells.KINDS["rain"], {"snow", "snow_showers", "blowing_snow"}
ALWAYS_AHEAD = ("forecast", "chance of rain", "chance of snow", "chance of precipitation", "extended forecast")
YES_NO = ("is", "are", "will", "does", "do", "should", "can", "any", "could", "might", "gonna", "supposed", "think")
AHEAD = re.compile(r"\b(will|going|gonna|supposed|might|fixing|expect|expecting)\b|'ll|could it")
UNSUPPORTED = ("closings", "flights", "soil temperature", "lake ice", "northern lights", "ceiling", "burn ban", "storm track", "pollen", "uv index", "gardening", "tides", "snow depth", "records", "visibility", "air quality")
EVENTS = {"thunderstorms": "thunderstorms", "sleet": "ice", "dry": "precipitation"}  # no figure, but spells


class Question:
    """An intent with its slots, in a world."""

    def __init__(self, intent, slots, world):
        self.intent, self.slots, self.world = intent, slots, world
        self.place = world.place(slots)
        self.scene = self.place and self.place.scene
        self.metric_units = slots.get("units") in ("celsius", "metric")
        leadin = slots.get("leadin", "")
        self.yes_no = (leadin.split(" ")[0] in YES_NO or "if it" in leadin) and "how" not in slots

    def when_of(self):
        words = self.slots.get("when_abs") or self.slots.get("when_any") or self.slots.get("when_pos") or ""
        return split_words(words.removesuffix("'s"))

    def degrees(self, c):
        return answers.whole(c) if self.metric_units else answers.fahrenheit(c)

    def degrees_f(self, f):
        """Of a figure that is already in whole degrees Fahrenheit, as the made-up weather is."""
        return answers.whole((f - 32) / 1.8) if self.metric_units else f

    def speed(self, mps):
        return answers.whole(mps * 3.6) if self.metric_units else superlatives.mph(mps)

    def speed_unit(self, n):
        return ("kilometer" if self.metric_units else "mile") + ("" if n == 1 else "s") + " per hour"


# ---- when ------------------------------------------------------------------------------------------------------

def spoken_day(text):
    return DAYS.index(text) + 1 if text in DAYS else None


def next_date(today, day, month):
    """The next date with that number, in that month if one is named; None when there is none."""
    for ahead in range(0, 366 * 4):
        date = today + datetime.timedelta(days=ahead)
        if date.day == day and month in (None, answers.MONTHS[date.month - 1].lower()):
            return date
    return None


def nth(year, month, weekday, n):
    """The n-th such weekday of a month (Monday is 0); the last one for -1."""
    dates = [datetime.date(year, month, d) for d in range(1, 32) if d <= 28 or month in (1, 3, 5, 7, 8, 10, 12) or d <= 30 and month != 2]
    return [d for d in dates if d.weekday() == weekday][n - 1 if n > 0 else n]


HOLIDAYS = {"new year's day": lambda y: datetime.date(y, 1, 1), "new year's": lambda y: datetime.date(y, 1, 1),
            "martin luther king day": lambda y: nth(y, 1, 0, 3), "valentine's day": lambda y: datetime.date(y, 2, 14),
            "presidents day": lambda y: nth(y, 2, 0, 3), "saint patrick's day": lambda y: datetime.date(y, 3, 17),
            "mother's day": lambda y: nth(y, 5, 6, 2), "memorial day": lambda y: nth(y, 5, 0, -1),
            "juneteenth": lambda y: datetime.date(y, 6, 19), "father's day": lambda y: nth(y, 6, 6, 3),
            "independence day": lambda y: datetime.date(y, 7, 4), "labor day": lambda y: nth(y, 9, 0, 1),
            "columbus day": lambda y: nth(y, 10, 0, 2), "halloween": lambda y: datetime.date(y, 10, 31),
            "veterans day": lambda y: datetime.date(y, 11, 11), "thanksgiving": lambda y: nth(y, 11, 3, 4),
            "christmas eve": lambda y: datetime.date(y, 12, 24), "christmas": lambda y: datetime.date(y, 12, 25),
            "new year's eve": lambda y: datetime.date(y, 12, 31)}


def holiday(q, words):
    """Christmas is told as Christmas Day."""
    today = q.scene.today
    date = min(d for year in (today.year, today.year + 1) for d in [HOLIDAYS[words](year)] if d >= today)
    when = answers.When(date, q.slots.get("quarter"), q.scene.now, q.scene.zone)
    name = {"christmas": "christmas day", "new year's": "new year's day", "presidents day": "presidents' day"}.get(words, words)
    when.name = " ".join(word.capitalize() for word in name.split(" "))
    return [when]


def pair(q, words):
    """Two days in a row, or two parts of one."""
    both = [answers.When(*split_words(word), q.scene.now, q.scene.zone) for word in re.split(" and | or ", words)]
    if both[1].date < both[0].date:  # the Saturday after Friday, when today is one
        both[1] = answers.When(both[1].date + datetime.timedelta(days=7), None, q.scene.now, q.scene.zone)
        both[1].name = "next " + answers.WEEKDAYS[both[1].date.weekday()]
    return both[:1] if (both[0].start, both[0].end) == (both[1].start, both[1].end) else both


def times(q):
    """The periods that are meant: a list of answers.When, or a word: now, week, past, unclear, none."""
    slots = q.slots
    said = slots.get("when_any") or slots.get("when_abs") or ""
    if said in HOLIDAYS:
        return holiday(q, said)
    if " and " in said or " or " in said:
        return pair(q, said)
    if said.startswith("a week from "):
        day = answers.When(*split_words(said.removeprefix("a week from ")), q.scene.now, q.scene.zone)
        return [answers.When(day.date + datetime.timedelta(days=7), None, q.scene.now, q.scene.zone)]
    words = (slots.get("when_abs") or slots.get("when_any") or slots.get("when_pos") or "").removesuffix("'s")
    if "month" in slots and "day" not in slots:
        return "unclear"
    if "day" in slots:
        date = next_date(q.scene.today, spoken_day(slots["day"]), slots.get("month"))
        return [answers.When(date, slots.get("quarter"), q.scene.now, q.scene.zone)] if date else "impossible"
    for meaning, said in (("now", ("now",)), ("week", ("this week", "in the forecast")), ("past", ("yesterday",))):
        if words in said:
            return meaning
    if words.removeprefix("this ") in ("weekend", "next weekend"):
        return weekend(q, words.startswith("next"))
    if not words and "quarter" not in slots:
        return "none"
    day, part = split_words(words)
    if day == "after":
        day = q.scene.today + datetime.timedelta(days=2)
        day = answers.WEEKDAYS[day.weekday()]
    return [answers.When(day, part or slots.get("quarter"), q.scene.now, q.scene.zone)]


def split_words(words):
    """The day and the part of it, as answers.When wants them."""
    if words == "day after tomorrow":
        return "after", None
    words = {"next day": "tomorrow"}.get(words, words.removeprefix("later "))
    if words in ("tonight", "overnight"):
        return "", {"tonight": "night"}.get(words, words)
    match = re.fullmatch(r"(?:next )?(this|today|tomorrow|[a-z]+day)?(?: ?(morning|afternoon|evening|night|overnight))?", words)
    day = match[1] or ""
    return {"this": "", "today": "today", "tomorrow": "tomorrow"}.get(day, day.capitalize()), match[2]


def weekend(q, following):
    weekday = q.scene.today.weekday()
    saturday = (5 - weekday) % 7 if weekday != 6 else -1
    days = [saturday + 7 * following, saturday + 7 * following + 1]
    out = []
    for ahead in days:
        date = q.scene.today + datetime.timedelta(days=ahead)
        if ahead < 0:
            continue
        when = answers.When(date, None, q.scene.now, q.scene.zone)
        when.name = ("next " if ahead >= 7 else "") + answers.WEEKDAYS[date.weekday()]
        if when.start > q.scene.now + 7 * DAY and out:
            break
        out.append(when)
    return out[:1] if out[0].start > q.scene.now + 7 * DAY else out


# ---- now -------------------------------------------------------------------------------------------------------

def feels_now(report, c):
    """What is said besides the temperature: from three degrees of difference on, wind chill up to 40 degrees."""
    name, value = answers.chill_or_heat(report, c)
    if name is None or (name == "wind chill" and value > 40):
        return None, None
    sent = answers.reading(report, "windChill" if name == "wind chill" else "heatIndex")
    return (name, value) if abs((value if sent is None else sent * 9 / 5 + 32) - c * 9 / 5 - 32) >= 3 - 1e-6 else (None, None)


def sky_words(report):
    amounts = [layer["amount"] for layer in report.get("cloudLayers") or []]
    order = ["CLR", "SKC", "FEW", "SCT", "BKN", "OVC", "VV"]
    words = dict(zip(order, ["clear", "clear", "mostly clear", "partly cloudy", "mostly cloudy", "cloudy", ""]))
    return words[max(amounts, key=order.index)] if amounts else None


def degrees_words(n):
    return "%d degree%s" % (n, "" if abs(n) == 1 else "s")


def temperature_now(q):
    report, fresh = answers.choose(q.place.newest, "temperature", q.scene.now)
    if report is None:
        return ["No weather station nearby"]
    c = answers.reading(report, "temperature")
    out = [degrees_words(q.degrees(c))]
    if q.slots["metric"] == "feels like":
        name, value = answers.chill_or_heat(report, c)
        return ["^It feels like %d degrees" % (q.degrees(c) if name is None else value)] + ([] if name is None else out)
    name, value = feels_now(report, c)
    if q.slots["metric"] in ("wind chill", "heat index"):
        if q.slots["metric"] != name:
            out.append("no %s to speak of" % q.slots["metric"])
        else:
            out = ["^The %s is %d degrees" % (name, value)]
    elif name and not q.metric_units:
        out.append("%s of %d degrees" % (name, value))
    return out if fresh else out + ["old"]


def wind_now(q, verdict):
    report, _ = answers.choose(q.place.newest, "wind", q.scene.now)
    if report is None:
        return ["No weather station nearby"]
    mps, gust = answers.reading(report, "windSpeed"), answers.reading(report, "windGust")
    n = q.speed(mps)
    out = ["calm"] if n == 0 else ["%d %s" % (n, q.speed_unit(n))]
    direction = answers.reading(report, "windDirection")
    if n > 0 and direction is not None:
        out.append("from the " + answers.point_of(direction))
    if gust is not None and q.speed(gust) > n:
        out.append("gusts up to %d" % q.speed(gust))
    if verdict:
        windy = superlatives.mph(mps) >= 15 or (gust is not None and superlatives.mph(gust) >= 25)
        out.insert(0, "^Yes" if windy else "^No")
    return out


def reported(q):
    """The kinds of weather in the newest report, nearest station first; None when no report tells."""
    for report in q.place.newest:
        if report is None or not -600 <= q.scene.now - answers.forecast.seconds(report["timestamp"]) < 7200:
            continue
        if report["textDescription"]:  # else the station does not see the weather
            return {w["weather"] for w in report["presentWeather"] if w["weather"]}
    return None


def precipitation_now(q):
    kinds = reported(q)
    if kinds is None:
        return []
    wanted = SNOW_KINDS if "snow" in q.slots["metric"] and "rain" not in q.slots["metric"] else \
        RAIN_KINDS if "rain" in q.slots["metric"] and "snow" not in q.slots["metric"] else RAIN_KINDS | SNOW_KINDS
    wet = kinds & (RAIN_KINDS | SNOW_KINDS)
    out = [k.replace("_", " ") for k in sorted(wet)] or ["No precipitation is reported"]
    return (["^Yes" if kinds & wanted else "^No"] if q.yes_no else []) + out


def sky_now(q):
    report = next((r for r in q.place.newest if r is not None and r["textDescription"]), None)
    words = report and sky_words(report)
    if not words or reported(q) & (RAIN_KINDS | SNOW_KINDS):
        return []
    return [words] if words != "cloudy" or "Overcast" not in report["textDescription"] else []


def weather_now(q):
    report, _ = answers.choose(q.place.newest, "temperature", q.scene.now)
    if report is None:
        return ["No weather station nearby"]
    out = temperature_now(Question(q.intent, dict(q.slots, metric="temperature"), q.world))
    percent, dew, pressure = (answers.reading(report, n) for n in ("relativeHumidity", "dewpoint", "barometricPressure"))
    if percent is not None:
        out.append("humidity %d percent" % answers.whole(percent))
    if dew is not None:
        out.append("dewpoint %d" % q.degrees(dew))
    if pressure is not None and not q.metric_units:
        out.append("%.2f inches" % (pressure / 3386.389))
    if answers.reading(report, "windSpeed") is not None:
        out += wind_now(q, False)[:1]
    if report["textDescription"]:  # else the station does not see the sky
        wet = {w["weather"] for w in report["presentWeather"] if w["weather"]} & (RAIN_KINDS | SNOW_KINDS)
        out += [k.replace("_", " ") for k in sorted(wet)] or ["dry"]
    return out


def now(q, metric):
    said = q.slots.get("metric", "weather")
    if metric == "temperature":
        return temperature_now(q)
    if metric == "wind":
        return wind_now(q, said == "windy" and q.yes_no)
    if metric == "precipitation":
        return precipitation_now(q)
    if metric == "skys" or said == "summary":
        return sky_now(q)
    if metric == "forecast":
        return weather_now(q)
    figures = answers.now(q.place.newest, metric, q.scene.now)
    if metric == "barometric pressure":
        return [figures["pressure"] + " inches"]
    return ["%d %s" % (figures[metric.split()[-1]], "percent" if "humidity" in metric else "degrees")]


# ---- later -----------------------------------------------------------------------------------------------------

def chance_words(chance):
    return "No" if chance == 0 else "Probably not" if chance < 20 else "Possibly" if chance < 50 else \
        "Probably" if chance < 80 else "Yes"


def asked_kinds(said):
    return None if "precipitation" in said or ("rain" in said and "snow" in said) else \
        SNOW_KINDS if "snow" in said else RAIN_KINDS


def named_chance(q, hours, said):
    """The highest chance of hours that name the kind, and of hours that name none."""
    kinds, named, silent = asked_kinds(said), 0, 0
    for t in hours:
        chance = q.scene.at("probabilityOfPrecipitation", t)
        if chance is None:
            return None, None
        told = q.scene.kinds(t)
        if kinds is None or told & kinds:
            named = max(named, chance)
        elif not told & (RAIN_KINDS | SNOW_KINDS | spells.KINDS["ice"]):
            silent = max(silent, chance)
    return answers.whole(named), answers.whole(silent)


def verdict_later(q, whens, said):
    told = [named_chance(q, range(w.begin, w.end, HOUR), said) for w in whens]
    if any(n is None for n, _ in told):
        return []
    named, silent = max(n for n, _ in told), max(s for _, s in told)
    return ["^" + chance_words(named)] if named >= silent else []


def sky_verdict(q, whens, said):
    covers = [v for w in whens for _, v in q.scene.grid.hours("skyCover", w.begin, w.end)]
    mean = sum(covers) / len(covers)
    if 20 < mean < 90:
        return []
    return ["^Yes" if (mean >= 90) == (said in ("cloudy", "overcast")) else "^No"]


def later(q, metric, whens):
    said, out = q.slots.get("metric", "weather"), []
    for when in whens:
        figures = answers.later(q.scene.grid, metric, when)
        if "too far" in figures:
            return ["only goes out about seven days", figures["too far"]]
        out.append(when.name)
        out += later_figures(q, metric, when, figures)
    if q.yes_no and metric == "precipitation":
        out = verdict_later(q, whens, said) + out
    elif q.yes_no and metric == "skys":
        out = sky_verdict(q, whens, said) + out
    elif q.yes_no and said == "windy":
        speeds = [superlatives.mph(v) for w in whens for _, v in q.scene.grid.hours("windSpeed", w.begin, w.end)]
        gusts = [superlatives.mph(v) for w in whens for _, v in q.scene.grid.hours("windGust", w.begin, w.end)]
        out.insert(0, "^Yes" if max(speeds) >= 15 or max(gusts, default=0) >= 25 else "^No")
    return out


def later_figures(q, metric, when, figures):
    out, whole_forecast = [], metric == "forecast"
    for word in ("high", "low"):
        if word in figures:
            c = None
            if q.metric_units:
                c = q.scene.longest({"high": "maxTemperature", "low": "minTemperature"}[word], range(when.start, when.end, HOUR))
            n = figures[word] if c is None else answers.whole(c)
            out.append("%s %d" % (word, n) if whole_forecast else "%s of %d degrees" % (word, n))
    if "chance" in figures and not whole_forecast:
        out.append("%d percent" % figures["chance"])
        out += [figures[k] for k in ("snow", "ice") if k in figures and k in q.slots["metric"]]
    elif "chance" in figures:
        out.append("dry" if figures["chance"] <= 4 else "a slight chance of" if figures["chance"] <= 10 else
                   "%d percent chance of" % figures["chance"])
    if "sky" in figures and not (whole_forecast and "weather" in figures):
        out.append(figures["sky"])
    if metric == "wind" and "wind" in figures:
        low, high = (figures["wind"].split(" to ") + [""])[:2]
        out.append("calm" if low == "calm" else high + " mile" if low == high else low + " to " + high)
        out += ["gusts up to %d" % figures["gust"]] if "gust" in figures else []
    if "humidity" in figures and not whole_forecast:
        out.append("%d percent" % figures["humidity"])
    if "dewpoint" in figures and not whole_forecast:
        out.append("%d degrees" % figures["dewpoint"])
    return out


def week(q, metric):
    if metric == "precipitation":
        hours = range(q.scene.running, q.scene.instant(7, 6), HOUR)
        named, _ = named_chance(q, [t for t in hours if q.scene.at("probabilityOfPrecipitation", t) is not None],
                                q.slots["metric"])
        return ["%d percent" % named] if named >= 15 else ["no " + q.slots["metric"].split()[-1]]
    if metric != "forecast":
        return []
    first = q.place.periods[0]
    return ["extended forecast", first["name"] + ":", "Do you want to hear more?", "%s %d" % (
        "near" if first["isDaytime"] else "around", first["temperature"])]


def alerts(q):
    events = q.place.alerts
    word = q.slots["metric"].removesuffix(" warnings")
    if word == "alerts":
        found = events
    else:
        word = {"severe weather": "severe", "winter weather": "winter", "high wind": "wind", "dense fog": "fog"}.get(word, word)
        found = [e for e in events if word in e.lower()]
    if not found:
        return ["^There are no ", "alerts"] + (["other alert"] if events and word != "alerts" else [])
    return ["There %s %d " % ("is" if len(found) == 1 else "are", len(found))] + found


def metric(q):
    said = q.slots.get("metric", "weather")
    if said.endswith("warnings") or said == "alerts":
        return alerts(q)
    name, when = METRICS.get(said, said), times(q)
    if when == "past":
        return ["not past weather"]
    if when in ("unclear", "impossible"):
        return ["Which day would you like?"]
    if when == "week" or (said == "extended forecast" and when == "none"):
        return week(q, name)
    ahead = said in ALWAYS_AHEAD or AHEAD.search(q.slots.get("leadin", ""))
    if when == "none" and ahead:
        when = [answers.When("", "night" if q.scene.local(q.scene.now).hour >= 18 else None, q.scene.now, q.scene.zone)]
    if when in ("none", "now"):
        return now(q, "forecast" if said in ("weather", "conditions") else name)
    if said == "weather" or name == "forecast":
        return later(q, "forecast", when)
    if said == "summary":
        return [w.name for w in when]
    return later(q, name, when)
