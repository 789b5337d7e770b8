"""One side's account: its registration, who is signed in, and signing in."""

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
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.model import Identity, Side
from core.settings import FeishuCloud, OutlookCloud, Settings
from texts.language import _
from texts.problems import Problem, describe
from texts.problems.words import account
from ui.settings.form import Field, Form, Problems
from ui.settings.registration import SCOPES, console_url, redirect_urls
from ui.settings.widgets import CopyRow, FieldBox, Note, Notice, add_field, good_colour


class Phase(Enum):
    SIGNED_OUT = "signed out"
    WAITING = "waiting"
    SIGNED_IN = "signed in"


@dataclass(frozen=True, slots=True)
class AccountState:
    phase: Phase
    identity: Identity | None = None
    url: str = ""
    """Where the person signs in, while it is waited for."""
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


class AccountCard(QGroupBox):
    sign_in_asked = Signal()
    sign_out_asked = Signal()
    cancel_asked = Signal()
    link_opened = Signal(str)

    def __init__(self, side: Side) -> None:
        super().__init__(account(side))
        self._side = side
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.boxes: dict[Field, FieldBox] = {}
        self.labels: list[QLabel] = []
        self._build_status()
        self._build_fields()
        self._console = _ConsoleHelp(side)
        self._console.link_opened.connect(self.link_opened)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(self._status)
        column.addWidget(self._error)
        column.addWidget(self._waiting)
        column.addLayout(self._form)
        column.addWidget(self._console)

    # --- what it shows ------------------------------------------------------------------------------

    def fill(self, form: Form, *, has_app_secret: bool) -> None:
        if self._side is Side.FEISHU:
            self._select_cloud(form.feishu_cloud)
            self._app_id.setText(form.app_id)
            self._secret.clear()
            self._secret.setPlaceholderText(_("stored") if has_app_secret else "")
        else:
            self._select_cloud(form.outlook_cloud)
            self._client_id.setText(form.client_id)
            self._tenant.setText(form.tenant)

    def show_registration(self, settings: Settings) -> None:
        self._console.fill(settings)

    def show_state(self, state: AccountState, *, may_sign_in: bool) -> None:
        self._headline.setText(headline(state))
        is_waiting, is_in = state.phase is Phase.WAITING, state.phase is Phase.SIGNED_IN
        self._sign_in.setVisible(state.phase is Phase.SIGNED_OUT)
        self._sign_in.setEnabled(may_sign_in)
        self._sign_out.setVisible(is_in)
        self._waiting.setVisible(is_waiting)
        self._address.setVisible(bool(state.url))
        self._address.set_text(state.url)
        self._mark.setText("✓" if is_in else "○")
        palette = QPalette(self.palette())
        if is_in:
            palette.setColor(QPalette.ColorRole.WindowText, good_colour(palette))
        self._mark.setPalette(palette)
        problem = describe(state.error) if state.error else None
        self._error.set_text(problem_html(problem) if problem else "")

    def show_problems(self, problems: Problems) -> None:
        for name, box in self.boxes.items():
            box.set_problem(problems.get(name, ""))

    # --- what was typed -----------------------------------------------------------------------------

    @property
    def feishu_cloud(self) -> FeishuCloud:
        return FeishuCloud(self._cloud.currentData() or FeishuCloud.FEISHU.value)

    @property
    def outlook_cloud(self) -> OutlookCloud:
        return OutlookCloud(self._cloud.currentData() or OutlookCloud.GLOBAL.value)

    @property
    def app_id(self) -> str:
        return self._app_id.text()

    @property
    def app_secret(self) -> str:
        return self._secret.text().strip()

    @property
    def client_id(self) -> str:
        return self._client_id.text()

    @property
    def tenant(self) -> str:
        return self._tenant.text()

    # --- how it is built ----------------------------------------------------------------------------

    def _build_status(self) -> None:
        self._mark = QLabel("○")
        self._headline = Note()
        self._sign_in = QPushButton(
            _("Sign in to Feishu…") if self._side is Side.FEISHU else _("Sign in to Microsoft…")
        )
        self._sign_out = QPushButton(_("Sign out"))
        self._sign_out.setAccessibleName(_("Sign out of {account}", account=account(self._side)))
        self._sign_in.clicked.connect(self.sign_in_asked)
        self._sign_out.clicked.connect(self.sign_out_asked)
        self._status = QHBoxLayout()
        self._status.addWidget(self._mark)
        self._status.addWidget(self._headline, 1)
        for button in (self._sign_in, self._sign_out):
            button.setAutoDefault(False)
            self._status.addWidget(button)
        self._error = Notice()
        self._error.link_opened.connect(self.link_opened)
        self._build_waiting()

    def _build_waiting(self) -> None:
        self._waiting = QWidget()
        column = QVBoxLayout(self._waiting)
        column.setContentsMargins(0, 0, 0, 0)
        bar = QProgressBar(maximum=0, textVisible=False)
        bar.setFixedHeight(6)
        self._address = CopyRow(_("Address of the sign-in page"))
        cancel = QPushButton(_("Cancel sign-in"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.cancel_asked)
        column.addWidget(bar)
        column.addWidget(Note(_("If no page has opened, copy this address into a browser:")))
        column.addWidget(self._address)
        column.addWidget(cancel, 0, Qt.AlignmentFlag.AlignRight)

    def _build_fields(self) -> None:
        self._cloud = QComboBox()
        label = _("&Service:") if self._side is Side.FEISHU else _("Clou&d:")
        self.labels.append(add_field(self._form, label, FieldBox(self._cloud)))
        if self._side is Side.FEISHU:
            self._app_id = self._line(Field.APP_ID, _("App &ID:"), "cli_…")
            self._secret = self._line(Field.APP_SECRET, _("App Se&cret:"), "")
            self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        else:
            self._client_id = self._line(Field.CLIENT_ID, _("C&lient ID:"), "00000000-0000-…")
            self._tenant = self._line(Field.TENANT, _("&Tenant:"), "common")

    def _line(self, name: Field, label: str, placeholder: str) -> QLineEdit:
        line = QLineEdit(placeholderText=placeholder)
        self.boxes[name] = FieldBox(line)
        self.labels.append(add_field(self._form, label, self.boxes[name]))
        return line

    def _select_cloud(self, cloud: FeishuCloud | OutlookCloud) -> None:
        """A custom cloud is offered only where settings.toml already names one."""
        self._cloud.clear()
        for value, text in _clouds(self._side).items():
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


def problem_html(problem: Problem) -> str:
    lines = [f"<b>{escape(line)}</b>" for line in problem.title.splitlines()] + [escape(problem.remedy)]
    if problem.link:
        lines.append(f'<a href="{escape(problem.link)}">{escape(problem.link)}</a>')
    return "<br>".join(lines)


class _ConsoleHelp(QWidget):
    """What is to be entered in the service's console; folded away once it is done."""

    link_opened = Signal(str)

    def __init__(self, side: Side) -> None:
        super().__init__()
        self._side = side
        self._toggle = QToolButton(autoRaise=True)
        self._toggle.setCheckable(True)
        self._toggle.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._toggle.setText(_("What to enter in the app’s registration"))
        self._toggle.toggled.connect(self._fold)
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(20, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._toggle)
        column.addWidget(self._body)
        self._fold(open_=False)

    def fill(self, settings: Settings) -> None:
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.deleteLater()
        urls = redirect_urls(self._side, settings)
        self._column.addWidget(Note(_("Redirect URLs:") if len(urls) > 1 else _("Redirect URL:")))
        for url in urls:
            self._column.addWidget(CopyRow(_("Redirect URL"), url))
        self._column.addWidget(Note(_("Permissions:")))
        for scope in SCOPES[self._side]:
            self._column.addWidget(CopyRow(_("Permission"), scope))
        cloud = settings.feishu.cloud if self._side is Side.FEISHU else settings.outlook.cloud
        if url := console_url(cloud):
            text = _("Open the page where apps are registered")
            link = Note(f'<a href="{escape(url)}">{escape(text)}</a>')
            link.linkActivated.connect(self.link_opened)
            self._column.addWidget(link)

    def _fold(self, open_: bool) -> None:  # noqa: FBT001  # called by Qt's signal
        self._body.setVisible(open_)
        self._toggle.setArrowType(Qt.ArrowType.DownArrow if open_ else Qt.ArrowType.RightArrow)
