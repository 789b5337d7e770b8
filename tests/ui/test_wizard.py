"""Each step of the wizard alone, and the window that leads through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.errors import (
    AppMisconfigured,
    ConsentNeeded,
    SettingProblem,
    SettingsInvalid,
    SignInFailed,
    Unreachable,
    VaultUnavailable,
)
from core.model import Side
from core.old_script import OldScriptRefused
from core.report import PairReport, Result, RunReport
from core.settings import InterfaceLanguage, PairSettings, Privacy, Settings
from tests.ui.fake_installation import READY, WEI, WEI_AT_OUTLOOK, report
from texts.report import State
from ui.intents import (
    ImportOldScript,
    ImportProvision,
    KeepInMemory,
    ListCalendars,
    Pause,
    Preview,
    Save,
    SignIn,
)
from ui.messages import (
    CalendarChoice,
    Calendars,
    Done,
    Failed,
    OldScriptImported,
    Overview,
    Previewed,
    RunEnded,
    SignInWaiting,
)
from ui.tray.state import FOR_EVER, TrayState
from ui.wizard.calendars import CalendarsStep
from ui.wizard.feishu import FeishuStep
from ui.wizard.first_run import FirstRunStep
from ui.wizard.microsoft import MicrosoftStep
from ui.wizard.model import StepName
from ui.wizard.preview import PreviewStep
from ui.wizard.step import Step
from ui.wizard.welcome import WelcomeStep
from ui.wizard.window import Wizard

S = TypeVar("S", bound=Step)
NEW = Overview(Settings())
REGISTERED = Overview(replace(READY, pairs=()), has_app_secret=True)
SIGNED_IN = replace(REGISTERED, feishu=WEI, outlook=WEI_AT_OUTLOOK)


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[type[S], Overview], tuple[S, list[object]]]:
    """A step on the screen, told how things stand, and what it asks for from then on."""

    def show(kind: type[S], overview: Overview) -> tuple[S, list[object]]:
        step = kind()  # type: ignore[call-arg]  # each kind of step has its own texts
        qtbot.addWidget(step)
        step.show_overview(overview)
        asked: list[object] = []
        step.asked.connect(asked.append)
        step.show()
        return step, asked

    return show


def says(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def button(widget: QWidget, text: str) -> QPushButton:
    buttons = (each for each in widget.findChildren(QPushButton) if each.isVisible())
    return next(each for each in buttons if each.text().replace("&", "") == text)


def field(widget: QWidget, name: str) -> QLineEdit:
    return next(line for line in widget.findChildren(QLineEdit) if line.accessibleName() == name)


# --- 1: welcome ---------------------------------------------------------------------------------


def test_the_welcome_says_what_the_program_never_does(shown):
    step, _ = shown(WelcomeStep, NEW)
    assert "Change anything in Feishu" in says(step)
    assert "Write anything before you have seen what" in says(step)


def test_another_language_is_stored_at_once(shown):
    step, asked = shown(WelcomeStep, NEW)
    step.language.setCurrentIndex(2)
    step.language.activated.emit(2)
    assert asked == [Save(replace(Settings(), ui=replace(Settings().ui, language=InterfaceLanguage.CHINESE)))]


# --- 2: Feishu ----------------------------------------------------------------------------------


def test_everything_that_the_console_wants_can_be_copied(shown):
    step, _ = shown(FeishuStep, NEW)
    texts = {line.text() for line in step.card.help.findChildren(QLineEdit)}
    assert texts >= {"http://127.0.0.1:5000/callback", "calendar:calendar:readonly", "offline_access"}
    assert step.card.help.findChildren(QLineEdit)[0].isVisible(), "unfolded for whoever has no app yet"


def test_whoever_has_an_app_already_is_not_told_how_to_make_one(shown):
    step, _ = shown(FeishuStep, REGISTERED)
    assert not step.card.help.findChildren(QLineEdit)[0].isVisible()
    assert field(step, "App Secret").placeholderText() == "stored"


def test_signing_in_stores_what_was_typed_first(shown):
    step, asked = shown(FeishuStep, NEW)
    field(step, "App ID").setText("cli_a1")
    field(step, "App Secret").setText("s3cr3t")
    button(step, "Sign in to Feishu…").click()
    feishu = replace(Settings().feishu, app_id="cli_a1")
    secrets = (("feishu.app_secret", "s3cr3t"),)
    assert asked == [SignIn(Side.FEISHU, Save(replace(Settings(), feishu=feishu), secrets))]


def test_where_no_redirect_url_can_be_registered_a_code_does(shown):
    step, asked = shown(FeishuStep, REGISTERED)
    assert "Sign in with a code instead" in says(step)
    step.card._by_code.linkActivated.emit("code")
    [sign_in] = asked
    assert isinstance(sign_in, SignIn)
    assert sign_in.with_code
    step.hear(SignInWaiting(Side.FEISHU, "https://accounts.feishu.cn/x?user_code=1234-5678", "1234-5678"))
    assert field(step, "Code").text() == "1234-5678"


def test_only_who_is_signed_in_may_go_on(shown):
    step, _ = shown(FeishuStep, REGISTERED)
    assert not step.may_go_on()
    step.show_overview(replace(REGISTERED, feishu=WEI))
    assert step.may_go_on()


def test_a_refused_sign_in_says_what_to_change_and_where(shown, qtbot: QtBot):
    step, _ = shown(FeishuStep, REGISTERED)
    step.hear(SignInWaiting(Side.FEISHU, "https://accounts.feishu.cn/x"))
    step.hear(Failed(SignIn(Side.FEISHU), AppMisconfigured(Side.FEISHU, "redirect", "20029")))
    assert "add the redirect URLs" in says(step)
    with qtbot.waitSignal(step.link_opened) as link:
        button(step, "Open the console page").click()
    assert link.args == ["https://open.feishu.cn/app/cli_a1b2c3d4e5/safe"]


def test_without_a_keyring_the_person_may_go_on_and_sign_in_again(shown):
    step, asked = shown(FeishuStep, REGISTERED)
    step.hear(Failed(SignIn(Side.FEISHU), VaultUnavailable("none")))
    assert "no keyring that is running" in says(step)
    button(step, "Go on without a keyring").click()
    assert asked == [KeepInMemory()]
    assert "no keyring" not in says(step)


def test_a_cancelled_sign_in_can_be_tried_again(shown):
    step, _ = shown(FeishuStep, REGISTERED)
    step.hear(SignInWaiting(Side.FEISHU, "https://accounts.feishu.cn/x"))
    step.hear(Failed(SignIn(Side.FEISHU), SignInFailed(Side.FEISHU, "cancelled")))
    assert button(step, "Sign in to Feishu…").isEnabled()


def test_the_old_scripts_file_is_taken_over_and_says_how_to_delete_it(
    shown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    step, asked = shown(FeishuStep, NEW)
    file = tmp_path / "tokens.yaml"
    monkeypatch.setattr(step.imports, "_ask", lambda _title, _kinds: file)
    button(step, "I used the script before…").click()
    assert asked == [ImportOldScript(file)]

    step.hear(OldScriptImported(file, ("feishu.app_id",), (), (), has_tokens=True))
    assert "feishu.app_id" in says(step)
    assert f"rm -- {file}" in says(step)
    step.show_overview(replace(REGISTERED, has_app_secret=True))
    assert field(step, "App ID").text() == "cli_a1b2c3d4e5"


def test_what_the_file_would_replace_is_asked_about(shown):
    step, asked = shown(FeishuStep, REGISTERED)
    step.hear(OldScriptImported(Path("t.yaml"), (), (), ("feishu.app_id",), has_tokens=False))
    button(step, "Replace them by the file’s").click()
    assert asked == [ImportOldScript(Path("t.yaml"), may_replace=True)]


def test_a_file_that_is_none_of_the_scripts_is_refused_in_words(shown):
    step, _ = shown(FeishuStep, NEW)
    step.hear(Failed(ImportOldScript(Path("x.yaml")), OldScriptRefused("nothing")))
    assert "No app id and no secret was found" in says(step)


def test_a_companys_file_is_taken_over(shown, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    step, asked = shown(FeishuStep, NEW)
    file = tmp_path / "provision.toml"
    monkeypatch.setattr(step.imports, "_ask", lambda _title, _kinds: file)
    button(step, "I have a file from my company…").click()
    assert asked == [ImportProvision(file)]
    step.hear(Done(ImportProvision(file)))
    assert "taken over" in says(step)
    wrong = SettingsInvalid(str(file), (SettingProblem("unknown key", "feishu.app_secret"),))
    step.hear(Failed(ImportProvision(file), wrong))
    assert "there is no setting “feishu.app_secret”" in says(step)


# --- 3: Microsoft -------------------------------------------------------------------------------


def test_the_link_for_the_administrator_is_ready_to_be_sent(shown):
    step, _ = shown(MicrosoftStep, REGISTERED)
    assert step.consent.line.text().startswith("https://login.microsoftonline.com/common/v2.0/adminconsent?")
    step.show_overview(SIGNED_IN)
    assert not step.consent.isVisible(), "of no use to whoever has got in"


def test_a_refusal_that_only_an_administrator_can_lift_shows_its_link(shown):
    step, _ = shown(MicrosoftStep, REGISTERED)
    refused = ConsentNeeded(
        Side.OUTLOOK, ("Calendars.ReadWrite",), by_admin=True, link="https://login.example/a"
    )
    step.hear(Failed(SignIn(Side.OUTLOOK), refused))
    assert "administrator" in says(step)
    assert step.consent.line.text() == "https://login.example/a"


def test_a_client_secret_is_optional_and_never_shown(shown):
    step, asked = shown(MicrosoftStep, REGISTERED)
    secret = field(step, "Client secret")
    assert secret.echoMode() is QLineEdit.EchoMode.Password
    secret.setText("s3cr3t")
    button(step, "Sign in to Microsoft…").click()
    [sign_in] = asked
    assert isinstance(sign_in, SignIn)
    assert sign_in.save is not None
    assert sign_in.save.secrets == (("outlook.client_secret", "s3cr3t"),)


# --- 4: calendars -------------------------------------------------------------------------------


def test_the_primary_calendar_into_a_new_one_is_proposed(shown):
    step, asked = shown(CalendarsStep, SIGNED_IN)
    step.enter()
    assert asked == [ListCalendars(Side.FEISHU), ListCalendars(Side.OUTLOOK)]
    assert step.pair() == PairSettings("main")
    step.hear(
        Calendars(Side.FEISHU, (CalendarChoice("primary", "王伟"), CalendarChoice("feishu.cn_2", "Team")))
    )
    assert step.combos[Side.FEISHU].currentText() == "王伟"


def test_the_choice_is_stored_behind_a_pause_so_that_nothing_is_written_before_start(shown):
    step, asked = shown(CalendarsStep, SIGNED_IN)
    step.privacy.setCurrentIndex(2)
    assert step.leave()
    pair = PairSettings("main", privacy=Privacy.BUSY)
    assert asked == [Pause(FOR_EVER), Save(replace(SIGNED_IN.settings, pairs=(pair,)))]


def test_without_a_calendar_it_goes_not_on(shown):
    step, asked = shown(CalendarsStep, SIGNED_IN)
    step.combos[Side.OUTLOOK].setEditText(" ")
    assert not step.leave()
    assert step.boxes["outlook_calendar"].has_problem
    assert asked == []


def test_calendars_that_can_not_be_listed_say_why_and_can_still_be_typed(shown):
    step, _ = shown(CalendarsStep, SIGNED_IN)
    step.hear(Failed(ListCalendars(Side.FEISHU), Unreachable(Side.FEISHU, "dns", "open.feishu.cn")))
    assert "Feishu can’t be found" in step.status.text()
    assert step.combos[Side.FEISHU].isEnabled()


# --- 5: preview ---------------------------------------------------------------------------------


def test_start_waits_for_the_preview(shown):
    step, asked = shown(PreviewStep, SIGNED_IN)
    step.enter()
    assert asked == [Preview()]
    assert not step.may_go_on()
    step.hear(Previewed(report(created=3)))
    assert step.may_go_on()
    assert "3 added" in says(step)
    assert step.go_on_text() == "&Start"


def test_start_resumes(shown):
    step, asked = shown(PreviewStep, SIGNED_IN)
    assert step.leave()
    assert asked == [Pause(None)]


def test_a_preview_that_could_not_look_says_why_and_can_look_again(shown):
    step, asked = shown(PreviewStep, SIGNED_IN)
    step.enter()
    now = datetime.now(UTC)
    problem = Unreachable(Side.OUTLOOK, "dns", "graph.microsoft.com")
    step.hear(Previewed(RunReport(Result.UNREACHABLE, now, now, problems=(problem,))))
    assert not step.may_go_on()
    assert "can’t be found" in says(step)
    step.again.click()
    assert asked == [Preview(), Preview()]


# --- 6: first run -------------------------------------------------------------------------------


def test_the_first_run_shows_how_far_it_is_at_once(shown):
    step, _ = shown(FirstRunStep, SIGNED_IN)
    step.hear(TrayState(State.SYNCING, done=40, total=120))
    assert "40 of 120" in says(step)
    assert (step.progress.bar.value(), step.progress.bar.maximum()) == (40, 120)


def test_the_end_says_what_was_done_and_leads_to_the_calendar(shown):
    step, _ = shown(FirstRunStep, SIGNED_IN)
    step.hear(TrayState(State.SYNCING))
    step.hear(TrayState(State.UP_TO_DATE))
    step.hear(RunEnded(report(created=3)))
    assert "Done: 3 added" in says(step)
    assert step.calendar.isVisible()
    assert not step.progress.isVisible()


def test_a_first_run_that_failed_says_why(shown):
    step, _ = shown(FirstRunStep, SIGNED_IN)
    problem = Unreachable(Side.OUTLOOK, "dns", "graph.microsoft.com")
    now = datetime.now(UTC)
    step.hear(RunEnded(RunReport(Result.UNREACHABLE, now, now, (PairReport("main"),), problems=(problem,))))
    assert "can’t be found" in says(step)
    assert not step.calendar.isVisible()


def test_starting_at_login_is_offered_at_the_end(shown):
    step, asked = shown(FirstRunStep, SIGNED_IN)
    assert asked == [], "showing it asks for nothing"
    step.at_login.click()
    settings = SIGNED_IN.settings
    assert asked == [Save(replace(settings, ui=replace(settings.ui, start_at_login=True)))]


# --- the window ---------------------------------------------------------------------------------


@pytest.fixture
def wizard(qtbot: QtBot) -> Wizard:
    window = Wizard()
    qtbot.addWidget(window)
    window.show()
    return window


def test_the_steps_follow_one_another_and_can_be_gone_back(wizard: Wizard):
    wizard.hear(NEW)
    button(wizard, "Next").click()
    assert wizard.at is StepName.FEISHU
    assert not button(wizard, "Next").isEnabled()
    wizard.hear(replace(REGISTERED, feishu=WEI))
    button(wizard, "Next").click()
    assert wizard.at is StepName.MICROSOFT
    button(wizard, "Back").click()
    assert wizard.at is StepName.FEISHU


def test_the_return_key_signs_in_first_and_leads_on_then(wizard: Wizard):
    wizard.hear(REGISTERED)
    assert button(wizard, "Sign in to Feishu…").isDefault()
    wizard.hear(replace(REGISTERED, feishu=WEI))
    assert button(wizard, "Next").isDefault()


def test_the_whole_way_from_calendars_to_the_end(wizard: Wizard):
    asked: list[object] = []
    wizard.asked.connect(asked.append)
    wizard.hear(SIGNED_IN)
    assert wizard.at is StepName.CALENDARS
    button(wizard, "Next").click()
    assert [type(each) for each in asked] == [ListCalendars, ListCalendars, Pause, Save, Preview]
    wizard.hear(replace(SIGNED_IN, settings=READY, paused_until=FOR_EVER))
    wizard.hear(Previewed(report(created=1)))
    button(wizard, "Start").click()
    assert asked[-1] == Pause(None)
    assert wizard.at is StepName.FIRST_RUN
    wizard.hear(RunEnded(report(created=1)))
    button(wizard, "Finish").click()
    assert not wizard.isVisible()


def test_it_can_be_left_and_opens_where_it_was_left(wizard: Wizard, qtbot: QtBot):
    wizard.hear(NEW)
    button(wizard, "Continue later").click()
    assert not wizard.isVisible()

    again = Wizard()
    qtbot.addWidget(again)
    again.hear(replace(REGISTERED, feishu=WEI))
    assert again.at is StepName.MICROSOFT


def test_a_sign_in_from_the_tray_begins_at_its_step(wizard: Wizard):
    asked: list[object] = []
    wizard.asked.connect(asked.append)
    wizard.hear(REGISTERED)
    wizard.sign_in(Side.OUTLOOK)
    assert wizard.at is StepName.MICROSOFT
    assert isinstance(asked[-1], SignIn)
