# SPDX-License-Identifier: Apache-2.0
"""What must be heard in answer to questions about hours, spells, amounts, freezes, extremes, thresholds, comparisons and
advice: as in facts.py, which has the rest."""
import datetime
import re

import almanac
import answers
import facts
import forecast
import spells
import superlatives

HOUR, DAY = 3600, 86400
HOME = "boulder"  # the user's own place
OCCASIONS = {"at breakfast": "08:00", "at lunch": "12:00", "after school": "15:00", "after work": "17:00", "at dinner": "18:00"}


def at_time(q, text, whens):
    """The instant of a time of day: on the day that is named, else the next such time but for the last half hour."""
    clock, minute = (int(x) for x in text.split(":"))
    scene = q.scene
    if not whens:
        t = scene.instant(0, clock) + minute * 60
        return t if scene.now - t <= 1800 else scene.instant(1, clock) + minute * 60
    days = whens[0].days
    if whens[0].part in ("night", "evening", "overnight") and clock < 6:
        days += 1
    elif whens[0].part in ("night", "evening") and clock < 12:
        clock += 12
    return scene.instant(days, clock) + minute * 60


def told_time(q, t):
    return spells.clock(spells.local(q.scene, t))


def hours(q):
    if q.slots.get("metric") in facts.EVENTS:
        return event_metric(q)
    slots, whens = q.slots, facts.times(q)
    whens = [] if isinstance(whens, str) else whens
    if "time_to" in slots:
        return stretch(q, whens)
    clock = slots.get("time") or OCCASIONS.get(slots.get("occasion"))
    if clock:
        return one_hour(q, at_time(q, clock, whens))
    if "occasion" in slots:
        return ["Which time would you like?"]
    if "span" in slots:
        match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", slots["span"])
        ahead = int(match[1] or 0) * DAY + int(match[2] or 0) * HOUR + int(match[3] or 0) * 60
        if slots.get("span_conn", "in") == "in":
            t = q.scene.now + ahead
            return one_hour(q, t - t % HOUR)
        return of_stretch(q, q.scene.running, q.scene.now + ahead)
    return hour_by_hour(q, whens)


def one_hour(q, t):
    said = q.slots.get("metric", "weather")
    name = facts.METRICS.get(said, said)
    wanted = ["temperature", "wind", "precipitation"] if name == "forecast" else [name]
    out = []
    for metric in wanted:
        figures = spells.hour(q.scene, metric, t, q.metric_units)
        if "nothing" in figures:
            return ["only goes out"]
        out += hour_words(q, metric, figures, len(wanted) > 1)
    out.append(figures["at"])
    if q.yes_no and name == "precipitation":
        named, silent = facts.named_chance(q, [t - t % HOUR], said)
        out = (["^" + facts.chance_words(named)] if named >= silent else []) + out
    if q.yes_no and said == "windy":
        windy = superlatives.mph(q.scene.at("windSpeed", t - t % HOUR)) >= 15 or figures.get("gust", 0) >= 25
        out.insert(0, "^Yes" if windy else "^No")
    return out


def hour_words(q, metric, figures, among):
    if metric == "temperature":
        out = [facts.degrees_words(figures["figure"])]
        return out + (["feeling like %d" % figures["feels"]] if "feels" in figures else [])
    if metric == "precipitation":
        return ["%d percent" % figures["figure"]] + ["between " + figures["between"][0]] * ("between" in figures)
    out = ["calm" if figures["figure"] == 0 else "%d %s" % (figures["figure"], q.speed_unit(figures["figure"]))]
    return out + (["gusts up to %d" % figures["gust"]] if "gust" in figures else [])


def stretch(q, whens):
    begin = at_time(q, q.slots["time"], whens) if "time" in q.slots else q.scene.running
    end = at_time(q, q.slots["time_to"], whens)
    while end <= begin:
        end += DAY
    out = [told_time(q, end)] + ([told_time(q, begin)] if "time" in q.slots else [])
    return of_stretch(q, begin, end) + out


def of_stretch(q, begin, end):
    """The weather from one hour to another, the last one excluded."""
    scene, said = q.scene, q.slots.get("metric", "weather")
    inside = range(begin - begin % HOUR, end, HOUR)
    chance = answers.whole(max(scene.values("probabilityOfPrecipitation", inside)))
    if facts.METRICS.get(said, said) == "precipitation":
        named, silent = facts.named_chance(q, inside, said)
        return (["^" + facts.chance_words(named)] if q.yes_no and named >= silent else []) + ["%d percent" % chance]
    values = scene.values("temperature", inside)
    high = 6 <= scene.local(begin).hour < 18
    word = "high %d" if high else "low %d"
    return [word % q.degrees(max(values) if high else min(values)), "dry" if chance <= 4 else "a slight chance of"
            if chance <= 10 else "%d percent" % chance]


def hour_by_hour(q, whens):
    scene = q.scene
    if whens:
        inside = range(whens[0].begin if whens[0].begin >= scene.now else whens[0].begin + HOUR, whens[0].end, 3 * HOUR)
    else:
        first = scene.now if scene.now % HOUR == 0 else scene.running + HOUR
        inside = range(first, first + 13 * HOUR, 3 * HOUR)
    if whens and whens[0].begin == scene.now - scene.now % HOUR and scene.now % HOUR == 0:
        inside = range(scene.now, whens[0].end, 3 * HOUR)
    told = [(t, scene.at("temperature", t)) for t in inside]
    out = ["%d degrees" % q.degrees(told[0][1])] + ["%d" % q.degrees(c) for _, c in told]
    return list(dict.fromkeys(out + [told_time(q, t) for t, _ in told]))


# ---- spells and amounts ----------------------------------------------------------------------------------------

def period_of(q):
    """(name, hours) of the period that is named, for spells.py; None for none or the week."""
    whens = facts.times(q)
    if isinstance(whens, str):
        return None
    first = range(whens[0].start, whens[0].end, HOUR)
    if len(whens) > 1:
        return whens[0].name + " and " + whens[-1].name, range(whens[0].start, whens[-1].end, HOUR)
    return whens[0].name, first


def chance_word(percent):
    return "possible" if percent < 55 else "likely" if percent < 75 else "very likely"


def event_metric(q):
    """Words that are not a metric: "will there be thunderstorms", "will it be dry tomorrow"."""
    said = q.slots["metric"]
    slots = dict(q.slots, event=facts.EVENTS[said], **({"edge": "stop"} if said == "dry" else {}))
    asked = facts.Question("TimingIntent", slots, q.world)
    out = timing(asked)
    if said != "dry" or "time" in slots or isinstance(facts.times(q), str):
        return out
    return ["^Yes, no precipitation"] + out[1:] if out[0].startswith("No ") else ["^No, "] + out


def timing(q):
    event, edge = q.slots.get("event", "precipitation"), q.slots.get("edge", "start")
    if "time" in q.slots:
        whens = facts.times(q)
        t = at_time(q, q.slots["time"], [] if isinstance(whens, str) else whens)
        told = spells.timing_at(q.scene, event, edge, t)
        return ["^Yes" if told["yes"] else "^No", told_time(q, t)] if "yes" in told else ["only goes out"]
    told = spells.timing(q.scene, event, edge, period_of(q))
    if "none" in told:
        name = told["none"]
        if "highest" in told:
            return ["No %s of 30 percent or more" % name, told["when"], "%d percent" % told["highest"]]
        return ["No %s" % name, "forecast " + told["when"]]
    until = told["until"].split(" ")
    clock = " ".join(until[:2]) if until[1:2] and until[1].endswith("M.") else until[0]
    out = ["%d percent" % told["chance"], ("at least until " if "at least" in told else "until about ") + clock]
    if told["until"].rsplit(" ", 1)[-1] not in told.get("from", "") and "from" in told:
        out.append(told["until"][len(clock) + 1:])
    return out + (["from around " + told["from"]] if "from" in told else [])


def amount(q):
    when, event = period_of(q), q.slots.get("event") or q.slots.get("ice", "precipitation")
    if event == "precipitation":
        event = "rain"
    told = spells.amount(q.scene, event, q.metric_units, when)
    if "none" in told:
        return ["No " + event] + ([told["when"]] if "when" in told else [])
    out = [told["amount"]] + (["At least"] if told["at least"] else [])
    if "until" in told:
        clock = re.match(r"\S+(?: [AP]\.M\.)?", told["until"])[0]
        out += ["from " + told["from"], "until about " + clock]
    return out


# ---- frost, extremes, thresholds -------------------------------------------------------------------------------

def freeze(q):
    whens = facts.times(q)
    asked, nights = q.slots["freeze"], [None]
    if isinstance(whens, list):  # a day has the night that ends in its morning, too
        part, ahead = whens[0].part, whens[0].days
        nights = [ahead - 1, ahead] if part == "day" else [ahead - (part == "morning")]
    found = [superlatives.freeze(q.scene, asked, night) for night in nights]
    found = [f for f in found if "nothing" not in f]
    if not found:
        return None
    told = next((f for f in found if f["kind"] != "none"), None) or min(found, key=lambda f: f["low"])
    out = ["%d degrees" % q.degrees_f(told["low"]), told["hour"]]
    if told["kind"] == "none":
        return ["No " + asked] + out + ([told["through"]] if "through" in told else [])
    return [told["kind"], told["night"]] + out


SAID = {"windiest": "mile", "gustiest": "mile", "wettest": "percent", "driest": "percent", "sunniest": "percent",
        "most humid": "percent"}


def extreme(q):
    if "when_to" in q.slots:
        q.slots = dict(q.slots, extreme="best", unit=q.slots["when_to"])
    name, whens = q.slots["extreme"], facts.times(q)
    unit = q.slots.get("unit") or ("day" if name == "best" else "hour" if isinstance(whens, list) else
                                   "night" if name == "coldest" else "day")
    scene, period = q.scene, None
    if unit == "time of day" and not isinstance(whens, list):
        period = (1 if scene.local(scene.now).hour >= 18 else 0, 6, 21)
    unit = unit.replace("time of day", "hour")
    if unit == "weekend":
        found = [x for w in facts.weekend(q, False)
                 for x in superlatives.items(scene, name, "day", (w.days, 6, 18), True)]
        best = min(superlatives.rank(name, v, a) for _, v, a in found)
        return [scene.day_of(next(w for w, v, a in found if superlatives.rank(name, v, a) == best))]
    if isinstance(whens, list):
        if len(whens) > 1:
            return None
        period = (whens[0].days,) + answers.PARTS[whens[0].part][:2]
    told = superlatives.extreme(scene, name, unit, period)
    out = [told["where"]] + ([told["and"]] if "and" in told else [])
    if name == "best":
        return out + ["%d percent" % told["chance"], "gusts up to %d" % told["gust"]]
    if name in ("coldest", "warmest"):
        return out + ["%d degrees" % q.degrees_f(told["value"])]
    return out + ["%d %s" % (told["value"], SAID[name])]


CONDITIONS = {"sunny": ("skyCover", False, 50), "clear": ("skyCover", False, 50), "cloudy": ("skyCover", True, 70),
              "windy": ("windSpeed", True, 15), "calm": ("windSpeed", False, 10)}


def condition(q, whens):
    """The first hour of a sky, by day if it is a sunny one, or of a wind."""
    scene, said = q.scene, q.slots["condition"]
    layer, up, limit = CONDITIONS[said]
    hours_ = [t for w in whens for t in range(w.begin, w.end, HOUR)] if whens else range(scene.running, scene.running + 7 * DAY, HOUR)
    if said == "sunny" and (not whens or whens[0].daytime):
        hours_ = [t for t in hours_ if 6 <= scene.local(t).hour < 18]
    spoken = superlatives.mph if layer == "windSpeed" else answers.whole
    unit = "%d miles" if layer == "windSpeed" else "%d percent"
    told = [(t, scene.at(layer, t)) for t in hours_]
    told = [(t, v) for t, v in told if v is not None]
    there = [t for t, v in told if (spoken(v) >= limit if up else spoken(v) <= limit)]
    if not there:
        t, v = (max if up else min)(told, key=lambda x: (x[1], -x[0] if up else x[0]))
        return ["^Not ", unit % spoken(v), scene.hour(t)]
    value = unit % spoken(dict(told)[there[0]])
    if there[0] == scene.running:
        return ["already", "calm" if value == "0 miles" else value.removesuffix("s") if value.startswith("1 ") else value]
    return [value, scene.hour(there[0]), "!Not "]


def threshold(q):
    if q.slots.get("condition") == "nice":
        q.slots = dict(q.slots, extreme="best", unit="day")
        return extreme(q)
    if "present" in q.slots and not isinstance(facts.times(q), list):
        return threshold_now(q)
    if "condition" in q.slots:
        whens = facts.times(q)
        return condition(q, whens if isinstance(whens, list) else [])
    measure = {"relative humidity": "humidity"}.get(q.slots.get("metric", "temperature"), q.slots.get("metric", "temperature"))
    number, whens = int(q.slots.get("number", 32)), facts.times(q)
    if q.metric_units:
        return threshold_metric(q, number)
    if isinstance(whens, list) and len(whens) > 1:
        hours_ = [t for w in whens for t in range(w.begin, w.end, HOUR)]
        values = [answers.fahrenheit(q.scene.at("temperature", t)) for t in hours_]
        return ["Not "] + ["%d degrees" % max(values)] if max(values) < number else ["reaches"]
    period = (whens[0].days,) + answers.PARTS[whens[0].part][:2] if isinstance(whens, list) else None
    told = superlatives.threshold(q.scene, measure, q.slots["direction"], number, period)
    unit = {"temperature": "degree", "humidity": "percent", "wind": "mile"}[measure]
    if "already" in told:
        return ["already calm" if (measure, told["already"]) == ("wind", 0) else "already %d %s" % (told["already"], unit)]
    if "never" in told:
        return ["^Not ", "%d %s" % (told["never"], unit), told["at"]] + ([told["through"]] if told.get("through") else [])
    return ["%d %s" % (told["value"], unit), told["at"], "!Not "]


def threshold_now(q):
    """By the newest report: strictly below or above."""
    chosen, fresh = answers.choose(q.place.newest, "temperature", q.scene.now)
    if not fresh:
        return None
    now, number = q.degrees(answers.reading(chosen, "temperature")), int(q.slots.get("number", 0 if q.metric_units else 32))
    yes = now < number if q.slots["direction"] == "below" else now > number
    return ["^Yes" if yes else "^No", "%d degree" % now]


def threshold_metric(q, number):
    values = [(q.scene.at("temperature", t), t) for t in range(q.scene.running, q.scene.running + 7 * DAY, HOUR)]
    best = max((answers.whole(c), -t) for c, t in values if c is not None)
    top = max((c, -t) for c, t in values if c is not None)
    return ["^Not ", "%d degrees" % best[0], q.scene.hour(-top[1])] if best[0] < number else ["reaches"]


# ---- comparing -------------------------------------------------------------------------------------------------

MEASURES = {"warmer": ("temperature", 1), "colder": ("temperature", -1), "windier": ("windSpeed", 1),
            "calmer": ("windSpeed", -1), "more humid": ("relativeHumidity", 1), "wetter": ("probabilityOfPrecipitation", 1),
            "drier": ("probabilityOfPrecipitation", -1), "sunnier": ("skyCover", -1), "cloudier": ("skyCover", 1)}
MORE = {"temperature": ("warmer", "colder"), "windSpeed": ("windier", "calmer"),
        "relativeHumidity": ("more humid", "drier"), "probabilityOfPrecipitation": ("wetter", "drier"),
        "skyCover": ("cloudier", "sunnier")}
OBSERVED = {"temperature": "temperature", "windSpeed": "wind", "relativeHumidity": "relative humidity"}
NEAR = {"temperature": 1, "windSpeed": 1}


def figure(q, layer, value):
    if layer == "temperature":
        return q.degrees(value)
    return q.speed(value) if layer == "windSpeed" else answers.whole(value)


def unit_words(q, layer, n):
    if layer == "temperature":
        return "%d degree" % n
    return "%d %s" % (n, q.speed_unit(n)) if layer == "windSpeed" else "%d percent" % n


def verdict_words(q, layer, a, b, near=None):
    """The difference, and yes or no where that is asked."""
    same = abs(a - b) <= (near if near is not None else NEAR.get(layer, 2))
    comparator = q.slots.get("comparator")
    out = ["about the same"] if same else [unit_words(q, layer, abs(a - b)), MORE[layer][0 if a > b else 1]]
    if comparator in MEASURES and ("choice" not in q.slots or ("location" in q.slots and "location_two" not in q.slots)):
        right = not same and (a > b) == (MEASURES[comparator][1] > 0)
        out.insert(0, "^Yes" if right else "^No")
    return out + [unit_words(q, layer, a), unit_words(q, layer, b)]


def highs_of(q):
    """(date, high) of each of the seven days that has one."""
    days = [(a, q.scene.longest("maxTemperature", list(q.scene.hours(a, 6, 18)))) for a in range(7)]
    return [(a, q.degrees(c)) for a, c in days if c is not None]


def front(q):
    """No forecast names one: the highest day, or the one on which the highs change most."""
    kind, whens, highs = q.slots["front"], facts.times(q), highs_of(q)
    meant = [a for a, _ in highs if not isinstance(whens, list) or a in [w.days for w in whens]]
    out = ["doesn't name %ss" % kind]
    if kind == "heat wave":
        heat = [a for a in q.place.alerts if "Heat" in a]
        degrees, day = max((f, -a) for a, f in highs if a in meant)
        return heat + out + ["%d degrees" % degrees, q.scene.day_of(-day)]
    sign = 1 if kind in ("warm front", "warm spell") else -1
    cold = [a for a in q.place.alerts if sign < 0 and re.search("Frost|Freeze|Cold", a)]
    found = max([(sign * (f - g), -a, g, f) for (b, g), (a, f) in zip(highs, highs[1:]) if a == b + 1 and a in meant], default=(0,))
    if found[0] <= 1:
        return cold + out + ["the highs don't"]
    return cold + out + [q.scene.day_of(-found[1]), "from %d to %d degree" % found[2:]]


def week_ahead(q, layer):
    """Today against the day that is the warmest, windiest and so on of the other six."""
    days = [answers.When(q.scene.today + datetime.timedelta(days=a), None, q.scene.now, q.scene.zone) for a in range(7)]
    values = []
    for when in days:
        if layer == "temperature":
            values.append(q.scene.longest("maxTemperature", range(when.start, when.end, HOUR)))
        else:
            told = q.scene.values(layer, range(when.start, when.end, HOUR))
            values.append(sum(told) / len(told) if layer == "skyCover" else max(told))
    sign = MEASURES[q.slots["comparator"]][1]
    best = max(range(1, 7), key=lambda a: (sign * values[a], -a))
    out = verdict_words(q, layer, figure(q, layer, values[best]), figure(q, layer, values[0]))
    return out + [q.scene.day_of(best)]


def since_last_night(q, layer):
    """Now against last night's low."""
    then = q.place.past("low", True) if layer == "temperature" else None
    chosen, _ = answers.choose(q.place.newest, OBSERVED[layer], q.scene.now)
    if then is None:
        return None
    return verdict_words(q, layer, figure(q, layer, answers.reading(chosen, answers.NEEDED[OBSERVED[layer]])), then) + ["now"]


def compare(q):
    slots = q.slots
    if "front" in slots:
        return front(q)
    comparator, two = slots.get("comparator") or slots.get("past"), slots.get("when_two")
    if comparator in ("high", "low", "high and low"):
        if slots.get("when_abs") == "this week":
            return None
        if comparator == "high and low":
            return high_or_low(q, "high", two) + high_or_low(q, "low", two)
        return high_or_low(q, comparator, two)
    layer = MEASURES[comparator][0] if comparator in MEASURES else \
        {"wind": "windSpeed"}.get(slots.get("metric"), "temperature")
    if two == "normal":
        return None
    if "location_two" in slots or ("choice" in slots and "location" in slots):
        return two_places(q, layer)
    whens = facts.times(q)
    if "tendency" in slots and whens == "week" and two is None:
        return week_ahead(q, layer)
    if "tendency" in slots and isinstance(whens, str):
        whens, two = [answers.When("tomorrow", None, q.scene.now, q.scene.zone)], two or "today"
    if two is None and isinstance(whens, list):  # what comes before
        tonight = whens[0].part == "night" and whens[0].days == 0
        two = "last night" if tonight else "tonight" if not whens[0].daytime else "today" if whens[0].days else "yesterday"
    if two is None:
        two = "yesterday"
    if two == "last night" and isinstance(whens, str) and 6 <= q.scene.local(q.scene.now).hour < 18:
        return since_last_night(q, layer)
    if two == "yesterday" and isinstance(whens, str):
        return since_yesterday(q, layer)
    if two in ("yesterday", "last night"):
        low = two == "last night"
        here = forecast_of(q, layer, whens[0])
        then = q.place.past("low" if low else "high", low)
        return here is not None and then is not None and verdict_words(q, layer, here, then) or None
    there = answers.When(*facts.split_words(two), q.scene.now, q.scene.zone)
    first = whens[0] if isinstance(whens, list) else answers.When("", None, q.scene.now, q.scene.zone)
    a, b = forecast_of(q, layer, first), forecast_of(q, layer, there)
    return None if a is None or b is None else verdict_words(q, layer, a, b)


def forecast_of(q, layer, when):
    """What two periods are compared by: the high or low, the highest wind or chance, the mean of the sky by day."""
    if layer == "temperature":
        hours_ = range(when.start, when.end, HOUR)
        c = q.scene.longest("maxTemperature" if when.daytime else "minTemperature", hours_) \
            if when.part in ("day", "night") else None
        values = q.scene.values("temperature", q.scene.left(hours_))
        return q.degrees(c if c is not None else (max if when.daytime else min)(values))
    values = q.scene.values(layer, range(when.begin, when.end, HOUR))
    return figure(q, layer, sum(values) / len(values) if layer == "skyCover" else max(values))


def since_yesterday(q, layer):
    chosen, fresh = answers.choose(q.place.newest, OBSERVED[layer], q.scene.now)
    if not fresh:
        return None
    name, then = answers.NEEDED[OBSERVED[layer]], q.scene.now - DAY
    station = q.place.stations[q.place.newest.index(chosen)]
    near = [(abs(forecast.seconds(r["timestamp"]) - then), answers.reading(r, name)) for r in q.place.reports(station, then - 2400, then + 2400)]
    near = [x for x in near if x[1] is not None and x[0] <= 2400]
    if not near:
        return None
    return verdict_words(q, layer, figure(q, layer, answers.reading(chosen, name)), figure(q, layer, min(near)[1]))


def two_places(q, layer):
    other = q.world.named(q.slots.get("location_two", HOME))
    whens, two = facts.times(q), q.slots.get("when_two")
    out = [q.place.name, other.name]
    if two in ("yesterday", "last night"):
        low = two == "last night"
        values = [p.past("low" if low else "high", low) for p in (q.place, other)]
        return None if None in values else verdict_words(q, layer, *values) + out + ["was", two]
    if isinstance(whens, list):
        there = facts.Question(q.intent, dict(q.slots, location=q.slots.get("location_two", HOME)), q.world)
        values = [forecast_of(x, layer, answers.When(*x.when_of(), x.scene.now, x.scene.zone)) for x in (q, there)]
        return verdict_words(q, layer, *values) + out + ["!yesterday"]
    told = [answers.choose(p.newest, OBSERVED[layer], q.scene.now)[0] for p in (q.place, other)]
    values = [figure(q, layer, answers.reading(r, answers.NEEDED[OBSERVED[layer]])) for r in told]
    return verdict_words(q, layer, *values) + out + ["!yesterday"]


def high_or_low(q, word, two):
    if two in ("yesterday", "last night"):
        f = q.place.past("low" if two == "last night" else word, two == "last night")
        return None if f is None else [word, "was %d degrees" % f]
    whens = facts.times(q)
    if isinstance(whens, str):
        day = (two or "today").capitalize().replace("Today", "today").replace("Tomorrow", "tomorrow")
        whens = [answers.When(*facts.split_words(two or "today"), q.scene.now, q.scene.zone)]
    out = [word]
    for when in whens:
        night = when.part == "night" or word == "low"
        if when.part not in ("day", "night"):
            return None
        hours_ = q.scene.hours(when.days, *((18, 30) if night else (6, 18)))
        c = q.scene.longest("minTemperature" if night else "maxTemperature", list(hours_))
        out.append("%d degrees" % q.degrees(c))
    return out


# ---- advice ----------------------------------------------------------------------------------------------------

def advice(q):
    thing, whens = q.slots["thing"], facts.times(q)
    at_water = thing in ("swim", "swim in the ocean") and [a for a in q.place.alerts if re.search("Beach|Surf|Rip Current", a)]
    period = None
    if isinstance(whens, list):
        if len(whens) > 1:
            return None
        period = (whens[0].days,) + answers.PARTS[whens[0].part][:2]
    if thing == "sunscreen" and not almanac.AVAILABLE:
        return None
    if thing == "sunscreen":
        noon = q.place.sky.noon(whens[0].days if period else 0)
        return ["no UV source", "%d degrees high" % noon]
    told = superlatives.ADVICE["run" if thing == "walk" else thing](q.scene, superlatives.advice_hours(q.scene, period))
    if "nothing" in told:
        return None
    word = {"maybe": "Maybe", "yes": "Yes", "no": "No"}[told["verdict"]]
    starts = ("" if q.place.warnings() or at_water else "^") + word
    if thing == "swim in the ocean":
        starts = "no reports on waves or currents, " + ("but the weather is fine" if word == "Yes" else "and the weather isn't good")
    if thing == "roads":
        starts = {"Yes": "no road reports, but the weather is fine", "No": "great care"}[word]
    if "excess" in q.slots:  # what is fine is not too hot; what is not may have another reason
        gusts = [superlatives.mph(v) for v in q.scene.values("windGust", superlatives.advice_hours(q.scene, period))]
        word = "No" if q.slots["excess"] == "too windy" and max(gusts) > 25 else word
        starts = {"Yes": "No, it's fine|No, it's warm enough", "No": "not good|too cool", "Maybe": "Maybe"}[word]
    out = ([] if told["verdict"] == "maybe" and thing == "shovel" else [starts]) + (at_water or [])
    out += ["%d percent" % told["percent"]] if "percent" in told else []
    if "degrees" in told:
        out.append("feel like %d degrees" % told["degrees"])
        out += [told["garment"]] if told["verdict"] != "no" else []
    return out + (["%d degrees" % told["low"]] if "low" in told else [])


EXTRA = {"HoursIntent": hours, "TimingIntent": timing, "AmountIntent": amount, "FreezeIntent": freeze,
         "ExtremeIntent": extreme, "ThresholdIntent": threshold, "CompareIntent": compare, "AdviceIntent": advice}
