from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import SignInNeeded, Unreachable
from core.model import Side
from core.settings import InterfaceLanguage
from texts import language
from texts.report import State
from ui.tray.menu import SEPARATOR, Item, Menu, default_key
from ui.tray.state import FOR_EVER, STARTING, Key, TrayState, menu, pause_until, status_line, tooltip

NOW = datetime(2026, 11, 25, 6, 35, tzinfo=UTC)
FINE = TrayState(
    State.UP_TO_DATE, last=NOW - timedelta(minutes=3), next=NOW + timedelta(minutes=2), skipped=2
)


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def shown(items: Menu) -> list[str]:
    return [item.text for item in items if item.visible and item != SEPARATOR]


def entry(items: Menu, key: Key) -> Item:
    return next(item for item in items if item.key == key)


def test_the_tooltip_tells_state_last_next_and_skipped_in_local_time():
    assert tooltip(FINE, NOW) == "Feishu → Outlook: up to date · last 14:32 · next 14:37 · 2 skipped"


def test_the_tooltip_tells_what_failed():
    assert tooltip(replace(FINE, failed=1), NOW).endswith("2 skipped · 1 failed")


def test_before_anything_is_known_it_says_that_it_starts():
    assert tooltip(STARTING, NOW) == "Feishu → Outlook: starting…"
    assert status_line(STARTING, NOW) == "Starting…"


def test_the_menu_has_its_entries_in_this_order():
    assert shown(menu(FINE, NOW)) == [
        "Up to date · last 14:32",
        "Sync now",
        "Pause",
        "Activity…",
        "Settings…",
        "Open Outlook calendar",
        "Help",
        "Quit",
    ]
    assert shown(entry(menu(FINE, NOW), Key.HELP).children) == ["Guide", "Save diagnostics…", "About"]


def test_problems_are_counted_and_stand_above_activity():
    state = replace(FINE, kind=State.NEEDS_YOU, failed=2, problems=(SignInNeeded(Side.OUTLOOK),))
    listed = shown(menu(state, NOW))
    assert listed[listed.index("Activity…") - 1] == "Problems (3)…"


def test_pairs_that_are_off_are_told():
    assert tooltip(replace(FINE, pairs_off=1), NOW).endswith("2 skipped · 1 pair is off")


def test_before_the_set_up_is_finished_nothing_can_be_started_from_the_menu():
    state = TrayState(State.NEEDS_YOU, is_set_up=False)
    assert not entry(menu(state, NOW), Key.SYNC).enabled


def test_signing_in_is_offered_only_for_the_sides_that_need_it():
    state = TrayState(State.NEEDS_YOU, sign_in=(Side.OUTLOOK,), problems=(SignInNeeded(Side.OUTLOOK),))
    assert shown(menu(state, NOW))[:3] == [
        "You are not signed in to Microsoft",
        "Sign in to Outlook…",
        "Sync now",
    ]
    assert not entry(menu(state, NOW), Key.SYNC).enabled


def test_a_pause_is_offered_for_these_durations():
    assert shown(entry(menu(FINE, NOW), Key.PAUSE).children) == [
        "30 minutes",
        "1 hour",
        "4 hours",
        "Until tomorrow morning",
        "Until I resume",
    ]


def test_while_paused_resume_says_until_when():
    paused = replace(FINE, kind=State.PAUSED, paused_until=NOW + timedelta(minutes=85))
    assert "Resume (paused until 16:00)" in shown(menu(paused, NOW))
    assert "Pause" not in shown(menu(paused, NOW))
    assert status_line(paused, NOW) == "Paused until 16:00"
    assert tooltip(paused, NOW) == "Feishu → Outlook: paused until 16:00 · last 14:32 · 2 skipped"


def test_a_pause_without_end_says_so():
    paused = TrayState(State.PAUSED, paused_until=FOR_EVER)
    assert status_line(paused, NOW) == "Paused until you resume"
    assert "Resume (paused until you resume)" in shown(menu(paused, NOW))


def test_while_it_syncs_progress_is_shown_and_another_run_can_not_be_asked_for():
    syncing = TrayState(State.SYNCING, done=40, total=300)
    assert status_line(syncing, NOW) == "Syncing… 40 of 300"
    assert not entry(menu(syncing, NOW), Key.SYNC).enabled


def test_offline_and_needs_you_name_the_cause():
    offline = TrayState(State.OFFLINE, problems=(Unreachable(Side.FEISHU, "dns", "open.feishu.cn"),))
    assert "Feishu" in status_line(offline, NOW)
    assert status_line(TrayState(State.NEEDS_YOU), NOW) == "The set-up is not finished"


def test_a_click_on_the_icon_opens_activity():
    assert default_key(menu(FINE, NOW)) == Key.ACTIVITY


@pytest.mark.parametrize(
    ("key", "until"),
    [
        (Key.PAUSE_30_MINUTES, NOW + timedelta(minutes=30)),
        (Key.PAUSE_1_HOUR, NOW + timedelta(hours=1)),
        (Key.PAUSE_4_HOURS, NOW + timedelta(hours=4)),
        (Key.PAUSE_UNTIL_MORNING, datetime(2026, 11, 26, 0, 0, tzinfo=UTC)),
        (Key.PAUSE_UNTIL_RESUMED, FOR_EVER),
        (Key.SYNC, None),
    ],
)
def test_a_pause_ends_when_its_entry_says(key: Key, until: datetime | None):
    assert pause_until(key, NOW) == until


def test_to_somebody_still_up_at_one_tomorrow_morning_is_after_the_night():
    one_at_night = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    assert pause_until(Key.PAUSE_UNTIL_MORNING, one_at_night) == datetime(2026, 11, 26, 0, 0, tzinfo=UTC)


def test_every_entry_is_translated():
    texts = {item.text for item in _all(menu(FINE, NOW))}
    language.choose(InterfaceLanguage.CHINESE)
    assert not texts & {item.text for item in _all(menu(FINE, NOW))} - {""}


def _all(items: Menu) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _all(item.children)
