from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from texts.report import State
from ui.progress import ProgressPanel
from ui.tray.state import TrayState

READING = TrayState(State.SYNCING)
WRITING = TrayState(State.SYNCING, done=20, total=300)
DONE = TrayState(State.UP_TO_DATE)


@pytest.fixture
def panel(qtbot: QtBot) -> ProgressPanel:
    panel = ProgressPanel()
    qtbot.addWidget(panel)
    return panel


def test_a_short_run_shows_no_bar(panel: ProgressPanel):
    panel.show_state(READING)
    assert panel.isHidden()
    assert panel._later.isActive()
    panel.show_state(DONE)
    assert not panel._later.isActive()


def test_a_run_that_takes_its_time_shows_how_many_of_how_many(panel: ProgressPanel):
    panel.show_state(READING)
    panel._later.timeout.emit()
    assert not panel.isHidden()
    assert (panel.bar.maximum(), panel._text.text()) == (0, "Syncing…")
    panel.show_state(WRITING)
    assert (panel.bar.value(), panel.bar.maximum()) == (20, 300)
    assert panel._text.text() == "Syncing… 20 of 300"
    panel.show_state(DONE)
    assert panel.isHidden()


def test_counts_that_come_while_it_waits_do_not_put_it_off(panel: ProgressPanel):
    panel.show_state(READING)
    before = panel._later.timerId()
    panel.show_state(WRITING)
    assert panel._later.timerId() == before


def test_the_first_run_shows_it_at_once(qtbot: QtBot):
    panel = ProgressPanel(at_once=True)
    qtbot.addWidget(panel)
    panel.show_state(WRITING)
    assert not panel.isHidden()
