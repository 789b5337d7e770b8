"""Whose event is it: copies found by their tags, duplicates of persons, twins. What a fresh look at one
copy tells is in test_sync_rules.py."""

from __future__ import annotations

from dataclasses import replace

from core import fingerprint, mirror, recognition, tag
from core.links import Creating, Detached, Link, Live
from core.mirror import Desired
from core.model import Copy, MirrorEvent, Tag
from core.operations import Operation, Recognise, RemoveDouble
from core.policy import Window
from core.reasons import Code, because
from core.settings import PairSettings
from tests.core.pure.rows import CALENDAR, REACH, WORDS, at, row, utc, view

DESIRED = mirror.desired(
    view(row("a", at("2027-02-10", "10:00")), row("s", at("2027-02-09", "10:00"), "FREQ=WEEKLY")),
    PairSettings("work"),
    WORDS,
    REACH,
)
KEY, SERIES = tag.key(CALENDAR, "a"), tag.key(CALENDAR, "s")
PREFIX = tag.calendar_part(CALENDAR)
EVENT = DESIRED.events[KEY]


def copy(
    event_id: str, event: MirrorEvent = EVENT, transaction: str = "t", created: str = "2", **more: object
) -> Copy:
    values = {
        "event_id": event_id,
        "etag": "etag",
        "subject": event.content.subject,
        "span": at("2027-02-10", "02:00", zone="UTC"),
        "is_series": event.series is not None,
        "tag": Tag(event.key, transaction, "here", fingerprint.of_event(event)),
        "transaction_id": transaction,
        "created": created,
        "has_attendees": False,
        "raw": "",
        "print": "print",
    }
    return Copy(**{**values, **more})  # type: ignore[arg-type]


def window(since: str = "2027-02-01", until: str = "2027-03-01") -> Window:
    first, last = utc(f"{since}T00:00:00"), utc(f"{until}T00:00:00")
    return Window(first, last, first, last)


def recognised(
    *copies: Copy, links: dict[str, Link] | None = None, desired: Desired = DESIRED
) -> list[Operation]:
    return recognition.recognise(copies, links or {}, desired, PREFIX)


def test_a_tagged_copy_is_known_again_as_it_was_last_written() -> None:
    (operation,) = recognised(copy("x"))
    assert isinstance(operation, Recognise)
    assert operation.link == Live(
        key=KEY,
        transaction_id="t",
        event_id="x",
        etag="etag",
        is_verified=True,
        fingerprint=fingerprint.of_event(EVENT),
        stored_print="print",
        is_series=False,
        occurrences={},
        extent=mirror.extent(EVENT),
    )


def test_of_a_series_that_is_known_again_the_occurrences_are_not() -> None:
    (operation,) = recognised(copy("x", DESIRED.events[SERIES]))
    assert isinstance(operation, Recognise)
    assert operation.link.occurrences is None


def test_a_duplicate_that_a_person_made_is_theirs() -> None:
    assert recognised(copy("x", transaction_id="")) == []
    assert recognised(copy("x", transaction_id="of another event")) == []


def test_what_is_not_tagged_or_tagged_for_another_calendar_is_not_ours() -> None:
    elsewhere = Tag(tag.key("another calendar", "a"), "t", "here", "f")
    assert recognised(copy("x", tag=None), copy("y", tag=elsewhere)) == []


def test_of_two_copies_the_one_made_first_stays() -> None:
    younger, older = copy("x", transaction="t1", created="2"), copy("y", transaction="t2", created="1")
    keep, remove = recognised(younger, older)
    assert isinstance(keep, Recognise)
    assert keep.link.event_id == "y"
    assert remove == RemoveDouble(younger, because(Code.DOUBLED))


def test_of_two_copies_the_one_that_we_were_making_stays() -> None:
    ours, older = copy("x", transaction="t1", created="2"), copy("y", transaction="t2", created="1")
    keep, remove = recognised(ours, older, links={KEY: Creating(KEY, "t1", 0, mirror.extent(EVENT))})
    assert isinstance(keep, Recognise)
    assert keep.link.event_id == "x"
    assert remove == RemoveDouble(older, because(Code.DOUBLED))


def test_what_is_known_or_let_go_is_not_recognised_again() -> None:
    known = recognition.recognised(copy("x"), mirror.extent(EVENT))
    let_go = Detached(KEY, "x", because(Code.ATTENDEES_ADDED), known.extent)
    for link in (known, let_go):
        assert recognised(copy("x"), links={KEY: link}) == []
        assert recognised(copy("x"), copy("y", transaction="t2"), links={KEY: link}) == []
    assert recognised(copy("x"), links={SERIES: replace(known, key=SERIES)}) == [], "known under another key"


def test_what_nobody_knows_is_left_over_and_stays() -> None:
    assert recognised(copy("x"), desired=Desired({}, {})) == []
    copies = recognition.left_over([copy("x")], {}, PREFIX, window(until="2027-03-01"))
    notes = [recognition.note(copy) for copy in copies]
    assert [(note.title, note.reason.code) for note in notes] == [("Meeting", Code.LEFT_OVER)]


def test_what_is_over_or_known_is_not_left_over() -> None:
    assert recognition.left_over([copy("x")], {}, PREFIX, window(since="2027-02-11")) == []
    links: dict[str, Link] = {KEY: recognition.recognised(copy("x"), mirror.extent(EVENT))}
    assert recognition.left_over([copy("x")], links, PREFIX, window()) == []


def test_the_copy_of_a_creation_that_is_not_wanted_any_more_is_followed_all_the_same() -> None:
    creating = Creating(KEY, "t", 0, mirror.extent(EVENT))
    for whole_day in (False, True):
        span = at("2027-02-10") if whole_day else at("2027-02-10", "02:00", zone="UTC")
        (operation,) = recognised(copy("x", span=span), links={KEY: creating}, desired=Desired({}, {}))
        assert isinstance(operation, Recognise)
        assert operation.link.extent.all_day is whole_day
        assert operation.link.extent.ends_at is not None
    (operation,) = recognised(copy("x", is_series=True), links={KEY: creating}, desired=Desired({}, {}))
    assert isinstance(operation, Recognise)
    assert operation.link.extent.ends_at is None


def test_an_event_of_the_same_title_and_start_is_a_twin() -> None:
    twin = copy("x", tag=None)
    assert recognition.twin(EVENT, [twin]) == twin
    assert recognition.twin(EVENT, [copy("x")]) is None
    assert recognition.twin(EVENT, [replace(twin, subject="Other")]) is None
    assert recognition.twin(EVENT, [replace(twin, span=at("2027-02-10", "02:01", zone="UTC"))]) is None


def test_a_whole_day_and_an_event_at_its_utc_midnight_are_no_twins() -> None:
    day = replace(EVENT, span=at("2027-02-10"))
    midnight = copy("x", tag=None, span=at("2027-02-10", "00:00", zone="UTC"))
    assert recognition.twin(day, [midnight]) is None
    assert recognition.twin(day, [replace(midnight, span=at("2027-02-10"))]) is not None
