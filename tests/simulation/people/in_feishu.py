"""What people do in Feishu."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core import zones
from core.model import Row, RowStatus, Span, Visibility, WallClock
from tests.simulation import model
from tests.simulation.people import drawn
from tests.simulation.world import World

RULES = (
    "FREQ=DAILY;COUNT=6",
    "FREQ=DAILY;INTERVAL=2",
    "FREQ=WEEKLY;COUNT=5",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=12",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY;COUNT=4",
)
ODD_RULES = (
    "FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=6",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
    "FREQ=DAILY;INTERVAL=3;BYMONTH=1,3,4,11,12;COUNT=9",
)
"""Outlook has no such patterns."""


def _new(world: World, rule: str = "", **more: object) -> str:
    uid = f"e{world.feishu.version}"
    span = drawn.span(world)
    if rule:
        title = world.random.choice(drawn.TITLES)
        row = Row(f"{uid}_0", uid, None, RowStatus.CONFIRMED, span, rule, title=title)
        row = replace(row, span=model.expanded(row)[0])
        if not isinstance(span.start, WallClock):
            # Whole days that overlap their own next occurrence are no series of Outlook.
            first = row.span.start if row.span else span.start
            assert not isinstance(first, WallClock)
            row = replace(row, span=Span(first, first + timedelta(days=1)))
    else:
        row = Row(
            f"{uid}_0", uid, None, RowStatus.CONFIRMED, span, "", title=world.random.choice(drawn.TITLES)
        )
    row = replace(row, location=world.random.choice(("", "Room 5")), **more)  # type: ignore[arg-type]
    world.put(row)
    return f"{uid} {row.title!r} {zones.text(row.span.start) if row.span else ''} {rule}"


def create_single(world: World) -> str:
    return _new(world)


def create_series(world: World) -> str:
    return _new(world, world.random.choice(RULES))


def create_odd_series(world: World) -> str:
    return _new(world, world.random.choice(ODD_RULES))


def create_special(world: World) -> str:
    kinds: tuple[dict[str, object], ...] = (
        {"is_declined": True},
        {"is_free": True},
        {"visibility": Visibility.PRIVATE},
        {"status": RowStatus.TENTATIVE},
        {"reminders": (15,)},
    )
    return _new(world, world.random.choice(("", "", RULES[0])), **world.random.choice(kinds))


def create_many(world: World) -> str:
    return "; ".join(_new(world) for _ in range(12))


def live(world: World, *, exceptions: bool = False) -> Row | None:
    rows = [
        row
        for _, row in world.feishu.rows.values()
        if row.status is not RowStatus.CANCELLED and (row.original_start is not None) == exceptions
    ]
    return world.random.choice(rows) if rows else None


def _change(world: World, row: Row, **changes: object) -> str:
    world.put(replace(row, **changes))  # type: ignore[arg-type]
    return f"{row.event_id} {changes}"


def retitle(world: World) -> str:
    row = live(world, exceptions=world.random.random() < 0.3)
    return _change(world, row, title=world.random.choice(drawn.TITLES)) if row else ""


def change_details(world: World) -> str:
    row = live(world, exceptions=world.random.random() < 0.2)
    if row is None:
        return ""
    changes: tuple[dict[str, object], ...] = (
        {"location": world.random.choice(("Room 5", "Room 6", ""))},
        {"is_free": not row.is_free},
        {"visibility": world.random.choice(tuple(Visibility))},
        {"reminders": world.random.choice(((), (10,), (30, 5)))},
    )
    return _change(world, row, **world.random.choice(changes))


def move(world: World) -> str:
    """A single event or a whole series gets another time; a series loses its exceptions."""
    row = live(world)
    if row is None or row.span is None:
        return ""
    if row.recurrence:
        return _reshape(world, row, row.recurrence, timedelta(hours=world.random.choice((1, -1, 2))))
    return _change(world, row, span=drawn.span(world))


def change_rule(world: World) -> str:
    row = live(world)
    if row is None or row.span is None:
        return ""
    odd = ODD_RULES if isinstance(row.span.start, WallClock) else ()
    rule = world.random.choice((*RULES, *odd, ""))
    return _reshape(world, row, rule, timedelta())


def cut_series(world: World) -> str:
    """The first half of "this and following"."""
    row = live(world)
    if row is None or not row.recurrence or row.span is None or "UNTIL" in row.recurrence:
        return ""
    if not isinstance(row.span.start, WallClock) or "COUNT" in row.recurrence:
        return ""
    until = world.clock.now() + timedelta(days=world.random.choice((3, 10, 30)))
    return _reshape(world, row, f"{row.recurrence};UNTIL={until:%Y%m%dT%H%M%SZ}", timedelta())


def _reshape(world: World, row: Row, rule: str, by: timedelta) -> str:
    assert row.span
    span = drawn.shifted(row.span, by) if isinstance(row.span.start, WallClock) else row.span
    exceptions = [
        each.event_id
        for _, each in world.feishu.rows.values()
        if each.uid == row.uid and each.original_start is not None
    ]
    for event_id in exceptions:
        world.feishu.vanish(event_id)
    changed = replace(row, span=span, recurrence=rule)
    if rule:
        first = next(iter(model.expanded(changed)), None)
        if first is None:
            return ""
        changed = replace(changed, span=first)
    world.put(changed)
    return f"{row.event_id} is now {changed.recurrence!r} at {zones.text(changed.span.start)}"  # type: ignore[union-attr]


def cancel(world: World) -> str:
    row = live(world)
    if row is None:
        return ""
    for _, each in list(world.feishu.rows.values()):
        if each.uid == row.uid:
            world.put(replace(each, status=RowStatus.CANCELLED))
    return row.uid


def cancel_many(world: World) -> str:
    live = [row for _, row in world.feishu.rows.values() if row.status is not RowStatus.CANCELLED]
    for row in live[: len(live) * 2 // 3]:
        world.put(replace(row, status=RowStatus.CANCELLED))
    return f"{len(live) * 2 // 3} of {len(live)}"


def cancel_all(world: World) -> str:
    live = [row for _, row in world.feishu.rows.values() if row.status is not RowStatus.CANCELLED]
    for row in live:
        world.put(replace(row, status=RowStatus.CANCELLED))
    return f"all {len(live)}" if live else ""


def vanish(world: World) -> str:
    """Out of Feishu without a word: only a full pull shows that it is gone. Not of an occurrence that was
    moved far ahead: whether a pull lists that depends on its first time."""
    row = live(world)
    rows = [each for _, each in world.feishu.rows.values() if row and each.uid == row.uid]
    if row is None or any(model.is_far(each) for each in rows):
        return ""
    for each in rows:
        world.feishu.vanish(each.event_id)
    return row.uid


def void_cursors(world: World) -> str:
    """Feishu forgets what it has told: everything is read anew."""
    world.feishu.forget_cursors()
    return "until now"


def uncancel(world: World) -> str:
    rows = [row for _, row in world.feishu.rows.values() if row.status is RowStatus.CANCELLED]
    if not rows:
        return ""
    row = world.random.choice(rows)
    changes: dict[str, object] = {"status": RowStatus.CONFIRMED}
    if row.original_start is None and not row.recurrence and world.random.random() < 0.3:
        changes["span"] = drawn.span(world)
    return _change(world, row, **changes)


def decline(world: World) -> str:
    row = live(world, exceptions=world.random.random() < 0.2)
    return _change(world, row, is_declined=not row.is_declined) if row else ""


def cancel_occurrence(world: World) -> str:
    return except_occurrence(world, ("cancelled",))


def move_occurrence(world: World) -> str:
    return except_occurrence(world, ("later", "next day"))


def except_occurrence(
    world: World, hows: tuple[str, ...] = ("renamed", "cancelled", "later", "next day", "far", "past")
) -> str:
    """One occurrence is moved, renamed or cancelled."""
    masters = [
        row
        for _, row in world.feishu.rows.values()
        if row.recurrence and row.status is not RowStatus.CANCELLED
    ]
    if not masters:
        return ""
    random, master = world.random, world.random.choice(masters)
    spans = [span for span in model.expanded(master) if not model.is_over(world.window, span)][:12]
    if not spans:
        return ""
    original = random.choice(spans)
    seconds = model.seconds(original.start)
    how = random.choice(hows)
    by = {"later": timedelta(hours=2), "next day": timedelta(days=1), "far": timedelta(days=70)}
    by["past"] = timedelta(days=-9)
    span = original
    if how in by and not (how == "later" and not isinstance(span.start, WallClock)):
        span = drawn.shifted(original, by[how])
    row = Row(
        f"{master.uid}_{seconds}",
        master.uid,
        seconds,
        RowStatus.CANCELLED if how == "cancelled" else RowStatus.CONFIRMED,
        span,
        title=random.choice(drawn.TITLES) if how == "renamed" else master.title,
        location=master.location,
        is_exception=True,
    )
    world.put(row)
    return f"{row.event_id} {how}"
