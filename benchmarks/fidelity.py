"""How series reach Outlook: whole, whole but for some dates, taken apart into single events, or not at all.

.venv/bin/python -m benchmarks.fidelity [--json FILE] [--events 2000] [--seed 1] [--rules]

Counted are the series of a mixed calendar (tests/fidelity) and a list of well-known rules, most of them
RFC 5545's own examples; `--rules` tells them one by one. Nothing is sent anywhere.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from core import expressible, mirror, tag
from core.clock import window_at
from core.feishu.rows import parse_row
from core.links import SourceView
from core.model import AllDayEnd, Role, Row, SourceCalendarInfo
from core.settings import PairSettings, TextLanguage
from sandbox.feishu import FeishuWorld, wire
from tests.fidelity import mixed_calendar
from tests.fidelity.repeatable import NOW
from texts.copy_words import copy_words


class Way(StrEnum):
    WHOLE = "as a series"
    WITH_GAPS = "as a series with dates left out"
    APART = "as single events"
    SKIPPED = "not at all"


@dataclass(frozen=True, slots=True)
class Found:
    """`why`: the reason's code, where there is one."""

    rule: str
    way: Way
    why: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the numbers to this file, too")
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rules", action="store_true", help="tell the well-known rules one by one")
    asked = parser.parse_args()
    calendars = {
        f"{asked.events} mixed events": list(mixed_series(asked.events, asked.seed)),
        "well-known rules": list(known_series()),
    }
    for name, found in calendars.items():
        print(table(name, found))
    if asked.rules:
        print(
            "\n".join(f"{each.way:<32} {each.why:<22} {each.rule}" for each in calendars["well-known rules"])
        )
    if asked.json:
        told = {name: [asdict(each) for each in found] for name, found in calendars.items()}
        asked.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def mixed_series(events: int, seed: int) -> Iterable[Found]:
    world = FeishuWorld(NOW.timestamp)
    mixed_calendar.fill(world, world.calendar_id, events, seed)
    return mirrored(world)


def known_series() -> Iterable[Found]:
    """Each starts at nine in New York, as RFC 5545's examples do."""
    world = FeishuWorld(NOW.timestamp)
    for day, rule in KNOWN_RULES:
        start = datetime.strptime(day, "%Y%m%d").replace(hour=9, tzinfo=ZoneInfo("America/New_York"))
        world.add_event(world.calendar_id, rule, start, start + timedelta(minutes=15), recurrence=rule)
    return mirrored(world)


def mirrored(world: FeishuWorld) -> Iterable[Found]:
    """What becomes of each live series of the world's calendar, as the program decides it."""
    calendar = world.calendars[world.calendar_id]
    sent = (json.dumps(wire.event(row, "owner", world.quirks)) for row in calendar.rows.values())
    rows = [parse_row(text, AllDayEnd.EXCLUSIVE) for text in sent]
    info = SourceCalendarInfo(
        calendar.calendar_id, calendar.summary, calendar.type, Role.OWNER, is_primary=True
    )
    view = SourceView(info, tuple(rows), (), anchor=0, is_empty=False)
    reach = mirror.reach(window_at(NOW, past_days=0, future_days=365), ())
    desired = mirror.desired(view, PairSettings("work"), copy_words(TextLanguage.ENGLISH), reach)
    return [_found(row, desired, tag.key(calendar.calendar_id, row.uid)) for row in rows if row.recurrence]


def _found(row: Row, desired: mirror.Desired, key: str) -> Found:
    if key in desired.taken_apart:
        return Found(row.recurrence, Way.APART, desired.taken_apart[key].code)
    if key in desired.skips:
        return Found(row.recurrence, Way.SKIPPED, desired.skips[key].note.reason.code)
    span = expressible.series_span(expressible.checked(row.span))
    has_gaps = expressible.as_series(row.recurrence, span).left_out
    return Found(row.recurrence, Way.WITH_GAPS if has_gaps else Way.WHOLE, "")


def table(name: str, found: list[Found]) -> str:
    ways = Counter(each.way for each in found)
    lines = [f"\n{name}: {len(found)} series"]
    for way in Way:
        lines.append(f"  {way:<32}{ways[way]:>6}{ways[way] / max(1, len(found)):>8.1%}")
        reasons = Counter(each.why for each in found if each.way is way and each.why)
        lines += [f"    {why:<30}{count:>6}" for why, count in reasons.most_common()]
    return "\n".join(lines)


KNOWN_RULES = (
    # RFC 5545, 3.8.5.3
    ("19970902", "FREQ=DAILY;COUNT=10"),
    ("19970902", "FREQ=DAILY;UNTIL=19971224T000000Z"),
    ("19970902", "FREQ=DAILY;INTERVAL=2"),
    ("19970902", "FREQ=DAILY;INTERVAL=10;COUNT=5"),
    ("19980101", "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA"),
    ("19980101", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1"),
    ("19970902", "FREQ=WEEKLY;COUNT=10"),
    ("19970902", "FREQ=WEEKLY;UNTIL=19971224T000000Z"),
    ("19970902", "FREQ=WEEKLY;INTERVAL=2;WKST=SU"),
    ("19970902", "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH"),
    ("19970902", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH"),
    ("19970901", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR"),
    ("19970902", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH"),
    ("19970905", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR"),
    ("19970905", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR"),
    ("19970907", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU"),
    ("19970922", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO"),
    ("19970928", "FREQ=MONTHLY;BYMONTHDAY=-3"),
    ("19970902", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15"),
    ("19970930", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1"),
    ("19970910", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15"),
    ("19970902", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU"),
    ("19970610", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7"),
    ("19970310", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3"),
    ("19970101", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200"),
    ("19970519", "FREQ=YEARLY;BYDAY=20MO"),
    ("19970512", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"),
    ("19970313", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH"),
    ("19970605", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8"),
    ("19970902", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"),
    ("19970913", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13"),
    ("19961105", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8"),
    ("19970904", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3"),
    ("19970929", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2"),
    ("19970902", "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z"),
    ("19970902", "FREQ=MINUTELY;INTERVAL=15;COUNT=6"),
    ("19970902", "FREQ=MINUTELY;INTERVAL=90;COUNT=4"),
    ("19970902", "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40"),
    ("19970902", "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16"),
    ("19970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO"),
    ("19970805", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU"),
    ("20070115", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5"),
    # what calendars offer, and what people ask about
    ("20260105", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("20260105", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR"),
    ("20260110", "FREQ=WEEKLY;BYDAY=SA,SU"),
    ("20260105", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
    ("20260105", "FREQ=MONTHLY"),
    ("20260105", "FREQ=MONTHLY;INTERVAL=3"),
    ("20260131", "FREQ=MONTHLY"),
    ("20260131", "FREQ=MONTHLY;BYMONTHDAY=31"),
    ("20260131", "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("20260131", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
    ("20260130", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("20260101", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1"),
    ("20260130", "FREQ=MONTHLY;BYDAY=5FR"),
    ("20260130", "FREQ=MONTHLY;BYDAY=-1FR"),
    ("20260105", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
    ("20260115", "FREQ=MONTHLY;BYMONTHDAY=15,-1"),
    ("20260105", "FREQ=YEARLY"),
    ("20240229", "FREQ=YEARLY"),
    ("20240229", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
    ("20240229", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
    ("20261126", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
    ("20260105", "FREQ=YEARLY;BYMONTH=1,4,7,10"),
    ("20261231", "FREQ=YEARLY;BYYEARDAY=-1"),
    ("20260105", "FREQ=DAILY;BYHOUR=9,15"),
    ("20260105", "FREQ=DAILY;COUNT=1500"),
    ("20260105", "FREQ=WEEKLY;INTERVAL=120"),
    ("20260105", "FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2"),
)
"""Start and rule."""

if __name__ == "__main__":
    main()
