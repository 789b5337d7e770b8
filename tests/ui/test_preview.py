from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from core.errors import Unreachable
from core.model import Side
from core.reasons import Code, because
from core.report import Action, Change, EventNote, PairReport, Result, RunReport
from ui.intents import Preview, SyncNow
from ui.messages import Failed, Previewed
from ui.preview.changes import headline
from ui.preview.window import PreviewWindow

NOW = datetime(2026, 11, 25, 6, 32, tzinfo=UTC)
FOUND = RunReport(
    Result.OK,
    NOW,
    NOW,
    (
        PairReport(
            "main",
            created=1,
            skipped=(EventNote("Lunch", "2026-11-26", because(Code.DECLINED)),),
            changes=(Change(Action.CREATE, "Review", "2026-11-27", because(Code.NEW)),),
        ),
    ),
)


@pytest.fixture
def window(qtbot: QtBot) -> PreviewWindow:
    window = PreviewWindow()
    qtbot.addWidget(window)
    window.show()
    return window


def test_the_headline_sums_up_what_the_next_run_would_do():
    assert headline(FOUND) == "The next sync would do this: 1 added, 1 skipped."
    assert headline(RunReport(Result.OK, NOW, NOW, (PairReport("main"),))).endswith("nothing to change.")


def test_each_change_and_each_skipped_event_is_listed_with_its_reason(window: PreviewWindow):
    asked: list[object] = []
    window.asked.connect(asked.append)
    window.look()
    assert asked == [Preview()]
    window.hear(Previewed(FOUND))
    assert [row[0::3] for row in window.changes.table.rows()] == [
        ("added", "new in Feishu"),
        ("skipped", "you declined it"),
    ]


def test_the_run_can_be_started_from_here_once_it_is_known_what_it_does(window: PreviewWindow):
    asked: list[object] = []
    window.asked.connect(asked.append)
    window.look()
    assert not window._sync.isEnabled()
    window.hear(Previewed(FOUND))
    window._sync.click()
    assert asked[-1] == SyncNow()
    assert not window.isVisible()


def test_a_preview_that_failed_says_why(window: PreviewWindow):
    window.hear(Failed(Preview(), Unreachable(Side.FEISHU, "dns", "open.feishu.cn")))
    assert "can’t be found" in window.changes._problem._text.text()
    assert window._again.isEnabled()
