"""The settings window: shows what the worker says, and asks it for what the person wants. Main thread."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from core.errors import DeletionsHeld, SignInNeeded, WrongPerson
from core.model import Side
from core.settings import Settings
from texts.language import _
from texts.problems import describe
from texts.report import State
from ui.accounts.form import Problems, misspelt
from ui.intents import (
    Confirm,
    ForgetEverything,
    ListCalendars,
    RemoveCopies,
    Save,
    SaveDiagnostics,
    SignIn,
    TryConnection,
)
from ui.messages import Calendars, ConnectionTried, Done, Failed, Notice, Overview, SignInWaiting
from ui.settings.accounts import AccountsPage
from ui.settings.advanced import AdvancedPage
from ui.settings.calendars import CalendarsPage
from ui.settings.confirmation import agrees
from ui.settings.form import problems_of, refused
from ui.settings.general import GeneralPage
from ui.settings.notifications import NotificationsPage
from ui.settings.sync import SyncPage
from ui.tray.state import Key, TrayState
from ui.widgets import FieldBox, problem_html, scrolling
from ui.widgets import Notice as Told


class Page(Protocol):
    """What each page of the window can do."""

    @property
    def boxes(self) -> dict[str, FieldBox]: ...

    def fill(self, overview: Overview) -> None: ...

    def applied(self, settings: Settings) -> Settings:
        """`settings` with what the page shows."""
        ...


class SettingsWindow(QDialog):
    asked = Signal(object)
    """An intent for the worker."""
    sign_in_cancelled = Signal()
    address_pasted = Signal(str)
    link_opened = Signal(str)
    menu_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Settings"))
        self._overview: Overview | None = None
        self._closes_when_saved = False
        self._was_saved = False
        self._to_solve: DeletionsHeld | WrongPerson | None = None
        self._listed = False
        self.accounts = AccountsPage()
        self.calendars = CalendarsPage()
        self.general = GeneralPage()
        self.advanced = AdvancedPage()
        self.notice = Told()
        self._build()
        self._connect()
        self._set_ready(ready=False)

    # --- what the worker says -----------------------------------------------------------------------

    def hear(self, notice: Notice) -> None:
        match notice:
            case Overview():
                self.show_overview(notice)
            case TrayState() if notice.kind is not State.SYNCING:
                self.show_attention(notice.problems)
            case SignInWaiting():
                self.accounts.sign_ins.wait_for(notice)
            case ConnectionTried():
                self.accounts.sign_ins.show_tested(notice)
            case Calendars():
                self.calendars.set_choices(notice.side, notice.choices)
                self.status.setText("")
            case Done():
                self.show_done(notice)
            case Failed():
                self.show_failed(notice)
            case _:
                pass

    def show_overview(self, overview: Overview) -> None:
        """Fields that the person has begun to change are left alone."""
        before, self._overview = self._overview, overview
        if before is None or self._was_saved or not self._is_touched(before):
            for page in self._pages:
                page.fill(overview)
            self._was_saved = False
        self.accounts.sign_ins.show_overview(overview)
        self.calendars.show_overview(overview)
        self._set_ready(ready=True)
        if before and overview.is_signed_in and not before.is_signed_in:
            self.tabs.setCurrentIndex(1)
        self._list_calendars_once()

    def show_done(self, done: Done) -> None:
        match done.intent:
            case SignIn(side):
                self.accounts.sign_ins.sign_in_ended(side)
                self._was_saved = True
            case Save():
                self._was_saved = True
                self.status.setText(_("Saved"))
                if self._closes_when_saved:
                    self.accept()
            case SaveDiagnostics(file):
                self.status.setText(_("Saved: {file}", file=file.name))
            case RemoveCopies():
                self.advanced.set_busy(is_busy=False)
                self.status.setText(_("Finished. “Activity” lists what was removed."))
            case _:
                pass

    def show_failed(self, failed: Failed) -> None:
        self._closes_when_saved = False
        self.status.setText("")
        if isinstance(failed.intent, RemoveCopies | ForgetEverything):
            self.advanced.set_busy(is_busy=False)
        problems = {key: text for key, text in refused(failed.error).items() if key in self._boxes}
        match failed.intent:
            case SignIn(side):
                self.accounts.sign_ins.sign_in_ended(side, failed.error)
                self._show_problems(problems)
            case TryConnection(side):
                self.accounts.sign_ins.test_failed(side, failed.error)
            case ListCalendars() if isinstance(failed.error, SignInNeeded):
                pass  # the accounts say so already
            case _ if problems:
                self._show_problems(problems)
            case _:
                self.show_attention((failed.error,))

    def show_attention(self, problems: tuple[Exception, ...]) -> None:
        """The most important of what needs the person; sides that wait for a sign-in say so themselves."""
        for problem in problems:
            if isinstance(problem, SignInNeeded):
                self.accounts.sign_ins.show_lost(problem)
        others = [problem for problem in problems if not isinstance(problem, SignInNeeded)]
        first = others[0] if others else None
        self.notice.set_text(problem_html(describe(first)) if first else "")
        self._to_solve = first if isinstance(first, DeletionsHeld | WrongPerson) else None
        self.notice.button.setVisible(self._to_solve is not None)
        is_held = isinstance(first, DeletionsHeld)
        self.notice.button.setText(_("See what is held…") if is_held else _("Go on with this account…"))

    # --- what the person does -----------------------------------------------------------------------

    def sign_in(self, side: Side) -> None:
        if self._overview is not None:
            self.tabs.setCurrentIndex(0)
            self._focus_first(self.accounts.sign_ins.sign_in(side))

    def _typed(self, settings: Settings) -> Settings:
        for page in self._pages:
            settings = page.applied(settings)
        return settings

    def _is_touched(self, before: Overview) -> bool:
        return self._typed(before.settings) != before.settings or bool(self.accounts.secrets())

    def _save(self, *, then_close: bool) -> None:
        if self._overview is None:
            return
        settings = self._typed(self._overview.settings)
        problems = self._problems(settings)
        self._show_problems(problems)
        if any(key in self._boxes for key in problems):
            return
        self._closes_when_saved = then_close
        self.status.setText(_("Saving…"))
        self.asked.emit(Save(settings, self.accounts.secrets()))

    def _problems(self, settings: Settings) -> Problems:
        """An account may still be empty."""
        problems = problems_of(settings)
        for card in self.accounts.sign_ins.cards.values():
            problems |= misspelt(card.form())
        return problems

    def _list_calendars(self) -> None:
        self.status.setText(_("Asking for the calendars…"))
        for side in Side:
            self.asked.emit(ListCalendars(side))

    def _list_calendars_once(self) -> None:
        is_shown = self.tabs.currentIndex() == 1
        if is_shown and not self._listed and self._overview and self._overview.is_signed_in:
            self._listed = True
            self._list_calendars()

    def _solve(self) -> None:
        match self._to_solve:
            case DeletionsHeld():
                self.menu_chosen.emit(Key.HELD)
            case WrongPerson() as newcomer if agrees(self, newcomer):
                self.asked.emit(Confirm())

    # --- how it is built ----------------------------------------------------------------------------

    def _build(self) -> None:
        titles: dict[str, Page] = {
            _("Accounts"): self.accounts,
            _("Calendars"): self.calendars,
            _("Sync"): SyncPage(),
            _("Notifications"): NotificationsPage(),
            _("General"): self.general,
            _("Advanced"): self.advanced,
        }
        self.tabs = QTabWidget()
        for title, page in titles.items():
            if isinstance(page, QWidget):
                self.tabs.addTab(scrolling(page), title)
        self._pages: tuple[Page, ...] = tuple(titles.values())
        self._boxes = {name: box for page in self._pages for name, box in page.boxes.items()}
        self.status = QLabel()
        self._buttons = QDialogButtonBox()
        self._ok = self._buttons.addButton(_("OK"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._apply = self._buttons.addButton(_("Apply"), QDialogButtonBox.ButtonRole.ApplyRole)
        self._ok.setDefault(True)
        bottom = QHBoxLayout()
        bottom.addWidget(self.status, 1)
        bottom.addWidget(self._buttons)
        window = QVBoxLayout(self)
        window.addWidget(self.notice)
        window.addWidget(self.tabs, 1)
        window.addLayout(bottom)
        screen = self.screen().availableSize()
        self.resize(min(660, screen.width() - 40), min(680, screen.height() - 60))

    def _connect(self) -> None:
        sign_ins = self.accounts.sign_ins
        sign_ins.waiting_changed.connect(self._allow_saving)
        for card in sign_ins.cards.values():
            card.cancel_asked.connect(self.sign_in_cancelled)
            card.pasted.connect(self.address_pasted)
            card.link_opened.connect(self.link_opened)
        for asking in (sign_ins, self.calendars, self.advanced):
            asking.asked.connect(self.asked)
        self.notice.link_opened.connect(self.link_opened)
        self.notice.button.clicked.connect(self._solve)
        self.calendars.refresh_asked.connect(self._list_calendars)
        self.tabs.currentChanged.connect(lambda _index: self._list_calendars_once())
        self._buttons.accepted.connect(lambda: self._save(then_close=True))
        self._buttons.rejected.connect(self.reject)
        self._apply.clicked.connect(lambda: self._save(then_close=False))

    def _allow_saving(self) -> None:
        for button in (self._ok, self._apply):
            button.setEnabled(self._overview is not None and not self.accounts.sign_ins.is_waiting)

    def _show_problems(self, problems: Problems) -> None:
        """Next to each field; the first of them gets the focus, on whatever page it is."""
        for name, box in self._boxes.items():
            box.set_problem(problems.get(name, ""))
        self._focus_first(problems)

    def _focus_first(self, problems: Problems) -> None:
        for index, page in enumerate(self._pages):
            for name, box in page.boxes.items():
                if name in problems:
                    self.tabs.setCurrentIndex(index)
                    box.control.setFocus(Qt.FocusReason.OtherFocusReason)
                    return

    def _set_ready(self, *, ready: bool) -> None:
        self.tabs.setEnabled(ready)
        self.status.setText("" if ready else _("Opening…"))
        self._allow_saving()
