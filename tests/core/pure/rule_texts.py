"""Recurrence rules of every kind, python-dateutil's reading of them, and patterns as Exchange reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import strategies as st

from core.model import WallClock
from core.recurrence import Recurrence
from sandbox.microsoft import recurrence as exchange

WEEKDAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
_RARELY, _OFTEN = 5, 1
ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"])


def clock(text: str, zone: str = "Asia/Shanghai") -> WallClock:
    return WallClock(datetime.fromisoformat(text), zone)


def starts() -> st.SearchStrategy[WallClock]:
    moments = st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1))  # noqa: DTZ001  # wall clocks
    return st.builds(WallClock, moments.map(lambda local: local.replace(microsecond=0)), ZONES)


def _signed(most: int) -> st.SearchStrategy[int]:
    return st.integers(1, most) | st.integers(-most, -1)


def _joined(values: st.SearchStrategy[object], most: int = 4) -> st.SearchStrategy[str]:
    each = st.lists(values, min_size=1, max_size=most, unique=True)
    return each.map(lambda found: ",".join(map(str, found)))


def _days(frequency: str, *, by_month: bool) -> st.SearchStrategy[str]:
    """Plain or counted: dateutil does not take both in one rule."""
    most = 53 if frequency == "YEARLY" and not by_month else 5
    return _joined(WEEKDAYS) | _joined(st.builds("{}{}".format, _signed(5) | _signed(most), WEEKDAYS))


class _Parts:
    """Collects the parts of one rule."""

    def __init__(self, draw: st.DrawFn, frequencies: list[str]) -> None:
        self._draw = draw
        self.frequency = draw(st.sampled_from(frequencies))
        self.texts = [f"FREQ={self.frequency}"]

    def add(self, name: str, values: st.SearchStrategy[object], once_in: int) -> None:
        if self._draw(st.integers(0, once_in)) == 0:
            self.texts.append(f"{name}={self._draw(values)}")

    def add_clock(self, once_in: int) -> None:
        self.add("BYHOUR", _joined(st.integers(0, 23)), once_in)
        self.add("BYMINUTE", _joined(st.integers(0, 59)), once_in)
        self.add("BYSECOND", _joined(st.integers(0, 59)), once_in)


@st.composite
def rule_texts(draw: st.DrawFn, *, finite: bool = True) -> str:
    """Well-formed. BYWEEKNO without the numbers at the year's ends, which dateutil gives to wrong days."""
    parts = _Parts(draw, ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts.add("INTERVAL", st.integers(1, 13), _OFTEN)
    parts.add("BYMONTH", _joined(st.integers(1, 12)), _RARELY)
    by_month = parts.texts[-1].startswith("BYMONTH")
    parts.add("BYDAY", _days(parts.frequency, by_month=by_month), 2)
    parts.add("BYMONTHDAY", _joined(_signed(31), 6), _RARELY)
    parts.add("BYYEARDAY", _joined(_signed(366), 12), 2 * _RARELY)
    parts.add("BYWEEKNO", _joined(st.integers(2, 51) | st.integers(-50, -3), 8), 2 * _RARELY)
    parts.add_clock(_RARELY)
    parts.add("BYSETPOS", _joined(_signed(3) | _signed(12)), _RARELY)
    parts.add("WKST", WEEKDAYS, _OFTEN)
    if finite:
        parts.add("COUNT", st.integers(1, 40), _OFTEN)
    return ";".join(parts.texts)


@st.composite
def short_rule_texts(draw: st.DrawFn) -> str:
    """Well-formed, of hours, minutes or seconds; not so rare that dateutil counts seconds for long."""
    parts = _Parts(draw, ["HOURLY", "HOURLY", "MINUTELY", "MINUTELY", "SECONDLY"])
    parts.add("INTERVAL", st.integers(1, 13) | st.sampled_from([24, 25, 60, 90, 1440]), _OFTEN)
    parts.add("BYMONTH", _joined(st.integers(1, 12), 8), _RARELY)
    parts.add("BYDAY", _joined(WEEKDAYS), _RARELY)
    parts.add("BYMONTHDAY", _joined(_signed(31), 12), _RARELY)
    if parts.frequency != "SECONDLY":
        parts.add_clock(2)
    else:
        parts.add("BYSECOND", _joined(st.integers(0, 59)), _OFTEN)
    parts.add("BYSETPOS", _joined(_signed(3)), _RARELY)
    parts.add("COUNT", st.integers(1, 40), _OFTEN)
    return ";".join(parts.texts)


def by_dateutil(rule: str, start: WallClock, end: date = date(2100, 1, 1)) -> Iterator[datetime]:
    """Local starts up to `end`; an UNTIL, which has to be in UTC, is an instant in the series' zone."""
    zone = ZoneInfo(start.zone) if "UNTIL" in rule else None
    try:
        found: Iterator[datetime] = iter(rrulestr(rule, dtstart=start.local.replace(tzinfo=zone)))
        yield from (each.replace(tzinfo=None) for each in takewhile(lambda each: each.date() <= end, found))
    except ValueError as error:  # how dateutil says that no hour of the rule is ever met
        if "empty" not in str(error):
            raise


def by_exchange(found: Recurrence, end: date) -> list[date]:
    """What the sandbox's Exchange makes of it up to `end`, without the dates that are to be cancelled."""
    pattern, span = found.pattern, found.range
    fields = {
        "type": pattern.type,
        "interval": pattern.interval,
        "daysOfWeek": list(pattern.days_of_week),
        "firstDayOfWeek": pattern.first_day_of_week or None,
        "dayOfMonth": pattern.day_of_month,
        "month": pattern.month,
        "index": pattern.index or None,
    }
    limits: dict[str, object] = {"type": "noEnd", "startDate": span.start.isoformat()}
    if span.count is not None:
        limits |= {"type": "numbered", "numberOfOccurrences": span.count}
    elif span.end is not None:
        limits |= {"type": "endDate", "endDate": span.end.isoformat()}
    rule = exchange.parse({"pattern": fields, "range": limits})
    shown = list(takewhile(lambda day: day <= end, rule.dates()))
    assert set(found.left_out) <= set(shown)
    return [day for day in shown if day not in found.left_out]
