from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from core.errors import (
    AppMisconfigured,
    DeletionsHeld,
    SettingProblem,
    SettingsInvalid,
    SignInFailed,
    SignInNeeded,
    Unreachable,
    VaultUnavailable,
    WrongPerson,
)
from core.model import Side
from core.settings import InterfaceLanguage, Settings
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK
from texts import language
from ui.accounts.form import TENANT
from ui.intents import (
    ForgetEverything,
    ListCalendars,
    RemovePair,
    Save,
    SignIn,
    SignOut,
    TryConnection,
)
from ui.messages import CalendarChoice, Calendars, ConnectionTried, Done, Failed, Overview, SignInWaiting
from ui.settings import advanced as advanced_module
from ui.settings import calendars as calendars_module
from ui.settings.sync import INTERVAL as SYNC_INTERVAL
from ui.settings.window import SettingsWindow
from ui.tray.state import Key

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
    assert opened.window.accounts.sign_ins.cards[Side.OUTLOOK].boxes[TENANT].has_problem
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
    assert (asked.side, asked.save.secrets) == (Side.FEISHU, (("feishu.app_secret", "s3cr3t"),))

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
    opened.window.hear(SignInWaiting(Side.FEISHU, "https://accounts.feishu.cn/x?state=1"))

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


def texts(opened: Opened, row: int) -> list[str]:
    table = opened.window.calendars.table
    return [item.text() for column in range(4) if (item := table.item(row, column))]


def test_each_pair_is_listed_by_the_names_of_its_calendars(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    assert texts(opened, 0) == ["My calendar", "Feishu", "everything", "on"]
    opened.window.hear(Calendars(Side.FEISHU, (CalendarChoice("primary", "王伟"),)))
    assert texts(opened, 0)[0] == "王伟"


def test_a_pair_whose_copies_were_removed_says_that_it_is_off(opened: Opened):
    opened.window.show_overview(replace(SIGNED_IN, pairs_off=("main",)))
    assert texts(opened, 0)[3] == "off: its copies were removed"


def test_the_calendars_can_not_be_chosen_before_both_have_signed_in(opened: Opened):
    opened.window.show_overview(Overview(Settings(), WEI))
    opened.window.tabs.setCurrentIndex(1)

    assert "Sign in to both accounts first" in opened.says()
    assert not opened.button("Add…").isEnabled()


def test_removing_a_pair_asks_what_becomes_of_its_copies(opened: Opened, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calendars_module, "also_remove_copies", lambda _parent: True)
    opened.window.show_overview(SIGNED_IN)
    opened.window.tabs.setCurrentIndex(1)
    opened.asked.clear()
    opened.button("Remove…").click()
    assert opened.asked == [RemovePair("main", with_copies=True)]
    assert opened.window.calendars.table.rowCount() == 0


def test_a_pair_stays_when_the_question_is_cancelled(opened: Opened, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calendars_module, "also_remove_copies", lambda _parent: None)
    opened.window.show_overview(SIGNED_IN)
    opened.window.tabs.setCurrentIndex(1)
    opened.asked.clear()
    opened.button("Remove…").click()
    assert opened.asked == []
    assert opened.window.calendars.table.rowCount() == 1


def test_before_everything_is_forgotten_it_is_said_what_goes_and_what_stays(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
):
    said: list[str] = []
    monkeypatch.setattr(advanced_module, "agrees", lambda _parent, *texts: said.extend(texts) or True)
    opened.window.show_overview(SIGNED_IN)
    opened.window.tabs.setCurrentIndex(5)
    opened.button("Forget everything on this computer…").click()
    assert opened.asked[-1] == ForgetEverything()
    assert "What goes: both sign-ins" in said[1]
    assert "What stays: Feishu as it is, and every copy in Outlook" in said[1]
    assert not opened.window.advanced.forget.isEnabled()

    opened.window.hear(Failed(ForgetEverything(), VaultUnavailable("locked")))
    assert opened.window.advanced.forget.isEnabled(), "a second press goes on from there"
    assert "keyring" in opened.says()


def test_everything_on_every_page_is_saved_together(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    window = opened.window
    for box, value in ((SYNC_INTERVAL, 15), ("sync.past_days", 7), ("sync.max_deletions", 30)):
        control = window._boxes[box].control
        assert isinstance(control, QSpinBox)
        control.setValue(value)
    opened.field("Proxy").setText("none")
    opened.button("Apply").click()

    [save] = opened.asked
    assert isinstance(save, Save)
    assert save.settings.sync == replace(READY.sync, interval_minutes=15, past_days=7, max_deletions="30%")
    assert save.settings.network.proxy == "none"


def test_a_problem_is_gone_from_beside_its_field_when_the_field_is_changed(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.field("Proxy").setText("socks")
    opened.button("Apply").click()
    box = opened.window._boxes["network.proxy"]
    assert box.has_problem
    assert opened.window.tabs.currentIndex() == 4
    opened.field("Proxy").setText("none")
    assert not box.has_problem


def test_the_estimate_follows_the_interval_that_is_being_typed(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.window.tabs.setCurrentIndex(2)
    assert "8,640" in opened.says()
    control = opened.window._boxes[SYNC_INTERVAL].control
    assert isinstance(control, QSpinBox)
    control.setValue(60)
    assert "About 720 Feishu calls" in opened.says()


def test_a_connection_is_tested_and_says_what_it_found(opened: Opened):
    opened.window.show_overview(SIGNED_IN)
    opened.button("Test connection").click()
    assert opened.asked == [TryConnection(Side.FEISHU)]
    opened.window.hear(ConnectionTried(Side.FEISHU, 3))
    assert "3 calendars found" in opened.says()
    opened.window.hear(Failed(TryConnection(Side.FEISHU), Unreachable(Side.FEISHU, "dns", "open.feishu.cn")))
    assert "Feishu can’t be found" in opened.says()


def test_a_wrong_registration_has_a_button_to_the_page_where_it_is_corrected(opened: Opened, qtbot: QtBot):
    opened.window.show_overview(NOBODY)
    error = AppMisconfigured(Side.FEISHU, "redirect", "20029")
    opened.window.show_failed(Failed(SignIn(Side.FEISHU), error))
    with qtbot.waitSignal(opened.window.link_opened) as link:
        opened.button("Open the console page").click()
    assert link.args == ["https://open.feishu.cn/app/cli_a1b2c3d4e5/safe"]


def test_a_code_or_an_address_to_paste_is_shown_only_where_the_sign_in_wants_one(
    opened: Opened, qtbot: QtBot
):
    opened.window.show_overview(NOBODY)
    opened.window.hear(SignInWaiting(Side.OUTLOOK, "https://login.example/x"))
    assert "Type this code" not in opened.says()
    opened.window.hear(
        SignInWaiting(Side.OUTLOOK, "https://login.example/x", "ABCD-EFGH", wants_address=True)
    )
    assert "Type this code" in opened.says()
    lines = opened.window.accounts.sign_ins.cards[Side.OUTLOOK].findChildren(QLineEdit)
    by_name = {line.accessibleName(): line for line in lines}
    assert by_name["Code"].text() == "ABCD-EFGH"
    pasted = by_name["Address of the last page"]
    pasted.setText("https://login.example/")
    assert "has “code=” in it" in opened.says()
    with qtbot.waitSignal(opened.window.address_pasted) as address:
        pasted.setText(" https://login.example/nativeclient?code=1&state=2 ")
    assert address.args == ["https://login.example/nativeclient?code=1&state=2"]


def test_held_deletions_are_told_above_everything_and_lead_to_their_list(opened: Opened, qtbot: QtBot):
    opened.window.show_overview(SIGNED_IN)
    opened.window.show_attention((DeletionsHeld("main", 2),))

    assert "2 deletions are held" in opened.says()
    with qtbot.waitSignal(opened.window.menu_chosen) as chosen:
        opened.button("See what is held…").click()
    assert chosen.args == [Key.HELD]


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

    for index in range(window.tabs.count()):
        page = window.tabs.widget(index)
        assert page is not None
        texts = [label.text() for label in page.findChildren(QLabel) if label.buddy()]
        texts += [button.text() for button in page.findChildren(QAbstractButton)]
        mnemonics = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
        assert sorted(set(mnemonics)) == sorted(mnemonics), window.tabs.tabText(index)


def test_the_title_names_the_window_in_its_language(qtbot: QtBot):
    language.choose(InterfaceLanguage.CHINESE)
    window = SettingsWindow()
    qtbot.addWidget(window)
    assert window.windowTitle() == "设置"
