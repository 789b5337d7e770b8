"""The guide, and what the program is. Main thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QTextBrowser, QVBoxLayout, QWidget

from texts import product
from texts.language import _
from texts.product import VERSION
from ui.widgets import Note

GUIDE = Path(__file__).parent.parent / "docs" / "guide.md"


class GuideWindow(QDialog):
    link_opened = Signal(str)

    def __init__(self, file: Path = GUIDE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Guide"))
        self.text = QTextBrowser(openLinks=False)
        self.text.setAccessibleName(_("Guide"))
        self.text.document().setBaseUrl(QUrl.fromLocalFile(f"{file.parent}/"))
        self.text.anchorClicked.connect(self._follow)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        self._show(file)
        screen = self.screen().availableSize()
        self.resize(min(820, screen.width() - 40), min(700, screen.height() - 60))

    def _show(self, file: Path) -> None:
        try:
            text = file.read_text(encoding="utf-8")
        except OSError:
            self.text.setPlainText(_("The guide was not installed with the program."))
            return
        self.text.document().setMarkdown(text, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _follow(self, url: QUrl) -> None:
        """A heading of the guide itself, or a page for the browser; other files are not there."""
        if url.scheme() in {"http", "https"}:
            self.link_opened.emit(url.toString())
        elif url.hasFragment() and not url.path():
            self.text.scrollToAnchor(url.fragment())


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
