"""The demo as a newcomer meets it: two sign-ins, then real engine and clients mirror the calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from tests.desktop.person import Person
from tests.desktop.session import PATIENCE, Session
from texts.report import State

pytestmark = pytest.mark.timeout(600)
Days = list[dict[str, Any]]


def test_two_sign_ins_mirror_the_calendar_a_pause_holds_changes_back_and_resume_brings_them(
    session: Session, person: Person
):
    session.start_notifications()
    session.start_trayer()
    demo = session.start_demo()
    page = session.eventually(lambda: session.opened.exists() and session.opened.read_text(), "page").split()[
        0
    ]

    session.choose(State.NEEDS_YOU, "Down", "Return")  # Sign in to Feishu
    person.reads("Signed in as")
    session.choose(State.NEEDS_YOU, "Down", "Return")  # Sign in to Outlook
    session.wait_for_icon(State.UP_TO_DATE)

    assert mirrored(days(page)) == there_to_mirror(days(page)) != []
    told = session.eventually(session.notifications, "notification")[0]["text"]
    assert re.match(r"\d+ added", str(told))

    session.choose(State.UP_TO_DATE, "Down", "Down", "Right", "Return")  # Pause > 30 minutes
    session.wait_for_icon(State.PAUSED)
    add(page, "Tea with Wei")
    assert "Tea with Wei" not in titles(mirrored(days(page)))

    session.choose(State.PAUSED, "Down", "Down", "Return")  # Resume
    session.eventually(lambda: "Tea with Wei" in titles(mirrored(days(page))), "new event in Outlook")

    session.choose(State.UP_TO_DATE, "Up", "Return")  # Quit
    assert demo.wait(PATIENCE) == 0


def days(page: str) -> Days:
    shown: Days = requests.get(f"{page}days", timeout=10).json()["days"]
    return shown


def there_to_mirror(shown: Days) -> list[tuple[str, str, str]]:
    """From tomorrow on: what is over today was not copied."""
    return _entries(shown, "feishu", "")


def mirrored(shown: Days) -> list[tuple[str, str, str]]:
    return _entries(shown, "outlook", "Feishu")


def titles(entries: list[tuple[str, str, str]]) -> set[str]:
    return {title for title, _start, _end in entries}


def add(page: str, title: str) -> None:
    day = date.today() + timedelta(days=3)  # noqa: DTZ011  # a day far enough from both ends in any zone
    said = {"title": title, "all_day": False, "start": f"{day}T10:00", "end": f"{day}T11:00", "repeats": ""}
    requests.post(f"{page}acts/add", json=said, timeout=10).raise_for_status()


def _entries(shown: Days, side: str, calendar: str) -> list[tuple[str, str, str]]:
    return [
        (item["title"], item["start"], item["end"])
        for day in shown[1:]
        for item in day[side]
        if item["calendar"] == calendar
    ]
