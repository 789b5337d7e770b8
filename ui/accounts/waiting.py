"""While a sign-in waits for the person: the address, a code to type in, an address to paste, a way out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from texts.language import _
from ui.messages import SignInWaiting
from ui.widgets import CopyRow, FieldBox, Note


class WaitingPanel(QWidget):
    cancelled = Signal()
    pasted = Signal(str)
    """The address of the page that the browser ended on."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        bar = QProgressBar(maximum=0, textVisible=False)
        bar.setFixedHeight(6)
        self._hint = Note(_("If no page has opened, copy this address into a browser:"))
        self._address = CopyRow(_("Address of the sign-in page"))
        self._code_hint = Note(_("Type this code on the page that has opened:"))
        self._code = CopyRow(_("Code"))
        self._paste_hint = Note(
            _(
                "When the browser shows an empty page at the end, copy the whole address from its address "
                "bar and paste it here:"
            )
        )
        self._paste = QLineEdit(
            placeholderText="https://login.microsoftonline.com/common/oauth2/nativeclient?code=…"
        )
        self._paste.setAccessibleName(_("Address of the last page"))
        self._paste_box = FieldBox(self._paste)
        self._paste.textChanged.connect(self._take)
        cancel = QPushButton(_("Cancel sign-in"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.cancelled)
        for widget in (bar, self._hint, self._address, self._code_hint, self._code):
            column.addWidget(widget)
        column.addWidget(self._paste_hint)
        column.addWidget(self._paste_box)
        column.addWidget(cancel, 0, Qt.AlignmentFlag.AlignRight)

    def show_waiting(self, waiting: SignInWaiting) -> None:
        self._hint.setVisible(bool(waiting.url))
        self._address.setVisible(bool(waiting.url))
        self._address.set_text(waiting.url)
        self._code_hint.setVisible(bool(waiting.code))
        self._code.setVisible(bool(waiting.code))
        self._code.set_text(waiting.code)
        self._paste_hint.setVisible(waiting.wants_address)
        self._paste_box.setVisible(waiting.wants_address)
        if not waiting.url:
            self._paste.clear()

    def _take(self, text: str) -> None:
        """What is pasted whole needs no further click."""
        address = text.strip()
        if not address:
            return
        if "code=" in address or "error=" in address:
            self.pasted.emit(address)
        else:
            self._paste_box.set_problem(_("This is not the whole address: it has “code=” in it."))
