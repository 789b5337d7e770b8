"""What must be true: after every run, whatever struck it, and after everything has come to rest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from core import tag
from core.links import Creating, Detached, Link, Live
from core.model import Row, RowStatus, Span
from core.policy import Window
from core.settings import Existing, Privacy
from tests.core.engine.memory import HeldEvent
from tests.simulation import model
from tests.simulation.model import Shown
from tests.simulation.world import World

DAY = 86_400
ALWAYS_ALLOWED = 10
"""Deletions a day that the brake never holds for being many."""


class Broken(AssertionError):
    """A promise is not kept."""


def demand(is_kept: bool, promise: str, *facts: object) -> None:  # reads like assert
    if not is_kept:
        raise Broken(promise + "".join(f"\n    {fact}" for fact in facts))


# --- before and after a run -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Before:
    """What a run finds."""

    untouchable: dict[str, str]
    """Events that are not ours, or not any more, as they are."""
    history: dict[str, str]
    """Our copies of what is over."""
    ours: dict[str, HeldEvent]
    in_window: dict[str, str]
    """Copies that the brake counts, and the Feishu events that they are of."""
    feishu: int
    calendars: dict[str, str]


def before(world: World) -> Before:
    everything = [
        (name, event) for name, events in world.outlook.calendars_.items() for event in events.values()
    ]
    copies = {event.event_id: event for event in world.copies()}
    world.past |= {event.event_id for event in copies.values() if _is_history(event, world.window)}
    return Before(
        untouchable={
            event.event_id: picture(name, event)
            for name, event in everything
            if event.event_id not in copies or is_theirs(world, event)
        },
        history={
            event.event_id: picture(world.calendar, event)
            for event in copies.values()
            if _is_history(event, world.window)
        },
        ours=copies,
        in_window={
            event.event_id: world.uid_of(event)
            for event in copies.values()
            if any(model.is_in(world.window, span) for span, _ in event.shown())
        },
        feishu=world.feishu.version,
        calendars=dict(world.outlook.names),
    )


def is_theirs(world: World, event: HeldEvent) -> bool:
    return event.attendees or bool(event.invited) or event.event_id in world.kept


def picture(calendar: str, event: HeldEvent) -> str:
    """All that there is of an event, byte by byte."""
    return f"{calendar} {event!r}"


def _is_history(event: HeldEvent, window: Window) -> bool:
    return all(model.is_over(window, span) for span, _ in event.shown())


def after_run(world: World, was: Before, *, is_confirmed: bool) -> None:
    """Whatever struck the run."""
    now = {
        event.event_id: picture(name, event)
        for name, events in world.outlook.calendars_.items()
        for event in events.values()
    }
    for event_id, seen in was.untouchable.items():
        if event_id not in world.raced and not _is_adopted(world, event_id, was):
            demand(now.get(event_id) == seen, "something foreign was touched", seen, now.get(event_id))
    _history_stays(world, was, now)
    _no_doubles(world)
    _brake_holds(world, was, is_confirmed=is_confirmed)
    _deleted_is_kept(world, was)
    demand(set(was.calendars) <= set(world.outlook.names), "a calendar was removed")
    made = set(world.outlook.names) - set(was.calendars)
    demand(made <= {world.calendar}, "a calendar was made that nobody wants", made)
    _nothing_leaks(world)


def _is_adopted(world: World, event_id: str, was: Before) -> bool:
    """An event of a person's that the pair's rules let us take."""
    event = world.events.get(event_id)
    if event is None or event.tag is None or not event.tag.is_adopted or event_id in was.ours:
        return False
    return world.pair.existing is Existing.ADOPT and not event.attendees


def _history_stays(world: World, was: Before, now: dict[str, str]) -> None:
    current = world.running_uids()
    for event_id, seen in was.history.items():
        uid = world.uid_of(was.ours[event_id])
        if event_id in world.raced or uid in current or uid in world.touched:
            continue  # a person who moves a copy into the past makes no history
        demand(now.get(event_id) == seen, "history was changed", seen, now.get(event_id))


def _no_doubles(world: World) -> None:
    keys = Counter(
        event.tag.key
        for event in world.copies()
        if event.tag
        and not is_theirs(world, event)
        and event.event_id not in world.past
        and world.uid_of(event) not in world.theirs
    )
    doubled = [key for key, number in keys.items() if number > 1]
    demand(
        not doubled,
        "an event was copied twice",
        *[event for event in world.copies() if event.tag and event.tag.key in doubled],
    )


def _brake_holds(world: World, was: Before, *, is_confirmed: bool) -> None:
    """Whatever Feishu said: not many copies disappear at once without a person's word."""
    now = int(world.clock.now().timestamp())
    left = {world.uid_of(event) for event in world.copies()}
    ours = {uid for name, uid in was.in_window.items() if name not in world.raced}
    lost = {uid for uid in ours - left if uid not in world.theirs and uid not in world.touched}
    if is_confirmed:
        return
    world.losses += [(now, uid) for uid in sorted(lost)]
    if not lost:
        return
    demand(not world.lied_empty, "an empty listing was believed", lost)
    today = {uid for at, uid in world.losses if at > now - DAY}
    total = len(set(was.in_window.values()) | today)
    share = float(world.settings.sync.max_deletions.rstrip("%")) / 100
    demand(
        len(today) <= max(ALWAYS_ALLOWED, share * total),
        "more was deleted than the brake allows",
        f"{len(today)} of {total}",
    )
    demand(
        len(set(was.in_window.values())) < 3 or _shows_any(world),
        "everything was deleted",
    )


def _shows_any(world: World) -> bool:
    spans = (span for event in world.copies() for span, _ in event.shown())
    return any(model.is_in(world.window, span) for span in spans)


def _deleted_is_kept(world: World, was: Before) -> None:
    gone = [name for name in was.ours if name not in world.events and name not in world.raced]
    if not gone:
        return
    kept = {json.loads(each.raw)["id"] for each in world.look(lambda ledger: ledger.deletions(_now(world)))}
    demand(kept.issuperset(gone), "deleted without a backup", set(gone) - kept)


def _now(world: World) -> int:
    return int(world.clock.now().timestamp())


def _nothing_leaks(world: World) -> None:
    """What was written in this run says no more than the pair's privacy allows."""
    if world.pair.privacy is not Privacy.BUSY:
        return
    for write in world.outlook.writes:
        said = getattr(write, "event", None) or getattr(write, "occurrence", None)
        if said is not None:
            demand(said.content.subject.endswith("Busy"), "a title was written", said)
            demand(not said.content.location, "a place was written", said)


# --- at rest ----------------------------------------------------------------------------------------


def at_rest(world: World) -> None:
    """Once no run finds anything to do."""
    links = world.look(lambda ledger: ledger.links(world.calendar, ""))
    _note_left_over(world, {link.event_id for link in links.values() if isinstance(link, Live)})
    _links_are_true(world, links)
    held = {link.event_id for link in links.values() if isinstance(link, Live) and _waits(link, links)}
    actual, running = _actual(world, held), world.running_uids()
    for uid, rows in sorted(world.rows().items()):
        wanted = Counter(shown for _, shown, _ in model.wanted(rows, world.pair, world.window))
        if uid in world.theirs:
            continue
        seen = actual.pop(uid, Counter())
        if uid in world.touched and uid not in running:
            continue  # a person moved ahead what is over: it stays where they put it
        missing = _unexplained(world, uid, wanted - seen, seen)
        demand(
            not missing and not seen - wanted,
            f"Outlook does not show what Feishu has of {uid}",
            *(f"missing {each}" for each in sorted(missing)),
            *(f"too much {each}" for each in sorted(seen - wanted)),
            *rows,
        )
    for uid, seen in actual.items():
        demand(uid in world.theirs or not seen, "copies of what is gone from Feishu", uid, seen)


def _waits(link: Live, links: Mapping[str, Link]) -> bool:
    """For a person's word; an occurrence that stands alone waits with its series."""
    series = links.get(link.extent.series)
    return bool(link.held or (isinstance(series, Live) and series.held))


def _note_left_over(world: World, linked: set[str]) -> None:
    """After the ledger was lost: copies that show nothing that Feishu still has stay, without a link."""
    rows = world.rows()
    for event in world.copies():
        if event.event_id in world.unknown - linked:
            wanted = model.wanted(rows.get(world.uid_of(event), ()), world.pair, world.window)
            moments = {shown.start for _, shown, _ in wanted}
            is_wanted = any(str(model.moment(span.start)) in moments for span, _ in event.shown())
            mine = rows.get(world.uid_of(event), [])
            if not is_wanted or _is_cancelled(event, mine) or _is_part_of_a_whole(world, event, mine):
                world.left_over.add(event.event_id)
    world.left_over |= world.past - linked
    world.left_over -= linked
    world.unknown.clear()


def _is_cancelled(event: HeldEvent, rows: list[Row]) -> bool:
    """A series that is gone, though single occurrences of it still take place."""
    masters = [row for row in rows if row.original_start is None]
    return event.series is not None and all(row.status is RowStatus.CANCELLED for row in masters)


def _is_part_of_a_whole(world: World, event: HeldEvent, rows: list[Row]) -> bool:
    """A single copy from when the series had to be taken apart, which it has not any more."""
    rules = [row.recurrence for row in rows if row.recurrence]
    if not rules:
        assert event.tag
        return event.tag.key != tag.key(world.feishu.info.id, world.uid_of(event))
    return event.series is None and any("BYMONTH" not in rule and "BYSETPOS" not in rule for rule in rules)


def _actual(world: World, held: set[str]) -> dict[str, Counter[Shown]]:
    """What a person sees of our copies in the window, by Feishu event."""
    found: dict[str, Counter[Shown]] = {}
    for event in world.copies():
        if event.event_id in held | world.kept | world.left_over or is_theirs(world, event):
            continue
        seen = [_seen(event, *each) for each in _occurrences(event) if model.is_in(world.window, each[1])]
        found.setdefault(world.uid_of(event), Counter()).update(seen)
    return found


def _occurrences(event: HeldEvent) -> list[tuple[object, Span, str]]:
    """Of each: where it is named, its times and its subject."""
    if event.series is None:
        return [(None, event.span, event.subject)]
    found: list[tuple[object, Span, str]] = []
    for original, span in event.originals():
        if original not in event.cancelled:
            changed = event.exceptions.get(original)
            found.append((original, *changed[:2]) if changed else (original, span, event.subject))
    return found


def _seen(event: HeldEvent, original: object, span: Span, subject: str) -> Shown:
    content = event.said.get(original) or event.content  # type: ignore[call-overload]
    start, end = str(model.moment(span.start)), str(model.moment(span.end))
    if content is None:
        return Shown(start, end, subject, "", "", False)  # a field
    return Shown(start, end, subject, content.location, content.show_as.value, content.is_private)


def _unexplained(world: World, uid: str, missing: Counter[Shown], seen: Counter[Shown]) -> list[Shown]:
    """What is not there although no event of the person's stands in its place."""
    own = [event for event in world.events.values() if event.tag is None]
    places = {(str(model.moment(event.span.start)), event.subject) for event in own}
    left = [each for each in missing if (each.start, each.subject) not in places]
    if left and not seen:
        for row in world.rows()[uid]:
            if row.span and (str(model.moment(row.span.start)), model.subject(row, world.pair)) in places:
                return []
    return left


def _links_are_true(world: World, links: Mapping[str, Link]) -> None:
    linked = set()
    for key, link in links.items():
        if isinstance(link, Creating):
            demand(world.uids[key] in world.theirs, "a creation was never finished", link)
        if isinstance(link, Detached):
            linked.add(link.event_id)
            demand(world.uids[key] in world.theirs, "a copy was let go that nobody took", link)
        if isinstance(link, Live):
            linked.add(link.event_id)
            event = world.events.get(link.event_id)
            is_over = link.extent.is_over(world.window)
            is_excused = is_over or world.uids[key] in world.theirs or _waits(link, links)
            demand(event is not None or is_excused, "a link to nothing", link)
            if event is not None and not is_over:
                demand(
                    event.tag is not None and event.tag.key == key, "a link to something else", link, event
                )
                demand(
                    str(event.etag) == link.etag or world.uids[key] in world.theirs,
                    "an old etag",
                    link,
                    event,
                )
    for event in world.copies():
        unknown = event.event_id not in linked | world.kept | world.left_over
        # A person moved it ahead, and it was forgotten as over; or nobody knows of it.
        is_hidden = world.uid_of(event) in world.touched or event.event_id in world.striker.unseen
        if unknown and is_hidden:
            world.left_over.add(event.event_id)
            continue
        if unknown and event.event_id not in world.past:
            demand(world.uid_of(event) in world.theirs, "a copy without a link", event)
