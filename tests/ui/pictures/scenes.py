"""Every window, step, page and question of the program, as a person meets it. By name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.errors import (
    CalendarGone,
    SettingProblem,
    SettingsInvalid,
    Unreachable,
    VaultUnavailable,
    WrongPerson,
)
from core.model import Side
from core.settings import OutlookSettings, PairSettings, Redirect
from tests.ui.fake_installation import READY
from tests.ui.pictures import content as shown
from texts.report import State
from ui.activity.held import agrees as delete_these
from ui.activity.window import ActivityWindow
from ui.help import AboutWindow, GuideWindow
from ui.intents import Preview, Save, SignIn
from ui.link_window import LinkWindow
from ui.messages import (
    ConnectionTried,
    Failed,
    Notice,
    OldScriptImported,
    Overview,
    Previewed,
    Restored,
    RunEnded,
)
from ui.preview.window import PreviewWindow
from ui.settings.advanced import AdvancedPage
from ui.settings.calendars import also_remove_copies
from ui.settings.confirmation import agrees as mirror_this_person
from ui.settings.pair_dialog import PairDialog
from ui.settings.window import SettingsWindow
from ui.tray.state import TrayState
from ui.windows import Listener
from ui.wizard.model import StepName
from ui.wizard.window import Wizard

Scene = Callable[[], QWidget]
Question = Callable[[QWidget], object]
"""Opens a modal box over the given window."""
Told = Notice | Callable[[], Notice]
"""A notice with words of a person is made when the language is known."""


def wizard(step: StepName, overview: Overview, *notices: Told) -> Scene:
    def make() -> QWidget:
        window = Wizard(step)
        _tell(window, overview, *notices)
        return window

    return make


def settings(page: int, overview: Told, *notices: Told) -> Scene:
    def make() -> QWidget:
        window = SettingsWindow()
        _tell(window, overview, *notices, *shown.calendars())
        window.tabs.setCurrentIndex(page)
        window.status.setText("")
        return window

    return make


def activity(page: int, *notices: Told, missing_tray: bool = False) -> Scene:
    def make() -> QWidget:
        window = ActivityWindow()
        window.show_tray_missing(missing=missing_tray)
        _tell(window, *notices)
        window.tabs.setCurrentIndex(page)
        return window

    return make


def pair(page: int, chosen: PairSettings, *, refused: bool = False) -> Scene:
    def make() -> QWidget:
        choices = {each.side: each.choices for each in shown.calendars()}
        dialog = PairDialog(shown.at_work().settings, chosen, choices)
        if refused:
            dialog.accept()
        dialog.tabs.setCurrentIndex(page)
        return dialog

    return make


def preview(*notices: Told) -> Scene:
    def make() -> QWidget:
        window = PreviewWindow()
        _tell(window, *notices)
        return window

    return make


def _press(button: str) -> None:
    page = AdvancedPage()
    getattr(page, button).click()


def _tell(window: Listener, *notices: Told) -> None:
    for notice in notices:
        window.hear(notice() if callable(notice) else notice)


NATIVE = replace(
    shown.FEISHU_DONE,
    settings=replace(
        READY, outlook=OutlookSettings(client_id=READY.outlook.client_id, redirect=Redirect.NATIVECLIENT)
    ),
)
IMPORTED = OldScriptImported(
    Path("/home/wei/sync/tokens.yaml"), ("feishu.app_id", "feishu.app_secret"), (), ("outlook.tenant",), True
)
WRONG_PROXY = SettingsInvalid(
    "settings.toml", (SettingProblem("value", "network.proxy", "proxy:8080", "http://host:port"),)
)
HISTORY = (shown.at_work, shown.history, shown.deleted, shown.let_go)

SCENES: dict[str, Scene] = {
    "wizard-welcome": wizard(StepName.WELCOME, shown.NEW),
    "wizard-feishu": wizard(StepName.FEISHU, shown.NEW),
    "wizard-feishu-imported": wizard(StepName.FEISHU, shown.REGISTERED, IMPORTED),
    "wizard-feishu-waiting": wizard(StepName.FEISHU, shown.REGISTERED, shown.WAITING),
    "wizard-feishu-code": wizard(StepName.FEISHU, shown.REGISTERED, shown.DEVICE),
    "wizard-feishu-refused": wizard(
        StepName.FEISHU, shown.REGISTERED, Failed(SignIn(Side.FEISHU), shown.WRONG_REDIRECT)
    ),
    "wizard-feishu-done": wizard(StepName.FEISHU, shown.FEISHU_DONE),
    "wizard-microsoft": wizard(StepName.MICROSOFT, shown.FEISHU_DONE),
    "wizard-microsoft-new": wizard(
        StepName.MICROSOFT, replace(shown.FEISHU_DONE, settings=replace(READY, outlook=OutlookSettings()))
    ),
    "wizard-microsoft-admin": wizard(
        StepName.MICROSOFT, shown.FEISHU_DONE, Failed(SignIn(Side.OUTLOOK), shown.ADMIN)
    ),
    "wizard-microsoft-paste": wizard(StepName.MICROSOFT, NATIVE, shown.PASTING),
    "wizard-calendars": wizard(
        StepName.CALENDARS, shown.BOTH_DONE, lambda: shown.calendars()[0], lambda: shown.calendars()[1]
    ),
    "wizard-preview-waiting": wizard(StepName.PREVIEW, shown.BEFORE_START),
    "wizard-preview": wizard(StepName.PREVIEW, shown.BEFORE_START, lambda: Previewed(shown.first_preview())),
    "wizard-preview-offline": wizard(
        StepName.PREVIEW,
        shown.BEFORE_START,
        Failed(Preview(), Unreachable(Side.FEISHU, "dns", "open.feishu.cn")),
    ),
    "wizard-first-run": wizard(StepName.FIRST_RUN, shown.BEFORE_START, shown.SYNCING),
    "wizard-first-run-done": wizard(
        StepName.FIRST_RUN, shown.BEFORE_START, lambda: RunEnded(shown.first_preview()), shown.up_to_date
    ),
    "settings-accounts": settings(0, shown.at_work),
    "settings-accounts-empty": settings(0, shown.NEW),
    "settings-accounts-tested": settings(0, shown.at_work, ConnectionTried(Side.FEISHU, 4)),
    "settings-accounts-waiting": settings(0, shown.REGISTERED, shown.WAITING),
    "settings-calendars": settings(1, shown.at_work),
    "settings-calendars-empty": settings(1, shown.NEW),
    "settings-sync": settings(2, shown.at_work),
    "settings-notifications": settings(3, shown.at_work),
    "settings-general": settings(4, shown.at_work),
    "settings-general-refused": settings(4, shown.at_work, Failed(Save(READY), WRONG_PROXY)),
    "settings-advanced": settings(5, shown.at_work),
    "settings-held": settings(
        1,
        shown.at_work,
        TrayState(State.NEEDS_YOU, problems=(CalendarGone(Side.OUTLOOK, "Feishu", "deleted", "main"),)),
    ),
    "pair-calendars": pair(0, READY.pairs[0]),
    "pair-refused": pair(0, PairSettings("new", feishu_calendar="", outlook_calendar=""), refused=True),
    "pair-privacy": pair(1, PairSettings("aurora", title_exclude=("^Lunch", "瑜伽"), title_prefix="[飞书] ")),
    "activity": activity(0, shown.up_to_date, *HISTORY),
    "activity-empty": activity(0, lambda: replace(shown.up_to_date(), last=None, skipped=0, failed=0)),
    "activity-syncing": activity(0, shown.BEFORE_START, shown.SYNCING, shown.history),
    "activity-no-tray": activity(0, shown.up_to_date, *HISTORY, missing_tray=True),
    "activity-keyring": activity(
        0, lambda: TrayState(State.NEEDS_YOU, problems=(VaultUnavailable("none"),)), shown.history
    ),
    "activity-held": activity(1, shown.needs_you, *HISTORY),
    "activity-held-empty": activity(1, shown.up_to_date),
    "activity-deleted": activity(2, shown.up_to_date, *HISTORY),
    "activity-put-back": activity(2, shown.up_to_date, *HISTORY, lambda: Restored(shown.first_preview())),
    "activity-let-go": activity(3, shown.up_to_date, *HISTORY),
    "preview": preview(lambda: Previewed(shown.busy_run())),
    "preview-waiting": preview(),
    "preview-failed": preview(
        lambda: Failed(Preview(), Unreachable(Side.OUTLOOK, "proxy", "graph.microsoft.com"))
    ),
    "guide": GuideWindow,
    "about": AboutWindow,
    "link": lambda: LinkWindow(shown.URL),
}

QUESTIONS: dict[str, Question] = {
    "ask-delete": lambda parent: delete_these(parent, 13),
    "ask-remove-pair": also_remove_copies,
    "ask-person": lambda parent: mirror_this_person(parent, WrongPerson(Side.FEISHU, "王伟", "李娜")),
    "ask-remove-all": lambda _parent: _press("remove"),
    "ask-forget": lambda _parent: _press("forget"),
}
