# SPDX-License-Identifier: Apache-2.0
"""Sun and moon by libastro (Debian's python3-ephem), for the facts of the phrases. Without that package, AVAILABLE is false."""
import datetime
import math

import answers
import spells

try:
    import ephem
    AVAILABLE = True
except ImportError:
    AVAILABLE = False

PHASES = ["a new moon", "a waxing crescent", "at first quarter", "a waxing gibbous", "a full moon", "a waning gibbous",
          "at last quarter", "a waning crescent"]
UTC = datetime.timezone.utc
APART = 20  # seconds that two ephemerides may differ by


class Sky:
    """Of a place, at the scene's instant."""

    def __init__(self, scene, lat, lon):
        self.scene, self.lat, self.lon = scene, lat, lon

    def observer(self, ahead, horizon):
        at = ephem.Observer()
        at.lat, at.lon, at.pressure, at.horizon = str(self.lat), str(self.lon), 0, horizon
        at.date = datetime.datetime.fromtimestamp(self.scene.instant(ahead, 0), UTC).replace(tzinfo=None)
        return at

    def event(self, ahead, which, horizon):
        """The first rising or setting after midnight: minutes are rounded; None if there is none that day."""
        at = self.observer(ahead, horizon)
        try:
            when = (at.next_rising if which == "rising" else at.next_setting)(ephem.Sun(), use_center=True)
        except (ephem.AlwaysUpError, ephem.NeverUpError):
            return None
        return when.datetime().replace(tzinfo=UTC).timestamp()

    def transit(self, ahead):
        at = self.observer(ahead, "0")
        when = at.next_transit(ephem.Sun())
        at.date = when
        sun = ephem.Sun(at)
        return when.datetime().replace(tzinfo=UTC).timestamp(), answers.whole(math.degrees(sun.alt))

    def noon(self, ahead):
        return self.transit(ahead)[1]

    def clock(self, t, after=""):
        """To the minute; both minutes where the second is near to half a minute."""
        minutes = sorted({round((t + off) / 60) * 60 for off in (-APART, APART)})
        return "|".join(spells.clock(spells.local(self.scene, m)) + after for m in minutes)


UNSUPPORTED = ("golden hour", "twilight", "solstice", "eclipse", "moonrise", "lunar eclipse")
EVENTS = {"sunrise": ("rising", "-0:50"), "sunset": ("setting", "-0:50"), "first light": ("rising", "-6"),
          "dark": ("setting", "-6")}


def duration(seconds):
    """The difference of two spoken minutes, or of the instants."""
    told = range(round(seconds / 60) - 1, round(seconds / 60) + 2)
    return "|".join("%d hour%s and %d minute%s" % (m // 60, "" if m // 60 == 1 else "s", m % 60, "" if m % 60 == 1 else "s")
                    for m in told)


def sun(q, ahead):
    what, sky = q.slots["sun"], q.place.sky
    if what == "noon":
        t, height = sky.transit(ahead)
        return [sky.clock(t), "%d degrees above" % height]
    if what == "day length":
        rise = sky.event(ahead, "rising", "-0:50")
        down = rise and sky.event(ahead, "setting", "-0:50")
        if rise and down < rise:
            down = sky.event(ahead + 1, "setting", "-0:50")
        return None if rise is None else [duration(down - rise), sky.clock(rise), sky.clock(down)]
    which, horizon = EVENTS[what]
    t = sky.event(ahead, which, horizon)
    if t is None or t >= sky.scene.instant(ahead + 1, 0):
        return ["doesn't get dark"] if what == "dark" else None
    if ahead == 0 and t < sky.scene.now:
        return ["was at", sky.clock(t, " today"), sky.clock(sky.event(1, which, horizon), " tomorrow")]
    return [sky.clock(t)]


def phase(t):
    """The name, and the share that is lit, of an instant."""
    date = ephem.Date(datetime.datetime.fromtimestamp(t, UTC).replace(tzinfo=None))
    moon, sun_ = ephem.Moon(date), ephem.Sun(date)
    apart = math.degrees(ephem.Ecliptic(moon, epoch=date).lon - ephem.Ecliptic(sun_, epoch=date).lon) % 360
    return PHASES[int((apart + 22.5) % 360 // 45)], answers.whole(moon.phase)


NEXT = {"full": "next_full_moon", "new": "next_new_moon", "first quarter": "next_first_quarter_moon",
        "last quarter": "next_last_quarter_moon"}


def next_phase(q, name, begin):
    when = getattr(ephem, NEXT[name])(ephem.Date(datetime.datetime.fromtimestamp(begin, UTC).replace(tzinfo=None)))
    return spells.local(q.scene, when.datetime().replace(tzinfo=UTC).timestamp())


def part(moment):
    """Early in the morning counts up to six."""
    day = answers.WEEKDAYS[moment.weekday()]
    for until, words in ((6, "early %s morning"), (12, "%s morning"), (18, "%s afternoon"), (24, "%s evening")):
        if moment.hour < until:
            return words % day
    return None


def moon(q, whens):
    name, scene = q.slots.get("moon", "phase"), q.scene
    if name == "phase":
        ahead = whens[0].days if whens else 0
        t = scene.now if ahead == 0 else scene.instant(ahead, 12)
        words, percent = phase(t)
        return [words, "%d percent lit" % percent]
    begin = scene.now
    if "month" in q.slots:
        begin = int(datetime.datetime(scene.today.year, answers.MONTHS.index(q.slots["month"].capitalize()) + 1, 1,
                                      tzinfo=scene.zone).timestamp())
    at = next_phase(q, name, begin)
    out = [part(at), spells.ordinal_date(at.date())]
    if whens:
        words, _ = phase(scene.now if whens[0].days == 0 else scene.instant(whens[0].days, 12))
        out = ["^No", words] + out
    return out
