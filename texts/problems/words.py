"""What a problem is made of when it is told to a person, and the sentences that many of them share."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Side
from texts.language import _


@dataclass(frozen=True, slots=True)
class Problem:
    title: str
    """What happened: one sentence without a full stop."""
    meaning: str
    """What it means for the calendar."""
    remedy: str
    """What to do now."""
    link: str = ""
    """A page where it can be done, or empty."""


def service(side: Side) -> str:
    # Translators: the two services, as their owners call them
    return {Side.FEISHU: _("Feishu"), Side.OUTLOOK: _("Outlook")}[side]


def account(side: Side) -> str:
    # Translators: whose sign-in page it is
    return {Side.FEISHU: _("Feishu"), Side.OUTLOOK: _("Microsoft")}[side]


def all_stands_still() -> str:
    return _("Nothing is copied until this is solved. The copies that are in Outlook stay as they are.")


def pair_stands_still() -> str:
    return _("This pair stands still, its copies in Outlook stay as they are. Other pairs go on.")


def tries_again() -> str:
    return _("The copies in Outlook stay as they are until the next run that succeeds. Nothing is lost.")


def one_event() -> str:
    return _("This one event is not up to date in Outlook. Everything else goes on.")


def nothing_to_do() -> str:
    return _("Nothing: the program tries again by itself.")
