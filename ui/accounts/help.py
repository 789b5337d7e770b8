"""What is to be entered in the service's console, in the order of its pages, each text ready to be copied."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from core.model import Side
from core.settings import Settings
from texts.language import _
from ui.accounts.registration import SCOPES, console_url, redirect_urls, scopes_to_import
from ui.widgets import CopyRow, Note


class ConsoleHelp(QWidget):
    """Can be folded away: it is needed once."""

    link_opened = Signal(str)

    def __init__(self, side: Side) -> None:
        super().__init__()
        self._side = side
        self._shown: tuple[object, ...] = ()
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

    def unfold(self, *, is_open: bool) -> None:
        self._toggle.setChecked(is_open)

    def fill(self, settings: Settings) -> None:
        """Made anew only when something else is to be shown: the person may be selecting text in it."""
        cloud = settings.feishu.cloud if self._side is Side.FEISHU else settings.outlook.cloud
        urls = redirect_urls(self._side, settings)
        if (cloud, urls) == self._shown:
            return
        self._shown = cloud, urls
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._add_console(console_url(cloud))
        if self._side is Side.FEISHU:
            self._fill_feishu(urls)
        else:
            self._fill_microsoft(urls)

    def _fill_feishu(self, urls: tuple[str, ...]) -> None:
        # Translators: pages and fields are called as on open.feishu.cn and open.larksuite.com
        self._add_note(
            _("Create a custom app; its “Credentials & Basic Info” has the App ID and App Secret.")
        )
        self._add_note(_("“Security Settings” › “Redirect URLs”: add each of these"))
        for url in urls:
            self._column.addWidget(CopyRow(_("Redirect URL"), url))
        self._add_note(
            _("“Permissions & Scopes”: enable these as user scopes, or paste all into “Batch import”")
        )
        for scope in SCOPES[Side.FEISHU]:
            self._column.addWidget(CopyRow(_("Permission"), scope))
        self._column.addWidget(CopyRow(_("Permissions for batch import"), scopes_to_import()))
        self._add_note(
            _(
                "“Version Management & Release”: create a version that you may use, and publish it. Nothing "
                "takes effect before."
            )
        )

    def _fill_microsoft(self, urls: tuple[str, ...]) -> None:
        # Translators: pages and fields are called as on entra.microsoft.com
        self._add_note(_("“App registrations” › “New registration”; its “Overview” has the client ID."))
        self._add_note(
            _(
                "“Authentication” › “Add a platform” › “Mobile and desktop applications”, with this "
                "redirect URL"
            )
        )
        for url in urls:
            self._column.addWidget(CopyRow(_("Redirect URL"), url))
        self._add_note(_("“API permissions” › “Microsoft Graph” › “Delegated permissions”: add these"))
        for scope in SCOPES[Side.OUTLOOK]:
            self._column.addWidget(CopyRow(_("Permission"), scope))

    def _add_note(self, text: str) -> None:
        self._column.addWidget(Note(text))

    def _add_console(self, url: str) -> None:
        if url:
            text = _("Open the page where apps are registered")
            link = Note(f'<a href="{escape(url)}">{escape(text)}</a>')
            link.linkActivated.connect(self.link_opened)
            self._column.addWidget(link)

    def _fold(self, open_: bool) -> None:  # noqa: FBT001  # called by Qt's signal
        self._body.setVisible(open_)
        self._toggle.setArrowType(Qt.ArrowType.DownArrow if open_ else Qt.ArrowType.RightArrow)
