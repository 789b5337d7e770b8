"""What people do: to Feishu, to Outlook, to the settings; and how time passes.

Each act says what it did, or returns an empty text where there was nothing to do it to.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from core import zones
from core.links import Creating
from core.model import Row, RowStatus, Span, Visibility, WallClock
from core.settings import Existing, LocalChanges, Privacy
from tests.core.engine.memory import HeldEvent
from tests.simulation import model
from tests.simulation.world import HOME, World

Act = Callable[[World], str]

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
TITLES = ("Review", "Lunch", "Planning", "One to one", "Talk", "")
DAYS = (0, 0, 1, 1, 2, 3, 4, 5, 8, 13, 21, 34, 55, 58, -1, -3, 75)
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


def _span(world: World) -> Span:
    random = world.random
    today = world.clock.now().astimezone(HOME).date()
    day = today + timedelta(days=random.choice(DAYS))
    if random.random() < 0.15:
        return Span(day, day + timedelta(days=random.choice((1, 1, 2))))
    start = datetime(day.year, day.month, day.day, random.randint(8, 19), random.choice((0, 30)))  # noqa: DTZ001  # a wall clock
    zone = random.choice(ZONES)
    return Span(WallClock(start, zone), WallClock(start + timedelta(minutes=random.choice((30, 60))), zone))


def _on(span: Span, day: date) -> Span:
    """At the same time of another day."""
    if isinstance(span.start, WallClock) and isinstance(span.end, WallClock):
        shift = day - span.start.local.date()
        return _shifted(span, shift)
    assert not isinstance(span.start, WallClock)
    return _shifted(span, day - span.start)


def _shifted(span: Span, by: timedelta) -> Span:
    if isinstance(span.start, WallClock) and isinstance(span.end, WallClock):
        return Span(
            WallClock(span.start.local + by, span.start.zone), WallClock(span.end.local + by, span.end.zone)
        )
    assert not isinstance(span.start, WallClock)
    assert not isinstance(span.end, WallClock)
    return Span(span.start + by, span.end + by)


# --- Feishu ---------------------------------------------------------------------------------------


def _new(world: World, rule: str = "", **more: object) -> str:
    uid = f"e{world.feishu.version}"
    span = _span(world)
    if rule:
        title = world.random.choice(TITLES)
        row = Row(f"{uid}_0", uid, None, RowStatus.CONFIRMED, span, rule, title=title)
        row = replace(row, span=model.expanded(row)[0])
        if not isinstance(span.start, WallClock):
            # Whole days that overlap their own next occurrence are no series of Outlook.
            first = row.span.start if row.span else span.start
            assert not isinstance(first, WallClock)
            row = replace(row, span=Span(first, first + timedelta(days=1)))
    else:
        row = Row(f"{uid}_0", uid, None, RowStatus.CONFIRMED, span, "", title=world.random.choice(TITLES))
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


def _live(world: World, *, exceptions: bool = False) -> Row | None:
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
    row = _live(world, exceptions=world.random.random() < 0.3)
    return _change(world, row, title=world.random.choice(TITLES)) if row else ""


def change_details(world: World) -> str:
    row = _live(world, exceptions=world.random.random() < 0.2)
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
    row = _live(world)
    if row is None or row.span is None:
        return ""
    if row.recurrence:
        return _reshape(world, row, row.recurrence, timedelta(hours=world.random.choice((1, -1, 2))))
    return _change(world, row, span=_span(world))


def change_rule(world: World) -> str:
    row = _live(world)
    if row is None or row.span is None:
        return ""
    odd = ODD_RULES if isinstance(row.span.start, WallClock) else ()
    rule = world.random.choice((*RULES, *odd, ""))
    return _reshape(world, row, rule, timedelta())


def cut_series(world: World) -> str:
    """The first half of "this and following"."""
    row = _live(world)
    if row is None or not row.recurrence or row.span is None or "UNTIL" in row.recurrence:
        return ""
    if not isinstance(row.span.start, WallClock) or "COUNT" in row.recurrence:
        return ""
    until = world.clock.now() + timedelta(days=world.random.choice((3, 10, 30)))
    return _reshape(world, row, f"{row.recurrence};UNTIL={until:%Y%m%dT%H%M%SZ}", timedelta())


def _reshape(world: World, row: Row, rule: str, by: timedelta) -> str:
    assert row.span
    span = _shifted(row.span, by) if isinstance(row.span.start, WallClock) else row.span
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
    row = _live(world)
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
    row = _live(world)
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
        changes["span"] = _span(world)
    return _change(world, row, **changes)


def decline(world: World) -> str:
    row = _live(world, exceptions=world.random.random() < 0.2)
    return _change(world, row, is_declined=not row.is_declined) if row else ""


def except_occurrence(world: World) -> str:
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
    how = random.choice(("renamed", "cancelled", "later", "next day", "far", "past"))
    by = {"later": timedelta(hours=2), "next day": timedelta(days=1), "far": timedelta(days=70)}
    by["past"] = timedelta(days=-9)
    span = original
    if how in by and not (how == "later" and not isinstance(span.start, WallClock)):
        span = _shifted(original, by[how])
    row = Row(
        f"{master.uid}_{seconds}",
        master.uid,
        seconds,
        RowStatus.CANCELLED if how == "cancelled" else RowStatus.CONFIRMED,
        span,
        title=random.choice(TITLES) if how == "renamed" else master.title,
        location=master.location,
        is_exception=True,
    )
    world.put(row)
    return f"{row.event_id} {how}"


# --- Outlook --------------------------------------------------------------------------------------


def _copy(world: World, *, series: bool | None = None) -> HeldEvent | None:
    """One of ours that is followed and not over."""
    found = [
        event
        for event in world.copies()
        if event.event_id not in world.kept
        and event.event_id not in world.left_over
        and not all(model.is_over(world.window, span) for span, _ in event.shown())
        and (series is None or (event.series is not None) == series)
    ]
    return world.random.choice(found) if found else None


def _touched(world: World, event: HeldEvent, *, takes: bool) -> None:
    """A person touched a copy. `takes`: it is theirs from now on, whatever the settings say."""
    uid = world.uid_of(event)
    world.touched.add(uid)
    world.raced.add(event.event_id)
    if world.is_in_doubt(event) or world.pair.local_changes is LocalChanges.KEEP or takes:
        world.theirs.add(uid)
    if takes:
        world.kept.add(event.event_id)


def own_event(world: World) -> str:
    event = world.outlook.own_event(world.calendar, world.random.choice(TITLES[:-1]), _span(world))
    return event.event_id


def own_twin(world: World) -> str:
    """What a person had typed in already, before Feishu's event was copied."""
    row = _live(world)
    if row is None or row.span is None or any(world.uid_of(copy) == row.uid for copy in world.copies()):
        _new(world)
        row = next(reversed(world.feishu.rows.values()))[1]
    if row.span is None or row.recurrence:
        return ""
    event = world.outlook.own_event(world.calendar, model.subject(row, world.pair), row.span)
    return f"{event.event_id} like {row.uid}"


def edit_own(world: World) -> str:
    own = [event for event in world.events.values() if event.tag is None]
    if not own:
        return ""
    event = world.random.choice(own)
    world.raced.add(event.event_id)
    if world.random.random() < 0.4:
        world.outlook.delete(world.calendar, event.event_id)
        return f"{event.event_id} deleted"
    world.outlook.edit(world.calendar, event.event_id, subject=world.random.choice(TITLES[:-1]))
    return f"{event.event_id} edited"


def edit_copy(world: World) -> str:
    event = _copy(world)
    if event is None:
        return ""
    _touched(world, event, takes=False)
    world.outlook.edit(world.calendar, event.event_id, subject="Mine")
    return event.event_id


def reschedule_copy(world: World) -> str:
    event = _copy(world, series=False)
    if event is None:
        return ""
    _touched(world, event, takes=False)
    event.span = _span(world)
    event.etag = next(world.outlook.etags)
    world.outlook.note(world.calendar, event.event_id)
    return event.event_id


def touch_copy(world: World) -> str:
    """Something that is not mirrored: the colour."""
    event = _copy(world)
    if event is None:
        return ""
    world.raced.add(event.event_id)
    if event.exceptions and world.pair.local_changes is LocalChanges.KEEP:
        # Which of the occurrences that differ are a person's, can't always be told then.
        world.theirs.add(world.uid_of(event))
    event.etag = next(world.outlook.etags)
    world.outlook.note(world.calendar, event.event_id)
    return event.event_id


def delete_copy(world: World) -> str:
    event = _copy(world)
    if event is None:
        return ""
    _touched(world, event, takes=False)
    world.outlook.delete(world.calendar, event.event_id)
    return event.event_id


def invite(world: World) -> str:
    event = _copy(world)
    if event is None:
        return ""
    _touched(world, event, takes=True)
    world.outlook.invite(world.calendar, event.event_id)
    return event.event_id


def move_copy(world: World) -> str:
    event = _copy(world)
    if event is None:
        return ""
    _touched(world, event, takes=True)
    world.outlook.move(event.event_id, world.elsewhere)
    return event.event_id


def duplicate_copy(world: World) -> str:
    event = _copy(world)
    if event is None:
        return ""
    twin = deepcopy(event)
    twin.event_id, twin.transaction_id = f"duplicate {next(world.outlook.numbers)}", ""
    twin.etag = next(world.outlook.etags)
    where = world.random.choice((world.calendar, world.elsewhere))
    world.outlook.calendars_[where][twin.event_id] = twin
    world.outlook.note(where, twin.event_id)
    if event.tag and event.tag.is_adopted:
        world.theirs.add(world.uid_of(event))
    return f"{twin.event_id} of {event.event_id}"


def _occurrence(world: World) -> tuple[HeldEvent, Span] | None:
    event = _copy(world, series=True)
    if event is None:
        return None
    spans = [
        span
        for original, span in event.originals()
        if original not in event.cancelled and model.is_in(world.window, span)
    ]
    return (event, world.random.choice(spans)) if spans else None


def edit_occurrence(world: World) -> str:
    found = _occurrence(world)
    if found is None:
        return ""
    event, span = found
    _touched(world, event, takes=False)
    world.outlook.edit_occurrence(world.calendar, event.event_id, span, subject="Mine")
    return f"{event.event_id} {zones.text(span.start)}"


def delete_occurrence(world: World) -> str:
    found = _occurrence(world)
    if found is None:
        return ""
    event, span = found
    if sum(original not in event.cancelled for original, _ in event.originals()) < 2:
        return ""
    _touched(world, event, takes=False)
    world.outlook.delete_occurrence(world.calendar, event.event_id, span.start)
    return f"{event.event_id} {zones.text(span.start)}"


def invite_to_occurrence(world: World) -> str:
    found = _occurrence(world)
    if found is None:
        return ""
    event, span = found
    _touched(world, event, takes=True)
    world.outlook.invite_to_occurrence(world.calendar, event.event_id, span)
    return f"{event.event_id} {zones.text(span.start)}"


def void_watches(world: World) -> str:
    """Outlook forgets what it has told."""
    world.outlook.watches.clear()
    return "until now"


def rename_calendar(world: World) -> str:
    world.outlook.names[world.calendar] = f"Renamed {world.feishu.version}"
    return world.outlook.names[world.calendar]


# --- time and settings ------------------------------------------------------------------------------


def time_passes(world: World) -> str:
    hours = world.random.choice((1, 5, 11, 26, 50, 24 * 8, 24 * 20))
    world.clock.time += timedelta(hours=hours)
    return f"{hours} hours, now {world.clock.time:%Y-%m-%d %H:%M}"


def clock_jumps(world: World) -> str:
    """Back, as when somebody sets it right."""
    hours = world.random.choice((1, 3, 25))
    world.clock.time -= timedelta(hours=hours)
    return f"back {hours} hours, now {world.clock.time:%Y-%m-%d %H:%M}"


def change_filters(world: World) -> str:
    name = world.random.choice(("include_declined", "include_all_day", "include_free"))
    if world.random.random() < 0.3:
        world.change_pair(title_exclude=() if world.pair.title_exclude else ("^Lunch",))
        return f"title_exclude {world.pair.title_exclude}"
    world.change_pair(**{name: not getattr(world.pair, name)})
    return f"{name} {getattr(world.pair, name)}"


def change_looks(world: World) -> str:
    if world.random.random() < 0.5:
        world.change_pair(privacy=world.random.choice(tuple(Privacy)))
        return f"privacy {world.pair.privacy}"
    world.change_pair(title_prefix=world.random.choice(("", "F: ")))
    return f"prefix {world.pair.title_prefix!r}"


def change_existing(world: World) -> str:
    world.change_pair(existing=world.random.choice(tuple(Existing)))
    return str(world.pair.existing)


def change_local_changes(world: World) -> str:
    world.change_pair(local_changes=world.random.choice(tuple(LocalChanges)))
    world.theirs |= world.touched
    return str(world.pair.local_changes)


def change_window(world: World) -> str:
    future, past = world.random.choice((20, 60, 90)), world.random.choice((0, 0, 5))
    world.change_sync(future_days=future, past_days=past)
    return f"{past} to {future} days"


FEISHU: dict[Act, int] = {
    create_single: 6,
    create_series: 4,
    create_odd_series: 3,
    create_special: 4,
    create_many: 1,
    retitle: 6,
    change_details: 4,
    move: 7,
    change_rule: 3,
    cut_series: 2,
    cancel: 5,
    cancel_many: 1,
    cancel_all: 1,
    vanish: 3,
    void_cursors: 1,
    uncancel: 5,
    decline: 4,
    except_occurrence: 9,
}
OUTLOOK: dict[Act, int] = {
    own_event: 2,
    own_twin: 3,
    edit_own: 3,
    edit_copy: 5,
    reschedule_copy: 3,
    touch_copy: 2,
    delete_copy: 4,
    invite: 2,
    move_copy: 1,
    duplicate_copy: 2,
    edit_occurrence: 4,
    delete_occurrence: 4,
    invite_to_occurrence: 1,
    rename_calendar: 1,
    void_watches: 2,
}
OTHERWISE: dict[Act, int] = {
    time_passes: 10,
    clock_jumps: 1,
    change_filters: 3,
    change_looks: 2,
    change_existing: 2,
    change_local_changes: 2,
    change_window: 2,
}


def names() -> set[str]:
    """Of everything that can be done, as the census counts it."""
    return {f"act: {each.__name__}" for each in (*FEISHU, *OUTLOOK, *OTHERWISE)}


def act(world: World, acts: dict[Act, int]) -> None:
    """One that can be done; at most a few are tried."""
    for _ in range(8):
        (chosen,) = world.random.choices(tuple(acts), tuple(acts.values()))
        if do(world, chosen):
            return


def do(world: World, chosen: Act) -> bool:
    """Whether it could be done."""
    told = chosen(world)
    if told:
        world.visited[f"act: {chosen.__name__}"] += 1
        world.story.append(f"{chosen.__name__} {told}")
    return bool(told)


__all__ = ["FEISHU", "OTHERWISE", "OUTLOOK", "UTC", "Act", "Creating", "act", "do", "names"]
