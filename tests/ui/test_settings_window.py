from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from core.errors import (
    AppMisconfigured,
    DeletionsHeld,
    SettingProblem,
    SettingsInvalid,
    SignInFailed,
    SignInNeeded,
    WrongPerson,
)
from core.model import Side
from core.settings import InterfaceLanguage, Settings
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK
from texts import language
from ui.messages import (
    CalendarChoice,
    Calendars,
    Done,
    Failed,
    ListCalendars,
    Overview,
    Save,
    SignIn,
    SignInWaiting,
    SignOut,
)
from ui.settings.form import Field
from ui.settings.window import SettingsWindow

SIGNED_IN = Overview(READY, WEI, WEI_AT_OUTLOOK, has_app_secret=True)
NOBODY = Overview(READY, has_app_secret=True)


class Opened:
    """The window on the (offscreen) screen, and what it has asked the worker for."""

    def __init__(self, window: SettingsWindow) -> None:
        self.window = window
        self.asked: list[object] = []
        window.asked.connect(self.asked.append)

    def button(self, text: str) -> QPushButton:
        return next(
            button
            for button in self.window.findChildren(QPushButton)
            if button.text().replace("&", "") == text and button.isVisible()
        )

    def field(self, name: str) -> QLineEdit:
        return next(field for field in self.window.findChildren(QLineEdit) if field.accessibleName() == name)

    def says(self) -> str:
        return "\n".join(label.text() for label in self.window.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def opened(qtbot: QtBot) -> Opened:
    window = SettingsWindow()
    qtbot.addWidget(window)
    window.show()
    return Opened(window)


def test_before_anything_is_known_nothing_can_be_typed(opened: Opened):
    assert not opened.window.tabs.isEnabled()
    assert "Opening…" in opened.says()


def test_apply_saves_what_was_typed(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.field("App ID").setText("cli_new")
    opened.button("Apply").click()

    expected = replace(READY, feishu=replace(READY.feishu, app_id="cli_new"))
    assert opened.asked == [Save(expected)]
    opened.window.show_done(Done(Save(expected)))
    assert opened.window.isVisible()
    assert "Saved" in opened.says()


def test_ok_closes_only_when_the_worker_has_saved(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.button("OK").click()
    assert opened.window.isVisible()

    [save] = opened.asked
    opened.window.show_done(Done(save))

    assert not opened.window.isVisible()


def test_what_the_file_refuses_keeps_the_window_open_and_stands_at_the_field(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.button("OK").click()
    wrong = SettingProblem("value", "outlook.tenant", "x y", "a domain")
    refused = SettingsInvalid("settings.toml", (wrong,))
    opened.window.show_failed(Failed(opened.asked[0], refused))

    assert opened.window.isVisible()
    assert opened.window.accounts.cards[Side.OUTLOOK].boxes[Field.TENANT].has_problem
    assert "a domain" in opened.field("Tenant").accessibleDescription()


def test_a_wrong_value_is_said_beside_its_field_and_nothing_is_asked(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.window.tabs.setCurrentIndex(2)
    opened.field("Client ID").setText("oops")
    opened.button("Apply").click()

    assert opened.asked == []
    assert opened.window.tabs.currentIndex() == 0, "the page with the problem comes forward"
    assert "⚠ A client ID looks like" in opened.says()


def test_the_secret_is_sent_once_and_shown_only_as_stored(opened: Opened):
    opened.window.show_overview(Overview(Settings()))
    opened.field("App ID").setText("cli_a1")
    opened.field("App Secret").setText("s3cr3t")
    opened.button("Sign in to Feishu…").click()

    [asked] = opened.asked
    assert isinstance(asked, SignIn)
    assert asked.save is not None
    assert (asked.side, asked.save.app_secret) == (Side.FEISHU, "s3cr3t")

    opened.window.show_done(Done(asked))
    opened.window.show_overview(Overview(asked.save.settings, WEI, has_app_secret=True))
    assert opened.field("App Secret").text() == ""
    assert opened.field("App Secret").placeholderText() == "stored"
    assert opened.field("App Secret").echoMode() is QLineEdit.EchoMode.Password


def test_a_sign_in_without_an_app_id_says_what_is_missing(opened: Opened):
    opened.window.show_overview(Overview(Settings()))
    opened.button("Sign in to Feishu…").click()

    assert opened.asked == []
    assert "Enter the App ID" in opened.says()
    assert "Enter the App Secret" in opened.says()


def test_while_the_browser_is_open_the_address_can_be_copied_and_the_sign_in_cancelled(
    opened: Opened, qtbot: QtBot
):
    opened.window.show_overview(NOBODY)
    opened.window.show_waiting(SignInWaiting(Side.FEISHU, "https://accounts.feishu.cn/x?state=1"))

    assert "Waiting for you to sign in" in opened.says()
    assert not opened.button("Sign in to Microsoft…").isEnabled(), "one at a time"
    opened.button("Copy").click()
    assert QApplication.clipboard().text() == "https://accounts.feishu.cn/x?state=1"
    with qtbot.waitSignal(opened.window.sign_in_cancelled):
        opened.button("Cancel sign-in").click()


def test_a_refused_sign_in_is_told_with_its_remedy(opened: Opened):
    opened.window.show_overview(NOBODY)
    wrong = AppMisconfigured(Side.FEISHU, "app_secret", "20002")
    opened.window.show_failed(Failed(SignIn(Side.FEISHU), wrong))

    assert "The App Secret is wrong" in opened.says()
    assert opened.button("Sign in to Feishu…").isEnabled()


def test_a_cancelled_sign_in_is_no_error(opened: Opened):
    opened.window.show_overview(NOBODY)
    opened.window.show_failed(Failed(SignIn(Side.FEISHU), SignInFailed(Side.FEISHU, "cancelled")))

    assert "cancelled" not in opened.says()


def test_who_is_signed_in_is_named_and_can_sign_out(opened: Opened):
    opened.window.show_overview(SIGNED_IN)

    assert "Signed in as 王伟 (wei@example.com)" in opened.says()
    opened.button("Sign out").click()
    assert opened.asked == [SignOut(Side.FEISHU)]


def test_what_a_person_has_begun_to_type_is_not_overwritten(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.field("App ID").setText("cli_half")
    opened.window.show_overview(replace(SIGNED_IN, has_app_secret=False))
    assert opened.field("App ID").text() == "cli_half"


def test_an_edit_of_the_file_reaches_a_window_that_nobody_touched(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    edited = replace(READY, feishu=replace(READY.feishu, app_id="cli_edited"))
    opened.window.show_overview(replace(SIGNED_IN, settings=edited))
    assert opened.field("App ID").text() == "cli_edited"


def test_after_the_second_sign_in_the_calendars_come_forward_and_are_listed(opened: Opened):
    opened.window.show_overview(Overview(READY, WEI))
    opened.window.show_overview(SIGNED_IN)

    assert opened.window.tabs.currentIndex() == 1
    assert opened.asked == [ListCalendars(Side.FEISHU), ListCalendars(Side.OUTLOOK)]


def test_a_listed_calendar_is_chosen_by_name_and_saved_by_id(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    choices = (CalendarChoice("primary", "王伟"), CalendarChoice("feishu.cn_2", "Team"))
    opened.window.show_calendars(Calendars(Side.FEISHU, choices))
    combo = opened.window.calendars.boxes[Field.FEISHU_CALENDAR].control
    assert isinstance(combo, QComboBox)
    assert combo.currentText() == "王伟"
    combo.setCurrentIndex(1)
    opened.button("Apply").click()

    [save] = opened.asked
    assert isinstance(save, Save)
    assert save.settings.pairs[0].feishu_calendar == "feishu.cn_2"


def test_the_calendars_can_not_be_chosen_before_both_have_signed_in(opened: Opened):
    opened.window.show_overview(Overview(Settings(), WEI))
    opened.window.tabs.setCurrentIndex(1)

    assert "Sign in to both accounts first" in opened.says()
    assert not opened.window.calendars.boxes[Field.FEISHU_CALENDAR].control.isEnabled()


def test_held_deletions_are_told_above_everything_with_a_button(opened: Opened):
    opened.window.show_overview(replace(SIGNED_IN, held=("Lunch", "Weekly")))
    opened.window.show_attention((DeletionsHeld("main", 2),))

    assert "2 deletions are held" in opened.says()
    assert opened.button("Delete these 2…").isVisible()


def test_another_person_than_before_can_be_confirmed(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.window.show_attention((WrongPerson(Side.OUTLOOK, "Wei", "Lin"),))

    assert "Another person is signed in" in opened.says()
    assert opened.button("Go on with this account…").isVisible()


def test_a_sign_in_that_the_service_has_ended_can_be_renewed(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.window.show_attention((SignInNeeded(Side.FEISHU, "20037"),))

    assert "The sign-in to Feishu has ended" in opened.says()
    assert opened.button("Sign in to Feishu…").isEnabled()


def test_escape_closes_the_window(opened: Opened, qtbot: QtBot):
    opened.window.show_overview(SIGNED_IN)
    qtbot.keyClick(opened.window, Qt.Key.Key_Escape)
    assert not opened.window.isVisible()


@pytest.mark.parametrize("chosen", [InterfaceLanguage.ENGLISH, InterfaceLanguage.CHINESE])
def test_everything_that_takes_the_keyboard_has_a_name_and_no_mnemonic_is_used_twice(
    qtbot: QtBot, chosen: InterfaceLanguage
):
    language.choose(chosen)
    window = SettingsWindow()
    qtbot.addWidget(window)
    window.show_overview(SIGNED_IN)

    kinds = (QLineEdit, QComboBox, QSpinBox, QPushButton, QToolButton)
    controls = [control for kind in kinds for control in window.findChildren(kind)]
    nameless = [
        control
        for control in controls
        if not control.isHidden()
        and not (control.accessibleName() or getattr(control, "text", lambda: "")())
        and control.objectName() not in {"qt_spinbox_lineedit", "ScrollLeftButton", "ScrollRightButton"}
        and not isinstance(control.parent(), QComboBox)
    ]
    assert nameless == []

    texts = [label.text() for label in window.findChildren(QLabel) if label.buddy()]
    texts += [button.text() for button in window.findChildren(QPushButton)]
    mnemonics = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert sorted(set(mnemonics)) == sorted(mnemonics)


def test_the_title_names_the_window_in_its_language(qtbot: QtBot):
    language.choose(InterfaceLanguage.CHINESE)
    window = SettingsWindow()
    qtbot.addWidget(window)
    assert window.windowTitle() == "设置"


def test_without_a_tray_the_window_has_its_menu_and_says_so(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.window.show_tray_missing(missing=True)
    assert "no place for tray icons" in opened.says()
    assert opened.button("Menu").isVisible()
