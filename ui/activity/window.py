"""The Activity window: how things stand, what was done and why, what is held, what can be put back.

It also stands in for the tray where the desktop has none: everything can be reached from here. Main thread.
"""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from texts.language import _
from texts.problems import describe
from ui.accounts.card import has_no_keyring
from ui.activity.deleted import DeletedPage
from ui.activity.held import HeldPage
from ui.activity.history import HistoryPage
from ui.activity.let_go import LetGoPage
from ui.activity.model import status
from ui.event_rows import Kind
from ui.intents import (
    Confirm,
    KeepHeld,
    KeepInMemory,
    ListDeleted,
    ListLetGo,
    ListRuns,
    Restore,
    RetryFailed,
    TakeBack,
)
from ui.messages import Deleted, Done, Failed, History, LetGo, Notice, Overview, Restored, RunEnded
from ui.progress import ProgressPanel
from ui.tray.qt_menu import QtMenu
from ui.tray.state import STARTING, Key, TrayState, menu
from ui.widgets import Note, problem_html
from ui.widgets import Notice as Told

STALE_MS = 15_000
"""After so long "in 3 minutes" may not be true any more."""


class ActivityWindow(QDialog):
    asked = Signal(object)
    """An intent for the worker."""
    menu_chosen = Signal(str)
    link_opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Activity"))
        self._state = STARTING
        self._status = QLabel(wordWrap=True)
        self._minute = QTimer(self, interval=STALE_MS)
        self.progress = ProgressPanel()
        self.notice = Told()
        self.no_tray = Note()
        self.history = HistoryPage()
        self.held = HeldPage()
        self.deleted = DeletedPage()
        self.let_go = LetGoPage()
        self.menu = QtMenu(self)
        self._build()
        self._connect()

    def refresh(self) -> None:
        """Asks for what it lists, when it opens. Of the runs that follow it is told."""
        self.asked.emit(ListRuns())
        self._refresh_copies()

    def _refresh_copies(self) -> None:
        self.asked.emit(ListDeleted())
        self.asked.emit(ListLetGo())

    # --- what the worker says -----------------------------------------------------------------------

    def hear(self, notice: Notice) -> None:
        match notice:
            case TrayState():
                self.show_state(notice)
            case Overview():
                self.show_overview(notice)
            case History():
                self.history.show_runs(notice.runs)
            case Deleted():
                self.deleted.show_deleted(notice.copies)
            case LetGo(copies):
                self.let_go.show_copies(copies)
            case Restored():
                self.deleted.show_restored(notice.report)
            case RunEnded(report) if self.isVisible():
                self.history.add(report)
                self._refresh_copies()
            case Done(Confirm() | KeepHeld()):
                self.held.set_busy(is_busy=False)
            case Failed():
                self.show_failed(notice)
            case _:
                pass

    def show_state(self, state: TrayState) -> None:
        now = datetime.now(UTC)
        self._state = state
        self._show_status()
        self.progress.show_state(state)
        self.menu.set_items(menu(state, now))
        problem = state.problems[0] if state.problems else None
        self.notice.set_text(problem_html(describe(problem)) if problem else "")
        self.notice.button.setVisible(has_no_keyring(problem))

    def _show_status(self) -> None:
        self._status.setText(status(self._state, datetime.now(UTC)))

    def show_overview(self, overview: Overview) -> None:
        self.progress.set_at_once(at_once=not overview.has_run)
        self.held.show_held(overview.held)
        count = len(overview.held)
        self.tabs.setTabText(1, _("Held deletions ({count})", count=count) if count else _("Held deletions"))

    def show_failed(self, failed: Failed) -> None:
        match failed.intent:
            case Confirm() | KeepHeld():
                self.held.set_busy(is_busy=False)
                self.notice.set_text(problem_html(describe(failed.error)))
            case TakeBack():
                self.let_go.tell(describe(failed.error).title)
            case Restore():
                self.deleted.tell(describe(failed.error).title)
            case RetryFailed() | ListRuns() | ListDeleted() | ListLetGo():
                self.notice.set_text(problem_html(describe(failed.error)))
            case _:
                pass

    def show_tray_missing(self, *, missing: bool) -> None:
        self.no_tray.setVisible(missing)

    # --- what the person does -----------------------------------------------------------------------

    def show_held(self) -> None:
        self.tabs.setCurrentIndex(1)

    def show_problems(self) -> None:
        """What failed, where the last run has such events; else the whole list, with the notice above it."""
        self.tabs.setCurrentIndex(0)
        if self.history.retry.isEnabled():
            self.history.look_for(Kind.FAILED)

    def _decide(self, intent: Confirm | KeepHeld) -> None:
        self.held.set_busy(is_busy=True)
        self.asked.emit(intent)

    # --- how it is built ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.no_tray.setText(
            _(
                "This desktop has no place for tray icons. The program runs all the same, also when this "
                "window is closed; start it again to come back here. Everything of the tray’s menu is "
                "behind “Menu”."
            )
        )
        self.no_tray.hide()
        self.tabs = QTabWidget()
        self.tabs.addTab(self.history, _("Activity"))
        self.tabs.addTab(self.held, _("Held deletions"))
        self.tabs.addTab(self.deleted, _("Deleted copies"))
        self.tabs.addTab(self.let_go, _("Copies let go"))
        self._menu_button = QPushButton(_("&Menu"))
        self._menu_button.setMenu(self.menu)
        self._menu_button.setAutoDefault(False)
        self._close = QDialogButtonBox()
        self._close.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        bottom = QHBoxLayout()
        bottom.addWidget(self._menu_button)
        bottom.addStretch(1)
        bottom.addWidget(self._close)
        window = QVBoxLayout(self)
        for widget in (self._status, self.progress, self.notice, self.no_tray):
            window.addWidget(widget)
        window.addWidget(self.tabs, 1)
        window.addLayout(bottom)
        screen = self.screen().availableSize()
        self.resize(min(860, screen.width() - 40), min(640, screen.height() - 60))

    def _connect(self) -> None:
        self.history.preview.clicked.connect(lambda: self.menu_chosen.emit(Key.PREVIEW))
        self.history.retry_asked.connect(lambda: self.asked.emit(RetryFailed()))
        self.held.delete_asked.connect(lambda: self._decide(Confirm()))
        self.held.keep_asked.connect(lambda: self._decide(KeepHeld()))
        self.deleted.restore_asked.connect(lambda numbers: self.asked.emit(Restore(numbers)))
        self.let_go.take_back_asked.connect(lambda chosen: self.asked.emit(TakeBack(chosen)))
        self.menu.chosen.connect(self.menu_chosen)
        self.notice.link_opened.connect(self.link_opened)
        self.notice.button.setText(_("Go on without a keyring"))
        self.notice.button.setToolTip(
            _("Sign-ins and secrets are kept in memory only, and forgotten when the program ends.")
        )
        self.notice.button.clicked.connect(lambda: self.asked.emit(KeepInMemory()))
        self._close.rejected.connect(self.reject)
        self._minute.timeout.connect(self._show_status)
        self._minute.start()
