"""The face of the program: tray, windows, notifications, between person and worker. Main thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTimer, QTranslator, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from core import logs
from core.errors import AlreadyRunning, NeedsPerson
from core.oauth.browser import open_in_browser
from core.settings import Notifications, Settings, TextLanguage
from texts import language
from texts.report import State
from ui import fonts, icons
from ui.link_window import LinkWindow
from ui.messages import (
    Attention,
    Calendars,
    Done,
    Failed,
    Notice,
    NotOpened,
    Overview,
    Pause,
    RunEnded,
    SignInWaiting,
    SyncNow,
)
from ui.notify import AttentionWatch, make_notifier, summary
from ui.settings.registration import outlook_calendar_url
from ui.settings.window import SettingsWindow
from ui.single_instance import SingleInstance
from ui.tray.choice import make_tray
from ui.tray.panel import panel
from ui.tray.qt_tray import qt_icon
from ui.tray.state import SIGN_IN, STARTING, Key, TrayState, menu, pause_until, tooltip
from ui.tray.tray import Tray
from ui.worker import SyncWorker

log = logging.getLogger(__name__)

FRAME_MS = 150
HOST_PATIENCE_MS = 3000
"""A panel that starts at the same log-in is not there at once."""


class Desktop(QObject):
    _no_browser = Signal(str)

    def __init__(self, worker: SyncWorker, instance: SingleInstance) -> None:
        super().__init__()
        self._worker = worker
        self._instance = instance
        self._tray: Tray = make_tray("feishu-outlook-sync")
        self._state = STARTING
        self._overview: Overview | None = None
        self._window: SettingsWindow | None = None
        self._link_window: LinkWindow | None = None
        self._page_url = ""
        self._has_tray = True
        self._frame = 0
        self._animation = QTimer(self, interval=FRAME_MS)
        self._watch = AttentionWatch()
        self._translator = QTranslator(self)
        self._language: TextLanguage | None = None

    def start(self, page_url: str = "") -> None:
        """`page_url`: opened at once, and by "Open Outlook calendar" (the demo's page)."""
        self._page_url = page_url
        self._animation.timeout.connect(self._turn_arrows)
        self._tray.triggered.connect(self._chosen)
        self._tray.availability.connect(self._tray_came_or_went)
        self._speak(language.current())
        self._tray.show()
        notify = getattr(self._tray, "notify", None)
        self._notifier = make_notifier(notify)
        self._notifier.clicked.connect(self.show_settings)
        self._instance.show_asked.connect(self.show_settings)
        self._no_browser.connect(self._show_link)
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: self._draw())
        self._worker.notice.connect(self._heard, Qt.ConnectionType.QueuedConnection)
        if page_url:
            self._open(page_url)

    def quit(self) -> None:
        self._worker.stop()
        self._animation.stop()
        self._tray.close()
        self._notifier.close()
        if self._window:
            self._window.close()
        QApplication.quit()

    def show_settings(self) -> None:
        if self._window is None:
            self._window = self._make_window()
        self._window.showNormal()
        self._window.raise_()
        self._window.activateWindow()

    # --- from the worker ----------------------------------------------------------------------------

    def _heard(self, notice: Notice) -> None:
        match notice:
            case TrayState():
                self._show_state(notice)
            case Overview():
                self._show_overview(notice)
            case RunEnded(report):
                if told := summary(report, self._wanted):
                    self._notifier.show(told)
            case Attention(problems):
                self._need_person(problems)
            case NotOpened(error):
                self._not_opened(error)
            case Calendars():
                self._in_window(lambda window: window.show_calendars(notice))
            case SignInWaiting():
                self._in_window(lambda window: window.show_waiting(notice))
            case Done():
                self._in_window(lambda window: window.show_done(notice))
            case Failed():
                self._in_window(lambda window: window.show_failed(notice))

    def _show_overview(self, overview: Overview) -> None:
        is_first, self._overview = self._overview is None, overview
        logs.set_level(overview.settings.ui.log_level)
        self._speak(language.choose(overview.settings.ui.language))
        if self._window:
            self._window.show_overview(overview)
        if is_first and not (overview.is_signed_in and overview.settings.pairs):
            self.show_settings()

    def _speak(self, chosen: TextLanguage) -> None:
        """Everything that is on the screen in another language is made anew."""
        if self._language is chosen:
            return
        self._language = chosen
        fonts.fit(chosen)
        self._translator.load(
            f"qtbase_{chosen.value}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        )
        QApplication.installTranslator(self._translator)
        self._show_state(self._state)
        if self._window:
            was_visible, old, self._window = self._window.isVisible(), self._window, None
            old.close()
            old.deleteLater()
            if was_visible:
                self.show_settings()

    def _need_person(self, problems: tuple[NeedsPerson, ...]) -> None:
        wanted = Notifications.NONE if self._window and self._window.isVisible() else self._wanted
        for notification in self._watch.news(problems, wanted):
            self._notifier.show(notification)

    def _not_opened(self, error: Exception) -> None:
        if isinstance(error, AlreadyRunning) and self._instance.tell_first():
            self.quit()
        elif isinstance(error, NeedsPerson):
            self._need_person((error,))

    # --- the tray -----------------------------------------------------------------------------------

    def _show_state(self, state: TrayState) -> None:
        self._state = state
        now = datetime.now(UTC)
        if state.kind is State.SYNCING:
            self._animation.start()
        else:
            self._animation.stop()
        if state.kind is not State.SYNCING:
            self._in_window(lambda window: window.show_attention(state.problems))
        self._draw()
        self._tray.set_tooltip(tooltip(state, now))
        self._tray.set_menu(menu(state, now))
        self._in_window(lambda window: window.show_menu(menu(state, now), tooltip(state, now)))

    def _turn_arrows(self) -> None:
        self._frame = (self._frame + 1) % icons.FRAMES
        self._draw()

    def _draw(self) -> None:
        kind, ground, frame = self._state.kind, panel(), self._frame
        self._tray.set_icon(lambda size: icons.icon(kind, size, ground, frame))

    def _tray_came_or_went(self, is_there: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._has_tray = is_there
        self._in_window(lambda window: window.show_tray_missing(missing=not is_there))
        if not is_there:
            QTimer.singleShot(HOST_PATIENCE_MS, self, self._stand_in_for_tray)

    def _stand_in_for_tray(self) -> None:
        if not self._has_tray:
            self.show_settings()

    def _chosen(self, key: str) -> None:
        now = datetime.now(UTC)
        match key:
            case Key.SYNC:
                self._worker.ask(SyncNow())
            case Key.RESUME:
                self._worker.ask(Pause(None))
            case Key.SETTINGS:
                self.show_settings()
            case Key.OUTLOOK:
                self._open_calendar()
            case Key.QUIT:
                self.quit()
            case _ if until := pause_until(key, now):
                self._worker.ask(Pause(until))
            case _ if side := next((side for side, entry in SIGN_IN.items() if entry == key), None):
                self.show_settings()
                self._in_window(lambda window: window.sign_in(side))

    def _open_calendar(self) -> None:
        settings = self._overview.settings if self._overview else Settings()
        self._open(self._page_url or outlook_calendar_url(settings))

    # --- windows ------------------------------------------------------------------------------------

    def _make_window(self) -> SettingsWindow:
        window = SettingsWindow()
        window.setWindowIcon(qt_icon(lambda size: icons.icon(State.UP_TO_DATE, size, icons.Panel.LIGHT)))
        window.asked.connect(self._worker.ask)
        window.sign_in_cancelled.connect(self._worker.cancel_sign_in)
        window.link_opened.connect(self._open)
        window.menu_chosen.connect(self._chosen)
        if self._overview:
            window.show_overview(self._overview)
        now = datetime.now(UTC)
        window.show_attention(self._state.problems)
        window.show_menu(menu(self._state, now), tooltip(self._state, now))
        window.show_tray_missing(missing=not self._has_tray)
        return window

    def _show_link(self, url: str) -> None:
        self._link_window = LinkWindow(url)
        self._link_window.show()

    def _in_window(self, show: Callable[[SettingsWindow], None]) -> None:
        if self._window:
            show(self._window)

    @property
    def _wanted(self) -> Notifications:
        return self._overview.settings.ui.notifications if self._overview else Notifications.CHANGES

    def _open(self, url: str) -> None:
        """In a thread: a browser may take seconds to say that it can't start."""

        def open_or_show() -> None:
            if not open_in_browser(url):
                self._no_browser.emit(url)

        threading.Thread(target=open_or_show, name="browser", daemon=True).start()
