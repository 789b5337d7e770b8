"""Pseudo-translation: every sentence half as long again. Nothing is cut off, no window gets too wide."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from core.errors import AppMisconfigured, DeletionsHeld
from core.model import Side
from core.reasons import Code, because
from core.settings import PairSettings, Settings
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK, report
from texts import language
from texts.report import State
from ui.activity.window import ActivityWindow
from ui.help import AboutWindow
from ui.intents import SignIn
from ui.messages import (
    Failed,
    HeldCopy,
    History,
    Notice,
    OldScriptImported,
    Overview,
    Previewed,
    RunEnded,
    SignInWaiting,
)
from ui.preview.window import PreviewWindow
from ui.settings.pair_dialog import PairDialog
from ui.settings.window import SettingsWindow
from ui.tray.state import TrayState
from ui.wizard.model import StepName
from ui.wizard.window import Wizard

HELD = (HeldCopy("main", "Lunch", "2026-12-01", because(Code.EMPTY_LISTING)),)
EVERYTHING = Overview(READY, WEI, WEI_AT_OUTLOOK, has_app_secret=True, held=HELD, has_run=True)
SIGNED_OUT = Overview(READY, has_app_secret=True)


class Longer(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"{message} {'äöü wide ' * (1 + len(message) // 18)}".rstrip()

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.fixture(autouse=True)
def long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_catalogue", Longer())


def settings(index: int, *notices: Notice) -> Callable[[], QDialog]:
    def make() -> QDialog:
        window = SettingsWindow()
        for notice in notices:
            window.hear(notice)
        window.tabs.setCurrentIndex(index)
        return window

    return make


def activity(index: int) -> Callable[[], QDialog]:
    def make() -> QDialog:
        window = ActivityWindow()
        window.show_tray_missing(missing=True)
        for notice in (
            replace(EVERYTHING, has_run=False),
            TrayState(State.SYNCING, done=1, total=2, problems=(DeletionsHeld("main", 2),)),
            History((report(created=1),)),
        ):
            window.hear(notice)
        window.tabs.setCurrentIndex(index)
        return window

    return make


def wizard(step: StepName) -> Callable[[], QDialog]:
    def make() -> QDialog:
        from pathlib import Path

        window = Wizard(step)
        window.hear(Overview(Settings()) if step < StepName.CALENDARS else EVERYTHING)
        window.hear(OldScriptImported(Path("tokens.yaml"), ("feishu.app_id",), (), ("outlook.tenant",), True))
        window.hear(Failed(SignIn(Side.FEISHU), AppMisconfigured(Side.FEISHU, "redirect", "20029")))
        window.hear(Previewed(report(created=2)))
        window.hear(RunEnded(report(created=2)))
        return window

    return make


def pair(index: int) -> Callable[[], QDialog]:
    def make() -> QDialog:
        dialog = PairDialog(READY, PairSettings("new"), dict.fromkeys(Side, ()))
        dialog.accept()
        dialog.tabs.setCurrentIndex(index)
        return dialog

    return make


def preview() -> QDialog:
    window = PreviewWindow()
    window.hear(Previewed(report(created=2)))
    return window


REFUSED = Failed(SignIn(Side.FEISHU), AppMisconfigured(Side.FEISHU, "redirect", "20029"))
WAITING = SignInWaiting(Side.OUTLOOK, "https://login.example/x", "ABCD-EFGH", wants_address=True)
WINDOWS: dict[str, Callable[[], QDialog]] = {
    **{f"settings {index}": settings(index, EVERYTHING) for index in range(6)},
    "settings refused": settings(0, SIGNED_OUT, REFUSED),
    "settings waiting": settings(0, SIGNED_OUT, WAITING),
    **{f"activity {index}": activity(index) for index in range(4)},
    **{f"wizard {step.name.lower()}": wizard(step) for step in StepName},
    "pair 0": pair(0),
    "pair 1": pair(1),
    "preview": preview,
    "about": AboutWindow,
}


@pytest.mark.parametrize("name", WINDOWS)
def test_long_texts_are_not_cut_off(qtbot: QtBot, name: str):
    window = WINDOWS[name]()
    qtbot.addWidget(window)
    window.show()
    QApplication.processEvents()
    assert clipped(window) == []
    assert window.minimumSizeHint().width() <= 1000, "it would not fit a small screen"


def clipped(window: QWidget) -> list[str]:
    labels = [label for label in window.findChildren(QLabel) if label.isVisible()]
    buttons = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
    return [
        *(label.text() for label in labels if label.text() and not _fits(label)),
        *(
            button.text()
            for button in buttons
            if button.text() and button.width() < button.minimumSizeHint().width()
        ),
    ]


def _fits(label: QLabel) -> bool:
    if not label.wordWrap():
        return label.width() >= label.minimumSizeHint().width()
    if label.textFormat() is Qt.TextFormat.RichText or "<" in label.text():
        return label.height() >= label.heightForWidth(label.width())
    inside = label.contentsRect()
    flags = Qt.TextFlag.TextWordWrap
    needed = label.fontMetrics().boundingRect(inside, flags, label.text())
    return needed.height() <= inside.height() + 1
