from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from core.model import Side
from core.settings import Existing, LocalChanges, PairSettings, Privacy, Settings, TextLanguage
from tests.ui.fake_installation import READY
from ui.messages import CalendarChoice
from ui.settings.form import Choices
from ui.settings.pair_dialog import PairDialog

CHOICES: dict[Side, Choices] = {
    Side.FEISHU: (CalendarChoice("primary", "王伟"), CalendarChoice("feishu.cn_2", "Team")),
    Side.OUTLOOK: (CalendarChoice("AAA=", "Calendar"),),
}
FULL = PairSettings(
    "work",
    "feishu.cn_2",
    "AAA=",
    Privacy.BUSY,
    TextLanguage.CHINESE,
    "[F] ",
    include_declined=True,
    include_all_day=False,
    include_free=False,
    title_exclude=("^Lunch$", "Birthday"),
    existing=Existing.ADOPT,
    local_changes=LocalChanges.KEEP,
    reminders=15,
    category="",
)


@pytest.mark.parametrize("pair", [PairSettings("main"), FULL, replace(FULL, reminders=100_000)])
def test_a_pair_that_nobody_touched_comes_back_as_it_was(qtbot: QtBot, pair: PairSettings):
    dialog = PairDialog(Settings(), pair, CHOICES)
    qtbot.addWidget(dialog)
    assert dialog.pair() == pair


def test_a_calendar_is_chosen_by_its_name(qtbot: QtBot):
    dialog = PairDialog(Settings(), PairSettings("main"), CHOICES)
    qtbot.addWidget(dialog)
    dialog._combos[Side.FEISHU].setCurrentIndex(1)
    dialog._combos[Side.OUTLOOK].setEditText("A new one")
    assert dialog.pair() == PairSettings("main", "feishu.cn_2", "A new one")


def test_what_is_wrong_is_said_beside_its_field_on_the_page_that_has_it(qtbot: QtBot):
    dialog = PairDialog(Settings(), PairSettings("main"), CHOICES)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog._exclude.setPlainText("[")
    dialog.accept()
    assert dialog.isVisible()
    assert dialog.tabs.currentIndex() == 1
    assert dialog.boxes["title_exclude"].has_problem
    dialog._exclude.setPlainText("^Lunch")
    assert not dialog.boxes["title_exclude"].has_problem
    dialog.accept()
    assert not dialog.isVisible()


def test_the_calendars_of_another_pair_are_refused(qtbot: QtBot):
    dialog = PairDialog(READY, replace(READY.pairs[0], id="other"), CHOICES)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.accept()
    assert dialog.boxes["outlook_calendar"].has_problem
