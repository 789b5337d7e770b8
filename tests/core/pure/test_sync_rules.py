"""docs/sync-rules.md, row by row, against the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core import brake, fingerprint, lost_occurrences, mirror, planner, recognition, tag
from core.brake import BrakeState
from core.links import OUT_OF_SIGHT, Creating, Detached, Extent, Link, Live, SourceView
from core.mirror import Desired, Skip
from core.model import Copy, MirrorEvent, Row, RowStatus, Series, Span, Tag
from core.operations import Create, Delete, Operation, Update
from core.policy import Window
from core.reasons import Code, because
from core.report import EventNote, Reason
from core.settings import LocalChanges, PairSettings
from core.situation import Situation
from tests.core.pure.rows import CALENDAR, REACH, WORDS, at, exception, row, utc, view

PAGE = Path(__file__).parents[3] / "docs" / "sync-rules.md"
NOW = utc("2027-02-01T12:00:00")
WINDOW = Window(NOW, utc("2027-03-01T16:00:00"), utc("2027-02-01T00:00:00"), utc("2027-03-02T00:00:00"))
STATE = BrakeState(100, 100, 0, 0, largest_share=0.2, source_is_empty=False)
PLACES = {
    "over": at("2027-01-20", "10:00"),
    "inside": at("2027-02-10", "10:00"),
    "ahead": at("2027-06-01", "10:00"),
}
KEY = tag.key(CALENDAR, "a")


def table(heading: str) -> list[list[str]]:
    """The rows of the one table under a heading."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def mirrored(*rows: Row) -> dict[str, MirrorEvent]:
    return dict(mirror.desired(view(*rows), PairSettings("work"), WORDS, REACH).events)


def event(span: Span, title: str = "Meeting", minutes: int = 15) -> MirrorEvent:
    return mirrored(row("a", span, title=title, reminders=(minutes,)))[KEY]


def live(written: MirrorEvent, **more: object) -> Live:
    values = {
        "key": written.key,
        "transaction_id": "t",
        "event_id": "id",
        "etag": "e",
        "is_verified": True,
        "fingerprint": fingerprint.of_event(written),
        "stored_print": "p",
        "is_series": written.series is not None,
        "occurrences": fingerprint.of_occurrences(written),
        "extent": mirror.extent(written),
    }
    return Live(**{**values, **more})  # type: ignore[arg-type]


def link_of(words: str, written: MirrorEvent) -> Link | None:
    where = mirror.extent(written)
    match words:
        case "none":
            return None
        case "creating, just now":
            return Creating(KEY, "t", NOW - planner.SETTLING, where)
        case "creating, long ago":
            return Creating(KEY, "t", NOW - planner.SETTLING - 1, where)
        case "let go":
            return Detached(KEY, "id", because(Code.ATTENDEES_ADDED), where)
        case "live":
            return live(written)
        case "unverified":
            return live(written, is_verified=False)
        case "held":
            return live(written, held=because(Code.EMPTY_LISTING))
    raise ValueError(words)


def planned(desired: Desired, link: Link | None, source: SourceView | None = None) -> list[Operation]:
    links = {} if link is None else {link.key: link}
    return list(planner.plan(desired, links, source or view(), WINDOW, STATE, now=NOW).operations)


def in_words(operations: Sequence[Operation]) -> tuple[str, str]:
    """What the columns Operation and Reason say of a plan for one event."""
    if not operations:
        return "nothing", ""
    (operation,) = operations
    name = type(operation).__name__
    match operation:
        case Create(unfinished=Creating()):
            name = "Create again"
        case Create(event=made) if made.part_of == KEY:
            name = "Create, beside the series"
        case Update(difference=difference) if difference.shape:
            name = "Update with times"
        case Delete(is_counted=is_counted):
            name = "Delete, counted" if is_counted else "Delete, not counted"
    reason: Reason | None = getattr(operation, "reason", None)
    return name, reason.code if reason else ""


SHOWN = table("An event that is to be shown")
SERIES = table("The occurrences of a series")
NOT_SHOWN = table("An event that is not to be shown")
LOOKS = table("What a look at a copy tells")
BRAKE = table("The brake")


def test_no_row_says_what_another_says() -> None:
    for rows, answers in ((SHOWN, 2), (SERIES, 2), (NOT_SHOWN, 2), (LOOKS, 1), (BRAKE, 1)):
        cases = [tuple(cells[:-answers]) for cells in rows]
        assert len(cases) > 5
        assert len(set(cases)) == len(cases)


@pytest.mark.parametrize("cells", SHOWN, ids=" | ".join)
def test_an_event_that_is_to_be_shown(cells: list[str]) -> None:
    event_lies, link_words, copy_lies, difference, operation, reason = cells
    wanted = event(PLACES[event_lies])
    written = wanted if copy_lies == "–" else event(PLACES[copy_lies])
    match difference:
        case "text":
            written = replace(written, content=replace(written.content, subject="Before"))
        case "reminder":
            written = replace(written, content=replace(written.content, reminder_minutes=5))
        case "time" if event_lies == copy_lies:
            written = event(at("2027-02-11", "10:00"))
        case "none" | "–" | "time" | "edited":
            pass
        case _:
            raise ValueError(difference)
    link = link_of(link_words, written)
    if difference == "edited":
        assert isinstance(link, Live)
        link = replace(link, fingerprint=f"edited.edited.{link.fingerprint.rpartition('.')[2]}")
    if isinstance(link, Live) and difference in {"text", "reminder", "time"}:
        assert link.fingerprint != fingerprint.of_event(wanted), "the row promises a difference"
    assert in_words(planned(Desired({KEY: wanted}, {}), link)) == (operation, reason)


MASTER = row("a", at("2027-01-05", "10:00"), "FREQ=WEEKLY;BYDAY=TU")
CHANGED = exception("a", at("2027-02-09", "10:00"), at("2027-02-10", "12:00"))
CANCELLED = exception("a", at("2027-02-16", "10:00"), None, RowStatus.CANCELLED)


@dataclass(frozen=True)
class Occurrences:
    applied: tuple[Row, ...] = ()
    wanted: tuple[Row, ...] = ()
    before: Row = MASTER


OCCURRENCES = {
    "as applied": Occurrences((CHANGED, CANCELLED), (CHANGED, CANCELLED)),
    "as applied, and the copy is held": Occurrences((CHANGED,), (CHANGED,)),
    "not known": Occurrences((CHANGED,), (CHANGED,)),
    "one is changed": Occurrences((), (CHANGED,)),
    "one is cancelled": Occurrences((CHANGED,), (CHANGED, CANCELLED)),
    "one is changed, one is cancelled": Occurrences((), (CHANGED, CANCELLED)),
    "one is as the rule has it again": Occurrences((CHANGED,), ()),
    "a cancelled one is back": Occurrences((CANCELLED,), ()),
    "one is a person's now": Occurrences((CHANGED,), (CANCELLED,)),
    "one that is over is changed": Occurrences(
        (), (exception("a", at("2027-01-12", "10:00"), at("2027-01-12", "12:00")),)
    ),
    "one that is over is cancelled": Occurrences(
        (), (exception("a", at("2027-01-12", "10:00"), None, RowStatus.CANCELLED),)
    ),
    "one that is beyond the window is changed": Occurrences(
        (), (exception("a", at("2027-03-09", "10:00"), at("2027-03-09", "12:00")),)
    ),
    "one that is over was moved into the window": Occurrences(
        (), (exception("a", at("2027-01-26", "10:00"), at("2027-02-01", "21:00")),)
    ),
    "the series has other times": Occurrences(
        (CHANGED,), (CHANGED,), replace(MASTER, span=at("2027-01-05", "10:00", 45))
    ),
    "the series has another title": Occurrences((CHANGED,), (CHANGED,), replace(MASTER, title="Before")),
}


@pytest.mark.parametrize("cells", SERIES, ids=" | ".join)
def test_the_occurrences_of_a_series(cells: list[str]) -> None:
    words, operation, reason = cells
    case = OCCURRENCES[words]
    wanted = mirrored(MASTER, *case.wanted)[KEY]
    assert isinstance(wanted.series, Series)
    link = live(mirrored(case.before, *case.applied)[KEY])
    if words == "not known":
        link = replace(link, occurrences=None)
    if words.endswith("held"):
        link = replace(link, held=because(Code.EMPTY_LISTING))
    if words == "one is a person's now":
        names = fingerprint.of_occurrences(mirrored(MASTER, CHANGED, CANCELLED)[KEY])
        link = replace(link, occurrences=dict.fromkeys(names, fingerprint.LET_GO))
    apart = lost_occurrences.apart(Desired({KEY: wanted}, {}), {KEY: link})
    assert in_words(planned(apart, link)) == (operation, reason)


def test_every_way_in_which_occurrences_differ_is_in_the_table() -> None:
    assert OCCURRENCES.keys() == {cells[0] for cells in SERIES}


SAYS: dict[str, tuple[Reason | None, bool]] = {
    "cancelled": (because(Code.CANCELLED_IN_FEISHU), True),
    "declined": (because(Code.DECLINED), True),
    "filtered by title": (because(Code.TITLE_EXCLUDED, pattern="x"), True),
    "filtered as free": (because(Code.FREE), True),
    "filtered as all-day": (because(Code.ALL_DAY), True),
    "taken apart into single events": (because(Code.RULE_NOT_EXPRESSIBLE, rule="x"), True),
    "taken apart, unknown zone": (because(Code.ZONE_UNKNOWN, zone="x"), True),
    "taken apart, no date in the window": (because(Code.RULE_NOT_EXPRESSIBLE, rule="x"), True),
    "an occurrence less of a series": (None, True),
    "the last occurrence of a series": (None, True),
    "shown in its series again": (because(Code.OCCURRENCE_CHANGED), True),
    "malformed": (because(Code.ROW_MALFORMED, field="x"), False),
    "absent, proven": (None, True),
    "absent, not proven": (None, False),
}
"""Why there is no event, and whether an earlier copy is to go."""
OF_WHICH_ANOTHER_PART_SHOWS = {
    "taken apart into single events",
    "taken apart, unknown zone",
    "shown in its series again",
    "an occurrence less of a series",
}


@pytest.mark.parametrize("cells", NOT_SHOWN, ids=" | ".join)
def test_an_event_that_is_not_to_be_shown(cells: list[str]) -> None:
    feishu_says, link_words, copy_lies, operation, reason = cells
    why, is_gone = SAYS[feishu_says]
    skips = {KEY: Skip(EventNote("Meeting", "", why), None, is_gone=is_gone)} if why else {}
    source = replace(view(), anchor=0 if is_gone else None)
    link = link_of(link_words, event(PLACES[copy_lies]))
    assert link is not None
    series = KEY if feishu_says.startswith("taken apart") else tag.key(CALENDAR, "series")
    if not feishu_says.startswith("taken apart"):
        link = replace(link, extent=replace(link.extent, series=series))
    other = replace(event(PLACES["inside"]), key=tag.key(CALENDAR, "other"), part_of=series)
    shown = {other.key: other} if feishu_says in OF_WHICH_ANOTHER_PART_SHOWS else {}
    desired = Desired(shown, skips)
    operations = [each for each in planned(desired, link, source) if not isinstance(each, Create)]
    assert in_words(operations) == (operation, reason)


def copy_of(link: Live, **more: object) -> Copy:
    values = {
        "event_id": link.event_id,
        "etag": "new etag",
        "subject": "Meeting",
        "span": at("2027-02-10", "02:00", zone="UTC"),
        "is_series": link.is_series,
        "tag": Tag(link.key, "t", "here", link.fingerprint),
        "transaction_id": "t",
        "created": "",
        "has_attendees": False,
        "raw": "",
        "print": link.stored_print,
    }
    return Copy(**{**values, **more})  # type: ignore[arg-type]


WRITTEN = live(event(PLACES["inside"]), is_verified=False)
GONE_FROM_SIGHT = replace(WRITTEN, etag=OUT_OF_SIGHT)
UNDER_WAY = replace(WRITTEN, fingerprint=recognition.UNFINISHED)
NEWER = fingerprint.of_event(event(PLACES["ahead"]))
FOUND: dict[str, tuple[Live, Copy | None]] = {
    "nothing": (WRITTEN, None),
    "nothing, and its deletion was under way": (UNDER_WAY, None),
    "as it was written": (WRITTEN, copy_of(WRITTEN)),
    "our tag, with a newer writing": (
        WRITTEN,
        copy_of(WRITTEN, tag=Tag(KEY, "t", "here", NEWER), print="new"),
    ),
    "our tag, other content": (WRITTEN, copy_of(WRITTEN, print="other")),
    "no tag of ours": (WRITTEN, copy_of(WRITTEN, tag=None)),
    "no tag of ours, and its adoption was under way": (
        replace(UNDER_WAY, is_adopted=True),
        copy_of(WRITTEN, tag=None),
    ),
    "another event's tag": (
        WRITTEN,
        copy_of(WRITTEN, tag=Tag(tag.key(CALENDAR, "b"), "t", "here", WRITTEN.fingerprint)),
    ),
    "our tag, in another calendar": (GONE_FROM_SIGHT, copy_of(WRITTEN)),
    "our tag, far ahead in its own calendar": (
        GONE_FROM_SIGHT,
        copy_of(WRITTEN, span=at("2028-02-10", "02:00", zone="UTC"), print="other"),
    ),
    "attendees": (WRITTEN, copy_of(WRITTEN, has_attendees=True)),
    "our tag, after a person's edit was to be put back": (
        replace(WRITTEN, fingerprint=f"edited.edited.{WRITTEN.fingerprint.rpartition('.')[2]}"),
        copy_of(WRITTEN),
    ),
}


@pytest.mark.parametrize("cells", LOOKS, ids=" | ".join)
def test_what_a_look_at_a_copy_tells(cells: list[str]) -> None:
    found, what_people_do, then = cells
    wanted = event(PLACES["inside"])
    link, copy = FOUND[found]
    in_calendar = (
        None
        if link.etag != OUT_OF_SIGHT
        else [copy]
        if found != "our tag, in another calendar" and copy
        else []
    )
    situation = Situation(WINDOW, "here", NOW, None, lambda: "t", local_changes=LocalChanges(what_people_do))
    seen = recognition.after_reading(link, copy, situation, in_calendar)
    if then.startswith("forgotten"):
        assert seen is None
    elif then == "let go":
        assert isinstance(seen, Detached)
        expected_reason = {
            "attendees": Code.ATTENDEES_ADDED,
            "nothing": Code.DELETED_IN_OUTLOOK,
            "our tag, in another calendar": Code.MOVED_TO_OTHER_CALENDAR,
        }
        assert seen.reason.code == expected_reason.get(found, Code.CHANGED_IN_OUTLOOK)
    else:
        assert isinstance(seen, Live)
        assert copy is not None
        assert (seen.is_verified, seen.etag, seen.stored_print) == (True, "new etag", copy.print)
        what_follows = in_words(planned(Desired({KEY: wanted}, {}), seen))
        expected = {
            "verified": ("nothing", ""),
            "verified, as newly written": ("Update with times", "moved"),
            "edited by a person": ("Update with times", "changed in Outlook"),
        }
        assert what_follows == expected[then]


@pytest.mark.parametrize("cells", BRAKE, ids=" | ".join)
def test_the_brake(cells: list[str]) -> None:
    *numbers, listing, expected = cells
    copies, left, before, deleted, new, held, confirmed, creations = map(int, numbers)
    state = BrakeState(copies, left, before, deleted, 0.2, source_is_empty=listing == "empty")
    if expected != "wait":
        verdict = brake.verdict(state, deletions=new, leaving=new + held + confirmed)
        assert (verdict.code if verdict else "go ahead") == expected
    assert _planned_under_the_brake(state, new, held, confirmed, creations) == (
        confirmed + (new if expected == "go ahead" else 0),
        held + (new if expected not in {"go ahead", "wait"} else 0),
        expected == "wait",
    )


def _planned_under_the_brake(
    state: BrakeState, new: int, held: int, confirmed: int, creations: int
) -> tuple[int, int, bool]:
    """How many copies a plan deletes, how many it holds, and whether it leaves the rest for later."""
    where = Extent("Meeting", "", utc("2027-02-10T02:00:00"), utc("2027-02-10T03:00:00"), all_day=False)
    links: dict[str, Link] = {}
    for number in range(new + held + confirmed):
        mark = None if number < new else because(Code.TOO_MANY_DELETIONS)
        key = tag.key(CALENDAR, str(number))
        links[key] = live(event(PLACES["inside"]), key=key, extent=where, held=mark)
    asked_for = frozenset(list(links)[new + held :])
    events = mirrored(*(row(f"new {number}", PLACES["inside"]) for number in range(creations)))
    plan = planner.plan(Desired(events, {}), links, view(), WINDOW, state, now=NOW, confirmed=asked_for)
    kinds = [type(operation).__name__ for operation in plan.operations]
    return kinds.count("Delete"), kinds.count("Hold"), plan.waits
