"""The guide and the pages that it leads to, and what the program is. Main thread."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QTextBrowser, QVBoxLayout, QWidget

from core.settings import TextLanguage
from texts import language, product
from texts.language import _
from texts.product import VERSION
from ui.widgets import Note

GUIDES = {
    TextLanguage.ENGLISH: Path(__file__).parent.parent / "docs" / "guide.md",
    TextLanguage.CHINESE: Path(__file__).parent.parent / "docs" / "guide.zh_CN.md",
}


class GuideWindow(QDialog):
    link_opened = Signal(str)

    def __init__(self, file: Path | None = None, parent: QWidget | None = None) -> None:
        """`file`: None for the guide in the language of the interface."""
        super().__init__(parent)
        self.setWindowTitle(_("Guide"))
        self.text = QTextBrowser(openLinks=False)
        self.text.setAccessibleName(_("Guide"))
        self.text.anchorClicked.connect(self._follow)
        buttons = QDialogButtonBox()
        back = buttons.addButton(_("Back"), QDialogButtonBox.ButtonRole.ActionRole)
        back.setEnabled(False)
        back.clicked.connect(self.text.backward)
        self.text.backwardAvailable.connect(back.setEnabled)
        buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self._show(file or GUIDES[language.current()])
        screen = self.screen().availableSize()
        self.resize(min(820, screen.width() - 40), min(700, screen.height() - 60))

    def _show(self, file: Path) -> None:
        if file.is_file():
            self.text.setSource(QUrl.fromLocalFile(str(file)))
        else:
            self.text.setPlainText(_("The guide was not installed with the program."))

    def _follow(self, url: QUrl) -> None:
        """A page for the browser, or one of ours beside the guide."""
        file = Path(url.toLocalFile())
        if url.scheme() in {"http", "https"}:
            self.link_opened.emit(url.toString())
        elif file.suffix == ".md" and file.is_file():
            self.text.setSource(url)
            self._scroll_to(url.fragment())

    def _scroll_to(self, anchor: str) -> None:
        """Headings have names only where pages are shown by a code host: made of their words, as it does."""
        block = self.text.document().begin()
        while anchor and block.isValid():
            name = re.sub(r"[^\w\- ]", "", block.text().lower()).replace(" ", "-")
            if block.blockFormat().headingLevel() and name == anchor:
                self.text.moveCursor(QTextCursor.MoveOperation.End)  # so that the heading comes to the top
                self.text.setTextCursor(QTextCursor(block))
                return
            block = block.next()


class AboutWindow(QDialog):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("About"))
        title = QLabel(product.name())
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        title.setFont(font)
        title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = QDialogButtonBox()
        buttons.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(Note(_("Version {version}", version=VERSION)))
        column.addWidget(
            Note(
                _(
                    "Keeps Feishu and Lark calendars mirrored into Outlook. It never changes anything in "
                    "Feishu and never sends mail."
                )
            )
        )
        column.addWidget(
            Note(_("Free software under the MIT licence. Not a product of Feishu, Lark or Microsoft."))
        )
        column.addWidget(buttons)
        self.resize(440, self.sizeHint().height())
