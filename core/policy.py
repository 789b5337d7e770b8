"""A pair's rules: what is copied and how it looks. Pure."""

from __future__ import annotations

import html
from dataclasses import dataclass

from core import description
from core.graphemes import units
from core.model import Content, EventTime, Role, Row, RowStatus, ShowAs, Span, Visibility, WallClock
from core.reasons import Code, because
from core.report import Reason
from core.settings import PairSettings, Privacy
from core.single_line import fitted, is_blank, one_line
from core.title_pattern import fits
from core.web_links import link
from core.zones import instant_of

_LONGEST_SUBJECT = 255
_LONGEST_LOCATION = 255
_LONGEST_ORGANISER = 255
_LONGEST_REMINDER = 20_160


@dataclass(frozen=True, slots=True)
class CopyWords:
    """The words that we add to copies, in the pair's `text_language`. texts/copy_words.py has them."""

    no_title: str
    """Subject of an event without a title."""
    busy: str
    """Subject of an event whose title is not shown."""
    join: str
    """Label before the meeting link."""
    organiser: str
    """Label before the organiser's name."""
    open_in_feishu: str
    """Text of the link in the footer."""
    footer: str
    """The sentence before that link."""
    shortened: str
    """Stands where a long description was cut."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is copied: ends after `first` and starts before `last` (Unix seconds). All-day events are
    measured by the person's own calendar days instead, written as the UTC midnights of those dates."""

    first: int
    last: int
    first_day: int
    last_day: int

    def is_over(self, ends_at: int | None, *, all_day: bool) -> bool:
        """True for what has passed. `ends_at` None: it never ends."""
        return ends_at is not None and ends_at <= (self.first_day if all_day else self.first)

    def is_ahead(self, starts_at: int, *, all_day: bool) -> bool:
        """True for what is still too far in the future."""
        return starts_at >= (self.last_day if all_day else self.last)

    def holds(self, starts_at: int, ends_at: int | None, *, all_day: bool) -> bool:
        return not self.is_over(ends_at, all_day=all_day) and not self.is_ahead(starts_at, all_day=all_day)

    def holds_span(self, span: Span) -> bool:
        return self.holds(instant_of(span.start), instant_of(span.end), all_day=is_all_day(span.start))


def is_all_day(time: EventTime) -> bool:
    return not isinstance(time, WallClock)


def refusal(row: Row, pair: PairSettings) -> Reason | None:
    """Why the pair's filters leave this event out, if they do."""
    if row.is_declined and not pair.include_declined:
        return because(Code.DECLINED)
    if row.is_free and not pair.include_free:
        return because(Code.FREE)
    if row.span and is_all_day(row.span.start) and not pair.include_all_day:
        return because(Code.ALL_DAY)
    for pattern in pair.title_exclude:
        if fits(pattern, row.title):
            return because(Code.TITLE_EXCLUDED, pattern=pattern)
    return None


def content(row: Row, pair: PairSettings, words: CopyWords, role: Role) -> Content:
    """What the copy of this row says."""
    is_hidden = _is_hidden(row, role)
    shows_title = pair.privacy is not Privacy.BUSY and not is_hidden
    shows_details = shows_title and pair.privacy is Privacy.FULL
    title = (words.no_title if is_blank(row.title) else row.title) if shows_title else words.busy
    return Content(
        subject=fitted(pair.title_prefix + title, _LONGEST_SUBJECT),
        body_html=_body(row, words, with_details=shows_details, with_link=shows_title),
        location=_location(row) if shows_details else "",
        show_as=_show_as(row),
        is_private=is_hidden or row.visibility is Visibility.PRIVATE,
        reminder_minutes=_reminder(row, pair),
        category=pair.category,
    )


def _is_hidden(row: Row, role: Role) -> bool:
    """Feishu leaves title and text out where the person may not see them; that is no empty title.
    (docs/quirks.md, "Feishu rows")"""
    return is_blank(row.title) and not _may_see(row.visibility, role)


def _may_see(visibility: Visibility, role: Role) -> bool:
    match visibility:
        case Visibility.PUBLIC:
            return True
        case Visibility.DEFAULT:
            return role is not Role.FREE_BUSY_READER
        case Visibility.PRIVATE:
            return role in (Role.OWNER, Role.WRITER)


def _location(row: Row) -> str:
    """Where there is no place it is the meeting, unless half of its address would lead elsewhere."""
    if not is_blank(row.location):
        return fitted(row.location, _LONGEST_LOCATION)
    meeting = one_line(row.meeting_url)
    return meeting if units(meeting) <= _LONGEST_LOCATION else ""


def _show_as(row: Row) -> ShowAs:
    if row.is_free or row.is_declined:
        return ShowAs.FREE
    return ShowAs.TENTATIVE if row.status is RowStatus.TENTATIVE else ShowAs.BUSY


def _reminder(row: Row, pair: PairSettings) -> int | None:
    """Outlook has one reminder, at or before the start: the earliest that Feishu has."""
    if isinstance(pair.reminders, int):
        return pair.reminders
    before = [minutes for minutes in row.reminders if 0 <= minutes <= _LONGEST_REMINDER]
    return max(before) if before and pair.reminders == "feishu" else None


def _body(row: Row, words: CopyWords, *, with_details: bool, with_link: bool) -> str:
    parts = _details(row, words) if with_details else []
    footer = html.escape(words.footer)
    if with_link and row.app_link:
        footer += " " + link(row.app_link, words.open_in_feishu)
    return "".join(f"<div>{part}</div><br>" for part in parts) + f"<div>{footer}</div>"


def _details(row: Row, words: CopyWords) -> list[str]:
    parts = []
    meeting, organiser = one_line(row.meeting_url), fitted(row.organiser, _LONGEST_ORGANISER)
    if meeting:
        parts.append(f"{html.escape(words.join)}: {link(meeting, meeting)}")
    if not is_blank(organiser):
        parts.append(f"{html.escape(words.organiser)}: {html.escape(organiser)}")
    whole = description.to_html(row.description)
    shown = description.shortened(whole)
    if shown:
        parts.append(shown)
    if shown != whole:
        parts.append(html.escape(words.shortened))
    return parts
