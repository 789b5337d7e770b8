"""Every window, in both languages: names for screen readers, one meaning per mnemonic, a way by keyboard."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QSpinBox,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from core.settings import InterfaceLanguage
from tests.ui.test_long_texts import WINDOWS
from texts import language

KINDS = (QLineEdit, QComboBox, QSpinBox, QPlainTextEdit, QAbstractButton, QAbstractItemView)

each_window = pytest.mark.parametrize(
    ("name", "chosen"),
    list(itertools.product(WINDOWS, [InterfaceLanguage.ENGLISH, InterfaceLanguage.CHINESE])),
)


def shown(qtbot: QtBot, name: str, chosen: InterfaceLanguage) -> QDialog:
    language.choose(chosen)
    window = WINDOWS[name]()
    qtbot.addWidget(window)
    window.show()
    QApplication.processEvents()
    return window


def controls(window: QDialog) -> list[QWidget]:
    """What takes the keyboard, without the parts that Qt's own widgets are made of."""
    found = (control for kind in KINDS for control in window.findChildren(kind))
    return [
        control
        for control in found
        if control.isVisible()
        and control.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and not isinstance(control.parent(), QComboBox | QSpinBox | QTabBar | QAbstractItemView)
        and not control.objectName().startswith(("qt_", "Scroll"))
    ]


@each_window
def test_everything_that_takes_the_keyboard_has_a_name(qtbot: QtBot, name: str, chosen: InterfaceLanguage):
    window = shown(qtbot, name, chosen)
    nameless = [
        control
        for control in controls(window)
        if not (control.accessibleName() or (isinstance(control, QAbstractButton) and control.text()))
    ]
    assert nameless == []


@each_window
def test_no_mnemonic_is_used_twice_in_what_is_shown_together(
    qtbot: QtBot, name: str, chosen: InterfaceLanguage
):
    window = shown(qtbot, name, chosen)
    texts = [label.text() for label in window.findChildren(QLabel) if label.buddy() and label.isVisible()]
    texts += [button.text() for button in window.findChildren(QAbstractButton) if button.isVisible()]
    mnemonics = sorted(text[text.index("&") + 1].lower() for text in texts if "&" in text)
    assert mnemonics == sorted(set(mnemonics))


@each_window
def test_the_tab_key_comes_by_every_control(qtbot: QtBot, name: str, chosen: InterfaceLanguage):
    window = shown(qtbot, name, chosen)
    by_tab = Qt.FocusPolicy.TabFocus.value
    unreachable = [control for control in controls(window) if not control.focusPolicy().value & by_tab]
    assert unreachable == []


@each_window
def test_a_bar_that_moves_has_words_beside_it(qtbot: QtBot, name: str, chosen: InterfaceLanguage):
    window = shown(qtbot, name, chosen)
    for bar in window.findChildren(QProgressBar):
        if bar.isVisible():
            parent = bar.parentWidget()
            assert parent is not None
            labels = [label for label in parent.findChildren(QLabel) if label.isVisible() and label.text()]
            assert labels
