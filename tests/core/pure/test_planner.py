"""Laws that hold for every plan, whatever is desired, known and seen. The decisions one by one: see
test_sync_rules.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core import fingerprint, mirror, planner
from core.brake import BrakeState
from core.links import Creating, Detached, Link, Live, SourceView
from core.mirror import Desired
from core.model import MirrorEvent, Row, RowStatus
from core.operations import (
    Create,
    Delete,
    Forget,
    Hold,
    Inspect,
    Operation,
    Release,
    SettleOccurrences,
    Update,
)
from core.policy import Window
from core.reasons import Code, because
from core.settings import PairSettings
from tests.core.pure.rows import REACH, WORDS, at, exception, row, utc, view

NOW = utc("2027-02-01T12:00:00")
WINDOW = Window(NOW, utc("2027-03-01T16:00:00"), utc("2027-02-01T00:00:00"), utc("2027-03-02T00:00:00"))
NO_BRAKE = BrakeState(1000, 1000, 0, 0, largest_share=1.0, source_is_empty=False)

DAYS = st.sampled_from(["2027-01-20", "2027-02-03", "2027-02-10", "2027-05-05"])
RULES = st.sampled_from(["", "", "FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=2", "FREQ=MONTHLY;BYMONTHDAY=1,15", "?"])
UIDS = ["a", "b", "c", "d"]


@st.composite
def versions(draw: st.DrawFn, uid: str) -> tuple[Row, ...]:
    """An event as it was at some moment, with exceptions on its first two Wednesdays."""
    day = draw(DAYS)
    title, declined = draw(st.sampled_from(["Old", "New"])), draw(st.integers(0, 5)) == 0
    status = draw(st.sampled_from([RowStatus.CONFIRMED, RowStatus.CONFIRMED, RowStatus.CANCELLED]))
    found = [row(uid, at(day, "10:00"), draw(RULES), status, title=title, is_declined=declined)]
    for original in ("2027-02-03", "2027-02-10"):
        kind = draw(st.sampled_from(["none", "none", "cancelled", "changed"]))
        if kind == "cancelled":
            found.append(exception(uid, at(original, "10:00"), None, RowStatus.CANCELLED))
        elif kind == "changed":
            found.append(
                exception(
                    uid, at(original, "10:00"), at(original, "12:00"), title=draw(st.sampled_from("XY"))
                )
            )
    return tuple(found[draw(st.integers(0, 1)) if len(found) > 1 else 0 :])


def link_to(event: MirrorEvent, kind: str) -> Link:
    where = mirror.extent(event)
    if kind.startswith("creating"):
        return Creating(event.key, "t", NOW - (10 if kind.endswith("now") else 1000), where)
    if kind == "let go":
        return Detached(event.key, event.key, because(Code.ATTENDEES_ADDED), where)
    return Live(
        key=event.key,
        transaction_id="t",
        event_id=event.key,
        etag="e",
        is_verified=kind != "unverified",
        fingerprint=fingerprint.of_event(event),
        stored_print="p",
        is_series=event.series is not None,
        occurrences=None if kind == "unknown" else fingerprint.of_occurrences(event),
        extent=where,
        held=because(Code.TOO_MANY_DELETIONS) if kind == "held" else None,
    )


LINKS = [
    "none",
    "live",
    "live",
    "unverified",
    "unknown",
    "held",
    "let go",
    "creating now",
    "creating long ago",
]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[SourceView, Desired, dict[str, Link]]:
    """Feishu now, and links that tell of Feishu as it was before: the two are about the same events."""
    before = [each for uid in UIDS for each in draw(versions(uid))]
    now = [each for uid in UIDS if draw(st.integers(0, 3)) for each in draw(versions(uid))]
    source = replace(view(*now), anchor=draw(st.sampled_from([None, 0, utc("2027-02-05T00:00:00")])))
    written = mirror.desired(view(*before), PairSettings("work"), WORDS, REACH).events
    links = {
        key: link_to(event, kind)
        for key, event in written.items()
        if (kind := draw(st.sampled_from(LINKS))) != "none"
    }
    return source, mirror.desired(source, PairSettings("work"), WORDS, REACH), links


def planned(
    desired: Desired, links: Mapping[str, Link], source: SourceView, state: BrakeState = NO_BRAKE
) -> tuple[Operation, ...]:
    return planner.plan(desired, links, source, WINDOW, state, now=NOW).operations


def key_of(operation: Operation) -> str:
    match operation:
        case Create(event=event):
            return event.key
        case Update() | SettleOccurrences() | Delete() | Inspect() | Hold() | Release() | Forget():
            return operation.link.key
        case _:
            raise AssertionError(operation)


@settings(max_examples=120)
@given(worlds())
def test_every_plan_keeps_the_laws(world: tuple[SourceView, Desired, dict[str, Link]]) -> None:
    source, desired, links = world
    operations = planned(desired, links, source)
    keys = [key_of(operation) for operation in operations]
    assert len(set(keys)) == len(keys), "one operation for a copy"
    assert set(keys) <= desired.events.keys() | links.keys()
    for operation in operations:
        key = key_of(operation)
        link, event = links.get(key), desired.events.get(key)
        match operation:
            case Create(unfinished=None):
                assert link is None, "no second copy while one is in sight"
            case Create(unfinished=unfinished):
                assert unfinished == link
                assert isinstance(link, Creating)
            case Delete(is_counted=True) | Hold():
                assert event is None
                assert _is_proven_absent(key, desired, links[key], source)
            case Delete():
                assert event is not None or _is_proven_absent(key, desired, links[key], source)
            case _:
                assert link == operation.link
        if isinstance(operation, Update | SettleOccurrences | Delete | Hold):
            assert operation.link.is_verified, "nothing is written to a copy that is in doubt"
            assert not operation.link.extent.is_over(WINDOW) or event is not None
        if isinstance(link, Detached):
            assert isinstance(operation, Forget), "what was let go is not touched"


def _is_proven_absent(key: str, desired: Desired, link: Link, source: SourceView) -> bool:
    skip = desired.skips.get(key)
    return skip.is_gone if skip else source.proves_absent(link.extent)


@settings(max_examples=50)
@given(worlds(), st.randoms())
def test_the_order_of_what_is_known_says_nothing(
    world: tuple[SourceView, Desired, dict[str, Link]], random: object
) -> None:
    source, desired, links = world
    events, skips, known = (list(each.items()) for each in (desired.events, desired.skips, links))
    for each in (events, skips, known):
        random.shuffle(each)  # type: ignore[attr-defined]
    again = planned(Desired(dict(events), dict(skips), desired.taken_apart), dict(known), source)
    assert again == planned(desired, links, source)


@settings(max_examples=50)
@given(worlds())
def test_one_event_is_decided_on_without_regard_to_the_others(
    world: tuple[SourceView, Desired, dict[str, Link]],
) -> None:
    """Or one series, with those of its occurrences that stand alone. Deletions alone wait for each other."""
    source, desired, links = world
    whose = {key: event.part_of or key for key, event in desired.events.items()}
    whose = {key: planner.series_of(link) for key, link in links.items()} | whose
    alone: list[Operation] = []
    for series in set(whose.values()):
        part = Desired(
            {key: event for key, event in desired.events.items() if whose[key] == series},
            desired.skips,
            desired.taken_apart,
        )
        alone += planned(part, {key: link for key, link in links.items() if whose[key] == series}, source)
    whole = planner.plan(desired, links, source, WINDOW, NO_BRAKE, now=NOW)
    if whole.waits:
        alone = [each for each in alone if not (isinstance(each, Delete) and each.is_counted)]
    assert sorted(alone, key=key_of) == sorted(whole.operations, key=key_of)


@settings(max_examples=50)
@given(worlds())
def test_after_an_empty_listing_no_copy_in_the_window_is_deleted(
    world: tuple[SourceView, Desired, dict[str, Link]],
) -> None:
    _, _, links = world
    source = replace(view(), is_empty=True)
    for operation in planned(Desired({}, {}), links, source, replace(NO_BRAKE, source_is_empty=True)):
        assert not isinstance(operation, Delete) or not operation.link.extent.is_in(WINDOW)


@settings(max_examples=50)
@given(worlds())
def test_what_is_as_it_should_be_needs_nothing_and_is_counted(
    world: tuple[SourceView, Desired, dict[str, Link]],
) -> None:
    source, desired, _ = world
    links = {key: link_to(event, "live") for key, event in desired.events.items()}
    plan = planner.plan(desired, links, source, WINDOW, NO_BRAKE, now=NOW)
    assert plan.operations == ()
    assert plan.unchanged == sum(link.extent.is_in(WINDOW) for link in links.values())
