"""Recurrence rules of every kind, drawn with dice: the same dice, the same rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = "MO,TU,WE,TH,FR"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A rule without an end, and how many days lie between two of its occurrences, about."""

    text: str
    days: float


Draw = Callable[[Random, date], Drawn]


def with_outlook_pattern(dice: Random, first: date) -> Drawn:
    """A rule for which Outlook has a pattern. `first`: the day of the series' start."""
    return dice.choice(_PATTERNED)(dice, first)


def without_outlook_pattern(dice: Random, first: date) -> Drawn:
    """A rule for which Outlook has none, or one only by luck."""
    return dice.choice(_UNPATTERNED)(dice, first)


def limited(rule: Drawn, start: datetime | date, dice: Random, *, most: int) -> str:
    """With COUNT or UNTIL in one of its forms, for at most `most` occurrences."""
    count = dice.randint(2, most)
    if dice.random() < 0.5:
        return f"{rule.text};COUNT={count}"
    last = _day(start) + timedelta(days=round(count * rule.days) + dice.choice((0, 0, 1)))
    return f"{rule.text};UNTIL={_until(start, last, dice)}"


def ending_on(text: str, start: datetime | date, last: date) -> str:
    """As Feishu itself writes an end: the last second of the day, in UTC."""
    return f"{text};UNTIL={_end_of_day(start, last)}"


def _until(start: datetime | date, last: date, dice: Random) -> str:
    forms = [f"{last:%Y%m%d}", _end_of_day(start, last)]
    if isinstance(start, datetime):
        local = datetime.combine(last, start.time(), start.tzinfo)
        forms += [f"{local.astimezone(UTC):%Y%m%dT%H%M%SZ}", f"{local:%Y%m%dT%H%M%S}"]
    return dice.choice(forms)


def _end_of_day(start: datetime | date, last: date) -> str:
    if not isinstance(start, datetime):
        return f"{last:%Y%m%d}T235959Z"
    end = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=start.tzinfo)
    return f"{end.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _day(start: datetime | date) -> date:
    return start.date() if isinstance(start, datetime) else start


def _weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def _days(dice: Random, first: date, most: int = 4) -> str:
    """Some weekdays, that of the start among them."""
    chosen = {first.weekday(), *dice.sample(range(7), dice.randint(1, most - 1))}
    return ",".join(WEEKDAYS[day] for day in sorted(chosen))


def _ordinal(first: date) -> int:
    return (first.day - 1) // 7 + 1


# --- rules that Outlook has ----------------------------------------------------------------------


def _daily(dice: Random, _first: date) -> Drawn:
    interval = dice.randint(1, 5)
    return Drawn(f"FREQ=DAILY;INTERVAL={interval}" if interval > 1 else "FREQ=DAILY", interval)


def _weekly(dice: Random, first: date) -> Drawn:
    interval = dice.choice((1, 1, 2, 3))
    days = _days(dice, first)
    week_start = dice.choice(("", ";WKST=SU", ";WKST=MO", ";WKST=WE"))
    text = f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={days}{week_start}"
    return Drawn(text, interval * 7 / (days.count(",") + 1))


def _weekly_by_start(dice: Random, _first: date) -> Drawn:
    interval = dice.choice((1, 1, 2, 4))
    return Drawn(f"FREQ=WEEKLY;INTERVAL={interval}", 7 * interval)


def _working_days(dice: Random, _first: date) -> Drawn:
    return Drawn(dice.choice((f"FREQ=DAILY;BYDAY={WORKDAYS}", f"FREQ=WEEKLY;BYDAY={WORKDAYS}")), 1.4)


def _monthly_by_day(dice: Random, first: date) -> Drawn:
    interval = dice.choice((1, 1, 2, 3))
    day = first.day if first.day <= 28 else dice.randint(1, 28)
    return Drawn(f"FREQ=MONTHLY;INTERVAL={interval};BYMONTHDAY={day}", 31 * interval)


def _monthly_by_ordinal(dice: Random, first: date) -> Drawn:
    day, ordinal = _weekday(first), min(_ordinal(first), 4)
    forms = (
        f"FREQ=MONTHLY;BYDAY={ordinal}{day}",
        f"FREQ=MONTHLY;BYDAY=+{ordinal}{day};INTERVAL=2",
        f"FREQ=MONTHLY;BYDAY={day};BYSETPOS={ordinal}",
        f"FREQ=MONTHLY;BYDAY=-1{day}",
        f"FREQ=MONTHLY;BYDAY={WORKDAYS};BYSETPOS={dice.choice((1, 2, 3, -1))}",
        f"FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS={dice.choice((1, 4, -1))}",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
    )
    return Drawn(dice.choice(forms), 31)


def _yearly(dice: Random, first: date) -> Drawn:
    forms = (
        "FREQ=YEARLY",
        "FREQ=YEARLY;INTERVAL=2",
        f"FREQ=YEARLY;BYMONTH={first.month};BYMONTHDAY={min(first.day, 28)}",
        f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={min(_ordinal(first), 4)}{_weekday(first)}",
    )
    return Drawn(dice.choice(forms), 366)


_PATTERNED: tuple[Draw, ...] = (
    *(_daily, _weekly, _weekly, _weekly_by_start, _weekly_by_start, _working_days),
    *(_monthly_by_day, _monthly_by_ordinal, _monthly_by_ordinal, _yearly),
)

# --- rules that Outlook has not --------------------------------------------------------------------


def _month_days(dice: Random, first: date) -> Drawn:
    days = sorted({first.day, *dice.sample(range(1, 29), 2)})
    forms = (
        Drawn(f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, days))}", 31 / len(days)),
        Drawn(f"FREQ=MONTHLY;BYMONTHDAY={dice.choice((29, 30, 31))}", 33),
        Drawn(f"FREQ=MONTHLY;BYMONTHDAY={dice.choice((-2, -3, -7, -10))}", 31),
        Drawn("FREQ=MONTHLY;BYMONTHDAY=15,-1", 15),
        Drawn("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", 200),
        Drawn("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", 31),
    )
    return dice.choice(forms)


def _ordinals(dice: Random, first: date) -> Drawn:
    day = _weekday(first)
    forms = (
        Drawn(f"FREQ=MONTHLY;BYDAY=1{day},3{day}", 15),
        Drawn(f"FREQ=MONTHLY;BYDAY=2{day},-1{day};INTERVAL=2", 30),
        Drawn(f"FREQ=MONTHLY;BYDAY=5{day}", 90),
        Drawn(f"FREQ=MONTHLY;BYDAY=-2{day}", 31),
        Drawn("FREQ=MONTHLY;BYDAY=1MO,1TU", 15),
        Drawn(f"FREQ=MONTHLY;BYDAY={day}", 7),
        Drawn(f"FREQ=MONTHLY;BYDAY={day};INTERVAL=2", 14),
        Drawn("FREQ=YEARLY;BYDAY=20MO", 366),
        Drawn("FREQ=YEARLY;BYDAY=MO;BYMONTH=3", 90),
    )
    return dice.choice(forms)


def _positions(dice: Random, _first: date) -> Drawn:
    forms = (
        Drawn(f"FREQ=MONTHLY;BYDAY={WORKDAYS};BYSETPOS={dice.choice((-2, -3, 5, 10))}", 31),
        Drawn(f"FREQ=MONTHLY;BYDAY={WORKDAYS};BYSETPOS=1,-1", 15),
        Drawn("FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=2,3", 15),
        Drawn("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1", 7),
        Drawn("FREQ=YEARLY;BYMONTH=1,7;BYDAY=MO;BYSETPOS=1", 366),
        Drawn("FREQ=YEARLY;BYDAY=MO;BYSETPOS=3", 366),
    )
    return dice.choice(forms)


def _months(dice: Random, first: date) -> Drawn:
    forms = (
        Drawn(f"FREQ=MONTHLY;BYMONTH={first.month},{first.month % 12 + 1};BYMONTHDAY=7", 180),
        Drawn(f"FREQ=WEEKLY;BYMONTH={first.month};BYDAY={_weekday(first)}", 90),
        Drawn(f"FREQ=DAILY;BYMONTH={first.month % 12 + 1};INTERVAL=3", 36),
        Drawn("FREQ=DAILY;BYMONTHDAY=1,10,20", 10),
        Drawn("FREQ=DAILY;INTERVAL=2;BYDAY=MO,TU,WE", 5),
        Drawn("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", 1461),
        Drawn("FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=1", 91),
    )
    return dice.choice(forms)


def _numbered_days(dice: Random, _first: date) -> Drawn:
    forms = (
        Drawn(f"FREQ=YEARLY;BYYEARDAY={dice.choice(('1,100,200', '-1', '60', '366', '1,-1'))}", 150),
        Drawn(f"FREQ=YEARLY;BYWEEKNO={dice.choice(('1', '20', '53', '10,30', '-1'))};BYDAY=MO", 250),
        Drawn("FREQ=YEARLY;BYWEEKNO=20", 100),
    )
    return dice.choice(forms)


def _long_intervals(dice: Random, _first: date) -> Drawn:
    forms = ("FREQ=WEEKLY;INTERVAL=120", "FREQ=DAILY;INTERVAL=1000", "FREQ=YEARLY;INTERVAL=9")
    return Drawn(dice.choice(forms), 900)


_UNPATTERNED: tuple[Draw, ...] = (
    *(_month_days, _month_days, _ordinals, _ordinals, _positions, _months),
    *(_numbered_days, _long_intervals),
)


def several_a_day(dice: Random) -> str:
    """Short-lived: each of these fills a calendar otherwise."""
    forms = (
        "FREQ=DAILY;BYHOUR=9,15;COUNT=9",
        "FREQ=DAILY;BYHOUR=8;BYMINUTE=0,30;COUNT=7",
        "FREQ=HOURLY;INTERVAL=5;COUNT=9",
        "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=10,16;COUNT=10",
        "FREQ=MINUTELY;INTERVAL=90;COUNT=6",
    )
    return dice.choice(forms)
