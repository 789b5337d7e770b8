from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from core.settings import InterfaceLanguage
from texts import language
from ui import dates

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("system", "spoken", "written"),
    [
        ("en_GB", InterfaceLanguage.ENGLISH, "Thu 26/11/2026 09:05"),
        ("en_US", InterfaceLanguage.ENGLISH, "Thu 11/26/26 9:05 AM"),
        ("zh_CN", InterfaceLanguage.CHINESE, "2026/11/26 周四 09:05"),
        ("de_DE", InterfaceLanguage.CHINESE, "2026/11/26 周四 09:05"),
        ("zh_CN", InterfaceLanguage.ENGLISH, "Thu 11/26/26 9:05 AM"),
    ],
)
def test_an_event_starts_as_the_person_writes_dates(system: str, spoken: InterfaceLanguage, written: str):
    QLocale.setDefault(QLocale(system))
    language.choose(spoken)
    assert dates.event_start("2026-11-26T09:05:00+08:00").replace("\u202f", " ") == written


def test_an_event_that_lasts_all_day_has_its_day_alone():
    QLocale.setDefault(QLocale("en_GB"))
    assert dates.event_start("2026-11-26") == "Thu 26/11/2026"


def test_what_is_no_time_is_shown_as_it_is():
    assert dates.event_start("soon") == "soon"


def test_a_moment_of_today_has_no_date():
    QLocale.setDefault(QLocale("en_GB"))
    assert dates.moment(NOW, now=NOW) == f"{NOW.astimezone():%H:%M}"
    assert dates.moment(NOW + timedelta(days=2), now=NOW).startswith("Fri 27/11/2026 ")


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        (timedelta(seconds=-5), "in a moment"),
        (timedelta(seconds=20), "in a moment"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(minutes=3), "in 3 minutes"),
    ],
)
def test_the_next_run_is_told_by_how_long_it_takes_until_then(ahead: timedelta, told: str):
    assert dates.until(NOW + ahead, now=NOW) == told


def test_a_run_that_is_far_away_is_told_by_its_time():
    QLocale.setDefault(QLocale("en_GB"))
    later = NOW + timedelta(hours=3)
    assert dates.until(later, now=NOW) == dates.moment(later, now=NOW)
