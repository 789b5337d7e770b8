"""What a copy was written as: equal for what looks the same, telling for what does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from core import fingerprint
from core.fingerprint import CANCELLED, Difference
from core.model import (
    ChangedOccurrence,
    Content,
    MirrorEvent,
    RecurrencePattern,
    RecurrenceRange,
    Series,
    ShowAs,
    Span,
    WallClock,
)
from tests.core.pure.rows import at

CONTENT = Content("Subject 会议", "<div>Text</div>", "Room", ShowAs.BUSY, False, 15, "Feishu")
SINGLE = MirrorEvent("key", at("2027-02-02", "10:00"), CONTENT)
CHANGE = ChangedOccurrence(at("2027-02-09", "10:00").start, at("2027-02-10", "15:00"), CONTENT, "key 2")
WEEKLY = MirrorEvent(
    "key",
    at("2027-02-02", "10:00"),
    CONTENT,
    Series(
        RecurrencePattern("weekly", 1, ("tuesday",), "monday"),
        RecurrenceRange(date(2027, 2, 2), count=8),
        (CHANGE,),
        (at("2027-02-16", "10:00").start,),
    ),
)


def test_the_fingerprints_of_copies_that_exist_never_change() -> None:
    """With another one, every copy of every person is written again. Whoever means that changes the
    version as well, and lets the planner accept both."""
    assert fingerprint.of_event(SINGLE) == "2e4a314baa50d9d7.42ab39bf2d7f9e76.4063aae8"
    assert fingerprint.of_event(WEEKLY) == "aceafaf427e64871.42ab39bf2d7f9e76.4063aae8"
    assert (
        fingerprint.of_event(replace(SINGLE, span=at("2027-02-02")))
        == "af302044ffecbc2c.42ab39bf2d7f9e76.4063aae8"
    )
    assert fingerprint.of_occurrences(WEEKLY) == {
        "2027-02-09T10:00:00": "ece07cd7cfff61b0.42ab39bf2d7f9e76.4063aae8",
        "2027-02-16T10:00:00": CANCELLED,
    }


CHANGES_OF_SHAPE = [
    replace(SINGLE, span=at("2027-02-02", "10:01")),
    replace(SINGLE, span=at("2027-02-02", "10:00", 61)),
    replace(SINGLE, span=at("2027-02-02", "10:00", zone="Asia/Hong_Kong")),
    replace(SINGLE, span=at("2027-02-02")),
    replace(SINGLE, span=Span(WallClock(datetime(2027, 2, 2, 10, fold=1), "Asia/Shanghai"), SINGLE.span.end)),  # noqa: DTZ001  # a wall clock
    WEEKLY,
]


@pytest.mark.parametrize("other", CHANGES_OF_SHAPE)
def test_times_and_recurrence_are_the_shape(other: MirrorEvent) -> None:
    before, after = fingerprint.of_event(SINGLE), fingerprint.of_event(other)
    assert fingerprint.difference(before, after) == Difference(shape=True, content=False, extras=False)


@pytest.mark.parametrize(
    "series",
    [
        replace(WEEKLY.series, pattern=RecurrencePattern("weekly", 2, ("tuesday",), "monday")),  # type: ignore[type-var]
        replace(WEEKLY.series, pattern=RecurrencePattern("weekly", 1, ("tuesday",), "sunday")),  # type: ignore[type-var]
        replace(WEEKLY.series, range=RecurrenceRange(date(2027, 2, 2), count=9)),  # type: ignore[type-var]
        replace(WEEKLY.series, range=RecurrenceRange(date(2027, 2, 2), end=date(2027, 3, 2))),  # type: ignore[type-var]
    ],
)
def test_another_rule_is_another_shape(series: Series) -> None:
    found = fingerprint.difference(
        fingerprint.of_event(WEEKLY), fingerprint.of_event(replace(WEEKLY, series=series))
    )
    assert found == Difference(shape=True, content=False, extras=False)


@pytest.mark.parametrize(
    "content",
    [
        replace(CONTENT, subject="Other"),
        replace(CONTENT, body_html="Other"),
        replace(CONTENT, location=""),
        replace(CONTENT, show_as=ShowAs.FREE),
        replace(CONTENT, is_private=True),
    ],
)
def test_what_a_copy_says_is_its_content(content: Content) -> None:
    found = fingerprint.difference(
        fingerprint.of_event(SINGLE), fingerprint.of_event(replace(SINGLE, content=content))
    )
    assert found == Difference(shape=False, content=True, extras=False)


@pytest.mark.parametrize(
    "content",
    [
        replace(CONTENT, reminder_minutes=None),
        replace(CONTENT, reminder_minutes=0),
        replace(CONTENT, category=""),
    ],
)
def test_reminder_and_category_are_told_apart_from_what_belongs_to_us(content: Content) -> None:
    found = fingerprint.difference(
        fingerprint.of_event(SINGLE), fingerprint.of_event(replace(SINGLE, content=content))
    )
    assert found == Difference(shape=False, content=False, extras=True)


def test_changed_and_cancelled_occurrences_are_no_part_of_their_series() -> None:
    assert WEEKLY.series
    bare = replace(WEEKLY, series=replace(WEEKLY.series, changed=(), cancelled=()))
    assert fingerprint.of_event(bare) == fingerprint.of_event(WEEKLY)
    assert fingerprint.of_everything(bare) != fingerprint.of_everything(WEEKLY)
    assert not fingerprint.difference(fingerprint.of_event(bare), fingerprint.of_event(WEEKLY))


def test_the_key_of_an_event_is_no_part_of_how_it_looks() -> None:
    assert fingerprint.of_event(replace(SINGLE, key="other")) == fingerprint.of_event(SINGLE)


@pytest.mark.parametrize("written", ["", "edited", "from.another.version.of.us", "abc"])
def test_what_is_no_fingerprint_differs_in_everything(written: str) -> None:
    found = fingerprint.difference(written, fingerprint.of_event(SINGLE))
    assert found == Difference(shape=True, content=True, extras=True)


def test_a_part_that_a_person_changed_is_the_part_that_differs() -> None:
    *_, extras = fingerprint.of_event(SINGLE).split(".")
    found = fingerprint.difference(f"edited.edited.{extras}", fingerprint.of_event(SINGLE))
    assert found == Difference(shape=True, content=True, extras=False)


def test_an_occurrence_is_named_by_its_day_and_both_passes_of_an_hour_are_one() -> None:
    for fold in (0, 1):
        original = WallClock(datetime(2027, 10, 31, 1, 30, fold=fold), "Europe/London")  # noqa: DTZ001  # a wall clock
        assert fingerprint.original_text(original) == "2027-10-31T01:30:00"
    assert fingerprint.original_text(date(2027, 2, 9)) == "2027-02-09"
    for name in ("2027-02-09", "2027-02-09T23:30:00"):
        assert fingerprint.date_in(name) == date(2027, 2, 9)


def test_half_a_surrogate_pair_has_a_fingerprint_too() -> None:
    odd = replace(SINGLE, content=replace(CONTENT, subject="\ud83d"))
    assert fingerprint.of_event(odd) != fingerprint.of_event(SINGLE)
