"""What people do in Outlook: to their own events, and to our copies."""

from __future__ import annotations

from copy import deepcopy

from core import zones
from core.model import Span
from core.settings import LocalChanges
from tests.core.engine.memory import HeldEvent
from tests.simulation import model
from tests.simulation.people import drawn, in_feishu
from tests.simulation.world import World


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
    event = world.outlook.own_event(world.calendar, world.random.choice(drawn.TITLES[:-1]), drawn.span(world))
    return event.event_id


def own_twin(world: World) -> str:
    """What a person had typed in already, before Feishu's event was copied."""
    row = in_feishu.live(world)
    if row is None or row.span is None or any(world.uid_of(copy) == row.uid for copy in world.copies()):
        in_feishu.create_single(world)
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
    world.outlook.edit(world.calendar, event.event_id, subject=world.random.choice(drawn.TITLES[:-1]))
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
    event.span = drawn.span(world)
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
    if event is None or world.link_of(event) is None:
        return ""  # whose creation nobody has heard of yet is followed wherever it lies
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
    """Outlook forgets what it has told, and what somebody did just now will not be told."""
    deleted = delete_copy(world)
    world.outlook.watches.clear()
    return f"until now; deleted {deleted or 'nothing'}"


def rename_calendar(world: World) -> str:
    world.outlook.names[world.calendar] = f"Renamed {world.feishu.version}"
    return world.outlook.names[world.calendar]
