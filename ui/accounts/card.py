"""One side's account: its registration, who is signed in, and signing in. Used by settings and wizard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from core.errors import VaultUnavailable
from core.model import Identity, Side
from core.settings import FeishuCloud, OutlookCloud, Redirect, Settings
from texts.language import _
from texts.problems import describe
from texts.problems.words import account
from ui.accounts.console import page_for
from ui.accounts.form import (
    APP_ID,
    APP_SECRET,
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT,
    TENANT,
    AccountForm,
    Problems,
    account_form,
)
from ui.accounts.help import ConsoleHelp
from ui.accounts.waiting import WaitingPanel
from ui.messages import Overview, SignInWaiting
from ui.widgets import FieldBox, Note, Notice, add_field, good_colour, problem_html


class Phase(Enum):
    SIGNED_OUT = "signed out"
    WAITING = "waiting"
    SIGNED_IN = "signed in"


@dataclass(frozen=True, slots=True)
class AccountState:
    phase: Phase
    identity: Identity | None = None
    waiting: SignInWaiting | None = None
    """How the person signs in, while it is waited for."""
    error: Exception | None = None
    """Why the last attempt failed."""


def headline(state: AccountState) -> str:
    match state.phase:
        case Phase.WAITING:
            return _("Waiting for you to sign in in the browser…")
        case Phase.SIGNED_IN if state.identity:
            who = state.identity
            name = f"{who.name} ({who.address})" if who.address and who.address != who.name else who.name
            return _("Signed in as {name}", name=name or who.id)
        case _:
            return _("Not signed in")


def has_no_keyring(error: Exception | None) -> bool:
    """None that can be trusted: a locked one would only have to be unlocked."""
    return isinstance(error, VaultUnavailable) and error.why in {"none", "untrusted"}


class AccountCard(QGroupBox):
    sign_in_asked = Signal()
    memory_asked = Signal()
    """To go on without a keyring."""
    code_asked = Signal()
    """To sign in with a link and a code."""
    sign_out_asked = Signal()
    test_asked = Signal()
    cancel_asked = Signal()
    pasted = Signal(str)
    link_opened = Signal(str)

    def __init__(self, side: Side) -> None:
        super().__init__(account(side))
        self.side = side
        self._page = ""
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.boxes: dict[str, FieldBox] = {}
        self.labels: list[QLabel] = []
        self._build_status()
        self._build_fields()
        self.help = ConsoleHelp(side)
        self.help.link_opened.connect(self.link_opened)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(self._status)
        column.addWidget(self._by_code)
        column.addWidget(self._error)
        column.addWidget(self._in_memory, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._told)
        column.addWidget(self._waiting)
        column.addLayout(self._form)
        column.addWidget(self.help)

    # --- what it shows ------------------------------------------------------------------------------

    def fill(self, overview: Overview) -> None:
        form = account_form(overview.settings, self.side)
        self._select_cloud(form.cloud)
        self._app.setText(form.app)
        self._tenant.setText(form.tenant)
        self._redirect.setCurrentIndex(self._redirect.findData(form.redirect.value))
        self._secret.clear()
        self._secret.setPlaceholderText(_("stored") if overview.has_secret(self.side) else "")

    def show_registration(self, settings: Settings) -> None:
        self.help.fill(settings)

    def show_state(self, state: AccountState, settings: Settings, *, may_sign_in: bool) -> None:
        self._headline.setText(headline(state))
        is_in = state.phase is Phase.SIGNED_IN
        self.sign_in.setVisible(state.phase is Phase.SIGNED_OUT)
        self.sign_in.setEnabled(may_sign_in)
        self._by_code.setVisible(state.phase is Phase.SIGNED_OUT and self.side is Side.FEISHU)
        self._by_code.setEnabled(may_sign_in)
        self._sign_out.setVisible(is_in)
        self._test.setVisible(is_in)
        self._waiting.setVisible(state.phase is Phase.WAITING)
        self._waiting.show_waiting(state.waiting or SignInWaiting(self.side, ""))
        self._mark.setText("✓" if is_in else "○")
        palette = QPalette(self.palette())
        if is_in:
            palette.setColor(QPalette.ColorRole.WindowText, good_colour(palette))
        self._mark.setPalette(palette)
        self._show_error(state.error, settings)

    def tell(self, text: str) -> None:
        """What a test of the connection found."""
        self._told.setText(text)
        self._told.setVisible(bool(text))

    def show_problems(self, problems: Problems) -> None:
        for name, box in self.boxes.items():
            box.set_problem(problems.get(name, ""))

    def _show_error(self, error: Exception | None, settings: Settings) -> None:
        self._error.set_text(problem_html(describe(error)) if error else "")
        self._page = page_for(error, settings) if error else ""
        self._error.button.setVisible(bool(self._page))
        self._in_memory.setVisible(has_no_keyring(error))

    # --- what was typed -----------------------------------------------------------------------------

    def form(self) -> AccountForm:
        chosen = self._cloud.currentData()
        cloud: FeishuCloud | OutlookCloud
        if self.side is Side.FEISHU:
            cloud = FeishuCloud(chosen or FeishuCloud.FEISHU.value)
        else:
            cloud = OutlookCloud(chosen or OutlookCloud.GLOBAL.value)
        redirect = Redirect(self._redirect.currentData())
        secret = self._secret.text().strip()
        return AccountForm(self.side, cloud, self._app.text(), self._tenant.text(), redirect, secret)

    # --- how it is built ----------------------------------------------------------------------------

    def _build_status(self) -> None:
        is_feishu = self.side is Side.FEISHU
        self._mark = QLabel("○")
        self._headline = Note()
        self.sign_in = QPushButton(_("Sign in to Feishu…") if is_feishu else _("Sign in to Microsoft…"))
        self._test = QPushButton(_("Test connection"))
        self._test.setAccessibleName(_("Test the connection to {account}", account=account(self.side)))
        self._sign_out = QPushButton(_("Sign out"))
        self._sign_out.setAccessibleName(_("Sign out of {account}", account=account(self.side)))
        self.sign_in.clicked.connect(self.sign_in_asked)
        self._test.clicked.connect(self.test_asked)
        self._sign_out.clicked.connect(self.sign_out_asked)
        self._status = QHBoxLayout()
        self._status.addWidget(self._mark)
        self._status.addWidget(self._headline, 1)
        for button in (self.sign_in, self._test, self._sign_out):
            button.setAutoDefault(False)
            self._status.addWidget(button)
        link = _("Can’t register a redirect URL? Sign in with a code instead")
        self._by_code = Note(f'<a href="code">{escape(link)}</a>')
        self._by_code.linkActivated.connect(lambda _link: self.code_asked.emit())
        self._error = Notice()
        self._error.link_opened.connect(self.link_opened)
        self._error.button.setText(_("Open the console page"))
        self._error.button.clicked.connect(lambda: self.link_opened.emit(self._page))
        self._in_memory = QPushButton(_("Go on without a keyring"))
        self._in_memory.setAutoDefault(False)
        self._in_memory.setToolTip(
            _("Sign-ins and secrets are kept in memory only, and forgotten when the program ends.")
        )
        self._in_memory.clicked.connect(self.memory_asked)
        self._told = Note()
        self._told.hide()
        self._waiting = WaitingPanel()
        self._waiting.cancelled.connect(self.cancel_asked)
        self._waiting.pasted.connect(self.pasted)

    def _build_fields(self) -> None:
        self._cloud, self._redirect = QComboBox(), QComboBox()
        self._redirect.addItem("http://localhost", Redirect.LOOPBACK.value)
        self._redirect.addItem(
            _("nativeclient: I paste the last page’s address"), Redirect.NATIVECLIENT.value
        )
        is_feishu = self.side is Side.FEISHU
        label = _("&Service:") if is_feishu else _("Clou&d:")
        self.labels.append(add_field(self._form, label, FieldBox(self._cloud)))
        if is_feishu:
            self._app = self._line(APP_ID, _("App &ID:"), "cli_…")
            self._secret = self._line(APP_SECRET, _("App Se&cret:"))
            self._tenant = QLineEdit(self)
            self._tenant.hide()
            self._redirect.setParent(self)
            self._redirect.hide()
        else:
            self._app = self._line(CLIENT_ID, _("C&lient ID:"), "00000000-0000-…")
            self._tenant = self._line(TENANT, _("&Tenant:"), "common")
            hint = _("Only for registrations of the type “Web”; otherwise leave it empty.")
            self._secret = self._line(CLIENT_SECRET, _("Client secr&et:"), hint=hint)
            self.boxes[REDIRECT] = FieldBox(self._redirect)
            self.labels.append(add_field(self._form, _("&Redirect:"), self.boxes[REDIRECT]))
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)

    def _line(self, name: str, label: str, placeholder: str = "", *, hint: str = "") -> QLineEdit:
        line = QLineEdit(placeholderText=placeholder)
        self.boxes[name] = FieldBox(line, hint)
        self.labels.append(add_field(self._form, label, self.boxes[name]))
        return line

    def _select_cloud(self, cloud: FeishuCloud | OutlookCloud) -> None:
        """A custom cloud is offered only where settings.toml already names one."""
        self._cloud.clear()
        for value, text in _clouds(self.side).items():
            self._cloud.addItem(text, value.value)
        if self._cloud.findData(cloud.value) < 0:
            self._cloud.addItem(_("Custom (see settings.toml)"), cloud.value)
        self._cloud.setCurrentIndex(self._cloud.findData(cloud.value))


def _clouds(side: Side) -> dict[FeishuCloud | OutlookCloud, str]:
    if side is Side.FEISHU:
        return {FeishuCloud.FEISHU: _("Feishu (feishu.cn)"), FeishuCloud.LARK: _("Lark (larksuite.com)")}
    return {
        OutlookCloud.GLOBAL: _("Microsoft 365, worldwide"),
        OutlookCloud.CHINA: _("Microsoft 365 operated by 21Vianet (China)"),
        OutlookCloud.USGOV: _("Microsoft 365 US Government (GCC High)"),
        OutlookCloud.USGOV_DOD: _("Microsoft 365 US Government (DoD)"),
    }
