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
from core.errors import AlreadyRunning, DeletionsHeld, NeedsPerson, SignInNeeded, VaultUnavailable
from core.oauth.browser import open_in_browser
from core.settings import Notifications, Settings, TextLanguage
from texts import language
from texts.report import State
from ui import fonts, icons
from ui.intents import Pause, SyncNow
from ui.messages import Attention, Notice, NotOpened, Overview, RunEnded
from ui.notify import AttentionWatch, make_notifier, summary
from ui.single_instance import SingleInstance
from ui.tray.choice import make_tray
from ui.tray.panel import panel
from ui.tray.state import SIGN_IN, STARTING, Key, TrayState, menu, pause_until, tooltip
from ui.tray.tray import Tray
from ui.windows import Windows
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
        self._windows = Windows()
        self._acts = self._make_acts()
        self._page_url = ""
        self._has_tray = True
        self._has_explained = False
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
        self._notifier.clicked.connect(self._notification_clicked)
        self._instance.show_asked.connect(self._windows.show_main)
        self._no_browser.connect(self._windows.show_link)
        self._connect_windows()
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: self._draw())
        self._worker.notice.connect(self._heard, Qt.ConnectionType.QueuedConnection)
        if page_url:
            self._open(page_url)

    def _connect_windows(self) -> None:
        self._windows.asked.connect(self._worker.ask)
        self._windows.menu_chosen.connect(self._chosen)
        self._windows.link_opened.connect(self._open)
        self._windows.sign_in_cancelled.connect(self._worker.cancel_sign_in)
        self._windows.address_pasted.connect(self._worker.paste_address)

    def quit(self) -> None:
        self._worker.stop()
        self._animation.stop()
        self._tray.close()
        self._notifier.close()
        self._windows.close()
        QApplication.quit()

    # --- from the worker ----------------------------------------------------------------------------

    def _heard(self, notice: Notice) -> None:
        match notice:
            case TrayState():
                self._show_state(notice)
                self._show_what_keeps_it_from_starting(notice)
            case Overview():
                self._show_overview(notice)
            case RunEnded(report):
                if told := summary(report, self._wanted):
                    self._notifier.show(told)
            case Attention(problems):
                self._need_person(problems)
            case NotOpened(error):
                self._not_opened(error)
            case _:
                pass
        self._windows.hear(notice)

    def _show_what_keeps_it_from_starting(self, state: TrayState) -> None:
        """Without a keyring nothing goes on before the person has decided; that is said in a window, once."""
        if self._overview is None and not self._has_explained:
            for problem in state.problems:
                if isinstance(problem, VaultUnavailable) and problem.why in {"none", "untrusted"}:
                    self._has_explained = True
                    self._windows.hear(state)
                    self._windows.show_activity()

    def _show_overview(self, overview: Overview) -> None:
        is_first, self._overview = self._overview is None, overview
        logs.set_level(overview.settings.ui.log_level)
        self._speak(language.choose(overview.settings.ui.language))
        if is_first and not overview.is_set_up:
            self._windows.hear(overview)
            self._windows.show_wizard()
        elif is_first and not overview.is_signed_in:
            self._windows.hear(overview)
            self._windows.show_settings()

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
        self._windows.speak_anew()

    def _need_person(self, problems: tuple[NeedsPerson, ...]) -> None:
        wanted = Notifications.NONE if self._windows.shows_attention else self._wanted
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
        self._draw()
        self._tray.set_tooltip(tooltip(state, now))
        self._tray.set_menu(menu(state, now))

    def _turn_arrows(self) -> None:
        self._frame = (self._frame + 1) % icons.FRAMES
        self._draw()

    def _draw(self) -> None:
        kind, ground, frame = self._state.kind, panel(), self._frame
        self._tray.set_icon(lambda size: icons.icon(kind, size, ground, frame))

    def _tray_came_or_went(self, is_there: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._has_tray = is_there
        self._windows.show_tray_missing(missing=not is_there)
        if not is_there:
            QTimer.singleShot(HOST_PATIENCE_MS, self, self._stand_in_for_tray)

    def _stand_in_for_tray(self) -> None:
        """Activity opens and says that there is no tray; a wizard that is open is left in front."""
        if not self._has_tray:
            self._windows.show_main()

    def _chosen(self, key: str) -> None:
        now = datetime.now(UTC)
        if side := next((side for side, entry in SIGN_IN.items() if entry == key), None):
            self._windows.sign_in(side)
        elif until := pause_until(key, now):
            self._worker.ask(Pause(until))
        elif act := self._acts.get(key):
            act()

    def _make_acts(self) -> dict[str, Callable[[], object]]:
        return {
            Key.SYNC: lambda: self._worker.ask(SyncNow()),
            Key.RESUME: lambda: self._worker.ask(Pause(None)),
            Key.PROBLEMS: lambda: self._windows.show_activity().show_problems(),
            Key.ACTIVITY: self._show_activity,
            Key.HELD: lambda: self._windows.show_activity().show_held(),
            Key.PREVIEW: self._windows.show_preview,
            Key.SETTINGS: self._windows.show_settings,
            Key.OUTLOOK: self._open_calendar,
            Key.GUIDE: self._windows.show_guide,
            Key.DIAGNOSTICS: self._windows.save_diagnostics,
            Key.ABOUT: self._windows.show_about,
            Key.QUIT: self.quit,
        }

    def _notification_clicked(self, subject: str) -> None:
        """Opens the window that has more of what the notification was about."""
        if self._overview and not self._overview.is_set_up:
            self._windows.show_wizard()
        elif subject == DeletionsHeld.__name__:
            self._windows.show_activity().show_held()
        elif subject == SignInNeeded.__name__:
            self._windows.show_settings()
        else:
            self._windows.show_activity()

    def _show_activity(self) -> None:
        """Before the set-up is finished there is nothing to see there."""
        if self._overview and not self._overview.is_set_up:
            self._windows.show_wizard()
        else:
            self._windows.show_activity()

    def _open_calendar(self) -> None:
        from ui.accounts.registration import outlook_calendar_url

        settings = self._overview.settings if self._overview else Settings()
        self._open(self._page_url or outlook_calendar_url(settings))

    @property
    def _wanted(self) -> Notifications:
        return self._overview.settings.ui.notifications if self._overview else Notifications.CHANGES

    def _open(self, url: str) -> None:
        """In a thread: a browser may take seconds to say that it can't start."""

        def open_or_show() -> None:
            if not open_in_browser(url):
                self._no_browser.emit(url)

        threading.Thread(target=open_or_show, name="browser", daemon=True).start()
