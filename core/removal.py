"""The copies of one Feishu calendar are taken out of one Outlook calendar, whatever the ledger knows of them.

What is ours is told by the ledger and by the tags, exactly as in a run. Each copy is read, kept for `restore`
and removed by the steps of a run; stopped anywhere, doing it again finishes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core import occurrences, recognition, tag
from core.clock import window_at
from core.errors import Stopped
from core.executor import BATCH, Executor
from core.ledger import Ledger
from core.links import Creating, Detached, Link, Live
from core.model import Copy, Instance
from core.operations import Delete, Operation, Recognise
from core.policy import Window
from core.ports import Clock, Stop, TargetCalendar
from core.reasons import Code, because
from core.report import Action, EventNote, PairReport, Reason
from core.situation import Situation
from core.tally import Tally
from core.writes import Answer, Question, ReadCopy, Stored, Untag

MOST_ROUNDS = 3
"""One is enough where nothing fails and no event has two copies of ours."""
SECOND_LOOK = 3.0
"""Seconds after which a calendar is listed once more that does not show all that the ledger knows to be
there: Graph's listings lag behind writes."""
_PAST_DAYS, _FUTURE_DAYS = 300, 1400
"""Where attendees of single occurrences are looked for; `instances` answers for five years at most."""


@dataclass(frozen=True, slots=True)
class Removal:
    pair: str
    """For the report."""
    source_id: str
    """The Feishu calendar's real id."""
    target: TargetCalendar
    ledger: Ledger
    clock: Clock
    stop: Stop
    progress: Callable[[int, int], None]

    @property
    def prefix(self) -> str:
        return tag.calendar_part(self.source_id)

    @property
    def window(self) -> Window:
        return window_at(self.clock.now(), past_days=_PAST_DAYS, future_days=_FUTURE_DAYS)

    def links(self) -> Mapping[str, Link]:
        return self.ledger.links(self.target.id, self.prefix)


def remove_copies(removal: Removal) -> PairReport:
    """Adopted events are let go, copies with attendees are left alone; neither is removed. Raises SyncError
    for what concerns more than one event; what was done until then is recorded."""
    tally = Tally()
    listing = _listing(removal)
    for _ in range(MOST_ROUNDS):
        ours = list(_ours(removal, listing))
        _release(removal, [link for link in ours if link.is_adopted], tally)
        one_each = {link.key: link for link in ours if not link.is_adopted}
        _executor(removal, tally).carry_out(list(_deletions(removal, one_each.values())))
        has_doubles = len(ours) > len({link.key for link in ours})
        if not has_doubles and not tally.report(removal.pair).failed:
            break
        listing = removal.target.listing()
    _settle_unseen(removal, listing, tally)
    return _with_those_left_alone(tally.report(removal.pair))


def _listing(removal: Removal) -> Sequence[Copy]:
    listing = removal.target.listing()
    keys = {copy.tag.key for copy in listing if copy.tag}
    ids = {copy.event_id for copy in listing}
    expected = [link for link in removal.links().values() if not isinstance(link, Detached)]
    if all(link.key in keys or (isinstance(link, Live) and link.event_id in ids) for link in expected):
        return listing
    removal.clock.sleep(SECOND_LOOK)
    return removal.target.listing()


def _ours(removal: Removal, listing: Sequence[Copy]) -> Iterator[Live]:
    """A link to each of our copies: the ledger's, or one made from its tag, also where it was let go."""
    links = removal.links()
    known = {link.event_id: link for link in links.values() if isinstance(link, Live)}
    one_each = {key: link.event_id for key, link in links.items() if not isinstance(link, Creating)}
    for copy in sorted(listing, key=lambda each: each.created):
        link = known.get(copy.event_id) or _by_tag(removal, copy)
        if link is None:
            continue
        if link.is_adopted and one_each.setdefault(link.key, link.event_id) != link.event_id:
            continue  # a person made it of the event that had been theirs before it was ours
        yield link


def _by_tag(removal: Removal, copy: Copy) -> Live | None:
    if copy.tag and copy.tag.key.startswith(removal.prefix) and recognition.is_genuine(copy):
        return recognition.recognised(copy, recognition.extent_of(copy))
    return None


def _deletions(removal: Removal, links: Iterable[Live]) -> Iterator[Operation]:
    known = removal.links()
    for link in links:
        if known.get(link.key) != link:
            yield Recognise(link)
        # Not to know its occurrences is to look for attendees at each of them.
        unknown = replace(link, occurrences=None if link.is_series else link.occurrences)
        yield Delete(unknown, because(Code.UNDONE), is_counted=False)


def _executor(removal: Removal, tally: Tally) -> Executor:
    situation = _situation(removal)
    return Executor(removal.target, removal.ledger, situation, tally, removal.stop, removal.progress)


def _situation(removal: Removal) -> Situation:
    return Situation(
        window=removal.window,
        installation="",
        now=int(removal.clock.now().timestamp()),
        listing=None,
        new_transaction_id=lambda: "",
    )


def _release(removal: Removal, links: Sequence[Live], tally: Tally) -> None:
    """Takes our tag off events that were the person's before: nothing tells any more that we knew them."""
    for link in links:
        copy, has_attendees = _looked_at(removal, link)
        if copy is None:
            removal.ledger.drop_links(removal.target.id, [link.key])
        elif has_attendees:
            _let_go(removal, link, because(Code.ATTENDEES_ADDED), tally)
        elif copy.tag is None or _untagged(removal, copy):
            _let_go(removal, link, because(Code.WAS_ADOPTED), tally)
        else:
            tally.failed(link.key, link.extent, because(Code.CHANGED_MEANWHILE))


def _looked_at(removal: Removal, link: Live) -> tuple[Copy | None, bool]:
    """The event as it is now, and whether anybody was invited to it or to one of its occurrences."""
    questions: list[Question] = [ReadCopy(link.event_id)]
    if link.is_series:
        questions.append(occurrences.in_sight(link, _situation(removal)))
    copy, *others = _asked(removal, questions)
    instances = [item for answer in others if isinstance(answer, tuple) for item in answer]
    is_invited = any(isinstance(item, Instance) and item.has_attendees for item in instances)
    return (copy, copy.has_attendees or is_invited) if isinstance(copy, Copy) else (None, False)


def _asked(removal: Removal, questions: Sequence[Question]) -> Sequence[Answer]:
    if removal.stop():
        raise Stopped
    return removal.target.ask(questions)


def _untagged(removal: Removal, copy: Copy) -> bool:
    (outcome,) = removal.target.write([Untag(copy.event_id, copy.etag)])
    return isinstance(outcome, Stored)


def _let_go(removal: Removal, link: Live, reason: Reason, tally: Tally) -> None:
    removal.ledger.put_links(removal.target.id, [recognition.let_go(link, reason)])
    tally.succeeded(link.key)
    tally.changed(link.key, Action.LET_GO, link.extent, reason)


def _settle_unseen(removal: Removal, listing: Sequence[Copy], tally: Tally) -> None:
    """What the ledger knows and the calendar does not show is gone, or was moved elsewhere by a person."""
    ids = {copy.event_id for copy in listing}
    unseen = [
        link for link in removal.links().values() if isinstance(link, Live) and link.event_id not in ids
    ]
    for position in range(0, len(unseen), BATCH):
        part = unseen[position : position + BATCH]
        for link, answer in zip(
            part, _asked(removal, [ReadCopy(each.event_id) for each in part]), strict=True
        ):
            if answer is None:
                removal.ledger.drop_links(removal.target.id, [link.key])
            else:
                tally.skipped(link.key, _note(link, because(Code.MOVED_TO_OTHER_CALENDAR)))


def _with_those_left_alone(report: PairReport) -> PairReport:
    """A copy that somebody was invited to was not changed, only left: that is said with what is left out."""
    left = [
        change
        for change in report.changes
        if change.action is Action.LET_GO and change.reason == because(Code.ATTENDEES_ADDED)
    ]
    notes = tuple(EventNote(change.title, change.start, change.reason) for change in left)
    changes = tuple(change for change in report.changes if change not in left)
    return replace(report, changes=changes, skipped=(*report.skipped, *notes))


def _note(link: Live, reason: Reason) -> EventNote:
    return EventNote(link.extent.title, link.extent.start, reason)
