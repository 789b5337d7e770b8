"""The Activity window: its view model, and what its pages show and ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.errors import DeletionsHeld, Unreachable
from core.model import Side
from core.reasons import Code, because
from core.report import Action, Change, EventNote, PairReport, Result, RunReport
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK, report
from texts.report import State
from ui.activity import held as held_module
from ui.activity.model import Filter, deleted_row, has_failed, listed, matching, result, run_row, status
from ui.activity.window import ActivityWindow
from ui.event_rows import Kind, event_rows
from ui.intents import Confirm, KeepHeld, ListDeleted, ListLetGo, ListRuns, Restore, RetryFailed, TakeBack
from ui.messages import (
    Deleted,
    DeletedCopy,
    Failed,
    HeldCopy,
    History,
    LetGo,
    LetGoCopy,
    Overview,
    Restored,
    RunEnded,
)
from ui.progress import ProgressPanel
from ui.table import Table
from ui.tray.state import Key, TrayState

NOW = datetime(2026, 11, 25, 6, 32, tzinfo=UTC)
REVIEW = Change(Action.CREATE, "Review", "2026-11-27T10:00:00+08:00", because(Code.NEW))
LUNCH = EventNote("Lunch", "2026-11-26", because(Code.DECLINED))
OFFSITE = EventNote("", "2026-12-03", because(Code.REFUSED_BY_OUTLOOK, code="ErrorX", request_id="ab"))
BUSY_RUN = RunReport(
    Result.PARTIAL,
    NOW,
    NOW,
    (PairReport("main", created=1, skipped=(LUNCH,), failed=(OFFSITE,), changes=(REVIEW,)),),
)
QUIET_RUN = RunReport(Result.OK, NOW - timedelta(minutes=5), NOW, (PairReport("team", unchanged=3),))
LOST_RUN = RunReport(
    Result.UNREACHABLE,
    NOW - timedelta(days=1),
    NOW,
    problems=(Unreachable(Side.FEISHU, "dns", "open.feishu.cn"),),
)
HELD = (
    HeldCopy("main", "Lunch", "2026-12-01", because(Code.TOO_MANY_DELETIONS, count="34", total="40")),
    HeldCopy("main", "", "2026-12-02T10:00:00+08:00", because(Code.EMPTY_LISTING)),
)
SET_UP = Overview(READY, WEI, WEI_AT_OUTLOOK, has_run=True)


# --- the view model -------------------------------------------------------------------------------


def test_each_event_says_what_happened_and_why_and_failures_come_first():
    assert [row.texts() for row in event_rows(BUSY_RUN)] == [
        ("failed", "(No title)", "Thu 03/12/2026", "Outlook refused it (ErrorX, request ab)"),
        ("added", "Review", "Fri 27/11/2026 10:00", "new in Feishu"),
        ("skipped", "Lunch", "Thu 26/11/2026", "you declined it"),
    ]


def test_a_run_is_a_row_of_counts(monkeypatch: pytest.MonkeyPatch):
    assert run_row(BUSY_RUN, NOW)[1:] == ("1", "–", "–", "1", "1", "some events failed")
    assert result(LOST_RUN).startswith("Feishu can’t be found")


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (Filter(), ["", "Review", "Lunch"]),
        (Filter(kind=Kind.SKIPPED), ["Lunch"]),
        (Filter(text="REV"), ["Review"]),
        (Filter(text="refused outlook"), [""]),
        (Filter(pair="team"), []),
    ],
)
def test_events_are_found_by_pair_kind_title_and_reason(wanted: Filter, titles: list[str]):
    assert [row.title for row in matching(BUSY_RUN, wanted)] == titles


def test_runs_that_had_nothing_to_tell_are_left_out_unless_asked_for():
    runs = (BUSY_RUN, QUIET_RUN, LOST_RUN)
    assert listed(runs, Filter()) == (BUSY_RUN, LOST_RUN)
    assert listed(runs, Filter(only_notable=False)) == runs
    assert listed(runs, Filter(text="lunch")) == (BUSY_RUN,)
    assert listed((QUIET_RUN,), Filter()) == (QUIET_RUN,), "the newest says how things stand"


def test_whether_something_failed_is_said_of_the_last_run():
    assert has_failed((BUSY_RUN, QUIET_RUN))
    assert not has_failed((QUIET_RUN, BUSY_RUN))


def test_a_deleted_series_is_marked_as_one():
    series = DeletedCopy(7, "Weekly", "2026-11-26", NOW, is_series=True)
    assert deleted_row(series, NOW)[0] == "Weekly (series)"


def test_the_first_line_says_how_things_stand_and_when_it_goes_on():
    state = TrayState(
        State.UP_TO_DATE, NOW - timedelta(minutes=2), NOW + timedelta(minutes=3), skipped=2, failed=1
    )
    last = f"{(NOW - timedelta(minutes=2)).astimezone():%H:%M}"
    assert status(state, NOW) == f"Up to date · last sync {last} · next in 3 minutes · 2 skipped · 1 failed"


def test_a_pause_has_no_next_sync_in_the_first_line():
    later = NOW + timedelta(minutes=30)
    state = TrayState(State.PAUSED, next=later, paused_until=later, problems=(DeletionsHeld("main", 2),))
    assert status(state, NOW) == f"Paused until {later.astimezone():%H:%M}"


def test_of_a_long_reason_everything_is_to_be_read(qtbot: QtBot):
    table = Table("Events", ("Title", "Why"))
    qtbot.addWidget(table)
    table.resize(300, 300)
    table.set_rows([("Lunch", "short"), ("Offsite", "a reason that needs more than one line " * 4)])
    table.show()
    qtbot.waitUntil(lambda: table.rowHeight(1) > 2 * table.rowHeight(0))


# --- the window -----------------------------------------------------------------------------------


class Opened:
    def __init__(self, window: ActivityWindow) -> None:
        self.window = window
        self.asked: list[object] = []
        window.asked.connect(self.asked.append)

    def says(self) -> str:
        return "\n".join(label.text() for label in self.window.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    window = ActivityWindow()
    qtbot.addWidget(window)
    window.show()
    opened = Opened(window)
    window.hear(SET_UP)
    return opened


def button(page: QWidget, text: str) -> QPushButton:
    return next(each for each in page.findChildren(QPushButton) if each.text().replace("&", "") == text)


def test_it_asks_for_its_lists_when_it_opens_and_adds_the_runs_that_follow(opened: Opened):
    opened.window.refresh()
    assert opened.asked == [ListRuns(), ListDeleted(), ListLetGo()]
    opened.window.hear(History((LOST_RUN,)))
    opened.window.hear(RunEnded(BUSY_RUN))
    assert len(opened.window.history.runs.rows()) == 2
    assert opened.asked[3:] == [ListDeleted(), ListLetGo()]


def test_the_newest_run_is_chosen_and_its_events_are_listed(opened: Opened):
    opened.window.hear(History((BUSY_RUN, QUIET_RUN)))
    assert opened.window.history.events.rows()[0][0] == "failed"
    assert len(opened.window.history.runs.rows()) == 1


def test_a_run_that_was_chosen_stays_so_when_another_one_comes(opened: Opened):
    opened.window.hear(History((BUSY_RUN, LOST_RUN)))
    opened.window.history.runs.selectRow(1)
    newer = replace(BUSY_RUN, started=NOW + timedelta(minutes=5))
    opened.window.hear(History((newer, BUSY_RUN, LOST_RUN)))
    assert opened.window.history.runs.chosen() == [2]


def test_what_is_listed_can_be_copied_into_a_spreadsheet(opened: Opened):
    opened.window.hear(History((BUSY_RUN,)))
    button(opened.window.history, "Copy").click()
    assert "added\tReview\tFri 27/11/2026 10:00\tnew in Feishu" in QGuiApplication.clipboard().text()


def test_retry_is_offered_only_when_something_failed(opened: Opened):
    opened.window.hear(History((QUIET_RUN,)))
    assert not opened.window.history.retry.isEnabled()
    opened.window.hear(History((BUSY_RUN,)))
    opened.window.history.retry.click()
    assert opened.asked == [RetryFailed()]


def test_problems_show_what_failed(opened: Opened):
    opened.window.hear(History((BUSY_RUN,)))
    opened.window.show_problems()
    assert [row[0] for row in opened.window.history.events.rows()] == ["failed"]


def test_the_preview_can_be_opened_from_here(opened: Opened, qtbot: QtBot):
    with qtbot.waitSignal(opened.window.menu_chosen) as chosen:
        opened.window.history.preview.click()
    assert chosen.args == [Key.PREVIEW]


def test_held_deletions_list_exactly_what_would_go_and_why(opened: Opened):
    opened.window.hear(replace(SET_UP, held=HELD))
    assert opened.window.tabs.tabText(1) == "Held deletions (2)"
    assert opened.window.held.table.rows() == (
        ("Lunch", "Tue 01/12/2026", "main", "34 of 40 would be deleted"),
        ("(No title)", "Wed 02/12/2026 10:00", "main", "Feishu suddenly shows an empty calendar"),
    )
    assert opened.window.held.delete.text() == "&Delete these 2"


def test_keep_them_needs_no_further_question(opened: Opened):
    opened.window.hear(replace(SET_UP, held=HELD))
    opened.window.held.keep.click()
    assert opened.asked == [KeepHeld()]
    assert not opened.window.held.keep.isEnabled(), "not asked twice"


@pytest.mark.parametrize(("is_sure", "asked"), [(True, [Confirm()]), (False, [])])
def test_delete_these_asks_once_more(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, is_sure: bool, asked: list[object]
):
    monkeypatch.setattr(held_module, "agrees", lambda _parent, _count: is_sure)
    opened.window.hear(replace(SET_UP, held=HELD))
    opened.window.held.delete.click()
    assert opened.asked == asked


def test_a_decision_that_failed_can_be_made_again(opened: Opened):
    opened.window.hear(replace(SET_UP, held=HELD))
    opened.window.held.keep.click()
    opened.window.hear(Failed(KeepHeld(), Unreachable(Side.OUTLOOK, "dns", "graph.microsoft.com")))
    assert opened.window.held.keep.isEnabled()
    assert "can’t be found" in opened.says()


def test_deleted_copies_are_put_back_by_choice(opened: Opened):
    copies = tuple(DeletedCopy(n, f"Meeting {n}", "2026-12-01", NOW, is_series=False) for n in (5, 9))
    opened.window.hear(Deleted(copies))
    opened.window.tabs.setCurrentIndex(2)
    assert not opened.window.deleted.restore.isEnabled()
    opened.window.deleted.table.selectRow(1)
    opened.window.deleted.restore.click()
    assert opened.asked == [Restore((9,))]
    opened.window.hear(Restored(report(created=1)))
    assert "1 event put back" in opened.says()


def test_all_deleted_copies_can_be_chosen_at_once(opened: Opened):
    copies = tuple(DeletedCopy(n, f"Meeting {n}", "2026-12-01", NOW, is_series=False) for n in (5, 9))
    opened.window.hear(Deleted(copies))
    button(opened.window.deleted, "Choose all").click()
    assert opened.window.deleted.table.chosen() == [0, 1]


def test_copies_that_were_let_go_are_listed_with_the_reason(opened: Opened):
    copy = LetGoCopy("main", "k", "Lunch", "2026-12-01", because(Code.ATTENDEES_ADDED))
    opened.window.hear(LetGo((copy,)))
    assert "attendees" in opened.window.let_go.table.rows()[0][3]


def test_a_copy_that_was_let_go_can_be_taken_back(opened: Opened):
    copies = tuple(LetGoCopy("main", key, "Lunch", "2026-12-01", because(Code.KEPT)) for key in ("k1", "k2"))
    opened.window.hear(LetGo(copies))
    opened.window.tabs.setCurrentIndex(3)
    assert not opened.window.let_go.take_back.isEnabled()
    opened.window.let_go.table.selectRow(1)
    opened.window.let_go.take_back.click()
    assert opened.asked == [TakeBack((("main", "k2"),))]
    opened.window.hear(Failed(TakeBack(()), Unreachable(Side.OUTLOOK, "dns", "graph.microsoft.com")))
    assert "can’t be found" in opened.says()
    assert opened.window.let_go.take_back.isEnabled()


def test_what_is_wrong_stands_above_everything(opened: Opened):
    problem = Unreachable(Side.FEISHU, "dns", "open.feishu.cn")
    opened.window.hear(TrayState(State.OFFLINE, problems=(problem,)))
    assert opened.says().startswith("Offline\n")
    assert "can’t be found" in opened.says()


# --- progress -------------------------------------------------------------------------------------


def test_a_run_that_takes_long_shows_its_progress_after_a_while(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    panel = ProgressPanel()
    qtbot.addWidget(panel)
    panel.show_state(TrayState(State.SYNCING, done=1, total=9))
    assert panel.isHidden()
    panel._later.setInterval(0)
    qtbot.waitUntil(lambda: not panel.isHidden(), timeout=20_000)
    assert panel.bar.value() == 1
    panel.show_state(TrayState(State.UP_TO_DATE))
    assert panel.isHidden()


def test_the_first_run_shows_its_progress_at_once(opened: Opened):
    opened.window.hear(replace(SET_UP, has_run=False))
    opened.window.hear(TrayState(State.SYNCING, done=3, total=12))
    assert opened.window.progress.isVisible()
    assert "3 of 12" in opened.says()
