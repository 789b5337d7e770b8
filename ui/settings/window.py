"""The settings window: shows what the worker says, and asks it for what the person wants. Main thread."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import DeletionsHeld, SignInNeeded, WrongPerson
from core.model import Side
from texts.language import _, current
from texts.problems import describe
from texts.report import waived
from ui.messages import (
    Calendars,
    Confirm,
    Done,
    Failed,
    ListCalendars,
    Overview,
    Save,
    SignIn,
    SignInWaiting,
    SignOut,
)
from ui.settings.account import problem_html
from ui.settings.accounts import AccountsPage
from ui.settings.calendars import CalendarsPage
from ui.settings.confirmation import agrees, confirmation
from ui.settings.form import (
    Form,
    Problems,
    account_problems,
    can_choose_calendars,
    form_of,
    form_problems,
    refused_fields,
    with_accounts,
    with_everything,
)
from ui.settings.general import GeneralPage
from ui.settings.widgets import Note, Notice
from ui.tray.menu import Menu
from ui.tray.qt_menu import QtMenu


class SettingsWindow(QDialog):
    asked = Signal(object)
    """An intent for the worker."""
    sign_in_cancelled = Signal()
    link_opened = Signal(str)
    menu_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Settings"))
        self._overview: Overview | None = None
        self._closes_when_saved = False
        self._was_saved = False
        self._to_confirm: DeletionsHeld | WrongPerson | None = None
        self._listed = False
        self.accounts = AccountsPage()
        self.calendars = CalendarsPage()
        self.general = GeneralPage()
        self.notice = Notice()
        self._build()
        self._connect()
        self._set_ready(ready=False)

    # --- what the worker says -----------------------------------------------------------------------

    def show_overview(self, overview: Overview) -> None:
        """Fields that the person has begun to change are left alone."""
        before, self._overview = self._overview, overview
        if before is None or self._was_saved or self.form() == form_of(before.settings):
            self._fill(overview)
            self._was_saved = False
        self.accounts.show_overview(overview)
        self.calendars.set_can_choose(can_choose_calendars(overview))
        self._set_ready(ready=True)
        if before and overview.is_signed_in and not before.is_signed_in:
            self.tabs.setCurrentWidget(self._calendar_page)
        self._list_calendars_once()

    def show_waiting(self, waiting: SignInWaiting) -> None:
        self.accounts.wait_for(waiting)

    def show_calendars(self, listed: Calendars) -> None:
        self.calendars.set_choices(listed.side, listed.choices)
        self.status.setText("")

    def show_done(self, done: Done) -> None:
        match done.intent:
            case SignIn(side):
                self.accounts.sign_in_ended(side)
                self._was_saved = True
            case Save():
                self._was_saved = True
                self.status.setText(_("Saved"))
                if self._closes_when_saved:
                    self.accept()
            case _:
                pass

    def show_failed(self, failed: Failed) -> None:
        self._closes_when_saved = False
        self.status.setText("")
        problems = refused_fields(failed.error)
        match failed.intent:
            case SignIn(side):
                self.accounts.sign_in_ended(side, failed.error)
                self._show_problems(problems)
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
                self.accounts.show_lost(problem)
        others = [problem for problem in problems if not isinstance(problem, SignInNeeded)]
        first = others[0] if others else None
        self.notice.set_text(problem_html(describe(first)) if first else "")
        self._to_confirm = first if isinstance(first, DeletionsHeld | WrongPerson) else None
        self.notice.button.setVisible(self._to_confirm is not None)
        if self._to_confirm:
            self.notice.button.setText(confirmation(self._to_confirm))

    def show_menu(self, items: Menu, tooltip: str) -> None:
        """The tray's menu, also for desktops that have no tray."""
        self.menu.set_items(items)
        self._menu_button.setToolTip(tooltip)

    def show_tray_missing(self, *, missing: bool) -> None:
        self._menu_button.setVisible(missing)
        self.no_tray.setVisible(missing)

    # --- what the person does -----------------------------------------------------------------------

    def form(self) -> Form:
        feishu, outlook = self.accounts.cards[Side.FEISHU], self.accounts.cards[Side.OUTLOOK]
        return Form(
            feishu_cloud=feishu.feishu_cloud,
            app_id=feishu.app_id,
            app_secret=feishu.app_secret,
            outlook_cloud=outlook.outlook_cloud,
            client_id=outlook.client_id,
            tenant=outlook.tenant,
            feishu_calendar=self.calendars.calendar(Side.FEISHU),
            outlook_calendar=self.calendars.calendar(Side.OUTLOOK),
            interval_minutes=self.calendars.interval_minutes,
            language=self.general.language,
            notifications=self.general.notifications,
        )

    def sign_in(self, side: Side) -> None:
        if self._overview is None:
            return
        form = self.form()
        problems = account_problems(side, form, has_app_secret=self._overview.has_app_secret)
        self.tabs.setCurrentIndex(0)
        self._show_problems(problems)
        if problems:
            return
        save = Save(with_accounts(self._overview.settings, form), form.app_secret)
        self.accounts.wait_for(SignInWaiting(side, ""))
        self.asked.emit(SignIn(side, save))

    def _save(self, *, then_close: bool) -> None:
        if self._overview is None:
            return
        form = self.form()
        problems = form_problems(self._overview, form)
        self._show_problems(problems)
        if problems:
            return
        self._closes_when_saved = then_close
        self.status.setText(_("Saving…"))
        self.asked.emit(Save(with_everything(self._overview, form, current()), form.app_secret))

    def _list_calendars(self) -> None:
        self.status.setText(_("Asking for the calendars…"))
        for side in Side:
            self.asked.emit(ListCalendars(side))

    def _list_calendars_once(self) -> None:
        is_shown = self.tabs.currentWidget() is self._calendar_page
        if is_shown and not self._listed and self._overview and self._overview.is_signed_in:
            self._listed = True
            self._list_calendars()

    def _confirm(self) -> None:
        held = self._overview.held if self._overview else ()
        if self._to_confirm and agrees(self, self._to_confirm, held):
            self.asked.emit(Confirm())

    # --- how it is built ----------------------------------------------------------------------------

    def _build(self) -> None:
        self._calendar_page = _scrolling(self.calendars)
        self.tabs = QTabWidget()
        self.tabs.addTab(_scrolling(self.accounts), _("Accounts"))
        self.tabs.addTab(self._calendar_page, _("Calendars"))
        self.tabs.addTab(_scrolling(self.general), _("General"))
        self.no_tray = Note(
            _(
                "This desktop has no place for tray icons. The program runs all the same; "
                "start it again to come back here."
            )
        )
        self.no_tray.hide()
        self.menu = QtMenu(self)
        self._menu_button = QPushButton(_("&Menu"))
        self._menu_button.setMenu(self.menu)
        self._menu_button.setAutoDefault(False)
        self._menu_button.hide()
        self.status = QLabel()
        self._buttons = QDialogButtonBox()
        self._ok = self._buttons.addButton(_("OK"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._apply = self._buttons.addButton(_("Apply"), QDialogButtonBox.ButtonRole.ApplyRole)
        self._ok.setDefault(True)
        bottom = QHBoxLayout()
        bottom.addWidget(self._menu_button)
        bottom.addWidget(self.status, 1)
        bottom.addWidget(self._buttons)
        window = QVBoxLayout(self)
        window.addWidget(self.notice)
        window.addWidget(self.no_tray)
        window.addWidget(self.tabs, 1)
        window.addLayout(bottom)
        screen = self.screen().availableSize()
        self.resize(min(620, screen.width() - 40), min(640, screen.height() - 60))

    def _connect(self) -> None:
        self.accounts.waiting_changed.connect(self._allow_saving)
        for side, card in self.accounts.cards.items():
            card.sign_in_asked.connect(lambda side=side: self.sign_in(side))
            card.sign_out_asked.connect(lambda side=side: self.asked.emit(SignOut(side)))
            card.cancel_asked.connect(self.sign_in_cancelled)
            card.link_opened.connect(self.link_opened)
        self.notice.link_opened.connect(self.link_opened)
        self.notice.button.clicked.connect(self._confirm)
        self.menu.chosen.connect(self.menu_chosen)
        self.calendars.refresh_asked.connect(self._list_calendars)
        self.tabs.currentChanged.connect(lambda _index: self._list_calendars_once())
        self._buttons.accepted.connect(lambda: self._save(then_close=True))
        self._buttons.rejected.connect(self.reject)
        self._apply.clicked.connect(lambda: self._save(then_close=False))

    def _fill(self, overview: Overview) -> None:
        form = form_of(overview.settings)
        self.accounts.fill(form, has_app_secret=overview.has_app_secret)
        self.calendars.fill(
            form, pairs=len(overview.settings.pairs), can_choose=can_choose_calendars(overview)
        )
        self.general.fill(form, waived(overview.settings))

    def _allow_saving(self) -> None:
        for button in (self._ok, self._apply):
            button.setEnabled(self._overview is not None and not self.accounts.is_waiting)

    def _show_problems(self, problems: Problems) -> None:
        """Next to each field; the first of them gets the focus, on whatever page it is."""
        self.accounts.show_problems(problems)
        self.calendars.show_problems(problems)
        boxes = self.accounts.boxes | self.calendars.boxes
        if first := next((name for name in boxes if name in problems), None):
            self.tabs.setCurrentIndex(1 if first in self.calendars.boxes else 0)
            boxes[first].control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_ready(self, *, ready: bool) -> None:
        self.tabs.setEnabled(ready)
        self.status.setText("" if ready else _("Opening…"))
        self._allow_saving()


def _scrolling(page: QWidget) -> QScrollArea:
    """A page larger than the window, on a small screen or at 200 %, stays reachable."""
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area
